//! Keys that are sorted but not in a table: the runs of a first load, in memory and in the database.

use std::collections::HashSet;

use crate::error::Error;
use crate::keys::KeyEntry;

/// By how many first bits of its key an entry is put into a part. Joining runs needs room for what it joins once more: so it is a part
/// that is joined at a time, and not four thousand million bytes.
const PART_BITS: u32 = 6;
const PARTS: usize = 1 << PART_BITS;
/// How many entries share one place of the directory of a run, about.
const ENTRIES_OF_A_PLACE: usize = 8;
/// How many records under one key are read at most, as from the table.
const KEY_RECORDS_MAX: usize = 64;
/// A run takes in the one before it while that is not more than so many times as long.
const LONGER_MAX: usize = 4;

/// A record by its place among all records of the load: half the size of its id.
type Ordinal = u32;

/// Every key of a first load, in parts by the first bits of the keys.
#[derive(Default)]
pub(crate) struct KeyRuns {
    /// In the order of the keys; none while there are no keys.
    parts: Vec<Runs>,
    /// The records, in the order of their ids.
    records: Vec<i64>,
    /// Entries that were taken out after they had been added.
    gone: HashSet<KeyEntry>,
}

/// The entries of a part, in sorted runs of ever greater length.
#[derive(Default)]
struct Runs(Vec<Run>);

/// Entries in the order of their keys, with a directory by the first bits of the key: keys are hashes, so they lie evenly.
#[derive(Default)]
struct Run {
    keys: Vec<i64>,
    ordinals: Vec<Ordinal>,
    /// Where the entries of each place begin, and the end.
    places: Vec<u32>,
}

/// What one batch adds to the keys and takes out of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct KeyChange {
    /// In the order of the keys.
    pub(crate) added: Vec<KeyEntry>,
    pub(crate) removed: Vec<KeyEntry>,
}

impl KeyRuns {
    /// Takes in what a batch changes. Its new records have ids after all others.
    pub(crate) fn push(&mut self, change: &KeyChange) -> Result<(), Error> {
        self.gone.extend(&change.removed);
        let mut ids: Vec<i64> = change.added.iter().map(|(_, id)| *id).collect();
        ids.sort_unstable();
        ids.dedup();
        let newest = self.records.last().copied().unwrap_or(i64::MIN);
        self.records.extend(ids.iter().filter(|id| **id > newest));
        if self.parts.is_empty() {
            self.parts.resize_with(PARTS, Runs::default);
        }
        let mut rest = change.added.as_slice();
        for place in 0..self.parts.len() {
            let end = rest.partition_point(|(key, _)| part_of(*key) <= place);
            let (here, after) = rest.split_at(end);
            rest = after;
            let run = self.run_of(here)?;
            if let Some(part) = self.parts.get_mut(place) {
                part.push(run)?;
            }
        }
        Ok(())
    }

    fn run_of(&mut self, added: &[KeyEntry]) -> Result<Run, Error> {
        let mut run = Run {
            keys: Vec::with_capacity(added.len()),
            ordinals: Vec::with_capacity(added.len()),
            places: Vec::new(),
        };
        for entry in added {
            if !self.gone.is_empty() {
                self.gone.remove(entry);
            }
            run.keys.push(entry.0);
            run.ordinals.push(self.ordinal(entry.1)?);
        }
        Ok(run)
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        let runs = self.parts.iter().flat_map(|part| &part.0);
        runs.map(|run| run.keys.len()).sum()
    }

    /// The entries under keys, of each key at most as many as are read from a table.
    pub(crate) fn under(&self, keys: &[i64], each: &mut dyn FnMut(KeyEntry)) {
        for key in keys {
            let mut found = 0usize;
            let part = self.parts.get(part_of(*key)).into_iter();
            for run in part.flat_map(|part| &part.0) {
                for ordinal in run.under(*key) {
                    if found >= KEY_RECORDS_MAX {
                        break;
                    }
                    found = found.saturating_add(1);
                    each((*key, self.record(*ordinal)));
                }
            }
        }
    }

    /// Joins the runs of each part into one, so that [`KeyRuns::in_order`] gives every entry.
    pub(crate) fn join(&mut self) {
        self.parts.iter_mut().for_each(Runs::join);
    }

    /// Every entry of the longest run of each part that stands, in the order of the keys, so many at a time.
    pub(crate) fn in_order(
        &self,
        entries_max: usize,
        each: &mut dyn FnMut(&[KeyEntry]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut some = Vec::with_capacity(entries_max);
        let whole = self.parts.iter().filter_map(|part| part.0.first());
        let entries = whole.flat_map(|run| run.keys.iter().zip(&run.ordinals));
        for (key, ordinal) in entries {
            let entry = (*key, self.record(*ordinal));
            if self.gone.contains(&entry) {
                continue;
            }
            some.push(entry);
            if some.len() >= entries_max {
                each(&some)?;
                some.clear();
            }
        }
        each(&some)
    }

    fn ordinal(&self, id: i64) -> Result<Ordinal, Error> {
        let place = self.records.binary_search(&id).ok();
        place
            .and_then(|place| Ordinal::try_from(place).ok())
            .ok_or(Error::Inconsistent("a record of a first load"))
    }

    fn record(&self, ordinal: Ordinal) -> i64 {
        let place = usize::try_from(ordinal).unwrap_or(usize::MAX);
        self.records.get(place).copied().unwrap_or_default()
    }
}

impl Runs {
    fn push(&mut self, mut run: Run) -> Result<(), Error> {
        if run.keys.is_empty() {
            return Ok(());
        }
        while let Some(before) = self.0.pop() {
            if before.keys.len() > run.keys.len().saturating_mul(LONGER_MAX) {
                self.0.push(before);
                break;
            }
            run = merged(&before, &run);
        }
        run.make_places()?;
        self.0.push(run);
        Ok(())
    }

    fn join(&mut self) {
        let mut whole = self.0.pop().unwrap_or_default();
        while let Some(run) = self.0.pop() {
            whole = merged(&run, &whole);
        }
        self.0.push(whole);
    }
}

impl Run {
    fn under(&self, key: i64) -> &[Ordinal] {
        let place = place_of(key, self.places.len().saturating_sub(1));
        let at = |place: usize| {
            let start = self.places.get(place).copied().unwrap_or_default();
            usize::try_from(start).unwrap_or(usize::MAX)
        };
        let (from, to) = (at(place), at(place.saturating_add(1)));
        let keys = self.keys.get(from..to).unwrap_or(&[]);
        let first = keys.partition_point(|other| *other < key);
        let end = keys.partition_point(|other| *other <= key);
        let (from, to) = (from.saturating_add(first), from.saturating_add(end));
        self.ordinals.get(from..to).unwrap_or(&[])
    }

    fn make_places(&mut self) -> Result<(), Error> {
        let full = |_| Error::Inconsistent("a first load of too many keys");
        let places = (self.keys.len() / ENTRIES_OF_A_PLACE).next_power_of_two();
        self.places = Vec::with_capacity(places.saturating_add(1));
        for (index, key) in self.keys.iter().enumerate() {
            let place = place_of(*key, places);
            while self.places.len() <= place {
                self.places.push(u32::try_from(index).map_err(full)?);
            }
        }
        let end = u32::try_from(self.keys.len()).map_err(full)?;
        self.places.resize(places.saturating_add(1), end);
        Ok(())
    }
}

/// In which part a key lies: its first bits, negative keys first.
fn part_of(key: i64) -> usize {
    let raised = key.cast_unsigned() ^ (1 << 63);
    let first = raised.checked_shr(64u32.saturating_sub(PART_BITS));
    usize::try_from(first.unwrap_or(0)).unwrap_or(0)
}

/// In which of a power of two of places of its part a key lies: its next bits.
fn place_of(key: i64, places: usize) -> usize {
    let bits = places.checked_ilog2().unwrap_or(0);
    if bits == 0 {
        return 0;
    }
    let of_part = key.cast_unsigned().checked_shl(PART_BITS);
    let raised = of_part.unwrap_or(0);
    let first = raised.checked_shr(64u32.saturating_sub(bits)).unwrap_or(0);
    usize::try_from(first).unwrap_or(0)
}

fn merged(one: &Run, other: &Run) -> Run {
    let length = one.keys.len().saturating_add(other.keys.len());
    let mut run = Run {
        keys: Vec::with_capacity(length),
        ordinals: Vec::with_capacity(length),
        places: Vec::new(),
    };
    let mut first = one.keys.iter().zip(&one.ordinals).peekable();
    let mut second = other.keys.iter().zip(&other.ordinals).peekable();
    loop {
        let from_first = match (first.peek(), second.peek()) {
            (Some((a, _)), Some((b, _))) => a <= b,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => return run,
        };
        let next = if from_first {
            first.next()
        } else {
            second.next()
        };
        if let Some((key, ordinal)) = next {
            run.keys.push(*key);
            run.ordinals.push(*ordinal);
        }
    }
}

impl KeyChange {
    /// As it is kept in the database: two counts, and the pairs of both lists.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let count = |list: &[KeyEntry]| u32::try_from(list.len()).unwrap_or(u32::MAX);
        let mut bytes = Vec::new();
        for list in [&self.added, &self.removed] {
            bytes.extend_from_slice(&count(list).to_be_bytes());
            for (key, id) in list {
                bytes.extend_from_slice(&key.to_be_bytes());
                bytes.extend_from_slice(&id.to_be_bytes());
            }
        }
        bytes
    }

    /// From the database. `None`: cut short, or too long.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<KeyChange> {
        let (added, rest) = entries(bytes)?;
        let (removed, rest) = entries(rest)?;
        rest.is_empty().then_some(KeyChange { added, removed })
    }
}

fn entries(bytes: &[u8]) -> Option<(Vec<KeyEntry>, &[u8])> {
    const ENTRY_BYTES: usize = 16;
    let (count, rest) = bytes.split_first_chunk::<4>()?;
    let count = usize::try_from(u32::from_be_bytes(*count)).ok()?;
    let (pairs, rest) = rest.split_at_checked(count.checked_mul(ENTRY_BYTES)?)?;
    let entry = |pair: &[u8]| {
        let (key, id) = pair.split_first_chunk::<8>()?;
        Some((
            i64::from_be_bytes(*key),
            i64::from_be_bytes(id.try_into().ok()?),
        ))
    };
    let entries = pairs.chunks_exact(ENTRY_BYTES).map(entry);
    Some((entries.collect::<Option<Vec<KeyEntry>>>()?, rest))
}

#[cfg(test)]
#[path = "key_run_tests.rs"]
mod tests;
