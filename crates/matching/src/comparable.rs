//! A person folded once, ready for comparing and for keys.

use crate::birth::Birth;
use crate::normalise::{FoldedName, NamePart, fold_name};
use crate::person::{Person, Sex};
use crate::postcode::Postcode;
use crate::word::Word;

/// Words of given names that are kept.
pub const GIVEN_NAMES_MAX: usize = 6;
/// Family names that are kept, former ones included.
pub const FAMILY_NAMES_MAX: usize = 6;
/// Settings that are kept.
pub const SETTINGS_MAX: usize = 6;

/// A given name and its place among the person's given names.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenName {
    /// The word.
    pub word: Word,
    /// 0 for the first name; the whole of a compound (`annemarie`) has the place of its first word.
    pub place: u8,
}

/// A family name, whole and in parts.
#[derive(Clone, Debug, PartialEq)]
pub struct FamilyName {
    /// All its letters in one word.
    pub joined: Word,
    /// Its words without particles; empty when that is just `joined`.
    pub parts: Vec<Word>,
    /// Whether it is a former name.
    pub is_former: bool,
}

/// A person folded once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparable {
    /// Given names in order, the whole of a compound after its words. Placeholders and blanks are left out.
    pub given: Vec<GivenName>,
    /// Family names, those in use before former ones.
    pub family: Vec<FamilyName>,
    /// Date or years of birth.
    pub birth: Option<Birth>,
    /// Sex or gender.
    pub sex: Option<Sex>,
    /// Postcode, when it has the shape of one.
    pub postcode: Option<Postcode>,
    /// Codes of settings: letters and digits only, upper case.
    pub settings: Vec<String>,
    /// Code of the area: letters and digits only, upper case.
    pub area: Option<String>,
    /// Strong identifier: letters and digits only, upper case.
    pub number: Option<String>,
}

impl Comparable {
    /// Folds a person. Any text is accepted; what holds nothing is missing.
    #[must_use]
    pub fn of(person: &Person<'_>) -> Self {
        Self {
            given: fold_given(person.given),
            family: fold_family(person),
            birth: person.birth,
            sex: person.sex,
            postcode: person.postcode.and_then(Postcode::parse),
            settings: person
                .settings
                .iter()
                .filter_map(|code| clean(code))
                .take(SETTINGS_MAX)
                .collect(),
            area: person.area.and_then(clean),
            number: person.number.and_then(clean),
        }
    }
}

impl FamilyName {
    /// A folded family name in use.
    #[must_use]
    pub fn of(name: &FoldedName) -> Self {
        Self::with(name, Word::family)
    }

    /// A folded given name treated as one compound name.
    #[must_use]
    pub fn of_given(name: &FoldedName) -> Self {
        Self::with(name, Word::given)
    }

    /// The parts, or the whole when it has none.
    pub fn part_words(&self) -> impl Iterator<Item = &Word> {
        let whole = self.parts.is_empty().then_some(&self.joined);
        self.parts.iter().chain(whole)
    }

    fn with(name: &FoldedName, word: fn(&str) -> Word) -> Self {
        let is_whole = name.words().eq([name.joined()]);
        let parts = if is_whole {
            Vec::new()
        } else {
            name.words().map(word).collect()
        };
        Self {
            joined: word(name.joined()),
            parts,
            is_former: false,
        }
    }
}

fn fold_given(texts: &[&str]) -> Vec<GivenName> {
    let mut given = Vec::with_capacity(texts.len());
    let mut place = 0_u8;
    for text in texts {
        let name = fold_name(text, NamePart::Given);
        let first_place = place;
        for word in name.words() {
            given.push(GivenName {
                word: Word::given(word),
                place,
            });
            place = place.saturating_add(1);
        }
        if name.is_compound() {
            given.push(GivenName {
                word: Word::given(name.joined()),
                place: first_place,
            });
        }
    }
    given.truncate(GIVEN_NAMES_MAX);
    given
}

fn fold_family(person: &Person<'_>) -> Vec<FamilyName> {
    let mut family: Vec<FamilyName> = Vec::with_capacity(person.family.len());
    let texts = person
        .family
        .iter()
        .map(|text| (text, false))
        .chain(person.former.iter().map(|text| (text, true)));
    for (text, is_former) in texts {
        let name = fold_name(text, NamePart::Family);
        let is_known = family
            .iter()
            .any(|known| known.joined.text == name.joined());
        if !name.is_empty() && !is_known && family.len() < FAMILY_NAMES_MAX {
            family.push(FamilyName {
                is_former,
                ..FamilyName::of(&name)
            });
        }
    }
    family
}

fn clean(code: &str) -> Option<String> {
    let mut cleaned = String::with_capacity(code.len());
    for character in code.chars() {
        if character.is_ascii() {
            cleaned.extend(
                character
                    .is_ascii_alphanumeric()
                    .then_some(character.to_ascii_uppercase()),
            );
        } else if character.is_alphanumeric() {
            cleaned.extend(character.to_uppercase());
        }
    }
    (!cleaned.is_empty()).then_some(cleaned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_nothing_is_missing() {
        let person = Person {
            given: &["Baby", " "],
            family: &["Unknown"],
            postcode: Some("none"),
            settings: &["", " - "],
            number: Some(" "),
            ..Person::default()
        };
        assert_eq!(Comparable::of(&person), Comparable::default());
    }

    #[test]
    fn compounds_keep_their_words_and_their_whole() {
        let person = Person {
            given: &["Anne-Marie Rose"],
            family: &["Smith-Jones"],
            former: &["SMITH JONES", "Patel"],
            ..Person::default()
        };
        let folded = Comparable::of(&person);
        let given: Vec<(&str, u8)> = folded
            .given
            .iter()
            .map(|name| (name.word.text.as_str(), name.place))
            .collect();
        assert_eq!(
            given,
            [("anne", 0), ("marie", 1), ("rose", 2), ("annemarierose", 0)]
        );
        let family: Vec<(&str, bool)> = folded
            .family
            .iter()
            .map(|name| (name.joined.text.as_str(), name.is_former))
            .collect();
        assert_eq!(family, [("smithjones", false), ("patel", true)]);
    }
}
