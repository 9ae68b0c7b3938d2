//! When somebody was born, as far as it is known, and how well two such statements agree.

use crate::date::Date;

/// A date of birth, or the years that an age or a year leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Birth {
    /// The full date.
    On(Date),
    /// Some day from the first to the last year, both included. One year when they are equal.
    Years {
        /// First year.
        first: u16,
        /// Last year.
        last: u16,
    },
}

impl Birth {
    /// First and last possible year, in order.
    #[must_use]
    pub fn years(self) -> (u16, u16) {
        match self {
            Self::On(date) => (date.year(), date.year()),
            Self::Years { first, last } => (first.min(last), first.max(last)),
        }
    }

    /// The full date, when known.
    #[must_use]
    pub fn date(self) -> Option<Date> {
        match self {
            Self::On(date) => Some(date),
            Self::Years { .. } => None,
        }
    }
}

/// How well two dates of birth agree, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BirthLevel {
    /// The same day.
    Exact,
    /// The same after exchanging day and month of one.
    DayMonthSwapped,
    /// One of the eight digits differs (ten years off included), or two neighbouring digits are exchanged.
    OneDigit,
    /// The same day and month of another year.
    OtherYear,
    /// The same month of the same year.
    SameMonth,
    /// Years only, at least on one side: they can be the same year.
    YearsMeet,
    /// Years only, at least on one side: one year apart.
    YearsTouch,
    /// Full dates that share the year and nothing nearer.
    SameYear,
    /// None of these.
    Different,
}

/// How well two dates of birth agree. Symmetric.
#[must_use]
pub fn birth_level(one: Birth, other: Birth) -> BirthLevel {
    match (one, other) {
        (Birth::On(one), Birth::On(other)) => date_level(one, other),
        _ => years_level(one.years(), other.years()),
    }
}

fn date_level(one: Date, other: Date) -> BirthLevel {
    if one == other {
        BirthLevel::Exact
    } else if one.with_day_and_month_swapped() == Some(other) {
        BirthLevel::DayMonthSwapped
    } else if is_one_slip(one.digits(), other.digits()) {
        BirthLevel::OneDigit
    } else if (one.month(), one.day()) == (other.month(), other.day()) {
        BirthLevel::OtherYear
    } else if (one.year(), one.month()) == (other.year(), other.month()) {
        BirthLevel::SameMonth
    } else if one.year() == other.year() {
        BirthLevel::SameYear
    } else {
        BirthLevel::Different
    }
}

/// One digit replaced, or two neighbours exchanged.
fn is_one_slip(one: [u8; 8], other: [u8; 8]) -> bool {
    let mut differing = one
        .into_iter()
        .zip(other)
        .enumerate()
        .filter(|(_, (left, right))| left != right);
    match (differing.next(), differing.next(), differing.next()) {
        (Some(_), None, None) => true,
        (Some((place, (left, right))), Some((next, (next_left, next_right))), None) => {
            next == place.saturating_add(1) && left == next_right && right == next_left
        }
        _ => false,
    }
}

fn years_level(one: (u16, u16), other: (u16, u16)) -> BirthLevel {
    let gap = one.0.max(other.0).saturating_sub(one.1.min(other.1));
    match gap {
        0 => BirthLevel::YearsMeet,
        1 => BirthLevel::YearsTouch,
        _ => BirthLevel::Different,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn on(year: u16, month: u8, day: u8) -> Birth {
        Birth::On(Date::new(year, month, day).unwrap())
    }

    #[test]
    fn each_level_is_recognised() {
        let base = on(2012, 3, 4);
        for (other, level) in [
            (on(2012, 3, 4), BirthLevel::Exact),
            (on(2012, 4, 3), BirthLevel::DayMonthSwapped),
            (on(2012, 3, 14), BirthLevel::OneDigit),
            (on(2002, 3, 4), BirthLevel::OneDigit),
            (on(2021, 3, 4), BirthLevel::OneDigit),
            (on(2009, 3, 4), BirthLevel::OtherYear),
            (on(2012, 3, 25), BirthLevel::SameMonth),
            (on(2012, 11, 25), BirthLevel::SameYear),
            (on(2009, 11, 25), BirthLevel::Different),
            (
                Birth::Years {
                    first: 2012,
                    last: 2013,
                },
                BirthLevel::YearsMeet,
            ),
            (
                Birth::Years {
                    first: 2014,
                    last: 2013,
                },
                BirthLevel::YearsTouch,
            ),
            (
                Birth::Years {
                    first: 2014,
                    last: 2014,
                },
                BirthLevel::Different,
            ),
        ] {
            assert_eq!(birth_level(base, other), level, "{other:?}");
        }
    }

    fn any_birth() -> impl Strategy<Value = Birth> {
        prop_oneof![
            (1990_u16..2025, 1_u8..=12, 1_u8..=28)
                .prop_map(|(year, month, day)| on(year, month, day)),
            (any::<u16>(), any::<u16>()).prop_map(|(first, last)| Birth::Years { first, last }),
        ]
    }

    proptest! {
        #[test]
        fn levels_are_symmetric(one in any_birth(), other in any_birth()) {
            prop_assert_eq!(birth_level(one, other), birth_level(other, one));
            prop_assert!(birth_level(one, one) <= BirthLevel::YearsMeet);
        }
    }
}
