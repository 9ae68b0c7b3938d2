//! Every command of `docs/supply.md`, `docs/supply-formats.md` and `docs/supply-leaving.md`, in order, with what it says.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

/// A fenced part of the document: what stands after the fence, and what is in it.
fn parts(document: &str) -> Vec<(String, String)> {
    let mut pieces = document.split("\n```");
    pieces.next();
    pieces
        .step_by(2)
        .map(|piece| {
            let (kind, text) = piece.split_once('\n').unwrap();
            (kind.to_owned(), text.to_owned())
        })
        .collect()
}

/// Runs the commands as a person would, and gives the exit code of the last and everything that was said.
fn run(folder: &Path, commands: &str) -> (i32, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_contactpoint"));
    let path = format!(
        "{}:/usr/bin:/bin",
        program.parent().unwrap().to_str().unwrap()
    );
    let mut said = String::new();
    let mut code = 0;
    for command in commands.lines() {
        assert_eq!(code, 0, "only the last may fail: {commands}\n{said}");
        let output = Command::new("sh")
            .args(["-c", command])
            .current_dir(folder)
            .env("PATH", &path)
            .env_remove("CONTACTPOINT_DATA")
            .env_remove("CONTACTPOINT_POSTGRES")
            .output()
            .unwrap();
        for bytes in [output.stdout, output.stderr] {
            said.push_str(&String::from_utf8(bytes).unwrap());
        }
        code = output.status.code().unwrap();
    }
    (code, said)
}

#[test]
fn r80_the_tutorial_takes_a_supplier_from_nothing_to_a_first_accepted_row() {
    let (commands, answers) = follow("supply.md");
    assert!(commands >= 9 && answers >= 12, "{commands} {answers}");
}

#[test]
fn r80_r4_a_councils_tables_become_one_file_where_they_are() {
    let (commands, answers) = follow("supply-formats.md");
    assert!(commands >= 3 && answers >= 4, "{commands} {answers}");
}

#[test]
fn a_file_of_changes_says_that_a_child_has_left() {
    let (commands, answers) = follow("supply-leaving.md");
    assert!(commands >= 1 && answers >= 4, "{commands} {answers}");
}

/// Does everything that a document says, in its order: how many commands it has, and how many lines of what they say.
fn follow(document: &str) -> (usize, usize) {
    let documents = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/");
    let document = fs::read_to_string(format!("{documents}{document}")).unwrap();
    assert!(document.lines().count() <= 150);
    let folder = tempfile::tempdir().unwrap();
    let mut ran = (0, String::new());
    let (mut commands, mut answers) = (0, 0);
    for (kind, text) in parts(&document) {
        match kind.split_once(' ').unwrap_or((&kind, "")) {
            ("csv" | "toml", name) => {
                fs::write(folder.path().join(name), format!("{text}\n")).unwrap();
            }
            ("sh", "") => {
                assert_eq!(ran.0, 0, "a failure is told: {}", ran.1);
                ran = run(folder.path(), &text);
                commands += text.lines().count();
            }
            ("text", "") => {
                let mut expected = 0;
                let mut rest = ran.1.as_str();
                for line in text.lines() {
                    if let Some(code) = line.strip_prefix("exit code ") {
                        expected = code.parse().unwrap();
                        continue;
                    }
                    let Some((_, after)) = rest.split_once(line) else {
                        panic!("{line}\nis not in\n{}", ran.1);
                    };
                    rest = after;
                    answers += 1;
                }
                assert_eq!(ran.0, expected, "{}", ran.1);
                ran.0 = 0;
            }
            other => panic!("{other:?}"),
        }
    }
    (commands, answers)
}

/// The tables name every word of the language: a meaning that is added is documented.
#[test]
fn every_mapping_that_comes_with_the_program_uses_only_documented_words() {
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/supply.md");
    let document = fs::read_to_string(document).unwrap();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/mappings");
    let mut words = 0;
    for mapping in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(mapping.unwrap().path()).unwrap();
        for meaning in text.split("is = \"").skip(1) {
            let word = meaning.split('"').next().unwrap();
            assert!(document.contains(&format!("`{word}`")), "{word}");
            words += 1;
        }
    }
    assert!(words > 150, "{words}");
}
