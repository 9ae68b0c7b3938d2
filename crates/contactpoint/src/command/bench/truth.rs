//! Who is behind each row of a synthetic England, and which groups of children they belong to.

use std::collections::HashMap;
use std::path::Path;

use crate::command::Stop;

/// How many groups can be told apart.
const GROUPS_MAX: usize = 64;
/// Columns of `people.csv` that put a person into a group when they hold more than this.
const FLAGS: [(&str, &str, u32); 5] = [
    ("born_together", "twins and triplets", 1),
    ("mover", "moved", 0),
    ("name_changed", "renamed", 0),
    ("adopted", "adopted", 0),
    ("looked_after", "looked after", 0),
];

/// The truth.
#[derive(Debug, Default)]
pub struct Truth {
    persons: HashMap<(String, String), u64>,
    /// The groups of each person, one bit each.
    groups_of: HashMap<u64, u64>,
    names: Vec<String>,
}

impl Truth {
    /// Reads `truth.csv` and `people.csv` of a folder.
    ///
    /// # Errors
    /// [`Stop`] when they cannot be read.
    pub fn read(folder: &Path) -> Result<Truth, Stop> {
        let mut truth = Truth::default();
        each_line(&folder.join("truth.csv"), &mut |line| {
            let cell = |column: &str| line.get(column).copied().unwrap_or_default();
            if let Ok(person) = cell("person").parse() {
                let row = (cell("feed").to_owned(), cell("row_key").to_owned());
                truth.persons.insert(row, person);
            }
        })?;
        let names = FLAGS.iter().map(|(_, name, _)| (*name).to_owned());
        truth.names = names.collect();
        each_line(&folder.join("people.csv"), &mut |line| truth.person(line))?;
        Ok(truth)
    }

    /// Who is behind a row.
    pub fn person_of(&self, feed: &str, key: &str) -> Option<u64> {
        let row = (feed.to_owned(), key.to_owned());
        self.persons.get(&row).copied()
    }

    /// The groups of a person, one bit each, in the order of their names.
    pub fn groups_of(&self, person: u64) -> u64 {
        self.groups_of.get(&person).copied().unwrap_or(0)
    }

    /// What the groups are called.
    pub fn group_names(&self) -> &[String] {
        &self.names
    }

    fn person(&mut self, line: &HashMap<&str, &str>) {
        let cell = |column: &str| line.get(column).copied().unwrap_or_default();
        let mut groups = 0_u64;
        for (place, (column, _, above)) in FLAGS.iter().enumerate() {
            let count: u32 = cell(column).parse().unwrap_or(0);
            groups |= u64::from(count > *above) << place;
        }
        let heritage = format!("names: {}", cell("heritage"));
        let known = self.names.iter().position(|name| *name == heritage);
        let place = known.unwrap_or_else(|| {
            self.names.push(heritage);
            self.names.len().saturating_sub(1)
        });
        if place < GROUPS_MAX {
            groups |= 1 << place;
        }
        if let Ok(person) = cell("person").parse() {
            self.groups_of.insert(person, groups);
        }
    }
}

fn each_line(path: &Path, each: &mut dyn FnMut(&HashMap<&str, &str>)) -> Result<(), Stop> {
    let unread = |error: csv::Error| Stop::Failed(format!("{}: {error}", path.display()));
    let mut reader = csv::Reader::from_path(path).map_err(unread)?;
    let heading = reader.headers().map_err(unread)?.clone();
    for line in reader.records() {
        let line = line.map_err(unread)?;
        each(&heading.iter().zip(&line).collect());
    }
    Ok(())
}
