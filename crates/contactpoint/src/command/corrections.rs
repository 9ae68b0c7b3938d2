//! `contactpoint corrections`: what suppliers are to look into, by their own keys (X8).

use clap::Subcommand;
use directory::event::By;
use directory::text::{SupplierCode, kind};
use store::{FOLLOWED_READ_MAX, Left};

use super::say::{note, say, table};
use super::{Stop, parse};
use crate::clock;
use crate::config::Config;

/// What to do with corrections.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// List what a supplier is to look into: its own key for the child and the field in dispute, and no value
    List {
        /// The supplier's code
        #[arg(long, value_name = "CODE", value_parser = parse::text::<kind::Supplier>)]
        supplier: SupplierCode,
    },
}

/// Runs the command.
pub fn run(config: &Config, command: &Command) -> Result<(), Stop> {
    let Command::List { supplier } = command;
    let store = config.open()?;
    let now = clock::now();
    let tasks = store.supplier_tasks(By::Operator, supplier, now)?;
    store.sequence(now)?;
    if tasks.lines.is_empty() {
        say(format_args!("{supplier} has nothing to look into."));
        return Ok(());
    }
    let rows = tasks.lines.iter().map(|task| {
        let days = task
            .since
            .until(now.today)
            .map_or(0, |span| span.get_days());
        vec![
            task.key.to_string(),
            task.field.code().to_owned(),
            task.since.to_string(),
            days.to_string(),
            task.state.words().to_owned(),
            task.answered.map_or_else(String::new, |(answer, on)| {
                format!("{}, {on}", answer.code())
            }),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let headings = ["key", "field", "since", "days", "state", "answered"];
    say(table(&headings, &rows));
    note(
        "The field was said to be wrong. Correct it at the source: a file that says it settles it here.",
    );
    match tasks.left {
        Left::Nothing => {}
        Left::Later => note(format_args!(
            "These {} wait the longest. More wait than are listed.",
            rows.len()
        )),
        Left::Unread => note(format_args!(
            "These {} wait the longest of {FOLLOWED_READ_MAX} records. More wait than are listed, and some may wait longer.",
            rows.len()
        )),
    }
    Ok(())
}
