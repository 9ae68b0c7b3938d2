//! Placing a shield on one child: the ground, and what it does (R37–R43).

use axum::http::StatusCode;
use axum::response::Response;
use directory::access::Refusal;
use directory::reason::Reason;
use directory::record::Shielding;
use directory::shield::Ground;

use super::child::{Opened, SHIELDED, open};
use super::choices::{choice, fault};
use super::connected;
use super::identity::{called, identity};
use super::{FAULTY, shown, to};
use crate::problem::Problem;
use crate::view::shield_confirm::ShieldConfirm;
use crate::visitor::{ChildPath, Form, SignedIn};

const NO_GROUND: &str = "Choose the ground of the shield";

pub(crate) async fn show(visitor: SignedIn, child: ChildPath) -> Result<Response, Problem> {
    page(&visitor, &child, StatusCode::OK).await
}

pub(crate) async fn send(
    visitor: SignedIn,
    child: ChildPath,
    sent: Form,
) -> Result<Response, Problem> {
    let Some(ground) = Ground::parse(sent.fields().text("ground")) else {
        return page(&visitor, &child, FAULTY).await;
    };
    let reference = child.reference();
    // The page says which reason is recorded, whatever the record was opened for before.
    let reason = Reason::ShieldDecision;
    let asked = visitor.ask(move |store, session, now| {
        match store.give_reason(session, &reference, reason, now)? {
            Ok(()) => store.shield(session, &reference, ground, now),
            Err(refusal) => Ok(Err(refusal)),
        }
    });
    match asked.await? {
        Ok(()) => Ok(to(&format!("{}?done={SHIELDED}", connected::href(&child)))),
        Err(Refusal::AlreadySo) => Ok(to(&child.done(SHIELDED))),
        Err(Refusal::NoReason) => Ok(to(&child.below("reason"))),
        Err(refusal) => Err(visitor.refused(refusal)),
    }
}

async fn page(
    visitor: &SignedIn,
    child: &ChildPath,
    status: StatusCode,
) -> Result<Response, Problem> {
    let Opened::Shown(disclosure, _) = open(visitor, child).await? else {
        return Ok(to(&child.below("reason")));
    };
    if disclosure.shielding() == Shielding::Shielded {
        return Ok(to(&child.done(SHIELDED)));
    }
    let view = disclosure.view();
    let faults = if status == FAULTY {
        vec![fault("ground", NO_GROUND)]
    } else {
        Vec::new()
    };
    let reason = Reason::ShieldDecision;
    let page = ShieldConfirm {
        layout: visitor.layout("/shield"),
        identity: identity(view, visitor.now().today),
        called: called(view),
        action: child.below("shield"),
        child_href: child.href(),
        grounds: Ground::CHOICES
            .map(|ground| choice(ground.code(), ground.words(), ""))
            .to_vec(),
        ground_fault: faults.first().map(|fault| fault.text.clone()),
        reasons: vec![choice(reason.code(), reason.words(), "")],
        reason_fault: None,
        faults,
    };
    Ok(shown(status, &page))
}
