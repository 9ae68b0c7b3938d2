//! Learns a model from the file itself: expectation and maximisation over sampled pairs.
//!
//! Dempster, Laird and Rubin (1977), as Winkler (1988) and Jaro (1989) apply it to linkage. Classes are latent. For
//! unrelated pairs the probabilities of levels are those of random pairs (Jaro's `u`), fixed; what is known of matches is
//! left out of these where it counts, and all learned anew. Household and twin pairs
//! are described by these two: what a household shares – family name, place, parents – agrees as for matches, what
//! it does not – given names, sex, identifiers – as for unrelated pairs, and the date as for unrelated pairs or, for
//! twins, for matches; what namesakes share is their names and sex. So only the matches' probabilities and the classes' shares are learned, from pairs of all passes
//! together, each pair once. A field is learned from pairs that are matches by their *other* fields: left to itself, the
//! most numerous class with two fields in common – namesakes – would be taken for matches whose date is always wrong.
//! Pairs outside every pass are taken for unrelated: no correction is needed for the keys by
//! which pairs were found, because the share of a class is that among *all* pairs, of which those found are merely all
//! that are probable.

use super::belief::{BELIEF_PAIRS, beliefs, normalised};
use super::field::{CHANGE_BOTH, FAMILY_DIFFERENT, FIELDS_MAX, Field, PLACE_OTHER, SAME};
use super::model::{CLASSES, Comparison, PerClass};
use super::sample::Pattern;
use super::score::add_together;
use super::unrelated::{namesakes_min, without_matches};

/// Bits for a match that the other fields must give for a pair to tell of a field.
const WITNESS_BITS: f32 = 6.0;

/// Bits that a change of both name and place is more probable than of each, at most.
const CHANGE_BITS_MAX: f32 = 6.0;

/// Share of pairs of a household, at least, of which one bears the given name of the other by mistake.
const NAME_OF_ANOTHER: f64 = 0.005;

/// Relative change of what is known of unrelated pairs, from which on it is worth learning anew.
const UNRELATED_CHANGE_MIN: f64 = 0.02;

/// Matches a record has, and pairs of household, twins and namesakes, to begin with.
const PAIRS_FIRST: [f64; 4] = [0.5, 0.5, 0.02, 0.5];

/// What is being learned.
pub(crate) struct Learning {
    pub(crate) all_pairs: f64,
    /// Share of pairs of the same names by chance: of namesakes there are no fewer, however few the passes find.
    pub(crate) namesakes_min: f64,
    /// And no more: none where nothing but names is known. Nothing but rarity tells namesakes from matches then, and those
    /// who share names by chance are among the unrelated already, by how rare the names are.
    pub(crate) namesakes_max: f64,
    pub(crate) prior: [f64; CLASSES],
    pub(crate) matching: Vec<Vec<f64>>,
    pub(crate) unrelated: Vec<Vec<f64>>,
    /// Of given names, among members of one household: no two are called the same, but parents give like names.
    pub(crate) household: Vec<Vec<f64>>,
}

/// Sums of one round.
#[derive(Clone)]
struct Sums {
    classes: [f64; CLASSES],
    levels: Vec<Vec<f64>>,
    household: Vec<Vec<f64>>,
}

impl Learning {
    pub(crate) fn begin(&mut self, rows: f64) {
        let [matching, household, twin, namesake] =
            PAIRS_FIRST.map(|pairs| pairs * rows / self.all_pairs);
        let namesake = namesake.min(self.namesakes_max);
        self.prior = [matching, 0.0, household, twin, namesake];
        self.rest_is_unrelated();
    }

    fn rest_is_unrelated(&mut self) {
        let [matching, unrelated, household, twin, namesake] = &mut self.prior;
        *unrelated = (1.0 - *matching - *household - *twin - *namesake).max(0.1);
    }

    pub(crate) fn prior_bits(&self) -> PerClass {
        self.prior
            .map(|share| share.max(0.5 / self.all_pairs).log2() as f32)
    }

    /// Leaves matches, as far as they are known by now, out of the random pairs by which unrelated ones are described.
    /// Whether that changes them by anything that counts.
    pub(crate) fn leave_out_matches(
        &mut self,
        random: &[Vec<f64>],
        comparisons: &[Comparison],
    ) -> bool {
        let [share, ..] = self.prior;
        let fields = random.iter().zip(&self.matching).zip(comparisons);
        let left = fields.map(|((random, matching), comparison)| {
            let mixed = (share, self.all_pairs);
            without_matches(comparison.field, random, matching, mixed)
        });
        let left: Vec<Vec<f64>> = left.collect();
        let both = left.iter().flatten().zip(self.unrelated.iter().flatten());
        let is_change = |(new, old): (&f64, &f64)| (new - old).abs() > old * UNRELATED_CHANGE_MIN;
        let is_changed = both.into_iter().any(is_change);
        if is_changed {
            self.namesakes_min = namesakes_min(comparisons, &left);
            self.unrelated = left;
        }
        is_changed
    }

    /// Writes the current probabilities into comparisons.
    pub(crate) fn write(&self, comparisons: &mut [Comparison]) {
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
        super::order::keep_given_with_sex(comparisons);
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
    pub(crate) fn round(
        &mut self,
        pairs: &[Pattern],
        comparisons: &[Comparison],
        threads: usize,
    ) -> f64 {
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
            let mut terms = [[0.0; CLASSES]; FIELDS_MAX];
            for pattern in chunk {
                sums.add(pattern, (prior, comparisons), &mut terms);
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
        *namesake = namesake.max(self.namesakes_min).min(self.namesakes_max);
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
    /// `terms` is room to work in.
    fn add(
        &mut self,
        pattern: &Pattern,
        (prior, comparisons): (PerClass, &[Comparison]),
        terms: &mut [PerClass],
    ) {
        let classes = pair_classes(pattern, prior, comparisons, terms);
        let most = classes.iter().copied().fold(f32::MIN, f32::max);
        let odds = classes.map(|bits| f64::from((bits - most).exp2()));
        let sum: f64 = odds.iter().sum();
        for (total, odds) in self.classes.iter_mut().zip(odds) {
            *total += pattern.stands_for * odds / sum;
        }
        own_of_change(terms, comparisons);
        let [matching, _, household, ..] = odds;
        let count = pattern.stands_for * matching / sum;
        let count_household = pattern.stands_for * household / sum;
        let sums = self.levels.iter_mut().zip(&mut self.household);
        for (((levels, of_household), level), term) in sums.zip(pattern.levels).zip(terms.iter()) {
            if let Some(slot) = levels.get_mut(usize::from(level))
                && is_match_without(classes, *term)
            {
                *slot += count;
            }
            if let Some(slot) = of_household.get_mut(usize::from(level))
                && is_household_without(classes, *term)
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
pub(crate) fn pair_classes(
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
