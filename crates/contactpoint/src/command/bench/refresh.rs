//! `contactpoint bench refresh`: the failure of 2009 (F1). Sources refresh what they say of shielded children in every way; nothing of
//! what they say may be found.

mod story;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use clap::Args;
use contactpoint::job::sequence;
use directory::child::View;
use directory::query::{Born, Hidden, Query, Visible};
use directory::reason::Reason;
use directory::supplied::{Outcome, Restriction, Row, Supplier};
use directory::{Date, Now};
use england::{England, Options, Person};
use jiff::ToSpan as _;
use serde::Serialize;
use store::{BATCH_ROWS_MAX, JudgedRow, Session, Store};

use self::story::{Refresh, Said, first, postcode_of, story, suppliers};
use super::staff;
use crate::clock;
use crate::command::Stop;
use crate::command::say::{counting, grouped, say, table};
use crate::config::Config;

/// The most children: each has a postcode of their own.
const CHILDREN_MAX: u64 = 400_000;
/// How many ask at once.
const ASKING: usize = 8;
/// How long ago the children became known, in days.
const KNOWN_DAYS: i64 = 360;
/// How many findings are told one by one.
const TOLD_MAX: usize = 20;

/// What is wanted.
#[derive(Args, Debug)]
pub struct Wanted {
    /// How many children are in the directory
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(2..=CHILDREN_MAX))]
    children: u64,
    /// How many of them are shielded, each with a story of refreshes
    #[arg(long, value_name = "K", default_value_t = 10_000)]
    sequences: u64,
    /// The seed they are made from
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Give the figures as JSON
    #[arg(long)]
    json: bool,
}

/// The figures of a run.
#[derive(Debug, Default, Serialize)]
struct Figures {
    children: u64,
    sequences: u64,
    /// What was supplied of shielded children afterwards, by what was different in it.
    refreshes: BTreeMap<&'static str, Count>,
    /// How many searches were made for what it says.
    searches: usize,
    /// What was found of it, by what was different in it: must be nothing.
    found: BTreeMap<&'static str, usize>,
    /// Rows of shielded children that stand in an open record, whatever they say and whether or not a search finds it: must be nothing.
    open: u64,
    seconds: f64,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Count {
    rows: usize,
    accepted: usize,
    unchanged: usize,
    waiting: usize,
}

/// Runs the campaign.
///
/// # Errors
/// [`Stop::Found`] when anything of a shielded child was found.
pub fn run(config: &Config, wanted: &Wanted) -> Result<(), Stop> {
    let started = Instant::now();
    let occupied = std::fs::read_dir(&config.data).is_ok_and(|mut inside| inside.next().is_some());
    if occupied {
        return Err(Stop::Usage(format!(
            "{} holds something else, and was left alone. Name a new folder with --data.",
            config.data.display()
        )));
    }
    config.mark_practice()?;
    let store = Arc::new(config.begin()?);
    let england = England::new(&Options {
        children: wanted.children,
        seed: wanted.seed,
        today: clock::now().today,
    });
    let sequencing = sequence::start(Arc::clone(&store), clock::now)
        .map_err(|error| Stop::Failed(format!("the system gives no thread: {error}")))?;
    let known_since = clock::now()
        .today
        .checked_sub(KNOWN_DAYS.days())
        .unwrap_or(clock::now().today);
    let shielded = shielded(&england, wanted.sequences);
    let mut figures = Figures {
        children: wanted.children,
        sequences: u64::try_from(shielded.len()).unwrap_or(0),
        ..Figures::default()
    };
    make_known(&store, &england, (&shielded, known_since))?;
    let said: Vec<Vec<Said>> = shielded
        .iter()
        .map(|person| story(&england, person, known_since))
        .collect();
    refresh(&store, &said, &mut figures)?;
    let every: Vec<&Said> = said.iter().flatten().collect();
    let found = look(&store, &every, &mut figures)?;
    figures.open = open(&store, (&shielded, known_since), &every)?;
    drop(sequencing);
    figures.seconds = started.elapsed().as_secs_f64();
    tell(wanted, &figures, &found)
}

fn tell(wanted: &Wanted, figures: &Figures, found: &[&Said]) -> Result<(), Stop> {
    if wanted.json {
        say(serde_json::to_string_pretty(figures).unwrap_or_default());
    } else {
        say(figures);
    }
    for said in found.iter().take(TOLD_MAX) {
        let row = &said.row;
        let name = row.particulars.name.as_ref();
        say(format_args!(
            "FOUND: {}: {} under key {} of supplier {}, born {}, number {}",
            said.refresh.words(),
            name.map_or_else(String::new, ToString::to_string),
            row.key,
            said.supplier,
            row.particulars
                .born
                .map_or_else(|| "unknown".to_owned(), |born| born.to_string()),
            if row.particulars.other_numbers.is_empty() {
                "unknown"
            } else {
                "known"
            }
        ));
    }
    if found.is_empty() && figures.open == 0 {
        Ok(())
    } else {
        Err(Stop::Found)
    }
}

/// Those who are shielded: spread over the children, so that siblings and twins of many are not.
fn shielded(england: &England, count: u64) -> Vec<Person> {
    let children = england.options().children;
    let step = children.checked_div(count).unwrap_or(1).max(1);
    (0..children)
        .step_by(usize::try_from(step).unwrap_or(1))
        .filter_map(|index| england.child(index))
        .take(usize::try_from(count).unwrap_or(usize::MAX))
        .collect()
}

/// Everybody becomes known by one row; those who are shielded are restricted at its source (C20).
fn make_known(
    store: &Store,
    england: &England,
    (shielded, on): (&[Person], Date),
) -> Result<(), Stop> {
    let Some(supplier) = suppliers().into_iter().next() else {
        return Ok(());
    };
    let children = england.options().children;
    let bar = counting("children", children);
    let mut rows = Vec::with_capacity(BATCH_ROWS_MAX);
    let mut next = shielded.iter().map(|person| person.index).peekable();
    for index in 0..children {
        let restriction = match next.next_if_eq(&index) {
            Some(_) => Restriction::AtSource,
            None => Restriction::None,
        };
        let person = england.child(index);
        rows.extend(person.and_then(|person| first(&person, on, restriction)));
        if rows.len() == BATCH_ROWS_MAX {
            accept(store, &supplier, &mut rows)?;
            bar.set_position(index);
        }
    }
    accept(store, &supplier, &mut rows)?;
    bar.finish_and_clear();
    Ok(())
}

/// Supplies all stories side by side: the first refresh of everybody, then the second.
fn refresh(store: &Store, said: &[Vec<Said>], figures: &mut Figures) -> Result<(), Stop> {
    let longest = said.iter().map(Vec::len).max().unwrap_or(0);
    let bar = counting("refreshes", u64::try_from(longest).unwrap_or(0));
    for at in 0..longest {
        for (index, supplier) in suppliers().iter().enumerate() {
            let now: Vec<&Said> = said
                .iter()
                .filter_map(|story| story.get(at))
                .filter(|said| said.supplier == index)
                .collect();
            for batch in now.chunks(BATCH_ROWS_MAX) {
                let mut rows: Vec<Row> = batch.iter().map(|said| said.row.clone()).collect();
                let outcomes = accept(store, supplier, &mut rows)?;
                for (said, outcome) in batch.iter().zip(outcomes) {
                    figures
                        .refreshes
                        .entry(said.refresh.words())
                        .or_default()
                        .add(outcome);
                }
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

fn accept(store: &Store, supplier: &Supplier, rows: &mut Vec<Row>) -> Result<Vec<Outcome>, Stop> {
    let outcomes = store.accept(supplier, rows, clock::now())?;
    rows.clear();
    Ok(outcomes)
}

/// Searches for everything that was said, as practitioners who may search by NHS number. Gives what was found.
fn look<'s>(
    store: &Store,
    said: &[&'s Said],
    figures: &mut Figures,
) -> Result<Vec<&'s Said>, Stop> {
    let bar = counting("searches", u64::try_from(said.len()).unwrap_or(0));
    let sessions = staff::sign_in(store, ASKING)?;
    let next = AtomicUsize::new(0);
    let asked = AtomicUsize::new(0);
    let ask = |session: &Session| -> Result<Vec<&'s Said>, Stop> {
        let mut found = Vec::new();
        while let Some(said) = said.get(next.fetch_add(1, Ordering::Relaxed)) {
            for query in queries(&said.row) {
                asked.fetch_add(1, Ordering::Relaxed);
                if is_found(store, session, (query, &said.row), clock::now())? {
                    found.push(*said);
                    break;
                }
            }
            bar.inc(1);
        }
        Ok(found)
    };
    let found = thread::scope(|scope| {
        let asking: Vec<_> = sessions
            .iter()
            .map(|signed_in| scope.spawn(|| ask(&signed_in.session)))
            .collect();
        let mut found = Vec::new();
        for thread in asking {
            let part = thread
                .join()
                .map_err(|_| Stop::Failed("a search came to a sudden end".to_owned()))?;
            found.extend(part?);
        }
        Ok::<_, Stop>(found)
    })?;
    bar.finish_and_clear();
    figures.searches = asked.load(Ordering::Relaxed);
    for said in &found {
        let count = figures.found.entry(said.refresh.words()).or_default();
        *count = count.saturating_add(1);
    }
    Ok(found)
}

/// How many rows of shielded children stand in open records, of all that was ever said of them: every page and list shows of a child what
/// stands there.
fn open(store: &Store, (shielded, on): (&[Person], Date), said: &[&Said]) -> Result<u64, Stop> {
    let suppliers = suppliers();
    let first = shielded.iter().filter_map(|person| {
        let row = first(person, on, Restriction::AtSource)?;
        let supplier = suppliers.first()?;
        JudgedRow::of((&supplier.code, &row.key), person.index, false)
    });
    let refreshed = said.iter().filter_map(|said| {
        let supplier = suppliers.get(said.supplier)?;
        let (index, _) = said.row.key.as_str().split_once('-')?;
        JudgedRow::of((&supplier.code, &said.row.key), index.parse().ok()?, false)
    });
    let judgement = store.judge(first.chain(refreshed).collect(), &|_| 0)?;
    Ok(judgement.open_of_shielded.values().sum())
}

/// Every way to look for what a row says: by its number, by name and postcode, and by name and birth.
fn queries(row: &Row) -> Vec<Query> {
    let said = &row.particulars;
    let visible = Visible {
        number: None,
        given: said.name.as_ref().and_then(|name| name.given.clone()),
        family: said.name.as_ref().map(|name| name.family.clone()),
        born: said.born.map(Born::On),
        gender: None,
    };
    let by_number = Hidden {
        other_number: said.other_numbers.first().cloned(),
        ..Hidden::default()
    };
    let by_postcode = Hidden {
        postcode: postcode_of(row),
        ..Hidden::default()
    };
    let none = Visible::default();
    [
        (none, by_number),
        (visible.clone(), by_postcode),
        (visible, Hidden::default()),
    ]
    .into_iter()
    .filter_map(|(visible, hidden)| Query::of(visible, hidden).ok())
    .collect()
}

/// Whether anybody is shown by a number that only this child has, or with the postcode that only this row says.
fn is_found(
    store: &Store,
    session: &Session,
    (query, row): (Query, &Row),
    now: Now,
) -> Result<bool, Stop> {
    let by_number = matches!(&query, Query::Hidden(_, hidden) if hidden.other_number.is_some());
    let Ok(answer) = store.search(session, Reason::FindPractitioners, query, now)? else {
        return Ok(false);
    };
    let secret = postcode_of(row);
    Ok(answer.children.iter().any(|child| {
        by_number
            || match child.disclosure.view() {
                View::Restricted(_) => false,
                View::Whole(child) => {
                    let shown = child.residence.as_ref();
                    let shown = shown.and_then(|item| item.value.address());
                    secret.is_some() && shown.and_then(|a| a.postcode.clone()) == secret
                }
            }
    }))
}

impl Count {
    fn add(&mut self, outcome: Outcome) {
        let of = match outcome {
            Outcome::Accepted | Outcome::TakenBack => &mut self.accepted,
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::Waiting => &mut self.waiting,
        };
        *of = of.saturating_add(1);
        self.rows = self.rows.saturating_add(1);
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} synthetic children, {} of them shielded, each with a story of refreshes; {} searches for what was said; \
             {} of their rows in an open record; {:.0} s\n",
            grouped(self.children),
            grouped(self.sequences),
            grouped(u64::try_from(self.searches).unwrap_or(0)),
            grouped(self.open),
            self.seconds
        )?;
        let rows: Vec<Vec<String>> = Refresh::ALL
            .iter()
            .map(|refresh| {
                let words = refresh.words();
                let count = self.refreshes.get(words).copied().unwrap_or_default();
                let found = self.found.get(words).copied().unwrap_or(0);
                [
                    count.rows,
                    count.accepted,
                    count.unchanged,
                    count.waiting,
                    found,
                ]
                .iter()
                .fold(vec![words.to_owned()], |mut row, count| {
                    row.push(count.to_string());
                    row
                })
            })
            .collect();
        write!(
            f,
            "{}",
            table(
                &[
                    "refresh",
                    "rows",
                    "accepted",
                    "unchanged",
                    "waiting",
                    "found"
                ],
                &rows
            )
        )
    }
}
