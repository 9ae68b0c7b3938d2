//! What the index says of the keys of a batch, read at once, and what the batch itself has filed since.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use crate::cores::on_all_cores;
use crate::driver::Connection;
use crate::error::Error;
use crate::first_load::FirstKeys;
use crate::keys::{Depth, Index, KeyEntry};
use crate::since::Since;
use crate::write::Write;

/// How many records under one key are too many for it to tell anything; whoever is alike stands under a rarer key too.
pub(crate) const KEY_RECORDS_MAX: usize = 64;
/// How many keys are looked up in the runs of a first load by one piece of work.
const KEYS_OF_A_PART: usize = 256;

/// The records under keys.
#[derive(Default)]
pub(crate) struct Known {
    /// Unshielded records.
    search: Entries,
    /// Shielded records.
    guarded: Entries,
    /// Keys of this batch's own new and changed records, which the database does not know yet.
    fresh: ByKey<Fresh>,
    /// Records that stand otherwise in this batch than in the tables: only what was filed of them counts.
    aside: HashSet<i64>,
}

/// The batch's own records under a key: nearly always one.
struct Fresh {
    first: i64,
    more: Vec<i64>,
}

/// Entries by their keys, and where those of each key are.
#[derive(Default)]
struct Entries {
    all: Vec<KeyEntry>,
    /// How many of them are where they belong, from the first.
    ordered: usize,
    places: ByKey<Range<usize>>,
    /// What has been written since they were read.
    since: Since,
}

/// A map by keys, which are hashes already.
pub(crate) type ByKey<T> = HashMap<i64, T, BuildHasherDefault<AsItIs>>;

/// A hasher that gives back the key.
#[derive(Default)]
pub(crate) struct AsItIs(u64);

impl Known {
    /// Reads what stands under keys that have not been read yet: from the tables, or from what a first load
    /// knows of them.
    pub(crate) fn read(
        &mut self,
        (connection, first): (&mut dyn Connection, Option<&FirstKeys>),
        search: Vec<i64>,
        guarded: Vec<i64>,
    ) -> Result<(), Error> {
        let (search, guarded) = (in_order(search), in_order(guarded));
        match first {
            None => {
                // The shielded first: a record whose shield is lifted meanwhile leaves them for the others.
                Index::Guarded.under(connection, (&guarded, Depth::Row), &mut |entry| {
                    self.guarded.all.push(entry)
                })?;
                Index::Search.under(connection, (&search, Depth::Row), &mut |entry| {
                    self.search.all.push(entry)
                })?;
            }
            Some(first) => {
                let parts: Vec<&[i64]> = search.chunks(KEYS_OF_A_PART).collect();
                let found = on_all_cores(&parts, |keys| {
                    let mut entries = Vec::with_capacity(keys.len());
                    first.runs.under(keys, &mut |entry| entries.push(entry));
                    entries
                });
                self.search.all.extend(found.into_iter().flatten());
                let under = |key| first.guarded.get(key).into_iter().flatten();
                let found = guarded
                    .iter()
                    .flat_map(|key| under(key).map(|id| (*key, *id)));
                self.guarded.all.extend(found);
            }
        }
        self.search.put_in_order();
        self.guarded.put_in_order();
        Ok(())
    }

    /// Takes in what was read under the keys of a batch, or has come to stand under them since.
    pub(crate) fn take_in(&mut self, search: Vec<KeyEntry>, guarded: Vec<KeyEntry>) {
        self.search.all.extend(search);
        self.guarded.all.extend(guarded);
        self.search.put_in_order();
        self.guarded.put_in_order();
    }

    /// Goes on from another of which everything is written: what was read since that began, and what it has written.
    pub(crate) fn after(before: Known) -> Known {
        let mut known = Known::default();
        known.search.since = before.search.since;
        known.guarded.since = before.guarded.since;
        known
    }

    /// Files a record of the batch under its keys.
    pub(crate) fn file(&mut self, id: i64, keys: impl Iterator<Item = i64>) {
        for key in keys {
            match self.fresh.entry(key) {
                Entry::Vacant(vacant) => {
                    let more = Vec::new();
                    vacant.insert(Fresh { first: id, more });
                }
                Entry::Occupied(mut known) => known.get_mut().add(id),
            }
        }
    }

    /// The unshielded records under a key, of this batch or before. `None`: so many that the key tells nothing.
    pub(crate) fn search(&self, key: i64) -> Option<impl Iterator<Item = i64>> {
        let found = self.search.under(key);
        let is_rare = self.search.since.count(key, found) < KEY_RECORDS_MAX;
        let ids = || self.search.since.under(key, found);
        is_rare.then(|| ids().filter(|id| !self.aside.contains(id)))
    }

    /// What was read of the unshielded records under a key, however many.
    pub(crate) fn before(&self, key: i64) -> &[KeyEntry] {
        self.search.under(key)
    }

    /// The shielded records under a key before this batch, every one.
    pub(crate) fn guarded(&self, key: i64) -> impl Iterator<Item = i64> {
        let ids = self.guarded.since.under(key, self.guarded.under(key));
        ids.filter(|id| !self.aside.contains(id))
    }

    /// Sets records aside: from now on they stand under what is filed of them only.
    pub(crate) fn set_aside(&mut self, ids: impl Iterator<Item = i64>) {
        self.aside.extend(ids);
    }

    /// Whether a record was set aside.
    pub(crate) fn is_aside(&self, id: i64) -> bool {
        self.aside.contains(&id)
    }

    /// Every record that was set aside.
    pub(crate) fn all_aside(&self) -> impl Iterator<Item = i64> {
        self.aside.iter().copied()
    }

    /// Forgets what was filed, to file it anew.
    pub(crate) fn unfile(&mut self) {
        self.fresh.clear();
    }

    /// Takes what is being written of the batch for what stands: from now on nothing of it is fresh.
    pub(crate) fn settle(&mut self, writes: &[Write]) {
        self.fresh.clear();
        for (since, index) in [
            (&mut self.search.since, Index::Search),
            (&mut self.guarded.since, Index::Guarded),
        ] {
            let (added, removed) = Write::changes(writes, index);
            removed.for_each(|entry| since.remove(entry));
            added.for_each(|entry| since.add(entry));
        }
    }

    /// Whether a record was filed under a key by this batch, written or not.
    pub(crate) fn is_new(&self, key: i64) -> bool {
        self.fresh(key).next().is_some() || self.search.since.has_come(key)
    }

    /// Every entry that was read of shielded records.
    pub(crate) fn guarded_entries(&self) -> impl Iterator<Item = KeyEntry> {
        self.guarded.all.iter().copied()
    }

    /// The batch's own records under a key.
    pub(crate) fn fresh(&self, key: i64) -> impl Iterator<Item = i64> {
        let fresh = self.fresh.get(&key).into_iter();
        fresh.flat_map(|fresh| std::iter::once(fresh.first).chain(fresh.more.iter().copied()))
    }
}

impl Fresh {
    fn add(&mut self, id: i64) {
        if self.first != id && !self.more.contains(&id) {
            self.more.push(id);
        }
    }
}

impl Entries {
    /// Puts what was added last into the order of its keys, behind what is in order already: a batch reads many keys before a few more, and
    /// those of one row again.
    fn put_in_order(&mut self) {
        let mut added = self.all.split_off(self.ordered.min(self.all.len()));
        added.sort_unstable();
        added.dedup();
        if !self.places.is_empty() {
            added.retain(|entry| !self.under(entry.0).contains(entry));
        }
        let is_read = |(key, _): &KeyEntry| self.places.contains_key(key);
        if added.iter().any(is_read) {
            // Two lists in order, which a stable sort joins.
            let mut all = std::mem::take(&mut self.all);
            all.append(&mut added);
            all.sort();
            all.dedup();
            added = all;
            self.places.clear();
        }
        let before = self.all.len();
        self.places.reserve(added.len());
        for (place, (key, _)) in (before..).zip(&added) {
            let range = self.places.entry(*key).or_insert(place..place);
            range.end = place.saturating_add(1);
        }
        self.all.append(&mut added);
        self.ordered = self.all.len();
    }

    fn under(&self, key: i64) -> &[KeyEntry] {
        let range = self.places.get(&key).cloned().unwrap_or_default();
        self.all.get(range).unwrap_or(&[])
    }
}

impl Hasher for AsItIs {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_i64(&mut self, key: i64) {
        self.0 = key.cast_unsigned();
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Keys as they are looked up: in the order of the index, each once.
pub(crate) fn in_order<T: Ord>(mut keys: Vec<T>) -> Vec<T> {
    keys.sort_unstable();
    keys.dedup();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_too_many_share_tells_nothing_but_behind_a_shield_all_are_looked_at() {
        let many: Vec<KeyEntry> = (0..64).map(|id| (7, id)).collect();
        let entries = |all: Vec<KeyEntry>| {
            let mut entries = Entries {
                all,
                ..Entries::default()
            };
            entries.put_in_order();
            entries
        };
        let known = Known {
            search: entries([vec![(8, 3), (6, 1)], many.clone(), vec![(8, 2), (8, 3)]].concat()),
            guarded: entries(many),
            fresh: ByKey::default(),
            aside: HashSet::from([3]),
        };
        assert!(known.search(7).is_none());
        assert_eq!(known.search(8).unwrap().collect::<Vec<_>>(), [2]);
        assert_eq!(known.search(5).unwrap().count(), 0);
        assert_eq!(known.guarded(7).count(), 63, "one is set aside");
    }

    #[test]
    fn what_is_read_later_stands_beside_what_was_read_before() {
        let mut entries = Entries::default();
        let mut added: Vec<KeyEntry> = Vec::new();
        for some in [
            vec![(3, 2), (1, 9), (3, 1)],
            vec![],
            vec![(2, 4), (2, 4)],
            vec![(3, 7), (0, 1), (1, 9)],
        ] {
            entries.all.extend(&some);
            entries.put_in_order();
            added.extend(some);
            for key in 0..5 {
                let mut expected: Vec<KeyEntry> =
                    added.iter().copied().filter(|(of, _)| *of == key).collect();
                expected.sort_unstable();
                expected.dedup();
                assert_eq!(entries.under(key), expected);
            }
        }
        assert_eq!(entries.all.len(), 6);
    }

    #[test]
    fn what_the_batch_files_is_found_once() {
        let mut known = Known::default();
        known.file(1, [5, 5, 6].into_iter());
        known.file(2, [5].into_iter());
        assert_eq!(known.fresh(5).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(known.search(5).unwrap().count(), 0);
    }
}
