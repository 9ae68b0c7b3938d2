//! Receiving what is sent, piece by piece, within limits of size, of time and of the disk.

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
use super::room::{Room, unspooled};
use super::sent::Packing;
use super::unpack::Unpacking;
use crate::supply::GZIP;

/// What is said of a packed body that is not said to be one.
const NOT_SAID: &str = "The body is packed with gzip: say so with Content-Encoding: gzip.";

/// A file that has arrived.
pub(super) struct Arrived {
    /// It, to be read.
    pub(super) file: Spooled,
    /// The mark of its bytes, unpacked: by it the same file is known, however it was sent.
    pub(super) content: Fingerprint,
}

/// Receives a file into a sealed spool, unpacks it on the way, and holds it against what it is said to be: the digest may be of the body as it
/// was sent (RFC 9530), or of the file in it.
pub(super) async fn file(
    program: &Program,
    (body, packing): (Body, Packing),
    bytes_max: u64,
    said: Option<Fingerprint>,
) -> Result<Arrived, DoorProblem> {
    let door = &program.desk.settings().door;
    let announced = body.size_hint().lower();
    let silent = door.limits.silent_seconds_max;
    let mut arriving = Arriving::of((body, packing), bytes_max, silent)?;
    let mut room = Room::of(door, announced)?;
    let spool = Spool::new(&door.spool, program.desk.entropy());
    let mut spool = spool.map_err(|error| unspooled(&error))?;
    let mut hash = Context::new(&SHA256);
    let mut first: Vec<u8> = Vec::with_capacity(GZIP.len());
    while let Some(bytes) = arriving.next().await? {
        let missing = GZIP.len().saturating_sub(first.len());
        first.extend(bytes.iter().take(missing));
        if packing == Packing::AsItIs && first == GZIP {
            return Err(DoorProblem::with(Kind::Unreadable, NOT_SAID));
        }
        room.take(length(&bytes))?;
        hash.update(&bytes);
        spool.add(&bytes).map_err(|error| unspooled(&error))?;
    }
    let content = fingerprint(hash);
    let as_sent = arriving.packed.map(|packed| fingerprint(packed.hash));
    if said.is_some_and(|said| said != content && Some(said) != as_sent) {
        return Err(Kind::Digest.into());
    }
    let file = spool.end().map_err(|error| unspooled(&error))?;
    Ok(Arrived { file, content })
}

/// Receives a few bytes into memory.
pub(super) async fn few(
    program: &Program,
    (body, packing): (Body, Packing),
    bytes_max: u64,
) -> Result<Vec<u8>, DoorProblem> {
    let silent = program.desk.settings().door.limits.silent_seconds_max;
    let mut arriving = Arriving::of((body, packing), bytes_max, silent)?;
    let mut whole = Vec::new();
    while let Some(bytes) = arriving.next().await? {
        whole.extend_from_slice(&bytes);
    }
    Ok(whole)
}

/// What arrives, unpacked. No more of it than may be, and no more of the body either.
struct Arriving {
    pieces: Pieces,
    /// How it is unpacked. `None`: it is sent as it is.
    packed: Option<Packed>,
    left: u64,
    bytes_max: u64,
}

/// A packed body on its way.
struct Packed {
    unpacking: Unpacking,
    /// Of the body as it was sent.
    hash: Context,
    is_at_end: bool,
}

impl Arriving {
    fn of(
        (body, packing): (Body, Packing),
        bytes_max: u64,
        silent_seconds_max: u64,
    ) -> Result<Arriving, DoorProblem> {
        if body.size_hint().lower() > bytes_max {
            return Err(too_large(bytes_max));
        }
        let packed = match packing {
            Packing::AsItIs => None,
            Packing::Gzip => Some(Packed {
                unpacking: Unpacking::new(),
                hash: Context::new(&SHA256),
                is_at_end: false,
            }),
        };
        Ok(Arriving {
            pieces: Pieces::of(body, bytes_max, silent_seconds_max),
            packed,
            left: bytes_max,
            bytes_max,
        })
    }

    async fn next(&mut self) -> Result<Option<Bytes>, DoorProblem> {
        let next = match &mut self.packed {
            None => self.pieces.next().await?,
            Some(packed) => packed.next(&mut self.pieces).await?,
        };
        let bytes = next.as_ref().map_or(0, length);
        let left = self.left.checked_sub(bytes);
        self.left = left.ok_or_else(|| too_large(self.bytes_max))?;
        Ok(next)
    }
}

impl Packed {
    /// The next bytes that come out. Others are served between any two.
    async fn next(&mut self, pieces: &mut Pieces) -> Result<Option<Bytes>, DoorProblem> {
        loop {
            tokio::task::yield_now().await;
            if let Some(bytes) = self.unpacking.next()? {
                return Ok(Some(bytes));
            }
            if self.is_at_end {
                return Ok(None);
            }
            let Some(piece) = pieces.next().await? else {
                self.is_at_end = true;
                return self.unpacking.end();
            };
            self.hash.update(&piece);
            self.unpacking.take(piece);
        }
    }
}

/// The pieces of a body, as they arrive.
struct Pieces {
    body: Body,
    left: u64,
    bytes_max: u64,
    silent: Duration,
    end: Instant,
}

impl Pieces {
    fn of(body: Body, bytes_max: u64, silent_seconds_max: u64) -> Pieces {
        let now = Instant::now();
        let whole = Duration::from_secs(UPLOAD_SECONDS_MAX);
        Pieces {
            body,
            left: bytes_max,
            bytes_max,
            silent: Duration::from_secs(silent_seconds_max),
            end: now.checked_add(whole).unwrap_or(now),
        }
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
            let left = self.left.checked_sub(length(&piece));
            self.left = left.ok_or_else(|| too_large(self.bytes_max))?;
            return Ok(Some(piece));
        }
    }
}

fn length(bytes: &Bytes) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

fn fingerprint(hash: Context) -> Fingerprint {
    let mut digest = [0; 32];
    digest.copy_from_slice(hash.finish().as_ref());
    Fingerprint(digest)
}

fn too_large(bytes_max: u64) -> DoorProblem {
    let what = format!("More was sent than is taken: unpacked, at most {bytes_max} bytes are.");
    DoorProblem::with(Kind::TooLarge, what)
}
