//! Rows beside files are weighed against what is read once, and of which no more is looked at than they name.

#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use directory::event::By;
use directory::involvement::{Assessment, Involvement, Lead, Period, Practitioner};
use directory::name::Name;
use directory::run::{Applied, RunBy};
use directory::statement::{Particulars, Said, SourceKind};
use directory::supplied::{Known, Restriction, Row, Supplier};
use directory::text::{NamePart, SupplierKey};
use directory::{Now, Timestamp};
use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::row_keys::RowsNoted;
use crate::run::{NewRun, RunBegun};
use crate::{Location, Options, Store};

fn entropy(bytes: &mut [u8]) {
    bytes.fill(7);
}

fn nhs() -> Supplier {
    Supplier {
        code: SupplierCode::parse("nhs").unwrap(),
        kind: SourceKind::Nhs,
    }
}

fn now(second: i64) -> Now {
    Now {
        at: Timestamp::from_second(1_800_000_000 + second).unwrap(),
        today: date(2027, 1, 15),
    }
}

fn key(of: &str) -> SupplierKey {
    SupplierKey::parse(of).unwrap()
}

fn involvement() -> Said {
    Said::Involvement(Box::new(Involvement {
        practitioner: Practitioner {
            name: Name {
                given: None,
                family: NamePart::parse("Brown").unwrap(),
            },
            job_title: directory::text::JobTitle::parse("Mentor").unwrap(),
            organisation: directory::text::OrganisationName::parse("Northgate").unwrap(),
            telephone: None,
            email: None,
        },
        service: directory::text::ServiceCode::parse("EH01").unwrap(),
        period: Period::Current { since: None },
        lead: Lead::Member,
        assessment: Assessment::None,
        account: None,
    }))
}

/// A synthetic child with whom somebody works.
fn known(at: usize) -> Row {
    Row {
        line: 0,
        key: key(&at.to_string()),
        confirmed: date(2027, 1, 2),
        particulars: Particulars::default(),
        also: vec![(key(&format!("{at}-w")), involvement())],
        withdrawn: Vec::new(),
        restriction: Restriction::None,
        known: Known::Still,
    }
}

fn left(at: usize) -> Row {
    Row {
        also: Vec::new(),
        known: Known::NoLonger,
        ..known(at)
    }
}

/// A store in which a supplier's file of so many children is done.
fn store(children: usize) -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(Options {
        location: Location::Sqlite(folder.path().join("contactpoint.db")),
        key_ring: folder.path().join("ring"),
        entropy,
    })
    .unwrap();
    begin(&store, children, 0);
    (store, folder)
}

/// Takes a file of so many children to its end, of which no row is applied.
fn begin(store: &Store, children: usize, second: i64) {
    let mut keys = FileKeys::default();
    for at in 0..children {
        store.add_keys(&mut keys, &nhs(), &known(at));
    }
    let mut hash = store.file_hash();
    hash.update(&second.to_be_bytes());
    let new = NewRun {
        supplier: nhs(),
        mapping: "nhs".to_owned(),
        sector: None,
        reach: Reach::Delta,
        applied: Applied::InBatches,
        extracted: date(2027, 1, 2),
        mark: store.file_mark(&hash, &[]),
        rows: 0,
        keys,
    };
    let by = (RunBy::Operator, By::Operator);
    let RunBegun::New(mut run) = store.begin_run(new, by, now(second)).unwrap() else {
        panic!("a new run");
    };
    let ended = store.end_run(&mut run, (None, By::Operator), now(second));
    assert_eq!(ended.unwrap(), RunState::Done);
}

fn sent(store: &Store, (from, to): (usize, usize), second: i64) -> RowsNoted {
    let rows: Vec<Row> = (from..to).map(left).collect();
    store.note_rows(&nhs(), &rows, now(second)).unwrap()
}

/// Takes away what the keys of files are read from.
fn forget_files(store: &Store) {
    let forgotten = store.writer.write(|connection| {
        let sql = "DELETE FROM run_key WHERE run > $1";
        connection.execute(sql, &[crate::driver::Value::Int(0)])
    });
    assert!(forgotten.unwrap() > 0);
}

#[test]
fn what_stood_is_read_once_and_again_when_an_hour_has_passed_or_a_file_has_come() {
    const HOUR: i64 = 3_600;
    for passed in [60, HOUR + 60] {
        let (store, _folder) = store(400);
        assert_eq!(sent(&store, (0, 15), HOUR), RowsNoted::Noted);
        assert_eq!(sent(&store, (15, 21), HOUR), RowsNoted::EndTooMuch);
        forget_files(&store);
        // As long as what was read is of use, the files are not: without them nobody is known who could leave.
        let still = if passed < HOUR {
            RowsNoted::EndTooMuch
        } else {
            RowsNoted::Noted
        };
        assert_eq!(sent(&store, (15, 21), HOUR + passed), still);
    }
    let (store, _folder) = store(400);
    assert_eq!(sent(&store, (0, 20), HOUR), RowsNoted::Noted);
    assert_eq!(sent(&store, (20, 21), HOUR), RowsNoted::EndTooMuch);
    begin(&store, 500, HOUR + 1);
    // Whoever left came back with the file, as it says last; those who leave are still those of the day.
    assert_eq!(sent(&store, (20, 25), HOUR + 2), RowsNoted::Noted);
    assert_eq!(sent(&store, (25, 26), HOUR + 3), RowsNoted::EndTooMuch);
}

#[test]
fn no_more_is_kept_in_memory_than_may_be_and_the_last_one_weighed_stays() {
    let stood = |keys: usize| {
        let keys = FileKeys {
            children: vec![0; keys],
            ..FileKeys::default()
        };
        Arc::new(Stood::of(5, &[], keys))
    };
    let code = |text| SupplierCode::parse(text).unwrap();
    let (kept, half) = (LastStood::default(), KEYS_KEPT_MAX / 2);
    for name in ["a", "b", "c", "b"] {
        kept.keep(&code(name), &stood(half));
    }
    let is_kept = |name| kept.of(&code(name), 5).is_some();
    assert_eq!(["a", "b", "c"].map(is_kept), [false, true, true]);
    kept.keep(&code("d"), &stood(KEYS_KEPT_MAX + 1));
    assert!(!["b", "c", "d"].into_iter().any(is_kept), "too many");
}

fn some() -> impl Strategy<Value = Vec<i64>> {
    prop::collection::vec(0_i64..12, 0..10)
}

proptest! {
    #[test]
    fn rows_end_what_a_file_of_changes_would_that_says_the_same(
        (children, gone, ended) in (some(), some(), some()),
        working in prop::collection::vec((0_i64..12, 0_i64..12), 0..16),
        (left, ending, withdrawn) in (some(), some(), some()),
    ) {
        let others = working.iter().map(|(_, key)| *key).chain(children.iter().copied());
        let stood = FileKeys {
            others: others.collect(),
            children,
            left: gone,
            ended,
            working,
            ..FileKeys::default()
        }
        .in_order();
        let rows = FileKeys { left, ended: ending, withdrawn, ..FileKeys::default() }.in_order();
        let (expected, open) = stood.ends(&rows, Reach::Delta);
        let of = (stood.children(), open);
        let stood = Stood::of(5, &[], stood);
        prop_assert_eq!((stood.ends(&rows), stood.of), (expected, of));
    }
}
