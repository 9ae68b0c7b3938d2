//! Serving with a certificate: suppliers come from other networks, and nothing of a child crosses one in clear.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use store::{Location, Options, Store};

/// A server, stopped whatever happens.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn run(folder: &Path, program: &str, arguments: &[&str]) -> Output {
    let command = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("NO_PROXY", "*")
        .output();
    command.unwrap()
}

fn certificate(folder: &Path, name: &str) {
    let arguments = format!(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout {name}.key -out {name}.pem"
    );
    let arguments: Vec<&str> = arguments.split(' ').collect();
    assert!(run(folder, "openssl", &arguments).status.success());
}

fn directory(folder: &Path) {
    let options = Options {
        location: Location::Sqlite(folder.join("contactpoint.db")),
        key_ring: folder.join("ring"),
        entropy: |bytes| getrandom::fill(bytes).unwrap(),
    };
    drop(Store::open(options).unwrap());
}

#[test]
fn a_server_with_a_certificate_speaks_tls_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    directory(at);
    certificate(at, "own");
    certificate(at, "other");
    let program = env!("CARGO_BIN_EXE_contactpoint");
    let serve = |more: &[&str]| {
        let given = ["serve", "--data", ".", "--listen", "127.0.0.1:0"];
        let mut command = Command::new(program);
        command.args(given).args(more).current_dir(at);
        command
    };
    for wrong in [
        &["--tls-cert", "own.pem"][..],
        &["--tls-cert", "own.pem", "--tls-key", "other.key"],
        &["--tls-cert", "own.key", "--tls-key", "own.key"],
        &["--tls-cert", "nowhere.pem", "--tls-key", "own.key"],
    ] {
        let stopped = serve(wrong).output().unwrap();
        assert_eq!(stopped.status.code(), Some(2), "{wrong:?}");
    }
    let given = ["--tls-cert", "own.pem", "--tls-key", "own.key"];
    let mut served = Served(serve(&given).stdout(Stdio::piped()).spawn().unwrap());
    let mut said = String::new();
    BufReader::new(served.0.stdout.take().unwrap())
        .read_line(&mut said)
        .unwrap();
    let address = said
        .split("https://")
        .nth(1)
        .unwrap()
        .trim_end_matches(['/', '\n']);
    let port = address.rsplit(':').next().unwrap();
    let resolve = format!("localhost:{port}:127.0.0.1");
    let page = format!("https://localhost:{port}/supply/docs");
    let asked = |trusted: &str, more: &[&str]| {
        let given = ["-sS", "--cacert", trusted, "--resolve", &resolve, &page];
        run(at, "curl", &[&given, more].concat())
    };
    for version in [&["--tlsv1.3"][..], &["--tlsv1.2", "--tls-max", "1.2"]] {
        let answer = asked("own.pem", version);
        let text = String::from_utf8_lossy(&answer.stdout).into_owned();
        assert!(
            answer.status.success() && text.contains("/supply/token"),
            "{text}"
        );
    }
    assert!(
        !asked("other.pem", &[]).status.success(),
        "another's certificate"
    );
    assert!(
        !asked("own.pem", &["--tlsv1.0", "--tls-max", "1.1"])
            .status
            .success()
    );
    let mut clear = TcpStream::connect(address).unwrap();
    clear
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    clear
        .write_all(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    let _ = clear.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP"), "nothing is said in clear");
}
