//! Who may be of the same child as a shielded record: shielded with it when the shield is placed, and whenever the record comes to say
//! something new, by a row, a person's decision or a merger (F1, X9). A duplicate that stayed open would show what is hidden.

use directory::record::{Author, Shielding};

use crate::Store;
use crate::batch::Batch;
use crate::error::Error;

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
        for one in self.same_child(batch, id, shield_is)? {
            self.shield_in(batch, one, (by.clone(), ground))?;
        }
        if let Some(touched) = batch.touched.get_mut(&id) {
            touched.others_are_asked();
        }
        Ok(())
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
