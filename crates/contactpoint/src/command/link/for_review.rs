//! The links that something contradicts, each pair of clusters once.

use std::collections::HashSet;

use matching::link::{Clusters, Conflict};

/// The strongest conflict between every two clusters, strongest first: who decides one decides them all.
pub fn for_review(clusters: &Clusters) -> Vec<Conflict> {
    let cluster = |row: u32| {
        let place = usize::try_from(row).ok()?;
        clusters.of_row.get(place).copied()
    };
    let mut known = HashSet::new();
    let mut is_new = |conflict: &&Conflict| {
        let (one, other) = (cluster(conflict.edge.left), cluster(conflict.edge.right));
        one != other && known.insert((one.min(other), one.max(other)))
    };
    clusters
        .conflicts
        .iter()
        .filter(|conflict| is_new(conflict))
        .copied()
        .collect()
}
