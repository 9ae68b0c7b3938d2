//! Two records side by side, before an officer merges them by hand: what may be seen of each, and why they may be one child or not.

use directory::Now;
use directory::access::Refusal;
use directory::child::View;
use directory::disclosure::Disclosure;
use directory::record::Record;
use directory::survivorship;
use matching::link::Explanation;

use crate::Store;
use crate::error::Error;
use crate::portrayed::Portrayed;
use crate::session::Session;

/// Two records that somebody sees whole.
pub struct SideBySide {
    /// What may be seen of each, in the order in which they were asked for.
    pub disclosures: [Disclosure; 2],
    /// Why they may be of one child, field by field, in which no value stands. `None`: one of them has no name.
    pub explanation: Option<Explanation>,
}

impl Store {
    /// Shows two records to somebody who gave a reason for each. Each is opened, which is an event.
    ///
    /// [`Refusal::NotPermitted`]: of a shielded record only its own officers may do more than see that it is one.
    ///
    /// # Errors
    /// [`Error`] when an event could not be made durable: nothing is shown then.
    pub fn side_by_side(
        &self,
        session: &Session,
        [reference, other]: [&str; 2],
        now: Now,
    ) -> Result<Result<SideBySide, Refusal>, Error> {
        // Worked out first, and given only with both: a shield that is placed in between wins.
        let explanation = self.evidence_of_two(session, [reference, other], now)?;
        let mut disclosed = Vec::with_capacity(2);
        for reference in [reference, other] {
            match self.disclose(session, reference, now)? {
                Ok(one) => disclosed.push(one),
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
        let is_whole = |one: &Disclosure| matches!(one.view(), View::Whole(_));
        let disclosures: Result<[Disclosure; 2], _> = disclosed.try_into();
        let disclosures = disclosures.ok().filter(|both| both.iter().all(is_whole));
        Ok(disclosures
            .map(|disclosures| SideBySide {
                disclosures,
                explanation,
            })
            .ok_or(Refusal::NotPermitted))
    }

    fn evidence_of_two(
        &self,
        session: &Session,
        [reference, other]: [&str; 2],
        now: Now,
    ) -> Result<Option<Explanation>, Error> {
        let one = self.pointed_record(session, reference)?;
        let other = self.pointed_record(session, other)?;
        let portrait = |record| self.portrait_without_held(record, now);
        let one = one.and_then(|one| portrait(one.record));
        let other = other.and_then(|one| portrait(one.record));
        let both = one.zip(other);
        Ok(both.and_then(|(one, other)| self.evidence_between(&one, &other)))
    }

    /// A record as rows are compared with it, without what waits behind its shield: that is no word of the record yet.
    fn portrait_without_held(&self, mut record: Record, now: Now) -> Option<Portrayed> {
        record.quarantined.clear();
        let catalogue = &self.reference().catalogue;
        let child = survivorship::child(&record, catalogue, now.today);
        Portrayed::of_record(&record, &child, &self.matching_model())
    }
}
