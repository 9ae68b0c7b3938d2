//! Children who have moved into another authority's area: listed for the officers of both, shown, and decided by both (L4).
//!
//! Like all keys, those they are listed under are a function of the record: a shield, a feed or the other side's decision takes a child
//! off a list or puts it there. A shielded child stands under no key of the gaining authority until the losing one has offered it (X1).

use directory::Now;
use directory::access::Refusal;
use directory::account::Role;
use directory::child::Child;
use directory::disclosure::{Disclosure, Receipt, open};
use directory::event::{Asked, Event, Seen, What};
use directory::lifecycle::{Standing, standing_on};
use directory::number::Number;
use directory::reason::Reason;
use directory::record::{Author, Decided, Record, Shielding};
use directory::text::AuthorityCode;
use directory::transfer::{Act, Move, Moving, Side, Stage, transfer, transfer_reason};

use crate::Store;
use crate::batch::Batch;
use crate::disclose::{Loaded, TRIES_MAX};
use crate::driver::Value;
use crate::error::Error;
use crate::key::{Subject, hashed};
use crate::seal::KeyRing;
use crate::session::{Pointer, Session};

/// The most children that one list shows.
pub const MOVED_SHOWN_MAX: usize = 20;
/// Of so many, of whom those who moved longest ago are shown.
const MOVED: &str = "SELECT record FROM follow_key WHERE key = $1 ORDER BY record LIMIT 200";

/// A child who has moved, as a list names one: no name and no address, the child is opened for that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedLine {
    /// The reference by which it is opened, good in this session only.
    pub reference: String,
    /// From where to where, since when.
    pub of: Move,
    /// How far the two sides are.
    pub stage: Stage,
    /// The side of the person who asks.
    pub side: Side,
    /// The reason for which it is opened.
    pub reason: Reason,
}

/// The children who have moved, as one side sees them: of each list at most [`MOVED_SHOWN_MAX`], the longest moved first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MovedLists {
    /// The other side has said yes, and waits for an answer.
    pub asked: Vec<MovedLine>,
    /// Nobody has been asked, or what was asked no longer stands.
    pub open: Vec<MovedLine>,
    /// This side has said yes, or either has said no.
    pub others: Vec<MovedLine>,
}

/// A child who has moved, and what is to be decided.
pub struct ShownMove {
    /// What may be seen of the child.
    pub disclosure: Disclosure,
    /// The move.
    pub moving: Moving,
    /// The side of the person who asks.
    pub side: Side,
}

/// The lists of [`MovedLists`]. Each has keys of its own, so that none crowds another out.
#[derive(Clone, Copy)]
enum List {
    Asked,
    Open,
    Others,
}

impl List {
    fn of(moving: &Moving, side: Side) -> List {
        match moving.stage {
            _ if moving.asks(side) => List::Asked,
            Stage::Unasked | Stage::Lapsed => List::Open,
            Stage::Proposed { .. } | Stage::Declined { .. } => List::Others,
        }
    }
}

/// The keys under which a child who has moved is listed.
pub(crate) fn moved_keys(ring: &KeyRing, record: &Record, child: &Child) -> Vec<i64> {
    let Some(moving) = Moving::of(record, child) else {
        return Vec::new();
    };
    let known = Side::ALL.into_iter();
    let known = known.filter(|side| moving.is_known_to(*side, child.shielding));
    let key = |side| {
        let list = List::of(&moving, side);
        moved_key(ring, moving.of.authority(side), (child.shielding, list))
    };
    known.map(key).collect()
}

/// The authority whose moves this person decides. `None`: they decide none.
fn officer_of(session: &Session) -> Option<&AuthorityCode> {
    let actor = session.actor();
    let decides = actor.is(Role::DataOfficer) || actor.is(Role::ShieldingOfficer);
    actor.authority().filter(|_| decides)
}

fn moved_key(ring: &KeyRing, authority: &AuthorityCode, of: (Shielding, List)) -> i64 {
    let kind = match of {
        (Shielding::None, List::Asked) => 0,
        (Shielding::None, List::Open) => 1,
        (Shielding::None, List::Others) => 2,
        (Shielding::Shielded, List::Asked) => 3,
        (Shielding::Shielded, List::Open) => 4,
        (Shielding::Shielded, List::Others) => 5,
    };
    let value = [&[kind], authority.as_str().as_bytes()].concat();
    hashed(ring, Subject::Moved, &value)
}

impl Store {
    /// The children who have moved into or out of the area of the authority of the person who asks, and about whom they decide. That
    /// they were listed is an event.
    ///
    /// # Errors
    /// [`Error`] when they could not be read, or the event not written.
    pub fn moved(&self, session: &Session, now: Now) -> Result<Result<MovedLists, Refusal>, Error> {
        let Some(authority) = officer_of(session) else {
            let asked = (Asked::Transfer, None, None);
            return self.refuse(session, asked, Refusal::NotPermitted, now);
        };
        let mut shown: Vec<Number> = Vec::new();
        let mut list = |list| -> Result<Vec<MovedLine>, Error> {
            let mut lines = self.moved_lines(session, (authority, list), now)?;
            lines.sort_by_key(|(_, line)| line.of.since);
            lines.truncate(MOVED_SHOWN_MAX);
            shown.extend(lines.iter().map(|(number, _)| *number));
            Ok(lines.into_iter().map(|(_, line)| line).collect())
        };
        let lists = MovedLists {
            asked: list(List::Asked)?,
            open: list(List::Open)?,
            others: list(List::Others)?,
        };
        self.record(Event::now(now, session.by(), What::MovedListed { shown }))?;
        Ok(Ok(lists))
    }

    /// Gives a reason for the child who moved longest ago among those who wait for this person's side, but for one who was just looked
    /// at: first those of whom the other side waits for an answer, then those about whom nobody was asked. `None`: none waits who is
    /// opened for that reason.
    ///
    /// # Errors
    /// [`Error`] when they could not be read, or the reason not be written.
    pub fn take_up_moved(
        &self,
        session: &Session,
        reason: Reason,
        but: &str,
        now: Now,
    ) -> Result<Result<Option<String>, Refusal>, Error> {
        let Some(authority) = officer_of(session) else {
            let asked = (Asked::Transfer, None, Some(reason));
            return self.refuse(session, asked, Refusal::NotPermitted, now);
        };
        for list in [List::Asked, List::Open] {
            let lines = self.moved_lines(session, (authority, list), now)?;
            let lines = lines.into_iter().map(|(_, line)| line);
            let next = lines
                .filter(|line| line.reason == reason && line.reference != but)
                .min_by_key(|line| line.of.since);
            if let Some(next) = next {
                let given = self.give_reason(session, &next.reference, reason, now)?;
                return Ok(given.map(|()| Some(next.reference)));
            }
        }
        Ok(Ok(None))
    }

    fn moved_lines(
        &self,
        session: &Session,
        (authority, list): (&AuthorityCode, List),
        now: Now,
    ) -> Result<Vec<(Number, MovedLine)>, Error> {
        let roles = [
            (Role::DataOfficer, Shielding::None),
            (Role::ShieldingOfficer, Shielding::Shielded),
        ];
        let own = roles.into_iter();
        let own = own.filter(|(role, _)| session.actor().is(*role));
        let mut lines = Vec::new();
        for (_, shielding) in own {
            let key = moved_key(&self.ring(), authority, (shielding, list));
            for loaded in self.moved_under(key)? {
                let Some((moving, side)) = self.moving(session, &loaded, now) else {
                    continue;
                };
                let line = MovedLine {
                    reference: session.point(Pointer::Record, loaded.id)?,
                    of: moving.of,
                    stage: moving.stage,
                    side,
                    reason: transfer_reason(shielding),
                };
                lines.push((loaded.record.number, line));
            }
        }
        Ok(lines)
    }

    /// Shows a child who has moved to an officer of either side, with what there is to decide. Every showing is an event.
    ///
    /// [`Refusal::AlreadySo`]: there is nothing to decide for this person, for whatever cause.
    ///
    /// # Errors
    /// [`Error`] when the event could not be made durable: nothing is shown then.
    pub fn show_moved(
        &self,
        session: &Session,
        reference: &str,
        now: Now,
    ) -> Result<Result<ShownMove, Refusal>, Error> {
        for _ in 0..TRIES_MAX {
            let Some(loaded) = self.pointed_record(session, reference)? else {
                let asked = (Asked::Transfer, None, None);
                return self.refuse(session, asked, Refusal::NoRecord, now);
            };
            let reason = self.reason_for(session, loaded.id)?;
            let asked = (Asked::Transfer, Some(loaded.record.number), reason);
            let Some((moving, side)) = self.moving(session, &loaded, now) else {
                return self.refuse(session, asked, Refusal::AlreadySo, now);
            };
            let wanted = transfer_reason(loaded.record.shielding());
            let Some(reason) = reason.filter(|reason| *reason == wanted) else {
                return self.refuse(session, asked, Refusal::NoReason, now);
            };
            let sealed = self.sealed(&loaded, now);
            let viewer = match sealed.viewer(session.actor(), reason) {
                Ok(viewer) => viewer,
                Err(refusal) => return self.refuse(session, asked, refusal, now),
            };
            let what = What::Opened {
                seen: sealed.seen(),
                reason,
                viewer,
            };
            let versions = vec![(loaded.id, loaded.version)];
            let entry = self.append(Event::now(now, session.by(), what), versions)?;
            match Receipt::after(entry) {
                Ok(receipt) => {
                    let opened = open(&receipt, session.actor(), sealed);
                    return Ok(opened.map(|disclosure| ShownMove {
                        disclosure: disclosure.listed(),
                        moving,
                        side,
                    }));
                }
                Err(Error::Contended) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Contended)
    }

    /// Does something about a child's move for the side of the person who asks. Of two who decide at once the second is told
    /// [`Refusal::AlreadySo`], as is everybody to whom there is nothing of the kind to decide (X2); [`Refusal::NotPermitted`]: the same
    /// person would be both sides.
    ///
    /// # Errors
    /// [`Error`] when it could not be written: nothing is decided then.
    pub fn transfer(
        &self,
        session: &Session,
        reference: &str,
        act: Act,
        now: Now,
    ) -> Result<Result<(), Refusal>, Error> {
        let Some(id) = session.pointed(Pointer::Record, reference) else {
            let asked = (Asked::Transfer, None, None);
            return self.refuse(session, asked, Refusal::NoRecord, now);
        };
        let reason = self.reason_for(session, id)?;
        self.decide_in_batch(session, (Asked::Transfer, reason), now, |batch| {
            self.transfer_in(batch, session, (id, reason), act)
        })
    }

    fn transfer_in(
        &self,
        batch: &mut Batch<'_>,
        session: &Session,
        (id, reason): (i64, Option<Reason>),
        act: Act,
    ) -> Result<Result<(), Refusal>, Error> {
        self.bring(batch, &[id])?;
        let Some(touched) = batch.touched.get(&id) else {
            return Ok(Err(Refusal::NoRecord));
        };
        let (actor, loaded) = (session.actor(), &touched.loaded);
        let mut record = loaded.record.clone();
        let step = match transfer((&record, &self.filed(&record)), actor, act) {
            Ok(step) => step,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(reason) = reason.filter(|one| *one == transfer_reason(record.shielding())) else {
            return Ok(Err(Refusal::NoReason));
        };
        if let Err(refusal) = self.sealed(loaded, batch.now).viewer(actor, reason) {
            return Ok(Err(refusal));
        }
        let what = What::Transferred {
            seen: Seen {
                number: record.number,
                version: loaded.version.saturating_add(1),
            },
            side: step.side,
            act,
        };
        let by = Author::Account(actor.account());
        record.decide(by, batch.now, Decided::Transfer(Box::new(step)));
        self.revise(batch, (id, record), None)?;
        if act == Act::Agree {
            self.pass_held(batch, id)?;
        }
        let event = self.prepare(&Event::now(batch.now, session.by(), what))?;
        batch.waits.events.push(event);
        Ok(Ok(()))
    }

    /// The move of a child about whom this person decides, and on which side. `None`: to them there is none.
    fn moving(&self, session: &Session, loaded: &Loaded, now: Now) -> Option<(Moving, Side)> {
        let record = &loaded.record;
        let child = self.filed(record);
        let born = child.born.as_ref().map(|born| born.value);
        let standing = standing_on(record, born, now.today);
        let moving = Moving::of(record, &child).filter(|_| standing != Standing::Archived)?;
        let side = moving.side(session.actor(), child.shielding)?;
        Some((moving, side))
    }

    fn moved_under(&self, key: i64) -> Result<Vec<Loaded>, Error> {
        let ids = self.read(MOVED, &[Value::Int(key)], |row| row.int(0))?;
        self.pool
            .with_reader(|connection| self.load(connection, &ids))
    }
}
