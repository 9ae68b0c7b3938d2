//! A fault of a row: where, what kind of value, under which rule, and how to put it right. Never the value itself.

use std::fmt;
use std::sync::Arc;

use super::complaint::Complaint;
use super::grade::Grade;

/// A fault. The supplier looks the value up by its line or row; nothing of a child stands in a log or report (R28, Annex B 5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line of the file on which the row begins, from 1, the heading included.
    pub line: u64,
    /// Which of the file's rows it is, from 1, the heading not counted: in a file of one line that is where to look. `None`: it stands
    /// beside the rows, or in a list of references.
    pub row: Option<u64>,
    /// The column, by its name in the mapping. `None`: the whole row.
    pub column: Option<Arc<str>>,
    /// The kind of value, in words: `family name`, `row`.
    pub what: &'static str,
    /// What is wrong.
    pub complaint: Complaint,
    /// What it cost.
    pub grade: Grade,
}

impl Fault {
    /// A fault of a whole row, which refuses it.
    #[must_use]
    pub fn of_row(line: u64, complaint: Complaint) -> Fault {
        Fault {
            line,
            row: None,
            column: None,
            what: "row",
            complaint,
            grade: Grade::Error,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column {column}")?;
        }
        write!(f, ": {} {}", self.what, self.complaint.words())?;
        if let Complaint::Encoding { byte } = self.complaint {
            write!(f, " at byte {byte} of the file")?;
        }
        write!(f, " ({}); ", self.complaint.rule())?;
        match self.complaint {
            Complaint::Value(directory::text::Why::Form(form)) => write!(f, "must be {form}"),
            other => f.write_str(other.fix()),
        }
    }
}
