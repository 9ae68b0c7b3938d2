//! What was said to be wrong is where what it is about is, through a split and its undoing.

#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use super::*;
use crate::account::AccountId;
use crate::child::Child;
use crate::correction::{Cause, Disputed, Right, SourceAnswer, SourceAnswered};
use crate::entry::{Entry, Part};
use crate::following::{Followed, State, followed};
use crate::name::Carer;
use crate::number::Number;
use crate::row::RowMark;
use crate::sample;
use crate::statement::{Particulars, Source, SourceKind};
use crate::text::telephone;
use jiff::ToSpan as _;
use proptest::prelude::*;

const BY: Author = Author::Account(AccountId(1));
const DEAD: &str = "01632 960 001";

fn mark(source: &Source) -> RowMark {
    let text = format!("{} {}", source.supplier, source.key);
    RowMark(text.bytes().fold(7, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(i64::from(byte))
    }))
}

fn source(key: &str) -> Source {
    sample::source(SourceKind::Nhs, "nhs", key)
}

/// What a source says of one of two children: where the child lives, and who is reached how.
fn says(line: &str, carer: &str) -> Particulars {
    Particulars {
        name: Some(sample::name("Kelly Marsh")),
        residence: Some(sample::residence(line, sample::AREA)),
        carers: vec![Carer {
            name: sample::name(carer),
            telephone: telephone(DEAD).ok(),
            email: None,
        }],
        ..Particulars::default()
    }
}

fn after(minutes: i64) -> Now {
    let now = sample::now();
    Now {
        at: now.at + minutes.minutes(),
        ..now
    }
}

/// A record of two children: `k1` is of the first, `k2` and `k3` are of the second.
fn two_in_one() -> Record {
    let mut record = Record::empty(Number::from_random(1));
    for (key, line, carer) in [
        ("k1", "9 Oak Road", "Ruth Marsh"),
        ("k2", "4 Elm Road", "Len Marsh"),
        ("k3", "4 Elm Road", "Ada Marsh"),
    ] {
        let said = sample::said(says(line, carer));
        record.accept(source(key), said, sample::TODAY - 30.days());
    }
    record
}

fn dispute(field: Disputed, keys: &[&str], days_ago: i32) -> Dispute {
    Dispute {
        field,
        cause: Cause::CarerAsked,
        on: sample::TODAY - days_ago.days(),
        wrong: Particulars::default(),
        entry: None,
        sources: keys.iter().map(|key| source(key)).collect(),
        right: Right::Unsaid,
    }
}

/// That the address some sources give is wrong.
fn moved(keys: &[&str], (wrong, right): (&str, &str), days_ago: i32) -> Dispute {
    let part = |line: &str| Disputed::Residence.part(&says(line, "Ruth Marsh")).unwrap();
    Dispute {
        wrong: part(wrong),
        right: Right::Is(Box::new(part(right))),
        ..dispute(Disputed::Residence, keys, days_ago)
    }
}

/// That the number of a carer is dead.
fn dead(key: &str, carer: &str) -> Dispute {
    let number = Part::Telephone(telephone(DEAD).unwrap());
    Dispute {
        entry: Some(Entry::Carer(sample::name(carer), number)),
        right: Right::NotKnown,
        ..dispute(Disputed::Carers, &[key], 1)
    }
}

fn corrected(record: &mut Record, dispute: &Dispute, minute: i64) {
    let decided = Decided::Corrected(Box::new(dispute.clone()));
    record.decide(BY, after(minute), decided);
}

fn reported(record: &mut Record, dispute: &Dispute, minute: i64) {
    let decided = Decided::Reported(Box::new(dispute.clone()));
    record.decide(BY, after(minute), decided);
}

/// That a source answers to what was said to be wrong of the carers it gives.
fn answers(record: &mut Record, (key, days_ago): (&str, i32), answer: SourceAnswer, minute: i64) {
    let answered = SourceAnswered {
        field: Disputed::Carers,
        since: sample::TODAY - days_ago.days(),
        source: source(key),
        answer,
        on: sample::TODAY,
    };
    let decided = Decided::SourceAnswered(Box::new(answered));
    record.decide(BY, after(minute), decided);
}

/// What was answered last to each that is followed, by the source that it names.
fn answered(record: &Record) -> Vec<Option<SourceAnswer>> {
    let followed = followed(record);
    let last = followed
        .iter()
        .map(|one| crate::following::answer(record, one, &one.dispute.sources[0]));
    last.map(|last| last.map(|last| last.answer)).collect()
}

fn split(record: &mut Record, minute: i64) -> Record {
    let mut off = Record::empty(Number::from_random(2));
    let goes = |one: &Statement| one.source != source("k1");
    let decided = (&BY, after(minute));
    record.split(&mut off, goes, mark, decided).unwrap();
    off
}

fn undo(record: &mut Record, off: &mut Record, minute: i64) {
    record.undo_split(off, (&BY, after(minute))).unwrap();
}

fn view(record: &Record) -> Child {
    crate::survivorship::child(record, &sample::catalogue(), sample::TODAY)
}

fn lives_at(record: &Record) -> String {
    let residence = view(record).residence.unwrap().value;
    residence.address().unwrap().lines[0].to_string()
}

fn reach(record: &Record) -> usize {
    let carers = view(record).carers;
    let reached = carers.iter().filter(|one| one.value.telephone.is_some());
    reached.count()
}

/// What is followed, without where it stands among the decisions.
fn open(record: &Record) -> Vec<(Weight, State, Dispute)> {
    let of = |one: &Followed<'_>| (one.weight, one.state, one.dispute.clone());
    followed(record).iter().map(of).collect()
}

#[test]
fn r83_what_is_about_what_goes_goes_with_it_and_comes_back() {
    let mut record = two_in_one();
    let set = moved(&["k2", "k3"], ("4 Elm Road", "7 Ash Road"), 2);
    let report = dispute(Disputed::Carers, &["k3"], 3);
    corrected(&mut record, &set, 1);
    reported(&mut record, &report, 2);
    let before = (open(&record), view(&record));
    assert_eq!(before.0.len(), 2);
    let mut off = split(&mut record, 3);
    assert!(open(&record).is_empty(), "{:?}", open(&record));
    assert_eq!(lives_at(&record), "9 Oak Road");
    assert_eq!(lives_at(&off), "7 Ash Road");
    assert_eq!(open(&off), before.0);
    undo(&mut record, &mut off, 4);
    assert_eq!((open(&record), view(&record)), before);
}

#[test]
fn r83_what_is_about_both_is_of_both_and_of_one_again() {
    let mut record = two_in_one();
    // Of the second child a source says it that was not told, too.
    record.accept(
        source("k2"),
        sample::said(says("9 Oak Road", "Len Marsh")),
        sample::TODAY,
    );
    let set = moved(&["k1"], ("9 Oak Road", "1 Fir Road"), 2);
    corrected(&mut record, &set, 1);
    corrected(&mut record, &dead("k1", "Ruth Marsh"), 2);
    let before = (open(&record), view(&record));
    let mut off = split(&mut record, 3);
    assert_eq!(
        (lives_at(&record), lives_at(&off)),
        ("1 Fir Road".into(), "1 Fir Road".into())
    );
    assert_eq!((reach(&record), reach(&off)), (0, 0), "the number is dead");
    undo(&mut record, &mut off, 4);
    assert_eq!((open(&record), view(&record)), before);
}

#[test]
fn what_is_about_what_stays_or_about_nothing_stays() {
    let mut record = two_in_one();
    let set = moved(&["k1"], ("9 Oak Road", "1 Fir Road"), 2);
    corrected(&mut record, &set, 1);
    reported(&mut record, &dispute(Disputed::Carers, &[], 1), 2);
    let before = open(&record);
    let off = split(&mut record, 3);
    assert!(open(&off).is_empty(), "{:?}", open(&off));
    assert_eq!(open(&record), before);
    assert_eq!(lives_at(&off), "4 Elm Road");
}

#[test]
fn r83_what_ended_where_it_went_is_ended_when_it_comes_back_and_nothing_else_is() {
    let mut record = two_in_one();
    let own = moved(&["k1"], ("9 Oak Road", "1 Fir Road"), 3);
    let set = moved(&["k2", "k3"], ("4 Elm Road", "7 Ash Road"), 2);
    corrected(&mut record, &own, 1);
    corrected(&mut record, &set, 2);
    let mut off = split(&mut record, 3);
    assert_eq!(
        (lives_at(&record), lives_at(&off)),
        ("1 Fir Road".into(), "7 Ash Road".into())
    );
    off.decide(BY, after(4), Decided::CorrectionUndone(Disputed::Residence));
    assert_eq!(lives_at(&off), "4 Elm Road");
    undo(&mut record, &mut off, 5);
    assert_eq!(lives_at(&record), "1 Fir Road");
    assert_eq!(open(&record).len(), 1);
}

#[test]
fn r83_what_is_ended_here_meanwhile_is_what_is_here() {
    let mut record = two_in_one();
    let own = moved(&["k1"], ("9 Oak Road", "1 Fir Road"), 3);
    let set = moved(&["k2", "k3"], ("4 Elm Road", "7 Ash Road"), 2);
    corrected(&mut record, &own, 1);
    corrected(&mut record, &set, 2);
    let mut off = split(&mut record, 3);
    record.decide(BY, after(4), Decided::CorrectionUndone(Disputed::Residence));
    assert_eq!(lives_at(&record), "9 Oak Road");
    undo(&mut record, &mut off, 5);
    assert_eq!(lives_at(&record), "7 Ash Road", "what went stands again");
    record.decide(BY, after(6), Decided::CorrectionUndone(Disputed::Residence));
    assert!(open(&record).is_empty(), "and the other was ended");
}

#[test]
fn r83_what_was_said_of_the_split_record_since_comes_beside_what_had_gone() {
    let mut record = two_in_one();
    let set = moved(&["k2", "k3"], ("4 Elm Road", "7 Ash Road"), 2);
    corrected(&mut record, &set, 1);
    let report = Dispute {
        right: Right::Unsaid,
        ..moved(&["k1"], ("9 Oak Road", "1 Fir Road"), 1)
    };
    reported(&mut record, &report, 2);
    let mut off = split(&mut record, 3);
    corrected(&mut off, &dead("k2", "Len Marsh"), 4);
    undo(&mut record, &mut off, 5);
    let fields: Vec<(Disputed, Weight)> = open(&record)
        .iter()
        .map(|(weight, _, one)| (one.field, *weight))
        .collect();
    let expected = [
        (Disputed::Residence, Weight::Correction),
        (Disputed::Residence, Weight::Report),
        (Disputed::Carers, Weight::Correction),
    ];
    assert_eq!(fields, expected, "each once");
    assert_eq!(lives_at(&record), "7 Ash Road");
}

#[test]
fn x8_what_a_source_answered_goes_with_what_it_is_about_and_what_it_answers_there_comes_back() {
    let (mended, stands) = (Some(SourceAnswer::Mended), Some(SourceAnswer::Stands));
    let mut record = two_in_one();
    for (key, days_ago) in [("k1", 4), ("k2", 3), ("k3", 2)] {
        reported(&mut record, &dispute(Disputed::Carers, &[key], days_ago), 1);
    }
    answers(&mut record, ("k1", 4), SourceAnswer::Mended, 2);
    answers(&mut record, ("k2", 3), SourceAnswer::Stands, 3);
    assert_eq!(answered(&record), [mended, stands, None]);
    let before = open(&record);
    let mut off = split(&mut record, 4);
    assert_eq!(answered(&record), [mended], "what stays");
    assert_eq!(answered(&off), [stands, None], "what goes");
    answers(&mut off, ("k2", 3), SourceAnswer::Mended, 5);
    answers(&mut off, ("k3", 2), SourceAnswer::Stands, 6);
    undo(&mut record, &mut off, 7);
    assert_eq!(answered(&record), [mended, mended, stands]);
    assert_eq!(open(&record), before, "each report once, where it was");
}

#[test]
fn a_second_split_parts_again_what_the_first_brought_back() {
    let mut record = two_in_one();
    let set = moved(&["k2", "k3"], ("4 Elm Road", "7 Ash Road"), 2);
    corrected(&mut record, &set, 1);
    let before = open(&record);
    let mut off = split(&mut record, 2);
    undo(&mut record, &mut off, 3);
    let mut again = Record::empty(Number::from_random(3));
    let goes = |one: &Statement| one.source != source("k1");
    let decided = (&BY, after(4));
    record.split(&mut again, goes, mark, decided).unwrap();
    assert!(open(&record).is_empty());
    assert_eq!(open(&again), before);
    undo(&mut record, &mut again, 5);
    assert_eq!(open(&record), before);
}

proptest! {
    #[test]
    fn r83_a_split_taken_back_leaves_all_that_was_said_to_be_wrong_as_it_was(
        all in prop::collection::vec((0usize..6, any::<bool>()), 0..8),
    ) {
        let kinds = [
            moved(&["k1"], ("9 Oak Road", "1 Fir Road"), 4),
            moved(&["k2"], ("4 Elm Road", "7 Ash Road"), 3),
            moved(&["k1", "k3"], ("4 Elm Road", "8 Ash Road"), 2),
            dead("k1", "Ruth Marsh"),
            dead("k3", "Ada Marsh"),
            dispute(Disputed::Carers, &["k2"], 1),
        ];
        let mut record = two_in_one();
        for (minute, (kind, is_report)) in (0..).zip(&all) {
            let dispute = &kinds[*kind];
            if *is_report || dispute.right == Right::Unsaid {
                reported(&mut record, dispute, minute);
            } else {
                corrected(&mut record, dispute, minute);
            }
        }
        let before = (open(&record), view(&record));
        let was = not_taken_back(&record).into_iter();
        let was: Vec<(Weight, Dispute)> = was.map(|(weight, one)| (weight, one.clone())).collect();
        let mut off = split(&mut record, 20);
        for (weight, one) in &was {
            let stands = |record| not_taken_back(record).contains(&(*weight, one));
            let goes = is_about(one, &off.statements);
            prop_assert_eq!(stands(&off), goes);
            prop_assert_eq!(stands(&record), !goes || is_about(one, &record.statements));
        }
        undo(&mut record, &mut off, 30);
        prop_assert_eq!((open(&record), view(&record)), before);
    }
}
