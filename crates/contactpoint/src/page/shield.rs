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
use crate::problem::Problem;
use crate::view::field::Field;
use crate::view::shield::Shield;
use crate::visitor::{ChildPath, Sent, SignedIn};

/// The field of the form.
const NUMBER: &str = "number";
/// The page's own address.
const PATH: &str = "/shield";
/// What is said to somebody who signed in again with the form still open.
const SEND_AGAIN: &str = "You have signed in again since you filled this in, so nothing was looked up. The number is below: continue once more";

pub(crate) async fn show(visitor: SignedIn) -> Response {
    if let Some(typed) = visitor.kept_form(PATH) {
        return faulty(&visitor, typed.text(NUMBER), (StatusCode::OK, SEND_AGAIN));
    }
    let page = Shield {
        layout: visitor.layout(PATH),
        number: Field::default(),
        faults: Vec::new(),
    };
    shown(StatusCode::OK, &page)
}

pub(crate) async fn send(visitor: SignedIn, sent: Sent) -> Result<Response, Problem> {
    let sent = match sent {
        Sent::Own(form) => form,
        Sent::Stale(typed) => {
            return Ok(faulty(&visitor, typed.text(NUMBER), (FAULTY, SEND_AGAIN)));
        }
    };
    visitor.count(Often::Search).await?;
    let typed = sent.fields().text(NUMBER);
    let number = match Number::parse(typed) {
        Ok(number) => number,
        Err(unfit) => return Ok(faulty(&visitor, typed, (FAULTY, &said(unfit.why)))),
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

fn said(why: Why) -> String {
    match why {
        Why::Form(form) => format!("ContactPoint number must be {form}"),
        Why::Missing | Why::TooLong { .. } | Why::Character | Why::RevealsSensitive => {
            "Fill in the ContactPoint number".to_owned()
        }
    }
}

fn faulty(visitor: &SignedIn, typed: &str, (status, text): (StatusCode, &str)) -> Response {
    let page = Shield {
        layout: visitor.layout(PATH),
        faults: vec![fault(NUMBER, text)],
        number: Field {
            value: typed.to_owned(),
            fault: Some(text.to_owned()),
        },
    };
    shown(status, &page)
}
