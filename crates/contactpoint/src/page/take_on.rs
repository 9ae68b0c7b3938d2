//! Taking on a shielded child for whom no authority is responsible (L4): what it means, whose word waits, and the officer's own.
//!
//! The page and its answers are the same where another authority is responsible: which one, and whether any, is hidden (X1).

use axum::http::StatusCode;
use axum::response::Response;
use directory::access::Refusal;
use directory::child::View;
use directory::reason::Reason;
use directory::take_on::{Said, Word};

use super::child::{Opened, SAID_FIRST, SAID_SECOND, open};
use super::identity::identity;
use super::{shown, to};
use crate::problem::Problem;
use crate::view::take_on::TakeOn;
use crate::visitor::{ChildPath, Form, SignedIn};
use crate::words;

/// The reason that is recorded, whatever the record was opened for before.
const WHY: Reason = Reason::ShieldDecision;

pub(crate) async fn show(visitor: SignedIn, child: ChildPath) -> Result<Response, Problem> {
    let Opened::Shown(disclosure, _) = open(&visitor, &child).await? else {
        return Ok(to(&child.below("reason")));
    };
    let view = disclosure.view();
    if let View::Whole(_) = view {
        return Ok(to(&child.href()));
    }
    let reference = child.reference();
    let asked =
        visitor.ask(move |store, session, now| store.take_on_word(session, &reference, now));
    let word = asked.await?.map_err(|refusal| visitor.refused(refusal))?;
    let page = TakeOn {
        layout: visitor.layout("/shield"),
        identity: identity(view, visitor.now().today),
        action: child.below("take-on"),
        child_href: child.href(),
        word: word_words(word),
        is_own: matches!(word, Word::Own(_)),
        reason: WHY.words().to_owned(),
        watermark: visitor.watermark(disclosure.at()),
    };
    Ok(shown(StatusCode::OK, &page))
}

pub(crate) async fn send(
    visitor: SignedIn,
    child: ChildPath,
    _form: Form,
) -> Result<Response, Problem> {
    let reference = child.reference();
    let asked = visitor.ask(move |store, session, now| {
        match store.give_reason(session, &reference, WHY, now)? {
            Ok(()) => store.take_on(session, &reference, now),
            Err(refusal) => Ok(Err(refusal)),
        }
    });
    match asked.await? {
        Ok(Said::First) => Ok(to(&child.done(SAID_FIRST))),
        Ok(Said::Second) => Ok(to(&child.done(SAID_SECOND))),
        Err(Refusal::AlreadySo) => Ok(to(&child.href())),
        Err(Refusal::NoReason) => Ok(to(&child.below("reason"))),
        Err(refusal) => Err(visitor.refused(refusal)),
    }
}

fn word_words(word: Word) -> String {
    match word {
        Word::Nobodys => "Nobody of your authority".to_owned(),
        Word::Own(at) => format!(
            "You, on {}. Another shielding officer of your authority has to say so too",
            words::moment(at)
        ),
        Word::Colleagues(at) => format!(
            "Another shielding officer of your authority, on {}",
            words::moment(at)
        ),
    }
}
