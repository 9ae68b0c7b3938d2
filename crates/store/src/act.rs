//! Acting on a record: being involved, no longer being involved.

use directory::access::Refusal;
use directory::account::{AccountId, Role};
use directory::event::{Asked, Event, Seen, What};
use directory::involvement::{Assessment, Involvement, Lead, Period, is_before_any_work};
use directory::reason::Reason;
use directory::record::{Accepted, Author, Record, Shielding};
use directory::statement::{Said, Source, SourceKind};
use directory::text::{ServiceCode, SupplierCode, SupplierKey};
use directory::{Date, Now};

use crate::batch::{Batch, move_turn};
use crate::disclose::{Loaded, TRIES_MAX};
use crate::entry::Prepared;
use crate::error::Error;
use crate::session::Session;
use crate::waiting::Waits;
use crate::write::{Keys, Write};
use crate::{Store, first_load, schema};

/// By which name the directory itself stands as the source of what practitioners record in it.
const OWN_SUPPLIER: &str = "contactpoint";

/// What a practitioner says of being involved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Involving {
    /// In which of their organisation's services.
    pub service: ServiceCode,
    /// Since when; `None`: not known.
    pub since: Option<Date>,
    /// Whether as the lead professional.
    pub lead: Lead,
    /// Whether they hold an assessment.
    pub assessment: Assessment,
}

/// A change of a record that somebody asked for, with the event of it.
pub(crate) type Change = (Loaded, What);

/// What is written of a shielded record and of others, and the turn of supply it was read at.
type Learned = (Vec<Write>, Waits, Option<String>);

impl Store {
    /// Records that the person who asks is working with a child.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn involve(
        &self,
        session: &Session,
        reference: &str,
        involving: &Involving,
        now: Now,
    ) -> Result<Result<(), Refusal>, Error> {
        self.change(
            session,
            (reference, Asked::Involve),
            now,
            |mut loaded, reason| {
                self.may_be_listed(session, (&loaded, reason), involving.since, now)?;
                let involvement = self.involvement(session, involving, now)?;
                let what = What::WorkBegun {
                    seen: next(&loaded),
                    service: involving.service.clone(),
                };
                let source = own_source(session.actor().account(), &involving.service)?;
                match loaded.record.accept(
                    source,
                    Said::Involvement(Box::new(involvement)),
                    now.today,
                ) {
                    Accepted::Changed => Ok((loaded, what)),
                    Accepted::Confirmed | Accepted::Unchanged => Err(Refusal::AlreadySo),
                    Accepted::Full => Err(Refusal::DoesNotFit),
                }
            },
        )
    }

    /// Records that the person who asks is no longer working with a child: marked as ended, and shown for a year (R20).
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn end_involvement(
        &self,
        session: &Session,
        reference: &str,
        service: &ServiceCode,
        now: Now,
    ) -> Result<Result<(), Refusal>, Error> {
        self.change(
            session,
            (reference, Asked::EndInvolvement),
            now,
            |mut loaded, _| {
                let source = own_source(session.actor().account(), service)?;
                end(&mut loaded.record, source, now.today)?;
                let seen = next(&loaded);
                let service = service.clone();
                Ok((loaded, What::WorkEnded { seen, service }))
            },
        )
    }

    /// Whether somebody may be listed on a record, as of this day. Behind a shield nobody is who does not see what they would change (R43).
    fn may_be_listed(
        &self,
        session: &Session,
        (loaded, reason): (&Loaded, Reason),
        since: Option<Date>,
        now: Now,
    ) -> Result<(), Refusal> {
        let child = self.seen_whole(session, (loaded, reason), now)?;
        match (since, child.born) {
            (Some(since), Some(born)) if is_before_any_work(since, born.value) => {
                Err(Refusal::DoesNotFit)
            }
            _ => Ok(()),
        }
    }

    fn involvement(
        &self,
        session: &Session,
        involving: &Involving,
        now: Now,
    ) -> Result<Involvement, Refusal> {
        let actor = session.actor();
        if !actor.is(Role::Practitioner) {
            return Err(Refusal::NotPermitted);
        }
        let own = actor.services().contains(&involving.service);
        let ordinary = self
            .reference()
            .catalogue
            .ordinary(&involving.service)
            .is_ok();
        let future = involving.since.is_some_and(|since| since > now.today);
        if !own || !ordinary || future {
            return Err(Refusal::DoesNotFit);
        }
        let involvement = Involvement {
            practitioner: actor.practitioner().clone(),
            service: involving.service.clone(),
            period: Period::Current {
                since: involving.since,
            },
            lead: involving.lead,
            assessment: involving.assessment,
            account: Some(actor.account()),
        };
        involvement.check().map_err(|_| Refusal::DoesNotFit)?;
        Ok(involvement)
    }

    /// Reads a record, lets `decide` change it for the reason that was given, and writes it with its event, if it is still in the version that was read.
    pub(crate) fn change(
        &self,
        session: &Session,
        (reference, asked): (&str, Asked),
        now: Now,
        decide: impl Fn(Loaded, Reason) -> Result<Change, Refusal>,
    ) -> Result<Result<(), Refusal>, Error> {
        for _ in 0..TRIES_MAX {
            let Some(loaded) = self.pointed_record(session, reference)? else {
                return self.refuse(session, (asked, None, None), Refusal::NoRecord, now);
            };
            let number = Some(loaded.record.number);
            let Some(reason) = self.reason_given(session, reference)? else {
                return self.refuse(session, (asked, number, None), Refusal::NoReason, now);
            };
            if let Err(refusal) = self.sealed(&loaded, now).viewer(session.actor(), reason) {
                return self.refuse(session, (asked, number, Some(reason)), refusal, now);
            }
            let before = self.keys(&loaded.record);
            let (changed, what) = match decide(loaded, reason) {
                Ok(change) => change,
                Err(refusal) => {
                    return self.refuse(session, (asked, number, Some(reason)), refusal, now);
                }
            };
            let prepared = self.prepare(&Event::now(now, session.by(), what))?;
            // Protection goes before supply, until it is written.
            let is_shielded = changed.record.shielding() == Shielding::Shielded;
            let _asking = is_shielded.then(|| self.way.ask());
            let learned = self.learned_by(session, &changed, now);
            let written = learned.and_then(|learned| match learned {
                Some(learned) => self
                    .write_batch_and(learned, move |connection| prepared.insert(connection))
                    .map(|_| ()),
                None => self.write_alone((&changed, &before), prepared),
            });
            match written {
                Ok(()) => return Ok(Ok(())),
                Err(Error::Contended) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Contended)
    }

    /// What is written of a record behind a shield by whose change something new is known of the child: whoever may be of the same child by
    /// it is shielded too (F1). `None`: nothing is, or there is no shield.
    fn learned_by(
        &self,
        session: &Session,
        changed: &Loaded,
        now: Now,
    ) -> Result<Option<Learned>, Error> {
        if changed.record.shielding() == Shielding::None {
            return Ok(None);
        }
        self.pool.with_snapshot(|connection| {
            let turn = schema::get(connection, "supply")?;
            first_load::check(connection, false)?;
            let mut batch = Batch::of(connection, Some(session.by()), now);
            self.bring(&mut batch, &[changed.id])?;
            let read = batch.touched.get(&changed.id);
            if read.is_none_or(|read| read.loaded.version != changed.version) {
                return Err(Error::Contended);
            }
            self.revise(&mut batch, (changed.id, changed.record.clone()), None)?;
            let by = Author::Account(session.actor().account());
            if !self.learn(&mut batch, changed.id, &by)? {
                return Ok(None);
            }
            Ok(Some((self.writes(&batch)?, batch.waits, turn)))
        })
    }

    /// Writes a changed record with its event, if it is still in the version that was read.
    fn write_alone(
        &self,
        (changed, before): (&Loaded, &Keys),
        prepared: Prepared,
    ) -> Result<(), Error> {
        let write = self.prepare_write(changed, before, &self.keys(&changed.record))?;
        // What a child behind a shield is known by now guards from this moment on, no row is resolved without it (F1).
        let guards = changed.record.shielding() == Shielding::Shielded;
        self.writer.write(move |connection| {
            first_load::check(connection, false)?;
            write.run(connection)?;
            if guards {
                move_turn(connection)?;
            }
            prepared.insert(connection)
        })
    }
}

/// Ends what a practitioner recorded of themselves: it is kept, and shown as ended for a year (R20).
///
/// [`Refusal::NothingThere`]: nothing is recorded; [`Refusal::AlreadySo`]: it has ended.
pub(crate) fn end(record: &mut Record, source: Source, today: Date) -> Result<(), Refusal> {
    let standing = record
        .standing()
        .find(|statement| statement.source == source);
    let Some(Said::Involvement(standing)) = standing.map(|statement| &statement.said) else {
        return Err(Refusal::NothingThere);
    };
    let Period::Current { since } = standing.period else {
        return Err(Refusal::AlreadySo);
    };
    let mut ended = standing.clone();
    ended.period = Period::Ended {
        since,
        ended: today,
    };
    ended.lead = Lead::Member;
    if ended.assessment == Assessment::Current {
        ended.assessment = Assessment::Past;
    }
    match record.accept(source, Said::Involvement(ended), today) {
        Accepted::Changed => Ok(()),
        Accepted::Confirmed | Accepted::Unchanged | Accepted::Full => Err(Refusal::DoesNotFit),
    }
}

/// The version that comes of a change.
pub(crate) fn next(loaded: &Loaded) -> Seen {
    Seen {
        number: loaded.record.number,
        version: loaded.version.saturating_add(1),
    }
}

/// A practitioner as a source: one statement for each service they are involved in.
pub(crate) fn own_source(account: AccountId, service: &ServiceCode) -> Result<Source, Refusal> {
    let key = format!("{}-{service}", account.0);
    Ok(Source {
        kind: SourceKind::Practitioner,
        supplier: SupplierCode::parse(OWN_SUPPLIER).map_err(|_| Refusal::DoesNotFit)?,
        key: SupplierKey::parse(&key).map_err(|_| Refusal::DoesNotFit)?,
    })
}
