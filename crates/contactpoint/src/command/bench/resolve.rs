//! `contactpoint bench resolve`: how well the rows of several suppliers are joined, against the truth of a synthetic England.

use std::collections::BTreeMap;
use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use clap::Args;
use contactpoint::supply::{Batch, Broken, Mapping, each_batch_made};
use directory::Date;
use directory::organisation::ShieldingPhase;
use directory::supplied::{Outcome, Restriction, Row, Supplier};
use directory::text::SupplierKey;
use england::Options;
use serde::Serialize;
use store::{Error, FirstLoad, GroupJudgement, JudgedRow, Judgement, Ready, Store};

use super::machine::{database_bytes, memory_bytes_peak, processor_seconds};
use super::report::megabytes;
use super::truth::Truth;
use crate::clock;
use crate::command::england::CHILDREN_MAX;
use crate::command::say::{grouped, note, say, table};
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
const BESIDES: [&str; 6] = [
    "authorities",
    "schools",
    "practices",
    "services",
    "truth",
    "people",
];

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
    /// As the first load of an empty directory, whose keys are filed once at its end
    #[arg(long)]
    first: bool,
    /// Go on where a first load of the same children was broken off: what is known is sent again and says nothing new
    #[arg(long, requires = "first")]
    go_on: bool,
    /// Give the figures as JSON
    #[arg(long)]
    json: bool,
}

/// The figures.
#[derive(Clone, Debug, Serialize)]
struct Report {
    rows: u64,
    /// Each file, and the filing at the end of a first load.
    phases: Vec<Phase>,
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
    /// Rows in an open record of a child whom the first supplier restricted, the adopted left out.
    open_of_shielded: u64,
    /// The same of adopted children: a new name, number and home, by which nobody may find who they were.
    open_of_adopted: u64,
    /// Rows in open records of somebody else of whom a row was joined to a shielded record.
    open_of_mistaken: u64,
    /// Whose they are, by their number in the truth.
    open_persons: Vec<u64>,
    /// In seconds.
    seconds: f64,
    database_bytes: Option<u64>,
    memory_bytes_peak: Option<u64>,
    groups: BTreeMap<String, Group>,
}

/// A part of the work.
#[derive(Clone, Debug, Serialize)]
struct Phase {
    name: String,
    rows: u64,
    /// Rows that wait for a person.
    waiting: u64,
    seconds: f64,
    /// How much the processors worked, in seconds. `None`: the system does not say.
    processor_seconds: Option<f64>,
    /// The most memory of this process until then, and the size of the database, in bytes.
    memory_bytes_peak: Option<u64>,
    database_bytes: Option<u64>,
}

/// When a part of the work began: on the clock, and by how much the processors had worked.
struct Began(Instant, Option<f64>);

/// How the rows of a group of children were joined.
#[derive(Clone, Copy, Debug, Serialize)]
struct Group {
    rows: u64,
    /// Of pairs of rows in one record that have to do with the group, those of two persons.
    wrong: f64,
    /// Of pairs of all rows of one person, those that are not in one record: apart, waiting or held.
    missed: f64,
}

/// Where the rows go.
enum Into<'s> {
    Store(&'s Store),
    First(Box<FirstLoad<'s>>),
}

/// Rows made ready for where they go.
enum Made {
    Store(Vec<Row>),
    First(Result<Ready, Error>),
}

/// A file that is loaded, and whose it is.
struct Feed<'a> {
    name: &'a str,
    path: &'a Path,
    extracted: Date,
    mapping: Mapping,
}

/// Loads the files and judges the result.
pub fn run(config: &Config, wanted: &Wanted) -> Result<(), Stop> {
    let occupied = std::fs::read_dir(&config.data).is_ok_and(|mut inside| inside.next().is_some());
    if occupied && !wanted.go_on {
        return Err(Stop::Failed(format!(
            "{} holds something else, and was left alone. Name another folder with --data.",
            config.data.display()
        )));
    }
    let store = begun(config, wanted.go_on && occupied)?;
    let folder = config.data.join("england");
    let options = Options {
        children: wanted.children,
        seed: wanted.seed,
        today: wanted.today,
    };
    files::write(&options, &folder, &|file| {
        FEEDS.contains(&file) || BESIDES.contains(&file)
    })?;
    let truth = Truth::read(&folder)?;
    for name in ["truth", "people"] {
        let path = folder.join(name).with_extension("csv");
        std::fs::remove_file(path).map_err(|error| Stop::Failed(error.to_string()))?;
    }
    let reference = reference::Files::read(&folder)?;
    reference::load(&reference, &store, ShieldingPhase::Complete)?;
    let mut into = if wanted.first {
        Into::First(Box::new(store.first_load()?))
    } else {
        Into::Store(&store)
    };
    let (mut judged, mut phases) = (Vec::new(), Vec::new());
    for name in FEEDS {
        let began = Began::now();
        let path = folder.join(name).with_extension("csv");
        let feed = Feed {
            name,
            path: &path,
            extracted: wanted.today,
            mapping: feed::mapping(name)?,
        };
        let counts = load_one((&store, &mut into), &feed, &truth, &mut judged)?;
        phases.push(Phase::ended(name, counts, (began, config)));
        // A country's files need as much of the disk as its directory does.
        std::fs::remove_file(&path).map_err(|error| Stop::Failed(error.to_string()))?;
    }
    if let Into::First(first) = into {
        let began = Began::now();
        feed::finish(*first)?;
        phases.push(Phase::ended("filing", (0, 0), (began, config)));
    }
    let memory_bytes_peak = memory_bytes_peak();
    note("judging");
    let groups_of = |person| truth.groups_of(person);
    let judgement = store.judge(judged, &groups_of)?;
    let report = Report {
        database_bytes: database_bytes(&config.location),
        memory_bytes_peak,
        ..Report::of(&judgement, &truth, phases)
    };
    tell(&report, wanted.json);
    Ok(())
}

/// The directory: a new one, or one whose first load was broken off.
fn begun(config: &Config, goes_on: bool) -> Result<Store, Stop> {
    if goes_on {
        let store = config.open()?;
        if !store.is_first_load()? {
            return Err(Stop::Failed(format!(
                "no first load is under way in {}: there is nothing to go on with, and nothing was changed.",
                config.data.display()
            )));
        }
        return Ok(store);
    }
    config.mark_practice()?;
    config.begin()
}

/// Loads a file: how many rows it has, and how many of them wait.
fn load_one(
    (store, into): (&Store, &mut Into<'_>),
    feed: &Feed<'_>,
    truth: &Truth,
    judged: &mut Vec<JudgedRow>,
) -> Result<(u64, u64), Stop> {
    let failed = |error: &dyn std::fmt::Display| Stop::Failed(format!("{}: {error}", feed.name));
    let file = File::open(feed.path).map_err(|error| failed(&error))?;
    let supplier = &feed.mapping.supplier;
    let is_first = matches!(into, Into::First(_));
    let make = |mut rows: Vec<Row>| {
        rows.iter_mut()
            .for_each(|row| restrict(row, feed.name, truth));
        if is_first {
            Made::First(store.ready(supplier, rows, clock::now()))
        } else {
            Made::Store(rows)
        }
    };
    let (mut read, mut waiting) = (0_u64, 0_u64);
    let mut take = |(batch, made): (Batch, Made), next: Option<&mut Made>| {
        read = read.saturating_add(batch.read);
        let persons: Vec<(SupplierKey, u64)> = made.rows().map_or_else(Vec::new, |rows| {
            let person = |row: &Row| {
                truth
                    .person_of(feed.name, row.key.as_str())
                    .unwrap_or(u64::MAX)
            };
            rows.iter()
                .map(|row| (row.key.clone(), person(row)))
                .collect()
        });
        let outcomes = into.accept(supplier, made, next)?;
        for ((key, person), outcome) in persons.into_iter().zip(&outcomes) {
            let is_waiting = *outcome == Outcome::Waiting;
            waiting = waiting.saturating_add(u64::from(is_waiting));
            judged.extend(JudgedRow::of((&supplier.code, &key), person, is_waiting));
        }
        Ok::<_, Error>(ControlFlow::Continue(()))
    };
    let catalogue = store.catalogue();
    let day = (&*catalogue, feed.extracted);
    let gone_through = feed::with_delivery(store, &feed.mapping, day, |delivery| {
        each_batch_made(file, delivery, &make, &mut take)
    });
    gone_through.map_err(|broken| failed(&words(&broken)))?;
    if let Into::First(first) = into {
        first.land().map_err(|error| failed(&error))?;
    }
    Ok((read, waiting))
}

/// Of so many persons one is restricted by the first supplier.
fn restrict(row: &mut Row, feed: &str, truth: &Truth) {
    let is_first = FEEDS.starts_with(&[feed]);
    let person = is_first.then(|| truth.person_of(feed, row.key.as_str()));
    if person.flatten().is_some_and(is_restricted) {
        row.restriction = Restriction::AtSource;
    }
}

fn is_restricted(person: u64) -> bool {
    person.is_multiple_of(SHIELDED_ONE_IN)
}

fn words(broken: &Broken<Error>) -> String {
    match broken {
        Broken::Refused(refusal) => refusal.to_string(),
        Broken::Reading(error) => error.to_string(),
        Broken::Taking(error) => error.to_string(),
        Broken::Reader => "reading came to a sudden end".to_owned(),
    }
}

impl Made {
    /// The rows. `None`: they could not be made ready.
    fn rows(&self) -> Option<&[Row]> {
        match self {
            Made::Store(rows) => Some(rows),
            Made::First(ready) => ready.as_ref().ok().map(Ready::rows),
        }
    }
}

impl Into<'_> {
    fn accept(
        &mut self,
        supplier: &Supplier,
        made: Made,
        next: Option<&mut Made>,
    ) -> Result<Vec<Outcome>, Error> {
        match (self, made) {
            (Into::Store(store), Made::Store(rows)) => store.accept(supplier, &rows, clock::now()),
            (Into::First(first), Made::First(ready)) => {
                let next = match next {
                    Some(Made::First(Ok(next))) => Some(next),
                    Some(Made::Store(_) | Made::First(Err(_))) | None => None,
                };
                first.accept_ready(ready?, next)
            }
            (Into::Store(_), Made::First(_)) | (Into::First(_), Made::Store(_)) => Ok(Vec::new()),
        }
    }
}

impl Began {
    fn now() -> Began {
        Began(Instant::now(), processor_seconds())
    }
}

impl Phase {
    /// A part of the work that has ended, told at once, as the whole may be broken off.
    fn ended(name: &str, (rows, waiting): (u64, u64), (began, config): (Began, &Config)) -> Phase {
        let Began(moment, processor) = began;
        let phase = Phase {
            name: name.to_owned(),
            rows,
            waiting,
            seconds: moment.elapsed().as_secs_f64(),
            processor_seconds: processor_seconds()
                .zip(processor)
                .map(|(after, before)| after - before),
            memory_bytes_peak: memory_bytes_peak(),
            database_bytes: database_bytes(&config.location),
        };
        note(format_args!(
            "{name}: {} rows in {:.1} s, {:.0} a second, {} of a processor a row; {} wait; memory {} at most; database {}",
            grouped(rows),
            phase.seconds,
            phase.rows_a_second(),
            phase.processor_of_a_row(),
            grouped(waiting),
            megabytes(phase.memory_bytes_peak),
            megabytes(phase.database_bytes),
        ));
        phase
    }

    fn rows_a_second(&self) -> f64 {
        as_f64(self.rows) / self.seconds
    }

    fn processor_of_a_row(&self) -> String {
        let micros = |seconds: f64| 1_000_000.0 * seconds / as_f64(self.rows.max(1));
        let told = |seconds| format!("{:.0} µs", micros(seconds));
        self.processor_seconds.map_or_else(|| "–".to_owned(), told)
    }
}

impl Report {
    fn of(judgement: &Judgement, truth: &Truth, phases: Vec<Phase>) -> Report {
        let groups = truth.group_names().iter().zip(&judgement.groups);
        let groups = groups.filter(|(_, group)| group.rows > 0);
        let together = judgement.pairs_right.saturating_add(judgement.pairs_wrong);
        let open = |is_counted: &dyn Fn(u64) -> bool| {
            let of = judgement.open_of_shielded.iter();
            let counted = of.filter(|(person, _)| is_counted(**person));
            counted.map(|(_, rows)| *rows).sum()
        };
        Report {
            rows: judgement.rows,
            precision: share(judgement.pairs_right, together),
            recall: share(judgement.pairs_right, judgement.pairs_placed),
            recall_of_all: share(judgement.pairs_right, judgement.pairs),
            pairs_wrong: judgement.pairs_wrong,
            waiting_share: share(judgement.waiting, judgement.rows),
            held_share: share(judgement.held, judgement.rows),
            held_of_others_share: share(judgement.held_of_others, judgement.rows),
            open_of_shielded: open(&|person| is_restricted(person) && !truth.is_adopted(person)),
            open_of_adopted: open(&|person| is_restricted(person) && truth.is_adopted(person)),
            open_of_mistaken: open(&|person| !is_restricted(person)),
            open_persons: judgement.open_of_shielded.keys().copied().collect(),
            seconds: phases.iter().map(|phase| phase.seconds).sum(),
            phases,
            database_bytes: None,
            memory_bytes_peak: None,
            groups: groups
                .map(|(name, group)| (name.clone(), Group::of(group)))
                .collect(),
        }
    }
}

impl Group {
    fn of(judged: &GroupJudgement) -> Group {
        let together = judged.pairs_right.saturating_add(judged.pairs_wrong);
        Group {
            rows: judged.rows,
            wrong: share(judged.pairs_wrong, together),
            missed: share(
                judged.pairs.saturating_sub(judged.pairs_right),
                judged.pairs,
            ),
        }
    }
}

fn tell(report: &Report, as_json: bool) {
    if as_json {
        say(serde_json::to_string_pretty(report).unwrap_or_default());
        return;
    }
    say(format_args!(
        "{} rows in {:.1} s; memory {}; database {}\n\
         pairs: precision {:.5} ({} wrong), recall {:.5}; {:.5} with what waits and is held\nwaiting {:.3} %, held \
         {:.3} %, of others than the shielded {:.3} %; rows of a shielded child in an open record: {}, of one adopted, under another name, number \
         and home: {}, of others of whom one was taken for a shielded child: {}\n",
        grouped(report.rows),
        report.seconds,
        megabytes(report.memory_bytes_peak),
        megabytes(report.database_bytes),
        report.precision,
        report.pairs_wrong,
        report.recall,
        report.recall_of_all,
        100.0 * report.waiting_share,
        100.0 * report.held_share,
        100.0 * report.held_of_others_share,
        report.open_of_shielded,
        report.open_of_adopted,
        report.open_of_mistaken
    ));
    let phases: Vec<Vec<String>> = report
        .phases
        .iter()
        .map(|phase| {
            vec![
                phase.name.clone(),
                grouped(phase.rows),
                format!("{:.1}", phase.seconds),
                format!("{:.0}", phase.rows_a_second()),
                phase.processor_of_a_row(),
                megabytes(phase.memory_bytes_peak),
                megabytes(phase.database_bytes),
            ]
        })
        .collect();
    let headings = [
        "phase", "rows", "seconds", "rows/s", "CPU/row", "memory", "database",
    ];
    say(table(&headings, &phases));
    let groups: Vec<Vec<String>> = report
        .groups
        .iter()
        .map(|(name, group)| {
            vec![
                name.clone(),
                grouped(group.rows),
                format!("{:.4}", 100.0 * group.wrong),
                format!("{:.3}", 100.0 * group.missed),
            ]
        })
        .collect();
    say(table(
        &["children", "rows", "% wrong together", "% not together"],
        &groups,
    ));
}

fn share(part: u64, whole: u64) -> f64 {
    as_f64(part) / as_f64(whole.max(1))
}

#[expect(clippy::cast_precision_loss, reason = "a share of counts")]
fn as_f64(count: u64) -> f64 {
    count as f64
}
