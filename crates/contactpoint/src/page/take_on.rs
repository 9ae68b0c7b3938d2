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
use super::choices::fault;
use super::identity::identity;
use super::shield_confirm::is_opened_for;
use super::{FAULTY, from_list, shown, to};
use crate::problem::Problem;
use crate::view::fault::Fault;
use crate::view::take_on::TakeOn;
use crate::visitor::{ChildPath, Form, SignedIn};
use crate::words;

/// For which reason a child is taken on. It is asked of whoever opened the record for another.
const WHY: Reason = Reason::ShieldDecision;

const NO_REASON: &str = "Choose why you need to open this record";

pub(crate) async fn show(visitor: SignedIn, child: ChildPath) -> Result<Response, Problem> {
    page(&visitor, &child, None).await
}

async fn page(
    visitor: &SignedIn,
    child: &ChildPath,
    faulty: Option<Fault>,
) -> Result<Response, Problem> {
    let Opened::Shown(disclosure, _) = open(visitor, child).await? else {
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
        reasons: if disclosure.reason() == WHY {
            Vec::new()
        } else {
            from_list::choices(&[WHY], "")
        },
        faults: faulty.into_iter().collect(),
        watermark: visitor.watermark(disclosure.at()),
    };
    let status = if page.faults.is_empty() {
        StatusCode::OK
    } else {
        FAULTY
    };
    Ok(shown(status, &page))
}

pub(crate) async fn send(
    visitor: SignedIn,
    child: ChildPath,
    sent: Form,
) -> Result<Response, Problem> {
    let reason = from_list::given(&sent, &[WHY]);
    if reason.is_none() && !is_opened_for(&visitor, &child, WHY).await? {
        return page(&visitor, &child, Some(fault("reason", NO_REASON))).await;
    }
    let reference = child.reference();
    let asked = visitor.ask(move |store, session, now| {
        let given = match reason {
            Some(reason) => store.give_reason(session, &reference, reason, now)?,
            None => Ok(()),
        };
        match given {
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
