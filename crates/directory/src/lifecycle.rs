//! The days on which things change by themselves: birthdays, the visible year of an ended involvement, the archive.

use crate::Date;
use crate::record::Record;
use crate::stay::stays_on;

/// The birthday at which a record leaves the directory unless the young adult participates (R21), in years.
pub const CHILD_UNTIL_YEARS: i16 = 18;
/// How long an ended involvement stays visible (R20), in calendar years.
pub const ENDED_VISIBLE_YEARS: i16 = 1;
/// How long what was taken off stays in the archive (R24, R25), in calendar years.
pub const ARCHIVE_YEARS: i16 = 6;
/// After how long without confirmation an item is said to be old, in calendar years.
pub const STALE_AFTER_YEARS: i16 = 1;

/// Why a young adult may stay (R22, C8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParticipationGround {
    /// Receives guidance services of the kind Connexions gave: until the 20th birthday.
    Guidance,
    /// A care leaver: until the 25th birthday.
    CareLeaver,
    /// Has learning difficulties: until the 25th birthday.
    LearningDifficulties,
}

impl ParticipationGround {
    /// Every ground.
    pub const ALL: [ParticipationGround; 3] = [
        ParticipationGround::Guidance,
        ParticipationGround::CareLeaver,
        ParticipationGround::LearningDifficulties,
    ];

    /// The birthday at which the ground ends (R23, C8), in years.
    #[must_use]
    pub fn until_years(self) -> i16 {
        match self {
            ParticipationGround::Guidance => 20,
            ParticipationGround::CareLeaver | ParticipationGround::LearningDifficulties => 25,
        }
    }
}

/// A young adult's own consent to stay, on a ground. Neither without the other is enough (R23).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Participation {
    /// The ground.
    pub ground: ParticipationGround,
    /// The day they consented.
    pub consented: Date,
}

/// Whether a record is in the live directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// In the directory.
    Live,
    /// Taken off: in no search, on no page (R26).
    Archived,
}

/// The day on which somebody born on `born` turns `years`. Born on 29 February, it is 1 March in other years.
#[must_use]
pub fn birthday(born: Date, years: i16) -> Date {
    let year = born.year().saturating_add(years);
    Date::new(year, born.month(), born.day())
        .or_else(|_| Date::new(year, 3, 1))
        .unwrap_or(Date::MAX)
}

/// The whole years of age on a day; 0 before birth.
#[must_use]
pub fn age_on(born: Date, day: Date) -> i16 {
    let years = day.year().saturating_sub(born.year());
    let had = birthday(born, years) <= day;
    (if had { years } else { years.saturating_sub(1) }).max(0)
}

/// The first day on which an involvement that ended is no longer visible (R20): one calendar year later.
#[must_use]
pub fn ended_hidden_from(ended: Date) -> Date {
    birthday(ended, ENDED_VISIBLE_YEARS)
}

/// Whether something that ended is still shown.
#[must_use]
pub fn is_ended_visible_on(ended: Date, day: Date) -> bool {
    day < ended_hidden_from(ended)
}

/// The first day on which what was taken off on `taken_off` is to be destroyed (R24, R25).
#[must_use]
pub fn destroyed_from(taken_off: Date) -> Date {
    birthday(taken_off, ARCHIVE_YEARS)
}

/// Whether an item last confirmed on a day is old on another.
#[must_use]
pub fn is_stale_on(last_confirmed: Date, day: Date) -> bool {
    day > birthday(last_confirmed, STALE_AFTER_YEARS)
}

/// Whether a record is live on a day (R21–R23). A child whose date of birth is not known is live as long as they can be a child:
/// nobody is under 18 any more 18 years after somebody first spoke of them.
#[must_use]
pub fn standing_on(record: &Record, born: Option<Date>, day: Date) -> Standing {
    let Some(born) = born else {
        let known = record.statements.iter().map(|said| said.first_confirmed);
        return match known.min() {
            Some(known) if birthday(known, CHILD_UNTIL_YEARS) <= day => Standing::Archived,
            _ => Standing::Live,
        };
    };
    if day < birthday(born, CHILD_UNTIL_YEARS) {
        return Standing::Live;
    }
    if stays_on(record, born, day) {
        Standing::Live
    } else {
        Standing::Archived
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "tests")]
mod tests {
    use super::*;
    use crate::account::AccountId;
    use crate::number::Number;
    use crate::record::{Author, Decided};
    use crate::{Now, Timestamp};
    use jiff::ToSpan;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn participating(ground: ParticipationGround) -> Record {
        let mut record = Record::empty(Number::from_random(7));
        let now = Now {
            at: Timestamp::UNIX_EPOCH,
            today: date(2026, 1, 1),
        };
        let participation = Participation {
            ground,
            consented: date(2020, 1, 1),
        };
        record.decide(
            Author::Account(AccountId(1)),
            now,
            Decided::Participates(participation),
        );
        record
    }

    #[test]
    fn r21_the_eighteenth_birthday_is_the_first_day_off() {
        let record = Record::empty(Number::from_random(7));
        let born = date(2008, 6, 15);
        assert_eq!(
            standing_on(&record, Some(born), date(2026, 6, 14)),
            Standing::Live
        );
        assert_eq!(
            standing_on(&record, Some(born), date(2026, 6, 15)),
            Standing::Archived
        );
        assert_eq!(
            standing_on(&record, None, date(2026, 6, 15)),
            Standing::Live
        );
    }

    #[test]
    fn r21_nobody_is_a_child_18_years_after_somebody_first_spoke_of_them() {
        let mut record = Record::empty(Number::from_random(7));
        let source =
            |key| crate::sample::source(crate::statement::SourceKind::Local, "local-02", key);
        let said = || crate::sample::said(crate::statement::Particulars::default());
        record.accept(source("1"), said(), date(2026, 6, 1));
        record.accept(source("2"), said(), date(2020, 2, 29));
        for (day, standing) in [
            (date(2026, 6, 1), Standing::Live),
            (date(2038, 2, 28), Standing::Live),
            (date(2038, 3, 1), Standing::Archived),
        ] {
            assert_eq!(standing_on(&record, None, day), standing, "{day}");
        }
        let born = Some(date(2025, 1, 1));
        assert_eq!(standing_on(&record, born, date(2038, 3, 1)), Standing::Live);
    }

    #[test]
    fn r22_r23_c8_each_ground_has_its_own_end() {
        let born = date(2000, 2, 29);
        for (ground, last) in [
            (ParticipationGround::Guidance, date(2020, 2, 28)),
            (ParticipationGround::CareLeaver, date(2025, 2, 28)),
            (ParticipationGround::LearningDifficulties, date(2025, 2, 28)),
        ] {
            let record = participating(ground);
            assert_eq!(
                standing_on(&record, Some(born), last),
                Standing::Live,
                "{ground:?}"
            );
            let first_off = birthday(born, ground.until_years());
            assert_eq!(
                standing_on(&record, Some(born), first_off),
                Standing::Archived,
                "{ground:?}"
            );
        }
    }

    #[test]
    fn r23_consent_withdrawn_takes_the_record_off() {
        let mut record = participating(ParticipationGround::CareLeaver);
        let now = Now {
            at: Timestamp::UNIX_EPOCH,
            today: date(2021, 1, 1),
        };
        record.decide(
            Author::Account(AccountId(1)),
            now,
            Decided::ParticipationEnded,
        );
        assert_eq!(
            standing_on(&record, Some(date(2000, 2, 29)), date(2021, 1, 2)),
            Standing::Archived
        );
    }

    #[test]
    fn leap_day_birthdays_are_on_the_first_of_march() {
        let born = date(2012, 2, 29);
        assert_eq!(birthday(born, 12), date(2024, 2, 29));
        assert_eq!(birthday(born, 18), date(2030, 3, 1));
        assert_eq!(
            (
                age_on(born, date(2030, 2, 28)),
                age_on(born, date(2030, 3, 1))
            ),
            (17, 18)
        );
    }

    #[test]
    fn r20_an_ended_involvement_shows_for_one_year() {
        let ended = date(2025, 3, 12);
        assert!(is_ended_visible_on(ended, ended + 364.days()), "day 364");
        assert!(
            !is_ended_visible_on(ended, ended + 365.days()),
            "day 365 is the same day a year later"
        );
        let before_leap = date(2023, 3, 12);
        assert!(
            is_ended_visible_on(before_leap, before_leap + 365.days()),
            "a leap year has 366"
        );
        assert!(!is_ended_visible_on(before_leap, before_leap + 366.days()));
    }

    #[test]
    fn r24_r25_the_archive_lasts_six_years() {
        assert_eq!(destroyed_from(date(2026, 3, 12)), date(2032, 3, 12));
        assert_eq!(destroyed_from(date(2028, 2, 29)), date(2034, 3, 1));
    }

    proptest! {
        #[test]
        fn age_grows_by_one_at_each_birthday(year in 1990i16..2026, day in 0i32..366, years in 1i16..26) {
            let born = date(year, 1, 1) + day.days();
            let on = birthday(born, years);
            prop_assert_eq!(age_on(born, on), years);
            prop_assert_eq!(age_on(born, on.yesterday().unwrap()), years - 1);
        }
    }
}
