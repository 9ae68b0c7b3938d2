//! Scores pairs of rows by a model.

use super::comparer::{Comparer, Noted, Outcome, TOGETHER_BITS_MAX};
use super::field::Field;
use super::memory::Memory;
use super::model::{CLASSES, Comparison, Model, PerClass, match_bits};
use super::table::Source;

/// A model laid out for speed, with what the fields still to come can add at most.
#[derive(Clone, Debug)]
pub(crate) struct Weights {
    fields: Vec<FieldWeights>,
    prior: PerClass,
}

#[derive(Clone, Debug)]
struct FieldWeights {
    field: Field,
    levels: Vec<PerClass>,
    rarity: PerClass,
    /// What this field and those after it can add, against each class, at most.
    gain: PerClass,
}

/// Largest gain that rarity of a value can be, in bits.
const RARITY_BITS_MAX: f32 = 32.0;

/// Bits by which a class is so improbable that the sum with a more probable one is that one's.
const NOTHING_BITS: f32 = 12.0;
/// Bits beyond which more or less certainty is the same.
const CERTAINLY_BITS: f32 = 40.0;

impl Weights {
    pub(crate) fn of(model: &Model, sources: &[Source]) -> Self {
        let comparisons = model.comparisons_for(sources);
        let mut fields: Vec<FieldWeights> = comparisons.iter().map(FieldWeights::of).collect();
        let mut gain = [0.0_f32; CLASSES];
        for weights in fields.iter_mut().rev() {
            for (sum, own) in gain.iter_mut().zip(weights.gain) {
                *sum += own;
            }
            weights.gain = gain;
        }
        Self {
            fields,
            prior: model.prior_bits,
        }
    }

    /// log2 probability of a pair in each class, prior included. `None` as soon as its bits are surely below `bits_min`.
    pub(crate) fn classes(
        &self,
        comparer: &Comparer<'_>,
        rows: (&[u32], &[u32]),
        bits_min: f32,
        memory: &mut Memory,
    ) -> Option<PerClass> {
        let mut sums = self.prior;
        let mut noted = Noted::default();
        for weights in &self.fields {
            if is_hopeless(sums, weights.gain, bits_min) {
                return None;
            }
            let outcome = comparer.outcome(weights.field, rows, noted, memory);
            noted.note(weights.field, outcome.level);
            weights.add(&mut sums, outcome);
        }
        if together_matters(sums) {
            add_together(&mut sums, comparer.together(rows, noted));
        }
        Some(sums)
    }

    /// Bits of a pair, when at least `bits_min`.
    pub(crate) fn bits(
        &self,
        comparer: &Comparer<'_>,
        rows: (&[u32], &[u32]),
        bits_min: f32,
        memory: &mut Memory,
    ) -> Option<f32> {
        let sums = self.classes(comparer, rows, bits_min, memory)?;
        if is_hopeless(sums, [0.0; CLASSES], bits_min) {
            return None;
        }
        let bits = match_bits(sums);
        (bits >= bits_min).then_some(bits)
    }
}

/// Adds what [`Comparer::together`] gives to the classes it is of.
pub(crate) fn add_together(sums: &mut PerClass, together: [f32; 2]) {
    let [_, unrelated, _, _, namesake] = sums;
    let [of_unrelated, of_namesakes] = together;
    *unrelated += of_unrelated;
    *namesake += of_namesakes;
}

/// Whether names that go together could change the bits of a pair by anything.
fn together_matters(sums: PerClass) -> bool {
    let [matching, unrelated, household, twin, namesake] = sums;
    let most = unrelated.max(namesake) + TOGETHER_BITS_MAX;
    most > household.max(twin) - NOTHING_BITS && most > matching - CERTAINLY_BITS
}

/// Whether a pair cannot reach `bits_min`: against one class alone the bits are at least those against all.
#[inline]
fn is_hopeless(sums: PerClass, gain: PerClass, bits_min: f32) -> bool {
    let [matching, others @ ..] = sums;
    let [_, gains @ ..] = gain;
    others
        .iter()
        .zip(gains)
        .any(|(class, gain)| matching - class + gain < bits_min)
}

impl FieldWeights {
    fn of(comparison: &Comparison) -> Self {
        let rarity = comparison.rarity_counts();
        let mut gain = [0.0_f32; CLASSES];
        for level in &comparison.levels {
            let [matching, ..] = *level;
            for ((most, class), counts) in gain.iter_mut().zip(level).zip(rarity) {
                *most = most.max(matching - class + counts * RARITY_BITS_MAX);
            }
        }
        Self {
            field: comparison.field,
            levels: comparison.levels.clone(),
            rarity,
            gain,
        }
    }

    #[inline]
    fn add(&self, sums: &mut PerClass, outcome: Outcome) {
        let level = self
            .levels
            .get(usize::from(outcome.level))
            .copied()
            .unwrap_or_default();
        for ((sum, weight), counts) in sums.iter_mut().zip(level).zip(self.rarity) {
            *sum += weight + counts * outcome.rarity;
        }
    }
}
