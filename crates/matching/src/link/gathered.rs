//! The records of a cluster while it grows, and all by which one of them can contradict another.
//!
//! What is looked at is every record's, however large the cluster: of two clusters that meet, the marks of the one that
//! has fewer are looked up among the other's, and then move there (weighted union, Aho, Hopcroft and Ullman 1974), so
//! that a mark moves at most log2 n times.

use std::collections::{BTreeMap, HashMap};

use super::cluster::{Contradiction, IDENTIFIERS_DIFFER};
use super::field::identifier_level;
use super::layout::wide_at;
use super::table::{Rows, Table, source_of};

/// Something a record has that another of the same person cannot have, or not otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    /// An identifier: the place of its scheme, and its number.
    Identifier(usize, u64),
    /// A row of a source whose rows are distinct people.
    Source(u16),
}

/// Pairs of rows that a person has kept apart, by either row.
#[derive(Debug, Default)]
pub(crate) struct Apart(HashMap<u32, Vec<u32>>);

impl Apart {
    pub(crate) fn of(pairs: &[(u32, u32)]) -> Self {
        let mut apart: HashMap<u32, Vec<u32>> = HashMap::new();
        for (one, other) in pairs {
            apart.entry(*one).or_default().push(*other);
            apart.entry(*other).or_default().push(*one);
        }
        Self(apart)
    }
}

/// A cluster that grows.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) rows: Vec<u32>,
    /// Marks of all rows, each with a row that has it.
    marks: BTreeMap<Mark, u32>,
    /// Rows that are kept apart from others, with these.
    apart: Vec<(u32, u32)>,
}

impl Gathered {
    /// A cluster of one row.
    pub(crate) fn single(table: &Table, apart: &Apart, row: u32) -> Self {
        let values = table.row(row);
        let mut marks = BTreeMap::new();
        for place in &table.layout.identifiers {
            match wide_at(values, *place) {
                0 => {}
                number => {
                    marks.insert(Mark::Identifier(*place, number), row);
                }
            }
        }
        let source = source_of(&table.layout, values);
        let known = table.sources.get(usize::from(source));
        if known.is_some_and(|source| source.rows == Rows::Distinct) {
            marks.insert(Mark::Source(source), row);
        }
        let others = apart.0.get(&row).into_iter().flatten();
        Self {
            rows: vec![row],
            marks,
            apart: others.map(|other| (row, *other)).collect(),
        }
    }

    /// Two rows, one of each cluster, that a person has kept apart; `is_in` says whether a row is in the cluster whose
    /// number is given, `numbers` those of this cluster and of the other.
    pub(crate) fn kept_apart(
        &self,
        other: &Self,
        numbers: (usize, usize),
        is_in: impl Fn(u32, usize) -> bool,
    ) -> Option<(u32, u32)> {
        let (fewer, number) = if self.apart.len() <= other.apart.len() {
            (&self.apart, numbers.1)
        } else {
            (&other.apart, numbers.0)
        };
        let found = fewer.iter().find(|(_, apart)| is_in(*apart, number));
        found.map(|(row, apart)| ordered(*row, *apart))
    }

    /// Two rows, one of each cluster, that have different identifiers of one scheme or are of one source of distinct
    /// people.
    pub(crate) fn contradiction(&self, other: &Self) -> Option<(Contradiction, (u32, u32))> {
        let (fewer, more) = if self.marks.len() <= other.marks.len() {
            (&self.marks, &other.marks)
        } else {
            (&other.marks, &self.marks)
        };
        let mut each = fewer.iter();
        each.find_map(|(mark, row)| {
            let (because, found) = match *mark {
                Mark::Source(_) => (Contradiction::Source, more.get(mark).copied()),
                // Identifiers that are alike enough to stand in one cluster are few: the first that differs ends it.
                Mark::Identifier(place, number) => {
                    let scheme = Mark::Identifier(place, 0)..=Mark::Identifier(place, u64::MAX);
                    let differs = |other: &Mark| match other {
                        Mark::Identifier(_, other) => {
                            identifier_level(number, *other) == IDENTIFIERS_DIFFER
                        }
                        Mark::Source(_) => false,
                    };
                    let mut of_scheme = more.range(scheme);
                    let found = of_scheme.find(|(other, _)| differs(other));
                    (Contradiction::Identifiers, found.map(|(_, row)| *row))
                }
            };
            found.map(|found| (because, ordered(*row, found)))
        })
    }

    /// Takes all of another cluster.
    pub(crate) fn take(&mut self, mut other: Self) {
        self.rows.append(&mut other.rows);
        if self.marks.len() < other.marks.len() {
            std::mem::swap(&mut self.marks, &mut other.marks);
        }
        for (mark, row) in other.marks {
            let known = self.marks.entry(mark).or_insert(row);
            *known = row.min(*known);
        }
        if self.apart.len() < other.apart.len() {
            std::mem::swap(&mut self.apart, &mut other.apart);
        }
        self.apart.append(&mut other.apart);
    }
}

fn ordered(one: u32, other: u32) -> (u32, u32) {
    (one.min(other), one.max(other))
}
