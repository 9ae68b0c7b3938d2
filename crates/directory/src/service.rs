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

/// Beginnings of words, and of several words, by which a service, team, organisation or job gives a sensitive service away
/// (X13, R27): lower case, one space between words, sorted. One that ends in a space stands for whole words only.
const REVEALING: [&str; 46] = [
    "abortion",
    "addict",
    "alcohol",
    "anorexi",
    "brook centre",
    "bulimi",
    "camhs",
    "camht",
    "cannabis",
    "contracepti",
    "counsel",
    "cypmhs",
    "detox",
    "drug",
    "eating disorder",
    "emotional health",
    "emotional well being",
    "emotional wellbeing",
    "family planning",
    "genito",
    "gum clinic",
    "hiv ",
    "mental",
    "misuse",
    "needle exchange",
    "opiate",
    "opioid",
    "pregnancy advi",
    "psychiatr",
    "psycholog",
    "psychosis",
    "psychother",
    "recovery service",
    "recovery worker",
    "rehabilitation",
    "self harm",
    "selfharm",
    "sexual",
    "std clinic",
    "substance",
    "suicid",
    "talking therap",
    "termination",
    "therapist",
    "wellbeing practitioner",
    "young peoples clinic",
];

/// Words that hold a revealing one and are ordinary: they tell of a school's or a hospital's work with a child (R15).
const ORDINARY: [&str; 5] = [
    "educational psycholog",
    "language therapist",
    "occupational therapist",
    "physio therapist",
    "speech therapist",
];

/// Whether a text would reveal a sensitive service if it were shown (X13). Errs on the side of yes.
#[must_use]
pub fn reveals_sensitive(text: &str) -> bool {
    let words = words(text);
    let mut ordinary_until = 0usize;
    word_starts(&words).any(|(at, rest)| {
        if let Some(phrase) = starts_with(rest, &ORDINARY) {
            ordinary_until = at.saturating_add(phrase.len());
        }
        at >= ordinary_until && starts_with(rest, &REVEALING).is_some()
    })
}

/// The words in lower case, each with one space after it; points and apostrophes inside a word are left out (`C.A.M.H.S.`).
fn words(text: &str) -> String {
    let mut words = String::with_capacity(text.len().saturating_add(1));
    for c in text.chars() {
        match c {
            '.' | '\'' | '’' => {}
            c if c.is_ascii_alphanumeric() => words.push(c.to_ascii_lowercase()),
            c if c.is_alphanumeric() => words.extend(c.to_lowercase()),
            _ if words.is_empty() || words.ends_with(' ') => {}
            _ => words.push(' '),
        }
    }
    words.push(' ');
    words
}

/// Where each word starts, and the text from there.
fn word_starts(words: &str) -> impl Iterator<Item = (usize, &str)> {
    let later = words.match_indices(' ').map(|(at, _)| at.saturating_add(1));
    std::iter::once(0)
        .chain(later)
        .filter_map(|at| Some((at, words.get(at..)?)))
}

/// The first of sorted beginnings that a text starts with. Asked for every word of every involvement shown: only those with its
/// first byte are compared.
fn starts_with<'a>(text: &str, beginnings: &[&'a str]) -> Option<&'a str> {
    let first = text.as_bytes().first()?;
    let from = beginnings.partition_point(|one| one.as_bytes().first() < Some(first));
    beginnings
        .iter()
        .skip(from)
        .take_while(|one| one.as_bytes().first() == Some(first))
        .copied()
        .find(|one| text.starts_with(one))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
            "C.A.M.H.S. nurse",
            "self-harm support",
            "Self\u{2010}harm support",
            "Young people's clinic",
            "mental_health",
            "Occupational and drama therapist",
            "Speech and language therapist (mental health)",
            "HIV nurse",
            "Bristol Recovery Service",
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
            "Speech and Language Therapist",
            "Occupational therapist",
            "Physiotherapist",
            "Educational Psychologist",
            "Hive Academy",
            "Needlers Primary School",
            "Council housing",
            "",
        ] {
            assert!(!reveals_sensitive(name), "{name}");
        }
    }

    #[test]
    fn the_words_are_sorted_and_written_as_they_are_compared() {
        assert!(REVEALING.is_sorted() && ORDINARY.is_sorted());
        for one in REVEALING.iter().chain(&ORDINARY) {
            assert_eq!(words(one).trim(), one.trim());
        }
    }

    proptest! {
        #[test]
        fn x13_nothing_around_a_revealing_word_hides_it(before in "[a-z ]{0,12}", after in "[a-z ]{0,12}", at in 0..REVEALING.len()) {
            let text = format!("{before} {} {after}", REVEALING[at].to_uppercase());
            let ordinary = ORDINARY.iter().any(|phrase| words(&text).contains(phrase));
            prop_assert!(ordinary || reveals_sensitive(&text));
        }

        #[test]
        fn any_text_is_answered(text in "\\PC*") {
            let _ = reveals_sensitive(&text);
        }
    }
}
