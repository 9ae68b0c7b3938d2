//! The job that extends the ledger's tree, several times a second, until it is told to stop.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use directory::Now;
use store::Store;

/// How long the job rests between two rounds.
const REST_MILLISECONDS: u64 = 250;
/// How long it rests at the most after rounds that failed.
const REST_MILLISECONDS_MAX: u64 = 30_000;

/// The job while it runs. Dropping it stops it, after a last round.
pub struct Sequencing {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Starts the job on a thread of its own.
///
/// # Errors
/// When the system gives no thread.
pub fn start(store: Arc<Store>, clock: fn() -> Now) -> io::Result<Sequencing> {
    let (stop, stopped) = channel();
    let run = move || {
        let mut rest = Duration::from_millis(REST_MILLISECONDS);
        loop {
            rest = after_round(round(&store, clock), rest);
            match stopped.recv_timeout(rest) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        round(&store, clock);
    };
    let thread = thread::Builder::new()
        .name("sequence".to_owned())
        .spawn(run)?;
    Ok(Sequencing {
        stop: Some(stop),
        thread: Some(thread),
    })
}

/// How a round ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Round {
    Done,
    Failed,
}

fn round(store: &Store, clock: fn() -> Now) -> Round {
    match store.sequence(clock()) {
        Ok(_) => Round::Done,
        Err(error) => {
            tracing::error!(%error, "the ledger was not extended; it is tried again");
            Round::Failed
        }
    }
}

/// How long to rest: twice as long after each failure, as ever after a round that went well.
fn after_round(round: Round, rest: Duration) -> Duration {
    match round {
        Round::Done => Duration::from_millis(REST_MILLISECONDS),
        Round::Failed => rest
            .saturating_mul(2)
            .min(Duration::from_millis(REST_MILLISECONDS_MAX)),
    }
}

impl Drop for Sequencing {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the job that extends the ledger did not come to its end");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_followed_by_longer_rests_and_success_by_the_usual() {
        let mut rest = Duration::from_millis(REST_MILLISECONDS);
        for _ in 0..3 {
            rest = after_round(Round::Failed, rest);
        }
        assert_eq!(rest, Duration::from_secs(2));
        for _ in 0..20 {
            rest = after_round(Round::Failed, rest);
        }
        assert_eq!(rest, Duration::from_millis(REST_MILLISECONDS_MAX));
        assert_eq!(
            after_round(Round::Done, rest),
            Duration::from_millis(REST_MILLISECONDS)
        );
    }
}
