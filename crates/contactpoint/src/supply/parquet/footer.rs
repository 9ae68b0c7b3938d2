//! The footer of a Parquet file, held against the limits before anything of it is believed.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use parquet::basic::{Encoding, Repetition};
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataReader};
use parquet::schema::types::Type;

use super::kind::Kind;
use super::thrift::{Field, walk};
use super::unpack::is_read;
use crate::supply::limit::{
    COLUMNS_MAX, PARQUET_ELEMENTS_MAX, PARQUET_FOOTER_BYTES_MAX, PARQUET_ROW_GROUP_BYTES_MAX,
    PARQUET_ROW_GROUPS_MAX, PARQUET_ROWS_MAX,
};
use crate::supply::mapping::Mapping;
use crate::supply::parquet_fault::ParquetFault;
use crate::supply::refusal::Refusal;

/// What a footer says.
#[derive(Debug)]
pub struct Footer {
    /// As the crate reads it.
    pub metadata: ParquetMetaData,
    /// The names of the columns, and what is in those that the mapping takes.
    pub columns: Vec<(String, Option<Kind>)>,
    /// How many rows there are.
    pub rows: u64,
}

const MARK: &[u8] = b"PAR1";
/// The mark at the end, and the length of the footer before it.
const TAIL_BYTES: usize = 8;

impl Footer {
    /// Reads the footer of a file.
    ///
    /// # Errors
    /// The [`Refusal`] of the file.
    pub fn of(file: &Bytes, mapping: &Mapping) -> Result<Footer, Refusal> {
        if file.is_empty() {
            return Err(Refusal::Empty);
        }
        let bytes = footer(file)?;
        hold(bytes)?;
        // Of a broken footer the crate makes an error; if it should come to a sudden end instead, that is a broken footer too.
        let read = || ParquetMetaDataReader::decode_metadata(bytes).ok();
        let metadata = catch_unwind(AssertUnwindSafe(read)).ok().flatten();
        let metadata = metadata.ok_or(Refusal::NotItsFormat)?;
        let columns = columns(&metadata, mapping)?;
        let rows = rows(&metadata, &columns)?;
        Ok(Footer {
            metadata,
            columns,
            rows,
        })
    }
}

fn footer(file: &Bytes) -> Result<&[u8], Refusal> {
    let last = file.len().checked_sub(TAIL_BYTES);
    let (body, tail) = last
        .and_then(|last| file.split_at_checked(last))
        .ok_or(Refusal::NotItsFormat)?;
    let (length, mark) = tail.split_first_chunk::<4>().ok_or(Refusal::NotItsFormat)?;
    if mark != MARK || !body.starts_with(MARK) {
        return Err(Refusal::NotItsFormat);
    }
    let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
    if length > PARQUET_FOOTER_BYTES_MAX {
        return Err(ParquetFault::FooterTooLong.into());
    }
    let start = body.len().checked_sub(length);
    start
        .filter(|start| *start >= MARK.len())
        .and_then(|start| body.get(start..))
        .ok_or(Refusal::NotItsFormat)
}

/// Counts what the crate would go down into, and make room for, on the footer's word.
fn hold(footer: &[u8]) -> Result<(), Refusal> {
    let mut fault = None;
    let told = walk(footer, &mut |at, field| {
        let Field::List(count) = field else { return };
        match at {
            (0, 2) if count > PARQUET_ELEMENTS_MAX as u64 => fault = Some(ParquetFault::Columns),
            (0, 4) if count > PARQUET_ROW_GROUPS_MAX as u64 => {
                fault = Some(ParquetFault::RowGroups);
            }
            _ => {}
        }
    });
    match (told, fault) {
        (_, Some(fault)) => Err(fault.into()),
        (None, None) => Err(Refusal::NotItsFormat),
        (Some(_), None) => Ok(()),
    }
}

/// The columns, which are flat. Of one that the mapping does not take, nothing is read: whether it may be there, the plan says.
fn columns(
    metadata: &ParquetMetaData,
    mapping: &Mapping,
) -> Result<Vec<(String, Option<Kind>)>, Refusal> {
    let schema = metadata.file_metadata().schema_descr();
    let Type::GroupType { fields, .. } = schema.root_schema() else {
        return Err(Refusal::NotItsFormat);
    };
    if fields.len() > COLUMNS_MAX {
        return Err(ParquetFault::Columns.into());
    }
    let is_flat = |field: &Type| {
        let basic = field.get_basic_info();
        let is_list = basic.has_repetition() && basic.repetition() == Repetition::REPEATED;
        field.is_primitive() && !is_list
    };
    if let Some(nested) = fields.iter().find(|field| !is_flat(field)) {
        return Err(ParquetFault::Nested(ParquetFault::name(nested.name())).into());
    }
    let each = schema.columns().iter().map(|column| {
        let name = column.name().to_owned();
        let is_taken = mapping.takes(name.trim());
        let kind = is_taken.then(|| Kind::of(column)).transpose()?;
        Ok((name, kind))
    });
    each.collect()
}

/// How many rows there are, in row groups that can be read.
fn rows(metadata: &ParquetMetaData, columns: &[(String, Option<Kind>)]) -> Result<u64, Refusal> {
    let mut rows = 0_u64;
    for group in metadata.row_groups() {
        let of_group = u64::try_from(group.num_rows()).map_err(|_| Refusal::NotItsFormat)?;
        rows = rows.saturating_add(of_group);
        if group.columns().len() != columns.len() {
            return Err(Refusal::NotItsFormat);
        }
        let mut unpacked = 0_u64;
        for (column, (name, kind)) in group.columns().iter().zip(columns) {
            if kind.is_none() {
                continue;
            }
            if column.num_values() != group.num_rows() {
                return Err(Refusal::NotItsFormat);
            }
            let bytes = column.uncompressed_size();
            let bytes = u64::try_from(bytes).map_err(|_| Refusal::NotItsFormat)?;
            unpacked = unpacked.saturating_add(bytes);
            readable(column, name)?;
        }
        if unpacked > PARQUET_ROW_GROUP_BYTES_MAX {
            return Err(ParquetFault::RowGroupTooLong.into());
        }
    }
    match rows {
        0 => Err(Refusal::Empty),
        _ if rows > PARQUET_ROWS_MAX => Err(ParquetFault::Rows.into()),
        _ => Ok(rows),
    }
}

fn readable(column: &ColumnChunkMetaData, name: &str) -> Result<(), ParquetFault> {
    let name = || ParquetFault::name(name);
    if !is_read(column.compression()) {
        return Err(ParquetFault::Packed(name()));
    }
    let is_other = |encoding: Encoding| {
        matches!(
            encoding,
            Encoding::DELTA_BINARY_PACKED
                | Encoding::DELTA_LENGTH_BYTE_ARRAY
                | Encoding::DELTA_BYTE_ARRAY
                | Encoding::BYTE_STREAM_SPLIT
        )
    };
    if column.encodings().any(is_other) {
        return Err(ParquetFault::Encoded(name()));
    }
    Ok(())
}
