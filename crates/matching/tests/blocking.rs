//! How many true pairs blocking finds in files of other shapes than children's, so large that not every pair is compared:
//! many records of each person, heavy errors, missing fields, texts. The floors stand below what was reached.
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
use matching::link::{
    Builder, Column, Edge, Kind, Rows, Schema, Settings, compare, evaluate, link,
};

impl Chance {
    fn in_a_hundred(&mut self, hundredths: usize) -> bool {
        self.below(100) < hundredths
    }

    /// One of many, the first far more often than the last.
    fn common<'a>(&mut self, of: &[&'a str]) -> &'a str {
        let (one, other) = (self.below(of.len()), self.below(of.len()));
        of[one.min(other)]
    }

    /// A name of two or three syllables, some far more often than others.
    fn name(&mut self) -> String {
        let ends = self.common(&ENDS);
        format!("{}{ends}", self.common(&ROOTS))
    }
}

const GIVEN: [&str; 24] = [
    "John",
    "Mary",
    "William",
    "Elizabeth",
    "Thomas",
    "Ann",
    "George",
    "Sarah",
    "James",
    "Jane",
    "Henry",
    "Margaret",
    "Walter",
    "Hannah",
    "Robert",
    "Alice",
    "Edward",
    "Florence",
    "Hugh",
    "Martha",
    "Samuel",
    "Ruth",
    "Ralph",
    "Harriet",
];
const ROOTS: [&str; 40] = [
    "Ash", "Brad", "Cart", "Dun", "Eld", "Fair", "Green", "Hart", "Ing", "Kirk", "Lang", "Mar",
    "Nor", "Old", "Pen", "Rad", "Stan", "Thorn", "Whit", "Wood", "Bel", "Cor", "Gar", "Hol", "Al",
    "Bur", "Cal", "Der", "Em", "Fen", "Gil", "Had", "Kel", "Lin", "Mid", "Nether", "Over", "Pick",
    "Ros", "Sut",
];
const ENDS: [&str; 18] = [
    "ley", "ton", "ham", "ford", "wright", "man", "well", "by", "worth", "field", "son", "cliffe",
    "hurst", "more", "wick", "gate", "den", "combe",
];
const TRADES: [&str; 14] = [
    "politician",
    "writer",
    "painter",
    "clergyman",
    "soldier",
    "lawyer",
    "cricketer",
    "engineer",
    "farmer",
    "botanist",
    "weaver",
    "printer",
    "mason",
    "colliery clerk",
];

/// A shape of file: rows of each person, and of a hundred values how many are wrong and how many missing.
#[derive(Clone, Copy, Debug)]
struct Shape {
    people: usize,
    times: (usize, usize),
    wrong: usize,
    missing: usize,
    /// Whether a date may be a year only, and the year wrong by some.
    has_poor_dates: bool,
}

const COLUMNS: [(&str, Kind); 6] = [
    ("given names", Kind::GivenName),
    ("family name", Kind::FamilyName),
    ("born", Kind::Date),
    ("postcode", Kind::Postcode),
    ("birth place", Kind::Text),
    ("occupation", Kind::Text),
];

type Record = [String; 6];

fn person(chance: &mut Chance) -> Record {
    let first = chance.common(&GIVEN);
    let given = if chance.in_a_hundred(50) {
        first.to_owned()
    } else {
        format!("{first} {}", chance.common(&GIVEN))
    };
    let area = ["LS", "YO", "B", "M", "NE", "SW"][chance.below(6)];
    let unit = ["AB", "DE", "FG", "HJ", "LN", "PQ"][chance.below(6)];
    [
        given,
        chance.name(),
        format!(
            "{}-{:02}-{:02}",
            1750 + chance.below(190),
            1 + chance.below(12),
            1 + chance.below(28)
        ),
        format!("{area}{} {}{unit}", 1 + chance.below(20), chance.below(10)),
        format!("{} {}", chance.name(), chance.name()),
        chance.common(&TRADES).to_owned(),
    ]
}

fn misspelt(text: &str, chance: &mut Chance) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let place = chance.below(letters.len());
    match chance.below(3) {
        0 => drop(letters.remove(place)),
        1 => letters.insert(place, letters[place]),
        _ => letters[place] = ['a', 'e', 'o', 'n', 't', 's'][chance.below(6)],
    }
    letters.into_iter().collect()
}

fn recorded(whole: &Record, shape: Shape, chance: &mut Chance) -> Record {
    let mut record = whole.clone();
    for place in [0, 1, 4] {
        if chance.in_a_hundred(shape.wrong) {
            record[place] = misspelt(&record[place], chance);
        }
    }
    if chance.in_a_hundred(shape.wrong / 3) {
        let other = person(chance);
        record[3].clone_from(&other[3]);
    }
    if chance.in_a_hundred(shape.wrong) {
        record[5] = chance.common(&TRADES).to_owned();
    }
    if chance.in_a_hundred(shape.wrong / 3) {
        record[0] = record[0].chars().take(1).collect();
    }
    if shape.has_poor_dates && chance.in_a_hundred(20) {
        let year = born_in(&record) + chance.below(5) - 2;
        record[2].replace_range(..4, &year.to_string());
    }
    if shape.has_poor_dates && chance.in_a_hundred(40) {
        record[2].truncate(4);
    } else if chance.in_a_hundred(shape.wrong) {
        record[2].replace_range(5.., "01-01");
    }
    for value in &mut record {
        if chance.in_a_hundred(shape.missing) {
            value.clear();
        }
    }
    record
}

fn born_in(record: &Record) -> usize {
    let (year, _) = record[2].split_once('-').unwrap();
    year.parse().unwrap()
}

fn file(shape: Shape, seed: u64) -> Vec<(u32, Record)> {
    let mut chance = Chance(seed);
    let mut records = Vec::new();
    for number in 0..shape.people {
        let whole = person(&mut chance);
        for _ in 0..shape.times.0 + chance.below(shape.times.1 - shape.times.0 + 1) {
            records.push((number as u32, recorded(&whole, shape, &mut chance)));
        }
    }
    records
}

/// Share of the true pairs that are compared. A pair is found by blocking when it is compared at all: with a review
/// threshold far below any score, every pair compared is an edge.
fn found_in(shape: Shape, seed: u64) -> f64 {
    let records = file(shape, seed);
    let columns = COLUMNS.iter().map(|(name, kind)| Column::new(name, *kind));
    let mut builder = Builder::new(Schema::new(columns.collect()).unwrap());
    let source = builder.source("rows", Rows::MayRepeat);
    for (key, (_, record)) in (0..).zip(&records) {
        let fields = record.each_ref().map(String::as_str);
        builder.push(key, source, &fields).unwrap();
    }
    let table = builder.finish().unwrap();
    let settings = Settings {
        seed: 1,
        threads: 2,
    };
    let linked = link(&table, &settings, &|_| {});
    let mut model = linked.model.clone();
    model.thresholds.review_bits = -500.0;
    let compared = compare(&table, &model, &settings, &|_| {});
    let people: Vec<u32> = records.iter().map(|(person, _)| *person).collect();
    let is_true = |edge: &&Edge| people[edge.left as usize] == people[edge.right as usize];
    let found = compared.edges.iter().filter(is_true).count();
    let of_persons = people.chunk_by(|one, other| one == other);
    let pairs: usize = of_persons
        .map(|rows| rows.len() * (rows.len() - 1) / 2)
        .sum();
    let quality = evaluate(&people, &linked.clusters.of_row);
    let found = found as f64 / pairs as f64;
    println!(
        "{shape:?}: {} rows, blocking found {found:.4} in {} comparisons; pairs {:.4} / {:.4}",
        records.len(),
        compared.comparisons,
        quality.pairs.precision(),
        quality.pairs.recall(),
    );
    assert!(compared.passes.len() > 1, "blocking is not tested");
    found
}

#[test]
fn many_rows_of_a_person_with_heavy_errors() {
    let found = found_in(
        Shape {
            people: 3_000,
            times: (5, 19),
            wrong: 30,
            missing: 20,
            has_poor_dates: false,
        },
        1,
    );
    assert!(found > 0.975, "{found}");
}

#[test]
fn few_rows_of_a_person_with_poor_dates() {
    let found = found_in(
        Shape {
            people: 8_000,
            times: (1, 5),
            wrong: 30,
            missing: 25,
            has_poor_dates: true,
        },
        2,
    );
    assert!(found > 0.945, "{found}");
}

#[test]
fn half_of_the_values_missing() {
    let found = found_in(
        Shape {
            people: 5_000,
            times: (2, 6),
            wrong: 15,
            missing: 45,
            has_poor_dates: false,
        },
        3,
    );
    assert!(found > 0.83, "{found}");
}
