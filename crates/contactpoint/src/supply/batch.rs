//! Some rows of a file, and what was wrong with those around them.

use directory::supplied::{Row, Spared};

use super::fault::Fault;
use super::mend::Mend;

/// Some rows of a file.
#[derive(Debug, Default)]
pub struct Batch {
    /// The rows that can be taken, and refused ones that take something back or restrict.
    pub rows: Vec<Row>,
    /// How many rows were read up to each of them.
    pub places: Vec<u64>,
    /// What stays of those that were refused, or whose involvement was, for a fault.
    pub spared: Vec<Spared>,
    /// The faults found on the way, in the order of the lines.
    pub faults: Vec<Fault>,
    /// How many rows were read.
    pub read: u64,
    /// How many of them were refused.
    pub refused: u64,
    /// How many bear a restriction that was not agreed, refused or not (C20).
    pub not_agreed: u64,
    /// Refused rows for their supplier to mend, when they were asked for.
    pub mend: Vec<Mend>,
    /// How many refused rows are not among those: broken ones, and all that may be a sensitive service's.
    pub not_mendable: u64,
    /// Whether any of them was not taken and may be of a sensitive service, or takes a consent back: nothing of it is to be kept (R28).
    pub withheld: bool,
    /// How many bytes of the file have been taken, from its beginning.
    pub bytes: u64,
}

impl Batch {
    /// Notes something that is not a row.
    pub(super) fn broken(&mut self, faults: Vec<Fault>) {
        self.faults.extend(faults);
        self.not_mendable = self.not_mendable.saturating_add(1);
    }
}
