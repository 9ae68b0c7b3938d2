//! Statements about many keys at once: fewer round trips, and each key still one look-up in a primary key.

use crate::driver::Value;

/// How many keys one statement looks up.
pub(crate) const KEYS_AT_ONCE: usize = 8;
/// How many keys one statement adds.
pub(crate) const KEYS_ADDED_AT_ONCE: usize = 16;

/// The parameters of a statement of [`keys_statement`]; where there are fewer keys the last is asked for again.
pub(crate) fn eight(keys: &[i64]) -> [Value<'static>; KEYS_AT_ONCE] {
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

/// One statement that adds sixteen keys of one record, which is its parameter 1.
macro_rules! add_keys_statement {
    ($table:literal) => {
        concat!(
            "INSERT INTO ", $table, " (key, record) VALUES ($2, $1), ($3, $1), ($4, $1), ($5, $1), ($6, $1), ($7, $1), ",
            "($8, $1), ($9, $1), ($10, $1), ($11, $1), ($12, $1), ($13, $1), ($14, $1), ($15, $1), ($16, $1), ($17, $1) ",
            "ON CONFLICT DO NOTHING"
        )
    };
}
pub(crate) use {add_keys_statement, keys_statement};
