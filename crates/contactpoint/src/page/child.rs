//! A child's record, opened for the reason that was given. Every showing is an event of its own (R72).

use axum::http::StatusCode;
use axum::response::Response;
use directory::access::{Refusal, may_shield};
use directory::child::View;
use directory::disclosure::Disclosure;

use super::identity::{called, identity};
use super::record::{self, Surroundings};
use super::{shown, to};
use crate::desk::Often;
use crate::problem::Problem;
use crate::view::child_shielded::ChildShielded;
use crate::visitor::{ChildPath, Done, SignedIn};

/// What was done to the record, as its address says after a redirection.
pub(super) const INVOLVED: &str = "involved";
pub(super) const ENDED: &str = "ended";
pub(super) const SHIELDED: &str = "shielded";
pub(super) const REPORTED: &str = "reported";
pub(super) const CORRECTED: &str = "corrected";
pub(super) const UNDONE: &str = "undone";
pub(super) const DISMISSED: &str = "dismissed";
pub(super) const MERGED: &str = "merged";
pub(super) const SPLIT: &str = "split";
pub(super) const TAKEN_BACK: &str = "taken-back";
pub(super) const NOT_TAKEN_BACK: &str = "not-taken-back";
pub(super) const SAID_FIRST: &str = "said-first";
pub(super) const SAID_SECOND: &str = "said-second";

/// A record that was disclosed, or the way to the reason that has not been given.
pub(super) enum Opened {
    Shown(Box<Disclosure>, Box<Surroundings>),
    AskReason,
}

pub(crate) async fn show(
    visitor: SignedIn,
    child: ChildPath,
    Done(done): Done,
) -> Result<Response, Problem> {
    let (disclosure, beside) = match open(&visitor, &child).await? {
        Opened::Shown(disclosure, beside) => (disclosure, beside),
        Opened::AskReason => return Ok(to(&child.below("reason"))),
    };
    let view = disclosure.view();
    let done = done.and_then(|done| done_words(&done, &called(view)));
    let page = match view {
        View::Whole(whole) => {
            let mut page = record::page(&visitor, &child, whole, &beside);
            page.layout.done = done;
            shown(StatusCode::OK, &page)
        }
        View::Restricted(_) => {
            let mut page = ChildShielded {
                layout: visitor.layout("/search"),
                identity: identity(view, visitor.now().today),
                local_manager: visitor.local_manager(),
                wrong_href: child.below("wrong"),
                take_on_href: may_shield(visitor.actor())
                    .is_ok()
                    .then(|| child.below("take-on")),
                results_href: child.results(),
                results_words: child.results_words(),
                watermark: visitor.watermark(disclosure.at()),
            };
            page.layout.done = done;
            shown(StatusCode::OK, &page)
        }
    };
    Ok(page)
}

/// Opens a record for its page, or for one that shows whose record is to be changed.
pub(super) async fn open(visitor: &SignedIn, child: &ChildPath) -> Result<Opened, Problem> {
    visitor.count(Often::Open).await?;
    let reference = child.reference();
    let asked =
        visitor.ask(
            move |store, session, now| match store.disclose(session, &reference, now)? {
                Ok(disclosure) => {
                    let last = store.last_joining(session, &reference)?;
                    let beside = Surroundings::of(store, &disclosure)?.after(last);
                    Ok(Ok((disclosure, beside)))
                }
                Err(refusal) => Ok(Err(refusal)),
            },
        );
    match asked.await? {
        Ok((disclosure, beside)) => Ok(Opened::Shown(Box::new(disclosure), Box::new(beside))),
        Err(Refusal::NoReason | Refusal::ReasonNotOpen) => Ok(Opened::AskReason),
        Err(refusal) => Err(visitor.refused(refusal)),
    }
}

fn done_words(done: &str, called: &str) -> Option<String> {
    match done {
        INVOLVED => Some(format!("You are listed as working with {called}.")),
        ENDED => Some(format!(
            "You are no longer listed as working with {called}."
        )),
        REPORTED => Some(
            "You have reported it. It is listed for the service it comes from, and a data officer looks into it.".to_owned(),
        ),
        CORRECTED => Some(
            "It is shown as you said from now on, and listed for the service it comes from.".to_owned(),
        ),
        UNDONE => Some("The correction is undone.".to_owned()),
        DISMISSED => Some("The report is closed: nothing was wrong.".to_owned()),
        MERGED => Some("The two records are one. It can be taken back below.".to_owned()),
        SPLIT => Some(
            "The record is split. The other child has a record with a number of its own."
                .to_owned(),
        ),
        TAKEN_BACK => Some("It is taken back.".to_owned()),
        NOT_TAKEN_BACK => Some(
            "Nothing was taken back: it was before, or the other record was merged or split again since, which has to be taken back first."
                .to_owned(),
        ),
        SAID_FIRST => Some(
            "You have said that your authority takes this child on. Another shielding officer of your authority has to say so too."
                .to_owned(),
        ),
        SAID_SECOND => Some(
            "Two officers of your authority have said so. If no authority was responsible for this child, yours is from now on."
                .to_owned(),
        ),
        SHIELDED => Some(format!("{called}’s record is shielded.")),
        _ => None,
    }
}
