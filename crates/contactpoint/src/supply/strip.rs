//! A file of records without what may not be sent, made where the file is: only what the mapping takes comes along, and the rest is named.

use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Read, Write};

use serde_json::{Map, Value};

use super::cells::Cells;
use super::complaint::Complaint;
use super::decoded::{Decoded, mark};
use super::elements::Elements;
use super::format::Format;
use super::limit::{NAMES_LEFT_OUT_MAX, PATH_CHARACTERS_MAX, RECORD_DEPTH_MAX};
use super::mapping::Mapping;
use super::objects::{Next, Objects};
use super::opened::NotWhole;
use super::path::Chosen;
use super::shape::Shape;
use super::written::Written;

/// What was stripped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stripped {
    /// How many rows were written.
    pub rows: u64,
    /// How many rows were left out whole: of another kind, or with nothing that the mapping takes.
    pub rows_left_out: u64,
    /// What was left where it is, by its path in a row, or from `/` on beside the rows.
    pub left_out: Vec<String>,
}

/// Why a file could not be stripped.
#[derive(Debug)]
pub enum Unstripped {
    /// It has columns and no records.
    Columns,
    /// It has something that is no row, from a line on.
    Broken(u64, Complaint),
    /// It leaves out more names than can be told.
    Names,
    /// It could not be read or written.
    Reading(io::Error),
}

/// The records of a file, whatever its format.
enum Records<R> {
    Json(Box<Objects<Decoded<R>>>),
    Xml(Box<Elements<Decoded<R>>>),
}

/// What is left out while a file is read: one name more at most than can be told.
#[derive(Default)]
struct Left {
    names: BTreeSet<String>,
}

/// One record while it is gone through.
struct Going<'a, 'b> {
    shape: &'b Shape,
    chosen: Vec<Chosen<'a>>,
    way: Vec<(&'a str, Option<&'a Map<String, Value>>)>,
    left: &'b mut Left,
}

/// Writes a file without what its mapping does not take. Nothing is changed in what is taken, and no value of what is left out is told.
///
/// # Errors
/// [`Unstripped`]: then what was written is no whole file.
pub fn strip<R: Read>(
    mapping: &Mapping,
    reader: R,
    out: &mut dyn Write,
) -> Result<Stripped, Unstripped> {
    let reader = Decoded::new(reader, mapping.encoding);
    let mut records = match &mapping.format {
        Format::Separated | Format::Parquet => return Err(Unstripped::Columns),
        Format::JsonLines => Records::Json(Box::new(Objects::of_lines(reader)?.noting())),
        Format::Json(members) => {
            Records::Json(Box::new(Objects::of_array(reader, members)?.noting()))
        }
        Format::Xml(row) => {
            let names = mapping.columns.iter().map(|column| &*column.name);
            let beside: Vec<&str> = names.filter(|name| name.starts_with('/')).collect();
            Records::Xml(Box::new(Elements::new(reader, row, &beside)?.noting()))
        }
    };
    out.write_all(mark(mapping.encoding))?;
    let mut written = Written::begin(&mapping.format, out)?.ok_or(Unstripped::Columns)?;
    let mut shape = Shape::of(mapping);
    let mut stripped = Stripped::default();
    let mut left = Left::default();
    loop {
        match records.next()? {
            Next::End => break,
            Next::Broken(line, complaint) => return Err(Unstripped::Broken(line, complaint)),
            Next::CaseInformation(_, path) => left.name(&path),
            Next::Record(line, record) => {
                let mut own = Left::default();
                let kept = kept(&shape, &mut own, (line, &record))?;
                let is_of_kind = match &kept {
                    Some(kept) => is_of_kind(mapping, &mut shape, (line, kept))?,
                    None => false,
                };
                match kept.filter(|_| is_of_kind) {
                    Some(kept) => {
                        written.write(&kept)?;
                        left.merge(own)?;
                        stripped.rows = stripped.rows.saturating_add(1);
                    }
                    None => stripped.rows_left_out = stripped.rows_left_out.saturating_add(1),
                }
            }
        }
    }
    written.end()?;
    for name in records.passed()? {
        left.name(&name);
    }
    left.check()?;
    stripped.left_out = left.names.into_iter().collect();
    Ok(stripped)
}

impl<R: Read> Records<R> {
    fn next(&mut self) -> io::Result<Next> {
        match self {
            Records::Json(objects) => objects.next(),
            Records::Xml(elements) => elements.next(),
        }
    }

    /// The names of what was passed over beside the rows.
    fn passed(&mut self) -> io::Result<BTreeSet<String>> {
        match self {
            Records::Json(objects) => objects.passed_over(),
            Records::Xml(elements) => Ok(elements.passed_over()),
        }
    }
}

/// Whether what is kept of a record has the values that every row of the mapping has.
fn is_of_kind(
    mapping: &Mapping,
    shape: &mut Shape,
    (line, kept): (u64, &Value),
) -> Result<bool, Unstripped> {
    if mapping.only.is_empty() {
        return Ok(true);
    }
    let mut cells = Cells::default();
    shape
        .take(line, kept, &mut cells)
        .map_err(|complaint| Unstripped::Broken(line, complaint))?;
    let heading = shape.heading();
    Ok(mapping.only.iter().all(|(name, values)| {
        let mut places = 0..heading.len();
        places
            .find(|place| heading.get(*place) == &**name)
            .is_some_and(|place| values.iter().any(|value| value == cells.get(place)))
    }))
}

/// What the mapping takes of a record. `None`: nothing.
fn kept(
    shape: &Shape,
    left: &mut Left,
    (line, record): (u64, &Value),
) -> Result<Option<Value>, Unstripped> {
    let Value::Object(members) = record else {
        return Ok(None);
    };
    let mut going = Going {
        shape,
        chosen: shape.chosen(members),
        way: Vec::new(),
        left,
    };
    let kept = going.members(line, members)?;
    // What only stands beside the rows makes no row.
    let has_own = kept.keys().any(|name| !name.starts_with('/'));
    Ok(has_own.then_some(Value::Object(kept)))
}

impl<'a> Going<'a, '_> {
    fn members(
        &mut self,
        line: u64,
        members: &'a Map<String, Value>,
    ) -> Result<Map<String, Value>, Unstripped> {
        if self.way.len() >= RECORD_DEPTH_MAX {
            return Err(Unstripped::Broken(line, Complaint::TooDeep));
        }
        let mut kept = Map::new();
        for (name, value) in members {
            let own = match value {
                Value::Array(values) => {
                    let mut own = Vec::new();
                    for value in values {
                        own.extend(self.value(line, (name, value))?);
                    }
                    (!own.is_empty()).then_some(Value::Array(own))
                }
                value => self.value(line, (name, value))?,
            };
            if let Some(own) = own {
                kept.insert(name.clone(), own);
            }
        }
        Ok(kept)
    }

    fn value(
        &mut self,
        line: u64,
        (name, value): (&'a str, &'a Value),
    ) -> Result<Option<Value>, Unstripped> {
        self.way.push((name, value.as_object()));
        let kept = match value {
            Value::Null => None,
            Value::Object(members) => {
                let kept = self.members(line, members)?;
                (!kept.is_empty()).then_some(Value::Object(kept))
            }
            Value::Bool(_) | Value::Number(_) | Value::String(_)
                if self.shape.takes(&self.way, &self.chosen) =>
            {
                Some(value.clone())
            }
            Value::Array(_) | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                let names: Vec<&str> = self.way.iter().map(|(name, _)| *name).collect();
                self.left.name(&names.join("/"));
                None
            }
        };
        self.way.pop();
        Ok(kept)
    }
}

impl Left {
    fn name(&mut self, path: &str) {
        if self.names.len() <= NAMES_LEFT_OUT_MAX && !self.names.contains(path) {
            let printable = path.chars().filter(|c| !c.is_control());
            self.names
                .insert(printable.take(PATH_CHARACTERS_MAX).collect());
        }
    }

    /// Takes the names of a record that was kept. Those of one that was not may be anything, a child's own too.
    fn merge(&mut self, own: Left) -> Result<(), Unstripped> {
        self.names.extend(own.names);
        self.check()
    }

    fn check(&self) -> Result<(), Unstripped> {
        if self.names.len() > NAMES_LEFT_OUT_MAX {
            return Err(Unstripped::Names);
        }
        Ok(())
    }
}

impl From<io::Error> for Unstripped {
    fn from(error: io::Error) -> Unstripped {
        Unstripped::Reading(error)
    }
}

impl fmt::Display for Unstripped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unstripped::Columns => f.write_str(
                "it has columns: leave out those that are refused by name where you draw the extract, or with `supply join`",
            ),
            Unstripped::Broken(line, complaint) => {
                let (words, fix) = (complaint.words(), complaint.fix());
                write!(f, "line {line}: what stands there {words}; {fix}")
            }
            Unstripped::Names => write!(
                f,
                "more than {NAMES_LEFT_OUT_MAX} names would be left out: is it another supplier's file?"
            ),
            Unstripped::Reading(error) if NotWhole::is(error) => write!(f, "{error}"),
            Unstripped::Reading(error) => {
                write!(f, "it could not be read or written: {}", error.kind())
            }
        }
    }
}

impl std::error::Error for Unstripped {}

#[cfg(test)]
#[path = "strip_tests.rs"]
mod tests;
