//! What people have decided about pairs of records: `--review-out` writes the pairs, a column `decision` is added, and `--decisions` reads them.

use std::collections::HashMap;
use std::path::Path;

use matching::link::Decisions;

use super::heading::{Heading, NamedIn};
use super::names::Names;
use super::rows::RowReader;
use crate::command::Stop;

/// The words of a decision.
const SAME: &str = "same";
const DIFFERENT: &str = "different";

/// Reads the decisions of a file: of a row without one nothing is decided.
///
/// # Errors
/// [`Stop::Failed`] naming the line of a decision or a record that is not known.
pub fn read(path: &Path, names: &Names<'_>) -> Result<Decisions, Stop> {
    let (mut rows, heading) = RowReader::open(path, b',')?;
    let headed = Heading {
        path,
        heading: &heading,
        named: NamedIn::Review,
    };
    let what = "decisions, as --review-out names it";
    let place = |column: &str| headed.place(column, what);
    let (id, other_id) = (place("id")?, place("other_id")?);
    let (file, other_file) = (headed.find("file")?, headed.find("other_file")?);
    let decision = headed.place("decision", "decisions: \"same\" or \"different\"")?;
    let mut decisions = Decisions::default();
    loop {
        let byte = rows.byte();
        let Some(record) = rows.next()? else { break };
        let record = record.clone();
        let cell = |place: usize| record.get(place).unwrap_or("").trim();
        let decided = cell(decision).to_lowercase();
        let list = match decided.as_str() {
            "" => continue,
            SAME => &mut decisions.same,
            DIFFERENT => &mut decisions.different,
            _ => {
                return Err(rows.fault(
                    byte,
                    &format!(", column \"decision\": {decided:?} is no decision. Write same or different, or nothing."),
                ));
            }
        };
        let found = |file: Option<usize>, id: usize| {
            let name = match file.map(cell).filter(|file| !file.is_empty()) {
                Some(file) => format!("{file}:{}", cell(id)),
                None => cell(id).to_owned(),
            };
            names.row(&name).map_err(|_| {
                rows.fault(
                    byte,
                    &format!(": of these files none, or more than one, has a record {name:?}."),
                )
            })
        };
        let (one, other) = (found(file, id)?, found(other_file, other_id)?);
        if one == other {
            return Err(rows.fault(byte, ": both are one record. Name two."));
        }
        list.push((u64::from(one.min(other)), u64::from(one.max(other))));
    }
    match contradicted(&decisions) {
        None => Ok(decisions),
        Some((one, other)) => Err(Stop::Failed(format!(
            "{}: {} and {} are said to be different, and the same, by one line or several. Nothing was written. Take one of the lines out.",
            path.display(),
            names.name(one),
            names.name(other)
        ))),
    }
}

/// Two records that are said to be different, and by a chain of others the same.
fn contradicted(decisions: &Decisions) -> Option<(u32, u32)> {
    let mut of: HashMap<u64, u64> = HashMap::new();
    for (one, other) in &decisions.same {
        let (one, other) = (first_of(&mut of, *one), first_of(&mut of, *other));
        of.insert(one.max(other), one.min(other));
    }
    let mut different = decisions.different.iter();
    let pair =
        different.find(|(one, other)| first_of(&mut of, *one) == first_of(&mut of, *other))?;
    Some((u32::try_from(pair.0).ok()?, u32::try_from(pair.1).ok()?))
}

/// The first of the records that are the same as one, which the way there is shortened to (Tarjan 1975).
fn first_of(of: &mut HashMap<u64, u64>, record: u64) -> u64 {
    let mut first = record;
    while let Some(next) = of.get(&first).filter(|next| **next != first) {
        first = *next;
    }
    let mut on_the_way = record;
    while on_the_way != first {
        on_the_way = of.insert(on_the_way, first).unwrap_or(first);
    }
    first
}
