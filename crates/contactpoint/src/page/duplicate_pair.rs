//! Two records that may be of one child, side by side: seen for a reason, decided, and the next two open.

use axum::http::StatusCode;
use axum::response::Response;
use directory::Date;
use directory::access::Refusal;
use directory::reason::Reason;
use store::{PairAnswer, ShownPair, Store, WantedPair};

use super::choices::{self, choice, fault};
use super::duplicates::{
    APART, GONE, MERGED, PATH, PUT_OFF, WHY, by_words, href, reason_given, tell,
};
use super::{FAULTY, compared, shown, to};
use crate::desk::Often;
use crate::problem::Problem;
use crate::view::choice::Choice;
use crate::view::decision::Decision;
use crate::view::duplicate_pair::DuplicatePair;
use crate::view::fault::Fault;
use crate::view::review_row::Line;
use crate::visitor::{ChildPath, Done, Form, OtherPath, SignedIn};
use crate::words;

const NO_DECISION: &str = "Choose what you decide";
const UNFIT: &str = "These two cannot be merged: together they hold more than one record may, or a young adult’s consent is in the second one only";
/// What the form sends for each answer.
const MERGE: &str = "merge";
const NOT_SAME: &str = "not-same";
const CANNOT_TELL: &str = "cannot-tell";

pub(crate) async fn show(
    visitor: SignedIn,
    child: ChildPath,
    other: OtherPath,
    done: Done,
) -> Result<Response, Problem> {
    page(&visitor, [child.reference(), other.0], (done.0, None)).await
}

pub(crate) async fn send(
    visitor: SignedIn,
    child: ChildPath,
    other: OtherPath,
    sent: Form,
) -> Result<Response, Problem> {
    let pair = [child.reference(), other.0];
    let (answer, done) = match sent.fields().text("decision") {
        MERGE => (PairAnswer::Merge, MERGED),
        NOT_SAME => (PairAnswer::NotSame, APART),
        CANNOT_TELL => (PairAnswer::CannotTell, PUT_OFF),
        _ => return again(&visitor, pair, (&sent, NO_DECISION)).await,
    };
    let decided = pair.clone();
    let asked =
        visitor.ask(move |store, session, now| store.decide_pair(session, &decided, answer, now));
    let done = match asked.await? {
        Ok(()) => done,
        Err(Refusal::NoReason) => return Ok(to(PATH)),
        Err(Refusal::DoesNotFit) => return again(&visitor, pair, (&sent, UNFIT)).await,
        Err(_) => GONE,
    };
    let next = match reason_given(&sent) {
        Some(reason) => next(&visitor, reason, pair).await?,
        None => None,
    };
    let next = next.map_or_else(|| PATH.to_owned(), |next| href(&next));
    Ok(to(&format!("{next}?done={done}")))
}

/// The first pair that waits, opened for a reason that was given for it. One that was just put off does not open again by itself.
async fn next(
    visitor: &SignedIn,
    reason: Reason,
    but: [String; 2],
) -> Result<Option<[String; 2]>, Problem> {
    let wanted = WantedPair::FirstBut(but);
    let asked =
        visitor.ask(move |store, session, now| store.take_up_pair(session, reason, wanted, now));
    Ok(asked.await?.ok().flatten())
}

/// The page once more, with what is wrong with what was sent.
async fn again(
    visitor: &SignedIn,
    pair: [String; 2],
    (sent, words): (&Form, &str),
) -> Result<Response, Problem> {
    let faulty = (fault("decision", words), sent.fields().text("reason"));
    page(visitor, pair, (None, Some(faulty))).await
}

async fn page(
    visitor: &SignedIn,
    pair: [String; 2],
    (done, faulty): (Option<String>, Option<(Fault, &str)>),
) -> Result<Response, Problem> {
    visitor.count(Often::Open).await?;
    let references = pair.clone();
    let asked = visitor.ask(move |store, session, now| {
        let shown = store.show_pair(session, &references, now)?;
        Ok(shown.map(|shown| {
            let lines = compared_lines(store, &shown, now.today);
            (shown, lines)
        }))
    });
    let (pair_shown, lines) = match asked.await? {
        Ok(found) => found,
        Err(Refusal::NoReason) => return Ok(to(PATH)),
        Err(_) => return Ok(to(&format!("{PATH}?done={GONE}"))),
    };
    let status = if faulty.is_some() {
        FAULTY
    } else {
        StatusCode::OK
    };
    let mut layout = visitor.layout("/review");
    tell(&mut layout, done.as_deref());
    let explanation = pair_shown.explanation.as_ref();
    let [one, other] = &pair_shown.disclosures;
    let [number, other_number] = [one, other].map(|one| one.view().number().to_string());
    let (faults, next) = faulty.map(|(fault, next)| (vec![fault], next)).unzip();
    let faults = faults.unwrap_or_default();
    let page = DuplicatePair {
        layout,
        list_href: PATH,
        found: format!(
            "{}. They have been waiting since {}.",
            by_words(pair_shown.by),
            words::moment(pair_shown.since)
        ),
        summary: compared::summary(&lines),
        lines,
        why: explanation.map_or_else(Vec::new, compared::why),
        picture: explanation.map_or_else(String::new, compared::picture),
        decision: Decision {
            action: href(&pair),
            hint: "The number of an answer chooses it, and Enter decides. A merger can be taken back on the record.",
            choices: choices(&number, &other_number),
            next_legend: "Why do you need to see the next two?",
            next: choices::next(WHY, next),
            fault: faults.first().map(|fault: &Fault| fault.text.clone()),
        },
        number,
        other: other_number,
        faults,
        watermark: visitor.watermark(other.at()),
    };
    Ok(shown(status, &page))
}

fn compared_lines(store: &Store, shown: &ShownPair, today: Date) -> Vec<Line> {
    let [one, other] = &shown.disclosures;
    compared::lines(store, (one.view(), other.view()), today)
}

fn choices(number: &str, other: &str) -> Vec<Choice> {
    let merge = format!(
        "One child: merge them. Record {number} stays, and number {other} finds it from now on"
    );
    vec![
        choice(MERGE, &merge, ""),
        choice(
            NOT_SAME,
            "Two children: keep them apart, whatever is supplied later",
            "",
        ),
        choice(
            CANNOT_TELL,
            "Cannot tell: they go to the end of the list",
            "",
        ),
    ]
}
