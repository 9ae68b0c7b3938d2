//! Open records that may be of one child: noted on both, and listed for the data officers of whoever is responsible for either.
//!
//! Like all keys, the one they are listed under is a function of the record. Whether two may still be of one child is asked again
//! whenever they are listed or opened: a shield on one takes them off the list, and nothing says why (X2).

use directory::access::Refusal;
use directory::account::Role;
use directory::child::Child;
use directory::duplicate::Suspect;
use directory::event::{Asked, Event, What};
use directory::lifecycle::{Standing, standing_on};
use directory::number::Number;
use directory::record::{Record, Shielding};
use directory::row::RowDecision;
use directory::statement::Said;
use directory::text::AuthorityCode;
use directory::{Now, Timestamp};

use crate::Store;
use crate::batch::Batch;
use crate::error::Error;
use crate::join::is_of_own_area;
use crate::key::{Subject, hashed};
use crate::longest::{Left, Read};
use crate::seal::KeyRing;
use crate::session::{Pointer, Session};
use crate::verdict::{Likelihood, SuspectedBy, suspected};

/// The most pairs that are listed at once.
pub const SUSPECTED_SHOWN_MAX: usize = 20;
/// The most pairs of one authority, and of none, that are looked at for one list.
const PAIRS_LOOKED_AT_MAX: usize = 200;

/// Two records that may be of one child, as a list names them: no name, both are opened for that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuspectedLine {
    /// The reference by which the older one is opened, good in this session only.
    pub reference: String,
    /// The same of the other.
    pub other: String,
    /// Since when they wait.
    pub since: Timestamp,
    /// Why they may be of one child.
    pub by: SuspectedBy,
}

/// Those that wait the longest, the longest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuspectedList {
    /// At most [`SUSPECTED_SHOWN_MAX`].
    pub lines: Vec<SuspectedLine>,
    /// What is not among them.
    pub left: Left,
}

/// Two open records that may be of one child, the older one first.
pub(crate) struct Pair {
    pub(crate) ids: [i64; 2],
    pub(crate) since: Timestamp,
    pub(crate) by: SuspectedBy,
}

/// Pairs that wait for the officers of an authority.
pub(crate) struct Pairs {
    pub(crate) pairs: Vec<Pair>,
    /// The numbers of each pair's records.
    numbers: Vec<[Number; 2]>,
    left: Left,
}

/// The key under which a record is listed beside another.
pub(crate) fn suspected_keys(ring: &KeyRing, record: &Record, child: &Child) -> Option<i64> {
    let is_open = child.shielding == Shielding::None && child.name.is_some();
    let waits = is_open && !record.suspects().is_empty();
    waits.then(|| suspected_key(ring, child.responsible()))
}

fn suspected_key(ring: &KeyRing, authority: Option<&AuthorityCode>) -> i64 {
    let value = authority.map_or("", AuthorityCode::as_str);
    hashed(ring, Subject::Suspected, value.as_bytes())
}

impl Store {
    /// The records that may be of one child, if the authority of the person who asks is responsible for either, or none is. That they
    /// were listed is an event.
    ///
    /// # Errors
    /// [`Error`] when they could not be read, or the event not written.
    pub fn suspected(
        &self,
        session: &Session,
        now: Now,
    ) -> Result<Result<SuspectedList, Refusal>, Error> {
        let Some(authority) = officer_of(session) else {
            let asked = (Asked::Join, None, None);
            return self.refuse(session, asked, Refusal::NotPermitted, now);
        };
        let waiting = self.pairs_of(session, authority, now)?;
        let mut lines = Vec::with_capacity(waiting.pairs.len());
        for pair in &waiting.pairs {
            let [reference, other] = pair.ids.map(|id| session.point(Pointer::Record, id));
            lines.push(SuspectedLine {
                reference: reference?,
                other: other?,
                since: pair.since,
                by: pair.by,
            });
        }
        let mut shown = waiting.numbers.concat();
        shown.sort_unstable();
        shown.dedup();
        let what = What::DuplicatesListed { shown };
        self.record(Event::now(now, session.by(), what))?;
        let left = waiting.left;
        Ok(Ok(SuspectedList { lines, left }))
    }

    /// The pairs that wait for the officers of an authority, the longest waiting first.
    pub(crate) fn pairs_of(
        &self,
        session: &Session,
        authority: &AuthorityCode,
        now: Now,
    ) -> Result<Pairs, Error> {
        let ring = self.ring();
        let (mut waiting, mut left) = (Vec::new(), Left::Nothing);
        // As many of no authority as of one's own: those of others are among them, and take nobody's place.
        for area in [Some(authority), None] {
            let mut of_area = Vec::new();
            let read = self.each_followed(suspected_key(&ring, area), &mut |one| {
                let suspects = one.record.suspects();
                of_area.extend(suspects.iter().map(|of| (of.since, one.id, of.number)));
                Ok(!suspects.is_empty())
            })?;
            if read == Read::InPart || of_area.len() > PAIRS_LOOKED_AT_MAX {
                left = Left::Unread;
            }
            of_area.sort_unstable();
            of_area.truncate(PAIRS_LOOKED_AT_MAX);
            waiting.extend(of_area);
        }
        waiting.sort_unstable();
        self.pool.with_snapshot(|connection| {
            let mut batch = Batch::of(connection, Some(session.by()), now);
            let mut found = Pairs {
                pairs: Vec::new(),
                numbers: Vec::new(),
                left,
            };
            for (since, id, number) in &waiting {
                let Some((ids, by)) = self.pair(&mut batch, (*id, *number))? else {
                    continue;
                };
                let is_known = found.pairs.iter().any(|known| known.ids == ids);
                if is_known || !is_decided_by(session, &batch, ids) {
                    continue;
                }
                if found.pairs.len() == SUSPECTED_SHOWN_MAX {
                    found.left = Left::Later;
                    break;
                }
                let [one, other] = ids.map(|id| number_of(&batch, id));
                found.numbers.push([one?, other?]);
                let since = *since;
                found.pairs.push(Pair { ids, since, by });
            }
            Ok(found)
        })
    }

    /// A record and the one that a number finds now, if they may be of one child still.
    fn pair(
        &self,
        batch: &mut Batch<'_>,
        (id, number): (i64, Number),
    ) -> Result<Option<([i64; 2], SuspectedBy)>, Error> {
        self.bring(batch, &[id])?;
        let Some(other) = self.holder(batch, number)? else {
            return Ok(None);
        };
        let by = self.may_be_one(batch, (id, other));
        Ok(by.map(|by| ([id.min(other), id.max(other)], by)))
    }

    /// Why two records of the batch may be of one child. `None`: they hardly are, a person has kept them apart, or one of them is not open.
    pub(crate) fn may_be_one(&self, batch: &Batch<'_>, pair: (i64, i64)) -> Option<SuspectedBy> {
        self.weighed_as_one(batch, pair).map(|(by, _)| by)
    }

    /// The same, and how likely that is.
    pub(crate) fn weighed_as_one(
        &self,
        batch: &Batch<'_>,
        (one, other): (i64, i64),
    ) -> Option<(SuspectedBy, Likelihood)> {
        let pair = [batch.touched.get(&one)?, batch.touched.get(&other)?];
        let records = pair.map(|touched| &touched.loaded.record);
        let is_hidden = |record: &&Record| record.shielding() == Shielding::Shielded;
        if one == other || records.iter().any(is_hidden) || self.are_kept_apart(records) {
            return None;
        }
        let model = self.matching_model();
        let [row, known] = pair.map(|touched| self.portrayed(touched, batch.now));
        let likened = row?.likened(known?, model.scales());
        let by = suspected(&likened, model.thresholds())?;
        let is_listed = self.are_listed(batch, [one, other]);
        is_listed.then(|| (by, Likelihood::of(&likened)))
    }

    /// Whether a person has said that two records are of two children, or that a row that stands on one of them is not of the other's.
    pub(crate) fn are_kept_apart(&self, [one, other]: [&Record; 2]) -> bool {
        let apart = |one: &Record, other: &Record| {
            let mut own = other.other_own_numbers().into_iter().chain([other.number]);
            let is_numbered = own.any(|number| one.is_kept_apart(number));
            let is_of_a_child = |said: &Said| matches!(said, Said::Particulars(_));
            let mut rows = other.standing().filter(|s| is_of_a_child(&s.said));
            is_numbered
                || rows.any(|row| one.row_decision(self.mark(&row.source)) == RowDecision::Apart)
        };
        apart(one, other) || apart(other, one)
    }

    /// Whether two records of the batch are open to data officers: neither shielded nor empty nor archived.
    fn are_listed(&self, batch: &Batch<'_>, ids: [i64; 2]) -> bool {
        ids.iter().all(|id| {
            batch.touched.get(id).is_some_and(|touched| {
                let record = &touched.loaded.record;
                let child = self.child_shown(record, batch.now);
                let born = child.born.as_ref().map(|born| born.value);
                let standing = standing_on(record, born, batch.now.today);
                record.shielding() == Shielding::None
                    && child.name.is_some()
                    && standing != Standing::Archived
            })
        })
    }
}

/// The authority for which somebody decides about records that may be of one child. `None`: they do not.
pub(crate) fn officer_of(session: &Session) -> Option<&AuthorityCode> {
    let actor = session.actor();
    actor.authority().filter(|_| actor.is(Role::DataOfficer))
}

/// Whether somebody's authority is responsible for either of two records of the batch, as far as any is.
pub(crate) fn is_decided_by(session: &Session, batch: &Batch<'_>, ids: [i64; 2]) -> bool {
    let [Some(one), Some(other)] = ids.map(|id| batch.touched.get(&id)) else {
        return false;
    };
    is_of_own_area(session, [one, other].map(|touched| &touched.loaded.record))
}

/// Since when a record of the batch waits beside another. `None`: it does not.
pub(crate) fn noted_since(batch: &Batch<'_>, (id, other): (i64, i64)) -> Option<Timestamp> {
    let record = &batch.touched.get(&other)?.loaded.record;
    let own = [record.other_own_numbers(), vec![record.number]].concat();
    let mut beside = suspects(batch, id).into_iter();
    let noted = beside.find(|one| own.contains(&one.number));
    noted.map(|one| one.since)
}

/// What waits beside a record of the batch.
pub(crate) fn suspects(batch: &Batch<'_>, id: i64) -> Vec<Suspect> {
    let touched = batch.touched.get(&id);
    touched.map_or_else(Vec::new, |touched| touched.loaded.record.suspects())
}

/// The number of a record of the batch.
pub(crate) fn number_of(batch: &Batch<'_>, id: i64) -> Result<Number, Error> {
    let touched = batch.touched.get(&id);
    touched
        .map(|touched| touched.loaded.record.number)
        .ok_or(Error::Inconsistent("a record that may be a second one"))
}
