//! Suppliers on the terminal: how fresh and how right what each supplies is, in the figures that the pages show.

use contactpoint::figures;
use directory::run::{Run, RunState};
use store::{Cell, Feeding, Figures};

use super::failed;
use crate::clock;
use crate::command::Stop;
use crate::command::say::{say, table};
use crate::config::Config;
use directory::quality::Measure;

/// Runs the command.
pub fn run(config: &Config) -> Result<(), Stop> {
    let store = config.open()?;
    let feeding = store.feeding().map_err(failed)?;
    if feeding.is_empty() {
        say("No supplier has sent a file yet.");
        return Ok(());
    }
    let counted = store.figures().map_err(failed)?;
    let rows: Vec<Vec<String>> = feeding.iter().map(|one| row(one, &counted)).collect();
    let headings = [
        "supplier",
        "kind",
        "last drawn",
        "rhythm",
        "rows",
        "refused",
        "wait",
        "known",
        "new",
        "children",
        "held runs",
    ];
    say(table(&headings, &rows));
    say(
        "\nOf the last file: known, the rows that met a known child; new, those that made one. Numbers below 8 are not told apart, and the others are rounded to 5. One run, exactly: contactpoint supply show RUN",
    );
    Ok(())
}

fn row(feeding: &Feeding, counted: &Figures) -> Vec<String> {
    let code = &feeding.supplier.code;
    let last = feeding.last.as_ref();
    // Of a supplier that pages do not name, nothing is counted.
    let told = last.filter(|_| !feeding.is_quiet());
    let of_last = |count: fn(&Run) -> u64| {
        told.map_or_else(|| "–".to_owned(), |run| figures::count(count(run)))
    };
    let of_matched = |count: fn(&Run) -> Option<u64>| {
        told.and_then(count)
            .map_or_else(|| "–".to_owned(), figures::count)
    };
    let children = counted.of(&Cell::Supplier(Measure::Children, code.clone()));
    let held: Vec<String> = feeding
        .open
        .iter()
        .filter(|run| run.state == RunState::Held)
        .map(|run| run.id.0.to_string())
        .collect();
    vec![
        code.to_string(),
        figures::kind(feeding.supplier.kind).to_owned(),
        last.map_or_else(|| "–".to_owned(), |run| run.extracted.to_string()),
        figures::rhythm_words(feeding, clock::now().today),
        of_last(|run| run.rows),
        of_last(|run| run.totals.refused),
        of_last(|run| run.totals.waiting),
        of_matched(Run::known_told),
        of_matched(Run::new_told),
        told.map_or_else(|| "–".to_owned(), |_| figures::figure(children)),
        held.join(", "),
    ]
}
