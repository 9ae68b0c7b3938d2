//! Loading: every row once, in order, and what is said when it stops.

use super::*;
use crate::supply::mapping::Mapping;
use directory::Date;
use directory::service::Catalogue;

const MAPPING: &str = "name = \"t\"\ntitle = \"T\"\ncode = \"t\"\nkind = \"nhs\"\n[columns]\nId = { is = \"key\" }\nName = { is = \"full-name\" }\nBorn = { is = \"born\", dates = \"yyyy-mm-dd\", needs = \"optional\" }\n";

fn load_with(
    reader: impl Read + Send,
    sink: Sink<'_, &'static str>,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary, Stopped<&'static str>> {
    let mapping = Mapping::parse(MAPPING).unwrap();
    let catalogue = Catalogue::default();
    let delivery = Delivery {
        mapping: &mapping,
        catalogue: &catalogue,
        authority_of: &|_| None,
        extracted: Date::constant(2026, 6, 1),
    };
    load(reader, delivery, sink, progress)
}

fn file(rows: u32) -> String {
    let rows = (0..rows).map(|row| format!("K{row},Jane Smith\n"));
    std::iter::once("Id,Name\n".to_owned())
        .chain(rows)
        .collect()
}

#[test]
fn every_row_is_handed_on_once_in_order_and_counted() {
    let text = file(10_000);
    let (mut taken, mut bytes) = (Vec::new(), Vec::new());
    let mut sink = |rows: Vec<Row>| {
        let outcomes = rows.iter().map(|row| {
            if row.line % 10 == 0 {
                Outcome::Waiting
            } else {
                Outcome::Accepted
            }
        });
        let outcomes = outcomes.collect();
        taken.extend(rows.into_iter().map(|row| row.line));
        Ok(outcomes)
    };
    let summary = load_with(text.as_bytes(), &mut sink, &mut |at| bytes.push(at)).unwrap();
    assert!(taken.iter().copied().eq(2..=10_001));
    assert_eq!(
        (
            summary.read,
            summary.accepted,
            summary.waiting,
            summary.refused
        ),
        (10_000, 9_000, 1_000, 0)
    );
    assert!(bytes.is_sorted() && bytes.last() == Some(&(text.len() as u64)));
}

#[test]
fn when_the_store_cannot_take_more_it_stops_and_says_what_was_kept() {
    let mut batches = 0;
    let mut sink = |rows: Vec<Row>| {
        batches += 1;
        if batches > 1 {
            Err("the disk is full")
        } else {
            Ok(vec![Outcome::Accepted; rows.len()])
        }
    };
    let text = file(100_000);
    let stopped = load_with(text.as_bytes(), &mut sink, &mut |_| {}).unwrap_err();
    let words = stopped.to_string();
    assert!(
        words.contains("the disk is full") && words.contains("4096 rows had been taken and stay"),
        "{words}"
    );
    assert_eq!(batches, 2, "nothing is handed on after that");
}

#[test]
fn a_file_that_breaks_off_while_it_is_read_says_so() {
    struct Breaking(usize);
    impl Read for Breaking {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            self.0 += 1;
            match self.0 {
                1 => {
                    room[..8].copy_from_slice(b"Id,Name\n");
                    Ok(8)
                }
                2..5000 => {
                    room[..8].copy_from_slice(b"K,A Bcd\n");
                    Ok(8)
                }
                _ => Err(io::Error::other("unplugged")),
            }
        }
    }
    let stopped = load_with(
        Breaking(0),
        &mut |rows| Ok(vec![Outcome::Accepted; rows.len()]),
        &mut |_| {},
    )
    .unwrap_err();
    assert!(stopped.to_string().contains("unplugged"));
}

#[test]
fn r4_a_refused_file_hands_nothing_on() {
    let mut sink = |_: Vec<Row>| -> Result<Vec<Outcome>, &'static str> {
        panic!("nothing was to be handed on")
    };
    let stopped = load_with(
        b"Id,Name,Notes\nK1,Jane Smith,x\n".as_slice(),
        &mut sink,
        &mut |_| {},
    )
    .unwrap_err();
    assert!(
        matches!(stopped, Stopped::Refused(Refusal::Columns(_))),
        "{stopped}"
    );
}
