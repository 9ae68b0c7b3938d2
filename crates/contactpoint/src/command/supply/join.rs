//! `contactpoint supply join`: one file of rows from the tables of an extract, made where the tables are.

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;

use clap::Args;
use contactpoint::supply::{Unjoined, join};

use super::super::Stop;
use super::super::say::{grouped, note, say};
use super::named_mapping;

/// What to join, and where to.
#[derive(Args, Debug)]
pub struct Join {
    /// Whose tables they are, as: safeguarding_dataset (see: contactpoint supply list)
    #[arg(
        long,
        value_name = "NAME",
        required_unless_present = "mapping",
        conflicts_with = "mapping"
    )]
    supplier: Option<String>,
    /// The mapping of another supplier, agreed with them
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
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
/// [`Stop::Usage`] when the tables are not as the mapping says: no file is left then.
pub fn run(wanted: &Join) -> Result<(), Stop> {
    let mapping = named_mapping(wanted.supplier.as_deref(), wanted.mapping.as_deref())?;
    let out = File::create_new(&wanted.out).map_err(|error| {
        Stop::Usage(format!(
            "{} cannot be written: {error}. Name a new file.",
            wanted.out.display()
        ))
    })?;
    let mut open = |table: &str| File::open(wanted.folder.join(format!("{table}.csv")));
    let joined = join(&mapping, &mut open, &mut BufWriter::new(out)).map_err(|unjoined| {
        // Half a file is no file.
        let _ = std::fs::remove_file(&wanted.out);
        match unjoined {
            Unjoined::Reading(_) => Stop::Failed(unjoined.to_string()),
            Unjoined::NoTables | Unjoined::Table(_) => Stop::Usage(unjoined.to_string()),
        }
    })?;
    say(format_args!(
        "{} rows written to {}",
        grouped(joined.rows),
        wanted.out.display()
    ));
    if !joined.left_out.is_empty() {
        note(format_args!(
            "Left where they are: {}",
            joined.left_out.join(", ")
        ));
    }
    Ok(())
}
