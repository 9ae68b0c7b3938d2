//! Which open records are noted as perhaps of one child: beside each the likeliest, so that those who share a number that stands wherever a
//! system knows none do not keep out the one it is about.
//!
//! Whoever gives way to a likelier one is found again by the night that comes to either when there is room.

use std::cmp::Reverse;

use directory::duplicate::{Judged, Suspect};
use directory::event::{By, Event, Seen, What};
use directory::record::Author;
use directory::supplied::Outcome;

use crate::Store;
use crate::batch::Batch;
use crate::error::Error;
use crate::incoming::Incoming;
use crate::known::Known;
use crate::resolve::searched_under;
use crate::suspected::{noted_since, number_of, suspects};
use crate::verdict::Likelihood;

/// With how many others a record waits at once: what more are like says little, as a placeholder in place of a name.
const SUSPECTS_MAX: usize = 8;

/// Whether one more has room beside a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Room {
    /// It has.
    Free,
    /// In place of this one, which is less likely.
    InPlaceOf(i64),
    /// All that wait beside it are as likely at least.
    Taken,
}

impl Store {
    /// Notes open records of a batch that bear a number which a row says: each may be of the same child as the row's own record. What the
    /// row is answered does not change by it. Where there is no room the night weighs who is likelier, as that reads every one of them.
    pub(crate) fn suspect_by_number(
        &self,
        batch: &mut Batch<'_>,
        (id, outcome): (i64, Outcome),
        incoming: &Incoming<'_>,
    ) -> Result<(), Error> {
        // What is said again at a moment gone by is compared by night.
        if outcome != Outcome::Accepted || batch.said_again.is_some() || batch.is_shielded(id) {
            return Ok(());
        }
        let mut others = numbered(&batch.known, &incoming.keys.numbers);
        others.retain(|other| *other != id);
        if others.is_empty() {
            return Ok(());
        }
        self.bring(batch, &others)?;
        others.retain(|other| places_left(batch, *other) > 0);
        let likely = self.likeliest(batch, id, &others);
        for (_, other) in likely.into_iter().take(places_left(batch, id)) {
            self.keep_judged(batch, [id, other], (&Author::Directory, Judged::MayBeSame))?;
        }
        Ok(())
    }

    /// Notes which of some records may be of the same child as one of the batch, where that is not noted already: beside each of the two the
    /// less likely give way. Gives how many.
    pub(crate) fn suspect(
        &self,
        batch: &mut Batch<'_>,
        id: i64,
        mut others: Vec<i64>,
    ) -> Result<u64, Error> {
        others.retain(|other| *other != id);
        if others.is_empty() {
            return Ok(0);
        }
        self.bring(batch, &others)?;
        let mut found = 0_u64;
        for (likelihood, other) in self.likeliest(batch, id, &others) {
            let own = self.room(batch, [id, other], likelihood)?;
            if own == Room::Taken {
                // Whoever comes after is no likelier.
                break;
            }
            let theirs = self.room(batch, [other, id], likelihood)?;
            if theirs == Room::Taken {
                continue;
            }
            for (of, room) in [(id, own), (other, theirs)] {
                if let Room::InPlaceOf(least) = room {
                    let judged = (&Author::Directory, Judged::GivesWay);
                    self.keep_judged(batch, [of, least], judged)?;
                }
            }
            let judged = (&Author::Directory, Judged::MayBeSame);
            self.keep_judged(batch, [id, other], judged)?;
            found = found.saturating_add(1);
        }
        Ok(found)
    }

    /// Which of some records may be of the same child as one of the batch and are not noted beside it, the likeliest first and of those as
    /// likely the older.
    fn likeliest(&self, batch: &Batch<'_>, id: i64, others: &[i64]) -> Vec<(Likelihood, i64)> {
        let mut likely: Vec<(Likelihood, i64)> = others
            .iter()
            .filter(|other| {
                let noted = [(id, **other), (**other, id)].map(|of| noted_since(batch, of));
                !noted.iter().all(Option::is_some)
            })
            .filter_map(|other| {
                let weighed = self.weighed_as_one(batch, (id, *other));
                weighed.map(|(_, likelihood)| (likelihood, *other))
            })
            .collect();
        likely.sort_by_key(|(likelihood, other)| (Reverse(*likelihood), *other));
        likely
    }

    /// Whether a record of the batch has room for another, which is so likely. Whoever is shielded or hardly alike any more takes no room: a
    /// shield leaves as much as a decision would (X2).
    fn room(
        &self,
        batch: &mut Batch<'_>,
        [id, beside]: [i64; 2],
        likelihood: Likelihood,
    ) -> Result<Room, Error> {
        let is_noted = noted_since(batch, (id, beside)).is_some();
        if is_noted || places_left(batch, id) > 0 {
            return Ok(Room::Free);
        }
        let mut waiting = Vec::with_capacity(SUSPECTS_MAX);
        for Suspect { number, .. } in suspects(batch, id) {
            let other = self.holder(batch, number)?;
            waiting.extend(other.and_then(|other| {
                let weighed = self.weighed_as_one(batch, (id, other));
                weighed.map(|(_, likelihood)| (likelihood, Reverse(other)))
            }));
        }
        if waiting.len() < SUSPECTS_MAX {
            return Ok(Room::Free);
        }
        Ok(match waiting.into_iter().min() {
            Some((least, Reverse(other))) if least < likelihood => Room::InPlaceOf(other),
            _ => Room::Taken,
        })
    }

    /// Notes of a record of the batch which of those that it waits beside it is hardly like any more, or is in the directory no longer. One
    /// that is shielded is left as it is: what is behind a shield nobody hears (X2). Gives how many.
    pub(crate) fn let_lapse(&self, batch: &mut Batch<'_>, id: i64) -> Result<u64, Error> {
        let mut lapsed = 0_u64;
        for Suspect { number, .. } in suspects(batch, id) {
            let Some(other) = self.holder(batch, number)? else {
                continue;
            };
            let is_hidden = batch.is_shielded(id) || batch.is_shielded(other);
            if is_hidden || self.may_be_one(batch, (id, other)).is_some() {
                continue;
            }
            let judged = (&Author::Directory, Judged::NoLongerAlike);
            self.keep_judged(batch, [id, other], judged)?;
            lapsed = lapsed.saturating_add(1);
        }
        Ok(lapsed)
    }

    /// Keeps on two records of the batch what was found or decided about them, and an event for each.
    pub(crate) fn keep_judged(
        &self,
        batch: &mut Batch<'_>,
        ids: [i64; 2],
        (by, judged): (&Author, Judged),
    ) -> Result<(), Error> {
        let [one, other] = ids;
        let named = match by {
            Author::Account(_) => batch.by(),
            Author::Supplier(_) | Author::Directory => None,
        };
        for (id, other) in [(one, other), (other, one)] {
            let merged = batch.touched.get(&other);
            let merged = merged.map(|touched| touched.loaded.record.other_own_numbers());
            let other = number_of(batch, other)?;
            let Some(touched) = batch.touched.get(&id) else {
                return Err(Error::Inconsistent("a record that may be a second one"));
            };
            let mut record = touched.loaded.record.clone();
            let what = What::DuplicateJudged {
                seen: Seen {
                    number: record.number,
                    version: touched.loaded.version.saturating_add(1),
                },
                other,
                judged,
            };
            record.decide(by.clone(), batch.now, judged.about(other));
            // Of whoever was merged into the other nothing waits by itself.
            for suspect in record.suspects() {
                if merged.iter().flatten().any(|one| *one == suspect.number) {
                    let lapsed = Judged::NoLongerAlike.about(suspect.number);
                    record.decide(Author::Directory, batch.now, lapsed);
                }
            }
            self.revise(batch, (id, record), None)?;
            let named = named.clone().unwrap_or(By::Directory);
            let event = self.prepare(&Event::now(batch.now, named, what))?;
            batch.waits.events.push(event);
        }
        Ok(())
    }
}

/// The open records under numbers, of this batch or before. Under a number that very many have there is nobody.
pub(crate) fn numbered(known: &Known, numbers: &[i64]) -> Vec<i64> {
    let mut ids = searched_under(known, numbers.iter());
    ids.extend(numbers.iter().flat_map(|key| known.fresh(*key)));
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn places_left(batch: &Batch<'_>, id: i64) -> usize {
    SUSPECTS_MAX.saturating_sub(suspects(batch, id).len())
}
