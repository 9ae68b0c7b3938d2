//! Supply: rows become statements of records. A row that may be of a shielded child is held, whatever else it matches (F1).
//!
//! Rows join by the supplier's own key or by the weight of all that they say; in doubt they wait for a person.
//! Which of these it is, [`crate::resolve`] says.

use directory::event::{By, Event, Totals, What};
use directory::organisation::Sector;
use directory::record::{
    Accepted, Author, Decided, Decision, Record, STATEMENTS_MAX, Shielding, Withdrawn,
};
use directory::service::Catalogue;
use directory::shield::Ground;
use directory::statement::{Said, Source, SourceKind};
use directory::supplied::{Outcome, Restriction, Row, Supplier};
use directory::text::SupplierKey;
use directory::{Date, Now};

use crate::batch::Batch;
use crate::beside::Beside;
use crate::cores::on_all_cores;
use crate::driver::{Connection, Value};
use crate::end_stay::{Rest, end_stay, tells_of_withdrawn, unguard};
use crate::error::Error;
use crate::filing::{number_key, source_key};
use crate::in_turn::{Turn, Turns};
use crate::incoming::{Incoming, not_too_many};
use crate::journal::{Change, Entry, Manner, Place};
use crate::resolve::{Resolved, guarded_under, has_source, searched_under};
use crate::tie::first_trace_keys;
use crate::waiting::{Waiting, Waits};
use crate::write::{Keys, Write};
use crate::{Store, codec, first_load, schema};

/// The most rows of one batch, which is one transaction.
pub const BATCH_ROWS_MAX: usize = 4_096;
/// How often a batch is resolved again after another supplier's batch came between.
pub(crate) const TRIES_MAX: usize = 8;

/// When a supplier last supplied of which no file is done, nor a row beside files taken.
const NOTHING_YET: i64 = 0;
const FEEDS: &str = "SELECT 1 FROM feed WHERE supplier = $1 LIMIT 1";

/// What became of a batch's rows, and what is to be written.
pub(crate) struct ResolvedBatch {
    pub(crate) outcomes: Vec<Outcome>,
    /// The turn of supply it was resolved at.
    pub(crate) turn: Option<String>,
    pub(crate) writes: Vec<Write>,
    pub(crate) waits: Waits,
    /// What became of each row.
    pub(crate) entries: Vec<Entry>,
}

/// What a record heard of a row.
#[derive(Default)]
pub(crate) struct Heard {
    accepted: Vec<Accepted>,
    changes: Vec<(i64, Change)>,
    /// Some of it was left unsaid: other words of a later day stand, or it has ended on a later day.
    is_unsaid: bool,
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
        let incoming = self.incoming(supplier, rows, now)?;
        let _turn = one_at_a_time();
        for _ in 0..TRIES_MAX {
            let resolved = self.resolved(&incoming, now)?;
            let beside = Beside {
                turn: resolved.turn,
                writes: resolved.writes,
                waits: resolved.waits,
                entries: resolved.entries,
            };
            match self.write_beside(beside, now) {
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
        not_too_many(rows)?;
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
        now: Now,
    ) -> Result<ResolvedBatch, Error> {
        self.pool.with_snapshot(|connection| {
            let turn = schema::get(connection, "supply")?;
            first_load::check(connection, false)?;
            let mut batch = Batch::of(connection, None, now);
            batch.journal = Some(Vec::new());
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
                entries: batch.journal.unwrap_or_default(),
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
            fed(connection, (&code, sector), at)?;
            prepared.insert(connection)
        })
    }

    /// The sectors that feed this directory.
    ///
    /// # Errors
    /// [`Error`] when it could not be read.
    pub fn coverage(&self) -> Result<Vec<Sector>, Error> {
        let sql = "SELECT DISTINCT sector FROM feed WHERE last_supplied > $1";
        let words = self.read(sql, &[Value::Int(NOTHING_YET)], |row| row.text(0))?;
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

    /// Takes one row into a batch, and puts what became of it into the journal where one is kept.
    pub(crate) fn accept_row(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
    ) -> Result<Outcome, Error> {
        // Of a row that tells, or told, of a sensitive involvement nothing is kept, in a journal neither (X4, X5, Annex B 5).
        let is_kept = !is_sensitive(incoming.row) && !incoming.row.is_refused();
        if batch.journal.is_some() && is_kept {
            let sources = &incoming.keys.sources;
            let (confirmed, manner) = (incoming.row.confirmed, manner(incoming.row));
            batch.entry = Some(Entry::of(sources, confirmed, manner));
        }
        let outcome = self.take_row(batch, incoming)?;
        if let (Some(journal), Some(entry)) = (&mut batch.journal, batch.entry.take()) {
            journal.push(entry);
        }
        Ok(outcome)
    }

    fn take_row(&self, batch: &mut Batch<'_>, incoming: &Incoming<'_>) -> Result<Outcome, Error> {
        let row = incoming.row;
        self.restrict_refused(batch, incoming)?;
        self.take_back(batch, incoming)?;
        self.restrict_left(batch, incoming)?;
        if row.is_refused() {
            return Ok(Outcome::TakenBack);
        }
        if row.is_leaving() {
            return self.leave(batch, incoming);
        }
        if self.is_withdrawn(batch, incoming) {
            self.restrict_own(batch, incoming)?;
            return Ok(Outcome::Unchanged);
        }
        let said = batch.said.get(&row.key);
        let said = said.and_then(|said| said.words.as_ref());
        if said.is_some_and(|said| *said != row.particulars) {
            return self.take_other_words(batch, incoming);
        }
        let said = batch.said.entry(row.key.clone()).or_default();
        said.words = Some(row.particulars.clone());
        // Whoever left in this batch and is known again is no new child.
        let may_be_new = said.left.is_empty();
        let id = match self.resolve(batch, incoming)?.kept_behind(batch, row) {
            Resolved::Record(id) => id,
            Resolved::New => {
                batch.new = batch.new.saturating_add(u64::from(may_be_new));
                match batch.again {
                    Some(id) => id,
                    None => self.new_record(batch)?,
                }
            }
            Resolved::Held(ids) => {
                let Some(id) = ids.first().copied() else {
                    return Err(Error::Inconsistent("a row that is held for nobody"));
                };
                let answer = self.as_if_open(batch, incoming, id)?;
                let is_new = answer.is_new && may_be_new;
                batch.new = batch.new.saturating_add(u64::from(is_new));
                // It may be of a child who is shielded, and whoever it would be of otherwise is not to stay open for that (C20).
                let ids = self.restrict_held_for(batch, incoming, (ids, &answer.of_whom))?;
                let outcome = self.hold(batch, incoming, (&ids, answer.outcome))?;
                let source = incoming.keys.sources.first();
                Store::keep_word(batch, source, (id, answer.word))?;
                return Ok(outcome);
            }
            Resolved::Doubtful(ids) => return self.doubt(batch, incoming, ids),
        };
        if !is_full(batch, id, row) {
            let was_restricted = self.forget_older(batch, incoming)?;
            let was_shielded = batch.is_shielded(id);
            let outcome = self.state(batch, id, incoming)?;
            if was_shielded {
                self.learn(batch, id, &Author::Directory)?;
            }
            if was_restricted {
                self.restrict_late(batch, (id, incoming))?;
            }
            self.suspect_by_number(batch, (id, outcome), incoming)?;
            Ok(outcome)
        } else if batch.is_shielded(id) {
            self.hold(batch, incoming, (&[id], Outcome::Waiting))
        } else {
            self.doubt(batch, incoming, vec![id])
        }
    }

    /// Of two rows under one key that say different things the first counts; which is right, a person says.
    fn take_other_words(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
    ) -> Result<Outcome, Error> {
        let row = incoming.row;
        // Not even to ask a data officer, if it may be of a shielded child (X2).
        let resolved = self.resolve(batch, incoming)?.kept_behind(batch, row);
        if resolved.behind_shield(batch).is_some() {
            let ids = resolved.behind_shields(batch).to_vec();
            let of_whom = self.restricts_if_open(batch, incoming, &ids)?;
            let ids = self.restrict_held_for(batch, incoming, (ids, &of_whom))?;
            return self.hold(batch, incoming, (&ids, Outcome::Waiting));
        }
        if row.restriction == Restriction::None && !self.waits_restricted(batch, incoming)? {
            self.wait(batch, incoming, (Waiting::Review, &[]))
        } else {
            self.doubt(batch, incoming, resolved.of_whom())
        }
    }

    /// Takes back what the supplier said under keys that it says no longer stand, shielded child or not, and what waits of it.
    ///
    /// Of a sensitive involvement whose consent or service has ended nothing is kept (X4, X5).
    fn take_back(&self, batch: &mut Batch<'_>, incoming: &Incoming<'_>) -> Result<(), Error> {
        if incoming.row.withdrawn.is_empty() {
            return Ok(());
        }
        let keys = &incoming.keys.withdrawn;
        let rows = self.waiting_with(batch, keys)?;
        // Whether anything of it stands or not: older words may still come (X5). Who the child is, is taken back with a consent to stay.
        let (supplier, until) = (&incoming.source.supplier, incoming.row.confirmed);
        let until = until.min(batch.now.today);
        let of_child = |key: &&SupplierKey| **key == incoming.row.key;
        for key in incoming.row.withdrawn.iter().filter(|key| !of_child(key)) {
            self.note_withdrawn(batch, (supplier, key), until);
        }
        let mut ids = searched_under(&batch.known, keys.iter());
        ids.extend(guarded_under(&batch.known, keys.iter().copied()));
        ids.extend(keys.iter().flat_map(|key| batch.known.fresh(*key)));
        ids.sort_unstable();
        ids.dedup();
        self.bring(batch, &ids)?;
        ids.retain(|id| batch.is_shielded(*id) || still_says(batch, *id, incoming));
        let told = |id: &i64| {
            let touched = batch.touched.get(id);
            touched.is_some_and(|touched| tells_of_withdrawn(&touched.loaded.record, incoming))
        };
        let is_told = !rows.is_empty() || ids.iter().any(told);
        let rest = if is_told && !incoming.row.ends_stay() {
            self.rest_of(batch, &incoming.source)?
        } else {
            Rest::Goes
        };
        self.forget_withdrawn(batch, rows, (&incoming.row.withdrawn, rest))?;
        let catalogue = self.catalogue();
        for id in ids {
            let Some(touched) = batch.touched.get(&id) else {
                continue;
            };
            let mut record = touched.loaded.record.clone();
            unguard(&mut record, incoming, rest);
            let taken = withdraw(&mut record, incoming, (&catalogue, batch.now));
            note_end(batch.journal.as_mut(), incoming, &record);
            if record == touched.loaded.record {
                continue;
            }
            self.revise(batch, (id, record), None)?;
            for (key, _) in taken.iter().filter(|(_, kept)| !kept) {
                self.note_withdrawn(batch, (supplier, key), until);
            }
            let ordinary = taken.into_iter().filter(|(_, kept)| *kept);
            let ordinary =
                ordinary.map(|(key, _)| source_key(&self.ring(), &incoming.source.supplier, &key));
            let ordinary: Vec<(i64, i64)> = ordinary.map(|source| (id, source)).collect();
            if let Some(entry) = &mut batch.entry {
                entry.taken.extend(ordinary);
            }
        }
        if incoming.row.only_takes_back() {
            // Under its own key something else may wait, which is taken back only with a young adult's consent to stay.
            keys.iter().for_each(|key| batch.waits.forget(*key));
        }
        Ok(())
    }

    /// What becomes of the rest of a supplier's rows when a sensitive involvement is taken back. A local supplier of no sector may be a
    /// sensitive service's own; one whose mapping names a sector is none from the beginning of its first file.
    fn rest_of(&self, batch: &mut Batch<'_>, source: &Source) -> Result<Rest, Error> {
        let mut rest = match source.kind {
            SourceKind::Local => Rest::Goes,
            _ => Rest::Stays,
        };
        if rest == Rest::Goes {
            let values = [Value::Text(source.supplier.as_str())];
            batch.connection.query(FEEDS, &values, &mut |_| {
                rest = Rest::Stays;
                Ok(())
            })?;
        }
        Ok(rest)
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
        let ahead = batch.ahead.take_said(incoming, (id, touched));
        let (record, heard, keys) = ahead.unwrap_or_else(|| {
            let mut record = touched.loaded.record.clone();
            let heard = say(&mut record, incoming, batch.now);
            (record, heard, None)
        });
        let accepted = &heard.accepted;
        let restricted = incoming.row.restriction == Restriction::AtSource
            && record.shielding() == Shielding::None;
        if let Some(entry) = &mut batch.entry {
            entry.place = Place::Record(id);
            entry.said = heard.changes;
            if heard.is_unsaid {
                entry.words = Some(codec::encode_row(&incoming.source, incoming.row));
            }
        }
        if accepted.contains(&Accepted::Changed) {
            // By what was decided of it, it may be followed. By a former name alone no row is looked up, but it is filed by each.
            let is_plain = incoming.row.particulars.former_names.is_empty();
            let is_first = was_empty && record.decisions.is_empty() && is_plain;
            let first = || is_first.then(|| self.first_keys(&record, incoming));
            let keys = keys.or_else(first);
            self.revise(batch, (id, record), keys)?;
        } else if accepted.contains(&Accepted::Confirmed) {
            Store::confirm(batch, (id, record))?;
        } else if !restricted {
            return Ok(Outcome::Unchanged);
        }
        if restricted {
            let by = Author::Supplier(incoming.source.supplier.clone());
            self.shield_child(batch, id, (by, Ground::RestrictedAtSource))?;
        }
        Ok(Outcome::Accepted)
    }

    /// The keys of a record of which only this row speaks: those by which the row was looked up.
    fn first_keys(&self, record: &Record, incoming: &Incoming<'_>) -> Keys {
        let ring = self.ring();
        let number = number_key(&ring, record.number);
        let keys = &incoming.keys;
        let said = keys.sources.iter().chain(&keys.numbers);
        let likeness = keys.likeness.iter().map(|likeness| &likeness.key);
        let every = said.chain(likeness).copied();
        let traces = first_trace_keys(&ring, &incoming.row.particulars);
        let every = std::iter::once(number).chain(every).chain(traces).collect();
        Keys::of(Shielding::None, every, Vec::new())
    }
}

/// Notes of which sector a supplier is, as its mapping says, before anything of its first file is taken: the sector feeds nothing yet (R85).
pub(crate) fn names_sector(
    connection: &mut dyn Connection,
    (supplier, sector): (&str, Option<Sector>),
) -> Result<(), Error> {
    let Some(sector) = sector else {
        return Ok(());
    };
    let sql = "INSERT INTO feed (supplier, sector, last_supplied) VALUES ($1, $2, $3) ON CONFLICT (supplier, sector) DO NOTHING";
    let values = [
        Value::Text(supplier),
        Value::Text(sector.words()),
        Value::Int(NOTHING_YET),
    ];
    connection.execute(sql, &values).map(|_| ())
}

/// Notes that a supplier's sector feeds the directory.
pub(crate) fn fed(
    connection: &mut dyn Connection,
    (supplier, sector): (&str, Option<Sector>),
    at: i64,
) -> Result<(), Error> {
    let Some(sector) = sector else {
        return Ok(());
    };
    let sql = "INSERT INTO feed (supplier, sector, last_supplied) VALUES ($1, $2, $3) \
         ON CONFLICT (supplier, sector) DO UPDATE SET last_supplied = excluded.last_supplied";
    let values = [
        Value::Text(supplier),
        Value::Text(sector.words()),
        Value::Int(at),
    ];
    connection.execute(sql, &values).map(|_| ())
}

/// Nobody else of this process resolves a batch meanwhile; other processes are told by the turn of supply.
pub(crate) fn one_at_a_time() -> Turn<'static> {
    static ONE_AT_A_TIME: Turns = Turns::new();
    ONE_AT_A_TIME.take()
}

/// What kind of row it is in a journal.
pub(crate) fn manner(row: &Row) -> Manner {
    if row.is_leaving() {
        Manner::Leaving
    } else if row.restriction == Restriction::AtSource {
        Manner::Restricted
    } else {
        Manner::Plain
    }
}

/// What a row says, said to a record.
pub(crate) fn say(record: &mut Record, incoming: &Incoming<'_>, now: Now) -> Heard {
    let (row, source) = (incoming.row, &incoming.source);
    // A day ahead would keep later files out.
    let confirmed = row.confirmed.min(now.today);
    let mut heard = Heard::default();
    let mut keys = incoming.keys.sources.iter().copied();
    if record.has_ended_since(source, confirmed) {
        // Who works with a child ends with the child: of them an older row is not heard either.
        keys.for_each(|key| heard.leave_unsaid(key));
        return heard;
    }
    let own = keys.next().unwrap_or_default();
    if !is_sensitive(row) || record.statements.is_empty() {
        let particulars = Said::Particulars(Box::new(row.particulars.clone()));
        heard.offer(record, (own, source.clone()), particulars, confirmed);
    }
    for ((key, said), hash) in row.also.iter().zip(keys) {
        let source = Source {
            key: key.clone(),
            ..source.clone()
        };
        heard.offer(record, (hash, source), said.clone(), confirmed);
    }
    heard
}

impl Heard {
    /// Whether the record says something that it did not say before.
    pub(crate) fn is_changed(&self) -> bool {
        self.accepted.contains(&Accepted::Changed)
    }

    fn offer(
        &mut self,
        record: &mut Record,
        (hash, source): (i64, Source),
        said: Said,
        confirmed: Date,
    ) {
        let stood = record.standing().find(|stood| stood.source == source);
        let stood = stood.map(|stood| (stood.last_confirmed, stood.said == said));
        let accepted = record.accept(source, said, confirmed);
        let change = match (accepted, stood) {
            (Accepted::Unchanged | Accepted::Full, _) => Change::Same,
            (Accepted::Confirmed, Some((day, _))) => Change::Confirmed(day),
            (Accepted::Changed, Some(_)) => Change::InPlace,
            (Accepted::Confirmed | Accepted::Changed, None) => Change::New,
        };
        self.is_unsaid |= accepted == Accepted::Unchanged && stood.is_none_or(|(_, same)| !same);
        self.changes.push((hash, change));
        self.accepted.push(accepted);
    }

    /// What a row says under a key is not heard, as it has ended since.
    fn leave_unsaid(&mut self, hash: i64) {
        self.is_unsaid = true;
        self.changes.push((hash, Change::Same));
        self.accepted.push(Accepted::Unchanged);
    }
}

/// Whether something stands in a record of the batch under a key of a row, or one that it takes back.
fn still_says(batch: &Batch<'_>, id: i64, incoming: &Incoming<'_>) -> bool {
    let touched = batch.touched.get(&id);
    touched.is_some_and(|touched| {
        let mut standing = touched.loaded.record.standing().map(|one| &one.source);
        standing.any(|source| incoming.is_of(source) || incoming.takes_back(source))
    })
}

/// Takes back from a record what the row says no longer stands: the keys of what did, and whether it is kept for the archive. Of what is kept
/// an older word ends nothing that was confirmed later; consent is taken back whenever it is heard of (X5).
///
/// Whoever was recorded before their service was classified as sensitive is not kept either: without consent nobody could record them today
/// (R28, X13).
fn withdraw(
    record: &mut Record,
    incoming: &Incoming<'_>,
    (catalogue, now): (&Catalogue, Now),
) -> Vec<(SupplierKey, bool)> {
    let source = &incoming.source;
    let mut withdrawn = Vec::new();
    let (keys, on) = if incoming.row.ends_stay() {
        (end_stay(record, incoming, now), now.today)
    } else {
        let on = incoming.row.confirmed.min(now.today);
        (incoming.row.withdrawn.clone(), on)
    };
    for key in &keys {
        if !has_source(record, &source.supplier, |known| known == key) {
            continue;
        }
        let source = Source {
            key: key.clone(),
            ..source.clone()
        };
        let before = record.statements.len();
        if !incoming.row.ends_stay() {
            let is_unnameable = |said: &Said| match said {
                Said::Involvement(one) => catalogue.ordinary(&one.service).is_err(),
                Said::Particulars(_) | Said::Sensitive(_) => false,
            };
            record
                .statements
                .retain(|s| s.source != source || !is_unnameable(&s.said));
        }
        let is_forgotten = record.statements.len() < before;
        let mut standing = record.standing().filter(|s| s.source == source);
        let kept = standing.find(|s| !matches!(s.said, Said::Sensitive(_)));
        let (is_kept, is_later) = (kept.is_some(), kept.is_some_and(|s| s.last_confirmed > on));
        drop(standing);
        let is_ended = !is_later && record.withdraw(&source, on) == Withdrawn::Withdrawn;
        if is_ended || is_forgotten {
            withdrawn.push((key.clone(), is_kept));
        }
    }
    withdrawn
}

/// Notes in a journal whose consent has ended on a record, and nothing else: by its source alone a later taking back can tell whether it has
/// ended where what was said of that record stands without the run (C8).
fn note_end(journal: Option<&mut Vec<Entry>>, incoming: &Incoming<'_>, record: &Record) {
    let (source, row) = (&incoming.source, incoming.row);
    let has_ended = |decision: &Decision| matches!(decision.decided, Decided::ParticipationEnded);
    if let (Some(journal), Some(own)) = (journal, incoming.keys.sources.first())
        && row.ends_stay()
        && has_source(record, &source.supplier, |key| *key == source.key)
        && record.decisions.iter().any(has_ended)
    {
        journal.push(Entry::of(&[*own], row.confirmed, Manner::Plain));
    }
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
