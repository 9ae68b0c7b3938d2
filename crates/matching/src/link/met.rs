//! Which pairs blocking brings together, whatever they score: to tell what it loses.

use super::group::Group;
use super::memory::Memory;
use super::model::Model;
use super::plan::Plan;
use super::settings::Settings;
use super::sweep::{Sweep, Visitor};
use super::table::Table;

/// Of some pairs of rows, lower row first, those that [`super::compare`] compares: they meet in some block, and are not
/// two rows of a source of distinct people. In order.
#[must_use]
pub fn met(
    table: &Table,
    model: &Model,
    settings: &Settings,
    mut pairs: Vec<(u32, u32)>,
) -> Vec<(u32, u32)> {
    pairs.sort_unstable();
    let mut is_first = vec![false; table.rows()];
    for (left, _) in &pairs {
        let place = usize::try_from(*left).ok();
        if let Some(is_first) = place.and_then(|place| is_first.get_mut(place)) {
            *is_first = true;
        }
    }
    let (passes, groups) = Group::anchored(&model.passes);
    let plan = Plan::of(table, &passes, settings.threads);
    let visitor = || Looking {
        pairs: &pairs,
        is_first: &is_first,
        found: Vec::new(),
    };
    let mut sweep = Sweep::new(table, &plan, groups, settings.threads);
    let mut found: Vec<(u32, u32)> = Vec::new();
    while let Some((_, visitors)) = sweep.next_group(visitor) {
        found.extend(visitors.into_iter().flat_map(|visitor| visitor.found));
    }
    found.sort_unstable();
    found.dedup();
    found
}

struct Looking<'a> {
    /// In order.
    pairs: &'a [(u32, u32)],
    /// Rows that are the first of some pair: nearly all pairs that meet are passed over by these.
    is_first: &'a [bool],
    found: Vec<(u32, u32)>,
}

impl Visitor for Looking<'_> {
    fn pair(&mut self, rows: (u32, u32), _: (&[u32], &[u32]), _: &mut Memory) {
        let place = usize::try_from(rows.0).unwrap_or(usize::MAX);
        let is_first = self.is_first.get(place).copied().unwrap_or(false);
        if is_first && self.pairs.binary_search(&rows).is_ok() {
            self.found.push(rows);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::{Builder, Column, Feature, Kind, Rows, Schema, train};

    /// Four records of one year and one of another; the pass is the year.
    #[test]
    fn pairs_that_share_no_block_are_not_met() {
        let columns = [("given", Kind::GivenName), ("born", Kind::Date)];
        let columns = columns.map(|(name, kind)| Column::new(name, kind));
        let mut builder = Builder::new(Schema::new(columns.to_vec()).unwrap());
        let source = builder.source("file", Rows::MayRepeat);
        let records = [
            ["Ann", "2012-03-04"],
            ["Zofia", "2012-11-23"],
            ["Ann", "2011-03-04"],
        ];
        for (key, record) in (0..).zip(&records) {
            builder.push(key, source, record).unwrap();
        }
        let table = builder.finish().unwrap();
        let settings = Settings::default();
        let model = Model {
            passes: vec![vec![Feature::Year]],
            ..train(&table, &settings).model
        };
        let all = vec![(1, 2), (0, 2), (0, 1)];
        assert_eq!(met(&table, &model, &settings, all), [(0, 1)]);
        // Nobody is twice, and next to nothing is said of them: no link is certain.
        assert_eq!(model.thresholds.certain_bits, None);
        let text = model.to_text();
        assert_eq!(Model::from_text(&text), Ok(model));
        assert!(text.contains("\tnone\t"), "{text}");
    }
}
