//! One child who has moved: what is known of the move, what the other side has said, and this side's answer.

use axum::http::StatusCode;
use axum::response::Response;
use directory::access::Refusal;
use directory::child::View;
use directory::transfer::{Act, Side};
use store::ShownMove;

use super::choices::{choice, fault};
use super::identity::identity;
use super::moved::{GONE, PATH, called, href, stage_words};
use super::{FAULTY, shown, to};
use crate::desk::Often;
use crate::problem::Problem;
use crate::view::choice::Choice;
use crate::view::fault::Fault;
use crate::view::moved_child::MovedChild;
use crate::visitor::{ChildPath, Form, SignedIn};
use crate::words;

const NO_DECISION: &str = "Choose what you decide";
const FULL: &str =
    "Too much was proposed and withdrawn about this child. Ask the local ContactPoint manager";
const BOTH_SIDES: &str = "You made this proposal yourself, for the other authority. Somebody else must answer for this one";

pub(crate) async fn show(visitor: SignedIn, child: ChildPath) -> Result<Response, Problem> {
    page(&visitor, &child, None).await
}

pub(crate) async fn send(
    visitor: SignedIn,
    child: ChildPath,
    sent: Form,
) -> Result<Response, Problem> {
    let Some(act) = Act::parse(sent.fields().text("decision")) else {
        return page(&visitor, &child, Some(fault("decision", NO_DECISION))).await;
    };
    let reference = child.reference();
    let asked =
        visitor.ask(move |store, session, now| store.transfer(session, &reference, act, now));
    match asked.await? {
        Ok(()) => Ok(to(&format!("{PATH}?done={}", act.code()))),
        Err(Refusal::NoReason) => Ok(to(PATH)),
        Err(Refusal::NotPermitted) => {
            page(&visitor, &child, Some(fault("decision", BOTH_SIDES))).await
        }
        Err(Refusal::DoesNotFit) => page(&visitor, &child, Some(fault("decision", FULL))).await,
        Err(_) => Ok(to(&format!("{PATH}?done={GONE}"))),
    }
}

async fn page(
    visitor: &SignedIn,
    child: &ChildPath,
    faulty: Option<Fault>,
) -> Result<Response, Problem> {
    visitor.count(Often::Open).await?;
    let reference = child.reference();
    let asked = visitor.ask(move |store, session, now| {
        let shown = store.show_moved(session, &reference, now)?;
        Ok(shown.map(|shown| {
            let names = Side::ALL.map(|side| called(store, shown.moving.of.authority(side)));
            (shown, names)
        }))
    });
    let (shown_move, [losing, gaining]) = match asked.await? {
        Ok(found) => found,
        Err(Refusal::NoReason) => return Ok(to(PATH)),
        Err(_) => return Ok(to(&format!("{PATH}?done={GONE}"))),
    };
    let status = if faulty.is_some() {
        FAULTY
    } else {
        StatusCode::OK
    };
    let ShownMove {
        disclosure,
        moving,
        side,
    } = shown_move;
    let other = match side {
        Side::Losing => &gaining,
        Side::Gaining => &losing,
    };
    let today = visitor.now().today;
    let page = MovedChild {
        layout: visitor.layout(PATH),
        identity: identity(disclosure.view(), today),
        action: href(child),
        shielded: disclosure.shielding() == directory::record::Shielding::Shielded,
        since: format!(
            "{}, {}",
            words::day(moving.of.since),
            words::ago(moving.of.since, today)
        ),
        stage: stage_words(moving.stage, side, other),
        address: address(disclosure.view()),
        choices: moving
            .acts(side)
            .iter()
            .map(|act| answer(*act, (&losing, &gaining)))
            .collect(),
        from: losing,
        to: gaining,
        faults: faulty.into_iter().collect(),
        watermark: visitor.watermark(disclosure.at()),
    };
    Ok(shown(status, &page))
}

/// The address as the officer may see it; none behind a shield.
fn address(view: &View) -> Vec<String> {
    let View::Whole(child) = view else {
        return Vec::new();
    };
    let residence = child.residence.as_ref();
    let address = residence.and_then(|item| item.value.address());
    let lines = address.into_iter().flat_map(|address| {
        let postcode = address.postcode.as_ref().map(ToString::to_string);
        address.lines.iter().map(words::typeset).chain(postcode)
    });
    lines.collect()
}

fn answer(act: Act, (losing, gaining): (&str, &str)) -> Choice {
    let label = match act {
        Act::Propose => format!("Propose that {gaining} becomes responsible in place of {losing}"),
        Act::Agree => format!("Yes: {gaining} becomes responsible in place of {losing}"),
        Act::Decline => format!("No: {losing} stays responsible"),
        Act::Withdraw => "Withdraw the proposal".to_owned(),
    };
    choice(act.code(), &label, "")
}
