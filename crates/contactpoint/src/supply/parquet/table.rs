//! The rows of a Parquet file, row group by row group, a few rows at a time.

use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use bytes::Bytes;

use super::column::Column;
use super::footer::Footer;
use super::pages::Pages;
use crate::supply::cells::{Cells, Gathering};
use crate::supply::complaint::Complaint;
use crate::supply::limit::{
    FIELD_BYTES_MAX, PARQUET_FILE_BYTES_MAX, PARQUET_ROW_GROUP_BYTES_MAX, PARQUET_ROWS_AT_A_TIME,
    ROW_BYTES_MAX,
};
use crate::supply::mapping::Mapping;
use crate::supply::parquet_fault::ParquetFault;
use crate::supply::rows::Unread;

/// The rows of a file.
pub struct Table {
    file: Bytes,
    footer: Footer,
    /// The next row group.
    group: usize,
    /// How many rows of the row group that is being read are not decoded yet.
    left: usize,
    /// Its columns; of those that the mapping does not take, none.
    columns: Vec<Option<Column>>,
    /// How many rows are decoded, and how many of them are taken.
    decoded: (usize, usize),
    /// How many rows have been taken.
    taken: u64,
}

/// What came next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// A row, in the cells that were given; and its line, the heading counted as the first: as a spreadsheet shows it.
    Row(u64),
    /// Something that is not a row.
    Broken(u64, Complaint),
    /// The file is at its end.
    End,
}

impl Table {
    /// Takes a file, whole: a footer can only be read from the end. Gives the names of the columns too.
    ///
    /// # Errors
    /// [`Unread`].
    pub fn open(reader: impl Read, mapping: &Mapping) -> Result<(Table, Cells), Unread> {
        let most = PARQUET_FILE_BYTES_MAX.saturating_add(1);
        let mut file = Vec::new();
        let length = reader.take(most).read_to_end(&mut file);
        if length.map_err(Unread::Reading)? as u64 > PARQUET_FILE_BYTES_MAX {
            return Err(Unread::Refused(ParquetFault::FileTooLong.into()));
        }
        let file = Bytes::from(file);
        let footer = Footer::of(&file, mapping).map_err(Unread::Refused)?;
        let mut heading = Gathering::default();
        for (name, _) in &footer.columns {
            heading.bytes.extend_from_slice(name.as_bytes());
            heading.end_field();
        }
        let table = Table {
            file,
            footer,
            group: 0,
            left: 0,
            columns: Vec::new(),
            decoded: (0, 0),
            taken: 0,
        };
        Ok((table, heading.into_cells().unwrap_or_else(|empty| empty)))
    }

    /// How many bytes of the file its rows so far are, if all are alike.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let length = self.file.len() as u64;
        let so_far = length.saturating_mul(self.taken);
        so_far.checked_div(self.footer.rows).unwrap_or(length)
    }

    /// The next row.
    ///
    /// # Errors
    /// A page is broken: nothing after it can be read.
    pub fn next(&mut self, cells: &mut Cells) -> io::Result<Next> {
        let (decoded, at) = self.decoded;
        if at == decoded && !self.decode()? {
            return Ok(Next::End);
        }
        let at = self.decoded.1;
        self.decoded.1 = at.saturating_add(1);
        self.taken = self.taken.saturating_add(1);
        let mut fields = std::mem::take(cells).emptied();
        let mut longest = 0;
        for column in &self.columns {
            let text = column.as_ref().map_or(&[][..], |column| column.text(at));
            fields.bytes.extend_from_slice(text);
            longest = fields.end_field().max(longest);
        }
        let length = fields.bytes.len();
        let text = fields.into_cells();
        let broken = match &text {
            _ if longest > FIELD_BYTES_MAX => Some(Complaint::FieldTooLong),
            _ if length > ROW_BYTES_MAX => Some(Complaint::RowTooLong),
            Err(_) => Some(Complaint::NotText),
            Ok(_) => None,
        };
        *cells = text.unwrap_or_else(|readable| readable);
        let line = self.taken.saturating_add(1);
        Ok(broken.map_or(Next::Row(line), |complaint| Next::Broken(line, complaint)))
    }

    /// Decodes the next rows. `false`: there are none.
    fn decode(&mut self) -> io::Result<bool> {
        while self.left == 0 {
            let Some(group) = self.footer.metadata.row_groups().get(self.group) else {
                return Ok(false);
            };
            self.left = usize::try_from(group.num_rows()).unwrap_or(0);
            self.columns = self.open_group(self.group)?;
            self.group = self.group.saturating_add(1);
        }
        let rows = self.left.min(PARQUET_ROWS_AT_A_TIME);
        for (column, (name, _)) in self.columns.iter_mut().zip(&self.footer.columns) {
            let Some(column) = column else { continue };
            // The crate's decoders may come to a sudden end over a broken page: for whoever sent the file it is an error like another.
            let read = catch_unwind(AssertUnwindSafe(|| column.read(rows)));
            if !matches!(read, Ok(Ok(()))) {
                return Err(broken(name, self.group));
            }
        }
        self.left = self.left.saturating_sub(rows);
        self.decoded = (rows, 0);
        Ok(true)
    }

    fn open_group(&self, place: usize) -> io::Result<Vec<Option<Column>>> {
        let budget = Arc::new(AtomicU64::new(PARQUET_ROW_GROUP_BYTES_MAX));
        let groups = self.footer.metadata.row_groups();
        let columns = groups.get(place).map_or(&[][..], |group| group.columns());
        let each = columns.iter().zip(&self.footer.columns);
        let opened = each.map(|(column, (name, kind))| {
            let Some(kind) = kind else { return Ok(None) };
            let pages = Pages::of(&self.file, column, &budget);
            let pages = pages.ok_or_else(|| broken(name, place.saturating_add(1)))?;
            Ok(Some(Column::of(column.column_descr_ptr(), *kind, pages)))
        });
        opened.collect()
    }
}

fn broken(name: &str, group: usize) -> io::Error {
    let name = ParquetFault::name(name);
    let why = format!("column \"{name}\" is broken in row group {group}");
    io::Error::new(io::ErrorKind::InvalidData, why)
}
