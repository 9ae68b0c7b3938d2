//! The door: the program is killed, or its database is gone, while it takes what suppliers' programs send.

use std::path::PathBuf;
use std::time::Duration;

use crate::cluster::Cluster;
use crate::data::Data;
use crate::sender::{PUBLIC, Sender, file, get, is_out_of_order, post, report, send};
use crate::server::{Directory, Server};

/// Two batches.
const CHILDREN: u32 = 6_000;

/// A directory whose folder a server is started on.
fn directory(postgres: Option<String>) -> (Directory, Data, Sender) {
    let folder = tempfile::tempdir().unwrap();
    let data = Data {
        path: folder.path().to_owned(),
        postgres,
    };
    drop(begun(&data));
    let sender = Sender::admitted(&data);
    let directory = Directory {
        folder,
        location: data.location(),
    };
    (directory, data, sender)
}

/// Makes a directory with the reference data of a small England.
fn begun(data: &Data) -> PathBuf {
    let england = tempfile::tempdir().unwrap();
    let out = england.path().join("out").display().to_string();
    let make = ["england", "--children", "20", "--seed", "6", "--out", &out];
    crate::server::good(england.path(), &make);
    data.good(&["reference", "load", &out]);
    data.path.clone()
}

/// Another directory, into which nothing came but these files, at the command line.
fn loaded(folder: &tempfile::TempDir, mapping: &str, files: &[&str]) -> Data {
    let data = Data {
        path: folder.path().join("whole"),
        postgres: None,
    };
    begun(&data);
    for (at, text) in files.iter().enumerate() {
        let path = folder.path().join(format!("{at}.csv"));
        std::fs::write(&path, text).unwrap();
        let path = path.display().to_string();
        let load = [
            "supply",
            "load",
            "--mapping",
            mapping,
            "--extracted",
            "2026-07-01",
        ];
        data.good(&[&load[..], &[&path]].concat());
    }
    data
}

#[test]
fn a_program_killed_while_it_takes_a_file_goes_on_when_the_file_is_sent_again() {
    let (directory, data, sender) = directory(None);
    let file = file(0..CHILDREN);
    let mut taken = String::new();
    for (time, milliseconds) in [40, 700, 1_900, 3_300].into_iter().enumerate() {
        let server = Server::of(&directory, &[PUBLIC]);
        let token = sender.token(server.address, &format!("t{time}"));
        let answer = send(server.address, &token, (&format!("k{time}"), &file));
        assert_eq!(answer.status, 202, "{}", answer.body);
        std::thread::sleep(Duration::from_millis(milliseconds));
        // Killed, not ended.
        drop(server);
        taken = answer.location().to_owned();
    }
    let server = Server::of(&directory, &[PUBLIC]);
    let token = sender.token(server.address, "last");
    // What the killed program was taking is not said to be taken.
    let left = get(server.address, &token, &taken);
    assert!(!left.body.contains("\"state\":\"taken\"") || left.body.contains("6000"));
    let answer = send(server.address, &token, ("last", &file));
    let told = report(server.address, &token, answer.location());
    assert!(told.contains("\"state\":\"taken\""), "{told}");
    server.end();
    let folder = tempfile::tempdir().unwrap();
    data.is_as(&loaded(&folder, &sender.mapping, &[&file]));
}

/// Rows that were answered are there, whenever the program is killed; those that were not are there whole or not at all.
#[test]
fn rows_that_were_acknowledged_are_there_after_a_kill() {
    let (directory, data, sender) = directory(None);
    let line = |child: u32| {
        let text = file(child..child + 1);
        let cells: Vec<&str> = text.lines().nth(1).unwrap().split(',').collect();
        format!(
            "{{\"Ref\":\"{}\",\"Surname\":\"{}\",\"Forename\":\"{}\",\"Born\":\"{}\"}}\n",
            cells[0], cells[1], cells[2], cells[3]
        )
    };
    let sent = |time: u32| time * 50..time * 50 + 50;
    for time in 0..4u32 {
        let server = Server::of(&directory, &[PUBLIC]);
        let token = sender.token(server.address, &format!("t{time}"));
        let headers = format!("{token}content-type: application/x-ndjson\r\n");
        let rows: String = sent(time).map(line).collect();
        let path = "/supply/rows?extracted=2026-07-01";
        let answer = post(server.address, (path, &headers), &rows);
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(answer.body.contains("\"accepted\":50"), "{}", answer.body);
        drop(server);
    }
    let folder = tempfile::tempdir().unwrap();
    let whole = loaded(&folder, &sender.mapping, &[&file(0..200)]);
    let compared = data.open().compare(&whole.open()).unwrap();
    assert_eq!(
        (compared.records, compared.differing),
        (200, 0),
        "{compared:?}"
    );
    assert_eq!((compared.said_twice, compared.misfiled), (0, 0));
    data.good(&["audit", "verify"]);
}

/// For how long the database is lost each time, in seconds, when nothing else is said.
const LOST_SECONDS: u64 = 2;

/// For how long the database is lost: `CONTACTPOINT_LOST_SECONDS=60` is the long form.
fn lost_seconds() -> u64 {
    let said = std::env::var("CONTACTPOINT_LOST_SECONDS").ok();
    said.map_or(LOST_SECONDS, |said| {
        said.parse().expect("a number of seconds")
    })
}

/// The database is lost for a while: 503 and nothing else, and the file that was being taken is taken to its end by itself.
#[test]
fn a_file_that_arrived_outlives_a_lost_database() {
    let cluster = Cluster::start();
    let (directory, data, sender) = directory(Some(cluster.connection()));
    let server = Server::of(&directory, &[PUBLIC]);
    let token = sender.token(server.address, "one");
    let file = file(0..CHILDREN);
    let answer = send(server.address, &token, ("one", &file));
    assert_eq!(answer.status, 202, "{}", answer.body);
    let path = answer.location().to_owned();
    for wait in [500, 1_500] {
        std::thread::sleep(Duration::from_millis(wait));
        cluster.stop("immediate");
        let lost = std::time::Instant::now();
        while lost.elapsed() < Duration::from_secs(lost_seconds()) {
            let answer = get(server.address, &token, &path);
            assert!(
                is_out_of_order(&answer),
                "{} {}",
                answer.status,
                answer.body
            );
            let answer = send(server.address, &token, ("two", "Ref\n1\n"));
            assert!(
                is_out_of_order(&answer),
                "{} {}",
                answer.status,
                answer.body
            );
            std::thread::sleep(Duration::from_millis(200));
        }
        cluster.start_again();
    }
    let told = report(server.address, &token, &path);
    assert!(told.contains("\"state\":\"taken\""), "{told}");
    assert!(told.contains("\"accepted\":6000"), "{told}");
    let noted = server.end();
    assert!(!noted.contains("Kaa"), "{noted}");
    let folder = tempfile::tempdir().unwrap();
    data.is_as(&loaded(&folder, &sender.mapping, &[&file]));
}

/// A disk that is full when a file comes, and while it is taken: 503, nothing in part, and it is taken by itself when there is room.
#[test]
fn a_file_that_finds_the_disk_full_is_not_taken_in_part() {
    let (directory, data, sender) = directory(None);
    let server = Server::of(&directory, &[PUBLIC]);
    let token = sender.token(server.address, "one");
    let file = file(0..CHILDREN);
    server.limit_files("131072");
    for _ in 0..2 {
        let answer = send(server.address, &token, ("one", &file));
        assert!(
            is_out_of_order(&answer),
            "{} {}",
            answer.status,
            answer.body
        );
    }
    let left = std::fs::read_dir(&data.path).unwrap();
    let spooled = |name: &std::ffi::OsString| name.to_string_lossy().starts_with("spool");
    let names: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert!(!names.iter().any(spooled), "{names:?}");
    assert!(data.good(&["supply", "runs"]).contains("no runs yet"));

    server.limit_files("unlimited");
    let answer = send(server.address, &token, ("one", &file));
    assert_eq!(answer.status, 202, "{}", answer.body);
    std::thread::sleep(Duration::from_millis(300));
    server.limit_files("131072");
    std::thread::sleep(Duration::from_millis(2_500));
    let waiting = get(server.address, &token, answer.location());
    assert!(
        waiting.body.contains("\"state\":\"taking\""),
        "{}",
        waiting.body
    );
    server.limit_files("unlimited");
    let told = report(server.address, &token, answer.location());
    assert!(told.contains("\"state\":\"taken\""), "{told}");
    server.end();
    let folder = tempfile::tempdir().unwrap();
    data.is_as(&loaded(&folder, &sender.mapping, &[&file]));
}
