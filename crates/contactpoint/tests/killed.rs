//! A kill at any moment loses no acknowledged write: a load that was killed goes on where it was, and the ledger stays whole (T4).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "tests"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

fn contactpoint(data: &Path, arguments: &[&str]) -> String {
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
    String::from_utf8(out.stdout).unwrap()
}

/// Two directories with the same reference data, and the file of NHS registrations.
fn two_directories(folder: &Path) -> ([PathBuf; 2], String) {
    let england = folder.join("england").display().to_string();
    let both = ["killed", "whole"].map(|name| folder.join(name));
    both.iter()
        .for_each(|data| std::fs::create_dir(data).unwrap());
    let make = [
        "england",
        "--children",
        "2500",
        "--seed",
        "6",
        "--out",
        &england,
    ];
    contactpoint(&both[1], &make);
    for data in &both {
        contactpoint(data, &["reference", "load", &england]);
    }
    (both, format!("{england}/nhs.csv"))
}

/// Runs a command three times and kills it each time after a while; the ledger is whole every time.
fn kill(data: &Path, arguments: &[&str]) {
    for milliseconds in [40, 300, 900] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_contactpoint"))
            .arg("--data")
            .arg(data)
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
        contactpoint(data, &["audit", "verify"]);
    }
}

#[test]
fn a_load_killed_again_and_again_ends_as_if_it_never_was() {
    let folder = tempfile::tempdir().unwrap();
    let ([killed, whole], file) = two_directories(folder.path());
    let load = ["supply", "load", "--supplier", "nhs", &file];
    kill(&killed, &load);
    contactpoint(&killed, &load);
    contactpoint(&whole, &load);
    let taken = contactpoint(&killed, &load);
    assert!(taken.contains("taken already, as run 1"), "{taken}");
    nothing_new([&killed, &whole], &file);
    let runs = contactpoint(&killed, &["supply", "runs"]);
    assert_eq!(
        runs.lines().count(),
        3,
        "one run, however often it was killed\n{runs}"
    );
    // After another file of its supplier it is gone through once more, and says nothing.
    let again = contactpoint(&killed, &load);
    assert!(
        again.contains("said nothing new") && !again.contains("  taken"),
        "{again}"
    );
    contactpoint(&killed, &["audit", "verify"]);
}

/// A second look at every row of the same file finds nothing new in either.
fn nothing_new(both: [&Path; 2], file: &str) {
    let again = ["supply", "load", "--full", "--supplier", "nhs", file];
    let [killed, whole] = both.map(|data| contactpoint(data, &again));
    assert!(
        killed.contains("said nothing new") && !killed.contains("  taken"),
        "{killed}"
    );
    let counts = |said: &str| said.split("This was run").next().map(ToOwned::to_owned);
    assert_eq!(counts(&killed), counts(&whole));
}

#[test]
fn a_first_load_killed_again_and_again_ends_as_if_it_never_was() {
    let folder = tempfile::tempdir().unwrap();
    let ([killed, whole], file) = two_directories(folder.path());
    let first = ["supply", "load", "--first", "--supplier", "nhs", &file];
    let load = ["supply", "load", "--supplier", "nhs", &file];
    kill(&killed, &first);
    contactpoint(&killed, &first);
    kill(&killed, &["supply", "finish"]);
    // It may have been finished before the last kill.
    let _ = Command::new(env!("CARGO_BIN_EXE_contactpoint"))
        .arg("--data")
        .arg(&killed)
        .args(["supply", "finish"])
        .output()
        .unwrap();
    contactpoint(&whole, &load);
    nothing_new([&killed, &whole], &file);
    contactpoint(&killed, &["audit", "verify"]);
}
