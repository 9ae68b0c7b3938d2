//! School and general practice: what a source says of a child's universal services (R13, R14, R19).

use crate::Date;
use crate::text::{AuthorityCode, Email, OrganisationName, PlaceCode, Telephone};

/// How a child is educated, as a source says (R19). Never inferred from an empty field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Education {
    /// On the roll of a school or college, with the day the child started when known (L1).
    Registered {
        /// The school's code.
        place: PlaceCode,
        /// The first day there.
        since: Option<Date>,
    },
    /// Educated at home.
    AtHome,
    /// Educated in another way.
    Otherwise,
    /// Stated not to be registered anywhere.
    NotRegistered,
}

/// How a child reaches medical help, as a source says (R14, R19). The practice, never one doctor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrimaryCare {
    /// Registered with a practice.
    Registered {
        /// The practice's code.
        place: PlaceCode,
        /// The first day there.
        since: Option<Date>,
    },
    /// Has access to medical help in another way.
    Otherwise,
    /// Stated not to be registered anywhere.
    NotRegistered,
}

impl Education {
    /// The school, when there is one.
    #[must_use]
    pub fn place(&self) -> Option<&PlaceCode> {
        match self {
            Education::Registered { place, .. } => Some(place),
            Education::AtHome | Education::Otherwise | Education::NotRegistered => None,
        }
    }
}

impl PrimaryCare {
    /// The practice, when there is one.
    #[must_use]
    pub fn place(&self) -> Option<&PlaceCode> {
        match self {
            PrimaryCare::Registered { place, .. } => Some(place),
            PrimaryCare::Otherwise | PrimaryCare::NotRegistered => None,
        }
    }
}

/// A school or practice, with how to reach it. Public reference data, not about any child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its code.
    pub code: PlaceCode,
    /// School or practice.
    pub kind: PlaceKind,
    /// Its name.
    pub name: OrganisationName,
    /// Its telephone number.
    pub telephone: Option<Telephone>,
    /// Its e-mail address.
    pub email: Option<Email>,
    /// The authority in whose area it is.
    pub authority: Option<AuthorityCode>,
}

/// What kind of place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlaceKind {
    /// A school or college.
    School,
    /// A general practice.
    Practice,
}
