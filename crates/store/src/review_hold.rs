//! Rows that wait for a data officer when a child is shielded: those that may be of that child wait for shielding officers from then on,
//! and no data officer sees or counts them any more (X2, F1).

use std::collections::HashSet;

use directory::record::Quarantined;
use directory::statement::Source;
use directory::supplied::{Outcome, Row, Supplier};

use crate::Store;
use crate::batch::Batch;
use crate::codec;
use crate::driver::{Dialect, Rows, Value};
use crate::error::Error;
use crate::incoming::{Incoming, RowKeys};
use crate::keys::{Depth, Index};
use crate::known::in_order;
use crate::portrayed::{Portrayed, named};
use crate::seal::Column;
use crate::verdict::may_be_decided;
use crate::waiting::{Guarded, HELD, Moved, REVIEW, Waiting};

/// Of more rows than these that wait under some keys it is not asked one by one for whom: most are held.
const ASKED_EACH_MAX: usize = 256;
/// How many waiting rows one statement reads.
const TASKS_AT_ONCE: usize = 8;
/// The statement that reads so many of a kind: by their ids, not all of the kind to look for them.
const TASKS: &str =
    "SELECT id, body FROM task WHERE +kind = $1 AND id IN ($2, $3, $4, $5, $6, $7, $8, $9)";

/// A shielded record of which rows that wait may be.
struct Shield {
    id: i64,
    /// The keys that guard it.
    keys: Vec<i64>,
    /// What waits behind it since rows were asked last.
    new: Vec<Portrayed>,
}

/// A row that waits, as it is kept.
pub(crate) struct Task {
    pub(crate) id: i64,
    pub(crate) kind: String,
    pub(crate) source: Source,
    pub(crate) row: Row,
}

impl Task {
    /// Who supplied it.
    pub(crate) fn supplier(&self) -> Supplier {
        Supplier {
            kind: self.source.kind,
            code: self.source.supplier.clone(),
        }
    }
}

impl Store {
    /// Holds the rows that wait for a data officer and may be of a record of the batch that is shielded now, and those that are like what
    /// was held, until there are no more; and shields who is like that under the child's own key. Of what waited behind the shield `before`
    /// they were asked then.
    pub(crate) fn hold_waiting(
        &self,
        batch: &mut Batch<'_>,
        (id, before): (i64, &[Quarantined]),
    ) -> Result<(), Error> {
        // Below, the tables are asked.
        batch.on_the_way.catch_up()?;
        self.shield_like_held(batch, (id, before))?;
        let Some(touched) = batch.touched.get(&id) else {
            return Ok(());
        };
        let guarding = touched.loaded.record.quarantined.clone();
        let of = Shield {
            id,
            keys: self.keys_now(touched).guarded.clone(),
            new: new_words(&guarding, before),
        };
        for (source, plain) in batch.waits.rows_under(&of.keys) {
            let (said_by, row) = codec::decode_row(&plain).ok_or(Error::Inconsistent("a row"))?;
            if let Some(area) = self.held_area(batch, (&said_by, &row), Some(&of))? {
                batch.waits.change_kind((source, 0), (HELD, area));
            }
        }
        let tasks = tasks_under(batch, &of.keys)?;
        let tasks = only_reviewed(batch, tasks)?;
        for task in self.tasks(batch, &tasks, REVIEW)? {
            if batch.waits.is_moved(task.id) {
                continue;
            }
            let row = (&task.source, &task.row);
            if let Some(area) = self.held_area(batch, row, Some(&of))? {
                batch.waits.move_to(Moved {
                    task: task.id,
                    kind: HELD,
                    area,
                });
            }
        }
        // What is held guards too. Not their number: where there is no more room, a new one takes an old one's place.
        let touched = batch.touched.get(&id);
        if touched.is_some_and(|touched| touched.loaded.record.quarantined != guarding) {
            self.hold_waiting(batch, (id, &guarding))?;
        }
        Ok(())
    }

    /// Lets the rows that are held for a shielded record of the batch wait for the officers of whoever is responsible now (C6).
    pub(crate) fn pass_held(&self, batch: &mut Batch<'_>, id: i64) -> Result<(), Error> {
        let Some(touched) = batch.touched.get(&id).filter(|_| batch.is_shielded(id)) else {
            return Ok(());
        };
        let keys = self.keys_now(touched).guarded.clone();
        let tasks = tasks_under(batch, &keys)?;
        for task in self.tasks(batch, &tasks, HELD)? {
            if let Some(area) = self.held_area(batch, (&task.source, &task.row), None)? {
                batch.waits.move_to(Moved {
                    task: task.id,
                    kind: HELD,
                    area,
                });
            }
        }
        Ok(())
    }

    /// The area of a row that may be of a shielded child of the batch, whose keys guard that child from now on. `None`: it may not. Of
    /// which record alone it may be, where that is known, with the keys that guard it.
    fn held_area(
        &self,
        batch: &mut Batch<'_>,
        (source, row): (&Source, &Row),
        alone: Option<&Shield>,
    ) -> Result<Option<i64>, Error> {
        let supplier = Supplier {
            kind: source.kind,
            code: source.supplier.clone(),
        };
        let incoming = self.one_incoming((&supplier, row), batch.now);
        if alone.is_some_and(|of| !self.may_be_of(batch, &incoming, of)) {
            return Ok(None);
        }
        let resolved = self.resolved_alone(batch, &incoming)?;
        let Some(id) = resolved.behind_shield(batch) else {
            return Ok(None);
        };
        for shielded in resolved.behind_shields(batch).to_vec() {
            if let Guarded::Anew(before) = self.guard(batch, &incoming, shielded)? {
                self.shield_like_held(batch, (shielded, &before))?;
            }
        }
        let area = self.area(batch, &incoming, (Waiting::Held(Outcome::Waiting), &[id]));
        Ok(Some(self.area_key(area.as_ref())))
    }

    /// Whether a row may be of a shielded record of the batch at all, or is like what waits there since: asked before all that is read which
    /// says whether it is.
    fn may_be_of(&self, batch: &Batch<'_>, incoming: &Incoming<'_>, of: &Shield) -> bool {
        let RowKeys {
            sources, numbers, ..
        } = &incoming.keys;
        let mut strong = sources.iter().chain(numbers);
        if strong.any(|key| of.keys.binary_search(key).is_ok()) {
            return true;
        }
        let Some(row) = &incoming.portrayed else {
            // Without a name it is found by where and when alone.
            let mut guarding = incoming.keys.guarding.iter();
            return guarding.any(|key| of.keys.binary_search(key).is_ok());
        };
        let model = self.matching_model();
        let touched = batch.touched.get(&of.id);
        let Some(known) = touched.and_then(|touched| self.portrayed(touched, batch.now)) else {
            return false;
        };
        let (scales, thresholds) = (model.scales(), model.thresholds());
        [row, &row.turned()].into_iter().any(|row| {
            let mut likened = row.likened(known, scales);
            // What it is like and does not hold it by itself matters when it comes.
            likened.nearest_bits = likened.widest_bits;
            let mut new = of.new.iter();
            may_be_decided(&likened, thresholds)
                || new.any(|new| may_be_decided(&row.likened(new, scales), thresholds))
        })
    }

    /// One row made ready.
    pub(crate) fn one_incoming<'r>(
        &self,
        (supplier, row): (&Supplier, &'r Row),
        now: directory::Now,
    ) -> Incoming<'r> {
        let catalogue = self.catalogue();
        Incoming::of((supplier, row), &self.ring(), (&catalogue, now.today))
    }

    /// A row that waits. `None`: it waits no longer.
    pub(crate) fn task(&self, batch: &mut Batch<'_>, id: i64) -> Result<Option<Task>, Error> {
        let sql = "SELECT kind, body FROM task WHERE id = $1";
        let mut stored = None;
        batch.connection.query(sql, &[Value::Int(id)], &mut |row| {
            stored = Some((row.text(0)?, row.blob(1)?));
            Ok(())
        })?;
        let Some((kind, body)) = stored else {
            return Ok(None);
        };
        let (source, row) = self.open_task(id, &body)?;
        Ok(Some(Task {
            id,
            kind,
            source,
            row,
        }))
    }

    /// Those of some rows that wait and are of a kind, in the order in which they came.
    fn tasks(&self, batch: &mut Batch<'_>, ids: &[i64], kind: &str) -> Result<Vec<Task>, Error> {
        let mut stored = Vec::new();
        let mut take = |row: &dyn Rows| {
            stored.push((row.int(0)?, row.blob(1)?));
            Ok(())
        };
        let is_postgres = batch.connection.dialect() == Dialect::Postgres;
        let at_once = if is_postgres {
            ids.len().max(1)
        } else {
            TASKS_AT_ONCE
        };
        for some in ids.chunks(at_once) {
            if is_postgres {
                let values = [Value::Text(kind), Value::Ints(some)];
                let sql = "SELECT id, body FROM task WHERE kind = $1 AND id = ANY($2)";
                batch.connection.query(sql, &values, &mut take)?;
            } else {
                let last = some.last().copied().unwrap_or(0);
                let ids = some.iter().copied().chain(std::iter::repeat(last));
                let mut values = vec![Value::Text(kind)];
                values.extend(ids.take(TASKS_AT_ONCE).map(Value::Int));
                batch.connection.query(TASKS, &values, &mut take)?;
            }
        }
        stored.sort_unstable_by_key(|(id, _)| *id);
        let opened = stored.into_iter().map(|(id, body)| {
            let (source, row) = self.open_task(id, &body)?;
            Ok(Task {
                id,
                kind: kind.to_owned(),
                source,
                row,
            })
        });
        opened.collect()
    }

    /// The row of a task's body.
    pub(crate) fn open_task(&self, id: i64, body: &[u8]) -> Result<(Source, Row), Error> {
        let plain = self.ring().unseal(Column::TaskBody, id, body)?;
        codec::decode_row(&plain).ok_or(Error::Inconsistent("a row that waits"))
    }
}

/// What waits behind a shield that did not before.
fn new_words(now: &[Quarantined], before: &[Quarantined]) -> Vec<Portrayed> {
    let new = now.iter().filter(|one| !before.contains(one));
    let new = new.filter_map(|one| named(&one.statement));
    new.filter_map(Portrayed::of_row).collect()
}

/// The rows that wait under any of some keys, for whomever.
fn tasks_under(batch: &mut Batch<'_>, keys: &[i64]) -> Result<Vec<i64>, Error> {
    let mut tasks = Vec::new();
    Index::Waiting.under(batch.connection, (keys, Depth::Row), &mut |(_, task)| {
        tasks.push(task);
    })?;
    Ok(in_order(tasks))
}

/// Those of many rows that wait for a data officer; of a few, all.
fn only_reviewed(batch: &mut Batch<'_>, mut tasks: Vec<i64>) -> Result<Vec<i64>, Error> {
    if tasks.len() <= ASKED_EACH_MAX {
        return Ok(tasks);
    }
    let reviewed = match &mut batch.reviewed {
        Some(reviewed) => reviewed,
        unread => {
            let mut found = HashSet::new();
            let sql = "SELECT id FROM task WHERE kind = $1";
            batch
                .connection
                .query(sql, &[Value::Text(REVIEW)], &mut |row| {
                    found.insert(row.int(0)?);
                    Ok(())
                })?;
            unread.insert(found)
        }
    };
    tasks.retain(|task| reviewed.contains(task));
    Ok(tasks)
}
