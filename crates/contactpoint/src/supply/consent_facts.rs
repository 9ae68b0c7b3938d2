//! What a row says of consent to being recorded by a sensitive service (R28–R30, C2, C4).

use directory::Date;
use directory::consent::{Answer, Consent, ConsentFact, Understanding};
use directory::text::SupplierKey;

use super::code::Code;
use super::entry::Entry;
use super::meaning::Meaning;

/// The consent of a row. `None`: there is none, or the row does not say clearly that there is.
///
/// Notes no fault, since a fault could say something of a row of which nothing is kept (Annex B 5).
pub fn consent(entry: &Entry<'_>, born: Option<Date>) -> Option<Consent> {
    let understanding = match code(entry, Meaning::ConsentUnderstanding)? {
        None | Some(Code::Presumed) => Understanding::Presumed,
        Some(Code::Understands) => Understanding::Understands,
        Some(_) => Understanding::DoesNotUnderstand,
    };
    let by = code(entry, Meaning::ConsentBy)?;
    let is_by = |giver| by == Some(giver) || by == Some(Code::Both);
    let child = answer(code(entry, Meaning::ConsentChild)?, is_by(Code::Child));
    let carer = answer(code(entry, Meaning::ConsentCarer)?, is_by(Code::Carer));
    let (slot, text) = entry.all(Meaning::ConsentDay).next()?;
    let on = slot.column.day(text)?;
    let reference = entry
        .text(Meaning::ConsentReference)
        .and_then(|text| SupplierKey::parse(text).ok());
    let fact = ConsentFact {
        born,
        understanding,
        child,
        carer,
        on,
        reference,
    };
    Consent::given(fact, entry.extracted).ok()
}

/// A code: `Some(None)` when blank, `None` when it is not one that was agreed.
fn code(entry: &Entry<'_>, meaning: Meaning) -> Option<Option<Code>> {
    match entry.all(meaning).next() {
        None => Some(None),
        Some((slot, text)) => match slot.column.code(text) {
            Some(code) => Some(Some(code)),
            None if text.is_empty() => Some(None),
            None => None,
        },
    }
}

/// What somebody answered: their own answer when there is one, else that they are named as the giver.
fn answer(own: Option<Code>, is_giver: bool) -> Answer {
    match (own, is_giver) {
        (Some(Code::Agreed), _) | (None, true) => Answer::Agreed,
        (Some(Code::Refused), _) => Answer::Refused,
        (_, _) => Answer::None,
    }
}
