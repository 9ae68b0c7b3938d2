//! How good the clusters are, by the truth: at the operating threshold, at the best one, by group, and what blocking lost.

use super::groups::by_group;
use super::judgement::{At, Judgement, Unfound};
use super::truth::Truth;
use matching::link::{
    Clusters, Decisions, Edge, Model, Quality, Rows, Settings, Table, Thresholds,
    cluster_in_threads, evaluate, met,
};

/// Bits between the thresholds that are tried first; then all whole ones beside the best.
const STEP_BITS: f32 = 2.0;
/// Bits above the certain threshold at which trying ends.
const BEYOND_BITS: f32 = 6.0;
/// Where joining two people does more harm than missing a link, so many of the pairs in one cluster must be right.
pub const PRECISION_HIGH: f64 = 0.999;
/// How often the bits between a threshold that is precise enough and one that is not are halved.
const HALVINGS: usize = 3;
/// The most true pairs that are looked at one by one.
const TRUE_PAIRS_MAX: u64 = 200_000_000;

/// What is judged.
pub struct Run<'a> {
    /// The records.
    pub table: &'a Table,
    /// What they were compared by.
    pub model: &'a Model,
    /// The pairs worth a look.
    pub edges: &'a [Edge],
    /// What people have decided.
    pub decisions: &'a Decisions,
    /// Threads that work.
    pub threads: usize,
}

/// Judges a run.
pub fn judge(run: &Run<'_>, truth: &Truth, clusters: &Clusters) -> Judgement {
    let (known, people): (Vec<usize>, Vec<u32>) = truth
        .person_of_row
        .iter()
        .enumerate()
        .filter_map(|(row, person)| person.map(|person| (row, person)))
        .unzip();
    let quality = |clusters: &Clusters| -> Quality {
        let found: Vec<u32> = known
            .iter()
            .filter_map(|row| clusters.of_row.get(*row))
            .copied()
            .collect();
        evaluate(&people, &found)
    };
    let at = |bits: f32, quality: Quality| At {
        bits,
        pairs: quality.pairs.into(),
        clusters: quality.clusters.into(),
    };
    let operating = at(run.model.thresholds.link_bits, quality(clusters));
    let clustered = |bits: f32| {
        let how = (run.decisions, run.threads);
        cluster_in_threads(run.table, run.model, (run.edges, bits), how)
    };
    let tried = |bits: f32| at(bits, quality(&clustered(bits)));
    let all = try_thresholds(run.model, operating, &tried);
    let best = |of: fn(&At) -> f64| {
        all.iter().copied().fold(
            operating,
            |best, at| if of(&at) > of(&best) { at } else { best },
        )
    };
    let precise = most_found(all.clone(), &tried);
    let mut distinct = people.clone();
    distinct.sort_unstable();
    distinct.dedup();
    Judgement {
        records: people.len() as u64,
        people: distinct.len() as u64,
        operating,
        best_for_pairs: best(|at| at.pairs.f1),
        best_for_clusters: best(|at| at.clusters.f1),
        groups_precise: precise
            .map_or_else(Vec::new, |at| by_group(truth, &clustered(at.bits).of_row)),
        precise,
        unfound: unfound(run, &known, &people),
        groups: by_group(truth, &clusters.of_row),
    }
}

fn try_thresholds(model: &Model, operating: At, tried: &dyn Fn(f32) -> At) -> Vec<At> {
    let mut all = vec![operating];
    let mut bits = model.thresholds.review_bits.floor();
    let Thresholds {
        certain_bits,
        link_bits,
        ..
    } = model.thresholds;
    let last = certain_bits.unwrap_or(link_bits) + BEYOND_BITS;
    while bits <= last {
        all.push(tried(bits));
        bits += STEP_BITS;
    }
    for of in [|at: &At| at.pairs.f1, |at: &At| at.clusters.f1] {
        let best = all.iter().copied().fold(
            operating,
            |best, at| if of(&at) > of(&best) { at } else { best },
        );
        for bits in [best.bits - 1.0, best.bits + 1.0] {
            if all.iter().all(|at| (at.bits - bits).abs() > f32::EPSILON) {
                all.push(tried(bits));
            }
        }
    }
    all
}

/// Of the thresholds at which [`PRECISION_HIGH`] of pairs are right, the one with the best recall. `None`: at none are they.
fn most_found(mut all: Vec<At>, tried: &dyn Fn(f32) -> At) -> Option<At> {
    let is_precise = |at: &At| at.pairs.precision >= PRECISION_HIGH;
    for _ in 0..HALVINGS {
        all.sort_by(|one, other| one.bits.total_cmp(&other.bits));
        // From here on upwards all are precise; the next below is not.
        let Some(place) = all.iter().rposition(|at| !is_precise(at)) else {
            break;
        };
        let beside = all.get(place).zip(all.get(place.saturating_add(1)));
        let Some((below, above)) = beside else { break };
        let bits = f32::midpoint(below.bits, above.bits);
        all.push(tried(bits));
    }
    let precise = all.into_iter().filter(is_precise);
    precise.max_by(|one, other| {
        let recalls = one.pairs.recall.total_cmp(&other.pairs.recall);
        recalls.then(other.bits.total_cmp(&one.bits))
    })
}

/// Finds the true pairs that are not among the edges, and tells those that met in no block from those that scored low.
fn unfound(run: &Run<'_>, known: &[usize], people: &[u32]) -> Option<Unfound> {
    let true_pairs = evaluate(people, people).pairs.right;
    if true_pairs > TRUE_PAIRS_MAX {
        return None;
    }
    let rows = known
        .iter()
        .map(|row| u32::try_from(*row).unwrap_or(u32::MAX));
    let mut by_person: Vec<(u32, u32)> = people.iter().copied().zip(rows).collect();
    by_person.sort_unstable();
    let mut missing: Vec<(u32, u32)> = Vec::new();
    for run_of_person in by_person.chunk_by(|one, other| one.0 == other.0) {
        for (place, (_, left)) in run_of_person.iter().enumerate() {
            let later = run_of_person.iter().skip(place.saturating_add(1));
            let pairs = later.map(|(_, right)| (*left, *right));
            missing.extend(pairs.filter(|pair| {
                run.edges
                    .binary_search_by_key(pair, |edge| (edge.left, edge.right))
                    .is_err()
            }));
        }
    }
    let unfound = missing.len() as u64;
    missing.retain(|pair| !is_ruled_out(run.table, *pair));
    let ruled_out = unfound.saturating_sub(missing.len() as u64);
    // No sample is taken when comparing: the seed is of no account.
    let settings = Settings {
        threads: run.threads,
        ..Settings::default()
    };
    let compared = met(run.table, run.model, &settings, missing).len() as u64;
    Some(Unfound {
        true_pairs,
        unfound,
        ruled_out,
        lost_by_blocking: unfound.saturating_sub(ruled_out).saturating_sub(compared),
        scored_too_low: compared,
    })
}

/// Whether two rows are of one file whose rows were said to be distinct people: no blocking would compare them.
fn is_ruled_out(table: &Table, (left, right): (u32, u32)) -> bool {
    let of = table.source_of(left).zip(table.source_of(right));
    of.is_some_and(|(left, right)| std::ptr::eq(left, right) && left.rows == Rows::Distinct)
}
