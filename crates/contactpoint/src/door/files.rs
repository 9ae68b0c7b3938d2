//! `POST /supply/files`: a whole file, in the format that was agreed. It is answered when it has arrived, and taken afterwards.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use directory::Now;
use directory::event::By;
use directory::run::{RunBy, RunId, RunState};
use serde::Serialize;
use store::{Begun, Spooled, State, Store, Upload, upload_name};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::admit::Program;
use super::limits::Sending;
use super::lost::Patience;
use super::problem::{DoorProblem, Kind};
use super::receive::{self, Arrived};
use super::report::Report;
use super::{run, sent, step};
use crate::desk::Desk;
use crate::job::behind::behind;
use crate::run::{NotRun, Ran, Sent};
use crate::supply::Mapping;

/// For how long the file of a held run is kept, so that it goes on by itself when a person has released it: seven days.
const HELD_FILE_KEPT: Duration = Duration::from_secs(604_800);
/// How often it is asked whether a person has.
const RELEASE_ASKED_EVERY: Duration = Duration::from_secs(2);

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

/// What a file was taken with, when its run is held.
struct OfHeld {
    run: RunId,
    name: u64,
    upload: Upload,
    mapping: Mapping,
    file: Spooled,
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
        run: None,
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
            tokio::spawn(follow(Arc::clone(&program.desk), work));
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

/// Takes a file, and goes on with it when a person has released its run, for as long as it is kept.
async fn follow(desk: Arc<Desk>, work: Work) {
    let mut next = Some(work);
    while let Some(work) = next {
        let (told, heard) = oneshot::channel();
        desk.begin(move |store, clock| drop(told.send(take_all(store, work, clock))));
        let held = heard.await.ok().flatten();
        let kept = held.and_then(|held| Some((desk.door().keeps(&held.upload.supplier)?, held)));
        next = match kept {
            Some((_place, of)) => let_go_on(&desk, of).await,
            None => None,
        };
    }
}

/// Waits until a held run goes on, or does not. `None`: nobody has let it go on for too long, or it was taken back.
async fn let_go_on(desk: &Arc<Desk>, of: OfHeld) -> Option<Work> {
    let OfHeld {
        run,
        name,
        upload,
        mapping,
        file,
    } = of;
    let begun = Instant::now();
    while begun.elapsed() < HELD_FILE_KEPT {
        tokio::time::sleep(RELEASE_ASKED_EVERY).await;
        let stands = desk.ask(move |store| store.run(run)).await;
        match stands.ok().flatten().map(|run| run.state) {
            Some(RunState::Released | RunState::Done) => {}
            Some(RunState::TakenBack) => return None,
            // A database that does not answer is asked again, too.
            Some(RunState::Held | RunState::Running | RunState::Paused) | None => continue,
        }
        // One file of a program at a time: after the one that is being taken.
        let Some(sending) = desk.door().sends(&upload.supplier) else {
            continue;
        };
        let taking = Upload {
            state: State::Taking,
            report: String::new(),
            ..upload.clone()
        };
        let now = desk.now();
        // What cannot be written is said to be released a little longer.
        let written = desk.ask(move |store| store.end_upload(name, &taking, now));
        if written.await.is_err() {
            tracing::warn!("that a supplier's file goes on could not be written");
        }
        return Some(Work {
            name,
            upload,
            mapping,
            file,
            _sending: sending,
        });
    }
    None
}

/// Takes a file to its end, and says what became of it. With what it was taken with, if its run is held.
fn take_all(store: &Store, work: Work, clock: fn() -> Now) -> Option<OfHeld> {
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
    let mut held = None;
    let (state, report) = match ran {
        Ok(Ran::Done(run, summary) | Ran::Already(run, summary)) => {
            let report = Report::of(&summary, &mapping).ending(run.totals.ends);
            (State::Taken, told(&report))
        }
        Ok(Ran::Held(run, summary)) => {
            held = Some(run.id);
            let report = Report::of(&summary, &mapping).ending(run.totals.ends);
            (State::Held, told(&report))
        }
        Ok(Ran::Paused(..)) => (State::Stopped, not_taken("The directory paused it.")),
        Err(not_run) => (state_of(&not_run), not_taken(&words(&not_run))),
    };
    std::thread::sleep(step::rest(begun));
    let ended = Upload {
        state,
        report,
        run: held,
        ..upload
    };
    patience.end((store, clock), (name, &ended));
    held.map(|run| OfHeld {
        run,
        name,
        upload: ended,
        mapping,
        file,
    })
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
