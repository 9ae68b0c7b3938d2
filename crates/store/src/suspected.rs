//! Open records that may be of one child: noted on both, and listed for the data officers of whoever is responsible for either.
//!
//! Like all keys, the one they are listed under is a function of the record. Whether two may still be of one child is asked again
//! whenever they are listed or opened: a shield on one takes them off the list, and nothing says why (X2).

use directory::access::Refusal;
use directory::account::Role;
use directory::child::Child;
use directory::duplicate::{Judged, Suspect};
use directory::event::{Asked, By, Event, Seen, What};
use directory::lifecycle::{Standing, standing_on};
use directory::number::Number;
use directory::record::{Author, Record, Shielding};
use directory::row::RowDecision;
use directory::statement::Said;
use directory::supplied::Outcome;
use directory::text::AuthorityCode;
use directory::{Now, Timestamp};

use crate::Store;
use crate::batch::Batch;
use crate::error::Error;
use crate::incoming::Incoming;
use crate::join::is_of_own_area;
use crate::key::{Subject, hashed};
use crate::longest::{Left, Read};
use crate::resolve::searched_under;
use crate::seal::KeyRing;
use crate::session::{Pointer, Session};
use crate::verdict::{SuspectedBy, suspected};

/// The most pairs that are listed at once.
pub const SUSPECTED_SHOWN_MAX: usize = 20;
/// The most pairs of one authority, and of none, that are looked at for one list.
const PAIRS_LOOKED_AT_MAX: usize = 200;
/// With how many others a record waits at once: what more are like says little, as a placeholder in place of a name.
const SUSPECTS_MAX: usize = 8;

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

    /// Notes open records of a batch that bear a number which a row says: each may be of the same child as the row's own record. What the
    /// row is answered does not change by it.
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
        let keys = &incoming.keys.numbers;
        let mut others = searched_under(&batch.known, keys.iter());
        others.extend(keys.iter().flat_map(|key| batch.known.fresh(*key)));
        others.sort_unstable();
        others.dedup();
        self.suspect(batch, id, others).map(|_| ())
    }

    /// Notes which of some records may be of the same child as one of the batch, where that is not noted already. Gives how many.
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
        for other in others {
            let is_full = [id, other].map(|id| suspects(batch, id).len() >= SUSPECTS_MAX);
            let noted = [(id, other), (other, id)].map(|of| noted_since(batch, of));
            let is_noted = noted.iter().all(Option::is_some);
            if is_noted || is_full.contains(&true) || self.may_be_one(batch, (id, other)).is_none()
            {
                continue;
            }
            let judged = (&Author::Directory, Judged::MayBeSame);
            self.keep_judged(batch, [id, other], judged)?;
            found = found.saturating_add(1);
        }
        Ok(found)
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

    /// Why two records of the batch may be of one child. `None`: they hardly are, a person has kept them apart, or one of them is not open.
    pub(crate) fn may_be_one(
        &self,
        batch: &Batch<'_>,
        (one, other): (i64, i64),
    ) -> Option<SuspectedBy> {
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
        self.are_listed(batch, [one, other]).then_some(by)
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

fn suspects(batch: &Batch<'_>, id: i64) -> Vec<Suspect> {
    let touched = batch.touched.get(&id);
    touched.map_or_else(Vec::new, |touched| touched.loaded.record.suspects())
}

fn number_of(batch: &Batch<'_>, id: i64) -> Result<Number, Error> {
    let touched = batch.touched.get(&id);
    touched
        .map(|touched| touched.loaded.record.number)
        .ok_or(Error::Inconsistent("a record that may be a second one"))
}
