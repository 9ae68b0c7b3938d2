//! One column of a row group, decoded a few rows at a time into text.

use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::DataType;
use parquet::errors::{ParquetError, Result};
use parquet::schema::types::ColumnDescPtr;

use super::kind::Kind;
use super::pages::Pages;

/// A column that is being read.
pub struct Column {
    reader: ColumnReader,
    kind: Kind,
    texts: Texts,
}

/// The values of some rows, one after the other.
#[derive(Debug, Default)]
struct Texts {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Column {
    /// The column whose pages these are.
    #[must_use]
    pub fn of(column: ColumnDescPtr, kind: Kind, pages: Pages) -> Column {
        Column {
            reader: get_column_reader(column, Box::new(pages)),
            kind,
            texts: Texts::default(),
        }
    }

    /// Reads the next rows, in the place of those before.
    ///
    /// # Errors
    /// The pages are broken, or have fewer rows.
    pub fn read(&mut self, rows: usize) -> Result<()> {
        self.texts.bytes.clear();
        self.texts.ends.clear();
        let (kind, to) = (self.kind, &mut self.texts);
        match &mut self.reader {
            ColumnReader::BoolColumnReader(reader) => read(reader, rows, to, |value, text| {
                text.extend_from_slice(if *value { b"true" } else { b"false" });
            }),
            ColumnReader::Int32ColumnReader(reader) => read(reader, rows, to, |value, text| {
                kind.whole(i64::from(*value), text)
            }),
            ColumnReader::Int64ColumnReader(reader) => {
                read(reader, rows, to, |value, text| kind.whole(*value, text))
            }
            ColumnReader::FloatColumnReader(reader) => read(reader, rows, to, |value, text| {
                kind.real(f64::from(*value), text)
            }),
            ColumnReader::DoubleColumnReader(reader) => {
                read(reader, rows, to, |value, text| kind.real(*value, text))
            }
            ColumnReader::ByteArrayColumnReader(reader) => read(reader, rows, to, |value, text| {
                kind.bytes(value.data(), text)
            }),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                read(reader, rows, to, |value, text| {
                    kind.bytes(value.data(), text)
                })
            }
            ColumnReader::Int96ColumnReader(_) => Err(too_few()),
        }
    }

    /// The value of one of the rows that were read last; empty when it is missing.
    #[must_use]
    pub fn text(&self, place: usize) -> &[u8] {
        let before = place.checked_sub(1);
        let start = before.map_or(Some(0), |before| self.texts.ends.get(before).copied());
        let end = self.texts.ends.get(place).copied();
        let found = start.zip(end);
        found
            .and_then(|(start, end)| self.texts.bytes.get(start..end))
            .unwrap_or(&[])
    }
}

fn read<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    to: &mut Texts,
    write: impl Fn(&T::T, &mut Vec<u8>),
) -> Result<()> {
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    let (read, ..) = reader.read_records(rows, Some(&mut levels), None, &mut values)?;
    if read != rows {
        return Err(too_few());
    }
    let mut values = values.iter();
    for place in 0..rows {
        // A column that cannot be missing has no levels; in one that can, 1 is there and 0 is missing.
        if levels.get(place).is_none_or(|level| *level > 0) {
            let value = values.next().ok_or_else(too_few)?;
            write(value, &mut to.bytes);
        }
        to.ends.push(to.bytes.len());
    }
    Ok(())
}

fn too_few() -> ParquetError {
    ParquetError::General("fewer rows than declared".to_owned())
}
