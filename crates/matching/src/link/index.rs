//! Finds the candidates of one record: for every pass, the rows that share its features.
//!
//! A block beyond the plan's size is divided by the next refining feature, as in the batch, and so are its parts: what is
//! divided is kept in finer levels, so that a look-up goes to the part it wants and no row is left out because others
//! stand before it.

use std::collections::{BTreeSet, HashSet};

use super::feature::Features;
use super::hash::{finish, mix};
use super::plan::{Pass, Plan};
use super::sweep::{ROW_BITS, ROW_MASK, pass_key};
use super::table::Table;

/// Rows of a block that nothing is left to divide by which are looked at, at most: those most like the record.
const BLOCK_ROWS_MAX: usize = 4_000;
/// Rows of a block that is never divided when every pair is compared.
const EVERY_PAIR_ROWS_MAX: usize = 6_000;
/// Entries added since the last sort, beyond which all are sorted again.
const ADDED_MAX: usize = 1 << 16;

/// Keys of all passes, sorted.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    plan: Plan,
    passes: Vec<Vec<Level>>,
}

/// Entries of one pass, of whole blocks or of the parts of those that were divided so often: 36 bits of the key above 28
/// bits of the row.
#[derive(Clone, Debug, Default)]
struct Level {
    sorted: Vec<u64>,
    added: BTreeSet<u64>,
    /// Keys of blocks that are divided: their rows stand in the next level as well.
    divided: HashSet<u64>,
}

impl Level {
    /// Rows of a block, in order of when they came.
    fn block(&self, key: u64) -> impl Iterator<Item = u32> {
        let (first, last) = (key & !ROW_MASK, key | ROW_MASK);
        let start = self.sorted.partition_point(|entry| *entry < first);
        let sorted = self.sorted.iter().skip(start);
        let sorted = sorted.take_while(move |entry| **entry <= last);
        sorted
            .chain(self.added.range(first..=last))
            .map(|entry| row_of(*entry))
    }

    /// Whether a block has more than so many rows.
    fn is_beyond(&self, key: u64, most: usize) -> bool {
        let (first, last) = (key & !ROW_MASK, key | ROW_MASK);
        let start = self.sorted.partition_point(|entry| *entry < first);
        let end = self.sorted.partition_point(|entry| *entry <= last);
        let sorted = end.saturating_sub(start);
        sorted > most || {
            let added = self.added.range(first..=last).count();
            sorted.saturating_add(added) > most
        }
    }

    fn add(&mut self, key: u64, row: u32) {
        self.added.insert(key & !ROW_MASK | u64::from(row));
        if self.added.len() > ADDED_MAX.max(self.sorted.len() / 8) {
            self.sorted.extend(std::mem::take(&mut self.added));
            self.sorted.sort_unstable();
        }
    }
}

impl Index {
    pub(crate) fn of(table: &Table, plan: Plan) -> Self {
        let features = Features {
            layout: &table.layout,
            lexicons: &table.lexicons,
            own: None,
        };
        let levels = |pass: &Pass| {
            let rows = table
                .rows
                .chunks_exact(table.layout.width.max(1))
                .zip(0_u64..);
            let entries = rows.filter_map(|(values, row)| {
                Some(pass_key(&features, &pass.features, values)? & !ROW_MASK | row)
            });
            levels_of(entries.collect(), pass, most(&plan, pass), &|place, row| {
                let feature = pass.refining.get(place)?;
                Some(features.value(*feature, table.row(row)))
            })
        };
        Self {
            passes: plan.passes.iter().map(levels).collect(),
            plan,
        }
    }

    /// Adds the row that comes next to the table; `values` are its.
    pub(crate) fn insert(
        &mut self,
        table: &Table,
        features: &Features<'_>,
        (row, values): (u32, &[u32]),
    ) {
        for (pass, levels) in self.plan.passes.iter().zip(&mut self.passes) {
            let Some(key) = pass_key(features, &pass.features, values) else {
                continue;
            };
            let most = most(&self.plan, pass);
            let mut open = vec![(0_usize, key, row)];
            while let Some((depth, key, next)) = open.pop() {
                if levels.len() <= depth {
                    levels.push(Level::default());
                }
                let Some(level) = levels.get_mut(depth) else {
                    continue;
                };
                level.add(key, next);
                let Some(feature) = pass.refining.get(depth) else {
                    continue;
                };
                let finer = |row_of_block: u32| {
                    let known = table.row(row_of_block);
                    let of_row = if row_of_block == row { values } else { known };
                    let value = features.value(*feature, of_row);
                    (depth.saturating_add(1), finer_key(key, value), row_of_block)
                };
                if level.divided.contains(&(key >> ROW_BITS)) {
                    open.push(finer(next));
                } else if level.is_beyond(key, most) {
                    level.divided.insert(key >> ROW_BITS);
                    open.extend(level.block(key).map(finer));
                }
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
        for (pass, levels) in self.plan.passes.iter().zip(&self.passes) {
            let Some(mut key) = pass_key(features, &pass.features, values) else {
                continue;
            };
            for (depth, level) in levels.iter().enumerate() {
                if !level.divided.contains(&(key >> ROW_BITS)) {
                    let block = level.block(key).collect();
                    rows.append(&mut most_alike(block, table, values));
                    break;
                }
                let feature = pass.refining.get(depth);
                let value = feature.map_or(0, |feature| features.value(*feature, values));
                key = finer_key(key, value);
            }
        }
        rows.sort_unstable();
        rows.dedup();
        rows
    }
}

/// Rows of a block of a pass that are compared without dividing it.
fn most(plan: &Plan, pass: &Pass) -> usize {
    if pass.features.is_empty() {
        plan.block_records_max.max(EVERY_PAIR_ROWS_MAX)
    } else {
        plan.block_records_max
    }
}

/// Levels of a pass from its entries; `value` gives what a row has of a refining feature, `None` when there is no such.
fn levels_of(
    mut entries: Vec<u64>,
    pass: &Pass,
    most: usize,
    value: &dyn Fn(usize, u32) -> Option<u32>,
) -> Vec<Level> {
    let mut levels = Vec::new();
    for depth in 0..=pass.refining.len() {
        entries.sort_unstable();
        let mut level = Level::default();
        let mut finer: Vec<u64> = Vec::new();
        let blocks = entries.chunk_by(|one, other| one >> ROW_BITS == other >> ROW_BITS);
        for block in blocks.filter(|block| block.len() > most) {
            for entry in block {
                if let Some(value) = value(depth, row_of(*entry)) {
                    level.divided.insert(entry >> ROW_BITS);
                    finer.push(finer_key(*entry, value) & !ROW_MASK | entry & ROW_MASK);
                }
            }
        }
        level.sorted = std::mem::replace(&mut entries, finer);
        levels.push(level);
        if entries.is_empty() {
            break;
        }
    }
    levels
}

/// The key of a part of a block.
fn finer_key(key: u64, value: u32) -> u64 {
    finish(mix(key >> ROW_BITS, u64::from(value)))
}

/// Of a block that nothing divides, the rows that have most values in common with a record.
fn most_alike(mut block: Vec<u32>, table: &Table, values: &[u32]) -> Vec<u32> {
    if block.len() <= BLOCK_ROWS_MAX.max(EVERY_PAIR_ROWS_MAX) {
        return block;
    }
    block.sort_by_cached_key(|row| {
        let alike = table.row(*row).iter().zip(values);
        let alike = alike.filter(|(one, other)| one == other).count();
        (std::cmp::Reverse(alike), *row)
    });
    block.truncate(BLOCK_ROWS_MAX);
    block
}

fn row_of(entry: u64) -> u32 {
    (entry & ROW_MASK) as u32
}
