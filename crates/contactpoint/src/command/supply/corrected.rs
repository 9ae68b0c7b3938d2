//! A file of refused rows, as they were sent, each with what is wrong with it: to be put right and sent again.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use contactpoint::supply::{Batch, WRONG_COLUMN};

/// Says that the file is UTF-8, whatever encoding the mapping declares for the supplier's own.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// A file of refused rows while it is being written.
pub struct Corrected {
    writer: csv::Writer<File>,
    written: u64,
    left_out: u64,
}

impl Corrected {
    /// Begins a file that only its owner can read: it holds what was sent of children.
    ///
    /// # Errors
    /// What writing gives.
    pub fn to<'a>(
        out: &Path,
        delimiter: u8,
        heading: impl Iterator<Item = &'a str>,
    ) -> io::Result<Corrected> {
        let mut file = for_owner_only(out)?;
        file.write_all(MARK)?;
        let mut writer = csv::WriterBuilder::new()
            .delimiter(delimiter)
            .from_writer(file);
        writer.write_record(heading.chain([WRONG_COLUMN]))?;
        Ok(Corrected {
            writer,
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
            let values = mend.values.iter().map(String::as_str);
            self.writer
                .write_record(values.chain([mend.wrong.as_str()]))?;
            self.written = self.written.saturating_add(1);
        }
        self.left_out = self.left_out.saturating_add(batch.not_mendable);
        Ok(())
    }

    /// Ends the file, and tells how many rows are in it and how many refused rows are not.
    ///
    /// # Errors
    /// What writing gives.
    pub fn end(mut self) -> io::Result<(u64, u64)> {
        self.writer.flush()?;
        Ok((self.written, self.left_out))
    }
}

fn for_owner_only(out: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(out)
}
