//! Supply: rows become statements of records. A row that may be of a shielded child is held, whatever else it matches (F1).
//!
//! Rows join by the supplier's own key or by the weight of all that they say; in doubt they wait for a person.
//! Which of these it is, [`crate::resolve`] says.

use std::sync::{Mutex, PoisonError};

use directory::Now;
use directory::event::{By, Event, Totals, What};
use directory::organisation::Sector;
use directory::record::{Accepted, Author, Record, STATEMENTS_MAX, Shielding, Withdrawn};
use directory::shield::Ground;
use directory::statement::{Said, Source};
use directory::supplied::{Outcome, Restriction, Row, Supplier};

use crate::batch::Batch;
use crate::cores::on_all_cores;
use crate::driver::Value;
use crate::error::Error;
use crate::filing::number_key;
use crate::first_load::FirstKeys;
use crate::incoming::Incoming;
use crate::resolve::{Named, Resolved, guarded_under, has_source, searched_under};
use crate::waiting::{Waiting, Waits};
use crate::write::{Keys, Write};
use crate::{Store, first_load, schema};

/// The most rows of one batch, which is one transaction.
pub const BATCH_ROWS_MAX: usize = 4_096;
/// How often a batch is resolved again after another supplier's batch came between.
const TRIES_MAX: usize = 8;

/// What became of a batch's rows, and what is to be written.
pub(crate) struct ResolvedBatch {
    pub(crate) outcomes: Vec<Outcome>,
    /// The turn of supply it was resolved at.
    pub(crate) turn: Option<String>,
    pub(crate) writes: Vec<Write>,
    pub(crate) waits: Waits,
}

impl Store {
    /// Takes one batch of a supplier's rows in one transaction: all of it or nothing. The same batch twice changes nothing.
    ///
    /// Batches are resolved one after the other, also across processes, so that two rows of one new child make one child.
    ///
    /// # Errors
    /// [`Error`] when the batch could not be written (nothing of it is), [`Error::Unfit`] when it is too large.
    pub fn accept(
        &self,
        supplier: &Supplier,
        rows: &[Row],
        now: Now,
    ) -> Result<Vec<Outcome>, Error> {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let incoming = self.incoming(supplier, rows, now)?;
        let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..TRIES_MAX {
            let resolved = self.resolved(&incoming, None, now)?;
            match self.write_batch(resolved.writes, resolved.waits, resolved.turn) {
                Ok(()) => return Ok(resolved.outcomes),
                Err(Error::Contended) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Contended)
    }

    /// A batch's rows made ready.
    pub(crate) fn incoming<'r>(
        &self,
        supplier: &Supplier,
        rows: &'r [Row],
        now: Now,
    ) -> Result<Vec<Incoming<'r>>, Error> {
        if rows.len() > BATCH_ROWS_MAX {
            return Err(Error::Unfit(format!(
                "a batch has at most {BATCH_ROWS_MAX} rows"
            )));
        }
        let catalogue = self.catalogue();
        let mut incoming = on_all_cores(rows, |row| {
            Incoming::of((supplier, row), &self.ring(), (&catalogue, now.today))
        });
        for (place, row) in incoming.iter_mut().enumerate() {
            row.place = place;
        }
        Ok(incoming)
    }

    /// What becomes of a batch's rows, against one state of the database.
    pub(crate) fn resolved(
        &self,
        incoming: &[Incoming<'_>],
        first: Option<&FirstKeys>,
        now: Now,
    ) -> Result<ResolvedBatch, Error> {
        self.pool.with_snapshot(|connection| {
            let turn = schema::get(connection, "supply")?;
            first_load::check(connection, first.is_some())?;
            let mut batch = Batch::of(connection, None, now);
            batch.first = first;
            self.read_ahead(&mut batch, incoming)?;
            let outcomes = incoming
                .iter()
                .map(|row| self.accept_row(&mut batch, row))
                .collect::<Result<Vec<Outcome>, Error>>()?;
            let writes = self.writes(&batch)?;
            Ok(ResolvedBatch {
                outcomes,
                turn,
                writes,
                waits: batch.waits,
            })
        })
    }

    /// Records that a supplier's file was taken to its end, and that its sector feeds the directory (R85). A sensitive or national
    /// supplier has no sector: coverage never tells of a sensitive service.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn supplied(
        &self,
        supplier: &Supplier,
        sector: Option<Sector>,
        totals: Totals,
        now: Now,
    ) -> Result<(), Error> {
        let by = By::Supplier(supplier.code.clone());
        let prepared = self.prepare(&Event::now(now, by, What::Supplied(totals)))?;
        let code = supplier.code.to_string();
        let at = now.at.as_microsecond();
        self.writer.write(move |connection| {
            if let Some(sector) = sector {
                let sql = "INSERT INTO feed (supplier, sector, last_supplied) VALUES ($1, $2, $3) \
                     ON CONFLICT (supplier, sector) DO UPDATE SET last_supplied = excluded.last_supplied";
                let values = [Value::Text(&code), Value::Text(sector.words()), Value::Int(at)];
                connection.execute(sql, &values)?;
            }
            prepared.insert(connection)
        })
    }

    /// The sectors that feed this directory.
    ///
    /// # Errors
    /// [`Error`] when it could not be read.
    pub fn coverage(&self) -> Result<Vec<Sector>, Error> {
        let words = self.read("SELECT DISTINCT sector FROM feed", &[], |row| row.text(0))?;
        Ok(Sector::ALL
            .into_iter()
            .filter(|sector| words.iter().any(|word| word == sector.words()))
            .collect())
    }

    /// How many rows wait for a person's decision. Those held for a shield are not among them (X2).
    ///
    /// # Errors
    /// [`Error`] when it could not be read.
    pub fn rows_waiting(&self) -> Result<u64, Error> {
        let counts = self.read(
            "SELECT COUNT(*) FROM task WHERE kind = 'review'",
            &[],
            |row| row.int(0),
        )?;
        Ok(counts.first().map_or(0, |count| count.cast_unsigned()))
    }

    fn accept_row(&self, batch: &mut Batch<'_>, incoming: &Incoming<'_>) -> Result<Outcome, Error> {
        let row = incoming.row;
        self.take_back(batch, incoming)?;
        if row.only_takes_back() {
            return Ok(Outcome::TakenBack);
        }
        // Of two rows under one key that say different things the first counts; which is right, a person says.
        if batch
            .said
            .get(&row.key)
            .is_some_and(|said| *said != row.particulars)
        {
            // Not even to ask a data officer, if it may be of a shielded child (X2).
            if let Resolved::Held(id, _) = self.resolve(batch, incoming)? {
                return self.hold(batch, incoming, (id, Named::No));
            }
            return self.wait(batch, incoming, (Waiting::Review, &[]));
        }
        batch.said.insert(row.key.clone(), row.particulars.clone());
        let id = match self.resolve(batch, incoming)? {
            Resolved::Record(id) => id,
            Resolved::New => self.new_record(batch)?,
            Resolved::Held(id, named) => return self.hold(batch, incoming, (id, named)),
            Resolved::Doubtful(ids) => return self.doubt(batch, incoming, ids),
        };
        if is_full(batch, id, row) {
            let waiting = if batch.is_shielded(id) {
                Waiting::Held(Named::No)
            } else {
                Waiting::Review
            };
            return self.wait(batch, incoming, (waiting, &[id]));
        }
        self.state(batch, id, incoming)
    }

    /// Takes back what the supplier said under keys that it says no longer stand, shielded child or not, and what waits of it.
    ///
    /// Of a sensitive involvement whose consent or service has ended nothing is kept (X4, X5).
    fn take_back(&self, batch: &mut Batch<'_>, incoming: &Incoming<'_>) -> Result<(), Error> {
        if incoming.row.withdrawn.is_empty() {
            return Ok(());
        }
        let keys = &incoming.keys.withdrawn;
        let mut ids = searched_under(&batch.known, keys.iter());
        ids.extend(guarded_under(&batch.known, keys.iter().copied()));
        ids.extend(keys.iter().flat_map(|key| batch.known.fresh(*key)));
        ids.sort_unstable();
        ids.dedup();
        self.bring(batch, &ids)?;
        for id in ids {
            let Some(touched) = batch.touched.get(&id) else {
                continue;
            };
            let mut record = touched.loaded.record.clone();
            if withdraw(&mut record, incoming, batch.now) {
                self.revise(batch, (id, record), None)?;
            }
        }
        if incoming.row.only_takes_back() {
            let own = incoming.keys.sources.iter().chain(keys);
            own.for_each(|key| batch.waits.forget(*key));
        }
        Ok(())
    }

    /// Adds what a row says to a record of the batch.
    pub(crate) fn state(
        &self,
        batch: &mut Batch<'_>,
        id: i64,
        incoming: &Incoming<'_>,
    ) -> Result<Outcome, Error> {
        let Some(touched) = batch.touched.get(&id) else {
            return Err(Error::Inconsistent("a record that a row was resolved to"));
        };
        let was_empty = touched.loaded.record.statements.is_empty();
        let mut record = touched.loaded.record.clone();
        let accepted = say(&mut record, incoming, batch.now);
        let restricted = incoming.row.restriction == Restriction::AtSource
            && record.shielding() == Shielding::None;
        if accepted.contains(&Accepted::Changed) {
            let keys = was_empty.then(|| self.first_keys(&record, incoming));
            self.revise(batch, (id, record), keys)?;
        } else if accepted.contains(&Accepted::Confirmed) {
            Store::confirm(batch, (id, record))?;
        } else if !restricted {
            return Ok(Outcome::Unchanged);
        }
        if restricted {
            let by = Author::Supplier(incoming.source.supplier.clone());
            self.shield_in(batch, id, (by, Ground::RestrictedAtSource))?;
        }
        Ok(Outcome::Accepted)
    }

    /// The keys of a record of which only this row speaks: those by which the row was looked up.
    fn first_keys(&self, record: &Record, incoming: &Incoming<'_>) -> Keys {
        let number = number_key(&self.ring(), record.number);
        let keys = &incoming.keys;
        let said = keys.sources.iter().chain(&keys.numbers);
        let every = said.chain(&keys.likeness).copied();
        let every = std::iter::once(number).chain(every).collect();
        Keys::of(Shielding::None, every, Vec::new())
    }
}

/// What a row says, said to a record.
fn say(record: &mut Record, incoming: &Incoming<'_>, now: Now) -> Vec<Accepted> {
    let (row, source) = (incoming.row, &incoming.source);
    // A day ahead would keep later files out.
    let confirmed = row.confirmed.min(now.today);
    let mut accepted = Vec::with_capacity(row.also.len().saturating_add(1));
    if !is_sensitive(row) || record.statements.is_empty() {
        let particulars = Said::Particulars(Box::new(row.particulars.clone()));
        accepted.push(record.accept(source.clone(), particulars, confirmed));
    }
    for (key, said) in &row.also {
        let source = Source {
            key: key.clone(),
            ..source.clone()
        };
        accepted.push(record.accept(source, said.clone(), confirmed));
    }
    accepted
}

/// Takes back from a record what the row says no longer stands. Whether anything did.
fn withdraw(record: &mut Record, incoming: &Incoming<'_>, now: Now) -> bool {
    let (source, row) = (&incoming.source, incoming.row);
    let waiting = record.quarantined.len();
    record.quarantined.retain(|s| {
        let own = row.only_takes_back() && s.source.key == row.key;
        s.source.supplier != source.supplier || !(own || row.withdrawn.contains(&s.source.key))
    });
    let mut withdrawn = record.quarantined.len() != waiting;
    for key in &incoming.row.withdrawn {
        if !has_source(record, &source.supplier, |known| known == key) {
            continue;
        }
        let source = Source {
            key: key.clone(),
            ..source.clone()
        };
        withdrawn |= record.withdraw(&source, now.today) == Withdrawn::Withdrawn;
    }
    withdrawn
}

/// Whether a record has no room for what a row says: it waits for a person then, and nothing of it is lost.
pub(crate) fn is_full(batch: &Batch<'_>, id: i64, row: &Row) -> bool {
    let room = row.also.len().saturating_add(1);
    batch.touched.get(&id).is_some_and(|touched| {
        touched.loaded.record.statements.len().saturating_add(room) > STATEMENTS_MAX
    })
}

/// Whether a row comes from a sensitive service's own system. What such a service says of a known child beside its involvement
/// is not kept: by its supplier and day it would tell of the service (R31).
pub(crate) fn is_sensitive(row: &Row) -> bool {
    row.also
        .iter()
        .any(|(_, said)| matches!(said, Said::Sensitive(_)))
}
