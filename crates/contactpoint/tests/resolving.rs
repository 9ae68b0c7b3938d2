//! Rows of five suppliers become one record per child: how well, against the truth of a small synthetic England.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

fn resolve(data: &Path, more: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_contactpoint"));
    program
        .arg("--data")
        .arg(data)
        .args(["bench", "resolve", "--children", "2000", "--seed", "60617"])
        .arg("--json")
        .args(more);
    program
}

fn report(data: &Path, more: &[&str]) -> serde_json::Value {
    let program = resolve(data, more).output().unwrap();
    assert!(
        program.status.success(),
        "{}",
        String::from_utf8_lossy(&program.stderr)
    );
    serde_json::from_slice(&program.stdout).unwrap()
}

#[test]
fn r50_r77_rows_of_five_suppliers_become_one_record_per_child_and_one_in_two_hundred_is_shielded() {
    let folder = tempfile::tempdir().unwrap();
    let first = report(&folder.path().join("first"), &["--first"]);
    let report = report(&folder.path().join("data"), &[]);
    let figure = |name: &str| report[name].as_f64().unwrap();
    assert!(figure("rows") > 6_000.0, "{report}");
    assert!(figure("precision") > 0.998, "{report}");
    assert!(figure("recall") > 0.97, "{report}");
    assert!(figure("waiting_share") < 0.04, "{report}");
    assert!(figure("held_share") > 0.0, "{report}");
    assert!(figure("held_of_others_share") < 0.02, "{report}");
    assert_eq!(report["open_of_shielded"], 0, "{report}");
    let english = &report["groups"]["names: english"];
    assert!(english["rows"].as_u64().unwrap() > 3_000, "{report}");
    assert!(english["missed"].as_f64().unwrap() > 0.0, "{report}");

    // A first load joins as any other.
    for figure in ["rows", "precision", "recall", "waiting_share", "held_share"] {
        assert_eq!(first[figure], report[figure], "{figure}");
    }
    assert_eq!(first["groups"], report["groups"]);
}

#[test]
fn r77_a_first_load_that_was_killed_goes_on_and_joins_as_one_that_was_not() {
    let folder = tempfile::tempdir().unwrap();
    let whole = report(&folder.path().join("whole"), &["--first"]);
    let data = folder.path().join("killed");
    let mut program = resolve(&data, &["--first"])
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let told = BufReader::new(program.stderr.take().unwrap());
    let is_second = |line: &String| line.starts_with("nhs:");
    assert!(
        told.lines()
            .map(Result::unwrap)
            .any(|line| is_second(&line))
    );
    program.kill().unwrap();
    program.wait().unwrap();
    let again = report(&data, &["--first", "--go-on"]);
    for figure in [
        "rows",
        "precision",
        "recall",
        "waiting_share",
        "held_share",
        "groups",
    ] {
        assert_eq!(again[figure], whole[figure], "{figure}");
    }
    assert_eq!(again["open_of_shielded"], 0, "{again}");
    let done = resolve(&data, &["--first", "--go-on"]).output().unwrap();
    let told = String::from_utf8_lossy(&done.stderr);
    assert!(told.contains("no first load is under way"), "{told}");
}
