//! Counting the records for the figures of data quality: all of them, in batches, beside whatever else is done.

use std::collections::HashMap;
use std::ops::ControlFlow;

use directory::quality::{Measure, Noted, noted};
use directory::setting::PlaceKind;
use directory::text::{AuthorityCode, PlaceCode};
use directory::{Now, Timestamp};

use crate::accept::is_sensitive;
use crate::cores::on_all_cores;
use crate::disclose::SealedRecord;
use crate::driver::Value;
use crate::error::Error;
use crate::reference::Reference;
use crate::seal::Column;
use crate::tally::Tally;
use crate::{Store, codec, schema};

/// The records of one batch. Its limit is in the statements.
const BATCH: &str = "SELECT id, version, body FROM record WHERE id > $1 ORDER BY id LIMIT 4096";
const TASKS: &str =
    "SELECT id, area, body FROM task WHERE kind = 'review' AND id > $1 ORDER BY id LIMIT 4096";
/// Who counts, and since when, in the table of single values: two processes do not count at once.
const COUNTING: &str = "quality counting";
/// After how long a count that has not come to its end is taken for one that broke off, in microseconds: twelve hours.
const BROKE_OFF_MICROSECONDS: i64 = 43_200_000_000;

impl Store {
    /// Counts every record and every row in doubt, and keeps the figures, suppressed and rounded, in place of those before. Of what was
    /// counted nothing else is kept. `None`: it was broken off, and the figures are those before.
    ///
    /// `after_batch` is told how many records were read so far, and says whether to go on.
    ///
    /// # Errors
    /// [`Error`] when something could not be read, or the figures not be written.
    pub fn count_quality(
        &self,
        now: Now,
        after_batch: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<Option<u64>, Error> {
        let reference = self.reference();
        let mut tally = Tally::default();
        let (mut last, mut read) = (i64::MIN, 0u64);
        loop {
            let batch = self.read(BATCH, &[Value::Int(last)], |row| {
                Ok((row.int(0)?, row.int(1)?, row.blob(2)?))
            })?;
            let Some((id, ..)) = batch.last() else {
                break;
            };
            last = *id;
            let each = on_all_cores(&batch, |sealed| self.note(sealed, &reference, now));
            for counted in each {
                let (authority, noted) = counted?;
                tally.add(&authority, noted);
            }
            read = read.saturating_add(u64::try_from(batch.len()).unwrap_or(u64::MAX));
            if after_batch(read).is_break() {
                return Ok(None);
            }
        }
        self.count_rows(&mut tally, &reference)?;
        let before = self.figures()?;
        let authorities = reference.authorities.keys().cloned();
        let suppliers = self.suppliers_named()?;
        let figures = tally.figures(authorities, &suppliers, &before);
        self.writer
            .write(move |connection| figures.write(connection, now))?;
        Ok(Some(read))
    }

    /// Takes the turn to count, unless the last count began later than a moment or another process is counting.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn take_turn_to_count(&self, not_since: Timestamp, now: Now) -> Result<bool, Error> {
        let counted = self.figures()?.at;
        if counted.is_some_and(|at| at > not_since) {
            return Ok(false);
        }
        let at = now.at.as_microsecond();
        self.writer.write(move |connection| {
            let before = schema::get(connection, COUNTING)?;
            let before = before.and_then(|at| at.parse::<i64>().ok());
            let is_taken =
                before.is_some_and(|before| at.saturating_sub(before) < BROKE_OFF_MICROSECONDS);
            if !is_taken {
                schema::put(connection, COUNTING, &at.to_string())?;
            }
            Ok(!is_taken)
        })
    }

    /// Gives the turn to count back.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn end_turn_to_count(&self) -> Result<(), Error> {
        self.writer
            .write(|connection| schema::put(connection, COUNTING, ""))
    }

    /// What counts for one record, and of which authority it is.
    fn note(
        &self,
        (id, version, body): &SealedRecord,
        reference: &Reference,
        now: Now,
    ) -> Result<(Option<AuthorityCode>, Vec<Noted>), Error> {
        let plain = self
            .ring()
            .unseal(Column::RecordBody(*version), *id, body)?;
        let record = codec::decode(&plain).ok_or(Error::Inconsistent("a record"))?;
        let child = self.child_shown(&record, now);
        let is_listed = |kind: PlaceKind, code: &PlaceCode| {
            let place = reference.places.get(code);
            place.is_some_and(|place| place.kind == kind)
        };
        let noted = noted((&record, &child), &is_listed, now.today);
        Ok((child.responsible().cloned(), noted))
    }

    /// Counts the rows in doubt; of a sensitive involvement's row nothing (X4). One that may be of a shielded child is no such row (X2).
    fn count_rows(&self, tally: &mut Tally, reference: &Reference) -> Result<(), Error> {
        let areas: HashMap<i64, &AuthorityCode> = reference
            .authorities
            .keys()
            .map(|code| (self.area_key(Some(code)), code))
            .collect();
        let mut last = i64::MIN;
        loop {
            let batch = self.read(TASKS, &[Value::Int(last)], |row| {
                Ok((row.int(0)?, row.int(1)?, row.blob(2)?))
            })?;
            let Some((id, ..)) = batch.last() else {
                return Ok(());
            };
            last = *id;
            for (id, area, body) in &batch {
                let (source, row) = self.open_task(*id, body)?;
                if is_sensitive(&row) {
                    continue;
                }
                let noted = Noted {
                    measure: Measure::RowsToReview,
                    suppliers: vec![source.supplier],
                };
                let authority = areas.get(area).map(|code| (*code).clone());
                tally.add(&authority, vec![noted]);
            }
        }
    }
}
