//! Taking back the last merger or split of a record.

use axum::http::StatusCode;
use axum::response::Response;
use directory::access::Refusal;
use directory::joining::Joining;
use store::Join;

use super::child::{NOT_TAKEN_BACK, Opened, TAKEN_BACK, open};
use super::identity::identity;
use super::{shown, to};
use crate::problem::Problem;
use crate::view::join_undo::JoinUndo;
use crate::visitor::{ChildPath, Form, SignedIn};

pub(crate) async fn show(visitor: SignedIn, child: ChildPath) -> Result<Response, Problem> {
    let Opened::Shown(disclosure, beside) = open(&visitor, &child).await? else {
        return Ok(to(&child.below("reason")));
    };
    let Some(last) = beside.last_joining() else {
        return Ok(to(&child.href()));
    };
    let about = match last {
        Joining::Merged(number) => format!(
            "Record {number} was merged into this one. Taken back, both are as they were, each with what its own sources have said since. If this record is shielded, both are."
        ),
        Joining::Split(number) => format!(
            "Record {number} was split off from this one. Taken back, everything is in this record again, and that number finds it."
        ),
    };
    let page = JoinUndo {
        layout: visitor.layout(""),
        identity: identity(disclosure.view(), visitor.now().today),
        action: child.below("undo"),
        child_href: child.href(),
        about,
    };
    Ok(shown(StatusCode::OK, &page))
}

pub(crate) async fn send(
    visitor: SignedIn,
    child: ChildPath,
    _sent: Form,
) -> Result<Response, Problem> {
    let reference = child.reference();
    let asked =
        visitor.ask(move |store, session, now| store.join(session, &reference, &Join::Undo, now));
    match asked.await? {
        Ok(()) => Ok(to(&child.done(TAKEN_BACK))),
        Err(Refusal::AlreadySo) => Ok(to(&child.done(NOT_TAKEN_BACK))),
        Err(Refusal::NoReason) => Ok(to(&child.below("reason"))),
        Err(refusal) => Err(visitor.refused(refusal)),
    }
}
