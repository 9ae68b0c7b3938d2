//! The records' names in what is said and written: the file, and the id in it.

use std::io::{self, Write};

use matching::link::{Clusters, Conflict};

use super::report::{FileReport, because};
use super::source::Source;
use crate::command::Stop;

/// A name as a terminal shows it: what would move its cursor or change its colours is written out.
pub fn shown(name: &str) -> String {
    let each = name.chars().map(|letter| {
        if letter.is_control() {
            letter.escape_default().to_string()
        } else {
            letter.to_string()
        }
    });
    each.collect()
}

/// Records by key, which is their row too.
pub struct Names<'a> {
    sources: &'a [Source],
}

impl<'a> Names<'a> {
    /// The names of the records of files, in the order of keys.
    pub fn of(sources: &'a [Source]) -> Names<'a> {
        Names { sources }
    }

    /// The files and how many records they have.
    pub fn files(&self) -> Vec<FileReport> {
        let reports = self.sources.iter().map(|source| FileReport {
            file: source.name.clone(),
            records: source.ids.len() as u64,
        });
        reports.collect()
    }

    /// A record as `file:id`; its id alone when there is one file.
    pub fn name(&self, row: u32) -> String {
        match self.parts(row) {
            (_, id) if self.sources.len() == 1 => id.to_owned(),
            (file, id) => format!("{file}:{id}"),
        }
    }

    /// The row of a record named so, or by its id alone when one file only has it.
    ///
    /// # Errors
    /// [`Stop::Usage`] when there is none, or several.
    pub fn row(&self, name: &str) -> Result<u32, Stop> {
        let in_file = |source: &Source| {
            let rest = name
                .strip_prefix(&source.name)
                .and_then(|rest| rest.strip_prefix(':'));
            rest.and_then(|id| source.key_of(id))
        };
        let mut found: Vec<usize> = self.sources.iter().filter_map(in_file).collect();
        if found.is_empty() {
            found = self
                .sources
                .iter()
                .filter_map(|source| source.key_of(name))
                .collect();
        }
        match found.as_slice() {
            [one] => Ok(u32::try_from(*one).unwrap_or(u32::MAX)),
            [] => Err(Stop::Usage(format!(
                "no file has a record with the id {name:?}. Nothing was written. Name records by id, or as file:id."
            ))),
            _ => Err(Stop::Usage(format!(
                "several files have a record with the id {name:?}. Nothing was written. Name it as file:id, the file without its ending."
            ))),
        }
    }

    /// Writes every record with its cluster: people are numbered from 1 by their first record.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_clusters(&self, clusters: &Clusters, to: &mut dyn Write) -> io::Result<()> {
        let mut numbers = vec![0_u32; clusters.of_row.len()];
        let mut last = 0_u32;
        let mut writer = csv::Writer::from_writer(to);
        writer.write_record(["file", "id", "cluster"])?;
        for (row, cluster) in (0_u32..).zip(&clusters.of_row) {
            let Some(number) = usize::try_from(*cluster)
                .ok()
                .and_then(|place| numbers.get_mut(place))
            else {
                continue;
            };
            if *number == 0 {
                last = last.saturating_add(1);
                *number = last;
            }
            let (file, id) = self.parts(row);
            writer.write_record([file, id, &number.to_string()])?;
        }
        writer.flush()
    }

    /// Writes every conflict, the strongest link first.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_conflicts(&self, conflicts: &[Conflict], to: &mut dyn Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(to);
        let heading = [
            "file",
            "id",
            "other_file",
            "other_id",
            "bits",
            "because",
            "between_file",
            "between_id",
            "and_file",
            "and_id",
        ];
        writer.write_record(heading)?;
        for conflict in conflicts {
            let (file, id) = self.parts(conflict.edge.left);
            let (other_file, other_id) = self.parts(conflict.edge.right);
            let (between_file, between_id) = self.parts(conflict.between.0);
            let (and_file, and_id) = self.parts(conflict.between.1);
            let bits = format!("{:.2}", conflict.edge.bits);
            let because = because(conflict.because);
            writer.write_record([
                file,
                id,
                other_file,
                other_id,
                &bits,
                because,
                between_file,
                between_id,
                and_file,
                and_id,
            ])?;
        }
        writer.flush()
    }

    fn parts(&self, row: u32) -> (&str, &str) {
        let later = self
            .sources
            .partition_point(|source| source.first_key <= u64::from(row));
        // Empty files begin where the next one does: the last that begins here has the record.
        let source = later
            .checked_sub(1)
            .and_then(|place| self.sources.get(place));
        source.map_or(("", ""), |source| {
            let place = u64::from(row).saturating_sub(source.first_key);
            (
                source.name.as_str(),
                source.ids.get(usize::try_from(place).unwrap_or(usize::MAX)),
            )
        })
    }
}
