//! Taking on a shielded child for whom no authority is responsible (L4): by two officers' word, or by the officer who places the shield.
//!
//! Nothing lists such children, and nothing tells that rows are held for one: an officer who knows the child finds them by what
//! everybody sees of them, and says so there (X1, X2). From then on what is held waits for the officers of that authority.

use directory::Now;
use directory::access::Refusal;
use directory::event::{Asked, Event, Seen, What};
use directory::reason::Reason;
use directory::record::Decided;
use directory::take_on::{Said, Word, take_on, word};

use crate::Store;
use crate::batch::Batch;
use crate::error::Error;
use crate::session::{Pointer, Session};

/// For which reason a child is taken on.
const WHY: Reason = Reason::ShieldDecision;

impl Store {
    /// Whose word of the person's own authority waits for a second one, of a record that was opened for a decision on its shield.
    ///
    /// # Errors
    /// [`Error`] when it could not be read.
    pub fn take_on_word(
        &self,
        session: &Session,
        reference: &str,
        now: Now,
    ) -> Result<Result<Word, Refusal>, Error> {
        let asked = (Asked::Transfer, None, Some(WHY));
        let Some(loaded) = self.pointed_record(session, reference)? else {
            return self.refuse(session, asked, Refusal::NoRecord, now);
        };
        if self.reason_for(session, loaded.id)?.is_none() {
            return self.refuse(session, asked, Refusal::NoReason, now);
        }
        Ok(Ok(word(&loaded.record, session.actor(), now)))
    }

    /// Says that the authority of the person who asks takes a shielded child on, if none is responsible. The second of two who say so
    /// makes it responsible, and what is held for the child waits for its officers. Whoever asks is answered the same where another
    /// authority is responsible, and nothing changes then (X1).
    ///
    /// [`Refusal::AlreadySo`]: the child is not shielded, or this person has said so already.
    ///
    /// # Errors
    /// [`Error`] when it could not be written: nothing is said then.
    pub fn take_on(
        &self,
        session: &Session,
        reference: &str,
        now: Now,
    ) -> Result<Result<Said, Refusal>, Error> {
        let Some(id) = session.pointed(Pointer::Record, reference) else {
            let asked = (Asked::Transfer, None, None);
            return self.refuse(session, asked, Refusal::NoRecord, now);
        };
        let reason = self.reason_for(session, id)?;
        self.decide_in_batch(session, (Asked::Transfer, reason), now, |batch| {
            self.take_on_in(batch, session, (id, reason))
        })
    }

    fn take_on_in(
        &self,
        batch: &mut Batch<'_>,
        session: &Session,
        (id, reason): (i64, Option<Reason>),
    ) -> Result<Result<Said, Refusal>, Error> {
        self.bring(batch, &[id])?;
        let Some(touched) = batch.touched.get(&id) else {
            return Ok(Err(Refusal::NoRecord));
        };
        let (actor, loaded) = (session.actor(), &touched.loaded);
        let Some(reason) = reason.filter(|reason| *reason == WHY) else {
            return Ok(Err(Refusal::NoReason));
        };
        if let Err(refusal) = self.sealed(loaded, batch.now).viewer(actor, reason) {
            return Ok(Err(refusal));
        }
        let (decided, said) = match take_on(&loaded.record, actor, batch.now) {
            Ok(decided) => decided,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let seen = Seen {
            number: loaded.record.number,
            version: loaded.version.saturating_add(1),
        };
        let allocates = matches!(decided, Decided::Allocated(_));
        let what = if allocates {
            What::TakenOn { seen }
        } else {
            What::TakeOnOffered { seen }
        };
        let mut record = loaded.record.clone();
        let by = directory::record::Author::Account(actor.account());
        record.decide(by, batch.now, decided);
        self.revise(batch, (id, record), None)?;
        if allocates {
            self.pass_held(batch, id)?;
        }
        let event = self.prepare(&Event::now(batch.now, session.by(), what))?;
        batch.waits.events.push(event);
        Ok(Ok(said))
    }

    /// Makes the officer's authority responsible for a record of the batch that is to be shielded, where none is.
    pub(crate) fn take_charge(
        &self,
        batch: &mut Batch<'_>,
        session: &Session,
        id: i64,
    ) -> Result<(), Error> {
        let Some(touched) = batch.touched.get(&id) else {
            return Err(Error::Inconsistent("a record that is to be shielded"));
        };
        let seen = Seen {
            number: touched.loaded.record.number,
            version: touched.loaded.version.saturating_add(1),
        };
        let mut record = touched.loaded.record.clone();
        if !record.take_charge(session.actor(), batch.now) {
            return Ok(());
        }
        self.revise(batch, (id, record), None)?;
        let event = self.prepare(&Event::now(batch.now, session.by(), What::TakenOn { seen }))?;
        batch.waits.events.push(event);
        Ok(())
    }
}
