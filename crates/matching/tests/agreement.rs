//! The nearer two dates the higher the score, though half of the people bear one name; and no pair has two scores.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::unwrap_used,
    missing_docs,
    reason = "tests"
)]

use std::sync::LazyLock;

use matching::link::{
    Builder, Column, Explanation, Kind, Model, Rows, Schema, Settings, Table, explain, train,
};
use proptest::prelude::*;

const GIVEN: [&str; 9] = [
    "Mohammed",
    "Mohammad",
    "Ali Mohammed",
    "Mohammed Ali",
    "Ali",
    "Khan",
    "Rosalind",
    "Rosalynd",
    "M",
];
const FAMILY: [&str; 7] = [
    "Khan",
    "Khan-Smith",
    "Smith",
    "Smyth",
    "Mohammed",
    "Featherstone",
    "Fetherston",
];
/// Each after the first agrees less with it: a digit, a day of the month, a year, more.
const BORN: [&str; 6] = [
    "1984-03-05",
    "1984-03-06",
    "1984-03-17",
    "1984-11-22",
    "1986-07-19",
    "1991-12-28",
];
const SEX: [&str; 2] = ["F", "M"];
const TRADE: [&str; 3] = ["weaver", "weavr", "clergyman"];

type Record = [&'static str; 5];

const VALUES: [&[&str]; 5] = [&GIVEN, &FAMILY, &BORN, &SEX, &TRADE];

fn table_of(records: &[[String; 5]]) -> Table {
    let columns = [
        ("given", Kind::GivenName),
        ("family", Kind::FamilyName),
        ("born", Kind::Date),
        ("sex", Kind::Sex),
        ("trade", Kind::Text),
    ];
    let columns = columns.map(|(name, kind)| Column::new(name, kind));
    let mut builder = Builder::new(Schema::new(columns.to_vec()).unwrap());
    let source = builder.source("file", Rows::MayRepeat);
    for (key, record) in (0..).zip(records) {
        builder
            .push(key, source, &record.each_ref().map(String::as_str))
            .unwrap();
    }
    builder.finish().unwrap()
}

/// Of a number, one of some values: the first for about half of the people.
fn skewed(values: &[&str], number: u64) -> String {
    let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
    let place = match mixed % 20 {
        0..9 => 0,
        _ => (mixed / 20) as usize % values.len(),
    };
    values[place].to_owned()
}

/// Some hundreds of people, recorded twice, some with a slip.
fn population() -> Vec<[String; 5]> {
    (0..700_u64)
        .map(|number| {
            let (person, slip) = (number / 2, number % 13);
            let of = |column: u64| {
                person
                    .wrapping_mul(5)
                    .wrapping_add(column)
                    .wrapping_mul(977)
            };
            let mut given = skewed(&GIVEN, of(1));
            let mut family = skewed(&FAMILY, of(2));
            let mut born = format!(
                "19{:02}-{:02}-{:02}",
                50 + of(3) / 977 % 43,
                1 + of(3) / 31 % 12,
                1 + of(3) / 7 % 28
            );
            match slip {
                0 => given = skewed(&GIVEN, of(6)),
                1 => family = skewed(&FAMILY, of(7)),
                2 => born.replace_range(9.., "9"),
                _ => {}
            }
            let sex = SEX[usize::from(given != "Rosalind")].to_owned();
            [given, family, born, sex, skewed(&TRADE, of(4))]
        })
        .collect()
}

/// Every record there can be, after the population: the value of each column is a digit of its number.
static ALL: LazyLock<(Table, Model, u32)> = LazyLock::new(|| {
    let mut records = population();
    let model = train(&table_of(&records), &Settings::default()).model;
    let first = records.len() as u32;
    let count: usize = VALUES.iter().map(|values| values.len()).product();
    records.extend((0..count).map(|mut number| {
        VALUES.map(|values| {
            let value = values[number % values.len()].to_owned();
            number /= values.len();
            value
        })
    }));
    (table_of(&records), model, first)
});

fn row_of(record: &Record) -> u32 {
    let (_, _, first) = &*ALL;
    let places = VALUES.iter().zip(record).rev();
    let number = places.fold(0, |number, (values, value)| {
        let place = values.iter().position(|it| it == value).unwrap();
        number * values.len() + place
    });
    first + number as u32
}

fn explained(one: &Record, other: &Record) -> Explanation {
    let (table, model, _) = &*ALL;
    explain(table, model, row_of(one), row_of(other))
}

fn record() -> impl Strategy<Value = Record> {
    let one = |values: &'static [&'static str]| prop::sample::select(values);
    let values = (
        one(&GIVEN),
        one(&FAMILY),
        one(&BORN),
        one(&SEX),
        one(&TRADE),
    );
    values.prop_map(|(given, family, born, sex, trade)| [given, family, born, sex, trade])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn a_pair_has_one_score(one in record(), other in record()) {
        let (there, back) = (explained(&one, &other), explained(&other, &one));
        prop_assert!((there.total_bits - back.total_bits).abs() < 1e-3, "{}\n{}", there.words(), back.words());
    }
}

#[test]
fn the_nearer_a_date_the_higher_the_score() {
    let whole = ["Rosalind", "Khan", BORN[0], "F", "weaver"];
    let bits = BORN.map(|born| {
        let other = ["Rosalind", "Khan", born, "F", "weaver"];
        explained(&whole, &other).total_bits
    });
    assert!(
        bits.is_sorted_by(|one, other| *other <= *one + 1e-3),
        "{bits:?}"
    );
    assert!(bits[0] > bits[5] + 3.0, "{bits:?}");
}
