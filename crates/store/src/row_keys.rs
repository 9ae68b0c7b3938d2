//! The supplier's own keys of rows that come beside its files, a few at a time: a full file ends what it does not name of them too. Rows
//! that would end too much are refused by them: they cannot be held for a person to look at, as a file is.
//!
//! They stand among the keys of runs, under a number below any run's, each part by the moment at which it was noted.

use directory::bytes::{Reader, Writer};
use directory::run::{Reach, Run, RunState};
use directory::supplied::{Row, Supplier};
use directory::text::SupplierCode;
use directory::{Date, Now};

use crate::Store;
use crate::driver::{Connection, Value};
use crate::error::Error;
use crate::key::{Subject, hashed};
use crate::run_check::rows_end_too_much;
use crate::run_keys::FileKeys;

/// How often rows are weighed again after others of their supplier came between.
const TRIES_MAX: usize = 8;

/// What became of noting rows.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowsNoted {
    /// They may be taken.
    Noted,
    /// With those of the hours before they would end too much of what their supplier said: none of them is to be taken. Whom they restrict
    /// is shielded all the same (C20).
    EndTooMuch,
}

/// Keys that were noted at once.
pub(crate) struct RowKeysNoted {
    /// The place among those of the supplier: the moment, in microseconds.
    pub(crate) at: i64,
    /// The latest day on which any of the rows was confirmed.
    day: Date,
    /// The keys.
    pub(crate) keys: FileKeys,
}

impl Store {
    /// Notes the keys of rows that are about to be taken beside a supplier's files. To be called before they are: what was noted may stand,
    /// and what stands was noted. Of rows that end too much nothing is noted, but whom they restrict is shielded, as of a file that is held.
    ///
    /// # Errors
    /// [`Error`] when it could not be written: the rows must not be taken then.
    pub fn note_rows(
        &self,
        supplier: &Supplier,
        rows: &[Row],
        now: Now,
    ) -> Result<RowsNoted, Error> {
        let says = rows.iter().filter(|row| !row.is_refused());
        let Some(day) = says.map(|row| row.confirmed).max() else {
            return Ok(RowsNoted::Noted);
        };
        let mut keys = FileKeys::default();
        for row in rows {
            self.add_keys(&mut keys, supplier, row);
        }
        let keys = keys.in_order();
        let body = encode(day, &keys);
        if !keys.says_ended() {
            self.write_noted((supplier, body), None, now)?;
            return Ok(RowsNoted::Noted);
        }
        for _ in 0..TRIES_MAX {
            let number = self.number_beside(&supplier.code);
            let (ends_too_much, last) = self.pool.with_snapshot(|connection| {
                // The last before all others: on a server what comes meanwhile is read too, and must not count as weighed.
                let last = last_of(connection, number)?;
                let ends_too_much = rows_end_too_much(self, connection, (supplier, &keys), now)?;
                Ok((ends_too_much, last))
            })?;
            if ends_too_much {
                self.restrict_held(&supplier.code, &keys.restricting, now)?;
                return Ok(RowsNoted::EndTooMuch);
            }
            match self.write_noted((supplier, body.clone()), Some(last), now) {
                Ok(()) => return Ok(RowsNoted::Noted),
                Err(Error::Contended) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Contended)
    }

    /// Writes the keys of rows. `seen`: the last that were noted when these were weighed; if others have come since, nothing is written.
    fn write_noted(
        &self,
        (supplier, body): (&Supplier, Vec<u8>),
        seen: Option<Option<i64>>,
        now: Now,
    ) -> Result<(), Error> {
        let number = self.number_beside(&supplier.code);
        // Where the clock was put back since the last run began, they come after it all the same.
        let began = self.pool.with_snapshot(|connection| {
            let last = self.last_run_on(connection, &supplier.code)?;
            Ok(last.map_or(i64::MIN, |run| run.began.as_microsecond()))
        })?;
        let at = now.at.as_microsecond().max(began);
        self.writer.write(move |connection| {
            if seen.is_some() {
                one_after_the_other(connection)?;
            }
            let last = last_of(connection, number)?;
            if seen.is_some_and(|seen| seen != last) {
                return Err(Error::Contended);
            }
            let part = last.map_or(at, |last| at.max(last.saturating_add(1)));
            let sql = "INSERT INTO run_key (run, part, body) VALUES ($1, $2, $3)";
            let values = [Value::Int(number), Value::Int(part), Value::Blob(&body)];
            connection.execute(sql, &values).map(|_| ())
        })
    }

    /// The keys that were noted of a supplier's rows, oldest first.
    pub(crate) fn rows_noted(
        &self,
        connection: &mut dyn Connection,
        supplier: &SupplierCode,
    ) -> Result<Vec<RowKeysNoted>, Error> {
        self.rows_noted_from(connection, (supplier, i64::MIN))
    }

    /// Those that were noted from a moment on, in microseconds.
    pub(crate) fn rows_noted_from(
        &self,
        connection: &mut dyn Connection,
        (supplier, from): (&SupplierCode, i64),
    ) -> Result<Vec<RowKeysNoted>, Error> {
        let mut noted = Vec::new();
        let values = [Value::Int(self.number_beside(supplier)), Value::Int(from)];
        let sql = "SELECT part, body FROM run_key WHERE run = $1 AND part >= $2 ORDER BY part";
        connection.query(sql, &values, &mut |row| {
            let keys = decode(row.int(0)?, &row.blob(1)?);
            noted.push(keys.ok_or(Error::Inconsistent("the keys of rows"))?);
            Ok(())
        })?;
        Ok(noted)
    }

    /// The moment of the last that were noted of a supplier's rows, in microseconds.
    pub(crate) fn last_noted(
        &self,
        connection: &mut dyn Connection,
        supplier: &SupplierCode,
    ) -> Result<Option<i64>, Error> {
        last_of(connection, self.number_beside(supplier))
    }

    /// Notes the key of a row of which a person has decided: what it says stands from now on, also when its file is taken back.
    pub(crate) fn note_decided(
        &self,
        (supplier, row): (&Supplier, &Row),
        now: Now,
    ) -> Result<(), Error> {
        let mut keys = FileKeys::default();
        self.add_keys(&mut keys, supplier, row);
        let body = encode(row.confirmed, &keys.in_order());
        self.write_noted((supplier, body), None, now)
    }

    /// The number under which the keys of a supplier's rows stand.
    pub(crate) fn number_beside(&self, supplier: &SupplierCode) -> i64 {
        let hash = hashed(
            &self.ring(),
            Subject::RowsBeside,
            supplier.as_str().as_bytes(),
        );
        // Runs are counted from 1.
        hash | i64::MIN
    }
}

impl RowKeysNoted {
    #[cfg(test)]
    pub(crate) fn at(at: i64, keys: FileKeys) -> RowKeysNoted {
        let day = jiff::civil::date(2026, 11, 5);
        RowKeysNoted { at, day, keys }
    }

    /// Whether a full file has ended what the rows said that it does not say itself: unless it is of an earlier day.
    pub(crate) fn are_ended_by(&self, full: &Run) -> bool {
        let is_full = full.reach == Reach::Full && full.state == RunState::Done;
        is_full && full.began.as_microsecond() > self.at && full.extracted >= self.day
    }

    /// Whether the rows came after a run had begun, and are of no later day.
    pub(crate) fn came_beside(&self, run: &Run) -> bool {
        self.at >= run.began.as_microsecond() && self.day <= run.extracted
    }

    /// Whether the rows came after a full file had begun and by a moment in microseconds, and are not of an earlier day.
    pub(crate) fn came_after(&self, full: &Run, at: i64) -> bool {
        (full.began.as_microsecond()..=at).contains(&self.at) && self.day >= full.extracted
    }
}

/// Keeps others who write what they weighed waiting until the transaction ends: two that each end as much as may be are not both taken.
fn one_after_the_other(connection: &mut dyn Connection) -> Result<(), Error> {
    let sql = connection.dialect().hold(
        "SELECT value FROM meta WHERE name = 'supply'",
        "SELECT value FROM meta WHERE name = 'supply' FOR UPDATE",
    );
    connection.query(sql, &[], &mut |_| Ok(()))
}

fn last_of(connection: &mut dyn Connection, number: i64) -> Result<Option<i64>, Error> {
    let mut last = None;
    let sql = "SELECT MAX(part) FROM run_key WHERE run = $1";
    connection.query(sql, &[Value::Int(number)], &mut |row| {
        last = row.int_option(0)?;
        Ok(())
    })?;
    Ok(last)
}

fn encode(day: Date, keys: &FileKeys) -> Vec<u8> {
    let mut out = Writer::new();
    out.date(day);
    out.list(&keys.children, |out, key| out.i64(*key));
    out.list(&keys.others, |out, key| out.i64(*key));
    out.list(&keys.ended, |out, key| out.i64(*key));
    out.list(&keys.working, |out, (child, key)| {
        out.i64(*child);
        out.i64(*key);
    });
    out.list(&keys.left, |out, key| out.i64(*key));
    out.finish()
}

fn decode(at: i64, bytes: &[u8]) -> Option<RowKeysNoted> {
    let mut from = Reader::new(bytes);
    let mut noted = RowKeysNoted {
        at,
        day: from.date()?,
        keys: FileKeys {
            children: from.list(|from| from.i64())?,
            others: from.list(|from| from.i64())?,
            ..FileKeys::default()
        },
    };
    // As it was first written, it ended here.
    if !from.is_finished() {
        noted.keys.ended = from.list(|from| from.i64())?;
        noted.keys.working = from.list(|from| Some((from.i64()?, from.i64()?)))?;
    }
    // And here when it was written without those who have left.
    if !from.is_finished() {
        noted.keys.left = from.list(|from| from.i64())?;
    }
    from.is_finished().then_some(noted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_rows_read_back_and_cut_ones_do_not() {
        let keys = FileKeys {
            children: vec![-7, 3],
            others: vec![i64::MAX],
            ended: vec![i64::MAX],
            working: vec![(3, i64::MAX)],
            left: vec![5],
            ..FileKeys::default()
        };
        let day = jiff::civil::date(2026, 11, 5);
        let bytes = encode(day, &keys);
        let read = decode(9, &bytes).unwrap();
        assert_eq!((read.at, read.day, &read.keys), (9, day, &keys));
        let read: Vec<RowKeysNoted> = (0..bytes.len())
            .filter_map(|length| decode(9, &bytes[..length]))
            .collect();
        let [first, second] = &read[..] else {
            panic!("only as it was first written, and then, it is shorter");
        };
        assert_eq!(
            (&first.keys.children, &first.keys.others),
            (&keys.children, &keys.others)
        );
        assert!(first.keys.ended.is_empty());
        assert_eq!(second.keys.working, keys.working);
        assert!(second.keys.left.is_empty());
    }
}
