//! Two records by themselves are weighed as two rows of a table are, and the explanation is the weight.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    missing_docs,
    reason = "tests"
)]

use std::sync::LazyLock;

use matching::link::{
    Builder, Column, Frequencies, Kind, Model, Portrait, Rows, Scales, Schema, Settings, Table,
    Term, explain, train,
};
use proptest::prelude::*;

const KINDS: [(&str, Kind); 12] = [
    ("given", Kind::GivenName),
    ("family", Kind::FamilyName),
    ("former", Kind::FormerName),
    ("other", Kind::FormerName),
    ("born", Kind::Date),
    ("sex", Kind::Sex),
    ("address", Kind::Address),
    ("postcode", Kind::Postcode),
    ("carers", Kind::ParentName),
    ("school", Kind::Code),
    ("number", Kind::Identifier),
    ("pupil", Kind::Identifier),
];

const GIVEN: [&str; 16] = [
    "",
    "Ann",
    "Anne",
    "Ann Mary",
    "Mary Ann",
    "Elizabeth",
    "Liz",
    "A",
    "Mohammed Ali",
    "Muhammad",
    "Smith",
    "Baby",
    "Rose-May",
    "Zoë",
    "Oliver",
    "Olivia Grace Ivy Rose",
];
const FAMILY: [&str; 14] = [
    "",
    "Smith",
    "Smyth",
    "Smith-Jones",
    "Jones",
    "van der Berg",
    "Berg",
    "Ann",
    "O'Brien",
    "OBrien",
    "Choudhury",
    "Chowdhry",
    "Marsh",
    "Marsch",
];
const BORN: [&str; 8] = [
    "",
    "2012-03-04",
    "2012-04-03",
    "2012-03-05",
    "2013-03-04",
    "2012-03",
    "1999-12-31",
    "2012-11-30",
];
const SEX: [&str; 3] = ["", "F", "M"];
const ADDRESS: [&str; 5] = [
    "",
    "1 High Street Yate",
    "1 High St Yate",
    "12 Mill Lane Leeds",
    "Flat 2 1 High Street",
];
const POSTCODE: [&str; 6] = [
    "", "BS37 4AX", "BS37 4AY", "BS37 5AX", "LS1 4AP", "EC1A 1BB",
];
const CARERS: [&str; 4] = ["", "Jane Smith John Smith", "Jane Smith", "Amara Okafor"];
const SCHOOL: [&str; 4] = ["", "123456", "123457", "654321"];
const NUMBER: [&str; 4] = ["", "9434765919", "9434765870", "9434765991"];

type Record = [&'static str; 12];

fn record() -> impl Strategy<Value = Record> {
    let one = |values: &'static [&'static str]| prop::sample::select(values);
    (
        (one(&GIVEN), one(&FAMILY), one(&FAMILY), one(&FAMILY)),
        (one(&BORN), one(&SEX), one(&ADDRESS), one(&POSTCODE)),
        (one(&CARERS), one(&SCHOOL), one(&NUMBER), one(&NUMBER)),
    )
        .prop_map(|(a, b, c)| [a.0, a.1, a.2, a.3, b.0, b.1, b.2, b.3, c.0, c.1, c.2, c.3])
}

fn schema() -> Schema {
    let column = |(name, kind): (&str, Kind)| Column::new(name, kind);
    Schema::new(KINDS.into_iter().map(column).collect()).unwrap()
}

fn table(records: &[Record]) -> Table {
    let mut builder = Builder::new(schema());
    let source = builder.source("one", Rows::MayRepeat);
    for (key, record) in (0..).zip(records) {
        builder.push(key, source, record).unwrap();
    }
    builder.finish().unwrap()
}

/// A model of some hundreds of invented people: what its bits are does not matter here.
static MODEL: LazyLock<(Model, Frequencies)> = LazyLock::new(|| {
    let pick = |values: &[&'static str], number: usize| values[number % values.len()];
    let records: Vec<Record> = (0..600_usize)
        .map(|number| {
            let person = number / 2;
            let slip = usize::from(number % 14 == 0);
            [
                pick(&GIVEN, person * 7 + slip),
                pick(&FAMILY, person * 5 + slip),
                pick(&FAMILY, person * 3),
                "",
                pick(&BORN, person * 11 + slip),
                pick(&SEX, person),
                pick(&ADDRESS, person / 2),
                pick(&POSTCODE, person / 2 + slip),
                pick(&CARERS, person / 3),
                pick(&SCHOOL, person / 5),
                pick(&NUMBER, person),
                "",
            ]
        })
        .collect();
    let table = table(&records);
    (
        train(&table, &Settings::default()).model,
        Frequencies::of(&table),
    )
});

fn scales() -> Scales {
    Scales::new(MODEL.0.clone(), MODEL.1.clone(), 11_000_000)
}

fn portrait(record: &Record) -> Portrait {
    Portrait::read(&schema(), record).unwrap()
}

proptest! {
    /// Every field has the level that it has between two rows of a table.
    #[test]
    fn levels_are_those_of_a_table(one in record(), other in record()) {
        let table = table(&[one, other]);
        let expected = explain(&table, &MODEL.0, 0, 1);
        let found = scales().explain(&portrait(&one), &portrait(&other));
        // Which names go together is known of a table only.
        let expected = expected.terms.iter().filter(|term| term.field != "names");
        let levels = |term: &Term| (term.field.clone(), term.level);
        prop_assert_eq!(
            found.terms.iter().map(levels).collect::<Vec<_>>(),
            expected.map(levels).collect::<Vec<_>>()
        );
    }

    /// The total is what is decided by, and it is the sum of what is shown.
    #[test]
    fn the_explanation_is_the_weight(one in record(), other in record()) {
        let (one, other) = (portrait(&one), portrait(&other));
        let scales = scales();
        let weighed = scales.weigh(&one, &other);
        let explained = scales.explain(&one, &other);
        prop_assert!((weighed.bits - explained.total_bits).abs() < 1e-3);
        let terms: f32 = explained.terms.iter().map(|term| term.bits + term.frequency_bits).sum();
        let sum = explained.prior_bits + terms + explained.others_bits;
        prop_assert!((sum - explained.total_bits).abs() < 1e-2, "{sum} {}", explained.total_bits);
    }

    #[test]
    fn weighing_is_symmetric_and_the_widest_is_no_less(one in record(), other in record()) {
        let (one, other) = (portrait(&one), portrait(&other));
        let (there, back) = (scales().weigh(&one, &other), scales().weigh(&other, &one));
        prop_assert!((there.bits - back.bits).abs() < 1e-3);
        prop_assert!((there.widest_bits - back.widest_bits).abs() < 1e-3);
        prop_assert!(there.widest_bits >= there.bits);
        prop_assert_eq!(one.is_identical(&other), other.is_identical(&one));
    }
}

#[test]
fn the_larger_the_population_the_less_an_agreement_says() {
    let one = portrait(&[
        "Ann",
        "Marsh",
        "",
        "",
        "2012-03-04",
        "F",
        "",
        "",
        "",
        "",
        "",
        "",
    ]);
    let few = Scales::new(MODEL.0.clone(), MODEL.1.clone(), 20_000);
    assert!(few.weigh(&one, &one).bits > scales().weigh(&one, &one).bits);
}

#[test]
fn a_twin_and_another_number_do_not_hide_who_must_not_be_missed() {
    let known = [
        "Ann",
        "Marsh",
        "",
        "",
        "2012-03-04",
        "F",
        "1 High Street Yate",
        "BS37 4AX",
        "",
        "",
        "9434765919",
        "",
    ];
    let mut renamed = known;
    renamed[0] = "Oliver";
    renamed[10] = "9434765870";
    let weighed = scales().weigh(&portrait(&known), &portrait(&renamed));
    assert!(weighed.widest_bits > weighed.bits);
    assert!(weighed.given_differs && !weighed.family_differs && !weighed.date_differs);
}
