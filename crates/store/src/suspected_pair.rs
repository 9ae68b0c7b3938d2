//! Two open records that may be of one child, shown side by side to a data officer, who decides: one child, two, or it cannot be told.
//!
//! Whether they may be is asked again at every look and with every decision. Whoever comes too late, for whatever cause, gets one answer
//! (X2).

use directory::access::Refusal;
use directory::disclosure::Disclosure;
use directory::duplicate::Judged;
use directory::event::Asked;
use directory::reason::Reason;
use directory::record::{Author, Shielding};
use directory::{Now, Timestamp};
use matching::link::Explanation;

use crate::Store;
use crate::batch::Batch;
use crate::error::Error;
use crate::join::Join;
use crate::session::{Pointer, Session};
use crate::suspected::{is_decided_by, noted_since, officer_of};
use crate::verdict::SuspectedBy;

/// What an officer decides about two records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairAnswer {
    /// They are of one child: everything of the second comes into the first.
    Merge,
    /// They are of two children, and stay so.
    NotSame,
    /// It cannot be told: they wait at the end of the list.
    CannotTell,
}

/// Which pair is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WantedPair {
    /// The one of these references.
    This([String; 2]),
    /// The one that waits the longest, but for one that was just looked at.
    FirstBut([String; 2]),
}

/// Two records that may be of one child.
pub struct ShownPair {
    /// What may be seen of each, the first one first.
    pub disclosures: [Disclosure; 2],
    /// Since when they wait.
    pub since: Timestamp,
    /// Why they may be of one child.
    pub by: SuspectedBy,
    /// The same field by field, in which no value stands.
    pub explanation: Option<Explanation>,
}

/// What is known of a pair before it is shown.
struct Likeness {
    since: Timestamp,
    by: SuspectedBy,
    explanation: Option<Explanation>,
}

impl Store {
    /// Opens the pair that waits the longest, or the one that was chosen from the list, for a reason that is given for both records.
    /// `None`: none waits but one that was just looked at.
    ///
    /// # Errors
    /// [`Error`] when it could not be read, or the reasons not be written.
    pub fn take_up_pair(
        &self,
        session: &Session,
        reason: Reason,
        wanted: WantedPair,
        now: Now,
    ) -> Result<Result<Option<[String; 2]>, Refusal>, Error> {
        let Some(authority) = officer_of(session) else {
            let asked = (Asked::Join, None, Some(reason));
            return self.refuse(session, asked, Refusal::NotPermitted, now);
        };
        let pair = match wanted {
            WantedPair::This(pair) => Some(pair),
            WantedPair::FirstBut(seen) => {
                let seen = seen.map(|one| session.pointed(Pointer::Record, &one));
                let waiting = self.pairs_of(session, authority, now)?;
                let mut first = waiting.pairs.iter().map(|pair| pair.ids);
                let first = first.find(|ids| ids.map(Some) != seen);
                let point = |id| session.point(Pointer::Record, id);
                match first {
                    Some([one, other]) => Some([point(one)?, point(other)?]),
                    None => None,
                }
            }
        };
        for reference in pair.iter().flatten() {
            if let Err(refusal) = self.give_reason(session, reference, reason, now)? {
                return Ok(Err(refusal));
            }
        }
        Ok(Ok(pair))
    }

    /// Shows two records that may be of one child to somebody who gave a reason for both. Each is opened, which is an event.
    ///
    /// [`Refusal::AlreadySo`]: to this person there is nothing to decide, for whatever cause (X2).
    ///
    /// # Errors
    /// [`Error`] when an event could not be made durable: nothing is shown then.
    pub fn show_pair(
        &self,
        session: &Session,
        references: &[String; 2],
        now: Now,
    ) -> Result<Result<ShownPair, Refusal>, Error> {
        let [reference, other] = references;
        let likeness = self.pool.with_snapshot(|connection| {
            let mut batch = Batch::of(connection, Some(session.by()), now);
            let ids = match self.standing_pair(&mut batch, session, references)? {
                Ok(ids) => ids,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let likeness = self.likeness(&batch, ids);
            Ok(likeness.ok_or(Refusal::AlreadySo))
        })?;
        let likeness = match likeness {
            Ok(likeness) => likeness,
            Err(refusal) => return self.refuse(session, (Asked::Join, None, None), refusal, now),
        };
        let mut disclosed = Vec::with_capacity(references.len());
        for reference in [reference, other] {
            match self.disclose(session, reference, now)? {
                Ok(disclosure) => disclosed.push(disclosure),
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
        let is_open = |one: &Disclosure| one.shielding() == Shielding::None;
        let disclosures: Result<[Disclosure; 2], _> = disclosed.try_into();
        // A shield may have been placed in between.
        let disclosures = disclosures.ok().filter(|both| both.iter().all(is_open));
        Ok(disclosures
            .map(|disclosures| ShownPair {
                disclosures,
                since: likeness.since,
                by: likeness.by,
                explanation: likeness.explanation,
            })
            .ok_or(Refusal::AlreadySo))
    }

    /// Decides about two records that may be of one child. Of two who decide at once the second is told [`Refusal::AlreadySo`], as is
    /// everybody to whom there is nothing to decide (X2). [`Refusal::DoesNotFit`]: the second does not fit into the first.
    ///
    /// # Errors
    /// [`Error`] when it could not be written: nothing is decided then.
    pub fn decide_pair(
        &self,
        session: &Session,
        references: &[String; 2],
        answer: PairAnswer,
        now: Now,
    ) -> Result<Result<(), Refusal>, Error> {
        self.decide_in_batch(session, (Asked::Join, None), now, |batch| {
            let ids = match self.standing_pair(batch, session, references)? {
                Ok(ids) => ids,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let by = Author::Account(session.actor().account());
            let judged = match answer {
                PairAnswer::NotSame => Judged::NotSame,
                PairAnswer::CannotTell => Judged::CannotTell,
                PairAnswer::Merge => {
                    let [_, other] = references;
                    let join = Join::Merge(other.clone());
                    let [id, _] = ids;
                    return self.join_in(batch, session, ((id, Reason::DataQuality), &join));
                }
            };
            self.keep_judged(batch, ids, (&by, judged))?;
            Ok(Ok(()))
        })
    }

    /// The records of two references, if they wait for this person, who gave a reason for both.
    fn standing_pair(
        &self,
        batch: &mut Batch<'_>,
        session: &Session,
        references: &[String; 2],
    ) -> Result<Result<[i64; 2], Refusal>, Error> {
        if officer_of(session).is_none() {
            return Ok(Err(Refusal::NotPermitted));
        }
        let ids = references
            .each_ref()
            .map(|reference| session.pointed(Pointer::Record, reference));
        let [Some(one), Some(other)] = ids else {
            return Ok(Err(Refusal::NoRecord));
        };
        for id in [one, other] {
            if self.reason_for(session, id)? != Some(Reason::DataQuality) {
                return Ok(Err(Refusal::NoReason));
            }
        }
        self.bring(batch, &[one, other])?;
        let noted = [(one, other), (other, one)].map(|of| noted_since(batch, of));
        let waits = noted.iter().any(Option::is_some);
        let stands = waits
            && is_decided_by(session, batch, [one, other])
            && self.may_be_one(batch, (one, other)).is_some();
        Ok(stands.then_some([one, other]).ok_or(Refusal::AlreadySo))
    }

    /// Why two records of the batch may be of one child, as a person who decides is told it: no value is in it, only fields, how they agree,
    /// and bits.
    fn likeness(&self, batch: &Batch<'_>, [one, other]: [i64; 2]) -> Option<Likeness> {
        let by = self.may_be_one(batch, (one, other))?;
        let since = noted_since(batch, (one, other)).or(noted_since(batch, (other, one)))?;
        let (first, second) = (batch.touched.get(&one)?, batch.touched.get(&other)?);
        let first = self.portrayed(first, batch.now)?;
        let second = self.portrayed(second, batch.now)?;
        Some(Likeness {
            since,
            by,
            explanation: self.evidence_between(first, second),
        })
    }
}
