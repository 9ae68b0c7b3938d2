//! Every distinct word of the files once: folded, with its sound, its letters and how many records bear it.

use super::interner::Interner;
use crate::comparable::FamilyName;
use crate::letter::fold_letter;
use crate::normalise::{FoldedName, NamePart, fold_name};
use crate::similarity::{NameLevel, compound_level};
use crate::word::Word;

/// Number of a distinct word; 0 is "missing".
pub(crate) type Symbol = u32;

/// What is compared first of a word, small enough for millions to stay near the processor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sketch {
    /// Which of the letters a to z occur; all bits set when others do or when there are parts or nicknames.
    letters: u32,
    /// Usual sound.
    pub(crate) sound: u32,
    /// Another sound of the same spelling.
    sound_other: u32,
    /// Letters, at most 255.
    length: u8,
}

/// Characters of a code or text that are read.
const FREE_CHARACTERS_MAX: usize = 100;
/// Letter mask of a word that no filter may pass over.
const UNFILTERED: u32 = u32::MAX;
/// Letters present on one side only that two edits cannot explain.
const LETTERS_APART_MIN: u32 = 5;

/// Distinct words of one role.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    part: Option<NamePart>,
    distinct: Interner,
    names: Vec<FamilyName>,
    sketches: Vec<Sketch>,
    /// Whether only the first letter of a word is known, a bit for each.
    initials: Vec<u64>,
    counts: Vec<u32>,
    /// Records counted, those without a word left out.
    total: u64,
}

impl Words {
    /// No words yet. `None` as part is free text, not a name.
    pub(crate) fn new(part: Option<NamePart>) -> Self {
        Self {
            part,
            distinct: Interner::default(),
            names: Vec::new(),
            sketches: Vec::new(),
            initials: Vec::new(),
            counts: Vec::new(),
            total: 0,
        }
    }

    /// The symbol of a text, new when need be; 0 when it holds nothing.
    pub(crate) fn intern(&mut self, text: &str) -> Symbol {
        let Some((spelling, name)) = self.read(text) else {
            return 0;
        };
        let Some((number, is_new)) = self.distinct.intern(&spelling) else {
            return 0;
        };
        if is_new {
            self.push(Sketch::of(&name), name);
        }
        number.saturating_add(1)
    }

    /// The symbol of a text of [`Words::text`].
    pub(crate) fn find_spelling(&self, spelling: &str) -> Option<Symbol> {
        Some(self.distinct.find(spelling)?.saturating_add(1))
    }

    fn read(&self, text: &str) -> Option<(String, FamilyName)> {
        let Some(part) = self.part else {
            return read_free(text);
        };
        let folded = fold_name(text, part);
        let name = match part {
            NamePart::Given => FamilyName::of_given(&folded),
            NamePart::Family => FamilyName::of(&folded),
        };
        (!folded.is_empty()).then(|| (spelling(&folded), name))
    }

    /// Takes over a word of other words of the same role, without its count.
    pub(crate) fn adopt(&mut self, other: &Self, symbol: Symbol) -> Symbol {
        let Some(name) = other.name(symbol) else {
            return 0;
        };
        let Some((number, is_new)) = self.distinct.intern(other.text(symbol)) else {
            return 0;
        };
        if is_new {
            self.push(other.sketch(symbol), name.clone());
        }
        number.saturating_add(1)
    }

    fn push(&mut self, sketch: Sketch, name: FamilyName) {
        let bit = self.names.len() % 64;
        if bit == 0 {
            self.initials.push(0);
        }
        if let Some(bits) = self.initials.last_mut() {
            *bits |= u64::from(sketch.length == 1) << bit;
        }
        self.sketches.push(sketch);
        self.names.push(name);
        self.counts.push(0);
    }

    /// Counts one more record that bears a word.
    #[cfg(test)]
    pub(crate) fn count(&mut self, symbol: Symbol) {
        if let Some(count) = index(symbol).and_then(|place| self.counts.get_mut(place)) {
            *count = count.saturating_add(1);
            self.total = self.total.saturating_add(1);
        }
    }

    /// Counts more records, by the symbol they bear; those of the missing word are left out.
    pub(crate) fn add_counts(&mut self, counts: &[u32]) {
        for (sum, count) in self.counts.iter_mut().zip(counts.iter().skip(1)) {
            *sum = sum.saturating_add(*count);
            self.total = self.total.saturating_add(u64::from(*count));
        }
    }

    /// Records that bear a word.
    pub(crate) fn count_of(&self, symbol: Symbol) -> u32 {
        index(symbol)
            .and_then(|place| self.counts.get(place))
            .copied()
            .unwrap_or(0)
    }

    /// Records that bear any.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    /// Distinct words.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// Sum over words of the square of their count: pairs that agree by chance, with a record and itself.
    pub(crate) fn squares(&self) -> u128 {
        self.counts
            .iter()
            .map(|count| u128::from(*count).saturating_mul(u128::from(*count)))
            .sum()
    }

    /// The word as folded, its words with spaces between; empty for a missing one.
    pub(crate) fn text(&self, symbol: Symbol) -> &str {
        symbol
            .checked_sub(1)
            .map_or("", |number| self.distinct.text(number))
    }

    /// The word as compared.
    pub(crate) fn name(&self, symbol: Symbol) -> Option<&FamilyName> {
        index(symbol).and_then(|place| self.names.get(place))
    }

    /// Its sketch; of the missing word, one that is unlike any.
    pub(crate) fn sketch(&self, symbol: Symbol) -> Sketch {
        index(symbol)
            .and_then(|place| self.sketches.get(place))
            .copied()
            .unwrap_or_default()
    }

    /// Whether only the first letter of a word is known.
    pub(crate) fn is_initial(&self, symbol: Symbol) -> bool {
        let place = index(symbol).unwrap_or(usize::MAX);
        let bits = self.initials.get(place / 64).copied().unwrap_or(0);
        bits >> (place % 64) & 1 == 1
    }

    /// How two words compare, by the full rules. Symmetric.
    pub(crate) fn full_level(&self, one: Symbol, other: Symbol) -> NameLevel {
        match (self.name(one), self.name(other)) {
            (Some(one), Some(other)) => compound_level(one, other),
            _ => NameLevel::Different,
        }
    }
}

/// Free text as words of folded letters and digits.
fn read_free(text: &str) -> Option<(String, FamilyName)> {
    let mut spelling = String::with_capacity(text.len());
    for character in text.chars().take(FREE_CHARACTERS_MAX) {
        fold_letter(character, &mut |letter| {
            if letter.is_alphanumeric() {
                spelling.push(letter);
            } else if letter != '\'' && !spelling.ends_with(' ') {
                spelling.push(' ');
            }
        });
    }
    let spelling = spelling.trim().to_owned();
    let joined: String = spelling.chars().filter(|letter| *letter != ' ').collect();
    let parts = spelling
        .split(' ')
        .filter(|_| joined.len() < spelling.len());
    let name = FamilyName {
        joined: Word::family(&joined),
        parts: parts.map(Word::family).collect(),
        is_former: false,
    };
    (!joined.is_empty()).then_some((spelling, name))
}

/// Words, then what sets apart names that share them: particles.
fn spelling(folded: &FoldedName) -> String {
    let mut spelling = String::with_capacity(folded.joined().len().saturating_add(4));
    for word in folded.words() {
        if !spelling.is_empty() {
            spelling.push(' ');
        }
        spelling.push_str(word);
    }
    if !folded.particles().is_empty() {
        spelling.push('|');
        spelling.push_str(folded.joined());
    }
    spelling
}

fn index(symbol: Symbol) -> Option<usize> {
    usize::try_from(symbol.checked_sub(1)?).ok()
}

impl Sketch {
    pub(crate) fn of(name: &FamilyName) -> Self {
        let text = name.joined.text.as_str();
        let plain = name.parts.is_empty()
            && name.joined.groups.is_empty()
            && text.len() > 1
            && text.bytes().all(|letter| letter.is_ascii_lowercase());
        let letters = text.bytes().fold(0_u32, |mask, letter| {
            mask | 1_u32.wrapping_shl(u32::from(letter.wrapping_sub(b'a')))
        });
        let first = name.part_words().next().unwrap_or(&name.joined);
        let codes = first.codes;
        Self {
            letters: if plain { letters } else { UNFILTERED },
            sound: codes.primary(),
            sound_other: codes.iter().last().unwrap_or(0),
            length: u8::try_from(text.len()).unwrap_or(u8::MAX),
        }
    }

    /// Whether two words are surely [`NameLevel::Different`], by what their letters leave possible: different sounds, too
    /// many letters that only one has for two edits, for a prefix and for a Jaro–Winkler similarity of 0.9. With `m`
    /// letters in common at most, that similarity is at most `j + 0.4 (1 − j)`, where `j = (m/a + m/b + 1) / 3`.
    pub(crate) fn tells_apart(self, other: Self) -> bool {
        if self.letters == UNFILTERED || other.letters == UNFILTERED {
            return false;
        }
        let only_one = (self.letters & !other.letters).count_ones();
        let only_other = (other.letters & !self.letters).count_ones();
        if only_one == 0
            || only_other == 0
            || only_one.saturating_add(only_other) < LETTERS_APART_MIN
        {
            return false;
        }
        if self.sounds_like(other) {
            return false;
        }
        let (one_length, other_length) = (f32::from(self.length), f32::from(other.length));
        let common = (one_length - as_f32(only_one))
            .min(other_length - as_f32(only_other))
            .max(0.0);
        let jaro = (common / one_length + common / other_length + 1.0) / 3.0;
        self.length < u8::MAX && other.length < u8::MAX && jaro + 0.4 * (1.0 - jaro) < 0.899
    }

    fn sounds_like(self, other: Self) -> bool {
        let meets = |sound: u32| sound == other.sound || sound == other.sound_other;
        meets(self.sound) || meets(self.sound_other)
    }
}

fn as_f32(small: u32) -> f32 {
    f32::from(u16::try_from(small).unwrap_or(u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_sketch_never_tells_apart_what_is_alike(
            one in "[a-h]{1,9}|[a-z]{1,12}|[a-z]{2,5}[ -][a-z]{2,5}", other in "[a-h]{1,9}|[a-z]{1,12}",
        ) {
            for part in [NamePart::Given, NamePart::Family] {
                let mut words = Words::new(Some(part));
                let (one, other) = (words.intern(&one), words.intern(&other));
                if let (Some(left), Some(right)) = (words.name(one), words.name(other)) {
                    let level = compound_level(left, right);
                    let apart = words.sketch(one).tells_apart(words.sketch(other));
                    prop_assert!(!apart || level == NameLevel::Different);
                    prop_assert_eq!(apart, words.sketch(other).tells_apart(words.sketch(one)));
                }
            }
        }
    }

    #[test]
    fn words_are_counted_and_told_apart() {
        let mut words = Words::new(Some(NamePart::Family));
        let mut intern = |text: &str| {
            let symbol = words.intern(text);
            words.count(symbol);
            symbol
        };
        let (berg, van, again) = (intern("Berg"), intern("van der Berg"), intern("BERG"));
        assert_eq!(berg, again);
        assert_ne!(berg, van);
        assert_eq!(intern("unknown"), 0);
        assert_eq!(words.full_level(berg, van), NameLevel::Part);
        assert_eq!(
            (words.count_of(berg), words.total(), words.squares()),
            (2, 3, 5)
        );
    }
}
