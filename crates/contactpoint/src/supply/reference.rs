//! Reference data about nobody: authorities, services, schools and practices, read from files with a heading.

use std::io::Read;
use std::sync::Arc;

use directory::organisation::{Authority, Sector, ShieldingPhase};
use directory::service::{Classification, Service};
use directory::setting::{Place, PlaceKind};
use directory::text::{
    self, AuthorityCode, Fault as TextFault, OrganisationName, PlaceCode, ServiceCode,
};

use super::cells::Cells;
use super::complaint::Complaint;
use super::fault::Fault;
use super::frames::{Frame, Frames};
use super::grade::Grade;
use super::refusal::{ColumnFault, ColumnWhy, Refusal};
use super::rows::Unread;

/// What was read of a reference file, and what was wrong in it.
#[derive(Debug)]
pub struct Reference<T> {
    /// The items.
    pub items: Vec<T>,
    /// The faults.
    pub faults: Vec<Fault>,
}

/// Reads services: `service_code`, `name`, `sector`, `sensitive` (yes, no, or blank while nobody has decided: X13).
///
/// # Errors
/// [`Unread`].
pub fn services(reader: impl Read) -> Result<Reference<Service>, Unread> {
    read(
        reader,
        &["service_code", "name", "sector", "sensitive"],
        |line| {
            Some(Service {
                code: line.needed(0, ServiceCode::parse)?,
                name: line.needed(1, OrganisationName::parse)?.to_string(),
                sector: line.code(2, Sector::parse)?,
                classification: line.code(3, classification)?,
            })
        },
    )
}

/// Reads schools: `urn`, `name`, `authority`, `telephone`, `email`.
///
/// # Errors
/// [`Unread`].
pub fn schools(reader: impl Read) -> Result<Reference<Place>, Unread> {
    read(
        reader,
        &["urn", "name", "authority", "telephone", "email"],
        |line| place(line, PlaceKind::School, Some(4)),
    )
}

/// Reads practices: `practice_code`, `name`, `authority`, `telephone`.
///
/// # Errors
/// [`Unread`].
pub fn practices(reader: impl Read) -> Result<Reference<Place>, Unread> {
    read(
        reader,
        &["practice_code", "name", "authority", "telephone"],
        |line| place(line, PlaceKind::Practice, None),
    )
}

/// Reads authorities: `code`, `name`. Each begins with its first shielding under way (R42): the caller says when it is complete.
///
/// # Errors
/// [`Unread`].
pub fn authorities(reader: impl Read) -> Result<Reference<Authority>, Unread> {
    read(reader, &["code", "name"], |line| {
        Some(Authority {
            code: line.needed(0, AuthorityCode::parse)?,
            name: line.needed(1, OrganisationName::parse)?,
            shielding: ShieldingPhase::UnderWay,
        })
    })
}

fn place(line: &mut Line<'_>, kind: PlaceKind, email: Option<usize>) -> Option<Place> {
    Some(Place {
        kind,
        code: line.needed(0, PlaceCode::parse)?,
        name: line.needed(1, OrganisationName::parse)?,
        authority: line.optional(2, AuthorityCode::parse),
        telephone: line.optional(3, text::telephone),
        email: email.and_then(|at| line.optional(at, text::email)),
    })
}

fn classification(text: &str) -> Option<Classification> {
    match text.to_ascii_lowercase().as_str() {
        "yes" => Some(Classification::Sensitive),
        "no" => Some(Classification::Ordinary),
        "" => Some(Classification::Unclassified),
        _ => None,
    }
}

/// One line of a reference file, by the place of its columns in the list that was asked for.
struct Line<'a> {
    number: u64,
    names: &'a [Arc<str>],
    places: &'a [usize],
    cells: &'a Cells,
    faults: &'a mut Vec<Fault>,
}

impl Line<'_> {
    fn needed<T>(&mut self, at: usize, parse: fn(&str) -> Result<T, TextFault>) -> Option<T> {
        match parse(self.text(at)) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.fault(at, fault, Grade::Error);
                None
            }
        }
    }

    fn optional<T>(&mut self, at: usize, parse: fn(&str) -> Result<T, TextFault>) -> Option<T> {
        if self.text(at).is_empty() {
            return None;
        }
        match parse(self.text(at)) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.fault(at, fault, Grade::Query);
                None
            }
        }
    }

    fn code<T>(&mut self, at: usize, parse: fn(&str) -> Option<T>) -> Option<T> {
        let value = parse(self.text(at));
        if value.is_none() {
            self.push(at, ("code", Complaint::NotACode), Grade::Error);
        }
        value
    }

    fn text(&self, at: usize) -> &str {
        self.places
            .get(at)
            .map_or("", |place| self.cells.get(*place))
    }

    fn fault(&mut self, at: usize, fault: TextFault, grade: Grade) {
        self.push(at, (fault.what, Complaint::Value(fault.why)), grade);
    }

    fn push(&mut self, at: usize, (what, complaint): (&'static str, Complaint), grade: Grade) {
        self.faults.push(Fault {
            column: self.names.get(at).cloned(),
            what,
            grade,
            ..Fault::of_row(self.number, complaint)
        });
    }
}

fn read<T>(
    reader: impl Read,
    names: &[&str],
    mut item: impl FnMut(&mut Line<'_>) -> Option<T>,
) -> Result<Reference<T>, Unread> {
    let mut frames = Frames::new(reader, b',').map_err(Unread::Reading)?;
    let mut cells = Cells::default();
    let places = places(&mut frames, &mut cells, names)?;
    let width = cells.len();
    let names: Vec<Arc<str>> = names.iter().map(|name| Arc::from(*name)).collect();
    let mut reference = Reference {
        items: Vec::new(),
        faults: Vec::new(),
    };
    loop {
        match next(&mut frames, &mut cells)? {
            Frame::End => return Ok(reference),
            Frame::Broken(line, complaint) => reference.faults.push(Fault::of_row(line, complaint)),
            Frame::Row(line) if cells.len() != width => {
                reference
                    .faults
                    .push(Fault::of_row(line, Complaint::Fields));
            }
            Frame::Row(number) => {
                let mut line = Line {
                    number,
                    names: &names,
                    places: &places,
                    cells: &cells,
                    faults: &mut reference.faults,
                };
                reference.items.extend(item(&mut line));
            }
        }
    }
}

fn next<R: Read>(frames: &mut Frames<R>, cells: &mut Cells) -> Result<Frame, Unread> {
    frames.next(cells).map_err(Unread::Reading)
}

/// Where the needed columns are. Public reference files may have others: they are about nobody.
fn places<R: Read>(
    frames: &mut Frames<R>,
    cells: &mut Cells,
    names: &[&str],
) -> Result<Vec<usize>, Unread> {
    match next(frames, cells)? {
        Frame::Row(_) => {}
        Frame::End => return Err(Unread::Refused(Refusal::Empty)),
        Frame::Broken(..) => return Err(Unread::Refused(Refusal::NoHeading)),
    }
    let place = |name: &&str| (0..cells.len()).find(|at| cells.get(*at).eq_ignore_ascii_case(name));
    let missing: Vec<ColumnFault> = names
        .iter()
        .filter(|name| place(name).is_none())
        .map(|name| ColumnFault::new(name, ColumnWhy::Missing))
        .collect();
    if missing.is_empty() {
        Ok(names.iter().filter_map(place).collect())
    } else {
        Err(Unread::Refused(Refusal::Columns(missing)))
    }
}

#[cfg(test)]
#[path = "reference_tests.rs"]
mod tests;
