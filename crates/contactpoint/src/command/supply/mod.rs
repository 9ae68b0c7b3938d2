//! `contactpoint supply`: a supplier's file, checked at its own side or loaded, and its faults.

mod check;
mod corrected;
mod faults;
mod join;
mod mapping;
mod model;
mod runs;
mod strip;
mod suppliers;
mod unmarked;
mod whose;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use contactpoint::run::Ran;
use contactpoint::supply::{Format, Mapping, Opened, Rows, Summary, is_shared, names, ready};
use directory::Date;
use directory::run::Reach;
use store::Store;

use super::same_file::is_same;
use super::say::{note, say};
use super::{Stop, feed, parse};
use crate::clock;
use crate::config::Config;

/// How many faults are shown on the terminal.
const FAULTS_SHOWN_MAX: usize = 20;

/// What to do with supply.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Check a file where it was made: nothing is sent, and no directory or key is needed
    Check(check::Check),
    /// Make one file of the tables of an extract, where they are: only what the mapping takes comes along
    Join(join::Join),
    /// Write a file of records, XML or JSON, without what may not be sent, and name what was left out
    Strip(strip::Strip),
    /// Take a file as a run: checked whole, then applied; the same file twice changes nothing
    Load(Load),
    #[command(flatten)]
    Runs(runs::Command),
    /// End the first load of a directory: its children are found from now on
    Finish,
    /// Show the model by which rows are resolved, learn another, or take one up
    Model(model::Model),
    /// List the suppliers whose columns are known
    List,
    /// Show the mapping of one of them, to be saved and edited under the supplier's own code
    Mapping(mapping::Printed),
    /// List the suppliers that have sent files: how fresh and how right they are, and which runs are held
    Suppliers,
}

/// A file and whose it is.
#[derive(Args, Debug)]
pub struct Given {
    #[command(flatten)]
    whose: whose::Whose,
    /// The file, as it is or packed with gzip
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The day on which the supplier drew the file; the day it was last changed when left out
    #[arg(long, value_name = "DATE", value_parser = parse::day_of_extract)]
    extracted: Option<Date>,
}

/// What to load, and how.
#[derive(Args, Debug)]
pub struct Load {
    #[command(flatten)]
    given: Given,
    /// Load into a directory without children, which is quicker: nothing is found until contactpoint supply finish
    #[arg(long)]
    first: bool,
    /// It names every child the supplier knows: whoever is not in it has ended
    #[arg(long, conflicts_with = "delta")]
    full: bool,
    /// It has only what is new or has changed
    #[arg(long)]
    delta: bool,
    /// Write every fault to this file: line, row, column, rule and what to do, never a value
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
}

/// Runs the command.
pub fn run(config: &Config, command: Command) -> Result<(), Stop> {
    match command {
        Command::Check(wanted) => check::run(&wanted),
        Command::Join(wanted) => join::run(&wanted),
        Command::Strip(wanted) => strip::run(&wanted),
        Command::Load(wanted) => load(config, &wanted),
        Command::Runs(wanted) => runs::run(config, wanted),
        Command::Finish => finish(config),
        Command::Model(wanted) => model::run(config, &wanted),
        Command::List => list(),
        Command::Mapping(wanted) => mapping::run(&wanted),
        Command::Suppliers => suppliers::run(config),
    }
}

fn load(config: &Config, wanted: &Load) -> Result<(), Stop> {
    if let Some(out) = &wanted.faults {
        wanted.given.spare(out, None)?;
    }
    let (mapping, extracted) = (wanted.given.mapping_of_one()?, wanted.given.extracted()?);
    let file = &wanted.given.file;
    let store = config.open()?;
    let sent = feed::sent(&mapping, wanted.reach(), extracted);
    let unloaded = |not_run| Stop::Failed(format!("{}: {not_run}", file.display()));
    let told = if wanted.first {
        let mut first = store.first_load().map_err(failed)?;
        let loaded = feed::load_first((&store, &mut first), &sent, file);
        match loaded.map_err(unloaded)? {
            Ran::Done(run, summary) => {
                show(&mapping, &summary, extracted);
                note(format_args!(
                    "Nothing of it is found yet. Load the other files, then: contactpoint supply finish\n\
                     This was run {} of a first load: it is quick, keeps no journal, and cannot be taken back.",
                    run.id.0
                ));
                Ok(())
            }
            other => runs::told((&store, &mapping), extracted, &other),
        }
    } else {
        let ran = feed::load_file(&store, &sent, file).map_err(unloaded)?;
        runs::told((&store, &mapping), extracted, &ran)
    };
    // Whoever looks at a file that is held wants its faults most.
    if let Some(out) = &wanted.faults {
        write_faults(&store, &mapping, (file, extracted), out)?;
    }
    told
}

impl Load {
    fn reach(&self) -> Option<Reach> {
        match (self.full, self.delta) {
            (true, _) => Some(Reach::Full),
            (_, true) => Some(Reach::Delta),
            (false, false) => None,
        }
    }
}

impl Given {
    fn mapping(&self) -> Result<Mapping, Stop> {
        self.whose
            .mapping()
            .map(|mapping| self.as_it_comes(mapping))
    }

    /// The same, of a file that is taken.
    fn mapping_of_one(&self) -> Result<Mapping, Stop> {
        let mapping = self.whose.mapping_of_one()?;
        Ok(self.as_it_comes(mapping))
    }

    fn as_it_comes(&self, mut mapping: Mapping) -> Mapping {
        // Its columns are those of separated values: a mapping of them is a mapping of both.
        let is_parquet = self
            .file
            .extension()
            .is_some_and(|ending| ending == "parquet");
        if is_parquet && mapping.format == Format::Separated {
            mapping.format = Format::Parquet;
        }
        mapping
    }

    /// Sees that what is written never takes the place of what is read: the file, its mapping, and another that is given with them.
    fn spare(&self, out: &Path, other: Option<&PathBuf>) -> Result<(), Stop> {
        let read = [Some(&self.file), self.whose.mapping_file(), other];
        if read.into_iter().flatten().any(|path| is_same(path, out)) {
            return Err(Stop::Usage(format!(
                "{} is what is to be read, and would be written over. Nothing was read or written. Name another file.",
                out.display()
            )));
        }
        Ok(())
    }

    fn extracted(&self) -> Result<Date, Stop> {
        self.extracted.map_or_else(|| last_changed(&self.file), Ok)
    }
}

fn finish(config: &Config) -> Result<(), Stop> {
    let store = config.open()?;
    if !store.is_first_load().map_err(failed)? {
        return Err(Stop::Usage(
            "no first load is under way: there is nothing to finish".to_owned(),
        ));
    }
    let first = store.first_load().map_err(failed)?;
    feed::finish(first).map_err(|error| {
        Stop::Failed(format!(
            "the first load could not be finished: {error}. Nothing of it is lost: ask again when that is put right."
        ))
    })?;
    say("The first load is finished: its children are found from now on.");
    Ok(())
}

fn failed(error: store::Error) -> Stop {
    Stop::from(error)
}

fn show(mapping: &Mapping, summary: &Summary, extracted: Date) {
    say(format_args!(
        "{}, as it stood on {extracted}\n\n{summary}",
        mapping.title
    ));
    let shown = summary.shown.iter().take(FAULTS_SHOWN_MAX);
    if summary.has_faults() {
        say("The first of them:");
    }
    for fault in shown {
        say(format_args!("  {fault}"));
    }
}

/// The day a file was last changed: no later day can be the day of the extract.
fn last_changed(path: &Path) -> Result<Date, Stop> {
    let changed = path.metadata().and_then(|data| data.modified());
    let changed = changed
        .map_err(|error| Stop::Failed(format!("{} cannot be read: {error}", path.display())))?;
    let today = clock::now().today;
    Ok(directory::Timestamp::try_from(changed)
        .map_or(today, clock::day_of)
        .min(today))
}

/// Reads the file once more for its faults alone: a file can have millions, and none of them is kept meanwhile.
fn write_faults(
    store: &Store,
    mapping: &Mapping,
    (file, extracted): (&Path, Date),
    out: &Path,
) -> Result<(), Stop> {
    let failed = |error: &dyn std::fmt::Display| {
        Stop::Failed(format!(
            "what became of the file is said above, and its faults could not be written to {}: {error}",
            out.display()
        ))
    };
    let catalogue = store.catalogue();
    let file = Opened::at(file).map_err(|error| failed(&error))?;
    let mut faults = faults::Faults::to(out, mapping).map_err(|error| failed(&error))?;
    feed::with_delivery(store, mapping, (&catalogue, extracted), |delivery| {
        let mut rows = Rows::open(file, delivery).map_err(|unread| failed(&unread))?;
        while let Some(batch) = rows.read().map_err(|error| failed(&error))? {
            faults.write(&batch).map_err(|error| failed(&error))?;
        }
        Ok::<(), Stop>(())
    })?;
    let count = faults.end().map_err(|error| failed(&error))?;
    note(format_args!("{count} faults written to {}", out.display()));
    Ok(())
}

fn list() -> Result<(), Stop> {
    let mut rows = Vec::new();
    for name in names().chain(ready()) {
        let mapping = feed::mapping(name)?;
        let code = if is_shared(name) {
            "each supplier's own: --as CODE".to_owned()
        } else {
            mapping.supplier.code.to_string()
        };
        rows.push(vec![name.to_owned(), code, mapping.title]);
    }
    say(super::say::table(
        &["supplier", "code", "what it is"],
        &rows,
    ));
    Ok(())
}
