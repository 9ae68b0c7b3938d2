//! `GET /supply/corrections`: what a supplier is to look into (R83, X8): its own key, the field in dispute, since when, and what it answered
//! itself. `POST` answers a line of it: mended at the source, or that the supplier stands by what it says, in no other words (R4).
//!
//! How far each is, is not told: what a row that waits behind a shield would have changed could be read from it (X2).

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use directory::Date;
use directory::correction::{Disputed, SourceAnswer};
use directory::event::By;
use directory::text::SupplierKey;
use serde::{Deserialize, Serialize};
use store::{AnswerTaken, Answering, Longest, SupplierTask};
use tokio::time::{Instant, sleep};

use super::admit::Program;
use super::problem::{DoorProblem, Kind};
use super::token::json;
use super::{receive, sent, step};

/// The longest answer, in bytes.
const ANSWER_BYTES_MAX: u64 = 4_096;
const NO_ANSWER: &str = "An answer is a line of the list as JSON, with answer beside it, and nothing else: {\"key\":\"N-2\",\"field\":\"date-of-birth\",\"since\":\"2025-09-03\",\"answer\":\"mended\"}, or with stands.";

/// What is told.
#[derive(Serialize)]
struct Corrections {
    /// Those that wait the longest, the longest first.
    corrections: Vec<Correction>,
    /// Whether more wait than are told.
    more: bool,
}

/// A field in dispute: no value, neither the supplier's nor another's.
#[derive(Serialize)]
struct Correction {
    key: String,
    field: &'static str,
    since: String,
    /// What the supplier answered last, and on which day.
    #[serde(flatten)]
    answered: Option<Answered>,
}

#[derive(Serialize)]
struct Answered {
    answer: &'static str,
    answered: String,
}

/// An answer, as it is sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    key: String,
    field: String,
    since: String,
    answer: String,
}

pub(crate) async fn show(program: Program) -> Response {
    let (supplier, now) = (program.client.supplier.clone(), program.now);
    let asked = program.desk.ask(move |store| {
        let by = By::Supplier(supplier.clone());
        store.supplier_tasks(by, &supplier, now)
    });
    match asked.await {
        Ok(tasks) => json(StatusCode::OK, &told(&tasks)),
        Err(lost) => DoorProblem::from(lost).into_response(),
    }
}

fn told(tasks: &Longest<SupplierTask>) -> Corrections {
    let corrections = tasks.lines.iter().map(|task| Correction {
        key: task.key.to_string(),
        field: task.field.code(),
        since: task.since.to_string(),
        answered: task.answered.map(answered),
    });
    Corrections {
        corrections: corrections.collect(),
        more: tasks.left.is_any(),
    }
}

fn answered((answer, on): (SourceAnswer, Date)) -> Answered {
    Answered {
        answer: answer.code(),
        answered: on.to_string(),
    }
}

pub(crate) async fn answer(program: Program, request: Request) -> Response {
    let begun = Instant::now();
    let response = match taken(&program, request).await {
        Ok(correction) => json(StatusCode::OK, &correction),
        Err(problem) => problem.into_response(),
    };
    sleep(step::rest(begun)).await;
    response
}

async fn taken(program: &Program, request: Request) -> Result<Correction, DoorProblem> {
    let (parts, body) = request.into_parts();
    let packing = sent::packing(&parts.headers)?;
    let body = receive::few(program, (body, packing), ANSWER_BYTES_MAX).await?;
    let line = read(&body).ok_or_else(|| DoorProblem::with(Kind::Unreadable, NO_ANSWER))?;
    let (supplier, now, of) = (program.client.supplier.clone(), program.now, line.clone());
    let asked = program
        .desk
        .ask(move |store| store.answer_correction(&supplier, &of, now));
    match asked.await? {
        AnswerTaken::Since(on) => Ok(Correction {
            key: line.key.to_string(),
            field: line.field.code(),
            since: line.since.to_string(),
            answered: Some(answered((line.answer, on))),
        }),
        AnswerTaken::NotListed => Err(Kind::NotListed.into()),
        AnswerTaken::TooOften => Err(Kind::Answered.into()),
    }
}

/// `None`: it is no answer to any line there could be.
fn read(body: &[u8]) -> Option<Answering> {
    let sent: Sent = serde_json::from_slice(body).ok()?;
    Some(Answering {
        key: SupplierKey::parse(&sent.key).ok()?,
        field: Disputed::parse(&sent.field)?,
        since: sent.since.parse().ok()?,
        answer: SourceAnswer::parse(&sent.answer)?,
    })
}
