//! The tables of an extract joined to one file of rows, where the extract was made. Only columns that the mapping takes come along.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::io::{self, Read, Write};

use super::cells::Cells;
use super::decoded::{Decoded, mark};
use super::delimiter::other_delimiter;
use super::format::Encoding;
use super::frames::{Frame, Frames};
use super::limit::TABLE_ROWS_MAX;
use super::mapping::Mapping;
use super::meaning::Meaning;
use super::plan::is_named;
use super::tables::{Beside, Tables};

/// What was joined.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// How many rows were written.
    pub rows: u64,
    /// How many rows were left out because of whom they are of.
    pub rows_left_out: u64,
    /// Of how many children those are.
    pub children_left_out: u64,
    /// The lines of the list on which the ids to leave out stand that are in no row, in order.
    pub ids_unknown: Vec<u64>,
    /// The columns that were left where they are, each with its table before a point: `ssd_person.pers_ethnicity`.
    pub left_out: Vec<String>,
}

/// Opens a table by its name.
type Open<'a, R> = &'a mut dyn FnMut(&str) -> io::Result<R>;

/// Why tables could not be joined.
#[derive(Debug)]
pub enum Unjoined {
    /// The mapping does not say of which tables its file is made.
    NoTables,
    /// A table is not as the mapping says, in words that carry no value of it.
    Table(String),
    /// A table could not be read, or the file not written.
    Reading(io::Error),
}

/// A table while it is being read.
struct Table<R> {
    frames: Frames<Decoded<R>>,
    encoding: Encoding,
    name: String,
    heading: Vec<String>,
    /// The places of the columns that come along.
    taken: Vec<usize>,
}

/// A table that is looked up, in memory.
struct Looked {
    /// The place of the looked-for value in the table with the rows.
    by: usize,
    names: Vec<String>,
    rows: HashMap<String, (String, Vec<String>)>,
}

/// Makes one file of separated values from the tables that `open` gives by their names. Neither order nor rows are changed: a row whose
/// partner is missing has blanks in its place, and the check of the file says so. Rows of the children whose ids are given, each with its
/// line in their list, are left out.
///
/// # Errors
/// [`Unjoined`].
pub fn join<R: Read>(
    (mapping, leave_out): (&Mapping, &BTreeMap<String, u64>),
    open: Open<'_, R>,
    out: &mut dyn Write,
) -> Result<Joined, Unjoined> {
    let tables = mapping.tables.as_ref().ok_or(Unjoined::NoTables)?;
    let mut joined = Joined::default();
    let mut rows = Table::open(&tables.rows, mapping, open, &mut joined)?;
    let looked = look(tables, &rows, mapping, (open, &mut joined))?;
    let key = mapping
        .columns
        .iter()
        .find(|column| column.meaning == Meaning::Key);
    let key = key.filter(|_| !leave_out.is_empty());
    let key = key.map(|column| rows.place(&column.name)).transpose()?;
    let mut found: BTreeSet<u64> = BTreeSet::new();
    let names = rows
        .names()
        .chain(looked.iter().flat_map(|table| &table.names));
    out.write_all(mark(mapping.encoding))?;
    let mut writer = csv::WriterBuilder::new()
        .delimiter(mapping.delimiter)
        .from_writer(out);
    writer.write_record(names).map_err(written)?;
    let mut cells = Cells::default();
    while rows.next(&mut cells)?.is_some() {
        if let Some(line) = key.and_then(|place| leave_out.get(cells.get(place))) {
            found.insert(*line);
            joined.rows_left_out = joined.rows_left_out.saturating_add(1);
            continue;
        }
        let own = rows.taken.iter().map(|place| cells.get(*place));
        let beside = looked.iter().flat_map(|table| table.cells(&cells));
        writer.write_record(own.chain(beside)).map_err(written)?;
        joined.rows = joined.rows.saturating_add(1);
    }
    writer.flush()?;
    joined.children_left_out = found.len() as u64;
    let lines: BTreeSet<u64> = leave_out.values().copied().collect();
    joined.ids_unknown = lines.difference(&found).copied().collect();
    Ok(joined)
}

fn look<R: Read>(
    tables: &Tables,
    rows: &Table<R>,
    mapping: &Mapping,
    (open, joined): (Open<'_, R>, &mut Joined),
) -> Result<Vec<Looked>, Unjoined> {
    let mut looked = Vec::new();
    for (name, beside) in &tables.beside {
        let by = rows.place(&beside.by)?;
        let table = Table::open(name, mapping, open, joined)?;
        looked.push(table.into_looked(beside, by)?);
    }
    Ok(looked)
}

impl<R: Read> Table<R> {
    fn open(
        name: &str,
        mapping: &Mapping,
        open: Open<'_, R>,
        joined: &mut Joined,
    ) -> Result<Table<R>, Unjoined> {
        let reader = open(name).map_err(|error| unopened(name, &error, mapping))?;
        let reader = Decoded::new(reader, mapping.encoding);
        let mut frames = Frames::new(reader, mapping.delimiter)?;
        let mut cells = Cells::default();
        if !matches!(frames.next(&mut cells)?, Frame::Row(_)) {
            return Err(Unjoined::Table(format!(
                "the table {name} has no line with the names of its columns"
            )));
        }
        let heading: Vec<String> = (0..cells.len())
            .map(|place| cells.get(place).to_owned())
            .collect();
        if let Some(other) = other_delimiter(&heading) {
            return Err(Unjoined::Table(format!(
                "the first line of the table {name} is one column, with {other} in it: if that stands between its columns, set delimiter = {other} above the columns of the mapping"
            )));
        }
        let (taken, left): (Vec<usize>, Vec<usize>) = (0..heading.len())
            .partition(|place| heading.get(*place).is_some_and(|name| mapping.takes(name)));
        let left = left.iter().filter_map(|place| heading.get(*place));
        joined
            .left_out
            .extend(left.map(|column| format!("{name}.{column}")));
        Ok(Table {
            frames,
            encoding: mapping.encoding,
            name: name.to_owned(),
            heading,
            taken,
        })
    }

    fn names(&self) -> impl Iterator<Item = &String> {
        self.taken
            .iter()
            .filter_map(|place| self.heading.get(*place))
    }

    fn place(&self, column: &str) -> Result<usize, Unjoined> {
        let place = self.heading.iter().position(|name| is_named(column, name));
        place.ok_or_else(|| {
            Unjoined::Table(format!("the table {} has no column {column}", self.name))
        })
    }

    /// The next row's line. `None`: the table is at its end.
    fn next(&mut self, cells: &mut Cells) -> Result<Option<u64>, Unjoined> {
        let wrong = |line: u64, why: &str| {
            Unjoined::Table(format!("the table {}, line {line}: {why}", self.name))
        };
        match self.frames.next(cells)? {
            Frame::End => Ok(None),
            Frame::Row(line) if cells.len() == self.heading.len() => Ok(Some(line)),
            Frame::Row(line) => Err(wrong(
                line,
                "it has more or fewer fields than the first line",
            )),
            Frame::Broken(line, complaint) => {
                Err(wrong(line, complaint.of_file_in(self.encoding).words()))
            }
        }
    }

    fn into_looked(mut self, beside: &Beside, by: usize) -> Result<Looked, Unjoined> {
        let key = self.place(&beside.key)?;
        let latest = beside.latest.as_ref();
        let latest = latest.map(|column| self.place(column)).transpose()?;
        let only = beside.only.iter();
        let only: Vec<(usize, &str)> = only
            .map(|(column, value)| Ok((self.place(column)?, value.as_str())))
            .collect::<Result<_, Unjoined>>()?;
        let mut rows: HashMap<String, (String, Vec<String>)> = HashMap::new();
        let mut cells = Cells::default();
        while self.next(&mut cells)?.is_some() {
            let found = cells.get(key);
            if found.is_empty()
                || only
                    .iter()
                    .any(|(place, value)| cells.get(*place) != *value)
            {
                continue;
            }
            let age = latest.map_or("", |place| cells.get(place));
            if rows
                .get(found)
                .is_some_and(|(known, _)| known.as_str() > age)
            {
                continue;
            }
            if rows.len() >= TABLE_ROWS_MAX {
                return Err(Unjoined::Table(format!(
                    "the table {} has more than {TABLE_ROWS_MAX} rows",
                    self.name
                )));
            }
            let taken = self.taken.iter().map(|place| cells.get(*place).to_owned());
            rows.insert(found.to_owned(), (age.to_owned(), taken.collect()));
        }
        Ok(Looked {
            by,
            names: self.names().cloned().collect(),
            rows,
        })
    }
}

impl Looked {
    /// The cells that stand beside a row: as many as there are names.
    fn cells<'a>(&'a self, row: &Cells) -> impl Iterator<Item = &'a str> + use<'a> {
        let found = self.rows.get(row.get(self.by)).map(|(_, cells)| cells);
        (0..self.names.len()).map(move |place| {
            let cell = found.and_then(|cells| cells.get(place));
            cell.map_or("", String::as_str)
        })
    }
}

fn unopened(name: &str, error: &io::Error, mapping: &Mapping) -> Unjoined {
    let why = match (error.kind(), &mapping.tables) {
        (io::ErrorKind::NotFound, Some(tables)) => format!(
            "there is no table {name}: these are needed, each in a file of its name, as {name}.csv: {}",
            tables.names().collect::<Vec<_>>().join(", ")
        ),
        (kind, _) => format!("the table {name} cannot be opened: {kind}"),
    };
    Unjoined::Table(why)
}

fn written(error: csv::Error) -> Unjoined {
    Unjoined::Reading(error.into())
}

impl From<io::Error> for Unjoined {
    fn from(error: io::Error) -> Unjoined {
        Unjoined::Reading(error)
    }
}

impl fmt::Display for Unjoined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unjoined::NoTables => {
                f.write_str("the mapping does not say of which tables its file is made")
            }
            Unjoined::Table(why) => f.write_str(why),
            Unjoined::Reading(error) => {
                write!(f, "the file could not be written: {}", error.kind())
            }
        }
    }
}

impl std::error::Error for Unjoined {}
