//! Supply: rows become statements of records. A row that may be of a shielded child is held, whatever else it matches (F1).
//!
//! Rows join by the supplier's own key, by an agreeing strong identifier, or by exact identity; in doubt they wait for a person.
//! Which of these it is, [`crate::resolve`] says: the one place that matching proper takes over.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use directory::event::{By, Event, Totals, What};
use directory::number::Number;
use directory::organisation::Sector;
use directory::record::{Accepted, Author, Decided, Record, STATEMENTS_MAX, Shielding};
use directory::shield::Ground;
use directory::statement::{Particulars, Said, Source};
use directory::supplied::{Outcome, Restriction, Row, Supplier};
use directory::text::SupplierKey;
use directory::{Date, Now};

use crate::candidate::{number_bytes, number_key};
use crate::disclose::Loaded;
use crate::driver::{Connection, Value};
use crate::entry::Prepared;
use crate::error::Error;
use crate::key::{Subject, hashed};
use crate::resolve::{Named, Resolved};
use crate::seal::Column;
use crate::write::{Keys, Write};
use crate::{Store, codec, schema};

/// The most rows of one batch, which is one transaction.
pub const BATCH_ROWS_MAX: usize = 4_096;
/// How often a number is drawn for a new child: of ten thousand million, one in a thousand is taken at 11 million children.
const NUMBER_DRAWS_MAX: usize = 16;
/// How often a batch is resolved again after another supplier's batch came between.
const TRIES_MAX: usize = 8;

/// A record that a batch reads or makes, with what it was before.
pub(crate) struct Touched {
    pub(crate) loaded: Loaded,
    /// Its keys when it was read; `None` for a new record, or one that was only compared.
    before: Option<Keys>,
    changed: bool,
}

/// A batch on its way: records by id, and what is to be written. It reads one state of the database from beginning to end.
pub(crate) struct Batch<'c> {
    pub(crate) connection: &'c mut dyn Connection,
    pub(crate) touched: HashMap<i64, Touched>,
    /// Keys of this batch's own new and changed records, which the database does not know yet.
    pub(crate) fresh: HashMap<i64, Vec<i64>>,
    pub(crate) waiting: Waits,
    /// What the batch's rows say, by the supplier's own key.
    said: HashMap<SupplierKey, Particulars>,
    /// Whom the ledger names, when it is a person.
    by: Option<By>,
}

/// What a batch writes besides records.
#[derive(Default)]
pub(crate) struct Waits {
    tasks: Vec<Task>,
    pub(crate) events: Vec<Prepared>,
    /// Keys that guard a shielded record from now on.
    guards: Vec<(i64, i64)>,
    /// What waits by this batch, by source.
    rows: HashMap<i64, Vec<u8>>,
}

/// What a row waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waiting {
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

impl Store {
    /// Takes one batch of a supplier's rows in one transaction: all of it or nothing. The same batch twice changes nothing.
    ///
    /// Batches are resolved one after the other, also across processes, so that two rows of one new child make one child.
    ///
    /// # Errors
    /// [`Error`] when the batch could not be written (nothing of it is), [`Error::Unfit`] when it is too large.
    pub fn accept(
        &self,
        supplier: &Supplier,
        rows: &[Row],
        now: Now,
    ) -> Result<Vec<Outcome>, Error> {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        if rows.len() > BATCH_ROWS_MAX {
            return Err(Error::Unfit(format!(
                "a batch has at most {BATCH_ROWS_MAX} rows"
            )));
        }
        let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..TRIES_MAX {
            let (outcomes, turn, writes, waiting) = self.pool.with_snapshot(|connection| {
                let turn = schema::get(connection, "supply")?;
                let mut batch = Batch::of(connection, None);
                let mut outcomes = Vec::with_capacity(rows.len());
                for row in rows {
                    outcomes.push(self.accept_row(&mut batch, supplier, row, now)?);
                }
                let writes = self.writes(&batch, now)?;
                Ok((outcomes, turn, writes, batch.waiting))
            })?;
            match self.write_batch(writes, waiting, turn) {
                Ok(()) => return Ok(outcomes),
                Err(Error::Contended) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Contended)
    }

    /// Records that a supplier's file was taken to its end, and that its sector feeds the directory (R85). A sensitive or national
    /// supplier has no sector: coverage never tells of a sensitive service.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn supplied(
        &self,
        supplier: &Supplier,
        sector: Option<Sector>,
        totals: Totals,
        now: Now,
    ) -> Result<(), Error> {
        let by = By::Supplier(supplier.code.clone());
        let prepared = self.prepare(&Event::now(now, by, What::Supplied(totals)))?;
        let code = supplier.code.to_string();
        let at = now.at.as_microsecond();
        self.writer.write(move |connection| {
            if let Some(sector) = sector {
                let sql = "INSERT INTO feed (supplier, sector, last_supplied) VALUES ($1, $2, $3) \
                     ON CONFLICT (supplier, sector) DO UPDATE SET last_supplied = excluded.last_supplied";
                let values = [Value::Text(&code), Value::Text(sector.words()), Value::Int(at)];
                connection.execute(sql, &values)?;
            }
            prepared.insert(connection)
        })
    }

    /// The sectors that feed this directory.
    ///
    /// # Errors
    /// [`Error`] when it could not be read.
    pub fn coverage(&self) -> Result<Vec<Sector>, Error> {
        let words = self.read("SELECT DISTINCT sector FROM feed", &[], |row| row.text(0))?;
        Ok(Sector::ALL
            .into_iter()
            .filter(|sector| words.iter().any(|word| word == sector.words()))
            .collect())
    }

    /// How many rows wait for a person's decision. Those held for a shield are not among them (X2).
    ///
    /// # Errors
    /// [`Error`] when it could not be read.
    pub fn rows_waiting(&self) -> Result<u64, Error> {
        let counts = self.read(
            "SELECT COUNT(*) FROM task WHERE kind = 'review'",
            &[],
            |row| row.int(0),
        )?;
        Ok(counts.first().map_or(0, |count| count.cast_unsigned()))
    }

    fn accept_row(
        &self,
        batch: &mut Batch<'_>,
        supplier: &Supplier,
        row: &Row,
        now: Now,
    ) -> Result<Outcome, Error> {
        let source = Source {
            kind: supplier.kind,
            supplier: supplier.code.clone(),
            key: row.key.clone(),
        };
        // Of two rows under one key that say different things the first counts; which is right, a person says.
        if batch
            .said
            .get(&row.key)
            .is_some_and(|said| *said != row.particulars)
        {
            return self.wait(batch, (&source, row), Waiting::Review, now);
        }
        batch.said.insert(row.key.clone(), row.particulars.clone());
        let id = match self.resolve(batch, &source, row, now)? {
            Resolved::Record(id) => id,
            Resolved::New => self.new_record(batch, now)?,
            Resolved::Held(id, named) => return self.hold(batch, (&source, row), (id, named), now),
            Resolved::Doubtful(ids) => return self.doubt(batch, (&source, row), ids, now),
        };
        if is_full(batch, id, row) {
            return self.wait(batch, (&source, row), Waiting::Review, now);
        }
        self.state(batch, id, (&source, row), now)
    }

    /// Adds what a row says to a record of the batch.
    fn state(
        &self,
        batch: &mut Batch<'_>,
        id: i64,
        (source, row): (&Source, &Row),
        now: Now,
    ) -> Result<Outcome, Error> {
        let Some(touched) = batch.touched.get_mut(&id) else {
            return Err(Error::Inconsistent("a record that a row was resolved to"));
        };
        if touched.before.is_none() && touched.loaded.version > 0 {
            touched.before = Some(self.keys(&touched.loaded.record, now)?);
        }
        let record = &mut touched.loaded.record;
        // A day ahead would keep later files out.
        let confirmed = row.confirmed.min(now.today);
        let mut accepted = Vec::with_capacity(row.also.len().saturating_add(1));
        if !is_sensitive(row) || record.statements.is_empty() {
            let particulars = Said::Particulars(Box::new(row.particulars.clone()));
            accepted.push(record.accept(source.clone(), particulars, confirmed));
        }
        for (key, said) in &row.also {
            let source = Source {
                key: key.clone(),
                ..source.clone()
            };
            accepted.push(record.accept(source, said.clone(), confirmed));
        }
        let restricted =
            row.restriction == Restriction::AtSource && record.shielding() == Shielding::None;
        if restricted {
            accepted.push(Accepted::Changed);
        }
        if accepted
            .iter()
            .all(|one| matches!(one, Accepted::Unchanged))
        {
            return Ok(Outcome::Unchanged);
        }
        touched.changed = true;
        if restricted {
            let by = Author::Supplier(source.supplier.clone());
            self.shield_in(batch, id, (by, Ground::RestrictedAtSource), now)?;
        }
        let Some(touched) = batch.touched.get(&id) else {
            return Err(Error::Inconsistent("a record that a row was resolved to"));
        };
        if accepted.contains(&Accepted::Changed) {
            let keys = self.keys(&touched.loaded.record, now)?;
            for key in keys.search.iter().chain(&keys.guarded) {
                let ids = batch.fresh.entry(*key).or_default();
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
        }
        Ok(Outcome::Accepted)
    }

    /// A record with a number that nobody has: drawn again while somebody has it (R18).
    fn new_record(&self, batch: &mut Batch<'_>, now: Now) -> Result<i64, Error> {
        let id = self.next_id(now.at);
        let number = self.free_number(batch)?;
        let loaded = Loaded {
            id,
            version: 0,
            record: Record::empty(number),
        };
        batch.touched.insert(
            id,
            Touched {
                loaded,
                before: None,
                changed: true,
            },
        );
        batch
            .fresh
            .entry(number_key(&self.ring(), number))
            .or_default()
            .push(id);
        Ok(id)
    }

    fn free_number(&self, batch: &mut Batch<'_>) -> Result<Number, Error> {
        for _ in 0..NUMBER_DRAWS_MAX {
            let number = Number::from_random(u64::from_be_bytes(self.random()));
            if !self.is_taken(batch, number)? {
                return Ok(number);
            }
        }
        Err(Error::Inconsistent(
            "no free ContactPoint number could be drawn",
        ))
    }

    fn is_taken(&self, batch: &mut Batch<'_>, number: Number) -> Result<bool, Error> {
        let key = number_key(&self.ring(), number);
        let mut taken = batch.fresh.contains_key(&key);
        for sql in [
            "SELECT record FROM search_key WHERE key = $1",
            "SELECT record FROM shielded_key WHERE key = $1",
        ] {
            batch.connection.query(sql, &[Value::Int(key)], &mut |_| {
                taken = true;
                Ok(())
            })?;
        }
        Ok(taken)
    }

    /// Holds a row for a shielding officer. From now on its own keys guard the child too: under another name it is held again (F1).
    fn hold(
        &self,
        batch: &mut Batch<'_>,
        (source, row): (&Source, &Row),
        (id, named): (i64, Named),
        now: Now,
    ) -> Result<Outcome, Error> {
        let ring = self.ring();
        let mut keys: Vec<i64> = std::iter::once(&row.key)
            .chain(row.also.iter().map(|(key, _)| key))
            .map(|key| hashed(&ring, Subject::Source, &source_bytes(source, key)))
            .collect();
        let numbers = row.particulars.other_numbers.iter();
        keys.extend(
            numbers.map(|number| hashed(&ring, Subject::OtherNumber, &number_bytes(number))),
        );
        drop(ring);
        batch
            .waiting
            .guards
            .extend(keys.into_iter().map(|key| (key, id)));
        self.wait(batch, (source, row), Waiting::Held(named), now)
    }

    /// Lets a row in doubt wait. If its source restricts it, whoever it may be of is shielded meanwhile (C20).
    fn doubt(
        &self,
        batch: &mut Batch<'_>,
        (source, row): (&Source, &Row),
        ids: Vec<i64>,
        now: Now,
    ) -> Result<Outcome, Error> {
        if row.restriction == Restriction::None || ids.is_empty() {
            return self.wait(batch, (source, row), Waiting::Review, now);
        }
        for id in &ids {
            let by = Author::Supplier(source.supplier.clone());
            self.shield_in(batch, *id, (by, Ground::RestrictedAtSource), now)?;
        }
        self.wait(batch, (source, row), Waiting::Held(Named::No), now)
    }

    /// Places a shield on a record of the batch, if it has none.
    pub(crate) fn shield_in(
        &self,
        batch: &mut Batch<'_>,
        id: i64,
        (by, ground): (Author, Ground),
        now: Now,
    ) -> Result<(), Error> {
        let Some(touched) = batch.touched.get_mut(&id) else {
            return Err(Error::Inconsistent("a record that is to be shielded"));
        };
        if touched.loaded.record.shielding() == Shielding::Shielded {
            return Ok(());
        }
        if touched.before.is_none() && touched.loaded.version > 0 {
            touched.before = Some(self.keys(&touched.loaded.record, now)?);
        }
        let named = match &by {
            Author::Account(_) => None,
            Author::Supplier(code) => Some(By::Supplier(code.clone())),
        };
        touched
            .loaded
            .record
            .decide(by, now, Decided::ShieldPlaced(ground));
        touched.changed = true;
        let what = What::ShieldPlaced {
            number: touched.loaded.record.number,
            ground,
        };
        let by = named.or_else(|| batch.by.clone()).unwrap_or(By::Operator);
        batch
            .waiting
            .events
            .push(self.prepare(&Event::now(now, by, what))?);
        Ok(())
    }

    /// Lets a row wait for a person. One that is held for a shield is answered as it would be for any other child (X2): taken the
    /// first time, nothing new the next.
    fn wait(
        &self,
        batch: &mut Batch<'_>,
        (source, row): (&Source, &Row),
        waiting: Waiting,
        now: Now,
    ) -> Result<Outcome, Error> {
        let plain = codec::encode_row(source, row);
        let key = hashed(
            &self.ring(),
            Subject::Source,
            &source_bytes(source, &source.key),
        );
        let known = self.waiting_already(batch, key, (&plain, row.confirmed))?;
        let (kind, outcome) = match waiting {
            Waiting::Review => ("review", Outcome::Waiting),
            Waiting::Held(Named::No) => ("held", Outcome::Waiting),
            Waiting::Held(Named::Yes) if known => ("held", Outcome::Unchanged),
            Waiting::Held(Named::Yes) => ("held", Outcome::Accepted),
        };
        if known {
            return Ok(outcome);
        }
        let id = self.next_id(now.at);
        let body = self
            .ring()
            .seal(Column::TaskBody, id, &plain, self.random())?;
        batch.waiting.tasks.push(Task {
            id,
            kind,
            source: key,
            body,
        });
        batch.waiting.rows.insert(key, plain);
        Ok(outcome)
    }

    /// Whether this source's row waits already with the same words, or with later ones.
    fn waiting_already(
        &self,
        batch: &mut Batch<'_>,
        key: i64,
        (plain, confirmed): (&[u8], Date),
    ) -> Result<bool, Error> {
        let mut waiting = batch.waiting.rows.get(&key).cloned();
        let mut stored = None;
        let sql = "SELECT id, body FROM task WHERE source = $1";
        batch
            .connection
            .query(sql, &[Value::Int(key)], &mut |row| {
                stored = Some((row.int(0)?, row.blob(1)?));
                Ok(())
            })?;
        if let (None, Some((id, body))) = (&waiting, stored) {
            waiting = Some(self.ring().unseal(Column::TaskBody, id, &body)?);
        }
        Ok(waiting.is_some_and(|known| codec::says_no_more(plain, confirmed, &known)))
    }

    pub(crate) fn writes(&self, batch: &Batch<'_>, now: Now) -> Result<Vec<Write>, Error> {
        let mut writes = Vec::new();
        for touched in batch.touched.values().filter(|touched| touched.changed) {
            writes.push(self.prepare_write(&touched.loaded, touched.before.as_ref(), now)?);
        }
        writes.sort_by_key(Write::id);
        Ok(writes)
    }

    pub(crate) fn write_batch(
        &self,
        writes: Vec<Write>,
        waiting: Waits,
        turn: Option<String>,
    ) -> Result<(), Error> {
        let Waits {
            tasks,
            events,
            guards,
            ..
        } = waiting;
        if writes.is_empty() && tasks.is_empty() && guards.is_empty() {
            return Ok(());
        }
        self.writer.write(move |connection| {
            take_turn(connection, turn.as_deref())?;
            for write in &writes {
                write.run(connection)?;
            }
            for task in &tasks {
                task.insert(connection)?;
            }
            for (key, record) in &guards {
                let sql =
                    "INSERT INTO guarded_key (key, record) VALUES ($1, $2) ON CONFLICT DO NOTHING";
                connection.execute(sql, &[Value::Int(*key), Value::Int(*record)])?;
            }
            events.iter().try_for_each(|event| event.insert(connection))
        })
    }
}

/// Whether a record has no room for what a row says: it waits for a person then, and nothing of it is lost.
fn is_full(batch: &Batch<'_>, id: i64, row: &Row) -> bool {
    let room = row.also.len().saturating_add(1);
    batch.touched.get(&id).is_some_and(|touched| {
        touched.loaded.record.statements.len().saturating_add(room) > STATEMENTS_MAX
    })
}

/// Whether a row comes from a sensitive service's own system. What such a service says of a known child beside its involvement
/// is not kept: by its supplier and day it would tell of the service (R31).
fn is_sensitive(row: &Row) -> bool {
    row.also
        .iter()
        .any(|(_, said)| matches!(said, Said::Sensitive(_)))
}

/// The bytes of which a source's key in an index is the hash.
pub(crate) fn source_bytes(source: &Source, key: &SupplierKey) -> Vec<u8> {
    let mut bytes = source.supplier.as_str().as_bytes().to_vec();
    bytes.push(0);
    bytes.extend_from_slice(key.as_str().as_bytes());
    bytes
}

/// Moves the turn of supply on, if nobody has since it was read: two batches never resolve against the same state.
fn take_turn(connection: &mut dyn Connection, seen: Option<&str>) -> Result<(), Error> {
    let Some(seen) = seen else {
        return Err(Error::Inconsistent("the turn of supply"));
    };
    let next = seen
        .parse::<u64>()
        .unwrap_or(0)
        .saturating_add(1)
        .to_string();
    let sql = "UPDATE meta SET value = $1 WHERE name = 'supply' AND value = $2";
    if connection.execute(sql, &[Value::Text(&next), Value::Text(seen)])? == 0 {
        return Err(Error::Contended);
    }
    Ok(())
}

impl<'c> Batch<'c> {
    pub(crate) fn of(connection: &'c mut dyn Connection, by: Option<By>) -> Batch<'c> {
        Batch {
            connection,
            touched: HashMap::new(),
            fresh: HashMap::new(),
            waiting: Waits::default(),
            said: HashMap::new(),
            by,
        }
    }
}

impl Touched {
    /// A record that was read.
    pub(crate) fn read(loaded: Loaded) -> Touched {
        Touched {
            loaded,
            before: None,
            changed: false,
        }
    }
}

impl Task {
    fn insert(&self, connection: &mut dyn Connection) -> Result<(), Error> {
        // The row of one source waits once; sent again, the newest is kept under the id it was sealed for.
        connection.execute(
            "DELETE FROM task WHERE source = $1",
            &[Value::Int(self.source)],
        )?;
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
