//! The default weights of search, in bits: log2 of how much likelier an agreement is for the right person than for another.
//!
//! A weight of agreement is about log2(m / u) of Fellegi and Sunter (1969): `u` from the share of people who agree by
//! chance, `m` from usual error rates. They are set by reasoning, not learned; a trained model replaces them. The rules
//! that make the score monotone: within a field the weight never rises from a better level to a worse one, and missing is
//! exactly 0, between agreement and contradiction.
//!
//! | field | agreement | contradiction |
//! |---|---|---|
//! | given name | log2(1/share), 6.8 (Oliver) to 12.5 (rare); nickname −2, sound −3, typing −3.5, similar −6; initial 2.5 | −7 |
//! | further given name | +2, alike +1 | −0.5 |
//! | family name | log2(1/share), 6.6 (Smith) to 13.5 (rare); same deductions; former name −1 | −6 |
//! | names transposed | the sum of both less 3 | |
//! | date of birth | 12.8 = log2(7,000 days); swapped 8.5, one digit 7.5, other year 5, same month 3 | same year −2, else −9 |
//! | year, or n years | log2(19/n), at least 0.5; one year off −1 | −7 |
//! | sex | 0.9 | −3 |
//! | postcode | full 11, sector 7, district 4.5, area 1.5 | −1 (people move) |
//! | setting | 8 | −1 |
//! | area | 4 | −1 |
//! | number | 40 | −20 |

use crate::birth::{Birth, BirthLevel};
use crate::postcode::PostcodeLevel;
use crate::similarity::NameLevel;

/// Names the other way round.
pub const TRANSPOSED_BITS: f32 = -3.0;
/// A former family name agrees instead of one in use.
pub const FORMER_BITS: f32 = -1.0;
/// Each side's given name that is not its first.
pub const MIDDLE_BITS: f32 = -1.0;
/// A further given name agrees.
pub const FURTHER_SAME_BITS: f32 = 2.0;
/// A further given name is alike.
pub const FURTHER_ALIKE_BITS: f32 = 1.0;
/// A further given name is another.
pub const FURTHER_DIFFERENT_BITS: f32 = -0.5;
/// Given names have nothing in common.
pub const GIVEN_DIFFERENT_BITS: f32 = -7.0;
/// Family names have nothing in common.
pub const FAMILY_DIFFERENT_BITS: f32 = -6.0;
/// Sexes agree.
pub const SEX_SAME_BITS: f32 = 0.9;
/// Sexes differ.
pub const SEX_DIFFERENT_BITS: f32 = -3.0;
/// A setting agrees.
pub const SETTING_SAME_BITS: f32 = 8.0;
/// Settings are known on both sides and none agrees.
pub const SETTING_DIFFERENT_BITS: f32 = -1.0;
/// Areas agree.
pub const AREA_SAME_BITS: f32 = 4.0;
/// Areas differ.
pub const AREA_DIFFERENT_BITS: f32 = -1.0;
/// Numbers agree.
pub const NUMBER_SAME_BITS: f32 = 40.0;
/// Numbers differ.
pub const NUMBER_DIFFERENT_BITS: f32 = -20.0;

/// Years of birth among the people on record, about.
const YEARS_OF_BIRTH: f32 = 19.0;
/// Least weight of a name that agrees in some way.
const NAME_AGREEMENT_BITS_MIN: f32 = 0.5;
const INITIAL_BITS: f32 = 2.5;

/// Weight of two names at a level; `rarity_bits` is that of the commoner of the two, `different_bits` the contradiction.
#[must_use]
pub fn name_bits(level: NameLevel, rarity_bits: f32, different_bits: f32) -> f32 {
    let deduction = match level {
        NameLevel::Exact => 0.0,
        NameLevel::Nickname | NameLevel::Part => 2.0,
        NameLevel::Phonetic => 3.0,
        NameLevel::TypingError => 3.5,
        NameLevel::Similar => 6.0,
        NameLevel::Initial => {
            return INITIAL_BITS
                .min(rarity_bits - 6.0)
                .max(NAME_AGREEMENT_BITS_MIN);
        }
        NameLevel::Different => return different_bits,
    };
    (rarity_bits - deduction).max(NAME_AGREEMENT_BITS_MIN)
}

/// Weight of two dates or ranges of years of birth at a level.
#[must_use]
pub fn birth_bits(level: BirthLevel, one: Birth, other: Birth) -> f32 {
    let full = one.date().is_some() && other.date().is_some();
    match level {
        BirthLevel::Exact => 12.8,
        BirthLevel::DayMonthSwapped => 8.5,
        BirthLevel::OneDigit => 7.5,
        BirthLevel::OtherYear => 5.0,
        BirthLevel::SameMonth => 3.0,
        BirthLevel::YearsMeet => (YEARS_OF_BIRTH / widest_years(one, other)).log2().max(0.5),
        BirthLevel::YearsTouch => -1.0,
        BirthLevel::SameYear => -2.0,
        BirthLevel::Different if full => -9.0,
        BirthLevel::Different => -7.0,
    }
}

fn widest_years(one: Birth, other: Birth) -> f32 {
    let width = |birth: Birth| {
        let (first, last) = birth.years();
        f32::from(last.saturating_sub(first).saturating_add(1))
    };
    width(one).max(width(other))
}

/// Weight of two postcodes at a level.
#[must_use]
pub fn postcode_bits(level: PostcodeLevel) -> f32 {
    match level {
        PostcodeLevel::Full => 11.0,
        PostcodeLevel::Sector => 7.0,
        PostcodeLevel::District => 4.5,
        PostcodeLevel::Area => 1.5,
        PostcodeLevel::Different => -1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::Date;

    #[test]
    fn a_better_level_never_weighs_less() {
        let names = [
            NameLevel::Exact,
            NameLevel::Nickname,
            NameLevel::Part,
            NameLevel::Phonetic,
            NameLevel::TypingError,
            NameLevel::Similar,
            NameLevel::Initial,
            NameLevel::Different,
        ];
        for rarity in [6.5, 8.0, 12.5] {
            assert!(
                names
                    .map(|level| name_bits(level, rarity, FAMILY_DIFFERENT_BITS))
                    .is_sorted_by(|a, b| a >= b)
            );
        }
        let born = Birth::On(Date::new(2012, 3, 4).unwrap());
        let births = [
            BirthLevel::Exact,
            BirthLevel::DayMonthSwapped,
            BirthLevel::OneDigit,
            BirthLevel::OtherYear,
            BirthLevel::SameMonth,
            BirthLevel::SameYear,
            BirthLevel::Different,
        ];
        assert!(
            births
                .map(|level| birth_bits(level, born, born))
                .is_sorted_by(|a, b| a >= b)
        );
    }

    #[test]
    fn fewer_years_weigh_more() {
        let born = Birth::On(Date::new(2012, 3, 4).unwrap());
        let within = |last| {
            birth_bits(
                BirthLevel::YearsMeet,
                born,
                Birth::Years { first: 2012, last },
            )
        };
        assert!(
            within(2012) > within(2013) && within(2013) > within(2030) && within(u16::MAX) > 0.0
        );
    }
}
