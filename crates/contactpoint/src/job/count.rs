//! The job that counts the records for the figures of data quality, each night, until it is told to stop.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use directory::{Now, Timestamp};
use store::{Error, Store};

use super::{goes_on, reconsider, sift};
use crate::figures::NOBODY_DECIDES;

/// How often the job looks whether it is time.
const LOOK_SECONDS: u64 = 600;
/// A count is not begun again before so many hours: nobody can watch one change by itself.
const BETWEEN_HOURS: i64 = 20;
/// The hours of the night in which it is begun, by the clock of Greenwich.
const NIGHT_HOURS: std::ops::RangeInclusive<i8> = 1..=4;
/// How many times as long as it works the job rests after each batch: the pages come first.
pub(super) const REST_TIMES: u32 = 1;

/// The job while it runs, and beside it the look at every shield and the look for duplicates. Dropping it stops it, after the batch that is being counted.
pub struct Counting {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Starts the job on a thread of its own. A directory that was never counted is counted at once.
///
/// # Errors
/// When the system gives no thread.
pub fn start(store: Arc<Store>, clock: fn() -> Now) -> io::Result<Counting> {
    let (stop, stopped) = channel();
    let run = move || {
        loop {
            if let Err(error) = round(&store, clock, &stopped) {
                tracing::error!(%error, "the records were not counted; it is tried again");
            }
            if let Err(error) = reconsider::round(&store, clock, &stopped) {
                tracing::error!(%error, "the shields were not looked at; it is tried again");
            }
            if let Err(error) = sift::round(&store, clock, &stopped) {
                tracing::error!(%error, "no duplicates were looked for; it is tried again");
            }
            match stopped.recv_timeout(Duration::from_secs(LOOK_SECONDS)) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
            }
        }
    };
    let thread = thread::Builder::new().name("count".to_owned()).spawn(run)?;
    Ok(Counting {
        stop: Some(stop),
        thread: Some(thread),
    })
}

fn round(store: &Store, clock: fn() -> Now, stopped: &Receiver<()>) -> Result<(), Error> {
    let now = clock();
    let counted = store.figures()?.at;
    if !is_time(counted, now.at) || store.is_first_load()? {
        return Ok(());
    }
    if !store.take_turn_to_count(hours_before(now.at), now)? {
        return Ok(());
    }
    let mut began = now.at;
    let done = store.count_quality(now, &mut |_| {
        let worked = clock().at.duration_since(began).unsigned_abs();
        thread::sleep(worked.saturating_mul(REST_TIMES));
        began = clock().at;
        goes_on(stopped)
    });
    store.end_turn_to_count()?;
    if store.holds_what_nobody_decides(now)? {
        tracing::warn!("{NOBODY_DECIDES}");
    }
    done.map(|_| ())
}

/// Whether to count now: at night, or when it was never done.
fn is_time(counted: Option<Timestamp>, at: Timestamp) -> bool {
    let Some(counted) = counted else {
        return true;
    };
    counted <= hours_before(at) && is_night(at)
}

/// Whether it is one of the hours in which the nightly work is done.
pub(super) fn is_night(at: Timestamp) -> bool {
    let hour = at.to_zoned(jiff::tz::TimeZone::UTC).hour();
    NIGHT_HOURS.contains(&hour)
}

pub(super) fn hours_before(at: Timestamp) -> Timestamp {
    let hours = jiff::SignedDuration::from_hours(BETWEEN_HOURS);
    at.checked_sub(hours).unwrap_or(Timestamp::MIN)
}

impl Drop for Counting {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the job that counts the records did not come to its end");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x2_it_is_counted_at_night_and_not_twice_in_one() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let night = at("2026-07-03T02:00:00Z");
        assert!(is_time(None, at("2026-07-03T12:00:00Z")));
        assert!(is_time(Some(at("2026-07-02T02:00:00Z")), night));
        assert!(!is_time(Some(at("2026-07-03T01:10:00Z")), night));
        assert!(!is_time(
            Some(at("2026-07-01T02:00:00Z")),
            at("2026-07-03T12:00:00Z")
        ));
    }
}
