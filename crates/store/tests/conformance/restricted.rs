//! Whoever a source restricts is hidden at once (C20): by a row that is refused, that says something else, or of a file that is held.

use directory::access::Refusal;
use directory::child::{SensitiveServices, View};
use directory::event::By;
use directory::query::Query;
use directory::record::{STATEMENTS_MAX, Shielding};
use directory::row::Waits;
use directory::run::{Reach, RunState, WhyHeld};
use directory::statement::{Particulars, Said, SourceKind};
use directory::supplied::{Outcome, Restriction, Row, Supplier};
use jiff::civil::date;
use store::{FilePart, RunBegun};

use crate::practice::{Practice, both, by_name, nhs, parse, row, with_nhs_number};
use crate::review::{decide, from_all, shown, staffed, taken_up, waiting};
use crate::runs::{begin, child, clinic, file, load, query, take_back};

const BORN: directory::Date = date(2013, 8, 21);
const NUMBER: &str = "9434765919";

/// A row that was refused and bears a restriction.
fn refused(key: &str) -> Row {
    Row {
        particulars: Particulars::default(),
        restriction: Restriction::OfRefused,
        ..row(key, "Maya", "Hollis", BORN)
    }
}

fn restricted(row: Row) -> Row {
    Row {
        restriction: Restriction::AtSource,
        ..row
    }
}

fn census() -> Supplier {
    Supplier {
        code: parse("census"),
        kind: SourceKind::Census,
    }
}

fn accept(practice: &Practice, supplier: &Supplier, rows: &[Row]) -> Vec<Outcome> {
    let taken = practice.store.accept(supplier, rows, practice.now());
    taken.unwrap()
}

fn maya() -> Query {
    by_name("Maya", "Hollis", BORN)
}

fn is_shielded(practice: &Practice, query: Query) -> bool {
    let jane = practice.session("jane");
    let reference = practice.opened(&jane, query);
    let shown = practice.store.disclose(&jane, &reference, practice.now());
    shown.unwrap().unwrap().shielding() == Shielding::Shielded
}

fn events(practice: &Practice) -> u64 {
    practice.store.sequence(practice.now()).unwrap().size
}

/// How many rows wait for data officers, and for shielding officers.
fn waits(practice: &Practice) -> (u64, u64) {
    let (dora, sam) = (practice.session("dora"), practice.session("sam"));
    (
        waiting(practice, &dora, Waits::Review),
        waiting(practice, &sam, Waits::Held),
    )
}

#[test]
fn c20_a_refused_row_that_restricts_shields_whoever_stands_under_its_key_and_says_nothing() {
    both(|practice| {
        practice.accept(&[child("0", 0), child("1", 1), child("2", 2)]);
        // A key that nobody has, and another supplier's same key, are of nobody.
        assert_eq!(practice.accept(&[refused("9")]), [Outcome::TakenBack]);
        assert_eq!(
            accept(practice, &census(), &[refused("1")]),
            [Outcome::TakenBack]
        );
        assert!((0..3).all(|at| !is_shielded(practice, query(at))));
        assert_eq!(practice.accept(&[refused("1")]), [Outcome::TakenBack]);
        assert!(is_shielded(practice, query(1)));
        assert!(!is_shielded(practice, query(0)) && !is_shielded(practice, query(2)));
        let sam = practice.session("sam");
        let reference = practice.opened(&sam, query(1));
        let shown = practice.store.disclose(&sam, &reference, practice.now());
        let View::Whole(child) = shown.unwrap().unwrap().view().clone() else {
            panic!("the officer sees behind it")
        };
        assert!(child.residence.is_some() && child.name.is_some());
        // Once more it changes nothing, and is answered as of anybody (X2).
        let before = events(practice);
        assert_eq!(practice.accept(&[refused("1")]), [Outcome::TakenBack]);
        assert_eq!(events(practice), before);
        assert_eq!(practice.store.rows_waiting().unwrap(), 0);
    });
}

#[test]
fn c20_a_refused_row_shields_whom_a_row_before_it_in_the_same_batch_has_made_known() {
    both(|practice| {
        practice.accept(&[row("1", "Maya", "Hollis", BORN), refused("1")]);
        assert!(is_shielded(practice, maya()));
    });
}

#[test]
fn c20_in_a_first_load_a_refused_row_shields_as_well() {
    let practice = Practice::sqlite();
    let mut first = practice.store.first_load().unwrap();
    let rows = [row("1", "Maya", "Hollis", BORN), child("2", 2)];
    first.accept(&nhs(), &rows, practice.now()).unwrap();
    first
        .accept(&nhs(), &[refused("1")], practice.now())
        .unwrap();
    first.finish(|_| ()).unwrap();
    assert!(is_shielded(&practice, maya()));
    assert!(!is_shielded(&practice, query(2)));
}

#[test]
fn c20_x5_a_refused_row_of_a_sensitive_service_shields_and_takes_back() {
    for takes_back in [false, true] {
        both(|practice| {
            practice.accept(&[child("0", 0)]);
            let clinic = clinic(practice, 5);
            accept(practice, &clinic.supplier, &clinic.rows);
            let own = &clinic.rows[0];
            // The child was known already: of the clinic only the involvement stands, under a key of its own.
            let (also, withdrawn) = if takes_back {
                (Vec::new(), vec![own.also[0].0.clone()])
            } else {
                let no_words = Said::Particulars(Box::default());
                (vec![(own.also[0].0.clone(), no_words)], Vec::new())
            };
            let row = Row {
                also,
                withdrawn,
                ..refused(own.key.as_str())
            };
            let outcomes = accept(practice, &clinic.supplier, &[row]);
            assert_eq!(outcomes, [Outcome::TakenBack]);
            assert!(is_shielded(practice, query(0)));
            let sam = practice.session("sam");
            let reference = practice.opened(&sam, query(0));
            let shown = practice.store.disclose(&sam, &reference, practice.now());
            let View::Whole(child) = shown.unwrap().unwrap().view().clone() else {
                panic!("the officer sees behind it")
            };
            let stays = if takes_back {
                SensitiveServices::None
            } else {
                SensitiveServices::OneOrMore
            };
            assert_eq!(child.sensitive_services, stays);
        });
    }
}

#[test]
fn c20_what_waits_under_the_key_of_a_refused_row_waits_for_shielding_officers() {
    staffed(|practice| {
        practice.accept(&[row("1", "Amina", "Hussain", BORN)]);
        let mut doubtful = row("2", "Amina", "Hussain", BORN);
        doubtful.particulars.residence = None;
        assert_eq!(practice.accept(&[doubtful]), [Outcome::Waiting]);
        assert_eq!(waits(practice), (1, 0));
        assert_eq!(practice.accept(&[refused("2")]), [Outcome::TakenBack]);
        let amina = by_name("Amina", "Hussain", BORN);
        assert!(is_shielded(practice, amina), "it may be of her");
        assert_eq!(waits(practice), (0, 1));
        practice.accept(&[refused("2")]);
        assert_eq!(waits(practice), (0, 1));
    });
}

#[test]
fn c20_a_refused_row_of_a_run_is_counted_once_and_its_shield_stays_when_that_is_taken_back() {
    both(|practice| {
        let earlier = load(practice, &file(Reach::Delta, 1, [0, 1, 2]));
        let mut changes = file(Reach::Delta, 2, [3, 4, 5]);
        changes.rows.insert(1, refused("1"));
        let RunBegun::New(mut run) = begin(&practice.store, practice, &changes) else {
            panic!("a new run")
        };
        // It is interrupted within the batch, and goes on.
        let (taken, rows) = changes.rows.split_at(2);
        for (taken, rows, read, refused) in [(&[][..], taken, 2, 1), (taken, rows, 3, 1)] {
            let part = FilePart {
                taken,
                rows,
                read,
                refused,
            };
            practice
                .store
                .apply(&mut run, part, practice.now())
                .unwrap();
        }
        let ended = practice
            .store
            .end_run(&mut run, (None, By::Operator), practice.now());
        assert_eq!(ended.unwrap(), RunState::Done);
        let totals = &run.totals;
        assert_eq!((totals.read, totals.accepted, totals.refused), (5, 3, 2));
        take_back(practice, run.id);
        assert!(is_shielded(practice, query(1)) && !is_shielded(practice, query(0)));
        take_back(practice, earlier.id);
        practice.accept(&[child("1", 1)]);
        let jane = practice.session("jane");
        assert!(practice.shown(&jane, query(1)).is_empty(), "behind it");
    });
}

#[test]
fn c20_another_row_under_one_key_that_restricts_hides_whoever_it_may_be_of() {
    staffed(|practice| {
        let mut other = row("1", "Maya", "Hollis", BORN);
        other.particulars.gender = None;
        let rows = [row("1", "Maya", "Hollis", BORN), restricted(other)];
        let outcomes = practice.accept(&rows);
        assert_eq!(outcomes, [Outcome::Accepted, Outcome::Waiting]);
        assert!(is_shielded(practice, maya()));
        assert_eq!(waits(practice), (0, 1));
    });
}

/// Decides of the first row that is held for the shielding officers here that it is of nobody beside it, of whom there are so many.
fn let_go_on(practice: &Practice, beside: usize) -> Result<(), Refusal> {
    let sam = practice.session("sam");
    let reference = taken_up(practice, &sam, Waits::Held);
    let seen = shown(practice, &sam, (Waits::Held, &reference)).unwrap();
    assert_eq!(seen.beside.len(), beside);
    let apart = from_all(&seen);
    decide(practice, &sam, (Waits::Held, &reference), &apart)
}

#[test]
fn c20_a_row_that_restricts_and_is_of_nobody_known_waits_for_shielding_officers_of_its_area() {
    staffed(|practice| {
        let mut nameless = restricted(row("9", "Maya", "Hollis", BORN));
        nameless.particulars.name = None;
        assert_eq!(practice.accept(&[nameless]), [Outcome::Waiting]);
        assert_eq!(waits(practice), (0, 1));
        let bob = practice.session("bob");
        assert_eq!(waiting(practice, &bob, Waits::Held), 0, "of another area");
        assert_eq!(let_go_on(practice, 0), Err(Refusal::DoesNotFit));
        assert_eq!(waits(practice), (0, 1), "looked at, it stays there");
        // The key comes with a name, and says nothing of a restriction.
        let named = row("9", "Maya", "Hollis", BORN);
        assert_eq!(practice.accept(&[named]), [Outcome::Accepted]);
        assert!(is_shielded(practice, maya()));
        assert_eq!(waits(practice), (0, 0));
    });
}

#[test]
fn c20_a_row_without_a_name_that_restricts_hides_whoever_has_its_number() {
    staffed(|practice| {
        let numbered = with_nhs_number(row("1", "Maya", "Hollis", BORN), NUMBER);
        practice.accept(&[numbered.clone(), child("2", 2)]);
        let mut nameless = numbered;
        nameless.key = parse("9");
        nameless.particulars.name = None;
        nameless.particulars.residence = None;
        let waits_open = accept(practice, &census(), &[nameless.clone()]);
        assert_eq!(waits_open, [Outcome::Waiting]);
        assert!(
            !is_shielded(practice, maya()),
            "it may be of her, and restricts nobody"
        );
        assert_eq!(waits(practice), (1, 0));
        let restricts = accept(practice, &census(), &[restricted(nameless)]);
        assert_eq!(restricts, [Outcome::Waiting]);
        assert!(is_shielded(practice, maya()) && !is_shielded(practice, query(2)));
        assert_eq!(waits(practice), (0, 1), "for the officers of her authority");
    });
}

#[test]
fn c20_another_row_of_a_key_of_nobody_known_that_restricts_is_seen_by_no_data_officer() {
    staffed(|practice| {
        let mut nameless = row("9", "Maya", "Hollis", BORN);
        nameless.particulars.name = None;
        let named = restricted(row("9", "Maya", "Hollis", BORN));
        assert_eq!(practice.accept(&[nameless, named]), [Outcome::Waiting; 2]);
        assert_eq!(waits(practice), (0, 1));
        assert_eq!(let_go_on(practice, 0), Ok(()));
        assert!(
            is_shielded(practice, maya()),
            "a child of its own, behind a shield"
        );
        assert_eq!(waits(practice), (0, 0));
    });
}

#[test]
fn c20_words_in_doubt_that_come_after_a_row_that_restricts_stay_with_shielding_officers() {
    staffed(|practice| {
        let mut nameless = row("9", "Maya", "Hollis", BORN);
        nameless.particulars.name = None;
        let named = row("9", "Maya", "Hollis", BORN);
        let both_at_once = [restricted(nameless.clone()), named];
        assert_eq!(practice.accept(&both_at_once), [Outcome::Waiting; 2]);
        assert_eq!(waits(practice), (0, 1));
        let later = Row {
            confirmed: date(2026, 11, 9),
            ..nameless
        };
        assert_eq!(practice.accept(&[later]), [Outcome::Waiting]);
        assert_eq!(waits(practice), (0, 1));
        assert_eq!(let_go_on(practice, 0), Err(Refusal::DoesNotFit));
    });
}

#[test]
fn c20_a_row_that_restricts_stays_with_shielding_officers_when_a_later_run_is_taken_back() {
    staffed(|practice| {
        let nameless = |day| {
            let mut nameless = restricted(row("9", "Maya", "Hollis", BORN));
            nameless.particulars.name = None;
            nameless.confirmed = date(2026, 11, day);
            let mut file = file(Reach::Delta, day, [usize::from(day == 2)]);
            file.rows.push(nameless);
            file
        };
        load(practice, &nameless(1));
        let mut other = nameless(2);
        other.rows[1].particulars.gender = None;
        let later = load(practice, &other);
        assert_eq!(waits(practice), (0, 1));
        take_back(practice, later.id);
        assert_eq!(waits(practice), (0, 1));
    });
}

#[test]
fn c20_a_row_that_restricts_hides_a_record_that_has_no_room_for_it() {
    staffed(|practice| {
        let nothing = || Said::Particulars(Box::default());
        let keys = 1..STATEMENTS_MAX;
        let mut full = row("1", "Maya", "Hollis", BORN);
        full.also = keys
            .map(|at| (parse(&format!("1-{at}")), nothing()))
            .collect();
        assert_eq!(practice.accept(&[full]), [Outcome::Accepted]);
        let other = row("1", "Maya", "Hollis", BORN);
        assert_eq!(practice.accept(&[restricted(other)]), [Outcome::Waiting]);
        assert!(is_shielded(practice, maya()));
        assert_eq!(waits(practice), (0, 1));
    });
}

#[test]
fn c20_f1_a_row_that_restricts_and_is_held_for_another_child_hides_its_own_too() {
    staffed(|practice| {
        let known = with_nhs_number(row("s", "Maya", "Hollis", BORN), NUMBER);
        practice.accept(&[restricted(known), child("1", 0)]);
        assert!(is_shielded(practice, maya()) && !is_shielded(practice, query(0)));
        let like = with_nhs_number(row("1", "Maya", "Hollis", BORN), NUMBER);
        practice.accept(&[restricted(like)]);
        assert!(is_shielded(practice, query(0)));
        assert_eq!(waits(practice), (0, 1));
    });
}

#[test]
fn c20_a_file_that_is_held_for_something_else_hides_at_once_whom_it_restricts() {
    both(|practice| {
        load(practice, &file(Reach::Full, 1, 0..20));
        let mut shrinks = file(Reach::Full, 2, 0..10);
        shrinks.rows[3].restriction = Restriction::AtSource;
        shrinks.rows.push(refused("15"));
        let RunBegun::New(run) = begin(&practice.store, practice, &shrinks) else {
            panic!("a new run")
        };
        assert_eq!(run.state, RunState::Held);
        assert!(matches!(run.held, Some(WhyHeld::Ends { .. })));
        for at in 0..20 {
            assert_eq!(is_shielded(practice, query(at)), [3, 15].contains(&at));
        }
        let before = events(practice);
        let again = begin(&practice.store, practice, &shrinks);
        assert!(matches!(again, RunBegun::Before(_)));
        assert_eq!(events(practice), before);
    });
}

#[test]
fn c20_a_file_that_is_held_for_restricting_so_many_hides_nobody() {
    both(|practice| {
        load(practice, &file(Reach::Full, 1, 0..20));
        let mut wrong = file(Reach::Delta, 2, 0..9);
        wrong
            .rows
            .extend((9..20).map(|at| refused(&at.to_string())));
        let RunBegun::New(run) = begin(&practice.store, practice, &wrong) else {
            panic!("a new run")
        };
        assert_eq!(run.held, Some(WhyHeld::Restricts), "refused ones count");
        assert!((0..20).all(|at| !is_shielded(practice, query(at))));
    });
}
