//! How many rows of a run met a known child, and how many made a new one, as it may be told: never of a small file.
//!
//! A file of one row with a new key and a guessed postcode would ask whether a child is found by what is hidden of it (R44, X2). It is told
//! at the command line alone: whoever reads pages may send files too, and a guess in very many rows is seen in any number.

use crate::run::Run;

/// Of how many rows a run is at least that tells how many of them met a known child.
pub const MEETINGS_TOLD_ROWS_MIN: u64 = 100;

impl Run {
    /// Rows that met a known child, to be shown as a figure. `None`: it is not told.
    #[must_use]
    pub fn known_told(&self) -> Option<u64> {
        self.totals.known().filter(|_| self.tells_meetings())
    }

    /// Rows that made a new child, to be shown as a figure. `None`: it is not told.
    #[must_use]
    pub fn new_told(&self) -> Option<u64> {
        self.totals.new.filter(|_| self.tells_meetings())
    }

    /// By what was applied too: of a run under way that may be little.
    fn tells_meetings(&self) -> bool {
        self.rows.min(self.totals.read) >= MEETINGS_TOLD_ROWS_MIN
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Applied, Reach, RunBy, RunId, RunState, RunTotals};
    use crate::statement::SourceKind;
    use crate::supplied::Supplier;
    use crate::text::SupplierCode;

    fn run(rows: u64, read: u64) -> Run {
        Run {
            id: RunId(1),
            supplier: Supplier {
                code: SupplierCode::parse("nhs").unwrap(),
                kind: SourceKind::Nhs,
            },
            mapping: "nhs".to_owned(),
            reach: Reach::Delta,
            applied: Applied::InBatches,
            extracted: jiff::civil::date(2026, 11, 2),
            state: RunState::Done,
            held: None,
            began: crate::Timestamp::MIN,
            ended: None,
            by: RunBy::Operator,
            rows,
            totals: RunTotals {
                read,
                accepted: read,
                new: Some(0),
                ..RunTotals::default()
            },
        }
    }

    #[test]
    fn r44_x2_a_small_file_does_not_ask_whether_a_child_is_known() {
        for (rows, read) in [(1, 1), (99, 99), (1_000, 1)] {
            let small = run(rows, read);
            assert_eq!((small.known_told(), small.new_told()), (None, None));
        }
        let whole = run(100, 100);
        assert_eq!((whole.known_told(), whole.new_told()), (Some(100), Some(0)));
    }
}
