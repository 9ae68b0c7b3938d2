//! The journal of what is said beside files: rows that come a few at a time, and rows of which a person decides. It lies among that of
//! the runs, by the same turns, so that a run that is taken back leaves what was said since under the same keys as it is.
//!
//! It is of no run, and is never taken back by itself: its number is below any run's. It is kept as long as an earlier run could be
//! taken back: what is older is forgotten when a run begins, and now and then when rows come, as a directory may get nothing but rows.

use directory::Now;
use directory::run::RunId;
use directory::supplied::Outcome;

use crate::accept::{is_sensitive, manner};
use crate::batch::{Batch, take_turn};
use crate::driver::{Connection, Value};
use crate::error::Error;
use crate::incoming::Incoming;
use crate::journal::{self, Entry, Part, Stage};
use crate::run::kept_since;
use crate::run_batch::following;
use crate::waiting::Waits;
use crate::write::Write;
use crate::{Store, withdrawn};

/// The number under which it lies.
const BESIDE: RunId = RunId(-1);

/// After how many turns it is looked for what is not kept any more.
const TURNS_OF_A_LOOK: i64 = 64;
/// How many parts are looked at then, the oldest: more than can have come since.
const PARTS_LOOKED_AT: i64 = 256;

/// What is not kept any more.
#[derive(Default)]
struct Expired {
    /// Runs whose journal is not.
    runs: Vec<i64>,
    /// The last turn of what came beside them that is not.
    beside: Option<i64>,
    /// The first day of which it is kept what was taken back.
    withdrawn: i64,
}

/// What is written beside files.
pub(crate) struct Beside {
    pub(crate) turn: Option<String>,
    pub(crate) writes: Vec<Write>,
    pub(crate) waits: Waits,
    /// What became of each row.
    pub(crate) entries: Vec<Entry>,
}

impl Store {
    /// Writes what was said beside files, with its journal if there is a run that could be taken back.
    pub(crate) fn write_beside(&self, beside: Beside, now: Now) -> Result<(), Error> {
        let Beside {
            turn,
            writes,
            waits,
            entries,
        } = beside;
        if writes.is_empty() && waits.is_empty() && entries.is_empty() {
            return Ok(());
        }
        let part = Part {
            turn: following(turn.as_deref()),
            run: BESIDE,
            now,
            stage: Stage::Rows,
            entries,
        };
        let sealed = self.seal_part(&part)?;
        let (at, is_empty) = ((part.turn, BESIDE), part.entries.is_empty());
        let expired = match part.turn.checked_rem(TURNS_OF_A_LOOK) {
            Some(0) => self.expired(now)?,
            _ => Expired::default(),
        };
        self.writer.write(move |connection| {
            expired.forget(connection)?;
            let is_kept = !is_empty && is_any_run_kept(connection)?;
            if !is_kept && writes.is_empty() && waits.is_empty() {
                return Ok(());
            }
            take_turn(connection, turn.as_deref())?;
            Write::run_all(&writes, connection)?;
            waits.run(connection)?;
            if is_kept {
                journal::insert(connection, at, &sealed)?;
            }
            Ok(())
        })
    }

    /// What of the journal of runs and of what came beside them no run can be taken back through any more.
    fn expired(&self, now: Now) -> Result<Expired, Error> {
        let oldest = kept_since(now);
        let (runs, _) = self.ended_before(oldest)?;
        let sql = "SELECT id, body FROM run_part WHERE run = $1 ORDER BY id LIMIT $2";
        let values = [Value::Int(BESIDE.0), Value::Int(PARTS_LOOKED_AT)];
        let mut beside = None;
        for (turn, body) in self.read(sql, &values, |row| Ok((row.int(0)?, row.blob(1)?)))? {
            let part = self.open_part((turn, BESIDE), &body)?;
            if part.now.at.as_microsecond() >= oldest {
                break;
            }
            beside = Some(turn);
        }
        let withdrawn = withdrawn::first_kept(now);
        Ok(Expired {
            runs,
            beside,
            withdrawn,
        })
    }

    /// Adds to a record what a row says of which a person has decided, and puts it into the journal of the batch.
    pub(crate) fn state_decided(
        &self,
        batch: &mut Batch<'_>,
        id: i64,
        incoming: &Incoming<'_>,
    ) -> Result<Outcome, Error> {
        let row = incoming.row;
        // Of a row that tells of a sensitive involvement nothing is ever in a journal (X4, X5).
        batch.entry = (!is_sensitive(row))
            .then(|| Entry::of(&incoming.keys.sources, row.confirmed, manner(row)));
        let outcome = self.state(batch, id, incoming)?;
        let entry = batch.entry.take();
        batch.journal.get_or_insert_default().extend(entry);
        Ok(outcome)
    }
}

impl Expired {
    fn forget(&self, connection: &mut dyn Connection) -> Result<(), Error> {
        for run in &self.runs {
            connection.execute("DELETE FROM run_part WHERE run = $1", &[Value::Int(*run)])?;
        }
        if let Some(beside) = self.beside {
            let sql = "DELETE FROM run_part WHERE run = $1 AND id <= $2";
            connection.execute(sql, &[Value::Int(BESIDE.0), Value::Int(beside)])?;
        }
        if !self.runs.is_empty() {
            forget_spent(connection)?;
        }
        if self.withdrawn > 0 {
            withdrawn::forget(connection, self.withdrawn)?;
        }
        Ok(())
    }
}

/// The moment of what is said by a decision: right after the decision, so that it is said again after that is made again.
pub(crate) fn right_after(now: Now) -> Now {
    let microsecond = jiff::SignedDuration::from_micros(1);
    Now {
        at: now.at.saturating_add(microsecond).unwrap_or(now.at),
        today: now.today,
    }
}

/// Forgets what was said beside files before every run that is kept: no taking back goes through it again.
pub(crate) fn forget_spent(connection: &mut dyn Connection) -> Result<(), Error> {
    let sql = "DELETE FROM run_part WHERE run = $1 AND id < \
         (SELECT COALESCE(MIN(id), 9223372036854775807) FROM run_part WHERE run > 0)";
    connection.execute(sql, &[Value::Int(BESIDE.0)]).map(|_| ())
}

fn is_any_run_kept(connection: &mut dyn Connection) -> Result<bool, Error> {
    let mut is_any = false;
    let sql = "SELECT id FROM run_part WHERE run > 0 LIMIT 1";
    connection.query(sql, &[], &mut |_| {
        is_any = true;
        Ok(())
    })?;
    Ok(is_any)
}
