//! What is learned of values that depend on one another: rows of one file, and changes of name and place together.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::unwrap_used,
    missing_docs,
    reason = "tests"
)]

use matching::link::{
    Builder, Column, Field, Kind, Model, Rows, Schema, Settings, Table, explain, train,
};

const COLUMNS: [(&str, Kind); 5] = [
    ("given", Kind::GivenName),
    ("family", Kind::FamilyName),
    ("born", Kind::Date),
    ("postcode", Kind::Postcode),
    ("sex", Kind::Sex),
];
const LETTERS: [&str; 12] = [
    "ba", "ce", "di", "fo", "gu", "ha", "le", "mi", "no", "ru", "sa", "te",
];

/// SplitMix64 (Steele, Lea and Flood 2014).
fn chance(seed: u64) -> usize {
    let mixed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) >> 33) as usize
}

fn name(seed: u64) -> String {
    let part = |of: u64| LETTERS[chance(seed * 3 + of) % 12];
    format!("{}{}{}", part(0), part(1), part(2))
}

fn postcode(seed: u64) -> String {
    format!("M{} {}AB", 1 + chance(seed) % 30, chance(seed + 1) % 10)
}

/// Two files that list everybody: the first once, the second one in four twice. One in ten has moved and, then, changed
/// the family name.
fn two_files() -> Table {
    let columns = COLUMNS.map(|(name, kind)| Column::new(name, kind));
    let mut builder = Builder::new(Schema::new(columns.to_vec()).unwrap());
    let once = builder.source("once", Rows::MayRepeat);
    let twice = builder.source("twice", Rows::MayRepeat);
    let mut key = 0;
    for person in 0..3_000_u64 {
        let born = format!(
            "20{:02}-{:02}-{:02}",
            chance(person) % 20,
            1 + chance(person + 7) % 12,
            1 + chance(person + 9) % 28
        );
        let given = name(person + 100_000);
        let changed = if person % 10 == 0 { 500_000 } else { 0 };
        let sources = [once, twice, twice];
        let copies = if person % 4 == 0 { 3 } else { 2 };
        for (copy, source) in sources.into_iter().take(copies).enumerate() {
            let since = if copy == 0 { 0 } else { changed };
            let (family, place) = (name(person + since), postcode(person * 2 + since));
            builder
                .push(key, source, &[&given, &family, &born, &place, "F"])
                .unwrap();
            key += 1;
        }
    }
    builder.finish().unwrap()
}

/// Bits of a level for a match and against strangers.
fn bits(model: &Model, field: Field, level: usize) -> f32 {
    let comparison = model
        .comparisons
        .iter()
        .find(|it| it.field == field)
        .unwrap();
    comparison.levels[level][0] - comparison.levels[level][1]
}

#[test]
fn a_file_that_lists_everybody_once_speaks_against_two_of_its_rows() {
    let table = two_files();
    let settings = Settings {
        seed: 1,
        threads: 1,
    };
    let model = train(&table, &settings).model;
    let (two, once, twice) = (
        bits(&model, Field::File, 1),
        bits(&model, Field::File, 2),
        bits(&model, Field::File, 3),
    );
    assert!(two > 0.3, "{two}");
    assert!(once < -3.0, "{once}");
    assert!((-2.5..0.0).contains(&twice), "{twice}");
    // The first person's second and third rows are both of the second file. Of a file that the model has not seen
    // nothing is known.
    let term = |model: &Model| explain(&table, model, 1, 2).terms[0].bits;
    assert!((term(&model) - twice).abs() < 1e-4);
    let mut unseen = model.clone();
    unseen.files = vec!["once".to_owned(), "other".to_owned()];
    assert!(term(&unseen).abs() < 1e-4);
}

#[test]
fn a_change_of_name_and_place_at_once_is_one_event() {
    let model = train(
        &two_files(),
        &Settings {
            seed: 1,
            threads: 1,
        },
    )
    .model;
    let together = bits(&model, Field::Change, 2);
    assert!((1.5..6.1).contains(&together), "{together}");
    assert!(bits(&model, Field::Change, 1).abs() < 1e-6);
}
