//! Older words that come late lose to newer ones of the same supplier: they bring nothing back that has ended since, and end nothing.

use std::cell::RefCell;

use directory::involvement::Period;
use directory::name::Gender;
use directory::run::{Reach, Run};
use directory::statement::Said;
use directory::supplied::{Outcome, Row};
use jiff::civil::date;

use crate::leaving::{case, changes, involvement, is_found, left, of_census, seen};
use crate::practice::{Practice, both, with_nhs_number};
use crate::runs::{File, child, file, load, shield, take_back};
use crate::supply::taking_back;

/// A child's row of a day, with whoever works with them.
fn on(day: i8, at: usize, workers: &[&str]) -> Row {
    let key = at.to_string();
    let also = workers.iter().map(|worker| {
        let own = case(&key, worker);
        (own, involvement(worker))
    });
    Row {
        confirmed: date(2026, 11, day),
        also: also.collect(),
        ..child(&key, at)
    }
}

/// The same of a boy.
fn boy(row: Row) -> Row {
    let mut row = row;
    row.particulars.gender = Some(Gender::Male);
    row
}

fn full(day: i8, rows: Vec<Row>) -> File {
    File {
        reach: Reach::Full,
        ..changes(day, rows)
    }
}

/// A full file of every child but one.
fn without(at: usize, day: i8) -> File {
    file(Reach::Full, day, (0..24).filter(|of| *of != at))
}

fn gender(practice: &Practice, at: usize) -> Gender {
    seen(practice, at).gender.unwrap().value
}

/// Who works with a child and has not stopped.
fn workers(practice: &Practice, at: usize) -> Vec<String> {
    let child = seen(practice, at);
    let working = child.involvements.iter().map(|one| &one.value);
    let working = working.filter(|one| one.period.ended().is_none());
    let mut names: Vec<String> = working
        .map(|one| one.practitioner.name.family.to_string())
        .collect();
    names.sort();
    names
}

fn totals(run: &Run) -> (u64, u64, u64, Option<u64>) {
    let totals = run.totals;
    (
        totals.accepted,
        totals.unchanged,
        totals.waiting,
        totals.new,
    )
}

/// What a run comes to of which one row is older than what has been said.
const UNHEARD: (u64, u64, u64, Option<u64>) = (0, 1, 0, Some(0));

#[test]
fn an_older_file_brings_nobody_back_and_counts_again_when_the_newer_is_taken_back() {
    let by_full = without(1, 5);
    let by_row = changes(5, vec![left("1", 5)]);
    for ending in [by_full, by_row] {
        both(|practice| {
            load(practice, &file(Reach::Delta, 1, 0..24));
            let ending = load(practice, &ending);
            let older = load(practice, &changes(3, vec![boy(on(3, 1, &[]))]));
            assert_eq!(totals(&older), UNHEARD);
            assert!(!is_found(practice, 1));
            assert_eq!(practice.store.rows_waiting().unwrap(), 0);
            take_back(practice, ending.id);
            assert_eq!(gender(practice, 1), Gender::Male, "the older counts again");
            take_back(practice, older.id);
            assert_eq!(gender(practice, 1), Gender::Female);
        });
    }
}

#[test]
fn of_one_day_the_later_word_counts_and_a_later_day_brings_the_child_back() {
    for day in [5, 6] {
        both(|practice| {
            load(practice, &file(Reach::Delta, 1, 0..24));
            load(practice, &without(1, 5));
            let again = load(practice, &file(Reach::Delta, day, [1]));
            assert_eq!(again.totals.accepted, 1);
            assert!(is_found(practice, 1), "of day {day}");
        });
    }
}

#[test]
fn an_older_file_counts_for_children_of_whom_nothing_newer_was_said() {
    both(|practice| {
        load(practice, &file(Reach::Delta, 1, 0..4));
        load(practice, &changes(5, vec![left("1", 5)]));
        let older = load(practice, &file(Reach::Delta, 3, [1, 7]));
        assert_eq!((older.totals.accepted, older.totals.unchanged), (1, 1));
        assert!(!is_found(practice, 1) && is_found(practice, 7));
    });
}

#[test]
fn an_older_full_file_that_a_person_lets_go_on_brings_nobody_back_and_ends_nothing_newer() {
    both(|practice| {
        load(practice, &file(Reach::Full, 1, 0..24));
        load(practice, &without(1, 5));
        load(practice, &changes(6, vec![left("2", 6)]));
        let older = load(practice, &without(3, 4));
        assert!(older.held.is_some());
        let found: Vec<usize> = (0..5).filter(|at| is_found(practice, *at)).collect();
        assert_eq!(found, [0, 3, 4]);
    });
}

#[test]
fn an_older_row_brings_no_involvement_back_and_no_older_particulars() {
    both(|practice| {
        load(practice, &changes(1, vec![on(1, 1, &["Brown", "Green"])]));
        let newer = load(practice, &full(5, vec![boy(on(5, 1, &["Green"]))]));
        assert_eq!(workers(practice, 1), ["Green"]);
        let older = load(practice, &changes(3, vec![on(3, 1, &["Brown", "Green"])]));
        assert_eq!(totals(&older), UNHEARD);
        assert_eq!(workers(practice, 1), ["Green"]);
        assert_eq!(gender(practice, 1), Gender::Male);
        take_back(practice, newer.id);
        assert_eq!(workers(practice, 1), ["Brown", "Green"]);
        assert_eq!(gender(practice, 1), Gender::Female);
    });
}

#[test]
fn an_older_end_of_an_involvement_ends_nothing_newer_and_a_newer_one_is_not_undone() {
    both(|practice| {
        let ended = |day| {
            let mut row = on(day, 1, &["Brown"]);
            if let Said::Involvement(said) = &mut row.also[0].1 {
                let ended = date(2026, 11, 1);
                said.period = Period::Ended { since: None, ended };
            }
            changes(day, vec![row])
        };
        load(practice, &changes(5, vec![on(5, 1, &["Brown"])]));
        load(practice, &ended(3));
        assert_eq!(workers(practice, 1), ["Brown"]);
        load(practice, &ended(7));
        load(practice, &changes(6, vec![on(6, 1, &["Brown"])]));
        assert!(workers(practice, 1).is_empty());
    });
}

#[test]
fn rows_beside_files_are_older_or_newer_by_their_days_as_files_are() {
    both(|practice| {
        practice.accept(&[on(1, 1, &["Brown"])]);
        practice.accept(&[left("1", 5)]);
        let older = practice.accept(&[on(4, 1, &["Brown", "Green"])]);
        assert_eq!(older, [Outcome::Unchanged]);
        assert!(!is_found(practice, 1));
        assert_eq!(practice.accept(&[on(6, 1, &[])]), [Outcome::Accepted]);
        assert!(workers(practice, 1).is_empty());
        // Who has come back came without those who worked with them before.
        let older = practice.accept(&[on(4, 1, &["Brown", "White"])]);
        assert_eq!(older, [Outcome::Unchanged]);
        assert!(workers(practice, 1).is_empty());
    });
}

#[test]
fn where_another_supplier_speaks_on_an_older_row_joins_nothing_and_waits_for_nobody() {
    both(|practice| {
        practice.accept(&[with_nhs_number(child("1", 1), "9434765919")]);
        of_census(practice, &[with_nhs_number(child("c", 1), "9434765919")]);
        practice.accept(&[left("1", 5)]);
        let older = with_nhs_number(boy(on(3, 1, &["Brown"])), "9434765919");
        assert_eq!(practice.accept(&[older]), [Outcome::Unchanged]);
        assert_eq!(gender(practice, 1), Gender::Female);
        assert!(workers(practice, 1).is_empty());
        assert_eq!(practice.store.rows_waiting().unwrap(), 0);
    });
}

#[test]
fn x2_behind_a_shield_an_older_file_is_answered_as_if_there_were_none() {
    let told = |is_shielded: bool| {
        let told = RefCell::new(Vec::new());
        both(|practice| {
            load(practice, &file(Reach::Delta, 1, 0..24));
            if is_shielded {
                shield(practice, 1);
            }
            // Behind the shield this waits, and stands otherwise.
            load(practice, &changes(2, vec![boy(on(2, 1, &["Brown"]))]));
            let files = [
                without(1, 5),
                changes(3, vec![on(3, 1, &["Brown"])]),
                changes(6, vec![boy(on(6, 1, &[]))]),
                changes(4, vec![on(4, 1, &["Green"])]),
                changes(7, vec![on(7, 1, &["Green"])]),
            ];
            let runs = files.iter().map(|file| totals(&load(practice, file)));
            told.borrow_mut().push(runs.collect::<Vec<_>>());
            assert_eq!(practice.store.rows_waiting().unwrap(), 0);
        });
        told.into_inner()
    };
    let open = told(false);
    assert_eq!((open[0][1], open[0][3]), (UNHEARD, UNHEARD));
    assert_eq!(told(true), open);
}

#[test]
fn a_full_file_of_a_day_ahead_keeps_no_later_file_out() {
    both(|practice| {
        load(practice, &file(Reach::Delta, 1, 0..24));
        load(practice, &without(1, 30));
        let tomorrow = practice.after_seconds(86_400);
        let row = Row {
            confirmed: tomorrow.today,
            ..on(1, 1, &[])
        };
        let taken = practice
            .store
            .accept(&crate::practice::nhs(), &[row], tomorrow);
        assert_eq!(taken.unwrap(), [Outcome::Accepted]);
        assert!(is_found(practice, 1));
    });
}

#[test]
fn what_a_row_takes_back_of_an_ordinary_involvement_counts_from_its_own_day() {
    both(|practice| {
        let own = case("1", "Brown");
        let takes_back = |day| Row {
            confirmed: date(2026, 11, day),
            ..taking_back("1", own.as_str())
        };
        practice.accept(&[on(4, 1, &["Brown"])]);
        practice.accept(&[takes_back(3)]);
        assert_eq!(workers(practice, 1), ["Brown"], "it is older");
        practice.accept(&[takes_back(6)]);
        assert!(workers(practice, 1).is_empty());
        practice.accept(&[on(5, 1, &["Brown"])]);
        assert!(workers(practice, 1).is_empty());
        practice.accept(&[on(7, 1, &["Brown"])]);
        assert_eq!(workers(practice, 1), ["Brown"]);
    });
}
