//! Supply runs from the command line: held and released, paused by another process, gone on with, and taken back.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "tests"
)]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

const MAPPING: &str = "name = \"clinic\"\ntitle = \"A practice\"\ncode = \"clinic\"\nkind = \"nhs\"\n[columns]\nId = { is = \"key\" }\n\
    Name = { is = \"full-name\" }\nBorn = { is = \"born\", dates = \"yyyy-mm-dd\" }\n";

fn command(folder: &Path, arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_contactpoint"));
    command
        .args(arguments.split(' '))
        .current_dir(folder)
        .env_remove("CONTACTPOINT_DATA")
        .env_remove("CONTACTPOINT_POSTGRES");
    command
}

fn said(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8(both).unwrap()
}

/// Runs a command that must end with a code, and gives what it said.
fn ends(folder: &Path, code: i32, arguments: &str) -> String {
    let output = command(folder, arguments).output().unwrap();
    let said = said(&output);
    assert_eq!(output.status.code(), Some(code), "{arguments}\n{said}");
    said
}

/// A folder with a mapping and a file of so many children.
fn folder(children: std::ops::Range<u32>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("clinic.toml"), MAPPING).unwrap();
    fs::write(folder.path().join("all.csv"), file(children)).unwrap();
    ends(
        folder.path(),
        0,
        "england --children 20 --seed 7 --out england",
    );
    ends(folder.path(), 0, "reference load england");
    folder
}

fn file(children: std::ops::Range<u32>) -> String {
    let letters = |mut number: u32| {
        let mut word = String::from("K");
        for _ in 0..4 {
            let letter = u8::try_from(number % 26).unwrap();
            word.push(char::from(b'a' + letter));
            number /= 26;
        }
        word
    };
    let row = |child: u32| {
        let (month, day) = (child % 12 + 1, child % 28 + 1);
        let family = letters(child.wrapping_mul(48_271) % 456_976);
        format!(
            "c{child},Jo {family},{}-{month:02}-{day:02}\n",
            2009 + child % 12
        )
    };
    std::iter::once("Id,Name,Born\n".to_owned())
        .chain(children.map(row))
        .collect()
}

const LOAD: &str = "supply load --mapping clinic.toml --extracted 2026-06-01";

#[test]
fn a_file_that_would_end_too_many_is_held_released_and_taken_back() {
    let folder = folder(0..40);
    let here = folder.path();
    let first = ends(here, 0, &format!("{LOAD} --full all.csv"));
    assert!(
        first.contains("40  taken") && first.contains("run 1"),
        "{first}"
    );
    assert!(first.contains("It can be taken back until "), "{first}");
    fs::write(here.join("fewer.csv"), file(0..37)).unwrap();
    let later = "supply load --mapping clinic.toml --extracted 2026-06-08 --full fewer.csv";
    let held = ends(here, 1, later);
    for word in [
        "Run 2 is held",
        "nothing of it was applied",
        "would end 3 of the supplier's 40 children",
    ] {
        assert!(held.contains(word), "{word}\n{held}");
    }
    assert!(
        ends(here, 1, later).contains("Run 2 is held"),
        "again the same run"
    );
    assert!(ends(here, 0, "supply show 2").contains("release 2"));
    assert!(ends(here, 2, "supply pause 2").contains("is held, not running"));
    ends(here, 0, "supply release 2");
    let done = ends(here, 0, later);
    assert!(
        done.contains("37  said nothing new") || done.contains("37  taken"),
        "{done}"
    );
    let again = ends(here, 0, later);
    assert!(again.contains("taken already, as run 2"), "{again}");
    // An earlier full file is held; an earlier file of changes is not, and wins nothing.
    let early = ends(
        here,
        1,
        "supply load --mapping clinic.toml --extracted 2026-05-01 --full all.csv",
    );
    assert!(
        early.contains("a full file of a later day, 2026-06-08"),
        "{early}"
    );
    let late = ends(
        here,
        0,
        "supply load --mapping clinic.toml --extracted 2026-05-02 --delta fewer.csv",
    );
    assert!(late.contains("37  said nothing new"), "{late}");
    let taken = ends(here, 0, "supply take-back 2");
    assert!(taken.contains("Run 2 is taken back"), "{taken}");
    assert!(ends(here, 2, "supply take-back 2").contains("taken back before"));
    assert!(ends(here, 2, "supply take-back 9").contains("there is no run 9"));
    let runs = ends(here, 0, "supply runs --supplier clinic");
    assert!(
        runs.contains("taken back") && runs.lines().count() == 5,
        "{runs}"
    );
    assert!(ends(here, 0, "audit verify").contains("The ledger is whole."));
}

#[test]
fn a_run_is_paused_by_another_process_and_goes_on_where_it_was() {
    let folder = folder(0..6_000);
    let here = folder.path();
    let load = format!("{LOAD} all.csv");
    let loading = command(here, &load)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let pause = || command(here, "supply pause 1").output().unwrap();
    let mut paused = pause();
    for _ in 0..1_200 {
        if paused.status.success() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
        paused = pause();
    }
    assert!(paused.status.success(), "{}", said(&paused));
    let stopped = loading.wait_with_output().unwrap();
    let told = said(&stopped);
    assert_eq!(stopped.status.code(), Some(1), "{told}");
    assert!(told.contains("Run 1 is paused after"), "{told}");
    let shown = ends(here, 0, "supply show 1");
    let applied = shown.lines().find(|line| line.starts_with("rows applied"));
    let applied = applied.unwrap().trim_start_matches("rows applied").trim();
    // Parts of 128 rows, and what is left of each batch of 4,096.
    let rows: usize = applied.replace(',', "").parse().unwrap();
    assert!(
        rows == 6_000 || rows.is_multiple_of(128),
        "whole parts: {applied}"
    );
    assert!(
        ends(here, 1, &load).contains("Run 1 is paused"),
        "it waits for a person"
    );
    // Without its mapping it stays where it is.
    ends(here, 2, "supply resume 1 all.csv");
    assert!(ends(here, 1, &load).contains("Run 1 is paused"));
    ends(here, 0, "supply resume 1");
    let done = ends(here, 0, &load);
    assert!(
        done.contains("6,000  rows read") && done.contains("run 1"),
        "{done}"
    );
    assert!(ends(here, 0, "audit verify").contains("The ledger is whole."));
}

#[test]
fn a_first_load_says_that_it_cannot_be_taken_back() {
    let folder = folder(0..20);
    let here = folder.path();
    let first = ends(here, 0, &format!("{LOAD} --first --full all.csv"));
    assert!(first.contains("cannot be taken back"), "{first}");
    ends(here, 0, "supply finish");
    assert!(ends(here, 2, "supply take-back 1").contains("part of the first load"));
    // It is what a full file after it is held against.
    fs::write(here.join("none.csv"), file(0..1)).unwrap();
    let held = ends(
        here,
        1,
        "supply load --mapping clinic.toml --extracted 2026-06-09 --full none.csv",
    );
    assert!(
        held.contains("would end 19 of the supplier's 20 children"),
        "{held}"
    );
}

#[test]
fn f10_a_run_says_what_was_wrong_with_its_file_by_column_and_rule() {
    let folder = folder(0..5);
    let here = folder.path();
    let wrong = file(0..12).replace("-01-", "-13-").replace("Jo K", "Jo K4");
    fs::write(here.join("wrong.csv"), &wrong).unwrap();
    ends(here, 0, &format!("{LOAD} wrong.csv"));
    let shown = ends(here, 0, "supply show 1");
    for said in [
        "Faults, by column and rule",
        "Name",
        "Born",
        "date of birth is not a day in the form that was agreed",
        "format",
    ] {
        assert!(shown.contains(said), "{said}\n{shown}");
    }
    assert!(!shown.contains("K4") && !shown.contains("-13-"), "{shown}");
    ends(here, 0, &format!("{LOAD} all.csv"));
    let right = ends(here, 0, "supply show 2");
    assert!(!right.contains("Faults"), "{right}");
}

#[test]
fn f10_the_faults_of_a_held_file_are_written_too() {
    let folder = folder(0..40);
    let here = folder.path();
    ends(here, 0, &format!("{LOAD} --full all.csv"));
    let fewer = file(0..30) + "c99,Jo Kaaaa,2009-13-01\n";
    fs::write(here.join("fewer.csv"), fewer).unwrap();
    let later = "supply load --mapping clinic.toml --extracted 2026-06-08 --full --faults faults.csv fewer.csv";
    let held = ends(here, 1, later);
    assert!(held.contains("Run 2 is held"), "{held}");
    assert!(held.contains("faults written to faults.csv"), "{held}");
    let faults = fs::read_to_string(here.join("faults.csv")).unwrap();
    assert!(faults.contains("Born"), "{faults}");
}

fn packed(text: &str) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn a_packed_file_is_the_file_in_it_and_one_that_is_cut_off_is_not_taken() {
    let folder = folder(0..30);
    let here = folder.path();
    let whole = packed(&file(0..30));
    let cut = &packed(&file(30..9_000));
    fs::write(here.join("cut.csv.gz"), &cut[..cut.len() - 3]).unwrap();
    let is_refused = |load: &str| {
        let refused = ends(here, 1, &format!("{LOAD} {load} cut.csv.gz"));
        for word in ["cut off or damaged", "Nothing of it was applied"] {
            assert!(refused.contains(word), "{refused}");
        }
    };
    is_refused("--delta");
    // A first load takes rows as it reads them: a file that is not whole is refused before.
    is_refused("--first");
    assert!(ends(here, 0, "supply finish").contains("finished"));
    fs::write(here.join("all.csv.gz"), whole).unwrap();
    let taken = ends(here, 0, &format!("{LOAD} all.csv.gz"));
    assert!(
        taken.contains("30  taken") && taken.contains("This was run 1."),
        "{taken}"
    );
    let again = ends(here, 0, &format!("{LOAD} all.csv"));
    assert!(again.contains("taken already, as run 1"), "{again}");
}
