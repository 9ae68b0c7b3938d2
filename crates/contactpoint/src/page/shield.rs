//! Which child is to be shielded: found by number, for that reason and no other.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use directory::access::Refusal;
use directory::number::Number;
use directory::query::{Hidden, Query, Visible};
use directory::reason::Reason;
use directory::text::Why;

use super::choices::fault;
use super::{FAULTY, shown, to};
use crate::desk::Often;
use crate::problem::{Problem, What};
use crate::view::field::Field;
use crate::view::shield::Shield;
use crate::visitor::{ChildPath, Form, SignedIn};

pub(crate) async fn show(visitor: SignedIn) -> Response {
    let page = Shield {
        layout: visitor.layout(""),
        number: Field::default(),
        faults: Vec::new(),
    };
    shown(StatusCode::OK, &page)
}

pub(crate) async fn send(visitor: SignedIn, sent: Form) -> Result<Response, Problem> {
    if !visitor
        .desk()
        .may_again(Often::Search, visitor.actor().account(), visitor.now())
    {
        return Err(visitor.problem(What::TooOften));
    }
    let typed = sent.fields().text("number");
    let number = match Number::parse(typed) {
        Ok(number) => number,
        Err(unfit) => return Ok(faulty(&visitor, typed, unfit.why)),
    };
    let visible = Visible {
        number: Some(number),
        ..Visible::default()
    };
    let query =
        Query::of(visible, Hidden::default()).map_err(|refusal| visitor.refused(refusal))?;
    let asked = visitor.ask(move |store, session, now| {
        let found = match store.search(session, Reason::ShieldDecision, query, now)? {
            Ok(found) => found,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let meant = found
            .children
            .iter()
            .find(|one| one.disclosure.view().number() == number);
        let Some(meant) = meant else {
            return Ok(Err(Refusal::NoRecord));
        };
        let path = ChildPath::new(&meant.reference, &found.ticket);
        let given = store.give_reason(session, &meant.reference, Reason::ShieldDecision, now)?;
        Ok(given.map(|()| path))
    });
    match asked.await? {
        Ok(path) => Ok(to(&path.below("shield"))),
        Err(refusal) => Ok(visitor.refused(refusal).into_response()),
    }
}

fn faulty(visitor: &SignedIn, typed: &str, why: Why) -> Response {
    let text = match why {
        Why::Form(form) => format!("ContactPoint number must be {form}"),
        Why::Missing | Why::TooLong { .. } | Why::Character | Why::RevealsSensitive => {
            "Fill in the ContactPoint number".to_owned()
        }
    };
    let page = Shield {
        layout: visitor.layout(""),
        faults: vec![fault("number", &text)],
        number: Field {
            value: typed.to_owned(),
            fault: Some(text),
        },
    };
    shown(FAULTY, &page)
}
