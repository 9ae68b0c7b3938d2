//! Reading for the next batch of a first load while the rows of this one are taken, one after the other on one core: what stands under the
//! keys of its rows, and the open records that they may be of, opened. What this batch changes is put right before it is used.

use std::sync::Arc;

use directory::record::Shielding;
use rustc_hash::FxHashMap;

use crate::Store;
use crate::batch::{Batch, Touched};
use crate::cores::on_all_cores;
use crate::error::Error;
use crate::first_load::FirstKeys;
use crate::incoming::{Ready, RowKeys};
use crate::keys::KeyEntry;
use crate::known::{Known, in_order};
use crate::resolve::wanted_open;
use crate::write::Write;

/// What was read for a batch while the one before it was being taken.
pub(crate) struct Meanwhile {
    /// What stood under the keys of its rows.
    known: Known,
    /// Records that they may be of, opened. One that has come to be shielded may be among them.
    touched: FxHashMap<i64, Touched>,
    /// Under which keys it was looked, of unshielded records and of shielded ones, in order.
    keys: [Vec<i64>; 2],
    /// The turn of supply after the last batch of which it knows.
    turn: Option<String>,
}

/// What the batch that was sent last adds to the keys, of unshielded records and of shielded ones, in order.
#[derive(Default)]
pub(crate) struct Added(pub(crate) [Vec<KeyEntry>; 2]);

/// What a first load knows while a batch is being taken.
pub(crate) struct Before<'k> {
    pub(crate) keys: &'k FirstKeys,
    /// The records of the batch before, which is being written or was.
    pub(crate) flying: Option<Arc<Vec<Write>>>,
    /// The turn of supply after it.
    pub(crate) turn: Option<String>,
}

impl Meanwhile {
    /// Whether it was read when nothing but the last batch was missing.
    pub(crate) fn is_of(&self, turn: Option<&String>) -> bool {
        self.turn.as_ref() == turn
    }

    /// Puts it into its batch as it stands after the batch that was sent last: with what that added, and without the records that it wrote.
    pub(crate) fn put(self, batch: &mut Batch<'_>, Added(added): &Added) {
        let Meanwhile {
            mut known,
            mut touched,
            keys: [search, guarded],
            ..
        } = self;
        let [of_open, of_shielded] = added;
        known.take_in(among(of_open, &search), among(of_shielded, &guarded));
        for write in batch.flying.iter().flat_map(|writes| writes.iter()) {
            touched.remove(&write.id());
        }
        // Of a shielded one the load has kept what others were asked about it (`shields.rs`).
        let is_open = |touched: &Touched| touched.loaded.record.shielding() == Shielding::None;
        touched.retain(|_, touched| is_open(touched));
        batch.known = known;
        batch.touched = touched;
    }
}

impl Store {
    /// Reads for a batch while the one before it is being taken.
    pub(crate) fn read_meanwhile(
        &self,
        ready: &Ready,
        before: Before<'_>,
    ) -> Result<Meanwhile, Error> {
        self.pool.with_reader(|connection| {
            let mut batch = Batch::of(connection, None, ready.now());
            batch.first = Some(before.keys);
            batch.flying = before.flying;
            let search = ready.keys().flat_map(RowKeys::searched);
            let guarded = ready.keys().flat_map(RowKeys::guarded);
            let keys = [in_order(search.collect()), in_order(guarded.collect())];
            let [search, guarded] = keys.clone();
            batch.read_keys(search, guarded)?;
            let (known, rows) = (&batch.known, ready.keys().collect::<Vec<_>>());
            let ids = on_all_cores(&rows, |row| wanted_open(known, row).0);
            self.bring(&mut batch, &ids.concat())?;
            Ok(Meanwhile {
                known: batch.known,
                touched: batch.touched,
                keys,
                turn: before.turn,
            })
        })
    }
}

/// The entries under any of some keys. Both are in order.
fn among(entries: &[KeyEntry], keys: &[i64]) -> Vec<KeyEntry> {
    let mut keys = keys.iter().copied().peekable();
    let mut is_key = |key: i64| {
        while keys.next_if(|other| *other < key).is_some() {}
        keys.peek() == Some(&key)
    };
    let among = entries.iter().filter(|(key, _)| is_key(*key));
    among.copied().collect()
}

#[cfg(test)]
mod tests {
    use super::among;

    #[test]
    fn entries_among_keys_are_those_of_one_of_them() {
        let entries = [(1, 5), (1, 6), (3, 5), (4, 9), (7, 1)];
        assert_eq!(among(&entries, &[0, 1, 2, 4, 5]), [(1, 5), (1, 6), (4, 9)]);
        assert_eq!(among(&entries, &[8]), []);
        assert_eq!(among(&entries, &[]), []);
    }
}
