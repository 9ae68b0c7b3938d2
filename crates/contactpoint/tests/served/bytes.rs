//! What a disk tells that is stolen while the directory is at work: nothing, in the database, its log and what the program notes (F4, T5).

use std::path::{Path, PathBuf};

use store::Location;

use crate::client::Client;
use crate::cluster::Cluster;
use crate::practice::{OFFICER, PRACTITIONER};
use crate::server::{Directory, Server};

/// Of children, their homes, carers and numbers, and of what was searched for.
const SECRETS: [&str; 13] = [
    "Mill Lane",
    "Refuge Lane",
    "LS1 4AP",
    "BS1 1AA",
    "07700 900",
    "07700900",
    "Dawn Marsh",
    "Bola Bello",
    "Kelly Marsh",
    "Ayo Bello",
    "2011-05-14",
    "9990000018",
    "Zebedee",
];

#[test]
fn f4_nothing_of_a_child_or_a_search_is_on_the_disk_of_a_directory_at_work() {
    let directory = Directory::embedded();
    works(&directory, directory.folder.path());
}

#[test]
fn f4_nothing_of_a_child_or_a_search_is_on_the_disk_of_a_database_server_at_work() {
    let cluster = Cluster::start();
    let folder = tempfile::tempdir().unwrap();
    let directory = Directory::furnished(folder, Location::Postgres(cluster.connection()));
    works(&directory, cluster.folder.path());
}

/// Somebody searches, opens, shields and is refused; then every file there is, is read while the program runs.
fn works(directory: &Directory, place: &Path) {
    let server = Server::of(directory, &[]);
    let mut jane = Client::signed_in(server.address, 1, PRACTITIONER);
    let child = jane.reach_child();
    assert!(jane.get(&child).body.contains("12 Mill Lane"));
    let hidden = [
        ("given_name", "Zebedee"),
        ("family_name", "Marsh"),
        ("postcode", "LS1 4AP"),
        ("reason", "find-practitioners"),
    ];
    jane.post("/search", &hidden);
    jane.get("/Zebedee");
    let mut sam = Client::signed_in(server.address, 3, OFFICER);
    sam.get("/connected");
    let mut read = 0;
    for file in files(place) {
        let bytes = std::fs::read(&file).unwrap_or_default();
        read += bytes.len();
        tells_nothing(&bytes, &file.display().to_string());
    }
    assert!(read > 100_000, "{read} bytes");
    tells_nothing(server.end().as_bytes(), "what the program notes");
}

fn tells_nothing(bytes: &[u8], place: &str) {
    let text = String::from_utf8_lossy(bytes).to_ascii_lowercase();
    for secret in SECRETS {
        let found = text.contains(&secret.to_ascii_lowercase());
        assert!(!found, "“{secret}” is in {place}");
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found
}
