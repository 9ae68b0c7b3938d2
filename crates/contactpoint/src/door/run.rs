//! `GET /supply/runs/{run}`: what became of a file.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use directory::run::RunState;
use serde::Serialize;
use store::{State, Store, Upload};

use super::admit::Program;
use super::problem::{DoorProblem, Kind};
use super::token::json;
use crate::visitor::Segments;

/// What is told of a file whose run a person has let go on.
const RELEASED: (&str, &str) = (
    "released",
    "A person of the directory has let the file go on. It goes on by itself while the directory still has the file; if this still says so in ten minutes, send the same file again under another key.",
);

/// What is told of a file that waited for a person, and whose run was taken back.
const TAKEN_BACK: (&str, &str) = (
    "stopped",
    "A person of the directory has taken the file back: nothing that it said stands. Ask them before you send it again.",
);

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
    let found = program.desk.ask(move |store| {
        let Some((upload, _)) = store.upload(&supplier, name, now)? else {
            return Ok(None);
        };
        let since = since(store, &upload)?;
        Ok(Some((upload, since)))
    });
    match found.await {
        Ok(Some((upload, Some(words)))) => answer(name, &upload, words),
        Ok(Some((upload, None))) => told(StatusCode::OK, name, &upload),
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
            "Nothing of the file was taken yet: it differs so much from those before that a person of the directory looks at it first. When they have let it go on, it is taken by itself, or this says that it is to be sent again.",
        ),
        State::Paused => (
            "paused",
            "A person of the directory has paused the file after a whole part; what had been taken stays. The directory keeps the file for seven days, though not over a restart, and goes on with it by itself when they let it, or this says that it is to be sent again.",
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
    json(status, &run(name, upload, (state, said)))
}

fn answer(name: u64, upload: &Upload, words: (&'static str, &'static str)) -> Response {
    json(StatusCode::OK, &run(name, upload, words))
}

fn run(name: u64, upload: &Upload, (state, said): (&'static str, &'static str)) -> Run {
    Run {
        run: text(name),
        state,
        extracted: upload.extracted.to_string(),
        sha256: upload.content.text(),
        said,
        report: serde_json::from_str(&upload.report).ok(),
    }
}

/// What a person has done meanwhile about the run of a file that waits for one: its own run, and no other of the same day. `None`: nothing.
fn since(
    store: &Store,
    upload: &Upload,
) -> Result<Option<(&'static str, &'static str)>, store::Error> {
    let waits = match upload.state {
        State::Held => RunState::Held,
        State::Paused => RunState::Paused,
        State::Taking | State::Taken | State::Refused | State::Stopped | State::Interrupted => {
            return Ok(None);
        }
    };
    let Some(run) = upload.run else {
        return Ok(None);
    };
    let stands = store.run(run)?.map(|run| run.state);
    Ok(stands
        .filter(|stands| *stands != waits)
        .map(|stands| match stands {
            RunState::TakenBack => TAKEN_BACK,
            _ => RELEASED,
        }))
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
