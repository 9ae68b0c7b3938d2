//! The embedded database.

use std::path::Path;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{OpenFlags, ToSql};

use crate::driver::{Connection, Dialect, Rows, Value};
use crate::error::Error;

/// How many prepared statements a connection keeps.
const STATEMENTS_KEPT_MAX: usize = 128;
/// How long a connection waits for another process that holds the file, in milliseconds.
const BUSY_MILLISECONDS_MAX: u64 = 10_000;
/// The page cache of a connection, in kibibytes: what one search or a part of a batch reads, or one transaction changes. A commit that has
/// moved a page within a database of less than 1 GiB looks through all of it.
const CACHE_KIBIBYTES: i64 = 16_384;
/// How much of the file the connection that writes reads through memory mapping, in bytes. Those that only read map nothing: after every
/// commit each gives its mapping back, and while one goes that has many pages in it, all others wait for the memory of the process.
const MAPPED_BYTES_MAX: i64 = 34_359_738_368;
/// How much of the write-ahead log is kept when all of it is in the database, in bytes.
const WAL_BYTES_KEPT_MAX: i64 = 268_435_456;
/// From how many pages on the write-ahead log is brought into the database at a commit, and whoever asks waits for it: it is never so long
/// while [`crate::checkpoint`] does what it should.
const WAL_PAGES_MAX: i64 = 131_072;
/// SQLite before 3.51.3 can lose commits of its write-ahead log.
const VERSION_MIN: i32 = 3_051_003;

pub(crate) struct SqliteConnection {
    inner: rusqlite::Connection,
}

impl SqliteConnection {
    pub(crate) fn open_writer(file: &Path) -> Result<SqliteConnection, Error> {
        if rusqlite::version_number() < VERSION_MIN {
            return Err(Error::Database(
                "SQLite is older than 3.51.3, which can lose commits".to_owned(),
            ));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = SqliteConnection {
            inner: rusqlite::Connection::open_with_flags(file, flags)?,
        };
        connection.prepare()?;
        connection.inner.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON",
        )?;
        connection
            .inner
            .pragma_update(None, "mmap_size", MAPPED_BYTES_MAX)?;
        connection
            .inner
            .pragma_update(None, "wal_autocheckpoint", WAL_PAGES_MAX)?;
        connection
            .inner
            .pragma_update(None, "journal_size_limit", WAL_BYTES_KEPT_MAX)?;
        Ok(connection)
    }

    pub(crate) fn open_reader(file: &Path) -> Result<SqliteConnection, Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = SqliteConnection {
            inner: rusqlite::Connection::open_with_flags(file, flags)?,
        };
        connection.prepare()?;
        connection.inner.execute_batch("PRAGMA query_only = ON")?;
        Ok(connection)
    }

    fn prepare(&self) -> Result<(), Error> {
        self.inner
            .busy_timeout(std::time::Duration::from_millis(BUSY_MILLISECONDS_MAX))?;
        self.inner
            .set_prepared_statement_cache_capacity(STATEMENTS_KEPT_MAX);
        self.inner
            .pragma_update(None, "cache_size", CACHE_KIBIBYTES.saturating_neg())?;
        self.inner.pragma_update(None, "temp_store", "MEMORY")?;
        // Without this, statements are planned anew when the value of a limit changes.
        self.inner.set_db_config(
            rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG,
            true,
        )?;
        Ok(())
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Int(value) | Value::IntOption(Some(value)) => ValueRef::Integer(*value),
            Value::IntOption(None) => ValueRef::Null,
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
            Value::Ints(_) | Value::IntOptions(_) | Value::Blobs(_) => {
                return Err(rusqlite::Error::ToSqlConversionFailure(
                    "the embedded database has no arrays".into(),
                ));
            }
        }))
    }
}

/// The statement with its parameters numbered as SQLite wants them: `?1` for `$1`.
fn numbered(sql: &str) -> String {
    sql.replace('$', "?")
}

impl Connection for SqliteConnection {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, Error> {
        let mut statement = self.inner.prepare_cached(&numbered(sql))?;
        let changed = statement.execute(rusqlite::params_from_iter(values))?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }

    fn query(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&dyn Rows) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut statement = self.inner.prepare_cached(&numbered(sql))?;
        let mut rows = statement.query(rusqlite::params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            each(row)?;
        }
        Ok(())
    }

    fn batch(&mut self, sql: &str) -> Result<(), Error> {
        Ok(self.inner.execute_batch(sql)?)
    }

    fn is_sound(&self) -> bool {
        self.inner.is_autocommit()
    }
}

impl Rows for rusqlite::Row<'_> {
    fn int(&self, column: usize) -> Result<i64, Error> {
        Ok(self.get(column)?)
    }

    fn int_option(&self, column: usize) -> Result<Option<i64>, Error> {
        Ok(self.get(column)?)
    }

    fn text(&self, column: usize) -> Result<String, Error> {
        Ok(self.get(column)?)
    }

    fn blob(&self, column: usize) -> Result<Vec<u8>, Error> {
        Ok(self.get(column)?)
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Error {
        match error {
            rusqlite::Error::SqliteFailure(failure, _) => Error::Database(failure.to_string()),
            rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::FromSqlConversionFailure(..) => {
                Error::Inconsistent("a column is not of its type")
            }
            // Other messages may quote a value: say only what kind of failure it was.
            rusqlite::Error::QueryReturnedNoRows => {
                Error::Inconsistent("a row that must be there is not")
            }
            _ => Error::Database("the embedded database refused a statement".to_owned()),
        }
    }
}
