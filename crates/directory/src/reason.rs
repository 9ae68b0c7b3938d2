//! Why somebody looks: a closed list, each with its legal basis and the people who may give it (R9, R71, L7, L8).

use crate::account::Role;
use crate::organisation::Sector;

/// A reason for looking. There is no "test" and no "other"; the list is this project's own (the official one was not found).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// A new referral or first contact.
    NewReferral,
    /// Identifying a child the practitioner is working with.
    IdentifyChild,
    /// Finding other practitioners, to support the child together.
    FindPractitioners,
    /// Coordinating an assessment or early help.
    Coordinate,
    /// A child-protection enquiry under section 47.
    ChildProtection,
    /// The child moved into the area or is new to the service.
    MovedHere,
    /// Checking that the child receives universal services.
    UniversalServices,
    /// Duties towards children who receive no education.
    MissingEducation,
    /// Deciding on or reviewing a shield.
    ShieldDecision,
    /// Correcting the data.
    DataQuality,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Reason; 10] = [
        Reason::NewReferral,
        Reason::IdentifyChild,
        Reason::FindPractitioners,
        Reason::Coordinate,
        Reason::ChildProtection,
        Reason::MovedHere,
        Reason::UniversalServices,
        Reason::MissingEducation,
        Reason::ShieldDecision,
        Reason::DataQuality,
    ];

    /// In words, as offered on a page.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Reason::NewReferral => "New referral or first contact",
            Reason::IdentifyChild => "Identify a child I am working with",
            Reason::FindPractitioners => "Find who else is working with the child",
            Reason::Coordinate => "Coordinate an assessment or early help",
            Reason::ChildProtection => "Child-protection enquiry",
            Reason::MovedHere => "Child moved here or is new to my service",
            Reason::UniversalServices => "Check school and doctor",
            Reason::MissingEducation => "Child may be missing education",
            Reason::ShieldDecision => "Decide on or review a shield",
            Reason::DataQuality => "Correct the record",
        }
    }

    /// The law it rests on (R9, L7).
    #[must_use]
    pub fn legal_basis(self) -> &'static str {
        match self {
            Reason::NewReferral
            | Reason::Coordinate
            | Reason::FindPractitioners
            | Reason::UniversalServices => "Children Act 2004, section 10",
            Reason::IdentifyChild | Reason::MovedHere => "Children Act 2004, section 11",
            Reason::ChildProtection => {
                "Children Act 1989, section 47; Children Act 2004, section 11"
            }
            Reason::MissingEducation => "Education Act 1996, section 436A",
            Reason::ShieldDecision | Reason::DataQuality => "Children Act 2004, section 12",
        }
    }

    /// The code used in forms and in the ledger.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Reason::NewReferral => "new-referral",
            Reason::IdentifyChild => "identify-child",
            Reason::FindPractitioners => "find-practitioners",
            Reason::Coordinate => "coordinate",
            Reason::ChildProtection => "child-protection",
            Reason::MovedHere => "moved-here",
            Reason::UniversalServices => "universal-services",
            Reason::MissingEducation => "missing-education",
            Reason::ShieldDecision => "shield-decision",
            Reason::DataQuality => "data-quality",
        }
    }

    /// The reason of a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Reason> {
        Reason::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// Whether somebody with these roles, in this sector, may give it.
    #[must_use]
    pub fn is_open_to(self, roles: &[Role], sector: Sector) -> bool {
        let practitioner = roles.contains(&Role::Practitioner);
        match self {
            Reason::ShieldDecision => roles.contains(&Role::ShieldingOfficer),
            Reason::DataQuality => roles.contains(&Role::DataOfficer),
            Reason::MissingEducation => {
                practitioner && matches!(sector, Sector::Education | Sector::SocialCare)
            }
            Reason::NewReferral
            | Reason::IdentifyChild
            | Reason::FindPractitioners
            | Reason::Coordinate
            | Reason::ChildProtection
            | Reason::MovedHere
            | Reason::UniversalServices => practitioner,
        }
    }
}

/// The most reasons offered on one page.
pub const REASONS_SHOWN_MAX: usize = 7;

/// The reasons offered to somebody, the likeliest first, at most [`REASONS_SHOWN_MAX`].
#[must_use]
pub fn offered(roles: &[Role], sector: Sector) -> Vec<Reason> {
    let first = match sector {
        Sector::Health => [Reason::IdentifyChild, Reason::FindPractitioners],
        Sector::SocialCare | Sector::Police => [Reason::ChildProtection, Reason::FindPractitioners],
        Sector::Education | Sector::YouthJustice | Sector::Voluntary | Sector::Housing => {
            [Reason::FindPractitioners, Reason::IdentifyChild]
        }
    };
    let officer = [Reason::ShieldDecision, Reason::DataQuality];
    // After those, a child in danger: it must not be the one that finds no room.
    let next = [Reason::ChildProtection, Reason::MissingEducation];
    let mut offered = Vec::with_capacity(REASONS_SHOWN_MAX);
    for reason in officer
        .into_iter()
        .chain(first)
        .chain(next)
        .chain(Reason::ALL)
    {
        let open = reason.is_open_to(roles, sector) && !offered.contains(&reason);
        if open && offered.len() < REASONS_SHOWN_MAX {
            offered.push(reason);
        }
    }
    offered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{access, sample};

    #[test]
    fn r9_every_reason_names_its_law_and_l8_none_is_crime() {
        for reason in Reason::ALL {
            assert!(reason.legal_basis().contains("Act"), "{reason:?}");
            assert!(!reason.words().to_lowercase().contains("crime"));
            assert_eq!(Reason::parse(reason.code()), Some(reason));
        }
    }

    #[test]
    fn at_most_seven_are_offered_and_each_may_be_given() {
        for sector in Sector::ALL {
            for roles in [
                &[Role::Practitioner][..],
                &[Role::ShieldingOfficer],
                &[Role::Practitioner, Role::ShieldingOfficer],
                &[Role::Auditor],
            ] {
                let offered = offered(roles, sector);
                assert!(offered.len() <= REASONS_SHOWN_MAX);
                assert!(
                    offered
                        .iter()
                        .all(|reason| reason.is_open_to(roles, sector))
                );
            }
        }
        assert!(offered(&[Role::Auditor], Sector::Health).is_empty());
    }

    #[test]
    fn r1_every_practitioner_is_offered_child_protection_and_finding_others_and_every_officer_their_own()
     {
        let everything = [
            Role::Practitioner,
            Role::ShieldingOfficer,
            Role::DataOfficer,
        ];
        for sector in Sector::ALL {
            for roles in [&[Role::Practitioner][..], &everything] {
                let offered = offered(roles, sector);
                assert!(offered.contains(&Reason::ChildProtection), "{sector:?}");
                assert!(offered.contains(&Reason::FindPractitioners), "{sector:?}");
            }
            let officer = offered(&everything, sector);
            assert!(
                officer.contains(&Reason::ShieldDecision) && officer.contains(&Reason::DataQuality)
            );
        }
    }

    #[test]
    fn r52_r95_people_of_all_five_sectors_and_of_housing_and_police_find_others_at_work() {
        let sectors = [
            Sector::Education,
            Sector::Health,
            Sector::SocialCare,
            Sector::YouthJustice,
            Sector::Voluntary,
            Sector::Housing,
            Sector::Police,
        ];
        assert_eq!(sectors, Sector::ALL);
        for sector in sectors {
            let practitioner = sample::actor(3, sector, &[Role::Practitioner], sample::AREA);
            let searches = access::may_search(&practitioner, Reason::FindPractitioners);
            assert_eq!(searches, Ok(()), "{sector:?}");
        }
    }

    #[test]
    fn r55_no_reason_is_open_without_its_role() {
        for reason in Reason::ALL {
            for sector in Sector::ALL {
                assert!(!reason.is_open_to(&[], sector));
                assert!(
                    !reason
                        .is_open_to(&[Role::Administrator, Role::Auditor, Role::Manager], sector)
                );
            }
        }
    }
}
