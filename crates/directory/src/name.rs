//! A person's name and gender, and the people who care for a child.

use std::fmt;

use crate::text::{Email, NamePart, Telephone};

/// A person's name: given names when known, and the family name (or the only name of somebody who has one).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name {
    /// Given names as written, several separated by spaces. `None`: not known, or not given yet (a newborn).
    pub given: Option<NamePart>,
    /// The family name, or the only name.
    pub family: NamePart,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.given {
            Some(given) => write!(f, "{given} {}", self.family),
            None => write!(f, "{}", self.family),
        }
    }
}

impl Name {
    /// What to call the person in a sentence: the first given name, else the family name.
    #[must_use]
    pub fn familiar(&self) -> &str {
        let whole = self.given.as_ref().unwrap_or(&self.family).as_str();
        whole.split(' ').next().unwrap_or(whole)
    }

    /// Whether it has a given name that is one: `Baby Marsh` has none yet. Only ever used to prefer another name, as somebody
    /// may be called so.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.given
            .as_ref()
            .is_some_and(|given| !is_placeholder(given.as_str()))
    }
}

/// What stands in the place of a given name before there is one, in lower case.
const PLACEHOLDERS: [&str; 18] = [
    "baby",
    "baby boy",
    "baby girl",
    "baby of",
    "boy",
    "child",
    "female",
    "girl",
    "infant",
    "male",
    "newborn",
    "no name",
    "not given",
    "not known",
    "twin",
    "unborn",
    "unknown",
    "unnamed",
];

/// Gender as a source states it; `Unspecified` is a statement of its own (L1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gender {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Stated to be unspecified.
    Unspecified,
}

impl Gender {
    /// Every gender a source can state.
    pub const ALL: [Gender; 3] = [Gender::Female, Gender::Male, Gender::Unspecified];

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Gender::Female => "female",
            Gender::Male => "male",
            Gender::Unspecified => "unspecified",
        }
    }
}

/// Somebody with parental responsibility for the child, or who has care of the child (R12, L1, L6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carer {
    /// Their name.
    pub name: Name,
    /// Their telephone number, when supplied.
    pub telephone: Option<Telephone>,
    /// Their e-mail address, when supplied.
    pub email: Option<Email>,
}

fn is_placeholder(given: &str) -> bool {
    let lower = given.to_lowercase();
    let counted = lower.trim_end_matches([' ', 'i', 'a', 'b', 'c']);
    PLACEHOLDERS.contains(&lower.as_str())
        || (PLACEHOLDERS.contains(&counted) && lower.contains(' '))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(given: &str, family: &str) -> Name {
        Name {
            given: NamePart::parse(given).ok(),
            family: NamePart::parse(family).unwrap(),
        }
    }

    #[test]
    fn a_placeholder_is_no_given_name() {
        for given in [
            "",
            "Baby",
            "BABY GIRL",
            "Infant",
            "Not known",
            "Twin A",
            "Twin II",
        ] {
            assert!(!name(given, "Marsh").is_whole(), "{given}");
        }
        for given in ["Kelly", "Babygirl", "Twinkle", "Malek", "Childe"] {
            assert!(name(given, "Marsh").is_whole(), "{given}");
        }
    }

    #[test]
    fn l1_gender_is_said_in_words_and_unspecified_is_one_of_them() {
        let words = Gender::ALL.map(Gender::words);
        assert_eq!(words, ["female", "male", "unspecified"]);
    }

    proptest! {
        #[test]
        fn somebody_is_called_by_part_of_their_own_name(given in "[A-Za-z ]{0,12}", family in "[A-Za-z]{1,12}") {
            let name = name(&given, &family);
            prop_assert!(!name.familiar().is_empty() && name.to_string().contains(name.familiar()));
        }
    }
}
