//! A directory with its synthetic children: the smallest honest set, which is what births registers and NHS registrations say.
//!
//! Every child born here or registered with a practice is in it, with the faults of both sources, their duplicates, and the
//! joining of one source's rows to the other's.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::time::Instant;

use contactpoint::run::Ran;
use directory::Date;
use directory::organisation::ShieldingPhase;
use england::Options;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use store::{FirstLoad, Store};

use super::Population;
use super::machine::{database_bytes, memory_bytes_peak, processor_seconds};
use crate::clock;
use crate::command::say::note;
use crate::command::{Stop, england as files, feed, reference};
use crate::config::Config;

/// The feeds that can be loaded, in their order.
pub const FEEDS: [&str; 2] = ["births", "nhs"];
/// Every feed that resolves rows by who they are, in the order in which a country would load them.
pub const EVERY_FEED: [&str; 5] = [
    "births",
    "nhs",
    "child_benefit",
    "census",
    "health_visiting",
];
/// The file that says what is in a directory for benchmarks.
const MARK: &str = "bench.json";
/// The files that practices, schools, authorities and services are loaded from.
const REFERENCE: [&str; 4] = ["authorities", "schools", "practices", "services"];

/// What is in a directory for benchmarks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Loaded {
    /// How many children were generated.
    pub children: u64,
    /// From which seed.
    pub seed: u64,
    /// Seen on which day.
    #[serde(serialize_with = "day_as_text", deserialize_with = "day_of_text")]
    pub today: Date,
    /// The feeds that were loaded to their end.
    pub feeds: Vec<LoadedFeed>,
    /// How long it took to file the keys of all of them, in seconds; `None` until they are.
    pub filing_seconds: Option<f64>,
    /// The size of the database when they were, in bytes.
    pub database_bytes: Option<u64>,
    /// The most memory of the process that loaded the last of them, in bytes.
    pub memory_bytes_peak: Option<u64>,
}

/// One feed that was loaded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LoadedFeed {
    /// Its name.
    pub feed: String,
    /// Its rows.
    pub rows: u64,
    /// Rows that wait for a person.
    pub waiting: u64,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// How much the processors worked meanwhile, in seconds, where it was measured.
    #[serde(default)]
    pub processor_seconds: Option<f64>,
}

impl Loaded {
    /// The names of the feeds that were loaded.
    pub fn names(&self) -> String {
        let names: Vec<&str> = self.feeds.iter().map(|feed| feed.feed.as_str()).collect();
        names.join(", ")
    }

    /// What the children are made from.
    pub fn options(&self) -> Options {
        Options {
            children: self.children,
            seed: self.seed,
            today: self.today,
        }
    }
}

/// Opens the directory with these children, loading what is not loaded yet. An interrupted load goes on.
///
/// # Errors
/// [`Stop`] when the folder holds something else, or the load fails.
pub fn prepare(config: &Config, wanted: &Population) -> Result<(Store, Loaded), Stop> {
    let mark = config.data.join(MARK);
    let mut loaded = match std::fs::read_to_string(&mark) {
        Ok(text) => same(wanted, &text, &config.data)?,
        Err(_) => begin(config, wanted)?,
    };
    write(&mark, &loaded)?;
    let is_filed = loaded.filing_seconds.is_some();
    let missing: Vec<&str> = wanted
        .feeds
        .iter()
        .map(String::as_str)
        .filter(|feed| !loaded.feeds.iter().any(|known| known.feed == *feed))
        .collect();
    let store = config.begin()?;
    if !is_filed {
        let folder = generate(config, &loaded.options(), &missing)?;
        let files = reference::Files::read(&folder)?;
        reference::load(&files, &store, ShieldingPhase::Complete)?;
        let failed = |error: store::Error| Stop::Failed(error.to_string());
        let mut first = store.first_load().map_err(failed)?;
        for name in missing {
            let feed = load((&store, &mut first), &folder, name, loaded.today)?;
            loaded.feeds.push(feed);
            write(&mark, &loaded)?;
        }
        let started = Instant::now();
        feed::finish(first).map_err(failed)?;
        let seconds = started.elapsed().as_secs_f64();
        note(format_args!("filed in {seconds:.1} s"));
        loaded.filing_seconds = Some(seconds);
        loaded.database_bytes = database_bytes(&config.location);
        loaded.memory_bytes_peak = memory_bytes_peak();
        write(&mark, &loaded)?;
        std::fs::remove_dir_all(&folder).map_err(|error| Stop::Failed(error.to_string()))?;
    }
    Ok((store, loaded))
}

fn same(wanted: &Population, text: &str, data: &Path) -> Result<Loaded, Stop> {
    let loaded: Loaded = serde_json::from_str(text).map_err(|error| {
        Stop::Failed(format!(
            "{}: {MARK} cannot be read: {error}",
            data.display()
        ))
    })?;
    let wants = |known: &LoadedFeed| wanted.feeds.contains(&known.feed);
    let fits = if loaded.filing_seconds.is_some() {
        loaded.feeds.len() == wanted.feeds.len()
    } else {
        true
    };
    if (loaded.children, loaded.seed) == (wanted.children, wanted.seed)
        && fits
        && loaded.feeds.iter().all(wants)
    {
        return Ok(loaded);
    }
    Err(Stop::Usage(format!(
        "{} holds {} children of seed {} from: {}. Ask for those, or name another folder with --data.",
        data.display(),
        loaded.children,
        loaded.seed,
        loaded.names()
    )))
}

fn begin(config: &Config, wanted: &Population) -> Result<Loaded, Stop> {
    let occupied = std::fs::read_dir(&config.data).is_ok_and(|mut inside| inside.next().is_some());
    if occupied {
        return Err(Stop::Failed(format!(
            "{} holds something else, and was left alone. Name another folder with --data.",
            config.data.display()
        )));
    }
    config.mark_practice()?;
    Ok(Loaded {
        children: wanted.children,
        seed: wanted.seed,
        today: clock::now().today,
        feeds: Vec::new(),
        filing_seconds: None,
        database_bytes: None,
        memory_bytes_peak: None,
    })
}

fn generate(config: &Config, options: &Options, feeds: &[&str]) -> Result<PathBuf, Stop> {
    let folder = config.data.join("england");
    let started = Instant::now();
    files::write(options, &folder, &|name| {
        feeds.contains(&name) || REFERENCE.contains(&name)
    })?;
    note(format_args!(
        "generated in {:.1} s",
        started.elapsed().as_secs_f64()
    ));
    Ok(folder)
}

fn load(
    (store, first): (&Store, &mut FirstLoad<'_>),
    folder: &Path,
    name: &str,
    today: Date,
) -> Result<LoadedFeed, Stop> {
    let mapping = feed::mapping(name)?;
    let (started, processor) = (Instant::now(), processor_seconds());
    let file = folder.join(name).with_extension("csv");
    let sent = feed::sent(&mapping, None, today);
    let failed = |why: &dyn Display| Stop::Failed(format!("{name}: {why}"));
    let loaded = feed::load_first((store, first), &sent, &file);
    let summary = match loaded.map_err(|unloaded| failed(&unloaded))? {
        Ran::Done(_, summary) | Ran::Already(_, summary) => summary,
        Ran::Held(run, _) | Ran::Paused(run, _) => return Err(failed(&run.state.words())),
    };
    let seconds = started.elapsed().as_secs_f64();
    note(format_args!(
        "{name}: {} rows in {seconds:.1} s",
        summary.read
    ));
    Ok(LoadedFeed {
        feed: name.to_owned(),
        rows: summary.read,
        waiting: summary.waiting,
        seconds,
        processor_seconds: processor_seconds()
            .zip(processor)
            .map(|(after, before)| after - before),
    })
}

fn day_as_text<S: Serializer>(day: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(day)
}

fn day_of_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(serde::de::Error::custom)
}

fn write(mark: &Path, loaded: &Loaded) -> Result<(), Stop> {
    let text = serde_json::to_string_pretty(loaded).unwrap_or_default();
    std::fs::write(mark, text)
        .map_err(|error| Stop::Failed(format!("{} cannot be written: {error}", mark.display())))
}
