//! Finds the candidates of one record: for every pass, the rows that share its features.

use std::collections::BTreeSet;

use super::feature::{Feature, Features};
use super::plan::{Pass, Plan};
use super::sweep::{ROW_BITS, ROW_MASK, pass_key};
use super::table::Table;

/// Rows of one block that are looked at, at most.
const BLOCK_ROWS_MAX: usize = 4_000;
/// Entries added since the last sort, beyond which all are sorted again.
const ADDED_MAX: usize = 1 << 16;

/// Keys of all passes, sorted.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    plan: Plan,
    passes: Vec<Entries>,
}

/// Entries of one pass: 36 bits of the key above 28 bits of the row.
#[derive(Clone, Debug, Default)]
struct Entries {
    sorted: Vec<u64>,
    added: BTreeSet<u64>,
}

impl Index {
    pub(crate) fn of(table: &Table, plan: Plan) -> Self {
        let features = Features {
            layout: &table.layout,
            lexicons: &table.lexicons,
            own: None,
        };
        let entries = |pass: &Pass| {
            let rows = table
                .rows
                .chunks_exact(table.layout.width.max(1))
                .zip(0_u64..);
            let mut sorted: Vec<u64> = rows
                .filter_map(|(values, row)| {
                    Some(pass_key(&features, &pass.features, values)? & !ROW_MASK | row)
                })
                .collect();
            sorted.sort_unstable();
            Entries {
                sorted,
                added: BTreeSet::new(),
            }
        };
        Self {
            passes: plan.passes.iter().map(entries).collect(),
            plan,
        }
    }

    /// Adds a row.
    pub(crate) fn insert(&mut self, features: &Features<'_>, values: &[u32], row: u32) {
        for (pass, entries) in self.plan.passes.iter().zip(&mut self.passes) {
            if let Some(key) = pass_key(features, &pass.features, values) {
                entries.added.insert(key & !ROW_MASK | u64::from(row));
            }
            if entries.added.len() > ADDED_MAX.max(entries.sorted.len() / 8) {
                entries.sorted.extend(std::mem::take(&mut entries.added));
                entries.sorted.sort_unstable();
            }
        }
    }

    /// Rows that share all features of some pass with a record, ascending, each once. Of a block beyond the plan's
    /// size, those that share the refining features as well, as in the batch.
    pub(crate) fn candidates(
        &self,
        table: &Table,
        features: &Features<'_>,
        values: &[u32],
    ) -> Vec<u32> {
        let mut rows = Vec::new();
        for (pass, entries) in self.plan.passes.iter().zip(&self.passes) {
            let Some(key) = pass_key(features, &pass.features, values) else {
                continue;
            };
            let (first, last) = (key & !ROW_MASK, key | ROW_MASK);
            let start = entries.sorted.partition_point(|entry| *entry < first);
            let block = entries
                .sorted
                .iter()
                .skip(start)
                .take_while(|entry| **entry <= last);
            let mut found: Vec<u32> = block
                .chain(entries.added.range(first..=last))
                .take(BLOCK_ROWS_MAX)
                .map(|entry| row_of(*entry))
                .collect();
            for feature in &pass.refining {
                if found.len() <= self.plan.block_records_max {
                    break;
                }
                refine(&mut found, table, (features, *feature), values);
            }
            rows.append(&mut found);
        }
        rows.sort_unstable();
        rows.dedup();
        rows
    }
}

fn refine(found: &mut Vec<u32>, table: &Table, by: (&Features<'_>, Feature), values: &[u32]) {
    let (features, feature) = by;
    let wanted = features.value(feature, values);
    found.retain(|row| features.value(feature, table.row(*row)) == wanted);
}

fn row_of(entry: u64) -> u32 {
    (entry & ((1 << ROW_BITS) - 1)) as u32
}
