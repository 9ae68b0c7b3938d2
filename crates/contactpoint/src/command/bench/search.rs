//! `contactpoint bench search`: inside the service, without pages.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Instant;

use clap::Args;
use contactpoint::job::sequence;
use directory::number::Number;
use directory::reason::Reason;
use england::England;
use store::{Session, Stage, Store};

use super::events::{one, rates};
use super::machine::{database_bytes, memory_bytes_peak};
use super::prepare::prepare;
use super::queries::{Drawn, draw};
use super::report::{Quality, Search};
use super::sample::Sample;
use super::{Population, staff};
use crate::clock;
use crate::command::Stop;
use crate::command::say::{counting, say};
use crate::config::Config;

/// What the draw of queries starts from, beside the population's seed: queries are no part of the population.
const QUERY_SEED: u64 = 4_711;

/// What is wanted.
#[derive(Args, Debug)]
pub struct Wanted {
    #[command(flatten)]
    population: Population,
    /// How many queries are drawn, as many of each kind of mistake
    #[arg(long, value_name = "Q", default_value_t = 9_000)]
    queries: usize,
}

/// What a query showed.
struct Shown {
    drawn: Drawn,
    numbers: Vec<Number>,
}

/// Runs the measurement.
pub fn run(config: &Config, wanted: &Wanted) -> Result<(), Stop> {
    let (store, loaded) = prepare(config, &wanted.population)?;
    let store = Arc::new(store.watched(noted));
    let sequencing = sequence::start(Arc::clone(&store), clock::now)
        .map_err(|error| Stop::Failed(format!("the system gives no thread: {error}")))?;
    let session = staff::sign_in(&store, 1)?.remove(0).session;
    let seed = loaded.seed.wrapping_add(QUERY_SEED);
    let drawn = draw(&England::new(&loaded.options()), wanted.queries, seed);
    let mut report = Search::of(&loaded);
    let mut measured = measure(&store, &session, drawn)?;
    report.before_commit = std::mem::take(&mut measured.before_commit).told();
    report.quality = quality(&store, &session, &measured.shown)?;
    report.refused = measured.refused;
    report.whole = std::mem::take(&mut measured.whole).told();
    report.commit = measured.commit.told();
    report.events = rates(&store, &session)?;
    drop(sequencing);
    report.database_bytes = database_bytes(&config.location);
    report.memory_bytes_peak = memory_bytes_peak();
    if wanted.population.json {
        say(serde_json::to_string_pretty(&report).unwrap_or_default());
    } else {
        say(report);
    }
    Ok(())
}

/// The latencies of all queries, and what they showed.
#[derive(Default)]
struct Measured {
    shown: Vec<Shown>,
    refused: usize,
    whole: Sample,
    commit: Sample,
    before_commit: Sample,
}

thread_local! {
    /// When the search of this thread knew its answer.
    static FOUND: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Notes when a search knows its answer and has yet to commit the event of it.
fn noted(stage: Stage) {
    match stage {
        Stage::Found => FOUND.set(Some(Instant::now())),
        Stage::Ending => {}
    }
}

/// Searches one query after the other. Behind each, one event alone is committed, to compare with.
fn measure(store: &Store, session: &Session, drawn: Vec<Drawn>) -> Result<Measured, Stop> {
    let mut measured = Measured::default();
    let bar = counting("queries", u64::try_from(drawn.len()).unwrap_or(0));
    for drawn in drawn {
        bar.inc(1);
        let Ok(query) = drawn.query() else {
            measured.refused = measured.refused.saturating_add(1);
            continue;
        };
        let started = Instant::now();
        let found = store.search(session, Reason::FindPractitioners, query, clock::now())?;
        let whole = started.elapsed();
        // A search that is refused is never found.
        if let Some(at) = FOUND.take() {
            measured
                .before_commit
                .add(at.saturating_duration_since(started));
        }
        let started = Instant::now();
        one(store, session)?;
        let commit = started.elapsed();
        measured.whole.add(whole);
        measured.commit.add(commit);
        let Ok(found) = found else {
            measured.refused = measured.refused.saturating_add(1);
            continue;
        };
        let numbers = found
            .children
            .iter()
            .map(|child| child.disclosure.view().number())
            .collect();
        measured.shown.push(Shown { drawn, numbers });
    }
    bar.finish_and_clear();
    Ok(measured)
}

/// Compares what was shown with the truth, which is looked up only now: no record was warm because it was the right one.
fn quality(store: &Store, session: &Session, shown: &[Shown]) -> Result<Quality, Stop> {
    let mut quality = Quality::default();
    let bar = counting("truth", u64::try_from(shown.len()).unwrap_or(0));
    for one in shown {
        bar.inc(1);
        let truth = match one.drawn.by_number() {
            Some(query) => store
                .search(session, Reason::FindPractitioners, query, clock::now())?
                .ok(),
            None => None,
        };
        let right =
            truth.and_then(|found| Some(found.children.first()?.disclosure.view().number()));
        match right {
            None => quality.absent = quality.absent.saturating_add(1),
            Some(right) => quality.count(
                one.drawn.kind,
                one.numbers.iter().position(|number| *number == right),
            ),
        }
    }
    bar.finish_and_clear();
    Ok(quality)
}
