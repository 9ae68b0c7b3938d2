//! Links the feeds of the `england` generator and judges the result by its truth:
//! `cargo run --release -p matching --example link_children -- DIRECTORY [--numbers] [--threads N] [--groups] [--lookups] [--one-by-one]`.
//!
//! `--numbers` gives the engine the NHS and pupil numbers too; without it names, dates, places and parents must do.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::too_many_lines,
    clippy::panic,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a measuring program reads the clock and prints"
)]

mod feeds;
mod judging;
mod reading;
mod single;

use std::cell::RefCell;
use std::path::PathBuf;
use std::time::Instant;

use matching::link::{
    Clusters, Decisions, Model, Scored, Settings, Step, Table, cluster_at, cluster_in_threads,
    compare, evaluate, evaluate_links, train,
};

use self::judging::shown;

struct Arguments {
    lookups: bool,
    one_by_one: bool,
    directory: PathBuf,
    numbers: bool,
    groups: bool,
    threads: usize,
}

fn arguments() -> Arguments {
    let mut arguments = Arguments {
        lookups: false,
        one_by_one: false,
        directory: PathBuf::new(),
        numbers: false,
        groups: false,
        threads: 2,
    };
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--numbers" => arguments.numbers = true,
            "--lookups" => arguments.lookups = true,
            "--one-by-one" => arguments.one_by_one = true,
            "--groups" => arguments.groups = true,
            "--threads" => arguments.threads = given.next().unwrap().parse().unwrap(),
            other => arguments.directory = PathBuf::from(other),
        }
    }
    arguments
}

fn main() {
    let arguments = arguments();
    let people = reading::read_truth(&arguments.directory);
    println!(
        "{:>8.2} GB before reading, truth included",
        peak_gigabytes()
    );
    let begun = (Instant::now(), processor_seconds());
    let clock = RefCell::new((begun.0, begun.1, "reading".to_owned()));
    let lap = |next: String| {
        let mut clock = clock.borrow_mut();
        let processor = processor_seconds();
        println!(
            "{:>8.2} s {:>8.2} CPU s {:>6.2} GB  {}",
            clock.0.elapsed().as_secs_f64(),
            processor - clock.1,
            peak_gigabytes(),
            clock.2
        );
        *clock = (Instant::now(), processor, next);
    };
    let table = reading::read(&arguments.directory, arguments.numbers, arguments.threads);
    assert_eq!(table.rows(), people.len(), "truth and feeds differ");
    println!("{} records", table.rows());
    let (model, scored, clusters) = linked(&arguments, &table, &lap);
    lap("judging".to_owned());
    println!(
        "{:.2} s, {:.2} CPU s in all, {:.2} GB peak, {} conflicts",
        begun.0.elapsed().as_secs_f64(),
        processor_seconds() - begun.1,
        peak_gigabytes(),
        clusters.conflicts.len()
    );
    judge(&arguments, &table, (&model, &scored, &clusters), &people);
    if arguments.one_by_one {
        single::feed_one_by_one(&arguments, &table, &model, (&people, &clusters));
    }
    if arguments.lookups {
        single::look_up(&arguments, table, model, &clusters);
    }
}

fn linked(arguments: &Arguments, table: &Table, lap: &dyn Fn(String)) -> (Model, Scored, Clusters) {
    let settings = Settings {
        seed: 1,
        threads: arguments.threads,
    };
    lap("sampling and learning".to_owned());
    let trained = train(table, &settings);
    let model = trained.model;
    println!(
        "{} pairs sampled, {} rounds, prior {:?}, {:?}",
        trained.pairs_sampled, trained.rounds, model.prior_bits, model.thresholds
    );
    let progress = |step: Step| lap(format!("{step:?}"));
    let scored = compare(table, &model, &settings, &progress);
    lap("clustering".to_owned());
    for pass in &scored.passes {
        println!(
            "{:>12} pairs, {:>10} blocks, largest {:>6}, divided {:>6}: {}",
            pass.comparisons, pass.blocks, pass.largest, pass.divided, pass.name
        );
    }
    println!(
        "{} comparisons, {} edges",
        scored.comparisons,
        scored.edges.len()
    );
    let clusters = cluster_in_threads(
        table,
        &model,
        (&scored.edges, model.thresholds.link_bits),
        (&Decisions::default(), arguments.threads),
    );
    (model, scored, clusters)
}

fn judge(arguments: &Arguments, table: &Table, of: (&Model, &Scored, &Clusters), people: &[u32]) {
    let (model, scored, clusters) = of;
    if std::env::var("WEIGHTS").is_ok() {
        judging::show_weights(model);
    }
    if let Ok(most) = std::env::var("WRONG") {
        let judged = (people, clusters, most.parse().unwrap());
        judging::show_wrong(table, model, &scored.edges, judged);
    }
    if std::env::var("MISSED").is_ok() {
        judging::show_missed(table, model, people, clusters);
    }
    let certain = model.thresholds.certain_bits;
    let thresholds: Vec<f32> = if arguments.groups {
        [-2.0, 0.0, 2.0, 4.0, 6.0]
            .into_iter()
            .chain(certain)
            .collect()
    } else {
        vec![0.0]
    };
    for bits in thresholds {
        let links = evaluate_links(people, &scored.edges, bits);
        let edges = (scored.edges.as_slice(), bits);
        let clusters = cluster_at(table, model, edges, &Decisions::default());
        let quality = evaluate(people, &clusters.of_row);
        println!(
            "{bits:>6.2} bits: links {}   pairs {}   clusters {}",
            shown(links),
            shown(quality.pairs),
            shown(quality.clusters)
        );
    }
    if arguments.groups {
        judging::calibration(&scored.edges, people);
        judging::refused(clusters, people);
        judging::by_group(&arguments.directory, people, clusters);
    }
}

/// Processor seconds so far, as Linux states them.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks: f64 = after
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|it| it.parse::<f64>().ok())
        .sum();
    ticks / 100.0
}

/// Peak resident memory, as Linux states it.
pub fn peak_gigabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap_or_default();
    let kilobytes: f64 = line
        .split_whitespace()
        .nth(1)
        .and_then(|it| it.parse().ok())
        .unwrap_or(0.0);
    kilobytes / 1e6
}
