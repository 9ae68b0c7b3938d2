//! A supplier's file as a run: checked whole first, then applied in batches. Every way in calls this: commands, demo, benchmarks, doors.

use std::fmt;
use std::io::{self, Read};
use std::ops::ControlFlow;

use directory::event::By;
use directory::run::{Applied, Reach, Run, RunBy, RunId, RunState};
use directory::text::PlaceCode;
use directory::{Date, Now};
use store::{
    Applying, Error, FileHash, FileKeys, FileMark, FilePart, FirstLoad, NewRun, NotSo, Ready,
    RunBegun, Store,
};

use crate::supply::limit::FILE_ROWS_MAX;
use crate::supply::{
    Batch, Broken, Delivery, Mapping, Refusal, Summary, each_batch, each_batch_made, manner,
};

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;

/// A file that is sent, but for its bytes.
pub struct Sent<'a> {
    /// The supplier's mapping.
    pub mapping: &'a Mapping,
    /// What it is of; `None`: what the mapping says.
    pub reach: Option<Reach>,
    /// The day on which the supplier drew it.
    pub extracted: Date,
    /// Whose act it is, in the run and in the ledger.
    pub by: (RunBy, By),
    /// Which run it is to be.
    pub course: Course,
    /// Tells the moment.
    pub clock: &'a (dyn Fn() -> Now + Sync),
}

/// Which run a file is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// The one that it has begun, or a new one. A paused run stays paused.
    Begins,
    /// This one, which was let go on, and no other: if it was taken back since, no new one begins. Paused again, it stays paused.
    GoesOn(RunId),
    /// This one, which goes on by it if it is paused or released, and no other.
    Resumes(RunId),
}

/// What became of a file.
#[derive(Clone, Debug)]
pub enum Ran {
    /// It was applied to its end.
    Done(Box<Run>, Box<Summary>),
    /// It was before: nothing changed.
    Already(Box<Run>, Box<Summary>),
    /// A person must look at it first: nothing of it was applied.
    Held(Box<Run>, Box<Summary>),
    /// Its run was paused, and is as it was left.
    Paused(Box<Run>, Box<Summary>),
}

/// Why a file was not applied to its end.
#[derive(Debug)]
pub enum NotRun {
    /// It is not one that the mapping describes.
    Refused(Refusal),
    /// It could not be read to its end when it was checked: nothing of it was applied.
    Unread(io::Error),
    /// It is not the same any more as when it was checked; the run goes no further.
    Changed(Box<Run>),
    /// The run was interrupted after a whole part.
    Interrupted(String, Box<Run>),
    /// The run was interrupted after a whole batch, as the next one or its end could not be stored.
    Unstored(Error, Box<Run>),
    /// Another process applies or took back the same run, which stands there now. This one went no further than the run says.
    Another(RunState, Box<Run>),
    /// It is not the file of the run that was to go on, or it is read in another way, or that run was taken back: it stays where it is.
    Other(RunId),
    /// It could not be asked or written how the run stands, or it is to be loaded otherwise.
    Store(Error),
}

/// A file that was checked.
struct Checked {
    summary: Summary,
    mark: FileMark,
    keys: FileKeys,
}

/// Takes a file: checks it whole, begins its run or goes on with it, and applies what was not applied. `open` opens it from its
/// beginning, twice. `progress` is told how many bytes have been gone through, both times together.
///
/// # Errors
/// [`NotRun`], which says what was kept and what to do.
pub fn run<R: Read + Send>(
    store: &Store,
    sent: &Sent<'_>,
    open: &dyn Fn() -> io::Result<R>,
    progress: &mut dyn FnMut(u64),
) -> Result<Ran, NotRun> {
    let mut checked = check(store, sent, open().map_err(NotRun::Unread)?, progress)?;
    let bytes = checked.summary.bytes;
    let mut run = run_of(store, sent, &mut checked)?;
    keep_faults(store, sent, (&run, &checked.summary)).map_err(NotRun::Store)?;
    match run.state {
        RunState::Done => return Ok(Ran::Already(Box::new(run), Box::new(checked.summary))),
        RunState::Held => return Ok(Ran::Held(Box::new(run), Box::new(checked.summary))),
        RunState::Paused if !matches!(sent.course, Course::Resumes(_)) => {
            return Ok(Ran::Paused(Box::new(run), Box::new(checked.summary)));
        }
        RunState::TakenBack => return Err(NotRun::Another(run.state, Box::new(run))),
        RunState::Running => {}
        RunState::Released | RunState::Paused => {
            let gone_on = store.resume_run(run.id, sent.by.1.clone(), (sent.clock)());
            match gone_on.map_err(NotRun::Store)? {
                Ok(()) => run.state = RunState::Running,
                Err(NotSo::Stands(state)) => return Err(NotRun::Another(state, Box::new(run))),
                Err(NotSo::NoRun) => return Err(NotRun::Another(run.state, Box::new(run))),
            }
        }
    }
    let reader = open().map_err(|error| interrupted(&error, &run))?;
    let mut on = |more: u64| progress(bytes.saturating_add(more));
    match apply(store, sent, (&mut run, checked.mark), (reader, &mut on))? {
        ControlFlow::Break(RunState::Paused) => {
            run.state = RunState::Paused;
            let summary = told(checked.summary, &run);
            return Ok(Ran::Paused(Box::new(run), Box::new(summary)));
        }
        ControlFlow::Break(state) => return Err(NotRun::Another(state, Box::new(run))),
        ControlFlow::Continue(()) => {}
    }
    end(store, sent, run, checked.summary)
}

/// The run of a file that was checked: the one that it has begun, or a new one where one may begin.
fn run_of(store: &Store, sent: &Sent<'_>, checked: &mut Checked) -> Result<Run, NotRun> {
    let (Course::GoesOn(id) | Course::Resumes(id)) = sent.course else {
        let new = new(sent, checked, Applied::InBatches);
        let begun = store.begin_run(new, sent.by.clone(), (sent.clock)());
        let (RunBegun::New(run) | RunBegun::Before(run)) = begun.map_err(NotRun::Store)?;
        return Ok(run);
    };
    let own = store.run_of_file(checked.mark).map_err(NotRun::Store)?;
    own.filter(|own| own.id == id && own.applied == Applied::InBatches)
        .ok_or(NotRun::Other(id))
}

/// Takes a file into the first load of an empty directory: checked whole, and its run begun with the keys of its rows, before any is taken;
/// then without a journal, so that it cannot be taken back. Interrupted, it goes through the whole file again: what was taken says nothing
/// new. `open` and `progress` are those of [`run`].
///
/// # Errors
/// [`NotRun`].
pub fn run_first<R: Read + Send>(
    (store, first): (&Store, &mut FirstLoad<'_>),
    sent: &Sent<'_>,
    open: &dyn Fn() -> io::Result<R>,
    progress: &mut dyn FnMut(u64),
) -> Result<Ran, NotRun> {
    let mut checked = check(store, sent, open().map_err(NotRun::Unread)?, progress)?;
    let bytes = checked.summary.bytes;
    let new = new(sent, &mut checked, Applied::InFirstLoad);
    let begun = store.begin_run(new, sent.by.clone(), (sent.clock)());
    let (RunBegun::New(mut run) | RunBegun::Before(mut run)) = begun.map_err(NotRun::Store)?;
    keep_faults(store, sent, (&run, &checked.summary)).map_err(NotRun::Store)?;
    if run.state == RunState::Running {
        let reader = open().map_err(|error| interrupted(&error, &run))?;
        let mut on = |more: u64| progress(bytes.saturating_add(more));
        let of = (&mut run, checked.mark);
        if let ControlFlow::Break(state) = take_first((store, first), sent, of, (reader, &mut on))?
        {
            run.state = state;
        }
    }
    match run.state {
        RunState::Running => end(store, sent, run, checked.summary),
        RunState::Done => {
            let summary = told(checked.summary, &run);
            Ok(Ran::Already(Box::new(run), Box::new(summary)))
        }
        RunState::Paused => Ok(Ran::Paused(Box::new(run), Box::new(checked.summary))),
        state => Err(NotRun::Another(state, Box::new(run))),
    }
}

/// Takes the rows of a file into the first load. `Break`: where its run stands instead.
fn take_first<R: Read + Send>(
    (store, first): (&Store, &mut FirstLoad<'_>),
    sent: &Sent<'_>,
    (run, checked): (&mut Run, FileMark),
    (reader, progress): (R, &mut dyn FnMut(u64)),
) -> Result<ControlFlow<RunState>, NotRun> {
    let mut hashed = Hashed::of(reader, store.file_hash());
    let mut taken = Summary::default();
    let mut stopped = ControlFlow::Continue(());
    let make = |rows| store.ready(&sent.mapping.supplier, rows, (sent.clock)());
    type Made = Result<Ready, Error>;
    let mut take = |(batch, ready): (Batch, Made), next: Option<&mut Made>| {
        let stands = store.run(run.id)?.map_or(run.state, |run| run.state);
        if stands != RunState::Running {
            stopped = ControlFlow::Break(stands);
            return Ok(ControlFlow::Break(()));
        }
        taken.read = taken.read.saturating_add(batch.read);
        taken.refused = taken.refused.saturating_add(batch.refused);
        let next = next.and_then(|next| next.as_mut().ok());
        taken.count_outcomes(&first.accept_ready(ready?, next)?);
        progress(batch.bytes);
        Ok(ControlFlow::Continue(()))
    };
    let gone_through = delivered(store, sent, |delivery| {
        each_batch_made(&mut hashed, delivery, &make, &mut take)
    });
    gone_through
        .and_then(|()| first.land().map_err(Broken::Taking))
        .map_err(|broken| broken_off(broken, run))?;
    if stopped.is_continue() {
        is_the_same(store, sent, hashed, (run, checked))?;
        run.totals.read = taken.read;
        run.totals.accepted = taken.accepted;
        run.totals.unchanged = taken.unchanged;
        run.totals.waiting = taken.waiting;
        run.totals.refused = taken.refused;
    }
    Ok(stopped)
}

/// Keeps what was wrong with a file beside its run, until the run has come to its end.
fn keep_faults(
    store: &Store,
    sent: &Sent<'_>,
    (run, summary): (&Run, &Summary),
) -> Result<(), Error> {
    match run.state {
        RunState::Done | RunState::TakenBack => Ok(()),
        RunState::Held | RunState::Released | RunState::Running | RunState::Paused => {
            store.keep_faults(run.id, summary.kept_faults(sent.mapping))
        }
    }
}

fn check<R: Read + Send>(
    store: &Store,
    sent: &Sent<'_>,
    reader: R,
    progress: &mut dyn FnMut(u64),
) -> Result<Checked, NotRun> {
    let mut hashed = Hashed::of(reader, store.file_hash());
    let (mut summary, mut keys) = (Summary::default(), FileKeys::default());
    let mut take = |batch: Batch| {
        summary.count_batch(&batch);
        if summary.read > FILE_ROWS_MAX {
            return Ok(ControlFlow::Break(()));
        }
        let supplier = &sent.mapping.supplier;
        for row in &batch.rows {
            store.add_keys(&mut keys, supplier, row);
        }
        // A file of changes ends nothing by leaving it out.
        let is_full = reach(sent) == Reach::Full;
        for spared in batch.spared.iter().filter(|_| is_full) {
            store.add_spared(&mut keys, supplier, spared);
        }
        keys.count_not_agreed(batch.not_agreed);
        progress(batch.bytes);
        Ok::<_, Error>(ControlFlow::Continue(()))
    };
    in_batches(store, sent, &mut hashed, &mut take).map_err(not_checked)?;
    if summary.read > FILE_ROWS_MAX {
        return Err(NotRun::Refused(Refusal::Rows));
    }
    let mark = mark(store, sent, hashed).map_err(NotRun::Unread)?;
    Ok(Checked {
        summary,
        mark,
        keys,
    })
}

/// Applies what was not applied. `Break`: where the run stands instead.
fn apply<R: Read + Send>(
    store: &Store,
    sent: &Sent<'_>,
    (run, checked): (&mut Run, FileMark),
    (reader, progress): (R, &mut dyn FnMut(u64)),
) -> Result<ControlFlow<RunState>, NotRun> {
    let mut hashed = Hashed::of(reader, store.file_hash());
    let mut before = run.totals.read;
    let mut stopped = ControlFlow::Continue(());
    let mut take = |batch: Batch| {
        progress(batch.bytes);
        let read = batch.read.saturating_sub(before);
        before = before.saturating_sub(batch.read);
        if read == 0 {
            return Ok(ControlFlow::Continue(()));
        }
        let (part, places) = rest_of(&batch, read);
        let applied = store.apply_among_refused(run, (part, &places), (sent.clock)());
        Ok(match applied? {
            Applying::Applied(_) => ControlFlow::Continue(()),
            Applying::Stopped(state) => {
                stopped = ControlFlow::Break(state);
                ControlFlow::Break(())
            }
        })
    };
    let applied = in_batches(store, sent, &mut hashed, &mut take);
    applied.map_err(|broken| broken_off(broken, run))?;
    if stopped.is_continue() {
        is_the_same(store, sent, hashed, (run, checked))?;
    }
    Ok(stopped)
}

/// Why a run goes no further whose file was checked.
fn broken_off(broken: Broken<Error>, run: &Run) -> NotRun {
    match broken {
        Broken::Refused(_) => NotRun::Changed(Box::new(run.clone())),
        Broken::Reading(error) => interrupted(&error, run),
        Broken::Taking(error) => NotRun::Unstored(error, Box::new(run.clone())),
        Broken::Reader => interrupted(&"reading came to a sudden end", run),
    }
}

/// That a file which was gone through is the one that was checked.
fn is_the_same<R: Read>(
    store: &Store,
    sent: &Sent<'_>,
    hashed: Hashed<R>,
    (run, checked): (&Run, FileMark),
) -> Result<(), NotRun> {
    let again = mark(store, sent, hashed).map_err(|error| interrupted(&error, run))?;
    if again == checked {
        Ok(())
    } else {
        Err(NotRun::Changed(Box::new(run.clone())))
    }
}

/// What is left of a batch of which so many rows of the file are left, and how many of those are read up to each row: a run that was
/// interrupted within it has come through its first rows. Of these others may be refused now than were then, as a service is classified
/// otherwise, or the program is another.
fn rest_of(batch: &Batch, read: u64) -> (FilePart<'_>, Vec<u64>) {
    let come = batch.read.saturating_sub(read);
    let taken = batch.places.partition_point(|place| *place <= come);
    let (taken, rows) = batch.rows.split_at(taken.min(batch.rows.len()));
    let said = rows.iter().filter(|row| !row.is_refused()).count();
    let said = u64::try_from(said).unwrap_or(u64::MAX);
    let places = batch.places.iter().skip(taken.len());
    let part = FilePart {
        taken,
        rows,
        read,
        refused: read.saturating_sub(said),
    };
    let places = places.map(|place| place.saturating_sub(come));
    (part, places.collect())
}

fn end(store: &Store, sent: &Sent<'_>, mut run: Run, summary: Summary) -> Result<Ran, NotRun> {
    let by = (sent.mapping.sector, sent.by.1.clone());
    let stands = store.end_run(&mut run, by, (sent.clock)());
    let stands = stands.map_err(|error| NotRun::Unstored(error, Box::new(run.clone())))?;
    // The run stands where it stands; its events have their places at the latest when the directory is served.
    if let Err(error) = store.sequence((sent.clock)()) {
        tracing::warn!(%error, "the events of a run wait for their places in the ledger");
    }
    let summary = Box::new(told(summary, &run));
    match stands {
        RunState::Done => Ok(Ran::Done(Box::new(run), summary)),
        RunState::Paused => {
            run.state = stands;
            Ok(Ran::Paused(Box::new(run), summary))
        }
        _ => Err(NotRun::Another(stands, Box::new(run))),
    }
}

fn in_batches<R: Read + Send>(
    store: &Store,
    sent: &Sent<'_>,
    reader: R,
    take: &mut dyn FnMut(Batch) -> Result<ControlFlow<()>, Error>,
) -> Result<(), Broken<Error>> {
    delivered(store, sent, |delivery| each_batch(reader, delivery, take))
}

/// With what is known of a file before it is read.
fn delivered<T>(store: &Store, sent: &Sent<'_>, then: impl FnOnce(Delivery<'_>) -> T) -> T {
    let catalogue = store.catalogue();
    let authority_of = |place: &PlaceCode| store.place(place).and_then(|place| place.authority);
    let delivery = Delivery {
        mapping: sent.mapping,
        catalogue: &catalogue,
        authority_of: &authority_of,
        extracted: sent.extracted,
    };
    then(delivery)
}

/// The run of a file that was checked. Its keys, which may be millions, go to the run.
fn new(sent: &Sent<'_>, checked: &mut Checked, applied: Applied) -> NewRun {
    NewRun {
        supplier: sent.mapping.supplier.clone(),
        mapping: sent.mapping.name.clone(),
        sector: sent.mapping.sector,
        reach: reach(sent),
        applied,
        extracted: sent.extracted,
        mark: checked.mark,
        rows: checked.summary.read,
        keys: std::mem::take(&mut checked.keys),
    }
}

fn reach(sent: &Sent<'_>) -> Reach {
    sent.reach.unwrap_or(sent.mapping.reach)
}

/// What a file is known by: its bytes to the last, the mapping, its reach and its day.
fn mark<R: Read>(store: &Store, sent: &Sent<'_>, mut hashed: Hashed<R>) -> io::Result<FileMark> {
    io::copy(&mut hashed, &mut io::sink())?;
    let mapping = manner(sent.mapping);
    let day = sent.extracted.to_string();
    let manner = [mapping.as_str(), reach(sent).word(), &day];
    Ok(store.file_mark(&hashed.hash, &manner))
}

/// What the check said of the file, and the run of its rows.
fn told(mut summary: Summary, run: &Run) -> Summary {
    summary.accepted = run.totals.accepted;
    summary.unchanged = run.totals.unchanged;
    summary.waiting = run.totals.waiting;
    summary
}

fn not_checked(broken: Broken<Error>) -> NotRun {
    match broken {
        Broken::Refused(refusal) => NotRun::Refused(refusal),
        Broken::Reading(error) => NotRun::Unread(error),
        Broken::Taking(error) => NotRun::Store(error),
        Broken::Reader => NotRun::Unread(io::Error::other("reading came to a sudden end")),
    }
}

fn interrupted(why: &dyn fmt::Display, run: &Run) -> NotRun {
    NotRun::Interrupted(why.to_string(), Box::new(run.clone()))
}

impl NotRun {
    /// Why a first load of a file was interrupted.
    fn of_first_load(&self) -> Option<(String, &Run)> {
        let (why, run) = match self {
            NotRun::Interrupted(why, run) => (why.clone(), run),
            NotRun::Unstored(error, run) => (format!("the rest could not be stored: {error}"), run),
            NotRun::Changed(run) => (
                "the file is not the same any more as when it was checked".to_owned(),
                run,
            ),
            _ => return None,
        };
        (run.applied == Applied::InFirstLoad).then_some((why, run))
    }
}

/// How far a run had come when another process was found to be at it, and what became of that.
fn applied(state: RunState, run: &Run) -> String {
    let (read, rows) = (run.totals.read, run.rows);
    match state {
        _ if run.applied == Applied::InFirstLoad => "What was taken of it stays.".to_owned(),
        _ if read == 0 => "None of its rows were applied by then.".to_owned(),
        RunState::TakenBack => format!(
            "{read} of its {rows} rows were applied by then, and they are taken back with it."
        ),
        _ => format!("{read} of its {rows} rows were applied by then, and they stay."),
    }
}

/// A reader that hashes what goes through it.
struct Hashed<R> {
    reader: R,
    hash: FileHash,
}

impl<R> Hashed<R> {
    fn of(reader: R, hash: FileHash) -> Hashed<R> {
        Hashed { reader, hash }
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let length = self.reader.read(room)?;
        self.hash.update(room.get(..length).unwrap_or(&[]));
        Ok(length)
    }
}

impl fmt::Display for NotRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let go_on = "Load the whole file again to go on after the last batch, or take back what was applied with: \
             contactpoint supply take-back";
        if let Some((why, run)) = self.of_first_load() {
            return write!(
                f,
                "Run {} was interrupted: {why}. What was taken of it stays, and cannot be taken back. Load the whole file again with \
                 --first, or another in its place: the supplier's next full file after the first load ends what it does not have.",
                run.id.0
            );
        }
        match self {
            NotRun::Refused(refusal) => write!(f, "{refusal}"),
            NotRun::Unread(error) => write!(
                f,
                "The file could not be read to its end: {error}. Nothing of it was applied."
            ),
            NotRun::Changed(run) => write!(
                f,
                "The file is not the same any more as when it was checked: run {} goes no further. Take it back with: \
                 contactpoint supply take-back {}",
                run.id.0, run.id.0
            ),
            NotRun::Interrupted(why, run) => write!(
                f,
                "Run {} was interrupted after {} rows, which stay: {why}. {go_on} {}",
                run.id.0, run.totals.read, run.id.0
            ),
            NotRun::Unstored(error, run) => write!(
                f,
                "Run {} was interrupted after {} rows, which stay: the rest could not be stored: {error}. {go_on} {}",
                run.id.0, run.totals.read, run.id.0
            ),
            NotRun::Another(state, run) => write!(
                f,
                "Run {} is {}: another process is at it, and this one went no further. {} See: contactpoint supply show {}",
                run.id.0,
                state.words(),
                applied(*state, run),
                run.id.0
            ),
            NotRun::Other(id) => write!(
                f,
                "It is not the file of run {}, or it is read in another way than that was, or that was taken back: nothing was done, and \
                 the run stays where it is. Name the same file, and with --mapping the same mapping if it was that of a file.",
                id.0
            ),
            NotRun::Store(error) => write!(
                f,
                "The file could not be stored: {error}. Load the whole file again when that is put right."
            ),
        }
    }
}

impl std::error::Error for NotRun {}
