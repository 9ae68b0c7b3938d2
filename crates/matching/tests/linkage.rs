//! Laws of record linkage, on small made-up populations.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::unwrap_used,
    missing_docs,
    reason = "tests"
)]

use std::collections::BTreeMap;

use matching::link::{
    Builder, Column, Contradiction, Decided, Decisions, Edge, Feature, Kind, Linked, Model,
    ModelError, Register, Resolution, Rows, Schema, Settings, Table, cluster_at,
    cluster_in_threads, compare, evaluate, explain, link, resolve,
};
use proptest::prelude::*;

const GIVEN: [&str; 16] = [
    "Oliver",
    "Amelia",
    "Mohammed",
    "Elizabeth",
    "Katarzyna",
    "Jack",
    "Harpreet",
    "Leo",
    "George",
    "Isla",
    "Noah",
    "Ava",
    "Freya",
    "Arthur",
    "Zofia",
    "Rory",
];
const FAMILY: [&str; 14] = [
    "Smith",
    "Khan",
    "Patel",
    "O'Brien",
    "Kowalski",
    "Smith-Jones",
    "Okonkwo",
    "Nguyen",
    "Featherstone",
    "Jones",
    "Harris",
    "Walker",
    "Begum",
    "Taylor",
];
const KINDS: [(&str, Kind); 8] = [
    ("given", Kind::GivenName),
    ("family", Kind::FamilyName),
    ("date", Kind::Date),
    ("sex", Kind::Sex),
    ("postcode", Kind::Postcode),
    ("address", Kind::Address),
    ("number", Kind::Identifier),
    ("school", Kind::Code),
];

type Record = [String; 8];

fn schema() -> Schema {
    Schema::new(
        KINDS
            .iter()
            .map(|(name, kind)| Column::new(name, *kind))
            .collect(),
    )
    .unwrap()
}

/// SplitMix64 (Steele, Lea and Flood 2014).
fn next(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*seed ^ (*seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)) >> 33
}

/// Records with their person: two or three of each, some with an error; a third of the families have twins.
fn population(people: u64, mut seed: u64) -> Vec<(u32, Record)> {
    let mut records = Vec::new();
    let of_all = seed;
    for person in 0..people {
        let household = if person % 3 == 2 { person - 1 } else { person };
        let mut of_household = household.wrapping_mul(977) ^ of_all;
        let pick = |count: usize, of: &mut u64| next(of) as usize % count;
        let family = FAMILY[pick(FAMILY.len(), &mut of_household)];
        let date = format!(
            "20{:02}-{:02}-{:02}",
            5 + pick(18, &mut of_household),
            1 + pick(12, &mut of_household),
            1 + pick(28, &mut of_household)
        );
        let postcode = format!(
            "{}{} {}{}B",
            ["M", "LS", "B", "NG"][pick(4, &mut of_household)],
            1 + pick(20, &mut of_household),
            pick(9, &mut of_household),
            ["A", "D", "E"][pick(3, &mut of_household)]
        );
        let address = format!(
            "{} {} {}",
            1 + pick(90, &mut of_household),
            FAMILY[pick(FAMILY.len(), &mut of_household)],
            ["Road", "Lane", "Street"][pick(3, &mut of_household)]
        );
        let given =
            GIVEN[(household as usize * 5 + usize::from(household != person) * 3) % GIVEN.len()];
        let sex = if person % 2 == 0 { "F" } else { "M" };
        for copy in 0..2 + person % 2 {
            let mut record: Record =
                [given, family, &date, sex, &postcode, &address, "", "E1"].map(str::to_owned);
            match (copy > 0, next(&mut seed) % 9) {
                (true, 0) => record[0].insert(2, 'x'),
                (true, 1) => record[4] = "SW1A 1AA".to_owned(),
                (true, 2) => record[1].clear(),
                (true, 3) => record[2].clear(),
                _ => {}
            }
            records.push((person as u32, record));
        }
    }
    records
}

fn table_of(records: &[(u64, Record)], rows: Rows) -> Table {
    let mut builder = Builder::new(schema());
    let source = builder.source("file", rows);
    for (key, record) in records {
        builder
            .push(*key, source, &record.each_ref().map(String::as_str))
            .unwrap();
    }
    builder.finish().unwrap()
}

fn keyed(records: &[(u32, Record)]) -> Vec<(u64, Record)> {
    records
        .iter()
        .enumerate()
        .map(|(key, (_, record))| (key as u64 * 7, record.clone()))
        .collect()
}

fn run(table: &Table, threads: usize) -> Linked {
    link(table, &Settings { seed: 3, threads }, &|_| {})
}

fn truth(records: &[(u32, Record)]) -> Vec<u32> {
    records.iter().map(|(person, _)| *person).collect()
}

#[test]
fn a_small_population_is_put_together_and_twins_kept_apart() {
    let records = population(900, 11);
    let table = table_of(&keyed(&records), Rows::MayRepeat);
    let linked = run(&table, 2);
    let quality = evaluate(&truth(&records), &linked.clusters.of_row);
    assert!(quality.pairs.f1() > 0.97, "{quality:?}");
    assert!(quality.pairs.precision() > 0.98, "{quality:?}");
}

#[test]
fn order_of_rows_and_number_of_threads_never_matter() {
    let records = keyed(&population(300, 5));
    let first = table_of(&records, Rows::MayRepeat);
    let mut turned = records;
    turned.reverse();
    turned.rotate_left(101);
    let second = table_of(&turned, Rows::MayRepeat);
    let (one, other) = (run(&first, 1), run(&second, 3));
    assert_eq!(one.model.to_text(), other.model.to_text());
    assert_eq!(one.scored.edges, other.scored.edges);
    assert_eq!(one.clusters, other.clusters);
    let again = run(&first, 2);
    assert_eq!(one.scored, again.scored);
}

#[test]
fn a_part_read_by_another_thread_is_the_same_table() {
    let records = keyed(&population(200, 9));
    let whole = table_of(&records, Rows::MayRepeat);
    // The parts are not in the order of their keys.
    let mut parts = records.rchunks(170).map(|chunk| {
        let mut builder = Builder::new(schema());
        let source = builder.source("file", Rows::MayRepeat);
        for (key, record) in chunk {
            builder
                .push(*key, source, &record.each_ref().map(String::as_str))
                .unwrap();
        }
        builder
    });
    let first = parts.next().unwrap();
    let joined = first.finish_with(parts.collect(), 3).unwrap();
    let (one, other) = (run(&whole, 1), run(&joined, 1));
    assert_eq!(one.scored.edges, other.scored.edges);
    assert_eq!(one.model.to_text(), other.model.to_text());
}

/// Passes that share a date, or a postcode, go through its records together; no pair is lost by it, and none met twice.
#[test]
fn passes_together_find_what_each_finds_alone() {
    use Feature::{Date, Family, Given, Postcode, Year};
    let table = table_of(&keyed(&population(900, 21)), Rows::MayRepeat);
    let model = run(&table, 2).model;
    let sets = [
        vec![Date, Family],
        vec![Given, Postcode],
        vec![Date, Given],
        vec![Year, Postcode],
        vec![Given, Family],
    ];
    let found = |passes: &[Vec<Feature>], threads: usize| {
        let model = Model {
            passes: passes.to_vec(),
            ..model.clone()
        };
        compare(&table, &model, &Settings { seed: 3, threads }, &|_| {})
    };
    let together = found(&sets, 3);
    let alone: Vec<_> = sets
        .iter()
        .map(|set| found(std::slice::from_ref(set), 1))
        .collect();
    let mut edges: Vec<Edge> = alone.iter().flat_map(|it| it.edges.clone()).collect();
    edges.sort_by_key(|edge| (edge.left, edge.right));
    let with_repeats = edges.len();
    edges.dedup();
    assert!(edges.len() < with_repeats);
    assert_eq!(together.edges, edges);
    let each: u64 = alone.iter().map(|it| it.comparisons).sum();
    assert!(together.comparisons < each);
    assert_eq!(together, found(&sets, 1));
}

#[test]
fn the_fast_scorer_is_the_slow_one_and_every_pair_of_a_small_file_is_compared() {
    let records = population(120, 2);
    let table = table_of(&keyed(&records), Rows::MayRepeat);
    let linked = run(&table, 1);
    let found: BTreeMap<(u32, u32), f32> = linked
        .scored
        .edges
        .iter()
        .map(|edge| ((edge.left, edge.right), edge.bits))
        .collect();
    let rows = table.rows() as u32;
    for left in 0..rows {
        for right in left + 1..rows {
            let slow = explain(&table, &linked.model, left, right);
            let mirrored = explain(&table, &linked.model, right, left);
            assert!(
                (slow.total_bits - mirrored.total_bits).abs() < 1e-4,
                "{left} {right}: not symmetric"
            );
            let sum = slow.prior_bits
                + slow.others_bits
                + slow
                    .terms
                    .iter()
                    .map(|term| term.bits + term.frequency_bits)
                    .sum::<f32>();
            assert!(
                (sum - slow.total_bits).abs() < 1e-3,
                "terms do not add up: {sum} {}",
                slow.total_bits
            );
            match found.get(&(left, right)) {
                Some(fast) => assert!(
                    (fast - slow.total_bits).abs() < 1e-4,
                    "{fast} {}",
                    slow.total_bits
                ),
                None => assert!(
                    slow.total_bits < linked.model.thresholds.review_bits + 1e-3,
                    "{left} {right} {}",
                    slow.total_bits
                ),
            }
        }
    }
}

#[test]
fn more_agreement_never_lowers_the_score() {
    let mut records = population(200, 21);
    let count = records.len();
    // Every record again, field by field made like its neighbour of another person.
    let mut trials = Vec::new();
    for place in (0..count - 7).step_by(5) {
        let (one, other) = (records[place].1.clone(), records[place + 7].1.clone());
        for field in 0..6 {
            let mut nearer = other.clone();
            nearer[field].clone_from(&one[field]);
            if !one[field].is_empty() && !other[field].is_empty() {
                let at = records.len();
                records.extend([
                    (9_999, one.clone()),
                    (9_998, other.clone()),
                    (9_997, nearer),
                ]);
                trials.push((at as u32, field));
            }
        }
    }
    let model = run(&table_of(&keyed(&records[..count]), Rows::MayRepeat), 1).model;
    let table = table_of(&keyed(&records), Rows::MayRepeat);
    for (at, field) in trials {
        let (before, after) = (
            explain(&table, &model, at, at + 1),
            explain(&table, &model, at, at + 2),
        );
        assert!(
            after.total_bits >= before.total_bits - 1e-3,
            "{field}\n{}\n\n{}",
            before.words(),
            after.words()
        );
    }
}

#[test]
fn weights_are_in_order_in_every_class() {
    let model = run(&table_of(&keyed(&population(300, 8)), Rows::MayRepeat), 1).model;
    // Place has an order of its own; of a change, neither level is more agreement.
    let unordered = ["place", "family name and place"];
    let ordered = model.comparisons.iter();
    for comparison in ordered.filter(|it| !unordered.contains(&it.name.as_str())) {
        let weight = |level: &[f32; 5], class: usize| level[0] - level[class];
        // The levels of sex beyond the second are for records of one given name.
        let all = comparison.levels.as_slice();
        let levels = if comparison.name == "sex" {
            &all[..3]
        } else {
            all
        };
        for class in 1..5 {
            let (best, worst) = (
                weight(&levels[1], class),
                weight(&levels[levels.len() - 1], class),
            );
            for level in &levels[2..] {
                assert!(
                    weight(level, class) <= best + 1e-4
                        && weight(level, class) >= worst.min(best) - 1e-4,
                    "{}",
                    comparison.name
                );
            }
        }
    }
}

fn only(left: usize, right: usize, bits: f32) -> Edge {
    Edge {
        left: left as u32,
        right: right as u32,
        bits,
    }
}

fn three(numbers: [&str; 3], given: [&str; 3]) -> Vec<(u64, Record)> {
    let record = |number: &str, given: &str| {
        [
            given,
            "Featherstone",
            "2012-03-04",
            "F",
            "M14 5AB",
            "3 Mill Road",
            number,
            "",
        ]
        .map(str::to_owned)
    };
    numbers
        .iter()
        .zip(given)
        .enumerate()
        .map(|(key, (number, given))| (key as u64, record(number, given)))
        .collect()
}

#[test]
fn a_cluster_splits_at_its_weakest_link() {
    let model = run(&table_of(&keyed(&population(900, 4)), Rows::MayRepeat), 1).model;
    let chain = [only(0, 1, 20.0), only(1, 2, 15.0)];
    let cases = [
        (
            three(["123456", "", "654321"], ["Freya", "Freya", "Freya"]),
            Rows::MayRepeat,
            Contradiction::Identifiers,
        ),
        (
            three(["", "", ""], ["Freya", "Baby", "Rosalind"]),
            Rows::MayRepeat,
            Contradiction::Household,
        ),
        (
            three(["", "", ""], ["Freya", "Freya", "Freya"]),
            Rows::Distinct,
            Contradiction::Source,
        ),
    ];
    for (records, rows, because) in cases {
        let table = table_of(&records, rows);
        let clusters = cluster_at(&table, &model, (&chain, 0.0), &Decisions::default());
        let between = explain(&table, &model, 0, 2).words();
        assert_ne!(
            clusters.of_row[0], clusters.of_row[2],
            "{because:?}\n{between}"
        );
        assert_eq!(
            clusters.conflicts.last().map(|conflict| conflict.because),
            Some(because)
        );
    }
}

#[test]
fn decisions_of_people_are_never_overturned() {
    let model = run(&table_of(&keyed(&population(900, 4)), Rows::MayRepeat), 1).model;
    let table = table_of(
        &three(["1234", "5678", ""], ["Freya", "Rory", "Freya"]),
        Rows::MayRepeat,
    );
    let edges = [only(0, 2, 30.0)];
    let decisions = Decisions {
        same: vec![(0, 1)],
        different: vec![(2, 0)],
    };
    let clusters = cluster_in_threads(&table, &model, (&edges, 0.0), (&decisions, 2));
    assert_eq!(clusters.of_row, [0, 0, 2]);
    assert_eq!(clusters.conflicts[0].because, Contradiction::Decided);
}

#[test]
fn a_model_is_read_as_it_was_written_and_other_versions_are_refused() {
    let model = run(&table_of(&keyed(&population(200, 8)), Rows::MayRepeat), 1).model;
    let text = model.to_text();
    assert_eq!(Model::from_text(&text).unwrap(), model);
    assert!(model.reads(&schema()));
    assert_eq!(Model::from_text("PK\u{3}"), Err(ModelError::NotAModel));
    assert_eq!(
        Model::from_text(&text.replacen("\t3\n", "\t99\n", 1)),
        Err(ModelError::Version("99".to_owned()))
    );
    assert_eq!(
        Model::from_text(&text.replacen("level\t", "level\tx", 1)).map(|_| ()),
        Err(ModelError::Line(
            text.lines()
                .position(|line| line.starts_with("level"))
                .unwrap()
                + 1
        ))
    );
    let lines: Vec<&str> = text.lines().collect();
    for place in 1..lines.len() {
        let cut = lines.iter().take(place).copied();
        let without = lines.iter().enumerate().filter(|(at, _)| *at != place);
        for lost in [
            cut.collect::<Vec<_>>(),
            without.map(|(_, line)| *line).collect(),
        ] {
            assert!(
                Model::from_text(&lost.join("\n")).is_err(),
                "{place}: {lost:?}"
            );
        }
    }
    let added = format!("{text}thresholds\t9\t9\t9\n");
    assert!(Model::from_text(&added).is_err());
    // As it was written before it had an end.
    let before = text.replacen("\t3\n", "\t2\n", 1);
    let (before, _) = before.rsplit_once("end\t").unwrap();
    assert_eq!(Model::from_text(before).unwrap(), model);
}

#[test]
fn one_by_one_scores_as_the_batch_does() {
    let records = population(250, 13);
    let keyed = keyed(&records);
    let table = table_of(&keyed, Rows::MayRepeat);
    let linked = run(&table, 1);
    let mut builder = Builder::new(schema());
    let source = builder.source("file", Rows::MayRepeat);
    let mut register = Register::with_words_of(&table, linked.model.clone());
    let mut edges = Vec::new();
    for (key, record) in &keyed {
        let incoming = register
            .read(source, &record.each_ref().map(String::as_str))
            .unwrap();
        let row = table.row_of(*key).unwrap();
        for candidate in register.candidates(&incoming) {
            if candidate.bits >= linked.model.thresholds.review_bits {
                edges.push((table.row_of(candidate.key).unwrap(), row, candidate.bits));
            }
        }
        register.insert(*key, &incoming, *key).unwrap();
    }
    edges.sort_by_key(|(left, right, _)| (*left, *right));
    assert_eq!(edges.len(), linked.scored.edges.len());
    for ((left, right, bits), edge) in edges.iter().zip(&linked.scored.edges) {
        assert_eq!((*left, *right), (edge.left, edge.right));
        assert!((bits - edge.bits).abs() < 1e-3, "{bits} {}", edge.bits);
    }
}

#[test]
fn one_by_one_ends_in_nearly_the_clusters_of_the_batch() {
    let records = population(900, 17);
    let keyed = keyed(&records);
    let table = table_of(&keyed, Rows::MayRepeat);
    let linked = run(&table, 1);
    let mut builder = Builder::new(schema());
    let source = builder.source("file", Rows::MayRepeat);
    let mut register = Register::with_words_of(&table, linked.model.clone());
    let mut found = Vec::new();
    for (key, record) in &keyed {
        let incoming = register
            .read(source, &record.each_ref().map(String::as_str))
            .unwrap();
        let candidates = register.candidates(&incoming);
        let person = match resolve(&candidates, &Decided::default(), &linked.model.thresholds) {
            Resolution::Link { person, .. } => person,
            _ => *key,
        };
        register.insert(*key, &incoming, person).unwrap();
        found.push(person as u32);
    }
    let (one, batch) = (
        evaluate(&truth(&records), &found),
        evaluate(&truth(&records), &linked.clusters.of_row),
    );
    assert!(
        one.pairs.f1() > batch.pairs.f1() - 0.03,
        "{one:?} {batch:?}"
    );
    assert!(
        one.pairs.precision() > batch.pairs.precision() - 0.01,
        "{one:?} {batch:?}"
    );
}

#[test]
fn a_saved_model_compares_alike() {
    let table = table_of(&keyed(&population(150, 6)), Rows::MayRepeat);
    let linked = run(&table, 1);
    let model = Model::from_text(&linked.model.to_text()).unwrap();
    assert_eq!(
        compare(&table, &model, &Settings::default(), &|_| {}),
        linked.scored
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn any_text_is_linked_without_harm(
        rows in prop::collection::vec(prop::array::uniform8("\\PC{0,12}|[0-9/-]{0,10}|[A-Z]{1,2}[0-9]{1,2} ?[0-9][A-Z]{2}"), 0..14),
        key in any::<u64>(),
    ) {
        let records: Vec<(u64, Record)> = rows.into_iter().zip(0_u64..).map(|(row, place)| (key.wrapping_add(place), row)).collect();
        let table = table_of(&records, Rows::MayRepeat);
        let linked = run(&table, 2);
        prop_assert_eq!(linked.clusters.of_row.len(), records.len());
        let register = Register::new(table, linked.model, u64::from);
        for (key, record) in &records {
            let mut builder = Builder::new(schema());
            let source = builder.source("file", Rows::MayRepeat);
            let incoming = register.read(source, &record.each_ref().map(String::as_str)).unwrap();
            for candidate in register.candidates(&incoming) {
                let explanation = register.explain(&incoming, candidate.key).unwrap();
                prop_assert!(explanation.svg().starts_with("<svg") && !explanation.words().is_empty());
                prop_assert!(explanation.total_bits.is_finite());
            }
            prop_assert!(register.row_of(*key).is_some());
        }
    }
}
