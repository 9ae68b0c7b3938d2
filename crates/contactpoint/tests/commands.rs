//! The command line as an operator meets it: wrong inputs first, then a small England from its files to a verified ledger.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What a command said, and how it ended.
struct Ended {
    code: i32,
    said: String,
    noted: String,
}

fn contactpoint(folder: &Path, arguments: &[&str]) -> Ended {
    ended(command(folder, arguments).output().unwrap())
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_contactpoint"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_remove("CONTACTPOINT_DATA")
        .env_remove("CONTACTPOINT_POSTGRES");
    command
}

fn with_input(folder: &Path, arguments: &[&str], input: &str) -> Ended {
    let mut command = command(folder, arguments);
    let mut process = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    process
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    ended(process.wait_with_output().unwrap())
}

fn ended(output: Output) -> Ended {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ended {
        code: output.status.code().unwrap(),
        said: text(output.stdout),
        noted: text(output.stderr),
    }
}

fn good(folder: &Path, arguments: &[&str]) -> String {
    let ended = contactpoint(folder, arguments);
    assert_eq!(
        ended.code, 0,
        "{arguments:?}\n{}\n{}",
        ended.said, ended.noted
    );
    ended.said
}

/// A folder with an England of so many children, as it was on one day, and its reference data loaded.
fn england(children: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    good(
        here,
        &[
            "england",
            "--children",
            children,
            "--seed",
            "7",
            "--out",
            "england",
            "--today",
            "2026-06-30",
        ],
    );
    good(here, &["reference", "load", "england"]);
    folder
}

fn load<'a>(supplier: &'a str, file: &'a str) -> [&'a str; 7] {
    [
        "supply",
        "load",
        "--supplier",
        supplier,
        file,
        "--extracted",
        "2026-06-30",
    ]
}

#[test]
fn a_command_that_cannot_be_understood_ends_with_2_and_says_what_it_must_be() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, says) in [
        (
            &["england", "--children", "0", "--seed", "1", "--out", "e"][..],
            "0 is not in 1..=11000000",
        ),
        (
            &[
                "england",
                "--children",
                "9",
                "--seed",
                "1",
                "--out",
                "e",
                "--today",
                "30.6.26",
            ],
            "2026-06-30",
        ),
        (
            &["supply", "load", "--supplier", "nobody", "file.csv"],
            "the suppliers are: births, nhs",
        ),
        (&["supply", "load", "file.csv"], "--supplier"),
        (
            &["account", "add", "jane", "--role", "queen"],
            "shielding-officer",
        ),
        (
            &["account", "add", "jane", "--email", "jane"],
            "like name@example.org",
        ),
        (
            &[
                "organisation",
                "add",
                "X",
                "--sector",
                "plumbing",
                "--national",
            ],
            "housing",
        ),
        (&["service", "classify", "SW01", "secret"], "sensitive"),
        (
            &["serve", "--config", "missing.toml"],
            "missing.toml cannot be used",
        ),
        (&["frobnicate"], "frobnicate"),
    ] {
        let ended = contactpoint(folder.path(), arguments);
        let noted = ended.noted.to_lowercase();
        assert_eq!(ended.code, 2, "{arguments:?}\n{noted}");
        assert!(
            noted.contains(&says.to_lowercase()),
            "{arguments:?}\n{noted}"
        );
    }
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing was made on the way"
    );
}

#[test]
fn a_day_of_extract_that_is_ahead_is_a_typing_error_and_nothing_is_read() {
    let folder = tempfile::tempdir().unwrap();
    for verb in ["check", "strip", "load"] {
        let mut arguments = vec!["supply", verb, "--supplier", "nhs"];
        arguments.extend(["--extracted", "2226-06-30", "nowhere.csv"]);
        arguments.extend((verb == "strip").then_some("out.csv"));
        let ended = contactpoint(folder.path(), &arguments);
        assert_eq!(ended.code, 2, "{arguments:?}\n{}", ended.noted);
        for says in ["--extracted", "2226-06-30", "it is ahead", "today is"] {
            assert!(ended.noted.contains(says), "{arguments:?}\n{}", ended.noted);
        }
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn no_directory_is_begun_by_mistake() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["account", "list"][..],
        &["account", "token", "jane"],
        &["audit", "verify"],
        &["serve"],
        &["key", "rotate"],
        &["--data", "typo", "authority", "list"],
    ] {
        let ended = contactpoint(folder.path(), arguments);
        assert_eq!(ended.code, 1, "{arguments:?}\n{}", ended.noted);
        assert!(
            ended.noted.contains("there is no directory in"),
            "{}",
            ended.noted
        );
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_key_ring_that_is_lost_or_broken_is_named_with_what_to_do_and_never_made_anew() {
    let england = england("60");
    let folder = england.path();
    let ring = folder.join("contactpoint-data/ring");
    let kept = fs::read(&ring).unwrap();
    for broken in [None, Some(&b""[..]), Some(b"nothing of the kind")] {
        match broken {
            None => fs::remove_file(&ring).unwrap(),
            Some(bytes) => write_privately(&ring, bytes),
        }
        for arguments in [&["account", "list"][..], &["key", "rotate"], &["serve"]] {
            let ended = contactpoint(folder, arguments);
            assert_eq!(ended.code, 1, "{arguments:?}\n{}", ended.noted);
            for said in ["nothing was changed", "ring", "--key-ring", "backup"] {
                assert!(ended.noted.contains(said), "{said}: {}", ended.noted);
            }
            assert_eq!(fs::read(&ring).ok().as_deref(), broken);
        }
    }
    write_privately(&ring, &kept);
    good(folder, &["account", "list"]);
}

/// An older program opens nothing that a newer one has brought up to date, and says so in one breath.
#[test]
fn a_newer_directory_is_refused_with_what_to_do_and_once_that_nothing_was_changed() {
    let england = england("60");
    let folder = england.path();
    let database = folder.join("contactpoint-data/contactpoint.db");
    let mut bytes = fs::read(&database).unwrap();
    let name = b"schema";
    let version = |at: &usize| bytes[at + name.len()..][..2].iter().all(u8::is_ascii_digit);
    let found = bytes.windows(name.len() + 2).enumerate();
    let found = found.filter_map(|(at, window)| window.starts_with(name).then_some(at));
    let found: Vec<usize> = found.filter(version).collect();
    assert_eq!(found.len(), 1, "the version stands in one place");
    bytes[found[0] + name.len()..][..2].copy_from_slice(b"99");
    fs::write(&database, &bytes).unwrap();
    for arguments in [&["account", "list"][..], &["serve"]] {
        let ended = contactpoint(folder, arguments);
        assert_eq!(ended.code, 1, "{arguments:?}\n{}", ended.noted);
        let said = ended.noted.to_lowercase();
        assert!(said.contains("version 99 of its tables"), "{said}");
        assert!(said.contains("use the newer program."), "{said}");
        assert_eq!(said.matches("nothing was changed").count(), 1, "{said}");
        assert!(fs::read(&database).unwrap() == bytes, "left as it is");
    }
}

/// As a key ring has to be: for its owner only.
fn write_privately(file: &Path, bytes: &[u8]) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::write(file, bytes).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn files_that_are_there_are_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("e")).unwrap();
    fs::write(folder.path().join("e/mine.txt"), "mine").unwrap();
    let ended = contactpoint(
        folder.path(),
        &["england", "--children", "9", "--seed", "1", "--out", "e"],
    );
    assert_eq!(
        (
            ended.code,
            fs::read_dir(folder.path().join("e")).unwrap().count()
        ),
        (2, 1),
        "{}",
        ended.noted
    );
    assert!(ended.noted.contains("not empty"), "{}", ended.noted);
    fs::write(folder.path().join("contactpoint-data"), "a file").unwrap();
    let ended = contactpoint(folder.path(), &["reference", "load", "e"]);
    assert_eq!(ended.code, 1, "{}", ended.noted);
}

#[test]
fn the_same_england_is_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    for out in ["a", "b"] {
        good(
            folder.path(),
            &[
                "england",
                "--children",
                "300",
                "--seed",
                "5",
                "--today",
                "2026-06-30",
                "--out",
                out,
            ],
        );
    }
    let mut files = 0;
    for entry in fs::read_dir(folder.path().join("a")).unwrap() {
        let name = entry.unwrap().file_name();
        let read = |out: &str| fs::read(folder.path().join(out).join(&name)).unwrap();
        assert!(read("a") == read("b"), "{name:?}");
        files += 1;
    }
    assert_eq!(
        files, 20,
        "four of reference, fourteen feeds, the truth and the people"
    );
}

/// How many events the audit says there are.
fn events(said: &str) -> u64 {
    let count = said
        .lines()
        .find_map(|line| line.trim().strip_prefix("events"));
    count.unwrap().trim().parse().unwrap()
}

#[test]
fn feeds_are_loaded_once_and_the_ledger_says_so() {
    let folder = england("300");
    let here = folder.path();
    let first = good(here, &load("nhs", "england/nhs.csv"));
    assert!(
        first.contains("299  rows read") && first.contains("298  taken"),
        "{first}"
    );
    let before = good(here, &["audit", "verify"]);
    let again = good(here, &load("nhs", "england/nhs.csv"));
    assert!(
        again.contains("taken already, as run 1. Nothing changed."),
        "{again}"
    );
    let after = good(here, &["audit", "verify"]);
    assert_eq!(events(&after), events(&before), "nothing happened\n{after}");
    for supplier in [
        "births",
        "child_benefit",
        "census",
        "social_care",
        "mental_health",
    ] {
        good(here, &load(supplier, &format!("england/{supplier}.csv")));
    }
    assert!(good(here, &["audit", "verify"]).contains("The ledger is whole."));
}

#[test]
fn c16_a_column_nobody_agreed_on_is_refused_by_name_and_nothing_is_kept() {
    let folder = england("20");
    let here = folder.path();
    let nhs = fs::read_to_string(here.join("england/nhs.csv")).unwrap();
    let with: String = nhs
        .lines()
        .enumerate()
        .map(|(at, line)| format!("{line},{}\n", if at == 0 { "case_notes" } else { "x" }))
        .collect();
    fs::write(here.join("more.csv"), with).unwrap();
    let ended = contactpoint(here, &load("nhs", "more.csv"));
    assert_eq!(ended.code, 1, "{}", ended.said);
    assert!(
        ended.noted.contains("\"case_notes\"") && ended.noted.contains("nothing of it was kept"),
        "{}",
        ended.noted
    );
    let ended = contactpoint(here, &load("births", "england/nhs.csv"));
    assert!(
        ended.code == 1 && ended.noted.contains("another supplier"),
        "{}",
        ended.noted
    );
    assert!(
        good(here, &["audit", "verify"]).contains("events   0"),
        "no file was taken"
    );
    assert!(
        good(here, &load("nhs", "england/nhs.csv")).contains("taken"),
        "and the good file still is"
    );
}

#[test]
fn r28_faults_are_told_by_line_and_rule_and_never_by_value() {
    let folder = england("20");
    let here = folder.path();
    let heading = fs::read_to_string(here.join("england/nhs.csv"))
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .to_owned();
    let rows = "k1,,Zebediah,,Quillfeather,,2015-13-45,1,1 High St,Town,ZZ1 1ZZ,X90000,R,\nk2,,,,,,2015-01-02,2,,,,,R,\n";
    fs::write(here.join("bad.csv"), format!("{heading}\n{rows}")).unwrap();
    let mut arguments = load("nhs", "bad.csv").to_vec();
    arguments.extend(["--faults", "faults.csv"]);
    let said = good(here, &arguments);
    let faults = fs::read_to_string(here.join("faults.csv")).unwrap();
    assert!(
        said.contains("refused")
            && faults.starts_with("line,row,column,grade,rule,what,fault,fix,example\n"),
        "{said}\n{faults}"
    );
    assert!(
        faults
            .lines()
            .any(|line| line.starts_with("2,1,birth_date,error")),
        "{faults}"
    );
    assert!(
        faults
            .lines()
            .any(|line| line.starts_with("3,2,family_name,error")),
        "{faults}"
    );
    for value in [
        "Zebediah",
        "Quillfeather",
        "2015-13-45",
        "2015-01-02",
        "High St",
    ] {
        assert!(!said.contains(value) && !faults.contains(value), "{value}");
    }
}

/// Jane's account.
const JANE: [&str; 18] = [
    "account",
    "add",
    "jane",
    "--name",
    "Jane Okafor",
    "--job",
    "Learning Mentor",
    "--organisation",
    "1",
    "--role",
    "practitioner",
    "--identity",
    "2026-01-05",
    "--dbs",
    "2026-01-05",
    "--training",
    "2026-01-05",
    "--password-stdin",
];

/// Where she works.
const ACADEMY: [&str; 11] = [
    "organisation",
    "add",
    "Northfield Academy",
    "--sector",
    "education",
    "--authority",
    "E06000025",
    "--services",
    "EW03",
    "--accredited-until",
    "2030-01-01",
];

#[test]
fn r42_r56_an_account_is_added_step_by_step() {
    let folder = england("20");
    let here = folder.path();
    let ended = with_input(here, &JANE, "a long enough password\n284613\n");
    assert!(
        ended.code == 1 && ended.noted.contains("no organisation 1"),
        "{}",
        ended.noted
    );
    let wrong = [
        "organisation",
        "add",
        "Northfield Academy",
        "--sector",
        "education",
        "--authority",
        "E99999999",
    ];
    assert!(
        contactpoint(here, &wrong)
            .noted
            .contains("no authority E99999999")
    );
    assert!(good(here, &ACADEMY).contains("organisation 1"));
    assert!(good(here, &["authority", "list"]).contains("E06000025  South Gloucestershire"));
    good(here, &["authority", "shielding-complete", "E06000025"]);
    let short = with_input(here, &JANE, "short\n284613\n");
    assert!(
        short.code == 1 && short.noted.contains("at least 12 characters"),
        "{}",
        short.noted
    );
    assert!(!good(here, &["account", "list"]).contains("jane"));
    let added = with_input(here, &JANE, "a long enough password\n284613\n");
    assert!(
        added.code == 0
            && added
                .said
                .contains("otpauth://totp/ContactPoint:jane?secret="),
        "{}",
        added.noted
    );
    assert_eq!(
        with_input(here, &JANE, "a long enough password\n284613\n").code,
        1,
        "the name is taken"
    );
    good(here, &["account", "suspend", "jane"]);
    assert!(good(here, &["account", "list"]).contains("suspended"));
    good(here, &["account", "restore", "jane"]);
    assert!(!good(here, &["account", "list"]).contains("suspended"));
    let token = contactpoint(here, &["account", "token", "jane"]);
    assert!(
        token.code == 1 && token.noted.contains("practice directory only"),
        "{}{}",
        token.said,
        token.noted
    );
}

#[test]
fn x13_a_file_never_changes_what_was_decided_of_a_service() {
    let folder = england("20");
    let here = folder.path();
    let classified = |code: &str| {
        let list = good(here, &["service", "list"]);
        list.lines()
            .find(|line| line.starts_with(code))
            .unwrap()
            .to_owned()
    };
    let refused = contactpoint(here, &["service", "classify", "MH01", "ordinary"]);
    assert!(
        refused.code == 1 && refused.noted.contains("X13"),
        "{}",
        refused.noted
    );
    good(here, &["service", "classify", "HV04", "sensitive"]);
    good(here, &["reference", "load", "england"]);
    assert!(classified("HV04").ends_with("sensitive") && classified("MH01").ends_with("sensitive"));
    assert_eq!(
        contactpoint(here, &["service", "classify", "QQ99", "ordinary"]).code,
        1
    );
}

#[test]
fn a_changed_ledger_is_found_and_the_position_named() {
    let folder = england("20");
    let here = folder.path();
    good(here, &load("nhs", "england/nhs.csv"));
    good(here, &["key", "rotate"]);
    good(here, &["audit", "checkpoint", "--out", "kept"]);
    good(here, &load("births", "england/births.csv"));
    let whole = good(here, &["audit", "verify", "--known", "kept"]);
    assert!(whole.contains("it continues 1 checkpoint"), "{whole}");
    good(here, &["audit", "export", "--out", "log"]);
    let events = events(&whole);
    let tile = format!("tile/0/000.p/{events}");
    let entries = format!("tile/entries/000.p/{events}");
    for file in ["checkpoint", "verifier-key", &tile, &entries] {
        assert!(here.join("log").join(file).is_file(), "{file}");
    }
    let ended = contactpoint(here, &["audit", "verify", "--known", "log/verifier-key"]);
    assert!(
        ended.code == 1 && ended.noted.contains("known checkpoint"),
        "{}",
        ended.noted
    );
    corrupt(
        &here.join("contactpoint-data/contactpoint.db"),
        &here.join("log").join(tile),
    );
    let broken = contactpoint(here, &["audit", "verify"]);
    assert_eq!(broken.code, 1, "{}{}", broken.said, broken.noted);
    assert!(
        broken.said.contains("The ledger is broken"),
        "{}{}",
        broken.said,
        broken.noted
    );
}

/// Changes one byte of the ledger's only tile of hashes, where the database file keeps it; the exported tile is a copy.
fn corrupt(database: &Path, exported: &Path) {
    let tile = fs::read(exported).unwrap();
    let mut bytes = fs::read(database).unwrap();
    let at = bytes
        .windows(tile.len())
        .rposition(|window| window == tile)
        .expect("the tile is in the file");
    bytes[at] ^= 1;
    fs::write(database, bytes).unwrap();
}

#[test]
fn f1_nothing_of_a_shielded_child_is_found_after_any_refresh() {
    let folder = tempfile::tempdir().unwrap();
    let refresh = |seed| {
        let data = format!("data-{seed}");
        let wanted = [
            "--data",
            &data,
            "bench",
            "refresh",
            "--children",
            "160",
            "--sequences",
            "80",
            "--seed",
            seed,
            "--json",
        ];
        good(folder.path(), &wanted)
    };
    for seed in ["3", "4"] {
        let said: serde_json::Value = serde_json::from_str(&refresh(seed)).unwrap();
        assert_eq!(said["found"], serde_json::json!({}), "{said}");
        assert_eq!(said["open"], 0, "{said}");
        assert!(said["searches"].as_u64().unwrap() > 600, "{said}");
        assert_eq!(said["refreshes"].as_object().unwrap().len(), 14, "{said}");
    }
}

#[test]
fn the_practice_directory_is_marked_and_made_again_when_its_making_was_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::create_dir(here.join("mine")).unwrap();
    fs::write(here.join("mine/real.db"), "real").unwrap();
    let ended = contactpoint(here, &["demo", "--data", "mine", "--children", "20"]);
    assert!(
        ended.code == 1 && ended.noted.contains("left alone"),
        "{}",
        ended.noted
    );
    fs::create_dir(here.join("d.new")).unwrap();
    fs::write(here.join("d.new/england"), "somebody's").unwrap();
    let ended = contactpoint(here, &["demo", "--data", "d", "--children", "20"]);
    assert!(
        ended.code == 1 && ended.noted.contains("in the way"),
        "{}",
        ended.noted
    );
    fs::write(here.join("d.new/practice"), "").unwrap();
    let (address, mut process) = serve(
        here,
        &[
            "demo",
            "--data",
            "d",
            "--children",
            "60",
            "--listen",
            "127.0.0.1:0",
        ],
    );
    assert!(address.starts_with("http://127.0.0.1:"), "{address}");
    let code = good(here, &["account", "token", "jane", "--data", "d"]);
    assert!(
        code.trim().len() == 6 && code.trim().bytes().all(|byte| byte.is_ascii_digit()),
        "{code}"
    );
    process.kill().unwrap();
    process.wait().unwrap();
    assert!(here.join("d/practice").is_file() && !here.join("d.new").exists());
    assert!(
        good(here, &["audit", "verify", "--data", "d"]).contains("The ledger is whole."),
        "a kill loses nothing"
    );
    let started = std::time::Instant::now();
    let (_, mut process) = serve(here, &["demo", "--data", "d", "--listen", "127.0.0.1:0"]);
    assert!(
        started.elapsed().as_secs() < 10,
        "the second start takes seconds"
    );
    process.kill().unwrap();
    process.wait().unwrap();
}

/// Starts a server and waits until it says where it is.
fn serve(folder: &Path, arguments: &[&str]) -> (String, std::process::Child) {
    use std::io::BufRead as _;
    let mut process = command(folder, arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = std::io::BufReader::new(process.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok);
    let address = lines
        .filter_map(|line| {
            line.split_whitespace()
                .find(|word| word.starts_with("http://"))
                .map(str::to_owned)
        })
        .next();
    (address.unwrap_or_default(), process)
}
