//! Goes through all candidate pairs, group of passes by group and block by block.
//!
//! A group sorts one number a record – 36 bits of the hash of its anchor above 28 bits of the row – in parts that fit the
//! processor's cache, so that memory is bounded by one group and threads share nothing. The rows of one anchor are
//! fetched together, once for all passes of the group ([`Walk`]).

use std::collections::{HashSet, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::divisor::Divisor;
use super::feature::{Feature, Features};
use super::group::Group;
use super::hash::{finish, mix};
use super::memory::Memory;
use super::plan::Plan;
use super::table::{Rows, Table};
use super::walk::Walk;

/// Bits of an entry that are the row.
pub(crate) const ROW_BITS: u32 = 28;
pub(crate) const ROW_MASK: u64 = (1 << ROW_BITS) - 1;
/// Parts a group is divided into, by the highest bits of the key.
const PARTS: usize = 256;
const PART_SHIFT: u32 = 56;
/// What every key begins with.
const KEY_FIRST: u64 = 11;
/// Entries a record may have in the groups that one reading of the table serves.
const ENTRIES_PER_RECORD: f64 = 2.0;

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
    pub(crate) divided: HashSet<u64>,
}

impl Swept {
    fn join(&mut self, other: Self) {
        self.pairs = self.pairs.saturating_add(other.pairs);
        self.blocks = self.blocks.saturating_add(other.blocks);
        self.largest = self.largest.max(other.largest);
        self.divided.extend(other.divided);
    }
}

/// Entries of a group by thread and part.
type Scattered = Vec<Vec<Vec<u64>>>;

/// The passes of a table and what earlier ones divided.
#[derive(Debug)]
pub(crate) struct Sweep<'a> {
    pub(crate) table: &'a Table,
    pub(crate) plan: &'a Plan,
    pub(crate) features: Features<'a>,
    /// Keys of divided blocks, by pass.
    pub(crate) divided: Vec<HashSet<u64>>,
    /// Whether rows of a source are known to be distinct people.
    pub(crate) distinct: Vec<bool>,
    groups: VecDeque<Group>,
    scattered: VecDeque<Scattered>,
    threads: usize,
}

impl<'a> Sweep<'a> {
    /// `groups` are of the passes of the plan, in their order.
    pub(crate) fn new(
        table: &'a Table,
        plan: &'a Plan,
        groups: Vec<Group>,
        threads: usize,
    ) -> Self {
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
            groups: groups.into(),
            scattered: VecDeque::new(),
            threads: threads.max(1),
        }
    }

    /// Runs the next group of passes: what each pass did, and the visitors in the order of parts. `None` when there is no
    /// group left.
    pub(crate) fn next_group<V: Visitor>(
        &mut self,
        visitor: impl Fn() -> V + Sync,
    ) -> Option<(Vec<Swept>, Vec<V>)> {
        if self.scattered.is_empty() {
            self.scattered = self.scatter(&self.read_together());
        }
        let group = self.groups.pop_front()?;
        let scattered = self.scattered.pop_front()?;
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
                let mut walk = Walk::new(self, &group, visitor(), &mut memory);
                walk.part(&entries);
                let (swept, visitor) = walk.end();
                done.push((part, swept, visitor));
            }
        };
        let mut done = in_threads(self.threads, &work);
        done.sort_by_key(|(part, ..)| *part);
        let mut swept = vec![Swept::default(); group.passes.len()];
        let mut visitors = Vec::with_capacity(done.len());
        for (_, part, visitor) in done {
            for (sum, part) in swept.iter_mut().zip(part) {
                sum.join(part);
            }
            visitors.push(visitor);
        }
        self.divided
            .extend(swept.iter().map(|pass| pass.divided.clone()));
        Some((swept, visitors))
    }

    /// The next groups, as many as one reading of the table can serve in bounded memory; one at least.
    fn read_together(&self) -> Vec<Group> {
        let mut entries = 0.0;
        let of_group = |group: &&Group| {
            let pass = self.plan.passes.get(group.passes.start);
            1.0 / pass.map_or(1.0, |pass| (pass.every as f64).max(1.0))
        };
        let groups = self.groups.iter().take_while(|group| {
            let before = entries;
            entries += of_group(group);
            before == 0.0 || entries <= ENTRIES_PER_RECORD
        });
        groups.cloned().collect()
    }

    /// Entries of groups by part, from each thread's share of the rows.
    fn scatter(&self, groups: &[Group]) -> VecDeque<Scattered> {
        let rows = self.table.rows();
        let share = rows.div_ceil(self.threads).max(1);
        let width = self.table.layout.width;
        let chunks: Vec<(usize, &[u32])> = self
            .table
            .rows
            .chunks(share.saturating_mul(width))
            .enumerate()
            .collect();
        let done: Vec<Scattered> = std::thread::scope(|scope| {
            let handles: Vec<_> = chunks
                .into_iter()
                .map(|(chunk, values)| {
                    scope.spawn(move || {
                        self.scatter_chunk(groups, chunk.saturating_mul(share), values)
                    })
                })
                .collect();
            handles
                .into_iter()
                .filter_map(|handle| handle.join().ok())
                .collect()
        });
        let mut scattered: VecDeque<Scattered> = groups.iter().map(|_| Vec::new()).collect();
        for chunk in done {
            for (group, parts) in scattered.iter_mut().zip(chunk) {
                group.push(parts);
            }
        }
        scattered
    }

    /// Entries of some rows, by group and part.
    fn scatter_chunk(&self, groups: &[Group], first: usize, values: &[u32]) -> Scattered {
        let width = self.table.layout.width;
        let rows = values.len().checked_div(width).unwrap_or(0);
        let mut keyed = Keyed::of(groups, self.plan);
        let mut scattered: Scattered = keyed
            .every
            .iter()
            .map(|every| {
                let kept = usize::try_from(*every).unwrap_or(usize::MAX);
                let expected = rows.checked_div(PARTS.saturating_mul(kept)).unwrap_or(0);
                let room = expected.saturating_add(expected / 4);
                (0..PARTS).map(|_| Vec::with_capacity(room)).collect()
            })
            .collect();
        let first = u64::try_from(first).unwrap_or(0);
        for (row, values) in (first..).zip(values.chunks_exact(width)) {
            keyed.read(&self.features, values);
            for (group, parts) in scattered.iter_mut().enumerate() {
                let Some(key) = keyed.key(group) else {
                    continue;
                };
                let part = usize::try_from(key >> PART_SHIFT).unwrap_or(0);
                if let Some(entries) = parts.get_mut(part) {
                    entries.push(key & !ROW_MASK | row);
                }
            }
        }
        scattered
    }
}

/// The keys of one row in several groups; each feature is read once.
struct Keyed {
    features: Vec<Feature>,
    values: Vec<u32>,
    /// Places of each group's anchor in `features`.
    anchors: Vec<Vec<usize>>,
    /// Of a group's keys, one in so many is taken.
    every: Vec<u64>,
    /// What the numbers of these keys are multiples of.
    taken: Vec<Divisor>,
}

impl Keyed {
    fn of(groups: &[Group], plan: &Plan) -> Self {
        let mut features: Vec<Feature> = Vec::new();
        for feature in groups.iter().flat_map(|group| &group.anchor) {
            if !features.contains(feature) {
                features.push(*feature);
            }
        }
        let place = |feature: &Feature| features.iter().position(|it| it == feature);
        let every = |group: &Group| {
            let pass = plan.passes.get(group.passes.start);
            pass.map_or(1, |pass| pass.every.max(1))
        };
        Self {
            anchors: groups
                .iter()
                .map(|group| group.anchor.iter().filter_map(place).collect())
                .collect(),
            every: groups.iter().map(every).collect(),
            taken: groups.iter().map(|it| Divisor::new(every(it))).collect(),
            values: vec![0; features.len()],
            features,
        }
    }

    fn read(&mut self, reader: &Features<'_>, row: &[u32]) {
        for (slot, feature) in self.values.iter_mut().zip(&self.features) {
            *slot = reader.value(*feature, row);
        }
    }

    /// The key of a group, when the row has its anchor and the key is taken.
    fn key(&self, group: usize) -> Option<u64> {
        let key = key_at(&self.values, self.anchors.get(group)?)?;
        let taken = self.taken.get(group)?;
        taken.divides(key >> 20).then_some(key)
    }
}

/// The key of the values at some places; `None` when one is missing.
pub(crate) fn key_at(values: &[u32], places: &[usize]) -> Option<u64> {
    let hash = places.iter().try_fold(KEY_FIRST, |hash, place| {
        let value = values.get(*place).copied().unwrap_or(0);
        (value != 0).then(|| mix(hash, u64::from(value)))
    })?;
    Some(finish(hash))
}

/// The key of a row in a pass; `None` when it does not have all features.
pub(crate) fn pass_key(reader: &Features<'_>, features: &[Feature], row: &[u32]) -> Option<u64> {
    let hash = features.iter().try_fold(KEY_FIRST, |hash, feature| {
        let value = reader.value(*feature, row);
        (value != 0).then(|| mix(hash, u64::from(value)))
    })?;
    Some(finish(hash))
}

/// Does the same work in threads until all are done; what they have done, thread by thread.
pub(crate) fn in_threads<T: Send>(threads: usize, work: &(impl Fn() -> Vec<T> + Sync)) -> Vec<T> {
    std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
        handles
            .into_iter()
            .filter_map(|handle| handle.join().ok())
            .flatten()
            .collect()
    })
}
