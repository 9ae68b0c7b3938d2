//! A young adult stays by consent and a ground that a source says, and no longer when it is taken back.

#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use super::*;
use crate::lifecycle::{Standing, standing_on};
use crate::number::Number;
use crate::sample::{self, TODAY, said, source};
use crate::statement::{Particulars, SourceKind};
use jiff::ToSpan as _;
use jiff::civil::date;

const BORN: Date = date(2007, 3, 1);

fn college() -> Source {
    source(SourceKind::Local, "college", "1")
}

fn council() -> Source {
    source(SourceKind::Local, "council", "2")
}

fn consented(ground: ParticipationGround, on: Date) -> Particulars {
    Particulars {
        name: Some(sample::name("Nell Tarrant")),
        born: Some(BORN),
        stay: Some(Stay::Consented(Participation {
            ground,
            consented: on,
        })),
        ..Particulars::default()
    }
}

fn record(sources: &[(Source, Date)]) -> Record {
    let mut record = Record::empty(Number::from_random(1));
    for (source, on) in sources {
        let says = consented(ParticipationGround::CareLeaver, *on);
        record.accept(source.clone(), said(says), TODAY - 30.days());
    }
    record
}

fn is_live(record: &Record) -> bool {
    standing_on(record, Some(BORN), TODAY) == Standing::Live
}

#[test]
fn r22_a_supplied_consent_with_a_ground_keeps_a_young_adult() {
    let day = TODAY - 40.days();
    assert!(is_live(&record(&[(college(), day)])));
    assert!(!is_live(&record(&[])), "the default at 18 is removal (R23)");
    let mut silent = Record::empty(Number::from_random(1));
    let says = Particulars {
        stay: None,
        ..consented(ParticipationGround::CareLeaver, day)
    };
    silent.accept(college(), said(says), TODAY);
    assert!(!is_live(&silent));
}

#[test]
fn r23_c8_a_ground_ends_on_its_own_birthday() {
    let consent = date(2025, 4, 1);
    let mut record = Record::empty(Number::from_random(1));
    let says = consented(ParticipationGround::Guidance, consent);
    record.accept(college(), said(says), consent);
    let standing = |day| standing_on(&record, Some(BORN), day);
    assert_eq!(standing(date(2027, 2, 28)), Standing::Live);
    assert_eq!(standing(date(2027, 3, 1)), Standing::Archived);
    assert_eq!(standing(date(2025, 3, 31)), Standing::Archived, "not yet");
}

#[test]
fn c8_silence_ends_the_consent_that_rests_on_the_source_and_nobody_elses_word() {
    let day = TODAY - 40.days();
    let mut stays = record(&[(college(), day)]);
    assert!(!stays.end_stay(&council(), None, sample::now()));
    assert!(is_live(&stays), "it never said that they stay");
    assert!(stays.end_stay(&college(), None, sample::now()));
    assert!(!is_live(&stays));
    let before = stays.clone();
    assert!(!stays.end_stay(&college(), None, sample::now()));
    assert_eq!(stays, before, "twice is once");
}

#[test]
fn c8_consent_taken_back_ends_every_consent_so_far_and_a_new_one_counts() {
    let day = TODAY - 40.days();
    let mut record = record(&[(college(), day), (council(), day)]);
    let third = source(SourceKind::Local, "housing", "3");
    assert!(record.end_stay(&third, Some(Stay::Withdrawn), sample::now()));
    assert!(!is_live(&record));
    // The same consent said again, by a late file or another source, brings nobody back.
    let says = consented(ParticipationGround::CareLeaver, day);
    record.accept(council(), said(says.clone()), TODAY + 1.day());
    record.accept(source(SourceKind::Local, "school", "4"), said(says), TODAY);
    assert!(!is_live(&record));
    let ended = ended_on(&record).unwrap();
    let same_day = consented(ParticipationGround::CareLeaver, ended);
    record.accept(council(), said(same_day), ended.max(TODAY) + 2.days());
    assert!(!is_live(&record), "on the day it was taken back");
    let again = consented(ParticipationGround::CareLeaver, ended + 1.day());
    record.accept(council(), said(again), ended.max(TODAY) + 3.days());
    let later = ended.max(TODAY) + 3.days();
    assert_eq!(standing_on(&record, Some(BORN), later), Standing::Live);
}

#[test]
fn x5_with_consent_to_stay_goes_what_stands_of_sensitive_services() {
    let mut record = record(&[(college(), TODAY - 40.days())]);
    let quiet = source(SourceKind::Local, "local-9", "9");
    let sensitive = sample::sensitive("MH01");
    record.accept(quiet.clone(), sensitive.clone(), TODAY - 20.days());
    record.quarantine(sample::quarantined(quiet, sensitive, TODAY - 20.days()));
    record.end_stay(&college(), None, sample::now());
    let anywhere = record.statements.iter().chain(record.waiting());
    let of_sensitive = anywhere.filter(|one| matches!(one.said, Said::Sensitive(_)));
    assert_eq!(of_sensitive.count(), 0);
}
