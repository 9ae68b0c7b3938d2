//! Placing a shield: on the record, and on every other record that may be of the same child.

use directory::Now;
use directory::access::{Refusal, may_shield};
use directory::event::Asked;
use directory::record::{Author, Shielding};
use directory::shield::Ground;

use crate::batch::Batch;
use crate::disclose::TRIES_MAX;
use crate::error::Error;
use crate::learned::ShieldIs;
use crate::session::{Pointer, Session};
use crate::waiting::Waits;
use crate::write::Write;
use crate::{Store, first_load, schema};

/// What placing a shield writes, and the turn of supply it was read at.
type Placed = (Vec<Write>, Waits, Option<String>);

impl Store {
    /// Places a shield: from the next request of anybody only name, date of birth, gender and number are seen (R43).
    ///
    /// Other records that may be of the same child are shielded with it, each with an event of its own: a duplicate that stayed open
    /// would show what is hidden (F1). The turn of supply moves on, so that no row is resolved against a state without the shield.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn shield(
        &self,
        session: &Session,
        reference: &str,
        ground: Ground,
        now: Now,
    ) -> Result<Result<(), Refusal>, Error> {
        // Protection goes before supply.
        let _asking = self.way.ask();
        for _ in 0..TRIES_MAX {
            let Some(loaded) = self.pointed_record(session, reference)? else {
                return self.refuse(session, (Asked::Shield, None, None), Refusal::NoRecord, now);
            };
            let number = Some(loaded.record.number);
            let reason = self.reason_given(session, reference)?;
            let allowed = may_shield(session.actor()).and_then(|()| {
                let reason = reason.ok_or(Refusal::NoReason)?;
                self.sealed(&loaded, now).viewer(session.actor(), reason)?;
                let shielded = loaded.record.shielding() == Shielding::Shielded;
                if shielded {
                    Err(Refusal::AlreadySo)
                } else {
                    Ok(())
                }
            });
            if let Err(refusal) = allowed {
                return self.refuse(session, (Asked::Shield, number, reason), refusal, now);
            }
            let Some(id) = session.pointed(Pointer::Record, reference) else {
                return Err(Error::Inconsistent("a reference"));
            };
            let ((writes, waits, turn), shielded) = self.placed(session, (id, ground), now)?;
            match self.write_batch(writes, waits, turn) {
                Ok(()) => {
                    for one in shielded {
                        // Until it is known that nobody is connected, the shield waits for an officer (X3): no failure takes that away.
                        let _ = self.consider_alone(session, one, now);
                    }
                    return Ok(Ok(()));
                }
                Err(Error::Contended) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Contended)
    }

    fn placed(
        &self,
        session: &Session,
        (id, ground): (i64, Ground),
        now: Now,
    ) -> Result<(Placed, Vec<i64>), Error> {
        self.pool.with_snapshot(|connection| {
            let turn = schema::get(connection, "supply")?;
            first_load::check(connection, false)?;
            let mut batch = Batch::of(connection, Some(session.by()), now);
            let shielded = self.shield_in_charge(&mut batch, session, (id, ground))?;
            let writes = self.writes(&batch)?;
            Ok(((writes, batch.waits, turn), shielded))
        })
    }

    /// Shields a record of the batch for an officer, and every other that may be of the same child. Where no authority is responsible the
    /// officer's becomes so first: nobody else would be asked about the rows that are held from now on (C6). Gives those that had no
    /// shield.
    pub(crate) fn shield_in_charge(
        &self,
        batch: &mut Batch<'_>,
        session: &Session,
        (id, ground): (i64, Ground),
    ) -> Result<Vec<i64>, Error> {
        let ids = self.without_shield(batch, id, ShieldIs::New)?;
        for id in &ids {
            self.take_charge(batch, session, *id)?;
            let by = Author::Account(session.actor().account());
            self.shield_in(batch, *id, (by, ground))?;
        }
        Ok(ids)
    }

    /// Shields a record of the batch, and every other that may be of the same child.
    pub(crate) fn shield_child(
        &self,
        batch: &mut Batch<'_>,
        id: i64,
        (by, ground): (Author, Ground),
    ) -> Result<(), Error> {
        let shield_is = match by {
            // It goes with another shield.
            Author::Directory => ShieldIs::Standing,
            Author::Account(_) | Author::Supplier(_) => ShieldIs::New,
        };
        let all = self.same_child(batch, id, shield_is)?;
        self.shield_all(batch, &all, (&by, ground))
    }

    fn without_shield(
        &self,
        batch: &mut Batch<'_>,
        id: i64,
        shield_is: ShieldIs,
    ) -> Result<Vec<i64>, Error> {
        let mut ids = self.same_child(batch, id, shield_is)?;
        ids.retain(|id| !batch.is_shielded(*id));
        Ok(ids)
    }
}
