//! `contactpoint bench`: how quickly and how well children are found and linked, and how many looks a second are kept an account of.

mod client;
mod events;
mod http;
mod kills;
mod link;
pub mod machine;
mod prepare;
mod queries;
mod refresh;
mod report;
mod resolve;
mod sample;
mod search;
mod staff;
mod supply;
mod truth;

use clap::{Args, Subcommand};

use super::Stop;
use super::england::CHILDREN_MAX;
use crate::config::Config;

/// What to measure.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Search inside the service, and events under concurrency
    Search(search::Wanted),
    /// Whole requests over loopback: a search and its results, again and again
    Http(http::Wanted),
    /// Resolving the rows of several suppliers, judged by the truth
    Resolve(resolve::Wanted),
    /// Record linkage, judged by group of children
    Link(link::Wanted),
    /// The failure of 2009: refreshes of shielded children in every way, of which nothing may be found
    Refresh(refresh::Wanted),
    /// Loads that are killed again and again, held against loads that were not
    Kills(kills::Wanted),
    /// Changes after the first load: how many a second, how soon found, and what searching suffers meanwhile
    Supply(supply::Wanted),
}

/// On which synthetic children. They are loaded when they are not there yet.
#[derive(Args, Debug)]
pub struct Population {
    /// How many children
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=CHILDREN_MAX))]
    children: u64,
    /// The seed they are made from
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// What they are loaded from, in this order: births, nhs or both. Queries are about children registered with a practice
    #[arg(long, value_name = "FEEDS", value_delimiter = ',', default_values = prepare::FEEDS, value_parser = prepare::FEEDS)]
    feeds: Vec<String>,
    /// Give the figures as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(config: &Config, command: Command) -> Result<(), Stop> {
    match command {
        Command::Search(wanted) => search::run(config, &wanted),
        Command::Http(wanted) => http::run(config, &wanted),
        Command::Resolve(wanted) => resolve::run(config, &wanted),
        Command::Link(wanted) => link::run(&wanted),
        Command::Refresh(wanted) => refresh::run(config, &wanted),
        Command::Kills(wanted) => kills::run(config, &wanted),
        Command::Supply(wanted) => supply::run(config, &wanted),
    }
}
