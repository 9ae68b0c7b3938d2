//! Whether the directory can answer: it can read, and it can write, without which nobody is shown anything.

use std::sync::atomic::{AtomicI64, Ordering};

use directory::Now;

use crate::error::Error;
use crate::{Store, schema};

/// For how long a probe that was written speaks for those after it, so that asking often costs little.
const PROBE_SECONDS: i64 = 5;
const MICROSECONDS: i64 = 1_000_000;
/// Under which name the last probe stands in the table of single values.
const PROBED: &str = "probed";

/// When a probe was last written, in microseconds; before any, far in the past.
pub(crate) struct Probed(AtomicI64);

impl Default for Probed {
    fn default() -> Probed {
        Probed(AtomicI64::new(i64::MIN))
    }
}

impl Store {
    /// Reads, and, unless that was done within the last [`PROBE_SECONDS`], writes: a full disk is no healthy directory.
    ///
    /// # Errors
    /// [`Error`] when either could not be done: then nobody is shown anything.
    pub fn probe(&self, now: Now) -> Result<(), Error> {
        self.checkpoint()?;
        let at = now.at.as_microsecond();
        let since = at.saturating_sub(self.probed.0.load(Ordering::Relaxed));
        if (0..PROBE_SECONDS.saturating_mul(MICROSECONDS)).contains(&since) {
            return Ok(());
        }
        self.writer
            .write(move |connection| schema::put(connection, PROBED, &at.to_string()))?;
        self.probed.0.store(at, Ordering::Relaxed);
        Ok(())
    }
}
