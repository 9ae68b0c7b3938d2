//! How far what waits behind a shield guards: as far as it is probable that it is of the child (F1).
//!
//! A row may be of a shielded child because it is like a row that waits. That one is of the child with a probability, and both are of one
//! child with another: what holds the row is the two together, by the same threshold as any other likeness. So whoever shares the child's
//! name does not hold their own namesakes, and those not theirs, until no child of that name is in the directory.

use directory::number::OtherNumber;
use directory::record::{Quarantined, Record};
use directory::statement::{Said, Source};
use matching::link::{Portrait, Scales};

use crate::portrayed::{Spoken, named};

/// What waits behind a shield.
pub(crate) struct Waiting {
    pub(crate) portrait: Portrait,
    /// log2 of the probability that it is of the child, 0 where it is certain.
    pub(crate) log2_probability: f32,
}

/// A word on its way to be one of them.
struct Word<'r> {
    source: &'r Source,
    numbers: &'r [OtherNumber],
    portrait: Portrait,
    /// Its own source restricts it.
    is_certain: bool,
    log2_probability: f32,
}

/// log2 of the odds that a row is of the child by way of something that is of the child with a probability (its log2).
pub(crate) fn bits_through(bits: f32, log2_probability: f32) -> f32 {
    if log2_probability >= 0.0 {
        return bits;
    }
    let log2_both = log2_probability + log2_probability_of(bits);
    log2_both - (1.0 - log2_both.exp2()).log2()
}

/// log2 of the probability that has so many bits as odds.
fn log2_probability_of(bits: f32) -> f32 {
    -(1.0 + (-bits).exp2()).log2()
}

/// What waits behind the shield of a record, with how probably it is of the child: by its likeness to what was ever said of the child, or
/// to something else that waits and is of the child by that. What shares a supplier's key or a number is as probable as that.
pub(crate) fn waiting(record: &Record, own: &[Portrait], scales: &Scales) -> Vec<Waiting> {
    let widest = |one: &Portrait, other: &Portrait| {
        log2_probability_of(scales.weigh(one, other).widest_bits)
    };
    let mut words: Vec<Word<'_>> = record.quarantined.iter().filter_map(Word::of).collect();
    for word in &mut words {
        let alike = own.iter().map(|own| widest(own, &word.portrait));
        word.log2_probability = match word.is_certain || word.is_said_in(record) {
            true => 0.0,
            false => alike.fold(f32::NEG_INFINITY, f32::max),
        };
    }
    let mut waiting = Vec::with_capacity(words.len());
    // The most probable next: by no other it is more probable.
    while let Some(place) = most_probable(&words) {
        let next = words.swap_remove(place);
        for word in &mut words {
            if next.log2_probability <= word.log2_probability {
                continue;
            }
            let both = match word.shares(&next) {
                true => 0.0,
                false => widest(&next.portrait, &word.portrait),
            };
            let by_next = next.log2_probability + both;
            word.log2_probability = word.log2_probability.max(by_next);
        }
        waiting.push(Waiting {
            portrait: next.portrait,
            log2_probability: next.log2_probability,
        });
    }
    waiting
}

fn most_probable(words: &[Word<'_>]) -> Option<usize> {
    let places = words.iter().enumerate();
    let most = places
        .max_by(|(_, one), (_, other)| one.log2_probability.total_cmp(&other.log2_probability));
    most.map(|(place, _)| place)
}

impl<'r> Word<'r> {
    /// `None`: it has no name.
    fn of(quarantined: &'r Quarantined) -> Option<Word<'r>> {
        let said = named(&quarantined.statement)?;
        Some(Word {
            source: &quarantined.statement.source,
            numbers: &said.other_numbers,
            portrait: Spoken::of(said).portrait()?,
            is_certain: quarantined.is_restricted,
            log2_probability: f32::NEG_INFINITY,
        })
    }

    /// Whether it is certainly of the child: its supplier's own key, or a number of it, was said of the child.
    fn is_said_in(&self, record: &Record) -> bool {
        record.statements.iter().any(|statement| {
            let numbers = match &statement.said {
                Said::Particulars(said) => said.other_numbers.as_slice(),
                Said::Involvement(_) | Said::Sensitive(_) => &[],
            };
            statement.source == *self.source || self.has_one_of(numbers)
        })
    }

    /// Whether both have one supplier's own key, or a number.
    fn shares(&self, other: &Word<'_>) -> bool {
        self.source == other.source || self.has_one_of(other.numbers)
    }

    fn has_one_of(&self, numbers: &[OtherNumber]) -> bool {
        self.numbers.iter().any(|number| numbers.contains(number))
    }
}
