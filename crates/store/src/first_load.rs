//! The first load of a directory that has no children yet: nothing is found until all of it is there.
//!
//! Every key is a hash, so a batch's keys lie all over the index: at 11 million children each batch would write most of its pages
//! anew. A first load sorts the keys instead, in memory and in runs beside the records, and files them once, in order. Batches are
//! durable one by one as ever; a load that was interrupted reads its runs again and goes on. What is shielded at its source is
//! shielded from its first row on: only the keys of unshielded records wait.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;

use directory::Now;
use directory::supplied::{Outcome, Row, Supplier};

use crate::batch::{Batch, move_turn, take_turn};
use crate::behind::go_second;
use crate::discard::Discarding;
use crate::driver::{Connection, Value, snapshot_begins, snapshot_ends};
use crate::entry::ids_follow;
use crate::error::Error;
use crate::flying::Flying;
use crate::incoming::{Incoming, Ready};
use crate::key_run::{KeyChange, KeyRuns};
use crate::keys::{Index, KeyEntry};
use crate::known::ByKey;
use crate::meanwhile::{Added, Before, Meanwhile};
use crate::shields::Shields;
use crate::waiting::Waits;
use crate::write::Write;
use crate::{Store, schema};

/// The row of `meta` that says whether a first load is under way.
const NAME: &str = "first-load";
/// How many keys are filed by one call.
const ENTRIES_AT_ONCE: usize = 65_536;

/// A first load under way. Dropped, it is continued by the next [`Store::first_load`].
pub struct FirstLoad<'s> {
    store: &'s Store,
    keys: FirstKeys,
    /// The turn of supply as this load left it.
    turn: Option<String>,
    flying: Flying,
    shields: Shields,
    /// What the batch that was taken last added to the keys.
    added: Added,
    /// Rows that were taken, and what was worked out of them, each given back beside the next batch.
    discarding: [Discarding; 2],
}

/// What a first load knows of the key tables. Nobody else loads meanwhile, so it need not ask the database for them.
#[derive(Default)]
pub(crate) struct FirstKeys {
    /// In place of the table of unshielded records.
    pub(crate) runs: KeyRuns,
    /// The same as the table of shielded records, by key.
    pub(crate) guarded: ByKey<Vec<i64>>,
}

/// A batch that is resolved, and what it writes.
struct Resolved {
    outcomes: Vec<Outcome>,
    writes: Vec<Write>,
    waits: Waits,
    shields: Shields,
}

impl Store {
    /// Whether a first load is under way.
    ///
    /// # Errors
    /// [`Error`] when it could not be read.
    pub fn is_first_load(&self) -> Result<bool, Error> {
        self.pool.with_reader(is_under_way)
    }

    /// Begins the first load of a directory without children, or goes on with it.
    ///
    /// # Errors
    /// [`Error::Unfit`] when there are children already and no first load is under way.
    pub fn first_load(&self) -> Result<FirstLoad<'_>, Error> {
        self.writer.write(|connection| {
            if is_under_way(connection)? {
                return Ok(());
            }
            // A batch that was resolved before is not written any more: its keys would be in no run. One that is being written is counted.
            move_turn(connection)?;
            let mut children = 0;
            let sql = "SELECT COUNT(*) FROM (SELECT id FROM record LIMIT 1) AS any_record";
            connection.query(sql, &[], &mut |row| {
                children = row.int(0)?;
                Ok(())
            })?;
            if children > 0 {
                return Err(Error::Unfit(
                    "this directory has children already: a first load is for an empty one. Load the file without --first"
                        .to_owned(),
                ));
            }
            schema::put(connection, NAME, "yes")
        })?;
        let mut keys = FirstKeys::default();
        let turn = self.pool.with_snapshot(|connection| {
            let turn = schema::get(connection, "supply")?;
            for id in run_ids(connection)? {
                keys.runs.push(&read_run(connection, id)?)?;
            }
            // The clock may have gone back since: runs and their records stay in the order in which they came.
            ids_follow(newest(connection)?);
            let sql = "SELECT key, record FROM guarded_key";
            connection.query(sql, &[], &mut |row| {
                keys.guard(&[(row.int(0)?, row.int(1)?)]);
                Ok(())
            })?;
            Ok(turn)
        })?;
        Ok(FirstLoad {
            store: self,
            keys,
            turn,
            flying: Flying::default(),
            shields: Shields::default(),
            added: Added::default(),
            discarding: Default::default(),
        })
    }
}

impl FirstKeys {
    fn guard(&mut self, entries: &[KeyEntry]) {
        for (key, id) in entries {
            let ids = self.guarded.entry(*key).or_default();
            if !ids.contains(id) {
                ids.push(*id);
            }
        }
    }
}

impl FirstLoad<'_> {
    /// Takes one batch, as [`Store::accept`] does. Its children are found when the load is finished.
    ///
    /// # Errors
    /// [`Error`] when the batch could not be written (nothing of it is), [`Error::Unfit`] when another process loads too.
    pub fn accept(
        &mut self,
        supplier: &Supplier,
        rows: &[Row],
        now: Now,
    ) -> Result<Vec<Outcome>, Error> {
        let incoming = self.store.incoming(supplier, rows, now)?;
        let outcomes = self.accept_incoming((&incoming, None), None, now)?;
        self.land()?;
        Ok(outcomes)
    }

    /// The same of rows that were made ready ahead. They are being written when this returns: whether they were, the next call says, or
    /// [`FirstLoad::land`]. While they are taken it is read for the `next`, which come with the next call.
    ///
    /// # Errors
    /// As [`FirstLoad::accept`], of this batch or of the one before.
    pub fn accept_ready(
        &mut self,
        mut ready: Ready,
        next: Option<&mut Ready>,
    ) -> Result<Vec<Outcome>, Error> {
        let (now, meanwhile) = (ready.now(), ready.meanwhile.take());
        let outcomes = self.accept_incoming((&ready.incoming(), meanwhile), next, now)?;
        let [of_rows, _] = &mut self.discarding;
        of_rows.take(ready);
        Ok(outcomes)
    }

    /// Waits until the batch is written that was taken last.
    ///
    /// # Errors
    /// As [`FirstLoad::accept`]: nothing of that batch is written then, and this load takes no more.
    pub fn land(&mut self) -> Result<(), Error> {
        if let Some(turn) = self.flying.land()? {
            self.turn = turn;
        }
        Ok(())
    }

    fn accept_incoming(
        &mut self,
        (incoming, meanwhile): (&[Incoming<'_>], Option<Box<Meanwhile>>),
        next: Option<&mut Ready>,
        now: Now,
    ) -> Result<Vec<Outcome>, Error> {
        let meanwhile = meanwhile.filter(|read| read.is_of(self.turn.as_ref()));
        let Resolved {
            outcomes,
            mut writes,
            waits,
            shields,
        } = self.resolved((incoming, meanwhile), next, now)?;
        let change = Write::take_search_keys(&mut writes);
        // A shield is never taken off by supply: entries are added only.
        let guarded = Write::guarded_keys(&writes);
        self.send((writes, waits), &change, now)?;
        self.shields = shields;
        let keys = self.keys.runs.push(&change);
        if let Err(error) = keys {
            // To finish without the keys would be to keep children whom nobody finds.
            self.flying.lose();
            return Err(error);
        }
        self.keys.guard(&guarded);
        self.added = Added([change.added, guarded]);
        Ok(outcomes)
    }

    fn resolved(
        &mut self,
        (incoming, meanwhile): (&[Incoming<'_>], Option<Box<Meanwhile>>),
        next: Option<&mut Ready>,
        now: Now,
    ) -> Result<Resolved, Error> {
        let FirstLoad {
            store,
            keys,
            turn,
            flying,
            shields,
            added,
            discarding: [_, of_batch],
        } = self;
        let (store, keys) = (*store, &*keys);
        store.pool.with_reader(|connection| {
            let mut batch = Batch::of(connection, None, now);
            batch.first = Some(keys);
            batch.flying = flying.writes();
            batch.shields = std::mem::take(shields).on(now.today);
            match meanwhile {
                Some(meanwhile) => meanwhile.put(&mut batch, added),
                None => {
                    let searched = incoming.iter().flat_map(|row| row.keys.searched());
                    let guarded = incoming.iter().flat_map(|row| row.keys.guarded());
                    batch.read_keys(searched.collect(), guarded.collect())?;
                }
            }
            store.bring_compared(&mut batch, incoming)?;
            store.look_ahead(&mut batch, incoming);
            // Below, the tables are asked.
            if let Some(landed) = flying.land()? {
                *turn = landed;
            }
            if schema::get(batch.connection, "supply")? != *turn {
                return Err(another());
            }
            check(batch.connection, true)?;
            let before = Before {
                keys,
                flying: flying.writes(),
                turn: turn.clone(),
            };
            let resolved = beside((store, next, before), || {
                batch.read_waiting(incoming)?;
                store.read_withdrawn(&mut batch, incoming)?;
                snapshot_begins(batch.connection)?;
                let resolved = take_rows(store, &mut batch, incoming);
                snapshot_ends(batch.connection)?;
                resolved
            });
            of_batch.take(batch.into_spent());
            resolved
        })
    }

    /// Has a batch written whose turn it is: the one before has landed.
    fn send(
        &mut self,
        (writes, waits): (Vec<Write>, Waits),
        change: &KeyChange,
        now: Now,
    ) -> Result<(), Error> {
        if writes.is_empty() && waits.is_empty() {
            return Ok(());
        }
        self.store.writer.shorten_log();
        let writes = Arc::new(writes);
        let (written, turn) = (Arc::clone(&writes), self.turn.clone());
        let id = self.store.next_id(now.at);
        let body = change.to_bytes();
        let has_keys = *change != KeyChange::default();
        let running = self.store.writer.begin(move |connection| {
            take_turn(connection, turn.as_deref())?;
            Write::run_all(&written, connection)?;
            waits.run(connection)?;
            if has_keys {
                let sql = "INSERT INTO key_run (id, body) VALUES ($1, $2)";
                connection.execute(sql, &[Value::Int(id), Value::Blob(&body)])?;
            }
            schema::get(connection, "supply")
        })?;
        self.flying.send(running, writes);
        Ok(())
    }

    /// How many keys wait to be filed.
    #[must_use]
    pub fn keys_waiting(&self) -> usize {
        self.keys.runs.len()
    }

    /// Files every key, in one transaction: from now on the children are found. `progress` is told how many keys have been filed.
    ///
    /// # Errors
    /// [`Error`] when it could not be written: the load is still under way then, and nothing of it is lost.
    pub fn finish(mut self, mut progress: impl FnMut(usize) + Send + 'static) -> Result<(), Error> {
        self.land()?;
        let FirstLoad {
            store,
            keys: FirstKeys { mut runs, .. },
            turn,
            ..
        } = self;
        runs.join();
        let finished = store.writer.write(move |connection| {
            // Whoever loads too is told so, before or after: keys that came once these are filed would be filed by nobody.
            take_turn(connection, turn.as_deref())?;
            if !is_under_way(connection)? {
                return Err(another());
            }
            connection.execute("DELETE FROM key_run", &[])?;
            let mut filed = 0usize;
            runs.in_order(ENTRIES_AT_ONCE, &mut |entries| {
                Index::Search.add(connection, entries)?;
                filed = filed.saturating_add(entries.len());
                progress(filed);
                Ok(())
            })?;
            schema::put(connection, NAME, "no")
        });
        finished.map_err(|error| match error {
            Error::Contended => another(),
            other => other,
        })
    }
}

/// Takes a batch, and reads meanwhile for the next. What could not be read, the next reads itself.
fn beside<T>(
    (store, next, before): (&Store, Option<&mut Ready>, Before<'_>),
    take: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    let Some(next) = next else {
        return take();
    };
    thread::scope(|scope| {
        let reading = scope.spawn(|| {
            go_second();
            let read = store.read_meanwhile(next, before);
            next.meanwhile = read.ok().map(Box::new);
        });
        let taken = take();
        if let Err(panic) = reading.join() {
            resume_unwind(panic);
        }
        taken
    })
}

/// What becomes of the rows of a batch.
fn take_rows(
    store: &Store,
    batch: &mut Batch<'_>,
    incoming: &[Incoming<'_>],
) -> Result<Resolved, Error> {
    let outcomes = incoming.iter().map(|row| store.accept_row(batch, row));
    let outcomes = outcomes.collect::<Result<Vec<Outcome>, Error>>()?;
    let (writes, shields) = store.writes_and_shields(batch)?;
    Ok(Resolved {
        outcomes,
        writes,
        waits: std::mem::take(&mut batch.waits),
        shields,
    })
}

/// Checks that a batch, or what a person decides, comes as it must: through the first load while one is under way, and not through one
/// otherwise. What is written past it is filed wrongly at its end, as it keeps the keys of unshielded records (R44).
pub(crate) fn check(connection: &mut dyn Connection, through_it: bool) -> Result<(), Error> {
    match (is_under_way(connection)?, through_it) {
        (true, true) | (false, false) => Ok(()),
        (true, false) => Err(Error::FirstLoad),
        (false, true) => Err(another()),
    }
}

/// Whether a first load is under way.
pub(crate) fn is_under_way(connection: &mut dyn Connection) -> Result<bool, Error> {
    Ok(schema::get(connection, NAME)?.as_deref() == Some("yes"))
}

pub(crate) fn another() -> Error {
    Error::Unfit(
        "another process loads into this directory at the same time: one first load at a time. What was taken stays"
            .to_owned(),
    )
}

fn run_ids(connection: &mut dyn Connection) -> Result<Vec<i64>, Error> {
    let mut ids = Vec::new();
    connection.query("SELECT id FROM key_run ORDER BY id", &[], &mut |row| {
        ids.push(row.int(0)?);
        Ok(())
    })?;
    Ok(ids)
}

/// The greatest id of a record or a run of keys.
fn newest(connection: &mut dyn Connection) -> Result<i64, Error> {
    let mut newest = 0;
    for sql in [
        "SELECT COALESCE(MAX(id), 0) FROM record",
        "SELECT COALESCE(MAX(id), 0) FROM key_run",
    ] {
        connection.query(sql, &[], &mut |row| {
            newest = row.int(0)?.max(newest);
            Ok(())
        })?;
    }
    Ok(newest)
}

fn read_run(connection: &mut dyn Connection, id: i64) -> Result<KeyChange, Error> {
    let mut change = None;
    let sql = "SELECT body FROM key_run WHERE id = $1";
    connection.query(sql, &[Value::Int(id)], &mut |row| {
        change = KeyChange::from_bytes(&row.blob(0)?);
        Ok(())
    })?;
    change.ok_or(Error::Inconsistent("the keys of a first load"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Location, Options};
    use directory::Timestamp;

    fn entropy(bytes: &mut [u8]) {
        bytes.fill(7);
    }

    fn opened(folder: &tempfile::TempDir) -> Store {
        Store::open(Options {
            location: Location::Sqlite(folder.path().join("contactpoint.db")),
            key_ring: folder.path().join("ring"),
            entropy,
        })
        .unwrap()
    }

    #[test]
    fn a_first_load_goes_on_in_order_when_the_clock_was_put_back() {
        let folder = tempfile::tempdir().unwrap();
        let store = opened(&folder);
        drop(store.first_load().unwrap());
        // As a process left it whose clock was days ahead.
        let ahead = Timestamp::from_second(2_100_000_000).unwrap();
        let id = store.next_id(ahead).saturating_add(1 << 40);
        let change = KeyChange {
            added: vec![(5, id)],
            removed: Vec::new(),
        };
        let body = change.to_bytes();
        let written = store.writer.write(move |connection| {
            let sql = "INSERT INTO key_run (id, body) VALUES ($1, $2)";
            connection.execute(sql, &[Value::Int(id), Value::Blob(&body)])?;
            let sql = "INSERT INTO record (id, version, body) VALUES ($1, 1, $2)";
            connection.execute(sql, &[Value::Int(id), Value::Blob(&[0])])
        });
        written.unwrap();
        let mut first = store.first_load().unwrap();
        let now = Timestamp::from_second(1_795_000_000).unwrap();
        let next = store.next_id(now);
        assert!(next > id, "{next} comes before {id}");
        let more = KeyChange {
            added: vec![(5, next)],
            removed: Vec::new(),
        };
        first.keys.runs.push(&more).unwrap();
        let mut under = Vec::new();
        first.keys.runs.under(&[5], &mut |(_, id)| under.push(id));
        under.sort_unstable();
        assert_eq!(under, [id, next]);
    }

    #[test]
    fn a_first_load_that_lost_keys_is_not_finished_and_the_next_has_them() {
        let folder = tempfile::tempdir().unwrap();
        let store = opened(&folder);
        let mut first = store.first_load().unwrap();
        let change = KeyChange {
            added: vec![(5, 9)],
            removed: Vec::new(),
        };
        let now = Now {
            at: Timestamp::from_second(1_795_000_000).unwrap(),
            today: jiff::civil::date(2026, 11, 18),
        };
        let mut waits = Waits::default();
        waits.forget(1);
        first.send((Vec::new(), waits), &change, now).unwrap();
        // The keys could not be taken in after they were sent.
        first.flying.lose();
        assert!(first.accept_incoming((&[], None), None, now).is_err());
        assert!(first.finish(|_| {}).is_err());
        assert_eq!(store.first_load().unwrap().keys_waiting(), 1);
    }
}
