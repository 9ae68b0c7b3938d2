//! Errors by group of people, so that it can be seen for whom linkage works less well.

use std::collections::HashMap;

use serde::Serialize;

use super::interval::wilson;
use super::truth::Truth;

/// What happens to the people of a group.
#[derive(Clone, Debug, Serialize)]
pub struct GroupFigures {
    /// `column = value`.
    pub group: String,
    /// People with at least one record.
    pub people: u64,
    /// Share of them whose records are one cluster, which has no others.
    pub whole: f64,
    /// Between what it lies: 95 %, lower and upper bound.
    pub whole_between: [f64; 2],
    /// Share of the true pairs of their records that are in one cluster: recall.
    pub recall: f64,
    /// Between what it lies.
    pub recall_between: [f64; 2],
    /// Share of the pairs in one cluster that have a record of theirs and are right: precision. A wrong pair of two people
    /// of the group is one pair; of a person of the group and one of another, it is in both groups.
    pub precision: f64,
    /// Between what it lies.
    pub precision_between: [f64; 2],
}

/// Counts of one group, or of one person in it.
#[derive(Clone, Copy, Default)]
struct Counts {
    people: u64,
    whole: u64,
    true_pairs: u64,
    right: u64,
    wrong: u64,
}

impl Counts {
    fn add(&mut self, other: Counts) {
        self.people = self.people.saturating_add(other.people);
        self.whole = self.whole.saturating_add(other.whole);
        self.true_pairs = self.true_pairs.saturating_add(other.true_pairs);
        self.right = self.right.saturating_add(other.right);
        self.wrong = self.wrong.saturating_add(other.wrong);
    }
}

/// Figures for every group, in the order of their names; records of which the person is not known are left out.
pub fn by_group(truth: &Truth, cluster_of_row: &[u32]) -> Vec<GroupFigures> {
    let mut sizes: HashMap<u32, u64> = HashMap::new();
    let mut rows: Vec<(u32, u32)> = Vec::new();
    for (person, cluster) in truth.person_of_row.iter().zip(cluster_of_row) {
        if let Some(person) = person {
            rows.push((*person, *cluster));
            let size = sizes.entry(*cluster).or_default();
            *size = size.saturating_add(1);
        }
    }
    rows.sort_unstable();
    let mut counting = Counting {
        sums: vec![Counts::default(); truth.groups.len()],
        counted: HashMap::new(),
        sizes,
    };
    let mut memberships = truth.memberships.iter().peekable();
    for of_person in rows.chunk_by(|one, other| one.0 == other.0) {
        let person = of_person.first().map_or(u32::MAX, |(person, _)| *person);
        while memberships
            .next_if(|(member, _)| *member < person)
            .is_some()
        {}
        while let Some((_, group)) = memberships.next_if(|(member, _)| *member == person) {
            counting.add(*group, of_person);
        }
    }
    let mut figures: Vec<GroupFigures> = truth
        .groups
        .iter()
        .zip(counting.sums)
        .map(|(group, sum)| figures(group, sum))
        .collect();
    figures.sort_by(|one, other| one.group.cmp(&other.group));
    figures
}

/// Groups being counted.
struct Counting {
    /// What is counted of each group.
    sums: Vec<Counts>,
    /// Records of people of a group that were counted in a cluster, of clusters that hold several people.
    counted: HashMap<(u32, u32), u64>,
    /// Records of each cluster.
    sizes: HashMap<u32, u64>,
}

impl Counting {
    /// Adds a person to a group: their records with the clusters of these, in order.
    fn add(&mut self, group: u32, rows: &[(u32, u32)]) {
        let all = rows.len() as u64;
        let mut counts = Counts {
            people: 1,
            true_pairs: pairs(all),
            ..Counts::default()
        };
        for run in rows.chunk_by(|one, other| one == other) {
            let own = run.len() as u64;
            let cluster = run.first().map_or(u32::MAX, |(_, cluster)| *cluster);
            let size = self.sizes.get(&cluster).copied().unwrap_or(own);
            counts.right = counts.right.saturating_add(pairs(own));
            if own == size {
                counts.whole = u64::from(own == all);
                continue;
            }
            // Pairs with people of the group who came before are counted already.
            let counted = self.counted.entry((group, cluster)).or_default();
            let others = size.saturating_sub(own).saturating_sub(*counted);
            counts.wrong = counts.wrong.saturating_add(own.saturating_mul(others));
            *counted = counted.saturating_add(own);
        }
        let place = usize::try_from(group).ok();
        if let Some(sum) = place.and_then(|group| self.sums.get_mut(group)) {
            sum.add(counts);
        }
    }
}

fn pairs(size: u64) -> u64 {
    size.saturating_mul(size.saturating_sub(1)) / 2
}

fn figures(group: &str, sum: Counts) -> GroupFigures {
    let share = |part: u64, whole: u64| {
        if whole == 0 {
            1.0
        } else {
            part as f64 / whole as f64
        }
    };
    let found = sum.right.saturating_add(sum.wrong);
    GroupFigures {
        group: group.to_owned(),
        people: sum.people,
        whole: share(sum.whole, sum.people),
        whole_between: wilson(sum.whole, sum.people),
        recall: share(sum.right, sum.true_pairs),
        recall_between: wilson(sum.right, sum.true_pairs),
        precision: share(sum.right, found),
        precision_between: wilson(sum.right, found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_case_by_hand() {
        // People: 0 has rows 0, 1, 2; 1 has rows 3, 4; 2 has row 5. Row 6 is nobody's. Clusters: {0, 1}, {2, 3, 4}, {5, 6}.
        let truth = Truth {
            person_of_row: vec![Some(0), Some(0), Some(0), Some(1), Some(1), Some(2), None],
            groups: vec!["twin = 1".to_owned(), "heritage = x".to_owned()],
            memberships: vec![(0, 0), (0, 1), (2, 1)],
        };
        let figures = by_group(&truth, &[0, 0, 2, 2, 2, 5, 5]);
        let told: Vec<(&str, u64, f64)> = figures
            .iter()
            .map(|it| (it.group.as_str(), it.people, it.whole))
            .collect();
        assert_eq!(told, [("heritage = x", 2, 0.5), ("twin = 1", 1, 0.0)]);
        let recall_and_precision = (figures[1].recall, figures[1].precision);
        assert_eq!(recall_and_precision, (1.0 / 3.0, 1.0 / 3.0));
    }
    /// What the whole has is what a group of everybody has: no wrong pair is counted for each of its two people.
    #[test]
    fn a_group_of_everybody_has_the_figures_of_the_whole() {
        let people = [0, 0, 0, 1, 1, 2, 2, 3, 4, 4, 4, 5];
        let clusters = [0, 0, 3, 3, 3, 3, 6, 6, 6, 9, 9, 9];
        let truth = Truth {
            person_of_row: people.map(Some).to_vec(),
            groups: vec!["all = 1".to_owned(), "some = 1".to_owned()],
            memberships: (0..6)
                .flat_map(|person| [(person, 0), (person, 1)])
                .filter(|(person, group)| *group == 0 || person % 2 == 1)
                .collect(),
        };
        let whole = matching::link::evaluate(&people, &clusters).pairs;
        let figures = by_group(&truth, &clusters);
        let all = &figures[0];
        assert_eq!((all.people, all.recall), (6, whole.recall()));
        assert!(
            (all.precision - whole.precision()).abs() < 1e-12,
            "{} {}",
            all.precision,
            whole.precision()
        );
        // Of person 1: two records with one of 0 and one of 2; of 3, one with 2 and with 4; of 5, one with two of 4.
        assert_eq!(figures[1].precision, 1.0 / 9.0);
        let [low, high] = all.precision_between;
        assert!(low < all.precision && all.precision < high);
    }
}
