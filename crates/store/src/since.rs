//! What has come to stand under keys since they were read, and what stands there no longer: what earlier parts of a batch have written.

use crate::keys::KeyEntry;
use crate::known::ByKey;

/// Entries that were added and taken out.
#[derive(Default)]
pub(crate) struct Since {
    come: ByKey<Vec<i64>>,
    gone: ByKey<Vec<i64>>,
}

impl Since {
    /// An entry is added.
    pub(crate) fn add(&mut self, entry: KeyEntry) {
        take(&mut self.gone, entry);
        put(&mut self.come, entry);
    }

    /// An entry is taken out.
    pub(crate) fn remove(&mut self, entry: KeyEntry) {
        take(&mut self.come, entry);
        put(&mut self.gone, entry);
    }

    /// The records under a key, of which these entries were read: before it was written, between, or after.
    pub(crate) fn under<'r>(
        &'r self,
        key: i64,
        read: &'r [KeyEntry],
    ) -> impl Iterator<Item = i64> + 'r {
        let gone = self.gone.get(&key).map_or(&[] as &[i64], Vec::as_slice);
        let come = self.come.get(&key).into_iter().flatten().copied();
        let stood = read.iter().map(|(_, id)| *id);
        // Read after it was written, it is there already.
        let come = come.filter(move |id| !read.contains(&(key, *id)));
        stood.filter(|id| !gone.contains(id)).chain(come)
    }

    /// How many records are under a key. So many as were read if that is as many as are ever read.
    pub(crate) fn count(&self, key: i64, read: &[KeyEntry]) -> usize {
        if read.len() >= crate::known::KEY_RECORDS_MAX
            || (!self.gone.contains_key(&key) && !self.come.contains_key(&key))
        {
            return read.len();
        }
        self.under(key, read).count()
    }

    /// Whether something was added under a key.
    pub(crate) fn has_come(&self, key: i64) -> bool {
        self.come.contains_key(&key)
    }
}

fn put(entries: &mut ByKey<Vec<i64>>, (key, id): KeyEntry) {
    let ids = entries.entry(key).or_default();
    if !ids.contains(&id) {
        ids.push(id);
    }
}

fn take(entries: &mut ByKey<Vec<i64>>, (key, id): KeyEntry) {
    if let Some(ids) = entries.get_mut(&key) {
        ids.retain(|known| *known != id);
        if ids.is_empty() {
            entries.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The same, said slowly: the entries themselves, changed one by one.
    #[test]
    fn what_is_under_a_key_is_what_a_table_would_have_in_whichever_order_it_was_changed() {
        let mut state = 7_u64;
        let mut draw = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            i64::try_from((state >> 33) % below).unwrap()
        };
        for _ in 0..200 {
            let mut read: BTreeSet<KeyEntry> = (0..6).map(|_| (draw(3), draw(4))).collect();
            let (mut table, mut since) = (read.clone(), Since::default());
            for _ in 0..12 {
                if draw(4) == 0 {
                    // What was read stays, and what is read again comes to it.
                    read.extend(&table);
                }
                let entry = (draw(3), draw(4));
                if table.remove(&entry) {
                    since.remove(entry);
                } else {
                    table.insert(entry);
                    since.add(entry);
                }
                for key in 0..3 {
                    let of_key = |entries: &BTreeSet<KeyEntry>| {
                        let of_key = entries.iter().filter(|entry| entry.0 == key);
                        of_key.copied().collect::<Vec<_>>()
                    };
                    let read = of_key(&read);
                    let mut under: Vec<i64> = since.under(key, &read).collect();
                    under.sort_unstable();
                    let stands: Vec<i64> = of_key(&table).iter().map(|entry| entry.1).collect();
                    assert_eq!(under, stands);
                    assert_eq!(since.count(key, &read), stands.len());
                }
            }
        }
    }
}
