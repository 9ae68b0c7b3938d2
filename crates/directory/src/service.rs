//! The catalogue of services. A service is classified before anybody can be recorded as working in it (X13).

use std::collections::BTreeMap;

use crate::organisation::Sector;
use crate::text::{Fault, ServiceCode, Why};

/// A service in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its code.
    pub code: ServiceCode,
    /// Its name, as shown when it is ordinary. Never shown when it is sensitive.
    pub name: String,
    /// Its sector.
    pub sector: Sector,
    /// How it was classified.
    pub classification: Classification,
}

/// Whether a service is sensitive: sexual health, mental health, drugs and alcohol (R27).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Classification {
    /// Nobody has decided yet: it cannot be used (X13).
    Unclassified,
    /// Its people are shown.
    Ordinary,
    /// Its people are never shown; with consent one unspecific line says that there is at least one (R31).
    Sensitive,
}

/// The services an authority knows, by code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    services: BTreeMap<ServiceCode, Service>,
}

/// A service that was classified as ordinary. The only way to get one is [`Catalogue::ordinary`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrdinaryService {
    code: ServiceCode,
    name: String,
}

/// A service that was classified as sensitive. The only way to get one is [`Catalogue::sensitive`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SensitiveService {
    code: ServiceCode,
}

impl Catalogue {
    /// Adds a service, or replaces the one of the same code.
    pub fn put(&mut self, service: Service) {
        self.services.insert(service.code.clone(), service);
    }

    /// Every service, by code.
    pub fn services(&self) -> impl Iterator<Item = &Service> {
        self.services.values()
    }

    /// The classification of a service. One that is not in the catalogue is unclassified.
    #[must_use]
    pub fn classification(&self, code: &ServiceCode) -> Classification {
        self.services
            .get(code)
            .map_or(Classification::Unclassified, |service| {
                service.classification
            })
    }

    /// The service of this code, when it was classified as ordinary and its name gives nothing away (X13).
    ///
    /// # Errors
    /// A [`Fault`] when it is unclassified, sensitive, or its name would reveal a sensitive service.
    pub fn ordinary(&self, code: &ServiceCode) -> Result<OrdinaryService, Fault> {
        let unclassified = Fault {
            what: "service",
            why: Why::Form("classified before it can be used"),
        };
        let service = self.services.get(code).ok_or(unclassified)?;
        match service.classification {
            Classification::Unclassified => Err(unclassified),
            Classification::Sensitive => Err(Fault {
                what: "service",
                why: Why::RevealsSensitive,
            }),
            Classification::Ordinary if reveals_sensitive(&service.name) => Err(Fault {
                what: "service",
                why: Why::RevealsSensitive,
            }),
            Classification::Ordinary => Ok(OrdinaryService {
                code: code.clone(),
                name: service.name.clone(),
            }),
        }
    }

    /// The service of this code, when it was classified as sensitive.
    ///
    /// # Errors
    /// A [`Fault`] when it is not in the catalogue or not sensitive.
    pub fn sensitive(&self, code: &ServiceCode) -> Result<SensitiveService, Fault> {
        match self.classification(code) {
            Classification::Sensitive => Ok(SensitiveService { code: code.clone() }),
            Classification::Ordinary | Classification::Unclassified => Err(Fault {
                what: "service",
                why: Why::Form("classified before it can be used"),
            }),
        }
    }
}

impl OrdinaryService {
    /// Its code.
    #[must_use]
    pub fn code(&self) -> &ServiceCode {
        &self.code
    }

    /// Its name, as shown.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl SensitiveService {
    /// Its code: for the management team's brokering only (R34).
    #[must_use]
    pub fn code(&self) -> &ServiceCode {
        &self.code
    }
}

/// Words by which a service, team, organisation or job title gives a sensitive service away (X13, R27).
const REVEALING: [&str; 31] = [
    "camhs",
    "camht",
    "cypmhs",
    "mental",
    "psychiatr",
    "psycholog",
    "psychother",
    "therapist",
    "counsel",
    "self harm",
    "self-harm",
    "eating disorder",
    "sexual",
    "gum clinic",
    "genito",
    "contracepti",
    "family planning",
    "pregnancy advi",
    "termination",
    "abortion",
    "hiv",
    "brook centre",
    "drug",
    "alcohol",
    "substance",
    "addict",
    "detox",
    "misuse",
    "needle",
    "rehabilitation",
    "wellbeing practitioner",
];

/// Whether a text would reveal a sensitive service if it were shown (X13). Errs on the side of yes.
#[must_use]
pub fn reveals_sensitive(text: &str) -> bool {
    let lower = text.to_lowercase();
    REVEALING
        .iter()
        .any(|word| contains_word_start(&lower, word))
}

/// Whether `word` stands in `text` at the start of a word.
fn contains_word_start(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        text.get(..at)
            .and_then(|before| before.chars().next_back())
            .is_none_or(|c| !c.is_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(code: &str, name: &str, classification: Classification) -> Service {
        Service {
            code: ServiceCode::parse(code).unwrap(),
            name: name.into(),
            sector: Sector::Health,
            classification,
        }
    }

    #[test]
    fn x13_a_service_is_classified_before_it_can_be_used() {
        let mut catalogue = Catalogue::default();
        let code = ServiceCode::parse("school-nursing").unwrap();
        assert!(catalogue.ordinary(&code).is_err(), "not in the catalogue");
        catalogue.put(service(
            "school-nursing",
            "School nursing",
            Classification::Unclassified,
        ));
        assert!(catalogue.ordinary(&code).is_err(), "unclassified");
        catalogue.put(service(
            "school-nursing",
            "School nursing",
            Classification::Ordinary,
        ));
        assert_eq!(catalogue.ordinary(&code).unwrap().name(), "School nursing");
        assert!(catalogue.sensitive(&code).is_err());
        catalogue.put(service(
            "school-nursing",
            "School nursing",
            Classification::Sensitive,
        ));
        assert!(
            catalogue.ordinary(&code).is_err(),
            "sensitive is never ordinary"
        );
    }

    #[test]
    fn x13_names_that_give_a_sensitive_service_away_are_known() {
        for name in [
            "CAMHS tier 3",
            "Young people's Drug team",
            "Sexual health outreach",
            "Alcohol worker",
            "Mental-health nurse",
        ] {
            assert!(reveals_sensitive(name), "{name}");
        }
        for name in [
            "Health visiting",
            "Learning mentor",
            "Northfield Academy",
            "Achieving together",
            "Housing officer",
            "Archive",
        ] {
            assert!(!reveals_sensitive(name), "{name}");
        }
    }
}
