//! The first line of a file: which column stands where.

use std::path::Path;

use contactpoint::supply::other_delimiter;

use super::config::{Config, FileConfig};
use crate::command::Stop;

/// The first line of a file.
#[derive(Clone, Copy)]
pub struct Heading<'a> {
    /// Where the file is.
    pub path: &'a Path,
    /// Its cells.
    pub heading: &'a [String],
    /// Where its columns are named.
    pub named: NamedIn,
}

/// Where the columns of a file are named, and so where a wrong name is put right.
#[derive(Clone, Copy)]
pub enum NamedIn {
    /// In `link.toml`, which also says what stands between the columns.
    Config,
    /// Behind `--truth`, of the same files.
    Truth,
    /// In `[truth]` or `[people]` of `link.toml`: such files have commas.
    Beside,
    /// Nowhere: `--review-out` wrote the file, with commas.
    Review,
}

impl Heading<'_> {
    /// The place of a column that must be there.
    pub fn place(&self, column: &str, what: &str) -> Result<usize, Stop> {
        self.find(column)?.ok_or_else(|| {
            let missing = format!(
                "{} line 1: there is no column {column:?} for {what}",
                self.path.display()
            );
            Stop::Failed(match other_delimiter(self.heading) {
                Some(other) => format!(
                    "{missing}, as the line is one column, with {other} in it. Nothing was written. {}",
                    self.named.with_delimiter(other)
                ),
                None => format!(
                    "{missing}. Its columns are: {}. Nothing was written. {}",
                    self.heading.join(", "),
                    self.named.with_column()
                ),
            })
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

impl NamedIn {
    /// What to do about a column that is not there.
    fn with_column(self) -> &'static str {
        match self {
            NamedIn::Config | NamedIn::Beside => "Name one of them in link.toml.",
            NamedIn::Truth => "Name one of them with --truth.",
            NamedIn::Review => {
                "Give the file as --review-out wrote it, with a column `decision` added."
            }
        }
    }

    /// What to do about columns that something else stands between.
    fn with_delimiter(self, other: &str) -> String {
        match self {
            NamedIn::Config | NamedIn::Truth => {
                format!("If that stands between its columns, set delimiter = {other} in link.toml.")
            }
            NamedIn::Beside | NamedIn::Review => {
                "Write it with commas between its columns.".to_owned()
            }
        }
    }
}
