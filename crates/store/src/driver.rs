//! One small driver for both databases: integers, texts and bytes; statements prepared once; a pool of readers.

use std::sync::Mutex;

use crate::Location;
use crate::error::Error;
use crate::postgres::PostgresConnection;
use crate::sqlite::SqliteConnection;

/// How many readers are kept open.
const READERS_KEPT_MAX: usize = 16;

/// A value bound to a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    Int(i64),
    IntOption(Option<i64>),
    Text(&'a str),
    Blob(&'a [u8]),
}

/// One row of an answer, its columns from 0.
pub(crate) trait Rows {
    fn int(&self, column: usize) -> Result<i64, Error>;
    fn text(&self, column: usize) -> Result<String, Error>;
    fn blob(&self, column: usize) -> Result<Vec<u8>, Error>;
}

/// A connection. Parameters are `$1`, `$2`, … and are bound by the number in the name.
pub(crate) trait Connection: Send {
    fn dialect(&self) -> Dialect;
    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, Error>;
    fn query(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(&dyn Rows) -> Result<(), Error>,
    ) -> Result<(), Error>;
    /// Runs statements without parameters, separated by semicolons.
    fn batch(&mut self, sql: &str) -> Result<(), Error>;
    /// Whether the connection can be used again.
    fn is_sound(&self) -> bool;
}

/// The few places where the two databases say a thing differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// How a transaction that will write begins.
    pub(crate) fn begin(self) -> &'static str {
        match self {
            Dialect::Sqlite => "BEGIN IMMEDIATE",
            Dialect::Postgres => "BEGIN",
        }
    }

    /// The type names and table options of the schema.
    pub(crate) fn schema(self, text: &str) -> String {
        let (int, id, blob, without) = match self {
            Dialect::Sqlite => ("INTEGER", "INTEGER PRIMARY KEY", "BLOB", " WITHOUT ROWID"),
            Dialect::Postgres => ("BIGINT", "BIGINT PRIMARY KEY", "BYTEA", ""),
        };
        text.replace("{id}", id)
            .replace("{int}", int)
            .replace("{blob}", blob)
            .replace("{without_rowid}", without)
    }

    /// What holds a row still until the transaction ends. SQLite has one writer, and needs nothing.
    pub(crate) fn hold(self, plain: &'static str, held: &'static str) -> &'static str {
        match self {
            Dialect::Sqlite => plain,
            Dialect::Postgres => held,
        }
    }
}

/// Connections to one database.
pub(crate) struct Pool {
    location: Location,
    readers: Mutex<Vec<Box<dyn Connection>>>,
}

impl Pool {
    pub(crate) fn new(location: Location) -> Pool {
        Pool {
            location,
            readers: Mutex::new(Vec::new()),
        }
    }

    /// How many writers the database takes at once.
    pub(crate) fn writers(&self) -> usize {
        match self.location {
            Location::Sqlite(_) => 1,
            Location::Postgres(_) => 4,
        }
    }

    pub(crate) fn location(&self) -> &Location {
        &self.location
    }

    /// A new connection that may write.
    pub(crate) fn connect_writer(&self) -> Result<Box<dyn Connection>, Error> {
        connect_writer(&self.location)
    }

    fn connect_reader(&self) -> Result<Box<dyn Connection>, Error> {
        match &self.location {
            Location::Sqlite(file) => Ok(Box::new(SqliteConnection::open_reader(file)?)),
            Location::Postgres(server) => Ok(Box::new(PostgresConnection::open(server)?)),
        }
    }

    /// Runs a reading on a connection of the pool. One that broke is thrown away.
    pub(crate) fn with_reader<T>(
        &self,
        read: impl FnOnce(&mut dyn Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let kept = self
            .readers
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .pop();
        let mut connection = match kept {
            Some(connection) => connection,
            None => self.connect_reader()?,
        };
        let answer = read(connection.as_mut());
        if connection.is_sound() {
            let mut readers = self
                .readers
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            if readers.len() < READERS_KEPT_MAX {
                readers.push(connection);
            }
        }
        answer
    }
}

impl Pool {
    /// Runs several readings of one state. On SQLite this also takes its read lock once; PostgreSQL's snapshot would cost two
    /// round trips more, and whoever needs one state there checks versions when it commits.
    pub(crate) fn with_snapshot<T>(
        &self,
        read: impl FnOnce(&mut dyn Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.with_reader(|connection| {
            if connection.dialect() == Dialect::Postgres {
                return read(connection);
            }
            connection.execute("BEGIN", &[])?;
            let answer = read(connection);
            connection.execute("COMMIT", &[])?;
            answer
        })
    }
}

/// A new connection that may write.
pub(crate) fn connect_writer(location: &Location) -> Result<Box<dyn Connection>, Error> {
    match location {
        Location::Sqlite(file) => Ok(Box::new(SqliteConnection::open_writer(file)?)),
        Location::Postgres(server) => Ok(Box::new(PostgresConnection::open(server)?)),
    }
}
