//! Historical people: families share names, dates are partial, occupation and birth place are text, and much is missing.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "tests"
)]

use std::collections::HashSet;

use matching::link::{
    Builder, Column, Kind, Rows, Schema, Settings, Table, compare, evaluate, link,
};

const COLUMNS: [(&str, Kind); 6] = [
    ("given names", Kind::GivenName),
    ("family name", Kind::FamilyName),
    ("born", Kind::Date),
    ("sex", Kind::Sex),
    ("birth place", Kind::Text),
    ("occupation", Kind::Text),
];
const GIVEN: [[&str; 14]; 2] = [
    [
        "John", "William", "Thomas", "George", "James", "Henry", "Joseph", "Robert", "Edward",
        "Charles", "Samuel", "Richard", "Isaac", "Abel",
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
        "Ellen",
        "Martha",
        "Emma",
        "Harriet",
        "Susannah",
        "Keziah",
    ],
];
const ROOTS: [&str; 20] = [
    "Ash", "Brad", "Cart", "Dun", "Eld", "Fair", "Green", "Hart", "Ing", "Kirk", "Lang", "Mar",
    "Nor", "Old", "Pen", "Rad", "Stan", "Thorn", "Whit", "Wood",
];
const ENDS: [&str; 12] = [
    "ley", "ton", "ham", "ford", "wright", "man", "well", "by", "worth", "field", "son", "cliffe",
];
const TRADES: [&str; 16] = [
    "agricultural labourer",
    "servant",
    "weaver",
    "cotton spinner",
    "coal miner",
    "blacksmith",
    "shoemaker",
    "farmer",
    "dressmaker",
    "carpenter",
    "laundress",
    "carter",
    "tailor",
    "mason",
    "butcher",
    "schoolmaster",
];

/// SplitMix64 (Steele, Lea and Flood 2014).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) >> 33
    }

    fn below(&mut self, limit: usize) -> usize {
        self.next() as usize % limit
    }

    fn in_a_hundred(&mut self, hundredths: usize) -> bool {
        self.below(100) < hundredths
    }

    /// One of many, the first far more often than the last.
    fn common<'a>(&mut self, of: &[&'a str]) -> &'a str {
        let (one, other) = (self.below(of.len()), self.below(of.len()));
        of[one.min(other)]
    }
}

type Record = [String; 6];

/// Records with their person: parishes of families, two to four records each, hardly one without an error.
fn parish_registers(people: usize, seed: u64) -> Vec<(u32, Record)> {
    let mut chance = Chance(seed);
    let mut records = Vec::new();
    let mut person = 0;
    while person < people {
        let family = format!("{}{}", chance.common(&ROOTS), chance.common(&ENDS));
        let place = format!("{}{}", ROOTS[chance.below(20)], ENDS[chance.below(12)]);
        let trade = TRADES[chance.below(16)];
        let first_year = 1790 + chance.below(70);
        for child in 0..1 + chance.below(7) {
            let sex = chance.below(2);
            let whole = [
                chance.common(&GIVEN[sex]).to_owned(),
                chance.common(&GIVEN[sex]).to_owned(),
                family.clone(),
                place.clone(),
                if chance.in_a_hundred(60) {
                    trade
                } else {
                    TRADES[chance.below(16)]
                }
                .to_owned(),
            ];
            let born = [
                first_year + 2 * child,
                1 + chance.below(12),
                1 + chance.below(28),
            ];
            for _ in 0..2 + chance.below(3) {
                records.push((person as u32, written(&whole, born, sex, &mut chance)));
            }
            person += 1;
        }
    }
    records
}

/// A record as a clerk wrote it.
fn written(whole: &[String; 5], born: [usize; 3], sex: usize, chance: &mut Chance) -> Record {
    let [first, second, family, place, trade] = whole;
    let given = match chance.below(10) {
        0 => first.chars().take(1).collect(),
        1 => misspelt(first, chance),
        2..6 => first.clone(),
        _ => format!("{first} {second}"),
    };
    let family = if chance.in_a_hundred(25) {
        misspelt(family, chance)
    } else {
        family.clone()
    };
    let year = if chance.in_a_hundred(30) {
        born[0] + chance.below(5) - 2
    } else {
        born[0]
    };
    let date = match chance.below(10) {
        0 => String::new(),
        1..6 => year.to_string(),
        6 => format!("{year}-{:02}", born[1]),
        _ => format!("{year}-{:02}-{:02}", born[1], born[2]),
    };
    let text = |text: &String, missing: usize, chance: &mut Chance| match chance.below(100) {
        it if it < missing => String::new(),
        it if it < missing + 20 => misspelt(text, chance),
        _ => text.clone(),
    };
    let place = text(place, 20, chance);
    let trade = if chance.in_a_hundred(30) {
        TRADES[chance.below(16)].to_owned()
    } else {
        text(trade, 30, chance)
    };
    let sex = if chance.in_a_hundred(5) {
        ""
    } else {
        ["M", "F"][sex]
    };
    [given, family, date, sex.to_owned(), place, trade]
}

/// A letter left out, doubled or changed.
fn misspelt(word: &str, chance: &mut Chance) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let place = 1 + chance.below(letters.len() - 1);
    match chance.below(3) {
        0 => drop(letters.remove(place)),
        1 => letters.insert(place, letters[place]),
        _ => letters[place] = ['a', 'e', 'i', 'o', 'y', 'n', 't', 's'][chance.below(8)],
    }
    letters.into_iter().collect()
}

/// So many records that not every pair is compared. A pair is found by blocking when it is compared at all: with a review
/// threshold far below any score, every pair compared is an edge.
#[test]
fn blocking_finds_historical_people() {
    let records = parish_registers(4_000, 1841);
    let table = table(&records);
    let settings = Settings {
        seed: 1,
        threads: 2,
    };
    let linked = link(&table, &settings, &|_| {});
    let mut model = linked.model.clone();
    model.thresholds.review_bits = -500.0;
    let compared = compare(&table, &model, &settings, &|_| {});
    let met: HashSet<(u32, u32)> = compared
        .edges
        .iter()
        .map(|edge| (edge.left, edge.right))
        .collect();
    let (mut pairs, mut found) = (0_u32, 0_u32);
    for (left, (person, _)) in records.iter().enumerate() {
        for (right, _) in records
            .iter()
            .enumerate()
            .skip(left + 1)
            .take_while(|(_, (it, _))| it == person)
        {
            pairs += 1;
            found += u32::from(met.contains(&(left as u32, right as u32)));
        }
    }
    let people: Vec<u32> = records.iter().map(|(person, _)| *person).collect();
    let quality = evaluate(&people, &linked.clusters.of_row);
    let recall = f64::from(found) / f64::from(pairs);
    let passes: Vec<&str> = compared
        .passes
        .iter()
        .map(|pass| pass.name.as_str())
        .collect();
    println!(
        "{} records: blocking found {recall:.4} of {pairs} pairs in {} comparisons; pairs {:.4} / {:.4}; {passes:?}",
        records.len(),
        compared.comparisons,
        quality.pairs.precision(),
        quality.pairs.recall()
    );
    assert!(!passes.contains(&"every pair"), "blocking is not tested");
    assert!(recall > 0.97, "{recall}");
    assert!(quality.pairs.precision() > 0.8, "{quality:?}");
}

/// Of five dates one is whole: that two years agree is most of what a date says, and in a small file it is not learned from nothing.
#[test]
fn small_registers_of_years_alone_are_linked() {
    for (people, seed) in [(150, 9), (400, 7)] {
        let mut records = parish_registers(people, seed);
        let dates = records.iter_mut().map(|(_, record)| &mut record[2]);
        for (_, date) in dates.enumerate().filter(|(key, _)| key % 5 != 0) {
            date.truncate(4);
        }
        let table = table(&records);
        let settings = Settings {
            seed: 1,
            threads: 2,
        };
        let linked = link(&table, &settings, &|_| {});
        let people: Vec<u32> = records.iter().map(|(person, _)| *person).collect();
        let pairs = evaluate(&people, &linked.clusters.of_row).pairs;
        let (precision, recall) = (pairs.precision(), pairs.recall());
        println!(
            "{} records: pairs {precision:.4} / {recall:.4}",
            records.len()
        );
        assert!(precision > 0.85, "{precision}");
        assert!(recall > 0.85, "{recall}");
    }
}

fn table(records: &[(u32, Record)]) -> Table {
    let columns = COLUMNS
        .iter()
        .map(|(name, kind)| Column::new(name, *kind))
        .collect();
    let mut builder = Builder::new(Schema::new(columns).unwrap());
    let source = builder.source("registers", Rows::MayRepeat);
    for (key, (_, record)) in (0..).zip(records) {
        builder
            .push(key, source, &record.each_ref().map(String::as_str))
            .unwrap();
    }
    builder.finish().unwrap()
}
