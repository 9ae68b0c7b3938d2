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
pub(super) const ENDED_FOR: &str = "ended-for";
pub(super) const NOT_ENDED_FOR: &str = "not-ended-for";
pub(super) const SHIELDED: &str = "shielded";
pub(super) const REPORTED: &str = "reported";
pub(super) const CORRECTED: &str = "corrected";
pub(super) const NOT_KNOWN: &str = "not-known";
pub(super) const TAKEN_OUT: &str = "taken-out";
pub(super) const UNDONE: &str = "undone";
pub(super) const SHOWN_AGAIN: &str = "shown-again";
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
    let called = called(view);
    let told = done
        .as_deref()
        .and_then(|done| Some((done_words(done, &called)?, is_done(done))));
    let page = match view {
        View::Whole(whole) => {
            let mut page = record::page(&visitor, &child, whole, &beside);
            if let Some((words, is_done)) = told {
                page.layout.tell(words, is_done);
            }
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
            if let Some((words, is_done)) = told {
                page.layout.tell(words, is_done);
            }
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
                    let endable = store.endable(session, &disclosure)?;
                    let beside = Surroundings::of(store, &disclosure)?.with(last, endable);
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

/// Whether what the address says is that something was done.
fn is_done(done: &str) -> bool {
    !matches!(done, NOT_TAKEN_BACK | NOT_ENDED_FOR)
}

fn done_words(done: &str, called: &str) -> Option<String> {
    let of_child = match done {
        INVOLVED => Some(format!("You are listed as working with {called}.")),
        ENDED => Some(format!(
            "You are no longer listed as working with {called}."
        )),
        SHIELDED => Some(format!("{called}’s record is shielded.")),
        _ => None,
    };
    let words = match done {
        ENDED_FOR => {
            "The involvement has ended. It stays on the record for a year, marked as ended."
        }
        NOT_ENDED_FOR => {
            "Nothing was changed: there is nothing to end, or no longer. Somebody ended that involvement already, or the record has changed. The record below shows how it stands now. If that is not right, choose “Something is wrong here”."
        }
        // Behind a shield nobody is told more than of any other record: neither who said it, nor whose officers they are (X2).
        REPORTED => {
            "It is reported. The record stays as it is until whoever said it, or an officer of the responsible authority, puts it right."
        }
        CORRECTED => {
            "It is shown as you said from now on, and listed for its sources to put right."
        }
        NOT_KNOWN => {
            "It is shown as not known from now on, and listed for its sources to put right."
        }
        TAKEN_OUT => {
            "It is taken out, and stays out whatever suppliers send, until it is chosen to be shown again."
        }
        SHOWN_AGAIN => "It is taken out no longer: it is shown again where a source says it.",
        UNDONE => "The correction is undone: the record shows what it would show without it.",
        DISMISSED => {
            "Every report about this part of the record is closed. The record stays as it is."
        }
        MERGED => "The two records are one. It can be taken back below.",
        SPLIT => "The record is split. The other child has a record with a number of its own.",
        TAKEN_BACK => "It is taken back.",
        NOT_TAKEN_BACK => {
            "Nothing was taken back: it was before, or the other record was merged or split again since, which has to be taken back first."
        }
        SAID_FIRST => {
            "You have said that your authority takes this child on. Another shielding officer of your authority has to say so too."
        }
        SAID_SECOND => {
            "Two officers of your authority have said so. If no authority was responsible for this child, yours is from now on."
        }
        _ => return of_child,
    };
    Some(words.to_owned())
}
