//! One row of separated values (RFC 4180), taken strictly from the front of some bytes.
//!
//! The csv library is forgiving on purpose: a quotation mark that is never closed swallows the rest of the file into one field.
//! Here such a row is a fault of one line, and reading goes on with the next. The tests hold both to the same reading of good files.

use super::cells::Gathering;
use super::complaint::Complaint;
use super::limit::{COLUMNS_MAX, FIELD_BYTES_MAX, ROW_BYTES_MAX, ROW_LINES_MAX};

/// What was taken from the front.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// How many bytes, the line end included.
    pub bytes: usize,
    /// How many lines.
    pub lines: u64,
    /// Why it is not a row.
    pub broken: Option<Complaint>,
}

/// What ended a field.
enum Ended {
    Field(usize),
    Row(usize),
    Broken(Complaint),
}

/// Takes one row. `input` holds everything up to the end of the file or at least [`ROW_BYTES_MAX`] bytes.
pub fn split(input: &[u8], delimiter: u8, fields: &mut Gathering) -> Taken {
    let mut at = 0;
    let mut lines: u64 = 1;
    for _ in 0..=COLUMNS_MAX {
        let ended = match input.get(at) {
            Some(b'"') => quoted(input, at, delimiter, fields, &mut lines),
            _ => plain(input, at, delimiter, fields),
        };
        let length = fields.end_field();
        match ended {
            Ended::Broken(complaint) => return broken(input, complaint),
            _ if length > FIELD_BYTES_MAX => return broken(input, Complaint::FieldTooLong),
            Ended::Field(next) => at = next,
            Ended::Row(bytes) => {
                return Taken {
                    bytes,
                    lines,
                    broken: None,
                };
            }
        }
    }
    broken(input, Complaint::Fields)
}

/// A broken row goes to the end of its first line: what follows is read as rows again.
fn broken(input: &[u8], complaint: Complaint) -> Taken {
    let line = input.iter().position(|byte| *byte == b'\n');
    Taken {
        bytes: line.map_or(input.len(), |end| end.saturating_add(1)),
        lines: 1,
        broken: Some(complaint),
    }
}

fn plain(input: &[u8], start: usize, delimiter: u8, fields: &mut Gathering) -> Ended {
    let rest = input.get(start..).unwrap_or(&[]);
    let length = rest
        .iter()
        .take(ROW_BYTES_MAX.saturating_sub(start))
        .position(|byte| *byte == delimiter || *byte == b'\n');
    let length = match length {
        Some(length) => length,
        None if input.len() >= ROW_BYTES_MAX => return Ended::Broken(Complaint::RowTooLong),
        None => rest.len(),
    };
    let field = rest.get(..length).unwrap_or(&[]);
    let next = start.saturating_add(length);
    if input.get(next) == Some(&delimiter) {
        fields.bytes.extend_from_slice(field);
        return Ended::Field(next.saturating_add(1));
    }
    fields
        .bytes
        .extend_from_slice(field.strip_suffix(b"\r").unwrap_or(field));
    Ended::Row(next.saturating_add(1).min(input.len()))
}

fn quoted(
    input: &[u8],
    start: usize,
    delimiter: u8,
    fields: &mut Gathering,
    lines: &mut u64,
) -> Ended {
    let mut at = start.saturating_add(1);
    while at < ROW_BYTES_MAX {
        let rest = input.get(at..).unwrap_or(&[]);
        match rest {
            [] => return Ended::Broken(Complaint::Quotes),
            [b'"', b'"', ..] => {
                fields.bytes.push(b'"');
                at = at.saturating_add(2);
            }
            [b'"', b'\r', b'\n', ..] => return Ended::Row(at.saturating_add(3)),
            [b'"', b'\n', ..] | [b'"', b'\r'] => return Ended::Row(at.saturating_add(2)),
            [b'"'] => return Ended::Row(at.saturating_add(1)),
            [b'"', next, ..] if *next == delimiter => return Ended::Field(at.saturating_add(2)),
            [b'"', ..] => return Ended::Broken(Complaint::Quotes),
            [byte, ..] => {
                if *byte == b'\n' {
                    *lines = lines.saturating_add(1);
                }
                if *lines > ROW_LINES_MAX {
                    return Ended::Broken(Complaint::Quotes);
                }
                fields.bytes.push(*byte);
                at = at.saturating_add(1);
            }
        }
    }
    Ended::Broken(Complaint::RowTooLong)
}

#[cfg(test)]
#[path = "split_tests.rs"]
mod tests;
