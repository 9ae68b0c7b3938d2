//! Writing an entry of the ledger, if the records it names still are in the versions that were read.

use std::collections::HashSet;

use crate::driver::{Connection, Value};
use crate::entry::{Prepared, Versions};
use crate::error::Error;

/// An entry to be written. It holds the records it names still until it is: a shield placed in between wins.
pub(crate) struct Append {
    pub(crate) prepared: Prepared,
    pub(crate) versions: Versions,
}

/// Adds entries, except those of which a record is no longer in the version that was read: PostgreSQL only. What holds the records
/// waits for whoever is changing one, and then sees the version that came of it. They are held in the order of their ids, so that
/// two do not wait for each other.
const APPEND_ALL: &str = "WITH held AS (SELECT id, version FROM record WHERE id = ANY($6::BIGINT[]) ORDER BY id FOR SHARE), \
     moved AS (SELECT wanted.event FROM unnest($7::BIGINT[], $8::BIGINT[], $9::BIGINT[]) AS wanted (event, record, version) \
     LEFT JOIN held ON held.id = wanted.record AND held.version = wanted.version WHERE held.id IS NULL) \
     INSERT INTO event (id, actor, subject, commitment, body) SELECT id, actor, subject, commitment, body \
     FROM unnest($1::BIGINT[], $2::BIGINT[], $3::BIGINT[], $4::BYTEA[], $5::BYTEA[]) AS new (id, actor, subject, commitment, body) \
     WHERE new.id NOT IN (SELECT event FROM moved) RETURNING id";

impl Append {
    /// Writes it in the transaction that is open. Contended unless every record still is in the version that was read.
    pub(crate) fn run(&self, connection: &mut dyn Connection) -> Result<(), Error> {
        check_versions(connection, &self.versions)?;
        self.prepared.insert(connection)
    }
}

/// Writes entries in one statement, each if its own records are as they were read. Says which: the ids of their events.
pub(crate) fn append_all(
    connection: &mut dyn Connection,
    entries: &[&Append],
) -> Result<HashSet<i64>, Error> {
    let prepared = || entries.iter().map(|entry| &entry.prepared);
    let ids: Vec<i64> = prepared().map(|event| event.id).collect();
    let actors: Vec<Option<i64>> = prepared().map(|event| event.actor).collect();
    let subjects: Vec<Option<i64>> = prepared().map(|event| event.subject).collect();
    let commitments: Vec<&[u8]> = prepared()
        .map(|event| event.commitment.as_slice())
        .collect();
    let bodies: Vec<&[u8]> = prepared().map(|event| event.body.as_slice()).collect();
    let (mut events, mut records, mut versions) = (Vec::new(), Vec::new(), Vec::new());
    for entry in entries {
        for (record, version) in &entry.versions {
            events.push(entry.prepared.id);
            records.push(*record);
            versions.push(*version);
        }
    }
    let values = [
        Value::Ints(&ids),
        Value::IntOptions(&actors),
        Value::IntOptions(&subjects),
        Value::Blobs(&commitments),
        Value::Blobs(&bodies),
        Value::Ints(&records),
        Value::Ints(&events),
        Value::Ints(&records),
        Value::Ints(&versions),
    ];
    let mut appended = HashSet::with_capacity(entries.len());
    connection.query(APPEND_ALL, &values, &mut |row| {
        appended.insert(row.int(0)?);
        Ok(())
    })?;
    Ok(appended)
}

/// Fails as contended unless every record still is in the version that was read, and holds it there until the transaction ends.
fn check_versions(connection: &mut dyn Connection, versions: &[(i64, i64)]) -> Result<(), Error> {
    let sql = connection.dialect().hold(
        "SELECT version FROM record WHERE id = $1",
        "SELECT version FROM record WHERE id = $1 FOR SHARE",
    );
    for (id, expected) in versions {
        let mut found = None;
        connection.query(sql, &[Value::Int(*id)], &mut |row| {
            found = Some(row.int(0)?);
            Ok(())
        })?;
        if found != Some(*expected) {
            return Err(Error::Contended);
        }
    }
    Ok(())
}
