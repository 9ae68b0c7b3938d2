//! The tables, forward only: each version of the schema is a step that is never changed once it has been used.

use crate::driver::Connection;
use crate::error::Error;
use crate::seal::KeyRing;

/// The steps from an empty database to the newest schema, in order.
const STEPS: [&str; 1] = [include_str!("schema/0001.sql")];

/// Brings the schema up to date, in one transaction a step.
pub(crate) fn migrate(connection: &mut dyn Connection) -> Result<(), Error> {
    let dialect = connection.dialect();
    connection
        .batch("CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)")?;
    let version = version(connection)?;
    if version > STEPS.len() {
        return Err(Error::Unfit(
            "the database is of a newer version than this program".to_owned(),
        ));
    }
    for (index, step) in STEPS.iter().enumerate().skip(version) {
        connection.batch(dialect.begin())?;
        let applied = connection
            .batch(&dialect.schema(step))
            .and_then(|()| put(connection, "schema", &index.saturating_add(1).to_string()));
        connection.batch(if applied.is_ok() {
            "COMMIT"
        } else {
            "ROLLBACK"
        })?;
        applied?;
    }
    Ok(())
}

/// The version of the schema; 0 for an empty database.
fn version(connection: &mut dyn Connection) -> Result<usize, Error> {
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
