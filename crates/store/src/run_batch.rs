//! The batches of a run, in parts: each part is one transaction that writes the records, the journal of it and how far the run has come.

use std::collections::HashSet;

use directory::Now;
use directory::event::{By, Event, Totals, What};
use directory::organisation::Sector;
use directory::run::{Reach, Run, RunState, RunStep};
use directory::supplied::{Outcome, Row};

use crate::accept::{BATCH_ROWS_MAX, TRIES_MAX, one_at_a_time};
use crate::batch::{Batch, take_turn};
use crate::driver::{Connection, Value};
use crate::ending::{Gone, Sensitive, Whose};
use crate::error::Error;
use crate::journal::{Part, Stage};
use crate::resolve::{guarded_under, searched_under};
use crate::run_check::{Heard, heard, left_standing, said_since, standing};
use crate::run_keys::FileKeys;
use crate::waiting::Waits;
use crate::write::Write;
use crate::writer::Running;
use crate::{Store, first_load, journal, schema};

/// Rows of a file, and how much of the file they are.
#[derive(Clone, Copy, Debug)]
pub struct FilePart<'r> {
    /// The rows before them in the same batch, when it was interrupted: of two rows under one key the first counts.
    pub taken: &'r [Row],
    /// The rows that can be taken.
    pub rows: &'r [Row],
    /// How many rows of the file were read for them.
    pub read: u64,
    /// How many of those were refused.
    pub refused: u64,
}

/// What became of a batch of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applying {
    /// It was applied: what became of each row.
    Applied(Vec<Outcome>),
    /// The run does not stand as this process left it, and no more was written: paused, taken back, or applied by another process.
    Stopped(RunState),
}

/// What a batch of a run writes.
pub(crate) struct RunBatch {
    /// The turn of supply it was resolved at.
    pub(crate) turn: Option<String>,
    pub(crate) writes: Vec<Write>,
    pub(crate) waits: Waits,
    pub(crate) part: Part,
}

impl Store {
    /// Takes the next rows of a run's file, in parts: each is one transaction, which also says how far the run has come. A part is short,
    /// because whoever searches meanwhile waits for it. `run` is where this process left it, and moves on with it.
    ///
    /// # Errors
    /// [`Error`] when a part could not be written: nothing of it is, and `run` says what was written before.
    pub fn apply(&self, run: &mut Run, part: FilePart<'_>, now: Now) -> Result<Applying, Error> {
        self.apply_among_refused(run, (part, &[]), now)
    }

    /// The same of rows between which others were refused. With each row comes how many rows of the part were read up to it: the run has come
    /// as far in the file when it is taken, whichever rows are refused when the file is read again.
    ///
    /// # Errors
    /// As [`Store::apply`].
    pub fn apply_among_refused(
        &self,
        run: &mut Run,
        (part, places): (FilePart<'_>, &[u64]),
        now: Now,
    ) -> Result<Applying, Error> {
        let mut incoming = self.incoming(&run.supplier, part.rows, now)?;
        self.apply_incoming(run, (&mut incoming, part, places), now)
    }

    /// Ends a run whose file was applied to its end: what a full file no longer has has ended, and the event of it says so.
    /// Gives where the run stands.
    ///
    /// # Errors
    /// [`Error`] when it could not be written. It can be ended again.
    pub fn end_run(
        &self,
        run: &mut Run,
        (sector, by): (Option<Sector>, By),
        now: Now,
    ) -> Result<RunState, Error> {
        if run.reach == Reach::Full && run.applied == directory::run::Applied::InBatches {
            let gone = self.pool.with_snapshot(|connection| {
                let heard = heard(self, connection, (&run.supplier, now))?;
                let stood = standing(self, connection, (&run.supplier, Some(run)))?;
                let kept = left_standing(self, connection, run, (heard.at, None))?;
                Ok((stood.beyond(&kept), heard))
            })?;
            if let Some(stands) = self.end_all(run, gone, now)? {
                return Ok(stands);
            }
        }
        let mut done = run.clone();
        done.ended = Some(now.at);
        let totals = Totals {
            rows: run.totals.read,
            changed: run.totals.accepted,
            refused: run.totals.refused,
            waiting: run.totals.waiting,
        };
        let supplied = Event::now(
            now,
            By::Supplier(run.supplier.code.clone()),
            What::Supplied(totals),
        );
        let events = [
            self.prepare(&supplied)?,
            self.step(run, RunStep::Ended, (by, now))?,
        ];
        let body = self.seal_run(&done)?;
        let (id, supplier) = (run.id.0, run.supplier.code.to_string());
        let at = now.at.as_microsecond();
        let written = self.writer.write(move |connection| {
            let sql =
                "UPDATE run SET state = 'done', body = $1 WHERE id = $2 AND state = 'running'";
            if connection.execute(sql, &[Value::Blob(&body), Value::Int(id)])? == 0 {
                return Ok(false);
            }
            crate::accept::fed(connection, (&supplier, sector), at)?;
            events
                .iter()
                .try_for_each(|event| event.insert(connection))?;
            Ok(true)
        })?;
        let stands = self.run(run.id)?.map_or(run.state, |run| run.state);
        if written {
            done.state = stands;
            *run = done;
        }
        Ok(stands)
    }

    /// Ends what stands under keys that a full file no longer has, shielded child or not, and in batches. `Some`: it was stopped.
    fn end_all(
        &self,
        run: &Run,
        (gone, heard): (FileKeys, Heard),
        now: Now,
    ) -> Result<Option<RunState>, Error> {
        let mut keys: Vec<i64> = gone.children;
        keys.extend(gone.others);
        (self.watch)(crate::Stage::Ending);
        let mut chunks: Vec<&[i64]> = keys.chunks(BATCH_ROWS_MAX).collect();
        // One part says that the file was a full one, even if it ended nothing: when an earlier run is taken back, it may.
        if chunks.is_empty() {
            chunks.push(&[]);
        }
        for chunk in chunks {
            if let Some(stands) = self.end_some(run, (chunk, heard), now)? {
                return Ok(Some(stands));
            }
        }
        Ok(None)
    }

    fn end_some(
        &self,
        run: &Run,
        (keys, before): (&[i64], Heard),
        now: Now,
    ) -> Result<Option<RunState>, Error> {
        let _turn = one_at_a_time();
        for _ in 0..TRIES_MAX {
            let batch = self.pool.with_snapshot(|connection| {
                let turn = schema::get(connection, "supply")?;
                first_load::check(connection, false)?;
                let heard = heard(self, connection, (&run.supplier, now))?;
                // What was said since it was worked out what ends does not.
                let since = said_since(self, connection, run, (before, heard))?;
                let mut keys = keys.to_vec();
                keys.retain(|key| since.as_ref().is_none_or(|since| !since.has(*key)));
                let mut batch = Batch::of(connection, None, now);
                batch.journal = Some(Vec::new());
                batch.read_keys(keys.clone(), keys.clone())?;
                let mut ids = searched_under(&batch.known, keys.iter());
                ids.extend(guarded_under(&batch.known, keys.iter().copied()));
                self.bring(&mut batch, &ids)?;
                let wanted: HashSet<i64> = keys.iter().copied().collect();
                let is_gone = |key| wanted.contains(&key);
                let gone = Gone {
                    supplier: &run.supplier.code,
                    // A day ahead would keep later files out.
                    day: run.extracted.min(now.today),
                    whose: Whose::Keys(&is_gone),
                    sensitive: Sensitive::Ends,
                };
                ids.sort_unstable();
                ids.dedup();
                for id in ids {
                    self.end_unsaid_in(&mut batch, id, &gone)?;
                }
                for key in &keys {
                    self.end_unsaid_waiting(&mut batch, *key, &gone)?;
                }
                Ok(RunBatch {
                    part: Part {
                        turn: following(turn.as_deref()),
                        run: run.id,
                        // Gone through again, it ends nothing of what was heard by then.
                        now: Now {
                            at: heard.at,
                            today: now.today,
                        },
                        stage: Stage::Ending,
                        entries: batch.journal.take().unwrap_or_default(),
                    },
                    turn,
                    writes: self.writes(&batch)?,
                    waits: batch.waits,
                })
            })?;
            match self.write_run_batch((run, run), batch) {
                Err(Error::Contended) => {}
                written => return written,
            }
        }
        Err(Error::Contended)
    }

    /// Writes a batch of a run. `Some`: the run stands elsewhere, and nothing was written.
    fn write_run_batch(
        &self,
        runs: (&Run, &Run),
        batch: RunBatch,
    ) -> Result<Option<RunState>, Error> {
        self.begin_run_batch(runs, batch)?.wait()
    }

    /// Has a batch of a run written, as soon as those were answered who ask already. `Some`: the run stands elsewhere.
    pub(crate) fn begin_run_batch(
        &self,
        (run, next): (&Run, &Run),
        batch: RunBatch,
    ) -> Result<Running<Option<RunState>>, Error> {
        let RunBatch {
            turn,
            writes,
            waits,
            part,
        } = batch;
        let sealed = self.seal_part(&part)?;
        let at = (part.turn, run.id);
        let body = self.seal_run(next)?;
        let (from, to) = (applied(run), applied(next));
        self.way.give();
        self.writer.begin(move |connection| {
            let sql = "UPDATE run SET applied = $1, body = $2 WHERE id = $3 AND state = 'running' AND applied = $4";
            let values = [
                Value::Int(to),
                Value::Blob(&body),
                Value::Int(at.1.0),
                Value::Int(from),
            ];
            if connection.execute(sql, &values)? == 0 {
                return stands(connection, at.1.0).map(Some);
            }
            take_turn(connection, turn.as_deref())?;
            Write::run_all(&writes, connection)?;
            waits.run(connection)?;
            journal::insert(connection, at, &sealed)?;
            Ok(None)
        })
    }
}

/// How many rows of its file a run has come through, as the table has it.
fn applied(run: &Run) -> i64 {
    i64::try_from(run.totals.read).unwrap_or(i64::MAX)
}

fn stands(connection: &mut dyn Connection, run: i64) -> Result<RunState, Error> {
    let mut state = None;
    let sql = "SELECT state FROM run WHERE id = $1";
    connection.query(sql, &[Value::Int(run)], &mut |row| {
        state = RunState::parse(&row.text(0)?);
        Ok(())
    })?;
    state.ok_or(Error::Inconsistent("a supply run"))
}

/// The turn after one that was read.
pub(crate) fn following(turn: Option<&str>) -> i64 {
    turn.and_then(|turn| turn.parse::<i64>().ok())
        .unwrap_or(0)
        .saturating_add(1)
}

/// Counts the rows of a part in the totals of its run.
pub(crate) fn count(run: &mut Run, part: FilePart<'_>, outcomes: &[Outcome]) {
    let totals = &mut run.totals;
    totals.read = totals.read.saturating_add(part.read);
    totals.refused = totals.refused.saturating_add(part.refused);
    for outcome in outcomes {
        let count = match outcome {
            Outcome::Accepted => &mut totals.accepted,
            Outcome::Unchanged => &mut totals.unchanged,
            Outcome::Waiting => &mut totals.waiting,
            // A refused row, counted as one when it was read.
            Outcome::TakenBack => continue,
        };
        *count = count.saturating_add(1);
    }
}
