//! Laws of mergers and splits: whatever the records hold, taking one back gives the same statements again, in the same order.

#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use super::*;
use crate::account::AccountId;
use crate::row::RowWords;
use crate::sample;
use crate::statement::{Particulars, SourceKind};
use jiff::civil::date;
use proptest::prelude::*;

const BY: Author = Author::Account(AccountId(1));

fn mark(source: &Source) -> RowMark {
    let text = format!("{} {}", source.supplier, source.key);
    RowMark(text.bytes().fold(7, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(i64::from(byte))
    }))
}

fn particulars(name: &str) -> Said {
    Said::Particulars(Box::new(Particulars {
        name: Some(sample::name(name)),
        ..Particulars::default()
    }))
}

fn statement(key: u8, name: &str, superseded: bool) -> Statement {
    Statement {
        source: sample::source(SourceKind::Nhs, "nhs", &format!("k{key}")),
        first_confirmed: date(2026, 1, 1),
        last_confirmed: date(2026, 2, 1),
        superseded: superseded.then_some(date(2026, 3, 1)),
        said: particulars(name),
    }
}

fn sensitive() -> Statement {
    Statement {
        source: sample::source(SourceKind::Local, "recovery", "s1"),
        said: sample::sensitive("SM01"),
        ..statement(0, "Kelly Marsh", false)
    }
}

fn record(number: u64, statements: Vec<Statement>) -> Record {
    Record {
        statements,
        ..Record::empty(Number::from_random(number))
    }
}

fn shielded(mut record: Record) -> Record {
    record.decide(
        BY,
        sample::now(),
        Decided::ShieldPlaced(Ground::FleeingAbuse),
    );
    record
}

fn merge(one: &mut Record, other: &mut Record) -> Result<(), Unjoinable> {
    one.merge(other, mark, (&BY, sample::now()))
}

fn undo_merge(one: &mut Record, other: &mut Record) -> Result<(), Unjoinable> {
    one.undo_merge(other, mark, (&BY, sample::now()))
}

fn two() -> (Record, Record) {
    let one = record(1, vec![statement(1, "Kelly Marsh", false)]);
    let other = record(2, vec![statement(2, "Kellie Marsh", false), sensitive()]);
    (one, other)
}

prop_compose! {
    fn statements()(each in prop::collection::vec((0u8..6, "[A-Z][a-z]{1,5}", any::<bool>(), any::<bool>()), 1..12)) -> Vec<Statement> {
        each.into_iter()
            .map(|(key, name, superseded, hushed)| if hushed { sensitive() } else { statement(key, &name, superseded) })
            .collect()
    }
}

proptest! {
    #[test]
    fn a_merger_taken_back_leaves_the_same_statements(one in statements(), other in statements(), veiled: bool) {
        let mut kept = record(1, one.clone());
        let mut gone = record(2, other.clone());
        if veiled {
            gone = shielded(gone);
        }
        merge(&mut kept, &mut gone).unwrap();
        prop_assert_eq!(kept.statements.len(), one.len() + other.len());
        prop_assert!(gone.statements.is_empty());
        prop_assert_eq!(kept.shielding() == Shielding::Shielded, veiled);
        undo_merge(&mut kept, &mut gone).unwrap();
        prop_assert_eq!(&kept.statements, &one);
        prop_assert_eq!(&gone.statements, &other);
        prop_assert_eq!(gone.merged_into(), None);
        prop_assert_eq!(kept.last_joining(), None);
        prop_assert!(kept.other_own_numbers().is_empty());
    }

    #[test]
    fn mergers_are_taken_back_in_turn(one in statements(), two in statements(), three in statements()) {
        let (mut kept, mut second, mut third) = (record(1, one.clone()), record(2, two.clone()), record(3, three.clone()));
        merge(&mut kept, &mut second).unwrap();
        merge(&mut kept, &mut third).unwrap();
        prop_assert_eq!(kept.other_own_numbers().len(), 2);
        prop_assert_eq!(undo_merge(&mut kept, &mut second), Err(Unjoinable::NothingToUndo));
        undo_merge(&mut kept, &mut third).unwrap();
        undo_merge(&mut kept, &mut second).unwrap();
        prop_assert_eq!((kept.statements, second.statements, third.statements), (one, two, three));
    }

    #[test]
    fn a_split_taken_back_leaves_the_same_statements(all in statements(), which in prop::collection::vec(any::<bool>(), 12), veiled: bool) {
        let mut from = record(1, all.clone());
        if veiled {
            from = shielded(from);
        }
        let mut off = Record::empty(Number::from_random(2));
        let goes = |one: &Statement| {
            let place = all.iter().position(|known| known == one).unwrap();
            which[place]
        };
        if from.split(&mut off, goes, mark, (&BY, sample::now())).is_ok() {
            prop_assert_eq!(from.statements.len() + off.statements.len(), all.len());
            prop_assert_eq!(off.shielding(), from.shielding());
            from.undo_split(&mut off, (&BY, sample::now())).unwrap();
        } else {
            prop_assert!(off.decisions.is_empty());
        }
        prop_assert_eq!(from.statements, all);
        prop_assert!(off.statements.is_empty());
    }
}

#[test]
fn what_is_said_after_a_merger_goes_where_its_source_belongs() {
    let (mut kept, mut gone) = two();
    merge(&mut kept, &mut gone).unwrap();
    for key in ["k1", "k2", "k3"] {
        let source = sample::source(SourceKind::Nhs, "nhs", key);
        kept.accept(source, particulars("Kelly Marsh-Jones"), sample::TODAY);
    }
    undo_merge(&mut kept, &mut gone).unwrap();
    let keys = |record: &Record| -> Vec<String> {
        let each = record.statements.iter();
        each.map(|one| one.source.key.to_string()).collect()
    };
    assert_eq!(keys(&kept), ["k1", "k1", "k3"]);
    assert_eq!(keys(&gone), ["k2", "s1", "k2"]);
}

#[test]
fn x9_a_shield_on_either_covers_both_and_no_undo_lifts_it() {
    for veiled in [0, 1] {
        let (mut kept, mut gone) = two();
        if veiled == 0 {
            kept = shielded(kept);
        } else {
            gone = shielded(gone);
        }
        merge(&mut kept, &mut gone).unwrap();
        assert_eq!(kept.shielding(), Shielding::Shielded);
        undo_merge(&mut kept, &mut gone).unwrap();
        assert_eq!(kept.shielding(), Shielding::Shielded);
        assert_eq!(gone.shielding(), Shielding::Shielded);
    }
}

#[test]
fn r31_a_sensitive_service_is_not_lost_in_a_merger_and_stays_in_a_split() {
    let is_sensitive = |one: &Statement| matches!(one.said, Said::Sensitive(_));
    let (mut kept, mut gone) = two();
    merge(&mut kept, &mut gone).unwrap();
    assert!(kept.standing().any(is_sensitive));
    let mut off = Record::empty(Number::from_random(3));
    kept.split(
        &mut off,
        |one| one.source.key.as_str() == "k2",
        mark,
        (&BY, sample::now()),
    )
    .unwrap();
    assert!(kept.standing().any(is_sensitive) && !off.standing().any(is_sensitive));
    assert_eq!(
        off.row_decision(mark(&statement(2, "A", false).source)),
        RowDecision::Linked
    );
}

#[test]
fn decisions_about_rows_come_with_a_merger_and_go_with_its_undoing() {
    let (mut kept, mut gone) = two();
    let row = RowMark(9);
    let words = Some(RowWords {
        who: 4,
        around: vec![5],
    });
    let apart = Decided::RowApart { row, words };
    gone.decide(BY, sample::now(), apart);
    merge(&mut kept, &mut gone).unwrap();
    assert_eq!(kept.row_decision(row), RowDecision::Apart);
    assert_eq!(kept.apart_in(row), gone.apart_in(row));
    assert_eq!(kept.apart_in(row).len(), 1);
    kept.decide(BY, sample::now(), Decided::RowLinked(RowMark(10)));
    undo_merge(&mut kept, &mut gone).unwrap();
    assert_eq!(kept.row_decision(row), RowDecision::None);
    assert_eq!(gone.row_decision(row), RowDecision::Apart);
    assert_eq!(kept.row_decision(RowMark(10)), RowDecision::Linked);
}

#[test]
fn what_was_kept_apart_from_both_while_they_were_one_is_kept_apart_from_either() {
    let (mut kept, mut gone) = two();
    let mut passing = record(3, vec![statement(7, "Kelly Marsh", false)]);
    let apart = |row| Decided::RowApart {
        row: RowMark(row),
        words: Some(RowWords {
            who: row,
            around: vec![5],
        }),
    };
    let numbered = |of| Number::from_random(of);
    // Before: nobody had the other in mind.
    for decided in [apart(20), Decided::NotSame(numbered(20))] {
        kept.decide(BY, sample::now(), decided);
    }
    merge(&mut kept, &mut gone).unwrap();
    // Linked after all, it is apart from nobody; of a record that only passed through, nothing was said of both.
    passing.decide(BY, sample::now(), apart(22));
    let decided = [
        apart(21),
        apart(23),
        Decided::RowLinked(RowMark(23)),
        Decided::NotSame(numbered(21)),
        Decided::NotSame(gone.number),
    ];
    for decided in decided {
        kept.decide(BY, sample::now(), decided);
    }
    merge(&mut kept, &mut passing).unwrap();
    undo_merge(&mut kept, &mut passing).unwrap();
    undo_merge(&mut kept, &mut gone).unwrap();
    assert_eq!(kept.row_decision(RowMark(21)), RowDecision::Apart);
    assert_eq!(gone.row_decision(RowMark(21)), RowDecision::Apart);
    assert_eq!(gone.apart_in(RowMark(21)), kept.apart_in(RowMark(21)));
    assert!(kept.is_kept_apart(numbered(21)) && gone.is_kept_apart(numbered(21)));
    for row in [20, 22, 23] {
        assert_eq!(gone.row_decision(RowMark(row)), RowDecision::None, "{row}");
    }
    assert!(!gone.is_kept_apart(numbered(20)));
    assert!(!gone.is_kept_apart(gone.number), "of itself it is not");
}

#[test]
fn the_number_that_was_merged_away_finds_the_other_until_it_is_taken_back() {
    let (mut kept, mut gone) = two();
    merge(&mut kept, &mut gone).unwrap();
    assert_eq!(kept.other_own_numbers(), [gone.number]);
    assert_eq!(gone.merged_into(), Some(kept.number));
    undo_merge(&mut kept, &mut gone).unwrap();
    assert!(kept.other_own_numbers().is_empty());
}

#[test]
fn a_number_finds_its_child_through_one_merger_after_another() {
    let (mut first, mut second) = two();
    let mut last = record(3, vec![statement(5, "Kelly Marsh", false)]);
    merge(&mut first, &mut second).unwrap();
    merge(&mut last, &mut first).unwrap();
    let mut both = [first.number, second.number];
    both.sort_unstable();
    assert_eq!(last.other_own_numbers(), both);
    undo_merge(&mut last, &mut first).unwrap();
    assert!(last.other_own_numbers().is_empty());
    assert_eq!(first.other_own_numbers(), [second.number]);
}

#[test]
fn two_records_too_full_for_one_and_records_that_are_not_two_stay_as_they_are() {
    let many =
        |number, count: usize| record(number, vec![statement(1, "Kelly Marsh", false); count]);
    let (mut one, mut other) = (many(1, 250), many(2, 151));
    assert_eq!(merge(&mut one, &mut other), Err(Unjoinable::Full));
    assert_eq!((one.clone(), other), (many(1, 250), many(2, 151)));
    let mut empty = Record::empty(Number::from_random(3));
    assert_eq!(merge(&mut one, &mut empty), Err(Unjoinable::NotTwo));
    let mut same = one.clone();
    assert_eq!(merge(&mut one, &mut same), Err(Unjoinable::NotTwo));
}

#[test]
fn r22_who_stays_by_consent_is_not_merged_into_a_record_that_would_be_archived() {
    use crate::lifecycle::{Participation, ParticipationGround};
    let (mut kept, mut gone) = two();
    let stays = Decided::Participates(Participation {
        ground: ParticipationGround::CareLeaver,
        consented: sample::TODAY,
    });
    gone.decide(BY, sample::now(), stays);
    assert_eq!(merge(&mut kept, &mut gone), Err(Unjoinable::Participates));
    assert_eq!(merge(&mut gone, &mut kept), Ok(()));
}
