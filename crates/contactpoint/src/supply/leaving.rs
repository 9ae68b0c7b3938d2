//! Whether a row says that its supplier no longer knows the child: that they have left a school, or that their case is closed.

use directory::statement::{Particulars, Said};
use directory::supplied::{Known, Restriction, Row, SparedWorking};
use directory::text::SupplierKey;

use super::code::Code;
use super::column::Presence;
use super::complaint::Complaint;
use super::entry::Entry;
use super::gate::Gate;
use super::mapping::Mapping;
use super::meaning::Meaning;
use super::plan::Slot;
use super::working::{Working, working};

/// Whether the supplier still knows the child, by a code or by the last day on which it did. What cannot be read refuses the row: whether
/// somebody has left must not be guessed.
pub fn known(entry: &mut Entry<'_>) -> Known {
    let extracted = entry.extracted;
    let by_code = by(entry, Meaning::Known, |slot, text| {
        let code = slot.column.code(text).ok_or(Complaint::NotACode)?;
        Ok(code == Code::Ended)
    });
    let by_day = by(entry, Meaning::KnownUntil, |slot, text| {
        let day = slot.column.day(text).ok_or(Complaint::NotADay)?;
        // A day that is still to come is one that is planned.
        Ok(day <= extracted)
    });
    if by_code || by_day {
        Known::NoLonger
    } else {
        Known::Still
    }
}

/// Whether the column of a meaning says so. A blank says nothing.
fn by(
    entry: &mut Entry<'_>,
    meaning: Meaning,
    says: impl FnOnce(&Slot, &str) -> Result<bool, Complaint>,
) -> bool {
    let Some((slot, text)) = entry.all(meaning).next() else {
        return false;
    };
    let said = match (text, slot.column.presence) {
        ("", Presence::Value) => Err(Complaint::Missing),
        ("", Presence::Column | Presence::Optional) => Ok(false),
        (text, _) => says(slot, text),
    };
    said.unwrap_or_else(|complaint| {
        entry.refuse(meaning, complaint);
        false
    })
}

/// The row of a child who has left: by which keys it is found what the supplier said. Nothing else of it is read, or kept: it need not say who
/// the child is.
pub fn left(
    entry: &mut Entry<'_>,
    (key, restriction): (SupplierKey, Restriction),
    mapping: &Mapping,
    gate: &mut Gate,
) -> Row {
    let mark = entry.faults.len();
    let working = working(entry, (&key, None), mapping, gate);
    entry.faults.truncate(mark);
    let no_words = || Said::Particulars(Box::default());
    let (mut also, mut withdrawn) = (Vec::new(), Vec::new());
    match working {
        // Of a sensitive involvement nothing stays, the key neither (X4).
        Working::Said(own, Said::Sensitive(_))
        | Working::Refused(SparedWorking::Consented(own)) => {
            withdrawn.push(own);
        }
        Working::Withheld(_, keys) => withdrawn.extend(keys),
        Working::Said(own, _) | Working::Refused(SparedWorking::Under(own)) => {
            also.push((own, no_words()));
        }
        Working::Nobody | Working::Refused(SparedWorking::Nobody | SparedWorking::Unread) => {}
    }
    Row {
        line: entry.line,
        key,
        confirmed: entry.extracted,
        particulars: Particulars::default(),
        also,
        withdrawn,
        restriction,
        known: Known::NoLonger,
    }
}
