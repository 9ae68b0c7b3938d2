//! Later rows gone through again in the order and the batches in which they came.
#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use super::*;

fn of(person: usize, key: u8, place: u8) -> Said {
    Said {
        person,
        key,
        spelling: 0,
        place,
        has_number: true,
        leaves: false,
        works: Works::Nobody,
    }
}

#[test]
fn what_is_said_again_gets_ids_that_nothing_of_its_moment_can_have() {
    let world = World::new();
    let nobody = world
        .store
        .take_back_run(RunId(99), &By::Operator, moment(500));
    assert_eq!(nobody.unwrap(), Err(NotTakenBack::NoRun));
    let lowest = crate::entry::first_id_of(moment(500).at);
    assert!(world.store.next_id(moment(1).at) > lowest);
}

#[test]
fn the_first_row_of_a_key_counts_though_the_run_taken_back_came_within_its_batch() {
    let world = World::new();
    // A batch whose first and last rows are of one key and say different things.
    let mut rows: Vec<Row> = vec![row(&of(0, 0, 0), 2)];
    for n in 0..400usize {
        let mut filler = row(&of(1, 0, 0), 2);
        filler.key = SupplierKey::parse(&format!("f-{n}")).unwrap();
        filler.particulars.name = Some(Name {
            given: NamePart::parse(&letters(n)).ok(),
            family: NamePart::parse(&letters(n * 7 + 11)).unwrap(),
        });
        filler.particulars.other_numbers.clear();
        filler.particulars.born = Some(
            date(2010, 1, 1) + jiff::SignedDuration::from_hours(24 * i64::try_from(n).unwrap()),
        );
        rows.push(filler);
    }
    rows.push(row(&of(0, 0, 1), 2));
    let within = std::thread::scope(|scope| {
        let (world, rows) = (&world, &rows);
        let batch = scope.spawn(|| world.one_batch(1, (0, 2), rows));
        let is_going = || {
            let runs = world.store.runs(None).unwrap();
            runs.iter().any(|run| run.totals.read > 0)
        };
        while !is_going() {
            std::thread::yield_now();
        }
        let within = world.file(2, (1, Reach::Delta, 1), &[row(&of(0, 1, 0), 1)]);
        batch.join().unwrap();
        within
    });
    let later = world.store.pool.with_snapshot(|connection| {
        let first = first_turn(connection, within)?.unwrap();
        let parts = world.store.parts_from(connection, first, ROWS_AGAIN_MAX)?;
        Ok(parts.unwrap().len())
    });
    assert!(later.unwrap() > 1, "it came within the batch");
    let before = world.waiting();
    assert_eq!(before.len(), 1, "which is right, a person says");
    world.take_back(within);
    assert_eq!(world.waiting(), before);
}

fn letters(n: usize) -> String {
    let letter = |of: usize| char::from(b'a' + u8::try_from(of % 26).unwrap());
    [n, n / 26 + 3, n * 5 + 1, n * 11 + n / 3, n * 3 + 2, n / 7]
        .map(letter)
        .iter()
        .collect()
}

impl World {
    /// Takes rows as a file of changes that is one batch.
    fn one_batch(&self, at: usize, (of, day): (usize, i8), rows: &[Row]) -> RunId {
        let (supplier, now) = (supplier(of), moment(at));
        let mut hash = self.store.file_hash();
        hash.update(&at.to_be_bytes());
        let mut keys = FileKeys::default();
        for row in rows {
            self.store.add_keys(&mut keys, &supplier, row);
        }
        let new = NewRun {
            supplier,
            mapping: "test".to_owned(),
            sector: None,
            reach: Reach::Delta,
            applied: Applied::InBatches,
            extracted: date(2026, 10, day),
            mark: self.store.file_mark(&hash, &[]),
            rows: rows.len() as u64,
            keys,
        };
        let by = (RunBy::Operator, By::Operator);
        let RunBegun::New(mut run) = self.store.begin_run(new, by, now).unwrap() else {
            panic!("a new run");
        };
        let part = FilePart {
            taken: &[],
            rows,
            read: rows.len() as u64,
            refused: 0,
        };
        let applied = self.store.apply(&mut run, part, now).unwrap();
        assert!(matches!(applied, Applying::Applied(_)));
        let ended = self.store.end_run(&mut run, (None, By::Operator), now);
        assert_eq!(ended.unwrap(), RunState::Done);
        run.id
    }
}
