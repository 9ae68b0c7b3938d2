//! What a row says of a young adult's right to stay in the directory: a ground, and their own consent (R22, R23, C8).

use directory::Date;
use directory::lifecycle::{ParticipationGround, birthday};

use super::code::Code;
use super::entry::{Day, Entry};
use super::meaning::Meaning;

/// Whether somebody of 18 or older, born on a day, may stay by what the row says: a ground that still holds on the day of the extract,
/// and a day on which they consented. Neither without the other is enough, and what cannot be read is not there.
pub fn may_stay(entry: &mut Entry<'_>, born: Date) -> bool {
    let ground = match entry.code(Meaning::StayGround) {
        Some(Code::Guidance) => Some(ParticipationGround::Guidance),
        Some(Code::CareLeaver) => Some(ParticipationGround::CareLeaver),
        Some(Code::LearningDifficulties) => Some(ParticipationGround::LearningDifficulties),
        _ => None,
    };
    let consented = entry.past_day(Meaning::StayConsent);
    let holds =
        |ground: ParticipationGround| entry.extracted < birthday(born, ground.until_years());
    ground.is_some_and(holds) && matches!(consented, Day::On(_))
}
