//! Which records are of one person, as somebody who knows has said, and to which groups the people belong.

use super::config::{PeopleConfig, TruthConfig};
use super::heading::{Heading, NamedIn};
use super::labels::Labels;
use super::rows::RowReader;
use super::source::Source;
use crate::command::Stop;

/// The most groups for which figures are given.
const GROUPS_MAX: usize = 500;

/// Groups by what a record of a person lacks of names, date, sex and postcode, of those that its file has.
const LACKING: [&str; 3] = [
    "every record complete",
    "a record lacks one of name, date, sex, postcode",
    "a record lacks two or more of them",
];

/// The truth.
#[derive(Debug, Default)]
pub struct Truth {
    /// The person of each record, by key. `None`: nobody knows.
    pub person_of_row: Vec<Option<u32>>,
    /// The names of groups: `column = value`.
    pub groups: Vec<String>,
    /// People with the groups they belong to, in order.
    pub memberships: Vec<(u32, u32)>,
}

/// The truth while it is put together.
struct Gathering {
    people: Labels,
    groups: Labels,
    truth: Truth,
}

/// Puts the truth together: from a column of the files, or from a file of its own. `None`: nobody says.
///
/// # Errors
/// [`Stop`] when the files that say it are not as `link.toml` says.
pub fn read(
    sources: &[Source],
    file: Option<&TruthConfig>,
    people: Option<&PeopleConfig>,
) -> Result<Option<Truth>, Stop> {
    let records = sources
        .iter()
        .map(|source| source.ids.len())
        .fold(0, usize::saturating_add);
    let mut gathering = Gathering {
        people: Labels::default(),
        groups: Labels::default(),
        truth: Truth {
            person_of_row: vec![None; records],
            ..Truth::default()
        },
    };
    if sources.iter().any(|source| source.truth.is_some()) {
        for source in sources {
            gathering.take_column(source);
        }
    } else if let Some(file) = file {
        gathering.take_file(sources, file)?;
    } else if people.is_some() {
        return Err(Stop::Usage(
            "link.toml says more of people in [people], and nothing says which record is of which person. Nothing was written. Name a column with --truth, or a file in [truth], or take [people] out."
                .to_owned(),
        ));
    } else {
        return Ok(None);
    }
    for source in sources {
        gathering.take_groups(source);
    }
    if let Some(people) = people {
        gathering.take_people(people)?;
    }
    let Gathering {
        groups, mut truth, ..
    } = gathering;
    truth.memberships.sort_unstable();
    truth.memberships.dedup();
    truth.groups = groups.texts().to_vec();
    if truth.groups.len() > GROUPS_MAX {
        return Err(Stop::Failed(format!(
            "the group columns have more than {GROUPS_MAX} different values. Nothing was written. Name columns that put people into few groups."
        )));
    }
    Ok(Some(truth))
}

impl Truth {
    /// Puts people into groups by how many telling columns a record of theirs lacks at most: a missed match often begins there.
    pub fn take_lacking(&mut self, lacking: &[(usize, usize)]) {
        let mut most = std::collections::BTreeMap::new();
        for person in self.person_of_row.iter().flatten() {
            most.insert(*person, 0_usize);
        }
        for (key, count) in lacking {
            let person = self.person_of_row.get(*key).copied().flatten();
            if let Some(known) = person.and_then(|person| most.get_mut(&person)) {
                *known = (*known).max(*count);
            }
        }
        if lacking.is_empty() {
            return;
        }
        let first = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
        self.groups.extend(LACKING.map(ToOwned::to_owned));
        let last = LACKING.len().saturating_sub(1);
        let group = |count: usize| {
            u32::try_from(count.min(last)).map_or(first, |place| first.saturating_add(place))
        };
        let more = most
            .into_iter()
            .map(|(person, count)| (person, group(count)));
        self.memberships.extend(more);
        self.memberships.sort_unstable();
    }
}

impl Gathering {
    fn take_column(&mut self, source: &Source) {
        let Some(labels) = &source.truth else { return };
        let people = self.people.adopt(labels);
        for (label, key) in labels.of_row.iter().zip(source.keys()) {
            let person = label.and_then(|label| get(&people, label));
            if let Some(slot) = self.truth.person_of_row.get_mut(key) {
                *slot = person;
            }
        }
    }

    fn take_groups(&mut self, source: &Source) {
        for (labels, column) in source.groups.iter().zip(&source.group_columns) {
            let names = labels
                .texts()
                .iter()
                .map(|value| self.groups.number(&format!("{column} = {value}")));
            let numbers: Vec<u32> = names.map(|number| number.unwrap_or(u32::MAX)).collect();
            for (label, key) in labels.of_row.iter().zip(source.keys()) {
                let group = label.and_then(|label| get(&numbers, label));
                let person = self.truth.person_of_row.get(key).copied().flatten();
                self.truth.memberships.extend(person.zip(group));
            }
        }
    }

    fn take_file(&mut self, sources: &[Source], file: &TruthConfig) -> Result<(), Stop> {
        let (mut rows, heading) = RowReader::open(&file.file, b',')?;
        let place = |column: &str| place((&file.file, &heading), column, "[truth]");
        let (id, person) = (place(&file.id)?, place(&file.person)?);
        let of = file.source.as_deref().map(place).transpose()?;
        if of.is_none() && sources.len() > 1 {
            return Err(Stop::Usage("several files are linked, and [truth] does not say by which column it names them. Add source = \"…\". Nothing was written.".to_owned()));
        }
        let mut found = 0_u64;
        loop {
            let byte = rows.byte();
            let Some(record) = rows.next()? else { break };
            let cell = |place: usize| record.get(place).unwrap_or("").trim();
            let name = of.map(cell);
            let source = sources
                .iter()
                .find(|source| name.is_none_or(|name| source.name == name));
            let key = source.and_then(|source| source.key_of(cell(id)));
            let Some(slot) = key.and_then(|key| self.truth.person_of_row.get_mut(key)) else {
                continue;
            };
            if slot.is_some() {
                let id = cell(id).to_owned();
                return Err(rows.fault(byte, &format!(": the record {id:?} is there for the second time. Take one of the lines out.")));
            }
            *slot = self.people.number(cell(person));
            found = found.saturating_add(1);
        }
        if found == 0 && !self.truth.person_of_row.is_empty() {
            return Err(Stop::Failed(format!(
                "{} names no record of the files. Nothing was written. Look whether [truth] names the right columns.",
                file.file.display()
            )));
        }
        Ok(())
    }

    fn take_people(&mut self, people: &PeopleConfig) -> Result<(), Stop> {
        let (mut rows, heading) = RowReader::open(&people.file, b',')?;
        let place = |column: &String| place((&people.file, &heading), column, "[people]");
        let id = place(&people.id)?;
        let columns = people
            .groups
            .iter()
            .map(|column| Ok((column, place(column)?)));
        let columns: Vec<(&String, usize)> = columns.collect::<Result<_, Stop>>()?;
        while let Some(record) = rows.next()? {
            let cell = |place: usize| record.get(place).unwrap_or("").trim();
            let Some(person) = self.people.known(cell(id)) else {
                continue;
            };
            for (column, place) in columns.iter().filter(|(_, place)| !cell(*place).is_empty()) {
                let group = self.groups.number(&format!("{column} = {}", cell(*place)));
                self.truth
                    .memberships
                    .extend(group.map(|group| (person, group)));
            }
        }
        Ok(())
    }
}

fn get(numbers: &[u32], place: u32) -> Option<u32> {
    usize::try_from(place)
        .ok()
        .and_then(|place| numbers.get(place))
        .copied()
}

/// The place of a column of a file that a table of `link.toml` names.
fn place(
    (path, heading): (&std::path::Path, &[String]),
    column: &str,
    table: &str,
) -> Result<usize, Stop> {
    let headed = Heading {
        path,
        heading,
        named: NamedIn::Beside,
    };
    headed.place(column, table)
}
