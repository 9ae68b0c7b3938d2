//! Who is behind each row of a synthetic England, and which groups of children they belong to.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use csv::StringRecord;

use crate::command::Stop;

/// How many groups can be told apart.
const GROUPS_MAX: usize = 64;
const ADOPTED: &str = "adopted";
/// Columns of `people.csv` that put a person into a group when they hold more than this.
const FLAGS: [(&str, &str, u32); 5] = [
    ("born_together", "twins and triplets", 1),
    ("mover", "moved", 0),
    ("name_changed", "renamed", 0),
    (ADOPTED, "adopted", 0),
    ("looked_after", "looked after", 0),
];

/// The truth. It is kept small beside what is measured: a country has forty million rows.
#[derive(Debug, Default)]
pub struct Truth {
    /// Who is behind each row, by a hash of its feed and its key, in the order of the hashes.
    persons: Vec<(u64, u32)>,
    /// The groups of each person, one bit each, by the person's number.
    groups_of: Vec<u64>,
    names: Vec<String>,
}

impl Truth {
    /// Reads `truth.csv` and `people.csv` of a folder.
    ///
    /// # Errors
    /// [`Stop`] when they cannot be read.
    pub fn read(folder: &Path) -> Result<Truth, Stop> {
        let mut truth = Truth::default();
        let file = folder.join("truth.csv");
        each_line(&file, ["feed", "row_key", "person"], &mut |[
            feed,
            key,
            person,
        ]| {
            let person = person.parse().ok();
            truth
                .persons
                .extend(person.map(|person| (mark(feed, key), person)));
        })?;
        truth.persons.sort_unstable();
        let names = FLAGS.iter().map(|(_, name, _)| (*name).to_owned());
        truth.names = names.collect();
        let [one, two, three, four, five] = FLAGS.map(|(column, _, _)| column);
        let columns = ["person", "heritage", one, two, three, four, five];
        each_line(&folder.join("people.csv"), columns, &mut |cells| {
            truth.person(cells);
        })?;
        Ok(truth)
    }

    /// Who is behind a row.
    pub fn person_of(&self, feed: &str, key: &str) -> Option<u64> {
        let mark = mark(feed, key);
        let place = self.persons.binary_search_by_key(&mark, |row| row.0).ok()?;
        self.persons.get(place).map(|row| u64::from(row.1))
    }

    /// The groups of a person, one bit each, in the order of their names.
    pub fn groups_of(&self, person: u64) -> u64 {
        let place = usize::try_from(person).unwrap_or(usize::MAX);
        self.groups_of.get(place).copied().unwrap_or(0)
    }

    /// Whether a person was adopted.
    pub fn is_adopted(&self, person: u64) -> bool {
        let place = FLAGS.iter().position(|(column, _, _)| *column == ADOPTED);
        place.is_some_and(|place| self.groups_of(person) >> place & 1 == 1)
    }

    /// What the groups are called.
    pub fn group_names(&self) -> &[String] {
        &self.names
    }

    fn person(&mut self, [person, heritage, flags @ ..]: [&str; 7]) {
        let mut groups = 0_u64;
        for (place, ((_, _, above), cell)) in FLAGS.iter().zip(flags).enumerate() {
            let count: u32 = cell.parse().unwrap_or(0);
            groups |= u64::from(count > *above) << place;
        }
        let heritage = format!("names: {heritage}");
        let known = self.names.iter().position(|name| *name == heritage);
        let place = known.unwrap_or_else(|| {
            self.names.push(heritage);
            self.names.len().saturating_sub(1)
        });
        if place < GROUPS_MAX {
            groups |= 1 << place;
        }
        let Some(person) = person
            .parse::<u32>()
            .ok()
            .and_then(|it| usize::try_from(it).ok())
        else {
            return;
        };
        if self.groups_of.len() <= person {
            self.groups_of.resize(person.saturating_add(1), 0);
        }
        if let Some(of_person) = self.groups_of.get_mut(person) {
            *of_person = groups;
        }
    }
}

fn mark(feed: &str, key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (feed, key).hash(&mut hasher);
    hasher.finish()
}

/// The cells of some columns, line by line; empty where there are none.
fn each_line<const N: usize>(
    path: &Path,
    columns: [&str; N],
    each: &mut dyn FnMut([&str; N]),
) -> Result<(), Stop> {
    let unread = |error: csv::Error| Stop::Failed(format!("{}: {error}", path.display()));
    let mut reader = csv::Reader::from_path(path).map_err(unread)?;
    let heading = reader.headers().map_err(unread)?.clone();
    let places = columns.map(|column| heading.iter().position(|name| name == column));
    let mut line = StringRecord::new();
    while reader.read_record(&mut line).map_err(unread)? {
        each(places.map(|place| place.and_then(|place| line.get(place)).unwrap_or_default()));
    }
    Ok(())
}
