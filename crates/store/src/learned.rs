//! Who may be of the same child as a shielded record: shielded with it when the shield is placed, and whenever the record comes to say
//! something new, by a row, a person's decision or a merger (F1, X9). A duplicate that stayed open would show what is hidden.

use directory::event::{By, Event, Seen, What};
use directory::record::{Author, Decided, Quarantined, Record, Shielding};
use directory::shield::Ground;
use directory::text::AuthorityCode;

use crate::Store;
use crate::batch::Batch;
use crate::error::Error;
use crate::portrayed::named;

/// Of how many records it is asked at once who else may be of the same child: whoever is like one of them is asked about too, and so on.
/// Whoever lies further off is found by night (`reconsider.rs`).
const ASKED_MAX: usize = 16;

/// Whether a shield is being placed when it is asked who may be of the same child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShieldIs {
    /// It is. Whoever kept two apart before knew of no shield: who is like the record as one child is shielded with it all the same.
    New,
    /// It stands already: whoever a person has kept apart stays so.
    Standing,
}

impl Store {
    /// A record, and every open one that may be of the same child: who is like it or bears its numbers, who is like those, and so on.
    ///
    /// Whoever a person has kept apart from any of them is not among them; for those who are like the record itself see [`ShieldIs`].
    pub(crate) fn same_child(
        &self,
        batch: &mut Batch<'_>,
        id: i64,
        shield_is: ShieldIs,
    ) -> Result<Vec<i64>, Error> {
        let mut found = vec![id];
        let mut place = 0_usize;
        while place < ASKED_MAX
            && let Some(one) = found.get(place).copied()
        {
            let keeps_apart = place > 0 || shield_is == ShieldIs::Standing;
            for other in self.duplicates(batch, one)? {
                let is_there = found.contains(&other) || batch.is_shielded(other);
                let is_apart = keeps_apart && self.is_kept_apart_from(batch, other, &found);
                if !is_there && !is_apart {
                    found.push(other);
                }
            }
            place = place.saturating_add(1);
        }
        Ok(found)
    }

    /// Shields every open record that may be of the same child as a shielded one of the batch.
    pub(crate) fn shield_same(
        &self,
        batch: &mut Batch<'_>,
        id: i64,
        (by, shield_is): (&Author, ShieldIs),
    ) -> Result<(), Error> {
        let touched = batch.touched.get(&id);
        let Some(ground) = touched.and_then(|touched| touched.loaded.record.shield_ground()) else {
            return Ok(());
        };
        let all = self.same_child(batch, id, shield_is)?;
        self.shield_all(batch, &all, (by, ground))?;
        if let Some(touched) = batch.touched.get_mut(&id) {
            touched.others_are_asked();
        }
        Ok(())
    }

    /// Shields those records of one child that are open. Where no authority is responsible for one of them, that of the first of all becomes so
    /// which has one: nobody else would hear of the shield (C6). Who was shielded before stays in whosever charge: a record that was made
    /// alike would lead behind its shield.
    pub(crate) fn shield_all(
        &self,
        batch: &mut Batch<'_>,
        all: &[i64],
        (by, ground): (&Author, Ground),
    ) -> Result<(), Error> {
        let record = |id: &i64| Some(&batch.touched.get(id)?.loaded.record);
        let responsible = all.iter().filter_map(record).find_map(Record::responsible);
        let open = all.iter().copied().filter(|id| !batch.is_shielded(*id));
        for id in open.collect::<Vec<i64>>() {
            if let Some(authority) = &responsible {
                self.put_in_charge(batch, id, authority)?;
            }
            self.shield_in(batch, id, (by.clone(), ground))?;
        }
        Ok(())
    }

    /// Makes an authority responsible for a record of the batch that is to be shielded with another, if none is.
    fn put_in_charge(
        &self,
        batch: &mut Batch<'_>,
        id: i64,
        authority: &AuthorityCode,
    ) -> Result<(), Error> {
        let touched = batch.touched.get(&id);
        let Some(loaded) = touched.map(|touched| &touched.loaded) else {
            return Err(Error::Inconsistent("a record that is to be shielded"));
        };
        if loaded.record.responsible().is_some() {
            return Ok(());
        }
        let seen = Seen {
            number: loaded.record.number,
            version: loaded.version.saturating_add(1),
        };
        let mut record = loaded.record.clone();
        let allocated = Decided::Allocated(authority.clone());
        record.decide(Author::Directory, batch.now, allocated);
        self.revise(batch, (id, record), None)?;
        let again = batch.said_again.as_ref();
        if again.is_none_or(|again| !again.shielded.contains(&id)) {
            let now = again.map_or(batch.now, |again| again.now);
            let event = Event::now(now, By::Directory, What::TakenOn { seen });
            batch.waits.events.push(self.prepare(&event)?);
        }
        Ok(())
    }

    /// Shields every open record that is like what waits behind a shield under the child's own key, if something of it was not there `before`
    /// (`duplicates.rs`).
    pub(crate) fn shield_like_held(
        &self,
        batch: &mut Batch<'_>,
        (id, before): (i64, &[Quarantined]),
    ) -> Result<(), Error> {
        let touched = batch.touched.get(&id).filter(|_| batch.is_shielded(id));
        let is_told = touched.is_some_and(|touched| {
            let record = &touched.loaded.record;
            let mut new = record
                .quarantined
                .iter()
                .filter(|one| !before.contains(one));
            new.any(|one| {
                named(&one.statement).is_some() && self.is_own_word(record, &one.statement)
            })
        });
        if !is_told {
            return Ok(());
        }
        self.shield_same(batch, id, (&Author::Directory, ShieldIs::Standing))
    }

    /// The same, and holds the rows that wait and may be of the child.
    pub(crate) fn guard_anew(
        &self,
        batch: &mut Batch<'_>,
        id: i64,
        by: (&Author, ShieldIs),
    ) -> Result<(), Error> {
        self.shield_same(batch, id, by)?;
        self.hold_waiting(batch, (id, &[]))
    }

    /// The same, if a record of the batch is shielded and says something that it did not say before. Gives whether it is so. What its source
    /// is answered does not change by it (X2).
    pub(crate) fn learn(&self, batch: &mut Batch<'_>, id: i64, by: &Author) -> Result<bool, Error> {
        let touched = batch.touched.get(&id);
        let has_learned = touched.is_some_and(|touched| {
            touched.loaded.record.shielding() == Shielding::Shielded
                && touched.has_learned(self.portrayed(touched, batch.now))
        });
        if has_learned {
            // Below, the tables are asked.
            batch.on_the_way.catch_up()?;
            self.guard_anew(batch, id, (by, ShieldIs::Standing))?;
        }
        Ok(has_learned)
    }

    /// Whether a person has kept a record of the batch apart from any of some others.
    fn is_kept_apart_from(&self, batch: &Batch<'_>, id: i64, others: &[i64]) -> bool {
        let record = |id: &i64| Some(&batch.touched.get(id)?.loaded.record);
        record(&id).is_some_and(|of| {
            let mut others = others.iter().filter_map(record);
            others.any(|other| self.are_kept_apart([of, other]))
        })
    }
}
