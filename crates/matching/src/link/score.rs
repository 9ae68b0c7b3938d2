//! Scores pairs of rows by a model.

use super::comparer::{Comparer, Noted, Outcome, TOGETHER_BITS_MAX};
use super::field::Field;
use super::lexicons::Role;
use super::memory::Memory;
use super::model::{CLASSES, Comparison, Model, PerClass, match_bits};
use super::rarity::Rarities;
use super::table::Source;

/// A model laid out for speed, with what each field can add at most.
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
    /// What this field can add, against each class, at most.
    gain: PerClass,
}

/// Largest gain that rarity of a value can be where the words are not known beforehand, in bits.
const RARITY_BITS_MAX: f32 = 32.0;

/// What sums of gains may be off by, in bits: more is allowed for than rounding takes away.
const ROUNDING_BITS: f32 = 0.01;
/// Bits by which a class is so improbable that the sum with a more probable one is that one's.
const NOTHING_BITS: f32 = 12.0;
/// Bits beyond which more or less certainty is the same.
const CERTAINLY_BITS: f32 = 40.0;

impl Weights {
    pub(crate) fn of(model: &Model, sources: &[Source]) -> Self {
        Self::with_gains(model, sources, |_| RARITY_BITS_MAX)
    }

    /// The same for two rows of one table, whose rarest words are known: hopeless pairs are known the earlier.
    pub(crate) fn of_table(model: &Model, sources: &[Source], rarities: &Rarities) -> Self {
        Self::with_gains(model, sources, |field| match field {
            Field::Given | Field::Further => rarities.bits_max(Role::Given),
            Field::Family => rarities.bits_max(Role::Family),
            Field::Text(column) | Field::Code(column) => rarities.bits_max(Role::Free(column)),
            _ => RARITY_BITS_MAX,
        })
    }

    fn with_gains(model: &Model, sources: &[Source], rarest: impl Fn(Field) -> f32) -> Self {
        let comparisons = model.comparisons_for(sources);
        let of = |comparison: &Comparison| FieldWeights::of(comparison, rarest(comparison.field));
        let fields = comparisons.iter().map(of).collect();
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
        let (mut sums, noted) = self.apart(comparer, rows, bits_min, memory)?;
        if together_matters(sums) {
            add_together(&mut sums, comparer.together(rows, noted));
        }
        Some(sums)
    }

    /// The same without what names add together.
    fn apart(
        &self,
        comparer: &Comparer<'_>,
        rows: (&[u32], &[u32]),
        bits_min: f32,
        memory: &mut Memory,
    ) -> Option<(PerClass, Noted)> {
        let mut sums = self.prior;
        let mut noted = Noted::default();
        let (silent, mut gain) = self.silent(comparer, rows);
        for (place, weights) in self.fields.iter().enumerate() {
            if silent >> place & 1 == 1 {
                continue;
            }
            if is_hopeless(sums, gain, bits_min) {
                return None;
            }
            for (left, own) in gain.iter_mut().zip(weights.gain) {
                *left -= own;
            }
            let outcome = comparer.outcome(weights.field, rows, noted, memory);
            noted.note(weights.field, outcome.level);
            weights.add(&mut sums, outcome);
        }
        Some((sums, noted))
    }

    /// The fields of which a record says nothing, as bits, and what the others can add, against each class, at most. A
    /// silent field weighs nothing: it need not be compared.
    fn silent(&self, comparer: &Comparer<'_>, rows: (&[u32], &[u32])) -> (u64, PerClass) {
        let mut silent = 0_u64;
        let mut gain = [ROUNDING_BITS; CLASSES];
        for (place, weights) in (0_u32..).zip(&self.fields) {
            if comparer.is_silent(weights.field, rows) {
                silent |= 1_u64.wrapping_shl(place);
                continue;
            }
            for (sum, own) in gain.iter_mut().zip(weights.gain) {
                *sum += own;
            }
        }
        (silent, gain)
    }

    /// Bits of a pair, when at least `bits_min`.
    pub(crate) fn bits(
        &self,
        comparer: &Comparer<'_>,
        rows: (&[u32], &[u32]),
        bits_min: f32,
        memory: &mut Memory,
    ) -> Option<f32> {
        let (mut sums, noted) = self.apart(comparer, rows, bits_min, memory)?;
        // What names add together is added to other classes alone: it makes no pair more probable.
        if is_hopeless(sums, [0.0; CLASSES], bits_min) {
            return None;
        }
        if together_matters(sums) {
            add_together(&mut sums, comparer.together(rows, noted));
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
    /// `rarest` is the largest gain that rarity of a value can be, in bits.
    fn of(comparison: &Comparison, rarest: f32) -> Self {
        let rarity = comparison.rarity_counts();
        let mut gain = [0.0_f32; CLASSES];
        for level in &comparison.levels {
            let [matching, ..] = *level;
            for ((most, class), counts) in gain.iter_mut().zip(level).zip(rarity) {
                *most = most.max(matching - class + counts * rarest);
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
