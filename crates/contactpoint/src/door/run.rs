//! `GET /supply/runs/{run}`: what became of a file.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use store::{State, Upload};

use super::admit::Program;
use super::problem::{DoorProblem, Kind};
use super::token::json;
use crate::visitor::Segments;

/// A file and what became of it.
#[derive(Serialize)]
struct Run {
    run: String,
    state: &'static str,
    extracted: String,
    sha256: String,
    said: &'static str,
    report: Option<serde_json::Value>,
}

pub(crate) async fn show(program: Program, segments: Segments) -> Response {
    let Some(name) = named(segments.text("run")) else {
        return DoorProblem::from(Kind::NoRun).into_response();
    };
    let (supplier, now) = (program.client.supplier.clone(), program.now);
    let found = program
        .desk
        .ask(move |store| store.upload(&supplier, name, now))
        .await;
    match found {
        Ok(Some((upload, _))) => told(StatusCode::OK, name, &upload),
        Ok(None) => DoorProblem::from(Kind::NoRun).into_response(),
        Err(lost) => DoorProblem::from(lost).into_response(),
    }
}

/// What is told of a file.
pub(super) fn told(status: StatusCode, name: u64, upload: &Upload) -> Response {
    let (state, said) = match upload.state {
        State::Taking => ("taking", "The file is being taken. Ask again in a while."),
        State::Taken => (
            "taken",
            "The file was taken to its end. The same file again changes nothing.",
        ),
        State::Refused => (
            "refused",
            "The file was refused and nothing of it was kept. Put right what the report says and send it under another key.",
        ),
        State::Held => (
            "held",
            "Nothing of the file was taken yet: it differs so much from those before that a person of the directory looks at it first. You need not send it again unless you are asked to; then send it under another key.",
        ),
        State::Stopped => (
            "stopped",
            "The file was not taken to its end; what had been taken stays. Send it again under another key: that will not change.",
        ),
        State::Interrupted => (
            "interrupted",
            "The file was not taken to its end; what had been taken stays. Send it again under the same key.",
        ),
    };
    let run = Run {
        run: text(name),
        state,
        extracted: upload.extracted.to_string(),
        sha256: upload.content.text(),
        said,
        report: serde_json::from_str(&upload.report).ok(),
    };
    json(status, &run)
}

/// The name of a file, as an address says it.
pub(super) fn text(name: u64) -> String {
    format!("{name:016x}")
}

fn named(text: &str) -> Option<u64> {
    let is_name = text.len() == 16
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_name
        .then(|| u64::from_str_radix(text, 16).ok())
        .flatten()
}
