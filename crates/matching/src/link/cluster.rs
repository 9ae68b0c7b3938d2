//! Clusters: which records are one person, all links and all contradictions taken together.
//!
//! Links are followed from the strongest to the weakest, and two clusters are joined only when nothing in them
//! contradicts it; so a chain of links that would hold two people breaks at its weakest. Contradictions are: two
//! identifiers of one scheme, two rows of a source of distinct people, a pair that a person has kept apart, and a pair
//! whose fields say "two of one household" rather than "one person" – twins, who agree in all but the given name. And
//! where nothing contradicts, the pairs that a link would bring together must on the whole speak for it (average linkage).

use std::cmp::Ordering;

use super::buckets::{Sorting, in_buckets};
use super::comparer::Comparer;
use super::field::identifier_level;
use super::gathered::{Apart, Gathered};
use super::layout::{Layout, wide_at};
use super::link::Edge;
use super::memory::Memory;
use super::model::{Model, PerClass, match_bits};
use super::rarity::Rarities;
use super::score::Weights;
use super::table::Table;

/// Records of each of two clusters whose fields are compared before they are joined. What one record's identifier, source or
/// a person's decision says is looked at for all.
const MEMBERS_COMPARED_MAX: usize = 24;
/// Bits by which "two of one household" must outweigh "one person" to keep two records apart.
const APART_BITS: f32 = 0.0;
/// Bits, for or against, that one pair adds at most when the pairs between two clusters are weighed together.
const DOUBT_BITS: f32 = 12.0;
/// Pairs for one person that outvote one pair that looks like two of a household. Where records are few, as a child's, one
/// such pair is a contradiction; where there are many with heavy errors, some pairs of one person look like it.
const HOUSEHOLD_VOTES: usize = 8;
/// Edges that a thread takes at a time.
const EDGES_TOGETHER: usize = 1 << 17;
/// Identifier level that is a contradiction.
pub(crate) const IDENTIFIERS_DIFFER: u8 = 3;

/// What people have decided about pairs of records, by their keys. It is never overturned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions {
    /// Pairs that are one person.
    pub same: Vec<(u64, u64)>,
    /// Pairs that are two.
    pub different: Vec<(u64, u64)>,
}

/// Why a link was not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contradiction {
    /// A person has kept two of the records apart.
    Decided,
    /// Two records have different identifiers of one scheme.
    Identifiers,
    /// Two records are of a source whose rows are distinct people.
    Source,
    /// Two records are of one household, perhaps twins.
    Household,
    /// One link speaks for it, but most of the records it would bring together speak against.
    Doubtful,
}

/// A link that was not followed, for review.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conflict {
    /// The link.
    pub edge: Edge,
    /// What contradicts it.
    pub because: Contradiction,
    /// The records that contradict one another, when it is not the linked ones themselves.
    pub between: (u32, u32),
}

/// Records by person.
#[derive(Clone, Debug, PartialEq)]
pub struct Clusters {
    /// For every row, the lowest row of its cluster.
    pub of_row: Vec<u32>,
    /// Links that were not followed, strongest first.
    pub conflicts: Vec<Conflict>,
}

/// Gathers rows into clusters by the edges at or above the model's link threshold.
#[must_use]
pub fn cluster(table: &Table, model: &Model, edges: &[Edge], decisions: &Decisions) -> Clusters {
    cluster_at(table, model, (edges, model.thresholds.link_bits), decisions)
}

/// [`cluster`] with a threshold of the caller's.
#[must_use]
pub fn cluster_at(
    table: &Table,
    model: &Model,
    links: (&[Edge], f32),
    decisions: &Decisions,
) -> Clusters {
    cluster_in_threads(table, model, links, (decisions, 1))
}

/// [`cluster_at`] in threads; the result is the same whatever their number.
#[must_use]
pub fn cluster_in_threads(
    table: &Table,
    model: &Model,
    links: (&[Edge], f32),
    how: (&Decisions, usize),
) -> Clusters {
    let (edges, bits_min) = links;
    let (decisions, threads) = how;
    let rows_of = |pairs: &[(u64, u64)]| -> Vec<(u32, u32)> {
        let rows = pairs
            .iter()
            .filter_map(|(one, other)| table.row_of(*one).zip(table.row_of(*other)));
        rows.map(|(one, other)| (one.min(other), one.max(other)))
            .collect()
    };
    let decided = rows_of(&decisions.same)
        .into_iter()
        .map(|(left, right)| Edge {
            left,
            right,
            bits: f32::INFINITY,
        });
    let decided: Vec<Edge> = decided.collect();
    let chunks = || edges.chunks(EDGES_TOGETHER).chain([decided.as_slice()]);
    let linked = |edges| links_of(edges, bits_min);
    let roots = roots(table.rows(), chunks().flat_map(linked));
    let rarities = Rarities::of(&table.lexicons);
    let gathering = Gathering {
        table,
        comparer: Comparer::new(table, &rarities, None),
        weights: Weights::of(model, &table.sources),
        apart: Apart::of(&rows_of(&decisions.different)),
    };
    let mut of_row: Vec<u32> = (0..u32::try_from(table.rows()).unwrap_or(u32::MAX)).collect();
    let mut conflicts = Vec::new();
    let rooted = chunks().map(|edges| linked(edges).map(|edge| (get(&roots, edge.left), *edge)));
    for mut part in gathering.gather(rooted, threads.max(1)) {
        for (row, first) in part.members {
            put(&mut of_row, row, first);
        }
        conflicts.append(&mut part.conflicts);
    }
    conflicts.sort_by(|one, other| strongest_first(&one.edge, &other.edge));
    Clusters { of_row, conflicts }
}

fn strongest_first(one: &Edge, other: &Edge) -> Ordering {
    other
        .bits
        .total_cmp(&one.bits)
        .then((one.left, one.right).cmp(&(other.left, other.right)))
}

/// Edges that are strong enough.
fn links_of(edges: &[Edge], bits_min: f32) -> impl Iterator<Item = &Edge> {
    edges.iter().filter(move |edge| edge.bits >= bits_min)
}

/// For every row the lowest row that edges, by any chain, lead to.
fn roots<'a>(rows: usize, edges: impl Iterator<Item = &'a Edge>) -> Vec<u32> {
    let rows = u32::try_from(rows).unwrap_or(u32::MAX);
    let mut parents: Vec<u32> = (0..rows).collect();
    for edge in edges {
        let (one, other) = (
            root(&mut parents, edge.left),
            root(&mut parents, edge.right),
        );
        put(&mut parents, one.max(other), one.min(other));
    }
    // No parent stands after its row: the parents of those before are their roots already.
    for row in 0..rows {
        let above = get(&parents, get(&parents, row));
        put(&mut parents, row, above);
    }
    parents
}

/// Edges of one component together, strongest first.
const BY_COMPONENT: Sorting<(u32, Edge)> = Sorting {
    number: |edge| edge.0,
    order: |one, other| {
        one.0
            .cmp(&other.0)
            .then_with(|| strongest_first(&one.1, &other.1))
    },
};

fn root(parents: &mut [u32], mut row: u32) -> u32 {
    loop {
        let parent = get(parents, row);
        let above = get(parents, parent);
        if parent == above {
            return parent;
        }
        put(parents, row, above);
        row = above;
    }
}

struct Gathering<'a> {
    table: &'a Table,
    comparer: Comparer<'a>,
    weights: Weights,
    /// Pairs kept apart by a person.
    apart: Apart,
}

/// What some components came to.
#[derive(Default)]
struct Part {
    /// Rows with the lowest row of their cluster.
    members: Vec<(u32, u32)>,
    conflicts: Vec<Conflict>,
}

/// The links of a component by their rows.
struct Known(Vec<(u32, u32, f32)>);

impl Known {
    fn of(edges: &[(u32, Edge)]) -> Self {
        let links = edges.iter().map(|(_, it)| (it.left, it.right, it.bits));
        let mut links: Vec<(u32, u32, f32)> = links.collect();
        links.sort_unstable_by_key(|(left, right, _)| (*left, *right));
        Self(links)
    }

    /// Bits of a pair that is a link: when they are for one person, it is no household either.
    fn bits(&self, pair: (u32, u32)) -> Option<f32> {
        let at = |link: &(u32, u32, f32)| (link.0, link.1).cmp(&pair);
        let place = self.0.binary_search_by(at).ok()?;
        let (_, _, bits) = self.0.get(place)?;
        (*bits >= APART_BITS).then_some(*bits)
    }
}

impl Gathering<'_> {
    /// Gathers components, the edges of which have the row they lead to, in threads.
    fn gather<C>(&self, rooted: impl Iterator<Item = C> + Send, threads: usize) -> Vec<Part>
    where
        C: IntoIterator<Item = (u32, Edge)>,
    {
        let bounds = (self.table.rows(), threads);
        in_buckets(rooted, bounds, &BY_COMPONENT, |edges| {
            let mut part = Part::default();
            let mut memory = Memory::default();
            for run in edges.chunk_by(|one, other| one.0 == other.0) {
                self.component(run, &mut part, &mut memory);
            }
            part
        })
    }

    fn component(&self, edges: &[(u32, Edge)], part: &mut Part, memory: &mut Memory) {
        let mut rows: Vec<u32> = edges
            .iter()
            .flat_map(|(_, edge)| [edge.left, edge.right])
            .collect();
        rows.sort_unstable();
        rows.dedup();
        let place = |row: u32| rows.binary_search(&row).ok();
        let known = Known::of(edges);
        let mut cluster_of: Vec<usize> = (0..rows.len()).collect();
        let single = |row: &u32| Gathered::single(self.table, &self.apart, *row);
        let mut clusters: Vec<Gathered> = rows.iter().map(single).collect();
        for (_, edge) in edges {
            let of = |row: u32| cluster_of.get(place(row)?).copied();
            let (Some(one), Some(other)) = (of(edge.left), of(edge.right)) else {
                continue;
            };
            if one == other {
                continue;
            }
            let (Some(lefts), Some(rights)) = (clusters.get(one), clusters.get(other)) else {
                continue;
            };
            let is_in = |row: u32, cluster: usize| of(row) == Some(cluster);
            let decided = lefts.kept_apart(rights, (one, other), is_in);
            let decided = decided.map(|pair| (Contradiction::Decided, pair));
            if let Some((because, between)) =
                decided.or_else(|| self.contradiction((edge, &known), (lefts, rights), memory))
            {
                part.conflicts.push(Conflict {
                    edge: *edge,
                    because,
                    between,
                });
                continue;
            }
            let (larger, smaller) = if lefts.rows.len() >= rights.rows.len() {
                (one, other)
            } else {
                (other, one)
            };
            let moved = clusters.get_mut(smaller).map(std::mem::take);
            let moved = moved.unwrap_or_default();
            for row in moved.rows.iter().filter_map(|row| place(*row)) {
                if let Some(cluster) = cluster_of.get_mut(row) {
                    *cluster = larger;
                }
            }
            if let Some(cluster) = clusters.get_mut(larger) {
                cluster.take(moved);
            }
        }
        for cluster in clusters {
            let first = cluster.rows.iter().copied().min().unwrap_or(0);
            let members = cluster.rows.into_iter().map(|row| (row, first));
            part.members.extend(members);
        }
    }

    fn contradiction(
        &self,
        link: (&Edge, &Known),
        clusters: (&Gathered, &Gathered),
        memory: &mut Memory,
    ) -> Option<(Contradiction, (u32, u32))> {
        let (edge, _) = link;
        if edge.bits == f32::INFINITY {
            // A person has decided.
            return None;
        }
        if let Some(contradiction) = clusters.0.contradiction(clusters.1) {
            return Some(contradiction);
        }
        let compared = |rows: &[u32]| {
            rows.iter()
                .copied()
                .take(MEMBERS_COMPARED_MAX)
                .collect::<Vec<u32>>()
        };
        let (lefts, rights) = (compared(&clusters.0.rows), compared(&clusters.1.rows));
        let mut sum = 0.0;
        let (mut speaking_for, mut households) = (0_usize, 0_usize);
        let mut first: Option<(u32, u32)> = None;
        for pair in lefts.iter().flat_map(|left| {
            rights
                .iter()
                .map(|right| (*left.min(right), *left.max(right)))
        }) {
            let (is_household, bits) = self.compared(pair, link, memory);
            sum += bits.clamp(-DOUBT_BITS, DOUBT_BITS);
            speaking_for = speaking_for.saturating_add(usize::from(bits >= APART_BITS));
            if is_household {
                households = households.saturating_add(1);
                first = Some(first.map_or(pair, |first| first.min(pair)));
            }
        }
        // A few pairs that look like two of a household, among many that are one person's, are its records with mistakes.
        let is_outvoted = households.saturating_mul(HOUSEHOLD_VOTES) < speaking_for;
        let household = first.filter(|_| !is_outvoted);
        let household = household.map(|pair| (Contradiction::Household, pair));
        let doubtful = (sum < 0.0).then_some((Contradiction::Doubtful, (edge.left, edge.right)));
        household.or(doubtful)
    }

    /// Whether two records are of one household rather than of one person, and the bits for them being one person.
    fn compared(
        &self,
        pair: (u32, u32),
        link: (&Edge, &Known),
        memory: &mut Memory,
    ) -> (bool, f32) {
        let rows = (self.table.row(pair.0), self.table.row(pair.1));
        let (edge, known) = link;
        if pair == (edge.left, edge.right) {
            return (false, edge.bits);
        }
        if let Some(bits) = known.bits(pair) {
            return (false, bits);
        }
        let Some(classes) = self.weights.classes(&self.comparer, rows, f32::MIN, memory) else {
            return (false, -DOUBT_BITS);
        };
        (is_household(classes), match_bits(classes))
    }
}

/// Whether two rows have different identifiers of one scheme.
pub(crate) fn identifiers_differ(layout: &Layout, rows: (&[u32], &[u32])) -> bool {
    let differ = |place: &usize| {
        identifier_level(wide_at(rows.0, *place), wide_at(rows.1, *place)) == IDENTIFIERS_DIFFER
    };
    layout.identifiers.iter().any(differ)
}

/// Whether a pair is more probably two of one household than one person or unrelated.
pub(crate) fn is_household(classes: PerClass) -> bool {
    let [matching, unrelated, household, twin, _] = classes;
    let related = household.max(twin);
    related > unrelated && related - matching > APART_BITS
}

fn get(numbers: &[u32], place: u32) -> u32 {
    usize::try_from(place)
        .ok()
        .and_then(|place| numbers.get(place))
        .copied()
        .unwrap_or(place)
}

fn put(numbers: &mut [u32], place: u32, number: u32) {
    if let Some(slot) = usize::try_from(place)
        .ok()
        .and_then(|place| numbers.get_mut(place))
    {
        *slot = number;
    }
}
