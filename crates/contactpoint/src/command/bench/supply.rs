//! `contactpoint bench supply`: how quickly changes are taken after the first load, how soon each is found, and what searching suffers
//! meanwhile.

mod asking;
mod change;
mod figures;
mod newborn;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use clap::Args;
use contactpoint::job::sequence;
use contactpoint::supply::Mapping;
use england::England;
use store::{Session, Store, behind};

use self::asking::{Asked, ask};
use self::change::{Changes, changes};
use self::figures::{Figures, Taken};
use super::machine::{memory_bytes_peak, processor_seconds};
use super::prepare::{EVERY_FEED, prepare};
use super::queries::draw;
use super::{Population, staff};
use crate::clock;
use crate::command::Stop;
use crate::command::england::CHILDREN_MAX;
use crate::command::feed;
use crate::command::say::{note, say};
use crate::config::Config;

/// What the draw of queries starts from, beside the population's seed.
const QUERY_SEED: u64 = 2_009;
/// How many queries are drawn; they are asked round and round.
const QUERIES: usize = 4_500;
/// The supplier that changes what it said.
const SUPPLIER: &str = "nhs";

/// What is wanted.
#[derive(Args, Debug)]
pub struct Wanted {
    /// How many children
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=CHILDREN_MAX))]
    children: u64,
    /// The seed they are made from
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// What they are loaded from first, in this order; the NHS, whose changes follow, must be among them
    #[arg(long, value_name = "FEEDS", value_delimiter = ',', default_values = EVERY_FEED, value_parser = EVERY_FEED)]
    feeds: Vec<String>,
    /// How many rows each file of changes has
    #[arg(long, value_name = "R", default_value_t = 20_000)]
    rows: u32,
    /// How many searches a second are made beside
    #[arg(long, value_name = "Q", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    searches: u32,
    /// Give the figures as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the measurement: a file of changes alone, searches alone, then both together.
pub fn run(config: &Config, wanted: &Wanted) -> Result<(), Stop> {
    let population = Population {
        children: wanted.children,
        seed: wanted.seed,
        feeds: wanted.feeds.clone(),
        json: wanted.json,
    };
    let (store, loaded) = prepare(config, &population)?;
    let store = Arc::new(store);
    let again = store.runs(None)?.len();
    let changes = changes(config, &loaded, (wanted.rows, again))?;
    let sequencing = sequence::start(Arc::clone(&store), clock::now)
        .map_err(|error| Stop::Failed(format!("the system gives no thread: {error}")))?;
    let sessions = staff::sign_in(&store, 2)?;
    let [asking, looking] = sessions.as_slice() else {
        return Err(Stop::Failed("two people cannot sign in".to_owned()));
    };
    let seed = loaded.seed.wrapping_add(QUERY_SEED);
    let drawn = draw(&England::new(&loaded.options()), QUERIES, seed);
    let mapping = feed::mapping(SUPPLIER)?;
    let mut figures = Figures::of(&loaded, wanted.searches);
    note("the files to be read once");
    let stop = AtomicBool::new(false);
    figures.alone = Some(take(&store, &mapping, &changes.warming)?);
    figures.alone = Some(take(&store, &mapping, &changes.alone)?);
    note("searches alone");
    let idle = thread::scope(|scope| {
        let asked = scope.spawn(|| ask(&store, (&asking.session, &drawn), wanted.searches, &stop));
        thread::sleep(asking::IDLE);
        stop.store(true, Ordering::Relaxed);
        joined(asked)
    })?;
    figures.idle = idle.told();
    note("both together");
    let both = together(
        &store,
        (&mapping, &changes),
        &|stop| ask(&store, (&asking.session, &drawn), wanted.searches, stop),
        &looking.session,
    )?;
    figures.set_together(both);
    drop(sequencing);
    figures.memory_bytes_peak = memory_bytes_peak();
    if wanted.json {
        say(serde_json::to_string_pretty(&figures).unwrap_or_default());
    } else {
        say(figures);
    }
    Ok(())
}

/// What was measured while searches and changes went on at once.
struct Together {
    taken: Taken,
    asked: Asked,
    newborn: newborn::Found,
}

fn together(
    store: &Store,
    (mapping, changes): (&Mapping, &Changes),
    ask: &(dyn Fn(&AtomicBool) -> Result<Asked, Stop> + Sync),
    looking: &Session,
) -> Result<Together, Stop> {
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let asked = scope.spawn(|| ask(&stop));
        let found = scope.spawn(|| newborn::follow(store, (mapping, looking), changes, &stop));
        let taken = take(store, mapping, &changes.together);
        stop.store(true, Ordering::Relaxed);
        let (asked, newborn) = (joined(asked)?, joined(found)?);
        Ok(Together {
            taken: taken?,
            asked,
            newborn,
        })
    })
}

/// Takes a file of changes as a run.
fn take(store: &Store, mapping: &Mapping, file: &str) -> Result<Taken, Stop> {
    let (started, processor) = (Instant::now(), processor_seconds());
    let sent = feed::sent(mapping, None, clock::now().today);
    let open = || Ok(file.as_bytes());
    let summary = behind(|| feed::load_whole(store, &sent, (SUPPLIER, &open)))?;
    Ok(Taken {
        rows: summary.read,
        accepted: summary.accepted,
        unchanged: summary.unchanged,
        waiting: summary.waiting,
        seconds: started.elapsed().as_secs_f64(),
        processor_seconds: processor_seconds()
            .zip(processor)
            .map_or(0.0, |(after, before)| after - before),
    })
}

fn joined<T>(thread: thread::ScopedJoinHandle<'_, Result<T, Stop>>) -> Result<T, Stop> {
    thread
        .join()
        .map_err(|_| Stop::Failed("a thread of the measurement has stopped".to_owned()))?
}
