//! How many pairs of records share a combination of features, counted on a sample of the records.

use super::divisor::Divisor;
use super::feature::{Feature, Features};
use super::hash::{finish, mix};
use super::table::Table;

/// Records on which pairs are counted.
const SAMPLE_MAX: usize = 120_000;

/// Feature values of some records, feature by feature.
pub(crate) struct Sample {
    columns: Vec<Vec<u32>>,
    /// Share of all records.
    share: f64,
}

/// Pairs of the whole table that a combination makes, estimated.
pub(crate) struct Pairs {
    pub(crate) count: f64,
    /// Share of records that have all features.
    pub(crate) share: f64,
}

impl Sample {
    pub(crate) fn of(table: &Table, features: &[Feature]) -> Self {
        let reader = Features {
            layout: &table.layout,
            lexicons: &table.lexicons,
            own: None,
        };
        // The rows are in the order of their keys, which may be that of the files: a hash of the key takes part of each.
        let every = table.rows().div_ceil(SAMPLE_MAX);
        let every = Divisor::new(u64::try_from(every).unwrap_or(1));
        let chosen: Vec<u32> = table
            .keys
            .iter()
            .zip(0_u32..)
            .filter(|(key, _)| every.divides(finish(mix(7, **key))))
            .map(|(_, row)| row)
            .collect();
        let mut columns = vec![Vec::with_capacity(chosen.len()); features.len()];
        for row in &chosen {
            let row = table.row(*row);
            for (column, feature) in columns.iter_mut().zip(features) {
                column.push(reader.value(*feature, row));
            }
        }
        Self {
            columns,
            share: chosen.len() as f64 / (table.rows() as f64).max(1.0),
        }
    }

    /// [`Sample::pairs`] of sets, by the places of their features, in threads.
    pub(crate) fn count(
        &self,
        sets: &[(Vec<usize>, Vec<Feature>)],
        threads: usize,
    ) -> Vec<(Vec<Feature>, Pairs)> {
        let share = sets.len().div_ceil(threads.max(1)).max(1);
        std::thread::scope(|scope| {
            let count =
                |(set, features): &(Vec<usize>, Vec<Feature>)| (features.clone(), self.pairs(set));
            let handles: Vec<_> = sets
                .chunks(share)
                .map(|sets| scope.spawn(move || sets.iter().map(count).collect::<Vec<_>>()))
                .collect();
            let done = handles.into_iter().filter_map(|handle| handle.join().ok());
            done.flatten().collect()
        })
    }

    pub(crate) fn pairs(&self, set: &[usize]) -> Pairs {
        let columns: Vec<&[u32]> = set
            .iter()
            .filter_map(|place| self.columns.get(*place))
            .map(Vec::as_slice)
            .collect();
        let rows = columns.first().map_or(0, |column| column.len());
        let key = |row: usize| {
            columns.iter().try_fold(0_u64, |hash, column| {
                let value = column.get(row).copied().filter(|value| *value != 0)?;
                Some(mix(hash, u64::from(value)))
            })
        };
        let mut keys: Vec<u64> = (0..rows).filter_map(key).collect();
        keys.sort_unstable();
        let runs = keys.chunk_by(|one, other| one == other);
        let pairs: f64 = runs
            .map(|run| run.len() as f64 * (run.len() as f64 - 1.0) / 2.0)
            .sum();
        Pairs {
            count: pairs / (self.share * self.share).max(f64::MIN_POSITIVE),
            share: keys.len() as f64 / (rows as f64).max(1.0),
        }
    }

    /// Chance that two unrelated records have one postcode: pairs that share it and no family name, nor date.
    pub(crate) fn postcode_chance(&self, features: &[Feature]) -> f64 {
        let place = |feature| features.iter().position(|it| *it == feature);
        let Some(postcode) = place(Feature::Postcode) else {
            return 0.0;
        };
        let all = self.pairs(&[postcode]);
        let related = place(Feature::Family).or_else(|| place(Feature::Date));
        let related = related.map_or(0.0, |other| self.pairs(&[postcode, other]).count);
        let sampled = self.columns.first().map_or(0, Vec::len) as f64;
        let records = sampled / self.share.max(f64::MIN_POSITIVE) * all.share;
        (all.count - related).max(1.0) / (records * records / 2.0).max(1.0)
    }

    /// Features, the one whose values are shared by fewest first.
    pub(crate) fn by_rarity(&self, features: &[Feature], threads: usize) -> Vec<Feature> {
        let sets: Vec<(Vec<usize>, Vec<Feature>)> = features
            .iter()
            .enumerate()
            .map(|(place, feature)| (vec![place], vec![*feature]))
            .collect();
        let mut ranked: Vec<(f64, Vec<Feature>)> = self
            .count(&sets, threads)
            .into_iter()
            .map(|(feature, pairs)| {
                let among = pairs.share * pairs.share;
                (pairs.count / among.max(1e-9), feature)
            })
            .collect();
        ranked.sort_by(|one, other| one.0.total_cmp(&other.0));
        ranked
            .into_iter()
            .flat_map(|(_, feature)| feature)
            .collect()
    }
}

/// All sets of so many of the places below `count`.
pub(crate) fn combinations(count: usize, size: usize) -> Vec<Vec<usize>> {
    let mut sets: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..size {
        sets = sets
            .into_iter()
            .flat_map(|set| {
                let next = set.last().map_or(0, |last: &usize| last.saturating_add(1));
                (next..count).map(move |place| {
                    let mut larger = set.clone();
                    larger.push(place);
                    larger
                })
            })
            .collect();
    }
    sets
}
