//! Learns a model from the file itself: samples pairs, learns from them, chooses thresholds and passes.

use super::belief::beliefs;
use super::comparer::Comparer;
use super::field::{FIELDS_MAX, Field};
use super::learning::{Learning, pair_classes};
use super::model::{CLASSES, Comparison, Model, Thresholds, match_bits, probability};
use super::plan::{Found, Plan};
use super::rarity::Rarities;
use super::sample::{Pattern, blocked_pairs, random_pairs};
use super::settings::Settings;
use super::table::Table;
use super::unrelated::{namesakes_min, of_household, unrelated};

/// Rounds of expectation and maximisation.
const ROUNDS_MAX: usize = 80;
/// How often matches are left out of random pairs, and all is learned anew, at most.
const REFINEMENTS_MAX: usize = 2;
/// Change of any class's share, relative, below which learning ends.
const CHANGE_MIN: f64 = 2e-4;
/// Expected share of wrong links among those at or above the certain threshold.
const ERRORS_CERTAIN_MAX: f64 = 0.001;
/// Wrong links that are counted for each expected one: what dependence is left makes a model bolder than the truth, by
/// one and a half to twice where it was measured (docs/matching.md).
const ERRORS_FOR_EXPECTED: f64 = 2.0;
/// Bits below the link threshold from which a pair is worth a look.
const REVIEW_BITS: f32 = -7.0;

/// A trained model and how it came about.
#[derive(Clone, Debug)]
pub struct Trained {
    /// The model.
    pub model: Model,
    /// Pairs it was learned from.
    pub pairs_sampled: usize,
    /// Rounds of learning.
    pub rounds: usize,
}

/// Learns a model from a table.
#[must_use]
pub fn train(table: &Table, settings: &Settings) -> Trained {
    train_with(table, &Plan::affordable(table, settings.threads), settings)
}

pub(crate) fn train_with(table: &Table, plan: &Plan, settings: &Settings) -> Trained {
    let mut comparisons = beginnings(table);
    let rarities = Rarities::of(&table.lexicons);
    let comparer = Comparer::new(table, &rarities, None);
    let random = random_pairs(table, &comparer, &comparisons, settings);
    let unrelated = unrelated(&random, &comparisons, plan, table);
    drop(random);
    let pairs = blocked_pairs(table, plan, &comparer, &comparisons, settings.threads);
    let rows = table.rows() as f64;
    let mut learning = Learning {
        all_pairs: (rows * (rows - 1.0) / 2.0).max(1.0),
        namesakes_min: namesakes_min(&comparisons, &unrelated),
        namesakes_max: if is_of_names(&comparisons) { 0.0 } else { 1.0 },
        prior: [0.0; CLASSES],
        matching: comparisons
            .iter()
            .zip(&unrelated)
            .map(|(comparison, unrelated)| beliefs(comparison.field, unrelated))
            .collect(),
        household: of_household(&comparisons, &unrelated),
        unrelated,
    };
    learning.begin(rows);
    let random = learning.unrelated.clone();
    let mut rounds = 0_usize;
    for _ in 0..=REFINEMENTS_MAX {
        let more = rounds_until_settled(&mut learning, &pairs, &mut comparisons, settings);
        rounds = rounds.saturating_add(more);
        if !learning.leave_out_matches(&random, &comparisons) {
            break;
        }
    }
    learning.write(&mut comparisons);
    let mut model = Model {
        columns: table.schema.columns().to_vec(),
        files: table
            .sources
            .iter()
            .map(|source| source.name.clone())
            .collect(),
        records: table.rows() as u64,
        comparisons,
        prior_bits: learning.prior_bits(),
        passes: Vec::new(),
        thresholds: Thresholds {
            link_bits: 0.0,
            certain_bits: None,
            review_bits: REVIEW_BITS,
        },
    };
    model.thresholds.certain_bits = certain_bits(&model, &pairs);
    let found = |pattern: &Pattern| Found {
        agreeing: pattern.agreeing,
        probability: f64::from(probability(bits_of(&model, pattern))),
        stands_for: pattern.stands_for,
    };
    let found: Vec<Found> = pairs.iter().map(found).collect();
    model.passes = plan.worthwhile(&found, table.rows());
    Trained {
        model,
        pairs_sampled: pairs.len(),
        rounds,
    }
}

/// Whether names are all that is known of people.
fn is_of_names(comparisons: &[Comparison]) -> bool {
    let is_name = |field| {
        matches!(
            field,
            Field::File | Field::Given | Field::Further | Field::Family | Field::Sex
        )
    };
    comparisons.iter().all(|it| is_name(it.field))
}

/// Learns until nothing changes; how many rounds it took.
fn rounds_until_settled(
    learning: &mut Learning,
    pairs: &[Pattern],
    comparisons: &mut [Comparison],
    settings: &Settings,
) -> usize {
    for round in 1..=ROUNDS_MAX {
        learning.write(comparisons);
        if learning.round(pairs, comparisons, settings.threads) < CHANGE_MIN {
            return round;
        }
    }
    ROUNDS_MAX
}

fn beginnings(table: &Table) -> Vec<Comparison> {
    let several = (table.sources.len() > 1).then(|| (Field::File, "file".to_owned()));
    let fields = Field::of(&table.schema);
    several
        .into_iter()
        .chain(fields)
        .map(|(field, name)| Comparison {
            field,
            name,
            levels: vec![[0.0; CLASSES]; field.levels().len()],
        })
        .collect()
}

fn bits_of(model: &Model, pattern: &Pattern) -> f32 {
    match_bits(pair_classes(
        pattern,
        model.prior_bits,
        &model.comparisons,
        &mut [[0.0; CLASSES]; FIELDS_MAX],
    ))
}

/// The lowest bits from which on the expected share of wrong links stays within [`ERRORS_CERTAIN_MAX`]; `None` when it does
/// from none.
fn certain_bits(model: &Model, pairs: &[Pattern]) -> Option<f32> {
    let mut links: Vec<(f32, f64)> = pairs
        .iter()
        .map(|pattern| (bits_of(model, pattern), pattern.stands_for))
        .collect();
    links.retain(|(bits, _)| *bits > 0.0);
    links.sort_by(|one, other| other.0.total_cmp(&one.0));
    let (mut wrong, mut count, mut lowest) = (0.0_f64, 0.0_f64, None);
    for (bits, stands_for) in links {
        wrong += stands_for * ERRORS_FOR_EXPECTED * f64::from(1.0 - probability(bits));
        count += stands_for;
        if wrong / count <= ERRORS_CERTAIN_MAX {
            lowest = Some(bits);
        }
    }
    lowest
}
