//! Why a pair is or is not one person: one term for every field, in bits and in words.

use super::comparer::{Comparer, Noted};
use super::field::{CHANGE_BOTH, Field};
use super::layout::{ABSENT, FORMER_MAX, GIVEN_MAX, TOKEN_NUMBERS, at, slice_at, wide_at};
use super::lexicons::{Lexicons, Role};
use super::memory::Memory;
use super::model::{CLASSES, Class, Model, PerClass, match_bits, probability};
use super::odds::odds_words;
use super::rarity::Rarities;
use super::score::add_together;
use super::table::{Table, sex_of, source_of};
use super::value::{date_text, identifier_text, postcode_text};

/// What one field says about a pair.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// The field's name.
    pub field: String,
    /// The two values as compared: folded, packed; an address by how many words are known.
    pub compared: (String, String),
    /// The level of agreement, in words.
    pub level: &'static str,
    /// What the level adds, for a value of usual frequency.
    pub bits: f32,
    /// What the frequency of the value adds to that.
    pub frequency_bits: f32,
}

/// The whole of a pair.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// log2 of the odds that any pair of the kind it is compared with is one person, before anything is compared.
    pub prior_bits: f32,
    /// One term for every field, but for changes that did not happen; and one for names that go together, when they do.
    pub terms: Vec<Term>,
    /// What the remaining kinds of pairs, less probable than the one compared with, take away.
    pub others_bits: f32,
    /// The sum: log2 of the odds that the pair is one person.
    pub total_bits: f32,
    /// The same as a probability.
    pub probability: f32,
    /// What the pair most probably is, when it is not one person: the terms weigh against this.
    pub against: Class,
}

/// What is said of [`Comparer::together`].
const TOGETHER: &str = "go together more often than by chance";

const CLASS_ORDER: [Class; CLASSES] = [
    Class::Match,
    Class::Unrelated,
    Class::Household,
    Class::Twin,
    Class::Namesake,
];

/// Explains a pair of rows of a table.
#[must_use]
pub fn explain(table: &Table, model: &Model, left: u32, right: u32) -> Explanation {
    let rarities = Rarities::of(&table.lexicons);
    let comparer = Comparer::new(table, &rarities, None);
    let shown = Shown { table, own: None };
    explain_rows(
        &comparer,
        model,
        (table.row(left), table.row(right)),
        &shown,
    )
}

pub(crate) fn explain_rows(
    comparer: &Comparer<'_>,
    model: &Model,
    rows: (&[u32], &[u32]),
    shown: &Shown<'_>,
) -> Explanation {
    let mut memory = Memory::default();
    let mut sums = model.prior_bits;
    let mut noted = Noted::default();
    let comparisons = model.comparisons_for(&shown.table.sources);
    let mut outcomes = Vec::with_capacity(comparisons.len());
    for comparison in &comparisons {
        let outcome = comparer.outcome(comparison.field, rows, noted, &mut memory);
        noted.note(comparison.field, outcome.level);
        let counts = comparison.rarity_counts();
        let level = comparison.level(outcome.level);
        for ((sum, weight), counts) in sums.iter_mut().zip(level).zip(counts) {
            *sum += weight + counts * outcome.rarity;
        }
        outcomes.push((outcome, level, counts));
    }
    let before = sums;
    add_together(&mut sums, comparer.together(rows, noted));
    let place = most_probable_other(sums);
    let of = |classes: PerClass| classes.get(place).copied().unwrap_or(0.0);
    let [matching_prior, ..] = model.prior_bits;
    let [matching, ..] = sums;
    let terms = comparisons
        .iter()
        .zip(&outcomes)
        .filter(|(comparison, (outcome, ..))| {
            comparison.field != Field::Change || outcome.level == CHANGE_BOTH
        })
        .map(|(comparison, (outcome, level, counts))| {
            let [matching, ..] = *level;
            Term {
                field: comparison.name.clone(),
                compared: (
                    shown.value(comparison.field, rows.0),
                    shown.value(comparison.field, rows.1),
                ),
                level: comparison
                    .field
                    .levels()
                    .get(usize::from(outcome.level))
                    .copied()
                    .unwrap_or_default(),
                bits: matching - of(*level),
                frequency_bits: -of(*counts) * outcome.rarity,
            }
        });
    let together_bits = of(before) - of(sums);
    let together = (together_bits != 0.0).then(|| Term {
        field: "names".to_owned(),
        compared: (String::new(), String::new()),
        level: TOGETHER,
        bits: together_bits,
        frequency_bits: 0.0,
    });
    let total_bits = match_bits(sums);
    Explanation {
        prior_bits: matching_prior - of(model.prior_bits),
        terms: terms.chain(together).collect(),
        others_bits: total_bits - (matching - of(sums)),
        total_bits,
        probability: probability(total_bits),
        against: CLASS_ORDER.get(place).copied().unwrap_or(Class::Unrelated),
    }
}

/// Place of the most probable class that is not a match.
fn most_probable_other(sums: PerClass) -> usize {
    let others = sums.iter().enumerate().skip(1);
    others
        .max_by(|one, other| one.1.total_cmp(other.1).then(other.0.cmp(&one.0)))
        .map_or(1, |(place, _)| place)
}

/// Turns the values of rows back into text.
pub(crate) struct Shown<'a> {
    pub(crate) table: &'a Table,
    pub(crate) own: Option<&'a Lexicons>,
}

impl Shown<'_> {
    fn value(&self, field: Field, row: &[u32]) -> String {
        let layout = &self.table.layout;
        match field {
            Field::File => {
                let source = self.table.sources.get(usize::from(source_of(layout, row)));
                source.map_or_else(String::new, |source| source.name.clone())
            }
            Field::Given => self.word(Role::Given, at(row, layout.given)),
            Field::Further => {
                let names = slice_at(row, layout.given, GIVEN_MAX).iter().skip(1);
                joined(names.map(|name| self.word(Role::Given, *name)), " ")
            }
            Field::Family => {
                let names = slice_at(row, layout.former, FORMER_MAX);
                let former = joined(
                    names.iter().map(|name| self.word(Role::Family, *name)),
                    ", ",
                );
                let family = self.word(Role::Family, at(row, layout.family));
                if former.is_empty() {
                    family
                } else {
                    format!("{family} (also {former})")
                }
            }
            Field::Date => date_text(at(row, layout.date)),
            Field::Place => {
                let postcode = postcode_text(wide_at(row, layout.postcode));
                let address = tokens(slice_at(row, layout.address, TOKEN_NUMBERS), "address");
                joined([postcode, address].into_iter(), ", ")
            }
            Field::Change => String::new(),
            Field::Sex => match sex_of(layout, row) {
                1 => "male".to_owned(),
                2 => "female".to_owned(),
                _ => String::new(),
            },
            Field::Parent => tokens(slice_at(row, layout.parent, TOKEN_NUMBERS), "names"),
            Field::Text(column) | Field::Code(column) => {
                let place = layout.free.get(column).copied().unwrap_or(ABSENT);
                self.word(Role::Free(column), at(row, place))
            }
            Field::Identifier(column) => {
                let place = layout.identifiers.get(column).copied().unwrap_or(ABSENT);
                identifier_text(wide_at(row, place))
            }
        }
    }

    fn word(&self, role: Role, symbol: u32) -> String {
        let own = symbol & super::comparer::OWN != 0;
        let lexicons = if own {
            self.own
        } else {
            Some(&self.table.lexicons)
        };
        let words = lexicons.and_then(|lexicons| lexicons.words(role));
        let spelling = words.map_or("", |words| words.text(symbol & !super::comparer::OWN));
        spelling
            .split('|')
            .next_back()
            .unwrap_or_default()
            .to_owned()
    }
}

fn joined(parts: impl Iterator<Item = String>, between: &str) -> String {
    parts
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(between)
}

/// An address is kept as numbers of its words only.
fn tokens(numbers: &[u32], what: &str) -> String {
    let words = numbers
        .iter()
        .flat_map(|number| [number & 0xffff, number >> 16])
        .filter(|hash| *hash != 0);
    match words.count() {
        0 => String::new(),
        count => format!("{what} of {count} words"),
    }
}

impl Explanation {
    /// The explanation in words, a line each: strongest first.
    #[must_use]
    pub fn words(&self) -> String {
        let mut lines = vec![
            format!(
                "{} ({:+.1} bits)",
                odds_words(self.total_bits),
                self.total_bits
            ),
            format!(
                "{:+.1} bits to begin with: {}",
                self.prior_bits,
                against_words(self.against)
            ),
        ];
        let mut terms: Vec<&Term> = self
            .terms
            .iter()
            .filter(|term| term.level != "missing")
            .collect();
        terms.sort_by(|one, other| {
            let size = |term: &Term| (term.bits + term.frequency_bits).abs();
            size(other).total_cmp(&size(one))
        });
        lines.extend(terms.into_iter().map(term_words));
        let silent: Vec<&str> = self
            .terms
            .iter()
            .filter(|term| term.level == "missing")
            .map(|term| term.field.as_str())
            .collect();
        if !silent.is_empty() {
            lines.push(format!(
                "not compared, because one of the records does not say: {}",
                silent.join(", ")
            ));
        }
        lines.push(format!(
            "{:+.1} bits because the pair could be something else again",
            self.others_bits
        ));
        lines.join("\n")
    }
}

fn term_words(term: &Term) -> String {
    let frequency = match term.frequency_bits {
        bits if bits > 0.5 => format!(", {bits:+.1} of it because it is rare"),
        bits if bits < -0.5 => format!(", {bits:+.1} of it because it is common"),
        _ => String::new(),
    };
    let (left, right) = (&term.compared.0, &term.compared.1);
    if left.is_empty() && right.is_empty() {
        return format!("{:+.1} bits {}: {}", term.bits, term.field, term.level);
    }
    let compared = if left == right {
        left.clone()
    } else {
        format!("{left} / {right}")
    };
    format!(
        "{:+.1} bits {}: {} ({compared}{frequency})",
        term.bits + term.frequency_bits,
        term.field,
        term.level
    )
}

/// What the terms of an explanation weigh against, in words.
#[must_use]
pub fn against_words(class: Class) -> &'static str {
    match class {
        Class::Match => "one person",
        Class::Unrelated => "weighed against two people who have nothing to do with one another",
        Class::Household => "weighed against two people of one household, such as siblings",
        Class::Twin => {
            "weighed against two people of one household born the same day, such as twins"
        }
        Class::Namesake => "weighed against two people of the same name",
    }
}
