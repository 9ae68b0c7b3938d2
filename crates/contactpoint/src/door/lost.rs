//! A database that is lost, or whose disk is full, while a file is being taken: it is waited for, so that a minute without it costs its
//! supplier nothing.

use std::time::Duration;

use directory::Now;
use store::{Error, Store, Upload};

use crate::run::{NotRun, Ran};

/// For how long a database that takes nothing is waited for, in seconds. Shorter than a file may be silent.
const WAIT_SECONDS_MAX: u64 = 240;
/// How long until it is asked again for the first time, in seconds; each time after that twice as long.
const ASK_SECONDS_MIN: u64 = 1;
/// How long until it is asked again at most, in seconds.
const ASK_SECONDS_MAX: u64 = 30;

/// What is left of the patience with a database.
pub(super) struct Patience {
    left: u64,
    next: u64,
}

impl Patience {
    pub(super) fn new() -> Patience {
        Patience {
            left: WAIT_SECONDS_MAX,
            next: ASK_SECONDS_MIN,
        }
    }

    /// Takes a file, again and again until the database takes it or it has been waited for long enough: a run goes on after its last
    /// whole batch.
    pub(super) fn run(
        &mut self,
        take: &mut dyn FnMut() -> Result<Ran, NotRun>,
    ) -> Result<Ran, NotRun> {
        let mut ran = take();
        while let Err(NotRun::Unstored(error, _) | NotRun::Store(error)) = &ran
            && may_pass(error)
            && self.wait()
        {
            ran = take();
        }
        ran
    }

    /// Says what became of a file, as soon as it can be written.
    pub(super) fn end(
        &mut self,
        (store, clock): (&Store, fn() -> Now),
        (name, ended): (u64, &Upload),
    ) {
        let mut written = store.end_upload(name, ended, clock());
        while written.as_ref().is_err_and(may_pass) && self.wait() {
            written = store.end_upload(name, ended, clock());
        }
        if let Err(error) = written {
            tracing::error!(%error, "what became of a supplier's file could not be written");
        }
    }

    /// Waits a little longer than before. `false`: there is no patience left.
    fn wait(&mut self) -> bool {
        let seconds = self.next.min(self.left);
        std::thread::sleep(Duration::from_secs(seconds));
        self.left = self.left.saturating_sub(seconds);
        self.next = self.next.saturating_mul(2).min(ASK_SECONDS_MAX);
        seconds > 0
    }
}

/// Whether an error is one that passes by itself.
fn may_pass(error: &Error) -> bool {
    match error {
        Error::Database(_) | Error::Busy | Error::Contended | Error::Collided => true,
        Error::Inconsistent(_) | Error::KeyRing(_) | Error::FirstLoad | Error::Unfit(_) => false,
    }
}
