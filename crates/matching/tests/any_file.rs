//! Whatever stands in a file, it is linked without harm, and in one way: neither the order of rows nor the number of threads
//! matters, and nothing that is no text breaks it.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    missing_docs,
    reason = "tests"
)]

use matching::link::{
    Builder, Column, Kind, Linked, Model, Register, Rows, Schema, Settings, SourceId, Table, link,
};
use proptest::prelude::*;

const KINDS: [(&str, Kind); 10] = [
    ("given", Kind::GivenName),
    ("family", Kind::FamilyName),
    ("former", Kind::FormerName),
    ("born", Kind::Date),
    ("sex", Kind::Sex),
    ("postcode", Kind::Postcode),
    ("address", Kind::Address),
    ("carers", Kind::ParentName),
    ("number", Kind::Identifier),
    ("remark", Kind::Text),
];

type Record = Vec<String>;

fn builder() -> (Builder, [SourceId; 2]) {
    let columns = KINDS.map(|(name, kind)| Column::new(name, kind));
    let mut builder = Builder::new(Schema::new(columns.to_vec()).unwrap());
    let sources = [("many", Rows::MayRepeat), ("once", Rows::Distinct)];
    let sources = sources.map(|(name, rows)| builder.source(name, rows));
    (builder, sources)
}

/// Records by key; of every fifth key they are of the file of distinct people.
fn table_of<'a>(records: impl Iterator<Item = &'a (u64, Record)>) -> (Table, [SourceId; 2]) {
    let (mut builder, sources) = builder();
    for (key, record) in records {
        let fields: Vec<&str> = record.iter().map(String::as_str).collect();
        builder
            .push(*key, sources[usize::from(key % 5 == 0)], &fields)
            .unwrap();
    }
    (builder.finish().unwrap(), sources)
}

fn run(table: &Table, threads: usize) -> Linked {
    link(table, &Settings { seed: 3, threads }, &|_| {})
}

/// Any bytes, as far as they are text; control characters, marks of direction and halves of letters among them.
fn any_text() -> impl Strategy<Value = String> {
    let bytes = prop::collection::vec(any::<u8>(), 0..24);
    prop_oneof![
        2 => bytes.prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        2 => any::<String>(),
        1 => "[\\x00-\\x20\\x7f-\\u{9f}\\u{200b}-\\u{202e}\\u{300}-\\u{36f}|\t\"';,=-]{0,12}",
        1 => "[0-9/.-]{0,40}",
        1 => Just("x".repeat(3_000)),
    ]
}

/// What files hold: few values, so that many agree.
fn usual(column: usize) -> impl Strategy<Value = String> {
    let values: &'static [&'static str] = match column {
        0 => &["Ann", "Anne", "Mohammed", "Ali Mohammed", "A", ""],
        1 | 2 => &["Smith", "Smyth", "Khan", "Khan-Smith", "Ann", ""],
        3 => &[
            "2012-03-04",
            "2012-04-03",
            "2012-03-05",
            "2012",
            "1900-01-01",
            "",
        ],
        4 => &["F", "M", ""],
        5 => &["LS1 4AP", "LS1 4AQ", "M14 5AB", ""],
        6 => &["1 High Street Yate", "2 Mill Lane", ""],
        7 => &["Jane Smith", "Jane Smith John Smith", ""],
        8 => &["9434765919", "9434765918", "1234567890", ""],
        _ => &["weaver", "weavr", ""],
    };
    prop::sample::select(values).prop_map(str::to_owned)
}

fn usual_record() -> impl Strategy<Value = Record> {
    (0..KINDS.len()).map(usual).collect::<Vec<_>>()
}

fn keyed(records: Vec<Record>) -> Vec<(u64, Record)> {
    (0..).map(|place: u64| place * 7 + 1).zip(records).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_rows_and_the_number_of_threads_never_matter(
        (records, turned) in prop::collection::vec(usual_record(), 0..40)
            .prop_map(keyed)
            .prop_flat_map(|records| (Just(records.clone()), Just(records).prop_shuffle())),
        threads in 1_usize..5,
    ) {
        let (first, _) = table_of(records.iter());
        let (second, _) = table_of(turned.iter());
        let (one, other) = (run(&first, 1), run(&second, threads));
        prop_assert_eq!(one.model.to_text(), other.model.to_text());
        prop_assert_eq!(&one.scored, &other.scored);
        prop_assert_eq!(&one.clusters, &other.clusters);
        prop_assert_eq!(Model::from_text(&one.model.to_text()), Ok(one.model.clone()));
        let bits = one.scored.edges.iter().map(|edge| edge.bits);
        prop_assert!(bits.into_iter().all(f32::is_finite));
        // Of nothing that scores lower is it said that it is certain.
        if let Some(certain) = one.model.thresholds.certain_bits {
            prop_assert!(certain > one.model.thresholds.link_bits);
        }
    }

    #[test]
    fn any_bytes_are_linked_without_harm(
        records in prop::collection::vec(prop::collection::vec(any_text(), KINDS.len()), 0..24).prop_map(keyed),
        usual in prop::collection::vec(usual_record(), 0..8),
    ) {
        let usual = (100_000..).zip(usual);
        let records: Vec<(u64, Record)> = records.into_iter().chain(usual).collect();
        let (table, sources) = table_of(records.iter());
        let linked = run(&table, 2);
        prop_assert_eq!(linked.clusters.of_row.len(), records.len());
        let mut register = Register::new(table, linked.model, u64::from);
        for (key, record) in &records {
            let fields: Vec<&str> = record.iter().map(String::as_str).collect();
            let incoming = register.read(sources[0], &fields).unwrap();
            for candidate in register.candidates(&incoming) {
                let explanation = register.explain(&incoming, candidate.key).unwrap();
                let svg = explanation.svg();
                prop_assert!(svg.starts_with("<svg") && !svg.chars().any(char::is_control));
                prop_assert!(explanation.total_bits.is_finite() && !explanation.words().is_empty());
            }
            register.insert(key + 1_000_000, &incoming, *key).unwrap();
            prop_assert!(register.row_of(*key).is_some());
        }
    }
}
