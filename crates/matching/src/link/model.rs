//! The model: how probable every level of every field is for a pair of each class.
//!
//! Fellegi and Sunter (1969) weigh a pair by log2 of its probability among matches over that among non-matches. Their
//! non-matches are one class whose fields are independent; siblings and twins break that, for they share nearly all but
//! the given name. Here non-matches are a mixture of four classes, as Larsen and Rubin (2001) fit several: unrelated
//! people, namesakes, members of one household, and people of one household born the same day. Within a class, fields are taken to
//! be independent; what depends on one another beyond the classes is compared as one field (place), or its dependence is
//! left out (further names after an exchanged name).

use super::feature::Feature;
use super::field::{Field, MISSING, SAME, file_level};
use super::kind::Kind;
use super::schema::{Column, Schema};
use super::table::Source;

/// Version of the model's text form.
pub const MODEL_VERSION: u32 = 3;
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
    /// Links at or above this have an expected precision of 99.9 %. `None`: no link is so sure.
    pub certain_bits: Option<f32>,
    /// A pair is worth a look, and a guarded candidate plausible.
    pub review_bits: f32,
}

/// A trained model for records of one schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The columns it was trained on.
    pub columns: Vec<Column>,
    /// Names of the files it was trained on, in order; one may be in none of the tables it is used for.
    pub files: Vec<String>,
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
    /// Whether the model is for these columns: the same kinds in the same order, and where a kind does not say what the column is, as
    /// that of occupations and that of birth places, the same names.
    #[must_use]
    pub fn reads(&self, schema: &Schema) -> bool {
        let is_free = |kind| matches!(kind, Kind::Text | Kind::Code | Kind::Identifier);
        let same = |(one, other): (&Column, &Column)| {
            one.kind == other.kind && (!is_free(one.kind) || one.name == other.name)
        };
        let columns = schema.columns();
        self.columns.len() == columns.len() && self.columns.iter().zip(columns).all(same)
    }
}

impl Model {
    /// The comparisons for a table's files: what is known of a file's repeats goes with its name, of one that the model
    /// has not seen nothing is known.
    pub(crate) fn comparisons_for(&self, sources: &[Source]) -> Vec<Comparison> {
        let known = sources
            .iter()
            .map(|source| self.files.iter().position(|name| *name == source.name));
        let known: Vec<Option<usize>> = known.collect();
        let mut comparisons = self.comparisons.clone();
        for comparison in comparisons.iter_mut().filter(|it| it.field == Field::File) {
            let learned = std::mem::take(&mut comparison.levels);
            let of_file = |place: usize| {
                let level = u16::try_from(place).map_or(MISSING, |file| file_level(file, file));
                usize::from(level)
            };
            comparison.levels = vec![[0.0; CLASSES]; learned.len()];
            let moved = known
                .iter()
                .enumerate()
                .filter_map(|(place, known)| Some((of_file(place), of_file((*known)?))));
            for (to, from) in std::iter::once((usize::from(SAME), usize::from(SAME))).chain(moved) {
                if let (Some(slot), Some(level)) =
                    (comparison.levels.get_mut(to), learned.get(from))
                {
                    *slot = *level;
                }
            }
        }
        comparisons
    }
}

impl Comparison {
    /// Classes in which agreement on a rare value is less probable than on a common one: in a household, the family's
    /// name is the same however rare.
    pub(crate) fn rarity_counts(&self) -> PerClass {
        match self.field {
            Field::Given => [0.0, 1.0, 0.5, 0.5, 0.25],
            Field::Further => [0.0, 1.0, 0.5, 0.5, 0.0],
            Field::Family => [0.0, 1.0, 0.0, 0.0, 0.5],
            Field::Text(_) | Field::Code(_) | Field::Parent => [0.0, 1.0, 0.0, 0.0, 1.0],
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
