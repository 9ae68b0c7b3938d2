//! Rows that wait for a data officer when a child is shielded: those that may be of that child wait for shielding officers from then on,
//! and no data officer sees or counts them any more (X2, F1).

use directory::statement::Source;
use directory::supplied::{Outcome, Row, Supplier};

use crate::Store;
use crate::batch::Batch;
use crate::codec;
use crate::driver::Value;
use crate::error::Error;
use crate::incoming::Incoming;
use crate::keys::{Depth, Index};
use crate::seal::Column;
use crate::waiting::{HELD, Moved, Waiting};

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
    /// was held, until there are no more.
    pub(crate) fn hold_waiting(&self, batch: &mut Batch<'_>, id: i64) -> Result<(), Error> {
        let Some(touched) = batch.touched.get(&id) else {
            return Ok(());
        };
        let guarding = touched.loaded.record.quarantined.len();
        let keys = self.keys(&touched.loaded.record).guarded;
        for (source, plain) in batch.waits.rows_under(&keys) {
            let (of, row) = codec::decode_row(&plain).ok_or(Error::Inconsistent("a row"))?;
            if let Some(area) = self.held_area(batch, (&of, &row))? {
                batch.waits.change_kind((source, 0), (HELD, area));
            }
        }
        for task in tasks_under(batch, &keys)? {
            let Some(task) = self.task(batch, task)? else {
                continue;
            };
            if task.kind == HELD || batch.waits.is_moved(task.id) {
                continue;
            }
            if let Some(area) = self.held_area(batch, (&task.source, &task.row))? {
                batch.waits.move_to(Moved {
                    task: task.id,
                    kind: HELD,
                    area,
                });
            }
        }
        let touched = batch.touched.get(&id);
        let guards = touched.map_or(0, |touched| touched.loaded.record.quarantined.len());
        if guards > guarding {
            self.hold_waiting(batch, id)?;
        }
        Ok(())
    }

    /// Lets the rows that are held for a shielded record of the batch wait for the officers of whoever is responsible now (C6).
    pub(crate) fn pass_held(&self, batch: &mut Batch<'_>, id: i64) -> Result<(), Error> {
        let Some(touched) = batch.touched.get(&id).filter(|_| batch.is_shielded(id)) else {
            return Ok(());
        };
        let keys = self.keys(&touched.loaded.record).guarded;
        for task in tasks_under(batch, &keys)? {
            let Some(task) = self.task(batch, task)?.filter(|task| task.kind == HELD) else {
                continue;
            };
            if let Some(area) = self.held_area(batch, (&task.source, &task.row))? {
                batch.waits.move_to(Moved {
                    task: task.id,
                    kind: HELD,
                    area,
                });
            }
        }
        Ok(())
    }

    /// The area of a row that may be of a shielded child of the batch, whose keys guard that child from now on. `None`: it may not.
    fn held_area(
        &self,
        batch: &mut Batch<'_>,
        (source, row): (&Source, &Row),
    ) -> Result<Option<i64>, Error> {
        let supplier = Supplier {
            kind: source.kind,
            code: source.supplier.clone(),
        };
        let incoming = self.one_incoming((&supplier, row), batch.now);
        let resolved = self.resolved_alone(batch, &incoming)?;
        let Some(id) = resolved.behind_shield(batch) else {
            return Ok(None);
        };
        self.guard(batch, &incoming, id)?;
        let area = self.area(batch, &incoming, (Waiting::Held(Outcome::Waiting), &[id]));
        Ok(Some(self.area_key(area.as_ref())))
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

    /// The row of a task's body.
    pub(crate) fn open_task(&self, id: i64, body: &[u8]) -> Result<(Source, Row), Error> {
        let plain = self.ring().unseal(Column::TaskBody, id, body)?;
        codec::decode_row(&plain).ok_or(Error::Inconsistent("a row that waits"))
    }
}

/// The rows that wait under any of some keys.
fn tasks_under(batch: &mut Batch<'_>, keys: &[i64]) -> Result<Vec<i64>, Error> {
    let mut tasks = Vec::new();
    Index::Waiting.under(batch.connection, (keys, Depth::Row), &mut |(_, task)| {
        tasks.push(task);
    })?;
    tasks.sort_unstable();
    tasks.dedup();
    Ok(tasks)
}
