//! The mappings that the binary carries: every feed of the practice England.

use super::mapping::{Mapping, Unusable};

const TEXTS: [(&str, &str); 14] = [
    ("births", include_str!("../../mappings/births.toml")),
    ("nhs", include_str!("../../mappings/nhs.toml")),
    (
        "child_benefit",
        include_str!("../../mappings/child_benefit.toml"),
    ),
    ("census", include_str!("../../mappings/census.toml")),
    (
        "social_care",
        include_str!("../../mappings/social_care.toml"),
    ),
    ("early_help", include_str!("../../mappings/early_help.toml")),
    (
        "health_visiting",
        include_str!("../../mappings/health_visiting.toml"),
    ),
    (
        "youth_justice",
        include_str!("../../mappings/youth_justice.toml"),
    ),
    ("housing", include_str!("../../mappings/housing.toml")),
    (
        "education_welfare",
        include_str!("../../mappings/education_welfare.toml"),
    ),
    ("voluntary", include_str!("../../mappings/voluntary.toml")),
    (
        "mental_health",
        include_str!("../../mappings/mental_health.toml"),
    ),
    (
        "sexual_health",
        include_str!("../../mappings/sexual_health.toml"),
    ),
    (
        "substance_misuse",
        include_str!("../../mappings/substance_misuse.toml"),
    ),
];

/// Mappings for files that other systems write. The practice England writes them too when it is asked to, from the rows of its feeds.
const READY: [(&str, &str); 4] = [
    (
        "census_return",
        include_str!("../../mappings/census_return.toml"),
    ),
    (
        "pupil_transfer",
        include_str!("../../mappings/pupil_transfer.toml"),
    ),
    (
        "fhir_patient",
        include_str!("../../mappings/fhir_patient.toml"),
    ),
    (
        "safeguarding_dataset",
        include_str!("../../mappings/safeguarding_dataset.toml"),
    ),
];

/// The names of the mappings for files that other systems write.
pub fn ready() -> impl Iterator<Item = &'static str> {
    READY.iter().map(|(name, _)| *name)
}

/// The names of the mappings of the practice England, in the order in which their files are best loaded: the sources that know most children first.
pub fn names() -> impl Iterator<Item = &'static str> {
    TEXTS.iter().map(|(name, _)| *name)
}

/// The text of the mapping of a name. `None`: there is none.
#[must_use]
pub fn built_in_text(name: &str) -> Option<&'static str> {
    let found = TEXTS.iter().chain(&READY).find(|(known, _)| *known == name);
    found.map(|(_, text)| *text)
}

/// The mapping of a name. `None`: there is none.
///
/// # Errors
/// [`Unusable`] never, as the tests read every one of them.
pub fn built_in(name: &str) -> Result<Option<Mapping>, Unusable> {
    let text = TEXTS.iter().chain(&READY).find(|(known, _)| *known == name);
    text.map(|(_, text)| Mapping::parse(text)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn r80_every_mapping_can_be_used_and_has_a_code_of_its_own() {
        let mut codes = BTreeSet::new();
        for name in names().chain(ready()) {
            let mapping = built_in(name).unwrap().unwrap();
            assert_eq!(mapping.name, name);
            assert!(codes.insert(mapping.supplier.code), "{name}");
        }
        assert_eq!(built_in("another"), Ok(None));
    }
}
