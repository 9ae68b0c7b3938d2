//! Values that stand for what is not known: a day, postcode or number that far too many people have, such as 1900-01-01.
//!
//! Such a value says nothing of a person and does harm twice. Two strangers agree on it, and its records are one block so large
//! that no pass by that column is afforded for anybody. It is found without a list and without labels: days, postcodes and
//! identifiers are spread over the people of a file, so that a value which [`TIMES_MIN`] times as many records have as
//! any honest one is none. Names, codes, sex, addresses and texts are left alone: half a file may honestly be Singh and Kaur,
//! male, or born in Leeds.
//!
//! What it costs where the value was honest after all is bounded: agreement on a value of [`SHARE_MIN`] of the records says at
//! most log2(1 / share) bits, 6.6, and of one that most of them have next to nothing.

use std::collections::HashMap;

use super::hash::mix;
use super::kind::Kind;
use super::layout::{ABSENT, Layout, at, set, wide_at};
use super::schema::Schema;
use super::value::{date_text, identifier_text, postcode_text};

/// Share of the filled cells of a column from which a value may be a stand-in. Below it, its block is affordable.
const SHARE_MIN: f64 = 0.01;
/// Records a stand-in has at least: fewer may be one person's, or chance.
const RECORDS_MIN: u64 = 20;
/// A stand-in has so many times the records of the most frequent value that is none. The days of a register differ by twice,
/// postcodes of blocks of flats and of single houses less from one another, at the top, than by this.
const TIMES_MIN: u64 = 10;
/// Stand-ins of a column at most: 1900-01-01, 1970-01-01 and 2000-01-01, say. More that stand out alike are what the file is about,
/// as the seven days of a cohort of one week are.
const STAND_INS_MAX: usize = 3;
/// Other values a column has at least: of two hospitals' postcodes, neither stands for anything.
const OTHERS_MIN: usize = 20;
/// Share of a stand-in's records that may agree on all else. More are one person's, who is on file again and again.
const ALIKE_MAX: f64 = 0.1;
/// Rows that are counted, evenly taken: enough for a share of [`SHARE_MIN`] to be known within a fiftieth of itself.
const ROWS_COUNTED: usize = 250_000;

/// A value that stands for what is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandIn {
    /// The column's name.
    pub column: String,
    /// The value, as it is read.
    pub value: String,
    /// Records that had it; it is taken as missing there.
    pub records: u64,
    /// Records in which something was read in this column.
    pub filled: u64,
}

/// The stand-ins of a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct StandIns {
    /// Where they would stand in a row.
    found: Vec<(Cell, u64)>,
    pub(crate) told: Vec<StandIn>,
}

/// A value of a row that is spread over the people of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cell {
    kind: Kind,
    /// Of several columns of the kind, which.
    column: usize,
    place: usize,
}

impl StandIns {
    /// Finds the stand-ins of rows and takes them out.
    pub(crate) fn take_out(rows: &mut [u32], schema: &Schema, layout: &Layout) -> Self {
        let mut stand_ins = Self::default();
        let width = layout.width.max(1);
        for cell in cells(layout) {
            for value in outstanding(rows, (cell, layout)) {
                stand_ins.found.push((cell, value));
            }
        }
        for (cell, value) in &stand_ins.found {
            let (mut records, mut filled) = (0_u64, 0_u64);
            for row in rows.chunks_exact(width) {
                let found = cell.value(row);
                filled = filled.saturating_add(u64::from(found != 0));
                records = records.saturating_add(u64::from(found == *value));
            }
            stand_ins.told.push(StandIn {
                column: cell.name(schema),
                value: cell.text(*value),
                records,
                filled,
            });
        }
        if !stand_ins.found.is_empty() {
            rows.chunks_exact_mut(width)
                .for_each(|row| stand_ins.forget(row));
        }
        stand_ins
    }

    /// Takes them out of one row.
    pub(crate) fn forget(&self, row: &mut [u32]) {
        for (cell, value) in &self.found {
            if cell.value(row) == *value {
                cell.empty(row);
            }
        }
    }
}

/// The values of a cell that stand out of all proportion, of different people.
fn outstanding(rows: &[u32], (cell, layout): (Cell, &Layout)) -> Vec<u64> {
    let mut counts: HashMap<u64, u64> = HashMap::new();
    for row in counted(rows, layout) {
        let value = cell.value(row);
        if value != 0 {
            let count = counts.entry(value).or_default();
            *count = count.saturating_add(1);
        }
    }
    let filled: u64 = counts.values().sum();
    let mut by_count: Vec<(u64, u64)> = counts.into_iter().collect();
    by_count.sort_unstable_by_key(|(value, count)| (std::cmp::Reverse(*count), *value));
    let least = RECORDS_MIN.max((filled as f64 * SHARE_MIN).ceil() as u64);
    let ahead = by_count.windows(2).take(STAND_INS_MAX).rposition(|pair| {
        let [(_, count), (_, next)] = *pair else {
            return false;
        };
        count >= least && count >= next.saturating_mul(TIMES_MIN)
    });
    let ahead = ahead.map_or(0, |place| place.saturating_add(1));
    if by_count.len() < ahead.saturating_add(OTHERS_MIN) {
        return Vec::new();
    }
    by_count.truncate(ahead);
    by_count.retain(|(value, _)| is_of_many(rows, (cell, *value), layout));
    by_count.into_iter().map(|(value, _)| value).collect()
}

/// Whether the records that have a value differ in all else, as those of different people do.
fn is_of_many(rows: &[u32], (cell, value): (Cell, u64), layout: &Layout) -> bool {
    let others: Vec<Cell> = cells(layout).filter(|other| *other != cell).collect();
    let mut alike: HashMap<u64, u64> = HashMap::new();
    for row in counted(rows, layout).filter(|row| cell.value(row) == value) {
        let names = [layout.given, layout.family].map(|place| u64::from(at(row, place)));
        let rest = others.iter().map(|other| other.value(row));
        let rest: Vec<u64> = names.into_iter().chain(rest).collect();
        if rest.iter().any(|value| *value != 0) {
            let count = alike.entry(rest.into_iter().fold(0, mix)).or_default();
            *count = count.saturating_add(1);
        }
    }
    let all: u64 = alike.values().sum();
    let most = alike.into_values().max().unwrap_or(0);
    most as f64 <= (all as f64 * ALIKE_MAX).max(1.0)
}

/// Every row of a small table, rows evenly taken from a large one.
fn counted<'a>(rows: &'a [u32], layout: &Layout) -> impl Iterator<Item = &'a [u32]> {
    let width = layout.width.max(1);
    let all = rows.len().checked_div(width).unwrap_or(0);
    rows.chunks_exact(width)
        .step_by(all.div_ceil(ROWS_COUNTED).max(1))
}

/// The cells of a layout that may hold stand-ins.
fn cells(layout: &Layout) -> impl Iterator<Item = Cell> {
    let one = |kind, place| Cell {
        kind,
        column: 0,
        place,
    };
    let identifiers = layout.identifiers.iter().enumerate();
    let identifiers = identifiers.map(|(column, place)| Cell {
        kind: Kind::Identifier,
        column,
        place: *place,
    });
    [
        one(Kind::Date, layout.date),
        one(Kind::Postcode, layout.postcode),
    ]
    .into_iter()
    .filter(|cell| cell.place != ABSENT)
    .chain(identifiers)
}

impl Cell {
    /// The value; 0 when there is none, and of a date without a day: many honestly share a year.
    fn value(self, row: &[u32]) -> u64 {
        if self.kind != Kind::Date {
            return wide_at(row, self.place);
        }
        let date = at(row, self.place);
        if date & 0xff == 0 { 0 } else { u64::from(date) }
    }

    fn empty(self, row: &mut [u32]) {
        set(row, self.place, 0);
        if self.kind != Kind::Date {
            set(row, self.place.saturating_add(1), 0);
        }
    }

    fn name(self, schema: &Schema) -> String {
        let mut names = schema.names_of(self.kind);
        names.nth(self.column).unwrap_or_default().to_owned()
    }

    fn text(self, value: u64) -> String {
        match self.kind {
            Kind::Date => date_text(u32::try_from(value).unwrap_or(0)),
            Kind::Postcode => postcode_text(value),
            _ => identifier_text(value),
        }
    }
}
