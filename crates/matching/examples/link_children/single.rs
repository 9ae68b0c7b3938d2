//! Records looked up, or fed, one at a time, against the batch.

use std::collections::HashMap;
use std::time::Instant;

use matching::link::{
    Builder, Clusters, Decided, Incoming, Model, Register, Resolution, Table, evaluate, resolve,
};

use super::feeds::{FEEDS, schema, sources};
use super::judging::shown;
use super::reading::{Pieces, places};
use super::{Arguments, peak_gigabytes, processor_seconds};

/// One record in so many of the second feed is looked up.
const EVERY: usize = 97;
/// The feed that is looked up.
const LOOKED_UP: usize = 1;

/// Times single records of the second feed against all records, and compares the decision with that of the batch: the
/// cluster the record is in without itself, or none.
pub fn look_up(arguments: &Arguments, table: Table, model: Model, clusters: &Clusters) {
    let mut sizes: HashMap<u32, usize> = HashMap::new();
    for cluster in &clusters.of_row {
        *sizes.entry(*cluster).or_default() += 1;
    }
    let is_of_feed = |row: &u32| table.source_of(*row).unwrap().name == FEEDS[LOOKED_UP].0;
    let rows: Vec<u32> = (0..table.rows() as u32).filter(is_of_feed).collect();
    let keys: Vec<u64> = rows.iter().map(|row| table.key(*row).unwrap()).collect();
    let begun = Instant::now();
    let register = Register::new(table, model, |row| u64::from(clusters.of_row[row as usize]));
    let seconds = begun.elapsed().as_secs_f64();
    println!("{seconds:.2} s to index, {:.2} GB peak", peak_gigabytes());
    let mut builder = Builder::new(schema(arguments.numbers));
    let source = sources(&mut builder)[LOOKED_UP];
    let (mut times, mut kinds) = (Vec::new(), HashMap::<&str, usize>::new());
    let mut place = 0_usize;
    each_row(arguments, (LOOKED_UP, LOOKED_UP + 1), |_, fields| {
        let (row, key) = (rows[place], keys[place]);
        place += 1;
        if !(place - 1).is_multiple_of(EVERY) {
            return;
        }
        let start = Instant::now();
        let incoming = register.read(source, fields).unwrap();
        let resolution = resolved(&register, &incoming, Some(key));
        times.push(start.elapsed().as_secs_f64() * 1e3);
        let cluster = clusters.of_row[row as usize];
        *kinds
            .entry(compared(&resolution, cluster, sizes[&cluster] == 1))
            .or_default() += 1;
    });
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

/// Every row of some feeds, with the place of its feed.
fn each_row(arguments: &Arguments, feeds: (usize, usize), mut row: impl FnMut(usize, &[&str])) {
    let places = places(&arguments.directory, arguments.numbers);
    let mut pieces = Pieces::of(&arguments.directory, feeds.0, feeds.1);
    while let Some(piece) = pieces.next() {
        piece.each_row(&places[piece.feed], |fields| row(piece.feed, fields));
    }
}

/// What is decided of a record; that of `key` is not asked.
fn resolved(register: &Register, incoming: &Incoming, key: Option<u64>) -> Resolution {
    let mut candidates = register.candidates(incoming);
    candidates.retain(|candidate| Some(candidate.key) != key);
    let thresholds = &register.model().thresholds;
    resolve(&candidates, &Decided::default(), thresholds)
}

fn compared(resolution: &Resolution, cluster: u32, alone: bool) -> &'static str {
    match resolution {
        Resolution::Link { person, .. } if *person == u64::from(cluster) => {
            "linked as in the batch"
        }
        Resolution::New if alone => "new as in the batch",
        Resolution::Link { .. } if alone => "linked, alone in the batch",
        Resolution::Link { .. } => "linked to another",
        Resolution::New => "new, linked in the batch",
        Resolution::Review(_) if alone => "review, alone in the batch",
        Resolution::Review(_) => "review, linked in the batch",
        Resolution::Quarantine(_) => "quarantine",
    }
}

/// Feeds every record singly, in the order of the feeds, to a register that knows the model and how frequent words are,
/// and compares what comes of it with the batch. A record that a person should look at stands alone meanwhile.
pub fn feed_one_by_one(
    arguments: &Arguments,
    table: &Table,
    model: &Model,
    judged: (&[u32], &Clusters),
) {
    let (people, clusters) = judged;
    let begun = (Instant::now(), processor_seconds());
    let mut register = Register::with_words_of(table, model.clone());
    let sources = sources(&mut Builder::new(schema(arguments.numbers)));
    let mut found: Vec<u32> = Vec::with_capacity(people.len());
    let mut waiting = 0_usize;
    each_row(arguments, (0, FEEDS.len()), |feed, fields| {
        let key = found.len() as u64;
        let incoming = register.read(sources[feed], fields).unwrap();
        let person = match resolved(&register, &incoming, None) {
            Resolution::Link { person, .. } => person,
            Resolution::New => key,
            Resolution::Review(_) | Resolution::Quarantine(_) => {
                waiting += 1;
                key
            }
        };
        register.insert(key, &incoming, person).unwrap();
        found.push(person as u32);
    });
    println!(
        "one by one: {:.1} s, {:.1} CPU s, {waiting} wait for a person",
        begun.0.elapsed().as_secs_f64(),
        processor_seconds() - begun.1
    );
    for (name, truth, found) in [
        ("one by one", people, &found),
        ("batch", people, &clusters.of_row),
        ("one against the other", &clusters.of_row, &found),
    ] {
        let quality = evaluate(truth, found);
        println!(
            "{name}:\n  pairs {}   clusters {}",
            shown(quality.pairs),
            shown(quality.clusters)
        );
    }
}
