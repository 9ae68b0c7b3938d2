//! Open records that came to be connected with a shielded one after all was decided: found each night, for officers to decide (X3).
//!
//! A brother follows to the refuge, and his practice says so months after the shield was placed. Whoever may be of the same child as the
//! shielded one by then is shielded, as when a shield is placed (F1).

use std::ops::ControlFlow;

use directory::connected::{Considered, Rest};
use directory::event::{By, Event, Seen, What};
use directory::record::{Author, Decided, Record, Shielding};
use directory::{Now, Timestamp};

use crate::batch::Batch;
use crate::driver::Connection;
use crate::error::Error;
use crate::learned::ShieldIs;
use crate::nobodys::UNTOLD_HOURS;
use crate::{Store, first_load, schema};

const SHIELDED: &str = "SELECT DISTINCT record FROM shielded_key ORDER BY record";
/// Who looks, and since when, in the table of single values: two processes do not look at once.
const LOOKED: &str = "shields looked at";
/// The last record that was looked at: the next look goes on after it, so that none is passed over however often looks are interrupted.
const LOOKED_TO: &str = "shields looked at, to";
/// After how many records that is written down.
const NOTED_EACH: u64 = 256;

/// What came of looking at every shielded record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reconsidered {
    /// Records looked at.
    pub looked_at: u64,
    /// Shields that wait for an officer again.
    pub waiting_again: u64,
    /// Shields that no longer wait, because nobody is connected.
    pub settled: u64,
    /// Records that could not be looked at: the next time they are tried again.
    pub failed: u64,
    /// Whether the directory has placed shields by itself, a day ago and longer, of which no officer hears because no authority is
    /// responsible. Never how many (X2).
    pub nobody_hears: bool,
}

/// What one look changed.
enum Looked {
    Nothing,
    WaitsAgain,
    Settled,
    /// Nothing: the directory has shielded it by itself, and no officer hears of it.
    Unheard,
}

impl Store {
    /// Takes the turn to look at every shielded record, unless it was taken later than a moment.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn take_turn_to_reconsider(&self, not_since: Timestamp, now: Now) -> Result<bool, Error> {
        self.take_turn(LOOKED, not_since, now)
    }

    /// Takes the turn for a nightly look of a name, unless it was taken later than a moment: of several processes one takes it.
    pub(crate) fn take_turn(
        &self,
        look: &'static str,
        not_since: Timestamp,
        now: Now,
    ) -> Result<bool, Error> {
        let (since, at) = (not_since.as_microsecond(), now.at.as_microsecond());
        self.writer.write(move |connection| {
            let before = schema::get(connection, look)?;
            let before = before.and_then(|at| at.parse::<i64>().ok());
            let is_due = before.is_none_or(|before| before <= since);
            if is_due {
                schema::put(connection, look, &at.to_string())?;
            }
            Ok(is_due)
        })
    }

    /// Looks at every shielded record: those about whose connected ones all was decided wait again if they have others now, and those that
    /// wait no longer do if nobody is connected; and whoever is like one of them is shielded, however long each of the two has been as it is.
    /// One that cannot be read or written keeps none of the others waiting.
    ///
    /// `after_each` is told how far it is, and says whether to go on. Interrupted, the next look begins where this one ended.
    ///
    /// # Errors
    /// [`Error`] when the shielded records could not be listed.
    pub fn reconsider(
        &self,
        now: Now,
        after_each: &mut dyn FnMut(&Reconsidered) -> ControlFlow<()>,
    ) -> Result<Reconsidered, Error> {
        let mut shielded = self.read(SHIELDED, &[], |row| row.int(0))?;
        let last = self.looked_to()?;
        let behind = shielded.partition_point(|id| *id <= last);
        shielded.rotate_left(behind);
        let mut done = Reconsidered::default();
        for id in shielded {
            done.looked_at = done.looked_at.saturating_add(1);
            let counted = match self.reconsider_one(id, now) {
                Ok(Looked::Nothing) => None,
                Ok(Looked::WaitsAgain) => Some(&mut done.waiting_again),
                Ok(Looked::Settled) => Some(&mut done.settled),
                Ok(Looked::Unheard) => {
                    done.nobody_hears = true;
                    None
                }
                Err(_) => Some(&mut done.failed),
            };
            if let Some(count) = counted {
                *count = count.saturating_add(1);
            }
            let goes_on = after_each(&done).is_continue();
            if !goes_on || done.looked_at.is_multiple_of(NOTED_EACH) {
                // Where it could not be noted, the next look begins earlier.
                let _ = self.note_looked_to(id);
            }
            if !goes_on {
                break;
            }
        }
        Ok(done)
    }

    /// The last record that was looked at, the first of all if none ever was.
    fn looked_to(&self) -> Result<i64, Error> {
        let last = self
            .pool
            .with_snapshot(|connection| schema::get(connection, LOOKED_TO))?;
        let last = last.and_then(|last| last.parse().ok());
        Ok(last.unwrap_or(i64::MIN))
    }

    fn note_looked_to(&self, id: i64) -> Result<(), Error> {
        let noted = move |connection: &mut dyn Connection| {
            schema::put(connection, LOOKED_TO, &id.to_string())
        };
        self.writer.write(noted)
    }

    fn reconsider_one(&self, id: i64, now: Now) -> Result<Looked, Error> {
        let (looked, (writes, waits, turn)) = self.pool.with_snapshot(|connection| {
            let turn = schema::get(connection, "supply")?;
            first_load::check(connection, false)?;
            let mut batch = Batch::of(connection, None, now);
            self.bring(&mut batch, &[id])?;
            // Whoever came to be like the child by what was said of them, or lay too far off when the shield was placed (F1).
            self.shield_same(&mut batch, id, (&Author::Directory, ShieldIs::Standing))?;
            let looked = self.look_again(&mut batch, id)?;
            Ok((looked, (self.writes(&batch)?, batch.waits, turn)))
        })?;
        self.write_batch(writes, waits, turn).map(|()| looked)
    }

    fn look_again(&self, batch: &mut Batch<'_>, id: i64) -> Result<Looked, Error> {
        let Some(touched) = batch.touched.get(&id) else {
            return Ok(Looked::Nothing);
        };
        let (version, mut record) = (touched.loaded.version, touched.loaded.record.clone());
        if record.shielding() == Shielding::None {
            return Ok(Looked::Nothing);
        }
        let around = self.around(batch, id)?;
        let rest = match around.open.iter().any(|near| !near.was_left_open) {
            true => Rest::More,
            false => around.rest,
        };
        let waits = record.awaits_consideration();
        // Of a shield that the directory placed by itself an officer hears, also where nobody is connected: it may be wrong.
        let is_unseen = waits && record.is_shielded_by_rule();
        if is_unseen && is_unheard(&record, batch.now) {
            return Ok(Looked::Unheard);
        }
        if waits == (rest == Rest::More) || is_unseen {
            return Ok(Looked::Nothing);
        }
        let seen = Seen {
            number: record.number,
            version: version.saturating_add(1),
        };
        let left_open = Vec::new();
        let (what, looked) = match rest {
            Rest::More => (What::ConnectedFound { seen }, Looked::WaitsAgain),
            Rest::None => (What::ConnectedDecided { seen, left_open }, Looked::Settled),
        };
        let considered = Considered {
            left_open: Vec::new(),
            rest,
        };
        let decided = Decided::Considered(Box::new(considered));
        record.decide(Author::Directory, batch.now, decided);
        self.revise(batch, (id, record), None)?;
        let event = self.prepare(&Event::now(batch.now, By::Directory, what))?;
        batch.waits.events.push(event);
        Ok(looked)
    }
}

/// Whether no authority is responsible for a record whose shield waits, and has not been for so long that it is told.
fn is_unheard(record: &Record, now: Now) -> bool {
    let untold = jiff::SignedDuration::from_hours(UNTOLD_HOURS);
    let told = now.at.checked_sub(untold).unwrap_or(Timestamp::MIN);
    let placed = record.shield().map(|(_, placed)| placed);
    record.responsible().is_none() && placed.is_some_and(|placed| placed <= told)
}
