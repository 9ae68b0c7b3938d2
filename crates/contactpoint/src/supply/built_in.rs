//! The mappings that the binary carries: every feed of the practice England.

use directory::text::SupplierCode;

use super::mapping::{Mapping, Unusable};

/// Before the code in the text of a mapping.
const CODE_BEGINS: &str = "\ncode = \"";

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

/// Mappings for files that other systems write. Many suppliers write the same, so a file is read by one under the supplier's own code. The
/// practice England writes them too when it is asked to, from the rows of its feeds.
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

/// Whether many suppliers write such files: then each has a code of its own, and the mapping alone does not say whose a file is.
#[must_use]
pub fn is_shared(name: &str) -> bool {
    ready().any(|known| known == name)
}

/// Whose code it is, where a mapping that the binary carries has it: the name of that. Under one code what one says and what the other said
/// are one supplier's, and a full file of one ends what the other said.
#[must_use]
pub fn name_of_code(code: &SupplierCode) -> Option<&'static str> {
    let own = format!("{CODE_BEGINS}{code}\"");
    let found = TEXTS.iter().chain(&READY);
    let found = found.filter(|(_, text)| text.contains(&own));
    found.map(|(name, _)| *name).next()
}

/// The text of the mapping of a name. `None`: there is none.
#[must_use]
pub fn built_in_text(name: &str) -> Option<&'static str> {
    let found = TEXTS.iter().chain(&READY).find(|(known, _)| *known == name);
    found.map(|(_, text)| *text)
}

/// The same of a supplier with a code of its own, or with the code left blank. All else, comments too, is as it was. `None`: there is no
/// mapping of this name.
#[must_use]
pub fn built_in_text_as(name: &str, code: Option<&SupplierCode>) -> Option<String> {
    let code = code.map_or("", SupplierCode::as_str);
    let (before, from_code) = built_in_text(name)?.split_once(CODE_BEGINS)?;
    let (_, after) = from_code.split_once('"')?;
    Some(format!("{before}{CODE_BEGINS}{code}\"{after}"))
}

/// The mapping of a name. `None`: there is none.
///
/// # Errors
/// [`Unusable`] never, as the tests read every one of them.
pub fn built_in(name: &str) -> Result<Option<Mapping>, Unusable> {
    built_in_text(name).map(Mapping::parse).transpose()
}

/// The mapping of a name, of a supplier with a code of its own. What kind of source it is stays as the mapping says. `None`: there is none
/// of this name.
///
/// # Errors
/// [`Unusable`] when the code may not be a supplier's.
pub fn built_in_as(name: &str, code: &SupplierCode) -> Result<Option<Mapping>, Unusable> {
    let text = built_in_text_as(name, Some(code));
    text.map(|text| Mapping::parse(&text)).transpose()
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
            assert_eq!(name_of_code(&mapping.supplier.code), Some(name));
            assert!(codes.insert(mapping.supplier.code), "{name}");
        }
        assert_eq!(built_in("another"), Ok(None));
        let own = SupplierCode::parse("local-0").unwrap();
        assert_eq!(name_of_code(&own), None, "nobody has half a code");
    }

    #[test]
    fn r80_a_mapping_under_another_code_is_the_same_but_for_the_code() {
        let code = SupplierCode::parse("local-41").unwrap();
        for name in names().chain(ready()) {
            let (text, own) = (
                built_in_text(name).unwrap(),
                built_in(name).unwrap().unwrap(),
            );
            let other = built_in_text_as(name, Some(&code)).unwrap();
            let changed: Vec<_> = text
                .lines()
                .zip(other.lines())
                .filter(|(before, after)| before != after)
                .collect();
            let before = format!("code = \"{}\"", own.supplier.code);
            assert_eq!(
                changed,
                [(before.as_str(), "code = \"local-41\"")],
                "{name}"
            );
            assert_eq!(text.lines().count(), other.lines().count());
            let mut expected = own;
            expected.supplier.code = code.clone();
            assert_eq!(built_in_as(name, &code), Ok(Some(expected)));
            // Nobody sends anything by it before the code is filled in.
            let blank = built_in_text_as(name, None).unwrap();
            assert!(Mapping::parse(&blank).is_err(), "{name}");
        }
        assert_eq!(built_in_text_as("another", Some(&code)), None);
        let telling = SupplierCode::parse("sexual-health").unwrap();
        assert!(
            built_in_as("safeguarding_dataset", &telling).is_err(),
            "X13"
        );
    }

    #[test]
    fn what_other_systems_write_is_shared_and_a_feed_of_the_practice_england_is_not() {
        assert!(ready().all(is_shared) && !names().any(is_shared) && !is_shared("another"));
    }
}
