//! Weighs two portraits by a model: what they are to one another, and why.

use super::abreast::Abreast;
use super::cluster::is_household;
use super::comparer::{Noted, Outcome};
use super::explain::{Explanation, Term};
use super::field::{CHANGE_BOTH, FAMILY_DIFFERENT, Field, GIVEN_DIFFERENT, SAME};
use super::frequencies::Frequencies;
use super::layout::TOKEN_NUMBERS;
use super::model::{CLASSES, Class, Model, PerClass, match_bits, probability};
use super::portrait::{Portrait, Written};
use super::value::{date_text, identifier_text, postcode_text};

/// Date levels from which two dates are of two days: more than a slip apart.
const DATE_DIFFERENT_FROM: u8 = 8;
const CLASS_ORDER: [Class; CLASSES] = [
    Class::Match,
    Class::Unrelated,
    Class::Household,
    Class::Twin,
    Class::Namesake,
];

/// A model with the frequencies of names, for records that are in no table.
#[derive(Clone, Debug, PartialEq)]
pub struct Scales {
    model: Model,
    frequencies: Frequencies,
}

/// What two records are to one another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weighed {
    /// log2 of the odds that they are of one person.
    pub bits: f32,
    /// The most that can be said for it: were a twin no other person, identifiers that differ no evidence, and a name or date that is
    /// nearly the same nothing that speaks against it, however rare such slips were in what the model was learned from. For a
    /// person who must not be missed, and who may have been given another name or number.
    pub widest_bits: f32,
    /// Whether they are more probably two people of one household.
    pub is_household: bool,
    /// Whether the given names have nothing in common.
    pub given_differs: bool,
    /// Whether the family names, former ones included, have nothing in common.
    pub family_differs: bool,
    /// Whether the dates are more than a slip apart.
    pub date_differs: bool,
}

impl Scales {
    /// Scales for a population of so many persons. A model learned from few people expects to find nearly everybody it meets; in a
    /// large population another of the same name and day is likelier. Prior odds of a match, a household and twins are those of
    /// one among so many.
    #[must_use]
    pub fn new(mut model: Model, frequencies: Frequencies, population: u64) -> Self {
        let [matching, _, household, twin, _] = &mut model.prior_bits;
        let shift = -(population.max(1) as f32).log2() - *matching;
        *matching += shift;
        *household += shift;
        *twin += shift;
        Self { model, frequencies }
    }

    /// Weighs two records. Symmetric.
    #[must_use]
    pub fn weigh(&self, one: &Portrait, other: &Portrait) -> Weighed {
        let mut sums = self.model.prior_bits;
        let mut widest = sums;
        let mut weighed = Weighed {
            bits: 0.0,
            widest_bits: 0.0,
            is_household: false,
            given_differs: false,
            family_differs: false,
            date_differs: false,
        };
        self.compare(one, other, |place, outcome| {
            let Some(comparison) = self.model.comparisons.get(place) else {
                return;
            };
            let level = comparison.level(outcome.level);
            let counts = comparison.rarity_counts();
            let rarity = counts.map(|counts| counts * outcome.rarity);
            add(&mut sums, level, rarity);
            add(
                &mut widest,
                widened(comparison.field, outcome.level, level),
                rarity,
            );
            match comparison.field {
                Field::Given => weighed.given_differs = outcome.level == GIVEN_DIFFERENT,
                Field::Family => weighed.family_differs = outcome.level == FAMILY_DIFFERENT,
                Field::Date => weighed.date_differs = outcome.level >= DATE_DIFFERENT_FROM,
                _ => {}
            }
        });
        let [matching, unrelated, household, twin, namesake] = widest;
        weighed.bits = match_bits(sums);
        weighed.widest_bits =
            log2_sum([matching, twin, f32::MIN]) - log2_sum([unrelated, household, namesake]);
        weighed.widest_bits = weighed.widest_bits.max(weighed.bits);
        weighed.is_household = is_household(sums);
        weighed
    }

    /// Why two records are or are not of one person; `one` is shown first. The total is [`Weighed::bits`].
    #[must_use]
    pub fn explain(&self, one: &Portrait, other: &Portrait) -> Explanation {
        let mut outcomes = Vec::with_capacity(self.model.comparisons.len());
        self.compare(one, other, |_, outcome| outcomes.push(outcome));
        let mut sums = self.model.prior_bits;
        let weights = |place: usize, outcome: &Outcome| {
            let comparison = self.model.comparisons.get(place);
            comparison.map_or(([0.0; CLASSES], [0.0; CLASSES]), |comparison| {
                let rarity = comparison.rarity_counts();
                (
                    comparison.level(outcome.level),
                    rarity.map(|counts| counts * outcome.rarity),
                )
            })
        };
        for (place, outcome) in outcomes.iter().enumerate() {
            let (level, rarity) = weights(place, outcome);
            add(&mut sums, level, rarity);
        }
        let against = most_probable_other(sums);
        let of = |classes: PerClass| classes.get(against).copied().unwrap_or(0.0);
        let [matching_prior, ..] = self.model.prior_bits;
        let [matching, ..] = sums;
        let terms = self.model.comparisons.iter().zip(&outcomes).enumerate();
        let terms = terms.filter(|(_, (comparison, outcome))| {
            comparison.field != Field::Change || outcome.level == CHANGE_BOTH
        });
        let terms = terms.map(|(place, (comparison, outcome))| {
            let (level, rarity) = weights(place, outcome);
            let [matching, ..] = level;
            let words = comparison.field.levels();
            Term {
                field: comparison.name.clone(),
                compared: (shown(one, comparison.field), shown(other, comparison.field)),
                level: words
                    .get(usize::from(outcome.level))
                    .copied()
                    .unwrap_or_default(),
                bits: matching - of(level),
                frequency_bits: -of(rarity),
            }
        });
        let total_bits = match_bits(sums);
        Explanation {
            prior_bits: matching_prior - of(self.model.prior_bits),
            terms: terms.collect(),
            others_bits: total_bits - (matching - of(sums)),
            total_bits,
            probability: probability(total_bits),
            against: CLASS_ORDER
                .get(against)
                .copied()
                .unwrap_or(Class::Unrelated),
        }
    }

    /// The model, its prior that of the population.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The frequencies.
    #[must_use]
    pub fn frequencies(&self) -> &Frequencies {
        &self.frequencies
    }

    fn compare(&self, one: &Portrait, other: &Portrait, mut each: impl FnMut(usize, Outcome)) {
        let abreast = Abreast {
            one,
            other,
            frequencies: &self.frequencies,
        };
        let mut noted = Noted::default();
        for (place, comparison) in self.model.comparisons.iter().enumerate() {
            let outcome = abreast.outcome(comparison.field, noted);
            noted.note(comparison.field, outcome.level);
            each(place, outcome);
        }
    }
}

/// What a level adds where the most is wanted that can be said for a match.
fn widened(field: Field, level: u8, weights: PerClass) -> PerClass {
    let [matching, unrelated, ..] = weights;
    let is_near = match field {
        Field::Identifier(_) if level != SAME => return [0.0; CLASSES],
        Field::Given => level != GIVEN_DIFFERENT,
        Field::Family => level != FAMILY_DIFFERENT,
        Field::Date => level < DATE_DIFFERENT_FROM,
        _ => false,
    };
    let mut widened = weights;
    if let (true, [first, ..]) = (is_near, &mut widened) {
        *first = matching.max(unrelated);
    }
    widened
}

fn add(sums: &mut PerClass, level: PerClass, rarity: PerClass) {
    for ((sum, weight), rarity) in sums.iter_mut().zip(level).zip(rarity) {
        *sum += weight + rarity;
    }
}

fn log2_sum(classes: [f32; 3]) -> f32 {
    let most = classes.into_iter().fold(f32::MIN, f32::max);
    let sum: f32 = classes.into_iter().map(|class| (class - most).exp2()).sum();
    most + sum.log2()
}

/// Place of the most probable class that is not a match.
fn most_probable_other(sums: PerClass) -> usize {
    let others = sums.iter().enumerate().skip(1);
    others
        .max_by(|one, other| one.1.total_cmp(other.1).then(other.0.cmp(&one.0)))
        .map_or(1, |(place, _)| place)
}

/// A value of a portrait as text.
fn shown(portrait: &Portrait, field: Field) -> String {
    let text = |name: &Written| {
        let words: Vec<&str> = name
            .name
            .part_words()
            .map(|word| word.text.as_str())
            .collect();
        words.join(" ")
    };
    let of = |name: Option<&Written>| name.map(text).unwrap_or_default();
    match field {
        Field::Given => of(portrait.given.first()),
        Field::Further => {
            let further: Vec<String> = portrait.given.iter().skip(1).map(text).collect();
            further.join(" ")
        }
        Field::Family => {
            let former: Vec<String> = portrait.former.iter().map(text).collect();
            let family = of(portrait.family.as_ref());
            if former.is_empty() {
                family
            } else {
                format!("{family} (also {})", former.join(", "))
            }
        }
        Field::Date => date_text(portrait.date),
        Field::Place => {
            let known = [
                postcode_text(portrait.postcode),
                counted(&portrait.address, "address"),
            ];
            let known: Vec<String> = known.into_iter().filter(|part| !part.is_empty()).collect();
            known.join(", ")
        }
        Field::Sex => match portrait.sex {
            1 => "male".to_owned(),
            2 => "female".to_owned(),
            _ => String::new(),
        },
        Field::File | Field::Change => String::new(),
        Field::Parent => counted(&portrait.parent, "names"),
        Field::Text(column) | Field::Code(column) => {
            of(portrait.free.get(column).and_then(Option::as_ref))
        }
        Field::Identifier(column) => {
            identifier_text(portrait.identifiers.get(column).copied().unwrap_or(0))
        }
    }
}

/// An address is kept as numbers of its words only.
fn counted(numbers: &[u32; TOKEN_NUMBERS], what: &str) -> String {
    let halves = numbers
        .iter()
        .flat_map(|number| [number & 0xffff, number >> 16]);
    match halves.filter(|hash| *hash != 0).count() {
        0 => String::new(),
        count => format!("{what} of {count} words"),
    }
}
