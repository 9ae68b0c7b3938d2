//! Checkpoints: which log, how many leaves, which root (C2SP tlog-checkpoint).

use std::fmt;

use crate::hash::Hash;
use crate::key::SigningKey;
use crate::note::{Note, NoteFault};
use crate::tree::TreeHead;

/// The most bytes a log's origin may have.
pub const ORIGIN_BYTES_MAX: usize = 1_024;

/// A log's tree at one size, as its text says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    head: TreeHead,
}

/// Why a text is not a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckpointFault {
    /// Not lines, each ended.
    Layout,
    /// The first line is not a log's origin.
    Origin,
    /// The second line is not a size in plain decimal.
    Size,
    /// The third line is not a root in base64.
    Root,
    /// There are further lines. The format permits them, but nobody can audit them, so they are refused.
    Extension,
}

impl fmt::Display for CheckpointFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            CheckpointFault::Layout => "the checkpoint is not made of ended lines",
            CheckpointFault::Origin => "the checkpoint's first line is not an origin",
            CheckpointFault::Size => "the checkpoint's second line is not a size",
            CheckpointFault::Root => "the checkpoint's third line is not a root",
            CheckpointFault::Extension => "the checkpoint has lines that cannot be audited",
        })
    }
}

impl std::error::Error for CheckpointFault {}

impl Checkpoint {
    /// The checkpoint of the log with this origin; the origin is one line, not empty.
    pub fn new(origin: &str, head: TreeHead) -> Result<Checkpoint, CheckpointFault> {
        let fits = !origin.is_empty() && origin.len() <= ORIGIN_BYTES_MAX;
        if !fits || origin.chars().any(|character| character < ' ') {
            return Err(CheckpointFault::Origin);
        }
        Ok(Checkpoint {
            origin: origin.to_owned(),
            head,
        })
    }

    /// The checkpoint in a note's text. Whatever is accepted is written by the display as the same text.
    pub fn parse(text: &str) -> Result<Checkpoint, CheckpointFault> {
        let lines = text.strip_suffix('\n').ok_or(CheckpointFault::Layout)?;
        let mut lines = lines.split('\n');
        let origin = lines.next().ok_or(CheckpointFault::Layout)?;
        let size_line = lines.next().ok_or(CheckpointFault::Layout)?;
        let root_line = lines.next().ok_or(CheckpointFault::Layout)?;
        if lines.next().is_some() {
            return Err(CheckpointFault::Extension);
        }
        let size: u64 = size_line.parse().map_err(|_| CheckpointFault::Size)?;
        if size.to_string() != size_line {
            return Err(CheckpointFault::Size);
        }
        let root = Hash::from_base64(root_line).ok_or(CheckpointFault::Root)?;
        Checkpoint::new(origin, TreeHead { size, root })
    }

    /// Which log it is.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Size and root of its tree.
    pub fn head(&self) -> TreeHead {
        self.head
    }

    /// The checkpoint as a note signed by the log.
    pub fn sign(&self, key: &SigningKey) -> Result<Note, NoteFault> {
        let text = self.to_string();
        let signature = key.sign(&text);
        Note::new(text, vec![signature])
    }
}

/// The note's text: three ended lines.
impl fmt::Display for Checkpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "{}\n{}\n{}",
            self.origin, self.head.size, self.head.root
        )
    }
}
