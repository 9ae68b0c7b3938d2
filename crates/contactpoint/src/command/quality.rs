//! `contactpoint quality`: counting the records now, and the figures as everybody sees them.

use std::ops::ControlFlow;

use clap::Subcommand;
use contactpoint::{figures, words};
use directory::quality::Measure;
use store::{Cell, Figures, Store};

use super::Stop;
use super::say::{grouped, note, say, table};
use crate::clock;
use crate::config::Config;

/// After how many records it is said how far the count is.
const SAID_EACH_RECORDS: u64 = 1_000_000;
const SECOND_MILLISECONDS: u128 = 1_000;

/// What to do with figures of data quality.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Count every record and keep the figures. A directory that is served does so by itself, once a night
    Count,
    /// Show the figures of the last count, by authority: small numbers suppressed, the others rounded
    Show,
}

/// Runs the command.
pub fn run(config: &Config, command: &Command) -> Result<(), Stop> {
    let store = config.open()?;
    match command {
        Command::Count => count(&store),
        Command::Show => show(&store),
    }
}

fn count(store: &Store) -> Result<(), Stop> {
    let began = clock::now();
    let mut said = 0u64;
    let counted = store.count_quality(began, &mut |read| {
        if read.saturating_sub(said) >= SAID_EACH_RECORDS {
            said = read;
            note(format_args!("{} records", grouped(read)));
        }
        ControlFlow::Continue(())
    })?;
    let took = clock::now().at.duration_since(began.at).unsigned_abs();
    let records = u128::from(counted.unwrap_or(0));
    let milliseconds = took.as_millis().max(1);
    let rate = records
        .saturating_mul(SECOND_MILLISECONDS)
        .checked_div(milliseconds);
    say(format_args!(
        "Counted in {:.1} s, {} records a second. To see the figures: contactpoint quality show",
        took.as_secs_f64(),
        grouped(rate.and_then(|rate| u64::try_from(rate).ok()).unwrap_or(0))
    ));
    Ok(())
}

fn show(store: &Store) -> Result<(), Stop> {
    let counted = store.figures()?;
    let Some(at) = counted.at else {
        return Err(Stop::Failed(
            "nothing was counted yet. To count: contactpoint quality count".to_owned(),
        ));
    };
    say(format_args!("Counted on {}\n", words::moment(at)));
    let areas = store.authorities().into_iter();
    let areas = areas.map(|one| (Some(one.code), one.name.to_string()));
    let areas = areas.chain([(None, "no authority known".to_owned())]);
    let rows: Vec<Vec<String>> = areas
        .filter_map(|(area, name)| row(&counted, (&area, name)))
        .collect();
    let measures = Measure::ALL.iter().map(|measure| measure.code());
    let headings: Vec<&str> = std::iter::once("authority").chain(measures).collect();
    say(table(&headings, &rows));
    say(
        "\nAuthorities of which every figure is below 8 are left out. What is counted: docs/quality.md",
    );
    Ok(())
}

fn row(
    counted: &Figures,
    (area, name): (&Option<directory::text::AuthorityCode>, String),
) -> Option<Vec<String>> {
    let of = |measure| counted.of(&Cell::Authority(measure, area.clone()));
    let each = Measure::ALL.into_iter().map(of);
    let is_told = each.clone().any(|figure| figure.number().is_some());
    let cells = each.map(figures::figure);
    is_told.then(|| std::iter::once(name).chain(cells).collect())
}
