//! Measures folding, keys and scores per second on one core: `cargo run --release -p matching --example speed`.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measuring program reads the clock and prints"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use matching::birth::Birth;
use matching::block::{query_keys, record_keys};
use matching::comparable::Comparable;
use matching::date::Date;
use matching::person::{Person, Sex};
use matching::phonetic;
use matching::search::score;

const GIVEN: &[&str] = &[
    "Oliver",
    "Amelia",
    "Mohammed",
    "Elizabeth",
    "Katarzyna",
    "Siobhán",
    "Jack",
    "Harpreet",
    "Leo",
];
const FAMILY: &[&str] = &[
    "Smith",
    "Khan",
    "Patel",
    "O'Brien",
    "Kowalski",
    "Smith-Jones",
    "Okonkwo",
    "Nguyen",
];
const SECONDS: Duration = Duration::from_secs(1);

fn person<'a>(given: &'a [&'a str], family: &'a [&'a str], number: u16) -> Person<'a> {
    let month = u8::try_from(number % 12).unwrap_or(0).saturating_add(1);
    Person {
        given,
        family,
        birth: Date::new(2006_u16.saturating_add(number % 18), month, month).map(Birth::On),
        sex: Some(Sex::Female),
        postcode: Some("M14 5AB"),
        settings: &["123456", "P81001"],
        area: Some("E08000003"),
        ..Person::default()
    }
}

fn measure(name: &str, items: usize, mut run: impl FnMut()) {
    let start = Instant::now();
    let mut rounds = 0_u32;
    while start.elapsed() < SECONDS {
        run();
        rounds = rounds.saturating_add(1);
    }
    let done = f64::from(rounds) * f64::from(u32::try_from(items).unwrap_or(u32::MAX));
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{name:<28} {:>12.0} a second  {:>8.0} ns each",
        done / seconds,
        seconds / done * 1e9
    );
}

fn main() {
    let names: Vec<([&str; 2], [&str; 1])> = GIVEN
        .iter()
        .flat_map(|given| {
            FAMILY
                .iter()
                .map(move |family| ([*given, "Rose"], [*family]))
        })
        .collect();
    let people: Vec<Person<'_>> = names
        .iter()
        .zip(0_u16..)
        .map(|((given, family), number)| person(given, family, number))
        .collect();
    let folded: Vec<Comparable> = people.iter().map(Comparable::of).collect();
    measure("phonetic codes", GIVEN.len(), || {
        for given in GIVEN {
            black_box(phonetic::codes(black_box(given)));
        }
    });
    measure("people folded", people.len(), || {
        for person in &people {
            black_box(Comparable::of(black_box(person)));
        }
    });
    measure("keys of a folded record", folded.len(), || {
        for person in &folded {
            black_box(record_keys(black_box(person)));
        }
    });
    measure("fold and keys of a record", people.len(), || {
        for person in &people {
            black_box(record_keys(&Comparable::of(black_box(person))));
        }
    });
    measure("keys of a folded query", folded.len(), || {
        for person in &folded {
            black_box(query_keys(black_box(person)));
        }
    });
    measure(
        "scores of folded pairs",
        folded.len().saturating_mul(folded.len()),
        || {
            for one in &folded {
                for other in &folded {
                    black_box(score(black_box(one), black_box(other)));
                }
            }
        },
    );
}
