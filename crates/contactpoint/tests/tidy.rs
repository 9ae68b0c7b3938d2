//! What the compiler cannot say: which crate may reach which, and what must stand nowhere or in one place only.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "tests"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

const CRATES: [&str; 6] = [
    "contactpoint",
    "directory",
    "england",
    "ledger",
    "matching",
    "store",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// Every Rust file below a folder of the workspace, with its text.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(root()).unwrap().display().to_string();
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

fn is_test(name: &str) -> bool {
    name.contains("/tests/")
        || name.ends_with("_tests.rs")
        || name.ends_with("/tests.rs")
        || name.ends_with("samples.rs")
}

/// Text outside the tests at the end of a file.
fn library(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or(text)
}

#[test]
fn the_crates_reach_each_other_as_the_map_says_and_no_further() {
    let out = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap().to_owned();
        let to = package["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|d| d["kind"].is_null());
        let to = to
            .map(|d| d["name"].as_str().unwrap().to_owned())
            .filter(|d| CRATES.contains(&d.as_str()));
        arrows.insert(name, to.collect());
    }
    let set = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<BTreeSet<_>>()
    };
    let expected = BTreeMap::from([
        (
            "contactpoint".to_owned(),
            set(&["directory", "england", "ledger", "matching", "store"]),
        ),
        ("directory".to_owned(), set(&[])),
        ("england".to_owned(), set(&["directory"])),
        ("ledger".to_owned(), set(&[])),
        ("matching".to_owned(), set(&[])),
        (
            "store".to_owned(),
            set(&["directory", "ledger", "matching"]),
        ),
    ]);
    assert_eq!(arrows, expected);
}

#[test]
fn only_the_store_speaks_to_a_database_and_only_the_program_to_the_web() {
    for name in CRATES {
        let manifest =
            std::fs::read_to_string(root().join(format!("crates/{name}/Cargo.toml"))).unwrap();
        let own = manifest.split("[dev-dependencies]").next().unwrap();
        for database in ["rusqlite", "postgres"] {
            assert!(
                name == "store" || !own.contains(database),
                "{name} names {database}"
            );
        }
        for web in ["axum", "hyper", "tokio"] {
            assert!(
                name == "contactpoint" || !own.contains(web),
                "{name} names {web}"
            );
        }
    }
    for (name, text) in sources("crates/contactpoint/src") {
        let sql = ["SELECT ", "INSERT INTO", "DELETE FROM", "UPDATE record"];
        assert!(
            is_test(&name) || sql.iter().all(|word| !library(&text).contains(word)),
            "{name} has SQL"
        );
    }
}

#[test]
fn pure_crates_do_not_serialise_read_clocks_or_do_input_and_output() {
    for name in ["directory", "matching", "ledger"] {
        let manifest =
            std::fs::read_to_string(root().join(format!("crates/{name}/Cargo.toml"))).unwrap();
        assert!(
            !manifest
                .split("[dev-dependencies]")
                .next()
                .unwrap()
                .contains("serde"),
            "{name}"
        );
        for (file, text) in sources(&format!("crates/{name}/src"))
            .into_iter()
            .filter(|(file, _)| !is_test(file))
        {
            for word in [
                "std::fs",
                "std::net",
                "std::env",
                "SystemTime",
                "Instant::now",
                "Timestamp::now",
                "Zoned::now",
                "async fn",
            ] {
                assert!(!library(&text).contains(word), "{file} has {word}");
            }
        }
    }
    for (file, text) in sources("crates/store/src")
        .into_iter()
        .filter(|(file, _)| !is_test(file))
    {
        for word in [
            "Timestamp::now",
            "Zoned::now",
            "SystemTime::now",
            "Instant::now",
            "async fn",
        ] {
            assert!(!library(&text).contains(word), "{file} has {word}");
        }
    }
}

#[test]
fn one_thing_alone_makes_events_durable() {
    let mut found = Vec::new();
    for name in CRATES {
        for (file, text) in sources(&format!("crates/{name}/src"))
            .into_iter()
            .filter(|(file, _)| !is_test(file))
        {
            found.extend(
                library(&text)
                    .lines()
                    .filter(|line| line.contains("Ledger for "))
                    .map(|_| file.clone()),
            );
        }
    }
    assert_eq!(found, ["crates/store/src/entry.rs"]);
}

#[test]
fn no_public_verb_of_the_store_gives_a_record_away() {
    for (file, text) in sources("crates/store/src")
        .into_iter()
        .filter(|(file, _)| !is_test(file))
    {
        for signature in library(&text).split("pub fn ").skip(1) {
            let signature = signature.split('{').next().unwrap();
            let gives = signature.split("->").nth(1).unwrap_or("");
            for word in [
                "Record",
                "Sealed",
                "Loaded",
                "Child>",
                "Child,",
                "Statement",
                "Candidate",
                "Connection",
            ] {
                assert!(!gives.contains(word), "{file}: pub fn {signature}");
            }
        }
    }
}

#[test]
fn every_page_has_its_template_and_every_template_its_page() {
    let folder = root().join("crates/contactpoint");
    let names = |at: &str, ending: &str| -> BTreeSet<String> {
        let entries = std::fs::read_dir(folder.join(at)).unwrap();
        let names =
            entries.filter_map(|entry| entry.unwrap().file_name().to_str().map(ToOwned::to_owned));
        names
            .filter_map(|name| name.strip_suffix(ending).map(ToOwned::to_owned))
            .collect()
    };
    let views = names("src/view", ".rs");
    let shared = ["layout", "field", "component", "search_form"];
    for template in names("templates", ".html") {
        assert!(
            shared.contains(&template.as_str()) || views.contains(&template),
            "{template} has no view"
        );
    }
}

#[test]
fn unsafe_code_is_forbidden_and_nothing_is_left_unfinished() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(manifest.contains("unsafe_code = \"forbid\""));
    for name in CRATES {
        for (file, text) in sources(&format!("crates/{name}")) {
            if file.ends_with("tests/tidy.rs") {
                continue;
            }
            for word in [
                "todo!(",
                "unimplemented!(",
                "#[ignore",
                "// TODO",
                "// FIXME",
            ] {
                assert!(!text.contains(word), "{file} has {word}");
            }
        }
    }
}

#[test]
fn r70_the_program_calls_nobody_but_its_own_database() {
    let manifest = std::fs::read_to_string(root().join("crates/contactpoint/Cargo.toml")).unwrap();
    let own = manifest.split("[dev-dependencies]").next().unwrap();
    for client in ["reqwest", "ureq", "hyper-rustls", "lettre", "isahc", "curl"] {
        assert!(!own.contains(client), "it names {client}");
    }
    for (name, text) in sources("crates/contactpoint/src") {
        // The benchmark asks a server that it has started itself.
        let may = is_test(&name) || name.contains("/command/bench/");
        for call in [
            "TcpStream::connect",
            "UnixStream::connect",
            "UdpSocket",
            "TcpSocket",
        ] {
            assert!(may || !library(&text).contains(call), "{name}: {call}");
        }
    }
}
