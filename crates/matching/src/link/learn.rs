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
use super::field::{
    ADDRESS_LEVELS, CHANGE_BOTH, FAMILY_DIFFERENT, FIELDS_MAX, Field, PLACE_OTHER, SAME,
    SEX_OF_NAME, file_level,
};
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
/// Wrong links that are counted for each expected one: what dependence is left makes a model bolder than the truth, by
/// one and a half to twice where it was measured (docs/matching.md).
const ERRORS_FOR_EXPECTED: f64 = 2.0;
/// Bits for a match that the other fields must give for a pair to tell of a field.
const WITNESS_BITS: f32 = 6.0;
/// Bits that a change of both name and place is more probable than of each, at most.
const CHANGE_BITS_MAX: f32 = 6.0;
/// Share of pairs of a household, at least, of which one bears the given name of the other by mistake.
const NAME_OF_ANOTHER: f64 = 0.005;
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
        household: of_household(&comparisons, &unrelated),
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
        Field::Change => vec![0.0, 0.97, 0.03],
        Field::Sex => vec![0.0, 0.985, 0.015, 0.985, 0.015],
        Field::Parent => vec![0.0, 0.7, 0.15, 0.1, 0.05],
        Field::Text(_) => vec![0.0, 0.7, 0.08, 0.06, 0.03, 0.13],
        Field::Code(_) => vec![0.0, 0.8, 0.05, 0.15],
        Field::Identifier(_) => vec![0.0, 0.975, 0.015, 0.01],
    };
    normalised(field, shares)
}

/// Shares that sum to one; those of sex by themselves with one given name and with two.
fn normalised(field: Field, mut shares: Vec<f64>) -> Vec<f64> {
    let size = match field {
        Field::Sex => usize::from(SEX_OF_NAME),
        _ => shares.len().max(1),
    };
    let known = shares.get_mut(1..).unwrap_or_default();
    for part in known.chunks_mut(size) {
        let sum: f64 = part.iter().sum();
        if sum > 0.0 {
            part.iter_mut().for_each(|share| *share /= sum);
        }
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
        let known = normalised(comparison.field, std::mem::take(share));
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

/// What is believed of a household's members: their sexes differ as those of strangers do, and when their given names
/// are the same one is written wrongly, so that the sex is as for any two.
fn of_household(comparisons: &[Comparison], unrelated: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let shares = comparisons.iter().zip(unrelated);
    shares
        .map(
            |(comparison, shares)| match (comparison.field, shares.as_slice()) {
                (Field::Sex, [missing, same, different, ..]) => {
                    vec![*missing, *same, *different, *same, *different]
                }
                _ => shares.clone(),
            },
        )
        .collect()
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
    /// Of given names, among members of one household: no two are called the same, but parents give like names.
    household: Vec<Vec<f64>>,
}

/// Sums of one round.
#[derive(Clone)]
struct Sums {
    classes: [f64; CLASSES],
    levels: Vec<Vec<f64>>,
    household: Vec<Vec<f64>>,
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
        let shares = self
            .matching
            .iter()
            .zip(&self.unrelated)
            .zip(&self.household);
        for (comparison, ((matching, unrelated), household)) in comparisons.iter_mut().zip(shares) {
            let field = comparison.field;
            let levels = matching.iter().zip(unrelated).zip(household).enumerate();
            comparison.levels = levels
                .map(|(level, ((matching, unrelated), household))| {
                    if level == 0 {
                        [0.0; CLASSES]
                    } else {
                        of_classes(field, *matching, *unrelated, *household)
                    }
                })
                .collect();
            super::order::keep_order(comparison);
        }
        let together = self.change_bits(comparisons);
        if let Some(change) = comparisons.iter_mut().find(|it| it.field == Field::Change) {
            change.levels = vec![[0.0; CLASSES]; change.levels.len()];
            for [matching, ..] in change.levels.iter_mut().skip(usize::from(CHANGE_BOTH)) {
                *matching = together;
            }
        }
    }

    /// log2 of how much more often matches change name and place together than each by itself would have it.
    fn change_bits(&self, comparisons: &[Comparison]) -> f32 {
        let share = |field: Field, level: u8| {
            let place = comparisons.iter().position(|it| it.field == field);
            let shares = place.and_then(|place| self.matching.get(place));
            let share = shares.and_then(|shares| shares.get(usize::from(level)));
            share.copied().unwrap_or(0.0)
        };
        let places: f64 = PLACE_OTHER
            .iter()
            .map(|level| share(Field::Place, *level))
            .sum();
        let apart = share(Field::Family, FAMILY_DIFFERENT) * places;
        let together = share(Field::Change, CHANGE_BOTH) / apart.max(f64::MIN_POSITIVE);
        (together.log2() as f32).clamp(0.0, CHANGE_BITS_MAX)
    }

    /// One round; returns the largest relative change of a class's share.
    fn round(&mut self, pairs: &[Pattern], comparisons: &[Comparison], threads: usize) -> f64 {
        let prior = self.prior_bits();
        let none: Vec<Vec<f64>> = self
            .matching
            .iter()
            .map(|levels| vec![0.0; levels.len()])
            .collect();
        let empty = Sums {
            classes: [0.0; CLASSES],
            levels: none.clone(),
            household: none,
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
            *levels = normalised(comparison.field, with_belief.collect());
        }
        let learned = self.household.iter_mut().zip(&self.unrelated);
        for (((levels, unrelated), counts), comparison) in
            learned.zip(total.household).zip(comparisons)
        {
            if matches!(comparison.field, Field::Given | Field::Further) {
                let with_belief = counts
                    .iter()
                    .zip(unrelated)
                    .map(|(count, belief)| count + belief * BELIEF_PAIRS);
                *levels = normalised(comparison.field, with_belief.collect());
                if comparison.field == Field::Given
                    && let Some(same) = levels.get_mut(usize::from(SAME))
                {
                    *same = same.max(NAME_OF_ANOTHER);
                }
            }
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
fn of_classes(field: Field, matching: f64, unrelated: f64, household: f64) -> PerClass {
    let (household, twin, namesake) = match field {
        Field::Family => (matching, matching, matching),
        Field::Place | Field::Parent => (matching, matching, unrelated),
        Field::Date => (unrelated, matching, unrelated),
        Field::Given | Field::Further => (household, household, matching),
        // About a third of twins are identical and so of one sex (Weinberg 1902).
        Field::Sex => (household, (2.0 * household + matching) / 3.0, matching),
        Field::Identifier(_) | Field::File | Field::Change => (unrelated, unrelated, unrelated),
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
        own_of_change(&mut terms, comparisons);
        let [matching, _, household, ..] = odds;
        let count = pattern.stands_for * matching / sum;
        let count_household = pattern.stands_for * household / sum;
        let sums = self.levels.iter_mut().zip(&mut self.household);
        for (((levels, of_household), level), term) in sums.zip(pattern.levels).zip(terms) {
            if let Some(slot) = levels.get_mut(usize::from(level))
                && is_match_without(classes, term)
            {
                *slot += count;
            }
            if let Some(slot) = of_household.get_mut(usize::from(level))
                && is_household_without(classes, term)
            {
                *slot += count_household;
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
        let household = self.household.iter_mut().flatten();
        for (one, other) in household.zip(other.household.iter().flatten()) {
            *one += other;
        }
    }
}

/// What is left out to learn of changes: name and place as well, which say the same.
fn own_of_change(terms: &mut [PerClass], comparisons: &[Comparison]) {
    let depends = |field| matches!(field, Field::Family | Field::Place | Field::Change);
    let mut sum = [0.0; CLASSES];
    for (term, _) in terms
        .iter()
        .zip(comparisons)
        .filter(|(_, it)| depends(it.field))
    {
        for (sum, term) in sum.iter_mut().zip(term) {
            *sum += term;
        }
    }
    let change = comparisons.iter().position(|it| it.field == Field::Change);
    if let Some(term) = change.and_then(|place| terms.get_mut(place)) {
        *term = sum;
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

/// Whether a pair is of one household, rather than a match or of strangers, by its other fields.
fn is_household_without(classes: PerClass, term: PerClass) -> bool {
    let [matching, unrelated, household, _, namesake] = classes;
    let [own_matching, own_unrelated, own, _, own_namesake] = term;
    let others = (matching - own_matching)
        .max(unrelated - own_unrelated)
        .max(namesake - own_namesake);
    household - own - others >= WITNESS_BITS
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
        wrong += stands_for * ERRORS_FOR_EXPECTED * f64::from(1.0 - probability(bits));
        count += stands_for;
        if wrong / count <= ERRORS_CERTAIN_MAX {
            lowest = bits;
        }
    }
    lowest
}
