//! Why a whole file was refused before any row was read.

use std::fmt;

use super::case_information::is_case_information;
use super::complaint::Complaint;
use super::limit::{COLUMN_NAME_CHARACTERS_MAX, FILE_ROWS_MAX};
use super::parquet_fault::ParquetFault;

/// Why a file was refused. Nothing of it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is nothing in it.
    Empty,
    /// Its heading is not UTF-8.
    NotUtf8,
    /// It is written in UTF-16.
    Utf16,
    /// It, or its heading, is not text in the encoding that the mapping declares.
    NotItsEncoding,
    /// Its first line is not a row: a quote is open, or it is too long.
    NoHeading,
    /// It is not of the format that the mapping declares.
    NotItsFormat,
    /// From a line on, before the first row that can be read, it is not of its format, or its rows are not where the mapping says.
    Broken(u64, Complaint),
    /// No column of the mapping is in its first line: another supplier's file, or one without a heading.
    /// The line is not repeated, since it may be a child's.
    NotThisSupplier,
    /// Its first line names no column of the mapping, and this later one does: something stands above the heading.
    HeadingBelow(u64),
    /// Its first line is one column, with what may be another delimiter in it, as a mapping writes it.
    Delimiter(&'static str),
    /// It has more rows than [`FILE_ROWS_MAX`].
    Rows,
    /// It is Parquet that is not read.
    Parquet(ParquetFault),
    /// Columns that are too many, too few or twice.
    Columns(Vec<ColumnFault>),
    /// It lacks columns, and the mapping's file is made of several tables.
    NotJoined {
        /// The tables.
        tables: Vec<String>,
        /// The columns that are missing.
        missing: Vec<ColumnFault>,
    },
}

/// What is wrong with a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnFault {
    /// Its name, shortened and without control characters.
    pub name: String,
    /// What is wrong with it.
    pub why: ColumnWhy,
}

/// What can be wrong with a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnWhy {
    /// The mapping does not name it.
    Unknown,
    /// The mapping does not name it, and its name says that it holds case information (R4).
    CaseInformation,
    /// The mapping needs it, and the file does not have it.
    Missing,
    /// The file has it twice.
    Twice,
    /// It has no name; its place in the file, from 1.
    Nameless(usize),
}

impl ColumnFault {
    /// A column that the mapping does not name.
    #[must_use]
    pub fn unknown(name: &str) -> ColumnFault {
        let why = if is_case_information(name) {
            ColumnWhy::CaseInformation
        } else {
            ColumnWhy::Unknown
        };
        ColumnFault::new(name, why)
    }

    /// A fault of the column with this name.
    #[must_use]
    pub fn new(name: &str, why: ColumnWhy) -> ColumnFault {
        let printable = name.chars().filter(|c| !c.is_control());
        let name = printable.take(COLUMN_NAME_CHARACTERS_MAX).collect();
        ColumnFault { name, why }
    }
}

impl From<ParquetFault> for Refusal {
    fn from(fault: ParquetFault) -> Refusal {
        Refusal::Parquet(fault)
    }
}

impl fmt::Display for ColumnFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match self.why {
            ColumnWhy::Unknown => write!(
                f,
                "column \"{name}\" is not in the agreed mapping: leave it out of the extract, or agree on what it means"
            ),
            ColumnWhy::CaseInformation => write!(
                f,
                "column \"{name}\" looks like case information, which this directory never takes (R4): leave it out of the extract"
            ),
            ColumnWhy::Missing => write!(
                f,
                "column \"{name}\" is agreed and is not in the file: put it in, by this name, or agree that it may be missing"
            ),
            ColumnWhy::Twice => write!(
                f,
                "column \"{name}\" is in the file twice: leave one of them out"
            ),
            ColumnWhy::Nameless(place) => write!(
                f,
                "column {place} has no name: name it in the first line, or leave it out, with the separators behind the last column"
            ),
        }
    }
}

impl Refusal {
    /// What is wrong with the whole file, and what to do. Empty: it is said with more.
    fn words(&self) -> &'static str {
        match self {
            Refusal::Empty => "it is empty, or without a row where the mapping says that rows are.",
            Refusal::NotUtf8 => {
                "it is not written in UTF-8. Write it in UTF-8, or declare its encoding above the columns of the mapping, as encoding = \"windows-1252\"."
            }
            Refusal::Utf16 => {
                "it is written in UTF-16. Set encoding = \"utf-16\" above the columns of the mapping, or write it in UTF-8."
            }
            Refusal::NotItsEncoding => {
                "it is not written in the encoding that the mapping declares. Write it in UTF-8, or declare its encoding in the mapping, as encoding = \"windows-1252\"."
            }
            Refusal::NoHeading => {
                "its first line is not a heading: a quotation mark is not closed there, or it is too long, or it is written with another delimiter. Name every column in the first line; where something other than a comma stands between them, a mapping says it by `delimiter`."
            }
            Refusal::NotItsFormat => "it is not written in the format that the mapping declares.",
            Refusal::NotThisSupplier => {
                "its first line or row names no column of this supplier. Is it another supplier's file, or without a heading? Send the file of this mapping, with the names of its columns in the first line."
            }
            Refusal::Broken(..)
            | Refusal::Rows
            | Refusal::HeadingBelow(_)
            | Refusal::Delimiter(_)
            | Refusal::Parquet(_)
            | Refusal::Columns(_)
            | Refusal::NotJoined { .. } => "",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("The file was refused and nothing of it was kept: ")?;
        f.write_str(self.words())?;
        match self {
            Refusal::Broken(line, complaint) => {
                let (words, fix) = (complaint.words(), complaint.fix());
                let or_elsewhere = match complaint {
                    Complaint::NotJson => ", or its rows are not where the mapping says",
                    _ => "",
                };
                write!(
                    f,
                    "line {line}: what stands there {words}{or_elsewhere}; {fix}."
                )
            }
            Refusal::HeadingBelow(line) => write!(
                f,
                "its first line names no column of this supplier, and line {line} does. The names of the columns stand in the first line: leave out what stands above them."
            ),
            Refusal::Delimiter(other) => write!(
                f,
                "its first line is one column, with {other} in it. If that stands between its columns, set delimiter = {other} above the columns of the mapping, or write the file with the delimiter of the mapping."
            ),
            Refusal::Rows => write!(
                f,
                "it has more than {FILE_ROWS_MAX} rows. Is it one child a row, without rows that stand in it again and again? If so, send several files of changes."
            ),
            Refusal::Parquet(fault) => write!(f, "{fault}"),
            Refusal::Columns(faults) => write_columns(f, faults),
            Refusal::NotJoined { tables, missing } => {
                write!(
                    f,
                    "it lacks columns, and the file of this mapping is made of several tables: {}. Make it of them with contactpoint supply join, \
                     which leaves behind what may not be sent.",
                    tables.join(", ")
                )?;
                write_columns(f, missing)
            }
            _ => Ok(()),
        }
    }
}

fn write_columns(f: &mut fmt::Formatter<'_>, faults: &[ColumnFault]) -> fmt::Result {
    faults.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
}

impl std::error::Error for Refusal {}
