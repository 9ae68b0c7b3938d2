//! How rare every word is, in bits.

use super::lexicon::Words;
use super::lexicons::{Lexicons, Role};

/// A word borne by fewer records counts as borne by this many: the records of one person are no frequency.
const BEARERS_MIN: u32 = 3;

/// Rarity of every word, in bits.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rarities {
    given: Vec<f32>,
    family: Vec<f32>,
    free: Vec<Vec<f32>>,
}

impl Rarities {
    pub(crate) fn of(lexicons: &Lexicons) -> Self {
        Self {
            given: rarities(&lexicons.given),
            family: rarities(&lexicons.family),
            free: lexicons.free.iter().map(rarities).collect(),
        }
    }

    /// What the rarest word of a role adds, in bits, at least 0.
    pub(crate) fn bits_max(&self, role: Role) -> f32 {
        let rarities = self.of_role(role).iter();
        rarities.fold(0.0_f32, |most, rarity| most.max(-rarity))
    }

    pub(crate) fn of_role(&self, role: Role) -> &[f32] {
        match role {
            Role::Given => &self.given,
            Role::Family => &self.family,
            Role::Free(column) => self.free.get(column).map_or(&[], Vec::as_slice),
        }
    }
}

fn rarities(words: &Words) -> Vec<f32> {
    let total = words.total() as f64;
    let mean = (words.squares() as f64 / (total * total)).log2();
    let count = u32::try_from(words.len()).unwrap_or(u32::MAX);
    let rarity = |symbol| {
        let bearers = f64::from(words.count_of(symbol).max(BEARERS_MIN));
        let bits = (bearers / total).min(1.0).log2() - mean;
        if bits.is_finite() { bits as f32 } else { 0.0 }
    };
    (0..=count).map(rarity).collect()
}
