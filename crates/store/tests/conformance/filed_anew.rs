//! A directory that an older program filed by other keys is filed anew when it is opened: what is found, what guards and what waits.

use directory::row::Waits;
use directory::shield::Ground;
use directory::supplied::{Outcome, Row};
use jiff::civil::date;
use store::Store;

use crate::practice::{Practice, both, by_name, row};
use crate::records::tamper;
use crate::review::{staffed, waiting};

const BORN: directory::Date = date(2016, 3, 1);

/// As the step of the schema leaves it that goes with the newest keys.
fn unfiled(practice: &Practice) {
    for table in [
        "search_key",
        "shielded_key",
        "follow_key",
        "task_key",
        "key_run",
    ] {
        tamper(practice, &format!("DELETE FROM {table}"));
    }
    tamper(practice, "UPDATE meta SET value = '2' WHERE name = 'filed'");
}

fn shield(practice: &Practice, given: &str, family: &str) {
    let sam = practice.session("sam");
    let reference = practice.opened(&sam, by_name(given, family, BORN));
    let (store, now) = (&practice.store, practice.now());
    let placed = store.shield(&sam, &reference, Ground::FleeingAbuse, now);
    placed.unwrap().unwrap();
}

fn vague(key: &str) -> Row {
    let mut row = row(key, "Ruth", "Quillington", BORN);
    row.particulars.residence = None;
    row
}

#[test]
fn f1_what_an_older_program_filed_is_found_guards_and_waits_as_before() {
    staffed(|practice| {
        let rows = [
            row("1", "Maya", "Hollis", BORN),
            row("5", "Ruth", "Quillington", BORN),
            row("7", "Tom", "Okonkwo", BORN),
        ];
        practice.accept(&rows);
        assert_eq!(practice.accept(&[vague("k")]), [Outcome::Waiting]);
        shield(practice, "Maya", "Hollis");
        unfiled(practice);
        drop(Store::open(practice.options.clone()).unwrap());
        let compared = practice.store.compare(&practice.store).unwrap();
        assert!(compared.is_same(), "{compared:?}");
        // The row that waits is found by its keys when the child is shielded whom it may be of.
        let (dora, sam) = (practice.session("dora"), practice.session("sam"));
        assert_eq!(waiting(practice, &dora, Waits::Review), 1);
        shield(practice, "Ruth", "Quillington");
        assert_eq!(waiting(practice, &dora, Waits::Review), 0);
        assert_eq!(waiting(practice, &sam, Waits::Held), 1);
    });
}

#[test]
fn a_first_load_that_an_older_program_began_goes_on() {
    both(|practice| {
        let [kelly, tom] = [
            row("1", "Kelly", "Marsh", BORN),
            row("2", "Tom", "Okonkwo", BORN),
        ];
        let mut first = practice.store.first_load().unwrap();
        let supplier = crate::practice::nhs();
        first
            .accept(&supplier, std::slice::from_ref(&kelly), practice.now())
            .unwrap();
        drop(first);
        unfiled(practice);
        let store = Store::open(practice.options.clone()).unwrap();
        let mut first = store.first_load().unwrap();
        let again = first.accept(&supplier, &[kelly.clone(), tom.clone()], practice.now());
        assert_eq!(again.unwrap(), [Outcome::Unchanged, Outcome::Accepted]);
        first.finish(|_| ()).unwrap();
        let other = Practice::sqlite();
        other.accept(&[kelly, tom]);
        let compared = store.compare(&other.store).unwrap();
        assert!(compared.is_same(), "{compared:?}");
    });
}

#[test]
fn an_older_row_is_found_to_be_older_also_where_an_older_program_filed() {
    both(|practice| {
        practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
        practice.accept(&[crate::leaving::left("1", 5)]);
        unfiled(practice);
        drop(Store::open(practice.options.clone()).unwrap());
        let older = practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
        assert_eq!(older, [Outcome::Unchanged]);
    });
}
