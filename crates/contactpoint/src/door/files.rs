//! `POST /supply/files`: a whole file, in the format that was agreed. It is answered when it has arrived, and taken afterwards.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use directory::Now;
use directory::account::Suspension;
use directory::event::By;
use directory::run::{Run, RunBy, RunId, RunState};
use directory::text::SupplierCode;
use serde::Serialize;
use store::{Begun, Error, Spooled, State, Store, Upload, behind, upload_name};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::admit::Program;
use super::limits::{Keeping, Sending};
use super::lost::Patience;
use super::problem::{DoorProblem, Kind};
use super::receive::{self, Arrived};
use super::report::Report;
use super::{run, sent, step};
use crate::desk::Desk;
use crate::run::{Course, NotRun, Ran, Sent};
use crate::supply::{Mapping, Summary, manner};

/// For how long the file of a held or paused run is kept, so that it goes on by itself when a person lets it: seven days.
const FILE_KEPT: Duration = Duration::from_secs(604_800);
/// How often it is asked whether a person has.
const ASKED_EVERY: Duration = Duration::from_secs(2);

/// What is told of a file whose run is paused, when there is no place for it.
const NOT_KEPT: &str = "The directory paused it, and has kept as many files of yours as it can.";

/// What is told of a file whose run is paused, and that must not be kept (R28, Annex B 5).
const NOT_TO_BE_KEPT: &str = "The directory paused it, and keeps no file with a row in which consent is missing or has ended, or that may be of a sensitive service and was not taken. When a person of the directory lets it go on, send it again.";

/// What is told of a file of which no row was read, or not every row.
#[derive(Serialize)]
struct NotTaken {
    problem: String,
}

/// A file that has arrived, and by what it is read.
struct Received {
    name: u64,
    upload: Upload,
    mapping: Mapping,
    file: Spooled,
}

/// A file that is to be taken: no other of its program is, meanwhile.
struct Work {
    of: Received,
    /// Where a person let it go on, the run that it is.
    course: Course,
    _sending: Sending,
}

/// Whether a supplier's program still has what it had when it sent a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It has: its file may go on.
    Good,
    /// It is suspended: its file goes on when that is lifted, if it is still kept then.
    Suspended,
    /// What it sends is read in another way since, or not at all: what was checked is not what was agreed, and is to be sent again.
    Otherwise,
}

/// A file that is kept because its run waits for a person.
struct Waiting {
    of: Received,
    run: RunId,
    /// Where the run stood when it was last heard of.
    stood: RunState,
    _place: Keeping,
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
    let packing = sent::packing(&parts.headers)?;
    sent::check_type(&parts.headers, &mapping.format)?;
    let said = sent::digest(&parts.headers)?;
    let key = sent::key(&parts.headers)?;
    let extracted = sent::extracted(&parts.uri, program.now.today)?;
    let supplier = program.client.supplier.clone();
    let sending = program.desk.door().sends(&supplier).ok_or(Kind::Sending)?;
    let most = program.desk.settings().door.limits.file_bytes_max;
    let Arrived { file, content } = receive::file(program, (body, packing), most, said).await?;
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
                of: Received {
                    name,
                    upload,
                    mapping,
                    file,
                },
                course: Course::Begins,
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

/// Takes a file, and goes on with it when a person has released or resumed its run, for as long as it is kept.
async fn follow(desk: Arc<Desk>, work: Work) {
    let mut next = Some(work);
    while let Some(work) = next {
        let (told, heard) = oneshot::channel();
        let own = Arc::clone(&desk);
        desk.begin(move |store, clock| drop(told.send(take_all((&own, store), work, clock))));
        next = match heard.await.ok().flatten() {
            Some(waiting) => let_go_on(&desk, waiting).await,
            None => None,
        };
    }
}

/// Waits until a held or paused run goes on, or does not. `None`: nobody has let it go on for too long, it was taken back, or what its
/// supplier sends is read in another way since.
async fn let_go_on(desk: &Arc<Desk>, mut waiting: Waiting) -> Option<Work> {
    let begun = Instant::now();
    while begun.elapsed() < FILE_KEPT {
        tokio::time::sleep(ASKED_EVERY).await;
        let run = waiting.run;
        let stands = desk.ask(move |store| store.run(run)).await;
        // A database that does not answer is asked again.
        let Some(stands) = stands.ok().flatten().map(|run| run.state) else {
            continue;
        };
        match (waiting.stood, stands) {
            (_, RunState::TakenBack) => return None,
            (_, RunState::Released | RunState::Done) | (RunState::Paused, RunState::Running) => {}
            // Running, but not from here: whoever loads it takes it to its end, or it is paused again.
            (_, RunState::Held | RunState::Paused | RunState::Running) => {
                waiting.stood = stands;
                continue;
            }
        }
        let upload = &waiting.of.upload;
        let (supplier, read) = (upload.supplier.clone(), manner(&waiting.of.mapping));
        let program = desk.ask(move |store| standing(store, &supplier, &read));
        match program.await {
            Ok(Standing::Good) => {}
            // Of what is done already nothing is taken any more, but its report.
            Ok(_) if stands == RunState::Done => {}
            // A database that does not answer is asked again.
            Ok(Standing::Suspended) | Err(_) => continue,
            Ok(Standing::Otherwise) => return None,
        }
        // One file of a program at a time: after the one that is being taken.
        let Some(sending) = desk.door().sends(&upload.supplier) else {
            continue;
        };
        let (name, now) = (waiting.of.name, desk.now());
        let taking = Upload {
            state: State::Taking,
            report: String::new(),
            ..upload.clone()
        };
        // What cannot be written is said to be released a little longer.
        let written = desk.ask(move |store| store.end_upload(name, &taking, now));
        if written.await.is_err() {
            tracing::warn!("that a supplier's file goes on could not be written");
        }
        return Some(Work {
            of: waiting.of,
            course: Course::GoesOn(run),
            _sending: sending,
        });
    }
    None
}

/// Takes a file to its end, and says what became of it. With what it is kept with, if its run waits for a person.
fn take_all((desk, store): (&Desk, &Store), work: Work, clock: fn() -> Now) -> Option<Waiting> {
    let Work {
        of,
        course,
        _sending,
    } = work;
    let begun = Instant::now();
    let mut heard = |_| {
        if let Err(error) = store.touch_upload(of.name, clock()) {
            tracing::warn!(%error, "how far a supplier's file is could not be written");
        }
    };
    let supplier = of.upload.supplier.clone();
    let sent = Sent {
        mapping: &of.mapping,
        reach: None,
        extracted: of.upload.extracted,
        by: (RunBy::Supplier, By::Supplier(supplier.clone())),
        course,
        clock: &clock,
    };
    let mut patience = Patience::new();
    let mut take = || behind(|| crate::run::run(store, &sent, &|| of.file.again(), &mut heard));
    let ran = patience.run(&mut take);
    let may_be_kept = may_be_kept(&ran, &of.mapping);
    let (end, waits) = became(ran, (&of.mapping, course));
    // What was taken back is not kept: it is told so by its run.
    let kept = waits.filter(|(_, stood)| *stood != RunState::TakenBack);
    // Before it is said that it is kept, there is a place for it.
    let place = kept.filter(|_| may_be_kept);
    let place = place.and_then(|waits| Some((waits, desk.door().keeps(&supplier)?)));
    let not_kept = if may_be_kept {
        NOT_KEPT
    } else {
        NOT_TO_BE_KEPT
    };
    let ((state, report), waits) = match end {
        (State::Paused, _) if kept.is_some() && place.is_none() => {
            ((State::Stopped, not_taken(not_kept)), None)
        }
        end => (end, waits),
    };
    std::thread::sleep(step::rest(begun));
    let ended = Upload {
        state,
        report,
        run: waits.map(|(run, _)| run),
        ..of.upload
    };
    patience.end((store, clock), (of.name, &ended));
    place.map(|((run, stood), place)| Waiting {
        of: Received {
            upload: ended,
            ..of
        },
        run,
        stood,
        _place: place,
    })
}

/// Whether a file may be kept whose run waits for a person: not with a row of which nothing may be, nor with one that was not taken and may
/// be of a sensitive service (R28, Annex B 5). It is to be sent again then.
fn may_be_kept(ran: &Result<Ran, NotRun>, mapping: &Mapping) -> bool {
    match ran {
        Ok(Ran::Held(_, summary) | Ran::Paused(_, summary)) => !summary.has_withheld(mapping),
        Ok(Ran::Done(..) | Ran::Already(..)) | Err(_) => true,
    }
}

/// How far a file is and what is told of it; and the run that waits for a person, with where it stands.
type Became = ((State, String), Option<(RunId, RunState)>);

fn became(ran: Result<Ran, NotRun>, (mapping, course): (&Mapping, Course)) -> Became {
    let report =
        |run: &Run, summary: &Summary| told(&Report::of(summary, mapping).ending(run.totals.ends));
    match ran {
        Ok(Ran::Done(run, summary) | Ran::Already(run, summary)) => {
            ((State::Taken, report(&run, &summary)), None)
        }
        Ok(Ran::Held(run, summary)) => {
            let waits = Some((run.id, RunState::Held));
            ((State::Held, report(&run, &summary)), waits)
        }
        Ok(Ran::Paused(run, summary)) => {
            let waits = Some((run.id, RunState::Paused));
            ((State::Paused, report(&run, &summary)), waits)
        }
        // Somebody loads the same file by command, or has taken its run back: what that comes to is what this one comes to.
        Err(NotRun::Another(stands, run)) if course == Course::GoesOn(run.id) => {
            ((State::Paused, String::new()), Some((run.id, stands)))
        }
        // The file and how it is read are the same: its run was taken back before it could go on.
        Err(NotRun::Other(run)) => {
            let waits = Some((run, RunState::TakenBack));
            ((State::Paused, String::new()), waits)
        }
        Err(not_run) => ((state_of(&not_run), not_taken(&words(&not_run))), None),
    }
}

/// Whether the program of a supplier may still have a file go on that was read in a manner said in words.
fn standing(store: &Store, supplier: &SupplierCode, read: &str) -> Result<Standing, Error> {
    let program = store.supplier_client(supplier)?;
    let mapping = program.as_ref().map(|it| Mapping::parse(&it.mapping));
    let is_so = matches!(&mapping, Some(Ok(mapping)) if manner(mapping) == read);
    Ok(match program.map(|it| it.suspension) {
        Some(Suspension::None) if is_so => Standing::Good,
        Some(Suspension::Suspended) => Standing::Suspended,
        Some(Suspension::None) | None => Standing::Otherwise,
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
        | NotRun::Other(_)
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
        NotRun::Interrupted(..)
        | NotRun::Unstored(..)
        | NotRun::Another(..)
        | NotRun::Other(_)
        | NotRun::Store(_) => {
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
