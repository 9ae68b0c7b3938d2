//! What is said last of a key holds, however many said something of it.

use directory::Timestamp;
use directory::run::{Applied, Reach, RunBy, RunId, RunState, RunTotals};
use directory::statement::SourceKind;
use directory::supplied::Supplier;
use directory::text::SupplierCode;

use super::*;
use crate::{Location, Options, Store};

fn entropy(bytes: &mut [u8]) {
    bytes.fill(7);
}

fn run(id: i64, began: i64) -> Run {
    Run {
        id: RunId(id),
        supplier: Supplier {
            code: SupplierCode::parse("nhs").unwrap(),
            kind: SourceKind::Nhs,
        },
        mapping: "nhs".to_owned(),
        reach: Reach::Delta,
        applied: Applied::InBatches,
        extracted: jiff::civil::date(2026, 11, 2),
        state: RunState::Done,
        held: None,
        began: Timestamp::from_microsecond(began).unwrap(),
        ended: None,
        by: RunBy::Operator,
        rows: 1,
        totals: RunTotals::default(),
    }
}

/// A child's involvement, as it is said by one file or row.
fn says(pairs: &[(i64, i64)], ended: &[i64]) -> FileKeys {
    FileKeys {
        children: pairs.iter().map(|(child, _)| *child).collect(),
        others: pairs.iter().map(|(_, key)| *key).collect(),
        ended: ended.to_vec(),
        working: pairs.to_vec(),
        ..FileKeys::default()
    }
    .in_order()
}

fn noted(at: i64, keys: FileKeys) -> RowKeysNoted {
    RowKeysNoted::at(at, keys)
}

#[test]
fn a_later_file_ends_what_an_older_row_said_was_open_and_a_later_row_opens_it() {
    let open = || says(&[(1, 10)], &[]);
    let end = || says(&[(1, 10)], &[10]);
    let of = |runs: &[&Run], rows| joined(runs, rows, |_| Ok(end())).unwrap().ended;
    let file = run(1, 50);
    assert_eq!(of(&[&file], vec![noted(40, open())]), [10]);
    assert!(of(&[&file], vec![noted(60, open())]).is_empty());
    assert!(
        of(&[&file], vec![noted(50, open())]).is_empty(),
        "of one moment"
    );
    // The clock was put back: the second run is the later one all the same, and what came between them is.
    let back = run(2, 20);
    let rows = vec![noted(45, open())];
    assert_eq!(of(&[&file, &back], rows), [10]);
}

#[test]
fn what_had_ended_stays_so_when_a_faulty_row_only_spares_it() {
    let spares = FileKeys {
        only_spared: vec![10],
        ..says(&[(1, 10)], &[])
    };
    let each = vec![says(&[(1, 10)], &[10]), spares];
    assert_eq!(in_turn(each).ended, [10]);
}

#[test]
fn very_many_rows_beside_files_are_joined_with_very_many_ends() {
    let all: Vec<(i64, i64)> = (0..200_000).map(|key| (key, key)).collect();
    let ends: Vec<i64> = (0..200_000).collect();
    let mut each = vec![says(&all, &ends)];
    // One by one against all ends these would be thirty-six thousand million steps.
    each.extend((0..180_000).map(|key| says(&[(key, key)], &[])));
    let ended = in_turn(each).ended;
    assert_eq!(ended, (180_000..200_000).collect::<Vec<i64>>());
}

#[test]
fn of_those_who_are_spared_alone_keys_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(Options {
        location: Location::Sqlite(folder.path().join("contactpoint.db")),
        key_ring: folder.path().join("ring"),
        entropy,
    })
    .unwrap();
    let file = says(&[(1, 10), (1, 11), (2, 20), (3, 30)], &[11, 20, 30]);
    let parts = file.parts();
    let written = store
        .writer
        .write(move |connection| run_keys::write(connection, 1, &parts));
    written.unwrap();
    let spared = FileKeys {
        spared: vec![1],
        unsaid: vec![30],
        ..FileKeys::default()
    };
    let read = store.pool.with_snapshot(|connection| {
        let row = noted(60, says(&[(1, 11), (4, 40)], &[]));
        let file = run(1, 50);
        read_spared(connection, &spared, (&[&file], vec![row]))
    });
    let read = read.unwrap();
    assert_eq!(read.working, [(1, 10), (1, 11), (3, 30)]);
    assert_eq!((read.others, read.ended), (vec![10, 11, 30], vec![30]));
    assert!(read.children.is_empty());
}
