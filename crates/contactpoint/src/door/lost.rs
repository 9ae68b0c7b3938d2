//! A database that is lost while a file is being taken: it is waited for, so that a minute without it costs its supplier nothing.

use std::time::Duration;

use directory::Now;
use store::{Store, Upload};

use crate::run::{NotRun, Ran};

/// How often a file is taken up again at once, because the database may have come back by then.
const AT_ONCE_MAX: u32 = 3;
/// For how long a database that takes nothing is waited for, in seconds. Shorter than a file may be silent.
const WAIT_SECONDS_MAX: u64 = 240;
/// How long until it is asked again, in seconds.
const ASK_SECONDS: u64 = 2;

/// What is left of the patience with a database.
pub(super) struct Patience {
    at_once: u32,
    seconds: u64,
}

impl Patience {
    pub(super) fn new() -> Patience {
        Patience {
            at_once: AT_ONCE_MAX,
            seconds: WAIT_SECONDS_MAX,
        }
    }

    /// Whether the database takes something again, after waiting for it. `false`: it has for long not, or it does and that did not help.
    fn is_worth_it(&mut self, may_write: &dyn Fn() -> bool) -> bool {
        if may_write() {
            self.at_once = self.at_once.saturating_sub(1);
            return self.at_once > 0;
        }
        while self.seconds > 0 {
            std::thread::sleep(Duration::from_secs(ASK_SECONDS));
            self.seconds = self.seconds.saturating_sub(ASK_SECONDS);
            if may_write() {
                return true;
            }
        }
        false
    }

    /// Takes a file, again and again while that helps: a run goes on after its last whole batch.
    pub(super) fn run(
        &mut self,
        may_write: &dyn Fn() -> bool,
        take: &mut dyn FnMut() -> Result<Ran, NotRun>,
    ) -> Result<Ran, NotRun> {
        let mut ran = take();
        while matches!(ran, Err(NotRun::Interrupted(..) | NotRun::Store(_)))
            && self.is_worth_it(may_write)
        {
            ran = take();
        }
        ran
    }

    /// Says what became of a file, as soon as it can be written.
    pub(super) fn end(
        &mut self,
        may_write: &dyn Fn() -> bool,
        (store, clock): (&Store, fn() -> Now),
        (name, ended): (u64, &Upload),
    ) {
        let mut written = store.end_upload(name, ended, clock());
        while written.is_err() && self.is_worth_it(may_write) {
            written = store.end_upload(name, ended, clock());
        }
        if let Err(error) = written {
            tracing::error!(%error, "what became of a supplier's file could not be written");
        }
    }
}
