//! A full disk: 503 and never data, nothing acknowledged is lost, and all is well again as soon as there is room (T4).

use std::time::Duration;

use store::{Credentials, Origin};

use crate::client::Client;
use crate::practice::{NURSE, PASSWORD, PIN, PRACTITIONER, clock, code_of, move_clock, token};
use crate::server::{Directory, Server, command, follow_the_clock, good, with_reference};

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
    assert!(jane.get("/health").is_out_of_order());

    server.limit_files("unlimited");
    assert_eq!(jane.get("/health").status, 200);
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

/// Somebody who has not asked anything for a minute: that they do now must be written down before they see anything.
fn silent_for_a_minute(directory: &Directory, server: &Server) -> Client {
    follow_the_clock();
    move_clock(-60);
    let credentials = Credentials {
        user_name: NURSE.into(),
        password: PASSWORD.into(),
        pin: PIN.into(),
        code: code_of(&token(2)),
    };
    let from = Origin {
        address: "127.0.0.1".into(),
        browser: "test".into(),
    };
    let signed_in = directory.open().sign_in(&credentials, &from, clock());
    follow_the_clock();
    let signed_in = signed_in.unwrap().unwrap_or_else(|_| panic!("signed in"));
    Client::resuming(server.address, &signed_in.secret)
}

#[test]
fn on_a_full_disk_nobody_sees_even_their_own_look_ups() {
    let directory = Directory::embedded();
    let server = Server::of(&directory, &[]);
    let mut jane = Client::signed_in(server.address, 1, PRACTITIONER);
    let mut sam = silent_for_a_minute(&directory, &server);
    assert_eq!(jane.search().status, 303);
    let listed = |jane: &mut Client| jane.get("/look-ups").body.matches("Records listed").count();
    assert_eq!(listed(&mut jane), 1);
    server.limit_files("4096");
    assert!(jane.search().is_out_of_order());
    for _ in 0..3 {
        for path in ["/look-ups", "/sessions", "/search", "/"] {
            let answer = sam.get(path);
            assert!(answer.is_out_of_order(), "{path}: {}", answer.status);
        }
    }
    server.limit_files("unlimited");
    assert_eq!(sam.get("/look-ups").status, 200);
    // What could not be written was not shown, and is not said to have been.
    assert_eq!(listed(&mut jane), 1);
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
    let (data, england) = with_reference(folder.path(), "400");
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
    good(&whole, &["reference", "load", &england]);
    good(&whole, &load);
    assert_eq!(good(&data, &again), good(&whole, &again));
    good(&data, &["audit", "verify"]);
}
