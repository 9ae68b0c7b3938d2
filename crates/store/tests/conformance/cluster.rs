//! A private PostgreSQL server for one run of the tests: on a socket in a temporary folder, gone when the run ends.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

struct Cluster {
    folder: PathBuf,
    /// Its standard input stays open as long as this process lives; when it closes, the script stops the server and cleans up.
    _script: Child,
}

/// Makes the folder and the cluster, serves until standard input closes, and removes everything.
const SCRIPT: &str = r#"
set -eu
folder=$1
PATH="$PATH:$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1)"
trap 'kill $server 2>/dev/null || true; wait $server 2>/dev/null || true; rm -rf "$folder" 2>/dev/null || rm -rf "$folder"/*' EXIT
initdb -D "$folder/data" -A trust -U contactpoint --no-sync -E UTF8 --locale=C >/dev/null
postgres -D "$folder/data" -k "$folder" -c listen_addresses='' -c fsync=off -c max_connections=200 >"$folder/log" 2>&1 </dev/null &
server=$!
until [ -S "$folder/.s.PGSQL.5432" ] && pg_isready -q -h "$folder" -U contactpoint; do sleep 0.05; kill -0 $server; done
chmod 755 "$folder"
echo "$folder"
cat >/dev/null
"#;

fn start() -> Cluster {
    let root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|out| out.stdout.starts_with(b"0\n"));
    let folder = tempfile::Builder::new()
        .prefix("contactpoint-")
        .tempdir()
        .expect("a folder")
        .keep();
    let place = folder.display().to_string();
    let command = if root { "setpriv" } else { "sh" };
    let mut command = Command::new(command);
    if root {
        // The server refuses to run as root.
        let given = Command::new("chown")
            .args(["postgres:postgres", &place])
            .status();
        assert!(
            given.is_ok_and(|status| status.success()),
            "there is no user postgres: ./test installs PostgreSQL"
        );
        command.args([
            "--reuid=postgres",
            "--regid=postgres",
            "--clear-groups",
            "sh",
        ]);
    }
    command.args(["-c", SCRIPT, "sh", &place]);
    let mut script = command
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("PostgreSQL is needed for these tests: ./test installs it");
    let mut line = Vec::new();
    let mut out = script.stdout.take().expect("the script's output");
    let mut byte = [0];
    while out.read(&mut byte).expect("the script's output") == 1 && byte[0] != b'\n' {
        line.push(byte[0]);
    }
    assert_eq!(
        line,
        place.as_bytes(),
        "PostgreSQL did not start: is it installed? ./test installs it"
    );
    Cluster {
        folder,
        _script: script,
    }
}

/// The connection string of a fresh database.
pub fn database() -> String {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let cluster = CLUSTER.get_or_init(start);
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let server = connection(&cluster.folder, "postgres");
    let mut client = postgres::Client::connect(&server, postgres::NoTls).expect("the test server");
    client
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .expect("a database");
    connection(&cluster.folder, &name)
}

fn connection(folder: &Path, database: &str) -> String {
    format!(
        "host={} user=contactpoint dbname={database}",
        folder.display()
    )
}
