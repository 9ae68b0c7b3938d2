//! Two directories held against each other: what is the same is the same on either database, and what is not is counted.

use jiff::civil::date;
use store::Compared;

use crate::practice::{Practice, both, nhs, row};

const BORN: directory::Date = date(2012, 2, 29);

#[test]
fn the_same_rows_in_other_batches_are_the_same_directory() {
    both(|practice| {
        let other = Practice::sqlite();
        let rows = [
            row("1", "Kelly", "Marsh", BORN),
            row("2", "Sinéad", "O’Brien", date(2014, 1, 2)),
        ];
        practice.accept(&rows);
        for row in &rows {
            other.accept(std::slice::from_ref(row));
        }
        let same = Compared {
            records: 2,
            ..Compared::default()
        };
        let compared = practice.store.compare(&other.store).unwrap();
        assert_eq!(compared, same);
        assert!(compared.is_same());
    });
}

#[test]
fn what_is_missing_more_or_said_otherwise_is_counted_from_either_side() {
    both(|practice| {
        let other = Practice::sqlite();
        let kelly = row("1", "Kelly", "Marsh", BORN);
        practice.accept(std::slice::from_ref(&kelly));
        let differs = |other: &Practice| {
            let here = practice.store.compare(&other.store).unwrap();
            let there = other.store.compare(&practice.store).unwrap();
            assert_eq!(here.differing, there.differing);
            assert_eq!(here.is_same(), here.differing == 0);
            here.differing
        };
        assert_eq!(differs(&other), 1, "missing");
        // Under another key, with another name, and then both right.
        other.accept(&[row("2", "Kelly", "Marsh", BORN)]);
        assert_eq!(differs(&other), 2);
        let third = Practice::sqlite();
        third.accept(&[row("1", "Kelly", "Marsh-Jones", BORN)]);
        assert_eq!(differs(&third), 2);
        third.accept(&[kelly]);
        assert_eq!(differs(&third), 2, "what was said before counts too");
    });
}

#[test]
fn a_record_that_stands_under_no_key_is_counted() {
    both(|practice| {
        let kelly = [row("1", "Kelly", "Marsh", BORN)];
        let other = Practice::sqlite();
        other.accept(&kelly);
        let mut first = practice.store.first_load().unwrap();
        first.accept(&nhs(), &kelly, practice.now()).unwrap();
        let unfiled = practice.store.compare(&other.store).unwrap();
        assert_eq!(unfiled.differing, 0);
        assert!(unfiled.misfiled > 0 && !unfiled.is_same(), "{unfiled:?}");
        first.finish(|_| ()).unwrap();
        let filed = practice.store.compare(&other.store).unwrap();
        assert!(filed.is_same(), "{filed:?}");
    });
}
