//! Organisations, authorities and sectors: who may use the directory, and through whom (R52, R56, R86, L4).

use crate::Date;
use crate::text::{AuthorityCode, OrganisationName, ServiceCode};

/// The sectors of practitioners (R52, R95, C17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sector {
    /// Schools, colleges, education welfare.
    Education,
    /// Hospitals, practices, community health.
    Health,
    /// Children's social care.
    SocialCare,
    /// Youth offending teams.
    YouthJustice,
    /// Voluntary organisations.
    Voluntary,
    /// Housing departments and associations.
    Housing,
    /// Police forces.
    Police,
}

impl Sector {
    /// Every sector, in the order in which coverage is listed.
    pub const ALL: [Sector; 7] = [
        Sector::Education,
        Sector::Health,
        Sector::SocialCare,
        Sector::YouthJustice,
        Sector::Voluntary,
        Sector::Housing,
        Sector::Police,
    ];

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Sector::Education => "education",
            Sector::Health => "health",
            Sector::SocialCare => "social care",
            Sector::YouthJustice => "youth justice",
            Sector::Voluntary => "voluntary organisations",
            Sector::Housing => "housing",
            Sector::Police => "police",
        }
    }

    /// The sector a word names, as catalogues and command lines write it: `social-care`, `social_care`, `Social care`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Sector> {
        let folded: String = text
            .trim()
            .to_lowercase()
            .chars()
            .filter(char::is_ascii_alphabetic)
            .collect();
        let sector = match folded.as_str() {
            "education" | "schools" => Sector::Education,
            "health" => Sector::Health,
            "socialcare" => Sector::SocialCare,
            "youthjustice" => Sector::YouthJustice,
            "voluntary" | "voluntaryorganisations" | "charity" => Sector::Voluntary,
            "housing" => Sector::Housing,
            "police" => Sector::Police,
            _ => return None,
        };
        Some(sector)
    }
}

/// The id of an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrganisationId(pub i64);

/// An organisation whose people use the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// Its name.
    pub name: OrganisationName,
    /// Its sector.
    pub sector: Sector,
    /// Who admits its people.
    pub admitted: Admission,
    /// The last day of its accreditation (R56, R57). `None`: never accredited.
    pub accredited_until: Option<Date>,
    /// The services its people work in.
    pub services: Vec<ServiceCode>,
}

/// Through whom an organisation's people are admitted (L4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Through a local authority.
    Authority(AuthorityCode),
    /// As a national partner, outside any authority (R64).
    NationalPartner,
}

impl Organisation {
    /// The authority that admitted it.
    #[must_use]
    pub fn authority(&self) -> Option<&AuthorityCode> {
        match &self.admitted {
            Admission::Authority(code) => Some(code),
            Admission::NationalPartner => None,
        }
    }
}

/// A local authority: responsible for the records of the children who live in its area (R86).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// Its code.
    pub code: AuthorityCode,
    /// Its name.
    pub name: OrganisationName,
    /// Whether its first shielding phase is complete. Until then no practitioner is admitted (R42).
    pub shielding: ShieldingPhase,
}

/// How far an authority's first shielding is (R42).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ShieldingPhase {
    /// Still under way: no practitioner of the authority can be admitted.
    UnderWay,
    /// Complete.
    Complete,
}
