//! `link.toml`: which column holds what, in every file or in each, and where the truth is when it is known.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use matching::link::{Column, KINDS, Kind, Rows, Schema};
use serde::Deserialize;
use toml::Spanned;

use crate::command::Stop;

/// The most bytes of a configuration.
const CONFIG_BYTES_MAX: u64 = 1_048_576;
/// The words for files in which no two rows are one person, and for the others.
const ROWS: [(Rows, &str); 2] = [
    (Rows::MayRepeat, "may repeat"),
    (Rows::Distinct, "distinct"),
];

/// The words for the order of numbers in a date.
const DATES: [(Dates, &str); 2] = [
    (Dates::DayFirst, "day first"),
    (Dates::MonthFirst, "month first"),
];

/// Which number comes first in a date such as `03/04/2012`, where the year comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dates {
    /// As in 4 March.
    DayFirst,
    /// As in March 4.
    MonthFirst,
}

impl Dates {
    /// The words for it in `link.toml`.
    pub fn words(self) -> &'static str {
        let known = DATES.iter().find(|(dates, _)| *dates == self);
        known.map_or("", |(_, words)| words)
    }

    /// The other order.
    pub fn other(self) -> Dates {
        match self {
            Dates::DayFirst => Dates::MonthFirst,
            Dates::MonthFirst => Dates::DayFirst,
        }
    }
}

/// What `link.toml` says.
#[derive(Debug)]
pub struct Config {
    /// Columns by whose values figures are given.
    pub groups: Vec<String>,
    /// What is compared.
    pub schema: Schema,
    /// Files that differ from the rest, by name.
    pub files: BTreeMap<String, FileConfig>,
    /// What holds for all others.
    pub usual: FileConfig,
    /// Where the truth is, when it is not in a column.
    pub truth: Option<TruthConfig>,
    /// Where more is said of the people of the truth.
    pub people: Option<PeopleConfig>,
}

/// What is said of one file.
#[derive(Clone, Debug)]
pub struct FileConfig {
    /// The column of its ids.
    pub id: Option<String>,
    /// Whether two rows may be one person.
    pub rows: Rows,
    /// What stands between fields.
    pub delimiter: u8,
    /// How its dates are written.
    pub dates: Dates,
    /// Its column for each column of the schema. `None`: they have the same names.
    pub columns: Option<BTreeMap<String, String>>,
}

/// A file that says, for every record, which person it is of.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TruthConfig {
    /// The file; a name that does not begin at the root begins at the folder of `link.toml`.
    pub file: PathBuf,
    /// Its column with the name of the file that the record is in. `None`: there is one file.
    pub source: Option<String>,
    /// Its column with the record's id.
    pub id: String,
    /// Its column with the person.
    pub person: String,
}

/// A file that says more of the people of the truth.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeopleConfig {
    /// The file, as [`TruthConfig::file`].
    pub file: PathBuf,
    /// Its column with the person.
    pub id: String,
    /// Columns by whose values figures are given.
    pub groups: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    id: Option<String>,
    rows: Option<Spanned<String>>,
    delimiter: Option<Spanned<String>>,
    dates: Option<Spanned<String>>,
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    column: Vec<ColumnText>,
    #[serde(default)]
    file: Vec<FileText>,
    truth: Option<TruthConfig>,
    people: Option<PeopleConfig>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnText {
    name: Spanned<String>,
    kind: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileText {
    name: Spanned<String>,
    id: Option<String>,
    rows: Option<Spanned<String>>,
    delimiter: Option<Spanned<String>>,
    dates: Option<Spanned<String>>,
    columns: Option<BTreeMap<String, Spanned<String>>>,
}

/// A fault and where in the text it is.
type Fault = (Option<Range<usize>>, String);

/// Reads a configuration.
///
/// # Errors
/// [`Stop::Usage`] naming the line and column.
pub fn read(path: &Path) -> Result<Config, Stop> {
    let unread = |error| {
        Stop::Usage(format!(
            "{} cannot be read: {error}. Name the file that says what the columns hold with --config.",
            path.display()
        ))
    };
    if std::fs::metadata(path).map_err(unread)?.len() > CONFIG_BYTES_MAX {
        return Err(Stop::Usage(format!(
            "{} has more than {CONFIG_BYTES_MAX} bytes: it is no configuration.",
            path.display()
        )));
    }
    let text = std::fs::read_to_string(path).map_err(unread)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    understood(&text, folder).map_err(|(span, what)| {
        let place = span.map_or(String::new(), |span| place(&text, span.start));
        Stop::Usage(format!(
            "{}{place}: {what}. Nothing was read or written.",
            path.display()
        ))
    })
}

/// Line and column, from 1, of a byte.
fn place(text: &str, byte: usize) -> String {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count().saturating_add(1);
    let last = before.rsplit('\n').next().unwrap_or("");
    let column = last.chars().count().saturating_add(1);
    format!(" line {line}, column {column}")
}

fn understood(text: &str, folder: &Path) -> Result<Config, Fault> {
    let mut text: Text = toml::from_str(text)
        .map_err(|error| (error.span(), error.message().trim_end().replace('\n', " ")))?;
    let usual = FileConfig {
        id: text.id,
        rows: rows(text.rows.as_ref(), Rows::MayRepeat)?,
        delimiter: delimiter(text.delimiter.as_ref(), b',')?,
        dates: dates(text.dates.as_ref(), Dates::DayFirst)?,
        columns: None,
    };
    let schema = schema(&text.column)?;
    let mut files = BTreeMap::new();
    for file in &text.file {
        let config = file_config(file, &usual, &schema)?;
        if files.insert(file.name.get_ref().clone(), config).is_some() {
            return Err(at(
                &file.name,
                format!("{:?} is there twice", file.name.get_ref()),
            ));
        }
    }
    let beside = [
        text.truth.as_mut().map(|truth| &mut truth.file),
        text.people.as_mut().map(|people| &mut people.file),
    ];
    for file in beside.into_iter().flatten() {
        *file = folder.join(&*file);
    }
    Ok(Config {
        groups: text.groups,
        schema,
        files,
        usual,
        truth: text.truth,
        people: text.people,
    })
}

fn at<T>(value: &Spanned<T>, what: String) -> Fault {
    (Some(value.span()), what)
}

fn schema(columns: &[ColumnText]) -> Result<Schema, Fault> {
    let mut known = Vec::new();
    for column in columns {
        let kind = Kind::parse(column.kind.get_ref()).ok_or_else(|| {
            let kinds: Vec<&str> = KINDS.iter().map(|(_, name)| *name).collect();
            at(
                &column.kind,
                format!(
                    "there is no kind {:?}; the kinds are: {}",
                    column.kind.get_ref(),
                    kinds.join(", ")
                ),
            )
        })?;
        known.push(Column::new(column.name.get_ref(), kind));
        // The first column at fault is the last of those that make no schema.
        let made = Schema::new(known.clone());
        let is_only_short = matches!(made, Err(matching::link::SchemaError::NothingToCompare));
        if let (Err(error), false) = (made, is_only_short) {
            return Err(at(&column.name, error.to_string()));
        }
    }
    Schema::new(known).map_err(|error| {
        (
            None,
            format!("{error}; each is declared as [[column]] with its name and kind"),
        )
    })
}

fn file_config(file: &FileText, usual: &FileConfig, schema: &Schema) -> Result<FileConfig, Fault> {
    let mut columns = BTreeMap::new();
    for (name, own) in file.columns.iter().flatten() {
        if !schema.columns().iter().any(|column| column.name == *name) {
            return Err(at(own, format!("no [[column]] is called {name:?}")));
        }
        columns.insert(name.clone(), own.get_ref().clone());
    }
    Ok(FileConfig {
        id: file.id.clone().or_else(|| usual.id.clone()),
        rows: rows(file.rows.as_ref(), usual.rows)?,
        delimiter: delimiter(file.delimiter.as_ref(), usual.delimiter)?,
        dates: dates(file.dates.as_ref(), usual.dates)?,
        columns: file.columns.is_some().then_some(columns),
    })
}

fn rows(told: Option<&Spanned<String>>, usual: Rows) -> Result<Rows, Fault> {
    let Some(told) = told else { return Ok(usual) };
    let known = ROWS.iter().find(|(_, words)| words == told.get_ref());
    known.map(|(rows, _)| *rows).ok_or_else(|| {
        at(
            told,
            "rows are \"distinct\" when no two of a file are one person, or \"may repeat\""
                .to_owned(),
        )
    })
}

fn dates(told: Option<&Spanned<String>>, usual: Dates) -> Result<Dates, Fault> {
    let Some(told) = told else { return Ok(usual) };
    let known = DATES.iter().find(|(_, words)| words == told.get_ref());
    known.map(|(dates, _)| *dates).ok_or_else(|| {
        at(
            told,
            "dates are \"day first\" or \"month first\"; of a date that begins with the year nothing need be said"
                .to_owned(),
        )
    })
}

fn delimiter(told: Option<&Spanned<String>>, usual: u8) -> Result<u8, Fault> {
    let Some(told) = told else { return Ok(usual) };
    match told.get_ref().as_bytes() {
        [byte]
            if !byte.is_ascii_alphanumeric()
                && !matches!(byte, b'"' | b'\r' | b'\n')
                && byte.is_ascii() =>
        {
            Ok(*byte)
        }
        _ => Err(at(
            told,
            "a delimiter is one character, such as \",\", \";\" or \"\\t\"".to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        let (span, what) = understood(text, Path::new("")).unwrap_err();
        format!(
            "{}: {what}",
            span.map_or(String::new(), |span| place(text, span.start))
        )
    }

    #[test]
    fn faults_are_told_with_their_place() {
        let unknown = "id = \"id\"\n[[column]]\nname = \"a\"\nkind = \"forename\"\n";
        assert!(fault(unknown).starts_with(
            " line 4, column 8: there is no kind \"forename\"; the kinds are: given name,"
        ));
        let twice = "[[column]]\nname = \"a\"\nkind = \"date\"\n[[column]]\nname = \"b\"\nkind = \"date\"\n";
        assert_eq!(
            fault(twice),
            " line 5, column 8: b is a second column of the kind date"
        );
        assert!(fault("colum = 1").starts_with(" line 1, column 1: unknown field `colum`"));
        assert!(fault("id = \"id\"").contains("no column tells people apart"));
        assert!(fault("delimiter = \"::\"").starts_with(" line 1, column 13: a delimiter is one"));
        let named = "[[column]]\nname = \"a\"\nkind = \"date\"\n[[file]]\nname = \"x\"\ncolumns = { b = \"B\" }\n";
        assert_eq!(
            fault(named),
            " line 6, column 17: no [[column]] is called \"b\""
        );
    }

    #[test]
    fn a_file_says_only_what_is_its_own() {
        let text = "id = \"id\"\nrows = \"distinct\"\n[[column]]\nname = \"born\"\nkind = \"date\"\n[[file]]\nname = \"x\"\ndelimiter = \";\"\n";
        let config = understood(text, Path::new("")).unwrap();
        let file = config.files.get("x").unwrap();
        assert_eq!(
            (file.id.as_deref(), file.rows, file.delimiter),
            (Some("id"), Rows::Distinct, b';')
        );
        assert!(file.columns.is_none());
    }
}
