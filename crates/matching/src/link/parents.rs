//! Parents' names: words in any order, each weighed by how many bear it.

use super::field::{MISSING, SAME};
use super::hash::{finish, mix};
use super::value::{TOKENS_MAX, short};
use crate::phonetic;

/// Bits, for or against, that the rarity of parents' words can add.
const RARITY_BITS_MAX: f32 = 16.0;
/// Numbers of words.
pub(crate) const WORDS: usize = 1 << 16;

/// How rare each word is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parents {
    rarity: Vec<f32>,
}

/// What two records' parents have in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Common {
    pub(crate) level: u8,
    /// Sum of the rarities of common words, in bits.
    pub(crate) rarity: f32,
    /// The common words; 0 for none.
    pub(crate) words: [u16; TOKENS_MAX],
}

/// Words of parents' names, or of an address, as packed in a row; 0 for none.
pub(crate) fn tokens_of(numbers: &[u32]) -> [u16; TOKENS_MAX] {
    let mut tokens = [0_u16; TOKENS_MAX];
    for (pair, number) in tokens.as_chunks_mut::<2>().0.iter_mut().zip(numbers) {
        *pair = [(number & 0xffff) as u16, (number >> 16) as u16];
    }
    tokens
}

/// The number of a word of a parent's name, by its sound.
pub(crate) fn parent_word(folded: &str) -> u16 {
    let sound = phonetic::codes(folded).primary();
    short(finish(mix(0, u64::from(sound)))).max(1)
}

impl Parents {
    /// From how many records bear each word.
    pub(crate) fn of(counts: &[u32]) -> Self {
        let counts: Vec<f64> = counts.iter().copied().map(f64::from).collect();
        let all: f64 = counts.iter().sum::<f64>().max(1.0);
        let mean = counts
            .iter()
            .map(|count| (count / all).powi(2))
            .sum::<f64>();
        let rarity = counts
            .iter()
            .map(|count| ((count.max(1.0) / all).log2() - mean.max(1e-12).log2()) as f32);
        Self {
            rarity: rarity.collect(),
        }
    }

    /// Compares parents' names.
    pub(crate) fn common(&self, one: &[u32], other: &[u32]) -> Common {
        // Words stand from the first place on.
        if one.first().is_none_or(|first| *first == 0)
            || other.first().is_none_or(|first| *first == 0)
        {
            return Common {
                level: MISSING,
                rarity: 0.0,
                words: [0; TOKENS_MAX],
            };
        }
        let (left, right) = (tokens_of(one), tokens_of(other));
        let size = |words: &[u16]| words.iter().filter(|word| **word != 0).count();
        let fewest = size(&left).min(size(&right));
        let words = left.map(|word| if right.contains(&word) { word } else { 0 });
        let level = match (size(&words), fewest) {
            (_, 0) => MISSING,
            (common, fewest) if common == fewest && common >= 2 => SAME,
            (2.., _) => 2,
            (1, _) => 3,
            _ => 4,
        };
        let rarity = |word: &u16| self.rarity.get(usize::from(*word)).copied().unwrap_or(0.0);
        let sum: f32 = words.iter().filter(|word| **word != 0).map(rarity).sum();
        Common {
            level,
            rarity: sum.clamp(-RARITY_BITS_MAX, RARITY_BITS_MAX),
            words,
        }
    }
}
