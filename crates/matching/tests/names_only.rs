//! Files with nothing but names, or names and a weak field: rare names are linked, common ones are not.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "tests"
)]

mod chance;

use chance::Chance;
use matching::link::{Builder, Column, Kind, Quality, Rows, Schema, Settings, evaluate, link};

impl Chance {
    /// A rank of so many, by Zipf's law roughly: the first far more often than the last.
    fn rank(&mut self, of: usize) -> usize {
        let share = self.below(1 << 20) as f64 / f64::from(1 << 20);
        ((of as f64).powf(share) as usize).min(of) - 1
    }
}

const SYLLABLES: [&str; 32] = [
    "ba", "cor", "den", "el", "fa", "gre", "hal", "in", "jo", "kel", "lan", "mor", "ne", "ol",
    "pen", "qui", "ros", "sta", "tho", "ul", "ver", "wil", "yar", "zan", "bri", "cla", "dro",
    "fen", "gar", "hu", "ma", "tri",
];

/// The name of a rank: as many names as ranks, each of three syllables.
fn name(rank: usize, salt: usize) -> String {
    let mixed = (rank + salt) * 12_289 % 32_768;
    [mixed % 32, mixed / 32 % 32, mixed / 1024]
        .map(|it| SYLLABLES[it])
        .concat()
}

/// Persons of whom one in so many has two rows, one in twenty of these with a letter changed.
fn file(
    count: usize,
    one_in: usize,
    seed: u64,
    fields: fn(&mut Chance, String) -> Vec<String>,
) -> (Vec<u32>, Vec<Vec<String>>) {
    let mut chance = Chance(seed);
    let (mut people, mut rows) = (Vec::new(), Vec::new());
    for person in 0..count {
        let full = format!(
            "{} {}",
            name(chance.rank(400), 7),
            name(chance.rank(8_000), 900)
        );
        let row = fields(&mut chance, full);
        if chance.below(one_in) == 0 {
            let mut again = row.clone();
            if chance.below(20) == 0 {
                again[0].replace_range(2..3, "x");
            }
            people.push(person as u32);
            rows.push(again);
        }
        people.push(person as u32);
        rows.push(row);
    }
    (people, rows)
}

fn linked(columns: &[(&str, Kind)], people: &[u32], rows: &[Vec<String>]) -> Quality {
    let schema = columns.iter().map(|(name, kind)| Column::new(name, *kind));
    let mut builder = Builder::new(Schema::new(schema.collect()).unwrap());
    let source = builder.source("names", Rows::MayRepeat);
    for (key, row) in (0..).zip(rows) {
        let fields: Vec<&str> = row.iter().map(String::as_str).collect();
        builder.push(key, source, &fields).unwrap();
    }
    let table = builder.finish().unwrap();
    let settings = Settings {
        seed: 1,
        threads: 2,
    };
    let done = link(&table, &settings, &|_| {});
    let quality = evaluate(people, &done.clusters.of_row);
    println!(
        "{} rows: pairs {:.4} / {:.4}",
        rows.len(),
        quality.pairs.precision(),
        quality.pairs.recall(),
    );
    quality
}

/// Half a dozen people of a common name stay six; a rare name tells.
#[test]
fn full_names_alone() {
    for count in [300, 3_000, 12_000] {
        let (people, rows) = file(count, 3, 5, |_, full| vec![full]);
        let quality = linked(&[("name", Kind::FullName)], &people, &rows);
        assert!(quality.pairs.precision() > 0.85, "{count}: {quality:?}");
        assert!(quality.pairs.recall() > 0.3, "{count}: {quality:?}");
    }
}

#[test]
fn full_names_alone_of_people_who_stand_there_once() {
    for count in [300, 3_000] {
        let (people, rows) = file(count, usize::MAX, 7, |_, full| vec![full]);
        let quality = linked(&[("name", Kind::FullName)], &people, &rows);
        assert!(quality.clusters.precision() > 0.97, "{count}: {quality:?}");
    }
}

#[test]
fn full_names_and_a_town() {
    let columns = [("name", Kind::FullName), ("town", Kind::Text)];
    for count in [300, 3_000] {
        let town = |chance: &mut Chance, full| vec![full, name(chance.rank(30), 3)];
        let (people, rows) = file(count, 3, 6, town);
        let quality = linked(&columns, &people, &rows);
        assert!(quality.pairs.precision() > 0.94, "{count}: {quality:?}");
        assert!(quality.pairs.recall() > 0.8, "{count}: {quality:?}");
    }
}
