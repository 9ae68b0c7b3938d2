//! Bringing what was committed from the write-ahead log into the database, beside whoever writes: nobody waits for it.
//!
//! Left to the connection that writes, it comes at a commit, and whoever asks at that moment waits until thousands of pages are in
//! their places. SQLite only; PostgreSQL does this by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use crate::Location;
use crate::driver::connect_writer;
use crate::error::Error;

/// How long it rests between two rounds, in milliseconds.
const REST_MILLISECONDS: u64 = 200;

/// The thread that does it. Dropping it ends it.
pub(crate) struct Checkpointing {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
    written: Arc<AtomicBool>,
}

impl Checkpointing {
    /// Starts it for a database that needs it.
    pub(crate) fn start(location: &Location) -> Result<Checkpointing, Error> {
        let (stop, stopped) = bounded(1);
        let written = Arc::new(AtomicBool::new(false));
        let mut checkpointing = Checkpointing {
            stop: Some(stop),
            thread: None,
            written: Arc::clone(&written),
        };
        if let Location::Sqlite(_) = location {
            let location = location.clone();
            let thread = std::thread::Builder::new()
                .name("checkpoint".to_owned())
                .spawn(move || checkpoint_until(&stopped, &location, &written))
                .map_err(|error| Error::Database(error.to_string()))?;
            checkpointing.thread = Some(thread);
        }
        Ok(checkpointing)
    }

    /// What a writer tells of every commit.
    pub(crate) fn written(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.written)
    }
}

impl Drop for Checkpointing {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn checkpoint_until(stopped: &Receiver<()>, location: &Location, written: &AtomicBool) {
    let rest = Duration::from_millis(REST_MILLISECONDS);
    let mut connection = None;
    while stopped.recv_timeout(rest) == Err(RecvTimeoutError::Timeout) {
        if !written.swap(false, Ordering::AcqRel) {
            continue;
        }
        // What fails here is done at a commit, when the log has become long.
        if connection.is_none() {
            connection = connect_writer(location).ok();
        }
        if let Some(connection) = &mut connection {
            let _ = connection.query("PRAGMA wal_checkpoint(PASSIVE)", &[], &mut |_| Ok(()));
        }
    }
}
