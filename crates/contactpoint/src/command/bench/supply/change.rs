//! Files of changes: what a supplier says of some of its children later, in no order.
//!
//! Of a hundred rows 55 are of children who have moved and changed their practice with it, 15 of children with another practice, 5 of
//! children who have left theirs, 15 say what was said before, and 10 are newborn siblings of children who are known.

use std::path::Path;

use csv::StringRecord;
use england::{Domain, Random};
use jiff::ToSpan as _;

use super::super::prepare::Loaded;
use crate::clock;
use crate::command::{Stop, england as files};
use crate::config::Config;

/// How many newborns are made for each of whom it is measured how soon they are found.
pub const NEWBORN: usize = 400;
/// The first digits of numbers that no child of a synthetic England has.
const NUMBERS_FROM: u64 = 970_000_000;

/// What is sent after the first load.
pub struct Changes {
    /// A file whose only use is that what it needs has been read once.
    pub warming: String,
    /// A file that is taken with nothing beside.
    pub alone: String,
    /// A file that is taken beside searches.
    pub together: String,
    /// The heading of every file.
    pub heading: String,
    /// Rows of newborns, each with its NHS number.
    pub newborn: Vec<(String, String)>,
}

/// Where the columns of the file stand.
struct Columns {
    key: usize,
    number: usize,
    given: usize,
    born: usize,
    practice: usize,
    status: usize,
    since: usize,
    home: Vec<usize>,
    besides: Vec<usize>,
}

/// Makes the files, of so many rows each. `again`: how many runs there are, so that newborns are new ones.
///
/// # Errors
/// [`Stop`] when the England cannot be written or read again.
pub fn changes(
    config: &Config,
    loaded: &Loaded,
    (rows, again): (u32, usize),
) -> Result<Changes, Stop> {
    let folder = config.data.join("england");
    files::write(&loaded.options(), &folder, &|name| name == super::SUPPLIER)?;
    let wanted = usize::try_from(rows).unwrap_or(usize::MAX);
    let seed = loaded.seed.wrapping_add(u64::try_from(again).unwrap_or(0));
    let mut random = Random::new(seed, Domain::Query, 1);
    let path = folder.join(super::SUPPLIER).with_extension("csv");
    let (heading, drawn) = draw(
        &path,
        wanted.saturating_mul(3).saturating_add(NEWBORN),
        &mut random,
    )?;
    std::fs::remove_dir_all(&folder).map_err(|error| Stop::Failed(error.to_string()))?;
    let columns = Columns::of(&heading)?;
    let mut made = drawn.iter().enumerate().map(|(at, row)| {
        let other = drawn.get(at.saturating_add(1)).unwrap_or(row);
        (at, row, other)
    });
    let serial = |at: usize| format!("{seed}-{at}");
    let mut file = |made: &mut dyn Iterator<Item = (usize, &StringRecord, &StringRecord)>| {
        let mut text = line(&heading);
        for (at, row, other) in made.take(wanted) {
            let changed = match random.below(100) {
                0..55 => columns.moved(row, other),
                55..70 => columns.another_practice(row, other),
                70..75 => columns.left(row),
                75..90 => row.clone(),
                _ => columns.newborn((row, other), &serial(at), number(seed, at)),
            };
            text.push_str(&line(&changed));
        }
        text
    };
    let warming = file(&mut made);
    let alone = file(&mut made);
    let together = file(&mut made);
    let newborn = made.map(|(at, row, other)| {
        let number = number(seed, at);
        let born = columns.newborn((row, other), &serial(at), number.clone());
        (line(&born), number)
    });
    let newborn = newborn.collect();
    Ok(Changes {
        warming,
        alone,
        together,
        heading: line(&heading),
        newborn,
    })
}

/// Draws rows evenly over the file and shuffles them: a supplier's changes come in no order that the directory knows.
fn draw(
    path: &Path,
    wanted: usize,
    random: &mut Random,
) -> Result<(StringRecord, Vec<StringRecord>), Stop> {
    let unread = |error: csv::Error| Stop::Failed(format!("{}: {error}", path.display()));
    let mut reader = csv::Reader::from_path(path).map_err(unread)?;
    let heading = reader.headers().map_err(unread)?.clone();
    let length = csv::Reader::from_path(path)
        .map_err(unread)?
        .into_records()
        .count();
    let step = length.checked_div(wanted).unwrap_or(0).max(1);
    let mut drawn = Vec::with_capacity(wanted);
    for record in reader.records().step_by(step).take(wanted) {
        drawn.push(record.map_err(unread)?);
    }
    for at in (1..drawn.len()).rev() {
        let limit = u32::try_from(at.saturating_add(1)).unwrap_or(u32::MAX);
        drawn.swap(at, usize::try_from(random.below(limit)).unwrap_or(0));
    }
    Ok((heading, drawn))
}

impl Columns {
    fn of(heading: &StringRecord) -> Result<Columns, Stop> {
        let place = |name: &str| {
            let mut names = heading.iter();
            let place = names.position(|known| known == name);
            place.ok_or_else(|| Stop::Failed(format!("the feed has no column {name}")))
        };
        Ok(Columns {
            key: place("registration_id")?,
            number: place("nhs_number")?,
            given: place("given_name")?,
            born: place("birth_date")?,
            practice: place("practice_code")?,
            status: place("registration_status")?,
            since: place("registered_from")?,
            home: vec![
                place("address_line_1")?,
                place("address_line_2")?,
                place("postcode")?,
            ],
            besides: vec![place("other_given_names")?, place("previous_family_name")?],
        })
    }

    fn moved(&self, row: &StringRecord, other: &StringRecord) -> StringRecord {
        let row = with(row, |column| {
            self.home.contains(&column).then(|| cell(other, column))
        });
        self.another_practice(&row, other)
    }

    fn another_practice(&self, row: &StringRecord, other: &StringRecord) -> StringRecord {
        let today = clock::now().today.to_string();
        with(row, |column| {
            if column == self.practice {
                Some(cell(other, column))
            } else {
                (column == self.since).then(|| today.clone())
            }
        })
    }

    fn left(&self, row: &StringRecord) -> StringRecord {
        with(row, |column| {
            (column == self.status).then(|| "D".to_owned())
        })
    }

    /// A sibling, newly born, whose given name is another child's.
    fn newborn(
        &self,
        (row, other): (&StringRecord, &StringRecord),
        serial: &str,
        number: String,
    ) -> StringRecord {
        const DAYS: i64 = 60;
        let days = number.parse::<i64>().unwrap_or(0) % DAYS;
        let born = clock::now().today.checked_sub(days.days());
        let born = born.map_or_else(|_| String::new(), |born| born.to_string());
        with(row, |column| {
            if column == self.key {
                Some(format!("new-{serial}"))
            } else if column == self.number {
                Some(number.clone())
            } else if column == self.given {
                Some(cell(other, column))
            } else if column == self.born || column == self.since {
                Some(born.clone())
            } else {
                self.besides.contains(&column).then(String::new)
            }
        })
    }
}

fn with(row: &StringRecord, change: impl Fn(usize) -> Option<String>) -> StringRecord {
    let cells = row.iter().enumerate();
    cells
        .map(|(column, cell)| change(column).unwrap_or_else(|| cell.to_owned()))
        .collect()
}

fn cell(row: &StringRecord, column: usize) -> String {
    row.get(column).unwrap_or_default().to_owned()
}

/// A line of a file.
pub fn line(row: &StringRecord) -> String {
    let quoted = |cell: &str| {
        if cell.contains(['"', ',', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.to_owned()
        }
    };
    let cells: Vec<String> = row.iter().map(quoted).collect();
    format!("{}\n", cells.join(","))
}

/// A well-formed NHS number that nobody has.
fn number(seed: u64, at: usize) -> String {
    const SEEDS: u64 = 64;
    const OF_A_SEED: u64 = 300_000;
    let at = u64::try_from(at).unwrap_or(0) % OF_A_SEED;
    let mut body = (seed % SEEDS)
        .saturating_mul(OF_A_SEED)
        .saturating_add(at)
        .saturating_add(NUMBERS_FROM);
    loop {
        let digits = body.to_string();
        let weighted = digits.bytes().zip((2..=10u32).rev());
        let sum: u32 = weighted
            .map(|(digit, weight)| u32::from(digit.saturating_sub(b'0')).saturating_mul(weight))
            .sum();
        match 11u32.saturating_sub(sum % 11) {
            // No check digit fits: one from far beyond.
            10 => body = body.saturating_sub(OF_A_SEED.saturating_mul(SEEDS)),
            11 => return format!("{digits}0"),
            digit => return format!("{digits}{digit}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use directory::number::{OtherNumber, Scheme};
    use std::collections::HashSet;

    #[test]
    fn every_newborn_has_a_number_of_their_own() {
        let numbers: HashSet<String> = (1..3)
            .flat_map(|seed| (0..20_000).map(move |at| number(seed, at)))
            .collect();
        assert_eq!(numbers.len(), 40_000);
        for number in &numbers {
            assert!(OtherNumber::parse(Scheme::Nhs, number).is_ok(), "{number}");
        }
    }
}
