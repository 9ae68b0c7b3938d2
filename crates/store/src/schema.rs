//! The tables, forward only: each version of the schema is a step that is never changed once it has been used.

use crate::driver::Connection;
use crate::error::Error;
use crate::seal::KeyRing;

/// The steps from an empty database to the newest schema, in order.
const STEPS: &[&str] = &[
    include_str!("schema/0001.sql"),
    include_str!("schema/0002.sql"),
    include_str!("schema/0003.sql"),
    include_str!("schema/0004.sql"),
    include_str!("schema/0005.sql"),
    include_str!("schema/0006.sql"),
    include_str!("schema/0007.sql"),
    include_str!("schema/0008.sql"),
    include_str!("schema/0009.sql"),
    include_str!("schema/0010.sql"),
    include_str!("schema/0011.sql"),
];
/// Two processes never migrate one PostgreSQL database at once. The number is of no meaning, but the same in every version.
const ONE_AT_A_TIME: &str = "SELECT pg_advisory_xact_lock(2004110900)";

/// Brings the schema up to date in one transaction: a migration that is interrupted leaves the schema it found.
///
/// # Errors
/// [`Error::Unfit`] when the database is of a newer version than this program; nothing is changed then.
pub(crate) fn migrate(connection: &mut dyn Connection) -> Result<(), Error> {
    bring_up(connection, STEPS)
}

fn bring_up(connection: &mut dyn Connection, steps: &[&str]) -> Result<(), Error> {
    if missing(connection, steps)?.is_empty() {
        return Ok(());
    }
    let dialect = connection.dialect();
    connection.batch(dialect.begin())?;
    let brought = take_steps(connection, steps);
    if brought.is_err() {
        // A connection that cannot roll back is dropped by whoever opened it, which rolls back.
        let _ = connection.batch("ROLLBACK");
        return brought;
    }
    connection.batch("COMMIT")
}

fn take_steps(connection: &mut dyn Connection, steps: &[&str]) -> Result<(), Error> {
    let dialect = connection.dialect();
    connection.batch(dialect.either("", ONE_AT_A_TIME))?;
    connection
        .batch("CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)")?;
    // Asked again: another process may have been first.
    for step in missing(connection, steps)? {
        connection.batch(&dialect.schema(step))?;
    }
    put(connection, "schema", &steps.len().to_string())
}

/// The steps that the database has not taken yet.
fn missing<'a>(
    connection: &mut dyn Connection,
    steps: &'a [&'a str],
) -> Result<&'a [&'a str], Error> {
    let version = version(connection)?;
    steps.get(version..).ok_or_else(|| {
        Error::Unfit(format!(
            "the database has version {version} of its tables, and this program knows none after {}: use the newer program",
            steps.len()
        ))
    })
}

/// The version of the schema; 0 for an empty database.
fn version(connection: &mut dyn Connection) -> Result<usize, Error> {
    let sql = connection.dialect().either(
        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'meta'",
        "SELECT COUNT(*) FROM pg_catalog.pg_tables WHERE schemaname = ANY (current_schemas(false)) AND tablename = 'meta'",
    );
    let mut tables = 0;
    connection.query(sql, &[], &mut |row| {
        tables = row.int(0)?;
        Ok(())
    })?;
    if tables == 0 {
        return Ok(0);
    }
    match get(connection, "schema")? {
        None => Ok(0),
        Some(text) => text
            .parse()
            .map_err(|_| Error::Inconsistent("the schema's version is no number")),
    }
}

/// Whether no key ring has ever been used with this database.
pub(crate) fn is_empty(connection: &mut dyn Connection) -> Result<bool, Error> {
    Ok(get(connection, "ring")?.is_none())
}

/// Checks that the ring is this database's; a fresh database takes it as its own.
pub(crate) fn check_ring(connection: &mut dyn Connection, ring: &KeyRing) -> Result<(), Error> {
    use crate::driver::Value::Text;
    let mark = ring.mark();
    // Of two processes that begin a database at once, the first to come here names its ring.
    let sql = "INSERT INTO meta (name, value) VALUES ('ring', $1) ON CONFLICT (name) DO NOTHING";
    connection.execute(sql, &[Text(&mark)])?;
    if get(connection, "ring")?.as_deref() == Some(mark.as_str()) {
        Ok(())
    } else {
        Err(Error::KeyRing(
            "it is the ring of another database".to_owned(),
        ))
    }
}

pub(crate) fn get(connection: &mut dyn Connection, name: &str) -> Result<Option<String>, Error> {
    let mut value = None;
    let sql = "SELECT value FROM meta WHERE name = $1";
    connection.query(sql, &[crate::driver::Value::Text(name)], &mut |row| {
        value = Some(row.text(0)?);
        Ok(())
    })?;
    Ok(value)
}

pub(crate) fn put(connection: &mut dyn Connection, name: &str, value: &str) -> Result<(), Error> {
    use crate::driver::Value::Text;
    let sql = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    connection
        .execute(sql, &[Text(name), Text(value)])
        .map(|_| ())
}

#[cfg(test)]
#[path = "schema_tests.rs"]
mod tests;
