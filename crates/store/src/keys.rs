//! The five key tables: many keys read, added and taken out at once, each still one look-up in a primary key.

use crate::driver::{Connection, Dialect, Value};
use crate::error::Error;

/// How many keys one statement looks up.
const KEYS_AT_ONCE: usize = 8;
/// How many entries one statement adds.
const ENTRIES_ADDED_AT_ONCE: usize = 8;

/// A key, and a record that stands under it.
pub(crate) type KeyEntry = (i64, i64);

/// A table of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Index {
    /// Unshielded records, every searchable field.
    Search,
    /// Shielded records, visible fields only (R43, R44).
    Shielded,
    /// Shielded records, every field: read only when a supplied row is resolved (F1), and for a supplier who answers under its own key (X8).
    Guarded,
    /// Records to be followed, by who follows them. No search reads it.
    Follow,
    /// Rows that wait for a person, held ones too, by the keys under which a shielded child would be looked for (F1). The record is a task.
    Waiting,
}

/// How many records are read under one key. Behind a shield a row reads all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// For a supplied row: 64 unshielded ones. A key that more share tells nothing.
    Row,
    /// For a query: [`QUERY_RECORDS_MAX`].
    Query,
}

/// The most records a query reads from under one key; a key with more says too little to be used alone.
pub(crate) const QUERY_RECORDS_MAX: usize = 3_000;

/// The parameters of a statement of [`keys_statement`]; where there are fewer keys the last is asked for again.
fn eight(keys: &[i64]) -> [Value<'static>; KEYS_AT_ONCE] {
    let last = keys.last().copied().unwrap_or(0);
    let mut values = [Value::Int(last); KEYS_AT_ONCE];
    for (value, key) in values.iter_mut().zip(keys) {
        *value = Value::Int(*key);
    }
    values
}

/// One statement that reads eight keys, each up to a limit. Both databases run it as eight look-ups in the primary key.
macro_rules! keys_statement {
    ($table:literal, $limit:literal) => {
        concat!(
            "SELECT key, record FROM (SELECT key, record FROM ",
            $table,
            " WHERE key = $1",
            $limit,
            ") a",
            " UNION ALL SELECT key, record FROM (SELECT key, record FROM ",
            $table,
            " WHERE key = $2",
            $limit,
            ") b",
            " UNION ALL SELECT key, record FROM (SELECT key, record FROM ",
            $table,
            " WHERE key = $3",
            $limit,
            ") c",
            " UNION ALL SELECT key, record FROM (SELECT key, record FROM ",
            $table,
            " WHERE key = $4",
            $limit,
            ") d",
            " UNION ALL SELECT key, record FROM (SELECT key, record FROM ",
            $table,
            " WHERE key = $5",
            $limit,
            ") e",
            " UNION ALL SELECT key, record FROM (SELECT key, record FROM ",
            $table,
            " WHERE key = $6",
            $limit,
            ") f",
            " UNION ALL SELECT key, record FROM (SELECT key, record FROM ",
            $table,
            " WHERE key = $7",
            $limit,
            ") g",
            " UNION ALL SELECT key, record FROM (SELECT key, record FROM ",
            $table,
            " WHERE key = $8",
            $limit,
            ") h"
        )
    };
}

/// One statement that reads any number of keys, each up to a limit: PostgreSQL only, where a round trip costs more than a look-up.
macro_rules! every_key_statement {
    ($table:literal, $limit:literal) => {
        concat!(
            "SELECT wanted.key, found.record FROM unnest($1::BIGINT[]) AS wanted (key) CROSS JOIN LATERAL (SELECT record FROM ",
            $table,
            " WHERE key = wanted.key",
            $limit,
            ") AS found"
        )
    };
}

/// What a visible query reads, and the index of each entry: PostgreSQL only, where a round trip costs more than a look-up.
const BOTH_FOR_QUERY: &str = concat!(
    "SELECT found.key, found.record, 0::BIGINT FROM (",
    every_key_statement!("search_key", " LIMIT 3000"),
    ") AS found (key, record) UNION ALL SELECT found.key, found.record, 1::BIGINT FROM (",
    every_key_statement!("shielded_key", " LIMIT 3000"),
    ") AS found (key, record)"
);

/// Statements that change one key table: entries added eight at a time, any number added, one taken out, any number taken out.
struct Changes {
    add_eight: &'static str,
    add_any: &'static str,
    remove: &'static str,
    remove_any: &'static str,
}

macro_rules! changes {
    ($table:literal) => {
        Changes {
            add_eight: concat!(
                "INSERT INTO ",
                $table,
                " (key, record) VALUES ($1, $2), ($3, $4), ($5, $6), ($7, $8), ($9, $10), ",
                "($11, $12), ($13, $14), ($15, $16) ON CONFLICT DO NOTHING"
            ),
            add_any: concat!(
                "INSERT INTO ",
                $table,
                " (key, record) SELECT * FROM unnest($1::BIGINT[], $2::BIGINT[]) ",
                "ON CONFLICT DO NOTHING"
            ),
            remove: concat!("DELETE FROM ", $table, " WHERE key = $1 AND record = $2"),
            remove_any: concat!(
                "DELETE FROM ",
                $table,
                " USING unnest($1::BIGINT[], $2::BIGINT[]) AS gone (key, record) WHERE ",
                $table,
                ".key = gone.key AND ",
                $table,
                ".record = gone.record"
            ),
        }
    };
}

impl Index {
    /// Reads the records under keys, in any order, of each key up to a depth; one may be given twice.
    pub(crate) fn under(
        self,
        connection: &mut dyn Connection,
        (keys, depth): (&[i64], Depth),
        each: &mut dyn FnMut(KeyEntry),
    ) -> Result<(), Error> {
        let mut take = |row: &dyn crate::driver::Rows| {
            each((row.int(0)?, row.int(1)?));
            Ok(())
        };
        let (eight_keys, every_key) = self.look_ups(depth);
        if connection.dialect() == Dialect::Postgres {
            return connection.query(every_key, &[Value::Ints(keys)], &mut take);
        }
        for chunk in keys.chunks(KEYS_AT_ONCE) {
            connection.query(eight_keys, &eight(chunk), &mut take)?;
        }
        Ok(())
    }

    fn look_ups(self, depth: Depth) -> (&'static str, &'static str) {
        macro_rules! both {
            ($table:literal, $limit:literal) => {
                (
                    keys_statement!($table, $limit),
                    every_key_statement!($table, $limit),
                )
            };
        }
        match (self, depth) {
            (Index::Search, Depth::Row) => both!("search_key", " LIMIT 64"),
            (Index::Search, Depth::Query) => both!("search_key", " LIMIT 3000"),
            (Index::Shielded, Depth::Row) => both!("shielded_key", ""),
            (Index::Shielded, Depth::Query) => both!("shielded_key", " LIMIT 3000"),
            (Index::Guarded, Depth::Row) => both!("guarded_key", ""),
            (Index::Guarded, Depth::Query) => both!("guarded_key", " LIMIT 3000"),
            (Index::Follow, Depth::Row | Depth::Query) => both!("follow_key", " LIMIT 3000"),
            (Index::Waiting, _) => both!("task_key", ""),
        }
    }

    /// Adds entries; one that is there already stays. In the order of the keys it is quickest.
    pub(crate) fn add(
        self,
        connection: &mut dyn Connection,
        entries: &[KeyEntry],
    ) -> Result<(), Error> {
        let changes = self.changes();
        if connection.dialect() == Dialect::Postgres {
            return any(connection, changes.add_any, entries);
        }
        for chunk in entries.chunks(ENTRIES_ADDED_AT_ONCE) {
            let last = chunk.last().copied().unwrap_or((0, 0));
            let mut values = [Value::Int(0); ENTRIES_ADDED_AT_ONCE * 2];
            let filled = chunk.iter().copied().chain(std::iter::repeat(last));
            for (pair, (key, record)) in values.chunks_mut(2).zip(filled) {
                pair.copy_from_slice(&[Value::Int(key), Value::Int(record)]);
            }
            connection.execute(changes.add_eight, &values)?;
        }
        Ok(())
    }

    /// Takes entries out.
    pub(crate) fn remove(
        self,
        connection: &mut dyn Connection,
        entries: &[KeyEntry],
    ) -> Result<(), Error> {
        let changes = self.changes();
        if connection.dialect() == Dialect::Postgres {
            return any(connection, changes.remove_any, entries);
        }
        for (key, record) in entries {
            connection.execute(changes.remove, &[Value::Int(*key), Value::Int(*record)])?;
        }
        Ok(())
    }

    fn changes(self) -> Changes {
        match self {
            Index::Search => changes!("search_key"),
            Index::Shielded => changes!("shielded_key"),
            Index::Guarded => changes!("guarded_key"),
            Index::Follow => changes!("follow_key"),
            Index::Waiting => changes!("task_key"),
        }
    }
}

/// What a query reads, index by index, under each key up to [`QUERY_RECORDS_MAX`]. The query's type picks the indexes (R44).
pub(crate) fn under_query(
    connection: &mut dyn Connection,
    indexes: &[Index],
    keys: &[i64],
) -> Result<Vec<Vec<KeyEntry>>, Error> {
    let mut read = vec![Vec::new(); indexes.len()];
    if connection.dialect() == Dialect::Postgres && indexes == [Index::Search, Index::Shielded] {
        connection.query(BOTH_FOR_QUERY, &[Value::Ints(keys)], &mut |row| {
            let index = usize::try_from(row.int(2)?).unwrap_or(usize::MAX);
            if let Some(entries) = read.get_mut(index) {
                entries.push((row.int(0)?, row.int(1)?));
            }
            Ok(())
        })?;
        return Ok(read);
    }
    for (index, entries) in indexes.iter().zip(&mut read) {
        index.under(connection, (keys, Depth::Query), &mut |entry| {
            entries.push(entry)
        })?;
    }
    Ok(read)
}

fn any(
    connection: &mut dyn Connection,
    sql: &'static str,
    entries: &[KeyEntry],
) -> Result<(), Error> {
    if entries.is_empty() {
        return Ok(());
    }
    let (keys, records): (Vec<i64>, Vec<i64>) = entries.iter().copied().unzip();
    connection
        .execute(sql, &[Value::Ints(&keys), Value::Ints(&records)])
        .map(|_| ())
}
