//! The commands of `docs/quality.md`, and what goes wrong with them.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn contactpoint(folder: &Path, line: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_contactpoint"))
        .args(line.split_whitespace())
        .current_dir(folder)
        .env("CONTACTPOINT_DATA", folder.join("data"))
        .env_remove("CONTACTPOINT_POSTGRES")
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The file of the document.
const SOURCES: &str =
    "authority,supplier,name,sector\nE06000025,local-02,Early help system,social care\n";

#[test]
fn the_commands_of_the_document_do_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    for line in [
        "england --children 40 --seed 7 --out england --today 2026-06-30",
        "reference load england",
        "supply load --supplier nhs --extracted 2026-06-30 england/nhs.csv",
        "supply load --supplier mental_health --extracted 2026-06-30 england/mental_health.csv",
    ] {
        said(&contactpoint(here, line));
    }
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/quality.md");
    let document = fs::read_to_string(document).unwrap();
    assert!(document.contains(SOURCES), "the file of the document");
    fs::write(here.join("sources.csv"), SOURCES).unwrap();
    let lines: Vec<&str> = document
        .lines()
        .filter_map(|line| line.strip_prefix("contactpoint "))
        .collect();
    assert_eq!(lines.len(), 6);
    let answers: Vec<String> = lines
        .iter()
        .map(|line| said(&contactpoint(here, line)))
        .collect();
    let all = answers.concat();
    for told in [
        "records a second",
        "nobody-involved",
        "nhs       NHS registrations",
        "1 systems are on the list",
        "Early help system  social care",
        "local-02 is no longer listed for E06000025.",
    ] {
        assert!(all.contains(told), "{told}: {all}");
    }
    refused(here);
}

/// R84, X13: no list names a sensitive service, by its own name or by another.
fn refused(here: &Path) {
    for (file, why) in [
        (
            SOURCES.replace("Early help system", "CAMHS system"),
            "would reveal a sensitive service",
        ),
        (
            SOURCES.replace("local-02", "local-04"),
            "feeds no sector, as suppliers of sensitive services do",
        ),
        (SOURCES.replace("social care", "plumbing"), "line 2"),
        (SOURCES.replace("supplier,", "code,"), "columns must be"),
    ] {
        fs::write(here.join("sources.csv"), file).unwrap();
        let refused = contactpoint(here, "source load sources.csv");
        assert!(!refused.status.success());
        let said_why = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(said_why.contains(why), "{said_why}");
        let list = said(&contactpoint(here, "source list"));
        assert_eq!(list.trim().lines().count(), 1, "{list}");
    }
    let again = contactpoint(
        here,
        "source remove --authority E06000025 --supplier local-02",
    );
    assert!(!again.status.success());
}
