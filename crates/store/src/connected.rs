//! Open records that could give a shielded child's whereabouts away: listed for the officers who see behind the shield, who decide on
//! each (X3).
//!
//! A shield that waits for this stands under a key of the responsible authority, which like all keys is a function of the record.

use std::collections::HashMap;

use directory::Now;
use directory::Timestamp;
use directory::access::{Refusal, may_shield};
use directory::child::Child;
use directory::connected::{Considered, LeftOpen, Rest, Tie};
use directory::disclosure::{ConnectedDisclosure, Receipt, Sealed, may_consider, show_connected};
use directory::event::{Asked, By, Event, Seen, What};
use directory::number::Number;
use directory::reason::Reason;
use directory::record::{Author, Decided, Record};
use directory::shield::Ground;
use directory::text::AuthorityCode;

use crate::Store;
use crate::around::{Around, Near};
use crate::batch::Batch;
use crate::disclose::{Loaded, TRIES_MAX};
use crate::entry::Entry;
use crate::error::Error;
use crate::key::{Subject, hashed};
use crate::seal::KeyRing;
use crate::session::{Pointer, Session};
use crate::{first_load, schema};

/// The most shields that are listed at once.
pub const SHIELDS_SHOWN_MAX: usize = 20;

/// What an officer decides about one open record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// It is shielded as well, on the same ground.
    Shield,
    /// It stays open.
    LeaveOpen,
}

/// A shielded child and the open records that are connected.
pub struct ShownConnected {
    /// What may be seen.
    pub disclosure: ConnectedDisclosure,
    /// On what ground the child is shielded.
    pub ground: Ground,
    /// Whether the directory has placed the shield by itself: nobody has said of this child that it needs one.
    pub is_by_rule: bool,
    /// For each open record of the disclosure, in its order: by what it is chosen, and what it shares.
    pub open: Vec<Connected>,
    /// Whether more wait than are listed.
    pub rest: Rest,
    /// Whether the shield waits for a decision.
    pub awaits: bool,
}

/// An open record that is connected with a shielded one.
pub struct Connected {
    /// The reference by which it is chosen, good in this session only.
    pub reference: String,
    /// What it shares.
    pub ties: Vec<Tie>,
    /// Whether an officer decided before that it stays open.
    pub was_left_open: bool,
}

/// A shield that waits for a decision. It names no child: the record is opened for that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShieldLine {
    /// The reference by which it is opened, good in this session only.
    pub reference: String,
    /// On what ground it was placed.
    pub ground: Ground,
    /// When.
    pub placed: Timestamp,
}

/// What is shown, and of which versions.
struct Ready {
    of: Loaded,
    around: Vec<Near>,
    rest: Rest,
    ground: Ground,
}

/// The key under which a shield waits for its authority's officers.
pub(crate) fn connected_keys(ring: &KeyRing, record: &Record, child: &Child) -> Option<i64> {
    let responsible = child.responsible()?;
    let waits = record.awaits_consideration();
    waits.then(|| waiting_key(ring, responsible))
}

/// The authority of somebody who decides about shields. `None`: they decide about none.
fn officer_of(session: &Session) -> Option<&AuthorityCode> {
    let actor = session.actor();
    actor.authority().filter(|_| may_shield(actor).is_ok())
}

fn waiting_key(ring: &KeyRing, authority: &AuthorityCode) -> i64 {
    hashed(ring, Subject::Connected, authority.as_str().as_bytes())
}

impl Store {
    /// The shields of children for whom the authority of the person who asks is responsible, and whose connected records nobody has
    /// decided about. That they were listed is an event.
    ///
    /// # Errors
    /// [`Error`] when they could not be read, or the event not written.
    pub fn shields_waiting(
        &self,
        session: &Session,
        now: Now,
    ) -> Result<Result<Vec<ShieldLine>, Refusal>, Error> {
        let Some(authority) = officer_of(session) else {
            let asked = (Asked::Shield, None, None);
            return self.refuse(session, asked, Refusal::NotPermitted, now);
        };
        let mut loaded = self.shields_of(session, authority, now)?;
        loaded.truncate(SHIELDS_SHOWN_MAX);
        let mut lines = Vec::with_capacity(loaded.len());
        for one in &loaded {
            let Some((ground, placed)) = one.record.shield() else {
                continue;
            };
            lines.push(ShieldLine {
                reference: session.point(Pointer::Record, one.id)?,
                ground,
                placed,
            });
        }
        let shown = loaded.iter().map(|one| one.record.number).collect();
        let what = What::ConnectedListed { shown };
        self.record(Event::now(now, session.by(), what))?;
        Ok(Ok(lines))
    }

    /// Gives a reason for the shield that waits the longest for a decision, but for one that was just looked at. `None`: no other waits.
    ///
    /// # Errors
    /// [`Error`] when they could not be read, or the reason not be written.
    pub fn take_up_shield(
        &self,
        session: &Session,
        reason: Reason,
        but: &str,
        now: Now,
    ) -> Result<Result<Option<String>, Refusal>, Error> {
        let Some(authority) = officer_of(session) else {
            let asked = (Asked::Shield, None, Some(reason));
            return self.refuse(session, asked, Refusal::NotPermitted, now);
        };
        let seen = session.pointed(Pointer::Record, but);
        let waiting = self.shields_of(session, authority, now)?;
        let next = waiting.iter().find(|one| Some(one.id) != seen);
        let Some(next) = next else {
            return Ok(Ok(None));
        };
        let reference = session.point(Pointer::Record, next.id)?;
        let given = self.give_reason(session, &reference, reason, now)?;
        Ok(given.map(|()| Some(reference)))
    }

    /// The records of an authority whose shields wait for a decision of this person, the longest waiting first.
    fn shields_of(
        &self,
        session: &Session,
        authority: &AuthorityCode,
        now: Now,
    ) -> Result<Vec<Loaded>, Error> {
        let key = waiting_key(&self.ring(), authority);
        let reason = Some(Reason::ShieldDecision);
        let may_be_listed =
            |one: &Loaded| may_consider(session.actor(), reason, &self.sealed(one, now)).is_ok();
        let mut loaded = Vec::new();
        self.each_followed(key, &mut |one| {
            let may = may_be_listed(&one);
            loaded.extend(Some(one).filter(|_| may));
            Ok(may)
        })?;
        loaded.sort_by_key(|one| one.record.shield().map(|shield| shield.1));
        Ok(loaded)
    }

    /// Shows the open records that are connected with a shielded one. Every showing is an event that names them all in their versions.
    ///
    /// [`Refusal::AlreadySo`]: to this person there is nothing to decide, for whatever cause (X2).
    ///
    /// # Errors
    /// [`Error`] when the event could not be made durable: nothing is shown then.
    pub fn show_connected(
        &self,
        session: &Session,
        reference: &str,
        now: Now,
    ) -> Result<Result<ShownConnected, Refusal>, Error> {
        for _ in 0..TRIES_MAX {
            let Some(id) = session.pointed(Pointer::Record, reference) else {
                return self.refuse(session, (Asked::Shield, None, None), Refusal::NoRecord, now);
            };
            let reason = self.reason_for(session, id)?;
            let ready = match self.ready_connected(session, (id, reason), now)? {
                Ok(ready) => ready,
                Err(refusal) => {
                    return self.refuse(session, (Asked::Shield, None, reason), refusal, now);
                }
            };
            let of = self.sealed(&ready.of, now);
            let each = ready.around.iter();
            let open: Vec<Sealed> = each.map(|one| self.sealed(&one.loaded, now)).collect();
            let what = What::ConnectedShown {
                seen: of.seen(),
                reason: Reason::ShieldDecision,
                shown: open.iter().map(Sealed::seen).collect(),
            };
            match Receipt::after(self.entry_of(session, &ready, what, now)?) {
                Ok(receipt) => return ready.show(session, (&receipt, of, open)),
                Err(Error::Contended) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Contended)
    }

    fn entry_of(
        &self,
        session: &Session,
        ready: &Ready,
        what: What,
        now: Now,
    ) -> Result<Entry<'_>, Error> {
        let loaded = ready
            .around
            .iter()
            .map(|one| &one.loaded)
            .chain([&ready.of]);
        let versions = loaded.map(|one| (one.id, one.version)).collect();
        self.append(Event::now(now, session.by(), what), versions)
    }

    /// Decides about open records that are connected with a shielded one: each of those that are listed, and of no others.
    ///
    /// [`Refusal::AlreadySo`]: to this person there is nothing to decide. [`Refusal::DoesNotFit`]: others are connected than those that
    /// were decided about, and all have to be looked at again.
    ///
    /// # Errors
    /// [`Error`] when it could not be written: nothing is decided then, and nothing shielded.
    pub fn decide_connected(
        &self,
        session: &Session,
        reference: &str,
        choices: &[(String, Choice)],
        now: Now,
    ) -> Result<Result<(), Refusal>, Error> {
        let _asking = self.way.ask();
        let Some(id) = session.pointed(Pointer::Record, reference) else {
            return self.refuse(session, (Asked::Shield, None, None), Refusal::NoRecord, now);
        };
        let reason = self.reason_for(session, id)?;
        self.decide_in_batch(session, (Asked::Shield, reason), now, |batch| {
            self.connected_in(batch, session, (id, reason), choices)
        })
    }

    fn connected_in(
        &self,
        batch: &mut Batch<'_>,
        session: &Session,
        (id, reason): (i64, Option<Reason>),
        choices: &[(String, Choice)],
    ) -> Result<Result<(), Refusal>, Error> {
        self.bring(batch, &[id])?;
        let (ground, around) = match self.considering(batch, session, (id, reason))? {
            Ok(found) => found,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let of = batch.touched.get(&id).map(|touched| &touched.loaded.record);
        let awaits = of.is_none_or(|record| record.awaits_consideration());
        let mut chosen: HashMap<i64, Choice> = HashMap::new();
        for (one, choice) in choices {
            let Some(id) = session.pointed(Pointer::Record, one) else {
                continue;
            };
            // Of two answers about one record the one that hides it counts.
            if chosen.get(&id) != Some(&Choice::Shield) {
                chosen.insert(id, *choice);
            }
        }
        let listed: Vec<i64> = around.open.iter().map(|near| near.loaded.id).collect();
        if listed.len() != chosen.len() || listed.iter().any(|one| !chosen.contains_key(one)) {
            return Ok(Err(Refusal::DoesNotFit));
        }
        // Another officer has decided the same meanwhile, or this one before.
        let is_open = |near: &Near| chosen.get(&near.loaded.id) == Some(&Choice::LeaveOpen);
        let is_decided = |near: &Near| near.was_left_open && is_open(near);
        if !awaits && around.open.iter().all(is_decided) {
            return Ok(Err(Refusal::AlreadySo));
        }
        let by = Author::Account(session.actor().account());
        let ground = match ground {
            // No officer has chosen one yet; this one does by deciding.
            Ground::RestrictedAtSource => Ground::SignificantHarm,
            chosen => chosen,
        };
        let mut shielded = vec![id];
        let mut left = Vec::new();
        for near in &around.open {
            match chosen.get(&near.loaded.id) {
                Some(Choice::Shield) => {
                    let near = near.loaded.id;
                    shielded.extend(self.shield_in_charge(batch, session, (near, ground))?);
                }
                _ => left.push(near.number()),
            }
        }
        for one in shielded {
            self.consider(batch, one, (&left, &by))?;
        }
        Ok(Ok(()))
    }

    /// Keeps on a record that was shielded just now that nobody is connected with it, if so.
    pub(crate) fn consider_alone(&self, session: &Session, id: i64, now: Now) -> Result<(), Error> {
        let (writes, waits, turn) = self.pool.with_snapshot(|connection| {
            let turn = schema::get(connection, "supply")?;
            first_load::check(connection, false)?;
            let mut batch = Batch::of(connection, Some(session.by()), now);
            self.bring(&mut batch, &[id])?;
            let by = Author::Account(session.actor().account());
            self.consider(&mut batch, id, (&[], &by))?;
            Ok((self.writes(&batch)?, batch.waits, turn))
        })?;
        self.write_batch(writes, waits, turn)
    }

    /// Keeps on a shielded record what was decided about the records it is connected with. Where none is, that is decided by itself;
    /// where some are and none was decided about, nothing is.
    pub(crate) fn consider(
        &self,
        batch: &mut Batch<'_>,
        id: i64,
        (left, by): (&[Number], &Author),
    ) -> Result<(), Error> {
        let around = self.around(batch, id)?;
        let (decided, others): (Vec<Near>, Vec<Near>) = around
            .open
            .into_iter()
            .partition(|near| left.contains(&near.number()));
        let rest = match others.iter().filter(|near| !near.was_left_open).count() {
            0 => around.rest,
            _ => Rest::More,
        };
        let Some(touched) = batch.touched.get(&id) else {
            return Err(Error::Inconsistent("a record that is shielded"));
        };
        let waits = touched.loaded.record.awaits_consideration();
        if decided.is_empty() && (rest == Rest::More || !waits) {
            return Ok(());
        }
        let mut record = touched.loaded.record.clone();
        let what = What::ConnectedDecided {
            seen: Seen {
                number: record.number,
                version: touched.loaded.version.saturating_add(1),
            },
            left_open: decided.iter().map(Near::number).collect(),
        };
        let left_open = decided.into_iter().map(|near| LeftOpen {
            number: near.number(),
            gave_away: near.gives_away,
        });
        let considered = Considered {
            left_open: left_open.collect(),
            rest,
        };
        record.decide(
            by.clone(),
            batch.now,
            Decided::Considered(Box::new(considered)),
        );
        self.revise(batch, (id, record), None)?;
        let by = batch.by().unwrap_or(By::Directory);
        let event = self.prepare(&Event::now(batch.now, by, what))?;
        batch.waits.events.push(event);
        Ok(())
    }

    /// The ground of a shield and the connected records, for somebody who decides about them.
    fn considering(
        &self,
        batch: &mut Batch<'_>,
        session: &Session,
        (id, reason): (i64, Option<Reason>),
    ) -> Result<Result<(Ground, Around), Refusal>, Error> {
        first_load::check(batch.connection, false)?;
        let Some(touched) = batch.touched.get(&id) else {
            return Ok(Err(Refusal::NoRecord));
        };
        let sealed = self.sealed(&touched.loaded, batch.now);
        if let Err(refusal) = may_consider(session.actor(), reason, &sealed) {
            return Ok(Err(refusal));
        }
        let Some((ground, _)) = touched.loaded.record.shield() else {
            return Ok(Err(Refusal::AlreadySo));
        };
        Ok(Ok((ground, self.around(batch, id)?)))
    }

    fn ready_connected(
        &self,
        session: &Session,
        (id, reason): (i64, Option<Reason>),
        now: Now,
    ) -> Result<Result<Ready, Refusal>, Error> {
        self.pool.with_snapshot(|connection| {
            let mut batch = Batch::of(connection, Some(session.by()), now);
            self.bring(&mut batch, &[id])?;
            let (ground, around) = match self.considering(&mut batch, session, (id, reason))? {
                Ok(found) => found,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let Some(of) = batch.touched.remove(&id) else {
                return Err(Error::Inconsistent("a record that is shielded"));
            };
            Ok(Ok(Ready {
                of: of.loaded,
                around: around.open,
                rest: around.rest,
                ground,
            }))
        })
    }
}

impl Ready {
    fn show(
        self,
        session: &Session,
        (receipt, of, open): (&Receipt, Sealed, Vec<Sealed>),
    ) -> Result<Result<ShownConnected, Refusal>, Error> {
        let disclosure = match show_connected(receipt, session.actor(), of, open) {
            Ok(disclosure) => disclosure,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let shown: Vec<usize> = disclosure.open().iter().map(|one| one.0).collect();
        let mut connected = Vec::with_capacity(shown.len());
        for (place, near) in self.around.into_iter().enumerate() {
            if shown.contains(&place) {
                connected.push(Connected {
                    reference: session.point(Pointer::Record, near.loaded.id)?,
                    ties: near.ties,
                    was_left_open: near.was_left_open,
                });
            }
        }
        Ok(Ok(ShownConnected {
            awaits: self.of.record.awaits_consideration(),
            is_by_rule: self.of.record.is_shielded_by_rule(),
            disclosure,
            ground: self.ground,
            open: connected,
            rest: self.rest,
        }))
    }
}
