//! One folded word of a name with all that comparing it needs, computed once.

use crate::frequency::{family_bits, given_bits};
use crate::nickname::{self, Group};
use crate::phonetic::{self, Codes};

/// A word of a name, ready to be compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// Folded letters, never empty.
    pub text: String,
    /// Phonetic codes.
    pub codes: Codes,
    /// Nickname groups; empty for a family name.
    pub groups: &'static [Group],
    /// Bits that agreement on exactly this word is worth.
    pub rarity_bits: f32,
}

impl Word {
    /// A folded word of a given name.
    #[must_use]
    pub fn given(text: &str) -> Self {
        let (codes, groups) = (phonetic::codes(text), nickname::groups(text));
        Self {
            text: text.to_owned(),
            codes,
            groups,
            rarity_bits: given_bits(text),
        }
    }

    /// A folded word of a family name.
    #[must_use]
    pub fn family(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            codes: phonetic::codes(text),
            groups: &[],
            rarity_bits: family_bits(text),
        }
    }

    /// Whether only the first letter is known.
    #[must_use]
    pub fn is_initial(&self) -> bool {
        self.text.chars().nth(1).is_none()
    }
}
