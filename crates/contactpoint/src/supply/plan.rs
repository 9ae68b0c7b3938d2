//! Where in the rows of one file each meaning stands: the mapping held against the heading.

use std::sync::Arc;

use super::cells::Cells;
use super::column::{Column, Presence};
use super::delimiter::other_delimiter;
use super::format::Format;
use super::mapping::Mapping;
use super::meaning::{MEANINGS, Meaning, Part};
use super::mend::WRONG_COLUMN;
use super::refusal::{ColumnFault, ColumnWhy, Refusal};

/// Where each meaning stands in the rows of a file.
#[derive(Debug)]
pub struct Plan {
    slots: Vec<Vec<Slot>>,
    /// How many fields every row must have.
    pub width: usize,
    /// The names of the columns in the file's own order.
    pub names: Vec<String>,
    /// The places that always hold one of some values, and those.
    pub only: Vec<(usize, Vec<String>)>,
    /// The places of everything about an involvement.
    pub involvement: Vec<usize>,
}

/// A column of the mapping and its place in the rows.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Its place, from 0.
    pub place: usize,
    /// The column.
    pub column: Column,
}

impl Plan {
    /// Holds the mapping against a heading. A column that the mapping does not name is refused by its name (R4).
    ///
    /// # Errors
    /// A [`Refusal`] with every column that is wrong.
    pub fn of(heading: &Cells, mapping: &Mapping) -> Result<Plan, Refusal> {
        let names: Vec<&str> = (0..heading.len()).map(|place| heading.get(place)).collect();
        let is_known = |name: &&str| is_declared(mapping, name) && !is_named(WRONG_COLUMN, name);
        if !names.iter().any(is_known) {
            let other = other_delimiter(&names);
            let other = other.filter(|_| mapping.format == Format::Separated);
            return Err(other.map_or(Refusal::NotThisSupplier, Refusal::Delimiter));
        }
        let faults = column_faults(&names, mapping);
        if !faults.is_empty() {
            return Err(refusal(faults, mapping));
        }
        let mut plan = Plan {
            slots: vec![Vec::new(); MEANINGS],
            width: names.len(),
            names: names.iter().map(ToString::to_string).collect(),
            only: Vec::new(),
            involvement: Vec::new(),
        };
        for (place, name) in names.iter().enumerate() {
            for column in mapping
                .columns
                .iter()
                .filter(|column| is_named(&column.name, name))
            {
                plan.put(place, column);
            }
            let only = mapping.only.iter().filter(|(only, _)| is_named(only, name));
            plan.only
                .extend(only.map(|(_, values)| (place, values.clone())));
        }
        Ok(plan)
    }

    /// The columns of a meaning, in the order of the file.
    pub fn slots(&self, meaning: Meaning) -> &[Slot] {
        self.slots.get(meaning.index()).map_or(&[], Vec::as_slice)
    }

    /// The only column of a meaning.
    pub fn slot(&self, meaning: Meaning) -> Option<&Slot> {
        self.slots(meaning).first()
    }

    fn put(&mut self, place: usize, column: &Column) {
        if column.meaning.part() == Part::Involvement {
            self.involvement.push(place);
        }
        if let Some(slots) = self.slots.get_mut(column.meaning.index()) {
            slots.push(Slot {
                place,
                column: column.clone(),
            });
        }
    }
}

fn column_faults(names: &[&str], mapping: &Mapping) -> Vec<ColumnFault> {
    let mut faults = Vec::new();
    for (place, name) in names.iter().enumerate() {
        let before = names.get(..place).unwrap_or(&[]);
        if name.is_empty() {
            let why = ColumnWhy::Nameless(place.saturating_add(1));
            faults.push(ColumnFault::new("", why));
        } else if !is_declared(mapping, name) {
            faults.push(ColumnFault::unknown(name));
        } else if before.iter().any(|other| is_named(other, name)) {
            faults.push(ColumnFault::new(name, ColumnWhy::Twice));
        }
    }
    let mut missing: Vec<&Arc<str>> = mapping
        .columns
        .iter()
        .filter(|column| column.presence != Presence::Optional)
        .map(|column| &column.name)
        .chain(mapping.only.iter().map(|(name, _)| name))
        .filter(|needed| !names.iter().any(|name| is_named(needed, name)))
        .collect();
    missing.dedup();
    faults.extend(
        missing
            .into_iter()
            .map(|name| ColumnFault::new(name, ColumnWhy::Missing)),
    );
    faults
}

/// Whether cells name columns of the mapping, as a heading does: two at the least, since one word may stand in a row by chance.
pub fn is_heading(cells: &Cells, mapping: &Mapping) -> bool {
    let names = (0..cells.len()).map(|place| cells.get(place));
    names.filter(|name| is_declared(mapping, name)).count() > 1
}

/// Of a mapping whose file is made of tables, a file that lacks columns is most likely one of these.
fn refusal(faults: Vec<ColumnFault>, mapping: &Mapping) -> Refusal {
    let is_missing = |fault: &ColumnFault| fault.why == ColumnWhy::Missing;
    match &mapping.tables {
        Some(tables) if faults.iter().any(is_missing) => Refusal::NotJoined {
            tables: tables.names().map(ToOwned::to_owned).collect(),
            missing: faults.into_iter().filter(is_missing).collect(),
        },
        _ => Refusal::Columns(faults),
    }
}

fn is_declared(mapping: &Mapping, name: &str) -> bool {
    let columns = mapping.columns.iter().map(|column| &column.name);
    let only = mapping.only.iter().map(|(name, _)| name);
    columns
        .chain(only)
        .chain(&mapping.ignored)
        .any(|known| is_named(known, name))
        || is_named(WRONG_COLUMN, name)
}

/// Headings are the same in either case.
pub fn is_named(known: &str, name: &str) -> bool {
    known.eq_ignore_ascii_case(name)
}
