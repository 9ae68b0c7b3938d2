//! A log as its readers know it: its origin and the keys it signs with.

use std::fmt;

use crate::checkpoint::{Checkpoint, CheckpointFault};
use crate::key::VerifierKey;
use crate::note::{Note, NoteFault, SignatureFault};

/// What must be known of a log, from elsewhere than the log itself, to believe its checkpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// The first line of its checkpoints.
    pub origin: String,
    /// Its keys; more than one while a key is being replaced.
    pub keys: Vec<VerifierKey>,
}

/// Why bytes are not a checkpoint of this log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogFault {
    /// Not a signed note.
    Note(NoteFault),
    /// Not signed by the log.
    Signature(SignatureFault),
    /// Signed by the log, but not a checkpoint.
    Checkpoint(CheckpointFault),
    /// A checkpoint of another log.
    OtherOrigin,
}

impl fmt::Display for LogFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LogFault::Note(fault) => fault.fmt(formatter),
            LogFault::Signature(fault) => fault.fmt(formatter),
            LogFault::Checkpoint(fault) => fault.fmt(formatter),
            LogFault::OtherOrigin => formatter.write_str("the checkpoint is of another log"),
        }
    }
}

impl std::error::Error for LogFault {}

impl Log {
    /// The checkpoint in these bytes, once the log's signature on it has been found to hold.
    pub fn open(&self, bytes: &[u8]) -> Result<Checkpoint, LogFault> {
        self.open_note(&Note::parse(bytes).map_err(LogFault::Note)?)
    }

    /// The same for a note that has been parsed.
    pub fn open_note(&self, note: &Note) -> Result<Checkpoint, LogFault> {
        note.verify(&self.keys).map_err(LogFault::Signature)?;
        let checkpoint = Checkpoint::parse(note.text()).map_err(LogFault::Checkpoint)?;
        if checkpoint.origin() == self.origin {
            Ok(checkpoint)
        } else {
            Err(LogFault::OtherOrigin)
        }
    }
}
