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

impl Store {
    /// Files what an older program filed by fewer keys; nothing, where all is filed. Interrupted, it begins again with the next start;
    /// twice at once, it does the same twice. The older program must have ended: what it writes meanwhile it files as it knows.
    ///
    /// # Errors
    /// [`Error`] when a record could not be read or filed: those before it are.
    pub(crate) fn file_what_is_new(&self, connection: &mut dyn Connection) -> Result<(), Error> {
        if schema::get(connection, NAME)?.as_deref() == Some(VERSION) {
            return Ok(());
        }
        let mut last = Some(i64::MIN);
        while let Some(after) = last {
            let dialect = connection.dialect();
            connection.batch(dialect.begin())?;
            last = match self.file_after(connection, after) {
                Ok(last) => last,
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

    /// Files some records, and gives the last of them.
    fn file_after(
        &self,
        connection: &mut dyn Connection,
        after: i64,
    ) -> Result<Option<i64>, Error> {
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
        Ok(records.last().map(|one| one.0))
    }
}
