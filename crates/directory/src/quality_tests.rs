//! What counts for a record, and that nothing behind a shield or of a sensitive service ever does.

use super::*;
use crate::record::{Author, Decided};
use crate::sample::{self, TODAY, catalogue, involved, involvement, said, source};
use crate::setting::Education;
use crate::shield::Ground;
use crate::statement::Particulars;
use crate::survivorship;
use jiff::civil::date;

const LISTED: &str = "L81001";

fn measures(record: &Record) -> Vec<Measure> {
    of(record).into_iter().map(|one| one.measure).collect()
}

fn of(record: &Record) -> Vec<Noted> {
    let child = survivorship::child(record, &catalogue(), TODAY);
    let is_listed = |_, code: &PlaceCode| code.as_str() == LISTED;
    noted((record, &child), &is_listed, TODAY)
}

fn suppliers(record: &Record, measure: Measure) -> Vec<String> {
    let all = of(record);
    let one = all.iter().find(|one| one.measure == measure).unwrap();
    one.suppliers.iter().map(ToString::to_string).collect()
}

fn with(particulars: Particulars, confirmed: Date) -> Record {
    let mut record = Record::empty(crate::number::Number::from_random(1));
    record.accept(
        source(SourceKind::Nhs, "nhs", "1"),
        said(particulars),
        confirmed,
    );
    record
}

fn full() -> Particulars {
    sample::particulars()
}

#[test]
fn f10_what_is_unknown_and_what_is_in_no_register_are_told_apart() {
    let known = with(full(), TODAY);
    assert!(measures(&known).contains(&Measure::SchoolNotListed));
    assert!(
        !measures(&known).contains(&Measure::PracticeNotListed),
        "it is listed"
    );
    assert_eq!(suppliers(&known, Measure::SchoolNotListed), ["nhs"]);
    let unknown = with(
        Particulars {
            education: None,
            primary_care: None,
            ..full()
        },
        TODAY,
    );
    assert!(measures(&unknown).contains(&Measure::SchoolNotKnown));
    assert!(measures(&unknown).contains(&Measure::PracticeNotKnown));
    assert_eq!(
        suppliers(&unknown, Measure::SchoolNotKnown),
        Vec::<String>::new()
    );
}

#[test]
fn x2_a_record_that_waits_beside_another_is_counted_and_a_shielded_one_is_not() {
    let mut record = with(full(), TODAY);
    assert!(!measures(&record).contains(&Measure::SuspectedDuplicates));
    let other = crate::number::Number::from_random(2);
    let may_be = Decided::MayBeSame(other);
    record.decide(Author::Directory, sample::now(), may_be);
    assert_eq!(suppliers(&record, Measure::SuspectedDuplicates), ["nhs"]);
    let mut shielded = record.clone();
    let placed = Decided::ShieldPlaced(Ground::FleeingAbuse);
    shielded.decide(Author::Directory, sample::now(), placed);
    assert_eq!(measures(&shielded), []);
    record.decide(Author::Directory, sample::now(), Decided::NotSame(other));
    assert!(!measures(&record).contains(&Measure::SuspectedDuplicates));
}

#[test]
fn r21_a_child_of_whom_nobody_says_when_they_were_born_is_counted() {
    let unknown = with(
        Particulars {
            born: None,
            ..full()
        },
        TODAY,
    );
    assert!(measures(&unknown).contains(&Measure::BornNotKnown));
    assert_eq!(
        suppliers(&unknown, Measure::BornNotKnown),
        Vec::<String>::new()
    );
    assert!(!measures(&with(full(), TODAY)).contains(&Measure::BornNotKnown));
}

#[test]
fn r19_a_child_at_home_or_not_of_school_age_is_not_missing_at_school() {
    let home = Particulars {
        education: Some(Education::AtHome),
        ..full()
    };
    let small = Particulars {
        education: None,
        born: Some(date(2023, 1, 1)),
        ..full()
    };
    for particulars in [home, small] {
        let counted = measures(&with(particulars, TODAY));
        assert!(!counted.contains(&Measure::SchoolNotKnown));
        assert!(!counted.contains(&Measure::SchoolNotListed));
    }
}

#[test]
fn f10_what_was_not_confirmed_for_a_year_is_old_and_whose_word_it_is() {
    let a_year_ago = date(2025, 11, 22);
    let mut record = with(full(), a_year_ago);
    let local = || source(SourceKind::Local, "local-02", "7");
    let helper = || involved(involvement("Tim Reeve", "EH01", sample::current(None)));
    record.accept(local(), helper(), a_year_ago);
    assert!(
        !measures(&record).contains(&Measure::AddressOld),
        "on the day it is not over a year"
    );
    let mut record = with(full(), date(2025, 11, 21));
    record.accept(local(), helper(), date(2025, 11, 21));
    assert_eq!(suppliers(&record, Measure::AddressOld), ["nhs"]);
    let known = !survivorship::child(&record, &catalogue(), TODAY)
        .involvements
        .is_empty();
    assert!(known, "the sample's catalogue has the service");
    assert_eq!(suppliers(&record, Measure::ContactOld), ["local-02"]);
    assert!(!measures(&record).contains(&Measure::NobodyInvolved));
}

#[test]
fn x2_a_shielded_record_counts_as_nothing_whatever_is_on_it() {
    for particulars in [
        full(),
        Particulars {
            education: None,
            ..full()
        },
    ] {
        let mut record = with(particulars, date(2020, 1, 1));
        assert!(!of(&record).is_empty());
        let by = Author::Account(crate::account::AccountId(1));
        record.decide(
            by,
            sample::now(),
            Decided::ShieldPlaced(Ground::FleeingAbuse),
        );
        assert_eq!(of(&record), []);
    }
}

#[test]
fn x4_a_sensitive_service_is_in_no_figure() {
    let before = with(full(), TODAY);
    let mut record = before.clone();
    let quiet = |key| source(SourceKind::Local, "local-04", key);
    record.accept(quiet("1"), said(full()), TODAY);
    record.accept(quiet("1-s"), sample::sensitive("SH01"), TODAY);
    assert_eq!(measures(&record), measures(&before));
    assert!(measures(&record).contains(&Measure::NobodyInvolved));
    for one in of(&record) {
        assert!(
            one.suppliers
                .iter()
                .all(|supplier| supplier.as_str() != "local-04")
        );
    }
}

#[test]
fn r26_an_archived_record_counts_as_nothing() {
    let grown = Particulars {
        born: Some(date(2005, 1, 1)),
        ..full()
    };
    assert_eq!(of(&with(grown, TODAY)), []);
}

#[test]
fn every_measure_has_a_code_and_words_of_its_own() {
    for (place, one) in Measure::ALL.into_iter().enumerate() {
        assert_eq!(Measure::parse(one.code()), Some(one));
        let later = Measure::ALL.iter().skip(place.saturating_add(1));
        assert!(later.into_iter().all(|other| other.words() != one.words()));
    }
}
