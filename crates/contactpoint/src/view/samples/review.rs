//! Rows that wait, and records joined and parted.

use askama::Template;

use super::super::choice::Choice;
use super::super::decision::Decision;
use super::super::duplicate_pair::DuplicatePair;
use super::super::duplicates::{Duplicates, Line as Pair};
use super::super::fault::Fault;
use super::super::field::Field;
use super::super::join_undo::JoinUndo;
use super::super::layout::{Layout, Slip};
use super::super::merge::Merge;
use super::super::merge_confirm::MergeConfirm;
use super::super::review::{Line as Waiting, Review};
use super::super::review_row::{Agreement, Beside, Line, ReviewRow, Side};
use super::super::split::{Part, Split};
use super::super::watermark::Watermark;
use super::{choice, fault, identity, layout};

/// Worklists, rows, mergers and splits in their states.
pub fn pages() -> Vec<(&'static str, String)> {
    let no_reason = fault("reason", "Choose why you need to see these rows");
    let no_decision = fault("decision", "Choose what you decide");
    vec![
        ("review", review(vec![])),
        ("review_faults", review(vec![no_reason])),
        ("review_linked", linked()),
        ("review_row", row(false, vec![])),
        ("review_row_faults", row(false, vec![no_decision])),
        ("review_row_held", row(true, vec![])),
        ("merge", merge(vec![])),
        (
            "merge_faults",
            merge(vec![fault("number", "Fill in the number")]),
        ),
        ("merge_confirm", merge_confirm(vec![])),
        (
            "merge_confirm_faults",
            merge_confirm(vec![fault("merge", "These two cannot be merged")]),
        ),
        ("duplicates", duplicates(vec![])),
        (
            "duplicates_faults",
            duplicates(vec![fault(
                "reason",
                "Choose why you need to see these records",
            )]),
        ),
        ("duplicate_pair", pair(vec![])),
        (
            "duplicate_pair_faults",
            pair(vec![fault("decision", "Choose what you decide")]),
        ),
        ("split", split(vec![])),
        (
            "split_faults",
            split(vec![fault("parts", "Choose what names the other child")]),
        ),
        ("join_undo", undo()),
    ]
}

fn linked() -> String {
    let mut layout = layout("/review");
    layout.tell("The row is linked, and stays so.", true);
    layout.slip = Some(Slip {
        about: "If that was a slip, open the record and split it.".into(),
        href: "/child/r3f3r3nc3-review/reason".into(),
    });
    listed(layout, vec![])
}

fn review(faults: Vec<Fault>) -> String {
    listed(layout("/review"), faults)
}

fn listed(layout: Layout, faults: Vec<Fault>) -> String {
    let line = |put_off: Option<&str>| Waiting {
        reference: "r0w".into(),
        source: "NHS registrations".into(),
        confirmed: "3 July 2026".into(),
        likely: "Likely",
        put_off: put_off.map(ToOwned::to_owned),
    };
    Review {
        layout,
        path: "/review",
        heading: "Rows to review",
        about: "Supplied rows that may be of a child who is known, or of another.",
        waiting: "2 rows wait for a decision.".into(),
        lines: vec![
            line(None),
            line(Some("Dora Lindqvist could not tell, 3 July 2026 at 2:05pm")),
        ],
        likeliest: false,
        reasons: vec![choice("data-quality", "Correct the record")],
        faults,
    }
    .render()
    .unwrap()
}

fn side(text: &str) -> Side {
    Side {
        lines: vec![text.to_owned()],
        source: Some("NHS registrations, 2 weeks ago".into()),
    }
}

fn lines() -> Vec<Line> {
    let line = |field, row, record, agreement| Line {
        field,
        row,
        record,
        agreement,
    };
    vec![
        line(
            "Name",
            side("Kelly Marsh"),
            side("Kellie Marsh"),
            Agreement::Differs,
        ),
        line("Gender", side("female"), side("female"), Agreement::Same),
        line(
            "Address",
            Side::default(),
            side("12 Mill Lane"),
            Agreement::OnlyRecord,
        ),
    ]
}

fn row(held: bool, faults: Vec<Fault>) -> String {
    let beside = |place: usize| {
        Beside {
        place,
        heading: format!("Record {place} of 2"),
        number: "4821 0937 56-K".into(),
        summary: "One thing differs: name.".into(),
        lines: lines(),
        why: vec!["Date of birth: the same – speaks strongly for it".into()],
        picture: "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"bits\"><line x1=\"1\"/></svg>".into(),
    }
    };
    ReviewRow {
        layout: layout(if held { "/held" } else { "/review" }),
        list_href: "/review",
        held,
        heading: "Is this row of a known child?",
        source: "NHS registrations, of 3 July 2026".into(),
        records: vec![beside(1), beside(2)],
        alone: vec![],
        decision: decision(
            "/review/r0w",
            vec![
                choice("r3f", "Link: the row is of Kellie Marsh, record 1"),
                choice(
                    "apart",
                    "Keep apart: the row is of another child, who gets a record",
                ),
            ],
            &faults,
        ),
        faults,
        watermark: Watermark::default(),
    }
    .render()
    .unwrap()
}

pub(super) fn decision(action: &str, choices: Vec<Choice>, faults: &[Fault]) -> Decision {
    Decision {
        action: action.to_owned(),
        hint: "The number of an answer chooses it, Enter decides.",
        choices,
        next_legend: "Why do you need to see the next row?",
        next: vec![
            Choice {
                chosen: true,
                ..choice("data-quality", "Correct the record")
            },
            choice("none", "I do not: back to the list"),
        ],
        fault: faults.first().map(|fault| fault.text.clone()),
    }
}

fn merge(faults: Vec<Fault>) -> String {
    Merge {
        layout: layout(""),
        identity: identity(),
        action: "/child/h4ndl3/merge".into(),
        child_href: "/child/h4ndl3".into(),
        number: Field {
            value: String::new(),
            fault: faults.first().map(|fault| fault.text.clone()),
        },
        reasons: vec![choice("data-quality", "Correct the record")],
        reason_fault: None,
        faults,
    }
    .render()
    .unwrap()
}

fn merge_confirm(faults: Vec<Fault>) -> String {
    MergeConfirm {
        layout: layout(""),
        identity: identity(),
        other: "1111 2222 33-A".into(),
        action: "/child/h4ndl3/merge/0th3r".into(),
        child_href: "/child/h4ndl3".into(),
        lines: lines(),
        summary: "One thing differs: name.".into(),
        why: vec!["Date of birth: the same – speaks strongly for it".into()],
        picture: "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"bits\"><line x1=\"1\"/></svg>".into(),
        faults,
        watermark: Watermark::default(),
    }
    .render()
    .unwrap()
}

fn duplicates(faults: Vec<Fault>) -> String {
    let line = |by| Pair {
        since: "3 July 2026 at 2:05pm".into(),
        by,
        action: "/duplicates/h4ndl3/0th3r/reason".into(),
    };
    Duplicates {
        layout: layout("/review"),
        lines: vec![
            line("Both have the same number of another body"),
            line("What is said of them is alike"),
        ],
        reasons: vec![choice("data-quality", "Correct the record")],
        faults,
        lines_max: 20,
        left: Some("More wait, none of them longer than these."),
    }
    .render()
    .unwrap()
}

fn pair(faults: Vec<Fault>) -> String {
    DuplicatePair {
        layout: layout("/review"),
        list_href: "/duplicates",
        found: "What is said of them is alike. They have been waiting since 3 July 2026 at 2:05pm.".into(),
        number: "4821 0937 56-K".into(),
        other: "1111 2222 33-A".into(),
        summary: "One thing differs: name.".into(),
        lines: lines(),
        why: vec!["Date of birth: the same – speaks strongly for it".into()],
        picture: "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"bits\"><line x1=\"1\"/></svg>".into(),
        decision: decision(
            "/duplicates/h4ndl3/0th3r",
            vec![
                choice("merge", "One child: merge them"),
                choice("not-same", "Two children: keep them apart"),
            ],
            &faults,
        ),
        faults,
        watermark: Watermark::default(),
    }
    .render()
    .unwrap()
}

fn split(faults: Vec<Fault>) -> String {
    let part = |name: &str, said: &str| Part {
        name: name.to_owned(),
        source: "NHS registrations".into(),
        said: vec![said.to_owned()],
    };
    Split {
        layout: layout(""),
        identity: identity(),
        action: "/child/h4ndl3/split".into(),
        child_href: "/child/h4ndl3".into(),
        parts: vec![part("p1", "Kelly Marsh"), part("p2", "Kellie Marsh")],
        faults,
        watermark: Watermark::default(),
    }
    .render()
    .unwrap()
}

fn undo() -> String {
    JoinUndo {
        layout: layout(""),
        identity: identity(),
        action: "/child/h4ndl3/undo".into(),
        child_href: "/child/h4ndl3".into(),
        about: "Record 1111 2222 33-A was merged into this one.".into(),
    }
    .render()
    .unwrap()
}
