//! A file of refused rows, as they were sent, each with what is wrong with it: to be put right and sent again.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use contactpoint::supply::{Batch, Encoding, Format, Mapping, Mend, WRONG_COLUMN, Written};
use serde_json::Value;

use super::super::Stop;

/// Says that the file is UTF-8, whatever encoding the mapping declares for the supplier's own.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// A file of refused rows while it is being written.
pub struct Corrected {
    rows: Rows,
    written: u64,
    left_out: u64,
}

/// In the format that the mapping reads.
enum Rows {
    /// Separated values, of Parquet's rows too.
    Separated(Box<csv::Writer<File>>),
    /// Lines or an array of JSON, or elements of XML.
    Records(Written<BufWriter<File>>),
}

impl Corrected {
    /// Begins a file that only its owner can read: it holds what was sent of children.
    ///
    /// # Errors
    /// What writing gives.
    pub fn to<'a>(
        out: &Path,
        mapping: &Mapping,
        heading: impl Iterator<Item = &'a str>,
    ) -> io::Result<Corrected> {
        let has_columns = matches!(mapping.format, Format::Separated | Format::Parquet);
        let mut file = for_owner_only(out)?;
        if has_columns || mapping.encoding != Encoding::Utf8 {
            file.write_all(MARK)?;
        }
        let rows = if has_columns {
            let mut writer = csv::WriterBuilder::new()
                .delimiter(mapping.delimiter)
                .from_writer(file);
            writer.write_record(heading.chain([WRONG_COLUMN]))?;
            Rows::Separated(Box::new(writer))
        } else {
            let written = Written::begin(&mapping.format, BufWriter::new(file))?;
            Rows::Records(written.ok_or(io::ErrorKind::Unsupported)?)
        };
        Ok(Corrected {
            rows,
            written: 0,
            left_out: 0,
        })
    }

    /// Writes the refused rows among some rows.
    ///
    /// # Errors
    /// What writing gives.
    pub fn write(&mut self, batch: &Batch) -> io::Result<()> {
        for mend in &batch.mend {
            match &mut self.rows {
                Rows::Separated(writer) => {
                    let values = mend.values.iter().map(String::as_str);
                    writer.write_record(values.chain([mend.wrong.as_str()]))?;
                }
                Rows::Records(written) => written.write(&record(mend))?,
            }
            self.written = self.written.saturating_add(1);
        }
        self.left_out = self.left_out.saturating_add(batch.not_mendable);
        Ok(())
    }

    /// Ends the file, and tells how many rows are in it and how many refused rows are not.
    ///
    /// # Errors
    /// What writing gives.
    pub fn end(self) -> io::Result<(u64, u64)> {
        match self.rows {
            Rows::Separated(mut writer) => writer.flush()?,
            Rows::Records(written) => written.end().map(|_| ())?,
        }
        Ok((self.written, self.left_out))
    }
}

/// The record as it was sent, with what is wrong with it in a member that is passed over when it is sent again.
fn record(mend: &Mend) -> Value {
    let mut record = mend.record.clone().unwrap_or_default();
    if let Value::Object(members) = &mut record {
        members.insert(WRONG_COLUMN.to_owned(), mend.wrong.as_str().into());
    }
    record
}

/// Why a file that must be new could not be begun, and what to do.
pub fn not_begun(out: &Path, error: &io::Error) -> Stop {
    let why = match error.kind() {
        io::ErrorKind::AlreadyExists => "it is there already".to_owned(),
        _ => error.to_string(),
    };
    Stop::Usage(format!(
        "{} cannot be written: {why}. Name a new file.",
        out.display()
    ))
}

/// A new file that nobody else can read.
///
/// # Errors
/// What opening gives, as when there is such a file.
pub fn for_owner_only(out: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(out)
}
