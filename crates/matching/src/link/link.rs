//! Compares all candidate pairs of a table.

use super::buckets::{Sorting, in_buckets};
use super::cluster::{Clusters, Decisions, cluster_in_threads};
use super::comparer::Comparer;
use super::group::Group;
use super::learn::train;
use super::memory::Memory;
use super::model::Model;
use super::plan::{Pass, Plan};
use super::rarity::Rarities;
use super::schema::Schema;
use super::score::Weights;
use super::settings::{Settings, Step};
use super::sweep::{Sweep, Swept, Visitor};
use super::table::Table;

/// A pair of rows and its bits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// The lower row.
    pub left: u32,
    /// The higher row.
    pub right: u32,
    /// log2 of the odds that they are one person.
    pub bits: f32,
}

/// What one pass of blocking did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassReport {
    /// The features its pairs share.
    pub name: String,
    /// Pairs compared in it, those of earlier passes left out.
    pub comparisons: u64,
    /// Blocks of two records or more.
    pub blocks: u64,
    /// Blocks that were too large and divided.
    pub divided: usize,
    /// Records of the largest block that was compared.
    pub largest: usize,
}

/// All pairs worth a look.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// Pairs at or above the review threshold, ordered by row.
    pub edges: Vec<Edge>,
    /// Pairs compared.
    pub comparisons: u64,
    /// Every pass.
    pub passes: Vec<PassReport>,
}

/// Compares all candidate pairs; those at or above the model's review threshold are returned.
#[must_use]
pub fn compare(
    table: &Table,
    model: &Model,
    settings: &Settings,
    progress: &dyn Fn(Step),
) -> Scored {
    let (passes, groups) = Group::anchored(&model.passes);
    let plan = Plan::of(table, &passes, settings.threads);
    let rarities = Rarities::of(&table.lexicons);
    let comparer = Comparer::new(table, &rarities, None);
    let weights = Weights::of_table(model, &table.sources, &rarities);
    let visitor = || Scorer {
        comparer: &comparer,
        weights: &weights,
        bits_min: model.thresholds.review_bits,
        edges: Vec::new(),
    };
    let mut sweep = Sweep::new(table, &plan, groups.clone(), settings.threads);
    let mut found: Vec<Vec<Edge>> = Vec::new();
    let mut scored = Scored {
        edges: Vec::new(),
        comparisons: 0,
        passes: Vec::new(),
    };
    for group in groups {
        progress(Step::Comparing {
            pass: group.passes.start.saturating_add(1),
            passes: plan.passes.len(),
        });
        let Some((swept, visitors)) = sweep.next_group(visitor) else {
            break;
        };
        found.extend(visitors.into_iter().map(|visitor| visitor.edges));
        let passes = plan.passes.get(group.passes).unwrap_or_default();
        for (pass, swept) in passes.iter().zip(&swept) {
            scored.comparisons = scored.comparisons.saturating_add(swept.pairs);
            scored.passes.push(report(pass, swept, &table.schema));
        }
    }
    let bounds = (table.rows(), settings.threads);
    scored.edges = in_buckets(found.into_iter(), bounds, &BY_ROWS, |mut edges| {
        edges.dedup_by_key(|edge| (edge.left, edge.right));
        edges
    })
    .concat();
    scored
}

const BY_ROWS: Sorting<Edge> = Sorting {
    number: |edge| edge.left,
    order: |one, other| (one.left, one.right).cmp(&(other.left, other.right)),
};

fn report(pass: &Pass, swept: &Swept, schema: &Schema) -> PassReport {
    let names = pass.features.iter().map(|feature| feature.name(schema));
    let names: Vec<String> = names.collect();
    PassReport {
        name: if names.is_empty() {
            "every pair".to_owned()
        } else {
            names.join(" + ")
        },
        comparisons: swept.pairs,
        blocks: swept.blocks,
        divided: swept.divided.len(),
        largest: swept.largest,
    }
}

struct Scorer<'a> {
    comparer: &'a Comparer<'a>,
    weights: &'a Weights,
    bits_min: f32,
    edges: Vec<Edge>,
}

impl Visitor for Scorer<'_> {
    fn pair(&mut self, rows: (u32, u32), values: (&[u32], &[u32]), memory: &mut Memory) {
        if let Some(bits) = self
            .weights
            .bits(self.comparer, values, self.bits_min, memory)
        {
            self.edges.push(Edge {
                left: rows.0,
                right: rows.1,
                bits,
            });
        }
    }
}

/// All of a run.
#[derive(Clone, Debug)]
pub struct Linked {
    /// The model learned from the table.
    pub model: Model,
    /// All pairs worth a look.
    pub scored: Scored,
    /// Records by person.
    pub clusters: Clusters,
}

/// Learns from a table, compares and clusters it. Nothing here reads a clock: phases can be timed between calls of
/// `progress`.
#[must_use]
pub fn link(table: &Table, settings: &Settings, progress: &dyn Fn(Step)) -> Linked {
    progress(Step::Learning);
    let model = train(table, settings).model;
    let scored = compare(table, &model, settings, progress);
    progress(Step::Clustering);
    let links = (scored.edges.as_slice(), model.thresholds.link_bits);
    let clusters = cluster_in_threads(
        table,
        &model,
        links,
        (&Decisions::default(), settings.threads),
    );
    Linked {
        model,
        scored,
        clusters,
    }
}
