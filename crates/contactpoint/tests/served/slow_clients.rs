//! Clients that send slowly, or too many at once: they are cut off, and take no place from anybody else.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::client::{Client, connect, exchange};
use crate::server::{Directory, Server};

/// More than there are places for requests.
const SLOW_BODIES: usize = 300;
const PROXY: (&str, &str) = ("CONTACTPOINT_TRUSTED_PROXY", "127.0.0.1");
const HALF_A_FORM: &str =
    "content-type: application/x-www-form-urlencoded\r\ncontent-length: 200\r\n\r\nuser_name=";

fn half_sent(server: &Server, from: usize) -> TcpStream {
    let mut stream = connect(server.address);
    let address = format!("198.51.{}.{}", from / 250, from % 250);
    let head =
        format!("POST /sign-in HTTP/1.1\r\nhost: a\r\nx-forwarded-for: {address}\r\n{HALF_A_FORM}");
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

#[test]
fn slow_bodies_take_no_place_and_are_cut_off_in_time() {
    let directory = Directory::embedded();
    let server = Server::of(&directory, &[PROXY]);
    let begun = Instant::now();
    let slow: Vec<TcpStream> = (0..SLOW_BODIES)
        .map(|from| half_sent(&server, from))
        .collect();
    let mut honest = Client::new(server.address);
    for _ in 0..20 {
        let answer = honest.get("/about");
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(honest.get("/sign-in").status, 200);
    }
    assert!(
        begun.elapsed() < Duration::from_secs(9),
        "they are still sending"
    );
    for mut stream in slow {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(
            answer.to_lowercase().contains("connection: close"),
            "{answer}"
        );
    }
    assert!(
        begun.elapsed() < Duration::from_secs(30),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn a_body_that_is_too_long_is_not_waited_for() {
    let directory = Directory::embedded();
    let server = Server::of(&directory, &[]);
    let begun = Instant::now();
    let endless = "POST /sign-in HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000000\r\n\r\na=";
    assert_eq!(exchange(server.address, endless).status, 413);
    let chunk = format!("{:x}\r\n{}\r\n", 20_000, "a".repeat(20_000));
    let chunked =
        format!("POST /sign-in HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n{chunk}");
    assert_eq!(exchange(server.address, &chunked).status, 413);
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[test]
fn one_address_has_so_many_connections_and_no_more() {
    let directory = Directory::embedded();
    let server = Server::of(&directory, &[]);
    let mut open = Vec::new();
    let mut refused = 0;
    for _ in 0..200 {
        let mut stream = connect(server.address);
        stream
            .set_read_timeout(Some(Duration::from_millis(20)))
            .unwrap();
        let mut first = [0; 12];
        match stream.read(&mut first) {
            Err(error) if is_waiting(&error) => open.push(stream),
            Ok(length) => {
                assert!(
                    length == 0 || first.starts_with(b"HTTP/1.1 503"),
                    "{first:?}"
                );
                refused += 1;
            }
            Err(_) => refused += 1,
        }
    }
    assert_eq!((open.len(), refused), (128, 72));
    drop(open);
    let mut tries = 0;
    while Client::new(server.address).get("/about").status != 200 {
        tries += 1;
        assert!(tries < 100, "those that are gone are not counted");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn is_waiting(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
    )
}

#[test]
fn a_proxy_that_nobody_trusts_is_warned_of_once() {
    let directory = Directory::embedded();
    for (environment, warnings) in [(&[][..], 1), (&[PROXY][..], 0)] {
        let server = Server::of(&directory, environment);
        let mut client = Client::new(server.address);
        assert_eq!(client.get("/about").status, 200);
        assert!(
            !server.noted().contains("trusted-proxy"),
            "nothing is wrong yet"
        );
        client.headers = "x-forwarded-for: 192.0.2.7\r\n".to_owned();
        for _ in 0..3 {
            assert_eq!(client.get("/about").status, 200);
        }
        let noted = server.end();
        assert_eq!(
            noted.matches("Set trusted-proxy").count(),
            warnings,
            "{noted}"
        );
    }
}
