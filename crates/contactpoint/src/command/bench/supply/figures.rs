//! The figures of `bench supply`, for people and for programs.

use std::fmt;

use serde::Serialize;

use super::super::prepare::Loaded;
use super::super::report::{latency, megabytes};
use super::super::sample::Told;
use super::Together;
use crate::command::say::{grouped, table};

/// The figures.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    loaded: Loaded,
    /// How many searches a second are made.
    searches_per_second: u32,
    /// Changes with nothing beside.
    pub alone: Option<Taken>,
    /// Changes beside searches.
    pub together: Option<Taken>,
    /// Searches with nothing beside, each until its event is durable, in microseconds.
    pub idle: Told,
    /// Searches beside changes.
    pub busy: Told,
    /// From sending a file of one row until it was acknowledged, beside the great file.
    pub acknowledged: Told,
    /// From its acknowledgement until a search shows it.
    pub found: Told,
    /// The most memory of this run.
    pub memory_bytes_peak: Option<u64>,
}

/// A file of changes that was taken.
#[derive(Clone, Debug, Serialize)]
pub struct Taken {
    /// Its rows.
    pub rows: u64,
    /// Those that changed something.
    pub accepted: u64,
    /// Those that said nothing new.
    pub unchanged: u64,
    /// Those that wait for a person.
    pub waiting: u64,
    /// How long it took, from the first byte of its check to its end.
    pub seconds: f64,
    /// How much the processors worked meanwhile.
    pub processor_seconds: f64,
}

impl Figures {
    /// Figures that are yet to come.
    pub fn of(loaded: &Loaded, searches_per_second: u32) -> Figures {
        Figures {
            loaded: loaded.clone(),
            searches_per_second,
            alone: None,
            together: None,
            idle: Told::default(),
            busy: Told::default(),
            acknowledged: Told::default(),
            found: Told::default(),
            memory_bytes_peak: None,
        }
    }

    /// Takes in what was measured while both went on.
    pub fn set_together(&mut self, both: Together) {
        self.together = Some(both.taken);
        self.busy = both.asked.told();
        self.acknowledged = both.newborn.acknowledged.told();
        self.found = both.newborn.found.told();
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} synthetic children of seed {}; loaded first: {}",
            grouped(self.loaded.children),
            self.loaded.seed,
            self.loaded.names()
        )?;
        let rows: Vec<Vec<String>> = self.loaded.feeds.iter().map(feed).collect();
        let headings = ["first load", "rows", "a second", "CPU µs a row", "wait"];
        writeln!(f, "{}", table(&headings, &rows))?;
        if let Some(seconds) = self.loaded.filing_seconds {
            writeln!(f, "filing: {seconds:.1} s")?;
        }
        let changes = [
            ("alone", self.alone.as_ref()),
            ("beside searches", self.together.as_ref()),
        ];
        let rows = changes
            .into_iter()
            .filter_map(|(words, taken)| Some(row(words, taken?)));
        let headings = [
            "changes",
            "rows",
            "a second",
            "CPU µs a row",
            "taken",
            "unchanged",
            "wait",
        ];
        writeln!(f, "\n{}", table(&headings, &rows.collect::<Vec<_>>()))?;
        let rows = [
            latency("search, nothing beside", self.idle),
            latency("search, beside changes", self.busy),
            latency("newborn, until acknowledged", self.acknowledged),
            latency("newborn, from then until found", self.found),
        ];
        let headings = ["milliseconds", "measured", "p50", "p90", "p99", "max"];
        writeln!(f, "\n{}", table(&headings, &rows))?;
        write!(
            f,
            "{} searches a second; p99 beside changes is {:.2} of what it is alone, p50 {:.2}; memory at most {}",
            self.searches_per_second,
            ratio(self.busy.p99, self.idle.p99),
            ratio(self.busy.p50, self.idle.p50),
            megabytes(self.memory_bytes_peak)
        )
    }
}

fn feed(feed: &super::super::prepare::LoadedFeed) -> Vec<String> {
    let rows = as_f64(feed.rows);
    let processor = feed.processor_seconds.map_or_else(String::new, |seconds| {
        format!("{:.0}", 1e6 * seconds / rows.max(1.0))
    });
    vec![
        feed.feed.clone(),
        grouped(feed.rows),
        format!("{:.0}", rows / feed.seconds.max(0.001)),
        processor,
        grouped(feed.waiting),
    ]
}

fn row(words: &str, taken: &Taken) -> Vec<String> {
    let rows = as_f64(taken.rows);
    vec![
        words.to_owned(),
        grouped(taken.rows),
        format!("{:.0}", rows / taken.seconds.max(0.001)),
        format!("{:.0}", 1e6 * taken.processor_seconds / rows.max(1.0)),
        grouped(taken.accepted),
        grouped(taken.unchanged),
        grouped(taken.waiting),
    ]
}

fn ratio(one: u64, other: u64) -> f64 {
    as_f64(one) / as_f64(other.max(1))
}

fn as_f64(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
