//! Columns that, by their names, hold case information: it has no place here, and is refused with its own words (R4, R5).

/// Parts of words that name case information, opinions or what nobody needs for finding a colleague.
const STEMS: [&str; 42] = [
    "note",
    "comment",
    "remark",
    "narrat",
    "observ",
    "opinion",
    "free text",
    "freetext",
    "description",
    "concern",
    "risk",
    "flag",
    "alert",
    "warning",
    "score",
    "diagnos",
    "symptom",
    "medic",
    "treatment",
    "allerg",
    "disab",
    "condition",
    "needs",
    "assessment text",
    "assessment summary",
    "assessment detail",
    "outcome",
    "attain",
    "exam",
    "grade",
    "result",
    "progress",
    "behavio",
    "exclusion",
    "absence",
    "offence",
    "convict",
    "ethnic",
    "religio",
    "photo",
    "income",
    "referral reason",
];

/// Whether the name of a column says that it holds case information.
#[must_use]
pub fn is_case_information(column: &str) -> bool {
    let words = words(column);
    STEMS.iter().any(|stem| has_word_start(&words, stem))
}

/// Whether a stem stands at the beginning of a word.
fn has_word_start(words: &str, stem: &str) -> bool {
    words
        .match_indices(stem)
        .any(|(at, _)| at == 0 || words.as_bytes().get(at.wrapping_sub(1)) == Some(&b' '))
}

/// A column's name as lower-case words with single spaces, however it was written: `CaseNotes`, `case_notes`.
fn words(column: &str) -> String {
    let mut words = String::with_capacity(column.len().saturating_add(4));
    let mut before = ' ';
    for c in column.chars() {
        let separate = !c.is_alphanumeric();
        let begins = separate || (c.is_uppercase() && before.is_lowercase());
        if begins && !words.ends_with(' ') {
            words.push(' ');
        }
        if !separate {
            words.extend(c.to_lowercase());
        }
        before = c;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r4_case_information_is_known_by_the_name_of_its_column() {
        for name in [
            "Notes",
            "CASE_NOTES",
            "CaseNotes",
            "comments",
            "Risk level",
            "RiskScore",
            "Primary Diagnosis",
            "assessment_summary",
            "KS2 Attainment",
            "exam-results",
            "Ethnicity",
            "photo",
        ] {
            assert!(is_case_information(name), "{name}");
        }
        for name in [
            "Surname",
            "DOB",
            "Assessment",
            "CAF_STATUS",
            "Postcode",
            "denoted",
            "UPN",
            "Telephone",
        ] {
            assert!(!is_case_information(name), "{name}");
        }
    }
}
