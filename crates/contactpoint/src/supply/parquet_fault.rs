//! Why a Parquet file was refused before any row was read.

use std::fmt;

use super::limit::{
    COLUMN_NAME_CHARACTERS_MAX, PARQUET_FILE_BYTES_MAX, PARQUET_FOOTER_BYTES_MAX,
    PARQUET_ROW_GROUP_BYTES_MAX, PARQUET_ROW_GROUPS_MAX, PARQUET_ROWS_MAX,
};

/// Why a Parquet file was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParquetFault {
    /// The program was built without the feature.
    NotBuilt,
    /// Longer than [`PARQUET_FILE_BYTES_MAX`].
    FileTooLong,
    /// A footer longer than [`PARQUET_FOOTER_BYTES_MAX`].
    FooterTooLong,
    /// More columns than fit, those within each other counted.
    Columns,
    /// More row groups than [`PARQUET_ROW_GROUPS_MAX`].
    RowGroups,
    /// More rows than [`PARQUET_ROWS_MAX`].
    Rows,
    /// A row group that is longer than [`PARQUET_ROW_GROUP_BYTES_MAX`] when it is unpacked.
    RowGroupTooLong,
    /// A column that has columns within it, or several values in a row.
    Nested(String),
    /// A column of moments in universal time, which are no days.
    Moment(String),
    /// A column of a kind that has no text.
    Kind(String),
    /// A column packed in a way that is not read.
    Packed(String),
    /// A column written in a way that is not read.
    Encoded(String),
}

impl ParquetFault {
    /// A column's name as it may be repeated to the reader.
    #[must_use]
    pub fn name(name: &str) -> String {
        let printable = name.chars().filter(|c| !c.is_control());
        printable.take(COLUMN_NAME_CHARACTERS_MAX).collect()
    }
}

impl fmt::Display for ParquetFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParquetFault::NotBuilt => f.write_str(
                "it is Parquet, and this program was built without it. Build it with: cargo build --release --features parquet. Or write separated values.",
            ),
            ParquetFault::FileTooLong => {
                write!(f, "it is longer than {PARQUET_FILE_BYTES_MAX} bytes. Write several files.")
            }
            ParquetFault::FooterTooLong => {
                write!(f, "its footer is longer than {PARQUET_FOOTER_BYTES_MAX} bytes.")
            }
            ParquetFault::Columns => f.write_str("it has more columns than any mapping can name."),
            ParquetFault::RowGroups => {
                write!(f, "it has more than {PARQUET_ROW_GROUPS_MAX} row groups. Write larger ones.")
            }
            ParquetFault::Rows => {
                write!(f, "it has more than {PARQUET_ROWS_MAX} rows. Write several files.")
            }
            ParquetFault::RowGroupTooLong => write!(
                f,
                "a row group is longer than {PARQUET_ROW_GROUP_BYTES_MAX} bytes unpacked. Write smaller ones."
            ),
            ParquetFault::Nested(name) => write!(
                f,
                "column \"{name}\" has columns or lists within it. Write one flat column for each value."
            ),
            ParquetFault::Moment(name) => write!(
                f,
                "column \"{name}\" is of moments in universal time, of which nobody can tell the day. Write a date, or a time without a zone."
            ),
            ParquetFault::Kind(name) => {
                write!(f, "column \"{name}\" is of a kind that is not read. Write it as text.")
            }
            ParquetFault::Packed(name) => write!(
                f,
                "column \"{name}\" is packed in a way that is not read. Use snappy, gzip, zstd or none."
            ),
            ParquetFault::Encoded(name) => write!(
                f,
                "column \"{name}\" is encoded in a way that is not read. Use the plain or the dictionary encoding."
            ),
        }
    }
}
