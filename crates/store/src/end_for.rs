//! Ending an involvement for the practitioner who recorded it and cannot be waited for: by a colleague, or by who sets what is right on the
//! record (R20, L3, L7).

use directory::Now;
use directory::access::Refusal;
use directory::account::AccountId;
use directory::child::{Child, View};
use directory::disclosure::Disclosure;
use directory::ended_for::{EndCause, EndedFor, may_end_for};
use directory::event::{Asked, What};
use directory::involvement::Period;
use directory::organisation::OrganisationId;
use directory::reason::Reason;
use directory::record::{Author, Decided};
use directory::text::ServiceCode;

use crate::Store;
use crate::act::{end, next, own_source};
use crate::disclose::Loaded;
use crate::error::Error;
use crate::session::{Pointer, Session};

/// An involvement that a practitioner recorded, and that the person who asks may end for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endable {
    /// Whose it is.
    pub of: AccountId,
    /// In which service.
    pub service: ServiceCode,
    /// By what it is named, good in this session only.
    pub worker: String,
}

impl Store {
    /// The involvements of a disclosed record that practitioners recorded of themselves, and that the person who asks may end for them.
    ///
    /// # Errors
    /// [`Error`] when it could not be read who works where.
    pub fn endable(
        &self,
        session: &Session,
        disclosure: &Disclosure,
    ) -> Result<Vec<Endable>, Error> {
        let View::Whole(child) = disclosure.view() else {
            return Ok(Vec::new());
        };
        let mut endable = Vec::new();
        for working in child.involvements.iter().map(|item| &item.value) {
            let Some(of) = working.account else {
                continue;
            };
            let organisation = self.organisation_of(of)?;
            let who = (session.actor(), disclosure.reason());
            if may_end_for(who, child, (working, organisation)) {
                endable.push(Endable {
                    of,
                    service: working.service.clone(),
                    worker: session.point(Pointer::Worker, of.0)?,
                });
            }
        }
        Ok(endable)
    }

    /// Ends an involvement that another practitioner recorded: marked as ended, and shown for a year (R20). Who ended it, and why, is in the
    /// ledger.
    ///
    /// [`Refusal::NothingThere`]: the practitioner is not shown as working with the child; [`Refusal::AlreadySo`]: it has ended.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn end_for(
        &self,
        session: &Session,
        reference: &str,
        (worker, service, cause): (&str, &ServiceCode, EndCause),
        now: Now,
    ) -> Result<Result<(), Refusal>, Error> {
        let Some(of) = session.pointed(Pointer::Worker, worker).map(AccountId) else {
            let asked = (Asked::EndInvolvement, None, None);
            return self.refuse(session, asked, Refusal::NothingThere, now);
        };
        let organisation = self.organisation_of(of)?;
        self.change(
            session,
            (reference, Asked::EndInvolvement),
            now,
            |mut loaded, reason| {
                let child = self.seen_whole(session, (&loaded, reason), now)?;
                let who = (session, reason);
                let ended = ended_for(who, &child, (of, service, organisation), now)?;
                end(&mut loaded.record, own_source(of, service)?, now.today)?;
                let by = Author::Account(session.actor().account());
                let decided = Decided::WorkEnded(Box::new(ended));
                loaded.record.decide(by, now, decided);
                let what = What::WorkEndedFor {
                    seen: next(&loaded),
                    service: service.clone(),
                    of,
                    cause,
                };
                Ok((loaded, what))
            },
        )
    }

    /// The child of a record as somebody sees it whole. Behind a shield nobody changes what they do not see (R43).
    pub(crate) fn seen_whole(
        &self,
        session: &Session,
        (loaded, reason): (&Loaded, Reason),
        now: Now,
    ) -> Result<Box<Child>, Refusal> {
        let actor = session.actor();
        let viewer = self.sealed(loaded, now).viewer(actor, reason)?;
        let child = self.child_shown(&loaded.record, now);
        match child.seen_by(viewer, actor) {
            Some(View::Whole(child)) => Ok(child),
            Some(View::Restricted(_)) | None => Err(Refusal::NotPermitted),
        }
    }
}

/// Which involvement is ended, if this person may end it.
fn ended_for(
    (session, reason): (&Session, Reason),
    child: &Child,
    (of, service, organisation): (AccountId, &ServiceCode, Option<OrganisationId>),
    now: Now,
) -> Result<EndedFor, Refusal> {
    let shown = child.involvements.iter().map(|item| &item.value);
    let mut own = shown.filter(|one| one.account == Some(of) && one.service == *service);
    // Those who still work with the child come first.
    let working = own.next().ok_or(Refusal::NothingThere)?;
    if matches!(working.period, Period::Ended { .. }) {
        return Err(Refusal::AlreadySo);
    }
    let may = may_end_for((session.actor(), reason), child, (working, organisation));
    may.then(|| EndedFor {
        of,
        service: service.clone(),
        name: working.practitioner.name.clone(),
        on: now.today,
    })
    .ok_or(Refusal::NotPermitted)
}
