//! Searching, results and reasons, filled with synthetic people.

use askama::Template;

use super::super::choice::Choice;
use super::super::fault::Fault;
use super::super::field::{DateField, DatePart, Field};
use super::super::home::Home;
use super::super::no_result::NoResult;
use super::super::reason::{Given, Reason};
use super::super::results::{Found, Item, Results};
use super::super::search::Search;
use super::super::search_form::{OwnNumber, SearchForm};
use super::super::too_broad::TooBroad;
use super::{choice, fault, identity, layout, local_manager};

/// Pages on the way to a record.
pub fn pages() -> Vec<(&'static str, String)> {
    let search = |form| {
        Search {
            layout: layout("/search"),
            form,
        }
        .render()
        .unwrap()
    };
    let focused = SearchForm {
        focus_first: true,
        ..form()
    };
    let home = Home {
        layout: layout("/"),
        form: form(),
    };
    let no_result = NoResult {
        layout: layout("/search"),
        local_manager: local_manager(),
    };
    let given = Given {
        value: "coordinate".into(),
        label: "Find others to coordinate support".into(),
    };
    let unanswered = fault("reason", "Choose why you need to open this record");
    vec![
        ("home", home.render().unwrap()),
        ("search", search(focused)),
        ("search_faults", search(faulty_form())),
        ("too_broad", too_broad()),
        ("results", results()),
        ("results_one", results_one()),
        ("no_result", no_result.render().unwrap()),
        ("reason", reason(Some(given), vec![])),
        ("reason_direct", reason(None, vec![])),
        ("reason_faults", reason(None, vec![unanswered])),
        ("reason_of_list", reason_of_list()),
    ]
}

fn typed(value: &str) -> Field {
    Field {
        value: value.into(),
        fault: None,
    }
}

fn reasons() -> Vec<Choice> {
    vec![
        choice("coordinate", "Find others to coordinate support"),
        choice("first-contact", "New referral or first contact"),
        choice("identify", "Identify a child I am working with"),
        choice("assessment", "Early help or assessment"),
        choice("protection", "Child protection enquiry"),
        choice("moved", "Child moved here or to another service"),
        choice("universal", "Check education or health registration"),
    ]
}

fn form() -> SearchForm {
    SearchForm {
        gender_fault: None,
        genders: vec![
            choice("female", "Female"),
            choice("male", "Male"),
            choice("unspecified", "Not specified"),
        ],
        own_number: Some(OwnNumber {
            label: "Unique pupil number".into(),
            field: Field::default(),
        }),
        reasons: reasons(),
        ..SearchForm::default()
    }
}

fn faulty_form() -> SearchForm {
    SearchForm {
        faults: vec![
            fault(
                "date_of_birth_month",
                "Month of birth must be between 1 and 12",
            ),
            fault("age", "Age must be a whole number of years"),
            fault("postcode", "Enter a whole postcode, like LS1 4AP"),
            fault("reason", "Choose why you are looking for this child"),
        ],
        focus_first: true,
        more_open: true,
        family_name: typed("Marsh <b>\"'&"),
        date_of_birth: DateField {
            day: "14".into(),
            month: "15".into(),
            year: "2011".into(),
            fault: Some("Month of birth must be between 1 and 12".into()),
            faulty_part: Some(DatePart::Month),
        },
        age: Field {
            value: "teen".into(),
            fault: Some("Age must be a whole number of years".into()),
        },
        postcode: Field {
            value: "LS".into(),
            fault: Some("Enter a whole postcode, like LS1 4AP".into()),
        },
        reason_fault: Some("Choose why you are looking for this child".into()),
        ..form()
    }
}

fn too_broad() -> String {
    TooBroad {
        layout: layout("/search"),
        form: SearchForm {
            family_name: typed("Smith"),
            ..form()
        },
        add: "a given name or a full date of birth".into(),
        field: "given_name",
    }
    .render()
    .unwrap()
}

fn item(label: &str, value: &str, differs: bool) -> Item {
    Item {
        label: label.into(),
        value: value.into(),
        differs,
    }
}

fn found(name: &str, given: bool, number: &str, school: &str) -> Found {
    Found {
        reason_href: "/child/h4ndl3/reason".into(),
        name: item("Name", name, given),
        items: vec![
            item("Born", "14 May 2011 (15)", false),
            item("Gender", "female", false),
            item("Number", number, true),
            item("Town", "Leeds, LS1", false),
            item("School", school, given),
        ],
        restricted: false,
    }
}

fn results() -> String {
    let mut shielded = found("Kelley Marshe", false, "7720 1185 03-M", "");
    shielded.items.truncate(3);
    shielded.restricted = true;
    Results {
        layout: layout("/search"),
        searched_for: "Kelly Marsh, born 14 May 2011".into(),
        reason: "Find others to coordinate support".into(),
        again_href: "/search?again=t1ck3t".into(),
        near_doubles: true,
        best_is_clear: false,
        found: vec![
            found("Kelly Marsh", true, "4821 0937 56-K", "Northfield Academy"),
            found("Kerry Marsh", true, "4821 0937 73-R", "Hillside School"),
            shielded,
            found("Kelly Marshall", false, "1093 5527 18-D", "Not known"),
        ],
    }
    .render()
    .unwrap()
}

fn results_one() -> String {
    Results {
        layout: layout("/search"),
        searched_for: "Kelly Marsh, born 14 May 2011".into(),
        reason: "Find others to coordinate support".into(),
        again_href: "/search?again=t1ck3t".into(),
        near_doubles: false,
        best_is_clear: true,
        found: vec![Found {
            name: item("Name", "Kelly Marsh", false),
            ..found("", false, "4821 0937 56-K", "Northfield Academy")
        }],
    }
    .render()
    .unwrap()
}

fn reason(given: Option<Given>, faults: Vec<Fault>) -> String {
    Reason {
        layout: layout("/search"),
        identity: Some(identity()),
        action: "/child/h4ndl3/reason".into(),
        results_href: "/results/t1ck3t".into(),
        results_words: "This is not the child I am looking for",
        given,
        reasons: reasons(),
        faults,
    }
    .render()
    .unwrap()
}

/// Of a child from a list that names nobody.
fn reason_of_list() -> String {
    Reason {
        layout: layout("/corrections"),
        identity: None,
        action: "/child/h4ndl3/reason".into(),
        results_href: "/corrections".into(),
        results_words: "Back to the list",
        given: None,
        reasons: reasons(),
        faults: vec![],
    }
    .render()
    .unwrap()
}
