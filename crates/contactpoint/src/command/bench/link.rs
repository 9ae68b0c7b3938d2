//! `contactpoint bench link`: how well births, NHS registrations and a census are linked without a number, by group of children.

use std::path::PathBuf;

use clap::Args;
use directory::Date;
use england::Options;

use crate::command::england::CHILDREN_MAX;
use crate::command::{Stop, england as files, link, parse};

/// What is linked, in this order, and what it is judged by.
const FILES: [&str; 5] = ["births", "nhs", "census", "truth", "people"];
const LINKED: usize = 3;
/// What the columns hold.
const CONFIG: &str = include_str!("../../../../../docs/link.toml");

/// What is wanted.
#[derive(Args, Debug)]
pub struct Wanted {
    /// How many children
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=CHILDREN_MAX))]
    children: u64,
    /// The seed they are made from
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// The day from which ages follow
    #[arg(long, value_name = "DATE", value_parser = parse::day, default_value = "2026-06-30")]
    today: Date,
    /// The folder the children's files and link.toml are written to; it must not be there yet
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Give the report as JSON
    #[arg(long)]
    json: bool,
}

/// Makes the children and links them.
pub fn run(wanted: &Wanted) -> Result<(), Stop> {
    let unwritten = |error: std::io::Error| {
        Stop::Failed(format!(
            "{} cannot be made: {error}. Name a new folder with --out.",
            wanted.out.display()
        ))
    };
    std::fs::create_dir(&wanted.out).map_err(unwritten)?;
    let options = Options {
        children: wanted.children,
        seed: wanted.seed,
        today: wanted.today,
    };
    files::write(&options, &wanted.out, &|file| FILES.contains(&file))?;
    let config = wanted.out.join("link.toml");
    std::fs::write(&config, CONFIG).map_err(unwritten)?;
    let linked = FILES
        .iter()
        .take(LINKED)
        .map(|file| wanted.out.join(format!("{file}.csv")));
    link::run(&link::Wanted::of(config, linked.collect(), wanted.json))
}
