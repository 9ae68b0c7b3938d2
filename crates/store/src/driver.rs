//! One small driver for both databases: integers, texts and bytes; statements prepared once; a pool of readers.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::Location;
use crate::error::Error;
use crate::postgres::PostgresConnection;
use crate::sqlite::SqliteConnection;

/// How many readers are open at once; a verb that finds none free waits for one. All stay open: on PostgreSQL another is another
/// process, and has every statement to prepare.
pub(crate) const READERS_MAX: usize = 32;
/// How long a verb waits for a reader, in milliseconds; past it the store is too busy.
const READER_WAIT_MILLISECONDS_MAX: u64 = 2_000;

/// A value bound to a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    Int(i64),
    IntOption(Option<i64>),
    Text(&'a str),
    Blob(&'a [u8]),
    /// An array: PostgreSQL only.
    Ints(&'a [i64]),
    /// An array: PostgreSQL only.
    IntOptions(&'a [Option<i64>]),
    /// An array: PostgreSQL only.
    Blobs(&'a [&'a [u8]]),
}

/// One row of an answer, its columns from 0.
pub(crate) trait Rows {
    fn int(&self, column: usize) -> Result<i64, Error>;
    fn int_option(&self, column: usize) -> Result<Option<i64>, Error>;
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
        self.either(plain, held)
    }

    /// The words of this database.
    pub(crate) fn either(self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self {
            Dialect::Sqlite => sqlite,
            Dialect::Postgres => postgres,
        }
    }
}

/// Connections to one database.
pub(crate) struct Pool {
    location: Location,
    readers: Mutex<Readers>,
    /// Told whenever a reader comes back.
    returned: Condvar,
}

/// The readers of a pool: those that lie idle, and how many are lent.
#[derive(Default)]
struct Readers {
    idle: Vec<Box<dyn Connection>>,
    lent: usize,
}

/// A place among the readers, given back when it is dropped.
struct Place<'a>(&'a Pool);

impl Pool {
    pub(crate) fn new(location: Location) -> Pool {
        Pool {
            location,
            readers: Mutex::default(),
            returned: Condvar::new(),
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
    ///
    /// Fails as busy when all readers are lent and none comes back in time. A reading within a reading could wait for itself: only a batch
    /// of supply reads so, on far fewer than there are ([`crate::abreast`]).
    pub(crate) fn with_reader<T>(
        &self,
        read: impl FnOnce(&mut dyn Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (place, idle) = self.lend()?;
        let mut connection = match idle {
            Some(connection) => connection,
            None => self.connect_reader()?,
        };
        let answer = read(connection.as_mut());
        if connection.is_sound() {
            self.readers().idle.push(connection);
        }
        drop(place);
        answer
    }

    fn lend(&self) -> Result<(Place<'_>, Option<Box<dyn Connection>>), Error> {
        let wait = Duration::from_millis(READER_WAIT_MILLISECONDS_MAX);
        let (mut readers, _) = self
            .returned
            .wait_timeout_while(self.readers(), wait, |readers| readers.lent >= READERS_MAX)
            .unwrap_or_else(PoisonError::into_inner);
        if readers.lent >= READERS_MAX {
            return Err(Error::Busy);
        }
        readers.lent = readers.lent.saturating_add(1);
        Ok((Place(self), readers.idle.pop()))
    }

    fn readers(&self) -> MutexGuard<'_, Readers> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut readers = self.0.readers();
        readers.lent = readers.lent.saturating_sub(1);
        drop(readers);
        self.0.returned.notify_one();
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
            snapshot_begins(connection)?;
            let answer = read(connection);
            snapshot_ends(connection)?;
            answer
        })
    }
}

/// From here on one state is read: on SQLite only, as [`Pool::with_snapshot`] says. Whoever begins one ends it, whatever comes of it.
pub(crate) fn snapshot_begins(connection: &mut dyn Connection) -> Result<(), Error> {
    match connection.dialect() {
        Dialect::Sqlite => connection.execute("BEGIN", &[]).map(|_| ()),
        Dialect::Postgres => Ok(()),
    }
}

/// The state is read.
pub(crate) fn snapshot_ends(connection: &mut dyn Connection) -> Result<(), Error> {
    match connection.dialect() {
        Dialect::Sqlite => connection.execute("COMMIT", &[]).map(|_| ()),
        Dialect::Postgres => Ok(()),
    }
}

/// A new connection that may write.
pub(crate) fn connect_writer(location: &Location) -> Result<Box<dyn Connection>, Error> {
    match location {
        Location::Sqlite(file) => Ok(Box::new(SqliteConnection::open_writer(file)?)),
        Location::Postgres(server) => Ok(Box::new(PostgresConnection::open(server)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;

    #[test]
    fn no_more_readers_are_open_than_may_be_and_the_next_is_told_that_it_is_busy() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("contactpoint.db");
        drop(connect_writer(&Location::Sqlite(file.clone())).unwrap());
        let pool = Pool::new(Location::Sqlite(file));
        let (all_in, all_out) = (
            Barrier::new(READERS_MAX.saturating_add(1)),
            Barrier::new(READERS_MAX.saturating_add(1)),
        );
        std::thread::scope(|scope| {
            for _ in 0..READERS_MAX {
                scope.spawn(|| {
                    pool.with_reader(|_| {
                        all_in.wait();
                        all_out.wait();
                        Ok(())
                    })
                    .unwrap();
                });
            }
            all_in.wait();
            assert_eq!(pool.with_reader(|_| Ok(())), Err(Error::Busy));
            all_out.wait();
        });
        assert_eq!(pool.with_reader(|_| Ok(())), Ok(()));
        assert_eq!(pool.readers().lent, 0);
        assert!(pool.readers().idle.len() <= READERS_MAX);
    }

    #[test]
    fn a_reading_that_breaks_off_gives_its_place_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("contactpoint.db");
        drop(connect_writer(&Location::Sqlite(file.clone())).unwrap());
        let pool = Pool::new(Location::Sqlite(file));
        for _ in 0..READERS_MAX.saturating_add(1) {
            let broke = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                let _: Result<(), Error> = pool.with_reader(|_| panic!("a reading broke off"));
            }));
            assert!(broke.is_err());
        }
        assert_eq!(pool.with_reader(|_| Ok(())), Ok(()));
    }
}
