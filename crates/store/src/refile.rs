//! Filing records of an older program anew: the keys that this version adds to what a record is filed under.
//!
//! Version 2: parents and carers, and homes about which sources do not agree (X3), and everything under which a record is followed, which older programs filed otherwise.

use crate::disclose::SealedRecord;
use crate::driver::{Connection, Dialect, Value};
use crate::error::Error;
use crate::keys::{Index, KeyEntry};
use crate::seal::Column;
use crate::tie::trace_keys;
use crate::{Store, codec, schema};

/// By which version of the keys all records are filed. A directory that was begun before there were versions has none.
const VERSION: &str = "2";
const NAME: &str = "filed";
const RECORDS_SQLITE: &str =
    "SELECT id, version, body FROM record WHERE id > $1 ORDER BY id LIMIT 1024";
/// Nobody changes a record between its reading and its filing: a shield that was placed there would be undone (R44).
const RECORDS_POSTGRES: &str =
    "SELECT id, version, body FROM record WHERE id > $1 ORDER BY id LIMIT 1024 FOR UPDATE";

/// Records that were filed together.
struct Batch {
    /// The last of them. `None`: there are no more.
    last: Option<i64>,
    /// How many they are.
    records: u64,
}

/// How far the filing anew is that opening a directory begins with, after an update that files records by more keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refiled {
    /// How many records are filed, from 0.
    pub filed: u64,
    /// Of how many.
    pub of: u64,
}

impl Store {
    /// Files what an older program filed by fewer keys; nothing, where all is filed. Interrupted, it begins again with the next start;
    /// twice at once, it does the same twice. The older program must have ended: what it writes meanwhile it files as it knows. How far it
    /// is, is told before the first record and after every batch.
    ///
    /// # Errors
    /// [`Error`] when a record could not be read or filed: those before it are.
    pub(crate) fn file_what_is_new(
        &self,
        connection: &mut dyn Connection,
        tell: &mut dyn FnMut(Refiled),
    ) -> Result<(), Error> {
        if schema::get(connection, NAME)?.as_deref() == Some(VERSION) {
            return Ok(());
        }
        let of = how_many(connection)?;
        let mut filed = 0;
        let mut last = Some(i64::MIN);
        while let Some(after) = last {
            tell(Refiled { filed, of });
            let dialect = connection.dialect();
            connection.batch(dialect.begin())?;
            last = match self.file_after(connection, after) {
                Ok(batch) => {
                    filed = filed.saturating_add(batch.records);
                    batch.last
                }
                Err(error) => {
                    // A connection that cannot roll back is dropped by whoever opened it, which rolls back.
                    let _ = connection.batch("ROLLBACK");
                    return Err(error);
                }
            };
            connection.batch("COMMIT")?;
        }
        schema::put(connection, NAME, VERSION)
    }

    /// Files some records.
    fn file_after(&self, connection: &mut dyn Connection, after: i64) -> Result<Batch, Error> {
        let sql = match connection.dialect() {
            Dialect::Sqlite => RECORDS_SQLITE,
            Dialect::Postgres => RECORDS_POSTGRES,
        };
        let mut records: Vec<SealedRecord> = Vec::new();
        connection.query(sql, &[Value::Int(after)], &mut |row| {
            records.push((row.int(0)?, row.int(1)?, row.blob(2)?));
            Ok(())
        })?;
        let ring = self.ring();
        let mut added: [Vec<KeyEntry>; 3] = Default::default();
        for (id, version, body) in &records {
            let plain = ring.unseal(Column::RecordBody(*version), *id, body)?;
            let record = codec::decode(&plain).ok_or(Error::Inconsistent("a record"))?;
            let (keys, traces) = (self.keys(&record), trace_keys(&ring, &record));
            // Where the record stands they stand: a shielded one not among those that a search finds (R44).
            let of = |among: &[i64]| {
                let own = traces.iter().copied();
                let own = own.filter(|key| among.binary_search(key).is_ok());
                own.map(|key| (key, *id)).collect::<Vec<_>>()
            };
            let follow = keys.follow.iter().map(|key| (*key, *id));
            let each = [of(&keys.search), of(&keys.guarded), follow.collect()];
            for (all, entries) in added.iter_mut().zip(each) {
                all.extend(entries);
            }
        }
        let last = records.last().map_or(i64::MAX, |one| one.0);
        let sql = "DELETE FROM follow_key WHERE record > $1 AND record <= $2";
        connection.execute(sql, &[Value::Int(after), Value::Int(last)])?;
        for (index, entries) in [Index::Search, Index::Guarded, Index::Follow]
            .into_iter()
            .zip(&added)
        {
            index.add(connection, entries)?;
        }
        Ok(Batch {
            last: records.last().map(|one| one.0),
            records: u64::try_from(records.len()).unwrap_or(u64::MAX),
        })
    }
}

fn how_many(connection: &mut dyn Connection) -> Result<u64, Error> {
    let mut records = 0;
    connection.query("SELECT COUNT(*) FROM record", &[], &mut |row| {
        records = row.int(0)?.unsigned_abs();
        Ok(())
    })?;
    Ok(records)
}
