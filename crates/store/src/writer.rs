//! Group commit: verbs that write wait in one queue; a writer runs as many as are waiting in one transaction and one sync to disk.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, SyncSender, sync_channel};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

use crate::Location;
use crate::append::{Append, append_all};
use crate::checkpoint::Checkpointing;
use crate::driver::{Connection, Pool, connect_writer};
use crate::error::Error;

/// The most verbs in one transaction.
const GROUP_MAX: usize = 256;
/// The most verbs that wait; past it a verb is told at once that the store is too busy.
const WAITING_MAX: usize = 4_096;
/// How often a verb is tried again after another changed the same row.
const TRIES_MAX: usize = 5;

/// The queue and its writers.
pub(crate) struct Writer {
    queue: Option<Sender<Box<dyn Job>>>,
    threads: Vec<JoinHandle<()>>,
    checkpointing: Option<Checkpointing>,
}

/// A verb on its way through the queue. It may be run more than once, and counts only when it is finished with success.
trait Job: Send {
    fn run(&mut self, connection: &mut dyn Connection) -> Result<(), Error>;
    fn finish(self: Box<Self>, outcome: Result<(), Error>);
    /// The entry that it is, if it is nothing else.
    fn entry(&self) -> Option<&Append> {
        None
    }
}

struct Work<T, F> {
    work: F,
    value: Option<T>,
    reply: SyncSender<Result<T, Error>>,
}

impl<T: Send, F: FnMut(&mut dyn Connection) -> Result<T, Error> + Send> Job for Work<T, F> {
    fn run(&mut self, connection: &mut dyn Connection) -> Result<(), Error> {
        self.value = None;
        self.value = Some((self.work)(connection)?);
        Ok(())
    }

    fn finish(self: Box<Self>, outcome: Result<(), Error>) {
        let value = self
            .value
            .ok_or(Error::Inconsistent("a verb gave no answer"));
        // Whoever asked may have gone away; what was committed stays.
        let _ = self.reply.send(outcome.and(value));
    }
}

/// A verb that is nothing but an entry of the ledger.
struct Appending {
    append: Append,
    reply: SyncSender<Result<(), Error>>,
}

impl Job for Appending {
    fn run(&mut self, connection: &mut dyn Connection) -> Result<(), Error> {
        self.append.run(connection)
    }

    fn finish(self: Box<Self>, outcome: Result<(), Error>) {
        let _ = self.reply.send(outcome);
    }

    fn entry(&self) -> Option<&Append> {
        Some(&self.append)
    }
}

/// A verb that is being run.
pub(crate) struct Running<T>(mpsc::Receiver<Result<T, Error>>);

impl<T> Running<T> {
    /// Waits until it is on disk.
    pub(crate) fn wait(self) -> Result<T, Error> {
        self.0.recv().map_err(|_| closed())?
    }
}

impl Writer {
    /// Starts the writers of a database.
    pub(crate) fn start(pool: &Pool) -> Result<Writer, Error> {
        let (queue, waiting) = bounded(WAITING_MAX);
        let mut threads = Vec::new();
        let checkpointing = Checkpointing::start(pool.location())?;
        for index in 0..pool.writers() {
            let location = pool.location().clone();
            let waiting = waiting.clone();
            let written = checkpointing.written();
            let thread = std::thread::Builder::new()
                .name(format!("writer-{index}"))
                .spawn(move || write_until_closed(&location, &waiting, &written))
                .map_err(|error| Error::Database(error.to_string()))?;
            threads.push(thread);
        }
        Ok(Writer {
            queue: Some(queue),
            threads,
            checkpointing: Some(checkpointing),
        })
    }

    /// Runs a verb in a transaction and answers when it is on disk. The verb may run more than once.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut dyn Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.begin(work)?.wait()
    }

    /// Has a verb run in a transaction. The verb may run more than once.
    pub(crate) fn begin<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut dyn Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<Running<T>, Error> {
        let (reply, answer) = sync_channel(1);
        self.queue(Box::new(Work {
            work,
            value: None,
            reply,
        }))?;
        Ok(Running(answer))
    }

    /// Writes an entry of the ledger and answers when it is on disk. Contended when a record is no longer in the version that was read.
    pub(crate) fn append(&self, append: Append) -> Result<(), Error> {
        let (reply, answer) = sync_channel(1);
        self.queue(Box::new(Appending { append, reply }))?;
        answer.recv().map_err(|_| closed())?
    }

    /// Much was written: what is in the write-ahead log is brought into the database.
    pub(crate) fn hint(&self) {
        self.checkpointing.iter().for_each(Checkpointing::hint);
    }

    /// Waits for the write-ahead log, when it has become long.
    pub(crate) fn shorten_log(&self) {
        self.checkpointing.iter().for_each(Checkpointing::shorten);
    }

    fn queue(&self, job: Box<dyn Job>) -> Result<(), Error> {
        let queue = self.queue.as_ref().ok_or_else(closed)?;
        queue.try_send(job).map_err(|refused| match refused {
            TrySendError::Full(_) => Error::Busy,
            TrySendError::Disconnected(_) => closed(),
        })
    }
}

/// Those who wait, for one writer.
struct Line<'q> {
    waiting: &'q Receiver<Box<dyn Job>>,
    /// Verbs that an entry which came later has gone before: they are next.
    passed: VecDeque<Box<dyn Job>>,
}

impl Line<'_> {
    /// As many as may be in one transaction. Waits for the first. `None`: nobody comes any more.
    fn group(&mut self) -> Option<Vec<Box<dyn Job>>> {
        let first = match self.passed.pop_front() {
            Some(first) => first,
            None => self.waiting.recv().ok()?,
        };
        let mut group = vec![first];
        while group.len() < GROUP_MAX {
            match self
                .passed
                .pop_front()
                .ok_or(())
                .or_else(|()| self.waiting.try_recv())
            {
                Ok(job) => group.push(job),
                Err(_) => break,
            }
        }
        Some(group)
    }

    /// The entries that have come meanwhile.
    fn entries(&mut self) -> Vec<Box<dyn Job>> {
        let mut entries = Vec::new();
        while entries.len() < GROUP_MAX && self.passed.len() < GROUP_MAX {
            match self.waiting.try_recv() {
                Ok(job) if job.entry().is_some() => entries.push(job),
                Ok(job) => self.passed.push_back(job),
                Err(_) => break,
            }
        }
        entries
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        self.checkpointing = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn closed() -> Error {
    Error::Database("the writer has stopped".to_owned())
}

fn write_until_closed(location: &Location, waiting: &Receiver<Box<dyn Job>>, written: &AtomicBool) {
    let mut connection = None;
    let mut line = Line {
        waiting,
        passed: VecDeque::new(),
    };
    while let Some(group) = line.group() {
        // Somebody waits for every entry; other verbs may be as long as a part of a file, and go after.
        let (entries, verbs): (Vec<_>, Vec<_>) =
            group.into_iter().partition(|job| job.entry().is_some());
        if !entries.is_empty() {
            match location {
                Location::Sqlite(_) => write_group(location, &mut connection, (entries, None)),
                Location::Postgres(_) => write_entries(location, &mut connection, entries),
            }
        }
        if !verbs.is_empty() {
            // A server has other writers for those who come meanwhile.
            let coming = match location {
                Location::Sqlite(_) => Some(&mut line),
                Location::Postgres(_) => None,
            };
            write_group(location, &mut connection, (verbs, coming));
        }
        written.store(true, Ordering::Release);
    }
}

/// Writes entries in one statement, which is a transaction of its own: one round trip for all of them. PostgreSQL only.
fn write_entries(
    location: &Location,
    connection: &mut Option<Box<dyn Connection>>,
    group: Vec<Box<dyn Job>>,
) {
    let entries: Vec<&Append> = group.iter().filter_map(|job| job.entry()).collect();
    let appended = sound(location, connection).and_then(|mut sound| {
        let appended = append_all(sound.as_mut(), &entries);
        *connection = Some(sound);
        appended
    });
    match appended {
        Ok(appended) => {
            for job in group {
                let is_there = job
                    .entry()
                    .is_some_and(|entry| appended.contains(&entry.prepared.id));
                job.finish(if is_there {
                    Ok(())
                } else {
                    Err(Error::Contended)
                });
            }
        }
        Err(Error::Collided) => {
            for job in group {
                write_alone(location, connection, job);
            }
        }
        Err(error) => {
            for job in group {
                job.finish(Err(error.clone()));
            }
        }
    }
}

/// Writes a group in one transaction, and with it the entries that come until it ends: who asks while a part of a file is written waits
/// for one sync to disk and not for two. If the transaction as a whole fails, each verb is tried alone.
fn write_group(
    location: &Location,
    connection: &mut Option<Box<dyn Connection>>,
    (mut group, coming): (Vec<Box<dyn Job>>, Option<&mut Line<'_>>),
) {
    if group.len() > 1 || coming.is_some() {
        match attempt(location, connection, (&mut group, coming)) {
            Ok(outcomes) => {
                for (job, outcome) in group.into_iter().zip(outcomes) {
                    job.finish(outcome);
                }
                return;
            }
            Err(Error::Collided) => {}
            Err(error) => {
                for job in group {
                    job.finish(Err(error.clone()));
                }
                return;
            }
        }
    }
    for job in group {
        write_alone(location, connection, job);
    }
}

fn write_alone(
    location: &Location,
    connection: &mut Option<Box<dyn Connection>>,
    job: Box<dyn Job>,
) {
    let mut alone = vec![job];
    let mut outcome = Err(Error::Collided);
    for _ in 0..TRIES_MAX {
        outcome = attempt(location, connection, (&mut alone, None))
            .and_then(|outcomes| outcomes.into_iter().next().unwrap_or(Err(Error::Collided)));
        if outcome != Err(Error::Collided) {
            break;
        }
    }
    for job in alone {
        job.finish(outcome.clone());
    }
}

/// The connection that was kept, or a new one when that one broke.
fn sound(
    location: &Location,
    kept: &mut Option<Box<dyn Connection>>,
) -> Result<Box<dyn Connection>, Error> {
    match kept.take().filter(|connection| connection.is_sound()) {
        Some(connection) => Ok(connection),
        None => connect_writer(location),
    }
}

/// One transaction: an outcome for each verb, also for those that came while it ran, or the failure of the whole.
fn attempt(
    location: &Location,
    kept: &mut Option<Box<dyn Connection>>,
    (group, coming): (&mut Vec<Box<dyn Job>>, Option<&mut Line<'_>>),
) -> Result<Vec<Result<(), Error>>, Error> {
    let mut connection = sound(location, kept)?;
    let begin = connection.dialect().begin();
    connection.batch(begin)?;
    let outcomes = run_with(connection.as_mut(), (group, coming));
    match outcomes {
        Ok(outcomes) => {
            connection.batch("COMMIT")?;
            *kept = Some(connection);
            Ok(outcomes)
        }
        Err(error) => {
            // A connection that cannot roll back is dropped, which rolls back.
            if connection.batch("ROLLBACK").is_ok() {
                *kept = Some(connection);
            }
            Err(error)
        }
    }
}

/// Runs a group, and once the entries that have come meanwhile: what they say is of the database as the group leaves it.
fn run_with(
    connection: &mut dyn Connection,
    (group, coming): (&mut Vec<Box<dyn Job>>, Option<&mut Line<'_>>),
) -> Result<Vec<Result<(), Error>>, Error> {
    let mut outcomes = run_each(connection, group)?;
    let come = coming.map(Line::entries).unwrap_or_default();
    // Nothing of a group is kept that has failed as a whole, but those that came are answered with it.
    let first = group.len();
    group.extend(come);
    if let Some(come) = group.get_mut(first..).filter(|come| !come.is_empty()) {
        outcomes.extend(run_each_apart(connection, come)?);
    }
    Ok(outcomes)
}

fn run_each(
    connection: &mut dyn Connection,
    group: &mut [Box<dyn Job>],
) -> Result<Vec<Result<(), Error>>, Error> {
    if let [only] = group {
        return run(connection, only.as_mut()).map(|()| vec![Ok(())]);
    }
    run_each_apart(connection, group)
}

/// Runs verbs so that one that fails takes no other with it.
fn run_each_apart(
    connection: &mut dyn Connection,
    group: &mut [Box<dyn Job>],
) -> Result<Vec<Result<(), Error>>, Error> {
    let mut outcomes = Vec::with_capacity(group.len());
    for job in group {
        connection.batch("SAVEPOINT verb")?;
        let outcome = run(connection, job.as_mut());
        match &outcome {
            Ok(()) => {}
            // A deadlock or a serialization failure has ended the whole transaction.
            Err(Error::Collided) => return Err(Error::Collided),
            Err(_) => connection.batch("ROLLBACK TO verb")?,
        }
        connection.batch("RELEASE verb")?;
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

/// Runs one verb; a panic in it is a failure of that verb alone, and rolls it back.
fn run(connection: &mut dyn Connection, job: &mut dyn Job) -> Result<(), Error> {
    catch_unwind(AssertUnwindSafe(|| job.run(connection)))
        .unwrap_or(Err(Error::Inconsistent("a verb broke off")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Barrier};

    #[test]
    fn when_too_many_verbs_wait_the_next_is_told_that_it_is_busy_and_none_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let pool = Pool::new(Location::Sqlite(folder.path().join("contactpoint.db")));
        drop(pool.connect_writer().unwrap());
        let writer = Writer::start(&pool).unwrap();
        let (runs, may_end) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
        let (running, ending) = (Arc::clone(&runs), Arc::clone(&may_end));
        let (reply, _first) = sync_channel(1);
        let work = move |_: &mut dyn Connection| {
            running.wait();
            ending.wait();
            Ok(())
        };
        let value = None;
        writer.queue(Box::new(Work { work, value, reply })).unwrap();
        runs.wait();
        let answers: Vec<_> = (0..WAITING_MAX)
            .map(|_| {
                let (reply, answer) = sync_channel(1);
                let work = |_: &mut dyn Connection| Ok(());
                writer.queue(Box::new(Work { work, value, reply })).unwrap();
                answer
            })
            .collect();
        assert_eq!(writer.write(|_| Ok(())), Err(Error::Busy));
        may_end.wait();
        for answer in answers {
            assert_eq!(answer.recv().unwrap(), Ok(()));
        }
        assert_eq!(writer.write(|_| Ok(())), Ok(()));
    }

    /// An entry that says, as it runs, what its own connection counts and what another does.
    struct Watching {
        append: Append,
        file: std::path::PathBuf,
        counted: SyncSender<(i64, i64)>,
        outcome: Result<(), Error>,
        reply: SyncSender<Result<(), Error>>,
    }

    impl Job for Watching {
        fn run(&mut self, connection: &mut dyn Connection) -> Result<(), Error> {
            let mut other = connect_writer(&Location::Sqlite(self.file.clone()))?;
            let counted = (count(connection), count(other.as_mut()));
            self.counted.send(counted).unwrap();
            connection.execute("INSERT INTO said (id) VALUES (0)", &[])?;
            self.outcome.clone()
        }

        fn finish(self: Box<Self>, outcome: Result<(), Error>) {
            self.reply.send(outcome).unwrap();
        }

        fn entry(&self) -> Option<&Append> {
            Some(&self.append)
        }
    }

    fn count(connection: &mut dyn Connection) -> i64 {
        let mut counted = 0;
        let sql = "SELECT count(*) FROM said";
        connection
            .query(sql, &[], &mut |row| {
                counted = row.int(0)?;
                Ok(())
            })
            .unwrap();
        counted
    }

    fn nothing_said() -> Append {
        Append {
            prepared: crate::entry::Prepared {
                id: 1,
                actor: None,
                subject: None,
                commitment: Default::default(),
                body: Vec::new(),
            },
            versions: Vec::new(),
        }
    }

    /// What a verb answers and an entry that comes while it runs, what that counted, and how many rows are there at the end.
    fn beside_a_verb(
        verb: Result<(), Error>,
        entry: Result<(), Error>,
    ) -> ([Result<(), Error>; 3], (i64, i64), i64) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("contactpoint.db");
        let pool = Pool::new(Location::Sqlite(file.clone()));
        let mut connection = pool.connect_writer().unwrap();
        connection
            .batch("CREATE TABLE said (id INTEGER NOT NULL)")
            .unwrap();
        let writer = Writer::start(&pool).unwrap();
        let (runs, may_end) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
        let (running, ending) = (Arc::clone(&runs), Arc::clone(&may_end));
        let first = writer
            .begin(move |connection| {
                connection.execute("INSERT INTO said (id) VALUES (1)", &[])?;
                running.wait();
                ending.wait();
                verb.clone()
            })
            .unwrap();
        runs.wait();
        let second = writer
            .begin(|connection| {
                connection.execute("INSERT INTO said (id) VALUES (2)", &[])?;
                Ok(())
            })
            .unwrap();
        let ((reply, answer), (counted, count_of)) = (sync_channel(1), sync_channel(9));
        let watching = Watching {
            append: nothing_said(),
            file,
            counted,
            outcome: entry,
            reply,
        };
        writer.queue(Box::new(watching)).unwrap();
        may_end.wait();
        let answers = [first.wait(), answer.recv().unwrap(), second.wait()];
        (
            answers,
            count_of.recv().unwrap(),
            count(connection.as_mut()),
        )
    }

    #[test]
    fn an_entry_that_comes_while_a_verb_runs_is_in_its_transaction_and_goes_before_other_verbs() {
        let (answers, counted, at_the_end) = beside_a_verb(Ok(()), Ok(()));
        assert_eq!(answers, [Ok(()), Ok(()), Ok(())]);
        // The verb's row is there on the writer's connection and on no other yet, and the second verb's is not.
        assert_eq!(counted, (1, 0));
        assert_eq!(at_the_end, 3);
    }

    #[test]
    fn neither_a_verb_nor_an_entry_that_came_meanwhile_takes_the_other_with_it() {
        let contended = || Err(Error::Contended);
        let (answers, counted, at_the_end) = beside_a_verb(Ok(()), contended());
        assert_eq!(answers, [Ok(()), contended(), Ok(())]);
        assert_eq!((counted, at_the_end), ((1, 0), 2));
        let (answers, counted, at_the_end) = beside_a_verb(contended(), Ok(()));
        assert_eq!(answers, [contended(), Ok(()), Ok(())]);
        // What the verb did is not there when the entry comes.
        assert_eq!((counted, at_the_end), ((0, 0), 2));
    }
}
