//! Supply runs: each file is one, with a number; it begins once, and is held, released, paused, gone on with and ended as a run.

use directory::Now;
use directory::event::{By, Event, What};
use directory::organisation::Sector;
use directory::run::{Applied, Reach, Run, RunBy, RunId, RunState, RunStep, RunTotals};
use directory::supplied::Supplier;
use directory::text::SupplierCode;
use directory::{Date, Timestamp};

use crate::driver::{Connection, Rows, Value};
use crate::entry::Prepared;
use crate::error::Error;
use crate::key::{Subject, hashed};
use crate::run_check::{ends, found, may_stand};
use crate::run_keys::FileKeys;
use crate::seal::Column;
use crate::{Store, accept, beside, first_load, run_body, run_keys, withdrawn};

/// How often a run is begun again after another took its number.
const TRIES_MAX: usize = 8;
/// For how many days what a run did is kept, so that it can be taken back.
pub const JOURNAL_DAYS: i64 = 40;
/// How many of a supplier's last runs are looked at when another begins, beside those whose keys are kept.
pub const RUNS_COMPARED_MAX: usize = 64;
/// The statement of those. Its limit is [`RUNS_COMPARED_MAX`].
const RUNS_OF: &str = "SELECT id, supplier, state, body FROM run WHERE supplier = $1 AND (id IN \
     (SELECT id FROM run WHERE supplier = $1 ORDER BY id DESC LIMIT 64) \
     OR EXISTS (SELECT 1 FROM run_key WHERE run_key.run = run.id)) ORDER BY id";
pub(crate) const MICROSECONDS_OF_A_DAY: i64 = 86_400_000_000;

/// A file, keyed and hashed while it is read.
pub struct FileHash(blake3::Hasher);

/// A file, and how it is read: the same bytes, mapping, reach and day are the same mark. It tells nothing without the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileMark(pub(crate) i64);

/// A file that was checked and is to become a run.
#[derive(Clone, Debug)]
pub struct NewRun {
    /// Whose it is.
    pub supplier: Supplier,
    /// The name of the mapping it was read by.
    pub mapping: String,
    /// The sector that its supplier feeds once it is done, as the mapping says. `None`: it says none.
    pub sector: Option<Sector>,
    /// What it is of.
    pub reach: Reach,
    /// How it is applied.
    pub applied: Applied,
    /// The day on which the supplier drew it.
    pub extracted: Date,
    /// What it is known by.
    pub mark: FileMark,
    /// How many rows it has.
    pub rows: u64,
    /// The supplier's own keys in it.
    pub keys: FileKeys,
}

/// What became of beginning a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunBegun {
    /// It is new: running, or held.
    New(Run),
    /// The same file began before, and this is where its run stands.
    Before(Run),
}

/// Why a step was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSo {
    /// There is no such run.
    NoRun,
    /// It stands elsewhere.
    Stands(RunState),
}

impl FileHash {
    /// Takes in the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
}

impl Store {
    /// Begins to hash a file.
    #[must_use]
    pub fn file_hash(&self) -> FileHash {
        FileHash(blake3::Hasher::new_keyed(&self.ring().index))
    }

    /// What a file is known by that was hashed to its end, and read in a manner said in words.
    #[must_use]
    pub fn file_mark(&self, hash: &FileHash, manner: &[&str]) -> FileMark {
        let digest = hash.0.finalize();
        let mut value = digest.as_bytes().to_vec();
        for words in manner {
            value.push(0);
            value.extend_from_slice(words.as_bytes());
        }
        FileMark(hashed(&self.ring(), Subject::File, &value))
    }

    /// Begins a run of a file that was checked, or finds the one that the same file has begun: of a file of changes that was taken to its
    /// end, if nothing else came of its supplier since. It is held when it would end too
    /// much of what its supplier said, or is out of proportion or of order: a person looks at it first. Whom it restricts is shielded at
    /// once then too, unless it is held for restricting so many (C20).
    ///
    /// # Errors
    /// [`Error`] when it could not be written, [`Error::Unfit`] when it is to be loaded otherwise: with the first load that is under way, or
    /// after it.
    pub fn begin_run(&self, new: NewRun, by: (RunBy, By), now: Now) -> Result<RunBegun, Error> {
        let keys = new.keys.clone().in_order();
        for _ in 0..TRIES_MAX {
            let begun = self.pool.with_snapshot(|connection| {
                if new.applied == Applied::InBatches {
                    first_load::check(connection, false)?;
                }
                let mark = match self.last_of(connection, new.mark)? {
                    None => new.mark,
                    Some((_, before)) if !self.begins_anew(connection, (&new, &before))? => {
                        return Ok(Err(before));
                    }
                    Some((mark, before)) => self.mark_again(mark, before.id),
                };
                let id = next_number(connection)?;
                // A clock that was put back makes no later run an earlier one.
                let last = self.last_run_on(connection, &new.supplier.code)?;
                let began = last.map_or(now.at, |last| now.at.max(last.began));
                let noted = self.last_noted(connection, &new.supplier.code)?;
                let after =
                    noted.and_then(|at| Timestamp::from_microsecond(at.saturating_add(1)).ok());
                let began = after.map_or(began, |after| began.max(after));
                Ok(Ok((
                    (id, began),
                    mark,
                    found(self, connection, (&new, &keys))?,
                )))
            })?;
            let ((id, began), mark, found) = match begun {
                Ok(begun) => begun,
                Err(run) => return Ok(RunBegun::Before(run)),
            };
            let held = found.held;
            // Before anybody is told that it is held: interrupted, it is done again when the file is sent again.
            self.restrict_held(&new.supplier.code, &found.restricting, now)?;
            let run = Run {
                id: RunId(id),
                supplier: new.supplier.clone(),
                mapping: new.mapping.clone(),
                reach: new.reach,
                applied: new.applied,
                extracted: new.extracted,
                state: if held.is_some() {
                    RunState::Held
                } else {
                    RunState::Running
                },
                held,
                began,
                ended: None,
                by: by.0,
                rows: new.rows,
                totals: RunTotals {
                    new: (new.applied == Applied::InBatches).then_some(0),
                    ends: Some(found.ends),
                    restricts: found.restricts,
                    ..RunTotals::default()
                },
            };
            if self.insert_run((&run, mark, new.sector), found.keys.parts(), (&by.1, now))? {
                return Ok(RunBegun::New(run));
            }
        }
        Err(Error::Contended)
    }

    /// Writes a new run. Whether nobody was first with its number or its file.
    fn insert_run(
        &self,
        (run, mark, sector): (&Run, FileMark, Option<Sector>),
        parts: Vec<Vec<u8>>,
        (by, now): (&By, Now),
    ) -> Result<bool, Error> {
        let body = self.seal_run(run)?;
        let (id, supplier, state) = (run.id.0, run.supplier.code.to_string(), run.state);
        let mut events = vec![self.step(run, RunStep::Began, (by.clone(), now))?];
        if run.held.is_some() {
            events.push(self.step(run, RunStep::Held, (by.clone(), now))?);
        }
        let oldest = kept_since(now);
        let (expired, spent) = self.ended_before(oldest)?;
        let (beside, noted) = self.rows_spent_before(&run.supplier.code, oldest)?;
        let first_kept = withdrawn::first_kept(now);
        self.writer.write(move |connection| {
            let sql = "INSERT INTO run (id, supplier, state, file, applied, body) \
                 VALUES ($1, $2, $3, $4, 0, $5) ON CONFLICT DO NOTHING";
            let values = [
                Value::Int(id),
                Value::Text(&supplier),
                Value::Text(state.words()),
                Value::Int(mark.0),
                Value::Blob(&body),
            ];
            if connection.execute(sql, &values)? == 0 {
                return Ok(false);
            }
            for run in &expired {
                connection.execute("DELETE FROM run_part WHERE run = $1", &[Value::Int(*run)])?;
            }
            for run in &spent {
                connection.execute("DELETE FROM run_key WHERE run = $1", &[Value::Int(*run)])?;
            }
            for part in &noted {
                let sql = "DELETE FROM run_key WHERE run = $1 AND part = $2";
                connection.execute(sql, &[Value::Int(beside), Value::Int(*part)])?;
            }
            beside::forget_spent(connection)?;
            withdrawn::forget(connection, first_kept)?;
            run_keys::write(connection, id, &parts)?;
            accept::names_sector(connection, (&supplier, sector))?;
            events
                .iter()
                .try_for_each(|event| event.insert(connection))?;
            Ok(true)
        })
    }

    /// The runs that ended before a moment; and those of them whose keys a later full file has made of no use, as it ended then too.
    pub(crate) fn ended_before(&self, at: i64) -> Result<(Vec<i64>, Vec<i64>), Error> {
        let mut old = self.runs_kept()?;
        old.retain(|run| until(run).as_microsecond() < at);
        let is_spent = |run: &&Run| {
            old.iter().any(|full| {
                full.supplier.code == run.supplier.code
                    && full.reach == Reach::Full
                    && full.state == RunState::Done
                    && ends(full, run, until(run))
            })
        };
        let ids = |run: &Run| run.id.0;
        let spent = old.iter().filter(is_spent).map(ids).collect();
        Ok((old.iter().map(ids).collect(), spent))
    }

    /// Under which number the keys of a supplier's rows stand, and which parts of them a full file has made of no use that ended before a
    /// moment.
    fn rows_spent_before(
        &self,
        supplier: &SupplierCode,
        at: i64,
    ) -> Result<(i64, Vec<i64>), Error> {
        self.pool.with_snapshot(|connection| {
            let mut old = self.runs_on(connection, supplier)?;
            old.retain(|run| run.ended.is_some_and(|ended| ended.as_microsecond() < at));
            let mut noted = self.rows_noted(connection, supplier)?;
            noted.retain(|rows| old.iter().any(|full| rows.are_ended_by(full)));
            let parts = noted.iter().map(|rows| rows.at).collect();
            Ok((self.number_beside(supplier), parts))
        })
    }

    /// The runs of which there still is a journal or the keys of a file, in the order in which they began: what is older and spent is not
    /// looked at, however long runs have come.
    pub(crate) fn runs_kept(&self) -> Result<Vec<Run>, Error> {
        let sql = "SELECT id, supplier, state, body FROM run \
             WHERE EXISTS (SELECT 1 FROM run_part WHERE run_part.run = run.id) \
             OR EXISTS (SELECT 1 FROM run_key WHERE run_key.run = run.id) ORDER BY id";
        self.read(sql, &[], |row| self.read_run(row))
    }

    /// Every run, or those of one supplier, in the order in which they began.
    ///
    /// # Errors
    /// [`Error`] when they could not be read.
    pub fn runs(&self, supplier: Option<&SupplierCode>) -> Result<Vec<Run>, Error> {
        let all = "SELECT id, supplier, state, body FROM run ORDER BY id";
        let of_one = "SELECT id, supplier, state, body FROM run WHERE supplier = $1 ORDER BY id";
        match supplier {
            None => self.read(all, &[], |row| self.read_run(row)),
            Some(code) => self.read(of_one, &[Value::Text(code.as_str())], |row| {
                self.read_run(row)
            }),
        }
    }

    /// A run.
    ///
    /// # Errors
    /// [`Error`] when it could not be read.
    pub fn run(&self, id: RunId) -> Result<Option<Run>, Error> {
        let sql = "SELECT id, supplier, state, body FROM run WHERE id = $1";
        let found = self.read(sql, &[Value::Int(id.0)], |row| self.read_run(row))?;
        Ok(found.into_iter().next())
    }

    /// The last run that a file has begun and that was not taken back. `None`: it has begun none.
    ///
    /// # Errors
    /// [`Error`] when it could not be read.
    pub fn run_of_file(&self, mark: FileMark) -> Result<Option<Run>, Error> {
        self.pool
            .with_snapshot(|connection| Ok(self.last_of(connection, mark)?.map(|(_, run)| run)))
    }

    /// Lets a held run go on, as a person who has looked at it decides.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn release_run(&self, id: RunId, by: By, now: Now) -> Result<Result<(), NotSo>, Error> {
        let step = (RunState::Held, RunState::Released, RunStep::Released);
        self.step_on(id, step, (by, now))
    }

    /// Stops a run after the batch that is being written, whoever applies it.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn pause_run(&self, id: RunId, by: By, now: Now) -> Result<Result<(), NotSo>, Error> {
        let step = (RunState::Running, RunState::Paused, RunStep::Paused);
        self.step_on(id, step, (by, now))
    }

    /// Lets a paused or a released run go on.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn resume_run(&self, id: RunId, by: By, now: Now) -> Result<Result<(), NotSo>, Error> {
        let from = match self.run(id)? {
            Some(run) if run.state == RunState::Released => RunState::Released,
            _ => RunState::Paused,
        };
        let step = (from, RunState::Running, RunStep::Resumed);
        self.step_on(id, step, (by, now))
    }

    fn step_on(
        &self,
        id: RunId,
        (from, to, step): (RunState, RunState, RunStep),
        by: (By, Now),
    ) -> Result<Result<(), NotSo>, Error> {
        let Some(run) = self.run(id)? else {
            return Ok(Err(NotSo::NoRun));
        };
        let event = self.step(&run, step, by)?;
        let taken = self.writer.write(move |connection| {
            let sql = "UPDATE run SET state = $1 WHERE id = $2 AND state = $3";
            let values = [
                Value::Text(to.words()),
                Value::Int(id.0),
                Value::Text(from.words()),
            ];
            let taken = connection.execute(sql, &values)? > 0;
            if taken {
                event.insert(connection)?;
            }
            Ok(taken)
        })?;
        if taken {
            return Ok(Ok(()));
        }
        let stands = self.run(id)?.map_or(run.state, |run| run.state);
        Ok(Err(NotSo::Stands(stands)))
    }

    /// The event of a step.
    pub(crate) fn step(
        &self,
        run: &Run,
        step: RunStep,
        (by, now): (By, Now),
    ) -> Result<Prepared, Error> {
        let what = What::Run {
            run: run.id,
            supplier: run.supplier.code.clone(),
            step,
        };
        self.prepare(&Event::now(now, by, what))
    }

    pub(crate) fn seal_run(&self, run: &Run) -> Result<Vec<u8>, Error> {
        let plain = run_body::encode(run);
        self.ring()
            .seal(Column::RunBody, run.id.0, &plain, self.random())
    }

    /// A run of a row of `id, supplier, state, body`.
    pub(crate) fn read_run(&self, row: &dyn Rows) -> Result<Run, Error> {
        let bad = Error::Inconsistent("a supply run");
        let id = row.int(0)?;
        let supplier = SupplierCode::parse(&row.text(1)?).map_err(|_| bad.clone())?;
        let state = RunState::parse(&row.text(2)?).ok_or(bad.clone())?;
        let plain = self.ring().unseal(Column::RunBody, id, &row.blob(3)?)?;
        run_body::decode((RunId(id), supplier, state), &plain).ok_or(bad)
    }

    /// The last run that the same file began and that was not taken back, with the mark under which it stands: that of the file, or, where
    /// the file came again after others, one that follows from the run before, which may have been taken back since.
    fn last_of(
        &self,
        connection: &mut dyn Connection,
        mark: FileMark,
    ) -> Result<Option<(FileMark, Run)>, Error> {
        let mut last: Option<(FileMark, Run)> = None;
        let mut marks = vec![mark];
        while let Some(mark) = marks.pop() {
            for run in self.runs_of(connection, mark)? {
                marks.push(self.mark_again(mark, run.id));
                let is_later = last.as_ref().is_none_or(|(_, last)| last.id < run.id);
                if is_later && run.state != RunState::TakenBack {
                    last = Some((mark, run));
                }
            }
        }
        Ok(last)
    }

    /// Under which mark a file stands that began a run and comes again after others.
    fn mark_again(&self, FileMark(mark): FileMark, RunId(before): RunId) -> FileMark {
        let value = [mark.to_be_bytes(), before.to_be_bytes()].concat();
        FileMark(hashed(&self.ring(), Subject::FileAgain, &value))
    }

    /// Whether a file begins a run that has begun one before: it may say something new again, or a first load left it unfinished.
    fn begins_anew(
        &self,
        connection: &mut dyn Connection,
        (new, before): (&NewRun, &Run),
    ) -> Result<bool, Error> {
        match (new.applied, before.applied) {
            (Applied::InFirstLoad, Applied::InBatches) => Err(Error::Unfit(format!(
                "run {} of the same file began without --first, and goes on without. Load the other files, end the first load with: \
                 contactpoint supply finish, and load this one without --first",
                before.id.0
            ))),
            (Applied::InBatches, Applied::InFirstLoad) if before.state != RunState::Done => {
                Ok(true)
            }
            _ => self.is_outdated(connection, before),
        }
    }

    /// Whether a file of changes may say something new again, though it was taken to its end: something else of its supplier came since, of no
    /// later day, and of one day the later word counts.
    fn is_outdated(&self, connection: &mut dyn Connection, run: &Run) -> Result<bool, Error> {
        if run.reach == Reach::Full || run.state != RunState::Done {
            return Ok(false);
        }
        let is_since = |other: &Run| {
            let came_since = other.id > run.id || until(other) > run.began;
            came_since && other.extracted <= run.extracted
        };
        let mut others = self.runs_on(connection, &run.supplier.code)?;
        others.retain(|other| other.id != run.id && may_stand(other));
        if others.iter().any(is_since) {
            return Ok(true);
        }
        let noted = self.rows_noted(connection, &run.supplier.code)?;
        Ok(noted.iter().any(|rows| rows.came_beside(run)))
    }

    /// The runs under a mark: those that were taken back, and one at most that was not.
    fn runs_of(&self, connection: &mut dyn Connection, mark: FileMark) -> Result<Vec<Run>, Error> {
        let mut found = Vec::new();
        // Each half by an index of its own: few are ever taken back.
        let sql = "SELECT id, supplier, state, body FROM run WHERE file = $1 AND state <> 'taken back' \
             UNION ALL SELECT id, supplier, state, body FROM run WHERE state = 'taken back' AND file = $1";
        connection.query(sql, &[Value::Int(mark.0)], &mut |row| {
            found.push(self.read_run(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// The runs of a supplier that say what may stand, on one connection: those whose keys are kept, which no later full file has made
    /// spent, and the last [`RUNS_COMPARED_MAX`].
    pub(crate) fn runs_on(
        &self,
        connection: &mut dyn Connection,
        supplier: &SupplierCode,
    ) -> Result<Vec<Run>, Error> {
        let mut runs = Vec::new();
        connection.query(RUNS_OF, &[Value::Text(supplier.as_str())], &mut |row| {
            runs.push(self.read_run(row)?);
            Ok(())
        })?;
        Ok(runs)
    }

    /// The last run of a supplier.
    pub(crate) fn last_run_on(
        &self,
        connection: &mut dyn Connection,
        supplier: &SupplierCode,
    ) -> Result<Option<Run>, Error> {
        let mut last = None;
        let sql = "SELECT id, supplier, state, body FROM run WHERE supplier = $1 ORDER BY id DESC LIMIT 1";
        connection.query(sql, &[Value::Text(supplier.as_str())], &mut |row| {
            last = Some(self.read_run(row)?);
            Ok(())
        })?;
        Ok(last)
    }

    /// How many runs of a supplier do not wait for a person: one more when a held one goes on, and not one fewer when another is taken back.
    pub(crate) fn runs_not_waiting(
        &self,
        connection: &mut dyn Connection,
        supplier: &SupplierCode,
    ) -> Result<i64, Error> {
        let mut count = 0;
        let sql =
            "SELECT COUNT(*) FROM run WHERE supplier = $1 AND state NOT IN ('held', 'released')";
        connection.query(sql, &[Value::Text(supplier.as_str())], &mut |row| {
            count = row.int(0)?;
            Ok(())
        })?;
        Ok(count)
    }

    /// When a run said something at last. One that was broken off, and that nobody lets go on, has said nothing since its last part.
    pub(crate) fn said_last(
        &self,
        connection: &mut dyn Connection,
        run: &Run,
    ) -> Result<Timestamp, Error> {
        if let Some(ended) = run.ended {
            return Ok(ended);
        }
        let mut last = None;
        let sql = "SELECT id, body FROM run_part WHERE run = $1 ORDER BY id DESC LIMIT 1";
        connection.query(sql, &[Value::Int(run.id.0)], &mut |row| {
            last = Some((row.int(0)?, row.blob(1)?));
            Ok(())
        })?;
        let Some((turn, body)) = last else {
            return Ok(run.began);
        };
        Ok(self.open_part((turn, run.id), &body)?.now.at.max(run.began))
    }
}

/// The moment, in microseconds, from which on what a run did is kept.
pub(crate) fn kept_since(now: Now) -> i64 {
    let kept = JOURNAL_DAYS.saturating_mul(MICROSECONDS_OF_A_DAY);
    now.at.as_microsecond().saturating_sub(kept)
}

/// Up to when what was done at a moment is kept.
pub(crate) fn kept_until(at: Timestamp) -> Timestamp {
    let kept = JOURNAL_DAYS.saturating_mul(MICROSECONDS_OF_A_DAY);
    let until = at.as_microsecond().saturating_add(kept);
    Timestamp::from_microsecond(until).unwrap_or(Timestamp::MAX)
}

fn next_number(connection: &mut dyn Connection) -> Result<i64, Error> {
    let mut last = 0;
    let sql = "SELECT COALESCE(MAX(id), 0) FROM run";
    connection.query(sql, &[], &mut |row| {
        last = row.int(0)?;
        Ok(())
    })?;
    Ok(last.saturating_add(1))
}

/// When a run's words were there: what began before it ended may have been said beside it. What a first load left unfinished says no more
/// when anything else may begin.
pub(crate) fn until(run: &Run) -> Timestamp {
    let unended = match run.applied {
        Applied::InBatches => Timestamp::MAX,
        Applied::InFirstLoad => run.began,
    };
    run.ended.unwrap_or(unended)
}
