//! A full disk: 503 and never data, nothing acknowledged is lost, and all is well again as soon as there is room (T4).

use std::time::Duration;

use crate::client::Client;
use crate::practice::{NURSE, PRACTITIONER};
use crate::server::{Directory, Server, command, good};

const SEARCHES_MAX: u64 = 5_000;

#[test]
fn a_full_disk_answers_503_loses_nothing_and_is_over_when_there_is_room() {
    let directory = Directory::embedded();
    let before = directory.events();
    let server = Server::of(&directory, &[]);
    let mut jane = Client::signed_in(server.address, 1, PRACTITIONER);
    let child = jane.reach_child();
    assert!(jane.get(&child).body.contains("Kelly"));
    let mut acknowledged = 4;

    let log = directory.folder.path().join("contactpoint.db-wal");
    server.limit_files(&log.metadata().unwrap().len().to_string());
    let full = loop {
        let answer = jane.search();
        if answer.status != 303 {
            break answer;
        }
        acknowledged += 1;
        assert!(acknowledged < SEARCHES_MAX, "the disk is never full");
    };
    assert!(full.is_out_of_order(), "{} {}", full.status, full.body);
    for _ in 0..20 {
        for answer in [jane.search(), jane.get(&child)] {
            assert!(
                answer.is_out_of_order(),
                "{} {}",
                answer.status,
                answer.body
            );
        }
    }
    let stranger = Client::new(server.address).sign_in(2, NURSE);
    assert!(stranger.is_out_of_order(), "{}", stranger.status);
    assert_eq!(jane.get("/about").status, 200);

    server.limit_files("unlimited");
    assert_eq!(jane.search().status, 303);
    assert!(jane.get(&child).body.contains("Kelly"));
    acknowledged += 2;
    // The job that extends the ledger comes back by itself too.
    std::thread::sleep(Duration::from_millis(500));
    let noted = server.end();
    assert!(noted.contains("the store did not answer"), "{noted}");
    for name in ["Kelly", "Marsh", "Mill Lane"] {
        assert!(!noted.contains(name), "{noted}");
    }
    assert_eq!(directory.events(), before + acknowledged);
}

#[test]
fn files_that_do_not_fit_are_not_left_behind_in_part() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("england");
    let path = out.to_str().unwrap();
    let wanted = ["england", "--children", "500", "--seed", "3", "--out", path];
    let failed = command(folder.path(), &wanted, Some("65536"));
    let noted = String::from_utf8(failed.stderr).unwrap();
    assert!(
        !failed.status.success() && failed.stdout.is_empty(),
        "{noted}"
    );
    for word in ["could not all be written", "None was kept", "run again"] {
        assert!(noted.contains(word), "{noted}");
    }
    let left: Vec<_> = std::fs::read_dir(&out).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    good(folder.path(), &wanted);
    let named = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().path();
    for path in std::fs::read_dir(&out).unwrap().map(named) {
        assert_eq!(path.extension().unwrap(), "csv", "{}", path.display());
    }
}

#[test]
fn a_load_on_a_full_disk_says_what_was_kept_and_ends_later_as_if_it_never_was() {
    let folder = tempfile::tempdir().unwrap();
    let england = folder.path().join("england");
    let england = england.to_str().unwrap();
    let data = folder.path().join("data");
    good(
        &data,
        &[
            "england",
            "--children",
            "400",
            "--seed",
            "6",
            "--out",
            england,
        ],
    );
    good(&data, &["reference", "load", england]);
    let file = format!("{england}/nhs.csv");
    let load = ["supply", "load", "--supplier", "nhs", &file];
    let room = std::fs::metadata(data.join("contactpoint.db"))
        .unwrap()
        .len()
        / 4;
    let failed = command(&data, &load, Some(&room.max(131_072).to_string()));
    let noted = String::from_utf8(failed.stderr).unwrap();
    assert!(!failed.status.success(), "it fits");
    for word in ["could not be stored", "Load the whole file again"] {
        assert!(noted.contains(word), "{noted}");
    }
    good(&data, &["audit", "verify"]);
    good(&data, &load);
    let again = ["supply", "load", "--full", "--supplier", "nhs", &file];
    let whole = folder.path().join("whole");
    good(&whole, &["reference", "load", england]);
    good(&whole, &load);
    assert_eq!(good(&data, &again), good(&whole, &again));
    good(&data, &["audit", "verify"]);
}
