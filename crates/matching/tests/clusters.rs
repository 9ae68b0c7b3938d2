//! Laws of clusters: however many records one has, none contradicts another.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::unwrap_used,
    missing_docs,
    reason = "tests"
)]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use matching::link::{
    Builder, Clusters, Column, Conflict, Contradiction, Decisions, Edge, Kind, Model, Rows, Schema,
    Settings, Table, cluster_in_threads, train,
};
use proptest::prelude::*;

/// Records of each half of the large clusters: more than are scored against one another.
const HALF: usize = 40;
/// Names and dates of the many records of one person.
const PERSON: [&str; 4] = ["Freya", "Featherstone", "2012-03-04", "M14 5AB"];
/// Numbers, of which the second and third are a digit from the first and not from each other.
const NUMBERS: [&str; 6] = [
    "",
    "9434765919",
    "9434765918",
    "9434765819",
    "1234567890",
    "AB12",
];

/// A number, and whether the record is of the file of distinct people.
type Record = (&'static str, bool);

fn schema() -> Schema {
    let columns = [
        ("given", Kind::GivenName),
        ("family", Kind::FamilyName),
        ("date", Kind::Date),
        ("postcode", Kind::Postcode),
        ("number", Kind::Identifier),
    ];
    let columns = columns.map(|(name, kind)| Column::new(name, kind));
    Schema::new(columns.to_vec()).unwrap()
}

fn table_of(records: &[Record]) -> Table {
    let mut builder = Builder::new(schema());
    let [repeating, distinct] = [("many", Rows::MayRepeat), ("once", Rows::Distinct)]
        .map(|(name, rows)| builder.source(name, rows));
    for (key, (number, is_distinct)) in (0..).zip(records) {
        let [given, family, date, postcode] = PERSON;
        let source = if *is_distinct { distinct } else { repeating };
        let fields = [given, family, date, postcode, number];
        builder.push(key, source, &fields).unwrap();
    }
    builder.finish().unwrap()
}

/// A model of some hundreds of people, each recorded twice.
static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let mut builder = Builder::new(schema());
    let source = builder.source("many", Rows::MayRepeat);
    for record in 0..600_u64 {
        let person = record / 2;
        let given = format!(
            "{}a",
            ["Bel", "Cor", "Nor", "Mar", "Ide"][person as usize % 5]
        );
        let family = format!("F{}x{}", person % 17, person % 13);
        let date = format!(
            "20{:02}-0{}-1{}",
            5 + person % 14,
            1 + person % 9,
            person % 7
        );
        let number = format!("{}", 1_000_003 * (person + 77));
        let fields = [&given, &family, &date, "LS1 4AP", &number];
        builder
            .push(record, source, &fields.map(|it: &str| it))
            .unwrap();
    }
    train(&builder.finish().unwrap(), &Settings::default()).model
});

fn clustered(table: &Table, edges: &[Edge], decisions: &Decisions) -> Clusters {
    cluster_in_threads(table, &MODEL, (edges, 0.0), (decisions, 2))
}

fn edge(left: usize, right: usize, bits: f32) -> Edge {
    Edge {
        left: left as u32,
        right: right as u32,
        bits,
    }
}

/// Two long chains of strong links, and weaker ones from each record of the one to each of the other.
fn two_halves() -> Vec<Edge> {
    let inside = (1..2 * HALF).filter(|row| *row != HALF);
    let inside = inside.map(|row| edge(row - 1, row, 30.0));
    let across = (0..HALF).flat_map(|left| (HALF..2 * HALF).map(move |right| (left, right)));
    inside
        .chain(across.map(|(left, right)| edge(left, right, 20.0)))
        .collect()
}

/// The halves stay apart, and every weaker link is a conflict of this kind between the last records of both.
fn stay_apart(clusters: &Clusters, because: Contradiction) {
    for row in 0..2 * HALF {
        let first = if row < HALF { 0 } else { HALF as u32 };
        assert_eq!(clusters.of_row[row], first, "{because:?} {row}");
    }
    assert_eq!(clusters.conflicts.len(), HALF * HALF);
    let last = (HALF as u32 - 1, 2 * HALF as u32 - 1);
    let is_so = |it: &Conflict| it.because == because && it.between == last;
    assert!(clusters.conflicts.iter().all(is_so), "{because:?}");
}

/// Only the last record of each half bears the number, is of the file, or was decided about.
#[test]
fn what_the_last_of_many_records_says_keeps_two_people_apart() {
    let mut records: Vec<Record> = vec![("", false); 2 * HALF];
    let nothing = Decisions::default();
    let whole = clustered(&table_of(&records), &two_halves(), &nothing);
    assert!(whole.of_row.iter().all(|first| *first == 0));

    let different = Decisions {
        same: Vec::new(),
        different: vec![(2 * HALF as u64 - 1, HALF as u64 - 1)],
    };
    let table = table_of(&records);
    let clusters = clustered(&table, &two_halves(), &different);
    stay_apart(&clusters, Contradiction::Decided);

    records[HALF - 1].0 = NUMBERS[1];
    records[2 * HALF - 1].0 = NUMBERS[4];
    let clusters = clustered(&table_of(&records), &two_halves(), &nothing);
    stay_apart(&clusters, Contradiction::Identifiers);

    records[HALF - 1] = ("", true);
    records[2 * HALF - 1] = ("", true);
    let clusters = clustered(&table_of(&records), &two_halves(), &nothing);
    stay_apart(&clusters, Contradiction::Source);
}

/// One is the other, the other a third, the third not the first: the last to come is a question.
#[test]
fn decisions_that_contradict_one_another_are_shown() {
    let table = table_of(&[("", false); 3]);
    let decisions = Decisions {
        same: vec![(0, 1), (1, 2)],
        different: vec![(0, 2)],
    };
    let clusters = clustered(&table, &[], &decisions);
    assert_eq!(clusters.of_row, [0, 0, 2]);
    let told: Vec<_> = clusters
        .conflicts
        .iter()
        .map(|it| (it.because, it.between))
        .collect();
    assert_eq!(told, [(Contradiction::Decided, (0, 2))]);
}

/// Whether two records cannot be one person, by the plain definition.
fn contradict(one: &Record, other: &Record) -> bool {
    let near = [["9434765919", "9434765918"], ["9434765919", "9434765819"]];
    let (left, right) = (one.0, other.0);
    let is_near = |pair: &[&str; 2]| pair.contains(&left) && pair.contains(&right);
    let differ = !left.is_empty() && !right.is_empty() && left != right;
    (one.1 && other.1) || (differ && !near.iter().any(is_near))
}

fn records() -> impl Strategy<Value = Vec<Record>> {
    let number = prop_oneof![4 => Just(""), 1 => prop::sample::select(&NUMBERS[..])];
    let one = (number, prop::bool::weighted(0.08));
    prop::collection::vec(one, 2..90)
}

fn pairs(most: usize) -> impl Strategy<Value = Vec<(prop::sample::Index, prop::sample::Index)>> {
    prop::collection::vec(any::<(prop::sample::Index, prop::sample::Index)>(), 0..most)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// No two records of a cluster contradict one another, whatever the links; the order in which these come, and the
    /// number of threads, change nothing.
    #[test]
    fn no_cluster_ever_contradicts(
        records in records(),
        linked in pairs(400),
        apart in pairs(6),
        turn in any::<prop::sample::Index>(),
        threads in 1_usize..4,
    ) {
        let of = |place: &prop::sample::Index| place.index(records.len());
        let distinct = |pairs: &[(prop::sample::Index, prop::sample::Index)]| {
            let pairs = pairs.iter().map(|(one, other)| (of(one), of(other)));
            let pairs = pairs.map(|(one, other)| (one.min(other), one.max(other)));
            pairs.filter(|(one, other)| one < other).collect::<Vec<_>>()
        };
        let linked: BTreeMap<(usize, usize), f32> = distinct(&linked).into_iter()
            .map(|pair| (pair, 1.0 + (pair.0 * 31 + pair.1 * 17) as f32 % 23.0)).collect();
        let mut edges: Vec<Edge> = linked.iter().map(|(pair, bits)| edge(pair.0, pair.1, *bits)).collect();
        let apart = distinct(&apart);
        let decisions = Decisions {
            same: Vec::new(),
            different: apart.iter().map(|(one, other)| (*other as u64, *one as u64)).collect(),
        };
        let table = table_of(&records);
        let found = clustered(&table, &edges, &decisions);
        for (one, other) in (0..records.len()).flat_map(|one| (0..one).map(move |other| (other, one))) {
            let together = found.of_row[one] == found.of_row[other];
            prop_assert!(!together || !contradict(&records[one], &records[other]));
            prop_assert!(!together || !apart.contains(&(one, other)));
        }
        if !edges.is_empty() {
            let middle = turn.index(edges.len());
            edges.rotate_left(middle);
            edges.reverse();
        }
        let again = cluster_in_threads(&table, &MODEL, (&edges, 0.0), (&decisions, threads));
        prop_assert_eq!(found, again);
    }
}
