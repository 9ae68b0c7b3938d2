//! Names as suppliers write them: placeholders for newborn children, whole names in one field, titles before a name.

use directory::name::Name;
use directory::text::{NamePart, Why};

use super::complaint::Complaint;

/// What stands for a given name that has not been given, or is not known.
const PLACEHOLDERS: [&str; 22] = [
    "baby",
    "infant",
    "newborn",
    "unnamed",
    "unknown",
    "not known",
    "not given",
    "no name",
    "no forename",
    "male infant",
    "female infant",
    "male",
    "female",
    "boy",
    "girl",
    "twin",
    "triplet",
    "tba",
    "tbc",
    "n/a",
    "-",
    "?",
];
/// Words that begin a placeholder: `Baby girl`, `Twin 2`.
const PLACEHOLDER_STARTS: [&str; 6] = ["baby", "infant", "newborn", "unnamed", "twin", "triplet"];
/// What stands before a name and is no part of it.
const TITLES: [&str; 14] = [
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "professor",
    "rev",
    "revd",
    "sir",
    "lady",
    "lord",
    "dame",
];

/// Whether a given name only stands for one.
pub fn is_placeholder(given: &str) -> bool {
    let lower = given.to_lowercase();
    let first = lower.split_whitespace().next().unwrap_or("");
    PLACEHOLDERS.contains(&lower.as_str()) || PLACEHOLDER_STARTS.contains(&first)
}

/// Given names, with those further ones that fit. `Ok(None)`: only a placeholder.
pub fn given(first: &str, middle: Option<&str>) -> Result<Option<NamePart>, Complaint> {
    if is_placeholder(first) {
        return Ok(None);
    }
    let alone = part(first)?;
    let whole = middle.and_then(|middle| NamePart::parse(&[first, " ", middle].concat()).ok());
    Ok(Some(whole.unwrap_or(alone)))
}

/// A family name. `Ok(None)`: only a placeholder.
pub fn family(text: &str) -> Result<Option<NamePart>, Complaint> {
    match text.to_lowercase().as_str() {
        "unknown" | "not known" | "n/a" | "-" | "?" | "tba" | "tbc" => Ok(None),
        _ => part(text).map(Some),
    }
}

/// The name of two parts; the only part of somebody who has one name stands as the family name.
pub fn name(given: Option<NamePart>, family: Option<NamePart>) -> Option<Name> {
    match (given, family) {
        (given, Some(family)) => Some(Name { given, family }),
        (Some(only), None) => Some(Name {
            given: None,
            family: only,
        }),
        (None, None) => None,
    }
}

/// A whole name: `SMITH, Jane`, or `Mrs Jane van der Berg`, where the family name is the last word and the small words before it.
pub fn whole(text: &str) -> Result<Option<Name>, Complaint> {
    if let Some((family_text, given_text)) = text.split_once(',') {
        let given = match given_text.trim() {
            "" => None,
            text => given(text, None)?,
        };
        let family = match family_text.trim() {
            "" => None,
            text => family(text)?,
        };
        return Ok(name(given, family));
    }
    let words: Vec<&str> = text
        .split_whitespace()
        .skip_while(|word| is_title(word))
        .collect();
    let last = words.len().saturating_sub(1);
    let small = words
        .iter()
        .skip(1)
        .position(|word| word.chars().all(char::is_lowercase));
    let family_at = small.map_or(last, |at| at.saturating_add(1).min(last));
    let (first, rest) = words.split_at_checked(family_at).unwrap_or((&[], &words));
    let given = match first.join(" ").as_str() {
        "" => None,
        text => given(text, None)?,
    };
    let family = match rest.join(" ").as_str() {
        "" => None,
        text => family(text)?,
    };
    Ok(name(given, family))
}

fn is_title(word: &str) -> bool {
    let bare = word.trim_end_matches('.').to_ascii_lowercase();
    TITLES.contains(&bare.as_str())
}

fn part(text: &str) -> Result<NamePart, Complaint> {
    NamePart::parse(text).map_err(|fault| match fault.why {
        Why::Missing => Complaint::Missing,
        why => Complaint::Value(why),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<String>, String) {
        let name = whole(text).unwrap().unwrap();
        (name.given.map(|g| g.to_string()), name.family.to_string())
    }

    fn both(given: &str, family: &str) -> (Option<String>, String) {
        (Some(given.to_owned()), family.to_owned())
    }

    #[test]
    fn whole_names_are_taken_apart() {
        assert_eq!(read("O'BRIEN, Jane Mary"), both("Jane Mary", "O'BRIEN"));
        assert_eq!(read("Mrs. Jane Smith-Jones"), both("Jane", "Smith-Jones"));
        assert_eq!(read("Dr Jan van der Berg"), both("Jan", "van der Berg"));
        assert_eq!(read("Amina"), (None, "Amina".to_owned()));
        assert_eq!(read("SMITH, "), (None, "SMITH".to_owned()));
        assert_eq!(read("SMITH, Baby"), (None, "SMITH".to_owned()));
        assert!(whole("Mrs").unwrap().is_none());
        assert!(
            whole("Jane Smith (aunt)").is_err(),
            "R5: nothing but a name"
        );
    }

    #[test]
    fn placeholders_are_no_names() {
        for text in [
            "Baby",
            "BABY GIRL",
            "infant",
            "Twin 2",
            "Unknown",
            "Male Infant",
        ] {
            assert!(is_placeholder(text), "{text}");
            assert_eq!(given(text, Some("Rose")), Ok(None));
        }
        for text in ["Na", "Babette", "Xi", "Twinkle"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn further_names_are_taken_when_they_fit() {
        let long = "Maximiliana ".repeat(5);
        assert_eq!(
            given("Rose", Some("Ann")).unwrap().unwrap().as_str(),
            "Rose Ann"
        );
        assert_eq!(
            given("Rose", Some(&long)).unwrap().unwrap().as_str(),
            "Rose"
        );
    }
}
