//! The door. A record is carried sealed; it is opened only with the receipt of the event that says who saw it, why, and in which version.

use crate::access::{Refusal, Viewer, may_search_by, viewer};
use crate::account::Actor;
use crate::child::{Child, View};
use crate::event::{By, Event, Seen, What};
use crate::lifecycle::{Standing, standing_on};
use crate::reason::Reason;
use crate::record::{Record, Shielding};
use crate::service::Catalogue;
use crate::survivorship::child;
use crate::{Date, Timestamp};

#[path = "disclosure_connected.rs"]
mod disclosure_connected;
#[path = "disclosure_row.rs"]
mod disclosure_row;

pub use disclosure_connected::{ConnectedDisclosure, may_consider, show_connected};
pub use disclosure_row::{RowDisclosure, SealedPart, SealedRow, open_parts, show_row};

/// A record nobody has been allowed to see yet. It can be carried and decided about, not read:
///
/// ```compile_fail,E0616
/// use directory::child::Child;
/// use directory::disclosure::Sealed;
///
/// fn peek(sealed: Sealed) -> Child {
///     sealed.child
/// }
/// ```
///
/// ```compile_fail,E0277
/// use directory::disclosure::Sealed;
///
/// fn log(sealed: &Sealed) -> String {
///     format!("{sealed:?}")
/// }
/// ```
///
/// What can be done with it:
///
/// ```
/// use directory::access::Refusal;
/// use directory::account::Actor;
/// use directory::disclosure::{Disclosure, Receipt, Sealed, open};
///
/// fn show(receipt: &Receipt, actor: &Actor, sealed: Sealed) -> Result<Disclosure, Refusal> {
///     open(receipt, actor, sealed)
/// }
/// ```
pub struct Sealed {
    child: Child,
    standing: Standing,
    version: i64,
}

/// Makes an event durable. Only the store implements this: whoever holds a [`Receipt`] has an event in the ledger behind it.
pub trait Ledger {
    /// What can go wrong. An event that was not made durable gives no receipt.
    type Error;

    /// Makes one event durable, and gives it back as it stands in the ledger.
    ///
    /// # Errors
    /// When it is not durable, for any cause.
    fn durable(self) -> Result<Event, Self::Error>;
}

/// Proof that an event is durably in the ledger. There is no way to get one but [`Receipt::after`]:
///
/// ```compile_fail,E0451
/// use directory::disclosure::Receipt;
/// use directory::event::Event;
///
/// fn pretend(event: Event) -> Receipt {
///     Receipt { event }
/// }
/// ```
///
/// and none can be kept and changed:
///
/// ```compile_fail,E0616
/// use directory::disclosure::Receipt;
/// use directory::event::Event;
///
/// fn rewrite(receipt: &mut Receipt, event: Event) {
///     receipt.event = event;
/// }
/// ```
pub struct Receipt {
    event: Event,
}

/// A child's record as one person may see it, once. Fields are private: the only ways to get one are [`open`] and [`list`].
///
/// ```compile_fail,E0451
/// use directory::Timestamp;
/// use directory::child::View;
/// use directory::disclosure::Disclosure;
/// use directory::reason::Reason;
///
/// fn without_asking(view: View, at: Timestamp) -> Disclosure {
///     Disclosure { view, at, reason: Reason::FindPractitioners }
/// }
/// ```
///
/// Nobody gets through the door who was not admitted:
///
/// ```compile_fail,E0451
/// use directory::account::{AccountId, Actor, Role};
/// use directory::involvement::Practitioner;
/// use directory::organisation::{OrganisationId, Sector};
///
/// fn myself(practitioner: Practitioner) -> Actor {
///     Actor {
///         account: AccountId(1),
///         practitioner,
///         organisation: OrganisationId(1),
///         sector: Sector::Police,
///         authority: None,
///         services: Vec::new(),
///         roles: vec![Role::ShieldingOfficer],
///     }
/// }
/// ```
///
/// ```compile_fail,E0616
/// use directory::account::{Actor, Role};
///
/// fn promote(actor: &mut Actor) {
///     actor.roles.push(Role::ShieldingOfficer);
/// }
/// ```
pub struct Disclosure {
    view: View,
    at: Timestamp,
    reason: Reason,
}

impl Sealed {
    /// Seals a record in a version, as it stands on a day.
    #[must_use]
    pub fn new(record: &Record, version: i64, catalogue: &Catalogue, today: Date) -> Sealed {
        Sealed::of(child(record, catalogue, today), record, version, today)
    }

    /// Seals a child that was already computed from its record.
    #[must_use]
    pub fn of(child: Child, record: &Record, version: i64, today: Date) -> Sealed {
        let standing = standing_on(record, child.born.as_ref().map(|born| born.value), today);
        Sealed {
            child,
            standing,
            version,
        }
    }

    /// Which record in which version it is: what an event names.
    #[must_use]
    pub fn seen(&self) -> Seen {
        Seen {
            number: self.child.number,
            version: self.version,
        }
    }

    /// Decides as whom somebody would see it.
    ///
    /// # Errors
    /// A [`Refusal`].
    pub fn viewer(&self, actor: &Actor, reason: Reason) -> Result<Viewer, Refusal> {
        viewer(actor, reason, &self.child, self.standing)
    }
}

impl Receipt {
    /// Has the ledger make an event durable, and gives its receipt.
    ///
    /// # Errors
    /// When the ledger could not.
    pub fn after<L: Ledger>(ledger: L) -> Result<Receipt, L::Error> {
        ledger.durable().map(|event| Receipt { event })
    }

    /// The event.
    #[must_use]
    pub fn event(&self) -> &Event {
        &self.event
    }

    fn is_by(&self, actor: &Actor) -> bool {
        matches!(self.event.by, By::Person { account, organisation, .. }
            if account == actor.account() && organisation == actor.organisation())
    }
}

/// Opens a record to somebody, if the receipt is of exactly that: this person, this record, this version.
///
/// # Errors
/// [`Refusal::NoRecord`] when it is not, or when the person may not see it.
pub fn open(receipt: &Receipt, actor: &Actor, sealed: Sealed) -> Result<Disclosure, Refusal> {
    let What::Opened {
        seen,
        reason,
        viewer,
    } = receipt.event.what
    else {
        return Err(Refusal::NoRecord);
    };
    if !receipt.is_by(actor) || seen != sealed.seen() || sealed.viewer(actor, reason)? != viewer {
        return Err(Refusal::NoRecord);
    }
    let view = sealed
        .child
        .seen_by(viewer, actor)
        .ok_or(Refusal::NoRecord)?;
    Ok(Disclosure {
        view,
        at: receipt.event.at,
        reason,
    })
}

/// Opens the records a search shows, each of which the event must name in exactly this version; each comes with its place among
/// those given. One that the event does not name, or that this person may not see, is left out.
///
/// A list shows nobody more than it shows a practitioner, whatever else they may open: the event of a search does not say as whom.
/// What it holds of a record is [`View::listed`]. A shielded record that came by a query on a hidden field is left out here once
/// more (R44); the index it would have come from holds none.
#[must_use]
pub fn list(receipt: &Receipt, actor: &Actor, sealed: Vec<Sealed>) -> Vec<(usize, Disclosure)> {
    let What::Searched {
        reason,
        query,
        shown,
    } = &receipt.event.what
    else {
        return Vec::new();
    };
    if !receipt.is_by(actor) || may_search_by(actor, query).is_err() {
        return Vec::new();
    }
    let hidden = query.hidden().is_some();
    sealed
        .into_iter()
        .enumerate()
        .filter(|(_, sealed)| shown.contains(&sealed.seen()))
        .filter(|(_, sealed)| !(hidden && sealed.child.shielding == Shielding::Shielded))
        .filter_map(|(place, sealed)| {
            sealed.viewer(actor, *reason).ok()?;
            let view = sealed.child.seen_by(Viewer::Practitioner, actor)?;
            let disclosure = Disclosure {
                view: view.listed(),
                at: receipt.event.at,
                reason: *reason,
            };
            Some((place, disclosure))
        })
        .collect()
}

impl Disclosure {
    /// What may be seen.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.view
    }

    /// When it was disclosed: the time of the watermark.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The reason it was disclosed for.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// The same with no more of the child than a list holds: what is needed to know who it is and where it lives.
    #[must_use]
    pub fn listed(self) -> Disclosure {
        Disclosure {
            view: self.view.listed(),
            ..self
        }
    }

    /// Whether it is of a shielded record.
    #[must_use]
    pub fn shielding(&self) -> Shielding {
        match &self.view {
            View::Whole(child) => child.shielding,
            View::Restricted(_) => Shielding::Shielded,
        }
    }
}

#[cfg(test)]
#[path = "disclosure_tests.rs"]
mod tests;
