//! Receiving what is sent, piece by piece, within limits of size and of time.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use directory::supplier_client::Fingerprint;
use ring::digest::{Context, SHA256};
use store::{Spool, Spooled};
use tokio::time::{Instant, timeout, timeout_at};

use super::admit::Program;
use super::limits::UPLOAD_SECONDS_MAX;
use super::problem::{DoorProblem, Kind};

/// A file that has arrived.
pub(super) struct Arrived {
    /// It, to be read.
    pub(super) file: Spooled,
    /// The mark of its bytes.
    pub(super) content: Fingerprint,
}

/// Receives a file into a sealed spool, and holds it against what it is said to be.
pub(super) async fn file(
    program: &Program,
    body: Body,
    bytes_max: u64,
    said: Option<Fingerprint>,
) -> Result<Arrived, DoorProblem> {
    let door = &program.desk.settings().door;
    let spool = Spool::new(&door.spool, program.desk.entropy());
    let mut spool = spool.map_err(|error| full(&error))?;
    let mut hash = Context::new(&SHA256);
    let mut pieces = Pieces::of(body, bytes_max, door.limits.silent_seconds_max)?;
    while let Some(piece) = pieces.next().await? {
        hash.update(&piece);
        spool.add(&piece).map_err(|error| full(&error))?;
    }
    let mut content = [0; 32];
    content.copy_from_slice(hash.finish().as_ref());
    let content = Fingerprint(content);
    if said.is_some_and(|said| said != content) {
        return Err(Kind::Digest.into());
    }
    let file = spool.end().map_err(|error| full(&error))?;
    Ok(Arrived { file, content })
}

/// Receives a few bytes into memory.
pub(super) async fn few(
    program: &Program,
    body: Body,
    bytes_max: u64,
) -> Result<Vec<u8>, DoorProblem> {
    let silent = program.desk.settings().door.limits.silent_seconds_max;
    let mut pieces = Pieces::of(body, bytes_max, silent)?;
    let mut whole = Vec::new();
    while let Some(piece) = pieces.next().await? {
        whole.extend_from_slice(&piece);
    }
    Ok(whole)
}

/// The pieces of a body, as they arrive.
struct Pieces {
    body: Body,
    left: u64,
    silent: Duration,
    end: Instant,
}

impl Pieces {
    fn of(body: Body, bytes_max: u64, silent_seconds_max: u64) -> Result<Pieces, DoorProblem> {
        if body.size_hint().lower() > bytes_max {
            return Err(Kind::TooLarge.into());
        }
        let now = Instant::now();
        let whole = Duration::from_secs(UPLOAD_SECONDS_MAX);
        Ok(Pieces {
            body,
            left: bytes_max,
            silent: Duration::from_secs(silent_seconds_max),
            end: now.checked_add(whole).unwrap_or(now),
        })
    }

    async fn next(&mut self) -> Result<Option<Bytes>, DoorProblem> {
        loop {
            let body = &mut self.body;
            let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context));
            let frame = timeout_at(self.end, timeout(self.silent, frame)).await;
            let Ok(Ok(frame)) = frame else {
                return Err(Kind::TooSlow.into());
            };
            let Some(frame) = frame else { return Ok(None) };
            // It broke off: nobody is there to read the answer.
            let frame = frame.map_err(|_| Kind::TooSlow)?;
            let Ok(piece) = frame.into_data() else {
                continue;
            };
            let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
            self.left = self.left.checked_sub(length).ok_or(Kind::TooLarge)?;
            return Ok(Some(piece));
        }
    }
}

fn full(error: &std::io::Error) -> DoorProblem {
    tracing::error!(%error, "a supplier's file cannot be spooled");
    Kind::OutOfOrder.into()
}
