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

use std::path::Path;
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

#[test]
fn a_load_killed_again_and_again_ends_as_if_it_never_was() {
    let folder = tempfile::tempdir().unwrap();
    let england = folder.path().join("england").display().to_string();
    let [killed, whole] = ["killed", "whole"].map(|name| {
        let data = folder.path().join(name);
        std::fs::create_dir(&data).unwrap();
        data
    });
    contactpoint(
        &whole,
        &[
            "england",
            "--children",
            "2500",
            "--seed",
            "6",
            "--out",
            &england,
        ],
    );
    let file = format!("{england}/nhs.csv");
    let load = ["supply", "load", "--supplier", "nhs", &file];
    for data in [&killed, &whole] {
        contactpoint(data, &["reference", "load", &england]);
    }
    for milliseconds in [40, 300, 900] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_contactpoint"))
            .arg("--data")
            .arg(&killed)
            .args(load)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
        contactpoint(&killed, &["audit", "verify"]);
    }
    contactpoint(&killed, &load);
    contactpoint(&whole, &load);
    // A second load of the same file finds nothing new in either.
    let (again, reference) = (contactpoint(&killed, &load), contactpoint(&whole, &load));
    assert_eq!(again, reference);
    contactpoint(&killed, &["audit", "verify"]);
}
