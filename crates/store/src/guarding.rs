//! How far what waits behind a shield guards: as far as it is probable that it is of the child (F1).
//!
//! A row may be of a shielded child because it is like a row that waits. That one is of the child with a probability, and both are of one
//! child with another: what holds the row is the two together, by the same threshold as any other likeness. So whoever shares the child's
//! name does not hold their own namesakes, and those not theirs, until no child of that name is in the directory. Who is identical to what
//! waits is held with it, however improbable.

use directory::number::OtherNumber;
use directory::record::{Quarantined, Record};
use directory::statement::{Said, Statement};
use directory::text::{SupplierCode, SupplierKey};
use matching::link::Portrait;

use crate::matching_model::MatchingModel;
use crate::portrayed::{Spoken, named};

/// What waits behind a shield.
pub(crate) struct Waiting {
    pub(crate) portrait: Portrait,
    /// log2 of the probability that it is of the child, 0 where it is certain.
    pub(crate) log2_probability: f32,
}

/// What waits, on the way to be one of them.
struct Word<'r> {
    supplier: &'r SupplierCode,
    /// The supplier's own keys in its row.
    keys: Vec<&'r SupplierKey>,
    numbers: &'r [OtherNumber],
    /// `None`: it has no name, and only ties others to the child.
    portrait: Option<Portrait>,
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

/// What waits behind the shield of a record, with how probably it is of the child: certainly, where its own source restricts it or it has a
/// key or number that was said of the child; else by its likeness to what was ever said of the child, or by way of something else that
/// waits. What shares a supplier's key or a number with that is as probable.
pub(crate) fn waiting(record: &Record, own: &[Portrait], model: &MatchingModel) -> Vec<Waiting> {
    let widest = |one: &Portrait, other: &Portrait| {
        log2_probability_of(model.scales().weigh(one, other).widest_bits)
    };
    let mut words: Vec<Word<'_>> = Vec::with_capacity(record.quarantined.len());
    for quarantined in &record.quarantined {
        let mut word = Word::of(quarantined);
        if quarantined.is_restricted || record.statements.iter().any(|said| word.is_tied(said)) {
            word.log2_probability = 0.0;
        } else if let Some(portrait) = &word.portrait {
            let alike = own.iter().map(|own| widest(own, portrait));
            word.log2_probability = alike.fold(f32::NEG_INFINITY, f32::max);
        }
        words.push(word);
    }
    let least = log2_probability_of(model.thresholds().guarded_bits);
    let mut waiting = Vec::with_capacity(words.len());
    // The most probable next: by none of the others it is more probable.
    while let Some(place) = most_probable(&words) {
        let next = words.swap_remove(place);
        // Nothing is held by way of what is less probable than the threshold.
        let others = words.iter_mut().filter(|_| next.log2_probability >= least);
        for other in others.filter(|other| other.log2_probability < next.log2_probability) {
            let both = match (&next.portrait, &other.portrait) {
                _ if other.shares(&next) => 0.0,
                (Some(one), Some(other)) => widest(one, other),
                _ => f32::NEG_INFINITY,
            };
            let by_next = next.log2_probability + both;
            other.log2_probability = other.log2_probability.max(by_next);
        }
        let log2_probability = next.log2_probability;
        waiting.extend(next.portrait.map(|portrait| Waiting {
            portrait,
            log2_probability,
        }));
    }
    waiting
}

fn most_probable(words: &[Word<'_>]) -> Option<usize> {
    let each = words.iter().map(|word| word.log2_probability).enumerate();
    let most = each.max_by(|one, other| one.1.total_cmp(&other.1));
    most.map(|(place, _)| place)
}

impl<'r> Word<'r> {
    fn of(quarantined: &'r Quarantined) -> Word<'r> {
        let Statement { source, said, .. } = &quarantined.statement;
        let named = named(&quarantined.statement);
        Word {
            supplier: &source.supplier,
            keys: std::iter::once(&source.key)
                .chain(&quarantined.also)
                .collect(),
            numbers: numbers(said),
            portrait: named.and_then(|said| Spoken::of(said).portrait()),
            log2_probability: f32::NEG_INFINITY,
        }
    }

    /// Whether its supplier said something under a key of its row, or anybody one of its numbers.
    fn is_tied(&self, statement: &Statement) -> bool {
        let source = &statement.source;
        source.supplier == *self.supplier && self.keys.contains(&&source.key)
            || self.has_one_of(numbers(&statement.said))
    }

    /// Whether both have one supplier's own key, or a number.
    fn shares(&self, other: &Word<'_>) -> bool {
        let has_key = || self.keys.iter().any(|key| other.keys.contains(key));
        self.supplier == other.supplier && has_key() || self.has_one_of(other.numbers)
    }

    fn has_one_of(&self, numbers: &[OtherNumber]) -> bool {
        self.numbers.iter().any(|number| numbers.contains(number))
    }
}

fn numbers(said: &Said) -> &[OtherNumber] {
    match said {
        Said::Particulars(said) => &said.other_numbers,
        Said::Involvement(_) | Said::Sensitive(_) => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn f1_a_way_by_way_of_something_is_as_probable_as_both_together(
            bits in -200.0_f32..200.0,
            more in 0.0_f32..50.0,
            // Above, a probability is 1, as nearly as it is counted.
            by_way_of in -100.0_f32..16.0,
        ) {
            let log2_probability = log2_probability_of(by_way_of);
            let through = bits_through(bits, log2_probability);
            prop_assert!(!through.is_nan());
            // No more probable than either.
            prop_assert!(through <= bits + 0.1 && through <= by_way_of + 0.1);
            prop_assert!(bits_through(bits + more, log2_probability) >= through);
            let likelier = log2_probability_of(by_way_of + more);
            prop_assert!(bits_through(bits, likelier) >= through - 0.1);
            prop_assert!(bits_through(bits, 0.0).total_cmp(&bits).is_eq());
        }
    }

    #[test]
    fn f1_two_ways_of_one_in_eight_are_one_in_sixty_four() {
        let one_in_eight = (1.0_f32 / 7.0).log2();
        let through = bits_through(one_in_eight, log2_probability_of(one_in_eight));
        assert!(
            (through - (1.0_f32 / 63.0).log2()).abs() < 1e-4,
            "{through}"
        );
        let never = bits_through(20.0, f32::NEG_INFINITY);
        assert!(never.is_infinite() && never < 0.0);
    }
}
