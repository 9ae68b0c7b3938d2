//! What an audit can find wrong: a closed list, each with the place it begins.

use std::fmt;

use crate::log::LogFault;
use crate::tile::Level;

/// The first thing found wrong. Nothing that lies wholly before the position it names is wrong.
///
/// Where a leaf and the tile over it disagree, the level above (or, for the last tile, the checkpoint) decides which of
/// the two is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The checkpoint is not one that the log has signed.
    CheckpointSignature(LogFault),
    /// The store is behind what is known: cut off, or an older copy.
    TreeShorterThanKnown {
        /// The largest known size.
        known: u64,
        /// The checkpoint's size.
        found: u64,
    },
    /// A leaf is not there.
    LeafMissing {
        /// Where it should be.
        position: u64,
    },
    /// A position was given twice, or after a later one.
    LeafRepeated {
        /// The position.
        position: u64,
    },
    /// A leaf lies beyond the checkpoint's tree.
    LeafBeyondCheckpoint {
        /// The position.
        position: u64,
    },
    /// A leaf's data is not what was logged.
    EntryDiffers {
        /// The leaf's position.
        position: u64,
    },
    /// A tile is not there.
    TileMissing {
        /// Which level.
        level: Level,
        /// Which tile of the level.
        index: u64,
        /// The first leaf position it covers.
        position: u64,
    },
    /// A tile is not what the leaves make of it.
    TileDiffers {
        /// Which level.
        level: Level,
        /// Which tile of the level.
        index: u64,
        /// The first leaf position covered by the first hash or entry that differs, or that has bytes after it.
        position: u64,
    },
    /// The leaves do not make the tree that is known from elsewhere: something before `size` was replaced.
    KnownCheckpointDiffers {
        /// The known tree's size.
        size: u64,
        /// The largest known size that still agreed: the first bad position is this one or later.
        agreed: u64,
    },
    /// Leaves and tiles agree with one another, but not with the checkpoint's root.
    CheckpointRootDiffers {
        /// The checkpoint's size.
        size: u64,
        /// The largest known size that still agreed: the first bad position is this one or later.
        agreed: u64,
    },
}

impl Fault {
    /// The first bad position, where one can be named.
    pub fn position(&self) -> Option<u64> {
        match self {
            Fault::LeafMissing { position }
            | Fault::LeafRepeated { position }
            | Fault::LeafBeyondCheckpoint { position }
            | Fault::EntryDiffers { position }
            | Fault::TileMissing { position, .. }
            | Fault::TileDiffers { position, .. } => Some(*position),
            Fault::TreeShorterThanKnown { found, .. } => Some(*found),
            Fault::CheckpointSignature(_)
            | Fault::KnownCheckpointDiffers { .. }
            | Fault::CheckpointRootDiffers { .. } => None,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::CheckpointSignature(fault) => {
                write!(formatter, "the checkpoint is not the log's: {fault}")
            }
            Fault::TreeShorterThanKnown { known, found } => {
                write!(
                    formatter,
                    "the tree has {found} leaves but is known to have had {known}"
                )
            }
            Fault::LeafMissing { position } => write!(formatter, "leaf {position} is missing"),
            Fault::LeafRepeated { position } => write!(formatter, "leaf {position} is there twice"),
            Fault::LeafBeyondCheckpoint { position } => {
                write!(formatter, "leaf {position} lies beyond the checkpoint")
            }
            Fault::EntryDiffers { position } => {
                write!(formatter, "leaf {position} is not what was logged")
            }
            Fault::TileMissing {
                level,
                index,
                position,
            } => {
                write!(
                    formatter,
                    "tile {index} of {} is missing, from leaf {position} on",
                    named(*level)
                )
            }
            Fault::TileDiffers {
                level,
                index,
                position,
            } => {
                write!(
                    formatter,
                    "tile {index} of {} is wrong, from leaf {position} on",
                    named(*level)
                )
            }
            Fault::KnownCheckpointDiffers { size, agreed } => {
                write!(
                    formatter,
                    "the first {size} leaves are not those known, from leaf {agreed} on or later"
                )
            }
            Fault::CheckpointRootDiffers { size, agreed } => {
                write!(
                    formatter,
                    "the {size} leaves are not those signed, from leaf {agreed} on or later"
                )
            }
        }
    }
}

impl std::error::Error for Fault {}

fn named(level: Level) -> String {
    match level {
        Level::Entries => "the entries".to_owned(),
        Level::Hashes(level) => format!("level {level}"),
    }
}
