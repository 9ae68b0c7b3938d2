//! The model: how probable every level of every field is for a pair of each class.
//!
//! Fellegi and Sunter (1969) weigh a pair by log2 of its probability among matches over that among non-matches. Their
//! non-matches are one class whose fields are independent; siblings and twins break that, for they share nearly all but
//! the given name. Here non-matches are a mixture of four classes, as Larsen and Rubin (2001) fit several: unrelated
//! people, namesakes, members of one household, and people of one household born the same day. Within a class, fields are taken to
//! be independent; what depends on one another beyond the classes is compared as one field (place), or its dependence is
//! left out (further names after an exchanged name).

use super::feature::Feature;
use super::field::Field;
use super::schema::{Column, Schema};

/// Version of the model's text form.
pub const MODEL_VERSION: u32 = 1;
/// Classes of pairs.
pub const CLASSES: usize = 5;

/// What the two records of a pair are to one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// One person.
    Match,
    /// Two people who have nothing to do with one another.
    Unrelated,
    /// Two people of one household: name of the family, place and parents agree as for one person.
    Household,
    /// Two people of one household born the same day.
    Twin,
    /// Two people of the same names, more of whom there are than frequencies multiplied would have it: names go together
    /// by language and fashion.
    Namesake,
}

/// One number for every class, in the order of [`Class`].
pub type PerClass = [f32; CLASSES];

/// A field and its learned probabilities.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What is compared.
    pub field: Field,
    /// Its name in explanations: a column or a group of them.
    pub name: String,
    /// log2 of the probability of each level in each class, among pairs where neither record is silent; level 0,
    /// "missing", is 0 in all.
    pub levels: Vec<PerClass>,
}

/// Bits from which something is done. Set without labels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// A pair is linked: as probable as not.
    pub link_bits: f32,
    /// Links at or above this have an expected precision of 99.9 %.
    pub certain_bits: f32,
    /// A pair is worth a look, and a guarded candidate plausible.
    pub review_bits: f32,
}

/// A trained model for records of one schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The columns it was trained on.
    pub columns: Vec<Column>,
    /// Records it was trained on.
    pub records: u64,
    /// Fields with their probabilities.
    pub comparisons: Vec<Comparison>,
    /// log2 of the share of each class among all pairs.
    pub prior_bits: PerClass,
    /// What candidates are found by: all pairs that share every feature of one of these are compared.
    pub passes: Vec<Vec<Feature>>,
    /// Operating points.
    pub thresholds: Thresholds,
}

impl Model {
    /// Whether the model is for these columns: the same kinds in the same order.
    #[must_use]
    pub fn reads(&self, schema: &Schema) -> bool {
        let kinds =
            |columns: &[Column]| columns.iter().map(|column| column.kind).collect::<Vec<_>>();
        kinds(&self.columns) == kinds(schema.columns())
    }
}

impl Comparison {
    /// Classes in which agreement on a rare value is less probable than on a common one: in a household, the family's
    /// name is the same however rare.
    pub(crate) fn rarity_counts(&self) -> PerClass {
        match self.field {
            Field::Given => [0.0, 1.0, 1.0, 1.0, 0.25],
            Field::Further => [0.0, 1.0, 0.5, 0.5, 0.0],
            Field::Family => [0.0, 1.0, 0.0, 0.0, 0.5],
            Field::Text(_) | Field::Code(_) => [0.0, 1.0, 0.0, 0.0, 1.0],
            _ => [0.0; CLASSES],
        }
    }

    /// log2 probabilities of a level.
    pub(crate) fn level(&self, level: u8) -> PerClass {
        self.levels
            .get(usize::from(level))
            .copied()
            .unwrap_or_default()
    }
}

/// Bits for a match of log2 probabilities of a pair by class: log2 of its odds against all other classes together.
pub(crate) fn match_bits(classes: PerClass) -> f32 {
    let [matching, others @ ..] = classes;
    let most = others.iter().copied().fold(f32::MIN, f32::max);
    let sum: f32 = others.iter().map(|class| (class - most).exp2()).sum();
    matching - most - sum.log2()
}

/// Probability of bits.
pub(crate) fn probability(bits: f32) -> f32 {
    1.0 / (1.0 + (-bits).exp2())
}
