//! The shield: what hides a child's whereabouts, why it was placed, and what it leaves visible (R35–R50).

use crate::Date;
use crate::name::{Gender, Name};
use crate::number::Number;

/// Why a shield was placed. Case by case, by the level of threat (R38); criteria are recorded with each decision (R39).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ground {
    /// Placed for adoption, with little or no contact with the birth family, and a threat (R37; adoption alone is no ground).
    AdoptionThreat,
    /// Fleeing abuse or domestic violence, the child or a parent or carer (R36, R37).
    FleeingAbuse,
    /// Under police protection, the child or the family (R37).
    PoliceProtection,
    /// Another risk of significant harm if the whereabouts were known (R35).
    SignificantHarm,
    /// The source said that its own record is restricted: provisional until an officer decides (C20).
    RestrictedAtSource,
}

impl Ground {
    /// The grounds an officer can choose.
    pub const CHOICES: [Ground; 4] = [
        Ground::FleeingAbuse,
        Ground::PoliceProtection,
        Ground::AdoptionThreat,
        Ground::SignificantHarm,
    ];

    /// In words, as an officer reads them.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Ground::FleeingAbuse => {
                "The child, a parent or a carer is fleeing abuse or domestic violence"
            }
            Ground::PoliceProtection => "The child or the family is under police protection",
            Ground::AdoptionThreat => {
                "Placed for adoption, and somebody from whom the child must be protected may look"
            }
            Ground::SignificantHarm => {
                "Another risk of significant harm if the whereabouts were known"
            }
            Ground::RestrictedAtSource => "Restricted at the source, to be decided",
        }
    }

    /// The code used in forms and on command lines.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Ground::FleeingAbuse => "fleeing-abuse",
            Ground::PoliceProtection => "police-protection",
            Ground::AdoptionThreat => "adoption-threat",
            Ground::SignificantHarm => "significant-harm",
            Ground::RestrictedAtSource => "restricted-at-source",
        }
    }

    /// The ground an officer chose, by its code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Ground> {
        Ground::CHOICES
            .into_iter()
            .find(|ground| ground.code() == code)
    }
}

/// All that a shielded record shows (R43): number, name, date of birth, gender. There is no field for anything else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restricted {
    /// The ContactPoint number.
    pub number: Number,
    /// The current name. Former names are hidden (X10).
    pub name: Name,
    /// The date of birth.
    pub born: Option<Date>,
    /// The gender.
    pub gender: Option<Gender>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r37_r39_every_choice_has_its_words_and_code() {
        for ground in Ground::CHOICES {
            assert_eq!(Ground::parse(ground.code()), Some(ground));
            assert!(!ground.words().is_empty());
        }
    }

    #[test]
    fn r36_who_is_in_danger_may_be_a_parent_or_carer() {
        let said = Ground::CHOICES.map(Ground::words);
        assert!(
            said.iter()
                .any(|ground| ground.contains("a parent or a carer"))
        );
        assert!(said.iter().any(|ground| ground.contains("or the family")));
    }

    #[test]
    fn r38_adoption_alone_is_no_ground() {
        assert!(Ground::AdoptionThreat.words().contains("must be protected"));
        assert_eq!(Ground::parse("adoption"), None);
    }

    #[test]
    fn c20_no_officer_chooses_what_only_a_source_can_say() {
        assert_eq!(Ground::parse(Ground::RestrictedAtSource.code()), None);
    }
}
