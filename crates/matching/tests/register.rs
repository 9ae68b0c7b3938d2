//! Records that arrive one by one find theirs, however many stand before it in a common block.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::unwrap_used,
    missing_docs,
    reason = "tests"
)]

use matching::link::{
    Builder, Column, Decided, Feature, Kind, Model, Register, Resolution, Rows, Schema, Settings,
    SourceId, Table, resolve, train,
};

/// Records of one year: more than a look-up of one block takes at a time.
const RECORDS: u64 = 5_200;
/// Who stands last.
const LAST: [&str; 4] = ["Rosalind", "Featherstone", "2012-03-04", "M14 5AB"];

fn builder() -> (Builder, SourceId) {
    let columns = [
        ("given", Kind::GivenName),
        ("family", Kind::FamilyName),
        ("date", Kind::Date),
        ("postcode", Kind::Postcode),
    ];
    let columns = columns.map(|(name, kind)| Column::new(name, kind));
    let mut builder = Builder::new(Schema::new(columns.to_vec()).unwrap());
    let source = builder.source("file", Rows::MayRepeat);
    (builder, source)
}

/// A record of a person, of whom there are thousands: all born in 2012.
fn record(person: u64) -> [String; 4] {
    let pick = |of: &[&str], by: u64| of[(person / by) as usize % of.len()].to_owned();
    [
        pick(
            &["Oliver", "Amelia", "Jack", "Isla", "Noah", "Ava", "Leo"],
            1,
        ),
        pick(
            &[
                "Smith", "Khan", "Patel", "Jones", "Walker", "Begum", "Harris", "Nguyen",
            ],
            7,
        ),
        format!(
            "2012-{:02}-{:02}",
            1 + person / 56 % 12,
            5 + person / 672 % 23
        ),
        format!("LS{} {}AB", 1 + person % 19, person % 7),
    ]
}

fn table_of(records: &[[String; 4]]) -> (Table, SourceId) {
    let (mut builder, source) = builder();
    for (key, record) in (0..).zip(records) {
        builder
            .push(key, source, &record.each_ref().map(String::as_str))
            .unwrap();
    }
    (builder.finish().unwrap(), source)
}

/// Learned from people of whom half are recorded twice. Candidates share the year only, as all do.
fn model() -> Model {
    let records: Vec<[String; 4]> = (0..900).map(|number| record(number * 2 / 3 * 31)).collect();
    let model = train(&table_of(&records).0, &Settings::default()).model;
    Model {
        passes: vec![vec![Feature::Year]],
        ..model
    }
}

fn finds_the_last(register: &Register, source: SourceId) {
    let incoming = register.read(source, &LAST).unwrap();
    let candidates = register.candidates(&incoming);
    let thresholds = register.model().thresholds;
    let resolution = resolve(&candidates, &Decided::default(), &thresholds);
    assert!(
        matches!(
            resolution,
            Resolution::Link {
                person: RECORDS,
                ..
            }
        ),
        "{resolution:?}"
    );
}

fn with_last() -> Vec<[String; 4]> {
    let last = LAST.map(str::to_owned);
    (0..RECORDS).map(record).chain([last]).collect()
}

#[test]
fn the_last_of_a_block_of_thousands_is_found() {
    let (table, source) = table_of(&with_last());
    finds_the_last(&Register::new(table, model(), u64::from), source);
}

/// Blocks that grow beyond their size are divided when they do.
#[test]
fn the_last_of_thousands_that_came_one_by_one_is_found() {
    let records = with_last();
    let (table, source) = table_of(&records);
    let mut register = Register::with_words_of(&table, model());
    for (key, record) in (0..).zip(&records) {
        let incoming = register
            .read(source, &record.each_ref().map(String::as_str))
            .unwrap();
        register.insert(key, &incoming, key).unwrap();
    }
    finds_the_last(&register, source);
    // What is there is found in the same way whether it came at once or one by one.
    let whole = Register::new(table, register.model().clone(), u64::from);
    for record in records.iter().step_by(97) {
        let fields = record.each_ref().map(String::as_str);
        let [one, other] = [&whole, &register].map(|register| {
            let incoming = register.read(source, &fields).unwrap();
            register.candidates(&incoming).len()
        });
        assert_eq!(one, other);
        assert!(one > 0);
    }
}
