//! What a full file ends: whatever its supplier said before it, by files and by rows, and nothing of what it has said since.

use std::cell::RefCell;
use std::sync::Arc;

use directory::Now;
use directory::event::By;
use directory::run::{Applied, Reach, Run, RunBy, RunState, WhyHeld};
use directory::supplied::Row;
use jiff::civil::date;
use store::{Applying, Error, FileKeys, FilePart, NewRun, RowsNoted, RunBegun, Stage, Store};

use crate::practice::{Practice, both, by_name, nhs, row};

/// Children who are nothing like one another.
const NAMES: [(&str, &str); 8] = [
    ("Kelly", "Marsh"),
    ("Maya", "Hollis"),
    ("Tom", "Ashdown"),
    ("Ngozi", "Okafor"),
    ("Siobhan", "Byrne"),
    ("Luca", "Castell"),
    ("Wren", "Ellery"),
    ("Zachary", "Fenwick"),
];

fn born(at: usize) -> directory::Date {
    let at = i8::try_from(at).unwrap();
    date(2010 + i16::from(at), 1 + at, 1 + 3 * at)
}

/// The rows of some children, on a day of November.
fn rows(day: i8, children: &[usize]) -> Vec<Row> {
    let each = children.iter().map(|at| Row {
        confirmed: date(2026, 11, day),
        ..row(&at.to_string(), NAMES[*at].0, NAMES[*at].1, born(*at))
    });
    each.collect()
}

fn begin(
    practice: &Practice,
    (reach, applied): (Reach, Applied),
    (day, rows): (i8, &[Row]),
    now: Now,
) -> Result<RunBegun, Error> {
    let store = &practice.store;
    let mut hash = store.file_hash();
    hash.update(format!("{rows:?}").as_bytes());
    let mut keys = FileKeys::default();
    for row in rows {
        store.add_keys(&mut keys, &nhs(), row);
    }
    let new = NewRun {
        supplier: nhs(),
        mapping: "nhs".to_owned(),
        sector: None,
        reach,
        applied,
        extracted: date(2026, 11, day),
        mark: store.file_mark(&hash, &[reach.word()]),
        rows: rows.len() as u64,
        keys,
    };
    let by = (RunBy::Operator, By::Operator);
    store.begin_run(new, by, now)
}

fn begun(practice: &Practice, what: (Reach, Applied), day: i8, rows: &[Row]) -> Run {
    begun_at(practice, what, (day, rows), practice.now())
}

fn begun_at(practice: &Practice, what: (Reach, Applied), rows: (i8, &[Row]), now: Now) -> Run {
    match begin(practice, what, rows, now).unwrap() {
        RunBegun::New(run) => run,
        RunBegun::Before(run) => panic!("it began before: {run:?}"),
    }
}

/// Takes a run that has begun to its end, released if it is held.
fn finish(practice: &Practice, run: Run, rows: &[Row]) -> Run {
    finish_in(&practice.store, practice, run, rows)
}

fn finish_in(store: &Store, practice: &Practice, mut run: Run, rows: &[Row]) -> Run {
    take_in(store, &mut run, rows, &|| practice.now());
    let by = (None, By::Operator);
    let ended = store.end_run(&mut run, by, practice.now());
    assert_eq!(ended.unwrap(), RunState::Done);
    run
}

/// Takes the rows of a run, released if it is held.
fn take_in(store: &Store, run: &mut Run, rows: &[Row], now: &dyn Fn() -> Now) {
    let by = || By::Operator;
    if run.state == RunState::Held {
        let released = store.release_run(run.id, by(), now());
        released.unwrap().unwrap();
        let resumed = store.resume_run(run.id, by(), now());
        resumed.unwrap().unwrap();
    }
    let part = FilePart {
        taken: &[],
        rows,
        read: rows.len() as u64,
        refused: 0,
    };
    let applied = store.apply(run, part, now()).unwrap();
    assert!(matches!(applied, Applying::Applied(_)), "{applied:?}");
}

const FULL: (Reach, Applied) = (Reach::Full, Applied::InBatches);
const DELTA: (Reach, Applied) = (Reach::Delta, Applied::InBatches);

fn load(practice: &Practice, what: (Reach, Applied), day: i8, children: &[usize]) -> Run {
    let rows = rows(day, children);
    let run = begun(practice, what, day, &rows);
    finish(practice, run, &rows)
}

fn note_and_accept(practice: &Practice, day: i8, children: &[usize]) {
    note_and_accept_at(&practice.store, (day, children), practice.now());
}

fn note_and_accept_at(store: &Store, (day, children): (i8, &[usize]), now: Now) {
    let rows = rows(day, children);
    assert_eq!(
        store.note_rows(&nhs(), &rows, now).unwrap(),
        RowsNoted::Noted
    );
    store.accept(&nhs(), &rows, now).unwrap();
}

/// An hour ahead of the right clock, which goes on meanwhile.
fn ahead(practice: &Practice) -> Now {
    let now = practice.now();
    let at = now.at + jiff::SignedDuration::from_hours(1);
    Now { at, ..now }
}

thread_local! {
    /// What is done when it is known what a full file ends.
    static ARMED: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) };
}

fn interrupted(stage: Stage) {
    if let Some(act) = ARMED.take().filter(|_| stage == Stage::Ending) {
        act();
    }
}

fn shown(practice: &Practice) -> Vec<usize> {
    let jane = practice.session("jane");
    let is_shown = |at: &usize| {
        let query = by_name(NAMES[*at].0, NAMES[*at].1, born(*at));
        !practice.shown(&jane, query).is_empty()
    };
    (0..NAMES.len()).filter(is_shown).collect()
}

#[test]
fn a_full_file_that_was_held_ends_nothing_that_was_said_since() {
    both(|practice| {
        load(practice, FULL, 1, &[0, 1, 2, 3]);
        let held = rows(5, &[0, 1]);
        let run = begun(practice, FULL, 5, &held);
        assert_eq!(run.state, RunState::Held);
        // On the same day: a new child, and one whom the held file does not have.
        load(practice, DELTA, 5, &[2, 4]);
        note_and_accept(practice, 5, &[5]);
        finish(practice, run, &held);
        assert_eq!(shown(practice), [0, 1, 2, 4, 5]);
        // The next one has the last word.
        load(practice, FULL, 6, &[0, 1, 4]);
        assert_eq!(shown(practice), [0, 1, 4]);
    });
}

#[test]
fn taking_another_run_back_does_not_let_a_held_file_end_what_was_said_since() {
    both(|practice| {
        load(practice, FULL, 1, &[0, 1, 2, 3]);
        let wrong = load(practice, DELTA, 2, &[2, 4]);
        let held = rows(5, &[0, 1]);
        let run = begun(practice, FULL, 5, &held);
        load(practice, DELTA, 5, &[2, 4]);
        finish(practice, run, &held);
        assert_eq!(shown(practice), [0, 1, 2, 4]);
        let taken = practice
            .store
            .take_back_run(wrong.id, &By::Operator, practice.now());
        assert_eq!(taken.unwrap(), Ok(()));
        assert_eq!(shown(practice), [0, 1, 2, 4]);
    });
}

#[test]
fn a_full_file_ends_what_came_row_by_row_before_it() {
    both(|practice| {
        load(practice, FULL, 1, &[0, 1, 2]);
        note_and_accept(practice, 2, &[3]);
        note_and_accept(practice, 9, &[4]);
        assert_eq!(shown(practice), [0, 1, 2, 3, 4]);
        let rows = rows(5, &[0, 1, 2]);
        let run = begun(practice, FULL, 5, &rows);
        assert_eq!(run.state, RunState::Held, "it ends more than one in twenty");
        finish(practice, run, &rows);
        assert_eq!(shown(practice), [0, 1, 2, 4], "a later word stands");
        load(practice, FULL, 10, &[0, 1, 2]);
        assert_eq!(shown(practice), [0, 1, 2]);
    });
}

#[test]
fn a_file_of_a_first_load_is_never_held_as_its_rows_are_there() {
    both(|practice| {
        load(practice, FULL, 3, &[0, 1, 2, 3]);
        for (day, children) in [(4, &[0][..]), (2, &[0, 1, 2, 3])] {
            let first = (Reach::Full, Applied::InFirstLoad);
            let run = begun(practice, first, day, &rows(day, children));
            assert_eq!((run.state, run.held), (RunState::Running, None));
        }
    });
}

const FIRST: (Reach, Applied) = (Reach::Full, Applied::InFirstLoad);

/// Takes rows into a first load, and ends their run if they are all of it.
fn load_first(practice: &Practice, day: i8, children: &[usize], taken: usize) -> Run {
    let rows = rows(day, children);
    let mut run = begun(practice, FIRST, day, &rows);
    let mut first = practice.store.first_load().unwrap();
    first
        .accept(&nhs(), &rows[..taken], practice.now())
        .unwrap();
    if taken == rows.len() {
        let ended = practice
            .store
            .end_run(&mut run, (None, By::Operator), practice.now());
        assert_eq!(ended.unwrap(), RunState::Done);
    }
    run
}

#[test]
fn what_a_file_said_in_a_first_load_is_ended_by_the_next_full_file_once_whether_it_came_to_its_end_or_not()
 {
    both(|practice| {
        // One that was interrupted, one that was wrong, and the right one.
        load_first(practice, 1, &[5, 6, 7], 2);
        load_first(practice, 2, &[3, 4], 2);
        load_first(practice, 3, &[0, 1, 2, 3], 4);
        let first = practice.store.first_load().unwrap();
        first.finish(|_| ()).unwrap();
        assert_eq!(shown(practice), [0, 1, 2, 3, 4, 5, 6]);
        let right = rows(4, &[0, 1, 2, 3]);
        let run = begun(practice, FULL, 4, &right);
        assert_eq!(run.held, Some(WhyHeld::Ends { ended: 4, of: 8 }));
        finish(practice, run, &right);
        assert_eq!(shown(practice), [0, 1, 2, 3]);
        let again = begun(practice, FULL, 5, &rows(5, &[0, 1, 2, 3]));
        assert_eq!(again.held, None, "nothing of it is ended twice");
    });
}

#[test]
fn a_file_that_a_first_load_left_unfinished_is_another_run_after_it() {
    both(|practice| {
        let part = load_first(practice, 1, &[0, 1, 2], 1);
        let Ok(RunBegun::Before(again)) =
            begin(practice, FIRST, (1, &rows(1, &[0, 1, 2])), practice.now())
        else {
            panic!("it goes on");
        };
        assert_eq!((again.id, again.state), (part.id, RunState::Running));
        load_first(practice, 1, &[3], 1);
        let first = practice.store.first_load().unwrap();
        first.finish(|_| ()).unwrap();
        let run = load(practice, FULL, 1, &[0, 1, 2]);
        assert!(run.id > again.id);
        assert_eq!((run.totals.unchanged, run.totals.accepted), (1, 2));
        assert_eq!(
            shown(practice),
            [0, 1, 2],
            "and it ends what it does not have"
        );
        // One that came to its end is taken already.
        let before = begin(practice, FULL, (1, &rows(1, &[3])), practice.now());
        assert!(matches!(before, Ok(RunBegun::Before(run)) if run.state == RunState::Done));
    });
}

#[test]
fn no_file_begins_without_the_first_load_that_is_under_way_or_goes_on_with_it() {
    both(|practice| {
        let (before, other) = (rows(1, &[0, 1]), rows(2, &[2, 3]));
        let early = begun(practice, FULL, 1, &before);
        drop(practice.store.first_load().unwrap());
        let refused = begin(practice, FULL, (2, &other), practice.now());
        assert_eq!(refused, Err(Error::FirstLoad));
        let refused = begin(practice, FIRST, (1, &before), practice.now());
        assert!(matches!(refused, Err(Error::Unfit(_))), "{refused:?}");
        assert_eq!(practice.store.runs(None).unwrap(), [early]);
        let begins = begin(practice, FIRST, (2, &other), practice.now());
        assert!(matches!(begins, Ok(RunBegun::New(_))), "{begins:?}");
    });
}

#[test]
fn however_many_files_came_since_the_last_full_one_is_still_known() {
    both(|practice| {
        load(practice, FULL, 10, &[0, 1, 2, 3]);
        for _ in 0..store::RUNS_COMPARED_MAX + 2 {
            let begun = begun_anew(practice, 11, &[0]);
            assert_eq!((begun.state, begun.held), (RunState::Running, None));
        }
        let newest = date(2026, 11, 10);
        let early = begun(practice, FULL, 9, &rows(9, &[0, 1, 2, 3]));
        assert_eq!(early.held, Some(WhyHeld::Early { newest }));
        let ends = begun(practice, FULL, 12, &rows(12, &[0, 1, 2]));
        assert_eq!(ends.held, Some(WhyHeld::Ends { ended: 1, of: 4 }));
    });
}

/// A file of changes that is like none before it, taken to its end.
fn begun_anew(practice: &Practice, day: i8, children: &[usize]) -> Run {
    let mut rows = rows(day, children);
    rows[0].line = u64::try_from(practice.store.runs(None).unwrap().len()).unwrap();
    let run = begun(practice, DELTA, day, &rows);
    let before = run.clone();
    finish(practice, run, &rows);
    before
}

#[test]
fn what_is_said_while_a_full_file_is_ending_stands() {
    both(|practice| {
        load(practice, FULL, 1, &[0, 1, 2, 3]);
        let wrong = load(practice, DELTA, 2, &[2, 6]);
        let full = rows(5, &[0, 1]);
        let run = begun(practice, FULL, 5, &full);
        let ending = practice.reopened().watched(interrupted);
        let (store, now) = (Arc::clone(&practice.store), practice.now());
        ARMED.set(Some(Box::new(move || {
            note_and_accept_at(&store, (5, &[2, 5]), now);
        })));
        finish_in(&ending, practice, run, &full);
        assert!(ARMED.take().is_none(), "it was said");
        assert_eq!(shown(practice), [0, 1, 2, 5]);
        // The end of the file is gone through again as it was.
        let taken = practice
            .store
            .take_back_run(wrong.id, &By::Operator, practice.now());
        assert_eq!(taken.unwrap(), Ok(()));
        assert_eq!(shown(practice), [0, 1, 2, 5]);
    });
}

#[test]
fn what_a_held_file_says_that_is_let_go_on_while_a_full_one_is_ending_stands() {
    // Meanwhile another is taken back, or none: as many may stand as before, or one more.
    for is_another_taken_back in [false, true] {
        both(|practice| {
            load(practice, FULL, 1, &[0, 1, 2, 3]);
            let other = load(practice, DELTA, 2, &[6]);
            let full = rows(5, &[0, 1]);
            let run = begun(practice, FULL, 5, &full);
            // Of the same day: a child of before whom the first does not have, and a new one.
            let said = rows(5, &[0, 1, 2, 4]);
            let mut held = begun(practice, FULL, 5, &said);
            assert_eq!(held.state, RunState::Held);
            let ending = practice.reopened().watched(interrupted);
            let (store, now) = (Arc::clone(&practice.store), practice.now());
            ARMED.set(Some(Box::new(move || {
                take_in(&store, &mut held, &said, &|| now);
                if is_another_taken_back {
                    let taken = store.take_back_run(other.id, &By::Operator, now);
                    assert_eq!(taken.unwrap(), Ok(()));
                }
            })));
            finish_in(&ending, practice, run, &full);
            assert!(ARMED.take().is_none(), "it was let go on");
            assert_eq!(shown(practice), [0, 1, 2, 4], "{is_another_taken_back}");
        });
    }
}

#[test]
fn what_was_said_since_a_full_file_began_stands_though_the_clock_was_put_right_between() {
    both(|practice| {
        load(practice, FULL, 1, &[0, 1, 2, 3]);
        let full = rows(5, &[0, 1]);
        let run = begun_at(practice, FULL, (5, &full), ahead(practice));
        load(practice, DELTA, 5, &[2, 4]);
        note_and_accept(practice, 5, &[5]);
        finish(practice, run, &full);
        assert_eq!(shown(practice), [0, 1, 2, 4, 5]);
    });
}

#[test]
fn rows_stand_that_came_after_one_of_a_clock_that_was_ahead() {
    both(|practice| {
        load(practice, FULL, 1, &[0, 1, 2, 3]);
        note_and_accept_at(&practice.store, (5, &[2]), ahead(practice));
        let full = rows(5, &[0, 1]);
        let run = begun(practice, FULL, 5, &full);
        note_and_accept(practice, 5, &[5]);
        finish(practice, run, &full);
        assert_eq!(shown(practice), [0, 1, 5]);
    });
}

#[test]
fn a_run_that_was_broken_off_does_not_count_as_ended_again_by_every_full_file() {
    both(|practice| {
        load(practice, FULL, 1, &[0, 1]);
        let broken = rows(4, &[2, 3]);
        let mut run = begun(practice, DELTA, 4, &broken);
        let part = FilePart {
            taken: &[],
            rows: &broken[..1],
            read: 1,
            refused: 0,
        };
        practice
            .store
            .apply(&mut run, part, practice.now())
            .unwrap();
        assert_eq!(shown(practice), [0, 1, 2]);
        let full = load(practice, FULL, 5, &[0, 1]);
        assert_eq!(full.totals.ends.unwrap().children, 2, "by its keys");
        assert_eq!(shown(practice), [0, 1]);
        let full = begun(practice, FULL, 6, &rows(6, &[0, 1]));
        assert_eq!(
            (full.state, full.totals.ends.unwrap().children),
            (RunState::Running, 0)
        );
        // It goes on all the same, and what it says then stands until the next.
        let part = FilePart {
            taken: &broken[..1],
            rows: &broken[1..],
            ..part
        };
        practice
            .store
            .apply(&mut run, part, practice.now())
            .unwrap();
        assert_eq!(shown(practice), [0, 1, 3]);
        let next = begun(practice, FULL, 7, &rows(7, &[0, 1]));
        assert!(next.totals.ends.unwrap().children > 0);
    });
}
