//! Searches at an even pace, as a country makes them, however long each takes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use directory::reason::Reason;
use store::{Session, Store};

use super::super::queries::Drawn;
use super::super::sample::{Sample, Told};
use crate::clock;
use crate::command::Stop;

/// For how long searches are measured with nothing beside.
pub const IDLE: Duration = Duration::from_secs(20);

/// How long searches took.
#[derive(Default)]
pub struct Asked(Sample);

impl Asked {
    /// What is told of them.
    pub fn told(self) -> Told {
        self.0.told()
    }
}

/// Searches until it is to stop, so many a second. A search that is late is measured from when it was due.
///
/// # Errors
/// [`Stop`] when a search fails.
pub fn ask(
    store: &Store,
    (session, drawn): (&Session, &[Drawn]),
    a_second: u32,
    stop: &AtomicBool,
) -> Result<Asked, Stop> {
    let mut asked = Asked::default();
    let pause = Duration::from_secs(1)
        .checked_div(a_second)
        .unwrap_or_default();
    let mut due = Instant::now();
    for query in drawn.iter().cycle().filter_map(|drawn| drawn.query().ok()) {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let now = Instant::now();
        if due > now {
            thread::sleep(due.saturating_duration_since(now));
        }
        // Refused as too broad is an answer like any other.
        let _ = store.search(session, Reason::FindPractitioners, query, clock::now())?;
        asked.0.add(due.elapsed());
        due = due.checked_add(pause).unwrap_or(due);
    }
    Ok(asked)
}
