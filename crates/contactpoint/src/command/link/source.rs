//! A file to be linked, read once for its ids: what is wrong is found before anything long begins.

use std::path::{Path, PathBuf};

use matching::link::{Kind, Rows};

use super::config::{Config, Dates};
use super::heading::{Heading, NamedIn};
use super::ids::{Ids, Twice};
use super::labels::Labels;
use super::rows::RowReader;
use crate::command::Stop;
use crate::command::say::note;

/// Rows that are read in one piece.
const PIECE_ROWS: u32 = 65_536;

/// A file and what its first reading found.
#[derive(Debug)]
pub struct Source {
    /// Its name: that of the file without its ending.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// What stands between fields.
    pub delimiter: u8,
    /// Whether two rows may be one person.
    pub rows: Rows,
    /// How its dates are written.
    pub dates: Dates,
    /// The place of the date among the columns of the schema.
    pub date: Option<usize>,
    /// For each column of the schema, its place in a row. `None`: this file does not say.
    pub places: Vec<Option<usize>>,
    /// Its ids, in order.
    pub ids: Ids,
    /// The rank of each row's id.
    pub ranks: Vec<u32>,
    /// The key of its first id: keys number the records of all files, by the file's name and the id.
    pub first_key: u64,
    /// Where reading can begin.
    pub pieces: Vec<Piece>,
    /// The person of every row, when a column says.
    pub truth: Option<Labels>,
    /// Whether the result is judged, and what records lack counted for it.
    pub is_judged: bool,
    /// Columns by whose values figures are given.
    pub group_columns: Vec<String>,
    /// For each of them, whether this file has it.
    pub has_group: Vec<bool>,
    /// For each of them, the value of every row.
    pub groups: Vec<Labels>,
}

/// Some rows that stand together.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    /// Where they begin.
    pub byte: u64,
    /// The number of the first, from 0.
    pub first: u32,
    /// How many there are.
    pub rows: u32,
}

/// Columns of one file by their places.
struct Places {
    id: usize,
    truth: Option<usize>,
    groups: Vec<Option<usize>>,
}

/// Reads the ids of all files, each file in a thread of its own, and gives them in the order of their names.
///
/// # Errors
/// [`Stop`] of the first file, by name, in which something is wrong.
pub fn read_all(
    paths: &[PathBuf],
    config: &Config,
    truth: Option<&str>,
) -> Result<Vec<Source>, Stop> {
    let mut named: Vec<(String, &Path)> = paths
        .iter()
        .map(|path| (name_of(path), path.as_path()))
        .collect();
    named.sort();
    if let Some(((name, one), (_, other))) = named
        .iter()
        .zip(named.iter().skip(1))
        .find(|(one, other)| one.0 == other.0)
    {
        return Err(Stop::Usage(format!(
            "{} and {} are both called {name:?}, and their records could not be told apart. Name each file once, or rename one. Nothing was read or written.",
            one.display(),
            other.display()
        )));
    }
    let read: Vec<Result<Source, Stop>> = std::thread::scope(|scope| {
        let handles: Vec<_> = named
            .into_iter()
            .map(|(name, path)| scope.spawn(move || Source::read(name, path, config, truth)))
            .collect();
        let ended = handles.into_iter().map(|handle| handle.join());
        let lost = || {
            Stop::Failed(
                "a file could not be read: its thread came to an end. Nothing was written."
                    .to_owned(),
            )
        };
        ended
            .map(|ended| ended.unwrap_or_else(|_| Err(lost())))
            .collect()
    });
    let mut sources: Vec<Source> = read.into_iter().collect::<Result<_, _>>()?;
    check_said(&sources, config)?;
    let mut next = 0_u64;
    for source in &mut sources {
        source.first_key = next;
        next = next.saturating_add(source.ids.len() as u64);
    }
    Ok(sources)
}

/// Whether all that `link.toml` says is of these files: what is mistyped there would be passed over.
fn check_said(sources: &[Source], config: &Config) -> Result<(), Stop> {
    let names = || sources.iter().map(|source| source.name.as_str());
    for name in config
        .files
        .keys()
        .filter(|name| !names().any(|one| one == *name))
    {
        note(format!(
            "link.toml says something of a file called {name:?}, and none of these is: {}. What it says was passed over.",
            names().collect::<Vec<_>>().join(", ")
        ));
    }
    for (place, column) in config.groups.iter().enumerate() {
        if !sources
            .iter()
            .any(|source| source.has_group.get(place) == Some(&true))
        {
            return Err(Stop::Usage(format!(
                "link.toml gives figures by the column {column:?} in groups, and no file has it. Nothing was written. Name a column that is there, or take it out."
            )));
        }
    }
    Ok(())
}

fn name_of(path: &Path) -> String {
    path.file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}

impl Source {
    /// The keys of its rows, in the order of the rows, as places among all records.
    pub fn keys(&self) -> impl Iterator<Item = usize> {
        let first = usize::try_from(self.first_key).unwrap_or(usize::MAX);
        let ranks = self
            .ranks
            .iter()
            .map(|rank| usize::try_from(*rank).unwrap_or(usize::MAX));
        ranks.map(move |rank| first.saturating_add(rank))
    }

    /// Lets go of what is said of rows, when they have been read.
    pub fn forget_rows(&mut self) {
        self.ranks = Vec::new();
        self.truth = None;
        self.groups = Vec::new();
    }

    /// The key of an id.
    pub fn key_of(&self, id: &str) -> Option<usize> {
        let first = usize::try_from(self.first_key).ok()?;
        self.ids
            .place_of(id)
            .map(|place| first.saturating_add(place))
    }

    fn read(
        name: String,
        path: &Path,
        config: &Config,
        truth: Option<&str>,
    ) -> Result<Source, Stop> {
        let told = config.files.get(&name).unwrap_or(&config.usual);
        let (mut rows, heading) = RowReader::open(path, told.delimiter)?;
        let headed = Heading {
            path,
            heading: &heading,
            named: NamedIn::Config,
        };
        let of_truth = Heading {
            named: NamedIn::Truth,
            ..headed
        };
        let id = told.id.as_deref().ok_or_else(|| headed.without_id(&name))?;
        let groups = config.groups.iter().map(|column| headed.find(column));
        let places = Places {
            id: headed.place(id, "its ids")?,
            truth: truth
                .map(|column| of_truth.place(column, "the truth"))
                .transpose()?,
            groups: groups.collect::<Result<_, _>>()?,
        };
        let columns = config.schema.columns();
        let mut source = Source {
            name,
            path: path.to_owned(),
            delimiter: told.delimiter,
            rows: told.rows,
            dates: told.dates,
            date: columns.iter().position(|column| column.kind == Kind::Date),
            places: headed.schema_places(config, told)?,
            ids: Ids::default(),
            ranks: Vec::new(),
            first_key: 0,
            pieces: Vec::new(),
            truth: truth.map(|_| Labels::default()),
            is_judged: truth.is_some() || config.truth.is_some(),
            group_columns: config.groups.clone(),
            has_group: places.groups.iter().map(Option::is_some).collect(),
            groups: config.groups.iter().map(|_| Labels::default()).collect(),
        };
        source.read_ids(&mut rows, &places, id)?;
        source.ranks = source
            .ids
            .rank()
            .map_err(|twice| source.twice(&twice, id))?;
        Ok(source)
    }

    fn read_ids(
        &mut self,
        rows: &mut RowReader,
        places: &Places,
        column: &str,
    ) -> Result<(), Stop> {
        let mut piece = Piece {
            byte: rows.byte(),
            first: 0,
            rows: 0,
        };
        loop {
            let byte = rows.byte();
            let Some(record) = rows.next()? else { break };
            let cell = |place: usize| record.get(place).unwrap_or("").trim();
            let id = cell(places.id);
            if id.is_empty() {
                return Err(rows.fault(byte, &format!(", column {column:?}: this row has no id, and could not be named in the result. Give every row one.")));
            }
            if self.ids.push(id).is_err() {
                return Err(rows.fault(
                    byte,
                    ": the ids of this file have more than 4 GiB. Divide the file.",
                ));
            }
            if let (Some(labels), Some(place)) = (&mut self.truth, places.truth) {
                labels.push(cell(place));
            }
            for (labels, place) in self.groups.iter_mut().zip(&places.groups) {
                labels.push(place.map_or("", cell));
            }
            if piece.rows == PIECE_ROWS {
                let first = piece.first.saturating_add(PIECE_ROWS);
                self.pieces.push(std::mem::replace(
                    &mut piece,
                    Piece {
                        byte,
                        first,
                        rows: 0,
                    },
                ));
            }
            piece.rows = piece.rows.saturating_add(1);
        }
        if piece.rows > 0 {
            self.pieces.push(piece);
        }
        Ok(())
    }

    /// Says where an id stands twice, which is looked up only now.
    fn twice(&self, twice: &Twice, column: &str) -> Stop {
        let look_up = || {
            let (mut rows, heading) = RowReader::open(&self.path, self.delimiter)?;
            let place = heading.iter().position(|name| name == column).unwrap_or(0);
            let (mut number, mut first) = (0_u32, 0_u64);
            loop {
                let byte = rows.byte();
                let Some(record) = rows.next()? else { break };
                if number == twice.0 {
                    first = byte;
                }
                if number == twice.1 {
                    let id = record.get(place).unwrap_or("").trim().to_owned();
                    let line = rows.line_of(first);
                    return Ok(rows.fault(byte, &format!(", column {column:?}: the id {id:?} stands on line {line} too. Ids must tell the rows of a file apart: name another column, or take one row out.")));
                }
                number = number.saturating_add(1);
            }
            Err(Stop::Failed(format!(
                "{} changed while it was read. Nothing was written.",
                self.path.display()
            )))
        };
        look_up().unwrap_or_else(|stop| stop)
    }
}
