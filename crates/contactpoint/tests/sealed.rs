//! What a stolen disk tells: nothing of the population stands in any file of a loaded directory, nor in what it prints (F4, T5).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "tests"
)]

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::process::{Command, Output};

/// Shorter words stand in random bytes by chance.
const WORD_BYTES_MIN: usize = 6;

fn contactpoint(data: &Path, arguments: &[&str]) -> Output {
    let out = Command::new(env!("CARGO_BIN_EXE_contactpoint"))
        .arg("--data")
        .arg(data)
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&out.stderr)
    );
    out
}

/// Every name, street, postcode, date of birth and telephone number of the children's own columns in a feed.
fn secrets(feed: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut rows = csv::ReaderBuilder::new()
        .flexible(true)
        .from_path(feed)
        .unwrap();
    let headings = rows.headers().unwrap().clone();
    for row in rows.records() {
        let row = row.unwrap();
        for (heading, value) in headings.iter().zip(row.iter()) {
            let heading = heading.to_lowercase();
            let of_a_child = [
                "name", "address", "postcode", "birth", "dob", "phone", "nhs", "upn",
            ];
            // Services, schools and practices are public, and stand in clear.
            let public = [
                "school",
                "practice",
                "organisation",
                "service",
                "team",
                "authority",
                "worker",
                "practitioner",
            ];
            if of_a_child.iter().any(|word| heading.contains(word))
                && !public.iter().any(|word| heading.contains(word))
            {
                for part in value.split([',', ' ']).chain([value]) {
                    found.insert(part.trim().to_owned());
                }
            }
        }
    }
    found.retain(|value| value.len() >= WORD_BYTES_MIN && !value.contains("example"));
    found
}

/// The words, in lower case, by their first bytes.
struct Words(HashMap<[u8; WORD_BYTES_MIN], Vec<String>>);

impl Words {
    fn of(words: &BTreeSet<String>) -> Words {
        let mut by_head: HashMap<[u8; WORD_BYTES_MIN], Vec<String>> = HashMap::new();
        for word in words {
            let word = word.to_lowercase();
            by_head
                .entry(*word.as_bytes().first_chunk().unwrap())
                .or_default()
                .push(word);
        }
        Words(by_head)
    }

    /// The first of the words that stands in the bytes, in any case.
    fn first_in(&self, bytes: &[u8]) -> Option<&str> {
        let lower = bytes.to_ascii_lowercase();
        (0..lower.len()).find_map(|at| {
            let words = self.0.get(lower[at..].first_chunk::<WORD_BYTES_MIN>()?)?;
            words
                .iter()
                .find(|word| lower[at..].starts_with(word.as_bytes()))
                .map(String::as_str)
        })
    }
}

#[test]
fn f4_no_name_date_address_or_telephone_of_the_population_is_on_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let england = folder.path().join("england");
    std::fs::create_dir(&data).unwrap();
    let england_text = england.display().to_string();
    let mut printed = Vec::new();
    let mut run = |arguments: &[&str]| {
        let out = contactpoint(&data, arguments);
        printed.extend_from_slice(&out.stdout);
        printed.extend_from_slice(&out.stderr);
    };
    run(&[
        "england",
        "--children",
        "400",
        "--seed",
        "5",
        "--out",
        &england_text,
    ]);
    run(&["reference", "load", &england_text]);
    for feed in ["births", "nhs", "child_benefit", "census", "social_care"] {
        let file = england.join(format!("{feed}.csv")).display().to_string();
        run(&["supply", "load", "--supplier", feed, &file]);
    }
    run(&[
        "audit",
        "export",
        "--out",
        &data.join("log").display().to_string(),
    ]);

    // What is public and stands in clear: schools, practices, services and authorities.
    let mut public = String::new();
    for name in ["schools", "practices", "services", "authorities"] {
        public.push_str(&std::fs::read_to_string(england.join(format!("{name}.csv"))).unwrap());
    }
    let mut words: BTreeSet<String> = BTreeSet::new();
    for feed in ["nhs", "births", "child_benefit", "census"] {
        words.extend(secrets(&england.join(format!("{feed}.csv"))));
    }
    let public = public.to_lowercase();
    words.retain(|word| !public.contains(&word.to_lowercase()));
    assert!(words.len() > 1_000, "{} words", words.len());

    let mut scanned = 0;
    let mut folders = vec![data.clone()];
    let mut places: Vec<(String, Vec<u8>)> = vec![("what was printed".to_owned(), printed)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                places.push((path.display().to_string(), std::fs::read(&path).unwrap()));
            }
        }
    }
    let words = Words::of(&words);
    for (place, bytes) in &places {
        scanned += bytes.len();
        assert_eq!(words.first_in(bytes), None, "in {place}");
    }
    assert!(scanned > 500_000, "{scanned} bytes");
    let one = Words::of(&BTreeSet::from(["Smithers".to_owned()]));
    assert_eq!(
        one.first_in(b"xx\xffSMITHERSyy"),
        Some("smithers"),
        "the search for words finds words"
    );
}
