//! Every page filled with synthetic people, for the tests: Kelly's story, twins, a shielded child and every refusal.

mod asking;
mod connected;
mod figures;
mod moved;
mod record;
mod review;
mod wrong;

use askama::Template;

use super::about::About;
use super::accessibility::Accessibility;
use super::choice::Choice;
use super::fault::Fault;
use super::help::Help;
use super::identity::Identity;
use super::layout::{Layout, Viewer};
use super::local_manager::LocalManager;
use super::look_ups::{LookUp, LookUps};
use super::problem::Problem;
use super::sessions::{Session, Sessions};
use super::sign_in::{SentForm, SignIn};
use super::signed_out::SignedOut;
use super::telephone::Telephone;

/// Words that say which child it is: none may be in a title.
pub const PERSONAL: &[&str] = &["Kelly", "Marsh", "4821", "May 2011", "LS1"];

/// Each page's name and text.
pub fn pages() -> Vec<(&'static str, String)> {
    let problems = problems()
        .into_iter()
        .map(|(name, problem)| (name, problem.render().unwrap()));
    [
        asking::pages(),
        record::pages(),
        wrong::pages(),
        review::pages(),
        connected::pages(),
        moved::pages(),
        figures::pages(),
        own_and_open_pages(),
        problems.collect(),
    ]
    .concat()
}

fn own_and_open_pages() -> Vec<(&'static str, String)> {
    let help = Help {
        layout: layout(""),
        local_manager: Some(local_manager()),
    };
    vec![
        ("sign_in", sign_in(false, None)),
        ("sign_in_kept", sign_in(false, Some(SentForm::Kept))),
        ("sign_in_lost", sign_in(false, Some(SentForm::Lost))),
        ("sign_in_failed", sign_in(true, None)),
        (
            "signed_out",
            SignedOut { layout: stranger() }.render().unwrap(),
        ),
        ("look_ups", look_ups()),
        ("sessions", sessions()),
        ("about", About { layout: stranger() }.render().unwrap()),
        ("help", help.render().unwrap()),
        (
            "accessibility",
            Accessibility { layout: layout("") }.render().unwrap(),
        ),
    ]
}

fn problems() -> [(&'static str, Problem); 10] {
    [
        ("problem_400", Problem::unreadable(layout(""))),
        ("problem_403", Problem::forbidden(layout(""))),
        ("problem_stale", Problem::stale(layout(""))),
        ("problem_404", Problem::page_not_found(stranger())),
        ("problem_409", Problem::changed_meanwhile(layout(""))),
        ("problem_413", Problem::too_large(layout(""))),
        ("problem_429", Problem::too_many(layout(""))),
        ("problem_503_busy", Problem::busy(stranger())),
        ("problem_503_first_load", Problem::first_load(layout(""))),
        (
            "problem_503_out_of_order",
            Problem::out_of_order(stranger()),
        ),
    ]
}

fn stranger() -> Layout {
    Layout {
        practice: true,
        csrf: "c5rf".into(),
        ..Layout::default()
    }
}

fn layout(here: &'static str) -> Layout {
    let viewer = Viewer {
        name: "Jane Okafor".into(),
        organisation: "Northfield Academy".into(),
        session_seconds: 1200,
        may_search: true,
        may_shield: true,
        may_follow: true,
        may_review: true,
        may_oversee: true,
        may_see_figures: true,
    };
    Layout {
        practice: true,
        here,
        viewer: Some(viewer),
        csrf: "c5rf".into(),
        told: None,
        slip: None,
    }
}

fn sign_in(failed: bool, sent: Option<SentForm>) -> String {
    SignIn {
        layout: stranger(),
        user_name: if failed {
            "jane.okafor".into()
        } else {
            String::new()
        },
        failed,
        sent,
        next: String::new(),
    }
    .render()
    .unwrap()
}

fn look_ups() -> String {
    let entry = |at: &str, what: &str, number: Option<&str>, outcome: &str| LookUp {
        at: at.into(),
        what: what.into(),
        number: number.map(String::from),
        reason: "Find others to coordinate support".into(),
        outcome: outcome.into(),
    };
    LookUps {
        layout: layout("/look-ups"),
        look_ups: vec![
            entry(
                "3 July 2026 at 2:05pm",
                "Record opened",
                Some("4821 0937 56-K"),
                "Shown",
            ),
            entry("3 July 2026 at 2:04pm", "Search", None, "4 records listed"),
            entry(
                "2 July 2026 at 9:12am",
                "Search",
                None,
                "No record was found",
            ),
        ],
    }
    .render()
    .unwrap()
}

fn sessions() -> String {
    let session = |this_one: bool, browser: &str| Session {
        started: "3 July 2026 at 1:58pm".into(),
        last_used: "3 July 2026 at 2:05pm".into(),
        address: "192.0.2.17".into(),
        browser: browser.into(),
        this_one,
        end_action: "/sessions/2/end".into(),
    };
    Sessions {
        layout: layout("/sessions"),
        sessions: vec![
            session(true, "Firefox on Windows"),
            session(false, "Safari on iPhone"),
        ],
    }
    .render()
    .unwrap()
}

fn choice(value: &str, label: &str) -> Choice {
    Choice {
        value: value.into(),
        label: label.into(),
        ..Choice::default()
    }
}

fn fault(field: &str, text: &str) -> Fault {
    Fault {
        field: field.into(),
        text: text.into(),
    }
}

fn identity() -> Identity {
    Identity {
        name: "Kelly Marsh".into(),
        date_of_birth: "14 May 2011".into(),
        age: "15".into(),
        gender: "female".into(),
        number: "4821 0937 56-K".into(),
    }
}

fn local_manager() -> LocalManager {
    LocalManager {
        team: "Leeds ContactPoint team".into(),
        telephone: Telephone::new("01134960100"),
        email: "contactpoint@leeds.example".into(),
    }
}
