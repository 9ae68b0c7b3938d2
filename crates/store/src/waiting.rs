//! Rows that wait for a person: those in doubt for a data officer, those that may be of a shielded child for a shielding officer.

use std::collections::HashMap;

use directory::record::Author;
use directory::shield::Ground;
use directory::supplied::{Outcome, Restriction};

use crate::accept::is_sensitive;
use crate::batch::Batch;
use crate::driver::{Connection, Value};
use crate::entry::Prepared;
use crate::error::Error;
use crate::incoming::Incoming;
use crate::journal::{KINDS, Place, TaskChange, Waited};
use crate::keys::{Index, KeyEntry};
use crate::resolve::Named;
use crate::seal::Column;
use crate::{Store, codec};

/// What a batch writes besides records.
#[derive(Default)]
pub(crate) struct Waits {
    tasks: Vec<Task>,
    pub(crate) events: Vec<Prepared>,
    /// Keys that guard a shielded record from now on.
    guards: Vec<KeyEntry>,
    /// What waits by this batch, by source.
    rows: HashMap<i64, Waited>,
    /// Sources whose row waits no longer.
    gone: Vec<i64>,
}

/// What a row waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// A data officer: it may be of a known child, or not.
    Review,
    /// A shielding officer: it may be of a shielded child.
    Held(Named),
}

/// A row that waits, sealed.
struct Task {
    id: i64,
    kind: &'static str,
    source: i64,
    body: Vec<u8>,
}

impl Waits {
    /// Whether there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.tasks.is_empty() && self.guards.is_empty() && self.gone.is_empty()
    }

    /// Keys that guard a shielded record from now on.
    pub(crate) fn guards(&self) -> impl Iterator<Item = KeyEntry> {
        self.guards.iter().copied()
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
        for source in &self.gone {
            connection.execute(FORGET, &[Value::Int(*source)])?;
        }
        for task in &self.tasks {
            task.insert(connection)?;
        }
        Index::Guarded.add(connection, &self.guards)?;
        self.events
            .iter()
            .try_for_each(|event| event.insert(connection))
    }
}

impl Store {
    /// Holds a row for a shielding officer. From now on its own keys guard the child too: under another name it is held again (F1).
    pub(crate) fn hold(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
        (id, named): (i64, Named),
    ) -> Result<Outcome, Error> {
        let keys = incoming.keys.sources.iter().chain(&incoming.keys.numbers);
        let keys: Vec<i64> = keys.copied().collect();
        batch.known.file(id, keys.iter().copied());
        batch
            .waits
            .guards
            .extend(keys.into_iter().map(|key| (key, id)));
        self.wait(batch, incoming, Waiting::Held(named))
    }

    /// Lets a row in doubt wait. If its source restricts it, whoever it may be of is shielded meanwhile (C20).
    pub(crate) fn doubt(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
        ids: Vec<i64>,
    ) -> Result<Outcome, Error> {
        if incoming.row.restriction == Restriction::None || ids.is_empty() {
            return self.wait(batch, incoming, Waiting::Review);
        }
        for id in &ids {
            let by = Author::Supplier(incoming.source.supplier.clone());
            self.shield_in(batch, *id, (by, Ground::RestrictedAtSource))?;
        }
        self.wait(batch, incoming, Waiting::Held(Named::No))
    }

    /// Lets a row wait for a person. One that is held for a shield is answered as it would be for any other child (X2): taken the
    /// first time, nothing new the next.
    pub(crate) fn wait(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
        waiting: Waiting,
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
            Waiting::Review => (KINDS[0], Outcome::Waiting),
            Waiting::Held(Named::No) => (KINDS[1], Outcome::Waiting),
            Waiting::Held(Named::Yes) if known => (KINDS[1], Outcome::Unchanged),
            Waiting::Held(Named::Yes) => (KINDS[1], Outcome::Accepted),
        };
        if let Some(entry) = &mut batch.entry {
            entry.place = Place::Waits;
            entry.words = Some(plain.clone());
        }
        if known {
            return Ok(outcome);
        }
        let id = self.next_id(batch.now.at);
        let body = self
            .ring()
            .seal(Column::TaskBody, id, &plain, self.random())?;
        batch.waits.tasks.push(Task {
            id,
            kind,
            source: key,
            body,
        });
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
        batch.waits.tasks.push(Task {
            id: waited.id,
            kind: waited.kind,
            source,
            body,
        });
        batch.waits.rows.insert(source, waited);
        Ok(())
    }
}

/// Whether a row that waits may stand in a journal: nothing of a sensitive involvement may (X4, X5).
pub(crate) fn may_be_kept(waited: &Waited) -> bool {
    codec::decode_row(&waited.plain).is_some_and(|(_, row)| !is_sensitive(&row))
}

const FORGET: &str = "DELETE FROM task WHERE source = $1";

impl Task {
    fn insert(&self, connection: &mut dyn Connection) -> Result<(), Error> {
        // The row of one source waits once; sent again, the newest is kept under the id it was sealed for.
        connection.execute(FORGET, &[Value::Int(self.source)])?;
        let sql = "INSERT INTO task (id, kind, source, body) VALUES ($1, $2, $3, $4)";
        let values = [
            Value::Int(self.id),
            Value::Text(self.kind),
            Value::Int(self.source),
            Value::Blob(&self.body),
        ];
        connection.execute(sql, &values).map(|_| ())
    }
}
