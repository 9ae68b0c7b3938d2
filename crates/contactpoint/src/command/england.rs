//! `contactpoint england`: the supply files of a synthetic England, with the truth behind every row.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use directory::Date;
use england::{Options, Shape, Summary};

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
    /// Write rows of the feeds as other systems write them, too: census-xml, census-full-xml, ctf-xml, fhir, fhir-pds or ssds; once for each
    #[arg(long = "shape", value_name = "SHAPE", value_parser = shape)]
    shapes: Vec<Shape>,
}

fn shape(word: &str) -> Result<Shape, String> {
    Shape::of_word(word).ok_or_else(|| {
        let known: Vec<&str> = Shape::ALL.into_iter().map(Shape::word).collect();
        format!("a shape is {}", known.join(", "))
    })
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
    if !wanted.shapes.is_empty() {
        let shaped = write_all(&options, &wanted.out, &mut |open, progress| {
            england::write_shapes(&options, &wanted.shapes, open, progress)
        })?;
        for (file, rows) in &shaped.rows {
            say(format_args!("{:>12}  {file}", grouped(*rows)));
        }
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

/// Writes those files of an England whose names are wanted, with a progress bar. Each has its name only when all are whole.
///
/// # Errors
/// [`Stop::Failed`] when a file cannot be written: none is left then.
pub fn write(
    options: &Options,
    folder: &Path,
    is_wanted: &dyn Fn(&str) -> bool,
) -> Result<Summary, Stop> {
    write_all(options, folder, &mut |open, progress| {
        let mut open_wanted = |name: &str| -> io::Result<Box<dyn Write + Send>> {
            if is_wanted(name) {
                open(name)
            } else {
                Ok(Box::new(io::sink()))
            }
        };
        england::write(options, &mut open_wanted, progress)
    })
}

/// Opens a file by its name: with its ending, or without for separated values.
type Open<'a> = &'a mut dyn FnMut(&str) -> io::Result<Box<dyn Write + Send>>;
/// Writes files, and is told how many children have been written.
type Make<'a> = &'a mut dyn FnMut(Open<'_>, &mut dyn FnMut(u64)) -> io::Result<Summary>;

/// Writes files, with a progress bar. Each has its name only when all are whole.
fn write_all(options: &Options, folder: &Path, make: Make<'_>) -> Result<Summary, Stop> {
    let failed = |error: io::Error| {
        Stop::Failed(format!(
            "the files could not all be written to {}: {error}. None was kept. Make room, or name another folder, and run again.",
            folder.display()
        ))
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let mut begun: Vec<PathBuf> = Vec::new();
    let written = write_unnamed(options, folder, make, &mut begun).and_then(|summary| {
        for path in &begun {
            std::fs::rename(path, path.with_extension(""))?;
        }
        Ok(summary)
    });
    if written.is_err() {
        for path in &begun {
            // Of those that have their names by now there is none under this one.
            let _ = std::fs::remove_file(path);
            let _ = std::fs::remove_file(path.with_extension(""));
        }
    }
    written.map_err(failed)
}

/// Writes the files under names that say that they are not whole. `begun` are those it has begun.
fn write_unnamed(
    options: &Options,
    folder: &Path,
    make: Make<'_>,
    begun: &mut Vec<PathBuf>,
) -> io::Result<Summary> {
    let mut open = |name: &str| -> io::Result<Box<dyn Write + Send>> {
        let ending = if name.contains('.') { "" } else { ".csv" };
        let path = folder.join(format!("{name}{ending}.part"));
        let file = File::create(&path)?;
        begun.push(path);
        Ok(Box::new(BufWriter::with_capacity(BUFFER_BYTES, file)))
    };
    let bar = counting("children", options.children);
    let summary = make(&mut open, &mut |done| bar.set_position(done));
    bar.finish_and_clear();
    summary
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
