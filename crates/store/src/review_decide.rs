//! A person decides of a row that waits. What was decided stands against everything that runs by itself afterwards.

use directory::Now;
use directory::access::Refusal;
use directory::event::{Asked, Event, What};
use directory::record::{Author, Decided};
use directory::row::Waits;
use directory::supplied::{Outcome, Row, Supplier};

use crate::Store;
use crate::accept::is_full;
use crate::apart::row_words;
use crate::batch::Batch;
use crate::beside::{Beside, right_after};
use crate::disclose::TRIES_MAX;
use crate::entry::Prepared;
use crate::error::Error;
use crate::incoming::Incoming;
use crate::learned::ShieldIs;
use crate::resolve::Resolved;
use crate::review_show::Standing;
use crate::session::{Pointer, Session};
use crate::waiting::Waits as Written;
use crate::{first_load, schema};

/// What a person says of a row that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is of the child of this reference.
    Link(String),
    /// It is of none of the children of these references, which are all that are beside it: a child of its own, or of whoever else it may
    /// be of. If another has come beside it since they were shown, nothing is decided ([`Refusal::DoesNotFit`]).
    Apart(Vec<String>),
    /// It cannot be told: it goes to the end of the list.
    CannotTell,
}

/// What a decision writes, the turn of supply it was read at, and the answer.
struct Decision {
    beside: Beside,
    answer: Result<(), Refusal>,
    /// The row, if what it says stands from now on.
    stands: Option<(Supplier, Row)>,
}

impl Store {
    /// Decides of a row that this session took up. Of two who decide at once the second is told [`Refusal::AlreadySo`], as is whoever
    /// decides of a row that waits no longer for them, for whatever cause (X2).
    ///
    /// # Errors
    /// [`Error`] when it could not be written: nothing is decided then.
    pub fn decide_row(
        &self,
        session: &Session,
        (waits, reference): (Waits, &str),
        verdict: &Verdict,
        now: Now,
    ) -> Result<Result<(), Refusal>, Error> {
        for _ in 0..TRIES_MAX {
            let reason = match self.row_reason(session, (waits, reference))? {
                Ok(reason) => reason,
                Err(refusal) => {
                    return self.refuse(session, (Asked::Review, None, None), refusal, now);
                }
            };
            let made = self.decision(session, (waits, reference), verdict, now)?;
            if let Some((supplier, row)) = &made.stands {
                self.note_decided((supplier, row), now)?;
            }
            match self.write_beside(made.beside, right_after(now)) {
                Ok(()) => {}
                Err(Error::Contended) => continue,
                Err(error) => return Err(error),
            }
            return match made.answer {
                Ok(()) => Ok(Ok(())),
                Err(refusal) => {
                    self.refuse(session, (Asked::Review, None, Some(reason)), refusal, now)
                }
            };
        }
        Err(Error::Contended)
    }

    fn decision(
        &self,
        session: &Session,
        (waits, reference): (Waits, &str),
        verdict: &Verdict,
        now: Now,
    ) -> Result<Decision, Error> {
        self.pool.with_snapshot(|connection| {
            let turn = schema::get(connection, "supply")?;
            first_load::check(connection, false)?;
            let mut batch = Batch::of(connection, Some(session.by()), now);
            let standing = self.standing(&mut batch, session, (waits, reference))?;
            // A row that waits no longer for this person may have to be moved to whom it waits for.
            let Some(standing) = standing else {
                return Ok(Decision {
                    beside: Beside {
                        writes: self.writes(&batch)?,
                        waits: batch.waits,
                        turn,
                        entries: Vec::new(),
                    },
                    answer: Err(Refusal::AlreadySo),
                    stands: None,
                });
            };
            let answer = self.decided(&mut batch, session, (&standing, verdict))?;
            let beside = match answer {
                Ok(()) => Beside {
                    writes: self.writes(&batch)?,
                    waits: batch.waits,
                    turn,
                    entries: batch.journal.unwrap_or_default(),
                },
                Err(_) => Beside {
                    writes: Vec::new(),
                    waits: Written::default(),
                    turn,
                    entries: Vec::new(),
                },
            };
            let is_decided = answer.is_ok() && !matches!(verdict, Verdict::CannotTell);
            let task = &standing.task;
            let stands = is_decided.then(|| (task.supplier(), task.row.clone()));
            Ok(Decision {
                beside,
                answer,
                stands,
            })
        })
    }

    fn decided(
        &self,
        batch: &mut Batch<'_>,
        session: &Session,
        (standing, verdict): (&Standing, &Verdict),
    ) -> Result<Result<(), Refusal>, Error> {
        let Standing { task, beside } = standing;
        let supplier = task.supplier();
        let incoming = self.one_incoming((&supplier, &task.row), batch.now);
        let decided = match verdict {
            Verdict::Link(record) => {
                let chosen = session.pointed(Pointer::Record, record);
                match chosen.filter(|id| beside.contains(id)) {
                    Some(id) => self.link(batch, session, (&incoming, id))?,
                    None => Err(Refusal::DoesNotFit),
                }
            }
            Verdict::Apart(shown) => {
                let shown = shown.iter();
                let shown: Vec<i64> = shown
                    .filter_map(|record| session.pointed(Pointer::Record, record))
                    .collect();
                if beside.iter().all(|id| shown.contains(id)) {
                    self.keep_apart(batch, session, (&incoming, beside))?
                } else {
                    Err(Refusal::DoesNotFit)
                }
            }
            Verdict::CannotTell => {
                let by = session.actor().account();
                batch.waits.put_off(task.id, (batch.now, by));
                let row = incoming.keys.mark();
                batch
                    .waits
                    .events
                    .push(self.event(batch, session, What::RowPutOff { row })?);
                return Ok(Ok(()));
            }
        };
        if decided.is_ok() {
            batch.waits.decide(task.id);
        }
        Ok(decided)
    }

    /// The row is of this child: said to the record now, and whenever the supplier sends it again. A shield stays as it is.
    fn link(
        &self,
        batch: &mut Batch<'_>,
        session: &Session,
        (incoming, id): (&Incoming<'_>, i64),
    ) -> Result<Result<(), Refusal>, Error> {
        if is_full(batch, id, incoming.row) {
            return Ok(Err(Refusal::DoesNotFit));
        }
        let row = incoming.keys.mark();
        let number = self.add_decision(batch, session, (id, Decided::RowLinked(row), incoming))?;
        self.forget_waiting(batch, incoming);
        self.state_decided(batch, id, incoming)?;
        if batch.is_shielded(id) {
            self.forget_words(batch, incoming)?;
            // What a person links to a shielded child is certainly of the child from now on.
            let by = Author::Account(session.actor().account());
            self.guard_anew(batch, id, (&by, ShieldIs::Standing))?;
        }
        let event = self.event(batch, session, What::RowLinked { row, number })?;
        batch.waits.events.push(event);
        Ok(Ok(()))
    }

    /// The row is of none of these children: it goes on as if they were not there, and mostly becomes a child of its own.
    fn keep_apart(
        &self,
        batch: &mut Batch<'_>,
        session: &Session,
        (incoming, beside): (&Incoming<'_>, &[i64]),
    ) -> Result<Result<(), Refusal>, Error> {
        if incoming.portrayed.is_none() {
            // Without a name nobody would ever find the child.
            return Ok(Err(Refusal::DoesNotFit));
        }
        let row = incoming.keys.mark();
        let mut from = Vec::with_capacity(beside.len());
        for id in beside {
            let words = Some(row_words(&self.ring(), &incoming.row.particulars));
            let apart = Decided::RowApart { row, words };
            from.push(self.add_decision(batch, session, (*id, apart, incoming))?);
        }
        self.forget_waiting(batch, incoming);
        match self.resolve(batch, incoming)? {
            Resolved::New => {
                let id = self.new_record(batch)?;
                self.state_decided(batch, id, incoming)?;
            }
            Resolved::Record(id) if !is_full(batch, id, incoming.row) => {
                self.state_decided(batch, id, incoming)?;
                self.learn(batch, id, &Author::Account(session.actor().account()))?;
            }
            Resolved::Record(id) if batch.is_shielded(id) => {
                self.hold(batch, incoming, (&[id], Outcome::Waiting))?;
            }
            Resolved::Record(id) => {
                self.doubt(batch, incoming, vec![id])?;
            }
            Resolved::Held(ids) => {
                self.hold(batch, incoming, (&ids, Outcome::Waiting))?;
            }
            Resolved::Doubtful(ids) => {
                self.doubt(batch, incoming, ids)?;
            }
        }
        let event = self.event(batch, session, What::RowApart { row, from })?;
        batch.waits.events.push(event);
        Ok(Ok(()))
    }

    /// What waits of this row waits no longer, unless it is put there again.
    fn forget_waiting(&self, batch: &mut Batch<'_>, incoming: &Incoming<'_>) {
        if let Some(source) = incoming.keys.sources.first() {
            batch.waits.forget(*source);
        }
    }

    /// What the row said waits behind the child's shield no longer: it is decided whether it is of this child.
    fn add_decision(
        &self,
        batch: &mut Batch<'_>,
        session: &Session,
        (id, decided, incoming): (i64, Decided, &Incoming<'_>),
    ) -> Result<directory::number::Number, Error> {
        let Some(touched) = batch.touched.get(&id) else {
            return Err(Error::Inconsistent("a record beside a row"));
        };
        let mut record = touched.loaded.record.clone();
        let by = Author::Account(session.actor().account());
        record.decide(by, batch.now, decided);
        record.forget_held(|source| incoming.is_of(source));
        let number = record.number;
        self.revise(batch, (id, record), None)?;
        Ok(number)
    }

    fn event(&self, batch: &Batch<'_>, session: &Session, what: What) -> Result<Prepared, Error> {
        self.prepare(&Event::now(batch.now, session.by(), what))
    }
}
