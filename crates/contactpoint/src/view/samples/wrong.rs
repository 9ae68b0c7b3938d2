//! What is wrong on Kelly's record, and the list of what waits.

use askama::Template;

use super::super::choice::Choice;
use super::super::corrections::{Corrections, Line};
use super::super::fault::Fault;
use super::super::field::{DateField, Field};
use super::super::wrong::{Part, Wrong};
use super::super::wrong_field::{Inputs, WrongField};
use super::{choice, fault, identity, layout};

/// The pages of corrections, in their states.
pub fn pages() -> Vec<(&'static str, String)> {
    let part = |what: &str, value: &str| Part {
        what: what.into(),
        is_missing: false,
        value: value.into(),
        href: "/child/h4ndl3/wrong/name".into(),
    };
    let wrong = Wrong {
        layout: layout("/search"),
        identity: identity(),
        called: "Kelly".into(),
        child_href: "/child/h4ndl3".into(),
        parts: vec![
            part("Name", "Kelly Marsh"),
            part("Date of birth", "14 May 2011"),
            part("Address", "12 Mill Lane, Leeds, LS1 4AP"),
        ],
    };
    let line = Line {
        field: "Date of birth".into(),
        since: "3 July 2026".into(),
        ago: "today".into(),
        cause: "A parent or carer told me".into(),
        state: "Put right, waiting for the source".into(),
        told: "NHS registrations".into(),
        answers: vec!["NHS registrations, 4 July 2026: stands by what it says".into()],
        action: "/child/h4ndl3/reason".into(),
    };
    let list = |lines| {
        let page = Corrections {
            layout: layout("/corrections"),
            lines,
            reasons: vec![choice("data-quality", "Correct the record")],
            left: None,
            lines_max: 200,
        };
        page.render().unwrap()
    };
    let date = Inputs::Date(DateField::default());
    let field = Field::default;
    let school = Inputs::Place(
        "Name of the school or college".into(),
        Field::default(),
        vec![
            choice("1", "Northfield Academy"),
            choice("2", "Northfield School"),
        ],
    );
    let unanswered = fault("right", "Choose what you know");
    vec![
        ("wrong", wrong.render().unwrap()),
        ("wrong_date", form(date, true, vec![])),
        (
            "wrong_name",
            form(Inputs::Name(field(), field()), false, vec![unanswered]),
        ),
        (
            "wrong_address",
            form(Inputs::Address(field(), field(), field()), false, vec![]),
        ),
        ("wrong_school", form(school, false, vec![])),
        ("wrong_list", form(Inputs::None, false, vec![])),
        ("corrections", list(vec![line])),
        ("corrections_none", list(vec![])),
    ]
}

fn form(inputs: Inputs, sets: bool, faults: Vec<Fault>) -> String {
    let rights: Vec<Choice> = match inputs {
        Inputs::None => vec![],
        _ => vec![
            choice("is", "I know what is right"),
            choice("not-known", "Nobody knows what is right"),
            choice("only-wrong", "I only know that it is wrong"),
        ],
    };
    let page = WrongField {
        can_say: true,
        reports: if rights.is_empty() {
            vec![
                "Dawn Marsh".into(),
                "Joe Marsh, telephone 07700 900123".into(),
            ]
        } else {
            vec![]
        },
        layout: layout("/search"),
        identity: identity(),
        called: "Kelly".into(),
        action: "/child/h4ndl3/wrong/date-of-birth".into(),
        back_href: "/child/h4ndl3/wrong".into(),
        what: "date of birth".into(),
        heading: "Date of birth".into(),
        value: "14 May 2011".into(),
        note: Some("Reported as wrong on 3 July 2026, listed for the source".into()),
        is_missing: false,
        proposal: rights.is_empty().then(|| "Dawn Marsh".into()),
        why_not_set: rights.is_empty().then_some("Nobody sets it by hand."),
        sets,
        undo_href: (sets || rights.is_empty())
            .then(|| "/child/h4ndl3/wrong/date-of-birth/undo".into()),
        dismiss_href: (sets || rights.is_empty())
            .then(|| "/child/h4ndl3/wrong/date-of-birth/dismiss".into()),
        takes_out: rights.is_empty(),
        taken_out: if rights.is_empty() {
            vec![choice("whole EH01 Ann Lodge", "Ann Lodge")]
        } else {
            vec![]
        },
        entries: if rights.is_empty() {
            vec![
                choice("whole EH01 Tim Reeve", "Tim Reeve, Housing"),
                choice(
                    "07700900301 EH01 Tim Reeve",
                    "Tim Reeve, telephone 07700 900 301",
                ),
            ]
        } else {
            vec![]
        },
        rights,
        inputs,
        causes: vec![
            choice("child-asked", "The child or young person told me"),
            choice("carer-asked", "A parent or carer told me"),
        ],
        right_fault: faults.first().map(|fault| fault.text.clone()),
        entry_fault: None,
        cause_fault: None,
        faults,
    };
    page.render().unwrap()
}
