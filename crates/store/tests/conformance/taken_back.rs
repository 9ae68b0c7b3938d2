//! What must not change, and who must not be touched, when a run is taken back.

use directory::child::{SensitiveServices, View};
use directory::event::By;
use directory::organisation::Sector;
use directory::row::Waits;
use directory::run::{Reach, Run};
use directory::statement::SourceKind;
use directory::supplied::{Restriction, Row, Supplier};
use store::{Order, RunBegun, Verdict};

use crate::practice::{Practice, both, by_name, parse, row};
use crate::review::{decide, shown, staffed, taken_up, waiting};
use crate::runs::{File, apply, begin, child, clinic, file, load, query, shield, take_back};

/// Whether sensitive services are involved with the first child of the files, as an officer sees.
fn is_indicated(practice: &Practice) -> bool {
    let sam = practice.session("sam");
    let reference = practice.opened(&sam, query(0));
    let shown = practice.store.disclose(&sam, &reference, practice.now());
    match shown.unwrap().unwrap().view() {
        View::Whole(child) => child.sensitive_services == SensitiveServices::OneOrMore,
        View::Restricted(_) => panic!("a whole record"),
    }
}

#[test]
fn x5_what_was_consented_to_after_a_full_file_is_not_ended_by_that_file_when_an_earlier_run_is_taken_back()
 {
    both(|practice| {
        let earlier = load(practice, &file(Reach::Delta, 1, [0, 1]));
        let full = File {
            supplier: clinic(practice, 5).supplier,
            ..file(Reach::Full, 5, [0])
        };
        load(practice, &full);
        let consented = File {
            reach: Reach::Delta,
            ..clinic(practice, 5)
        };
        load(practice, &consented);
        assert!(is_indicated(practice));
        take_back(practice, earlier.id);
        assert!(is_indicated(practice));
    });
}

/// The totals of a file of one row of the census.
fn of_census(practice: &Practice, row: Row) -> Run {
    let census = File {
        supplier: Supplier {
            code: parse("census"),
            kind: SourceKind::Census,
        },
        rows: vec![row],
        ..file(Reach::Delta, 9, [])
    };
    load(practice, &census)
}

/// Shields the child while a wrong run's name is hers.
fn shield_as_quillington(practice: &Practice, born: directory::Date) {
    let sam = practice.session("sam");
    let reference = practice.opened(&sam, by_name("Maya", "Quillington", born));
    let ground = directory::shield::Ground::FleeingAbuse;
    let placed = practice
        .store
        .shield(&sam, &reference, ground, practice.now());
    placed.unwrap().unwrap();
}

#[test]
fn x2_a_name_that_a_run_said_and_that_was_taken_back_with_it_is_no_former_name_behind_a_shield() {
    both(|practice| {
        practice.accept(&[child("1", 1)]);
        let mut renamed = file(Reach::Delta, 2, [1]);
        renamed.rows[0].particulars.name.as_mut().unwrap().family = parse("Quillington");
        let wrong = load(practice, &renamed);
        let born = renamed.rows[0].particulars.born.unwrap();
        shield_as_quillington(practice, born);
        take_back(practice, wrong.id);
        let sam = practice.session("sam");
        let reference = practice.opened(&sam, query(1));
        let shown = practice.store.disclose(&sam, &reference, practice.now());
        match shown.unwrap().unwrap().view() {
            View::Whole(child) => assert!(child.former_names.is_empty(), "she never had it"),
            View::Restricted(_) => panic!("the officer sees behind it"),
        }
    });
}

#[test]
fn x2_what_was_taken_back_is_not_among_what_a_held_row_is_answered_by() {
    let answers = |is_shielded: bool| {
        let answers = std::cell::RefCell::new(Vec::new());
        both(|practice| {
            practice.accept(&[child("1", 1)]);
            let mut renamed = file(Reach::Delta, 2, [1]);
            renamed.rows[0].particulars.name.as_mut().unwrap().family = parse("Quillington");
            let wrong = load(practice, &renamed);
            let born = renamed.rows[0].particulars.born.unwrap();
            if is_shielded {
                shield_as_quillington(practice, born);
            }
            take_back(practice, wrong.id);
            let run = of_census(practice, row("c", "Maya", "Quillington", born));
            answers
                .borrow_mut()
                .push((run.totals.accepted, run.totals.waiting, run.totals.new));
        });
        answers.into_inner()
    };
    assert_eq!(answers(true), answers(false));
}

#[test]
fn r48_c6_a_shielded_child_keeps_the_authority_that_answers_for_it() {
    staffed(|practice| {
        let mut nowhere = child("0", 0);
        nowhere.particulars.residence = None;
        practice.accept(&[nowhere]);
        let first_address = load(practice, &file(Reach::Delta, 2, [0]));
        shield(practice, 0);
        take_back(practice, first_address.id);
        let sam = practice.session("sam");
        let reference = practice.opened(&sam, query(0));
        let shown = practice.store.disclose(&sam, &reference, practice.now());
        let shown = shown.unwrap().unwrap();
        assert!(matches!(shown.view(), View::Whole(_)), "as before");
        let like = row(
            "q",
            "Kelly",
            "Marsh",
            child("0", 0).particulars.born.unwrap(),
        );
        of_census(practice, like);
        assert_eq!(waiting(practice, &practice.session("sam"), Waits::Held), 1);
    });
}

#[test]
fn r48_c6_a_shielded_child_whom_only_the_run_named_keeps_its_authority_too() {
    staffed(|practice| {
        let run = load(practice, &file(Reach::Delta, 2, [0]));
        shield(practice, 0);
        take_back(practice, run.id);
        of_census(practice, child("q", 0));
        assert_eq!(waiting(practice, &practice.session("sam"), Waits::Held), 1);
    });
}

#[test]
fn r72_r75_the_ledger_says_once_that_a_shield_was_placed() {
    both(|practice| {
        let earlier = load(practice, &file(Reach::Delta, 1, [0]));
        let mut restricted = file(Reach::Delta, 2, [0]);
        restricted.rows[0].restriction = Restriction::AtSource;
        load(practice, &restricted);
        let size = || practice.store.sequence(practice.now()).unwrap().size;
        let before = size();
        take_back(practice, earlier.id);
        assert_eq!(
            size(),
            before + 1,
            "that it was taken back, and nothing else"
        );
    });
}

#[test]
fn r85_a_supplier_of_which_no_file_is_left_feeds_the_directory_no_more() {
    both(|practice| {
        let load = |day| {
            let of_day = file(Reach::Delta, day, [0]);
            let RunBegun::New(mut run) = begin(&practice.store, practice, &of_day) else {
                panic!("a new run");
            };
            apply(practice, &mut run, &of_day.rows);
            let by = (Some(Sector::Health), By::Operator);
            practice
                .store
                .end_run(&mut run, by, practice.now())
                .unwrap();
            run
        };
        let (one, two) = (load(1), load(2));
        take_back(practice, one.id);
        assert_eq!(practice.store.coverage().unwrap(), [Sector::Health]);
        take_back(practice, two.id);
        assert_eq!(practice.store.coverage().unwrap(), []);
    });
}

#[test]
fn that_somebody_could_not_tell_is_not_forgotten_with_another_run() {
    staffed(|practice| {
        practice.accept(&[child("0", 0)]);
        let mut same = file(Reach::Delta, 2, [0]);
        same.rows[0].particulars.primary_care = None;
        let wrong = load(practice, &same);
        let mut like = child("a", 0);
        like.particulars.name.as_mut().unwrap().family = parse("Marsch");
        practice.accept(&[like]);
        let dora = practice.session("dora");
        let put_off = || {
            let wanted = (Waits::Review, Order::Oldest);
            let list = practice.store.worklist(&dora, wanted, practice.now());
            let lines = list.unwrap().unwrap().lines;
            Vec::from_iter(lines.into_iter().map(|line| line.put_off))
        };
        let reference = taken_up(practice, &dora, Waits::Review);
        let row = (Waits::Review, reference.as_str());
        shown(practice, &dora, row).unwrap();
        decide(practice, &dora, row, &Verdict::CannotTell).unwrap();
        let before = put_off();
        assert!(matches!(before[..], [Some(_)]));
        take_back(practice, wrong.id);
        assert_eq!(put_off(), before);
    });
}
