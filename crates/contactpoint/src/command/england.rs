//! `contactpoint england`: the supply files of a synthetic England, with the truth behind every row.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use directory::Date;
use england::{Options, Summary};

use super::say::{counting, grouped, say};
use super::{Stop, parse};
use crate::clock;

/// The most children: all of England, up to 18 and a little beyond.
pub const CHILDREN_MAX: u64 = 11_000_000;
/// How much is written to a file at a time, in bytes.
const BUFFER_BYTES: usize = 262_144;

/// What is wanted.
#[derive(Args, Debug)]
pub struct Wanted {
    /// How many children, up to all of England
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=CHILDREN_MAX))]
    children: u64,
    /// The same seed and day give the same bytes
    #[arg(long, value_name = "S")]
    seed: u64,
    /// The folder to write to: a new one, or an empty one
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The day from which ages follow; today when left out
    #[arg(long, value_name = "DATE", value_parser = parse::day)]
    today: Option<Date>,
}

/// Writes the files.
pub fn run(wanted: &Wanted) -> Result<(), Stop> {
    let today = wanted.today.unwrap_or_else(|| clock::now().today);
    let options = Options {
        children: wanted.children,
        seed: wanted.seed,
        today,
    };
    refuse_occupied(&wanted.out)?;
    let started = Instant::now();
    let summary = write(&options, &wanted.out, &|_| true)?;
    for (file, rows) in &summary.rows {
        say(format_args!("{:>12}  {file}.csv", grouped(*rows)));
    }
    say(format_args!(
        "{} synthetic children in {} families, {} MB, in {:.1} s: {}\nFor the same bytes again: --children {} --seed {} --today {today}",
        grouped(summary.children),
        grouped(summary.families),
        grouped(summary.bytes / 1_000_000),
        started.elapsed().as_secs_f64(),
        wanted.out.display(),
        wanted.children,
        wanted.seed,
    ));
    Ok(())
}

/// Writes those files of an England whose names are wanted, with a progress bar.
///
/// # Errors
/// [`Stop::Failed`] when a file cannot be written.
pub fn write(
    options: &Options,
    folder: &Path,
    is_wanted: &dyn Fn(&str) -> bool,
) -> Result<Summary, Stop> {
    let failed = |error: io::Error| {
        Stop::Failed(format!(
            "the files could not all be written to {}: {error}. What is there is not whole: remove it and run again.",
            folder.display()
        ))
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let mut open = |name: &str| -> io::Result<Box<dyn Write + Send>> {
        if !is_wanted(name) {
            return Ok(Box::new(io::sink()));
        }
        let file = File::create(folder.join(name).with_extension("csv"))?;
        Ok(Box::new(BufWriter::with_capacity(BUFFER_BYTES, file)))
    };
    let bar = counting("children", options.children);
    let summary =
        england::write(options, &mut open, &mut |done| bar.set_position(done)).map_err(failed)?;
    bar.finish_and_clear();
    Ok(summary)
}

/// Files that are there already are never written over.
fn refuse_occupied(folder: &Path) -> Result<(), Stop> {
    match std::fs::read_dir(folder).map(|mut inside| inside.next().is_some()) {
        Ok(true) => Err(Stop::Usage(format!(
            "{} is not empty, and nothing was written. Name a new folder with --out.",
            folder.display()
        ))),
        Ok(false) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Stop::Failed(format!(
            "{} cannot be used: {error}",
            folder.display()
        ))),
    }
}
