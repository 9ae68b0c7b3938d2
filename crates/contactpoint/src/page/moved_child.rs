//! One child who has moved: what is known of the move, what the other side has said, and this side's answer.

use axum::http::StatusCode;
use axum::response::Response;
use directory::access::Refusal;
use directory::child::View;
use directory::transfer::{Act, Side};
use store::{ShownMove, Store};

use super::choices::{choice, fault, next};
use super::identity::identity;
use super::moved::{GONE, PATH, UNREASONED, called, href, stage_words, tell};
use super::{FAULTY, from_list, shown, to};
use crate::desk::Often;
use crate::problem::Problem;
use crate::view::choice::Choice;
use crate::view::decision::Decision;
use crate::view::fault::Fault;
use crate::view::moved_child::MovedChild;
use crate::visitor::{ChildPath, Done, Form, SignedIn};
use crate::words;

const NO_DECISION: &str = "Choose what you decide";
const FULL: &str =
    "Too much was proposed and withdrawn about this child. Ask the local ContactPoint manager";
const BOTH_SIDES: &str = "You made this proposal yourself, for the other authority. Somebody else must answer for this one";

pub(crate) async fn show(
    visitor: SignedIn,
    child: ChildPath,
    Done(done): Done,
) -> Result<Response, Problem> {
    page(&visitor, &child, (done, None)).await
}

pub(crate) async fn send(
    visitor: SignedIn,
    child: ChildPath,
    sent: Form,
) -> Result<Response, Problem> {
    let Some(act) = Act::parse(sent.fields().text("decision")) else {
        return again(&visitor, &child, (&sent, NO_DECISION)).await;
    };
    let reference = child.reference();
    let asked =
        visitor.ask(move |store, session, now| store.transfer(session, &reference, act, now));
    let done = match asked.await? {
        Ok(()) => act.code(),
        Err(Refusal::NoReason) => return Ok(to(&format!("{PATH}?done={UNREASONED}"))),
        Err(Refusal::NotPermitted) => return again(&visitor, &child, (&sent, BOTH_SIDES)).await,
        Err(Refusal::DoesNotFit) => return again(&visitor, &child, (&sent, FULL)).await,
        Err(_) => GONE,
    };
    let reason = from_list::given(&sent, &from_list::of_officer(visitor.actor()));
    let following = from_list::next(&visitor, (&child, reason), Store::take_up_moved).await?;
    let href = following.map_or_else(|| PATH.to_owned(), |child| href(&child));
    Ok(to(&format!("{href}?done={done}")))
}

/// The page once more, with what is wrong with what was sent.
async fn again(
    visitor: &SignedIn,
    child: &ChildPath,
    (sent, words): (&Form, &str),
) -> Result<Response, Problem> {
    let faulty = (fault("decision", words), sent.fields().text("reason"));
    page(visitor, child, (None, Some(faulty))).await
}

async fn page(
    visitor: &SignedIn,
    child: &ChildPath,
    (done, faulty): (Option<String>, Option<(Fault, &str)>),
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
    let (shown_move, names) = match asked.await? {
        Ok(found) => found,
        Err(Refusal::NoReason) => return Ok(to(&format!("{PATH}?done={UNREASONED}"))),
        Err(_) => return Ok(to(&format!("{PATH}?done={GONE}"))),
    };
    let status = if faulty.is_some() {
        FAULTY
    } else {
        StatusCode::OK
    };
    let mut page = view(visitor, child, (&shown_move, names), faulty);
    tell(&mut page.layout, done.as_deref());
    Ok(shown(status, &page))
}

fn view(
    visitor: &SignedIn,
    child: &ChildPath,
    (shown, [losing, gaining]): (&ShownMove, [String; 2]),
    faulty: Option<(Fault, &str)>,
) -> MovedChild {
    let ShownMove {
        disclosure,
        moving,
        side,
    } = shown;
    let other = match side {
        Side::Losing => &gaining,
        Side::Gaining => &losing,
    };
    let today = visitor.now().today;
    let acts = moving.acts(*side).iter();
    let (faults, sent) = faulty.map(|(fault, sent)| (vec![fault], sent)).unzip();
    let faults = faults.unwrap_or_default();
    MovedChild {
        layout: visitor.layout(PATH),
        identity: identity(disclosure.view(), today),
        shielded: disclosure.shielding() == directory::record::Shielding::Shielded,
        since: format!(
            "{}, {}",
            words::day(moving.of.since),
            words::ago(moving.of.since, today)
        ),
        stage: stage_words(moving.stage, *side, other),
        address: address(disclosure.view()),
        decision: Decision {
            action: href(child),
            hint: "The number of an answer chooses it, and Enter decides.",
            choices: acts.map(|act| answer(*act, (&losing, &gaining))).collect(),
            next_legend: "Why do you need to see the next child?",
            next: next(disclosure.reason(), sent),
            fault: faults.first().map(|fault: &Fault| fault.text.clone()),
        },
        from: losing,
        to: gaining,
        faults,
        watermark: visitor.watermark(disclosure.at()),
    }
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
