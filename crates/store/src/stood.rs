//! What stood of suppliers, under their own keys, when rows beside their files were last weighed: it is read once, and not again for every
//! few rows that follow within the hour. It is of use as long as no file has come, ended or gone since.

use std::sync::{Arc, Mutex, PoisonError};

use directory::run::{Ends, Reach, Run, RunId, RunState};
use directory::text::SupplierCode;

use crate::run_keys::FileKeys;

/// For how long it is of use, in microseconds: rows are weighed with those of so much more than a day at the most.
const KEPT_MICROSECONDS: i64 = 3_600_000_000;
/// How many keys are kept in memory, of all suppliers together: eight bytes each. Of one that has more, none is.
const KEYS_KEPT_MAX: usize = 16_000_000;

/// What stood of a supplier before a moment.
pub(crate) struct Stood {
    /// The moment, in microseconds: rows beside files that came then or later are not in it.
    pub(crate) before: i64,
    /// The runs of which it was read, and where they stood.
    runs: Vec<(RunId, RunState)>,
    keys: FileKeys,
    /// How many children, and how many involvements that had not ended.
    pub(crate) of: (u64, u64),
}

impl Stood {
    /// Of keys that are in order.
    pub(crate) fn of(before: i64, runs: &[Run], keys: FileKeys) -> Stood {
        let (_, open) = keys.ends(&FileKeys::default(), Reach::Delta);
        Stood {
            before,
            runs: places(runs),
            of: (keys.children(), open),
            keys,
        }
    }

    /// Whether it is of the runs that there are.
    pub(crate) fn is_of(&self, runs: &[Run]) -> bool {
        self.runs == places(runs)
    }

    /// What rows end of it. They are in order.
    pub(crate) fn ends(&self, rows: &FileKeys) -> Ends {
        self.keys.ends_by_rows(rows)
    }
}

fn places(runs: &[Run]) -> Vec<(RunId, RunState)> {
    runs.iter().map(|run| (run.id, run.state)).collect()
}

/// What stood of the suppliers that were weighed last, the last one behind.
#[derive(Default)]
pub(crate) struct LastStood(Mutex<Vec<(SupplierCode, Arc<Stood>)>>);

impl LastStood {
    /// What stood of a supplier at the latest before a moment, in microseconds, and not long before it.
    pub(crate) fn of(&self, supplier: &SupplierCode, moment: i64) -> Option<Arc<Stood>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, own) = kept.iter().find(|(of, _)| of == supplier)?;
        let oldest = moment.saturating_sub(KEPT_MICROSECONDS);
        let is_of_use = (oldest..=moment).contains(&own.before);
        is_of_use.then(|| Arc::clone(own))
    }

    /// Keeps what stood of a supplier, in place of what was kept of it and of whoever was weighed longest ago.
    pub(crate) fn keep(&self, supplier: &SupplierCode, stood: &Arc<Stood>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(of, _)| of != supplier);
        kept.push((supplier.clone(), Arc::clone(stood)));
        let mut left = KEYS_KEPT_MAX;
        let fit = kept.iter().rev().take_while(|(_, one)| {
            let rest = left.checked_sub(one.keys.count());
            left = rest.unwrap_or(0);
            rest.is_some()
        });
        let fit = fit.count();
        let gone = kept.len().saturating_sub(fit);
        kept.drain(..gone);
    }
}

#[cfg(test)]
#[path = "stood_tests.rs"]
mod tests;
