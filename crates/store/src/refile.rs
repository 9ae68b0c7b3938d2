//! Filing records of an older program anew: the keys that this version adds to what a record is filed under.
//!
//! Version 2: parents and carers (X3), and everything under which a record is followed, which older programs filed otherwise.

use crate::disclose::SealedRecord;
use crate::driver::{Connection, Dialect, Value};
use crate::error::Error;
use crate::keys::{Index, KeyEntry};
use crate::seal::Column;
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
    /// twice at once, it does the same twice.
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
        let (mut search, mut follow): (Vec<KeyEntry>, Vec<KeyEntry>) = (Vec::new(), Vec::new());
        for (id, version, body) in &records {
            let plain = self
                .ring()
                .unseal(Column::RecordBody(*version), *id, body)?;
            let record = codec::decode(&plain).ok_or(Error::Inconsistent("a record"))?;
            let keys = self.keys(&record);
            let carers = self.carers_filed(&record).into_iter();
            // Of a shielded record no key of a carer is among those of a search.
            let carers = carers.filter(|key| keys.search.binary_search(key).is_ok());
            search.extend(carers.map(|key| (key, *id)));
            follow.extend(keys.follow.into_iter().map(|key| (key, *id)));
        }
        if after == i64::MIN {
            connection.execute("DELETE FROM follow_key", &[])?;
        }
        Index::Search.add(connection, &search)?;
        Index::Follow.add(connection, &follow)?;
        Ok(records.last().map(|one| one.0))
    }
}
