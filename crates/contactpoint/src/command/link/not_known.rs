//! Values that far too many records have for them to be anybody's, such as 1900-01-01: they are taken as missing, and told.

use std::fmt::Write as _;

use matching::link::{StandIn, Table};
use serde::Serialize;

use crate::command::say::grouped;

/// A value of a column that was taken as missing.
#[derive(Clone, Debug, Serialize)]
pub struct NotKnown {
    /// The column, by its name in `link.toml`.
    pub column: String,
    /// The value, as it is read.
    pub value: String,
    /// Records that had it.
    pub records: u64,
    /// Records in which something was read in this column.
    pub filled: u64,
}

/// Those of a table.
pub fn of(table: &Table) -> Vec<NotKnown> {
    let told = |one: &StandIn| NotKnown {
        column: one.column.clone(),
        value: one.value.clone(),
        records: one.records,
        filled: one.filled,
    };
    table.stand_ins().iter().map(told).collect()
}

/// A line for each, after an empty one; nothing when there is none.
pub fn lines(all: &[NotKnown]) -> String {
    let mut text = String::new();
    for (place, one) in all.iter().enumerate() {
        let before = if place == 0 { "\n" } else { "" };
        let percent = 100.0 * one.records as f64 / one.filled.max(1) as f64;
        // Writing to a text cannot fail.
        let _ = writeln!(
            text,
            "{before}{:>15}  of {} values of {:?} are {} ({percent:.1} %), too many to be anybody's: taken as not known.",
            grouped(one.records),
            grouped(one.filled),
            one.column,
            one.value
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_was_taken_as_missing() {
        let one = NotKnown {
            column: "born".to_owned(),
            value: "1900-01-01".to_owned(),
            records: 1_250,
            filled: 12_500,
        };
        assert_eq!(lines(&[]), "");
        assert_eq!(
            lines(&[one]),
            "\n          1,250  of 12,500 values of \"born\" are 1900-01-01 (10.0 %), too many to be anybody's: taken as not known.\n"
        );
    }
}
