//! A directory on disk that the program is run on, on either database, and a file of several batches.

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use store::{Compared, Location, Options, Store};

use crate::practice::entropy;
use crate::server::{PROGRAM, good};

/// More than one batch of rows.
const CHILDREN: &str = "4400";

/// A synthetic England, and what is to be loaded of it.
pub struct England {
    pub folder: tempfile::TempDir,
    pub reference: String,
    pub file: String,
}

impl England {
    pub fn new() -> England {
        England::of(CHILDREN)
    }

    pub fn of(children: &str) -> England {
        let folder = tempfile::tempdir().unwrap();
        let reference = folder.path().join("england").display().to_string();
        let make = ["england", "--children", children, "--seed", "6", "--out"];
        good(folder.path(), &[&make[..], &[&reference]].concat());
        let file = format!("{reference}/nhs.csv");
        England {
            folder,
            reference,
            file,
        }
    }

    pub fn load(&self) -> [&str; 6] {
        ["supply", "load", "--full", "--supplier", "nhs", &self.file]
    }

    /// A directory with the reference data, under a name of its own.
    pub fn data(&self, name: &str, postgres: Option<String>) -> Data {
        let data = Data {
            path: self.folder.path().join(name),
            postgres,
        };
        data.good(&["reference", "load", &self.reference]);
        data
    }
}

pub struct Data {
    pub path: PathBuf,
    pub postgres: Option<String>,
}

impl Data {
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.arg("--data").arg(&self.path);
        if let Some(server) = &self.postgres {
            command.args(["--postgres", server]);
        }
        command.args(arguments);
        command
    }

    pub fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    /// Runs a command that must succeed, and gives its answer.
    pub fn good(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", noted(&output));
        said(&output)
    }

    pub fn location(&self) -> Location {
        let file = self.path.join("contactpoint.db");
        let server = self.postgres.clone();
        server.map_or(Location::Sqlite(file), Location::Postgres)
    }

    pub fn open(&self) -> Store {
        Store::open(Options {
            location: self.location(),
            key_ring: self.path.join("ring"),
            entropy,
        })
        .unwrap()
    }

    /// Holds it against another: everything that was said must be the same, each once.
    pub fn is_as(&self, other: &Data) -> Compared {
        let compared = self.open().compare(&other.open()).unwrap();
        assert!(compared.is_same(), "{compared:?}");
        assert!(compared.records > 100, "{compared:?}");
        let verified = self.good(&["audit", "verify"]);
        assert!(verified.contains("The ledger is whole."), "{verified}");
        compared
    }
}

pub fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub fn noted(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}
