//! A refused row, given back to its supplier to be put right and sent again.

use std::fmt;

use serde_json::Value;

/// The column of a file of refused rows that says what is wrong. In a file that is sent again it is passed over, whatever is in it.
pub const WRONG_COLUMN: &str = "contactpoint-says";

/// A refused row. Never one that may be a sensitive service's (R28, Annex B 5).
pub struct Mend {
    /// Its values as they were sent, without the column that says what is wrong.
    pub values: Vec<String>,
    /// The record as it was sent, in a format that has records, without members that the mapping does not name (R4).
    pub record: Option<Value>,
    /// What is wrong, in words without any value.
    pub wrong: String,
}

/// A child's values have no place in a log.
impl fmt::Debug for Mend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mend")
            .field("wrong", &self.wrong)
            .finish_non_exhaustive()
    }
}
