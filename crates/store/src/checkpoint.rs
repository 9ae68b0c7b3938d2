//! Bringing what was committed from the write-ahead log into the database, beside whoever writes: nobody waits for it.
//!
//! Left to the connection that writes, it comes at a commit, and whoever asks at that moment waits until thousands of pages are in
//! their places. The log begins anew only when all of it is in the database and nobody writes meanwhile: supply, which writes without a
//! pause, waits for that when the log has become long. SQLite only; PostgreSQL does this by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use crate::Location;
use crate::driver::{Connection, connect_writer};
use crate::error::Error;

/// How long it rests between two rounds, in milliseconds.
const REST_MILLISECONDS: u64 = 200;
/// From how many pages on the log is long. The database is synced only when all of the log is in it, and whoever asks meanwhile waits for
/// the disk: for a tenth of a second at most with so few.
const LOG_PAGES_LONG: i64 = 8_192;
/// How long whoever writes much waits for a long log, in milliseconds.
const SHORTEN_MILLISECONDS_MAX: u64 = 1_000;

/// How often a long log is gone through while somebody waits: an event that was written meanwhile is left over.
const PASSES_MAX: usize = 3;

/// The thread that does it. Dropping it ends it.
pub(crate) struct Checkpointing {
    asks: Option<Sender<Ask>>,
    thread: Option<JoinHandle<()>>,
    written: Arc<AtomicBool>,
    /// How many pages the log had.
    pages: Arc<AtomicI64>,
}

/// To do it now; `Some`: somebody waits for it.
type Ask = Option<SyncSender<()>>;

impl Checkpointing {
    /// Starts it for a database that needs it.
    pub(crate) fn start(location: &Location) -> Result<Checkpointing, Error> {
        let (asks, asked) = bounded(1);
        let (written, pages) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(AtomicI64::new(0)),
        );
        let mut checkpointing = Checkpointing {
            asks: Some(asks),
            thread: None,
            written: Arc::clone(&written),
            pages: Arc::clone(&pages),
        };
        if let Location::Sqlite(_) = location {
            let location = location.clone();
            let thread = std::thread::Builder::new()
                .name("checkpoint".to_owned())
                .spawn(move || checkpoint_until_closed(&asked, &location, (&written, &pages)))
                .map_err(|error| Error::Database(error.to_string()))?;
            checkpointing.thread = Some(thread);
        }
        Ok(checkpointing)
    }

    /// What a writer tells of every commit.
    pub(crate) fn written(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.written)
    }

    /// Much was written: it is time.
    pub(crate) fn hint(&self) {
        if let Some(asks) = &self.asks {
            let _ = asks.try_send(None);
        }
    }

    /// Waits until a log that has become long is in the database, so that it begins anew. Whoever calls this writes nothing meanwhile.
    pub(crate) fn shorten(&self) {
        let is_long = self.pages.load(Ordering::Acquire) >= LOG_PAGES_LONG;
        if let Some(asks) = self.asks.as_ref().filter(|_| is_long) {
            let (reply, answer) = sync_channel(1);
            let moment = Duration::from_millis(SHORTEN_MILLISECONDS_MAX);
            if asks.send_timeout(Some(reply), moment).is_ok() {
                let _ = answer.recv_timeout(moment);
            }
        }
    }
}

impl Drop for Checkpointing {
    fn drop(&mut self) {
        self.asks = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn checkpoint_until_closed(
    asked: &Receiver<Ask>,
    location: &Location,
    (written, pages): (&AtomicBool, &AtomicI64),
) {
    let rest = Duration::from_millis(REST_MILLISECONDS);
    let mut connection = None;
    loop {
        let asks = match asked.recv_timeout(rest) {
            Ok(asks) => asks,
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => return,
        };
        if !written.swap(false, Ordering::AcqRel) && asks.is_none() {
            continue;
        }
        // What fails here is done at a commit, when the log has become very long.
        if connection.is_none() {
            connection = connect_writer(location).ok();
        }
        if let Some(connection) = &mut connection {
            let times = if asks.is_some() { PASSES_MAX } else { 1 };
            for _ in 0..times {
                if is_whole(connection.as_mut(), pages) {
                    break;
                }
            }
        }
        if let Some(reply) = asks {
            let _ = reply.try_send(());
        }
    }
}

/// Brings what it can into the database. Whether that was all: the log begins anew then, unless somebody is reading it.
fn is_whole(connection: &mut dyn Connection, pages: &AtomicI64) -> bool {
    let mut is_whole = false;
    let sql = "PRAGMA wal_checkpoint(PASSIVE)";
    let done = connection.query(sql, &[], &mut |row| {
        let (log, brought) = (row.int(1)?, row.int(2)?);
        pages.store(log, Ordering::Release);
        is_whole = log == brought;
        Ok(())
    });
    done.is_ok() && is_whole
}
