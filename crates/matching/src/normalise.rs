//! Name text to folded words: accents, case, punctuation, particles, titles and placeholders.

use crate::letter::fold_letter;

/// Characters of a name text that are read; the rest is ignored.
pub const NAME_CHARACTERS_MAX: usize = 100;
/// Words of a name text that are read; the rest is ignored.
pub const NAME_WORDS_MAX: usize = 10;

/// Words that belong to a name without identifying it, when another word follows.
const PARTICLES: &[&str] = &[
    "abu", "af", "al", "ap", "av", "bat", "ben", "bin", "bint", "binti", "da", "dal", "das", "de",
    "del", "della", "den", "der", "di", "do", "dos", "du", "el", "ferch", "ibn", "la", "las", "le",
    "les", "los", "saint", "st", "te", "ten", "ter", "ul", "um", "umm", "ur", "van", "von", "zu",
    "zum", "zur",
];
/// Prefixes written sometimes apart and sometimes together: joined to the word that follows.
const FAMILY_PREFIXES: &[&str] = &["d", "fitz", "mac", "mc", "o"];
const TITLES: &[&str] = &["dr", "master", "miss", "mr", "mrs", "ms"];
const SUFFIXES: &[&str] = &["ii", "iii", "jnr", "jr", "junior", "snr", "sr"];
/// Words that say "no given name yet" by themselves.
const PLACEHOLDERS: &[&str] = &[
    "baby", "boy", "female", "girl", "infant", "male", "newborn", "nk", "none", "notgiven",
    "notknown", "tba", "tbc", "test", "triplet", "twin", "unk", "unknown", "unnamed", "untitled",
];
/// Words that may accompany a placeholder.
const PLACEHOLDER_COMPANIONS: &[&str] = &[
    "1", "2", "3", "a", "b", "c", "child", "first", "given", "i", "ii", "iii", "known", "name",
    "named", "not", "of", "one", "second", "the", "third", "three", "two", "yet",
];
/// Of the placeholders, those that stand for a missing family name too.
const FAMILY_PLACEHOLDERS: &[&str] = &[
    "nk", "none", "notgiven", "notknown", "tba", "tbc", "test", "unk", "unknown",
];

/// Which part of a full name a text is: particles, prefixes and placeholders differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamePart {
    /// A given name, or several.
    Given,
    /// A family name, possibly of several words.
    Family,
}

/// A name text as folded: lower-case letters without marks. Empty when the text held no name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoldedName {
    /// Words without particles, one space between.
    words: String,
    /// Every word, particles included, without a space.
    joined: String,
    /// Particles, one space between.
    particles: String,
    /// Written as one name of several words: hyphenated or with a particle.
    compound: bool,
}

impl FoldedName {
    /// The words that identify the name, in order, particles left out.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.split(' ').filter(|word| !word.is_empty())
    }

    /// All letters in one word, particles included: `van der Berg` is `vanderberg`.
    #[must_use]
    pub fn joined(&self) -> &str {
        &self.joined
    }

    /// The particles in order, one space between.
    #[must_use]
    pub fn particles(&self) -> &str {
        &self.particles
    }

    /// Whether the text was one name of several words: hyphenated (`Anne-Marie`) or with a particle.
    #[must_use]
    pub fn is_compound(&self) -> bool {
        self.compound
    }

    /// Whether the text held no name: blank, punctuation, digits or a placeholder.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.joined.is_empty()
    }
}

/// Folds a name text. `O'Brien`, `OBrien` and `O Brien` give the same; `Smith-Jones` gives two words and a joined form;
/// `Baby Boy`, `Twin One`, `Unknown` give an empty name. Any text is accepted.
#[must_use]
pub fn fold_name(text: &str, part: NamePart) -> FoldedName {
    let (letters, hyphenated) = fold_letters(text);
    let mut words: Vec<&str> = letters
        .split(' ')
        .filter(|word| !word.is_empty())
        .take(NAME_WORDS_MAX)
        .collect();
    if is_placeholder(&words, part) {
        return FoldedName::default();
    }
    strip_titles(&mut words, part);
    words.retain(|word| word.chars().any(char::is_alphabetic));
    let mut folded = assemble(&words, part);
    folded.compound = hyphenated && folded.words.contains(' ') || !folded.particles.is_empty();
    folded
}

/// Folded letters and digits with single spaces at every break, and whether a hyphen stood between two of them.
fn fold_letters(text: &str) -> (String, bool) {
    let mut letters = String::with_capacity(text.len().min(NAME_CHARACTERS_MAX));
    let mut hyphen_pending = false;
    let mut hyphenated = false;
    for character in text.chars().take(NAME_CHARACTERS_MAX) {
        if character.is_ascii_alphabetic() {
            hyphenated |= std::mem::take(&mut hyphen_pending);
            letters.push(character.to_ascii_lowercase());
            continue;
        }
        if is_apostrophe(character) {
            continue;
        }
        if is_hyphen(character) {
            hyphen_pending = !letters.is_empty();
            letters.push(' ');
            continue;
        }
        fold_letter(character, &mut |letter| {
            if letter.is_alphanumeric() {
                hyphenated |= std::mem::take(&mut hyphen_pending);
                letters.push(letter);
            } else {
                letters.push(' ');
            }
        });
    }
    (letters, hyphenated)
}

fn is_apostrophe(character: char) -> bool {
    matches!(
        character,
        '\'' | '`'
            | '´'
            | '‘'
            | '’'
            | '‛'
            | 'ʼ'
            | 'ʻ'
            | 'ʿ'
            | 'ʾ'
            | 'ʹ'
            | '′'
            | '＇'
            | '\u{200c}'
            | '\u{200d}'
            | '\u{ad}'
    )
}

fn is_hyphen(character: char) -> bool {
    matches!(
        character,
        '-' | '\u{2010}'..='\u{2015}' | '−' | '﹣' | '－' | '/' | '='
    )
}

fn is_placeholder(words: &[&str], part: NamePart) -> bool {
    let starred = |word: &str| word.len() > 1 && word.bytes().all(|byte| byte == b'x');
    match part {
        NamePart::Family => {
            matches!(words, ["not", "known" | "given"])
                || matches!(words, [word] if FAMILY_PLACEHOLDERS.binary_search(word).is_ok() || starred(word))
        }
        NamePart::Given => {
            let stands_alone =
                |word: &&str| PLACEHOLDERS.binary_search(word).is_ok() || starred(word);
            let all = words.iter().all(|word| {
                stands_alone(word) || PLACEHOLDER_COMPANIONS.binary_search(word).is_ok()
            });
            all && (words.iter().any(stands_alone) || matches!(words, ["not", ..]))
        }
    }
}

fn strip_titles(words: &mut Vec<&str>, part: NamePart) {
    let is_title = |word: &&str| {
        TITLES.binary_search(word).is_ok() || part == NamePart::Given && *word == "baby"
    };
    if words.len() > 1 && words.first().is_some_and(is_title) {
        words.remove(0);
    }
    if words.len() > 1
        && words
            .last()
            .is_some_and(|word| SUFFIXES.binary_search(word).is_ok())
    {
        words.pop();
    }
}

fn assemble(words: &[&str], part: NamePart) -> FoldedName {
    let mut folded = FoldedName::default();
    let mut prefix = "";
    for (place, word) in words.iter().enumerate() {
        let is_last = place.saturating_add(1) == words.len();
        folded.joined.push_str(word);
        if !is_last && PARTICLES.binary_search(word).is_ok() {
            push_word(&mut folded.particles, "", word);
        } else if !is_last
            && part == NamePart::Family
            && FAMILY_PREFIXES.binary_search(word).is_ok()
        {
            prefix = word;
        } else {
            push_word(&mut folded.words, std::mem::take(&mut prefix), word);
        }
    }
    folded
}

fn push_word(words: &mut String, prefix: &str, word: &str) {
    if !words.is_empty() {
        words.push(' ');
    }
    words.push_str(prefix);
    words.push_str(word);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn family(text: &str) -> FoldedName {
        fold_name(text, NamePart::Family)
    }

    fn words(text: &str, part: NamePart) -> Vec<String> {
        fold_name(text, part).words().map(str::to_owned).collect()
    }

    #[test]
    fn lists_are_sorted_for_binary_search() {
        for list in [
            PARTICLES,
            FAMILY_PREFIXES,
            TITLES,
            SUFFIXES,
            PLACEHOLDERS,
            PLACEHOLDER_COMPANIONS,
            FAMILY_PLACEHOLDERS,
        ] {
            assert!(list.is_sorted(), "{list:?}");
        }
    }

    #[test]
    fn ways_of_writing_one_name_fold_alike() {
        for group in [
            [
                "O'Brien",
                "OBrien",
                "O Brien",
                "o’brien",
                "O`BRIEN",
                " O´Brien ",
            ]
            .as_slice(),
            &["McDonald", "Mc Donald", "Mc-Donald", "MCDONALD"],
            &["D'Souza", "DSouza", "D Souza"],
            &["Núñez", "Nunez", "NUN\u{303}EZ"],
            &["St. John", "St John", "ST JOHN"],
        ] {
            let first = family(group[0]);
            for other in group {
                assert_eq!(family(other).joined(), first.joined());
                assert_eq!(family(other).words, first.words);
            }
        }
    }

    #[test]
    fn double_barrelled_gives_parts_and_joined() {
        let name = family("Smith–Jones");
        assert_eq!(words("Smith–Jones", NamePart::Family), ["smith", "jones"]);
        assert_eq!(name.joined(), "smithjones");
        assert!(name.is_compound());
        assert!(fold_name("Anne-Marie", NamePart::Given).is_compound());
        assert!(!fold_name("Anne Marie", NamePart::Given).is_compound());
    }

    #[test]
    fn particles_are_separated_but_kept() {
        let name = family("van der Berg");
        assert_eq!(name.words, "berg");
        assert_eq!(name.particles(), "van der");
        assert_eq!(name.joined(), "vanderberg");
        assert_eq!(family("Al-Hassan").words, "hassan");
        assert_eq!(family("El").words, "el", "a last word is never a particle");
        assert_eq!(family("Do").words, "do");
    }

    #[test]
    fn placeholders_are_no_name() {
        for text in [
            "Baby",
            "BABY BOY",
            "Twin One",
            "twin 2",
            "Infant",
            "unknown",
            "Test",
            "Not known",
            "girl",
            "xxx",
            "",
            " - ",
            "12",
            "Baby of",
            "UNNAMED",
        ] {
            assert!(fold_name(text, NamePart::Given).is_empty(), "{text}");
        }
        assert_eq!(words("Baby Oliver", NamePart::Given), ["oliver"]);
        assert!(family("Unknown").is_empty());
        for text in ["Boy", "Child", "Baby", "Twin"] {
            assert!(!family(text).is_empty(), "{text} is a family name");
        }
        assert!(
            !fold_name("A", NamePart::Given).is_empty(),
            "an initial is not a placeholder"
        );
    }

    proptest! {
        #[test]
        fn any_text_folds_and_folding_is_stable(text in any::<String>()) {
            for part in [NamePart::Given, NamePart::Family] {
                let once = fold_name(&text, part);
                let again = fold_name(once.joined(), part);
                prop_assert!(once.is_empty() || again.is_empty() || again.joined() == once.joined());
                prop_assert!(!once.joined().contains(' '));
            }
        }

        #[test]
        fn case_never_matters_for_latin(text in "[A-Za-z' -]{0,40}") {
            let upper = text.to_uppercase();
            prop_assert_eq!(fold_name(&text, NamePart::Family), fold_name(&upper, NamePart::Family));
        }
    }
}
