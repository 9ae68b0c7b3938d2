//! The figures of a run, for people and for programs.

use std::collections::BTreeMap;
use std::fmt;

use england::mistakes::Kind;
use serde::Serialize;

use super::events::Rate;
use super::prepare::Loaded;
use super::queries::words;
use super::sample::Told;
use crate::command::say::{grouped, table};

/// The figures of `bench search`.
#[derive(Clone, Debug, Serialize)]
pub struct Search {
    loaded: Loaded,
    /// The same until its event is durable and the records are open, in microseconds.
    pub whole: Told,
    /// One event alone, committed behind each search.
    pub commit: Told,
    /// Search until its answer is known and its event has yet to be committed.
    pub before_commit: Told,
    /// How often the right child was shown, and where.
    pub quality: Quality,
    /// Queries that were refused as too little or too broad.
    pub refused: usize,
    /// Durable events a second.
    pub events: Vec<Rate>,
    /// The size of the database with the events of this run and those before.
    pub database_bytes: Option<u64>,
    /// The most memory of this run.
    pub memory_bytes_peak: Option<u64>,
}

/// How often the right child was shown, and where.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Quality {
    by_kind: BTreeMap<&'static str, Places>,
    /// Queries whose child is in no record, because its row waits for a person.
    pub absent: usize,
}

/// Where the right child stood.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Places {
    queries: u32,
    first: u32,
    in_three: u32,
    in_ten: u32,
    shown: u32,
}

impl Quality {
    /// Counts a query whose right child stood at a place from 0, or was not shown.
    pub fn count(&mut self, kind: Kind, place: Option<usize>) {
        let places = self.by_kind.entry(words(kind)).or_default();
        let within = |limit: usize| u32::from(place.is_some_and(|place| place < limit));
        places.add(Places {
            queries: 1,
            first: within(1),
            in_three: within(3),
            in_ten: within(10),
            shown: within(usize::MAX),
        });
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let mut all = Places::default();
        for places in self.by_kind.values() {
            all.add(*places);
        }
        let row = |words: &str, places: &Places| {
            let share = |count: u32| {
                format!(
                    "{:.2} %",
                    100.0 * f64::from(count) / f64::from(places.queries.max(1))
                )
            };
            let shares = [places.first, places.in_three, places.in_ten, places.shown].map(share);
            [
                vec![words.to_owned(), places.queries.to_string()],
                shares.to_vec(),
            ]
            .concat()
        };
        let mut rows: Vec<Vec<String>> = self
            .by_kind
            .iter()
            .map(|(words, places)| row(words, places))
            .collect();
        rows.push(row("all", &all));
        rows
    }
}

impl Places {
    fn add(&mut self, other: Places) {
        self.queries = self.queries.saturating_add(other.queries);
        self.first = self.first.saturating_add(other.first);
        self.in_three = self.in_three.saturating_add(other.in_three);
        self.in_ten = self.in_ten.saturating_add(other.in_ten);
        self.shown = self.shown.saturating_add(other.shown);
    }
}

impl Search {
    /// A report that has its figures yet to come.
    pub fn of(loaded: &Loaded) -> Search {
        Search {
            loaded: loaded.clone(),
            whole: Told::default(),
            commit: Told::default(),
            before_commit: Told::default(),
            quality: Quality::default(),
            refused: 0,
            events: Vec::new(),
            database_bytes: None,
            memory_bytes_peak: None,
        }
    }

    fn write_load(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Loaded {
            children,
            seed,
            today,
            feeds,
            ..
        } = &self.loaded;
        writeln!(
            f,
            "{} synthetic children of seed {seed} on {today}; feeds: {}",
            grouped(*children),
            self.loaded.names()
        )?;
        for feed in feeds {
            let rate = u32::try_from(feed.rows).map_or(0.0, f64::from) / feed.seconds.max(0.001);
            let (rows, waiting) = (grouped(feed.rows), grouped(feed.waiting));
            writeln!(
                f,
                "  {:<8} {rows} rows in {:.1} s, {rate:.0} a second; {waiting} wait",
                feed.feed, feed.seconds
            )?;
        }
        if let Some(seconds) = self.loaded.filing_seconds {
            writeln!(f, "  filing   the keys of all in {seconds:.1} s")?;
        }
        writeln!(
            f,
            "  loaded: database {}, memory at most {}; after this run: database {}, memory at most {}",
            megabytes(self.loaded.database_bytes),
            megabytes(self.loaded.memory_bytes_peak),
            megabytes(self.database_bytes),
            megabytes(self.memory_bytes_peak)
        )
    }
}

impl fmt::Display for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_load(f)?;
        let rows = [
            latency("search before the commit", self.before_commit),
            latency("search until its event is durable", self.whole),
            latency("one event alone", self.commit),
        ];
        writeln!(
            f,
            "\n{}",
            table(
                &["milliseconds", "measured", "p50", "p90", "p99", "max"],
                &rows
            )
        )?;
        writeln!(
            f,
            "\n{}",
            table(
                &[
                    "one mistake",
                    "queries",
                    "first",
                    "in three",
                    "in ten",
                    "shown"
                ],
                &self.quality.rows()
            )
        )?;
        writeln!(
            f,
            "refused as too little or too broad: {}; child in no record (its row waits): {}",
            self.refused, self.quality.absent
        )?;
        let rate = |rate: &Rate| {
            vec![
                rate.threads.to_string(),
                format!("{:.0}", rate.events_per_second),
            ]
        };
        let rows: Vec<Vec<String>> = self.events.iter().map(rate).collect();
        write!(
            f,
            "\n{}",
            table(&["asking at once", "durable events a second"], &rows)
        )
    }
}

/// A row of a table of latencies, in milliseconds.
pub fn latency(what: &str, told: Told) -> Vec<String> {
    let milliseconds = |micros: u64| format!("{}.{:03}", micros / 1_000, micros % 1_000);
    let columns = [told.p50, told.p90, told.p99, told.max].map(milliseconds);
    [
        vec![what.to_owned(), told.count.to_string()],
        columns.to_vec(),
    ]
    .concat()
}

/// A size in megabytes.
pub fn megabytes(bytes: Option<u64>) -> String {
    bytes.map_or_else(
        || "elsewhere".to_owned(),
        |bytes| format!("{} MB", grouped(bytes / 1_000_000)),
    )
}
