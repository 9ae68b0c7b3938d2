//! Open records that came to be like one another: looked for each night, for data officers to decide.
//!
//! A row with a known key is weighed against its own record only, so two records of one child are never seen beside one another by supply.
//! First come the records of which something new was said since the last night, by the journals of supply; then, as far as the night
//! lasts, all others, from where the last night ended. So a first load, and whatever stands in no journal, has its turn too.

use std::collections::HashSet;
use std::ops::ControlFlow;

use directory::record::Shielding;
use directory::{Now, Timestamp};

use crate::alike::{Alike, Worth};
use crate::batch::{Batch, Touched};
use crate::candidate::whole;
use crate::driver::Value;
use crate::error::Error;
use crate::filing::{other_number_key, row_keys};
use crate::incoming::RowKeys;
use crate::journal::{Change, Part, Place};
use crate::suspects::numbered;
use crate::{Store, first_load, schema};

/// Who looks, and since when, in the table of single values: two processes do not look at once.
const LOOKED: &str = "duplicates looked for";
/// From which turn of supply on the journals are looked at.
const TURN: &str = "duplicates looked for from turn";
/// Up to which record those are looked at of whom the part of that turn says something new.
const RECORD_OF_TURN: &str = "duplicates looked for in turn up to";
/// The record up to which all were looked at.
const RECORD: &str = "duplicates looked for up to";
/// The records that are looked at together. Its limit is in the statement.
const RECORDS_AT_ONCE: usize = 64;
const NEXT: &str = "SELECT id FROM record WHERE id > $1 ORDER BY id LIMIT 64";
/// How often records are looked at again when a batch of supply came between.
const TRIES_MAX: usize = 4;

/// What came of looking for records that may be of one child.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sifted {
    /// Records looked at.
    pub looked_at: u64,
    /// Pairs that wait for an officer now.
    pub found: u64,
    /// Pairs that no longer wait, because they are hardly alike any more.
    pub lapsed: u64,
    /// Records that could not be looked at: they are, when their turn comes again.
    pub failed: u64,
}

/// How far the journals are looked at: what was written before a turn, and of what was written in it the records up to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct InJournals {
    turn: i64,
    record: i64,
}

/// Told how far it is, says whether to go on.
type AfterEach<'a> = &'a mut dyn FnMut(&Sifted) -> ControlFlow<()>;

impl Store {
    /// Takes the turn to look for records that may be of one child, unless it was taken later than a moment.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn take_turn_to_sift(&self, not_since: Timestamp, now: Now) -> Result<bool, Error> {
        self.take_turn(LOOKED, not_since, now)
    }

    /// Looks for open records that may be of one child: first beside those of which supply has said something new since the last time, then
    /// beside all others, once round at the most. Broken off, it goes on from there the next time.
    ///
    /// # Errors
    /// [`Error`] when the journals or the records could not be listed.
    pub fn sift(&self, now: Now, after_each: AfterEach<'_>) -> Result<Sifted, Error> {
        let mut sifted = Sifted::default();
        if self
            .sift_new(now, (&mut sifted, &mut *after_each))?
            .is_continue()
        {
            self.sift_others(now, (&mut sifted, after_each))?;
        }
        Ok(sifted)
    }

    fn sift_new(
        &self,
        now: Now,
        (sifted, after_each): (&mut Sifted, AfterEach<'_>),
    ) -> Result<ControlFlow<()>, Error> {
        loop {
            let from = self.reached_in_journals()?;
            let parts = self
                .pool
                .with_reader(|connection| self.some_parts(connection, from.turn))?;
            let Some(last) = parts.last().map(|part| part.turn) else {
                return Ok(ControlFlow::Continue(()));
            };
            let new: Vec<InJournals> = of_whom_is_new(&parts, from);
            for some in new.chunks(RECORDS_AT_ONCE) {
                let ids: Vec<i64> = some.iter().map(|one| one.record).collect();
                self.sift_some(&ids, now, sifted)?;
                if let Some(reached) = some.last() {
                    self.reach_in_journals(*reached)?;
                }
                if after_each(&*sifted).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            self.reach_in_journals(InJournals::before(last.saturating_add(1)))?;
        }
    }

    fn sift_others(
        &self,
        now: Now,
        (sifted, after_each): (&mut Sifted, AfterEach<'_>),
    ) -> Result<(), Error> {
        let began = self.reached(RECORD)?.unwrap_or(i64::MIN);
        let (mut after, mut is_second_half) = (began, false);
        loop {
            let mut ids = self.read(NEXT, &[Value::Int(after)], |row| row.int(0))?;
            if is_second_half {
                ids.retain(|id| *id <= began);
            }
            let Some(last) = ids.last().copied() else {
                if is_second_half {
                    return self.reach(RECORD, began);
                }
                (after, is_second_half) = (i64::MIN, true);
                continue;
            };
            self.sift_some(&ids, now, sifted)?;
            after = last;
            self.reach(RECORD, after)?;
            if after_each(&*sifted).is_break() {
                return Ok(());
            }
        }
    }

    /// Looks beside some records, and, where one of them cannot be read, beside each of the others by itself.
    ///
    /// # Errors
    /// [`Error`] when it is nothing about a record: a first load is under way, or others write without a pause.
    fn sift_some(&self, ids: &[i64], now: Now, sifted: &mut Sifted) -> Result<(), Error> {
        match (self.sift_together(ids, now), ids) {
            (Ok(done), _) => {
                sifted.looked_at = sifted.looked_at.saturating_add(done.looked_at);
                sifted.found = sifted.found.saturating_add(done.found);
                sifted.lapsed = sifted.lapsed.saturating_add(done.lapsed);
            }
            // Of no record's making: it goes on from here another time.
            (Err(error @ (Error::Contended | Error::FirstLoad | Error::Unfit(_))), _) => {
                return Err(error);
            }
            (Err(_), [_]) => {
                sifted.looked_at = sifted.looked_at.saturating_add(1);
                sifted.failed = sifted.failed.saturating_add(1);
            }
            (Err(_), _) => {
                for id in ids {
                    self.sift_some(&[*id], now, sifted)?;
                }
            }
        }
        Ok(())
    }

    fn sift_together(&self, ids: &[i64], now: Now) -> Result<Sifted, Error> {
        for _ in 0..TRIES_MAX {
            let (sifted, (writes, waits, turn)) = self.pool.with_snapshot(|connection| {
                let turn = schema::get(connection, "supply")?;
                first_load::check(connection, false)?;
                let mut batch = Batch::of(connection, None, now);
                let sifted = self.sift_in(&mut batch, ids)?;
                Ok((sifted, (self.writes(&batch)?, batch.waits, turn)))
            })?;
            match self.write_batch(writes, waits, turn) {
                Ok(()) => return Ok(sifted),
                Err(Error::Contended) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Contended)
    }

    fn sift_in(&self, batch: &mut Batch<'_>, ids: &[i64]) -> Result<Sifted, Error> {
        self.bring(batch, ids)?;
        let mut sifted = Sifted::default();
        let touched = ids.iter().filter_map(|id| batch.touched.get(id));
        let looked_up: Vec<(i64, Option<RowKeys>)> = touched
            .map(|touched| (touched.loaded.id, self.keys_alike(touched)))
            .collect();
        let keys = looked_up.iter().filter_map(|(_, keys)| keys.as_ref());
        let searched: Vec<i64> = keys.flat_map(RowKeys::searched).collect();
        // Of shielded records is read how many there are under a key, as for a row: who is compared does not tell of them (X2).
        batch.read_keys(searched.clone(), searched)?;
        for (id, keys) in looked_up {
            sifted.looked_at = sifted.looked_at.saturating_add(1);
            let Some(mut keys) = keys else {
                continue;
            };
            // Whoever has the same number takes nobody's place among those who are alike.
            let mut others = numbered(&batch.known, &std::mem::take(&mut keys.numbers));
            let alike = Alike::before(&batch.known, &keys);
            others.extend(alike.ids_with(&batch.known, &keys, Worth::TwoKeysOneRare));
            others.sort_unstable();
            others.dedup();
            let lapsed = self.let_lapse(batch, id)?;
            let found = self.suspect(batch, id, others)?;
            sifted.lapsed = sifted.lapsed.saturating_add(lapsed);
            sifted.found = sifted.found.saturating_add(found);
        }
        Ok(sifted)
    }

    /// By what a record is looked up among the others, as a row that says the same would be. `None`: it is not open, or has no name.
    fn keys_alike(&self, touched: &Touched) -> Option<RowKeys> {
        let record = &touched.loaded.record;
        if record.shielding() == Shielding::Shielded {
            return None;
        }
        let (ring, child) = (self.ring(), self.filed(record));
        let name = child.name.as_ref().map(|name| &name.value)?;
        let numbers = child.other_numbers.iter();
        Some(RowKeys {
            numbers: numbers
                .map(|number| other_number_key(&ring, &number.value))
                .collect(),
            likeness: row_keys(&ring, &whole(record, &child, name)),
            ..RowKeys::default()
        })
    }

    fn reached_in_journals(&self) -> Result<InJournals, Error> {
        let before = InJournals::before(self.reached(TURN)?.unwrap_or_default());
        let record = self.reached(RECORD_OF_TURN)?;
        Ok(record.map_or(before, |record| InJournals { record, ..before }))
    }

    fn reach_in_journals(&self, reached: InJournals) -> Result<(), Error> {
        self.writer.write(move |connection| {
            schema::put(connection, TURN, &reached.turn.to_string())?;
            schema::put(connection, RECORD_OF_TURN, &reached.record.to_string())
        })
    }

    fn reached(&self, name: &'static str) -> Result<Option<i64>, Error> {
        let value = self
            .pool
            .with_reader(|connection| schema::get(connection, name))?;
        Ok(value.and_then(|value| value.parse().ok()))
    }

    fn reach(&self, name: &'static str, value: i64) -> Result<(), Error> {
        self.writer
            .write(move |connection| schema::put(connection, name, &value.to_string()))
    }
}

impl InJournals {
    /// Nothing of a turn, and all before it.
    fn before(turn: i64) -> InJournals {
        let record = i64::MIN;
        InJournals { turn, record }
    }
}

/// The records to which some parts of journals said something new, each once, from a place on and in the order of the places.
fn of_whom_is_new(parts: &[Part], from: InJournals) -> Vec<InJournals> {
    let is_new = |(_, change): &(i64, Change)| matches!(change, Change::New | Change::InPlace);
    let of_part = |part: &Part| {
        let entries = part.entries.iter().filter_map(|entry| match entry.place {
            Place::Record(record) if entry.said.iter().any(is_new) => Some(record),
            _ => None,
        });
        let turn = part.turn;
        let each = entries.map(|record| InJournals { turn, record });
        each.collect::<Vec<InJournals>>()
    };
    let mut new: Vec<InJournals> = parts.iter().flat_map(of_part).collect();
    new.retain(|one| *one > from);
    new.sort_unstable();
    let mut known = HashSet::new();
    new.retain(|one| known.insert(one.record));
    new
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{Entry, Manner, Stage};
    use directory::run::RunId;
    use jiff::civil::date;

    fn part(turn: i64, records: &[(i64, Change)]) -> Part {
        let day = date(2026, 11, 1);
        let entry = |(record, change): &(i64, Change)| Entry {
            place: Place::Record(*record),
            said: vec![(7, *change)],
            ..Entry::of(&[7], day, Manner::Plain)
        };
        Part {
            turn,
            run: RunId(1),
            now: Now {
                at: Timestamp::UNIX_EPOCH,
                today: day,
            },
            stage: Stage::Rows,
            entries: records.iter().map(entry).collect(),
        }
    }

    #[test]
    fn wherever_a_night_ends_the_next_goes_on_and_passes_nobody_over() {
        let new = |record| (record, Change::New);
        let parts = [
            part(3, &[new(9), new(-2), (5, Change::Same)]),
            part(4, &[]),
            part(6, &[new(4), (9, Change::InPlace), new(4), new(1)]),
        ];
        let from = |turn, record| of_whom_is_new(&parts, InJournals { turn, record });
        let all = of_whom_is_new(&parts, InJournals::before(0));
        let records = |found: &[InJournals]| found.iter().map(|one| one.record).collect::<Vec<_>>();
        assert_eq!(records(&all), [-2, 9, 1, 4]);
        for (looked_at, one) in (1..).zip(&all) {
            let rest = records(&from(one.turn, one.record));
            let missing = records(&all[looked_at..]);
            assert!(missing.iter().all(|record| rest.contains(record)));
            assert!(!rest.contains(&one.record) || one.turn < 6, "{one:?}");
        }
        assert_eq!(records(&from(6, 9)), []);
    }
}
