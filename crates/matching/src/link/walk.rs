//! Goes through the blocks of one part: the rows of an anchor are fetched once and compared in every pass of the group.
//!
//! A pair that an earlier pass has met is passed by; blocks that were divided count as not compared.

use std::collections::HashSet;
use std::hint::black_box;

use super::group::Group;
use super::memory::Memory;
use super::plan::Pass;
use super::sweep::{ROW_BITS, ROW_MASK, Sweep, Swept, Visitor, key_at};
use super::table::source_of;

/// Neighbours each record of a block is compared with when nothing is left to divide it by.
const NEIGHBOURS_MAX: usize = 64;
/// Rows that are touched before they are used, so that the processor waits for many at once.
const TOUCHED_ROWS: usize = 2048;
/// Numbers of a line of the processor's cache.
const LINE_NUMBERS: usize = 16;

/// One part of a group being walked.
pub(crate) struct Walk<'s, 'a, 'm, V> {
    sweep: &'s Sweep<'a>,
    passes: &'s [Pass],
    /// Place of the first of them in the plan.
    first: usize,
    visitor: V,
    memory: &'m mut Memory,
    swept: Vec<Swept>,
    fetched: Fetched,
}

/// The rows of one anchor.
#[derive(Default)]
struct Fetched {
    /// Their numbers in the table.
    rows: Vec<u32>,
    /// Their values, end to end.
    values: Vec<u32>,
    /// Features of the plan of each, end to end.
    shared: Vec<u32>,
}

impl<'s, 'a, 'm, V: Visitor> Walk<'s, 'a, 'm, V> {
    pub(crate) fn new(
        sweep: &'s Sweep<'a>,
        group: &Group,
        visitor: V,
        memory: &'m mut Memory,
    ) -> Self {
        let passes = sweep.plan.passes.get(group.passes.clone());
        let passes = passes.unwrap_or_default();
        Self {
            sweep,
            first: group.passes.start,
            visitor,
            memory,
            swept: vec![Swept::default(); passes.len()],
            passes,
            fetched: Fetched::default(),
        }
    }

    pub(crate) fn part(&mut self, entries: &[u64]) {
        let (mut begun, mut touched) = (0_usize, 0_usize);
        for block in entries.chunk_by(|one, other| one >> ROW_BITS == other >> ROW_BITS) {
            begun = begun.saturating_add(block.len());
            if begun > touched {
                let from = begun.saturating_sub(block.len());
                touched = begun.saturating_add(TOUCHED_ROWS).min(entries.len());
                self.touch(entries.get(from..touched).unwrap_or_default());
            }
            if block.len() > 1 {
                self.anchored(block);
            }
        }
    }

    /// What was done in each pass, and the visitor.
    pub(crate) fn end(self) -> (Vec<Swept>, V) {
        (self.swept, self.visitor)
    }

    /// Reads a number of every line that rows take, and nothing more.
    fn touch(&self, entries: &[u64]) {
        let table = self.sweep.table;
        let width = table.layout.width;
        let last = width.saturating_sub(1);
        let mut sum = 0_u32;
        for entry in entries {
            let start = to_place(row_of(*entry)).wrapping_mul(width);
            for offset in (0..last).step_by(LINE_NUMBERS).chain([last]) {
                let number = table.rows.get(start.wrapping_add(offset));
                sum = sum.wrapping_add(number.copied().unwrap_or(0));
            }
        }
        black_box(sum);
    }

    /// All passes over the rows of one anchor.
    fn anchored(&mut self, entries: &[u64]) {
        let mut fetched = std::mem::take(&mut self.fetched);
        let is_shared = self.first > 0 || self.passes.len() > 1;
        fetched.fill(self.sweep, entries, is_shared);
        let count = fetched.rows.len();
        let all: Vec<u32> = (0..u32::try_from(count).unwrap_or(u32::MAX)).collect();
        let mut keyed: Vec<(u64, u32)> = Vec::new();
        let mut members: Vec<u32> = Vec::new();
        for place in 0..self.passes.len() {
            let Some(pass) = self.passes.get(place) else {
                continue;
            };
            if self.passes.len() == 1 {
                let key = entries.first().map_or(0, |entry| entry >> ROW_BITS);
                self.pass_block(&fetched, &all, (place, key));
                continue;
            }
            let features = self.sweep.plan.features.len();
            let key = |row: &u32| {
                let shared = stretch(&fetched.shared, *row, features);
                key_at(shared, &pass.places).map(|key| (key >> ROW_BITS, *row))
            };
            keyed.clear();
            keyed.extend(all.iter().filter_map(key));
            keyed.sort_unstable();
            for block in keyed.chunk_by(|one, other| one.0 == other.0) {
                if let [(key, _), _, ..] = block {
                    members.clear();
                    members.extend(block.iter().map(|(_, row)| *row));
                    self.pass_block(&fetched, &members, (place, *key));
                }
            }
        }
        self.fetched = fetched;
    }

    /// A block of one pass: places of fetched rows, the place of the pass in the group, and the block's key.
    fn pass_block(&mut self, fetched: &Fetched, block: &[u32], of: (usize, u64)) {
        let (place, key) = of;
        if block.len() <= self.sweep.plan.block_records_max {
            self.block(fetched, block, place, usize::MAX);
            return;
        }
        if let Some(swept) = self.swept.get_mut(place) {
            swept.divided.insert(key);
        }
        self.divide(fetched, block, place, 0);
    }

    /// Divides a block by the next refining feature; records that do not have it are kept together.
    fn divide(&mut self, fetched: &Fetched, block: &[u32], place: usize, depth: usize) {
        let pass = self.passes.get(place);
        let Some(feature) = pass.and_then(|pass| pass.refining.get(depth)) else {
            self.block(fetched, block, place, NEIGHBOURS_MAX);
            return;
        };
        let width = self.sweep.table.layout.width;
        let value = |row: u32| {
            let values = stretch(&fetched.values, row, width);
            self.sweep.features.value(*feature, values)
        };
        let mut keyed: Vec<(u32, u32)> = block.iter().map(|row| (value(*row), *row)).collect();
        keyed.sort_unstable();
        for finer in keyed.chunk_by(|one, other| one.0 == other.0) {
            let rows: Vec<u32> = finer.iter().map(|(_, row)| *row).collect();
            if rows.len() > self.sweep.plan.block_records_max {
                self.divide(fetched, &rows, place, depth.saturating_add(1));
            } else if rows.len() > 1 {
                self.block(fetched, &rows, place, usize::MAX);
            }
        }
    }

    fn block(&mut self, fetched: &Fetched, block: &[u32], place: usize, neighbours: usize) {
        let number = self.first.saturating_add(place);
        let width = self.sweep.table.layout.width;
        let count = self.sweep.plan.features.len();
        let mut pairs = 0_u64;
        for (at, one_row) in block.iter().enumerate() {
            let one = stretch(&fetched.values, *one_row, width);
            let one_shared = stretch(&fetched.shared, *one_row, count);
            let from = at.saturating_add(1);
            let last = block.len().min(from.saturating_add(neighbours));
            for other_row in block.get(from..last).unwrap_or_default() {
                let other_shared = stretch(&fetched.shared, *other_row, count);
                if number > 0 && self.is_met(number, one_shared, other_shared) {
                    continue;
                }
                let other = stretch(&fetched.values, *other_row, width);
                if self.is_declared_distinct(one, other) {
                    continue;
                }
                pairs = pairs.saturating_add(1);
                let (left, right) = (fetched.row(*one_row), fetched.row(*other_row));
                if left < right {
                    self.visitor.pair((left, right), (one, other), self.memory);
                } else {
                    self.visitor.pair((right, left), (other, one), self.memory);
                }
            }
        }
        if let Some(swept) = self.swept.get_mut(place) {
            swept.blocks = swept.blocks.saturating_add(1);
            swept.largest = swept.largest.max(block.len());
            swept.pairs = swept.pairs.saturating_add(pairs);
        }
    }

    /// Whether a pass before this one has surely compared two records.
    fn is_met(&self, number: usize, one: &[u32], other: &[u32]) -> bool {
        let mut agreeing = 0_u64;
        for (place, (left, right)) in one.iter().zip(other).enumerate() {
            let same = u64::from(left == right && *left != 0);
            agreeing |= same.wrapping_shl(u32::try_from(place).unwrap_or(0));
        }
        let passes = self.sweep.plan.passes.iter().take(number);
        // Those of this group have divided what this part knows: two records of one anchor meet in no other.
        let here = self.swept.iter().map(|swept| &swept.divided);
        let divided = self.sweep.divided.iter().chain(here);
        for (pass, divided) in passes.zip(divided) {
            if agreeing & pass.mask == pass.mask
                && (divided.is_empty() || !was_divided(pass, divided, one))
            {
                return true;
            }
        }
        false
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

impl Fetched {
    fn fill(&mut self, sweep: &Sweep<'_>, entries: &[u64], is_shared: bool) {
        self.rows.clear();
        self.values.clear();
        self.shared.clear();
        for entry in entries {
            let row = row_of(*entry);
            self.rows.push(row);
            self.values.extend_from_slice(sweep.table.row(row));
        }
        if !is_shared {
            return;
        }
        let features = &sweep.plan.features;
        for row in self.values.chunks_exact(sweep.table.layout.width) {
            let values = features.iter().map(|it| sweep.features.value(*it, row));
            self.shared.extend(values);
        }
    }

    fn row(&self, place: u32) -> u32 {
        self.rows.get(to_place(place)).copied().unwrap_or(0)
    }
}

fn was_divided(pass: &Pass, divided: &HashSet<u64>, shared: &[u32]) -> bool {
    key_at(shared, &pass.places).is_some_and(|key| divided.contains(&(key >> ROW_BITS)))
}

/// The numbers of one of several things that take `width` each.
fn stretch(numbers: &[u32], place: u32, width: usize) -> &[u32] {
    let start = to_place(place).wrapping_mul(width);
    numbers
        .get(start..start.wrapping_add(width))
        .unwrap_or_default()
}

fn to_place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn row_of(entry: u64) -> u32 {
    (entry & ROW_MASK) as u32
}
