//! A file of faults: line, row, column, rule, what to do and an example, never a value (R28, Annex B 5).

use std::fs::File;
use std::path::Path;

use contactpoint::supply::{Batch, Fault, Grade, Mapping, example};

const HEADING: [&str; 9] = [
    "line", "row", "column", "grade", "rule", "what", "fault", "fix", "example",
];

/// A file of faults while it is being written.
pub struct Faults<'a> {
    writer: csv::Writer<File>,
    mapping: &'a Mapping,
    count: u64,
}

impl Faults<'_> {
    /// Begins a file.
    ///
    /// # Errors
    /// What writing gives.
    pub fn to<'a>(out: &Path, mapping: &'a Mapping) -> Result<Faults<'a>, csv::Error> {
        let mut writer = csv::Writer::from_path(out)?;
        writer.write_record(HEADING)?;
        Ok(Faults {
            writer,
            mapping,
            count: 0,
        })
    }

    /// Writes the faults of some rows.
    ///
    /// # Errors
    /// What writing gives.
    pub fn write(&mut self, batch: &Batch) -> Result<(), csv::Error> {
        for fault in &batch.faults {
            self.writer.write_record(cells(fault, self.mapping))?;
            self.count = self.count.saturating_add(1);
        }
        Ok(())
    }

    /// Ends the file, and tells how many faults are in it.
    ///
    /// # Errors
    /// What writing gives.
    pub fn end(mut self) -> Result<u64, csv::Error> {
        self.writer.flush()?;
        Ok(self.count)
    }
}

fn cells(fault: &Fault, mapping: &Mapping) -> [String; 9] {
    let grade = match fault.grade {
        Grade::Error => "error",
        Grade::Query => "query",
    };
    [
        fault.line.to_string(),
        fault.row.map_or_else(String::new, |row| row.to_string()),
        fault.column.as_deref().unwrap_or_default().to_owned(),
        grade.to_owned(),
        fault.complaint.rule().to_owned(),
        fault.what.to_owned(),
        fault.complaint.words().to_owned(),
        fault.complaint.fix().to_owned(),
        example(fault, mapping),
    ]
}
