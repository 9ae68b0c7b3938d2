//! How many events a second become durable, when many ask at once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use directory::access::{Add, Refusal};
use directory::event::Asked;
use directory::reason::Reason;
use serde::Serialize;
use store::{Session, Store};

use crate::clock;
use crate::command::Stop;

/// How many ask at once, one measurement each.
const THREADS: [usize; 4] = [1, 8, 64, 256];
/// How long each measurement takes.
const MEASURED: Duration = Duration::from_secs(4);

/// Events a second.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Rate {
    /// How many asked at once.
    pub threads: usize,
    /// How many events became durable each second.
    pub events_per_second: f64,
}

/// Measures refusals of a search, each of which is one durable event and nothing else.
///
/// # Errors
/// [`Stop`] when one could not be made durable.
pub fn rates(store: &Store, session: &Session) -> Result<Vec<Rate>, Stop> {
    THREADS
        .into_iter()
        .map(|threads| rate(store, session, threads))
        .collect()
}

/// Makes one event durable.
///
/// # Errors
/// [`Stop`] when it could not be.
pub fn one(store: &Store, session: &Session) -> Result<(), Stop> {
    let refusal = Refusal::TooLittle(Add::FamilyName);
    Ok(store.record_refusal(
        session,
        (Asked::Search, Some(Reason::FindPractitioners)),
        refusal,
        clock::now(),
    )?)
}

fn rate(store: &Store, session: &Session, threads: usize) -> Result<Rate, Stop> {
    let count = AtomicU64::new(0);
    let started = Instant::now();
    let ask = || -> Result<(), Stop> {
        while started.elapsed() < MEASURED {
            one(store, session)?;
            count.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    };
    thread::scope(|scope| {
        let asking: Vec<_> = (0..threads).map(|_| scope.spawn(ask)).collect();
        let stopped = || Stop::Failed("a thread that asks has stopped".to_owned());
        asking
            .into_iter()
            .try_for_each(|thread| thread.join().map_err(|_| stopped())?)
    })?;
    let counted = u32::try_from(count.into_inner()).unwrap_or(u32::MAX);
    Ok(Rate {
        threads,
        events_per_second: f64::from(counted) / started.elapsed().as_secs_f64(),
    })
}
