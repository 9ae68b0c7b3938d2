//! Which school, if any, a child is on the roll of.

use jiff::civil::Date;

use crate::calendar::{age_years, later, school_year_start};
use crate::england::England;
use crate::person::{Education, Person};
use crate::random::Random;
use crate::setting::Phase;

/// The age on the first of September last, from which school years count.
pub fn school_age(england: &England, date_of_birth: Date) -> i32 {
    let start = school_year_start(england.options().today);
    if date_of_birth > start {
        -1
    } else {
        age_years(date_of_birth, start)
    }
}

/// Where a child learns; `family_pick` decides the school that siblings share.
pub fn education(
    england: &England,
    person: &Person,
    family_pick: u32,
    random: &mut Random,
) -> Education {
    const AT_HOME: u32 = 120;
    const NOWHERE: u32 = 60;
    let age = school_age(england, person.date_of_birth);
    let phase = match (age, random.below(1_000)) {
        (..4, _) => return Education::NotYet,
        (4..16, 0..16) => Phase::Special,
        (4..16, 16..80) => Phase::Independent,
        (4..11, _) => Phase::Primary,
        (11..16, _) => Phase::Secondary,
        (16.., 0..520) => Phase::Secondary,
        (16.., 520..860) => Phase::College,
        _ => return Education::Nowhere,
    };
    if age < 16 && random.chance(AT_HOME) {
        return Education::AtHome;
    }
    if (age < 16 && random.chance(NOWHERE)) || age >= 19 {
        return Education::Nowhere;
    }
    let pick = if random.chance(1_200) {
        random.below(1 << 20)
    } else {
        family_pick
    };
    let starts_at = match phase {
        Phase::Secondary => 11,
        Phase::College => 16,
        _ => 4,
    };
    let since_start = age.saturating_sub(starts_at).max(0);
    let september = school_year_start(england.options().today);
    let entry =
        Date::new(september.year().saturating_sub(since_start as i16), 9, 1).unwrap_or(september);
    let since = later(entry, random.between(0, 6)).min(england.options().today);
    Education::School {
        code: england
            .settings()
            .school_code(person.home.authority, phase, pick),
        phase,
        since,
    }
}
