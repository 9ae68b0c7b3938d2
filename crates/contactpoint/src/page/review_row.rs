//! One row that waits, beside the records of which it may be: seen for a reason, decided, and the next one opens.

use axum::http::StatusCode;
use axum::response::Response;
use directory::access::{Refusal, review_reason};
use directory::row::Waits;
use store::{Named, ShownRow, Verdict, Wanted};

use super::choices::{self, choice, fault};
use super::review::{APART, GONE, PUT_OFF, linked, next, path, reason_given, tell};
use super::{FAULTY, compared, shown, to};
use crate::desk::Often;
use crate::problem::Problem;
use crate::view::choice::Choice;
use crate::view::decision::Decision;
use crate::view::fault::Fault;
use crate::view::review_row::ReviewRow;
use crate::visitor::{Done, Form, RowPath, SignedIn};
use crate::words;

const NO_DECISION: &str = "Choose what you decide";
const UNFIT: &str = "The row cannot be linked to this record: it is full, or it is not beside the row any more. Look again and choose";
const CHANGED: &str = "Another record has come beside the row since you looked, so nothing was decided. Look again and choose";
/// What the form sends for the answers that name no record.
const KEEP_APART: &str = "apart";
const CANNOT_TELL: &str = "cannot-tell";

pub(crate) async fn show(visitor: SignedIn, row: RowPath, done: Done) -> Result<Response, Problem> {
    page(&visitor, Waits::Review, (&row, done.0), None).await
}

pub(crate) async fn show_held(
    visitor: SignedIn,
    row: RowPath,
    done: Done,
) -> Result<Response, Problem> {
    page(&visitor, Waits::Held, (&row, done.0), None).await
}

pub(crate) async fn send(visitor: SignedIn, row: RowPath, sent: Form) -> Result<Response, Problem> {
    decide(&visitor, Waits::Review, &row, &sent).await
}

pub(crate) async fn send_held(
    visitor: SignedIn,
    row: RowPath,
    sent: Form,
) -> Result<Response, Problem> {
    decide(&visitor, Waits::Held, &row, &sent).await
}

async fn decide(
    visitor: &SignedIn,
    waits: Waits,
    row: &RowPath,
    sent: &Form,
) -> Result<Response, Problem> {
    let (verdict, done) = match sent.fields().text("decision") {
        "" => return again(visitor, waits, (row, sent), NO_DECISION).await,
        CANNOT_TELL => (Verdict::CannotTell, PUT_OFF.to_owned()),
        answer => match answer.split_once(' ').unwrap_or((answer, "")) {
            (KEEP_APART, shown) => {
                let shown = shown.split_whitespace().map(ToOwned::to_owned);
                (Verdict::Apart(shown.collect()), APART.to_owned())
            }
            _ => (Verdict::Link(answer.to_owned()), linked(answer)),
        },
    };
    let reference = row.reference();
    let asked = visitor.ask(move |store, session, now| {
        store.decide_row(session, (waits, &reference), &verdict, now)
    });
    let done = match asked.await? {
        Ok(()) => done,
        Err(Refusal::AlreadySo) => GONE.to_owned(),
        Err(Refusal::NoReason) => return Ok(to(path(waits))),
        Err(Refusal::DoesNotFit) => {
            let words = if done == APART { CHANGED } else { UNFIT };
            return again(visitor, waits, (row, sent), words).await;
        }
        Err(refusal) => return Err(visitor.refused(refusal)),
    };
    let order = row.order();
    let wanted = (Wanted::First(order), order);
    // A row that was just put off does not open again by itself, and none opens for a reason that nobody gave.
    let just_seen = row.reference();
    let following = match reason_given(waits, sent) {
        Some(reason) => next(visitor, (waits, reason), wanted, Some(&just_seen)).await?,
        None => None,
    };
    let href = match following {
        Some(row) => row.href(path(waits)),
        None => path(waits).to_owned(),
    };
    Ok(to(&format!("{href}?done={done}")))
}

/// The page once more, with what is wrong with what was sent.
async fn again(
    visitor: &SignedIn,
    waits: Waits,
    (row, sent): (&RowPath, &Form),
    words: &str,
) -> Result<Response, Problem> {
    let faulty = (fault("decision", words), sent.fields().text("reason"));
    page(visitor, waits, (row, None), Some(faulty)).await
}

async fn page(
    visitor: &SignedIn,
    waits: Waits,
    (row, done): (&RowPath, Option<String>),
    faulty: Option<(Fault, &str)>,
) -> Result<Response, Problem> {
    visitor.count(Often::Open).await?;
    let reference = row.reference();
    let asked = visitor.ask(move |store, session, now| {
        let shown = store.show_row(session, (waits, &reference), now)?;
        Ok(shown.map(|shown| {
            let records = compared::records(store, &shown, now.today);
            (records, compared::alone(store, &shown, now.today), shown)
        }))
    });
    let (records, alone, shown_row) = match asked.await? {
        Ok(found) => found,
        Err(Refusal::NoReason) => return Ok(to(path(waits))),
        Err(Refusal::AlreadySo | Refusal::NoRecord) => {
            return Ok(to(&format!("{}?done={GONE}", path(waits))));
        }
        Err(refusal) => return Err(visitor.refused(refusal)),
    };
    let mut layout = visitor.layout(path(waits));
    tell(&mut layout, waits, done.as_deref());
    let status = if faulty.is_some() {
        FAULTY
    } else {
        StatusCode::OK
    };
    let (faults, next) = faulty.map(|(fault, next)| (vec![fault], next)).unzip();
    let faults = faults.unwrap_or_default();
    let page = ReviewRow {
        layout,
        list_href: path(waits),
        held: waits == Waits::Held,
        heading: match waits {
            Waits::Review => "Is this row of a known child?",
            Waits::Held if records.is_empty() => "Who is the child of this restricted row?",
            Waits::Held => "Is this row of the shielded child?",
        },
        source: format!(
            "{}, of {}",
            words::typeset(&shown_row.source.words()),
            words::day(shown_row.confirmed)
        ),
        decision: Decision {
            action: row.href(path(waits)),
            hint: "The number of an answer chooses it, and Enter decides. What you decide stands, whatever is supplied later.",
            choices: choices(waits, &shown_row),
            next_legend: "Why do you need to see the next row?",
            next: choices::next(review_reason(waits), next),
            fault: faults.first().map(|fault: &Fault| fault.text.clone()),
        },
        records,
        alone,
        faults,
        watermark: visitor.watermark(shown_row.disclosure.at()),
    };
    Ok(shown(status, &page))
}

/// What can be decided: a link to each record, apart from all of them, or that it cannot be told.
fn choices(waits: Waits, row: &ShownRow) -> Vec<Choice> {
    let count = row.beside.len();
    let links = row.beside.iter().zip(row.disclosure.beside()).enumerate();
    let mut choices: Vec<Choice> = links
        .map(|(place, (beside, (_, disclosure)))| {
            let name = super::identity::called_fully(disclosure.view());
            let which = match count {
                1 => String::new(),
                _ => format!(", record {}", place.saturating_add(1)),
            };
            let stays = match waits {
                Waits::Review => "",
                Waits::Held => ". The shield stays",
            };
            let label = format!("Link: the row is of {name}{which}{stays}");
            choice(&beside.reference, &label, "")
        })
        .collect();
    let apart = match waits {
        Waits::Review if count == 0 => "Make a record: the row is of a child who is not known",
        Waits::Review => "Keep apart: the row is of another child, who gets a record",
        Waits::Held if count == 0 => "Let it go on: whoever it is of is shielded",
        Waits::Held => "Not this child: the row goes on as if this record were not there",
    };
    if row.named == Named::Yes {
        // What is decided of is what was looked at, and nothing that comes beside the row meanwhile.
        let shown = row.beside.iter().map(|one| one.reference.as_str());
        let all: Vec<&str> = std::iter::once(KEEP_APART).chain(shown).collect();
        choices.push(choice(&all.join(" "), apart, ""));
    }
    choices.push(choice(
        CANNOT_TELL,
        "Cannot tell: the row goes to the end of the list",
        "",
    ));
    choices
}
