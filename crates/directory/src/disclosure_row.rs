//! The same door for what is not a whole record: a row that waits, beside the records of which it may be, and a record by its sources.

use super::{Disclosure, Receipt, Sealed, open};
use crate::Timestamp;
use crate::access::{Refusal, Viewer, may_review, may_search, review_reason};
use crate::account::Actor;
use crate::child::{Child, View};
use crate::event::What;
use crate::reason::Reason;
use crate::record::Shielding;
use crate::row::{RowMark, Waits};
use crate::text::AuthorityCode;

/// A row that waits, which nobody has been allowed to see yet.
pub struct SealedRow {
    said: Child,
    mark: RowMark,
    waits: Waits,
    area: Option<AuthorityCode>,
}

/// What one source said of a child, which nobody has been allowed to see yet.
pub struct SealedPart {
    said: Child,
    mark: RowMark,
}

/// A row beside the records of which it may be, as one person may see them, once. [`show_row`] is the only way to get one.
pub struct RowDisclosure {
    said: View,
    beside: Vec<(usize, Disclosure)>,
    at: Timestamp,
    reason: Reason,
}

impl SealedRow {
    /// Seals a row: what it says by itself, and the authority whose data officers decide of it. `None`: any authority's.
    #[must_use]
    pub fn new(said: Child, mark: RowMark, waits: Waits, area: Option<AuthorityCode>) -> SealedRow {
        SealedRow {
            said,
            mark,
            waits,
            area,
        }
    }

    /// Decides whether somebody may see it beside these records: data officers what is of their own authority or of none, and beside
    /// it no shielded record; shielding officers what may be of a shielded child for whom their authority is responsible (C6), and beside
    /// nobody what its source restricts, of their own authority (C20).
    ///
    /// # Errors
    /// [`Refusal::NoRecord`]: to everybody else there is no such row.
    pub fn may_be_shown<'s>(
        &self,
        actor: &Actor,
        beside: impl Iterator<Item = &'s Sealed>,
    ) -> Result<(), Refusal> {
        may_review(actor, self.waits)?;
        let reason = review_reason(self.waits);
        may_search(actor, reason)?;
        let own = actor.authority();
        let mut beside = beside.peekable();
        let shown = match self.waits {
            Waits::Review => {
                own.is_some()
                    && (self.area.is_none() || self.area.as_ref() == own)
                    && !beside.any(|one| one.child.shielding == Shielding::Shielded)
            }
            Waits::Held if beside.peek().is_none() => own.is_some() && self.area.as_ref() == own,
            Waits::Held => {
                beside.any(|one| one.viewer(actor, reason) == Ok(Viewer::ManagementTeam))
            }
        };
        shown.then_some(()).ok_or(Refusal::NoRecord)
    }
}

impl SealedPart {
    /// Seals what one source said by itself.
    #[must_use]
    pub fn new(said: Child, mark: RowMark) -> SealedPart {
        SealedPart { said, mark }
    }
}

/// Shows a row beside records, if the receipt is of exactly that. A record that the event does not name, or that this person may not
/// see, is left out; of one that is shown, and of the row, only what tells two children apart ([`View::compared`]).
///
/// # Errors
/// [`Refusal::NoRecord`] when the receipt is of something else, or this person may not see the row.
pub fn show_row(
    receipt: &Receipt,
    actor: &Actor,
    row: SealedRow,
    beside: Vec<Sealed>,
) -> Result<RowDisclosure, Refusal> {
    let What::RowShown {
        row: mark,
        waits,
        shown,
        reason,
    } = &receipt.event.what
    else {
        return Err(Refusal::NoRecord);
    };
    let exactly = receipt.is_by(actor) && *mark == row.mark && *waits == row.waits;
    if !exactly || *reason != review_reason(row.waits) {
        return Err(Refusal::NoRecord);
    }
    row.may_be_shown(actor, beside.iter())?;
    let viewer = match row.waits {
        Waits::Review => Viewer::Practitioner,
        Waits::Held => Viewer::ManagementTeam,
    };
    let said = row.said.seen_by(viewer, actor).ok_or(Refusal::NoRecord)?;
    let each = beside.into_iter().enumerate();
    let beside = each
        .filter(|(_, sealed)| shown.contains(&sealed.seen()))
        .filter(|(_, sealed)| {
            let seen_as = sealed.viewer(actor, *reason);
            seen_as == Ok(viewer) || row.waits == Waits::Review && seen_as.is_ok()
        })
        .filter_map(|(place, sealed)| {
            let view = sealed.child.seen_by(viewer, actor)?.compared();
            let disclosure = Disclosure {
                view,
                at: receipt.event.at,
                reason: *reason,
            };
            Some((place, disclosure))
        });
    Ok(RowDisclosure {
        beside: beside.collect(),
        said: said.compared(),
        at: receipt.event.at,
        reason: *reason,
    })
}

/// Opens a record to somebody, and what each of its sources said by itself, each with its mark.
///
/// # Errors
/// As [`open`]; also [`Refusal::NotPermitted`] when the record is shielded from this person.
pub fn open_parts(
    receipt: &Receipt,
    actor: &Actor,
    sealed: Sealed,
    parts: Vec<SealedPart>,
) -> Result<(Disclosure, Vec<(RowMark, View)>), Refusal> {
    let What::Opened { viewer, .. } = receipt.event.what else {
        return Err(Refusal::NoRecord);
    };
    let disclosure = open(receipt, actor, sealed)?;
    if matches!(disclosure.view, View::Restricted(_)) {
        return Err(Refusal::NotPermitted);
    }
    let parts = parts.into_iter().filter_map(|part| {
        let view = part.said.seen_by(viewer, actor)?;
        Some((part.mark, view.by_source()))
    });
    Ok((disclosure, parts.collect()))
}

impl RowDisclosure {
    /// What the row says.
    #[must_use]
    pub fn said(&self) -> &View {
        &self.said
    }

    /// The records of which it may be, each with its place among those given.
    #[must_use]
    pub fn beside(&self) -> &[(usize, Disclosure)] {
        &self.beside
    }

    /// When it was disclosed.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The reason it was disclosed for.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.reason
    }
}

#[cfg(test)]
#[path = "disclosure_row_tests.rs"]
mod tests;
