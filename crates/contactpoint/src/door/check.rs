//! `POST /supply/check`: a file held against the mapping and the directory's own lists, and nothing of it taken.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use store::{Spooled, Store};

use super::admit::Program;
use super::limits::CHECK_BYTES_MAX;
use super::problem::{DoorProblem, Kind};
use super::report::Report;
use super::{receive, sent, take, token};
use crate::supply::{Mapping, Rows, Summary, Unread};
use directory::Date;

/// What a check found.
#[derive(Serialize)]
struct Checked {
    state: &'static str,
    said: String,
    report: Option<Report>,
}

pub(crate) async fn send(program: Program, request: Request) -> Response {
    match checked(&program, request).await {
        Ok(checked) => token::json(StatusCode::OK, &checked),
        Err(problem) => problem.into_response(),
    }
}

async fn checked(program: &Program, request: Request) -> Result<Checked, DoorProblem> {
    let (parts, body) = request.into_parts();
    let mapping = program.mapping()?;
    let packing = sent::packing(&parts.headers)?;
    sent::check_type(&parts.headers, &mapping.format)?;
    let said = sent::digest(&parts.headers)?;
    let extracted = sent::extracted(&parts.uri, program.now.today)?;
    let supplier = &program.client.supplier;
    let _sending = program.desk.door().sends(supplier).ok_or(Kind::Sending)?;
    let most = program.desk.settings().door.limits.file_bytes_max;
    let most = most.min(CHECK_BYTES_MAX);
    let arrived = receive::file(program, (body, packing), most, said).await?;
    let checked = program
        .desk
        .ask(move |store| Ok(check(store, &mapping, arrived.file, extracted)))
        .await?;
    Ok(checked)
}

fn check(store: &Store, mapping: &Mapping, file: Spooled, extracted: Date) -> Checked {
    let read = take::with_delivery(store, mapping, extracted, |delivery| {
        let mut rows = Rows::open(file, delivery)?;
        let mut summary = Summary::default();
        while let Some(batch) = rows.read().map_err(Unread::Reading)? {
            summary.count_batch(&batch);
        }
        Ok::<Summary, Unread>(summary)
    });
    match read {
        Ok(summary) => Checked {
            state: "checked",
            said: "This was a check: nothing of the file was kept.".to_owned(),
            report: Some(Report::of(&summary, mapping)),
        },
        Err(unread) => Checked {
            state: "refused",
            said: unread.to_string(),
            report: None,
        },
    }
}
