//! What a row says of a young adult's right to stay in the directory: a ground, and their own consent (R22, R23, C8).

use directory::Date;
use directory::lifecycle::{CHILD_UNTIL_YEARS, Participation, ParticipationGround, birthday};

use super::code::Code;
use super::complaint::Complaint;
use super::entry::{Day, Entry};
use super::meaning::Meaning;

/// By what consent somebody of 18 or older, born on a day, stays by what the row says: a ground that still holds on the day of the
/// extract, and a day on which they consented. Neither without the other is enough, and what cannot be read is not there.
pub fn stay(entry: &mut Entry<'_>, born: Date) -> Option<Participation> {
    let ground = match entry.code(Meaning::StayGround) {
        Some(Code::Guidance) => Some(ParticipationGround::Guidance),
        Some(Code::CareLeaver) => Some(ParticipationGround::CareLeaver),
        Some(Code::LearningDifficulties) => Some(ParticipationGround::LearningDifficulties),
        _ => None,
    };
    let consented = entry.past_day(Meaning::StayConsent);
    let holds =
        |ground: &ParticipationGround| entry.extracted < birthday(born, ground.until_years());
    let ground = ground.filter(holds)?;
    match consented {
        Day::On(consented) => Some(Participation { ground, consented }),
        _ => None,
    }
}

/// Whether the row says that consent was taken back.
pub fn is_withdrawn(entry: &Entry<'_>) -> bool {
    let mut grounds = entry.all(Meaning::StayGround);
    grounds.any(|(slot, text)| slot.column.code(text) == Some(Code::Withdrawn))
}

/// Whether the row is refused because it says that consent was taken back: unless it says that the person is a child, of whom none is needed.
pub fn takes_back(entry: &Entry<'_>) -> bool {
    let mut births = entry.all(Meaning::Born);
    let is_child = births.any(|(slot, text)| {
        let born = slot.column.day(text);
        born.is_some_and(|born| entry.extracted < birthday(born, CHILD_UNTIL_YEARS))
    });
    is_withdrawn(entry) && !is_child
}

/// What a refused row says of consent to stay that its supplier may have said before. `None`: nothing, because the row was refused for
/// something else, or its file says nothing of consent at all.
pub fn ended(entry: &Entry<'_>) -> Option<Ended> {
    let mut said = entry
        .all(Meaning::StayGround)
        .chain(entry.all(Meaning::StayConsent));
    if !is_of_age(entry) || said.next().is_none() {
        return None;
    }
    Some(if is_withdrawn(entry) {
        Ended::Withdrawn
    } else {
        Ended::Unsaid
    })
}

/// Whether the row is refused for age, or because consent to stay was taken back (R21–R23, C8).
pub fn is_of_age(entry: &Entry<'_>) -> bool {
    let own = entry.faults.get(entry.before..).unwrap_or(&[]);
    own.iter().any(|fault| is_for_age(fault.complaint))
}

/// Whether something is wrong with who the person is in years, or with their consent to stay (R21–R23, C8).
pub fn is_for_age(complaint: Complaint) -> bool {
    matches!(
        complaint,
        Complaint::OfAge | Complaint::TooOld | Complaint::StayWithdrawn
    )
}

/// How a row says that somebody does not stay by consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was taken back.
    Withdrawn,
    /// Nothing of a consent that holds is said.
    Unsaid,
}
