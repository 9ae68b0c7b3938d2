//! `POST /supply/files`: a whole file, in the format that was agreed. It is answered when it has arrived, and taken afterwards.

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use directory::Now;
use directory::event::By;
use directory::run::RunBy;
use serde::Serialize;
use store::{Begun, Spooled, State, Store, Upload, upload_name};
use tokio::time::Instant;

use super::admit::Program;
use super::limits::Sending;
use super::lost::Patience;
use super::problem::{DoorProblem, Kind};
use super::receive::{self, Arrived};
use super::report::Report;
use super::{run, sent, step};
use crate::job::behind::behind;
use crate::run::{NotRun, Ran, Sent};
use crate::supply::Mapping;

/// What is told of a file of which no row was read, or not every row.
#[derive(Serialize)]
struct NotTaken {
    problem: String,
}

/// A file that is to be taken, and all that is needed for it.
struct Work {
    name: u64,
    upload: Upload,
    mapping: Mapping,
    file: Spooled,
    _sending: Sending,
}

pub(crate) async fn send(program: Program, request: Request) -> Response {
    match received(&program, request).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn received(program: &Program, request: Request) -> Result<Response, DoorProblem> {
    let (parts, body) = request.into_parts();
    let mapping = program.mapping()?;
    sent::check_type(&parts.headers, &mapping.format)?;
    let said = sent::digest(&parts.headers)?;
    let key = sent::key(&parts.headers)?;
    let extracted = sent::extracted(&parts.uri, program.now.today)?;
    let supplier = program.client.supplier.clone();
    let sending = program.desk.door().sends(&supplier).ok_or(Kind::Sending)?;
    let most = program.desk.settings().door.limits.file_bytes_max;
    let Arrived { file, content } = receive::file(program, body, most, said).await?;
    let key = key.unwrap_or_else(|| program.desk.random_text());
    let (name, now) = (upload_name(&supplier, &key), program.desk.now());
    let upload = Upload {
        supplier,
        content,
        extracted,
        state: State::Taking,
        report: String::new(),
    };
    let wanted = upload.clone();
    let begun = program
        .desk
        .ask(move |store| store.begin_upload(name, &wanted, now))
        .await?;
    match begun {
        Begun::ToTake => {
            let answer = located(run::told(StatusCode::ACCEPTED, name, &upload), name);
            let work = Work {
                name,
                upload,
                mapping,
                file,
                _sending: sending,
            };
            program
                .desk
                .begin(move |store, clock| take_all(store, work, clock));
            Ok(answer)
        }
        Begun::Known(known)
            if (known.content, known.extracted) == (upload.content, upload.extracted) =>
        {
            Ok(located(run::told(StatusCode::OK, name, &known), name))
        }
        Begun::Known(_) => Err(Kind::KeyUsed.into()),
    }
}

fn located(mut response: Response, name: u64) -> Response {
    let address = format!("/supply/runs/{}", run::text(name));
    if let Ok(address) = HeaderValue::from_str(&address) {
        response.headers_mut().insert(header::LOCATION, address);
    }
    response
}

/// Takes a file to its end, and says what became of it.
fn take_all(store: &Store, work: Work, clock: fn() -> Now) {
    let Work {
        name,
        upload,
        mapping,
        file,
        _sending,
    } = work;
    let begun = Instant::now();
    let mut heard = |_| {
        if let Err(error) = store.touch_upload(name, clock()) {
            tracing::warn!(%error, "how far a supplier's file is could not be written");
        }
    };
    let sent = Sent {
        mapping: &mapping,
        reach: None,
        extracted: upload.extracted,
        by: (RunBy::Supplier, By::Supplier(upload.supplier.clone())),
        clock: &clock,
    };
    let mut patience = Patience::new();
    let mut take = || behind(|| crate::run::run(store, &sent, &|| file.again(), &mut heard));
    let ran = patience.run(&mut take);
    let (state, report) = match ran {
        Ok(Ran::Done(_, summary) | Ran::Already(_, summary)) => {
            (State::Taken, told(&Report::of(&summary, &mapping)))
        }
        Ok(Ran::Held(_, summary)) => (State::Held, told(&Report::of(&summary, &mapping))),
        Ok(Ran::Paused(..)) => (State::Stopped, not_taken("The directory paused it.")),
        Err(not_run) => (state_of(&not_run), not_taken(&words(&not_run))),
    };
    std::thread::sleep(step::rest(begun));
    let ended = Upload {
        state,
        report,
        ..upload
    };
    patience.end((store, clock), (name, &ended));
}

fn state_of(not_run: &NotRun) -> State {
    match not_run {
        NotRun::Refused(_) => State::Refused,
        NotRun::Unread(_)
        | NotRun::Changed(_)
        | NotRun::Interrupted(..)
        | NotRun::Unstored(..)
        | NotRun::Another(..)
        | NotRun::Store(_) => State::Stopped,
    }
}

/// Why a file was not taken to its end, without a count: how far the directory came with it is of the directory.
fn words(not_run: &NotRun) -> String {
    match not_run {
        NotRun::Refused(refusal) => refusal.to_string(),
        NotRun::Unread(_) | NotRun::Changed(_) => {
            "The file could not be read to its end.".to_owned()
        }
        NotRun::Interrupted(..) | NotRun::Unstored(..) | NotRun::Another(..) | NotRun::Store(_) => {
            tracing::error!(%not_run, "a supplier's file was not taken to its end");
            "The rows could not be stored.".to_owned()
        }
    }
}

fn not_taken(problem: &str) -> String {
    told(&NotTaken {
        problem: problem.to_owned(),
    })
}

fn told(report: &impl Serialize) -> String {
    serde_json::to_string(report).unwrap_or_default()
}
