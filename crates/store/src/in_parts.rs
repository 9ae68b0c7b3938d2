//! A batch of a run is read for at once and written in parts: whoever searches meanwhile waits for no more than a part.
//!
//! While a part is being written the next is resolved, against what was read and what has been written since. If a part is not written, as
//! somebody else changed what it changes, what came after it is forgotten, and its rows are read for again.

use std::collections::HashSet;
use std::thread;

use directory::Now;
use directory::run::{Run, RunState};
use directory::supplied::{Outcome, Row};
use directory::text::SupplierKey;

use crate::accept::{TRIES_MAX, one_at_a_time};
use crate::batch::{Batch, SaidByKey, SaidInBatch};
use crate::driver::{Connection, Dialect};
use crate::error::Error;
use crate::filing::source_key;
use crate::incoming::Incoming;
use crate::journal::{Entry, Manner, Part, Stage};
use crate::keys::{Index, KeyEntry};
use crate::known::{Known, in_order};
use crate::resolve::searched_under;
use crate::run_batch::{Applying, FilePart, RunBatch, count, following};
use crate::waiting::Waits;
use crate::write::Write;
use crate::{Store, first_load, schema};

/// For how many rows is read at once. Other suppliers' rows wait until they are written. In tests so few that most batches are read for in
/// several goes.
const ROWS_READ_FOR_MAX: usize = if cfg!(test) { 3 } else { 512 };
/// How many rows are written in one transaction of the embedded database, which has one writer: two or three milliseconds' work. It is a
/// number of rows and no length of time, so that the same file is always in the same parts.
const ROWS_OF_A_PART: usize = if cfg!(test) { 2 } else { 16 };
/// The same of a server, where nobody waits for it: round trips cost more.
const ROWS_OF_A_SERVERS_PART: usize = if cfg!(test) { 2 } else { 128 };
/// After how many parts what they wrote is brought into the database.
const PARTS_OF_A_HINT: usize = 8;

/// How far a batch has come.
#[derive(Clone)]
struct Course<'p> {
    run: Run,
    stage: Stage,
    /// How many of the batch's rows are behind.
    rows: usize,
    /// What is left of the file's rows. `None`: the batch is at its end.
    left: Option<FilePart<'p>>,
    /// How many rows of the file were read up to each of the batch's. Empty: none was refused before the last of them.
    places: &'p [u64],
}

/// What a batch has said and what became of its rows.
#[derive(Default)]
struct Told {
    /// Of two rows under one key the first counts, in whichever part.
    said: SaidByKey,
    outcomes: Vec<Outcome>,
    /// What was read for the rows that come next.
    next: Option<Next>,
}

/// What was read for rows while those before them were being written.
struct Next {
    /// What stood under their keys, at some moment meanwhile: of unshielded records, and of shielded ones.
    entries: (Vec<KeyEntry>, Vec<KeyEntry>),
    /// What has been written since then.
    before: Known,
    /// The turn of supply that is theirs, if nobody comes between.
    turn: Option<String>,
}

/// Rows that are read for at once.
struct Stretch<'s, 'r> {
    rows: &'s [Incoming<'r>],
    /// The rows that come next.
    next: &'s [Incoming<'r>],
    rows_of_a_part: usize,
    now: Now,
}

/// What became of the rows of a part, and what it writes.
struct ResolvedPart {
    outcomes: Vec<Outcome>,
    /// How many of the rows made a new child.
    new: u64,
    writes: Vec<Write>,
    waits: Waits,
    entries: Vec<Entry>,
}

/// What parts that are not written yet say under keys of theirs: what had been said before each of them, the last part last.
#[derive(Default)]
struct Unwritten(Vec<SaidBefore>);

type SaidBefore = Vec<(SupplierKey, Option<SaidInBatch>)>;

/// Whether a part was written.
enum Landed {
    Written,
    /// Somebody else changed what it changes: its rows must be read for again.
    Contended,
    /// The run stands elsewhere.
    Stopped(RunState),
}

impl Store {
    /// Applies the rows of a batch, and moves the run on with each part that is written.
    pub(crate) fn apply_incoming(
        &self,
        run: &mut Run,
        (incoming, part, places): (&mut [Incoming<'_>], FilePart<'_>, &[u64]),
        now: Now,
    ) -> Result<Applying, Error> {
        let mut course = Course {
            run: run.clone(),
            stage: if part.taken.is_empty() {
                Stage::Rows
            } else {
                Stage::MoreRows
            },
            rows: 0,
            left: Some(part),
            places,
        };
        let mut told = Told {
            said: self.said_by(run, part.taken)?,
            ..Told::default()
        };
        let mut tries = 0;
        while course.left.is_some() {
            let before = course.rows;
            let (_, rest) = incoming.split_at_mut(before.min(incoming.len()));
            let (rows, after) = rest.split_at_mut(rest.len().min(ROWS_READ_FOR_MAX));
            for (place, row) in rows.iter_mut().enumerate() {
                row.place = place;
            }
            let (rows, after) = (&*rows, &*after);
            let (next, _) = after.split_at(after.len().min(ROWS_READ_FOR_MAX));
            let applied = self.apply_stretch(&mut course, (rows, next), &mut told, now);
            run.clone_from(&course.run);
            self.writer.shorten_log();
            match applied? {
                Landed::Written => tries = 0,
                Landed::Stopped(stands) => return Ok(Applying::Stopped(stands)),
                Landed::Contended if course.rows > before => tries = 0,
                Landed::Contended if tries < TRIES_MAX => tries = tries.saturating_add(1),
                Landed::Contended => return Err(Error::Contended),
            }
        }
        Ok(Applying::Applied(told.outcomes))
    }

    /// Applies rows that are read for at once, as far as nobody comes between.
    fn apply_stretch(
        &self,
        course: &mut Course<'_>,
        (rows, next): (&[Incoming<'_>], &[Incoming<'_>]),
        told: &mut Told,
        now: Now,
    ) -> Result<Landed, Error> {
        let _turn = one_at_a_time();
        // Not in one transaction beyond what is read at once: what is written meanwhile could not be brought into the database while that is
        // open. Whoever else supplies, shields or decides moves the turn.
        self.pool.with_reader(|connection| {
            let stretch = Stretch {
                rows,
                next,
                rows_of_a_part: match connection.dialect() {
                    Dialect::Sqlite => ROWS_OF_A_PART,
                    Dialect::Postgres => ROWS_OF_A_SERVERS_PART,
                },
                now,
            };
            let turn = schema::get(connection, "supply")?;
            first_load::check(connection, false)?;
            let mut batch = Batch::of(connection, None, now);
            batch.said = std::mem::take(&mut told.said);
            match told.next.take().filter(|next| next.turn == turn) {
                Some(next) => {
                    batch.known = Known::after(next.before);
                    batch.known.take_in(next.entries.0, next.entries.1);
                    self.bring_wanted(&mut batch, rows)?;
                }
                None => self.read_ahead(&mut batch, rows)?,
            }
            self.read_left(&mut batch, rows)?;
            let applied = self.apply_and_read((&mut batch, turn), &stretch, course, told);
            told.said = std::mem::take(&mut batch.said);
            told.outcomes.truncate(course.rows);
            applied
        })
    }

    /// Applies the parts, and reads meanwhile for the rows that come next.
    fn apply_and_read(
        &self,
        (batch, turn): (&mut Batch<'_>, Option<String>),
        stretch: &Stretch<'_, '_>,
        course: &mut Course<'_>,
        told: &mut Told,
    ) -> Result<Landed, Error> {
        let mut turn = turn;
        thread::scope(|scope| {
            let next = stretch.next;
            let read = || {
                self.pool
                    .with_reader(|connection| self.entries_of(connection, next))
            };
            let reading = (!next.is_empty()).then(|| scope.spawn(read));
            let applied = self.apply_parts((&mut *batch, &mut turn), stretch, course, told);
            let read = match reading.map(thread::ScopedJoinHandle::join) {
                Some(Ok(read)) => read.ok(),
                Some(Err(panic)) => std::panic::resume_unwind(panic),
                None => None,
            };
            let is_whole = matches!(applied, Ok(Landed::Written));
            told.next = read.filter(|_| is_whole).map(|entries| Next {
                entries,
                before: std::mem::take(&mut batch.known),
                turn,
            });
            applied
        })
    }

    fn apply_parts(
        &self,
        (batch, turn): (&mut Batch<'_>, &mut Option<String>),
        stretch: &Stretch<'_, '_>,
        course: &mut Course<'_>,
        told: &mut Told,
    ) -> Result<Landed, Error> {
        let mut ahead = course.clone();
        let mut rest = stretch.rows;
        let mut parts = 0_usize;
        let mut unwritten = Unwritten::default();
        loop {
            let (rows, after) = rest.split_at(rest.len().min(stretch.rows_of_a_part));
            rest = after;
            let before = ahead.clone();
            let is_last = stretch.next.is_empty() && rest.is_empty();
            batch.journal = Some(Vec::new());
            unwritten.note(&batch.said, rows);
            let resolved = self.resolve_part(batch, rows);
            if let Ok(part) = &resolved {
                ahead.go_on((rows.len(), is_last), &part.outcomes);
                ahead.run.totals.count_new(part.new);
                told.outcomes.extend(&part.outcomes);
            }
            // The part before this one has been written meanwhile, or not.
            match land(batch)? {
                Landed::Written => *course = before.clone(),
                not_written => return Ok(unwritten.forgotten(batch, not_written)),
            }
            unwritten.keep_last();
            let resolved = resolved?;
            let is_seen = resolved.waits.are_none();
            batch.is_waited(&resolved.waits);
            self.send_part((batch, turn), (&before, &ahead), (resolved, stretch.now))?;
            parts = parts.saturating_add(1);
            if parts.is_multiple_of(PARTS_OF_A_HINT) {
                self.writer.hint();
            }
            // The rows after it ask the tables for rows that wait.
            if !is_seen || rest.is_empty() {
                match land(batch)? {
                    Landed::Written => course.clone_from(&ahead),
                    not_written => return Ok(unwritten.forgotten(batch, not_written)),
                }
                unwritten = Unwritten::default();
            }
            if rest.is_empty() {
                return Ok(Landed::Written);
            }
        }
    }

    /// Has a part written. The one before it has landed.
    fn send_part(
        &self,
        (batch, turn): (&mut Batch<'_>, &mut Option<String>),
        (before, ahead): (&Course<'_>, &Course<'_>),
        (resolved, now): (ResolvedPart, Now),
    ) -> Result<(), Error> {
        let next_turn = following(turn.as_deref());
        let part = Part {
            turn: next_turn,
            run: before.run.id,
            now,
            stage: before.stage,
            entries: resolved.entries,
        };
        let written = RunBatch {
            part,
            turn: turn.replace(next_turn.to_string()),
            writes: resolved.writes,
            waits: resolved.waits,
        };
        let running = self.begin_run_batch((&before.run, &ahead.run), written)?;
        batch.on_the_way.send(running);
        Ok(())
    }

    /// What becomes of the rows of a part, and what it writes.
    fn resolve_part(
        &self,
        batch: &mut Batch<'_>,
        rows: &[Incoming<'_>],
    ) -> Result<ResolvedPart, Error> {
        let outcomes = rows.iter().map(|row| self.accept_row(batch, row));
        let outcomes = outcomes.collect::<Result<Vec<Outcome>, Error>>()?;
        let writes = self.take_writes(batch)?;
        let entries = batch.journal.take().unwrap_or_default();
        let waits = std::mem::take(&mut batch.waits);
        let new = std::mem::take(&mut batch.new);
        Ok(ResolvedPart {
            outcomes,
            new,
            writes,
            waits,
            entries,
        })
    }

    /// What rows have said that were taken before their batch was interrupted, under each key the first. Of whom one said that they have
    /// left, the journal tells.
    fn said_by(&self, run: &Run, taken: &[Row]) -> Result<SaidByKey, Error> {
        let parts = if taken.iter().any(Row::is_leaving) {
            let read =
                |connection: &mut dyn Connection| self.parts_of_last_batch(connection, run.id);
            self.pool.with_snapshot(read)?
        } else {
            Vec::new()
        };
        let entries = || parts.iter().flat_map(|part| &part.entries);
        let mut said = SaidByKey::new();
        for row in taken.iter().filter(|row| !row.is_refused()) {
            let said = said.entry(row.key.clone()).or_default();
            if row.is_leaving() {
                let own = source_key(&self.ring(), &run.supplier.code, &row.key);
                let of_row = entries().filter(|entry| entry.source() == own);
                let left = of_row.filter(|entry| entry.manner == Manner::Leaving);
                said.leave(left.flat_map(|entry| entry.taken.iter().map(|(id, _)| *id)));
            } else {
                said.words.get_or_insert_with(|| row.particulars.clone());
            }
        }
        Ok(said)
    }

    /// Has the pages read from which rows will take records out: of the records that the supplier's own keys name, under what the rows do
    /// not say. Nobody has looked at those, and others would wait while a part reads them.
    fn read_left(&self, batch: &mut Batch<'_>, rows: &[Incoming<'_>]) -> Result<(), Error> {
        let known = &batch.known;
        let own = |row: &Incoming<'_>| searched_under(known, row.keys.sources.iter());
        let named: Vec<(Vec<i64>, &Incoming<'_>)> =
            rows.iter().map(|row| (own(row), row)).collect();
        let mut ids: Vec<i64> = named.iter().flat_map(|(ids, _)| ids).copied().collect();
        ids.sort_unstable();
        ids.dedup();
        self.work_out_filed(batch, &ids);
        if batch.connection.dialect() == Dialect::Postgres {
            return Ok(());
        }
        let mut left = Vec::new();
        for (ids, row) in named {
            let said: HashSet<i64> = row.keys.searched().collect();
            let filed = ids.iter().flat_map(|id| batch.filed_under(*id));
            left.extend(filed.filter(|key| !said.contains(key)));
        }
        self.entries_abreast(Index::Search, (batch.connection, &in_order(left)))?;
        Ok(())
    }
}

impl Unwritten {
    /// Notes what was said before a part under the keys of its rows.
    fn note(&mut self, said: &SaidByKey, rows: &[Incoming<'_>]) {
        let keys = rows.iter().map(|row| &row.row.key);
        let before = keys.map(|key| (key.clone(), said.get(key).cloned()));
        self.0.push(before.collect());
    }

    /// Whatever came before the last part is written.
    fn keep_last(&mut self) {
        let last = self.0.pop();
        self.0.clear();
        self.0.extend(last);
    }

    /// Forgets what parts have said that are not written: their rows are resolved again, and say it again.
    fn forgotten(self, batch: &mut Batch<'_>, not_written: Landed) -> Landed {
        for (key, before) in self.0.into_iter().rev().flatten() {
            match before {
                Some(before) => batch.said.insert(key, before),
                None => batch.said.remove(&key),
            };
        }
        not_written
    }
}

impl Course<'_> {
    /// A part of so many rows was resolved.
    fn go_on(&mut self, (rows, is_last): (usize, bool), outcomes: &[Outcome]) {
        let Some(left) = self.left else {
            return;
        };
        // What was refused is counted with the row after it, or with the last: how far a run has come is a place in the file, which stays the
        // same when a newer program, or another catalogue, refuses other rows of it.
        let rows = self.rows.saturating_add(rows);
        let read = self.place(rows).saturating_sub(self.place(self.rows));
        let is_taken = |outcome: &&Outcome| **outcome != Outcome::TakenBack;
        let taken = outcomes.iter().filter(is_taken).count();
        let refused = read.saturating_sub(u64::try_from(taken).unwrap_or(u64::MAX));
        let part = if is_last {
            left
        } else {
            FilePart {
                taken: &[],
                rows: &[],
                read,
                refused: refused.min(left.refused),
            }
        };
        count(&mut self.run, part, outcomes);
        self.stage = Stage::MoreRows;
        self.rows = rows;
        self.left = (!is_last).then(|| FilePart {
            read: left.read.saturating_sub(part.read),
            refused: left.refused.saturating_sub(part.refused),
            ..left
        });
    }

    /// How many rows of the file were read up to the last of the batch's first rows.
    fn place(&self, rows: usize) -> u64 {
        let last = rows.checked_sub(1).and_then(|last| self.places.get(last));
        last.copied()
            .unwrap_or_else(|| u64::try_from(rows).unwrap_or(u64::MAX))
    }
}

/// What became of the part that was being written, if there was one.
fn land(batch: &mut Batch<'_>) -> Result<Landed, Error> {
    match batch.on_the_way.land() {
        Ok(None) => Ok(Landed::Written),
        Ok(Some(stands)) => Ok(Landed::Stopped(stands)),
        Err(Error::Contended) => Ok(Landed::Contended),
        Err(error) => Err(error),
    }
}
