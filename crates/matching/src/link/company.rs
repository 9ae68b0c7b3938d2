//! Which names keep company: how much more often values stand together in one record than each by itself would have it.
//!
//! Names go together by language, faith and fashion: of two unrelated people called Nguyen, both are called Minh far more
//! often than the frequency of Minh says. Weighing every agreement by itself then takes two people for one, and does so
//! where a group's stock of names is short. Here records are a mixture of groups nobody has named, within each of which
//! names are independent (latent classes: Lazarsfeld and Henry 1968; fitted by expectation and maximisation). A value's
//! *lift* in a group is its frequency there over its frequency in all. The chance that an unrelated record bears all the
//! values on which two records agree is the product of their frequencies times the mean over groups of the product of
//! their lifts; that mean is what is asked of this module.

use super::divisor::Divisor;
use super::hash::{finish, hash_bytes, mix};
use super::layout::{GIVEN_MAX, Layout, TOKEN_NUMBERS, at, slice_at};
use super::lexicon::Symbol;
use super::lexicons::Lexicons;
use super::parents::tokens_of;

/// Groups that are told apart.
const GROUPS: usize = 32;
/// Records they are learned from.
const SAMPLE_MAX: usize = 100_000;
/// Rounds of learning.
const ROUNDS: usize = 14;
/// Records whose values are taken to be as in all, added to those of every value: a value borne by few tells nothing.
const BELIEF_RECORDS: f32 = 8.0;
/// Values a record can have here.
const VALUES_MAX: usize = GIVEN_MAX + 1 + TOKEN_NUMBERS * 2;
/// Numbers of parents' words.
const PARENT_WORDS: usize = 1 << 16;
/// Place of the lift of values of which nothing is known: one, in every group.
const NEUTRAL: u32 = 0;

/// Parts in which records are summed.
const PARTS: usize = 2;
/// Records that every group has to begin with, so that none is empty.
const FIRST_RECORDS: f32 = 1e-3;

/// Places of a record's values in the lifts, and a hash by which it is put into a group at first.
type Numbered = ([u32; VALUES_MAX], u64);

/// A number for every group.
pub(crate) type PerGroup = [f32; GROUPS];

/// Lifts of every value that is borne by enough of the sampled records.
#[derive(Clone, Debug)]
pub(crate) struct Company {
    /// Shares of the groups among all records.
    shares: PerGroup,
    /// Places in `lifts` by symbol, or by number of a parent's word.
    given: Vec<u32>,
    family: Vec<u32>,
    parents: Vec<u32>,
    lifts: Vec<PerGroup>,
}

/// The values on which two records agree, as what is left of each group's share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shared<'a> {
    company: &'a Company,
    groups: PerGroup,
}

impl Default for Company {
    /// Nothing is known: every value is neutral.
    fn default() -> Self {
        Self {
            shares: [1.0 / GROUPS as f32; GROUPS],
            given: Vec::new(),
            family: Vec::new(),
            parents: Vec::new(),
            lifts: vec![[1.0; GROUPS]],
        }
    }
}

impl Company {
    /// Learns from a sample of rows, which are in the order of their keys.
    pub(crate) fn of(
        rows: &[u32],
        keys: &[u64],
        words: (&Layout, &Lexicons),
        threads: usize,
    ) -> Self {
        let (layout, lexicons) = words;
        let mut company = Self {
            given: vec![NEUTRAL; lexicons.given.len().saturating_add(1)],
            family: vec![NEUTRAL; lexicons.family.len().saturating_add(1)],
            parents: vec![NEUTRAL; PARENT_WORDS],
            ..Self::default()
        };
        let every = keys.len().div_ceil(SAMPLE_MAX);
        let every = Divisor::new(u64::try_from(every).unwrap_or(1));
        let chosen = rows
            .chunks_exact(layout.width.max(1))
            .zip(keys)
            .filter(|(_, key)| every.divides(finish(mix(13, **key))));
        let mut records: Vec<([u32; VALUES_MAX], u64)> = Vec::new();
        for (row, _) in chosen {
            let family = at(row, layout.family);
            if family != 0 {
                let start = hash_bytes(lexicons.family.text(family).as_bytes());
                records.push((company.number(row, layout), start));
            }
        }
        company.learn(&records, threads);
        company
    }

    /// Nothing agrees yet.
    pub(crate) fn shared(&self) -> Shared<'_> {
        Shared {
            company: self,
            groups: self.shares,
        }
    }

    /// Places of a row's values, new ones for values not met before.
    fn number(&mut self, row: &[u32], layout: &Layout) -> [u32; VALUES_MAX] {
        let mut places = [NEUTRAL; VALUES_MAX];
        let mut slots = places.iter_mut();
        let lifts = &mut self.lifts;
        let mut add = |of: &mut Vec<u32>, value: u32| {
            let known = usize::try_from(value)
                .ok()
                .and_then(|value| of.get_mut(value));
            let (Some(known), Some(slot)) = (known, slots.next()) else {
                return;
            };
            if *known == NEUTRAL {
                *known = u32::try_from(lifts.len()).unwrap_or(NEUTRAL);
                lifts.push([1.0; GROUPS]);
            }
            *slot = *known;
        };
        let present = |value: &u32| *value != 0;
        add(&mut self.family, at(row, layout.family));
        for name in slice_at(row, layout.given, GIVEN_MAX)
            .iter()
            .filter(|it| present(it))
        {
            add(&mut self.given, *name);
        }
        for word in tokens_of(slice_at(row, layout.parent, TOKEN_NUMBERS)) {
            if word != 0 {
                add(&mut self.parents, u32::from(word));
            }
        }
        places
    }

    /// Expectation and maximisation. At first every family name stands in one group, chosen by its letters. Records are
    /// summed in [`PARTS`] parts whatever the threads, so that the result is the same.
    fn learn(&mut self, records: &[Numbered], threads: usize) {
        let none = Sums::of(self.lifts.len());
        let share = records.len().div_ceil(PARTS).max(1);
        let mut parts: Vec<(&[Numbered], Sums)> = records
            .chunks(share)
            .map(|records| (records, none.clone()))
            .collect();
        let mut logarithms = vec![[0.0; GROUPS]; self.lifts.len()];
        for round in 0..ROUNDS {
            let begin = self.shares.map(f32::ln);
            let sum = |records: &[Numbered], sums: &mut Sums| {
                sums.clear();
                for (values, start) in records {
                    let share = if round == 0 {
                        first_group(*start)
                    } else {
                        membership(values, begin, &logarithms)
                    };
                    sums.add(values, &share);
                }
            };
            let each = parts.len().div_ceil(threads.max(1)).max(1);
            std::thread::scope(|scope| {
                for parts in parts.chunks_mut(each) {
                    scope.spawn(|| {
                        for (records, sums) in parts {
                            sum(records, sums);
                        }
                    });
                }
            });
            let sums: Vec<&Sums> = parts.iter().map(|(_, sums)| sums).collect();
            self.maximise(&sums, &mut logarithms, threads);
        }
    }

    /// Shares and lifts from sums over all records, and the logarithms of the lifts.
    fn maximise(&mut self, parts: &[&Sums], logarithms: &mut [PerGroup], threads: usize) {
        let mut groups = [FIRST_RECORDS; GROUPS];
        for sums in parts {
            add_to(&mut groups, &sums.groups);
        }
        let all: f32 = groups.iter().sum();
        let shares = groups.map(|count| count / all);
        self.shares = shares;
        let each = self.lifts.len().div_ceil(threads.max(1)).max(1);
        let chunks = self.lifts.chunks_mut(each).zip(logarithms.chunks_mut(each));
        std::thread::scope(|scope| {
            for (chunk, (lifts, logarithms)) in chunks.enumerate() {
                let first = chunk.saturating_mul(each);
                scope.spawn(move || {
                    let slots = (first..).zip(lifts.iter_mut().zip(logarithms));
                    for (place, (lift, logarithm)) in slots.filter(|(place, _)| *place > 0) {
                        let mut count = [0.0; GROUPS];
                        for counts in parts.iter().filter_map(|sums| sums.values.get(place)) {
                            add_to(&mut count, counts);
                        }
                        *lift = lift_of(&count, &shares);
                        *logarithm = lift.map(f32::ln);
                    }
                });
            }
        });
    }

    fn lift(&self, of: &[u32], value: u32) -> &PerGroup {
        const NOTHING: &PerGroup = &[1.0; GROUPS];
        let place = usize::try_from(value).ok().and_then(|value| of.get(value));
        let place = place.and_then(|place| usize::try_from(*place).ok());
        place
            .and_then(|place| self.lifts.get(place))
            .unwrap_or(NOTHING)
    }
}

/// How much more frequent a value is in each group than in all, from the records that bear it.
fn lift_of(count: &PerGroup, shares: &PerGroup) -> PerGroup {
    let bearers: f32 = count.iter().sum();
    let mut lift = [0.0; GROUPS];
    for ((lift, count), share) in lift.iter_mut().zip(count).zip(shares) {
        *lift = (count + BELIEF_RECORDS * share) / ((bearers + BELIEF_RECORDS) * share);
    }
    lift
}

/// Sums of memberships: of all records, and of those that bear each value.
#[derive(Clone)]
struct Sums {
    groups: PerGroup,
    values: Vec<PerGroup>,
}

impl Sums {
    fn of(values: usize) -> Self {
        Self {
            groups: [0.0; GROUPS],
            values: vec![[0.0; GROUPS]; values],
        }
    }

    fn clear(&mut self) {
        self.groups = [0.0; GROUPS];
        self.values.fill([0.0; GROUPS]);
    }

    fn add(&mut self, values: &[u32; VALUES_MAX], share: &PerGroup) {
        add_to(&mut self.groups, share);
        for place in values.iter().filter(|place| **place != NEUTRAL) {
            if let Some(count) = get_mut(&mut self.values, *place) {
                add_to(count, share);
            }
        }
    }
}

fn first_group(start: u64) -> PerGroup {
    let mut share = [0.1 / GROUPS as f32; GROUPS];
    let place = usize::try_from(start >> 40).unwrap_or(0) % GROUPS;
    share
        .iter_mut()
        .skip(place)
        .take(1)
        .for_each(|one| *one = 0.9);
    share
}

/// Probabilities of the groups of a record.
fn membership(values: &[u32; VALUES_MAX], begin: PerGroup, logarithms: &[PerGroup]) -> PerGroup {
    let mut groups = begin;
    for place in values.iter().filter(|place| **place != NEUTRAL) {
        let place = usize::try_from(*place).unwrap_or(usize::MAX);
        if let Some(lift) = logarithms.get(place) {
            add_to(&mut groups, lift);
        }
    }
    let most = groups.iter().copied().fold(f32::MIN, f32::max);
    let odds = groups.map(|one| (one - most).exp());
    let sum: f32 = odds.iter().sum();
    odds.map(|one| one / sum)
}

fn add_to(sums: &mut PerGroup, more: &PerGroup) {
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum += more;
    }
}

fn get_mut(counts: &mut [PerGroup], place: u32) -> Option<&mut PerGroup> {
    usize::try_from(place)
        .ok()
        .and_then(|place| counts.get_mut(place))
}

impl Shared<'_> {
    /// Two given names that agree, wholly or nearly.
    pub(crate) fn given(&mut self, one: Symbol, other: Symbol) {
        let company = self.company;
        self.both(
            company.lift(&company.given, one),
            company.lift(&company.given, other),
        );
    }

    /// Two family names that agree, wholly or nearly.
    pub(crate) fn family(&mut self, one: Symbol, other: Symbol) {
        let company = self.company;
        self.both(
            company.lift(&company.family, one),
            company.lift(&company.family, other),
        );
    }

    /// A word of the parents' names.
    pub(crate) fn parent(&mut self, word: u16) {
        let company = self.company;
        let lift = company.lift(&company.parents, u32::from(word));
        self.both(lift, lift);
    }

    /// log2 of how much more probable the values are together than each by itself.
    pub(crate) fn bits(&self) -> f32 {
        self.groups.iter().sum::<f32>().log2()
    }

    fn both(&mut self, one: &PerGroup, other: &PerGroup) {
        for (group, (one, other)) in self.groups.iter_mut().zip(one.iter().zip(other)) {
            *group *= (one + other) / 2.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::{Builder, Column, Kind, Rows, Schema};

    /// Two groups of people with names of their own, and one name that both bear.
    #[test]
    fn names_that_go_together_are_told_from_names_that_do_not() {
        let columns = [("given", Kind::GivenName), ("family", Kind::FamilyName)];
        let columns = columns.map(|(name, kind)| Column::new(name, kind));
        let mut builder = Builder::new(Schema::new(columns.to_vec()).unwrap());
        let source = builder.source("file", Rows::MayRepeat);
        let names = [
            (["Anh", "Minh", "Linh"], ["Nguyen", "Tran", "Pham"]),
            (["Emma", "Peter", "Susan"], ["Brown", "Taylor", "Carter"]),
        ];
        for key in 0..4_000_u64 {
            let (given, family) = names[usize::from(key % 4 == 0)];
            let pick = |of: u64| usize::try_from(finish(mix(of, key)) % 3).unwrap();
            builder
                .push(key, source, &[given[pick(1)], family[pick(2)]])
                .unwrap();
        }
        let table = builder.finish().unwrap();
        let bits = |given: &str, family: &str| {
            let mut shared = table.company.shared();
            let symbol = |name: Option<u32>| name.unwrap_or(0);
            let given = symbol(table.lexicons.given.find_spelling(given));
            let family = symbol(table.lexicons.family.find_spelling(family));
            shared.given(given, given);
            let alone = shared.bits();
            shared.family(family, family);
            (alone, shared.bits())
        };
        // A quarter bears names of the one group, three quarters of the other.
        let (alone, both) = bits("minh", "tran");
        assert!(alone.abs() < 0.1, "{alone}");
        assert!(
            (both - (4.0_f32).log2()).abs() < 0.4 || (both - (4.0_f32 / 3.0).log2()).abs() < 0.4,
            "{both}"
        );
        assert!(
            bits("minh", "brown").1 < -2.0,
            "{:?}",
            bits("minh", "brown")
        );
        assert!(bits("unheard", "of").1.abs() < 1e-3);
    }
}
