//! Every command of `docs/supply-http.md`, in order, with what it says, against a directory that is served for it.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

const ADDRESS: &str = "127.0.0.1:8080";

/// A folder in which a directory may be served; it is stopped whatever happens.
struct Folder(tempfile::TempDir);

impl Drop for Folder {
    fn drop(&mut self) {
        if let Ok(id) = fs::read_to_string(self.0.path().join("serve.pid")) {
            let _ = Command::new("kill").arg(id.trim()).output();
        }
    }
}

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

/// Runs the commands as a person would, and gives everything that was said.
fn run(folder: &Path, commands: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_contactpoint"));
    let path = format!(
        "{}:/usr/bin:/bin",
        program.parent().unwrap().to_str().unwrap()
    );
    let mut said = String::new();
    for command in commands.lines() {
        let output = Command::new("sh")
            .args(["-c", command])
            .current_dir(folder)
            .env("PATH", &path)
            .env("NO_PROXY", "*")
            .env(
                "CONTACTPOINT_LISTEN",
                fs::read_to_string(folder.join("listen")).unwrap(),
            )
            .env_remove("CONTACTPOINT_DATA")
            .env_remove("CONTACTPOINT_POSTGRES")
            .env_remove("CONTACTPOINT_PUBLIC_URL")
            .output()
            .unwrap();
        for bytes in [output.stdout, output.stderr] {
            said.push_str(&String::from_utf8(bytes).unwrap());
        }
        assert!(output.status.success(), "{command}\n{said}");
    }
    said
}

#[test]
fn a_developer_comes_from_nothing_to_a_first_accepted_row() {
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/supply-http.md");
    let document = fs::read_to_string(document).unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let document = document.replace(ADDRESS, &address);
    let folder = Folder(tempfile::tempdir().unwrap());
    let at = folder.0.path();
    fs::write(at.join("listen"), &address).unwrap();
    let mut said = String::new();
    let mut answers = 0;
    for (kind, text) in parts(&document) {
        match kind.split_once(' ').unwrap_or((&kind, "")) {
            ("csv" | "toml" | "file" | "ndjson", name) => {
                fs::write(at.join(name), format!("{text}\n")).unwrap();
            }
            ("sh", "") => said = run(at, &text),
            ("text", "") => {
                let mut rest = said.as_str();
                for line in text.lines() {
                    let Some((_, after)) = rest.split_once(line) else {
                        panic!("{line}\nis not in\n{said}");
                    };
                    rest = after;
                    answers += 1;
                }
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(answers, 16);
}
