//! docs/matching.md says what is so: its example is the one that is linked, and its commands run.

use std::path::{Path, PathBuf};

use super::{contactpoint, write};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

fn document() -> String {
    std::fs::read_to_string(docs().join("matching.md")).unwrap()
}

/// The fenced blocks of the document with a mark behind the fence.
fn blocks(mark: &str) -> Vec<String> {
    let document = document();
    let parts = document.split("\n```").skip(1).step_by(2);
    parts
        .filter_map(|part| {
            part.strip_prefix(mark)?
                .strip_prefix('\n')
                .map(ToOwned::to_owned)
        })
        .collect()
}

#[test]
fn the_example_is_the_one_that_is_linked() {
    let example = std::fs::read_to_string(docs().join("link.toml")).unwrap();
    assert!(
        blocks("toml")
            .iter()
            .any(|block| block.trim() == example.trim()),
        "docs/matching.md and docs/link.toml differ"
    );
}

#[test]
fn every_command_of_the_document_runs() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let blocks = blocks("sh");
    let commands: Vec<&str> = blocks
        .iter()
        .flat_map(|block| block.lines())
        .filter(|line| !line.is_empty())
        .collect();
    assert!(commands.len() >= 4, "{commands:?}");
    for line in commands {
        let line = line
            .split(" #")
            .next()
            .unwrap()
            .replace("--children 200000", "--children 250")
            .replace("--children 30000", "--children 250")
            .replace("--children 20000", "--children 150");
        let mut words = line.split_whitespace();
        assert_eq!(words.next(), Some("contactpoint"), "{line}");
        let arguments: Vec<&str> = words.collect();
        let ended = contactpoint(here, &arguments);
        assert_eq!(ended.code, 0, "{line}: {}", ended.noted);
        assert!(!ended.said.is_empty(), "{line}");
    }
    write(here, "done", "");
}
