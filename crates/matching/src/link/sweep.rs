//! Goes through all candidate pairs, pass by pass and block by block.
//!
//! A pass sorts one number a record – 36 bits of the key's hash above 28 bits of the row – in parts that fit the
//! processor's cache, so that memory is bounded by one pass and threads share nothing. A block's rows are copied
//! together before its pairs are visited. A pair that an earlier pass has met is passed by.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::feature::{Feature, Features};
use super::hash::{finish, mix};
use super::memory::Memory;
use super::plan::{Pass, Plan};
use super::table::{Rows, Table, source_of};

/// Bits of an entry that are the row.
pub(crate) const ROW_BITS: u32 = 28;
pub(crate) const ROW_MASK: u64 = (1 << ROW_BITS) - 1;
/// Parts a pass is divided into, by the highest bits of the key.
const PARTS: usize = 256;
const PART_SHIFT: u32 = 56;
/// Neighbours each record of a block is compared with when nothing is left to divide it by.
const NEIGHBOURS_MAX: usize = 64;

/// What is done with pairs. One visitor works on one part.
pub(crate) trait Visitor: Send {
    /// A pair of rows, the first before the second.
    fn pair(&mut self, rows: (u32, u32), values: (&[u32], &[u32]), memory: &mut Memory);
}

/// What a pass did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Swept {
    pub(crate) pairs: u64,
    pub(crate) blocks: u64,
    pub(crate) largest: usize,
    /// Keys of blocks that were divided.
    pub(crate) divided: Vec<u64>,
}

/// The passes of a table and what earlier ones divided.
#[derive(Debug)]
pub(crate) struct Sweep<'a> {
    table: &'a Table,
    plan: &'a Plan,
    features: Features<'a>,
    divided: Vec<HashSet<u64>>,
    distinct: Vec<bool>,
    threads: usize,
}

impl<'a> Sweep<'a> {
    pub(crate) fn new(table: &'a Table, plan: &'a Plan, threads: usize) -> Self {
        Self {
            features: Features {
                layout: &table.layout,
                lexicons: &table.lexicons,
                own: None,
            },
            divided: Vec::new(),
            distinct: table
                .sources
                .iter()
                .map(|source| source.rows == Rows::Distinct)
                .collect(),
            table,
            plan,
            threads: threads.max(1),
        }
    }

    /// Runs the next pass; visitors are returned in the order of parts. `None` when there is no pass left.
    pub(crate) fn next_pass<V: Visitor>(
        &mut self,
        visitor: impl Fn() -> V + Sync,
    ) -> Option<(Swept, Vec<V>)> {
        let number = self.divided.len();
        let pass = self.plan.passes.get(number)?;
        let scattered = self.scatter(pass);
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            let mut memory = Memory::default();
            loop {
                let part = next.fetch_add(1, Ordering::Relaxed);
                if part >= PARTS {
                    return done;
                }
                let mut entries: Vec<u64> = Vec::new();
                for chunk in &scattered {
                    entries.extend_from_slice(chunk.get(part).map_or(&[], Vec::as_slice));
                }
                entries.sort_unstable();
                let mut walk = Walk::new(self, number, visitor(), &mut memory);
                walk.part(&entries);
                done.push((part, walk.swept, walk.visitor));
            }
        };
        let mut done = in_threads(self.threads, &work);
        done.sort_by_key(|(part, ..)| *part);
        let mut swept = Swept::default();
        let mut visitors = Vec::with_capacity(done.len());
        for (_, part, visitor) in done {
            swept.pairs = swept.pairs.saturating_add(part.pairs);
            swept.blocks = swept.blocks.saturating_add(part.blocks);
            swept.largest = swept.largest.max(part.largest);
            swept.divided.extend(part.divided);
            visitors.push(visitor);
        }
        self.divided.push(swept.divided.iter().copied().collect());
        Some((swept, visitors))
    }

    /// Entries of a pass by part, from each thread's share of the rows.
    fn scatter(&self, pass: &Pass) -> Vec<Vec<Vec<u64>>> {
        let rows = self.table.rows();
        let share = rows.div_ceil(self.threads).max(1);
        let width = self.table.layout.width;
        let chunks: Vec<(usize, &[u32])> = self
            .table
            .rows
            .chunks(share.saturating_mul(width))
            .enumerate()
            .collect();
        let scatter = |(chunk, values): (usize, &[u32])| {
            let expected = values
                .len()
                .checked_div(width.saturating_mul(PARTS))
                .unwrap_or(0)
                .saturating_mul(5)
                / 4;
            let mut parts: Vec<Vec<u64>> =
                (0..PARTS).map(|_| Vec::with_capacity(expected)).collect();
            let first = u64::try_from(chunk.saturating_mul(share)).unwrap_or(0);
            for (row, values) in (first..).zip(values.chunks_exact(width)) {
                let Some(key) = pass_key(&self.features, &pass.features, values) else {
                    continue;
                };
                if pass.every > 1 && !(key >> 20).is_multiple_of(pass.every) {
                    continue;
                }
                let part = usize::try_from(key >> PART_SHIFT).unwrap_or(0);
                if let Some(entries) = parts.get_mut(part) {
                    entries.push(key & !ROW_MASK | row);
                }
            }
            parts
        };
        std::thread::scope(|scope| {
            let handles: Vec<_> = chunks
                .into_iter()
                .map(|chunk| scope.spawn(move || scatter(chunk)))
                .collect();
            handles
                .into_iter()
                .filter_map(|handle| handle.join().ok())
                .collect()
        })
    }
}

/// The key of a row in a pass; `None` when it does not have all features.
pub(crate) fn pass_key(reader: &Features<'_>, features: &[Feature], row: &[u32]) -> Option<u64> {
    let hash = features.iter().try_fold(11_u64, |hash, feature| {
        let value = reader.value(*feature, row);
        (value != 0).then(|| mix(hash, u64::from(value)))
    })?;
    Some(finish(hash))
}

fn in_threads<T: Send>(threads: usize, work: &(impl Fn() -> Vec<T> + Sync)) -> Vec<T> {
    std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        handles
            .into_iter()
            .filter_map(|handle| handle.join().ok())
            .flatten()
            .collect()
    })
}

/// One part of a pass being walked.
struct Walk<'s, 'a, 'm, V> {
    sweep: &'s Sweep<'a>,
    number: usize,
    pass: &'s Pass,
    visitor: V,
    memory: &'m mut Memory,
    swept: Swept,
    /// Values of a block's rows, end to end.
    values: Vec<u32>,
    /// Features of a block's rows, end to end.
    shared: Vec<u32>,
}

impl<'s, 'a, 'm, V: Visitor> Walk<'s, 'a, 'm, V> {
    fn new(sweep: &'s Sweep<'a>, number: usize, visitor: V, memory: &'m mut Memory) -> Self {
        const NONE: &Pass = &Pass {
            features: Vec::new(),
            refining: Vec::new(),
            mask: 0,
            every: 1,
            is_affordable: true,
        };
        Self {
            pass: sweep.plan.passes.get(number).unwrap_or(NONE),
            sweep,
            number,
            visitor,
            memory,
            swept: Swept::default(),
            values: Vec::new(),
            shared: Vec::new(),
        }
    }

    fn part(&mut self, entries: &[u64]) {
        for block in entries.chunk_by(|one, other| one >> ROW_BITS == other >> ROW_BITS) {
            if block.len() > self.sweep.plan.block_records_max {
                self.swept
                    .divided
                    .extend(block.first().map(|entry| entry >> ROW_BITS));
                self.divide(block, 0);
            } else if block.len() > 1 {
                self.block(block, usize::MAX);
            }
        }
    }

    /// Divides a block by the next refining feature; records that do not have it are kept together.
    fn divide(&mut self, block: &[u64], depth: usize) {
        let Some(feature) = self.pass.refining.get(depth) else {
            self.block(block, NEIGHBOURS_MAX);
            return;
        };
        let mut keyed: Vec<(u32, u64)> = block
            .iter()
            .map(|entry| {
                (
                    self.sweep
                        .features
                        .value(*feature, self.sweep.table.row(row_of(*entry))),
                    *entry,
                )
            })
            .collect();
        keyed.sort_unstable();
        for finer in keyed.chunk_by(|one, other| one.0 == other.0) {
            let entries: Vec<u64> = finer.iter().map(|(_, entry)| *entry).collect();
            if entries.len() > self.sweep.plan.block_records_max {
                self.divide(&entries, depth.saturating_add(1));
            } else if entries.len() > 1 {
                self.block(&entries, usize::MAX);
            }
        }
    }

    fn block(&mut self, entries: &[u64], neighbours: usize) {
        self.swept.blocks = self.swept.blocks.saturating_add(1);
        self.swept.largest = self.swept.largest.max(entries.len());
        let table = self.sweep.table;
        let features = &self.sweep.plan.features;
        self.values.clear();
        self.shared.clear();
        for entry in entries {
            self.values.extend_from_slice(table.row(row_of(*entry)));
        }
        let width = table.layout.width;
        let has_earlier = self.number > 0;
        if has_earlier {
            for row in self.values.chunks_exact(width) {
                self.shared.extend(
                    features
                        .iter()
                        .map(|feature| self.sweep.features.value(*feature, row)),
                );
            }
        }
        let count = features.len();
        let values = std::mem::take(&mut self.values);
        let shared = std::mem::take(&mut self.shared);
        for (place, entry) in entries.iter().enumerate() {
            let one = rows_from(&values, place, width);
            let one_shared = rows_from(&shared, place, count);
            let last = entries
                .len()
                .min(place.saturating_add(1).saturating_add(neighbours));
            for other_place in place.saturating_add(1)..last {
                let other = rows_from(&values, other_place, width);
                if has_earlier && self.is_met(one_shared, rows_from(&shared, other_place, count)) {
                    continue;
                }
                if self.is_declared_distinct(one, other) {
                    continue;
                }
                self.swept.pairs = self.swept.pairs.saturating_add(1);
                let (left, right) = (
                    row_of(*entry),
                    entries.get(other_place).map_or(0, |entry| row_of(*entry)),
                );
                if left < right {
                    self.visitor.pair((left, right), (one, other), self.memory);
                } else {
                    self.visitor.pair((right, left), (other, one), self.memory);
                }
            }
        }
        self.values = values;
        self.shared = shared;
    }

    /// Whether an earlier pass has surely compared two records. Blocks that were divided count as not compared.
    fn is_met(&self, one: &[u32], other: &[u32]) -> bool {
        let mut agreeing = 0_u64;
        for (place, (left, right)) in one.iter().zip(other).enumerate() {
            let same = u64::from(left == right && *left != 0);
            agreeing |= same.wrapping_shl(u32::try_from(place).unwrap_or(0));
        }
        let earlier = self
            .sweep
            .plan
            .passes
            .iter()
            .take(self.number)
            .zip(&self.sweep.divided);
        for (pass, divided) in earlier {
            if agreeing & pass.mask == pass.mask
                && (divided.is_empty() || !self.was_divided(pass, divided, one))
            {
                return true;
            }
        }
        false
    }

    fn was_divided(&self, pass: &Pass, divided: &HashSet<u64>, shared: &[u32]) -> bool {
        let hash = pass.features.iter().fold(11_u64, |hash, feature| {
            let place = self.sweep.plan.features.iter().position(|it| it == feature);
            let value = place
                .and_then(|place| shared.get(place))
                .copied()
                .unwrap_or(0);
            mix(hash, u64::from(value))
        });
        divided.contains(&(finish(hash) >> ROW_BITS))
    }

    fn is_declared_distinct(&self, one: &[u32], other: &[u32]) -> bool {
        let layout = &self.sweep.table.layout;
        let source = source_of(layout, one);
        source == source_of(layout, other)
            && self
                .sweep
                .distinct
                .get(usize::from(source))
                .copied()
                .unwrap_or(false)
    }
}

fn rows_from(values: &[u32], place: usize, width: usize) -> &[u32] {
    let start = place.wrapping_mul(width);
    values
        .get(start..start.wrapping_add(width))
        .unwrap_or_default()
}

fn row_of(entry: u64) -> u32 {
    (entry & ROW_MASK) as u32
}
