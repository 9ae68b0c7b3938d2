//! How much of each column could be read: what cannot be is taken as missing, and that must not go unseen.

use std::fmt::Write as _;

use matching::link::{Kind, Schema};
use serde::Serialize;

use super::config::Dates;
use super::source::Source;
use crate::command::say::grouped;

/// How much is shown of a value that could not be read, in characters.
const EXAMPLE_CHARACTERS_MAX: usize = 40;

/// Kinds without which a record tells little; of several columns of one kind the first.
const TELLING: [Kind; 6] = [
    Kind::GivenName,
    Kind::FamilyName,
    Kind::FullName,
    Kind::Date,
    Kind::Sex,
    Kind::Postcode,
];

/// What one column of one file held.
#[derive(Clone, Debug, Serialize)]
pub struct ColumnReport {
    /// The file.
    pub file: String,
    /// The column, by its name in `link.toml`.
    pub column: String,
    /// What it holds.
    pub kind: &'static str,
    /// Rows in which something stands there.
    pub filled: u64,
    /// Those of them of which nothing could be read: they are taken as missing.
    pub unread: u64,
    /// The first such value.
    pub example: Option<String>,
    /// Of dates, whether the day or the month is read first where both could be. `None`: it holds no dates.
    pub order: Option<&'static str>,
    /// Dates that only the other order explains, and that were read so: the others may have been meant so.
    pub other_order: u64,
}

/// What was seen of the columns of every file, by one reader or by all.
#[derive(Debug)]
pub struct Reading {
    /// By file, then by column.
    seen: Vec<Vec<Seen>>,
    /// The columns without which a record tells little, by their places.
    telling: Vec<usize>,
    /// Records that lack some of those which their file has: by key, how many.
    lacking: Vec<(usize, usize)>,
}

#[derive(Clone, Debug, Default)]
struct Seen {
    filled: u64,
    unread: u64,
    /// The row and the value of the first that could not be read.
    first: Option<(usize, String)>,
    other_order: u64,
}

impl Reading {
    /// Nothing yet of so many files.
    pub fn new(files: usize, schema: &Schema) -> Reading {
        let columns = schema.columns();
        let telling = |place: &usize| {
            let before = columns.iter().take(*place);
            columns.get(*place).is_some_and(|column| {
                TELLING.contains(&column.kind) && !before.clone().any(|one| one.kind == column.kind)
            })
        };
        Reading {
            seen: vec![vec![Seen::default(); columns.len()]; files],
            telling: (0..columns.len()).filter(telling).collect(),
            lacking: Vec::new(),
        }
    }

    /// A record was read, but for the columns whose bits are set; it lacks a telling column that its file has.
    pub fn lacks(&mut self, key: u64, places: &[Option<usize>], (fields, unread): (&[&str], u64)) {
        let lacks = |place: &&usize| {
            let is_there = places.get(**place).is_some_and(Option::is_some);
            let is_empty = fields
                .get(**place)
                .is_none_or(|field| field.trim().is_empty());
            is_there && (is_empty || is_set(unread, **place))
        };
        let count = self.telling.iter().filter(lacks).count();
        if count > 0 {
            self.lacking
                .push((usize::try_from(key).unwrap_or(usize::MAX), count));
        }
    }

    /// Records that lack some of the columns without which a record tells little: by key, how many.
    pub fn lacking(&self) -> &[(usize, usize)] {
        &self.lacking
    }

    /// A row of a file was read, but for the columns whose bits are set.
    pub fn row(&mut self, (file, row): (usize, usize), fields: &[&str], unread: u64) {
        let Some(columns) = self.seen.get_mut(file) else {
            return;
        };
        for (place, (seen, field)) in columns.iter_mut().zip(fields).enumerate() {
            if field.trim().is_empty() {
                continue;
            }
            seen.filled = seen.filled.saturating_add(1);
            if is_set(unread, place) {
                seen.unread = seen.unread.saturating_add(1);
                if seen.first.as_ref().is_none_or(|(first, _)| row < *first) {
                    let shown = field.trim().chars().take(EXAMPLE_CHARACTERS_MAX);
                    seen.first = Some((row, shown.collect()));
                }
            }
        }
    }

    /// A date of a column of a file can only be of the other order than the file's.
    pub fn other_order(&mut self, file: usize, place: usize) {
        let columns = self.seen.get_mut(file);
        if let Some(seen) = columns.and_then(|columns| columns.get_mut(place)) {
            seen.other_order = seen.other_order.saturating_add(1);
        }
    }

    /// Adds what another reader has seen of the same files.
    pub fn add(&mut self, other: Reading) {
        self.lacking.extend(other.lacking);
        let pairs = self.seen.iter_mut().flatten();
        for (seen, other) in pairs.zip(other.seen.into_iter().flatten()) {
            seen.filled = seen.filled.saturating_add(other.filled);
            seen.unread = seen.unread.saturating_add(other.unread);
            seen.other_order = seen.other_order.saturating_add(other.other_order);
            let first = [seen.first.take(), other.first].into_iter().flatten();
            seen.first = first.min();
        }
    }

    /// All columns that are in a file.
    pub fn reports(&self, sources: &[Source], schema: &Schema) -> Vec<ColumnReport> {
        let files = sources.iter().zip(&self.seen);
        let columns = files.flat_map(|(source, seen)| {
            let columns = schema.columns().iter().zip(seen).zip(&source.places);
            columns
                .filter(|(_, place)| place.is_some())
                .map(|((column, seen), _)| ColumnReport {
                    file: source.name.clone(),
                    column: column.name.clone(),
                    kind: column.kind.name(),
                    filled: seen.filled,
                    unread: seen.unread,
                    example: seen.first.as_ref().map(|(_, value)| value.clone()),
                    order: (column.kind == Kind::Date).then(|| source.dates.words()),
                    other_order: seen.other_order,
                })
        });
        columns.collect()
    }
}

fn is_set(columns: u64, place: usize) -> bool {
    let place = u32::try_from(place).unwrap_or(u32::MAX);
    columns.checked_shr(place).unwrap_or(0) & 1 == 1
}

/// What is said of dates that only the other order explains; nothing when there is none.
pub fn other_orders(columns: &[ColumnReport]) -> String {
    let mut text = String::new();
    for one in columns.iter().filter(|one| one.other_order > 0) {
        let known = [Dates::DayFirst, Dates::MonthFirst].into_iter();
        let mut known = known.filter(|dates| Some(dates.words()) == one.order);
        let Some(order) = known.next() else { continue };
        let (order, other) = (order.words(), order.other().words());
        let before = if text.is_empty() { "\n" } else { "" };
        // Writing to a text cannot fail.
        let _ = writeln!(
            text,
            "{before}{:>15}  of {} values of {:?} in {} are dates only with the {other}, and were read so; the others were read with the {order}. If the {other} is meant in all of them, set dates = \"{other}\" in link.toml.",
            grouped(one.other_order),
            grouped(one.filled),
            one.column,
            one.file
        );
    }
    text
}

/// What can be done about values of a kind that could not be read.
pub fn hint(kind: &str) -> &'static str {
    match Kind::parse(kind) {
        Some(Kind::Date) => {
            "Years need four digits; say dates = \"month first\" where the month stands first"
        }
        Some(Kind::Sex) => "Write M or F, or 1 or 2",
        _ => "Look at the column, or give it another kind",
    }
}

#[cfg(test)]
mod tests {
    use matching::link::Column;

    use super::*;

    #[test]
    fn what_two_readers_have_seen_is_added_and_the_first_value_is_of_the_first_row() {
        let columns = vec![
            Column::new("name", Kind::FullName),
            Column::new("born", Kind::Date),
        ];
        let schema = Schema::new(columns).unwrap();
        let mut one = Reading::new(1, &schema);
        one.lacks(7, &[Some(0), Some(1)], (&["Ann", "84-3-5"], 0b10));
        one.lacks(8, &[Some(0), Some(1)], (&[" ", ""], 0));
        one.lacks(9, &[Some(0), None], (&["Bea", ""], 0));
        assert_eq!(one.lacking(), [(7, 1), (8, 2)]);
        one.row((0, 7), &["Ann", "84-3-5"], 0b10);
        one.row((0, 8), &[" ", ""], 0);
        let mut other = Reading::new(1, &schema);
        other.row((0, 3), &["Bea", "yesterday"], 0b10);
        one.add(other);
        let [name, born] = one.seen.remove(0).try_into().unwrap();
        assert_eq!((name.filled, name.unread, name.first), (2, 0, None));
        assert_eq!((born.filled, born.unread), (2, 2));
        assert_eq!(born.first, Some((3, "yesterday".to_owned())));
    }
}
