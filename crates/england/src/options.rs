//! What decides every byte that is written.

use jiff::civil::Date;

/// What decides every byte: how many children, from which seed, seen on which day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many children; tried up to 11,000,000.
    pub children: u64,
    /// The same seed gives the same England.
    pub seed: u64,
    /// The day from which ages follow.
    pub today: Date,
}
