//! `contactpoint link` as a statistician meets it: wrong inputs first, then a small England and its truth.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests"
)]

mod document;
mod england;
mod small;
mod wrong;

use std::path::Path;
use std::process::Command;

/// What a command said, and how it ended.
struct Ended {
    code: i32,
    said: String,
    noted: String,
}

/// Runs the command in a folder.
fn contactpoint(folder: &Path, arguments: &[&str]) -> Ended {
    let output = Command::new(env!("CARGO_BIN_EXE_contactpoint"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("CONTACTPOINT_DATA")
        .env_remove("CONTACTPOINT_CONFIG")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ended {
        code: output.status.code().unwrap(),
        said: text(output.stdout),
        noted: text(output.stderr),
    }
}

/// Runs a command that must end well, and say nothing beside its answer: progress is for terminals.
fn good(folder: &Path, arguments: &[&str]) -> String {
    let ended = contactpoint(folder, arguments);
    assert_eq!(
        (ended.code, ended.noted.as_str()),
        (0, ""),
        "{arguments:?}\n{}",
        ended.said
    );
    ended.said
}

fn json(folder: &Path, arguments: &[&str]) -> serde_json::Value {
    serde_json::from_str(&good(folder, arguments)).unwrap()
}

fn write(folder: &Path, file: &str, text: &str) {
    std::fs::write(folder.join(file), text).unwrap();
}

fn read(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).unwrap()
}

/// The names of the files in a folder, in order.
fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
