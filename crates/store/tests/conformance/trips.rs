//! How often PostgreSQL is asked, counted on the wire: a round trip costs more than what is looked up in it.

use std::io::{Read, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use directory::query::{Hidden, Query};
use jiff::civil::date;
use store::{Location, Recalled};

use crate::cluster;
use crate::practice::{Practice, by_name, reason, row, visible};

/// The most round trips of one audited search and the page of what it found: each of the two resumes the session.
const SEARCH_AND_RESULTS_TRIPS_MAX: u64 = 8;
/// The most round trips of opening a record.
const OPEN_TRIPS_MAX: u64 = 4;
/// How often something is done until all its statements are prepared on every connection.
const TIMES: usize = 60;
const SOCKET: &str = ".s.PGSQL.5432";

/// Stands between the store and its database, and counts what the store waits for an answer to.
struct Wire {
    folder: tempfile::TempDir,
    trips: Arc<AtomicU64>,
}

impl Wire {
    fn to(server: &str) -> (Wire, Location) {
        let place = server
            .split(' ')
            .find_map(|part| part.strip_prefix("host="));
        let place = place.expect("a folder").to_owned();
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(SOCKET)).unwrap();
        let trips = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&trips);
        let behind = Path::new(&place).join(SOCKET);
        std::thread::spawn(move || listen(&listener, &behind, &counted));
        let location = server.replace(&place, folder.path().to_str().unwrap());
        (Wire { folder, trips }, Location::Postgres(location))
    }

    /// The fewest round trips of something done again and again: the first times statements are prepared.
    fn fewest(&self, mut done: impl FnMut()) -> u64 {
        assert!(self.folder.path().exists());
        let counts = (0..TIMES).map(|_| {
            let before = self.trips.load(Ordering::SeqCst);
            done();
            self.trips.load(Ordering::SeqCst) - before
        });
        counts.min().unwrap()
    }
}

fn listen(listener: &UnixListener, behind: &PathBuf, trips: &Arc<AtomicU64>) {
    for client in listener.incoming() {
        let client = client.unwrap();
        let server = UnixStream::connect(behind).unwrap();
        let (mut from_server, mut to_client) =
            (server.try_clone().unwrap(), client.try_clone().unwrap());
        std::thread::spawn(move || std::io::copy(&mut from_server, &mut to_client));
        let trips = Arc::clone(trips);
        std::thread::spawn(move || forward(client, server, &trips));
    }
}

/// Messages are a letter and a length that counts itself; the first has no letter. A query, or the end of what was sent together,
/// is answered.
fn forward(mut client: UnixStream, mut server: UnixStream, trips: &AtomicU64) {
    let mut kind = Vec::new();
    loop {
        let mut head = kind.clone();
        head.resize(kind.len() + 4, 0);
        if client.read_exact(&mut head).is_err() {
            let _ = server.shutdown(std::net::Shutdown::Both);
            return;
        }
        let length = u32::from_be_bytes(head[kind.len()..].try_into().unwrap());
        let mut body = vec![0; usize::try_from(length).unwrap() - 4];
        client.read_exact(&mut body).unwrap();
        if kind.len() == 1 && matches!(head[0], b'Q' | b'S') {
            trips.fetch_add(1, Ordering::SeqCst);
        }
        if server.write_all(&[head, body].concat()).is_err() {
            return;
        }
        kind = vec![0];
    }
}

fn practice() -> (Wire, Practice) {
    let (wire, location) = Wire::to(&cluster::database());
    (wire, Practice::at(location, tempfile::tempdir().unwrap()))
}

/// Ten children of one family name born on one day, and a query that finds all of them.
fn many(practice: &Practice) -> Query {
    let born = date(2011, 5, 14);
    for name in [
        "Abel",
        "Bryony",
        "Cleo",
        "Dorothea",
        "Ezra",
        "Finn",
        "Gwendolen",
        "Hugo",
        "Iris",
        "Joel",
    ] {
        practice.accept(&[row(name, name, "Marsh", born)]);
    }
    Query::of(visible("", "Marsh", Some(born)), Hidden::default()).expect("enough")
}

#[test]
fn an_audited_search_and_its_results_take_few_round_trips() {
    let (wire, practice) = practice();
    let query = many(&practice);
    let (_, secret) = practice.signed_in("jane");
    let store = &practice.store;
    let fewest = wire.fewest(|| {
        let now = practice.after_seconds(1);
        let session = store.resume(&secret, now).unwrap().unwrap();
        let found = store.search(&session, reason(&session), query.clone(), now);
        let found = found.unwrap().unwrap();
        assert_eq!(found.children.len(), 10);
        let session = store.resume(&secret, now).unwrap().unwrap();
        let Ok(Recalled::Same(same)) = store.recall(&session, &found.ticket, now).unwrap() else {
            panic!("the same sight");
        };
        let references: Vec<&str> = same
            .children
            .iter()
            .map(|one| one.reference.as_str())
            .collect();
        let reasons = store.reasons_given(&session, &references).unwrap();
        assert_eq!(reasons, vec![None; 10]);
    });
    assert!(
        (2..=SEARCH_AND_RESULTS_TRIPS_MAX).contains(&fewest),
        "{fewest}"
    );
}

#[test]
fn opening_a_record_takes_few_round_trips() {
    let (wire, practice) = practice();
    practice.accept(&[row("1", "Kelly", "Marsh", date(2011, 5, 14))]);
    let (session, secret) = practice.signed_in("jane");
    let reference = practice.opened(&session, by_name("Kelly", "Marsh", date(2011, 5, 14)));
    let store = &practice.store;
    let fewest = wire.fewest(|| {
        let now = practice.after_seconds(1);
        let session = store.resume(&secret, now).unwrap().unwrap();
        store.disclose(&session, &reference, now).unwrap().unwrap();
    });
    assert!((2..=OPEN_TRIPS_MAX).contains(&fewest), "{fewest}");
}

/// Somebody changes a record while it is about to be shown: whoever shows it waits, and what comes of the change decides.
#[test]
fn a_record_that_is_being_changed_is_not_shown_as_it_was() {
    for (ends, is_shown) in [("COMMIT", false), ("ROLLBACK", true)] {
        let server = cluster::database();
        let practice = Practice::at(
            Location::Postgres(server.clone()),
            tempfile::tempdir().unwrap(),
        );
        practice.accept(&[row("1", "Kelly", "Marsh", date(2011, 5, 14))]);
        let session = practice.session("jane");
        let reference = practice.opened(&session, by_name("Kelly", "Marsh", date(2011, 5, 14)));
        let mut other = postgres::Client::connect(&server, postgres::NoTls).unwrap();
        let events = "SELECT count(*) FROM event";
        let before: i64 = other.query_one(events, &[]).unwrap().get(0);
        other
            .batch_execute("BEGIN; UPDATE record SET version = version + 1")
            .unwrap();
        std::thread::scope(|scope| {
            let shown = scope.spawn(|| {
                practice
                    .store
                    .disclose(&session, &reference, practice.now())
            });
            let waits = "SELECT count(*) FROM pg_locks WHERE NOT granted";
            while other.query_one(waits, &[]).unwrap().get::<_, i64>(0) == 0 {
                assert!(!shown.is_finished(), "{ends}: it did not wait");
                std::thread::sleep(Duration::from_millis(5));
            }
            other.batch_execute(ends).unwrap();
            let shown = shown.join().unwrap();
            // The version is part of what a body is sealed with: a body that was not sealed anew for it does not open.
            assert_eq!(shown.is_ok_and(|shown| shown.is_ok()), is_shown, "{ends}");
        });
        let after: i64 = other.query_one(events, &[]).unwrap().get(0);
        assert_eq!(after - before, i64::from(is_shown), "{ends}");
    }
}
