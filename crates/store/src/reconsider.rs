//! Open records that came to be connected with a shielded one after all was decided: found each night, for officers to decide (X3).
//!
//! A brother follows to the refuge, and his practice says so months after the shield was placed.

use std::ops::ControlFlow;

use directory::Now;
use directory::connected::{Considered, Rest};
use directory::event::{By, Event, Seen, What};
use directory::record::{Author, Decided, Shielding};

use crate::batch::Batch;
use crate::error::Error;
use crate::{Store, first_load, schema};

const SHIELDED: &str = "SELECT DISTINCT record FROM shielded_key ORDER BY record";

impl Store {
    /// Looks at every shielded record about whose connected ones all was decided, and lets those wait again that have others now. Gives
    /// how many do.
    ///
    /// `after_each` is told how many records were looked at so far, and says whether to go on.
    ///
    /// # Errors
    /// [`Error`] when something could not be read or written: what was found before stays found.
    pub fn reconsider(
        &self,
        now: Now,
        after_each: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<u64, Error> {
        let shielded = self.read(SHIELDED, &[], |row| row.int(0))?;
        let (mut looked, mut found) = (0u64, 0u64);
        for id in shielded {
            match self.reconsider_one(id, now) {
                Ok(waits) => found = found.saturating_add(u64::from(waits)),
                // It was changed at the same moment: the next night is early enough.
                Err(Error::Contended) => {}
                Err(error) => return Err(error),
            }
            looked = looked.saturating_add(1);
            if after_each(looked).is_break() {
                break;
            }
        }
        Ok(found)
    }

    fn reconsider_one(&self, id: i64, now: Now) -> Result<bool, Error> {
        let (writes, waits, turn) = self.pool.with_snapshot(|connection| {
            let turn = schema::get(connection, "supply")?;
            first_load::check(connection, false)?;
            let mut batch = Batch::of(connection, None, now);
            self.bring(&mut batch, &[id])?;
            self.let_wait_again(&mut batch, id)?;
            Ok((self.writes(&batch)?, batch.waits, turn))
        })?;
        if writes.is_empty() {
            return Ok(false);
        }
        self.write_batch(writes, waits, turn).map(|()| true)
    }

    fn let_wait_again(&self, batch: &mut Batch<'_>, id: i64) -> Result<(), Error> {
        let Some(touched) = batch.touched.get(&id) else {
            return Ok(());
        };
        let (version, mut record) = (touched.loaded.version, touched.loaded.record.clone());
        let shielded = record.shielding() == Shielding::Shielded;
        if !shielded || record.awaits_consideration() || !self.has_undecided(batch, id)? {
            return Ok(());
        }
        let what = What::ConnectedFound {
            seen: Seen {
                number: record.number,
                version: version.saturating_add(1),
            },
        };
        let found = Considered {
            left_open: Vec::new(),
            rest: Rest::More,
        };
        let decided = Decided::Considered(Box::new(found));
        record.decide(Author::Directory, batch.now, decided);
        self.revise(batch, (id, record), None)?;
        let event = self.prepare(&Event::now(batch.now, By::Operator, what))?;
        batch.waits.events.push(event);
        Ok(())
    }
}
