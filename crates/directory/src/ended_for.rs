//! An involvement that a practitioner recorded of themselves, ended by somebody else: the practitioner has left, and nobody else can be
//! waited for.
//!
//! What a service no longer does it has to say (L3), and the responsible authority takes reasonable steps to put an error right (L7). So a
//! colleague may end it, and whoever may set what is right on the record; it stays for a year, marked as ended (R20).

use crate::Date;
use crate::account::{AccountId, Actor, Role};
use crate::child::{Child, Working};
use crate::correction::{Dispute, may_set};
use crate::entry::{Entry, Part, same};
use crate::involvement::Period;
use crate::name::Name;
use crate::organisation::OrganisationId;
use crate::reason::Reason;
use crate::record::{Decided, Record};
use crate::text::ServiceCode;

/// Why somebody else ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndCause {
    /// The practitioner has left the service.
    Left,
    /// Somebody else of the service works with the child now.
    HandedOver,
    /// The service no longer works with the child.
    WorkEnded,
    /// The practitioner never worked with the child.
    Mistake,
}

/// Which involvement was ended for somebody else, as the decision on its record keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedFor {
    /// Whose it was.
    pub of: AccountId,
    /// In which service.
    pub service: ServiceCode,
    /// Under which name it was shown.
    pub name: Name,
    /// On which day it ended.
    pub on: Date,
}

impl EndCause {
    /// Every cause.
    pub const ALL: [EndCause; 4] = [
        EndCause::Left,
        EndCause::HandedOver,
        EndCause::WorkEnded,
        EndCause::Mistake,
    ];

    /// The code used in forms and in the ledger.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            EndCause::Left => "left",
            EndCause::HandedOver => "handed-over",
            EndCause::WorkEnded => "work-ended",
            EndCause::Mistake => "mistake",
        }
    }

    /// The cause of a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<EndCause> {
        EndCause::ALL.into_iter().find(|cause| cause.code() == code)
    }

    /// In words, as offered on a page.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            EndCause::Left => "They have left the service",
            EndCause::HandedOver => "Somebody else of the service works with the child now",
            EndCause::WorkEnded => "The service no longer works with the child",
            EndCause::Mistake => "It was recorded by mistake",
        }
    }
}

impl EndedFor {
    /// Whether somebody who is shown as working with the child is the one it was ended for.
    pub(crate) fn is_of(&self, working: &Working) -> bool {
        working.account == Some(self.of)
            && working.service == self.service
            && working.period.ended() == Some(self.on)
    }

    /// Whether it says what becomes of a report before it: that they are wrongly said to work with the child.
    pub(crate) fn answers(&self, report: &Dispute) -> bool {
        match &report.entry {
            Some(Entry::Working(service, name, Part::Whole)) => {
                *service == self.service && same(name, &self.name)
            }
            _ => false,
        }
    }
}

/// What was ended for somebody else on a record.
pub(crate) fn ended_for(record: &Record) -> Vec<&EndedFor> {
    let decided = record.own_decided();
    decided
        .filter_map(|decided| match decided {
            Decided::WorkEnded(ended) => Some(&**ended),
            _ => None,
        })
        .collect()
}

/// Whether somebody may end an involvement that another practitioner recorded of themselves, who works for this organisation: a practitioner
/// of the same organisation and service, and those who set what is right on the record. Their own everybody ends as such.
#[must_use]
pub fn may_end_for(
    (actor, reason): (&Actor, Reason),
    child: &Child,
    (working, organisation): (&Working, Option<OrganisationId>),
) -> bool {
    let lasts = matches!(working.period, Period::Current { .. });
    let is_others = working.account.is_some_and(|of| of != actor.account());
    let is_colleague = actor.is(Role::Practitioner)
        && Some(actor.organisation()) == organisation
        && actor.services().contains(&working.service);
    lasts && is_others && (is_colleague || may_set(actor, reason, child))
}

#[cfg(test)]
#[path = "ended_for_tests.rs"]
mod tests;
