//! Rows that wait for a person: those in doubt for a data officer, those that may be of a shielded child for a shielding officer.

use std::collections::HashMap;

use directory::Now;
use directory::account::AccountId;
use directory::record::{Author, Quarantined};
use directory::shield::Ground;
use directory::statement::{Particulars, Said, Source, Statement};
use directory::supplied::{Outcome, Restriction, Row, Supplier};

use crate::accept::is_sensitive;
use crate::batch::Batch;
use crate::driver::{Connection, Value};
use crate::entry::Prepared;
use crate::error::Error;
use crate::incoming::Incoming;
use crate::journal::{KINDS, Place, TaskChange, Waited};
use crate::keys::{Index, KeyEntry};
use crate::resolve::Resolved;
use crate::seal::Column;
use crate::{Store, codec, withdrawn};

/// What a batch writes besides records.
#[derive(Default)]
pub(crate) struct Waits {
    tasks: Vec<Task>,
    pub(crate) events: Vec<Prepared>,
    /// What waits by this batch, by source.
    rows: HashMap<i64, Waited>,
    /// Sources whose row waits no longer.
    gone: Vec<i64>,
    /// Rows that a person has decided: none of them may have been decided by somebody else.
    decided: Vec<i64>,
    /// Rows that wait for other officers from now on.
    moved: Vec<Moved>,
    /// Rows of which somebody could not tell, when, and who.
    put_off: Vec<(i64, i64, i64)>,
    /// What was taken back of sensitive involvements, and the last day whose words are not heard.
    withdrawn: Vec<(i64, i64)>,
}

/// A row that waits for other officers from now on.
pub(crate) struct Moved {
    pub(crate) task: i64,
    pub(crate) kind: &'static str,
    pub(crate) area: i64,
}

/// What a row waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// A data officer: it may be of a known child, or not.
    Review,
    /// A shielding officer: it may be of a shielded child. With what it is answered, as it would be for any other child (X2).
    Held(Outcome),
}

/// Whether a shielded child is guarded by words that did not guard them before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Guarded {
    /// By new ones beside these: rows that wait may be like them.
    Anew(Vec<Quarantined>),
    /// By none that are new.
    Already,
}

/// A row that waits, sealed.
struct Task {
    id: i64,
    kind: &'static str,
    source: i64,
    area: i64,
    likelihood: i64,
    /// Under which it would be found to be of a shielded child.
    keys: Vec<i64>,
    body: Vec<u8>,
    /// When somebody could not tell, in microseconds, and who; 0: nobody said so.
    put_off: (i64, i64),
}

impl Waits {
    /// Whether there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
            && self.gone.is_empty()
            && self.decided.is_empty()
            && self.moved.is_empty()
            && self.put_off.is_empty()
            && self.withdrawn.is_empty()
    }

    /// Whether nothing of it has to be seen in the tables by the rows that come next.
    pub(crate) fn are_none(&self) -> bool {
        self.is_empty() && self.events.is_empty()
    }

    /// The rows that wait, under their keys.
    pub(crate) fn entries(&self) -> impl Iterator<Item = KeyEntry> {
        let each = self.tasks.iter();
        each.flat_map(|task| task.keys.iter().map(|key| (*key, task.id)))
    }

    /// A row that a person has decided: it waits no longer, unless it is put here again.
    pub(crate) fn decide(&mut self, task: i64) {
        self.decided.push(task);
    }

    /// A sensitive involvement was taken back.
    pub(crate) fn withdraw(&mut self, withdrawn: (i64, i64)) {
        self.withdrawn.push(withdrawn);
    }

    /// A row of which a person could not tell.
    pub(crate) fn put_off(&mut self, task: i64, (now, by): (Now, AccountId)) {
        self.put_off.push((task, now.at.as_microsecond(), by.0));
    }

    /// A row that waits for other officers from now on.
    pub(crate) fn move_to(&mut self, moved: Moved) {
        self.moved.push(moved);
    }

    /// A row of this batch that was to wait for a data officer waits for a shielding officer instead, when a key is one of these.
    pub(crate) fn rows_under(&self, keys: &[i64]) -> Vec<(i64, Vec<u8>)> {
        let each = self.tasks.iter().filter(|task| {
            task.kind == REVIEW && task.keys.iter().any(|key| keys.binary_search(key).is_ok())
        });
        each.filter_map(|task| Some((task.source, self.rows.get(&task.source)?.plain.clone())))
            .collect()
    }

    /// Makes the row of a source, which waits already, wait for other officers.
    pub(crate) fn change_kind(
        &mut self,
        (source, task): (i64, i64),
        (kind, area): (&'static str, i64),
    ) {
        if let Some(waited) = self.rows.get_mut(&source) {
            waited.kind = kind;
        }
        let mut is_of_database = true;
        for task in self.tasks.iter_mut().filter(|task| task.source == source) {
            (task.kind, task.area) = (kind, area);
            is_of_database = false;
        }
        if is_of_database {
            self.move_to(Moved { task, kind, area });
        }
    }

    /// Whether a row of the database waits for other officers by this batch already.
    pub(crate) fn is_moved(&self, task: i64) -> bool {
        self.moved.iter().any(|moved| moved.task == task)
    }

    /// The rows of this batch that wait under any of some keys.
    pub(crate) fn rows_holding(&self, keys: &[i64]) -> Vec<(Source, Row)> {
        let each = self.tasks.iter();
        let holding = each.filter(|task| task.keys.iter().any(|key| keys.contains(key)));
        let plain = holding.filter_map(|task| self.rows.get(&task.source));
        plain
            .filter_map(|waited| codec::decode_row(&waited.plain))
            .collect()
    }

    /// Whether something of a source waits by this batch.
    pub(crate) fn has(&self, source: i64) -> bool {
        self.rows.contains_key(&source)
    }

    /// The sources of which something waits by this batch.
    pub(crate) fn sources(&self) -> Vec<i64> {
        let mut sources: Vec<i64> = self.rows.keys().copied().collect();
        sources.sort_unstable();
        sources
    }

    /// What a source said and what waits of it is forgotten.
    pub(crate) fn forget(&mut self, source: i64) {
        self.tasks.retain(|task| task.source != source);
        self.rows.remove(&source);
        self.gone.push(source);
    }

    /// Writes it.
    pub(crate) fn run(&self, connection: &mut dyn Connection) -> Result<(), Error> {
        for task in &self.decided {
            let sql = "DELETE FROM task WHERE id = $1";
            if connection.execute(sql, &[Value::Int(*task)])? == 0 {
                return Err(Error::Contended);
            }
            connection.execute(FORGET_KEYS_OF, &[Value::Int(*task)])?;
        }
        for source in &self.gone {
            forget(connection, *source)?;
        }
        for (task, at, by) in &self.put_off {
            let sql = "UPDATE task SET put_off = $1, put_off_by = $2 WHERE id = $3";
            let values = [Value::Int(*at), Value::Int(*by), Value::Int(*task)];
            if connection.execute(sql, &values)? == 0 {
                return Err(Error::Contended);
            }
        }
        for moved in &self.moved {
            let sql = "UPDATE task SET kind = $1, area = $2 WHERE id = $3";
            let values = [
                Value::Text(moved.kind),
                Value::Int(moved.area),
                Value::Int(moved.task),
            ];
            connection.execute(sql, &values)?;
        }
        for task in &self.tasks {
            task.insert(connection)?;
        }
        withdrawn::write(connection, &self.withdrawn)?;
        self.events
            .iter()
            .try_for_each(|event| event.insert(connection))
    }
}

impl Store {
    /// Holds a row for shielding officers, those of the likeliest child. From now on its keys and its words guard all children whom it may be
    /// of: what comes under the same key by another name is held again, and so is what comes by the same name under another key, as far as
    /// the row is of the child (F1; `guarding.rs`).
    pub(crate) fn hold(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
        (ids, outcome): (&[i64], Outcome),
    ) -> Result<Outcome, Error> {
        self.bring(batch, ids)?;
        let outcome = self.wait(batch, incoming, (Waiting::Held(outcome), ids))?;
        for id in ids {
            if let Guarded::Anew(before) = self.guard(batch, incoming, *id)? {
                self.hold_waiting(batch, (*id, &before))?;
            }
        }
        Ok(outcome)
    }

    /// Lets a row in doubt wait. If its source restricts it, whoever it may be of is shielded meanwhile, and it waits for shielding officers
    /// also where it may be of nobody who is known (C20).
    pub(crate) fn doubt(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
        ids: Vec<i64>,
    ) -> Result<Outcome, Error> {
        if incoming.row.restriction == Restriction::None {
            if !self.waits_restricted(batch, incoming)? {
                return self.wait(batch, incoming, (Waiting::Review, &ids));
            }
            // What its source restricted is not shown because it says so no longer: nobody has yet found out of whom it is.
            let restricted = Row {
                restriction: Restriction::AtSource,
                ..incoming.row.clone()
            };
            let supplier = Supplier {
                kind: incoming.source.kind,
                code: incoming.source.supplier.clone(),
            };
            let restricted = self.one_incoming((&supplier, &restricted), batch.now);
            return self.doubt(batch, &restricted, ids);
        }
        for id in &ids {
            let by = Author::Supplier(incoming.source.supplier.clone());
            self.shield_child(batch, *id, (by, Ground::RestrictedAtSource))?;
            if let Guarded::Anew(before) = self.guard(batch, incoming, *id)? {
                self.hold_waiting(batch, (*id, &before))?;
            }
        }
        self.wait(batch, incoming, (Waiting::Held(Outcome::Waiting), &ids))
    }

    /// Whether a row that its source restricts waits under a row's own key (C20).
    pub(crate) fn waits_restricted(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
    ) -> Result<bool, Error> {
        let own = incoming.keys.sources.first().copied();
        let Some(own) = own.filter(|own| batch.may_wait(*own)) else {
            return Ok(false);
        };
        let Some(waited) = self.waits_of(batch, own)? else {
            return Ok(false);
        };
        let (_, row) = codec::decode_row(&waited.plain).ok_or(Error::Inconsistent("a row"))?;
        Ok(row.restriction != Restriction::None)
    }

    /// Keeps what a row says of who the child is behind the shield of a record of the batch, under the row's own key; of what else it
    /// says only the keys, never which service works with the child (X4).
    pub(crate) fn guard(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
        id: i64,
    ) -> Result<Guarded, Error> {
        let Some(touched) = batch.touched.get(&id) else {
            return Err(Error::Inconsistent("a record that a row is held for"));
        };
        let mut record = touched.loaded.record.clone();
        let before = record.quarantined.clone();
        let confirmed = incoming.row.confirmed.min(batch.now.today);
        let mut new = false;
        for key in incoming.own_keys() {
            let is_own = *key == incoming.row.key;
            let said = if is_own {
                incoming.row.particulars.clone()
            } else {
                Particulars::default()
            };
            let also = incoming.own_keys().filter(|other| is_own && *other != key);
            let source = Source {
                key: key.clone(),
                ..incoming.source.clone()
            };
            new |= record.quarantine(Quarantined {
                statement: Statement {
                    source,
                    first_confirmed: confirmed,
                    last_confirmed: confirmed,
                    superseded: None,
                    said: Said::Particulars(Box::new(said)),
                },
                also: also.cloned().collect(),
                is_restricted: incoming.row.restriction != Restriction::None,
            });
        }
        if !new {
            return Ok(Guarded::Already);
        }
        self.revise(batch, (id, record), None)?;
        Ok(Guarded::Anew(before))
    }

    /// Lets a row wait for a person.
    pub(crate) fn wait(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
        (waiting, beside): (Waiting, &[i64]),
    ) -> Result<Outcome, Error> {
        let plain = codec::encode_row(&incoming.source, incoming.row);
        let Some(key) = incoming.keys.sources.first().copied() else {
            return Err(Error::Inconsistent("a row's own key"));
        };
        let before = self.waits_of(batch, key)?;
        let confirmed = incoming.row.confirmed;
        let known = before
            .as_ref()
            .is_some_and(|before| codec::says_no_more(&plain, confirmed, &before.plain));
        let (kind, outcome) = match waiting {
            Waiting::Review => (REVIEW, Outcome::Waiting),
            Waiting::Held(outcome) => (HELD, outcome),
        };
        if let Some(entry) = &mut batch.entry {
            entry.place = Place::Waits;
            entry.words = Some(plain.clone());
        }
        if known {
            if let Some(before) = before.filter(|before| before.kind != kind) {
                self.bring(batch, beside)?;
                let area = self.area(batch, incoming, (waiting, beside));
                let area = self.area_key(area.as_ref());
                batch.waits.change_kind((key, before.id), (kind, area));
            }
            return Ok(outcome);
        }
        let id = self.next_id(batch.now.at);
        let body = self
            .ring()
            .seal(Column::TaskBody, id, &plain, self.random())?;
        self.bring(batch, beside)?;
        let area = self.area(batch, incoming, (waiting, beside));
        let put_off = match batch.said_again {
            Some(_) => self.put_off_before(batch, (key, &plain))?,
            None => (0, 0),
        };
        let task = Task {
            id,
            kind,
            source: key,
            area: self.area_key(area.as_ref()),
            likelihood: self.likelihood(batch, incoming, beside),
            keys: incoming.keys.guarded().collect(),
            body,
            put_off,
        };
        batch.waits.tasks.push(task);
        batch.waits.rows.insert(key, Waited { id, kind, plain });
        if let Some(entry) = &mut batch.entry {
            let before = before.filter(may_be_kept);
            entry.task = Some(TaskChange { id, before });
        }
        Ok(outcome)
    }

    /// What waits of a source.
    pub(crate) fn waits_of(
        &self,
        batch: &mut Batch<'_>,
        source: i64,
    ) -> Result<Option<Waited>, Error> {
        if let Some(known) = batch.waits.rows.get(&source) {
            return Ok(Some(known.clone()));
        }
        if batch.waits.gone.contains(&source) {
            return Ok(None);
        }
        let mut stored = None;
        let sql = "SELECT id, kind, body FROM task WHERE source = $1";
        batch
            .connection
            .query(sql, &[Value::Int(source)], &mut |row| {
                stored = Some((row.int(0)?, row.text(1)?, row.blob(2)?));
                Ok(())
            })?;
        let Some((id, kind, body)) = stored else {
            return Ok(None);
        };
        let kind = KINDS.into_iter().find(|known| *known == kind);
        let kind = kind.ok_or(Error::Inconsistent("a row that waits"))?;
        let plain = self.ring().unseal(Column::TaskBody, id, &body)?;
        Ok(Some(Waited { id, kind, plain }))
    }

    /// When somebody could not tell of a row that waits in the database, in microseconds, and who; 0 if nobody did, or it says something else.
    fn put_off_before(
        &self,
        batch: &mut Batch<'_>,
        (source, plain): (i64, &[u8]),
    ) -> Result<(i64, i64), Error> {
        let ring = self.ring();
        let mut put_off = (0, 0);
        let sql = "SELECT id, body, put_off, put_off_by FROM task WHERE source = $1";
        let values = [Value::Int(source)];
        batch.connection.query(sql, &values, &mut |row| {
            let known = ring.unseal(Column::TaskBody, row.int(0)?, &row.blob(1)?)?;
            if known == plain {
                put_off = (row.int(2)?, row.int(3)?);
            }
            Ok(())
        })?;
        Ok(put_off)
    }

    /// Lets a row wait again that waited before.
    pub(crate) fn wait_again(
        &self,
        batch: &mut Batch<'_>,
        source: i64,
        waited: Waited,
    ) -> Result<(), Error> {
        let body = self
            .ring()
            .seal(Column::TaskBody, waited.id, &waited.plain, self.random())?;
        let (of, row) = codec::decode_row(&waited.plain).ok_or(Error::Inconsistent("a row"))?;
        let supplier = Supplier {
            kind: of.kind,
            code: of.supplier,
        };
        let incoming = self.one_incoming((&supplier, &row), batch.now);
        let (waiting, beside) = match self.resolve(batch, &incoming)? {
            Resolved::Held(ids) => (Waiting::Held(Outcome::Waiting), ids),
            _ if row.restriction != Restriction::None => {
                (Waiting::Held(Outcome::Waiting), Vec::new())
            }
            Resolved::Record(id) => (Waiting::Review, vec![id]),
            Resolved::Doubtful(ids) => (Waiting::Review, ids),
            Resolved::New => (Waiting::Review, Vec::new()),
        };
        let area = self.area(batch, &incoming, (waiting, &beside));
        let put_off = self.put_off_before(batch, (source, &waited.plain))?;
        batch.waits.tasks.push(Task {
            id: waited.id,
            kind: waited.kind,
            source,
            area: self.area_key(area.as_ref()),
            likelihood: self.likelihood(batch, &incoming, &beside),
            keys: incoming.keys.guarded().collect(),
            body,
            put_off,
        });
        batch.waits.rows.insert(source, waited);
        Ok(())
    }
}

/// Whether a row that waits may stand in a journal: nothing of a sensitive involvement may (X4, X5).
pub(crate) fn may_be_kept(waited: &Waited) -> bool {
    codec::decode_row(&waited.plain).is_some_and(|(_, row)| !is_sensitive(&row))
}

/// The kinds of task, as the table names them.
pub(crate) const REVIEW: &str = "review";
pub(crate) const HELD: &str = "held";

const FORGET: &str = "DELETE FROM task WHERE source = $1";
const FORGET_KEYS: &str =
    "DELETE FROM task_key WHERE record IN (SELECT id FROM task WHERE source = $1)";
const FORGET_KEYS_OF: &str = "DELETE FROM task_key WHERE record = $1";

fn forget(connection: &mut dyn Connection, source: i64) -> Result<(), Error> {
    connection.execute(FORGET_KEYS, &[Value::Int(source)])?;
    connection.execute(FORGET, &[Value::Int(source)])?;
    Ok(())
}

impl Task {
    fn insert(&self, connection: &mut dyn Connection) -> Result<(), Error> {
        // The row of one source waits once; sent again, the newest is kept under the id it was sealed for.
        forget(connection, self.source)?;
        let keys: Vec<KeyEntry> = self.keys.iter().map(|key| (*key, self.id)).collect();
        Index::Waiting.add(connection, &keys)?;
        let sql = "INSERT INTO task (id, kind, source, body, area, likelihood, put_off, put_off_by) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let values = [
            Value::Int(self.id),
            Value::Text(self.kind),
            Value::Int(self.source),
            Value::Blob(&self.body),
            Value::Int(self.area),
            Value::Int(self.likelihood),
            Value::Int(self.put_off.0),
            Value::Int(self.put_off.1),
        ];
        connection.execute(sql, &values).map(|_| ())
    }
}
