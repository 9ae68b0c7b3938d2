//! The command line: one file for each command, plain words, and an exit code that says how it went.

mod account;
mod audit;
mod authority;
mod bench;
mod corrections;
mod demo;
mod england;
mod feed;
mod key;
mod link;
mod organisation;
mod parse;
mod quality;
mod reference;
mod same_file;
pub mod say;
mod serve;
mod service;
mod source;
mod supplier;
mod supply;
mod survivorship;
mod token;

use clap::{Parser, Subcommand};

use crate::config::{Config, Whereabouts};

/// Finds who else is working with a child, for those who may ask, and keeps an account of every look.
#[derive(Parser, Debug)]
#[command(name = "contactpoint", version, arg_required_else_help = true)]
pub struct CommandLine {
    #[command(flatten)]
    whereabouts: Whereabouts,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Write the supply files of a synthetic England, and the truth about them
    England(england::Wanted),
    /// Load authorities, services, schools and practices
    #[command(subcommand)]
    Reference(reference::Command),
    /// Load a supplier's file
    #[command(subcommand)]
    Supply(supply::Command),
    /// Admit suppliers' programs to the door, and change their keys
    #[command(subcommand)]
    Supplier(supplier::Command),
    /// Say which source is believed for which field
    #[command(subcommand)]
    Survivorship(survivorship::Command),
    /// List what suppliers are to look into
    #[command(subcommand)]
    Corrections(corrections::Command),
    /// Count what may be wrong, old or missing, and show the figures
    #[command(subcommand)]
    Quality(quality::Command),
    /// Say which local systems are on the published list
    #[command(subcommand)]
    Source(source::Command),
    /// Add and change the accounts of people who may sign in
    #[command(subcommand)]
    Account(account::Command),
    /// Add and accredit organisations
    #[command(subcommand)]
    Organisation(organisation::Command),
    /// Say how far an authority's first shielding is
    #[command(subcommand)]
    Authority(authority::Command),
    /// Classify the services of the catalogue
    #[command(subcommand)]
    Service(service::Command),
    /// Look after the key ring
    #[command(subcommand)]
    Key(key::Command),
    /// Verify the ledger, and take it elsewhere
    #[command(subcommand)]
    Audit(audit::Command),
    /// Find which records of one or several CSV files are the same person
    Link(link::Wanted),
    /// Serve the pages
    Serve(serve::Wanted),
    /// Make and serve a practice directory of synthetic children
    Demo(demo::Wanted),
    /// Measure search, the ledger, whole requests and linkage on synthetic children
    #[command(subcommand)]
    Bench(bench::Command),
}

/// Why a command came to an end before it was done.
#[derive(Debug)]
pub enum Stop {
    /// It was asked for in a way it cannot answer; says what to do.
    Usage(String),
    /// It could not be done; says what happened, what was kept and what to do.
    Failed(String),
    /// It was done, and found something wrong, which has been said.
    Found,
}

impl From<store::Error> for Stop {
    fn from(error: store::Error) -> Stop {
        Stop::Failed(format!(
            "{error}. What had been done before stays; this step changed nothing."
        ))
    }
}

/// Runs a command.
///
/// # Errors
/// [`Stop`].
pub fn run(line: CommandLine) -> Result<(), Stop> {
    if let Command::Link(wanted) = line.command {
        // It has to do with no directory, and its --config is its own.
        return link::run(&wanted);
    }
    let config = Config::of(&line.whereabouts)?;
    match line.command {
        Command::Link(wanted) => link::run(&wanted),
        Command::England(wanted) => england::run(&wanted),
        Command::Reference(command) => reference::run(&config, command),
        Command::Supply(command) => supply::run(&config, command),
        Command::Supplier(command) => supplier::run(&config, command),
        Command::Survivorship(command) => survivorship::run(&config, &command),
        Command::Corrections(command) => corrections::run(&config, &command),
        Command::Quality(command) => quality::run(&config, &command),
        Command::Source(command) => source::run(&config, &command),
        Command::Account(command) => account::run(&config, command),
        Command::Organisation(command) => organisation::run(&config, command),
        Command::Authority(command) => authority::run(&config, command),
        Command::Service(command) => service::run(&config, command),
        Command::Key(command) => key::run(&config, &command),
        Command::Audit(command) => audit::run(&config, command),
        Command::Serve(wanted) => serve::run(&config, &wanted),
        Command::Demo(wanted) => demo::run(&config, &wanted),
        Command::Bench(command) => bench::run(&config, command),
    }
}
