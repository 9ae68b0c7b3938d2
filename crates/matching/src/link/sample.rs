//! Samples of compared pairs for learning: random ones, and those that blocking proposes.

use super::comparer::{Comparer, Noted};
use super::feature::Features;
use super::field::{FIELDS_MAX, MISSING};
use super::group::Group;
use super::hash::{finish, mix};
use super::memory::Memory;
use super::model::Comparison;
use super::plan::Plan;
use super::settings::Settings;
use super::sweep::{Sweep, Visitor};
use super::table::Table;

/// Random pairs compared.
const RANDOM_PAIRS: u64 = 600_000;

/// The outcome of every field for one pair.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pattern {
    pub(crate) levels: [u8; FIELDS_MAX],
    /// Rarity of the values of each field, in bits.
    pub(crate) rarities: [f32; FIELDS_MAX],
    /// What names that go together add to unrelated people and to namesakes, in bits.
    pub(crate) together: [f32; 2],
    /// Features of the plan that the two records share, as bits.
    pub(crate) agreeing: u64,
    /// Pairs it stands for.
    pub(crate) stands_for: f64,
}

/// The levels of a pair on every field, with the rarity of its values.
fn levels(
    comparer: &Comparer<'_>,
    rows: (&[u32], &[u32]),
    comparisons: &[Comparison],
    memory: &mut Memory,
) -> (Pattern, Noted) {
    let mut pattern = Pattern {
        levels: [MISSING; FIELDS_MAX],
        rarities: [0.0; FIELDS_MAX],
        together: [0.0; 2],
        agreeing: 0,
        stands_for: 1.0,
    };
    let mut noted = Noted::default();
    let slots = pattern.levels.iter_mut().zip(&mut pattern.rarities);
    for (comparison, (level, rarity)) in comparisons.iter().zip(slots) {
        let outcome = comparer.outcome(comparison.field, rows, noted, memory);
        noted.note(comparison.field, outcome.level);
        (*level, *rarity) = (outcome.level, outcome.rarity);
    }
    (pattern, noted)
}

/// Compares a pair on every field.
fn pattern(
    comparer: &Comparer<'_>,
    rows: (&[u32], &[u32]),
    comparisons: &[Comparison],
    memory: &mut Memory,
) -> Pattern {
    let (mut pattern, noted) = levels(comparer, rows, comparisons, memory);
    pattern.together = comparer.together(rows, noted);
    pattern
}

/// Levels of random pairs of a table, or of every pair when these are no more; none when it has fewer than two rows. The
/// same, in threads, as in one.
pub(crate) fn random_pairs(
    table: &Table,
    comparer: &Comparer<'_>,
    comparisons: &[Comparison],
    settings: &Settings,
) -> Vec<Pattern> {
    let rows = u64::try_from(table.rows()).unwrap_or(0);
    if rows < 2 {
        return Vec::new();
    }
    let all = rows.saturating_mul(rows.saturating_sub(1)) / 2;
    if all <= RANDOM_PAIRS {
        return every_pair(table, comparer, comparisons);
    }
    let row =
        |number: u64| table.row(u32::try_from(number.checked_rem(rows).unwrap_or(0)).unwrap_or(0));
    let compared = |first: u64, share: u64| -> Vec<Pattern> {
        let mut memory = Memory::default();
        let numbers = first..first.saturating_add(share).min(RANDOM_PAIRS);
        let pairs = numbers.filter_map(|number| {
            let seed = settings.seed;
            let (one, other) = (finish(mix(seed, number)), finish(mix(!seed, number)));
            let differ = one.checked_rem(rows) != other.checked_rem(rows);
            differ.then(|| levels(comparer, (row(one), row(other)), comparisons, &mut memory).0)
        });
        pairs.collect()
    };
    let threads = u64::try_from(settings.threads).unwrap_or(1).max(1);
    let share = RANDOM_PAIRS.div_ceil(threads);
    std::thread::scope(|scope| {
        let compared = &compared;
        let handles: Vec<_> = (0..threads)
            .map(|thread| scope.spawn(move || compared(thread.saturating_mul(share), share)))
            .collect();
        let done = handles.into_iter().filter_map(|handle| handle.join().ok());
        done.flatten().collect()
    })
}

/// Levels of every pair of a small table; together they stand for as many as would be taken of a large one.
fn every_pair(table: &Table, comparer: &Comparer<'_>, comparisons: &[Comparison]) -> Vec<Pattern> {
    let rows = u32::try_from(table.rows()).unwrap_or(0);
    let mut memory = Memory::default();
    let pairs = (0..rows).flat_map(|right| (0..right).map(move |left| (left, right)));
    let compared = pairs.map(|(left, right)| {
        let rows = (table.row(left), table.row(right));
        levels(comparer, rows, comparisons, &mut memory).0
    });
    let mut compared: Vec<Pattern> = compared.collect();
    let stands_for = RANDOM_PAIRS as f64 / (compared.len() as f64).max(1.0);
    for pattern in &mut compared {
        pattern.stands_for = stands_for;
    }
    compared
}

struct Gather<'a> {
    plan: &'a Plan,
    features: Features<'a>,
    comparer: &'a Comparer<'a>,
    comparisons: &'a [Comparison],
    found: Vec<Pattern>,
}

impl Visitor for Gather<'_> {
    fn pair(&mut self, _: (u32, u32), values: (&[u32], &[u32]), memory: &mut Memory) {
        let mut found = pattern(self.comparer, values, self.comparisons, memory);
        found.agreeing = self.plan.agreeing(&self.features, values);
        self.found.push(found);
    }
}

/// Patterns of a share of the pairs that blocking proposes, each pair once.
pub(crate) fn blocked_pairs(
    table: &Table,
    plan: &Plan,
    comparer: &Comparer<'_>,
    comparisons: &[Comparison],
    threads: usize,
) -> Vec<Pattern> {
    let sets: Vec<_> = plan
        .passes
        .iter()
        .map(|pass| pass.features.clone())
        .collect();
    let mut sweep = Sweep::new(table, plan, Group::singles(&sets), threads);
    let mut found = Vec::new();
    let visitor = || Gather {
        plan,
        features: Features {
            layout: &table.layout,
            lexicons: &table.lexicons,
            own: None,
        },
        comparer,
        comparisons,
        found: Vec::new(),
    };
    for pass in &plan.passes {
        let Some((_, visitors)) = sweep.next_group(visitor) else {
            break;
        };
        for mut pattern in visitors.into_iter().flat_map(|visitor| visitor.found) {
            pattern.stands_for = pass.every as f64;
            found.push(pattern);
        }
    }
    found
}
