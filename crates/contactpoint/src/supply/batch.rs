//! Some rows of a file, and what was wrong with those around them.

use directory::supplied::Row;

use super::fault::Fault;

/// Some rows of a file.
#[derive(Debug, Default)]
pub struct Batch {
    /// The rows that can be taken.
    pub rows: Vec<Row>,
    /// The faults found on the way, in the order of the lines.
    pub faults: Vec<Fault>,
    /// How many rows were read.
    pub read: u64,
    /// How many of them were refused.
    pub refused: u64,
    /// How many bytes of the file have been taken, from its beginning.
    pub bytes: u64,
}
