//! A supplier's file in any of the formats, taken apart into rows of cells.

use std::io::{self, Read};

use serde_json::Value;

use super::cells::Cells;
use super::complaint::Complaint;
use super::decoded::Decoded;
use super::elements::Elements;
use super::fault::Fault;
use super::format::{Encoding, Format};
use super::frames::{Frame, Frames};
use super::limit::PATH_CHARACTERS_MAX;
use super::mapping::Mapping;
use super::named::named;
use super::objects::{Next, Objects};
#[cfg(feature = "parquet")]
use super::parquet;
#[cfg(not(feature = "parquet"))]
use super::parquet_fault::ParquetFault;
use super::refusal::Refusal;
use super::rows::Unread;
use super::shape::{Shape, Wrong};

/// A file in one of the formats.
pub enum Source<R> {
    /// Separated values, in an encoding.
    Separated(Frames<Decoded<R>>, Encoding),
    /// JSON.
    Json(Objects<Decoded<R>>, Shape),
    /// XML.
    Xml(Box<Elements<Decoded<R>>>, Shape),
    /// Parquet.
    #[cfg(feature = "parquet")]
    Parquet(Box<parquet::Table>),
}

/// What came next.
pub enum Taken {
    /// A row, in the cells that were given; and its line.
    Row(u64),
    /// A row in the same way, of a format that has records.
    Record(Box<Record>),
    /// Something that is not a row, and why. What could be read of it is in the cells.
    Broken(Vec<Fault>),
    /// Something beside the rows that looks like case information.
    Beside(Fault),
    /// The file is at its end.
    End,
}

/// A row of a format that has records.
pub struct Record {
    /// Its line.
    pub line: u64,
    /// What was written there.
    pub value: Value,
    /// What its members are that they should not be.
    pub wrong: Wrong,
}

impl<R: Read> Source<R> {
    /// Begins to read, and gives the names of the columns.
    ///
    /// # Errors
    /// [`Unread`].
    pub fn open(reader: R, mapping: &Mapping) -> Result<(Source<R>, Cells), Unread> {
        if mapping.format == Format::Parquet {
            return by_columns(reader, mapping);
        }
        let reader = Decoded::new(reader, mapping.encoding);
        match &mapping.format {
            Format::Separated | Format::Parquet => separated(reader, mapping),
            Format::JsonLines => {
                let objects = Objects::of_lines(reader).map_err(Unread::Reading)?;
                let shape = Shape::of(mapping);
                let heading = shape.heading();
                Ok((Source::Json(objects, shape), heading))
            }
            Format::Json(members) => {
                let objects = Objects::of_array(reader, members).map_err(Unread::Reading)?;
                let shape = Shape::of(mapping);
                let heading = shape.heading();
                Ok((Source::Json(objects, shape), heading))
            }
            Format::Xml(row) => {
                let names = mapping.columns.iter().map(|column| &*column.name);
                let beside: Vec<&str> = names.filter(|name| name.starts_with('/')).collect();
                let elements = Elements::new(reader, row, &beside).map_err(Unread::Reading)?;
                let shape = Shape::of(mapping);
                let heading = shape.heading();
                Ok((Source::Xml(Box::new(elements), shape), heading))
            }
        }
    }

    /// The first row of a file that has no heading: by it the file is known.
    ///
    /// # Errors
    /// [`Unread`] when there is none, or it is nothing that the mapping describes.
    pub fn first(&mut self, cells: &mut Cells) -> Result<Taken, Unread> {
        let first = self.next(cells).map_err(Unread::Reading)?;
        let refusal = match &first {
            Taken::Row(_) | Taken::Beside(_) => None,
            Taken::Record(record) => record.wrong.errors.first().and_then(unknown),
            Taken::End => Some(Refusal::Empty),
            Taken::Broken(faults) => faults.first().and_then(unknown),
        };
        refusal.map_or(Ok(first), |refusal| Err(Unread::Refused(refusal)))
    }

    /// A record as it was sent, without members that the mapping does not name.
    pub fn named(&self, record: &Value) -> Value {
        match self {
            Source::Json(_, shape) | Source::Xml(_, shape) => named(shape, record),
            _ => Value::Null,
        }
    }

    /// How many bytes have been taken.
    pub fn bytes(&self) -> u64 {
        match self {
            Source::Separated(frames, _) => frames.bytes(),
            Source::Json(objects, _) => objects.bytes(),
            Source::Xml(elements, _) => elements.bytes(),
            #[cfg(feature = "parquet")]
            Source::Parquet(table) => table.bytes(),
        }
    }

    /// The next row.
    ///
    /// # Errors
    /// What the reader returns.
    pub fn next(&mut self, cells: &mut Cells) -> io::Result<Taken> {
        let (next, shape) = match self {
            Source::Separated(frames, encoding) => {
                return Ok(match frames.next(cells)? {
                    Frame::Row(line) => Taken::Row(line),
                    Frame::Broken(line, complaint) => broken(line, complaint.of_file_in(*encoding)),
                    Frame::End => Taken::End,
                });
            }
            #[cfg(feature = "parquet")]
            Source::Parquet(table) => {
                return Ok(match table.next(cells)? {
                    parquet::Next::Row(line) => Taken::Row(line),
                    parquet::Next::Broken(line, complaint) => broken(line, complaint),
                    parquet::Next::End => Taken::End,
                });
            }
            Source::Json(objects, shape) => (objects.next()?, shape),
            Source::Xml(elements, shape) => (elements.next()?, shape),
        };
        if !matches!(next, Next::Record(..)) {
            *cells = Cells::default();
        }
        Ok(match next {
            Next::Record(line, value) => match shape.take(line, &value, cells) {
                Ok(wrong) => Taken::Record(Box::new(Record { line, value, wrong })),
                Err(complaint) => broken(line, complaint),
            },
            Next::Broken(line, complaint) => broken(line, complaint),
            Next::CaseInformation(line, path) => Taken::Beside(case_information(line, &path)),
            Next::End => Taken::End,
        })
    }
}

/// Why a file is not known by the fault of its first row.
fn unknown(fault: &Fault) -> Option<Refusal> {
    match fault.complaint {
        Complaint::NotJson | Complaint::NotXml | Complaint::CutShort | Complaint::DocumentType => {
            Some(Refusal::Broken(fault.line, fault.complaint))
        }
        Complaint::NotText => Some(Refusal::NotItsEncoding),
        Complaint::NotTheseColumns => Some(Refusal::NotThisSupplier),
        _ => None,
    }
}

fn broken(line: u64, complaint: Complaint) -> Taken {
    Taken::Broken(vec![Fault::of_row(line, complaint)])
}

/// The fault of something beside the rows that looks like case information (R4).
fn case_information(line: u64, path: &str) -> Fault {
    let printable = path.chars().filter(|c| !c.is_control());
    let path: String = printable.take(PATH_CHARACTERS_MAX).collect();
    Fault {
        column: Some(path.into()),
        what: "column",
        ..Fault::of_row(line, Complaint::CaseColumn)
    }
}

#[cfg(feature = "parquet")]
fn by_columns<R: Read>(reader: R, mapping: &Mapping) -> Result<(Source<R>, Cells), Unread> {
    let (table, heading) = parquet::Table::open(reader, mapping)?;
    Ok((Source::Parquet(Box::new(table)), heading))
}

#[cfg(not(feature = "parquet"))]
fn by_columns<R: Read>(_: R, _: &Mapping) -> Result<(Source<R>, Cells), Unread> {
    Err(Unread::Refused(ParquetFault::NotBuilt.into()))
}

fn separated<R: Read>(reader: Decoded<R>, mapping: &Mapping) -> Result<(Source<R>, Cells), Unread> {
    let mut frames = Frames::new(reader, mapping.delimiter).map_err(Unread::Reading)?;
    if mapping.encoding == Encoding::Utf8 && frames.is_utf16() {
        return Err(Unread::Refused(Refusal::Utf16));
    }
    let is_utf8 = mapping.encoding == Encoding::Utf8;
    let mut cells = Cells::default();
    match frames.next(&mut cells).map_err(Unread::Reading)? {
        Frame::Row(_) => Ok((Source::Separated(frames, mapping.encoding), cells)),
        Frame::End => Err(Unread::Refused(Refusal::Empty)),
        Frame::Broken(_, Complaint::Encoding { .. }) if is_utf8 => {
            Err(Unread::Refused(Refusal::NotUtf8))
        }
        Frame::Broken(_, Complaint::Encoding { .. }) => {
            Err(Unread::Refused(Refusal::NotItsEncoding))
        }
        Frame::Broken(..) => Err(Unread::Refused(Refusal::NoHeading)),
    }
}
