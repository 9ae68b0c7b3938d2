//! `contactpoint audit`: computes the ledger again, and writes it out so that a stranger can.

mod export;

use std::path::PathBuf;

use clap::Subcommand;
use store::{Audit, Store};

use super::Stop;
use super::say::{counting, grouped, say};
use crate::clock;
use crate::config::Config;

/// What to do with the ledger.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Compute every event, tile and checkpoint again; names the first bad position
    Verify {
        /// Checkpoints known from elsewhere: the ledger must continue each of them
        #[arg(long, value_name = "FILE", num_args = 1..)]
        known: Vec<PathBuf>,
    },
    /// Show the newest checkpoint, to be kept elsewhere
    Checkpoint {
        /// Write it to this file
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Write checkpoint and tiles (C2SP tlog-tiles) to a folder: they hold nothing personal
    Export {
        /// The folder; one written before is brought up to date
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

/// Runs the command.
pub fn run(config: &Config, command: Command) -> Result<(), Stop> {
    let store = config.open()?;
    match command {
        Command::Verify { known } => verify(&store, &known),
        Command::Checkpoint { out } => show_checkpoint(&store, out),
        Command::Export { out } => export::export(&store, &out),
    }
}

fn verify(store: &Store, known: &[PathBuf]) -> Result<(), Stop> {
    let read = |path: &PathBuf| {
        std::fs::read_to_string(path).map_err(|error| {
            Stop::Failed(format!(
                "the checkpoint {} cannot be read, and nothing was verified: {error}",
                path.display()
            ))
        })
    };
    let known = known
        .iter()
        .map(read)
        .collect::<Result<Vec<String>, Stop>>()?;
    let bar = counting("events", size(store)?);
    let audit = store
        .verify(&known, &mut |done| bar.set_position(done))
        .map_err(|error| Stop::Failed(format!("the ledger could not be verified: {error}")))?;
    bar.finish_and_clear();
    if store.holds_what_nobody_decides(clock::now())? {
        say(contactpoint::figures::NOBODY_DECIDES);
    }
    show(&audit)
}

fn show(audit: &Audit) -> Result<(), Stop> {
    let Some(finding) = &audit.finding else {
        say(format_args!(
            "The ledger is whole.\n  events   {}\n  root     {}\n  waiting  {}",
            grouped(audit.size),
            audit.root,
            grouped(audit.waiting)
        ));
        if audit.known > 0 {
            say(format_args!(
                "  it continues {} known from elsewhere",
                counted(audit.known, "checkpoint")
            ));
        }
        return Ok(());
    };
    match finding.position {
        Some(position) => say(format_args!(
            "The ledger is broken. First bad position: {position}. {}",
            finding.what
        )),
        None => say(format_args!("The ledger is broken. {}", finding.what)),
    }
    say(
        "Keep the database as it is, and compare it with its backups and with checkpoints kept elsewhere.",
    );
    Err(Stop::Found)
}

fn show_checkpoint(store: &Store, out: Option<PathBuf>) -> Result<(), Stop> {
    let checkpoint = newest(store)?;
    match out {
        None => say(checkpoint.trim_end()),
        Some(path) => {
            let written = std::fs::write(&path, &checkpoint);
            written.map_err(|error| {
                Stop::Failed(format!("{} cannot be written: {error}", path.display()))
            })?;
            say(format_args!(
                "The checkpoint is in {}. Its log signs with {}",
                path.display(),
                verifier_key(store)?
            ));
        }
    }
    Ok(())
}

fn newest(store: &Store) -> Result<String, Stop> {
    let checkpoint = store.checkpoint()?;
    checkpoint.ok_or_else(|| {
        Stop::Failed(
            "there is no checkpoint yet: nothing has happened in this directory".to_owned(),
        )
    })
}

fn verifier_key(store: &Store) -> Result<String, Stop> {
    let keys: Vec<String> = store.log()?.keys.iter().map(ToString::to_string).collect();
    Ok(keys.join("\n"))
}

/// How many events the newest checkpoint covers: the second line of the note (C2SP tlog-checkpoint).
fn size(store: &Store) -> Result<u64, Stop> {
    let checkpoint = store.checkpoint()?.unwrap_or_default();
    Ok(checkpoint
        .lines()
        .nth(1)
        .and_then(|line| line.parse().ok())
        .unwrap_or(0))
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 {
        format!("1 {what}")
    } else {
        format!("{count} {what}s")
    }
}
