//! `contactpoint bench resolve`: how well the rows of several suppliers are joined, against the truth of a synthetic England.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use std::time::Instant;

use clap::Args;
use contactpoint::supply::load;
use directory::Date;
use directory::organisation::ShieldingPhase;
use directory::supplied::{Outcome, Restriction, Row};
use england::Options;
use serde::Serialize;
use store::{JudgedRow, Judgement, Store};

use crate::clock;
use crate::command::england::CHILDREN_MAX;
use crate::command::say::{grouped, note, say};
use crate::command::{Stop, england as files, feed, parse, reference};
use crate::config::Config;

/// What is loaded, in this order.
const FEEDS: [&str; 5] = [
    "births",
    "nhs",
    "child_benefit",
    "census",
    "health_visiting",
];
/// What is needed besides.
const BESIDES: [&str; 5] = ["authorities", "schools", "practices", "services", "truth"];

/// Of so many persons one is restricted by the first supplier, and so shielded, before the others' rows come.
const SHIELDED_ONE_IN: u64 = 200;

/// What is wanted.
#[derive(Args, Debug)]
pub struct Wanted {
    /// How many children
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=CHILDREN_MAX))]
    children: u64,
    /// The seed they are made from: another than a model was learned from
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// The day from which ages follow
    #[arg(long, value_name = "DATE", value_parser = parse::day, default_value = "2026-06-30")]
    today: Date,
    /// Give the figures as JSON
    #[arg(long)]
    json: bool,
}

/// The figures.
#[derive(Clone, Copy, Debug, Serialize)]
struct Report {
    rows: u64,
    /// Pairs of rows in one record that are of one person, of all in one record.
    precision: f64,
    /// Of all pairs of placed rows of one person, those in one record.
    recall: f64,
    /// The same of all rows, those that wait or are held among them.
    recall_of_all: f64,
    pairs_wrong: u64,
    waiting_share: f64,
    held_share: f64,
    /// Rows held because they resemble a shielded child, and are of nobody shielded.
    held_of_others_share: f64,
    /// Rows of a shielded child in an open record.
    open_of_shielded: u64,
    seconds: f64,
}

/// Loads the files and judges the result.
pub fn run(config: &Config, wanted: &Wanted) -> Result<(), Stop> {
    let occupied = std::fs::read_dir(&config.data).is_ok_and(|mut inside| inside.next().is_some());
    if occupied {
        return Err(Stop::Failed(format!(
            "{} holds something else, and was left alone. Name another folder with --data.",
            config.data.display()
        )));
    }
    config.mark_practice()?;
    let folder = config.data.join("england");
    let options = Options {
        children: wanted.children,
        seed: wanted.seed,
        today: wanted.today,
    };
    files::write(&options, &folder, &|file| {
        FEEDS.contains(&file) || BESIDES.contains(&file)
    })?;
    let truth = read_truth(&folder.join("truth.csv"))?;
    let store = config.begin()?;
    let reference = reference::Files::read(&folder)?;
    reference::load(&reference, &store, ShieldingPhase::Complete)?;
    let started = Instant::now();
    let mut judged = Vec::new();
    for name in FEEDS {
        load_one(&store, &folder, (name, wanted.today), &truth, &mut judged)?;
    }
    let seconds = started.elapsed().as_secs_f64();
    let judgement = store
        .judge(&judged)
        .map_err(|error| Stop::Failed(error.to_string()))?;
    tell(Report::of(&judgement, seconds), wanted.json);
    Ok(())
}

/// The person behind each row, by feed and key.
type Truth = HashMap<(String, String), u64>;

fn read_truth(path: &Path) -> Result<Truth, Stop> {
    let unread = |error: csv::Error| Stop::Failed(format!("{}: {error}", path.display()));
    let mut reader = csv::Reader::from_path(path).map_err(unread)?;
    let mut truth = Truth::new();
    for line in reader.records() {
        let line = line.map_err(unread)?;
        let cell = |column: usize| line.get(column).unwrap_or_default();
        if let Ok(person) = cell(2).parse() {
            truth.insert((cell(0).to_owned(), cell(1).to_owned()), person);
        }
    }
    Ok(truth)
}

fn load_one(
    store: &Store,
    folder: &Path,
    (name, extracted): (&str, Date),
    truth: &Truth,
    judged: &mut Vec<JudgedRow>,
) -> Result<(), Stop> {
    let failed = |error: &dyn std::fmt::Display| Stop::Failed(format!("{name}: {error}"));
    let mapping = feed::mapping(name)?;
    let file =
        File::open(folder.join(name).with_extension("csv")).map_err(|error| failed(&error))?;
    let mut sink = |mut rows: Vec<Row>| {
        for row in &mut rows {
            let person = truth.get(&(name.to_owned(), row.key.to_string()));
            if FEEDS.starts_with(&[name])
                && person.is_some_and(|it| it.is_multiple_of(SHIELDED_ONE_IN))
            {
                row.restriction = Restriction::AtSource;
            }
        }
        let outcomes = store.accept(&mapping.supplier, &rows, clock::now())?;
        for (row, outcome) in rows.iter().zip(&outcomes) {
            let key = (name.to_owned(), row.key.to_string());
            judged.extend(truth.get(&key).map(|person| JudgedRow {
                supplier: mapping.supplier.code.clone(),
                key: row.key.clone(),
                person: *person,
                is_waiting: *outcome == Outcome::Waiting,
            }));
        }
        Ok::<_, store::Error>(outcomes)
    };
    let catalogue = store.catalogue();
    let summary = feed::with_delivery(store, &mapping, (&catalogue, extracted), |delivery| {
        load(file, delivery, &mut sink, &mut |_| {})
    });
    let summary = summary.map_err(|error| failed(&error))?;
    note(format_args!(
        "{name}: {} rows, {} wait",
        summary.read, summary.waiting
    ));
    Ok(())
}

impl Report {
    fn of(judgement: &Judgement, seconds: f64) -> Report {
        let share = |part: u64, whole: u64| as_f64(part) / as_f64(whole.max(1));
        let together = judgement.pairs_right.saturating_add(judgement.pairs_wrong);
        Report {
            rows: judgement.rows,
            precision: share(judgement.pairs_right, together),
            recall: share(judgement.pairs_right, judgement.pairs_placed),
            recall_of_all: share(judgement.pairs_right, judgement.pairs),
            pairs_wrong: judgement.pairs_wrong,
            waiting_share: share(judgement.waiting, judgement.rows),
            held_share: share(judgement.held, judgement.rows),
            held_of_others_share: share(judgement.held_of_others, judgement.rows),
            open_of_shielded: judgement.open_of_shielded,
            seconds,
        }
    }
}

fn tell(report: Report, as_json: bool) {
    if as_json {
        say(serde_json::to_string_pretty(&report).unwrap_or_default());
        return;
    }
    say(format_args!(
        "{} rows in {:.1} s\npairs: precision {:.5} ({} wrong), recall {:.5}; {:.5} with what waits and is held\nwaiting {:.3} %, held \
         {:.3} %, of others than the shielded {:.3} %; rows of a shielded child in an open record: {}",
        grouped(report.rows),
        report.seconds,
        report.precision,
        report.pairs_wrong,
        report.recall,
        report.recall_of_all,
        100.0 * report.waiting_share,
        100.0 * report.held_share,
        100.0 * report.held_of_others_share,
        report.open_of_shielded
    ));
}

#[expect(clippy::cast_precision_loss, reason = "a share of counts")]
fn as_f64(count: u64) -> f64 {
    count as f64
}
