//! Writing a record: its sealed body, and the difference in its keys, in the transaction of the event it is about.

use directory::Now;
use directory::record::Shielding;

use crate::Store;
use crate::codec;
use crate::disclose::Loaded;
use crate::driver::{Connection, Value};
use crate::error::Error;
use crate::keys::{KEYS_ADDED_AT_ONCE, add_keys_statement};
use crate::seal::Column;

/// The keys of a record, by the index they stand in. A shielded record has none in `search` (R44): there is nothing to filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Keys {
    pub(crate) search: Vec<i64>,
    pub(crate) shielded: Vec<i64>,
    pub(crate) guarded: Vec<i64>,
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
            },
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
        }
    }
}

fn sorted(mut keys: Vec<i64>) -> Vec<i64> {
    keys.sort_unstable();
    keys.dedup();
    keys
}

impl Write {
    /// Which record.
    pub(crate) fn id(&self) -> i64 {
        self.id
    }

    /// Writes it. Contended when the record is no longer in the version that was read.
    pub(crate) fn run(&self, connection: &mut dyn Connection) -> Result<(), Error> {
        if self.version == 0 {
            let sql = "INSERT INTO record (id, version, body) VALUES ($1, 1, $2)";
            connection.execute(sql, &[Value::Int(self.id), Value::Blob(&self.body)])?;
        } else {
            let sql =
                "UPDATE record SET version = version + 1, body = $1 WHERE id = $2 AND version = $3";
            let values = [
                Value::Blob(&self.body),
                Value::Int(self.id),
                Value::Int(self.version),
            ];
            if connection.execute(sql, &values)? == 0 {
                return Err(Error::Contended);
            }
        }
        self.write_keys(connection)
    }

    fn write_keys(&self, connection: &mut dyn Connection) -> Result<(), Error> {
        const DELETES: [&str; 3] = [
            "DELETE FROM search_key WHERE key = $1 AND record = $2",
            "DELETE FROM shielded_key WHERE key = $1 AND record = $2",
            "DELETE FROM guarded_key WHERE key = $1 AND record = $2",
        ];
        const INSERTS: [&str; 3] = [
            add_keys_statement!("search_key"),
            add_keys_statement!("shielded_key"),
            add_keys_statement!("guarded_key"),
        ];
        let each = |keys: &Keys| {
            [
                keys.search.clone(),
                keys.shielded.clone(),
                keys.guarded.clone(),
            ]
        };
        for (sql, keys) in DELETES.into_iter().zip(each(&self.removed)) {
            for key in keys {
                connection.execute(sql, &[Value::Int(key), Value::Int(self.id)])?;
            }
        }
        for (sql, keys) in INSERTS.into_iter().zip(each(&self.added)) {
            for chunk in keys.chunks(KEYS_ADDED_AT_ONCE) {
                let last = chunk.last().copied().unwrap_or(0);
                let mut values = [Value::Int(last); KEYS_ADDED_AT_ONCE + 1];
                for (value, key) in values
                    .iter_mut()
                    .zip(std::iter::once(&self.id).chain(chunk))
                {
                    *value = Value::Int(*key);
                }
                connection.execute(sql, &values)?;
            }
        }
        Ok(())
    }
}

impl Store {
    /// Seals a changed record and finds the difference in its keys. `before` are those it had.
    pub(crate) fn prepare_write(
        &self,
        loaded: &Loaded,
        before: Option<&Keys>,
        now: Now,
    ) -> Result<Write, Error> {
        let after = self.keys(&loaded.record, now)?;
        let none = Keys::default();
        let before = before.unwrap_or(&none);
        Ok(Write {
            id: loaded.id,
            version: loaded.version,
            body: self.seal_record(loaded)?,
            added: after.beyond(before),
            removed: before.beyond(&after),
        })
    }

    fn seal_record(&self, loaded: &Loaded) -> Result<Vec<u8>, Error> {
        let next = Column::RecordBody(loaded.version.saturating_add(1));
        let random = self.random();
        self.ring()
            .seal(next, loaded.id, &codec::encode(&loaded.record), random)
    }
}
