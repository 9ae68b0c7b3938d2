//! The reason that a person chooses for the child of one of a list's lines: no child is opened from a list without one (R71).

use axum::response::Response;
use directory::Now;
use directory::access::Refusal;
use directory::account::Actor;
use directory::reason::Reason;
use store::{Error, Session, Store};

use super::choices::choice;
use super::to;
use crate::problem::Problem;
use crate::view::choice::Choice;
use crate::visitor::{ChildPath, Form, SignedIn};

/// Opens the first line of a list, but one that was just decided. `None`: no other waits.
type TakeUp =
    fn(&Store, &Session, Reason, &str, Now) -> Result<Result<Option<String>, Refusal>, Error>;

/// The reasons for which officers open records from their lists: to correct one, or to decide behind a shield; those that this person may
/// give.
pub(super) fn of_officer(actor: &Actor) -> Vec<Reason> {
    let reasons = [Reason::DataQuality, Reason::ShieldDecision].into_iter();
    reasons
        .filter(|reason| reason.is_open_to(actor.roles(), actor.sector()))
        .collect()
}

/// Reasons to choose from, with the one that was sent.
pub(super) fn choices(reasons: &[Reason], sent: &str) -> Vec<Choice> {
    let each = reasons.iter();
    each.map(|reason| choice(reason.code(), reason.words(), sent))
        .collect()
}

/// The reason that was chosen of those that a list offers. `None`: none was.
pub(super) fn given(sent: &Form, reasons: &[Reason]) -> Option<Reason> {
    let given = Reason::parse(sent.fields().text("reason"));
    given.filter(|given| reasons.contains(given))
}

/// Gives the reason that was chosen for the child of a line, and leads on: to the child's own page, or to the list that says so when there
/// is nothing to open any more.
pub(super) async fn open(
    visitor: &SignedIn,
    child: &ChildPath,
    reason: Reason,
    [page, gone]: [&str; 2],
) -> Result<Response, Problem> {
    let reference = child.reference();
    let asked =
        visitor.ask(move |store, session, now| store.give_reason(session, &reference, reason, now));
    match asked.await? {
        Ok(()) => Ok(to(page)),
        Err(_) => Ok(to(gone)),
    }
}

/// The next child of a list, opened for a reason that was sent with the decision about the one before (R71).
pub(super) async fn next(
    visitor: &SignedIn,
    (child, reason): (&ChildPath, Option<Reason>),
    take_up: TakeUp,
) -> Result<Option<ChildPath>, Problem> {
    let Some(reason) = reason else {
        return Ok(None);
    };
    let but = child.reference();
    let asked = visitor.ask(move |store, session, now| take_up(store, session, reason, &but, now));
    let next = asked.await?.ok().flatten();
    Ok(next.map(|reference| ChildPath::new(&reference, "")))
}
