//! A batch of a run is written in short parts: what comes of it is what comes of it as one.

use std::collections::HashSet;

use directory::Date;
use directory::event::By;
use directory::run::{Applied, Reach, Run, RunBy, RunState};
use directory::statement::Particulars;
use directory::supplied::{Outcome, Row};
use jiff::civil::date;
use store::{Applying, FileKeys, FilePart, NewRun, RunBegun};

use crate::practice::{Practice, by_name, nhs, parse, row};
use crate::records::tamper;

const GIVEN: [&str; 20] = [
    "Kelly", "Maya", "Tom", "Ngozi", "Amina", "Dev", "Siobhan", "Luca", "Poppy", "Wren", "Zachary",
    "Hugo", "Yusuf", "Freya", "Quentin", "Oscar", "Violet", "Xanthe", "Ursula", "Edwin",
];
const FAMILY: [&str; 20] = [
    "Marsh",
    "Hollis",
    "Ashdown",
    "Okafor",
    "Hussain",
    "Patel",
    "Byrne",
    "Castell",
    "Dunmore",
    "Ellery",
    "Fenwick",
    "Garside",
    "Ingleby",
    "Jessop",
    "Kettering",
    "Lomax",
    "Mowbray",
    "Norcott",
    "Oldroyd",
    "Penhale",
];
/// The place of a row that says something else under a key of a row far before it.
const TWICE: usize = 390;
/// The place of a row that says under another key what a row far before it says.
const AGAIN: usize = 380;
const FIRST: usize = 5;

fn born(at: usize) -> Date {
    let day = i8::try_from(1 + at % 28).unwrap();
    date(2010 + i16::try_from(at % 9).unwrap(), 1, day)
}

fn child(key: usize, at: usize) -> Row {
    let (given, family) = (GIVEN[at % 20], FAMILY[at / 20]);
    row(&key.to_string(), given, family, born(at))
}

fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> = (0..400).map(|at| child(at, at)).collect();
    rows[TWICE] = child(FIRST, TWICE);
    rows[AGAIN] = child(AGAIN, FIRST);
    rows
}

fn begin(practice: &Practice, rows: &[Row]) -> Run {
    let (supplier, now) = (nhs(), practice.now());
    let mut hash = practice.store.file_hash();
    hash.update(b"a file");
    let mut keys = FileKeys::default();
    for row in rows {
        practice.store.add_keys(&mut keys, &supplier, row);
    }
    let new = NewRun {
        supplier,
        mapping: "nhs".to_owned(),
        sector: None,
        reach: Reach::Delta,
        applied: Applied::InBatches,
        extracted: date(2026, 11, 1),
        mark: practice.store.file_mark(&hash, &[]),
        rows: u64::try_from(rows.len()).unwrap(),
        keys,
    };
    let by = (RunBy::Operator, By::Operator);
    match practice.store.begin_run(new, by, now).unwrap() {
        RunBegun::New(run) => run,
        RunBegun::Before(_) => panic!("a new run"),
    }
}

fn in_parts(practice: &Practice) {
    let rows = rows();
    let mut run = begin(practice, &rows);
    let part = FilePart {
        taken: &[],
        rows: &rows,
        read: 410,
        refused: 10,
    };
    let applied = practice.store.apply(&mut run, part, practice.now());
    let Applying::Applied(outcomes) = applied.unwrap() else {
        panic!("applied");
    };
    let whole = Practice::sqlite();
    assert_eq!(outcomes, whole.accept(&rows));
    assert_eq!(outcomes[TWICE], Outcome::Waiting);
    assert_eq!(outcomes[FIRST], Outcome::Accepted);
    let kinds: HashSet<String> = outcomes.iter().map(|it| format!("{it:?}")).collect();
    assert!(kinds.len() > 1);
    assert_eq!((run.totals.read, run.totals.refused), (410, 10));
    let kept = practice.store.run(run.id).unwrap().unwrap();
    assert_eq!(kept.totals, run.totals);
    let ended = practice
        .store
        .end_run(&mut run, (None, By::Operator), practice.now());
    assert_eq!(ended.unwrap(), RunState::Done);
    let shown = |at: usize| {
        let query = by_name(GIVEN[at % 20], FAMILY[at / 20], born(at));
        practice.shown(&practice.session("jane"), query).len()
    };
    assert!(shown(FIRST) > 0 && shown(200) > 0 && shown(399) > 0);
    let taken = practice
        .store
        .take_back_run(run.id, &By::Operator, practice.now());
    assert_eq!(taken.unwrap(), Ok(()));
    assert_eq!(shown(FIRST) + shown(200) + shown(399), 0);
}

#[test]
fn a_batch_in_many_parts_comes_out_as_a_whole_one_and_is_taken_back() {
    crate::practice::both(in_parts);
}

/// What is left of a refused row that says that something no longer stands.
fn takes_back(key: usize) -> Row {
    Row {
        particulars: Particulars::default(),
        withdrawn: vec![parse(&format!("{key}-w"))],
        ..child(key, key)
    }
}

/// Has the program stopped in the middle of a batch: how many of its rows have been taken.
fn stop_within(practice: &Practice, run: &mut Run, part: (FilePart<'_>, &[u64])) -> usize {
    // The place in the journal is taken of a part that comes later.
    let block = "INSERT INTO run_part (id, run, body) SELECT CAST(value AS BIGINT) + 3, 0, body \
         FROM meta, run WHERE name = 'supply'";
    tamper(practice, block);
    let stopped = practice
        .store
        .apply_among_refused(run, part, practice.now());
    assert!(stopped.is_err(), "{stopped:?}");
    tamper(practice, "DELETE FROM run_part WHERE run = 0");
    *run = practice.store.run(run.id).unwrap().unwrap();
    let come = usize::try_from(run.totals.read).unwrap();
    assert!(come > FIRST && come < AGAIN);
    come
}

#[test]
fn of_two_rows_under_one_key_the_first_counts_though_the_program_is_stopped_between_them() {
    crate::practice::both(|practice| {
        let rows = rows();
        let outcomes = Practice::sqlite().accept(&rows);
        let mut run = begin(practice, &rows);
        let part = FilePart {
            taken: &[],
            rows: &rows,
            read: 400,
            refused: 0,
        };
        let come = stop_within(practice, &mut run, (part, &[]));
        let (taken, rest) = rows.split_at(come);
        let part = FilePart {
            taken,
            rows: rest,
            read: 400 - run.totals.read,
            refused: 0,
        };
        let applied = practice.store.apply(&mut run, part, practice.now());
        let Applying::Applied(after) = applied.unwrap() else {
            panic!("applied");
        };
        assert_eq!(after, &outcomes[come..]);
        assert_eq!(after[TWICE - come], Outcome::Waiting);
    });
}

#[test]
fn refused_rows_that_take_something_back_are_counted_though_the_program_is_stopped_in_between() {
    crate::practice::both(|practice| {
        let rows: Vec<Row> = (0..400).map(takes_back).collect();
        let mut run = begin(practice, &rows);
        let part = FilePart {
            taken: &[],
            rows: &rows,
            read: 410,
            refused: 410,
        };
        let come = stop_within(practice, &mut run, (part, &[]));
        assert_eq!(run.totals.refused, run.totals.read);
        let part = FilePart {
            taken: &rows[..come],
            rows: &rows[come..],
            read: 410 - run.totals.read,
            refused: 410 - run.totals.read,
        };
        let applied = practice.store.apply(&mut run, part, practice.now());
        assert!(matches!(applied, Ok(Applying::Applied(_))));
        assert_eq!((run.totals.read, run.totals.refused), (410, 410));
    });
}

#[test]
fn how_far_a_run_has_come_is_a_place_in_its_file_with_the_rows_that_were_refused_before_it() {
    crate::practice::both(|practice| {
        let rows = rows();
        // Before every eighth row another was refused, and one after the last.
        let places: Vec<u64> = (1..=400).map(|row: u64| row + row.div_ceil(8)).collect();
        let mut run = begin(practice, &rows);
        let part = FilePart {
            taken: &[],
            rows: &rows,
            read: 451,
            refused: 51,
        };
        let come = stop_within(practice, &mut run, (part, &places)) as u64;
        let at = places.binary_search(&come).unwrap() + 1;
        assert_eq!(run.totals.refused, come - at as u64);
        // Read again, other rows before that are refused: the same rows come after it.
        let part = FilePart {
            taken: &rows[..at - 3],
            rows: &rows[at..],
            read: 451 - come,
            refused: 51 - run.totals.refused,
        };
        let rest: Vec<u64> = places[at..].iter().map(|place| place - come).collect();
        let applied = practice
            .store
            .apply_among_refused(&mut run, (part, &rest), practice.now());
        assert!(matches!(applied, Ok(Applying::Applied(rows)) if rows.len() == 400 - at));
        let totals = run.totals;
        assert_eq!((totals.read, totals.refused), (451, 51));
        let taken = totals.accepted + totals.unchanged + totals.waiting;
        assert_eq!(taken, 400);
    });
}
