//! Columns that, by their names, hold case information: it has no place here, and is refused with its own words (R4, R5).
//!
//! A name is looked at word by word. What a name merely shares with ordinary columns ([`ORDINARY`]) is taken out of it first, so that a
//! health visitor is no matter of health, and what is left says whether it is one of the three kinds below.

/// Beginnings of words that name case information, opinions or what nobody needs for finding a colleague.
const STEMS: [&str; 102] = [
    "note",
    "comment",
    "remark",
    "narrat",
    "observ",
    "opinion",
    "free text",
    "freetext",
    "descript",
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
    "reason for referral",
    "reason referred",
    "summar",
    "chronolog",
    "background",
    "circumstance",
    "safeguarding issue",
    "legal status",
    "legal order",
    "court order",
    "court hearing",
    "looked after",
    "child protection",
    "child in need",
    "section 17",
    "section 47",
    "special educ",
    "sen need",
    "sen prov",
    "sen stat",
    "sen type",
    "sen unit",
    "senneed",
    "senprov",
    "senstat",
    "sentype",
    "senunit",
    "allegation",
    "incident",
    "injur",
    "abus",
    "neglect",
    "violen",
    "vulnerab",
    "disclosure",
    "illness",
    "disease",
    "immunis",
    "vaccin",
    "pregnan",
    "nationality",
    "attendance",
    "sanction",
    "detention",
    "suspension",
    "truan",
    "pupil premium",
    "free school meal",
    "sexual orient",
    "sexuality",
    "gender identity",
    "marac",
    "mappa",
    "suicid",
    "overdos",
    "arrest",
    "exploit",
    "traffick",
    "radicalis",
    "domestic viol",
];

/// Whole words that do.
const WORDS: [&str; 33] = [
    "history",
    "histories",
    "story",
    "stories",
    "detail",
    "details",
    "health",
    "sen",
    "plan",
    "plans",
    "need",
    "cin",
    "cpp",
    "cla",
    "lac",
    "ehcp",
    "ehc",
    "fsm",
    "memo",
    "diary",
    "asylum",
    "immigration",
    "alcohol",
    "drug",
    "drugs",
    "substance",
    "criminal",
    "harm",
    "safeguarding",
    "sessions",
    "crime",
    "crimes",
    "gang",
];

/// Names that do when they are all there is: in others they are ordinary words.
const WHOLE: [&str; 11] = [
    "send",
    "send need",
    "send status",
    "send support",
    "send type",
    "send provision",
    "legal",
    "case",
    "information",
    "info",
    "care status",
];

/// What ordinary columns are called, though a word of it would be case information alone.
const ORDINARY: [&str; 60] = [
    "health visitor",
    "health visiting",
    "health number",
    "health id",
    "health authority",
    "health board",
    "health centre",
    "health center",
    "health service",
    "health trust",
    "health team",
    "health worker",
    "health professional",
    "health practitioner",
    "health organisation",
    "health provider",
    "health clinic",
    "health region",
    "health district",
    "health and social care number",
    "health care number",
    "healthcare number",
    "public health nurse",
    "basic detail",
    "basic details",
    "contact detail",
    "contact details",
    "address details",
    "collection details",
    "personal details",
    "school details",
    "pupil details",
    "child details",
    "carer details",
    "parent details",
    "practice details",
    "worker details",
    "practitioner details",
    "organisation details",
    "school history",
    "address history",
    "name history",
    "search score",
    "medical practice",
    "attendance officer",
    "attendance adviser",
    "safeguarding lead",
    "safeguarding contact",
    "safeguarding officer",
    "safeguarding adviser",
    "safeguarding team",
    "safeguarding nurse",
    "safeguarding midwife",
    "safeguarding doctor",
    "safeguarding practitioner",
    "sen co",
    "sen coordinator",
    "attendance team",
    "safeguarding manager",
    "safeguarding coordinator",
];

/// Whether the name of a column says that it holds case information.
#[must_use]
pub fn is_case_information(column: &str) -> bool {
    // `LACStatus` is two words, and `SENprovision` begins with one: what either way of reading it says counts.
    [Capitals::OneWord, Capitals::WordsOfTheirOwn]
        .into_iter()
        .any(|capitals| say_case_information(&words(column, capitals)))
}

fn say_case_information(words: &str) -> bool {
    let mut words = format!(" {} ", words.trim());
    if WHOLE.contains(&words.trim()) {
        return true;
    }
    for ordinary in ORDINARY {
        words = words.replace(&format!(" {ordinary} "), " ");
    }
    let begins = |stem: &str| words.contains(&format!(" {stem}"));
    let is_there = |word: &str| words.contains(&format!(" {word} "));
    STEMS.into_iter().any(begins) || WORDS.into_iter().any(is_there)
}

/// How a name with several capitals in a row is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Capitals {
    /// They and what follows without a space are one word.
    OneWord,
    /// The last of them begins the next word if a small letter follows: `LACStatus`.
    WordsOfTheirOwn,
}

/// A column's name as lower-case words and numbers with single spaces, however it was written: `CaseNotes`, `case_notes`, `KS2Attainment`.
fn words(column: &str, capitals: Capitals) -> String {
    let mut words = String::with_capacity(column.len().saturating_add(4));
    let mut before = ' ';
    let mut letters = column.chars().peekable();
    while let Some(c) = letters.next() {
        let separate = !c.is_alphanumeric();
        let next_is_small = letters.peek().is_some_and(|next| next.is_lowercase());
        let is_digits_end = c.is_numeric() != before.is_numeric() && before.is_alphanumeric();
        let begins = separate
            || is_digits_end
            || c.is_uppercase() && before.is_lowercase()
            || capitals == Capitals::WordsOfTheirOwn && c.is_uppercase() && next_is_small;
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
    use proptest::prelude::*;

    const CASE: [&str; 71] = [
        "Notes",
        "case notes",
        "comments",
        "risk level",
        "risk score",
        "primary diagnosis",
        "assessment summary",
        "KS2 Attainment",
        "exam results",
        "ethnicity",
        "photo",
        "History",
        "family history",
        "medical history",
        "case history",
        "Summary",
        "summary of needs",
        "Details",
        "referral details",
        "other details",
        "further detail",
        "details of concern",
        "Story",
        "my story",
        "Legal status",
        "legal status code",
        "legal",
        "court order",
        "CIN plan",
        "child protection plan",
        "plan",
        "care plan",
        "CIN",
        "CPP",
        "LAC status",
        "EHCP",
        "SEN",
        "SEN provision",
        "SENprovision",
        "SENneed",
        "SENtype",
        "SEND",
        "send status",
        "special educational needs",
        "Health",
        "health needs",
        "mental health",
        "health problem",
        "chronology",
        "abuse category",
        "nationality",
        "incident",
        "LAC legal status",
        "CP plan",
        "CP flag",
        "EHCP status",
        "ABC disability",
        "section 47 enquiry",
        "section 17",
        "attendance",
        "sessions missed",
        "sanction",
        "safeguarding",
        "safeguarding concern",
        "safeguarding status",
        "MARAC",
        "pupil premium",
        "sexuality",
        "KS2 attainment level",
        "gang affiliation",
        "safeguarding lead notes",
    ];

    const PLAIN: [&str; 75] = [
        "Surname",
        "DOB",
        "Assessment",
        "CAF_STATUS",
        "Postcode",
        "denoted",
        "UPN",
        "Telephone",
        "health visitor",
        "health visitor name",
        "health number",
        "health authority",
        "health centre",
        "health board code",
        "health service number",
        "NHS number",
        "public health nurse",
        "Basic details",
        "contact details",
        "personal details",
        "school details",
        "school history",
        "address history",
        "SENCO",
        "SENCO email",
        "sender",
        "sent date",
        "send date",
        "legal surname",
        "legal forename",
        "legal name",
        "legal sex",
        "planned end",
        "planned review date",
        "court",
        "courtesy title",
        "storey",
        "historic address",
        "LACode",
        "LA code",
        "place",
        "class",
        "laced",
        "case id",
        "case number",
        "case worker",
        "care leaver",
        "carer",
        "lead professional",
        "text number",
        "information sharing agreement",
        "registration district",
        "mother surname",
        "former UPN",
        "boarder",
        "part time",
        "enrol status",
        "entry date",
        "unique learner number",
        "order",
        "relationship",
        "responsibility",
        "safeguarding lead",
        "designated safeguarding lead email",
        "attendance officer",
        "SEN co",
        "SEN coordinator",
        "session id",
        "address line 2",
        "CT filter",
        "safeguarding nurse telephone",
        "safeguarding lead 2 email",
        "SafeguardingLead2Email",
        "attendance team",
        "safeguarding manager name",
    ];

    /// The ways in which one name is written in a heading: a sentence, a constant, a word of capitals, dashes.
    fn written(name: &str, manner: u8) -> String {
        let words = name.split(' ');
        match manner {
            0 => name.to_owned(),
            1 => name.replace(' ', "_"),
            2 => name.replace(' ', "-").to_uppercase(),
            3 => name.replace(' ', "/"),
            _ => words
                .map(|word| {
                    let mut letters = word.chars();
                    let first = letters.next().map(|c| c.to_ascii_uppercase());
                    first.into_iter().chain(letters).collect::<String>()
                })
                .collect(),
        }
    }

    proptest! {
        #[test]
        fn r4_case_information_is_known_however_its_column_is_written(at in 0..CASE.len(), manner in 0_u8..5, before in "(ref|pers|row)?") {
            let name = written(CASE[at], manner);
            prop_assert!(is_case_information(&name), "{name}");
            if !before.is_empty() && !WHOLE.contains(&words(CASE[at], Capitals::OneWord).trim()) {
                let name = format!("{before}_{name}");
                prop_assert!(is_case_information(&name), "{name}");
            }
        }

        #[test]
        fn ordinary_columns_are_ordinary_however_they_are_written(at in 0..PLAIN.len(), manner in 0_u8..5, before in "(ref|pers|row)?") {
            let name = written(PLAIN[at], manner);
            prop_assert!(!is_case_information(&name), "{name}");
            if !before.is_empty() {
                let name = format!("{before}_{name}");
                prop_assert!(!is_case_information(&name), "{name}");
            }
        }

        #[test]
        fn r4_what_is_ordinary_beside_it_hides_no_case_information(at in 0..CASE.len(), ordinary in 0..ORDINARY.len()) {
            let case = words(CASE[at], Capitals::OneWord);
            prop_assume!(!WHOLE.contains(&case.trim()));
            for name in [format!("{} {case}", ORDINARY[ordinary]), format!("{case}/{}", ORDINARY[ordinary])] {
                prop_assert!(is_case_information(&name), "{name}");
            }
        }
    }

    #[test]
    fn r4_every_one_of_the_lists_is_case_information() {
        for name in CASE {
            assert!(is_case_information(name), "{name}");
        }
        for name in PLAIN {
            assert!(!is_case_information(name), "{name}");
        }
    }
}
