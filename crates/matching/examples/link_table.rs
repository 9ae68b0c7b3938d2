//! Links any comma-separated files and judges the result by a column of truth:
//! `cargo run --release -p matching --example link_table -- TRUTH COLUMN=KIND … -- FILE …`.
//!
//! `TRUTH` is a column, or `rec_id` for FEBRL's way of writing the person into the identifier. A file after `+` holds
//! distinct people.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::too_many_lines,
    clippy::panic,
    reason = "a measuring program reads the clock and prints"
)]

use std::collections::HashMap;
use std::time::Instant;

use matching::link::{
    Builder, Column, Decisions, Kind, Rates, Rows, Schema, Settings, cluster_at, evaluate,
    evaluate_links, explain, link,
};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let split = arguments
        .iter()
        .position(|argument| argument == "--")
        .unwrap();
    let truth_column = &arguments[0];
    let columns: Vec<Column> = arguments[1..split]
        .iter()
        .map(|argument| {
            let (name, kind) = argument.split_once('=').unwrap();
            Column::new(name, Kind::parse(kind).unwrap())
        })
        .collect();
    let mut builder = Builder::new(Schema::new(columns.clone()).unwrap());
    let mut people: Vec<u32> = Vec::new();
    let mut names: HashMap<String, u32> = HashMap::new();
    for file in &arguments[split + 1..] {
        let rows = if file.starts_with('+') {
            Rows::Distinct
        } else {
            Rows::MayRepeat
        };
        let source = builder.source(file, rows);
        let mut reader = csv::Reader::from_path(file.trim_start_matches('+')).unwrap();
        let headers = reader.headers().unwrap().clone();
        let place = |name: &str| {
            headers
                .iter()
                .position(|header| header == name)
                .unwrap_or_else(|| panic!("no column {name}"))
        };
        let places: Vec<usize> = columns.iter().map(|column| place(&column.name)).collect();
        let truth = place(truth_column);
        for record in reader.records() {
            let record = record.unwrap();
            let fields: Vec<&str> = places.iter().map(|place| &record[*place]).collect();
            let person = if truth_column == "rec_id" {
                record[truth].split('-').nth(1).unwrap().to_owned()
            } else {
                record[truth].to_owned()
            };
            let next = u32::try_from(names.len()).unwrap();
            builder.push(people.len() as u64, source, &fields).unwrap();
            people.push(*names.entry(person).or_insert(next));
        }
    }
    let table = builder.finish().unwrap();
    let begun = Instant::now();
    let linked = link(
        &table,
        &Settings {
            seed: 1,
            threads: 2,
        },
        &|_| {},
    );
    println!(
        "{} records, {} people, {:.2} s, {} comparisons, prior {:?}, {:?}",
        table.rows(),
        names.len(),
        begun.elapsed().as_secs_f64(),
        linked.scored.comparisons,
        linked.model.prior_bits,
        linked.model.thresholds
    );
    for pass in &linked.scored.passes {
        println!(
            "{:>12} pairs, largest {:>5}, divided {:>5}: {}",
            pass.comparisons, pass.largest, pass.divided, pass.name
        );
    }
    if std::env::var("WEIGHTS").is_ok() {
        println!("{}", linked.model.to_text());
    }
    let certain = linked.model.thresholds.certain_bits;
    for bits in [-6.0, -4.0, -2.0, 0.0, 2.0, 4.0].into_iter().chain(certain) {
        let clusters = cluster_at(
            &table,
            &linked.model,
            (&linked.scored.edges, bits),
            &Decisions::default(),
        );
        let quality = evaluate(&people, &clusters.of_row);
        println!(
            "{bits:>6.2} bits: links {}   pairs {}   clusters {}",
            shown(evaluate_links(&people, &linked.scored.edges, bits)),
            shown(quality.pairs),
            shown(quality.clusters)
        );
    }
    if std::env::var("WRONG").is_ok() {
        let of = |row: u32| people[row as usize];
        let in_one = |left: u32, right: u32| {
            linked.clusters.of_row[left as usize] == linked.clusters.of_row[right as usize]
        };
        let count = u32::try_from(table.rows()).unwrap();
        let wrong = (0..count)
            .flat_map(|left| (left + 1..count).map(move |right| (left, right)))
            .filter(|(left, right)| (of(*left) == of(*right)) != in_one(*left, *right));
        for (left, right) in wrong.take(24) {
            let kind = if in_one(left, right) {
                "WRONG"
            } else {
                "MISSED"
            };
            println!(
                "{kind} {left} {right}: {}\n",
                explain(&table, &linked.model, left, right).words()
            );
        }
    }
}

fn shown(rates: Rates) -> String {
    format!(
        "p {:.5} r {:.5} f1 {:.5}",
        rates.precision(),
        rates.recall(),
        rates.f1()
    )
}
