//! What the index says of the keys of a batch, read at once, and what the batch itself has filed since.

use std::collections::HashMap;

use crate::cores::on_all_cores;
use crate::driver::Connection;
use crate::error::Error;
use crate::first_load::FirstKeys;
use crate::keys::{Index, KeyEntry};

/// How many records under one key are too many for it to tell anything; whoever is alike stands under a rarer key too.
const KEY_RECORDS_MAX: usize = 64;
/// How many keys are looked up in the runs of a first load by one piece of work.
const KEYS_OF_A_PART: usize = 256;

/// The records under keys.
#[derive(Default)]
pub(crate) struct Known {
    /// Unshielded records, in the order of the keys.
    search: Vec<KeyEntry>,
    /// Shielded records, in the order of the keys.
    guarded: Vec<KeyEntry>,
    /// Keys of this batch's own new and changed records, which the database does not know yet.
    fresh: HashMap<i64, Vec<i64>>,
}

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
                Index::Search.under(connection, &search, &mut |entry| self.search.push(entry))?;
                Index::Guarded
                    .under(connection, &guarded, &mut |entry| self.guarded.push(entry))?;
            }
            Some(first) => {
                let parts: Vec<&[i64]> = search.chunks(KEYS_OF_A_PART).collect();
                let found = on_all_cores(&parts, |keys| {
                    let mut entries = Vec::with_capacity(keys.len());
                    first.runs.under(keys, &mut |entry| entries.push(entry));
                    entries
                });
                self.search.extend(found.into_iter().flatten());
                let under = |key| first.guarded.get(key).into_iter().flatten();
                let found = guarded
                    .iter()
                    .flat_map(|key| under(key).map(|id| (*key, *id)));
                self.guarded.extend(found);
            }
        }
        for entries in [&mut self.search, &mut self.guarded] {
            entries.sort_unstable();
            entries.dedup();
        }
        Ok(())
    }

    /// Files a record of the batch under its keys.
    pub(crate) fn file(&mut self, id: i64, keys: impl Iterator<Item = i64>) {
        for key in keys {
            let ids = self.fresh.entry(key).or_default();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }

    /// The unshielded records under a key, of this batch or before. `None`: so many that the key tells nothing.
    pub(crate) fn search(&self, key: i64) -> Option<impl Iterator<Item = i64>> {
        let found = under(&self.search, key);
        (found.len() < KEY_RECORDS_MAX).then(|| found.iter().map(|(_, id)| *id))
    }

    /// The shielded records under a key before this batch, every one.
    pub(crate) fn guarded(&self, key: i64) -> impl Iterator<Item = i64> {
        under(&self.guarded, key).iter().map(|(_, id)| *id)
    }

    /// The batch's own records under a key.
    pub(crate) fn fresh(&self, key: i64) -> impl Iterator<Item = i64> {
        self.fresh.get(&key).into_iter().flatten().copied()
    }
}

fn under(entries: &[KeyEntry], key: i64) -> &[KeyEntry] {
    let from = entries.partition_point(|entry| entry.0 < key);
    let rest = entries.get(from..).unwrap_or(&[]);
    let length = rest.iter().take_while(|entry| entry.0 == key).count();
    rest.get(..length).unwrap_or(&[])
}

fn in_order(mut keys: Vec<i64>) -> Vec<i64> {
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
        let known = Known {
            search: [vec![(6, 1)], many.clone(), vec![(8, 2), (8, 3)]].concat(),
            guarded: many,
            fresh: HashMap::new(),
        };
        assert!(known.search(7).is_none());
        assert_eq!(known.search(8).unwrap().collect::<Vec<_>>(), [2, 3]);
        assert_eq!(known.search(5).unwrap().count(), 0);
        assert_eq!(known.guarded(7).count(), 64);
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
