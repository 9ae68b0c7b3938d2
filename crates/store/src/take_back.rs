//! Taking a run back: afterwards the directory is what it would have been without it. Exactly so for what suppliers said; what people
//! decided stays, and where that leaves a doubt, a shield stays, and a row waits.
//!
//! An emptied record keeps its number, which nobody else is ever given, and is found by nobody.

use std::collections::HashMap;

use directory::event::By;
use directory::run::{Applied, Reach, Run, RunId, RunState, RunStep};
use directory::statement::Said;
use directory::{Now, Timestamp};

use crate::accept::{BATCH_ROWS_MAX, TRIES_MAX, is_sensitive, one_at_a_time};
use crate::batch::{Batch, take_turn};
use crate::driver::{Connection, Value};
use crate::entry::{first_id_of, ids_follow};
use crate::error::Error;
use crate::filing::source_key;
use crate::joined_since::is_joined;
use crate::journal::Part;
use crate::replay::Replay;
use crate::resolve::{guarded_under, searched_under};
use crate::run::kept_until;
use crate::run_keys::FileKeys;
use crate::waiting::Waits;
use crate::write::Write;
use crate::{Store, codec, first_load, run_keys, schema};

#[cfg(test)]
#[path = "take_back_tests.rs"]
mod tests;

/// The most rows of a run and of all since that can be gone through again, as they are held in memory, with the records they have to do with.
pub const ROWS_AGAIN_MAX: usize = 4_000_000;

/// A supplier of which no file is left, and no row beside files, feeds the directory no more (R85). Of which sector it is
/// stays known, as another of its files may be held or paused.
const FEEDS_NO_MORE: &str = "UPDATE feed SET last_supplied = 0 WHERE supplier = $1 \
     AND NOT EXISTS (SELECT 1 FROM run WHERE supplier = $1 AND state = 'done') \
     AND NOT EXISTS (SELECT 1 FROM run_key WHERE run = $2)";

/// Why a run is not taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTakenBack {
    /// There is no such run.
    NoRun,
    /// It was taken back before.
    Already,
    /// It was part of a first load, of which no journal is kept.
    FirstLoad,
    /// It is older than its journal is kept.
    TooOld,
    /// It and the runs since have more rows than can be gone through again.
    TooLarge,
    /// A person has merged or split records since that it had to do with: what went where is theirs to take back first. Or they have taken it
    /// back, and something was said in between, of which the journal does not tell where it is now.
    Joined,
}

/// What taking a run back writes.
struct Unmaking {
    turn: Option<String>,
    writes: Vec<Write>,
    waits: Waits,
    /// Parts of later runs, with what became of their rows without the run.
    parts: Vec<(i64, Vec<u8>)>,
}

impl Store {
    /// Takes a run back, in one transaction. Whether it met a shielded child, nothing of the answer tells.
    ///
    /// # Errors
    /// [`Error`] when it could not be written: nothing was changed then.
    pub fn take_back_run(
        &self,
        id: RunId,
        by: &By,
        now: Now,
    ) -> Result<Result<(), NotTakenBack>, Error> {
        let _turn = one_at_a_time();
        // What is said again at a moment gone by gets no id that was made then, and may be somebody's.
        ids_follow(first_id_of(now.at));
        for _ in 0..TRIES_MAX {
            let Some(run) = self.run(id)? else {
                return Ok(Err(NotTakenBack::NoRun));
            };
            if run.state == RunState::TakenBack {
                return Ok(Err(NotTakenBack::Already));
            }
            if run.applied == Applied::InFirstLoad {
                return Ok(Err(NotTakenBack::FirstLoad));
            }
            let unmaking = match self.unmade(&run, now)? {
                Ok(unmaking) => unmaking,
                Err(not) => return Ok(Err(not)),
            };
            match self.write_unmaking(&run, unmaking, (by.clone(), now)) {
                Ok(()) => return Ok(Ok(())),
                Err(Error::Contended) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Contended)
    }

    /// Up to when a run can be taken back: it counts from the first of it that was applied. `None`: nothing of it was.
    ///
    /// # Errors
    /// [`Error`] when it could not be read.
    pub fn can_be_taken_back_until(&self, id: RunId) -> Result<Option<Timestamp>, Error> {
        self.pool.with_snapshot(|connection| {
            let Some(first) = first_turn(connection, id)? else {
                return Ok(None);
            };
            let parts = self.some_parts(connection, first)?;
            Ok(parts.first().map(|part| kept_until(part.now.at)))
        })
    }

    fn unmade(&self, run: &Run, now: Now) -> Result<Result<Unmaking, NotTakenBack>, Error> {
        let runs: HashMap<RunId, Run> = self
            .runs_kept()?
            .into_iter()
            .map(|run| (run.id, run))
            .collect();
        self.pool.with_snapshot(|connection| {
            let turn = schema::get(connection, "supply")?;
            first_load::check(connection, false)?;
            let Some(first) = first_turn(connection, run.id)? else {
                let nothing = Unmaking {
                    turn,
                    writes: Vec::new(),
                    waits: Waits::default(),
                    parts: Vec::new(),
                };
                // A full file without a row ends everybody.
                let is_ended = run.reach == Reach::Full && run.state == RunState::Done;
                let is_unapplied = run.totals.read == 0 && !is_ended;
                return Ok(if is_unapplied {
                    Ok(nothing)
                } else {
                    Err(NotTakenBack::TooOld)
                });
            };
            // Asked before anything is read into memory; what came beside runs is counted as it is read.
            if rows_since(connection, &runs, first)? > ROWS_AGAIN_MAX {
                return Ok(Err(NotTakenBack::TooLarge));
            }
            let Some(mut parts) = self.parts_from(connection, first, ROWS_AGAIN_MAX)? else {
                return Ok(Err(NotTakenBack::TooLarge));
            };
            if let Some(not) = not_again(&parts, now) {
                return Ok(Err(not));
            }
            let mut batch = Batch::of(connection, None, now);
            let component = self.component(&mut batch, &parts, run.id)?;
            if is_joined(&batch, &component, &parts) {
                return Ok(Err(NotTakenBack::Joined));
            }
            self.drop_sensitive(&mut batch, run)?;
            let rewound = self.rewind(&mut batch, (&parts, run.id), &component)?;
            if rewound.is_elsewhere {
                return Ok(Err(NotTakenBack::Joined));
            }
            let replay = Replay {
                run: run.id,
                runs: &runs,
                component: &component,
                rewound,
            };
            let changed = self.replay(&mut batch, &mut parts, replay)?;
            let mut writes = self.writes(&batch)?;
            Write::keep_guards(&mut writes, |id| batch.is_shielded(id));
            let changed = changed.into_iter().filter_map(|p| parts.get(p));
            let parts = changed
                .map(|part| Ok((part.turn, self.seal_part(part)?)))
                .collect::<Result<Vec<_>, Error>>()?;
            Ok(Ok(Unmaking {
                turn,
                writes,
                waits: batch.waits,
                parts,
            }))
        })
    }

    /// What a run said, or said again, of sensitive involvements is gone until its supplier says it with consent again (X5). No
    /// journal has a word of it: it is found by the keys of the file, but for those that it only spared.
    fn drop_sensitive(&self, batch: &mut Batch<'_>, run: &Run) -> Result<(), Error> {
        let keys = run_keys::read(batch.connection, &[run.id.0])?.only_said();
        if keys.others.is_empty() {
            return Ok(());
        }
        for chunk in keys.others.chunks(BATCH_ROWS_MAX) {
            batch.read_keys(chunk.to_vec(), chunk.to_vec())?;
            let mut ids = searched_under(&batch.known, chunk.iter());
            ids.extend(guarded_under(&batch.known, chunk.iter().copied()));
            ids.sort_unstable();
            ids.dedup();
            self.bring(batch, &ids)?;
            for id in ids {
                self.drop_sensitive_in(batch, (run, id), &keys)?;
            }
        }
        // A waiting row stands under the child's own key.
        for key in &keys.children {
            let waits = self.waits_of(batch, *key)?;
            let Some((source, row)) = waits.and_then(|waits| codec::decode_row(&waits.plain))
            else {
                continue;
            };
            if is_sensitive(&row) && row.confirmed <= run.extracted {
                self.forget_sensitive(batch, (&source, &row))?;
            }
        }
        Ok(())
    }

    fn drop_sensitive_in(
        &self,
        batch: &mut Batch<'_>,
        (run, id): (&Run, i64),
        keys: &FileKeys,
    ) -> Result<(), Error> {
        let Some(touched) = batch.touched.get(&id) else {
            return Ok(());
        };
        let (ring, code) = (self.ring(), &run.supplier.code);
        let mut record = touched.loaded.record.clone();
        let sensitive = record.standing().filter(|s| {
            matches!(s.said, Said::Sensitive(_))
                && s.source.supplier == *code
                && s.last_confirmed <= run.extracted
                && keys.has(source_key(&ring, code, &s.source.key))
        });
        let sources: Vec<_> = sensitive.map(|s| s.source.clone()).collect();
        for source in &sources {
            record.withdraw(source, run.extracted);
        }
        if sources.is_empty() {
            return Ok(());
        }
        self.revise(batch, (id, record), None)
    }

    fn write_unmaking(&self, run: &Run, unmaking: Unmaking, by: (By, Now)) -> Result<(), Error> {
        let event = self.step(run, RunStep::TakenBack, by)?;
        let (id, state) = (run.id.0, run.state);
        let supplier = run.supplier.code.to_string();
        let beside = self.number_beside(&run.supplier.code);
        let Unmaking {
            turn,
            writes,
            waits,
            parts,
        } = unmaking;
        self.writer.write(move |connection| {
            let sql = "UPDATE run SET state = 'taken back' WHERE id = $1 AND state = $2";
            if connection.execute(sql, &[Value::Int(id), Value::Text(state.words())])? == 0 {
                return Err(Error::Contended);
            }
            take_turn(connection, turn.as_deref())?;
            Write::run_all(&writes, connection)?;
            waits.run(connection)?;
            for (part, body) in &parts {
                let sql = "UPDATE run_part SET body = $1 WHERE id = $2";
                connection.execute(sql, &[Value::Blob(body), Value::Int(*part)])?;
            }
            connection.execute("DELETE FROM run_part WHERE run = $1", &[Value::Int(id)])?;
            connection.execute("DELETE FROM run_key WHERE run = $1", &[Value::Int(id)])?;
            connection.execute(FEEDS_NO_MORE, &[Value::Text(&supplier), Value::Int(beside)])?;
            event.insert(connection)
        })
    }
}

fn first_turn(connection: &mut dyn Connection, run: RunId) -> Result<Option<i64>, Error> {
    let mut first = None;
    let sql = "SELECT MIN(id) FROM run_part WHERE run = $1";
    connection.query(sql, &[Value::Int(run.0)], &mut |row| {
        first = row.int_option(0)?;
        Ok(())
    })?;
    Ok(first)
}

/// How many rows the runs have together that have a part of the journal from a turn on.
fn rows_since(
    connection: &mut dyn Connection,
    runs: &HashMap<RunId, Run>,
    first: i64,
) -> Result<usize, Error> {
    let mut rows: u64 = 0;
    let sql = "SELECT DISTINCT run FROM run_part WHERE id >= $1";
    connection.query(sql, &[Value::Int(first)], &mut |row| {
        let run = runs.get(&RunId(row.int(0)?));
        let totals = run.map(|run| run.totals).unwrap_or_default();
        rows = rows.saturating_add(totals.read.saturating_sub(totals.refused));
        Ok(())
    })?;
    Ok(usize::try_from(rows).unwrap_or(usize::MAX))
}

/// Why the rows of some parts cannot be gone through again.
fn not_again(parts: &[Part], now: Now) -> Option<NotTakenBack> {
    let first = parts.first().map(|part| part.now.at);
    let is_old = first.is_some_and(|first| kept_until(first) < now.at);
    is_old.then_some(NotTakenBack::TooOld)
}
