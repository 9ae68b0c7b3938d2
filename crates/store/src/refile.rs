//! Filing records anew that an older program filed by other keys. The step of the schema that goes with such a version takes the keys
//! away that no longer lead anywhere, and keeps the older program from opening the directory.
//!
//! Version 2: parents and carers, and homes about which sources do not agree (X3), and everything under which a record is followed. Version
//! 3: keys of the same names lie near one another, and so do those of one postcode (`key.rs`). Version 4: each name that another source gives,
//! or that was used before, with its own given and family name, also one that was corrected, for rows and shields; and a supplier's own keys also of what has ended.
//! Version 5: the lines of addresses, and a postcode that one source alone gives (X3).

use directory::supplied::Supplier;

use crate::disclose::SealedRecord;
use crate::driver::{Connection, Dialect, Value};
use crate::error::Error;
use crate::first_load::is_under_way;
use crate::incoming::Incoming;
use crate::key_run::KeyChange;
use crate::keys::{Index, KeyEntry};
use crate::known::in_order;
use crate::seal::Column;
use crate::{Store, codec, schema};

/// By which version of the keys all records are filed. A directory that was begun before there were versions has none.
const VERSION: &str = "5";
const NAME: &str = "filed";
const RECORDS_SQLITE: &str =
    "SELECT id, version, body FROM record WHERE id > $1 ORDER BY id LIMIT 1024";
/// Nobody changes a record between its reading and its filing: a shield that was placed there would be undone (R44).
const RECORDS_POSTGRES: &str =
    "SELECT id, version, body FROM record WHERE id > $1 ORDER BY id LIMIT 1024 FOR UPDATE";

const TASKS_SQLITE: &str = "SELECT id, body FROM task WHERE id > $1 ORDER BY id LIMIT 1024";
const TASKS_POSTGRES: &str =
    "SELECT id, body FROM task WHERE id > $1 ORDER BY id LIMIT 1024 FOR UPDATE";

/// What was filed together.
struct Batch {
    /// The last of it. `None`: there is no more.
    last: Option<i64>,
    /// How many they are.
    count: u64,
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
    /// Files what an older program filed by other keys; nothing, where all is filed. Interrupted, it begins again with the next start;
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
            let batch = whole(connection, |connection| {
                self.file_records(connection, after)
            })?;
            filed = filed.saturating_add(batch.count);
            last = batch.last;
        }
        let mut last = Some(i64::MIN);
        while let Some(after) = last {
            last = whole(connection, |connection| self.file_tasks(connection, after))?.last;
        }
        schema::put(connection, NAME, VERSION)
    }

    /// Files some records.
    fn file_records(&self, connection: &mut dyn Connection, after: i64) -> Result<Batch, Error> {
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
        let mut entries: [Vec<KeyEntry>; 4] = Default::default();
        for (id, version, body) in &records {
            let plain = ring.unseal(Column::RecordBody(*version), *id, body)?;
            let record = codec::decode(&plain).ok_or(Error::Inconsistent("a record"))?;
            let keys = self.keys(&record);
            // A shielded record has none among those that a search of the others reads (R44).
            let each = [&keys.search, &keys.shielded, &keys.guarded, &keys.follow];
            for (all, keys) in entries.iter_mut().zip(each) {
                all.extend(keys.iter().map(|key| (*key, *id)));
            }
        }
        let batch = Batch::of(records.iter().map(|one| one.0));
        let [search, shielded, guarded, follow] = entries.map(in_order);
        if is_under_way(connection)? {
            Store::wait_for_first_load(connection, (batch.last, search))?;
        } else {
            Index::Search.add(connection, &search)?;
        }
        Index::Shielded.add(connection, &shielded)?;
        Index::Guarded.add(connection, &guarded)?;
        Index::Follow.add(connection, &follow)?;
        Ok(batch)
    }

    /// Puts keys where those of a first load wait that is under way.
    fn wait_for_first_load(
        connection: &mut dyn Connection,
        (last, added): (Option<i64>, Vec<KeyEntry>),
    ) -> Result<(), Error> {
        let Some(id) = last else {
            return Ok(());
        };
        let change = KeyChange {
            added,
            removed: Vec::new(),
        };
        let sql = "DELETE FROM key_run WHERE id = $1";
        connection.execute(sql, &[Value::Int(id)])?;
        let sql = "INSERT INTO key_run (id, body) VALUES ($1, $2)";
        let body = change.to_bytes();
        connection.execute(sql, &[Value::Int(id), Value::Blob(&body)])?;
        Ok(())
    }

    /// Files some rows that wait.
    fn file_tasks(&self, connection: &mut dyn Connection, after: i64) -> Result<Batch, Error> {
        let sql = match connection.dialect() {
            Dialect::Sqlite => TASKS_SQLITE,
            Dialect::Postgres => TASKS_POSTGRES,
        };
        let mut tasks: Vec<(i64, Vec<u8>)> = Vec::new();
        connection.query(sql, &[Value::Int(after)], &mut |row| {
            tasks.push((row.int(0)?, row.blob(1)?));
            Ok(())
        })?;
        let catalogue = self.catalogue();
        let mut entries: Vec<KeyEntry> = Vec::new();
        for (id, body) in &tasks {
            let (source, row) = self.open_task(*id, body)?;
            let supplier = Supplier {
                kind: source.kind,
                code: source.supplier,
            };
            let known = (&*catalogue, row.confirmed);
            let incoming = Incoming::of((&supplier, &row), &self.ring(), known);
            entries.extend(incoming.keys.guarded().map(|key| (key, *id)));
        }
        Index::Waiting.add(connection, &in_order(entries))?;
        Ok(Batch::of(tasks.iter().map(|one| one.0)))
    }
}

impl Batch {
    fn of(ids: impl ExactSizeIterator<Item = i64>) -> Batch {
        Batch {
            count: u64::try_from(ids.len()).unwrap_or(u64::MAX),
            last: ids.last(),
        }
    }
}

/// Does it in one transaction.
fn whole<T>(
    connection: &mut dyn Connection,
    work: impl FnOnce(&mut dyn Connection) -> Result<T, Error>,
) -> Result<T, Error> {
    connection.batch(connection.dialect().begin())?;
    let done = work(connection);
    // A connection that cannot roll back is dropped by whoever opened it, which rolls back.
    let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = connection.batch(end);
    let done = done?;
    ended.map(|()| done)
}

fn how_many(connection: &mut dyn Connection) -> Result<u64, Error> {
    let mut records = 0;
    connection.query("SELECT COUNT(*) FROM record", &[], &mut |row| {
        records = row.int(0)?.unsigned_abs();
        Ok(())
    })?;
    Ok(records)
}
