//! Rows that wait for a person: those in doubt for a data officer, those that may be of a shielded child for a shielding officer.

use std::collections::HashMap;

use directory::Date;
use directory::record::Author;
use directory::shield::Ground;
use directory::statement::{Particulars, Said, Source};
use directory::supplied::{Outcome, Restriction};

use crate::batch::Batch;
use crate::driver::{Connection, Value};
use crate::entry::Prepared;
use crate::error::Error;
use crate::incoming::Incoming;
use crate::resolve::Named;
use crate::seal::Column;
use crate::{Store, codec};

/// What a batch writes besides records.
#[derive(Default)]
pub(crate) struct Waits {
    tasks: Vec<Task>,
    pub(crate) events: Vec<Prepared>,
    /// What waits by this batch, by source.
    rows: HashMap<i64, Vec<u8>>,
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
        self.tasks.is_empty() && self.gone.is_empty()
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
        self.events
            .iter()
            .try_for_each(|event| event.insert(connection))
    }
}

impl Store {
    /// Holds a row for a shielding officer. From now on its keys and its words guard the child too: what comes under the same key by
    /// another name is held again, and so is what comes by the same name under another key (F1).
    pub(crate) fn hold(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
        (id, named): (i64, Named),
    ) -> Result<Outcome, Error> {
        self.guard(batch, incoming, id)?;
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
            self.guard(batch, incoming, *id)?;
        }
        self.wait(batch, incoming, Waiting::Held(Named::No))
    }

    /// Keeps what a row says behind the shield of a record of the batch. Of a sensitive service only that the row came (X4).
    fn guard(&self, batch: &mut Batch<'_>, incoming: &Incoming<'_>, id: i64) -> Result<(), Error> {
        let Some(touched) = batch.touched.get(&id) else {
            return Err(Error::Inconsistent("a record that a row is held for"));
        };
        let mut record = touched.loaded.record.clone();
        let confirmed = incoming.row.confirmed.min(batch.now.today);
        let mut new = false;
        for key in incoming.own_keys() {
            let said = if *key == incoming.row.key {
                incoming.row.particulars.clone()
            } else {
                Particulars::default()
            };
            let source = Source {
                key: key.clone(),
                ..incoming.source.clone()
            };
            new |= record.quarantine(source, Said::Particulars(Box::new(said)), confirmed);
        }
        if new {
            self.revise(batch, (id, record), None)?;
        }
        Ok(())
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
        let known = self.waiting_already(batch, key, (&plain, incoming.row.confirmed))?;
        let (kind, outcome) = match waiting {
            Waiting::Review => ("review", Outcome::Waiting),
            Waiting::Held(Named::No) => ("held", Outcome::Waiting),
            Waiting::Held(Named::Yes) if known => ("held", Outcome::Unchanged),
            Waiting::Held(Named::Yes) => ("held", Outcome::Accepted),
        };
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
        batch.waits.rows.insert(key, plain);
        Ok(outcome)
    }

    /// Whether this source's row waits already with the same words, or with later ones.
    fn waiting_already(
        &self,
        batch: &mut Batch<'_>,
        key: i64,
        (plain, confirmed): (&[u8], Date),
    ) -> Result<bool, Error> {
        if let Some(known) = batch.waits.rows.get(&key) {
            return Ok(codec::says_no_more(plain, confirmed, known));
        }
        if batch.waits.gone.contains(&key) {
            return Ok(false);
        }
        let mut stored = None;
        let sql = "SELECT id, body FROM task WHERE source = $1";
        batch
            .connection
            .query(sql, &[Value::Int(key)], &mut |row| {
                stored = Some((row.int(0)?, row.blob(1)?));
                Ok(())
            })?;
        let Some((id, body)) = stored else {
            return Ok(false);
        };
        let known = self.ring().unseal(Column::TaskBody, id, &body)?;
        Ok(codec::says_no_more(plain, confirmed, &known))
    }
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
