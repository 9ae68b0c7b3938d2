//! Whose officers decide of a row that waits: those of the authority it names, or of the child it may be of.

use directory::text::AuthorityCode;

use crate::Store;
use crate::batch::Batch;
use crate::incoming::Incoming;
use crate::key::{Subject, hashed};
use crate::waiting::Waiting;

/// A thousandth of a bit, in which likelihood is kept.
const THOUSANDTHS: f32 = 1_000.0;
/// A row of no authority.
pub(crate) const NO_AREA: i64 = 0;

impl Store {
    /// The authority whose officers decide: of a row in doubt the one it names, else that of the likeliest child; of a held row that of
    /// the shielded child and no other (C6), so that a child of no authority is shown to nobody. Of a row that is held because its source
    /// restricts it, and may be of nobody who is known, the one it names.
    pub(crate) fn area(
        &self,
        batch: &Batch<'_>,
        incoming: &Incoming<'_>,
        (waiting, beside): (Waiting, &[i64]),
    ) -> Option<AuthorityCode> {
        let named = || {
            let residence = incoming.row.particulars.residence.as_ref();
            residence.and_then(|residence| residence.authority.clone())
        };
        let own = match waiting {
            Waiting::Held(_) if !beside.is_empty() => None,
            Waiting::Review | Waiting::Held(_) => named(),
        };
        let of_child = || {
            let touched = batch.touched.get(beside.first()?)?;
            touched.loaded.record.responsible()
        };
        own.or_else(of_child)
    }

    /// An authority as a list is asked by it.
    pub(crate) fn area_key(&self, area: Option<&AuthorityCode>) -> i64 {
        area.map_or(NO_AREA, |code| {
            hashed(&self.ring(), Subject::Area, code.as_str().as_bytes())
        })
    }

    /// How likely a row is of any of these records, in thousandths of a bit.
    pub(crate) fn likelihood(
        &self,
        batch: &Batch<'_>,
        incoming: &Incoming<'_>,
        beside: &[i64],
    ) -> i64 {
        let each = beside.iter().filter_map(|id| batch.touched.get(id));
        let bits = each
            .filter_map(|touched| self.evidence((batch, touched), incoming))
            .map(|evidence| evidence.total_bits);
        bits.reduce(f32::max).map_or(0, thousandths)
    }
}

/// Bits in thousandths of a bit.
#[expect(clippy::cast_possible_truncation, reason = "a float saturates")]
pub(crate) fn thousandths(bits: f32) -> i64 {
    (bits * THOUSANDTHS) as i64
}
