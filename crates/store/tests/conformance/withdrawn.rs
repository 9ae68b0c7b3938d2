//! What a supplier took back of a sensitive involvement does not come back with older words (X5, R28).

use directory::child::SensitiveServices;
use directory::event::By;
use directory::organisation::Sector;
use directory::run::{Reach, Run, RunState};
use directory::service::Classification;
use directory::shield::Ground;
use directory::statement::{Particulars, SourceKind};
use directory::supplied::{Known, Outcome, Restriction, Row, Supplier};
use jiff::civil::date;
use store::{Applying, RunBegun, WITHDRAWN_DAYS};

use crate::leaving::involvement;
use crate::practice::{Practice, both, by_name, parse, row};
use crate::records::count;
use crate::runs::{File, apply, begin, begin_of, end, file, load, take_back};
use crate::supply::{of_clinic, sensitive_services, taking_back};

const BORN: directory::Date = date(2010, 5, 14);

fn clinic() -> Supplier {
    Supplier {
        code: parse("clinic"),
        kind: SourceKind::Local,
    }
}

fn on(day: i8, row: Row) -> Row {
    Row {
        confirmed: date(2026, 11, day),
        ..row
    }
}

fn accept(practice: &Practice, row: Row) -> Outcome {
    let accepted = practice.store.accept(&clinic(), &[row], practice.now());
    accepted.unwrap()[0]
}

/// The clinic's row of a day, with consent.
fn consented(practice: &Practice, day: i8) -> Row {
    on(day, of_clinic("c", "c-1", practice))
}

fn withdrawn(day: i8) -> Row {
    on(day, taking_back("c", "c-1"))
}

fn is_indicated(practice: &Practice) -> bool {
    sensitive_services(practice) == SensitiveServices::OneOrMore
}

/// How many find a child of this name.
fn found(practice: &Practice) -> usize {
    let jane = practice.session("jane");
    practice.shown(&jane, by_name("Kelly", "Marsh", BORN)).len()
}

fn of_clinics_file(reach: Reach, day: i8, rows: Vec<Row>) -> File {
    File {
        supplier: clinic(),
        rows,
        ..file(reach, day, [])
    }
}

#[test]
fn x5_r28_older_words_do_not_bring_a_withdrawn_consent_back() {
    both(|practice| {
        practice.accept(&[row("1", "Kelly", "Marsh", BORN)]);
        assert_eq!(accept(practice, consented(practice, 2)), Outcome::Accepted);
        assert_eq!(accept(practice, withdrawn(4)), Outcome::TakenBack);
        for day in [2, 3, 4] {
            let outcome = accept(practice, consented(practice, day));
            assert_eq!(outcome, Outcome::Unchanged, "as any older word");
            assert!(!is_indicated(practice), "of day {day}");
        }
        // An older withdrawal that comes late does not make the later one older.
        accept(practice, withdrawn(3));
        accept(practice, consented(practice, 4));
        assert!(!is_indicated(practice));
        assert_eq!(accept(practice, consented(practice, 5)), Outcome::Accepted);
        assert!(is_indicated(practice), "consented again");
    });
}

#[test]
fn x5_a_file_that_waited_for_a_person_does_not_bring_a_withdrawn_consent_back() {
    both(|practice| {
        practice.accept(&[row("1", "Kelly", "Marsh", BORN)]);
        let waiting = of_clinics_file(Reach::Delta, 2, vec![consented(practice, 2)]);
        let RunBegun::New(mut run) = begin(&practice.store, practice, &waiting) else {
            panic!("a new run");
        };
        load(
            practice,
            &of_clinics_file(Reach::Delta, 4, vec![withdrawn(4)]),
        );
        let Applying::Applied(outcomes) = apply(practice, &mut run, &waiting.rows) else {
            panic!("it goes on");
        };
        assert_eq!(outcomes, [Outcome::Unchanged]);
        assert_eq!(end(practice, &mut run), RunState::Done);
        assert!(!is_indicated(practice));
        assert_eq!((run.totals.waiting, run.totals.unchanged), (0, 1));
    });
}

#[test]
fn x5_a_consent_that_is_withdrawn_before_it_is_heard_of_is_never_heard() {
    both(|practice| {
        accept(practice, withdrawn(4));
        assert_eq!(accept(practice, consented(practice, 3)), Outcome::Unchanged);
        assert_eq!(found(practice), 0, "no record is made of it");
        practice.accept(&[row("1", "Kelly", "Marsh", BORN)]);
        let mut doubtful = consented(practice, 3);
        doubtful.particulars.name.as_mut().unwrap().family = parse("Marsch");
        assert_eq!(accept(practice, doubtful), Outcome::Unchanged);
        assert_eq!(practice.store.rows_waiting().unwrap(), 0);
        assert!(!is_indicated(practice));
    });
}

#[test]
fn x5_of_two_rows_of_one_file_the_withdrawal_counts_in_whichever_order_they_come() {
    both(|practice| {
        practice.accept(&[row("1", "Kelly", "Marsh", BORN)]);
        let rows = [withdrawn(4), consented(practice, 4)];
        let outcomes = practice.store.accept(&clinic(), &rows, practice.now());
        assert_eq!(outcomes.unwrap(), [Outcome::TakenBack, Outcome::Unchanged]);
        assert!(!is_indicated(practice));
    });
}

#[test]
fn x5_x2_behind_a_shield_older_words_leave_nothing_and_are_answered_the_same() {
    both(|practice| {
        practice.accept(&[row("1", "Kelly", "Marsh", BORN)]);
        accept(practice, consented(practice, 2));
        let sam = practice.session("sam");
        let reference = practice.opened(&sam, by_name("Kelly", "Marsh", BORN));
        let placed = practice
            .store
            .shield(&sam, &reference, Ground::FleeingAbuse, practice.now());
        placed.unwrap().unwrap();
        accept(practice, withdrawn(4));
        assert!(!is_indicated(practice));
        assert_eq!(accept(practice, consented(practice, 3)), Outcome::Unchanged);
        assert!(!is_indicated(practice));
        assert_eq!(count(practice, "task"), 0, "not held either");
    });
}

#[test]
fn c20_a_restriction_in_older_words_is_heard_all_the_same() {
    both(|practice| {
        practice.accept(&[row("1", "Kelly", "Marsh", BORN)]);
        let mut other = consented(practice, 2);
        other.also[0].0 = parse("c-2");
        accept(practice, other.clone());
        accept(practice, on(4, taking_back("c", "c-1")));
        let mut restricted = other;
        restricted.also.push(consented(practice, 3).also.remove(0));
        restricted.restriction = Restriction::AtSource;
        accept(practice, on(3, restricted));
        let jane = practice.session("jane");
        let reference = practice.opened(&jane, by_name("Kelly", "Marsh", BORN));
        let shown = practice.store.disclose(&jane, &reference, practice.now());
        assert!(matches!(
            shown.unwrap().unwrap().view(),
            directory::child::View::Restricted(_)
        ));
    });
}

#[test]
fn x5_what_a_full_file_left_out_or_who_left_does_not_come_back_with_an_older_file() {
    let key = directory::statement_key::statement_key(&parse("c"), &["1"]).unwrap();
    let left = Row {
        particulars: Particulars::default(),
        withdrawn: vec![key.clone()],
        known: Known::NoLonger,
        ..on(6, row("c", "Kelly", "Marsh", BORN))
    };
    let without = of_clinics_file(Reach::Full, 6, vec![]);
    let leaving = of_clinics_file(Reach::Delta, 6, vec![left]);
    // What a full file left out may be said again by a later one of its day.
    for (ending, again) in [(without, 6), (leaving, 7)] {
        both(|practice| {
            practice.accept(&[row("1", "Kelly", "Marsh", BORN)]);
            let said = |day| {
                let rows = vec![on(day, of_clinic("c", key.as_str(), practice))];
                of_clinics_file(Reach::Delta, day, rows)
            };
            load(practice, &said(4));
            assert!(is_indicated(practice));
            load(practice, &ending);
            assert!(!is_indicated(practice));
            let older = load(practice, &said(5));
            assert!(!is_indicated(practice));
            assert_eq!(older.totals.unchanged, 1);
            load(practice, &said(again));
            assert!(is_indicated(practice));
        });
    }
}

/// Takes all rows of a file whose mapping names a sector, or none.
fn taken(practice: &Practice, file: &File, sector: Option<Sector>) -> (Run, Vec<Outcome>) {
    let RunBegun::New(mut run) = begin_of((&practice.store, practice), file, sector) else {
        panic!("a new run");
    };
    let Applying::Applied(outcomes) = apply(practice, &mut run, &file.rows) else {
        panic!("it goes on");
    };
    (run, outcomes)
}

#[test]
fn r28_r85_a_supplier_whose_only_done_file_is_taken_back_feeds_nothing_and_is_of_its_sector_still()
{
    // Of no sector, it may be a sensitive service's own: what its row says besides goes with the involvement.
    for (sector, left) in [(Some(Sector::SocialCare), 1), (None, 0)] {
        both(|practice| {
            let store = &practice.store;
            practice.accept(&[row("1", "Kelly", "Marsh", BORN)]);
            let fed = of_clinics_file(Reach::Delta, 1, file(Reach::Delta, 1, [1]).rows);
            let (mut done, _) = taken(practice, &fed, sector);
            let ended = store.end_run(&mut done, (sector, By::Operator), practice.now());
            assert_eq!(ended.unwrap(), RunState::Done);
            assert_eq!(store.coverage().unwrap(), Vec::from_iter(sector));
            // Another of its files is paused behind a row that is in doubt.
            let mut doubtful = consented(practice, 2);
            doubtful.particulars.name.as_mut().unwrap().family = parse("Marsch");
            let other = of_clinics_file(Reach::Delta, 2, vec![doubtful]);
            let (paused, outcomes) = taken(practice, &other, sector);
            assert_eq!(outcomes, [Outcome::Waiting]);
            let stopped = store.pause_run(paused.id, By::Operator, practice.now());
            assert_eq!(stopped.unwrap(), Ok(()));
            take_back(practice, done.id);
            assert_eq!(store.coverage().unwrap(), []);
            assert_eq!(accept(practice, withdrawn(4)), Outcome::TakenBack);
            assert_eq!(store.rows_waiting().unwrap(), left, "{sector:?}");
            assert!(!is_indicated(practice));
            let named = store.feeding_named().unwrap();
            let is_named = named.iter().any(|one| one.supplier == clinic());
            assert_eq!(is_named, sector.is_some(), "the paused one is on a page");
        });
    }
}

#[test]
fn x5_what_is_kept_of_a_withdrawal_is_a_key_and_a_day_and_goes_after_a_year() {
    both(|practice| {
        accept(practice, withdrawn(4));
        accept(practice, withdrawn(5));
        assert_eq!(count(practice, "withdrawn"), 1);
        for table in ["record", "search_key", "guarded_key", "task", "run_key"] {
            assert_eq!(count(practice, table), 0, "{table}");
        }
        practice.after_seconds(WITHDRAWN_DAYS * 86_400);
        load(practice, &file(Reach::Delta, 1, [0]));
        assert_eq!(count(practice, "withdrawn"), 0);
    });
}

/// Who is shown to work with the child, in any state.
fn working(practice: &Practice) -> usize {
    let sam = practice.session("sam");
    let reference = practice.opened(&sam, by_name("Kelly", "Marsh", BORN));
    let shown = practice.store.disclose(&sam, &reference, practice.now());
    match shown.unwrap().unwrap().view() {
        directory::child::View::Whole(child) => child.involvements.len(),
        directory::child::View::Restricted(_) => panic!("an open record"),
    }
}

fn classify(practice: &Practice, code: &str, classification: Classification) {
    let catalogue = practice.store.catalogue();
    let mut services = catalogue.services();
    let mut service = services
        .find(|one| one.code.as_str() == code)
        .unwrap()
        .clone();
    service.classification = classification;
    let put = practice.store.put_services(&[service], practice.now());
    put.unwrap();
}

#[test]
fn r28_x5_who_was_recorded_before_the_service_was_sensitive_is_not_kept_without_consent() {
    let of_child = || on(2, row("c", "Kelly", "Marsh", BORN));
    // Of a service that is ordinary still, what no longer stands is kept for the archive (R25).
    for classification in [Classification::Sensitive, Classification::Ordinary] {
        both(|practice| {
            practice.accept(&[row("1", "Kelly", "Marsh", BORN)]);
            let mut said = of_child();
            said.also = vec![(parse("c-1"), involvement("Brown"))];
            assert_eq!(accept(practice, said), Outcome::Accepted);
            assert_eq!(working(practice), 1);
            classify(practice, "mentoring", classification);
            assert_eq!(accept(practice, withdrawn(4)), Outcome::TakenBack);
            assert_eq!(working(practice), 0);
            let never = Practice::sqlite();
            never.accept(&[row("1", "Kelly", "Marsh", BORN)]);
            accept(&never, of_child());
            let compared = practice.store.compare(&never.store).unwrap();
            let is_forgotten = classification == Classification::Sensitive;
            assert_eq!(compared.is_same(), is_forgotten, "{compared:?}");
        });
    }
}
