//! A private PostgreSQL server that is stopped and started again, on a socket in a temporary folder.

use std::path::{Path, PathBuf};
use std::process::Command;

pub struct Cluster {
    pub folder: tempfile::TempDir,
}

impl Cluster {
    pub fn start() -> Cluster {
        let folder = tempfile::Builder::new()
            .prefix("contactpoint-")
            .tempdir()
            .unwrap();
        let cluster = Cluster { folder };
        if is_root() {
            // The server refuses to run as root.
            let place = cluster.folder.path();
            let given = Command::new("chown")
                .arg("postgres:postgres")
                .arg(place)
                .status();
            assert!(given.unwrap().success(), "there is no user postgres");
        }
        let data = cluster.data();
        let arguments = [
            "-A",
            "trust",
            "-U",
            "contactpoint",
            "--no-sync",
            "-E",
            "UTF8",
        ];
        cluster.run(
            "initdb",
            &[&["-D", &data, "--locale=C"], &arguments[..]].concat(),
        );
        cluster.start_again();
        cluster
    }

    pub fn start_again(&self) {
        let (data, place) = (self.data(), self.folder.path().display().to_string());
        let options = format!("-k {place} -c listen_addresses=''");
        let log = format!("{place}/log");
        self.run(
            "pg_ctl",
            &["-D", &data, "-w", "-l", &log, "-o", &options, "start"],
        );
    }

    /// Stops the server: `fast` lets it tell those connected, `immediate` is as a crash.
    pub fn stop(&self, mode: &str) {
        self.run("pg_ctl", &["-D", &self.data(), "-w", "-m", mode, "stop"]);
    }

    pub fn connection(&self) -> String {
        format!(
            "host={} user=contactpoint dbname=postgres",
            self.folder.path().display()
        )
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let out = as_postgres(&installed(program))
            .args(arguments)
            .current_dir("/")
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .status();
        assert!(out.unwrap().success(), "{program} {arguments:?}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.data();
        let _ = as_postgres(&installed("pg_ctl"))
            .args(["-D", &data, "-m", "immediate", "stop"])
            .current_dir("/")
            .output();
    }
}

fn is_root() -> bool {
    let out = Command::new("id").arg("-u").output();
    out.is_ok_and(|out| out.stdout.starts_with(b"0\n"))
}

fn as_postgres(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
        .arg(program);
    command
}

/// Where Debian keeps the server's programs, which are not on everybody's path.
fn installed(program: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let mut found: Vec<PathBuf> = versions
        .filter_map(|version| Some(version.ok()?.path().join("bin").join(program)))
        .filter(|path| path.is_file())
        .collect();
    found.sort();
    found.pop().unwrap_or_else(|| PathBuf::from(program))
}
