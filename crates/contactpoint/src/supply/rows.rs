//! A supplier's file, read into the directory's rows.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, Read};

use directory::statement::Particulars;
use directory::supplied::Row;
use directory::text::SupplierKey;

use super::batch::Batch;
use super::cells::Cells;
use super::complaint::Complaint;
use super::compose::compose;
use super::delivery::Delivery;
use super::entry::Entry;
use super::fault::Fault;
use super::frames::{Frame, Frames};
use super::gate::Gate;
use super::grade::Grade;
use super::limit::{BATCH_ROWS_MAX, CHILDREN_REMEMBERED_MAX};
use super::plan::Plan;
use super::refusal::Refusal;

/// The rows of a file.
pub struct Rows<'a, R> {
    delivery: Delivery<'a>,
    frames: Frames<R>,
    plan: Plan,
    gate: Gate,
    cells: Cells,
    first_said: HashMap<SupplierKey, Particulars>,
}

/// Why a file cannot be read.
#[derive(Debug)]
pub enum Unread {
    /// It was refused before any row was read.
    Refused(Refusal),
    /// It could not be read from where it is.
    Reading(io::Error),
}

impl<'a, R: Read> Rows<'a, R> {
    /// Reads the heading and holds it against the mapping.
    ///
    /// # Errors
    /// [`Unread`] when the file is not one that the mapping describes, or cannot be read.
    pub fn open(reader: R, delivery: Delivery<'a>) -> Result<Rows<'a, R>, Unread> {
        let mut frames =
            Frames::new(reader, delivery.mapping.delimiter).map_err(Unread::Reading)?;
        if frames.is_utf16() {
            return Err(Unread::Refused(Refusal::NotUtf8));
        }
        let mut cells = Cells::default();
        match frames.next(&mut cells).map_err(Unread::Reading)? {
            Frame::Row(_) => {}
            Frame::End => return Err(Unread::Refused(Refusal::Empty)),
            Frame::Broken(_, Complaint::Encoding { .. }) => {
                return Err(Unread::Refused(Refusal::NotUtf8));
            }
            Frame::Broken(..) => return Err(Unread::Refused(Refusal::NoHeading)),
        }
        Ok(Rows {
            plan: Plan::of(&cells, delivery.mapping).map_err(Unread::Refused)?,
            gate: Gate::of(delivery.catalogue),
            delivery,
            frames,
            cells,
            first_said: HashMap::new(),
        })
    }

    /// The next rows, up to [`BATCH_ROWS_MAX`] read. `None`: the file is at its end.
    ///
    /// # Errors
    /// What the reader returns.
    pub fn read(&mut self) -> io::Result<Option<Batch>> {
        let mut batch = Batch::default();
        batch.rows.reserve(BATCH_ROWS_MAX);
        while batch.read < BATCH_ROWS_MAX as u64 {
            let row = match self.frames.next(&mut self.cells)? {
                Frame::End => break,
                Frame::Broken(line, complaint) => {
                    batch.faults.push(Fault::of_row(line, complaint));
                    None
                }
                Frame::Row(line) => self.row(line, &mut batch.faults),
            };
            batch.read = batch.read.saturating_add(1);
            if row.as_ref().is_none_or(Row::only_takes_back) {
                batch.refused = batch.refused.saturating_add(1);
            }
            batch.rows.extend(row);
        }
        batch.bytes = self.frames.bytes();
        Ok((batch.read > 0).then_some(batch))
    }

    fn row(&mut self, line: u64, faults: &mut Vec<Fault>) -> Option<Row> {
        if self.cells.len() != self.plan.width {
            faults.push(Fault::of_row(line, Complaint::Fields));
            return None;
        }
        let Delivery {
            mapping,
            authority_of,
            extracted,
            ..
        } = self.delivery;
        let mut entry = Entry::new(&self.plan, &self.cells, line, extracted, faults);
        let mut row = compose(&mut entry, mapping, &mut self.gate, authority_of)?;
        if mapping.has_involvements() && !row.only_takes_back() {
            self.speak_once(&mut row, faults);
        }
        Some(row)
    }

    /// In a file with a row for every involvement, the first row of a child speaks for who the child is. Otherwise two rows of
    /// one child that differ would take each other's place at every load, and the same file twice would change something.
    fn speak_once(&mut self, row: &mut Row, faults: &mut Vec<Fault>) {
        match self.first_said.get(&row.key) {
            Some(first) if *first == row.particulars => {}
            Some(first) => {
                row.particulars = first.clone();
                faults.push(Fault {
                    grade: Grade::Query,
                    ..Fault::of_row(row.line, Complaint::DiffersFromEarlier)
                });
            }
            None if self.first_said.len() < CHILDREN_REMEMBERED_MAX => {
                self.first_said
                    .insert(row.key.clone(), row.particulars.clone());
            }
            None => {}
        }
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unread::Refused(refusal) => write!(f, "{refusal}"),
            Unread::Reading(error) => write!(f, "the file could not be read: {}", error.kind()),
        }
    }
}

impl std::error::Error for Unread {}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;
