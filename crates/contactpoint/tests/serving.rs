//! Serving over a socket: slow clients are cut off, and the end is orderly. One test, because the signal is the whole program's.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "tests"
)]

mod practice;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use contactpoint::desk::{Entry, Limits, Settings};
use contactpoint::serve::serve;
use contactpoint::view::local_manager::LocalManager;
use directory::{Now, Timestamp};
use store::{Location, Options, Store};

const WAIT_SECONDS_MAX: u64 = 20;

fn clock() -> Now {
    let at: Timestamp = "2026-07-03T12:00:00Z".parse().unwrap();
    Now {
        at,
        today: practice::TODAY,
    }
}

fn entropy(bytes: &mut [u8]) {
    getrandom::fill(bytes).unwrap();
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    let wait = Some(Duration::from_secs(WAIT_SECONDS_MAX));
    stream.set_read_timeout(wait).unwrap();
    stream
}

/// Sends this much and reads until the server closes.
fn exchange(address: SocketAddr, sent: &str) -> String {
    let mut stream = connect(address);
    stream.write_all(sent.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn slow_clients_are_cut_off_and_the_end_is_orderly() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        location: Location::Sqlite(folder.path().join("directory.sqlite")),
        key_ring: folder.path().join("keys"),
        entropy,
    };
    let store = Store::open(options).unwrap();
    let limits = Limits {
        head_seconds_max: 1,
        ..Limits::default()
    };
    let settings = Settings {
        limits,
        ..Settings::new(LocalManager::default())
    };
    let (tell, told) = channel();
    let serving = thread::spawn(move || {
        let listen = "127.0.0.1:0".parse().unwrap();
        let ready = move |address| tell.send(address).unwrap();
        serve(store, settings, Entry { clock, entropy }, listen, ready)
    });
    let address = told
        .recv_timeout(Duration::from_secs(WAIT_SECONDS_MAX))
        .unwrap();

    let whole = "GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    assert!(exchange(address, whole).starts_with("HTTP/1.1 200 OK"));

    let begun = Instant::now();
    let answer = exchange(address, "GET /health HTTP/1.1\r\nHost: a\r\nX-Slow:");
    assert!(!answer.contains("200 OK"), "{answer}");
    assert!(begun.elapsed() < Duration::from_secs(WAIT_SECONDS_MAX));

    let long = format!(
        "GET / HTTP/1.1\r\nHost: a\r\nX-Long: {}\r\n\r\n",
        "x".repeat(100_000)
    );
    let mut stream = connect(address);
    // The server may close before it has read everything.
    let _ = stream.write_all(long.as_bytes());
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431"),
        "{answer}"
    );

    let idle = connect(address);
    let own = std::process::id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &own])
            .status()
            .unwrap()
            .success()
    );
    serving.join().unwrap().unwrap();
    assert!(
        TcpStream::connect(address).is_err(),
        "nobody listens any more"
    );
    drop(idle);
}
