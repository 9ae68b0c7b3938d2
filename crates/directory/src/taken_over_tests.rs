//! What was decided of a record is decided of the one that takes over everything of it, and of both again when that is taken back.

#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use super::*;
use crate::Now;
use crate::account::AccountId;
use crate::correction::{Cause, Right, SourceAnswer};
use crate::following::State;
use crate::joining::Unjoinable;
use crate::number::Number;
use crate::record::Author;
use crate::row::{RowDecision, RowMark};
use crate::sample;
use crate::statement::{Particulars, Said, Source, SourceKind};
use jiff::ToSpan as _;

const BY: Author = Author::Account(AccountId(1));

fn mark(source: &Source) -> RowMark {
    let text = format!("{} {}", source.supplier, source.key);
    RowMark(text.bytes().fold(7, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(i64::from(byte))
    }))
}

fn source(key: &str) -> Source {
    sample::source(SourceKind::Nhs, "nhs", key)
}

fn lives(line: &str) -> Particulars {
    Particulars {
        name: Some(sample::name("Kelly Marsh")),
        residence: Some(sample::residence(line, sample::AREA)),
        ..Particulars::default()
    }
}

/// A record of one source, which says where the child lives.
fn record(number: u64, key: &str, line: &str) -> Record {
    let mut record = Record::empty(Number::from_random(number));
    let said = Said::Particulars(Box::new(lives(line)));
    record.accept(source(key), said, sample::TODAY - 30.days());
    record
}

/// That the address a source gives is wrong, said so many days ago.
fn wrong(key: &str, (line, right): (&str, &str), days_ago: i32) -> Box<Dispute> {
    Box::new(Dispute {
        field: Disputed::Residence,
        cause: Cause::CarerAsked,
        on: sample::TODAY - days_ago.days(),
        wrong: Disputed::Residence.part(&lives(line)).unwrap(),
        entry: None,
        sources: vec![source(key)],
        right: Right::is(Disputed::Residence, &lives(right)).unwrap(),
    })
}

/// So many minutes later.
fn after(minutes: i64) -> Now {
    let now = sample::now();
    Now {
        at: now.at + minutes.minutes(),
        ..now
    }
}

fn lives_at(record: &Record) -> String {
    let child = crate::survivorship::child(record, &sample::catalogue(), sample::TODAY);
    let residence = child.residence.unwrap().value;
    residence.address().unwrap().lines[0].to_string()
}

fn tasks(record: &Record) -> Vec<(Weight, State)> {
    followed(record)
        .iter()
        .map(|one| (one.weight, one.state))
        .collect()
}

fn merge(one: &mut Record, other: &mut Record) {
    one.merge(other, mark, (&BY, after(1))).unwrap();
}

fn undo_merge(one: &mut Record, other: &mut Record) {
    one.undo_merge(other, mark, (&BY, after(9))).unwrap();
}

#[test]
fn r83_a_correction_stands_in_the_record_that_takes_over_and_goes_back() {
    let mut kept = record(1, "k1", "9 Oak Road");
    let mut gone = record(2, "k2", "4 Elm Road");
    let set = wrong("k2", ("4 Elm Road", "7 Ash Road"), 2);
    gone.decide(BY, sample::now(), Decided::Corrected(set));
    merge(&mut kept, &mut gone);
    assert_eq!(lives_at(&kept), "7 Ash Road");
    assert_eq!(tasks(&kept), [(Weight::Correction, State::Waiting)]);
    undo_merge(&mut kept, &mut gone);
    assert_eq!(
        (lives_at(&kept), lives_at(&gone)),
        ("9 Oak Road".into(), "7 Ash Road".into())
    );
    assert!(tasks(&kept).is_empty());
    assert_eq!(tasks(&gone), [(Weight::Correction, State::Waiting)]);
}

/// What a source answers to what was said to be wrong so many days ago.
fn answers(key: &str, days_ago: i32, answer: SourceAnswer) -> Decided {
    Decided::SourceAnswered(Box::new(SourceAnswered {
        field: Disputed::Residence,
        since: sample::TODAY - days_ago.days(),
        source: source(key),
        answer,
        on: sample::TODAY,
    }))
}

/// What was answered last to each dispute by the source it names.
fn answered(record: &Record) -> Vec<Option<SourceAnswer>> {
    let followed = followed(record);
    let last = followed.iter().map(|one| {
        let last = crate::following::answer(record, one, &one.dispute.sources[0]);
        last.map(|last| last.answer)
    });
    last.collect()
}

#[test]
fn x8_what_sources_answered_is_answered_in_the_record_that_takes_over_and_goes_back() {
    let (mended, stands) = (Some(SourceAnswer::Mended), Some(SourceAnswer::Stands));
    let mut kept = record(1, "k1", "9 Oak Road");
    let mut gone = record(2, "k2", "4 Elm Road");
    let report = wrong("k1", ("9 Oak Road", "1 Fir Road"), 3);
    kept.decide(BY, sample::now(), Decided::Reported(report));
    kept.decide(BY, sample::now(), answers("k1", 3, SourceAnswer::Stands));
    let set = wrong("k2", ("4 Elm Road", "7 Ash Road"), 2);
    gone.decide(BY, sample::now(), Decided::Corrected(set));
    for answer in [SourceAnswer::Stands, SourceAnswer::Mended] {
        gone.decide(BY, sample::now(), answers("k2", 2, answer));
    }
    merge(&mut kept, &mut gone);
    assert_eq!(answered(&kept), [mended, stands]);
    undo_merge(&mut kept, &mut gone);
    assert_eq!(
        (answered(&kept), answered(&gone)),
        (vec![stands], vec![mended])
    );
}

#[test]
fn x8_an_answer_is_to_the_dispute_before_it_and_to_none_of_the_same_day_behind_it() {
    let mut record = record(1, "k1", "9 Oak Road");
    let mut decide = |decided| record.decide(BY, sample::now(), decided);
    let report = || Decided::Reported(wrong("k1", ("9 Oak Road", "1 Fir Road"), 0));
    decide(report());
    decide(answers("k1", 0, SourceAnswer::Mended));
    decide(Decided::ReportDismissed(Disputed::Residence));
    decide(report());
    assert_eq!(answered(&record), [None]);
    record.decide(BY, sample::now(), answers("k1", 0, SourceAnswer::Stands));
    assert_eq!(answered(&record), [Some(SourceAnswer::Stands)]);
    let of_another = answers("k2", 0, SourceAnswer::Mended);
    record.decide(BY, sample::now(), of_another);
    assert_eq!(answered(&record), [Some(SourceAnswer::Stands)]);
}

#[test]
fn r83_a_report_on_either_is_open_in_the_record_that_takes_over() {
    let mut kept = record(1, "k1", "9 Oak Road");
    let mut gone = record(2, "k2", "4 Elm Road");
    let report = wrong("k1", ("9 Oak Road", "1 Fir Road"), 3);
    kept.decide(BY, sample::now(), Decided::Reported(report));
    let set = wrong("k2", ("4 Elm Road", "7 Ash Road"), 2);
    gone.decide(BY, sample::now(), Decided::Corrected(set));
    let report = wrong("k2", ("4 Elm Road", "8 Ash Road"), 1);
    gone.decide(BY, sample::now(), Decided::Reported(report));
    merge(&mut kept, &mut gone);
    let open = [Weight::Correction, Weight::Report, Weight::Report];
    assert_eq!(tasks(&kept), open.map(|weight| (weight, State::Waiting)));
}

#[test]
fn r83_of_two_corrections_the_later_stands_and_the_other_is_looked_at() {
    for (here, there, stands) in [
        (2, 5, "1 Fir Road"),
        (5, 2, "7 Ash Road"),
        (2, 2, "1 Fir Road"),
    ] {
        let mut kept = record(1, "k1", "9 Oak Road");
        let mut gone = record(2, "k2", "4 Elm Road");
        let mine = wrong("k1", ("9 Oak Road", "1 Fir Road"), here);
        kept.decide(BY, sample::now(), Decided::Corrected(mine));
        let theirs = wrong("k2", ("4 Elm Road", "7 Ash Road"), there);
        gone.decide(BY, sample::now(), Decided::Corrected(theirs));
        merge(&mut kept, &mut gone);
        assert_eq!(lives_at(&kept), stands);
        undo_merge(&mut kept, &mut gone);
        assert_eq!(
            (lives_at(&kept), lives_at(&gone)),
            ("1 Fir Road".into(), "7 Ash Road".into())
        );
    }
}

#[test]
fn undoing_a_correction_that_came_with_a_merger_undoes_no_other() {
    let mut kept = record(1, "k1", "9 Oak Road");
    let mut gone = record(2, "k2", "4 Elm Road");
    let mine = wrong("k1", ("9 Oak Road", "1 Fir Road"), 5);
    kept.decide(BY, sample::now(), Decided::Corrected(mine));
    let theirs = wrong("k2", ("4 Elm Road", "7 Ash Road"), 2);
    gone.decide(BY, sample::now(), Decided::Corrected(theirs));
    merge(&mut kept, &mut gone);
    kept.decide(BY, after(5), Decided::CorrectionUndone(Disputed::Residence));
    assert_eq!(lives_at(&kept), "1 Fir Road");
    undo_merge(&mut kept, &mut gone);
    assert_eq!(lives_at(&kept), "1 Fir Road");
}

#[test]
fn a_row_linked_while_merged_goes_back_with_its_source() {
    let mut kept = record(1, "k1", "9 Oak Road");
    let mut gone = record(2, "k2", "4 Elm Road");
    merge(&mut kept, &mut gone);
    let [own, theirs] = ["k1", "k2"].map(|key| mark(&source(key)));
    for row in [own, theirs, RowMark(9)] {
        kept.decide(BY, after(5), Decided::RowLinked(row));
    }
    undo_merge(&mut kept, &mut gone);
    assert_eq!(gone.linked_rows(), [theirs]);
    let mut stay = [own, RowMark(9)];
    stay.sort_unstable();
    assert_eq!(kept.linked_rows(), stay);
}

/// A record of two children, and what is of the second in a record of its own.
fn parted() -> (Record, Record) {
    let mut from = record(1, "k1", "9 Oak Road");
    let said = Said::Particulars(Box::new(lives("4 Elm Road")));
    from.accept(source("k2"), said, sample::TODAY - 20.days());
    let mut off = Record::empty(Number::from_random(2));
    let goes = |one: &crate::statement::Statement| one.source == source("k2");
    from.split(&mut off, goes, mark, (&BY, after(1))).unwrap();
    (from, off)
}

#[test]
fn f1_what_waits_behind_the_shield_of_a_split_record_comes_back_with_what_was_decided() {
    let (mut from, mut off) = parted();
    let said = Said::Particulars(Box::new(lives("2 Yew Road")));
    assert!(off.quarantine(sample::quarantined(source("held"), said, sample::TODAY)));
    let [linked, apart] = [RowMark(8), RowMark(9)];
    off.decide(BY, after(2), Decided::RowLinked(linked));
    let decided = Decided::RowApart {
        row: apart,
        words: None,
    };
    off.decide(BY, after(2), decided);
    let set = wrong("k2", ("4 Elm Road", "7 Ash Road"), 0);
    off.decide(BY, after(3), Decided::Corrected(set));
    from.undo_split(&mut off, (&BY, after(9))).unwrap();
    assert_eq!(from.quarantined.len(), 1);
    assert!(off.quarantined.is_empty());
    assert_eq!(from.linked_rows(), [linked]);
    assert_eq!(from.row_decision(apart), RowDecision::Apart);
    assert_eq!(lives_at(&from), "7 Ash Road");
}

#[test]
fn a_row_that_was_linked_goes_with_a_split_and_comes_back() {
    let (mut whole, mut off) = parted();
    whole.undo_split(&mut off, (&BY, after(2))).unwrap();
    let row = mark(&source("k2"));
    assert_eq!(whole.row_decision(row), RowDecision::None, "as it was");
    whole.decide(BY, after(3), Decided::RowLinked(row));
    let mut off = Record::empty(Number::from_random(3));
    let goes = |one: &crate::statement::Statement| one.source == source("k2");
    whole.split(&mut off, goes, mark, (&BY, after(4))).unwrap();
    assert_eq!(
        (whole.linked_rows(), off.linked_rows()),
        (vec![], vec![row])
    );
    whole.undo_split(&mut off, (&BY, after(5))).unwrap();
    assert_eq!(whole.linked_rows(), [row]);
}

#[test]
fn r22_who_stays_by_consent_since_a_split_is_not_put_back_into_a_record_that_would_be_archived() {
    use crate::lifecycle::{Participation, ParticipationGround};
    let (mut from, mut off) = parted();
    let stays = Decided::Participates(Participation {
        ground: ParticipationGround::CareLeaver,
        consented: sample::TODAY,
    });
    off.decide(BY, after(2), stays);
    let undone = from.undo_split(&mut off, (&BY, after(3)));
    assert_eq!(undone, Err(Unjoinable::Participates));
}
