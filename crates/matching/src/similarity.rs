//! How alike two names are: a level that says why, and a number from 0 to 1.

use rapidfuzz::distance::{jaro_winkler, osa};

use crate::comparable::FamilyName;
use crate::nickname::share_group;
use crate::normalise::FoldedName;
use crate::word::Word;

/// Edits beyond which two words are not compared further.
pub const EDITS_MAX: usize = 2;
/// Letters from which one edit is a typing error rather than another name.
const ONE_EDIT_LETTERS_MIN: usize = 4;
/// Letters from which two edits are.
const TWO_EDITS_LETTERS_MIN: usize = 8;
/// Letters one word must have to be taken for a short form of another that starts with it.
const SHORT_FORM_LETTERS_MIN: usize = 3;
/// Jaro–Winkler similarity from which words of the same sound count as spellings of one name.
const PHONETIC_SIMILARITY_MIN: f64 = 0.72;
/// Jaro–Winkler similarity below which edits are not counted: one edit in four letters, or two in eight, leave more.
const EDITED_SIMILARITY_MIN: f64 = 0.60;
/// Jaro–Winkler similarity from which words count as similar.
const SIMILAR_SIMILARITY_MIN: f64 = 0.90;

/// Why two names are taken for alike, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameLevel {
    /// The same folded letters.
    Exact,
    /// Forms of one given name (Liz, Elizabeth).
    Nickname,
    /// One is a part of the other: double-barrelled, or without its particle.
    Part,
    /// Spelt differently, sounding alike (Choudhury, Chowdhry).
    Phonetic,
    /// A typing error or two apart.
    TypingError,
    /// Nearly alike, or one begins with the other.
    Similar,
    /// The initial is all that is known of one, and agrees.
    Initial,
    /// None of these.
    Different,
}

impl NameLevel {
    /// The level as a number, 1 for [`NameLevel::Exact`], 0 for [`NameLevel::Different`].
    #[must_use]
    pub fn similarity(self) -> f32 {
        match self {
            Self::Exact => 1.0,
            Self::Nickname => 0.95,
            Self::Part => 0.92,
            Self::Phonetic => 0.90,
            Self::TypingError => 0.87,
            Self::Similar => 0.75,
            Self::Initial => 0.6,
            Self::Different => 0.0,
        }
    }
}

/// Similarity of two names, 0 to 1. Symmetric; 1 only for the same folded letters, 0 when one is empty; below 0.5 nothing
/// but the letters' Jaro–Winkler similarity speaks for them.
#[must_use]
pub fn name_similarity(one: &FoldedName, other: &FoldedName) -> f32 {
    if one.is_empty() || other.is_empty() {
        return 0.0;
    }
    let (left, right) = (FamilyName::of_given(one), FamilyName::of_given(other));
    let level = compound_level(&left, &right);
    let floor = f64_to_similarity(letter_similarity(one.joined(), other.joined()) / 2.0);
    level.similarity().max(floor)
}

/// How two family names, possibly double-barrelled or with particles, compare. Symmetric.
#[must_use]
pub fn compound_level(one: &FamilyName, other: &FamilyName) -> NameLevel {
    let whole = word_level(&one.joined, &other.joined);
    if whole <= NameLevel::Part || (one.parts.is_empty() && other.parts.is_empty()) {
        return whole;
    }
    let pairs = one
        .part_words()
        .flat_map(|left| other.part_words().map(move |right| (left, right)));
    let nearest = pairs
        .map(|(left, right)| word_level(left, right))
        .min()
        .unwrap_or(NameLevel::Different);
    let as_part = match nearest {
        NameLevel::Exact => NameLevel::Part,
        NameLevel::Nickname | NameLevel::Part | NameLevel::Phonetic | NameLevel::TypingError => {
            NameLevel::Similar
        }
        NameLevel::Similar | NameLevel::Initial | NameLevel::Different => NameLevel::Different,
    };
    whole.min(as_part)
}

/// How two words compare. Symmetric.
#[must_use]
pub fn word_level(one: &Word, other: &Word) -> NameLevel {
    if one.is_initial() || other.is_initial() {
        return initial_level(one, other);
    }
    if one.text == other.text {
        return NameLevel::Exact;
    }
    if share_group(one.groups, other.groups) {
        return NameLevel::Nickname;
    }
    let similarity = letter_similarity(&one.text, &other.text);
    if similarity >= PHONETIC_SIMILARITY_MIN && one.codes.meet(other.codes) {
        return NameLevel::Phonetic;
    }
    spelling_level(&one.text, &other.text, similarity)
}

fn initial_level(one: &Word, other: &Word) -> NameLevel {
    match (
        one.text.chars().next() == other.text.chars().next(),
        one.text == other.text,
    ) {
        (true, true) if !one.text.is_ascii() => NameLevel::Exact,
        (true, _) => NameLevel::Initial,
        (false, _) => NameLevel::Different,
    }
}

fn spelling_level(one: &str, other: &str, similarity: f64) -> NameLevel {
    let (shorter, longer) = if one.len() <= other.len() {
        (one, other)
    } else {
        (other, one)
    };
    if similarity < EDITED_SIMILARITY_MIN && longer.len() >= ONE_EDIT_LETTERS_MIN {
        return NameLevel::Different;
    }
    let edits_allowed = match longer.len() {
        TWO_EDITS_LETTERS_MIN.. => EDITS_MAX,
        _ => 1,
    };
    match edits(one, other) {
        Some(edits) if edits <= edits_allowed && longer.len() >= ONE_EDIT_LETTERS_MIN => {
            NameLevel::TypingError
        }
        Some(1) if shorter.len() >= SHORT_FORM_LETTERS_MIN => NameLevel::Similar,
        _ if similarity >= SIMILAR_SIMILARITY_MIN => NameLevel::Similar,
        _ if shorter.len() >= SHORT_FORM_LETTERS_MIN && longer.starts_with(shorter) => {
            NameLevel::Similar
        }
        _ => NameLevel::Different,
    }
}

/// Edits between two words – letters inserted, left out, replaced, or neighbours exchanged (optimal string alignment,
/// the restricted distance of Damerau 1964) – or `None` when more than [`EDITS_MAX`].
#[must_use]
pub fn edits(one: &str, other: &str) -> Option<usize> {
    if one.len().abs_diff(other.len()) > EDITS_MAX.saturating_mul(4) {
        return None;
    }
    let bounded = osa::Args::default().score_cutoff(EDITS_MAX);
    if one.is_ascii() && other.is_ascii() {
        osa::distance_with_args(one.bytes(), other.bytes(), &bounded)
    } else {
        osa::distance_with_args(one.chars(), other.chars(), &bounded)
    }
}

/// Jaro–Winkler similarity, 0 to 1 (Jaro 1989; Winkler 1990; prefix of four letters, weight 0.1).
#[must_use]
pub fn letter_similarity(one: &str, other: &str) -> f64 {
    if one.is_ascii() && other.is_ascii() {
        jaro_winkler::similarity(one.bytes(), other.bytes())
    } else {
        jaro_winkler::similarity(one.chars(), other.chars())
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "0 to 1, precision is not needed"
)]
fn f64_to_similarity(similarity: f64) -> f32 {
    similarity as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::{NamePart, fold_name};
    use proptest::prelude::*;

    fn given(one: &str, other: &str) -> NameLevel {
        word_level(&Word::given(one), &Word::given(other))
    }

    fn family(one: &str, other: &str) -> NameLevel {
        let fold = |text| FamilyName::of(&fold_name(text, NamePart::Family));
        compound_level(&fold(one), &fold(other))
    }

    #[test]
    fn each_level_has_its_example() {
        assert_eq!(given("oliver", "oliver"), NameLevel::Exact);
        assert_eq!(given("liz", "elizabeth"), NameLevel::Nickname);
        assert_eq!(given("jaspreeth", "jaspreet"), NameLevel::Phonetic);
        assert_eq!(given("olixer", "oliver"), NameLevel::TypingError);
        assert_eq!(given("alexand", "alexandros"), NameLevel::Similar);
        assert_eq!(given("o", "oliver"), NameLevel::Initial);
        assert_eq!(given("o", "o"), NameLevel::Initial);
        assert_eq!(given("oliver", "george"), NameLevel::Different);
        assert_eq!(given("lee", "leo"), NameLevel::Phonetic);
        assert_eq!(given("tom", "jim"), NameLevel::Different);
    }

    #[test]
    fn compounds_compare_by_their_parts() {
        assert_eq!(family("Smith-Jones", "Jones"), NameLevel::Part);
        assert_eq!(family("Smith-Jones", "Jones-Smith"), NameLevel::Part);
        assert_eq!(family("van der Berg", "Berg"), NameLevel::Part);
        assert_eq!(family("van der Berg", "Vanderberg"), NameLevel::Exact);
        assert_eq!(family("Smith-Jones", "Smyth"), NameLevel::Similar);
        assert_eq!(family("Smith-Jones", "Patel"), NameLevel::Different);
        assert_eq!(family("O'Brien", "Obrien"), NameLevel::Exact);
        assert_eq!(family("Choudhury", "Chaudhry"), NameLevel::Phonetic);
    }

    #[test]
    fn sound_alone_is_not_enough() {
        assert!(Word::family("dean").codes.meet(Word::family("tina").codes));
        assert_eq!(given("deane", "tina"), NameLevel::Different);
    }

    proptest! {
        /// Similarity decides whether edits are counted at all: it must not lose any.
        #[test]
        fn no_typing_error_is_lost_to_the_similarity_floor(
            word in "[a-e]{4,12}",
            errors in prop::collection::vec((0_usize..4, 0_usize..12, "[a-e]"), 1..3),
        ) {
            let mut mistyped: Vec<char> = word.chars().collect();
            let allowed = if word.len() >= TWO_EDITS_LETTERS_MIN { EDITS_MAX } else { 1 };
            for (kind, place, letter) in errors.iter().take(allowed) {
                let place = (*place).min(mistyped.len().saturating_sub(2));
                let letter = letter.chars().next().unwrap();
                match kind {
                    0 => mistyped[place] = letter,
                    1 => mistyped.insert(place, letter),
                    2 => mistyped.swap(place, place.saturating_add(1)),
                    _ => drop(mistyped.splice(place..=place, [])),
                }
            }
            let mistyped: String = mistyped.into_iter().collect();
            prop_assert!(letter_similarity(&word, &mistyped) >= EDITED_SIMILARITY_MIN, "{} {}", word, mistyped);
        }

        #[test]
        fn levels_are_symmetric(one in "[a-e ]{1,9}", other in "[a-e -]{1,9}") {
            prop_assert_eq!(family(&one, &other), family(&other, &one));
        }

        #[test]
        fn similarity_is_symmetric_and_bounded(one in any::<String>(), other in any::<String>()) {
            let (one, other) = (fold_name(&one, NamePart::Given), fold_name(&other, NamePart::Given));
            let similarity = name_similarity(&one, &other);
            prop_assert!((0.0..=1.0).contains(&similarity));
            prop_assert!((similarity - name_similarity(&other, &one)).abs() < 1e-6);
        }

        #[test]
        fn distances_agree_with_the_oracle(one in "[a-dé]{0,10}", other in "[a-dé]{0,10}") {
            let expected = strsim::osa_distance(&one, &other);
            prop_assert_eq!(edits(&one, &other), (expected <= EDITS_MAX).then_some(expected));
            let winkler = strsim::jaro_winkler(&one, &other);
            let ours = letter_similarity(&one, &other);
            prop_assert!((ours - winkler).abs() < 1e-6 || strsim::jaro(&one, &other) <= 0.7, "{} {}", ours, winkler);
        }
    }
}
