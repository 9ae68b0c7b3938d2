//! A directory on disk, and the program that serves it as a process of its own.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use directory::account::Checks;
use directory::text::UserName;
use directory::{Date, Now, Timestamp};
use jiff::ToSpan as _;
use store::{Location, Options, Store};

use crate::practice::{self, AUDITOR, NURSE, OFFICER, PRACTITIONER, clock, entropy};

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_contactpoint");
/// Without this a file that grows past its limit ends the program, which a full disk does not.
const UNTROUBLED: &str = "trap '' XFSZ; exec \"$0\" \"$@\"";

pub struct Directory {
    pub folder: tempfile::TempDir,
    pub location: Location,
}

/// Puts this thread's clock to the system's.
pub fn follow_the_clock() {
    let behind = Timestamp::now().as_second() - clock().at.as_second();
    practice::move_clock(behind);
}

fn now() -> Now {
    follow_the_clock();
    clock()
}

impl Directory {
    pub fn embedded() -> Directory {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::Sqlite(folder.path().join("contactpoint.db"));
        Directory::furnished(folder, location)
    }

    pub fn furnished(folder: tempfile::TempDir, location: Location) -> Directory {
        let directory = Directory { folder, location };
        let today = now().today;
        let store = directory.open();
        practice::furnish(&store);
        for mut organisation in store.organisations().unwrap() {
            organisation.accredited_until = Some(today + 1.year());
            store.put_organisation(&organisation, now()).unwrap();
        }
        for user_name in [PRACTITIONER, NURSE, OFFICER, AUDITOR] {
            let user_name = UserName::parse(user_name).unwrap();
            let mut account = store.account(&user_name).unwrap().unwrap();
            account.checks = checked(today - 1.month());
            store.put_account(&account, None, now()).unwrap();
        }
        // Tonight's look at every shield is done: its events would be counted with those that were asked for, between one and five.
        let now = now();
        assert!(store.take_turn_to_reconsider(now.at, now).unwrap());
        store.sequence(now).unwrap();
        directory
    }

    pub fn open(&self) -> Store {
        Store::open(Options {
            location: self.location.clone(),
            key_ring: self.folder.path().join("ring"),
            entropy,
        })
        .unwrap()
    }

    /// How many events there are, all of them whole and where they belong.
    pub fn events(&self) -> u64 {
        let store = self.open();
        store.sequence(now()).unwrap();
        let audit = store.verify(&[], &mut |_| {}).unwrap();
        assert_eq!(audit.finding, None);
        assert_eq!(audit.waiting, 0);
        audit.size
    }

    pub fn path(&self) -> &str {
        self.folder.path().to_str().unwrap()
    }
}

fn checked(day: Date) -> Checks {
    Checks {
        identity: Some(day),
        disclosure: Some(day),
        training: Some(day),
    }
}

pub struct Server {
    child: Child,
    pub address: SocketAddr,
    noted: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
}

impl Server {
    pub fn of(directory: &Directory, environment: &[(&str, &str)]) -> Server {
        let mut command = Command::new("sh");
        command.args(["-c", UNTROUBLED, PROGRAM, "--data", directory.path()]);
        if let Location::Postgres(server) = &directory.location {
            command.args(["--postgres", server]);
        }
        let mut child = command
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args([
                "--searches-per-hour",
                "100000",
                "--opens-per-hour",
                "100000",
            ])
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let address = practice::between(&line, "http://", "/").unwrap_or_else(|| {
            let mut noted = String::new();
            let _ = child.stderr.take().unwrap().read_to_string(&mut noted);
            panic!("it does not serve: {line} {noted}")
        });
        let address = address.parse().unwrap();
        let noted = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&noted);
        let mut notes = BufReader::new(child.stderr.take().unwrap());
        let readers = vec![
            std::thread::spawn(move || drop(said.read_to_end(&mut Vec::new()))),
            std::thread::spawn(move || {
                let mut line = String::new();
                while notes.read_line(&mut line).is_ok_and(|length| length > 0) {
                    kept.lock().unwrap().push_str(&line);
                    line.clear();
                }
            }),
        ];
        Server {
            child,
            address,
            noted,
            readers,
        }
    }

    /// From now on no file of the program grows past so many bytes: a disk that is full, for this program alone.
    pub fn limit_files(&self, bytes: &str) {
        let limit = format!("--fsize={bytes}:");
        let process = self.child.id().to_string();
        let limited = Command::new("prlimit")
            .args(["--pid", &process, &limit])
            .status();
        assert!(limited.unwrap().success());
    }

    pub fn noted(&self) -> String {
        self.noted.lock().unwrap().clone()
    }

    /// Ends the program in an orderly way.
    pub fn end(mut self) -> String {
        let process = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &process]).status();
        assert!(told.unwrap().success());
        assert!(self.child.wait().unwrap().success());
        for reader in self.readers.drain(..) {
            reader.join().unwrap();
        }
        self.noted()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a command; with a limit, no file it writes grows past so many bytes.
pub fn command(data: &Path, arguments: &[&str], file_bytes_max: Option<&str>) -> Output {
    let limit = format!("--fsize={}:", file_bytes_max.unwrap_or("unlimited"));
    Command::new("sh")
        .args(["-c", UNTROUBLED, "prlimit", &limit, PROGRAM])
        .arg("--data")
        .arg(data)
        .args(arguments)
        .output()
        .unwrap()
}

pub fn good(data: &Path, arguments: &[&str]) -> String {
    let out = command(data, arguments, None);
    let noted = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{arguments:?}: {noted}");
    String::from_utf8(out.stdout).unwrap()
}

/// The folder of a directory that has the reference data of a synthetic England, and where that is.
pub fn with_reference(folder: &Path, children: &str) -> (PathBuf, String) {
    let england = folder.join("england").display().to_string();
    let data = folder.join("data");
    let make = ["--children", children, "--seed", "6", "--out", &england];
    good(&data, &[&["england"], &make[..]].concat());
    good(&data, &["reference", "load", &england]);
    (data, england)
}
