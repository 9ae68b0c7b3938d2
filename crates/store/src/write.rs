//! Writing a record: its sealed body, and the difference in its keys, in the transaction of the event it is about.

use directory::record::Shielding;

use crate::Store;
use crate::codec;
use crate::disclose::{Loaded, SealedRecord};
use crate::driver::{Connection, Dialect, Value};
use crate::error::Error;
use crate::key_run::KeyChange;
use crate::keys::{Index, KeyEntry};
use crate::seal::Column;

/// The keys of a record, by the index they stand in. A shielded record has none in `search` (R44): there is nothing to filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Keys {
    pub(crate) search: Vec<i64>,
    pub(crate) shielded: Vec<i64>,
    pub(crate) guarded: Vec<i64>,
    /// Under whom it is followed; see `follow.rs`.
    pub(crate) follow: Vec<i64>,
}

/// A record ready to be written.
pub(crate) struct Write {
    id: i64,
    /// The version that was read; 0 for a new record.
    version: i64,
    body: Vec<u8>,
    added: Keys,
    removed: Keys,
}

impl Keys {
    /// The keys of a record: all of them where it can be searched by all; behind a shield only those of visible fields.
    pub(crate) fn of(shielding: Shielding, every: Vec<i64>, visible: Vec<i64>) -> Keys {
        match shielding {
            Shielding::None => Keys {
                search: sorted(every),
                ..Keys::default()
            },
            Shielding::Shielded => Keys {
                search: Vec::new(),
                shielded: sorted(visible),
                guarded: sorted(every),
                ..Keys::default()
            },
        }
    }

    /// The same, followed under these keys.
    pub(crate) fn followed(self, follow: Vec<i64>) -> Keys {
        Keys {
            follow: sorted(follow),
            ..self
        }
    }

    /// Those of an index. Records stand in all but that of waiting rows.
    fn of_index(&self, index: Index) -> &[i64] {
        match index {
            Index::Search => &self.search,
            Index::Shielded => &self.shielded,
            Index::Guarded => &self.guarded,
            Index::Follow => &self.follow,
            Index::Waiting => &[],
        }
    }

    /// Those that are here and not in the other.
    fn beyond(&self, other: &Keys) -> Keys {
        let beyond = |here: &[i64], there: &[i64]| {
            here.iter()
                .filter(|key| there.binary_search(key).is_err())
                .copied()
                .collect()
        };
        Keys {
            search: beyond(&self.search, &other.search),
            shielded: beyond(&self.shielded, &other.shielded),
            guarded: beyond(&self.guarded, &other.guarded),
            follow: beyond(&self.follow, &other.follow),
        }
    }
}

fn sorted(mut keys: Vec<i64>) -> Vec<i64> {
    keys.sort_unstable();
    keys.dedup();
    keys
}

impl Write {
    /// Takes the keys of unshielded records out of writes, for the runs of a first load.
    pub(crate) fn take_search_keys(writes: &mut [Write]) -> KeyChange {
        let change = KeyChange {
            added: in_order(Write::changes(writes, Index::Search).0),
            removed: in_order(Write::changes(writes, Index::Search).1),
        };
        for write in writes {
            write.added.search = Vec::new();
            write.removed.search = Vec::new();
        }
        change
    }

    /// Leaves the keys that guard some records where they stand: a shield loses none of them.
    pub(crate) fn keep_guards(writes: &mut [Write], is_shielded: impl Fn(i64) -> bool) {
        for write in writes {
            if is_shielded(write.id) {
                write.removed.guarded = Vec::new();
            }
        }
    }

    /// The write of a record among some, which are in the order of their records.
    pub(crate) fn find(writes: &[Write], id: i64) -> Option<&Write> {
        let place = writes.binary_search_by_key(&id, |write| write.id).ok()?;
        writes.get(place)
    }

    /// The record as it will be kept.
    pub(crate) fn written(&self) -> SealedRecord {
        let version = self.version.saturating_add(1);
        (self.id, version, self.body.clone())
    }

    /// Of which record it is.
    pub(crate) fn id(&self) -> i64 {
        self.id
    }

    /// The entries of an index that writes add, and those they take out.
    pub(crate) fn changes(
        writes: &[Write],
        index: Index,
    ) -> (
        impl Iterator<Item = KeyEntry>,
        impl Iterator<Item = KeyEntry>,
    ) {
        (
            entries(writes, index, |write| &write.added),
            entries(writes, index, |write| &write.removed),
        )
    }

    /// The keys of shielded records that writes add.
    pub(crate) fn guarded_keys(writes: &[Write]) -> Vec<KeyEntry> {
        in_order(Write::changes(writes, Index::Guarded).0)
    }

    /// Writes it. Contended when the record is no longer in the version that was read.
    pub(crate) fn run(&self, connection: &mut dyn Connection) -> Result<(), Error> {
        Write::run_all(std::slice::from_ref(self), connection)
    }

    /// Writes many, their keys in the order of the index. Contended when any record is no longer in the version that was read.
    pub(crate) fn run_all(writes: &[Write], connection: &mut dyn Connection) -> Result<(), Error> {
        match connection.dialect() {
            Dialect::Sqlite => writes.iter().try_for_each(|write| write.put(connection))?,
            Dialect::Postgres => put_all(writes, connection)?,
        }
        for index in [
            Index::Search,
            Index::Shielded,
            Index::Guarded,
            Index::Follow,
        ] {
            let (added, removed) = Write::changes(writes, index);
            index.remove(connection, &in_order(removed))?;
            index.add(connection, &in_order(added))?;
        }
        Ok(())
    }

    fn put(&self, connection: &mut dyn Connection) -> Result<(), Error> {
        if self.version == 0 {
            let sql = "INSERT INTO record (id, version, body) VALUES ($1, 1, $2)";
            connection.execute(sql, &[Value::Int(self.id), Value::Blob(&self.body)])?;
            return Ok(());
        }
        let sql =
            "UPDATE record SET version = version + 1, body = $1 WHERE id = $2 AND version = $3";
        let values = [
            Value::Blob(&self.body),
            Value::Int(self.id),
            Value::Int(self.version),
        ];
        match connection.execute(sql, &values)? {
            0 => Err(Error::Contended),
            _ => Ok(()),
        }
    }
}

/// The same as [`Write::put`] for each, in two statements.
fn put_all(writes: &[Write], connection: &mut dyn Connection) -> Result<(), Error> {
    let (new, known): (Vec<&Write>, Vec<&Write>) =
        writes.iter().partition(|write| write.version == 0);
    let ids = |writes: &[&Write]| writes.iter().map(|write| write.id).collect::<Vec<_>>();
    fn bodies<'w>(writes: &[&'w Write]) -> Vec<&'w [u8]> {
        writes.iter().map(|write| write.body.as_slice()).collect()
    }
    if !new.is_empty() {
        let sql = "INSERT INTO record (id, version, body) \
             SELECT id, 1, body FROM unnest($1::BIGINT[], $2::BYTEA[]) AS new (id, body)";
        let values = [Value::Ints(&ids(&new)), Value::Blobs(&bodies(&new))];
        connection.execute(sql, &values)?;
    }
    if !known.is_empty() {
        let sql = "UPDATE record SET version = record.version + 1, body = changed.body \
             FROM unnest($1::BIGINT[], $2::BIGINT[], $3::BYTEA[]) AS changed (id, version, body) \
             WHERE record.id = changed.id AND record.version = changed.version";
        let versions: Vec<i64> = known.iter().map(|write| write.version).collect();
        let values = [
            Value::Ints(&ids(&known)),
            Value::Ints(&versions),
            Value::Blobs(&bodies(&known)),
        ];
        if connection.execute(sql, &values)? != u64::try_from(known.len()).unwrap_or(u64::MAX) {
            return Err(Error::Contended);
        }
    }
    Ok(())
}

fn entries(
    writes: &[Write],
    index: Index,
    keys: fn(&Write) -> &Keys,
) -> impl Iterator<Item = KeyEntry> {
    writes.iter().flat_map(move |write| {
        let keys = keys(write).of_index(index).iter();
        keys.map(|key| (*key, write.id))
    })
}

fn in_order(entries: impl Iterator<Item = KeyEntry>) -> Vec<KeyEntry> {
    let mut entries: Vec<KeyEntry> = entries.collect();
    entries.sort_unstable();
    entries
}

impl Store {
    /// Seals a changed record and finds the difference in its keys. `before` are those it had.
    pub(crate) fn prepare_write(
        &self,
        loaded: &Loaded,
        before: &Keys,
        after: &Keys,
    ) -> Result<Write, Error> {
        Ok(Write {
            id: loaded.id,
            version: loaded.version,
            body: self.seal_record(loaded)?,
            added: after.beyond(before),
            removed: before.beyond(after),
        })
    }

    fn seal_record(&self, loaded: &Loaded) -> Result<Vec<u8>, Error> {
        let next = Column::RecordBody(loaded.version.saturating_add(1));
        let random = self.random();
        self.ring()
            .seal(next, loaded.id, &codec::encode(&loaded.record), random)
    }
}
