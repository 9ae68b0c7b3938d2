//! The same door for open records that are connected with a shielded one (X3).

use super::{Disclosure, Receipt, Sealed};
use crate::Timestamp;
use crate::access::{Refusal, Viewer, may_shield};
use crate::account::Actor;
use crate::child::View;
use crate::event::What;
use crate::reason::Reason;
use crate::record::Shielding;

/// A shielded record and the open ones that are connected with it, as one person may see them, once. [`show_connected`] is the only
/// way to get one.
pub struct ConnectedDisclosure {
    of: View,
    open: Vec<(usize, Disclosure)>,
    at: Timestamp,
}

/// Decides whether somebody decides about the records connected with a shielded one: whoever sees behind the shield, the shielding
/// officers of the responsible authority (C6), for that reason only. What is connected tells where the child is.
///
/// # Errors
/// [`Refusal::NotPermitted`] for whoever is no such officer, [`Refusal::NoReason`] for another reason, [`Refusal::AlreadySo`] when the
/// record has no shield or is another authority's: to this person there is nothing to decide (X2).
pub fn may_consider(actor: &Actor, reason: Option<Reason>, of: &Sealed) -> Result<(), Refusal> {
    may_shield(actor)?;
    let shielded = of.child.shielding == Shielding::Shielded;
    let sees = of.viewer(actor, Reason::ShieldDecision) == Ok(Viewer::ManagementTeam);
    if !shielded || !sees {
        return Err(Refusal::AlreadySo);
    }
    let given = reason.filter(|one| *one == Reason::ShieldDecision);
    given.map(|_| ()).ok_or(Refusal::NoReason)
}

/// Shows the open records that are connected with a shielded one, if the receipt is of exactly that. A record that the event does not
/// name, that this person may not see, or that is shielded meanwhile is left out; of one that is shown, what a list of results holds.
///
/// # Errors
/// [`Refusal::NoRecord`] when the receipt is of something else, or as [`may_consider`].
pub fn show_connected(
    receipt: &Receipt,
    actor: &Actor,
    of: Sealed,
    open: Vec<Sealed>,
) -> Result<ConnectedDisclosure, Refusal> {
    let What::ConnectedShown {
        seen,
        reason,
        shown,
    } = &receipt.event.what
    else {
        return Err(Refusal::NoRecord);
    };
    if !receipt.is_by(actor) || *seen != of.seen() {
        return Err(Refusal::NoRecord);
    }
    may_consider(actor, Some(*reason), &of)?;
    let each = open.into_iter().enumerate();
    let open = each
        .filter(|(_, sealed)| shown.contains(&sealed.seen()))
        .filter(|(_, sealed)| sealed.child.shielding == Shielding::None)
        .filter_map(|(place, sealed)| {
            sealed.viewer(actor, *reason).ok()?;
            let view = sealed.child.seen_by(Viewer::Practitioner, actor)?;
            let disclosure = Disclosure {
                view: view.listed(),
                at: receipt.event.at,
                reason: *reason,
            };
            Some((place, disclosure))
        });
    let open = open.collect();
    // Who it is, and no more: what stands behind the shield is not needed to decide.
    let of = of.child.seen_by(Viewer::Practitioner, actor);
    Ok(ConnectedDisclosure {
        of: of.ok_or(Refusal::NoRecord)?,
        open,
        at: receipt.event.at,
    })
}

impl ConnectedDisclosure {
    /// The shielded record, by its visible fields.
    #[must_use]
    pub fn of(&self) -> &View {
        &self.of
    }

    /// The open records, each with its place among those given.
    #[must_use]
    pub fn open(&self) -> &[(usize, Disclosure)] {
        &self.open
    }

    /// When it was disclosed.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }
}

#[cfg(test)]
#[path = "disclosure_connected_tests.rs"]
mod tests;
