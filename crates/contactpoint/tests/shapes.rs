//! Extracts as other systems write them, loaded into a directory that knows the children from its feeds.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

/// Runs a command that must succeed, and gives what it said.
fn good(here: &Path, arguments: &[&str]) -> String {
    let (code, said) = run(here, arguments);
    assert_eq!(code, Some(0), "{arguments:?}\n{said}");
    said
}

/// Runs a command, and gives its exit code and what it said.
fn run(here: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_contactpoint"))
        .args(arguments)
        .current_dir(here)
        .env_remove("CONTACTPOINT_DATA")
        .env_remove("CONTACTPOINT_POSTGRES")
        .output()
        .unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (output.status.code(), said)
}

/// Loads a file, and gives how many rows were read, taken, and wait.
fn load(here: &Path, supplier: &str, file: &str) -> [u64; 3] {
    loaded(here, &["--supplier", supplier, file])
}

/// The same of a file that many suppliers write, under the code of the one that wrote it.
fn load_as(here: &Path, (supplier, code): (&str, &str), file: &str) -> [u64; 3] {
    loaded(here, &["--supplier", supplier, "--as", code, file])
}

fn loaded(here: &Path, given: &[&str]) -> [u64; 3] {
    let day = ["--data", "d", "--extracted", "2026-06-30"];
    let said = good(here, &[&["supply", "load"], given, &day].concat());
    ["  rows read", "  taken", "  wait"].map(|words| {
        let line = said.lines().find(|line| line.contains(words));
        let count = line.and_then(|line| line.split_whitespace().next());
        count.map_or(0, |count| count.replace(',', "").parse().unwrap())
    })
}

#[test]
fn r80_every_shape_loads_and_its_children_are_those_the_feeds_brought() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    make(here);
    good(here, &["reference", "load", "e", "--data", "d"]);
    let nhs = load(here, "nhs", "e/nhs.csv");
    let patients = load_as(here, ("fhir_patient", "nhs-1"), "e/fhir_patients.json");
    assert_eq!(nhs, patients, "the same patients, and nobody in doubt");
    assert!(nhs[1] > 500 && nhs[2] == 0, "{nhs:?}");
    let demographics = load_as(here, ("fhir_patient", "nhs-1"), "e/fhir_demographics.json");
    assert_eq!(demographics[0], nhs[0], "{demographics:?}");
    assert!(
        demographics[1] < 30 && demographics[2] == 0,
        "of all but the restricted it says what the other bundle said: {demographics:?}"
    );
    let pupils = load_pupils(here);
    assert!(pupils > 10, "{pupils}");
    join_tables(here);
    let feed = load(here, "social_care", "e/social_care.csv");
    let dataset = load_as(here, ("safeguarding_dataset", "local-41"), "joined.csv");
    assert_eq!(dataset, feed, "the same children, and the same in doubt");
    assert!(dataset[1] > 5, "{dataset:?}");
    // A second joining never writes over the first.
    let again = Command::new(env!("CARGO_BIN_EXE_contactpoint"))
        .args([
            "supply",
            "join",
            "--supplier",
            "safeguarding_dataset",
            "e",
            "joined.csv",
        ])
        .current_dir(here)
        .output()
        .unwrap();
    assert_eq!(again.status.code(), Some(2));
    assert!(fs::metadata(here.join("joined.csv")).unwrap().len() > 100);
}

/// Writes every shape.
fn make(here: &Path) {
    let mut make = vec![
        "england",
        "--children",
        "600",
        "--seed",
        "3",
        "--today",
        "2026-06-30",
        "--out",
        "e",
    ];
    for shape in [
        "census-xml",
        "census-full-xml",
        "ctf-xml",
        "fhir",
        "fhir-pds",
        "ssds",
    ] {
        make.extend(["--shape", shape]);
    }
    good(here, &make);
}

/// Loads every school's files, and gives how many pupils they brought.
fn load_pupils(here: &Path) -> u64 {
    let mut pupils = 0;
    load(here, "census", "e/census.csv");
    for entry in fs::read_dir(here.join("e")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let digits = |c: &char| c.is_ascii_digit();
        let school = format!("school-{}", name.chars().filter(digits).collect::<String>());
        let supplier = match name.as_str() {
            name if name.starts_with("census_return_") => "census_return",
            name if name.starts_with("census_full_") => {
                let own = format!("e/{name}");
                let strip = ["supply", "strip", "--supplier", "census_return"];
                let said = good(
                    here,
                    &[&strip[..], &[own.as_str(), "stripped.xml"]].concat(),
                );
                assert!(
                    said.contains("SpecialEducationalNeeds/SENprovision"),
                    "{said}"
                );
                let [read, taken, _] = load_as(here, ("census_return", &school), "stripped.xml");
                assert!(read > 0 && taken > 0, "{read} {taken}");
                continue;
            }
            name if name.starts_with("pupil_transfer_") => "pupil_transfer",
            _ => continue,
        };
        let [read, taken, waiting] = load_as(here, (supplier, &school), &format!("e/{name}"));
        assert!(read > 0 && taken.saturating_add(waiting) <= read, "{name}");
        pupils = taken.saturating_add(pupils);
    }
    pupils
}

/// Joins the tables, once with everybody and once without a child.
fn join_tables(here: &Path) {
    let said = good(
        here,
        &[
            "supply",
            "join",
            "--supplier",
            "safeguarding_dataset",
            "e",
            "joined.csv",
        ],
    );
    assert!(said.contains("no mark for restricted records"), "{said}");
    let persons = fs::read_to_string(here.join("e/ssd_person.csv")).unwrap();
    let child = persons.lines().nth(1).unwrap().split(',').nth(1).unwrap();
    fs::write(here.join("hidden.txt"), format!("{child}\r\nnobody-1\n")).unwrap();
    let mut join = vec!["supply", "join", "--supplier", "safeguarding_dataset"];
    join.extend(["--leave-out", "hidden.txt", "e", "without.csv"]);
    let (code, refused) = run(here, &join);
    assert!(
        code != Some(0) && refused.contains("1 ids of the list are in no row: those on line 2."),
        "{refused}"
    );
    assert!(
        !here.join("without.csv").exists(),
        "that child may be in it"
    );
    join.push("--some-absent");
    let said = good(here, &join);
    assert!(
        said.contains("of 1 children") && said.contains("on line 2."),
        "{said}"
    );
    for said in [&said, &refused] {
        assert!(
            !said.contains(child) && !said.contains("nobody-1"),
            "{said}"
        );
    }
    let joined = |name: &str| fs::read_to_string(here.join(name)).unwrap();
    assert!(joined("joined.csv").contains(child) && !joined("without.csv").contains(child));
}

/// How many children of a directory are in the area of some authority, and in that of none, as the figures tell.
fn by_area(here: &Path) -> (u64, u64) {
    good(here, &["quality", "count", "--data", "d"]);
    let figures = good(here, &["quality", "show", "--data", "d"]);
    let (mut somewhere, mut nowhere) = (0, 0);
    for line in figures.lines() {
        let mut cells = line
            .split("  ")
            .map(str::trim)
            .filter(|cell| !cell.is_empty());
        let area = cells.next().unwrap_or("");
        let children = cells
            .next()
            .and_then(|cell| cell.replace(',', "").parse().ok());
        match area {
            "no authority known" => nowhere += children.unwrap_or(0),
            _ => somewhere += children.unwrap_or(0),
        }
    }
    (somewhere, nowhere)
}

#[test]
fn r86_patients_of_a_bundle_are_in_the_area_of_their_practice() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    make(here);
    good(here, &["reference", "load", "e", "--data", "d"]);
    load_as(here, ("fhir_patient", "nhs-1"), "e/fhir_patients.json");
    let (somewhere, nowhere) = by_area(here);
    assert!(
        somewhere > 100 && nowhere < somewhere / 4,
        "{somewhere} {nowhere}"
    );
}
