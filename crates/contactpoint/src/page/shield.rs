//! Which child is to be shielded: found by number, for that reason and no other, which the officer chooses (R71).

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use directory::access::Refusal;
use directory::number::Number;
use directory::query::{Hidden, Query, Visible};
use directory::reason::Reason;
use directory::text::Why;

use super::choices::fault;
use super::{FAULTY, from_list, shown, to};
use crate::desk::Often;
use crate::problem::Problem;
use crate::view::field::Field;
use crate::view::shield::Shield;
use crate::visitor::{ChildPath, Fields, Sent, SignedIn};

/// The fields of the form.
const NUMBER: &str = "number";
const REASON: &str = "reason";
/// The page's own address.
const PATH: &str = "/shield";
/// For which reason a child is looked for here.
const WHY: Reason = Reason::ShieldDecision;
const NO_REASON: &str = "Choose why you need to open this record";
/// What is said to somebody who signed in again with the form still open.
const SEND_AGAIN: &str = "You have signed in again since you filled this in, so nothing was looked up. The number is below: continue once more";

pub(crate) async fn show(visitor: SignedIn) -> Response {
    if let Some(typed) = visitor.kept_form(PATH) {
        return faulty(
            &visitor,
            &typed,
            (StatusCode::OK, vec![(NUMBER, SEND_AGAIN)]),
        );
    }
    let page = Shield {
        layout: visitor.layout(PATH),
        number: Field::default(),
        reasons: from_list::choices(&[WHY], ""),
        reason_fault: None,
        faults: Vec::new(),
    };
    shown(StatusCode::OK, &page)
}

pub(crate) async fn send(visitor: SignedIn, sent: Sent) -> Result<Response, Problem> {
    let sent = match sent {
        Sent::Own(form) => form,
        Sent::Stale(typed) => {
            return Ok(faulty(
                &visitor,
                &typed,
                (FAULTY, vec![(NUMBER, SEND_AGAIN)]),
            ));
        }
    };
    visitor.count(Often::Search).await?;
    let parsed = Number::parse(sent.fields().text(NUMBER)).map_err(|unfit| said(unfit.why));
    let (number, reason) = match (parsed, from_list::given(&sent, &[WHY])) {
        (Ok(number), Some(reason)) => (number, reason),
        (parsed, reason) => {
            let unfit = parsed.err();
            let number = unfit.as_deref().map(|text| (NUMBER, text));
            let unreasoned = reason.is_none().then_some((REASON, NO_REASON));
            let wrong = number.into_iter().chain(unreasoned).collect();
            return Ok(faulty(&visitor, sent.fields(), (FAULTY, wrong)));
        }
    };
    let visible = Visible {
        number: Some(number),
        ..Visible::default()
    };
    let query =
        Query::of(visible, Hidden::default()).map_err(|refusal| visitor.refused(refusal))?;
    let asked = visitor.ask(move |store, session, now| {
        let found = match store.search(session, reason, query, now)? {
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
        let given = store.give_reason(session, &meant.reference, reason, now)?;
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

/// The form once more, with what is wrong with each field.
fn faulty(
    visitor: &SignedIn,
    typed: &Fields,
    (status, wrong): (StatusCode, Vec<(&str, &str)>),
) -> Response {
    let of = |field| {
        let mut own = wrong.iter().filter(|(known, _)| *known == field);
        own.next().map(|(_, text)| (*text).to_owned())
    };
    let page = Shield {
        layout: visitor.layout(PATH),
        number: Field {
            value: typed.text(NUMBER).to_owned(),
            fault: of(NUMBER),
        },
        reasons: from_list::choices(&[WHY], typed.text(REASON)),
        reason_fault: of(REASON),
        faults: wrong.iter().map(|(of, text)| fault(of, text)).collect(),
    };
    shown(status, &page)
}
