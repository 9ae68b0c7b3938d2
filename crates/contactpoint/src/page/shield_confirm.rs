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
use super::{FAULTY, from_list, shown, to};
use crate::problem::Problem;
use crate::view::shield_confirm::ShieldConfirm;
use crate::visitor::{ChildPath, Form, SignedIn};

const NO_GROUND: &str = "Choose the ground of the shield";
const NO_REASON: &str = "Choose why you need to open this record";

/// For which reason a shield is placed. It is asked of whoever opened the record for another.
const WHY: Reason = Reason::ShieldDecision;

pub(crate) async fn show(visitor: SignedIn, child: ChildPath) -> Result<Response, Problem> {
    page(&visitor, &child, None).await
}

pub(crate) async fn send(
    visitor: SignedIn,
    child: ChildPath,
    sent: Form,
) -> Result<Response, Problem> {
    let ground = Ground::parse(sent.fields().text("ground"));
    let is_reasoned = is_opened_for(&visitor, &child, WHY).await?;
    let reason = from_list::given(&sent, &[WHY]);
    let (Some(ground), true) = (ground, is_reasoned || reason.is_some()) else {
        return page(&visitor, &child, Some(&sent)).await;
    };
    let reference = child.reference();
    let asked = visitor.ask(move |store, session, now| {
        let given = match reason {
            Some(reason) => store.give_reason(session, &reference, reason, now)?,
            None => Ok(()),
        };
        match given {
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

/// Whether this person opened the record for this reason.
pub(super) async fn is_opened_for(
    visitor: &SignedIn,
    child: &ChildPath,
    reason: Reason,
) -> Result<bool, Problem> {
    let reference = child.reference();
    let given = visitor.ask(move |store, session, _| store.reason_given(session, &reference));
    Ok(given.await? == Some(reason))
}

/// The page, or the page once more with what is wrong with what was sent.
async fn page(
    visitor: &SignedIn,
    child: &ChildPath,
    sent: Option<&Form>,
) -> Result<Response, Problem> {
    let Opened::Shown(disclosure, _) = open(visitor, child).await? else {
        return Ok(to(&child.below("reason")));
    };
    if disclosure.shielding() == Shielding::Shielded {
        return Ok(to(&child.done(SHIELDED)));
    }
    let view = disclosure.view();
    let is_reasoned = disclosure.reason() == WHY;
    let chosen = |name| sent.map_or("", |sent| sent.fields().text(name));
    let no_ground = sent.filter(|sent| Ground::parse(sent.fields().text("ground")).is_none());
    let no_reason = sent.filter(|sent| !is_reasoned && from_list::given(sent, &[WHY]).is_none());
    let ground_fault = no_ground.map(|_| NO_GROUND);
    let reason_fault = no_reason.map(|_| NO_REASON);
    let faults = [("ground", ground_fault), ("reason", reason_fault)];
    let faults = faults
        .into_iter()
        .filter_map(|(field, text)| text.map(|text| fault(field, text)));
    let status = if sent.is_some() {
        FAULTY
    } else {
        StatusCode::OK
    };
    let page = ShieldConfirm {
        layout: visitor.layout("/shield"),
        identity: identity(view, visitor.now().today),
        called: called(view),
        action: child.below("shield"),
        child_href: child.href(),
        grounds: Ground::CHOICES
            .map(|ground| choice(ground.code(), ground.words(), chosen("ground")))
            .to_vec(),
        ground_fault: ground_fault.map(ToOwned::to_owned),
        reasons: if is_reasoned {
            Vec::new()
        } else {
            from_list::choices(&[WHY], chosen("reason"))
        },
        reason_fault: reason_fault.map(ToOwned::to_owned),
        faults: faults.collect(),
    };
    Ok(shown(status, &page))
}
