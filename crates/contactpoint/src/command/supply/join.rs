//! `contactpoint supply join`: one file of rows from the tables of an extract, made where the tables are.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs::File;
use std::io::{BufWriter, Read as _};
use std::path::{Path, PathBuf};

use clap::Args;
use contactpoint::supply::{Unjoined, join};

use super::super::Stop;
use super::super::say::{grouped, note, say};
use super::corrected::{for_owner_only, not_begun};
use super::unmarked;
use super::whose::Whose;

/// The longest list of ids, in bytes.
const LIST_BYTES_MAX: u64 = 67_108_864;
/// How many lines of a list are named at most.
const LINES_SHOWN_MAX: usize = 20;

/// What to join, and where to.
#[derive(Args, Debug)]
pub struct Join {
    #[command(flatten)]
    whose: Whose,
    /// A file with an id on every line, as the tables have them: rows of these children are left out
    #[arg(long, value_name = "FILE")]
    leave_out: Option<PathBuf>,
    /// Ids of that list may be in no row: somebody has looked that each is written as the tables write it
    #[arg(long, requires = "leave_out")]
    some_absent: bool,
    /// The folder with the tables, each a file with its name: ssd_person.csv
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// The new file
    #[arg(value_name = "OUT")]
    out: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// [`Stop::Usage`] when the tables are not as the mapping says, or have no row of an id that is to be left out: no file is left then, as
/// that child may be in it.
pub fn run(wanted: &Join) -> Result<(), Stop> {
    let mapping = wanted.whose.mapping()?;
    let ids = wanted.leave_out.as_deref().map(read_ids).transpose()?;
    let out = for_owner_only(&wanted.out).map_err(|error| not_begun(&wanted.out, &error))?;
    let mut open = |table: &str| File::open(wanted.folder.join(format!("{table}.csv")));
    let joined = join(
        (&mapping, &ids.unwrap_or_default()),
        &mut open,
        &mut BufWriter::new(out),
    )
    .map_err(|unjoined| {
        // Half a file is no file.
        let _ = std::fs::remove_file(&wanted.out);
        match unjoined {
            Unjoined::Reading(_) => Stop::Failed(unjoined.to_string()),
            Unjoined::NoTables | Unjoined::Table(_) => Stop::Usage(unjoined.to_string()),
        }
    })?;
    if !joined.ids_unknown.is_empty() && !wanted.some_absent {
        let _ = std::fs::remove_file(&wanted.out);
        return Err(Stop::Usage(format!(
            "{} Nothing was written: if they are not as the tables write them, those children would have been in the file. Put the list right; \
             or if those children have no row, say so with --some-absent.",
            unknown(&joined.ids_unknown)
        )));
    }
    say(format_args!(
        "{} rows written to {}",
        grouped(joined.rows),
        wanted.out.display()
    ));
    if wanted.leave_out.is_some() {
        note(format_args!(
            "{} rows were left out, of {} children who are in the list.",
            grouped(joined.rows_left_out),
            grouped(joined.children_left_out)
        ));
    }
    if !joined.ids_unknown.is_empty() {
        note(unknown(&joined.ids_unknown));
    }
    if !joined.left_out.is_empty() {
        note(format_args!(
            "Left where they are: {}",
            joined.left_out.join(", ")
        ));
    }
    unmarked::tell(&mapping);
    Ok(())
}

/// Which ids are in no row, by their lines: never the ids themselves.
fn unknown(lines: &[u64]) -> String {
    let shown = lines.iter().take(LINES_SHOWN_MAX).map(u64::to_string);
    let shown: Vec<String> = shown.collect();
    let more = lines.len().saturating_sub(LINES_SHOWN_MAX) as u64;
    let more = match more {
        0 => String::new(),
        more => format!(" and {} more", grouped(more)),
    };
    format!(
        "{} ids of the list are in no row: those on line {}{more}.",
        grouped(lines.len() as u64),
        shown.join(", ")
    )
}

/// The ids of a list, one on every line, each with its first line. Nothing of it is ever repeated: it says who is at risk.
fn read_ids(path: &Path) -> Result<BTreeMap<String, u64>, Stop> {
    let unread = |why: &dyn Display| {
        Stop::Usage(format!(
            "the list {} cannot be read: {why}. Nothing was written.",
            path.display()
        ))
    };
    let file = File::open(path).map_err(|error| unread(&error))?;
    let mut text = String::new();
    let read = file.take(LIST_BYTES_MAX).read_to_string(&mut text);
    let length = read.map_err(|error| unread(&error.kind()))?;
    if length as u64 >= LIST_BYTES_MAX {
        return Err(unread(&format_args!(
            "it is longer than {LIST_BYTES_MAX} bytes"
        )));
    }
    let lines = text.trim_start_matches('\u{feff}').lines();
    let mut ids = BTreeMap::new();
    for (at, line) in (1..).zip(lines) {
        let id = line.trim().trim_matches('"');
        if !id.is_empty() {
            ids.entry(id.to_owned()).or_insert(at);
        }
    }
    if ids.is_empty() {
        return Err(unread(&"it has no id in it"));
    }
    Ok(ids)
}
