//! Where a mapping's columns are in records that have no heading: JSON objects and XML elements.

use std::sync::Arc;

use directory::service::reveals_sensitive;
use serde_json::{Map, Value};

use super::case_information::is_case_information;
use super::cells::{Cells, Gathering};
use super::complaint::Complaint;
use super::fault::Fault;
use super::grade::Grade;
use super::limit::{COLUMNS_MAX, FIELD_BYTES_MAX, PATH_CHARACTERS_MAX, RECORD_DEPTH_MAX};
use super::mapping::Mapping;
use super::mend::WRONG_COLUMN;
use super::path::{Among, Chosen, Path, Way};

/// Where the columns are.
#[derive(Debug)]
pub struct Shape {
    columns: Vec<Place>,
    /// Which of the columns counts highest among several of a name, as the fourth contact; at which step of its path; and how many.
    last: Vec<(usize, usize, usize)>,
    /// One column of each choice between several.
    choosing: Vec<usize>,
    ignored: Vec<Path>,
    /// Names that no mapping has, each once, so that a file of nothing else does not fill the memory.
    unnamed: Vec<Arc<str>>,
}

/// Where a column is.
#[derive(Debug)]
struct Place {
    name: Arc<str>,
    path: Path,
    has_parts: bool,
}

/// What was found of a record.
#[derive(Debug, Default)]
struct Found<'a> {
    values: Vec<String>,
    unnamed: Vec<String>,
    way: Vec<(&'a str, Option<&'a Map<String, Value>>)>,
    chosen: Vec<Chosen<'a>>,
    is_named: bool,
    repeated: Option<Arc<str>>,
    broken: Option<Complaint>,
}

/// What is wrong with a record.
#[derive(Debug, Default)]
pub struct Wrong {
    /// What refuses it.
    pub errors: Vec<Fault>,
    /// What is asked about it.
    pub queries: Vec<Fault>,
}

impl Shape {
    /// The shape of a mapping's records.
    #[must_use]
    pub fn of(mapping: &Mapping) -> Shape {
        let mut columns: Vec<Place> = Vec::new();
        let named = mapping.columns.iter();
        let named = named.map(|column| (&column.name, column.meaning.can_have_parts()));
        for (name, has_parts) in named.chain(mapping.only.iter().map(|(name, _)| (name, false))) {
            match columns.iter_mut().find(|known| known.name == *name) {
                Some(known) => known.has_parts &= has_parts,
                None => columns.push(Place {
                    name: Arc::clone(name),
                    path: Path::parse(name),
                    has_parts,
                }),
            }
        }
        let ignored = mapping.ignored.iter().map(|name| Path::parse(name));
        let ignored: Vec<Path> = ignored.chain([Path::parse(WRONG_COLUMN)]).collect();
        leave_to_each_other(&mut columns, &ignored);
        Shape {
            last: last_of_several(&columns),
            choosing: one_of_each_choice(&columns),
            columns,
            ignored,
            unnamed: Vec::new(),
        }
    }

    /// The names of the columns, as a heading.
    #[must_use]
    pub fn heading(&self) -> Cells {
        let mut fields = Gathering::default();
        for place in &self.columns {
            fields.bytes.extend_from_slice(place.name.as_bytes());
            fields.end_field();
        }
        fields.into_cells().unwrap_or_else(|empty| empty)
    }

    /// Takes the values of a record into the cells, in the order of the heading, and tells what is wrong with it. Several in one place
    /// have line ends between.
    ///
    /// # Errors
    /// Why it is no record that can be taken. The cells hold what could be read of it: its key, perhaps.
    pub fn take(
        &mut self,
        line: u64,
        record: &Value,
        cells: &mut Cells,
    ) -> Result<Wrong, Complaint> {
        let Value::Object(members) = record else {
            *cells = Cells::default();
            return Err(Complaint::NotARecord);
        };
        let mut found = Found {
            values: vec![String::new(); self.columns.len()],
            chosen: self.chosen(members),
            ..Found::default()
        };
        self.walk(members, &mut found);
        let mut fields = std::mem::take(cells).emptied();
        for value in &found.values {
            fields.bytes.extend_from_slice(value.as_bytes());
            fields.end_field();
        }
        *cells = fields.into_cells().unwrap_or_else(|empty| empty);
        if let Some(complaint) = found.broken {
            return Err(complaint);
        }
        let mut wrong = Wrong {
            queries: self.left_out(line, members, &found.chosen),
            ..Wrong::default()
        };
        if !found.unnamed.is_empty() {
            wrong.errors = self.unnamed(line, &found);
        } else if let Some(name) = found.repeated {
            wrong.errors.push(Fault {
                column: Some(name),
                ..Fault::of_row(line, Complaint::Repeated)
            });
        }
        Ok(wrong)
    }

    /// Which of several each column is of, in a record.
    pub(super) fn chosen<'a>(&self, members: &'a Map<String, Value>) -> Vec<Chosen<'a>> {
        let places = self.columns.iter();
        places.map(|place| place.path.choose(members)).collect()
    }

    /// A query for each kind of which a record has more than the mapping takes, and for each of which nobody can tell which one it means.
    fn left_out(
        &self,
        line: u64,
        members: &Map<String, Value>,
        chosen: &[Chosen<'_>],
    ) -> Vec<Fault> {
        let query = |place: &Place, complaint| Fault {
            column: Some(Arc::clone(&place.name)),
            grade: Grade::Query,
            ..Fault::of_row(line, complaint)
        };
        let more = self.last.iter().filter_map(|(at, step, taken)| {
            let place = self.columns.get(*at)?;
            let is_more = place.path.count(members, *step) > *taken;
            is_more.then(|| query(place, Complaint::MoreThanTaken))
        });
        let in_doubt = self.choosing.iter().filter_map(|at| {
            let place = self.columns.get(*at)?;
            let is_in_doubt = place.path.is_in_doubt(members, chosen.get(*at)?);
            is_in_doubt.then(|| query(place, Complaint::Repeated))
        });
        more.chain(in_doubt).collect()
    }

    fn walk<'a>(&self, members: &'a Map<String, Value>, found: &mut Found<'a>) {
        if found.way.len() >= RECORD_DEPTH_MAX {
            found.broken.get_or_insert(Complaint::TooDeep);
            return;
        }
        for (name, value) in members {
            let values = match value {
                Value::Array(values) => values.as_slice(),
                one => std::slice::from_ref(one),
            };
            for value in values {
                found.way.push((name, value.as_object()));
                match value {
                    Value::Object(members) => self.walk(members, found),
                    Value::Array(_) => {
                        found.broken.get_or_insert(Complaint::TooDeep);
                    }
                    Value::Null => {}
                    Value::String(text) => self.value(text, found),
                    Value::Bool(_) | Value::Number(_) => self.value(&value.to_string(), found),
                }
                found.way.pop();
            }
        }
    }

    fn value(&self, text: &str, found: &mut Found<'_>) {
        let way: &Way<'_> = &found.way;
        let mut places = self
            .columns
            .iter()
            .zip(&found.chosen)
            .zip(&mut found.values);
        let taken = places.find(|((place, chosen), _)| place.path.is_at(way, chosen));
        if let Some(((place, _), value)) = taken {
            found.is_named = true;
            if !value.is_empty() && !text.is_empty() {
                if !place.has_parts {
                    found.repeated = Some(Arc::clone(&place.name));
                }
                value.push('\n');
            }
            value.push_str(text);
            if value.len() > FIELD_BYTES_MAX {
                found.broken.get_or_insert(Complaint::FieldTooLong);
            }
            return;
        }
        let is_left_out = self.leaves_out(way) || self.chooses(way, &found.chosen);
        if !is_left_out && found.unnamed.len() < COLUMNS_MAX {
            let names: Vec<&str> = way.iter().map(|(name, _)| *name).collect();
            found.unnamed.push(names.join("/"));
        }
    }

    /// Whether a value is one by which a column is chosen.
    fn chooses(&self, way: &Way<'_>, chosen: &[Chosen<'_>]) -> bool {
        let mut places = self.columns.iter().zip(chosen);
        places.any(|(place, chosen)| place.path.is_chosen_by(way, chosen))
    }

    /// Whether a value is taken: that of a column, or one by which a column is chosen.
    pub(super) fn takes(&self, way: &Way<'_>, chosen: &[Chosen<'_>]) -> bool {
        let mut places = self.columns.iter().zip(chosen);
        places.any(|(place, chosen)| place.path.is_at(way, chosen)) || self.chooses(way, chosen)
    }

    /// Whether the mapping has a word for a value: that it is taken, or left out on purpose.
    pub(super) fn is_named(&self, way: &Way<'_>, chosen: &[Chosen<'_>]) -> bool {
        self.takes(way, chosen) || self.leaves_out(way)
    }

    fn leaves_out(&self, way: &Way<'_>) -> bool {
        self.ignored.iter().any(|path| leaves_out(path, way))
    }

    /// A fault for every member that the mapping does not name, or that looks like case information within one that is left out. Of a record without any that it names, no name is repeated:
    /// it may be another supplier's.
    fn unnamed(&mut self, line: u64, found: &Found<'_>) -> Vec<Fault> {
        if !found.is_named {
            return vec![Fault::of_row(line, Complaint::NotTheseColumns)];
        }
        let mut names: Vec<&String> = found.unnamed.iter().collect();
        names.dedup();
        let faults = names.into_iter().map(|name| {
            let complaint = if is_case_information(name) {
                Complaint::CaseColumn
            } else {
                Complaint::UnknownColumn
            };
            Fault {
                // A record's member can tell of the child: one that tells of a sensitive service is not repeated (R28).
                column: self.known(name).filter(|name| !reveals_sensitive(name)),
                what: "column",
                ..Fault::of_row(line, complaint)
            }
        });
        faults.collect()
    }

    fn known(&mut self, name: &str) -> Option<Arc<str>> {
        let printable = name.chars().filter(|c| !c.is_control());
        let name: String = printable.take(PATH_CHARACTERS_MAX).collect();
        if let Some(known) = self.unnamed.iter().find(|known| ***known == *name) {
            return Some(Arc::clone(known));
        }
        let name: Arc<str> = name.into();
        (self.unnamed.len() < COLUMNS_MAX).then(|| {
            self.unnamed.push(Arc::clone(&name));
            name
        })
    }
}

/// Lets no column take, for being the only one, what another column takes or the mapping leaves out for what it says.
fn leave_to_each_other(columns: &mut [Place], ignored: &[Path]) {
    let taken: Vec<Path> = columns.iter().map(|place| place.path.clone()).collect();
    for Place { path, .. } in columns {
        let left_out: Vec<&Path> = ignored
            .iter()
            .filter(|other| other.ends_at_choice_of(path))
            .collect();
        for other in taken.iter().chain(left_out) {
            path.leave_to(other);
        }
    }
}

/// The columns that count highest among several of a name, each with the step at which these are and how many are taken.
fn last_of_several(columns: &[Place]) -> Vec<(usize, usize, usize)> {
    let mut last: Vec<(Among, usize)> = Vec::new();
    for (at, place) in columns.iter().enumerate() {
        for among in place.path.among() {
            match last.iter_mut().find(|(known, _)| known.of == among.of) {
                Some(known) if known.0.place < among.place => *known = (among, at),
                Some(_) => {}
                None => last.push((among, at)),
            }
        }
    }
    let last = last.into_iter();
    last.map(|(among, at)| (at, among.step, among.place))
        .collect()
}

/// The first of the columns that choose between the same ones in the same way.
fn one_of_each_choice(columns: &[Place]) -> Vec<usize> {
    let is_first = |(at, place): &(usize, &Place)| {
        let mut before = columns.iter().take(*at);
        place.path.has_choice() && !before.any(|other| place.path.chooses_as(&other.path))
    };
    let columns = columns.iter().enumerate();
    columns.filter(is_first).map(|(at, _)| at).collect()
}

/// Whether a path that is left out leaves this out too. What looks like case information below it is never passed over (R4).
fn leaves_out(path: &Path, way: &Way<'_>) -> bool {
    let below = way.get(path.length()..).unwrap_or(&[]);
    path.holds(way) && !below.iter().any(|(name, _)| is_case_information(name))
}
