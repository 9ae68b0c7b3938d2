//! The tables of an extract, as a mapping declares them: which of them has the rows, and which others are looked up from it.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The tables of which one file is made.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tables {
    /// The table each of whose rows becomes a row of the file.
    pub rows: String,
    /// The tables that are looked up for every row, by their names.
    pub beside: BTreeMap<String, Beside>,
}

/// A table that is looked up.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beside {
    /// Its column that is looked in.
    pub key: String,
    /// The column of the table with the rows whose value is looked for.
    pub by: String,
    /// What other columns of it must hold, for a row of it to count.
    #[serde(default)]
    pub only: BTreeMap<String, String>,
    /// Of several rows under one key, the one with the greatest value here counts: a day, year first. Without it, the last of the file.
    pub latest: Option<String>,
}

impl Tables {
    /// The names of all tables, that with the rows first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let beside = self.beside.keys();
        std::iter::once(&self.rows)
            .chain(beside)
            .map(String::as_str)
    }

    /// Whether the names can be those of files in one folder.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn check(&self) -> Result<(), String> {
        let names = self.beside.keys().chain([&self.rows]);
        for name in names {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
            if name.is_empty() || !name.chars().all(is_plain) {
                return Err(format!(
                    "a table's name has letters, digits and _ alone: {name}"
                ));
            }
        }
        if self.beside.contains_key(&self.rows) {
            return Err(format!("{} cannot be looked up from itself", self.rows));
        }
        Ok(())
    }
}
