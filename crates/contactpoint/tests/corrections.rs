//! The commands of `docs/corrections.md`, and what goes wrong with them.
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

#[test]
fn the_commands_of_the_document_do_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    said(&contactpoint(
        here,
        "england --children 20 --seed 7 --out england --today 2026-06-30",
    ));
    said(&contactpoint(here, "reference load england"));
    let shown = said(&contactpoint(here, "survivorship show"));
    assert!(
        shown.contains("date-of-birth = [\"births\", \"nhs\""),
        "{shown}"
    );
    let changed = shown.replace("practice = [\"nhs\"]", "practice = [\"local\", \"nhs\"]");
    let changed = changed.replace("carers = []", "carers = [\"child-benefit\", \"nhs\"]");
    fs::write(here.join("orders.toml"), changed).unwrap();
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/corrections.md");
    let document = fs::read_to_string(document).unwrap();
    let lines: Vec<&str> = document
        .lines()
        .filter_map(|line| line.strip_prefix("contactpoint "))
        .collect();
    assert_eq!(lines.len(), 3);
    let answers: Vec<String> = lines
        .iter()
        .map(|line| said(&contactpoint(here, line)))
        .collect();
    assert!(answers.concat().contains("practice: local, nhs (was nhs)"));
    let of_carers = "carers: child-benefit, nhs (was the freshest of any kind)";
    assert!(answers.concat().contains(of_carers));
    assert!(answers.concat().contains("nhs has nothing to look into."));
    let again = said(&contactpoint(here, "survivorship set orders.toml"));
    assert!(again.contains("Nothing changed"));
    assert!(
        said(&contactpoint(here, "survivorship show")).contains("practice = [\"local\", \"nhs\"]")
    );
    assert!(said(&contactpoint(here, "audit verify")).contains("event"));

    fs::write(here.join("orders.toml"), "school = [\"census\", \"gp\"]").unwrap();
    let refused = contactpoint(here, "survivorship set orders.toml");
    assert!(!refused.status.success());
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        why.contains("school: there is no kind of source gp")
            && why.contains("Nothing was changed"),
        "{why}"
    );
}
