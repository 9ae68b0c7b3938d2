//! How good clusters and links are, given the truth.

use super::link::Edge;

/// Correct, wrong and missed, as rates.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rates {
    /// Found and right.
    pub right: u64,
    /// Found and wrong.
    pub wrong: u64,
    /// Right and not found.
    pub missed: u64,
}

impl Rates {
    /// Share of what was found that is right; 1 when nothing was found.
    #[must_use]
    pub fn precision(self) -> f64 {
        share(self.right, self.right.saturating_add(self.wrong))
    }

    /// Share of what is right that was found; 1 when there is nothing.
    #[must_use]
    pub fn recall(self) -> f64 {
        share(self.right, self.right.saturating_add(self.missed))
    }

    /// Harmonic mean of precision and recall.
    #[must_use]
    pub fn f1(self) -> f64 {
        let (precision, recall) = (self.precision(), self.recall());
        if precision + recall > 0.0 {
            2.0 * precision * recall / (precision + recall)
        } else {
            0.0
        }
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

/// Quality of clusters.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Quality {
    /// Pairs of records in one cluster.
    pub pairs: Rates,
    /// Whole clusters: found is right when it holds all records of one person and no other. A person with one record
    /// counts.
    pub clusters: Rates,
}

/// Judges clusters: `truth` and `found` name, for every row, the person and the cluster. Rows of other people than those
/// judged may be left out of both.
#[must_use]
pub fn evaluate(truth: &[u32], found: &[u32]) -> Quality {
    let mut both: Vec<(u32, u32)> = truth.iter().copied().zip(found.iter().copied()).collect();
    let sizes = |mut labels: Vec<u32>| {
        labels.sort_unstable();
        labels
            .chunk_by(|one, other| one == other)
            .map(|run| (run.first().copied().unwrap_or(0), run.len()))
            .collect::<Vec<_>>()
    };
    let people = sizes(truth.to_vec());
    let clusters = sizes(found.to_vec());
    both.sort_unstable();
    let (mut right, mut whole) = (0_u64, 0_u64);
    for run in both.chunk_by(|one, other| one == other) {
        right = right.saturating_add(pairs_of(run.len()));
        let Some((person, cluster)) = run.first() else {
            continue;
        };
        if size_of(&people, *person) == run.len() && size_of(&clusters, *cluster) == run.len() {
            whole = whole.saturating_add(1);
        }
    }
    let all = |sizes: &[(u32, usize)]| {
        sizes
            .iter()
            .map(|(_, size)| pairs_of(*size))
            .fold(0_u64, u64::saturating_add)
    };
    let count = |sizes: &[(u32, usize)]| u64::try_from(sizes.len()).unwrap_or(u64::MAX);
    Quality {
        pairs: Rates {
            right,
            wrong: all(&clusters).saturating_sub(right),
            missed: all(&people).saturating_sub(right),
        },
        clusters: Rates {
            right: whole,
            wrong: count(&clusters).saturating_sub(whole),
            missed: count(&people).saturating_sub(whole),
        },
    }
}

/// Judges links at or above `bits_min` as pairs, before clustering. `truth` names the person of every row.
#[must_use]
pub fn evaluate_links(truth: &[u32], edges: &[Edge], bits_min: f32) -> Rates {
    let person = |row: u32| usize::try_from(row).ok().and_then(|row| truth.get(row));
    let links = edges.iter().filter(|edge| edge.bits >= bits_min);
    let (mut right, mut wrong) = (0_u64, 0_u64);
    for edge in links {
        if person(edge.left) == person(edge.right) {
            right = right.saturating_add(1);
        } else {
            wrong = wrong.saturating_add(1);
        }
    }
    let all = evaluate(truth, truth).pairs.right;
    Rates {
        right,
        wrong,
        missed: all.saturating_sub(right),
    }
}

fn pairs_of(size: usize) -> u64 {
    let size = u64::try_from(size).unwrap_or(u64::MAX);
    size.saturating_mul(size.saturating_sub(1)) / 2
}

fn size_of(sizes: &[(u32, usize)], label: u32) -> usize {
    let place = sizes.binary_search_by_key(&label, |(label, _)| *label);
    place
        .ok()
        .and_then(|place| sizes.get(place))
        .map_or(0, |(_, size)| *size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_case_by_hand() {
        // People: {0,1,2}, {3,4}, {5}. Clusters: {0,1}, {2,3,4}, {5}.
        let quality = evaluate(&[1, 1, 1, 2, 2, 3], &[0, 0, 2, 2, 2, 5]);
        assert_eq!(
            quality.pairs,
            Rates {
                right: 2,
                wrong: 2,
                missed: 2
            }
        );
        assert_eq!(
            quality.clusters,
            Rates {
                right: 1,
                wrong: 2,
                missed: 2
            }
        );
        assert!((quality.pairs.f1() - 0.5).abs() < 1e-12);
    }
}
