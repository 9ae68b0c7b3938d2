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
}

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
