//! Near-doubles: two people so alike that one is easily opened for the other.

use crate::birth::{BirthLevel, birth_level};
use crate::comparable::Comparable;
use crate::similarity::{NameLevel, compound_level, word_level};

/// Why two people are easily confused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NearDouble {
    /// The same date of birth and names alike, given and family.
    SameNameSameDay,
    /// The same date of birth and family name with another given name: twins, perhaps.
    SameFamilySameDay,
    /// The same names, and dates of birth that a slip of the pen could turn into one another.
    SameNameNearDay,
}

/// Whether, and why, two people are easily confused. Symmetric. `None` when either lacks a family name or full date.
#[must_use]
pub fn near_double(one: &Comparable, other: &Comparable) -> Option<NearDouble> {
    let (one_birth, other_birth) = (one.birth?, other.birth?);
    let family = family_level(one, other)?;
    if family > NameLevel::TypingError {
        return None;
    }
    let given_alike = given_level(one, other).is_some_and(|level| level <= NameLevel::TypingError);
    match birth_level(one_birth, other_birth) {
        BirthLevel::Exact if given_alike => Some(NearDouble::SameNameSameDay),
        BirthLevel::Exact => Some(NearDouble::SameFamilySameDay),
        BirthLevel::DayMonthSwapped | BirthLevel::OneDigit if given_alike => {
            Some(NearDouble::SameNameNearDay)
        }
        _ => None,
    }
}

fn family_level(one: &Comparable, other: &Comparable) -> Option<NameLevel> {
    let pairs = one
        .family
        .iter()
        .flat_map(|left| other.family.iter().map(move |right| (left, right)));
    pairs.map(|(left, right)| compound_level(left, right)).min()
}

fn given_level(one: &Comparable, other: &Comparable) -> Option<NameLevel> {
    let first = |person: &Comparable| {
        person
            .given
            .iter()
            .filter(|name| name.place == 0)
            .cloned()
            .collect::<Vec<_>>()
    };
    let (left, right) = (first(one), first(other));
    let pairs = left
        .iter()
        .flat_map(|left| right.iter().map(move |right| (left, right)));
    pairs
        .map(|(left, right)| word_level(&left.word, &right.word))
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::birth::Birth;
    use crate::date::Date;
    use crate::person::Person;
    use proptest::prelude::*;

    fn child(given: &str, family: &str, (year, month, day): (u16, u8, u8)) -> Comparable {
        let birth = Date::new(year, month, day).map(Birth::On);
        Comparable::of(&Person {
            given: &[given],
            family: &[family],
            birth,
            ..Person::default()
        })
    }

    #[test]
    fn twins_and_namesakes_are_pointed_out() {
        let ella = child("Ella", "Okonkwo", (2014, 3, 4));
        for (other, expected) in [
            (
                child("Emma", "Okonkwo", (2014, 3, 4)),
                Some(NearDouble::SameFamilySameDay),
            ),
            (
                child("Baby", "Okonkwo", (2014, 3, 4)),
                Some(NearDouble::SameFamilySameDay),
            ),
            (
                child("Ellie", "Okonkwo", (2014, 3, 4)),
                Some(NearDouble::SameNameSameDay),
            ),
            (
                child("Ella", "Okonkwo", (2014, 4, 3)),
                Some(NearDouble::SameNameNearDay),
            ),
            (child("Emma", "Okonkwo", (2014, 4, 3)), None),
            (child("Ella", "Okonkwo", (2009, 8, 21)), None),
            (child("Ella", "Smith", (2014, 3, 4)), None),
            (Comparable::default(), None),
        ] {
            assert_eq!(near_double(&ella, &other), expected, "{other:?}");
        }
    }

    proptest! {
        #[test]
        fn it_is_symmetric(
            one in ("(Ella|Emma|Ava|Baby)", "(Smith|Smyth|Khan)", (2013_u16..2015, 1_u8..4, 1_u8..4)),
            other in ("(Ella|Emma|Eva|Twin)", "(Smith|Smyth|Khan-Smith)", (2013_u16..2015, 1_u8..4, 1_u8..4)),
        ) {
            let (one, other) = (child(&one.0, &one.1, one.2), child(&other.0, &other.1, other.2));
            prop_assert_eq!(near_double(&one, &other), near_double(&other, &one));
        }
    }
}
