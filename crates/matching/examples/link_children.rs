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

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use matching::link::{
    Builder, Clusters, Column, Decided, Decisions, Edge, Kind, Rates, Register, Resolution, Rows,
    Schema, Settings, Step, Table, cluster_in_threads, compare, evaluate, evaluate_links, resolve,
    train,
};

/// Columns of the linked table, in order, with the feeds' columns that fill them.
const COLUMNS: &[(&str, Kind)] = &[
    ("given", Kind::GivenName),
    ("further", Kind::GivenName),
    ("family", Kind::FamilyName),
    ("former", Kind::FormerName),
    ("preferred", Kind::FormerName),
    ("date", Kind::Date),
    ("sex", Kind::Sex),
    ("address", Kind::Address),
    ("town", Kind::Address),
    ("postcode", Kind::Postcode),
    ("parent", Kind::ParentName),
    ("parent family", Kind::ParentName),
    ("other parent", Kind::ParentName),
    ("other parent family", Kind::ParentName),
    ("nhs number", Kind::Identifier),
    ("pupil number", Kind::Identifier),
];
const NUMBERS_FROM: usize = 14;

/// Per feed, the column for each of [`COLUMNS`]; a given-name column that holds `FAMILY, Given` starts with `,`.
const FEEDS: &[(&str, [&str; 16])] = &[
    (
        "births",
        [
            "ChildForenames",
            "",
            "ChildSurname",
            "",
            "",
            "DateOfBirth",
            "Sex",
            "UsualAddress",
            "",
            "UsualPostcode",
            "MotherForenames",
            "MotherSurname",
            "FatherForenames",
            "FatherSurname",
            "NHSNumber",
            "",
        ],
    ),
    (
        "nhs",
        [
            "given_name",
            "other_given_names",
            "family_name",
            "previous_family_name",
            "",
            "birth_date",
            "gender_code",
            "address_line_1",
            "address_line_2",
            "postcode",
            "",
            "",
            "",
            "",
            "nhs_number",
            "",
        ],
    ),
    (
        "child_benefit",
        [
            ",ChildFullName",
            "",
            "",
            "",
            "",
            "ChildDOB",
            "ChildSex",
            "Addr1",
            "Addr2",
            "PCode",
            "ClaimantName",
            "",
            "",
            "",
            "",
            "",
        ],
    ),
    (
        "census",
        [
            "Forename",
            "MiddleNames",
            "Surname",
            "FormerSurname",
            "PreferredSurname",
            "DOB",
            "Gender",
            "AddressLine1",
            "Town",
            "PostCode",
            "",
            "",
            "",
            "",
            "",
            "UPN",
        ],
    ),
    (
        "social_care",
        [
            "Forenames",
            "",
            "Surname",
            "",
            "",
            "DOB",
            "Gender",
            "Address",
            "",
            "Postcode",
            "CarerName",
            "",
            "",
            "",
            "NHSNo",
            "UPN",
        ],
    ),
    (
        "health_visiting",
        [
            "given_name",
            "",
            "family_name",
            "",
            "",
            "birth_date",
            "sex",
            "",
            "",
            "postcode",
            "",
            "",
            "",
            "",
            "nhs_number",
            "",
        ],
    ),
    (
        "education_welfare",
        [
            "FNAME", "", "SNAME", "", "", "BIRTH_DT", "SEX_CD", "ADDR", "", "PCODE", "", "", "",
            "", "", "",
        ],
    ),
    (
        "early_help",
        [
            "Forenames",
            "",
            "Surname",
            "",
            "",
            "DOB",
            "Gender",
            "",
            "",
            "Postcode",
            "",
            "",
            "",
            "",
            "NHSNo",
            "UPN",
        ],
    ),
    (
        "voluntary",
        [
            ",Child's name",
            "",
            "",
            "",
            "",
            "Date of birth",
            "Sex",
            "",
            "",
            "Post code",
            "",
            "",
            "",
            "",
            "",
            "",
        ],
    ),
    (
        "youth_justice",
        [
            "Forename",
            "",
            "Surname",
            "",
            "",
            "Date of birth",
            "Sex",
            "",
            "",
            "Post code",
            "",
            "",
            "",
            "",
            "",
            "",
        ],
    ),
    (
        "housing",
        [
            "FNAME", "", "SNAME", "", "", "BIRTH_DT", "SEX_CD", "ADDR", "", "PCODE", "", "", "",
            "", "", "",
        ],
    ),
];

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
    let truth = read_truth(&arguments.directory);
    println!(
        "{:>8.2} GB before reading, truth included",
        peak_gigabytes()
    );
    let clock = RefCell::new((Instant::now(), "reading".to_owned(), processor_seconds()));
    let processor_begun = processor_seconds();
    let lap = |next: String| {
        let mut clock = clock.borrow_mut();
        let processor = processor_seconds();
        println!(
            "{:>8.2} s {:>8.2} CPU s {:>6.2} GB  {}",
            clock.0.elapsed().as_secs_f64(),
            processor - clock.2,
            peak_gigabytes(),
            clock.1
        );
        *clock = (Instant::now(), next, processor);
    };
    let begun = Instant::now();
    let (table, people) = read(&arguments, &truth);
    println!("{} records", table.rows());
    let settings = Settings {
        seed: 1,
        threads: arguments.threads,
    };
    lap("sampling and learning".to_owned());
    let trained = train(&table, &settings);
    let model = trained.model;
    println!(
        "{} pairs sampled, {} rounds, prior {:?}, {:?}",
        trained.pairs_sampled, trained.rounds, model.prior_bits, model.thresholds
    );
    let progress = |step: Step| lap(format!("{step:?}"));
    let scored = compare(&table, &model, &settings, &progress);
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
        &table,
        &model,
        (&scored.edges, model.thresholds.link_bits),
        (&Decisions::default(), arguments.threads),
    );
    lap("judging".to_owned());
    println!(
        "{:.2} s, {:.2} CPU s in all, {:.2} GB peak, {} conflicts",
        begun.elapsed().as_secs_f64(),
        processor_seconds() - processor_begun,
        peak_gigabytes(),
        clusters.conflicts.len()
    );
    if std::env::var("WEIGHTS").is_ok() {
        for comparison in &model.comparisons {
            println!("{}", comparison.name);
            for (level, words) in comparison.levels.iter().zip(comparison.field.levels()) {
                println!(
                    "   {:>7.2} {:>7.2} {:>7.2} {:>7.2}  m {:.6} {words}",
                    level[0] - level[1],
                    level[0] - level[2],
                    level[0] - level[3],
                    level[0] - level[4],
                    level[0].exp2()
                );
            }
        }
    }
    if std::env::var("WRONG").is_ok() {
        let wrong: Vec<_> = scored
            .edges
            .iter()
            .filter(|edge| {
                edge.bits > 0.0
                    && people[edge.left as usize] != people[edge.right as usize]
                    && clusters.of_row[edge.left as usize] == clusters.of_row[edge.right as usize]
            })
            .collect();
        println!("{} wrong links", wrong.len());
        for edge in wrong.iter().step_by(
            (wrong.len() / std::env::var("WRONG").unwrap().parse::<usize>().unwrap()).max(1),
        ) {
            println!(
                "WRONG {} {}\n{}\n",
                table.source_of(edge.left).unwrap().name,
                table.source_of(edge.right).unwrap().name,
                matching::link::explain(&table, &model, edge.left, edge.right).words()
            );
        }
    }
    if std::env::var("MISSED").is_ok() {
        show_missed(&table, &model, &people, &clusters);
    }
    let thresholds: &[f32] = if arguments.groups {
        &[-2.0, 0.0, 2.0, 4.0, 6.0, model.thresholds.certain_bits]
    } else {
        &[0.0]
    };
    for bits in thresholds.iter().copied() {
        let links = evaluate_links(&people, &scored.edges, bits);
        let clusters = matching::link::cluster_at(
            &table,
            &model,
            (&scored.edges, bits),
            &Decisions::default(),
        );
        let quality = evaluate(&people, &clusters.of_row);
        println!(
            "{bits:>6.2} bits: links {}   pairs {}   clusters {}",
            shown(links),
            shown(quality.pairs),
            shown(quality.clusters)
        );
    }
    if arguments.groups {
        calibration(&scored.edges, &people);
        refused(&clusters, &people);
        by_group(&arguments.directory, &people, &clusters);
    }
    if arguments.one_by_one {
        feed_one_by_one(&arguments, &table, &model, &people, &clusters);
    }
    if arguments.lookups {
        look_up(&arguments, table, model, &clusters);
    }
}

/// Times single records of the second feed against all records, and compares the decision with that of the batch: the
/// cluster the record is in without itself, or none.
fn look_up(arguments: &Arguments, table: Table, model: matching::link::Model, clusters: &Clusters) {
    const EVERY: usize = 97;
    let mut sizes: HashMap<u32, usize> = HashMap::new();
    for cluster in &clusters.of_row {
        *sizes.entry(*cluster).or_default() += 1;
    }
    let begun = Instant::now();
    let register = Register::new(table, model, |row| u64::from(clusters.of_row[row as usize]));
    println!(
        "{:.2} s to index, {:.2} GB peak",
        begun.elapsed().as_secs_f64(),
        peak_gigabytes()
    );
    let (feed, columns) = &FEEDS[1];
    let mut reader =
        csv::Reader::from_path(arguments.directory.join(format!("{feed}.csv"))).unwrap();
    let headers = reader.headers().unwrap().clone();
    let mut builder = Builder::new(schema(arguments.numbers));
    let sources: Vec<_> = FEEDS
        .iter()
        .map(|(name, _)| builder.source(name, Rows::MayRepeat))
        .collect();
    let count = if arguments.numbers {
        COLUMNS.len()
    } else {
        NUMBERS_FROM
    };
    let places: Vec<Option<usize>> = columns
        .iter()
        .take(count)
        .map(|name| headers.iter().position(|header| header == *name))
        .collect();
    let first = register_first(&arguments.directory);
    let (mut times, mut kinds) = (Vec::new(), HashMap::<&str, usize>::new());
    for (place, record) in reader.records().enumerate().step_by(EVERY) {
        let record = record.unwrap();
        let fields: Vec<&str> = places
            .iter()
            .map(|place| place.map_or("", |place| &record[place]))
            .collect();
        let key = (first + place) as u64;
        let start = Instant::now();
        let incoming = register.read(sources[1], &fields).unwrap();
        let mut candidates = register.candidates(&incoming);
        candidates.retain(|candidate| candidate.key != key);
        let resolution = resolve(
            &candidates,
            &Decided::default(),
            &register.model().thresholds,
        );
        times.push(start.elapsed().as_secs_f64() * 1e3);
        let cluster = clusters.of_row[key as usize];
        let alone = sizes[&cluster] == 1;
        *kinds
            .entry(match resolution {
                Resolution::Link { person, .. } if person == u64::from(cluster) => {
                    "linked as in the batch"
                }
                Resolution::New if alone => "new as in the batch",
                Resolution::Link { .. } if alone => "linked, alone in the batch",
                Resolution::Link { .. } => "linked to another",
                Resolution::New => "new, linked in the batch",
                Resolution::Review(_) if alone => "review, alone in the batch",
                Resolution::Review(_) => "review, linked in the batch",
                Resolution::Quarantine(_) => "quarantine",
            })
            .or_default() += 1;
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "{} look-ups: p50 {:.3} ms, p99 {:.3} ms, p99.9 {:.3} ms, most {:.3} ms",
        times.len(),
        at(0.5),
        at(0.99),
        at(0.999),
        at(1.0)
    );
    for (kind, count) in kinds {
        println!("{count:>8} {kind}");
    }
}

/// Feeds every record singly, in the order of the feeds, to a register that knows the model and how frequent words are,
/// and compares what comes of it with the batch. A record that a person should look at stands alone meanwhile.
fn feed_one_by_one(
    arguments: &Arguments,
    table: &Table,
    model: &matching::link::Model,
    people: &[u32],
    clusters: &Clusters,
) {
    let begun = (Instant::now(), processor_seconds());
    let mut register = Register::with_words_of(table, model.clone());
    let mut builder = Builder::new(schema(arguments.numbers));
    let mut found: Vec<u32> = Vec::with_capacity(people.len());
    let mut waiting = 0_usize;
    for (feed, columns) in FEEDS {
        let source = builder.source(feed, Rows::MayRepeat);
        let path = arguments.directory.join(format!("{feed}.csv"));
        let mut reader = csv::Reader::from_path(path).unwrap();
        let headers = reader.headers().unwrap().clone();
        let count = if arguments.numbers {
            COLUMNS.len()
        } else {
            NUMBERS_FROM
        };
        let place = |name: &&str| {
            headers
                .iter()
                .position(|header| header == name.trim_start_matches(','))
        };
        let places: Vec<Option<usize>> = columns.iter().take(count).map(place).collect();
        for record in reader.records() {
            let record = record.unwrap();
            let mut row: Vec<&str> = places
                .iter()
                .map(|place| place.map_or("", |place| &record[place]))
                .collect();
            if columns[0].starts_with(',')
                && let Some((family, given)) = row[0].split_once(", ")
            {
                (row[0], row[2]) = (given, family);
            }
            let key = found.len() as u64;
            let incoming = register.read(source, &row).unwrap();
            let candidates = register.candidates(&incoming);
            let person = match resolve(&candidates, &Decided::default(), &model.thresholds) {
                Resolution::Link { person, .. } => person,
                Resolution::New => key,
                Resolution::Review(_) | Resolution::Quarantine(_) => {
                    waiting += 1;
                    key
                }
            };
            register.insert(key, &incoming, person).unwrap();
            found.push(person as u32);
        }
    }
    let (one, batch) = (evaluate(people, &found), evaluate(people, &clusters.of_row));
    let same = evaluate(&clusters.of_row, &found);
    println!(
        "one by one: {:.1} s, {:.1} CPU s, {waiting} wait for a person\n  pairs {}   clusters {}\nbatch:\n  pairs {}   clusters {}\none against the other:\n  pairs {}   clusters {}",
        begun.0.elapsed().as_secs_f64(),
        processor_seconds() - begun.1,
        shown(one.pairs),
        shown(one.clusters),
        shown(batch.pairs),
        shown(batch.clusters),
        shown(same.pairs),
        shown(same.clusters)
    );
}

/// Rows of the first feed, which come before those of the second.
fn register_first(directory: &Path) -> usize {
    csv::Reader::from_path(directory.join(format!("{}.csv", FEEDS[0].0)))
        .unwrap()
        .records()
        .count()
}

/// Some pairs of one person that ended in two clusters.
fn show_missed(table: &Table, model: &matching::link::Model, people: &[u32], clusters: &Clusters) {
    let mut by_person: Vec<(u32, u32)> = people.iter().copied().zip(0_u32..).collect();
    by_person.sort_unstable();
    let mut missed = Vec::new();
    for run in by_person.chunk_by(|one, other| one.0 == other.0) {
        for (place, (_, left)) in run.iter().enumerate() {
            missed.extend(
                run[place + 1..]
                    .iter()
                    .map(|(_, right)| (*left, *right))
                    .filter(|(left, right)| {
                        clusters.of_row[*left as usize] != clusters.of_row[*right as usize]
                    }),
            );
        }
    }
    println!("{} missed pairs", missed.len());
    let mut kinds: HashMap<String, usize> = HashMap::new();
    for (left, right) in missed.iter().step_by(31) {
        let explanation = matching::link::explain(table, model, *left, *right);
        let kind: Vec<String> = explanation
            .terms
            .iter()
            .filter(|term| {
                term.bits + term.frequency_bits < -0.5
                    || term.level == "missing"
                    || term.level.contains("exch")
            })
            .map(|term| format!("{} {}", term.field, term.level))
            .collect();
        *kinds
            .entry(format!(
                "{:>4.0} {}",
                explanation.total_bits / 2.0,
                kind.join("; ")
            ))
            .or_default() += 1;
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (kind, count) in kinds.iter().take(45) {
        println!("{count:>7} {kind}");
    }
    for (left, right) in missed.iter().step_by((missed.len() / 12).max(1)) {
        println!(
            "{}\n",
            matching::link::explain(table, model, *left, *right).words()
        );
    }
}

/// Links that were not followed, by what contradicted them: how many were of one person, of how many, between two
/// clusters that ended apart.
fn refused(clusters: &Clusters, people: &[u32]) {
    let mut by_reason: HashMap<String, (usize, usize)> = HashMap::new();
    for conflict in &clusters.conflicts {
        let (left, right) = (conflict.edge.left as usize, conflict.edge.right as usize);
        let (right_ones, all) = by_reason
            .entry(format!("{:?}", conflict.because))
            .or_default();
        *right_ones += usize::from(people[left] == people[right]);
        *all += 1;
    }
    for (reason, (right_ones, all)) in by_reason {
        println!("refused for {reason}: {right_ones} of {all} were one person");
    }
}

/// Wrong links that the bits promise, and those there are, by bits: of links in the whole file, before clustering.
fn calibration(edges: &[Edge], people: &[u32]) {
    const ENDS: [f32; 14] = [
        -5.0,
        -3.0,
        -1.0,
        0.0,
        1.0,
        2.0,
        3.0,
        4.0,
        6.0,
        8.0,
        10.0,
        13.0,
        20.0,
        f32::INFINITY,
    ];
    let mut bins = [(0_u64, 0.0_f64, 0_u64); ENDS.len()];
    for edge in edges {
        let place = ENDS.iter().position(|end| edge.bits < *end).unwrap_or(0);
        let (count, promised, wrong) = &mut bins[place];
        *count += 1;
        *promised += 1.0 / (1.0 + f64::from(edge.bits).exp2());
        *wrong += u64::from(people[edge.left as usize] != people[edge.right as usize]);
    }
    println!("bits below      links  promised wrong  wrong");
    for (end, (count, promised, wrong)) in ENDS.iter().zip(bins) {
        println!("{end:>10} {count:>10} {promised:>15.0} {wrong:>6}");
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

fn read_truth(directory: &Path) -> HashMap<String, Vec<u32>> {
    let mut truth: HashMap<String, Vec<u32>> = HashMap::new();
    let mut reader = csv::Reader::from_path(directory.join("truth.csv")).unwrap();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).unwrap() {
        if let Some(people) = truth.get_mut(&record[0]) {
            people.push(record[2].parse().unwrap());
        } else {
            truth.insert(record[0].to_owned(), vec![record[2].parse().unwrap()]);
        }
    }
    truth
}

fn schema(numbers: bool) -> Schema {
    let count = if numbers { COLUMNS.len() } else { NUMBERS_FROM };
    Schema::new(
        COLUMNS
            .iter()
            .take(count)
            .map(|(name, kind)| Column::new(name, *kind))
            .collect(),
    )
    .unwrap()
}

/// The table and, by row, the person. The truth lists rows in the order of each feed.
fn read(arguments: &Arguments, truth: &HashMap<String, Vec<u32>>) -> (Table, Vec<u32>) {
    let read_feed = |(feed, columns): &(&str, [&str; 16]), first: u64| {
        let mut builder = Builder::new(schema(arguments.numbers));
        let mut source = None;
        for (name, _) in FEEDS {
            let id = builder.source(name, Rows::MayRepeat);
            if name == feed {
                source = Some(id);
            }
        }
        let path = arguments.directory.join(format!("{feed}.csv"));
        let mut reader = csv::Reader::from_path(path).unwrap();
        let headers = reader.headers().unwrap().clone();
        let count = if arguments.numbers {
            COLUMNS.len()
        } else {
            NUMBERS_FROM
        };
        let places: Vec<Option<usize>> = columns
            .iter()
            .take(count)
            .map(|name| {
                headers
                    .iter()
                    .position(|header| header == name.trim_start_matches(','))
            })
            .collect();
        let is_joined = columns[0].starts_with(',');
        let mut record = csv::StringRecord::new();
        let mut fields: Vec<&str> = Vec::new();
        let mut key = first;
        while reader.read_record(&mut record).unwrap() {
            let mut row: Vec<&str> = std::mem::take(&mut fields)
                .into_iter()
                .map(|_| "")
                .collect();
            row.clear();
            row.extend(
                places
                    .iter()
                    .map(|place| place.map_or("", |place| &record[place])),
            );
            if is_joined && let Some((family, given)) = row[0].split_once(", ") {
                (row[0], row[2]) = (given, family);
            }
            builder.push(key, source.unwrap(), &row).unwrap();
            key += 1;
        }
        builder
    };
    let mut people = Vec::new();
    let mut firsts = Vec::new();
    for (feed, _) in FEEDS {
        firsts.push(people.len() as u64);
        people.extend_from_slice(truth.get(*feed).map_or(&[][..], Vec::as_slice));
    }
    let next = std::sync::atomic::AtomicUsize::new(0);
    let mut builders: Vec<(usize, Builder)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..arguments.threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut mine: Option<(usize, Builder)> = None;
                    loop {
                        let number = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        let Some(feed) = FEEDS.get(number) else {
                            return mine;
                        };
                        let builder = read_feed(feed, firsts[number]);
                        match &mut mine {
                            None => mine = Some((number, builder)),
                            Some((_, first)) => first.append(builder).unwrap(),
                        }
                    }
                })
            })
            .collect();
        handles
            .into_iter()
            .filter_map(|handle| handle.join().unwrap())
            .collect()
    });
    builders.sort_by_key(|(number, _)| *number);
    let mut builders = builders.into_iter().map(|(_, builder)| builder);
    let mut first = builders.next().unwrap();
    for builder in builders {
        first.append(builder).unwrap();
    }
    let table = first.finish().unwrap();
    assert_eq!(table.rows(), people.len(), "truth and feeds differ");
    (table, people)
}

/// Errors by group of children: share of a person's true pairs that are missed, and of linked pairs that are wrong.
fn by_group(directory: &Path, people: &[u32], clusters: &Clusters) {
    let mut groups: HashMap<u32, Vec<String>> = HashMap::new();
    let mut reader = csv::Reader::from_path(directory.join("people.csv")).unwrap();
    let headers = reader.headers().unwrap().clone();
    let place = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let person = place("person");
    let heritage = place("heritage");
    let together = place("born_together");
    let flags: Vec<(usize, &str)> = ["mover", "name_changed", "adopted", "looked_after"]
        .map(|name| (place(name), name))
        .to_vec();
    for record in reader.records() {
        let record = record.unwrap();
        let mut names = vec![format!("heritage {}", &record[heritage]), "all".to_owned()];
        if &record[together] != "1" {
            names.push("twin".to_owned());
        }
        names.extend(
            flags
                .iter()
                .filter(|(place, _)| &record[*place] == "1")
                .map(|(_, name)| (*name).to_owned()),
        );
        groups.insert(record[person].parse().unwrap(), names);
    }
    let mut by_person: HashMap<u32, Vec<u32>> = HashMap::new();
    let mut sizes: HashMap<u32, usize> = HashMap::new();
    for (person, cluster) in people.iter().zip(&clusters.of_row) {
        by_person.entry(*person).or_default().push(*cluster);
        *sizes.entry(*cluster).or_default() += 1;
    }
    let mut sums: HashMap<&str, [f64; 5]> = HashMap::new();
    for (person, mut clusters) in by_person {
        clusters.sort_unstable();
        let pairs = |size: usize| (size * (size - 1) / 2) as f64;
        let (mut together, mut wrong) = (0.0, 0.0);
        for run in clusters.chunk_by(|one, other| one == other) {
            together += pairs(run.len());
            wrong += (run.len() * (sizes[&run[0]] - run.len())) as f64;
        }
        let whole = clusters.first() == clusters.last() && sizes[&clusters[0]] == clusters.len();
        for group in &groups[&person] {
            let sum = sums.entry(group).or_default();
            sum[0] += 1.0;
            sum[1] += f64::from(u8::from(whole));
            sum[2] += pairs(clusters.len());
            sum[3] += together;
            sum[4] += wrong;
        }
    }
    let mut rows: Vec<_> = sums.into_iter().collect();
    rows.sort_by_key(|(name, _)| *name);
    println!(
        "{:<24} {:>9} {:>9} {:>9} {:>9}",
        "group", "people", "whole %", "missed %", "wrong %"
    );
    for (name, [count, whole, pairs, together, wrong]) in rows {
        println!(
            "{name:<24} {count:>9} {:>9.3} {:>9.3} {:>9.4}",
            100.0 * whole / count,
            100.0 * (1.0 - together / pairs.max(1.0)),
            100.0 * wrong / (together + wrong).max(1.0)
        );
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
fn peak_gigabytes() -> f64 {
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
