//! A database that is lost under a running server: 503 and never data, and no restart when it is back (T4).

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use store::Location;

use crate::client::Client;
use crate::cluster::Cluster;
use crate::practice::{AUDITOR, NURSE, OFFICER, PRACTITIONER};
use crate::server::{Directory, Server};

fn on(cluster: &Cluster) -> Directory {
    let folder = tempfile::tempdir().unwrap();
    Directory::furnished(folder, Location::Postgres(cluster.connection()))
}

#[test]
fn a_stopped_database_answers_503_and_serves_again_when_it_is_started() {
    let cluster = Cluster::start();
    let directory = on(&cluster);
    let before = directory.events();
    let server = Server::of(&directory, &[]);
    let mut jane = Client::signed_in(server.address, 1, PRACTITIONER);
    let child = jane.reach_child();
    assert!(jane.get(&child).body.contains("Kelly"));
    let results = jane.search();
    let mut acknowledged = 5;
    let reads = [
        child.as_str(),
        results.location(),
        "/look-ups",
        "/sessions",
        "/",
        "/search",
        "/health",
    ];
    for (round, mode) in ["fast", "immediate", "fast"].into_iter().enumerate() {
        cluster.stop(mode);
        for path in reads {
            let answer = jane.get(path);
            assert!(
                answer.is_out_of_order(),
                "{round} {path}: {} {}",
                answer.status,
                answer.body
            );
        }
        assert!(jane.search().is_out_of_order());
        let stranger = Client::new(server.address).sign_in(2, NURSE);
        assert!(stranger.is_out_of_order(), "{}", stranger.status);
        assert_eq!(jane.get("/about").status, 200);
        cluster.start_again();
        // The first that asks is answered: nobody has to find out that the old connections are dead.
        for _ in 0..10 {
            let answer = jane.search();
            assert_eq!(answer.status, 303, "{round}: {}", answer.body);
            assert!(jane.get(&child).body.contains("Kelly"), "{round}");
            acknowledged += 2;
        }
        for path in ["/look-ups", "/sessions", "/", "/health"] {
            assert_eq!(jane.get(path).status, 200, "{round} {path}");
        }
    }
    server.end();
    assert_eq!(directory.events(), before + acknowledged);
}

/// A crash in the middle of commits: what was acknowledged is there, and nothing is there more often than it was asked.
#[test]
fn a_crash_under_load_loses_no_acknowledged_event_and_doubles_none() {
    let cluster = Cluster::start();
    let directory = on(&cluster);
    let before = directory.events();
    let server = Server::of(&directory, &[]);
    let people = [(1, PRACTITIONER), (2, NURSE), (3, OFFICER), (4, AUDITOR)];
    let clients: Vec<Client> = people[..2]
        .iter()
        .map(|(id, user_name)| Client::signed_in(server.address, *id, user_name))
        .collect();
    let (asked, acknowledged) = (AtomicU64::new(2), AtomicU64::new(2));
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for mut client in clients {
            let (asked, acknowledged, is_over) = (&asked, &acknowledged, &is_over);
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    asked.fetch_add(1, Ordering::Relaxed);
                    let answer = client.search();
                    if answer.status == 303 {
                        acknowledged.fetch_add(1, Ordering::Relaxed);
                    } else {
                        assert!(
                            answer.is_out_of_order(),
                            "{} {}",
                            answer.status,
                            answer.body
                        );
                    }
                }
            });
        }
        for _ in 0..3 {
            std::thread::sleep(Duration::from_millis(700));
            cluster.stop("immediate");
            std::thread::sleep(Duration::from_millis(200));
            cluster.start_again();
        }
        std::thread::sleep(Duration::from_millis(700));
        is_over.store(true, Ordering::Relaxed);
    });
    server.end();
    let events = directory.events() - before;
    let (asked, acknowledged) = (asked.into_inner(), acknowledged.into_inner());
    assert!(acknowledged > 20, "{acknowledged}");
    assert!(
        (acknowledged..=asked).contains(&events),
        "{acknowledged} acknowledged, {asked} asked, {events} in the ledger"
    );
}
