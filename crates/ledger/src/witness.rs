//! A witness: it remembers the last tree it saw of each log and cosigns only what continues it (C2SP tlog-witness).

use std::fmt;

use crate::checkpoint::{Checkpoint, CheckpointFault};
use crate::cosignature::Cosigner;
use crate::log::{Log, LogFault};
use crate::note::{Note, NoteSignature, SignatureFault};
use crate::proof::{Proof, ProofFault, verify_consistency};
use crate::tree::TreeHead;

const BLANK_LINE: &str = "\n\n";

/// A log under a witness's eyes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// The log.
    pub log: Log,
    /// The last tree cosigned; [`TreeHead::EMPTY`] before the first.
    pub seen: TreeHead,
}

/// A witness's key and all it remembers.
#[derive(Debug)]
pub struct Witness {
    cosigner: Cosigner,
    watched: Vec<Watched>,
}

/// What a log asks a witness: to cosign this checkpoint, which continues the tree it had at `old_size`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The size the log believes the witness saw last.
    pub old_size: u64,
    /// The consistency proof from that size; empty when it is zero.
    pub proof: Proof,
    /// The signed checkpoint.
    pub note: Note,
}

/// A witness's assent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosigned {
    /// Which log.
    pub origin: String,
    /// What the witness remembers from now on. Store it before the signature leaves the house.
    pub seen: TreeHead,
    /// The timestamped signature.
    pub signature: NoteSignature,
}

/// A witness's refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WitnessRefusal {
    /// The note is not a checkpoint.
    NotCheckpoint(CheckpointFault),
    /// The witness does not watch this log.
    UnknownLog,
    /// The log has not signed it.
    BadSignature(SignatureFault),
    /// The old size is above the checkpoint's own.
    OldSizeAbove,
    /// The witness last saw another size: prove from that one, or show something newer.
    Stale {
        /// The size last seen.
        seen_size: u64,
    },
    /// The log signed two different trees of one size.
    SplitView {
        /// The tree cosigned before.
        seen: TreeHead,
        /// The tree offered now.
        offered: TreeHead,
    },
    /// The tree offered is not shown to continue the one seen.
    BadProof(ProofFault),
    /// The time cannot be written in a cosignature.
    TimeOutOfRange,
}

impl fmt::Display for WitnessRefusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WitnessRefusal::NotCheckpoint(fault) => fault.fmt(formatter),
            WitnessRefusal::UnknownLog => formatter.write_str("the log is not watched"),
            WitnessRefusal::BadSignature(fault) => fault.fmt(formatter),
            WitnessRefusal::OldSizeAbove => formatter.write_str("the old size is above the new"),
            WitnessRefusal::Stale { seen_size } => {
                write!(formatter, "the size last seen is {seen_size}")
            }
            WitnessRefusal::SplitView { seen, .. } => {
                write!(
                    formatter,
                    "the log has signed another tree of size {}",
                    seen.size
                )
            }
            WitnessRefusal::BadProof(fault) => fault.fmt(formatter),
            WitnessRefusal::TimeOutOfRange => formatter.write_str("the time is out of range"),
        }
    }
}

impl std::error::Error for WitnessRefusal {}

impl Submission {
    /// The submission in a request's body: `old <size>`, the proof's lines, a blank line, the note. `None` unless it
    /// is exactly what the display gives.
    pub fn parse(body: &[u8]) -> Option<Submission> {
        let body = str::from_utf8(body).ok()?;
        let (head, note) = body.split_once(BLANK_LINE)?;
        let (size, proof) = match head.strip_prefix("old ")?.split_once('\n') {
            Some((size, proof)) => (size, format!("{proof}\n")),
            None => (head.strip_prefix("old ")?, String::new()),
        };
        let old_size: u64 = size.parse().ok()?;
        let note = Note::parse(note.as_bytes()).ok()?;
        (old_size.to_string() == size).then_some(Submission {
            old_size,
            proof: Proof::parse(&proof)?,
            note,
        })
    }
}

impl fmt::Display for Submission {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "old {}\n{}\n{}",
            self.old_size, self.proof, self.note
        )
    }
}

impl Witness {
    /// A witness with what it remembers. Of two entries for one origin the first counts.
    pub fn new(cosigner: Cosigner, watched: Vec<Watched>) -> Witness {
        Witness { cosigner, watched }
    }

    /// What it remembers.
    pub fn watched(&self) -> &[Watched] {
        &self.watched
    }

    /// Cosigns what continues the tree it saw last, and remembers it; refuses everything else and remembers nothing.
    pub fn consider(
        &mut self,
        submission: &Submission,
        time_seconds: u64,
    ) -> Result<Cosigned, WitnessRefusal> {
        let text = submission.note.text();
        let claimed = Checkpoint::parse(text).map_err(WitnessRefusal::NotCheckpoint)?;
        let watched = self
            .watched
            .iter_mut()
            .find(|watched| watched.log.origin == claimed.origin());
        let watched = watched.ok_or(WitnessRefusal::UnknownLog)?;
        let checkpoint = watched.log.open_note(&submission.note).map_err(refused)?;
        let offered = checkpoint.head();
        check_continuation(&watched.seen, &offered, submission)?;
        let signature = self
            .cosigner
            .cosign(text, time_seconds)
            .ok_or(WitnessRefusal::TimeOutOfRange)?;
        watched.seen = offered;
        Ok(Cosigned {
            origin: watched.log.origin.clone(),
            seen: offered,
            signature,
        })
    }
}

fn refused(fault: LogFault) -> WitnessRefusal {
    match fault {
        LogFault::Signature(fault) => WitnessRefusal::BadSignature(fault),
        LogFault::Checkpoint(fault) => WitnessRefusal::NotCheckpoint(fault),
        LogFault::Note(_) => WitnessRefusal::NotCheckpoint(CheckpointFault::Layout),
        LogFault::OtherOrigin => WitnessRefusal::UnknownLog,
    }
}

/// The signature holds by now, so two roots for one size are told first: they convict the log.
fn check_continuation(
    seen: &TreeHead,
    offered: &TreeHead,
    submission: &Submission,
) -> Result<(), WitnessRefusal> {
    if offered.size == seen.size && offered.root != seen.root {
        return Err(WitnessRefusal::SplitView {
            seen: *seen,
            offered: *offered,
        });
    }
    if submission.old_size > offered.size {
        return Err(WitnessRefusal::OldSizeAbove);
    }
    if submission.old_size != seen.size {
        return Err(WitnessRefusal::Stale {
            seen_size: seen.size,
        });
    }
    verify_consistency(&submission.proof, seen, offered).map_err(WitnessRefusal::BadProof)
}
