//! How frequent names are, in bits: what a model brings along when it has no table to count them in.

use std::collections::HashMap;

use super::lexicon::Words;
use super::table::Table;

/// Bits from which a name is not listed: borne by fewer than 1 in 4,096.
const LISTED_BITS_MAX: f32 = 12.0;
/// A name is listed when so many records bear it.
const LISTED_BEARERS_MIN: u32 = 8;

/// The frequencies of given and of family names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frequencies {
    /// Of given names.
    pub given: NameFrequencies,
    /// Of family names.
    pub family: NameFrequencies,
}

/// The frequencies of names of one kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NameFrequencies {
    /// log2(1 / chance that two records agree): the bits of a name of usual frequency.
    pub usual_bits: f32,
    /// Bits of a name that is not listed.
    pub rare_bits: f32,
    /// log2(1 / share of records) of every common name, by its folded letters.
    pub listed: HashMap<String, f32>,
}

impl Frequencies {
    /// Counts the names of a table.
    #[must_use]
    pub fn of(table: &Table) -> Self {
        Self {
            given: NameFrequencies::of(&table.lexicons.given),
            family: NameFrequencies::of(&table.lexicons.family),
        }
    }
}

impl NameFrequencies {
    fn of(words: &Words) -> Self {
        let total = words.total().max(1) as f64;
        let mut bearers: HashMap<&str, u32> = HashMap::new();
        for symbol in 1..=u32::try_from(words.len()).unwrap_or(u32::MAX) {
            let Some(name) = words.name(symbol) else {
                continue;
            };
            let count = bearers.entry(name.joined.text.as_str()).or_default();
            *count = count.saturating_add(words.count_of(symbol));
        }
        let bits = |count: u32| (total / f64::from(count.max(1))).log2() as f32;
        let agreeing: f64 = bearers
            .values()
            .map(|count| (f64::from(*count) / total).powi(2))
            .sum();
        let is_listed = |count: u32| count >= LISTED_BEARERS_MIN && bits(count) <= LISTED_BITS_MAX;
        let listed = bearers
            .iter()
            .filter(|(_, count)| is_listed(**count))
            .map(|(name, count)| ((*name).to_owned(), bits(*count)));
        Self {
            usual_bits: -agreeing.max(f64::MIN_POSITIVE).log2() as f32,
            rare_bits: LISTED_BITS_MAX + 1.0,
            listed: listed.collect(),
        }
    }

    /// log2 of the frequency of a name, relative to the chance of agreement: above 0 for a common name, below for a rare one.
    #[must_use]
    pub fn rarity(&self, folded: &str) -> f32 {
        self.usual_bits - self.listed.get(folded).copied().unwrap_or(self.rare_bits)
    }
}
