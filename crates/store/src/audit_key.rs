//! The keys of shielded records held against the records: none by which a search on a hidden field would come to one (R44), and none
//! missing by which a supplied row is held (F1).

use directory::record::{Record, Shielding};

use crate::Store;
use crate::audit::Finding;
use crate::disclose::Loaded;
use crate::driver::{Connection, Value};
use crate::error::Error;
use crate::write::Keys;

/// How many keys one statement looks up.
const KEYS_AT_ONCE: usize = 8;
/// How often a record is read again that was changed while its keys were read.
const TRIES_MAX: usize = 8;

const IN_SEARCH: &str =
    "SELECT COUNT(*) FROM search_key WHERE key IN ($1, $2, $3, $4, $5, $6, $7, $8) AND record = $9";
const IN_SHIELDED: &str = "SELECT COUNT(*) FROM shielded_key WHERE key IN ($1, $2, $3, $4, $5, $6, $7, $8) AND record = $9";
const IN_GUARDED: &str = "SELECT COUNT(*) FROM guarded_key WHERE key IN ($1, $2, $3, $4, $5, $6, $7, $8) AND record = $9";

impl Store {
    /// What is wrong with the keys of a shielded record. Of an unshielded one nothing is asked: whoever takes its keys away hides it,
    /// and shows nobody anything.
    pub(crate) fn misfiled(&self, id: i64, record: &Record) -> Result<Option<Finding>, Error> {
        if record.shielding() == Shielding::None {
            return Ok(None);
        }
        self.pool.with_reader(|connection| {
            let mut keys = self.keys(record);
            let mut version = None;
            for _ in 0..TRIES_MAX {
                let Some(what) = wrong_with(connection, id, &keys)? else {
                    return Ok(None);
                };
                // Keys are written with their record: one that was not written meanwhile is misfiled.
                let now = self.load(connection, &[id])?.pop();
                match now {
                    Some(now) if version == Some(now.version) => {
                        return Ok(Some(Finding {
                            position: None,
                            what: format!("record {id} is shielded, and {what}"),
                        }));
                    }
                    Some(Loaded {
                        version: read,
                        record,
                        ..
                    }) if record.shielding() == Shielding::Shielded => {
                        version = Some(read);
                        keys = self.keys(&record);
                    }
                    Some(_) | None => return Ok(None),
                }
            }
            Err(Error::Contended)
        })
    }
}

fn wrong_with(
    connection: &mut dyn Connection,
    id: i64,
    keys: &Keys,
) -> Result<Option<&'static str>, Error> {
    let all = |sql, keys: &[i64], connection: &mut dyn Connection| -> Result<bool, Error> {
        Ok(standing(connection, sql, id, keys)? == keys.len())
    };
    if standing(connection, IN_SEARCH, id, &keys.guarded)? > 0 {
        return Ok(Some(
            "stands among those that a search on a hidden field finds",
        ));
    }
    if !all(IN_GUARDED, &keys.guarded, connection)? {
        return Ok(Some(
            "not under every key by which rows that may be of it are held",
        ));
    }
    if !all(IN_SHIELDED, &keys.shielded, connection)? {
        return Ok(Some(
            "not under every key by which it is found by what may be seen",
        ));
    }
    Ok(None)
}

/// Under how many of these different keys a record stands in a table.
fn standing(
    connection: &mut dyn Connection,
    sql: &str,
    id: i64,
    keys: &[i64],
) -> Result<usize, Error> {
    let mut count = 0_usize;
    for chunk in keys.chunks(KEYS_AT_ONCE) {
        let last = chunk.last().copied().unwrap_or(0);
        let mut values = [Value::Int(last); KEYS_AT_ONCE + 1];
        for (value, key) in values.iter_mut().zip(chunk) {
            *value = Value::Int(*key);
        }
        if let Some(value) = values.last_mut() {
            *value = Value::Int(id);
        }
        connection.query(sql, &values, &mut |row| {
            count = count.saturating_add(usize::try_from(row.int(0)?).unwrap_or(0));
            Ok(())
        })?;
    }
    Ok(count)
}
