//! How soon a change is found: newborns sent one by one beside a great file, and looked for when each is acknowledged.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use contactpoint::run::{Ran, run};
use contactpoint::supply::Mapping;
use directory::number::{OtherNumber, Scheme};
use directory::query::{Hidden, Query, Visible};
use directory::reason::Reason;
use directory::text::Text;
use store::{Session, Store};

use super::super::sample::Sample;
use super::change::Changes;
use crate::clock;
use crate::command::{Stop, feed};

/// How long there is between two newborns.
const PAUSE: Duration = Duration::from_millis(400);
/// How often one is looked for before it is given up.
const LOOKS_MAX: usize = 1_000;

/// How soon newborns were acknowledged and found.
#[derive(Default)]
pub struct Found {
    /// From sending a file of one row until its run was acknowledged.
    pub acknowledged: Sample,
    /// From then until a search shows it.
    pub found: Sample,
    /// How many wait for a person, as they may be somebody who is known.
    pub waiting: u64,
}

/// Sends newborns, each as a file of its own by a supplier of its own, until it is to stop.
///
/// # Errors
/// [`Stop`] when one is acknowledged and cannot be found.
pub fn follow(
    store: &Store,
    (mapping, session): (&Mapping, &Session),
    changes: &Changes,
    stop: &AtomicBool,
) -> Result<Found, Stop> {
    let mut mapping = mapping.clone();
    mapping.supplier.code =
        Text::parse("newborn").map_err(|fault| Stop::Failed(fault.to_string()))?;
    let mut found = Found::default();
    for (row, number) in &changes.newborn {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let file = format!("{}{row}", changes.heading);
        let sent = feed::sent(&mapping, None, clock::now().today);
        let started = Instant::now();
        let ran = run(store, &sent, &|| Ok(file.as_bytes()), &mut |_| {});
        found.acknowledged.add(started.elapsed());
        match ran {
            Ok(Ran::Done(_, summary)) if summary.accepted == 1 => {
                found.found.add(until_found(store, session, number)?);
            }
            Ok(_) => found.waiting = found.waiting.saturating_add(1),
            Err(not_run) => return Err(Stop::Failed(format!("a newborn: {not_run}"))),
        }
        thread::sleep(PAUSE);
    }
    Ok(found)
}

fn until_found(store: &Store, session: &Session, number: &str) -> Result<Duration, Stop> {
    let number =
        OtherNumber::parse(Scheme::Nhs, number).map_err(|fault| Stop::Failed(fault.to_string()))?;
    let hidden = Hidden {
        other_number: Some(number),
        ..Hidden::default()
    };
    let query = Query::of(Visible::default(), hidden)
        .map_err(|refusal| Stop::Failed(format!("{refusal:?}")))?;
    let started = Instant::now();
    for _ in 0..LOOKS_MAX {
        let reason = Reason::FindPractitioners;
        let found = store.search(session, reason, query.clone(), clock::now())?;
        if found.is_ok_and(|found| !found.children.is_empty()) {
            return Ok(started.elapsed());
        }
    }
    Err(Stop::Failed(
        "a newborn that was acknowledged is not found".to_owned(),
    ))
}
