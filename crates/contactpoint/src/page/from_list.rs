//! The reason that a list says, given for the child of one of its lines: no child is opened from a list without one (R71).

use axum::response::Response;
use directory::reason::Reason;

use super::to;
use crate::problem::Problem;
use crate::visitor::{ChildPath, Form, SignedIn};

/// Gives the reason of a line's form, and leads on: without a reason to the list, with one to the child's own page, and to the list that
/// says so when there is nothing to open any more.
pub(super) async fn send(
    visitor: &SignedIn,
    child: &ChildPath,
    sent: Form,
    [list, page, gone]: [&str; 3],
) -> Result<Response, Problem> {
    let Some(reason) = Reason::parse(sent.fields().text("reason")) else {
        return Ok(to(list));
    };
    let reference = child.reference();
    let given =
        visitor.ask(move |store, session, now| store.give_reason(session, &reference, reason, now));
    match given.await? {
        Ok(()) => Ok(to(page)),
        Err(_) => Ok(to(gone)),
    }
}
