//! Passes that are gone through together: a record is fetched once for all that share an anchor.

use std::ops::Range;

use super::feature::Feature;

/// Passes of a plan that stand together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// Features that all of them have: records that do not share these meet in none of the passes.
    pub(crate) anchor: Vec<Feature>,
    /// Their places in the plan.
    pub(crate) passes: Range<usize>,
}

impl Group {
    /// Every pass by itself.
    pub(crate) fn singles(sets: &[Vec<Feature>]) -> Vec<Self> {
        let groups = sets.iter().enumerate().map(|(place, set)| Self {
            anchor: set.clone(),
            passes: place..place.saturating_add(1),
        });
        groups.collect()
    }

    /// Puts passes in an order in which those that share an anchor stand together, the most numerous first; otherwise
    /// their order stays.
    pub(crate) fn anchored(sets: &[Vec<Feature>]) -> (Vec<Vec<Feature>>, Vec<Self>) {
        let mut left: Vec<Vec<Feature>> = sets.to_vec();
        let mut ordered: Vec<Vec<Feature>> = Vec::new();
        let mut groups = Vec::new();
        while let Some(anchor) = commonest(&left) {
            let has = |set: &Vec<Feature>| set.contains(&anchor);
            let first = ordered.len();
            ordered.extend(left.iter().filter(|set| has(set)).cloned());
            left.retain(|set| !has(set));
            groups.push(Self {
                anchor: vec![anchor],
                passes: first..ordered.len(),
            });
        }
        let first = ordered.len();
        groups.extend(Self::singles(&left).into_iter().map(|group| Self {
            passes: group.passes.start.saturating_add(first)
                ..group.passes.end.saturating_add(first),
            ..group
        }));
        ordered.extend(left);
        (ordered, groups)
    }
}

/// The feature that most passes have, of those that can be an anchor and that two passes have at least.
fn commonest(sets: &[Vec<Feature>]) -> Option<Feature> {
    let count = |feature: &Feature| sets.iter().filter(|set| set.contains(feature)).count();
    let features = sets.iter().flatten().filter(|it| is_anchor(**it));
    let mut best: Option<(usize, Feature)> = None;
    for feature in features {
        let passes = count(feature);
        if passes > 1 && best.is_none_or(|(most, _)| passes > most) {
            best = Some((passes, *feature));
        }
    }
    best.map(|(_, feature)| feature)
}

/// Whether so few records share a value that they fit the processor's cache together: not those of a year.
fn is_anchor(feature: Feature) -> bool {
    !matches!(
        feature,
        Feature::Year
            | Feature::MonthDay
            | Feature::Sector
            | Feature::Given
            | Feature::Second
            | Feature::FamilyHead
            | Feature::LastWord(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_with_an_anchor_stand_together_and_none_is_lost() {
        use Feature::{Address, Date, Family, Given, Names, Postcode, Year};
        let sets = [
            vec![Date, Names],
            vec![Given, Postcode],
            vec![Date, Family],
            vec![Address],
            vec![Year, Postcode],
        ];
        let (ordered, groups) = Group::anchored(&sets);
        assert_eq!(
            ordered,
            [
                vec![Date, Names],
                vec![Date, Family],
                vec![Given, Postcode],
                vec![Year, Postcode],
                vec![Address]
            ]
        );
        let told: Vec<_> = groups
            .iter()
            .map(|group| (group.anchor.as_slice(), group.passes.clone()))
            .collect();
        assert_eq!(
            told,
            [
                ([Date].as_slice(), 0..2),
                (&[Postcode], 2..4),
                (&[Address], 4..5)
            ]
        );
    }
}
