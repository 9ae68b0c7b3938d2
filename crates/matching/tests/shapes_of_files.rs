//! Files of people in other shapes than children's: many records of each person, hardly any records, nobody twice, full names
//! only, columns with nothing in them, two files of which one repeats people. The floors stand below what was reached.
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

const COLUMNS: [(&str, Kind); 8] = [
    ("given", Kind::GivenName),
    ("second", Kind::GivenName),
    ("family", Kind::FamilyName),
    ("born", Kind::Date),
    ("sex", Kind::Sex),
    ("birth place", Kind::Text),
    ("postcode", Kind::Postcode),
    ("occupation", Kind::Text),
];
const GIVEN: [[&str; 12]; 2] = [
    [
        "John", "William", "Thomas", "George", "James", "Henry", "Walter", "Robert", "Edward",
        "Hugh", "Samuel", "Ralph",
    ],
    [
        "Mary",
        "Elizabeth",
        "Ann",
        "Sarah",
        "Jane",
        "Margaret",
        "Hannah",
        "Alice",
        "Florence",
        "Martha",
        "Ruth",
        "Harriet",
    ],
];
const ROOTS: [&str; 24] = [
    "Ash", "Brad", "Cart", "Dun", "Eld", "Fair", "Green", "Hart", "Ing", "Kirk", "Lang", "Mar",
    "Nor", "Old", "Pen", "Rad", "Stan", "Thorn", "Whit", "Wood", "Bel", "Cor", "Gar", "Hol",
];
const ENDS: [&str; 14] = [
    "ley", "ton", "ham", "ford", "wright", "man", "well", "by", "worth", "field", "son", "cliffe",
    "hurst", "more",
];
const TRADES: [&str; 12] = [
    "weaver",
    "painter",
    "politician",
    "farmer",
    "writer",
    "cricketer",
    "mason",
    "clergyman",
    "botanist",
    "engineer",
    "soldier",
    "printer",
];

impl Chance {
    fn in_a_hundred(&mut self, hundredths: usize) -> bool {
        self.below(100) < hundredths
    }

    fn name(&mut self) -> String {
        format!("{}{}", ROOTS[self.below(24)], ENDS[self.below(14)])
    }

    fn postcode(&mut self) -> String {
        let area = ["LS", "YO", "B", "M", "NE", "SW"][self.below(6)];
        let unit = ["AB", "DE", "FG", "HJ", "LN", "PQ"][self.below(6)];
        format!("{area}{} {}{unit}", 1 + self.below(20), self.below(10))
    }
}

type Record = [String; 8];

/// People in families of one to four.
fn people(count: usize, chance: &mut Chance) -> Vec<Record> {
    let mut people = Vec::new();
    while people.len() < count {
        let (family, place, postcode) = (chance.name(), chance.name(), chance.postcode());
        let year = 1750 + chance.below(180);
        for child in 0..1 + chance.below(4) {
            let sex = chance.below(2);
            let given = |chance: &mut Chance| GIVEN[sex][chance.below(12)].to_owned();
            people.push([
                given(chance),
                given(chance),
                family.clone(),
                format!(
                    "{}-{:02}-{:02}",
                    year + 2 * child,
                    1 + chance.below(12),
                    1 + chance.below(28)
                ),
                ["M", "F"][sex].to_owned(),
                place.clone(),
                postcode.clone(),
                TRADES[chance.below(12)].to_owned(),
            ]);
        }
    }
    people.truncate(count);
    people
}

/// A record of a person in which, of a hundred values, so many are wrong and so many missing.
fn recorded(person: &Record, (wrong, missing): (usize, usize), chance: &mut Chance) -> Record {
    let mut record = person.clone();
    for place in [0, 1, 2, 5, 7] {
        if chance.in_a_hundred(wrong) {
            let at = 1 + chance.below(record[place].len() - 1);
            let letter = ["a", "e", "n", "s", ""][chance.below(5)];
            record[place].replace_range(at..=at, letter);
        }
    }
    if chance.in_a_hundred(wrong) {
        record[3].truncate(4);
    } else if chance.in_a_hundred(wrong) {
        record[3].replace_range(5..7, "01");
    }
    if chance.in_a_hundred(wrong) {
        record[6] = chance.postcode();
    }
    for place in [0, 1, 2, 3, 4, 5, 6, 7] {
        if chance.in_a_hundred(missing) {
            record[place].clear();
        }
    }
    record
}

/// So many records, from one number up to another, of each of some people.
fn file(
    count: usize,
    times: (usize, usize),
    faults: (usize, usize),
    seed: u64,
) -> Vec<(u32, Record)> {
    let mut chance = Chance(seed);
    let mut records = Vec::new();
    for (person, whole) in (0..).zip(people(count, &mut chance)) {
        for _ in 0..times.0 + chance.below(times.1 - times.0 + 1) {
            records.push((person, recorded(&whole, faults, &mut chance)));
        }
    }
    records
}

/// Links files as they are, with nothing tuned.
fn linked(columns: &[(&str, Kind)], files: &[Vec<(u32, Vec<String>)>]) -> Quality {
    let columns = columns.iter().map(|(name, kind)| Column::new(name, *kind));
    let mut builder = Builder::new(Schema::new(columns.collect()).unwrap());
    let mut people = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let source = builder.source(&number.to_string(), Rows::MayRepeat);
        for (person, fields) in file {
            let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
            builder.push(people.len() as u64, source, &fields).unwrap();
            people.push(*person);
        }
    }
    let table = builder.finish().unwrap();
    let settings = Settings {
        seed: 1,
        threads: 2,
    };
    let quality = evaluate(&people, &link(&table, &settings, &|_| {}).clusters.of_row);
    println!(
        "{} records: pairs {:.4} / {:.4}, clusters {:.4}",
        people.len(),
        quality.pairs.precision(),
        quality.pairs.recall(),
        quality.clusters.f1()
    );
    quality
}

fn whole(records: Vec<(u32, Record)>) -> Vec<(u32, Vec<String>)> {
    let each = records.into_iter();
    each.map(|(person, record)| (person, record.to_vec()))
        .collect()
}

/// Among a hundred pairs of two clusters of one person, some look like two of a household.
#[test]
fn many_records_of_one_person_stay_together() {
    let quality = linked(&COLUMNS, &[whole(file(500, (6, 18), (25, 20), 1))]);
    assert!(quality.pairs.precision() > 0.97, "{quality:?}");
    assert!(quality.pairs.recall() > 0.85, "{quality:?}");
}

/// Too few records to learn from: what is believed beforehand must not link strangers.
#[test]
fn tiny_files_are_linked_with_care() {
    for (count, seed) in [(4, 2), (10, 3), (40, 4), (150, 5)] {
        let quality = linked(&COLUMNS, &[whole(file(count, (1, 3), (8, 8), seed))]);
        assert!(quality.pairs.precision() > 0.9, "{count}: {quality:?}");
        let floor = if count < 20 { 0.4 } else { 0.85 };
        assert!(quality.pairs.recall() > floor, "{count}: {quality:?}");
    }
}

#[test]
fn a_file_in_which_nobody_is_twice_stays_as_it_is() {
    for count in [12, 60, 1500] {
        let records = file(count, (1, 1), (10, 10), 6);
        let quality = linked(&COLUMNS, &[whole(records)]);
        let of_their_own = quality.clusters.precision();
        assert!(of_their_own > 0.99, "{count}: {quality:?}");
    }
}

/// Columns with nothing in them, or next to nothing, change nothing.
#[test]
fn empty_columns_do_no_harm() {
    let records = file(1200, (1, 3), (12, 10), 7);
    let plain = linked(&COLUMNS, &[whole(records.clone())]);
    let more = [
        ("maiden name", Kind::FormerName),
        ("address", Kind::Address),
        ("number", Kind::Identifier),
        ("mother", Kind::ParentName),
        ("remark", Kind::Text),
        ("ward", Kind::Code),
    ];
    let columns: Vec<_> = COLUMNS.into_iter().chain(more).collect();
    let widened = records
        .into_iter()
        .enumerate()
        .map(|(row, (person, record))| {
            let mut fields = record.to_vec();
            fields.resize(columns.len(), String::new());
            if row % 100 == 0 {
                fields[12] = format!("seen {}", row % 7);
            }
            (person, fields)
        });
    let empty = linked(&columns, &[widened.collect()]);
    assert!(plain.pairs.f1() > 0.98, "{plain:?}");
    assert!(empty.pairs.f1() > plain.pairs.f1() - 0.01, "{empty:?}");
}

/// One file has every person once, the other some of them several times.
#[test]
fn a_register_is_linked_with_a_file_that_repeats() {
    let register = whole(file(1500, (1, 1), (5, 5), 8));
    let other = whole(file(1500, (0, 3), (15, 12), 8));
    let quality = linked(&COLUMNS, &[register, other]);
    assert!(quality.pairs.precision() > 0.98, "{quality:?}");
    assert!(quality.pairs.recall() > 0.95, "{quality:?}");
}

/// Name, date and place in one column each, names written either way round.
#[test]
fn full_names_are_enough_with_a_date() {
    let columns = [
        ("name", Kind::FullName),
        ("born", Kind::Date),
        ("place", Kind::Text),
    ];
    let records = file(1500, (1, 3), (10, 5), 9);
    let joined = records.into_iter().enumerate().map(|(row, (person, it))| {
        let [given, second, family, born, _, place, _, _] = it;
        let name = match row % 3 {
            0 => format!("{family}, {given} {second}"),
            1 => format!("{given} {second} {family}").to_uppercase(),
            _ => format!("{given} {second} {family}"),
        };
        (person, vec![name, born, place])
    });
    let quality = linked(&columns, &[joined.collect()]);
    assert!(quality.pairs.precision() > 0.90, "{quality:?}");
    assert!(quality.pairs.recall() > 0.95, "{quality:?}");
}

/// Forty columns, thirty-six of them texts of which all but the last two are the same for everybody or empty: what these say
/// counts as it would among few.
#[test]
fn every_one_of_many_columns_counts() {
    let mut columns = vec![
        ("name".to_owned(), Kind::FullName),
        ("postcode".to_owned(), Kind::Postcode),
        ("number".to_owned(), Kind::Identifier),
        ("sex".to_owned(), Kind::Sex),
    ];
    columns.extend((0..36).map(|place| (format!("text {place}"), Kind::Text)));
    let records = file(400, (1, 3), (8, 8), 10);
    let widened = records.into_iter().enumerate().map(|(row, (person, it))| {
        let [given, second, family, born, sex, place, postcode, _] = it;
        let mut fields = vec![String::new(); 40];
        fields[0] = format!("{given} {second} {family}");
        fields[1] = postcode;
        fields[3] = sex;
        fields[4] = format!("parish {}", row % 2);
        fields[38] = place;
        fields[39] = born;
        (person, fields)
    });
    let wide: Vec<(u32, Vec<String>)> = widened.collect();
    let columns: Vec<(&str, Kind)> = columns
        .iter()
        .map(|(name, kind)| (name.as_str(), *kind))
        .collect();
    let narrow = wide
        .iter()
        .map(|(person, fields)| (*person, fields[..38].to_vec()));
    let without = linked(&columns[..38], &[narrow.collect()]);
    let all = linked(&columns, &[wide]);
    assert!(all.pairs.precision() > 0.93, "{all:?}");
    assert!(all.pairs.recall() > 0.85, "{all:?}");
    assert!(all.pairs.f1() > without.pairs.f1(), "{without:?} {all:?}");
}
