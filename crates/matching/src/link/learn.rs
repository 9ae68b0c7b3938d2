//! Learns a model from the file itself: expectation and maximisation over sampled pairs.
//!
//! Dempster, Laird and Rubin (1977), as Winkler (1988) and Jaro (1989) apply it to linkage. Classes are latent. For
//! unrelated pairs the probabilities of levels are those of random pairs (Jaro's `u`), fixed. Household and twin pairs
//! are described by these two: what a household shares – family name, place, parents – agrees as for matches, what
//! it does not – given names, sex, identifiers – as for unrelated pairs, and the date as for unrelated pairs or, for
//! twins, for matches; what namesakes share is their names and sex. So only the matches' probabilities and the classes' shares are learned, from pairs of all passes
//! together, each pair once. A field is learned from pairs that are matches by their *other* fields: left to itself, the
//! most numerous class with two fields in common – namesakes – would be taken for matches whose date is always wrong.
//! Pairs outside every pass are taken for unrelated: no correction is needed for the keys by
//! which pairs were found, because the share of a class is that among *all* pairs, of which those found are merely all
//! that are probable.

use super::comparer::{Comparer, Rarities};
use super::field::{ADDRESS_LEVELS, FIELDS_MAX, Field, SAME, file_level};
use super::model::{CLASSES, Comparison, Model, PerClass, Thresholds, match_bits, probability};
use super::plan::{Found, Plan};
use super::sample::{Pattern, blocked_pairs, random_pairs};
use super::score::add_together;
use super::settings::Settings;
use super::table::{Table, source_of};

/// Rounds of expectation and maximisation.
const ROUNDS_MAX: usize = 80;
/// Change of any class's share, relative, below which learning ends.
const CHANGE_MIN: f64 = 2e-4;
/// Pairs that what is believed of a field beforehand counts as.
const BELIEF_PAIRS: f64 = 40.0;
/// Expected share of wrong links among those at or above the certain threshold.
const ERRORS_CERTAIN_MAX: f64 = 0.001;
/// Bits for a match that the other fields must give for a pair to tell of a field.
const WITNESS_BITS: f32 = 6.0;
/// Bits below the link threshold from which a pair is worth a look.
const REVIEW_BITS: f32 = -7.0;
/// Matches a record has, and pairs of household, twins and namesakes, to begin with.
const PAIRS_FIRST: [f64; 4] = [0.5, 0.5, 0.02, 0.5];
/// Shares of address levels – same, most, part, other – of unrelated neighbours with one postcode.
const NEIGHBOUR_ADDRESS: [f64; 4] = [0.03, 0.12, 0.45, 0.40];

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
    train_with(table, &Plan::affordable(table), settings)
}

pub(crate) fn train_with(table: &Table, plan: &Plan, settings: &Settings) -> Trained {
    let mut comparisons = beginnings(table);
    let rarities = Rarities::of(&table.lexicons);
    let comparer = Comparer::new(table, &rarities, None);
    let random = random_pairs(table, &comparer, &comparisons, settings.seed);
    let unrelated = unrelated(&random, &comparisons, plan, table);
    drop(random);
    let pairs = blocked_pairs(table, plan, &comparer, &comparisons, settings.threads);
    let rows = table.rows() as f64;
    let mut learning = Learning {
        all_pairs: (rows * (rows - 1.0) / 2.0).max(1.0),
        namesakes_min: namesakes_min(&comparisons, &unrelated),
        prior: [0.0; CLASSES],
        matching: comparisons
            .iter()
            .zip(&unrelated)
            .map(|(comparison, unrelated)| beliefs(comparison.field, unrelated))
            .collect(),
        unrelated,
    };
    learning.begin(rows);
    let mut rounds = 0;
    for round in 1..=ROUNDS_MAX {
        rounds = round;
        learning.write(&mut comparisons);
        if learning.round(&pairs, &comparisons, settings.threads) < CHANGE_MIN {
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
            certain_bits: 0.0,
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

/// Share of pairs that agree on given and family name by chance; 0 when the records lack one.
fn namesakes_min(comparisons: &[Comparison], unrelated: &[Vec<f64>]) -> f64 {
    let same = |field| {
        let place = comparisons
            .iter()
            .position(|comparison| comparison.field == field);
        let shares = place.and_then(|place| unrelated.get(place));
        shares
            .and_then(|shares| shares.get(usize::from(SAME)))
            .copied()
            .unwrap_or(0.0)
    };
    same(Field::Given) * same(Field::Family)
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

/// Shares of levels among matches believed beforehand; level 0 is left out of all sums.
fn beliefs(field: Field, unrelated: &[f64]) -> Vec<f64> {
    let shares: Vec<f64> = match field {
        Field::File => unrelated.to_vec(),
        Field::Given => vec![
            0.0, 0.85, 0.02, 0.01, 0.03, 0.04, 0.01, 0.01, 0.01, 0.005, 0.002, 0.013,
        ],
        Field::Further => vec![0.0, 0.85, 0.08, 0.07],
        Field::Family => vec![0.0, 0.84, 0.02, 0.02, 0.04, 0.01, 0.02, 0.005, 0.045],
        Field::Date => vec![
            0.0, 0.92, 0.01, 0.03, 0.005, 0.005, 0.005, 0.01, 0.005, 0.005, 0.005,
        ],
        Field::Place => {
            let postcode = [1.0, 0.75, 0.03, 0.03, 0.03, 0.03, 0.13];
            let address = [1.0, 0.65, 0.1, 0.1, 0.15];
            let joint = postcode
                .iter()
                .flat_map(|one| address.iter().map(move |other| one * other));
            let mut shares: Vec<f64> = joint.collect();
            shares.iter_mut().take(1).for_each(|missing| *missing = 0.0);
            shares
        }
        Field::Sex => vec![0.0, 0.985, 0.015],
        Field::Parent => vec![0.0, 0.7, 0.15, 0.1, 0.05],
        Field::Text(_) => vec![0.0, 0.7, 0.08, 0.06, 0.03, 0.13],
        Field::Code(_) => vec![0.0, 0.8, 0.05, 0.15],
        Field::Identifier(_) => vec![0.0, 0.975, 0.015, 0.01],
    };
    normalised(shares)
}

/// Shares that sum to one. In place, each row of known or missing postcode and address sums to one by itself.
fn normalised(mut shares: Vec<f64>) -> Vec<f64> {
    let sum: f64 = shares.iter().skip(1).sum();
    if sum > 0.0 {
        shares.iter_mut().skip(1).for_each(|share| *share /= sum);
    }
    shares
}

/// Shares of levels among unrelated pairs: of random pairs, with half a pair more at every level; agreement of names and
/// codes by their counts in the whole table.
fn unrelated(
    random: &[Pattern],
    comparisons: &[Comparison],
    plan: &Plan,
    table: &Table,
) -> Vec<Vec<f64>> {
    let mut shares: Vec<Vec<f64>> = comparisons
        .iter()
        .map(|it| vec![0.5; it.levels.len()])
        .collect();
    for pattern in random {
        for (share, level) in shares.iter_mut().zip(pattern.levels) {
            if let Some(count) = share.get_mut(usize::from(level)) {
                *count += 1.0;
            }
        }
    }
    for (share, comparison) in shares.iter_mut().zip(comparisons) {
        let known = normalised(std::mem::take(share));
        *share = match comparison.field {
            Field::File => files_unrelated(table),
            Field::Place => place_unrelated(known, plan.postcode_chance),
            Field::Given => with_same(known, &table.lexicons.given),
            Field::Family => with_same(known, &table.lexicons.family),
            Field::Text(column) | Field::Code(column) => match table.lexicons.free.get(column) {
                Some(words) => with_same(known, words),
                None => known,
            },
            Field::Identifier(_) => identifier_unrelated(known, table.rows()),
            _ => known,
        };
    }
    shares
}

/// Replaces the share of full agreement by the sum of squared frequencies.
fn with_same(mut shares: Vec<f64>, words: &super::lexicon::Words) -> Vec<f64> {
    let total = words.total() as f64;
    if total < 1.0 {
        return shares;
    }
    let same = words.squares() as f64 / (total * total);
    set_share(&mut shares, 1, same);
    shares
}

fn identifier_unrelated(mut shares: Vec<f64>, rows: usize) -> Vec<f64> {
    // An identifier belongs to one person; that two people have the same is an error of recording.
    set_share(&mut shares, 1, 0.01 / (rows as f64).max(1.0));
    shares
}

/// Chances that both records of any pair stand in a file, and that they stand in two.
fn files_unrelated(table: &Table) -> Vec<f64> {
    let mut rows = vec![0.0_f64; table.sources.len()];
    for row in table.rows.chunks_exact(table.layout.width.max(1)) {
        if let Some(count) = rows.get_mut(usize::from(source_of(&table.layout, row))) {
            *count += 1.0;
        }
    }
    let all: f64 = rows.iter().sum();
    let mut shares = vec![0.0; Field::File.levels().len()];
    let mut one_file = 0.0;
    for (file, count) in rows.into_iter().enumerate() {
        let level = u16::try_from(file).map_or(0, |file| usize::from(file_level(file, file)));
        let pairs = (count / all.max(1.0)).powi(2);
        one_file += pairs;
        if let Some(share) = shares.get_mut(level) {
            *share += pairs;
        }
    }
    set_share(&mut shares, usize::from(SAME), 1.0 - one_file);
    shares
}

fn place_unrelated(mut shares: Vec<f64>, postcode_chance: f64) -> Vec<f64> {
    let levels = usize::from(ADDRESS_LEVELS);
    if postcode_chance > 0.0 {
        set_share(&mut shares, levels, postcode_chance);
        for (address, part) in (1..levels).zip(NEIGHBOUR_ADDRESS) {
            set_share(
                &mut shares,
                levels.saturating_add(address),
                postcode_chance * part,
            );
        }
    }
    shares
}

fn set_share(shares: &mut [f64], place: usize, value: f64) {
    if let Some(share) = shares.get_mut(place) {
        *share = value;
    }
}

/// What is being learned.
struct Learning {
    all_pairs: f64,
    /// Share of pairs of the same names by chance: of namesakes there are no fewer, however few the passes find.
    namesakes_min: f64,
    prior: [f64; CLASSES],
    matching: Vec<Vec<f64>>,
    unrelated: Vec<Vec<f64>>,
}

/// Sums of one round.
#[derive(Clone)]
struct Sums {
    classes: [f64; CLASSES],
    levels: Vec<Vec<f64>>,
}

impl Learning {
    fn begin(&mut self, rows: f64) {
        let [matching, household, twin, namesake] =
            PAIRS_FIRST.map(|pairs| pairs * rows / self.all_pairs);
        self.prior = [matching, 0.0, household, twin, namesake];
        self.rest_is_unrelated();
    }

    fn rest_is_unrelated(&mut self) {
        let [matching, unrelated, household, twin, namesake] = &mut self.prior;
        *unrelated = (1.0 - *matching - *household - *twin - *namesake).max(0.1);
    }

    fn prior_bits(&self) -> PerClass {
        self.prior
            .map(|share| share.max(0.5 / self.all_pairs).log2() as f32)
    }

    /// Writes the current probabilities into comparisons.
    fn write(&self, comparisons: &mut [Comparison]) {
        let both = self.matching.iter().zip(&self.unrelated);
        for (comparison, (matching, unrelated)) in comparisons.iter_mut().zip(both) {
            let field = comparison.field;
            let levels = matching.iter().zip(unrelated).enumerate();
            comparison.levels = levels
                .map(|(level, (matching, unrelated))| {
                    if level == 0 {
                        [0.0; CLASSES]
                    } else {
                        of_classes(field, *matching, *unrelated)
                    }
                })
                .collect();
            super::order::keep_order(comparison);
        }
    }

    /// One round; returns the largest relative change of a class's share.
    fn round(&mut self, pairs: &[Pattern], comparisons: &[Comparison], threads: usize) -> f64 {
        let prior = self.prior_bits();
        let empty = Sums {
            classes: [0.0; CLASSES],
            levels: self
                .matching
                .iter()
                .map(|levels| vec![0.0; levels.len()])
                .collect(),
        };
        let sums = in_chunks(pairs, threads, |chunk| {
            let mut sums = empty.clone();
            for pattern in chunk {
                sums.add(pattern, prior, comparisons);
            }
            sums
        });
        let mut total = empty;
        for sum in sums {
            total.join(&sum);
        }
        let before = self.prior;
        self.prior = total.classes.map(|sum| sum / self.all_pairs);
        let [.., namesake] = &mut self.prior;
        *namesake = namesake.max(self.namesakes_min);
        self.rest_is_unrelated();
        let learned = self.matching.iter_mut().zip(&self.unrelated);
        for (((levels, unrelated), counts), comparison) in
            learned.zip(total.levels).zip(comparisons)
        {
            let believed = beliefs(comparison.field, unrelated);
            let with_belief = counts
                .iter()
                .zip(&believed)
                .map(|(count, belief)| count + belief * BELIEF_PAIRS);
            *levels = normalised(with_belief.collect());
        }
        let change = |(old, new): (f64, f64)| ((new - old) / old.max(0.5 / self.all_pairs)).abs();
        before
            .into_iter()
            .zip(self.prior)
            .map(change)
            .fold(0.0, f64::max)
    }
}

/// log2 probabilities of a level in every class from those among matches and unrelated pairs.
fn of_classes(field: Field, matching: f64, unrelated: f64) -> PerClass {
    let (household, twin, namesake) = match field {
        Field::Family => (matching, matching, matching),
        Field::Place | Field::Parent => (matching, matching, unrelated),
        Field::Date => (unrelated, matching, unrelated),
        Field::Given | Field::Further => (unrelated, unrelated, matching),
        // About a third of twins are identical and so of one sex (Weinberg 1902).
        Field::Sex => (unrelated, (2.0 * unrelated + matching) / 3.0, matching),
        Field::Identifier(_) | Field::File => (unrelated, unrelated, unrelated),
        Field::Text(_) | Field::Code(_) => {
            let between = (matching + unrelated) / 2.0;
            (between, between, unrelated)
        }
    };
    [matching, unrelated, household, twin, namesake].map(|share| share.max(1e-9).log2() as f32)
}

impl Sums {
    fn add(&mut self, pattern: &Pattern, prior: PerClass, comparisons: &[Comparison]) {
        let mut terms = [[0.0; CLASSES]; FIELDS_MAX];
        let classes = pair_classes(pattern, prior, comparisons, &mut terms);
        let most = classes.iter().copied().fold(f32::MIN, f32::max);
        let odds = classes.map(|bits| f64::from((bits - most).exp2()));
        let sum: f64 = odds.iter().sum();
        for (total, odds) in self.classes.iter_mut().zip(odds) {
            *total += pattern.stands_for * odds / sum;
        }
        let [matching, ..] = odds;
        let count = pattern.stands_for * matching / sum;
        for ((levels, level), term) in self.levels.iter_mut().zip(pattern.levels).zip(terms) {
            if let Some(slot) = levels.get_mut(usize::from(level))
                && is_match_without(classes, term)
            {
                *slot += count;
            }
        }
    }

    fn join(&mut self, other: &Self) {
        for (one, other) in self.classes.iter_mut().zip(other.classes) {
            *one += other;
        }
        for (one, other) in self
            .levels
            .iter_mut()
            .flatten()
            .zip(other.levels.iter().flatten())
        {
            *one += other;
        }
    }
}

/// Whether a pair is a match, rather than one of unrelated people, namesakes or a household, by its other fields.
fn is_match_without(classes: PerClass, term: PerClass) -> bool {
    let [matching, unrelated, household, _, namesake] = classes;
    let [own, own_unrelated, own_household, _, own_namesake] = term;
    let others = (unrelated - own_unrelated)
        .max(household - own_household)
        .max(namesake - own_namesake);
    matching - own - others >= WITNESS_BITS
}

/// log2 probability of a pair in every class, and what each field adds.
fn pair_classes(
    pattern: &Pattern,
    prior: PerClass,
    comparisons: &[Comparison],
    terms: &mut [PerClass],
) -> PerClass {
    let mut sums = prior;
    let outcomes = pattern.levels.iter().zip(pattern.rarities);
    for ((comparison, (level, rarity)), term) in comparisons.iter().zip(outcomes).zip(terms) {
        let weights = comparison
            .level(*level)
            .into_iter()
            .zip(comparison.rarity_counts());
        for ((sum, term), (weight, counts)) in sums.iter_mut().zip(term).zip(weights) {
            *term = weight + counts * rarity;
            *sum += *term;
        }
    }
    add_together(&mut sums, pattern.together);
    sums
}

fn bits_of(model: &Model, pattern: &Pattern) -> f32 {
    match_bits(pair_classes(
        pattern,
        model.prior_bits,
        &model.comparisons,
        &mut [[0.0; CLASSES]; FIELDS_MAX],
    ))
}

/// Works on chunks in threads; the results are in the order of chunks, whatever the threads.
fn in_chunks<T: Send>(
    pairs: &[Pattern],
    threads: usize,
    work: impl Fn(&[Pattern]) -> T + Sync,
) -> Vec<T> {
    const CHUNK: usize = 1 << 14;
    let chunks: Vec<&[Pattern]> = pairs.chunks(CHUNK).collect();
    let share = chunks.len().div_ceil(threads.max(1)).max(1);
    std::thread::scope(|scope| {
        let work = &work;
        let shares = chunks.chunks(share);
        let handles: Vec<_> = shares
            .map(|share| {
                scope.spawn(move || share.iter().map(|chunk| work(chunk)).collect::<Vec<T>>())
            })
            .collect();
        handles
            .into_iter()
            .filter_map(|handle| handle.join().ok())
            .flatten()
            .collect()
    })
}

/// The lowest bits from which on the expected share of wrong links stays within [`ERRORS_CERTAIN_MAX`].
fn certain_bits(model: &Model, pairs: &[Pattern]) -> f32 {
    let mut links: Vec<(f32, f64)> = pairs
        .iter()
        .map(|pattern| (bits_of(model, pattern), pattern.stands_for))
        .collect();
    links.retain(|(bits, _)| *bits > 0.0);
    links.sort_by(|one, other| other.0.total_cmp(&one.0));
    let (mut wrong, mut count, mut lowest) = (0.0_f64, 0.0_f64, 0.0_f32);
    for (bits, stands_for) in links {
        wrong += stands_for * f64::from(1.0 - probability(bits));
        count += stands_for;
        if wrong / count <= ERRORS_CERTAIN_MAX {
            lowest = bits;
        }
    }
    lowest
}
