//! The first line of a file: which column stands where.

use std::path::Path;

use super::config::{Config, FileConfig};
use crate::command::Stop;

/// The first line of a file.
pub struct Heading<'a> {
    /// Where the file is.
    pub path: &'a Path,
    /// Its cells.
    pub heading: &'a [String],
}

impl Heading<'_> {
    /// The place of a column that must be there.
    pub fn place(&self, column: &str, what: &str) -> Result<usize, Stop> {
        self.find(column)?.ok_or_else(|| {
            Stop::Failed(format!(
                "{} line 1: there is no column {column:?} for {what}. Its columns are: {}. Nothing was written. Name one of them in link.toml.",
                self.path.display(),
                self.heading.join(", ")
            ))
        })
    }

    /// The place of a column, if it is there once.
    pub fn find(&self, column: &str) -> Result<Option<usize>, Stop> {
        let mut places = self
            .heading
            .iter()
            .enumerate()
            .filter(|(_, name)| *name == column)
            .map(|(place, _)| place);
        let place = places.next();
        if let Some(again) = places.next() {
            return Err(Stop::Failed(format!(
                "{} line 1: the column {column:?} is there twice, at {} and {}. Nothing was written. Rename one of them.",
                self.path.display(),
                place.unwrap_or(0).saturating_add(1),
                again.saturating_add(1)
            )));
        }
        Ok(place)
    }

    /// For each column of the schema, its place in the file's rows.
    pub fn schema_places(
        &self,
        config: &Config,
        told: &FileConfig,
    ) -> Result<Vec<Option<usize>>, Stop> {
        let columns = config.schema.columns().iter().map(|column| {
            let what = format!("the {}", column.kind.name());
            match &told.columns {
                None => self.place(&column.name, &what).map(Some),
                Some(own) => own
                    .get(&column.name)
                    .map(|name| self.place(name, &what))
                    .transpose(),
            }
        });
        columns.collect()
    }

    /// Says that no column is named for the ids.
    pub fn without_id(&self, name: &str) -> Stop {
        Stop::Usage(format!(
            "link.toml names no column for the ids of {}. Write id = \"…\" at its beginning, or in [[file]] with name = {name:?}. Nothing was read or written.",
            self.path.display()
        ))
    }
}
