//! Which features candidates are found by: the smallest combinations that the file affords.
//!
//! A combination of features is a pass: all pairs of records that share it are compared. The fewer features, the more
//! errors it forgives and the more pairs it makes; so, from the file itself, the passes are all smallest combinations
//! whose pairs, counted on a sample, stay within a budget. Small files afford single features, or every pair; large ones
//! need two or three. This is the choice of blocking keys by expected reduction of Michelson and Knoblock (2006) and
//! Bilenko, Kamath and Mooney (2006), without labels: recall is not estimated but served by taking every combination.

use super::counting::{Sample, combinations};
use super::feature::{Feature, Features};
use super::table::Table;

/// Passes at most.
pub(crate) const PASSES_MAX: usize = 12;
/// Passes at most of a small file.
const PASSES_SMALL_MAX: usize = 20;
/// Passes at most that are learned from.
const AFFORDABLE_MAX: usize = 26;
/// Share of records that must have all features of a pass.
const SHARE_MIN: f64 = 0.02;
/// Share of the matches that a pass must find beyond the others to be worth its time.
const GAIN_MIN: f64 = 4e-5;
/// What sorting a record costs, in pairs compared.
const ROW_COST: f64 = 1.5;
/// Pairs of a pass that are always afforded.
const PAIRS_AFFORDED: f64 = 4_000_000.0;
/// Pairs of a pass that are afforded in a small file.
const PAIRS_AFFORDED_SMALL: f64 = 12_000_000.0;
/// Pairs of a pass that are afforded for every record.
const PAIRS_PER_RECORD: f64 = 14.0;
/// Pairs of all passes, in budgets of one.
const BUDGETS_MAX: f64 = 5.0;
/// Pairs of each pass that are learned from, about.
const PAIRS_LEARNED: f64 = 60_000.0;
/// Records of a block that are always compared with one another.
const BLOCK_RECORDS_MIN: usize = 300;
/// Records up to which a file is small: a pass may have more pairs, more passes are taken, and a household's records need
/// no further feature to be compared.
const SMALL_ROWS_MAX: usize = 200_000;
/// Code and text columns that are combined with other features: those whose values fewest share.
const FREE_COMBINED_MAX: usize = 8;

/// Passes that find nearly all pairs of a class that is no match, so that its share can be learned: households, people
/// born on one day in one family, namesakes.
const TELLING: [&[Feature]; 4] = [
    &[Feature::Family, Feature::Postcode],
    &[Feature::Family, Feature::Address],
    &[Feature::Date, Feature::Family],
    &[Feature::Names],
];

/// A way to find candidates: records that share all its features.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pass {
    pub(crate) features: Vec<Feature>,
    /// What a block that is too large is divided by, in order.
    pub(crate) refining: Vec<Feature>,
    /// Places of `features` in [`Plan::features`].
    pub(crate) places: Vec<usize>,
    /// The same as bits.
    pub(crate) mask: u64,
    /// Of its keys, one in so many is taken.
    pub(crate) every: u64,
    /// Whether the table affords all its pairs; else it is only learned from.
    pub(crate) is_affordable: bool,
}

/// A sampled pair, to judge passes by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    /// Features of the plan that the records share, as bits.
    pub(crate) agreeing: u64,
    /// Probability that it is a match.
    pub(crate) probability: f64,
    /// Pairs it stands for.
    pub(crate) stands_for: f64,
}

/// All passes, and the features they use.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    pub(crate) passes: Vec<Pass>,
    pub(crate) features: Vec<Feature>,
    /// Records of a block beyond which it is divided.
    pub(crate) block_records_max: usize,
    /// Chance that two unrelated people have the same postcode.
    pub(crate) postcode_chance: f64,
    /// Whether the file is so small that all its pairs are compared. They are learned from by passes all the same: all
    /// records share one key, of which no part can be taken.
    pub(crate) affords_every_pair: bool,
}

impl Plan {
    /// All passes a table affords, to learn from.
    pub(crate) fn affordable(table: &Table, threads: usize) -> Self {
        let all = features_of(table);
        let sample = Sample::of(table, &all);
        let by_rarity = sample.by_rarity(&all, threads);
        let rows = table.rows() as f64;
        let budget = pairs_afforded(table.rows()).max(rows * PAIRS_PER_RECORD);
        let mut chosen: Vec<(Vec<Feature>, f64)> = Vec::new();
        let every_pair = rows * rows / 2.0;
        if every_pair <= PAIRS_LEARNED {
            chosen.push((Vec::new(), every_pair));
        }
        let free = by_rarity.iter().filter(|it| is_free(**it));
        let combined: Vec<Feature> = free.take(FREE_COMBINED_MAX).copied().collect();
        for size in 1..=3 {
            let mut sets: Vec<(Vec<usize>, Vec<Feature>)> = Vec::new();
            for set in combinations(all.len(), size) {
                let features = set.iter().filter_map(|place| all.get(*place));
                let features: Vec<Feature> = features.copied().collect();
                let is_new = !chosen
                    .iter()
                    .any(|(smaller, _)| implies(&features, smaller));
                let is_combined = size == 1
                    || features
                        .iter()
                        .all(|it| !is_free(*it) || combined.contains(it));
                if is_new && is_combined && makes_sense(&features, table.rows()) {
                    sets.push((set, features));
                }
            }
            let counted = sample.count(&sets, threads);
            let mut found: Vec<(Vec<Feature>, f64)> = counted
                .into_iter()
                .filter(|(_, pairs)| pairs.share >= SHARE_MIN && pairs.count <= budget)
                .map(|(features, pairs)| (features, pairs.count))
                .collect();
            found.sort_by(|one, other| one.1.total_cmp(&other.1));
            chosen.extend(found);
        }
        chosen.truncate(AFFORDABLE_MAX);
        let telling = TELLING
            .iter()
            .filter(|set| set.iter().all(|feature| all.contains(feature)));
        let sets: Vec<Vec<Feature>> = telling
            .map(|set| set.to_vec())
            .chain(chosen.iter().map(|(set, _)| set.clone()))
            .collect();
        let mut plan = Self::by(table, &sets, &by_rarity);
        for pass in &mut plan.passes {
            let places: Vec<usize> = pass
                .features
                .iter()
                .filter_map(|it| all.iter().position(|other| it == other))
                .collect();
            let pairs = if places.is_empty() {
                rows * rows / 2.0
            } else {
                sample.pairs(&places).count
            };
            pass.every = (pairs / PAIRS_LEARNED).ceil().max(1.0) as u64;
            pass.is_affordable = chosen.iter().any(|(set, _)| *set == pass.features);
        }
        plan.affords_every_pair =
            every_pair <= PAIRS_AFFORDED.max(rows * PAIRS_PER_RECORD) * BUDGETS_MAX;
        plan.postcode_chance = sample.postcode_chance(&all);
        plan
    }

    /// Given passes over a table.
    pub(crate) fn of(table: &Table, sets: &[Vec<Feature>], threads: usize) -> Self {
        let all = features_of(table);
        let sample = Sample::of(table, &all);
        Self::by(table, sets, &sample.by_rarity(&all, threads))
    }

    fn by(table: &Table, sets: &[Vec<Feature>], by_rarity: &[Feature]) -> Self {
        let afforded =
            (pairs_afforded(table.rows()) * BUDGETS_MAX / (table.rows() as f64).max(1.0)) as usize;
        let block_records_max = if sets.iter().any(Vec::is_empty) {
            table.rows().max(2)
        } else {
            BLOCK_RECORDS_MIN.max(afforded)
        };
        Self::with(sets.to_vec(), by_rarity, block_records_max)
    }

    /// Bits of the passes' features that two rows share.
    pub(crate) fn agreeing(&self, features: &Features<'_>, rows: (&[u32], &[u32])) -> u64 {
        let mut agreeing = 0_u64;
        for (place, feature) in self.features.iter().enumerate() {
            let value = features.value(*feature, rows.0);
            let same = u64::from(value != 0 && value == features.value(*feature, rows.1));
            agreeing |= same.wrapping_shl(u32::try_from(place).unwrap_or(0));
        }
        agreeing
    }

    /// Of these passes, those that find matches which no cheaper ones find: the greedy cover of weighted sets (Chvátal
    /// 1979). `rows` sets the price of a pass without pairs.
    pub(crate) fn worthwhile(&self, pairs: &[Found], rows: usize) -> Vec<Vec<Feature>> {
        if self.affords_every_pair {
            return vec![Vec::new()];
        }
        let covers = |pass: &Pass, agreeing: u64| agreeing & pass.mask == pass.mask;
        let all: f64 = pairs
            .iter()
            .map(|pair| pair.stands_for * pair.probability)
            .sum();
        let mut open: Vec<Found> = pairs.to_vec();
        let mut left: Vec<&Pass> = self
            .passes
            .iter()
            .filter(|pass| pass.is_affordable)
            .collect();
        let mut chosen = Vec::new();
        let passes_max = if is_small(rows) {
            PASSES_SMALL_MAX
        } else {
            PASSES_MAX
        };
        while chosen.len() < passes_max {
            let worth = |pass: &&Pass| {
                let found = open.iter().filter(|pair| covers(pass, pair.agreeing));
                let (gain, count) = found.fold((0.0, 0.0), |(gain, count), pair| {
                    (
                        gain + pair.stands_for * pair.probability,
                        count + pair.stands_for,
                    )
                });
                let cost = rows as f64 * ROW_COST + count;
                let is_needed = matches!(pass.features.as_slice(), [Feature::Identifier(_)]);
                let gain = if is_needed { gain + all } else { gain };
                (gain >= all * GAIN_MIN).then_some(gain / cost)
            };
            let ranked = left
                .iter()
                .enumerate()
                .filter_map(|(place, pass)| Some((place, worth(pass)?)));
            let Some((best, _)) =
                ranked.max_by(|one, other| one.1.total_cmp(&other.1).then(other.0.cmp(&one.0)))
            else {
                break;
            };
            let pass = left.remove(best);
            open.retain(|pair| !covers(pass, pair.agreeing));
            chosen.push(pass.features.clone());
        }
        let of_rows = rows as f64 * ROW_COST;
        let found = |pairs: &[Found]| pairs.iter().map(|pair| pair.stands_for).sum::<f64>();
        let spent = found(pairs) - found(&open) + of_rows * chosen.len() as f64;
        let bounds = (passes_max.saturating_sub(chosen.len()), of_rows);
        chosen.extend(spared(&open, &left, PAIRS_AFFORDED - spent, bounds));
        chosen
    }

    fn with(sets: Vec<Vec<Feature>>, by_rarity: &[Feature], block_records_max: usize) -> Self {
        let mut features: Vec<Feature> = Vec::new();
        for feature in sets.iter().flatten() {
            if !features.contains(feature) {
                features.push(*feature);
            }
        }
        let place = |feature: &Feature| features.iter().position(|it| it == feature).unwrap_or(0);
        let bit =
            |feature: &Feature| 1_u64.wrapping_shl(u32::try_from(place(feature)).unwrap_or(0));
        let passes = sets.into_iter().map(|set| {
            let new = |feature: &&Feature| !set.iter().any(|it| it.implies(**feature));
            Pass {
                places: set.iter().map(place).collect(),
                mask: set.iter().map(bit).fold(0, |mask, bit| mask | bit),
                refining: by_rarity.iter().filter(new).copied().collect(),
                features: set,
                every: 1,
                is_affordable: true,
            }
        });
        Self {
            passes: passes.collect(),
            features: features.clone(),
            block_records_max,
            postcode_chance: 0.0,
            affords_every_pair: false,
        }
    }
}

/// Of passes that are left, the cheapest within what is still afforded: a sample may hold none of the few matches that
/// such a pass alone would find, and in a small file it costs next to nothing to see. `open` are the sampled pairs that no
/// chosen pass finds; `bounds` the passes at most and the price of one without pairs.
fn spared(
    open: &[Found],
    left: &[&Pass],
    mut afforded: f64,
    bounds: (usize, f64),
) -> Vec<Vec<Feature>> {
    let (passes_max, of_rows) = bounds;
    let mut open: Vec<Found> = open.to_vec();
    let mut left: Vec<&Pass> = left.to_vec();
    let mut chosen = Vec::new();
    while chosen.len() < passes_max {
        let covers = |pass: &Pass, pair: &Found| pair.agreeing & pass.mask == pass.mask;
        let count = |pass: &Pass| -> f64 {
            let found = open.iter().filter(|pair| covers(pass, pair));
            found.map(|pair| pair.stands_for).sum()
        };
        let counted = left.iter().map(|pass| count(pass)).enumerate();
        let counted = counted.filter(|(_, count)| *count > 0.0 && count + of_rows <= afforded);
        let Some((place, count)) = counted.min_by(|one, other| one.1.total_cmp(&other.1)) else {
            break;
        };
        let pass = left.remove(place);
        afforded -= count + of_rows;
        open.retain(|pair| !covers(pass, pair));
        chosen.push(pass.features.clone());
    }
    chosen
}

fn is_small(rows: usize) -> bool {
    rows <= SMALL_ROWS_MAX
}

/// Pairs of a pass that are always afforded.
fn pairs_afforded(rows: usize) -> f64 {
    if is_small(rows) {
        PAIRS_AFFORDED_SMALL
    } else {
        PAIRS_AFFORDED
    }
}

fn features_of(table: &Table) -> Vec<Feature> {
    if is_small(table.rows()) {
        Feature::of_small(&table.schema)
    } else {
        Feature::of(&table.schema)
    }
}

fn is_free(feature: Feature) -> bool {
    matches!(feature, Feature::Free(_) | Feature::LastWord(_))
}

fn implies(features: &[Feature], smaller: &[Feature]) -> bool {
    smaller
        .iter()
        .all(|one| features.iter().any(|other| other.implies(*one)))
}

/// Whether a combination says nothing twice, and something of the person rather than the household only.
fn makes_sense(features: &[Feature], rows: usize) -> bool {
    let doubled = features.iter().enumerate().any(|(place, one)| {
        features
            .iter()
            .enumerate()
            .any(|(other_place, other)| place != other_place && one.implies(*other))
    });
    // Year with month and day is the date.
    let is_date = features.contains(&Feature::Year) && features.contains(&Feature::MonthDay);
    let is_names = features.contains(&Feature::Given) && features.contains(&Feature::Family);
    let is_family = features.contains(&Feature::FamilyHead)
        && (features.contains(&Feature::Family) || features.contains(&Feature::Names));
    let personal = is_small(rows) || features.iter().any(|feature| feature.is_personal());
    let identifier = features.len() > 1
        && features
            .iter()
            .any(|it| matches!(it, Feature::Identifier(_)));
    !doubled && !is_date && !is_names && !is_family && personal && !identifier
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two passes find nothing that a sample shows; of these the cheaper is affordable, and a large file affords neither.
    #[test]
    fn what_a_small_file_affords_is_spared_nothing() {
        let sets = [
            vec![Feature::Date],
            vec![Feature::Family],
            vec![Feature::Postcode],
        ];
        let plan = Plan::with(sets.to_vec(), &[], 300);
        let found = |agreeing: u64, probability: f64, stands_for: f64| Found {
            agreeing,
            probability,
            stands_for,
        };
        let pairs = [
            found(0b001, 1.0, 1000.0),
            found(0b010, 1e-9, 2_000_000.0),
            found(0b100, 1e-9, 3_000_000.0),
        ];
        let chosen = plan.worthwhile(&pairs, 10_000);
        assert_eq!(chosen, [vec![Feature::Date], vec![Feature::Family]]);
        assert_eq!(plan.worthwhile(&pairs, 5_000_000), [vec![Feature::Date]]);
    }
}
