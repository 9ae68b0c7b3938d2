//! `contactpoint supply check`, as a supplier's developer meets it: no directory, no key, nothing sent.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests"
)]

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;

const MAPPING: &str = r#"
name = "northgate"
title = "Northgate family centre"
code = "local-40"
kind = "local"

[columns]
Ref = { is = "key" }
Surname = { is = "family-name", needs = "value" }
Forename = { is = "given-name" }
Born = { is = "born", dates = "dd/mm/yyyy" }
Sex = { is = "gender", codes = { F = "female", M = "male" } }
Worker = { is = "practitioner-name" }
Job = { is = "job-title" }
Team = { is = "organisation" }
Service = { is = "service" }
ConsentBy = { is = "consent-by", codes = { child = "child", parent = "carer" } }
ConsentOn = { is = "consent-day", dates = "dd/mm/yyyy" }
Old = { ignored = "a number nobody uses any more" }
"#;

const HEADING: &str =
    "Ref,Surname,Forename,Born,Sex,Worker,Job,Team,Service,ConsentBy,ConsentOn,Old";

const SERVICES: &str = "service_code,name,sector,sensitive\nSW01,Social work,social care,no\nSH01,Sexual health,health,yes\nNEW1,Something new,health,\n";

/// Eight refused rows and one query, with values that must never be repeated outside the corrected file.
const ROWS: &str = "\
K1,Good,Ann,05/03/2019,X,Asha Rahman,Family support worker,Northgate Centre,SW01,,,
K2,N0family,Ida,05/03/2019,F,Asha Rahman,Family support worker,Northgate Centre,SW01,,,
K3,Query,Bea,2019-03-05,F,,,,,,,
K4,Noconsent,Cal,05/03/2012,M,Dee Secretworker,Nurse,Clinic,SH01,,,
K5,S3nsitivewithconsent,Joy,05/03/2019,M,Dee Secretworker,Nurse,Clinic,SH01,parent,01/01/2026,
K6,Reveals,Eve,05/03/2012,F,Dee Secretworker,Abortion counsellor,Clinic,SW01,,,
K7,Smith,Revealsunread,05/03/2012,F,,Abortion counsellor,Clinic,SW01,,,
K8,Unclassified,Fay,05/03/2012,F,Gil Worker,Worker,Centre,NEW1,,,
K9,Too,Many,05/03/2012,F,Gil Worker,Worker,Centre,SW01,,,,,
,Nokey,Hal,05/03/2012,M,,,,,,,
";

struct Ended {
    code: i32,
    said: String,
    noted: String,
}

fn check(here: &Path, arguments: &[&str]) -> Ended {
    supply(here, "check", arguments)
}

fn supply(here: &Path, verb: &str, arguments: &[&str]) -> Ended {
    let output = Command::new(env!("CARGO_BIN_EXE_contactpoint"))
        .args(["supply", verb])
        .args(arguments)
        .args(["--extracted", "2026-06-30"])
        .current_dir(here)
        .env_remove("CONTACTPOINT_DATA")
        .env_remove("CONTACTPOINT_POSTGRES")
        .output()
        .unwrap();
    Ended {
        code: output.status.code().unwrap(),
        said: String::from_utf8(output.stdout).unwrap(),
        noted: String::from_utf8(output.stderr).unwrap(),
    }
}

fn folder(file: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("northgate.toml"), MAPPING).unwrap();
    fs::write(folder.path().join("services.csv"), SERVICES).unwrap();
    fs::write(folder.path().join("file.csv"), file).unwrap();
    folder
}

fn files(here: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(here).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

const GIVEN: [&str; 3] = ["--mapping", "northgate.toml", "file.csv"];

#[test]
fn r81_a_file_that_cannot_be_taken_at_all_ends_with_2_and_names_every_column() {
    for (file, says) in [
        ("", vec!["it is empty, or without a row"]),
        ("a,b\n1,2\n", vec!["names no column of this supplier"]),
        (
            "Ref;Surname;Forename;Born\nK1;Good;Ann;05/03/2019\n",
            vec!["set delimiter = \";\" above the columns of the mapping"],
        ),
        (
            "Ref\tSurname\tForename\n",
            vec!["set delimiter = \"\\t\" above the columns"],
        ),
        (
            "\"Ref\";\"Surname\"\n",
            vec!["a mapping says it by `delimiter`"],
        ),
        (
            &format!("{HEADING},Case Notes,Shoe size\n"),
            vec![
                "\"Case Notes\" looks like case information, which this directory never takes (R4)",
                "\"Shoe size\" is not in the agreed mapping",
            ],
        ),
        (
            "Ref,Surname\n",
            vec!["\"Forename\" is agreed and is not in the file"],
        ),
    ] {
        let folder = folder(file);
        let before = files(folder.path());
        let arguments = [&GIVEN[..], &["--faults", "f.csv", "--corrected", "c.csv"]].concat();
        let ended = check(folder.path(), &arguments);
        assert_eq!(ended.code, 2, "{}", ended.noted);
        for says in says {
            assert!(ended.noted.contains(says), "{says}\n{}", ended.noted);
        }
        assert_eq!(files(folder.path()), before, "nothing was written");
    }
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn a_file_packed_with_gzip_is_checked_as_the_file_in_it_whatever_its_name() {
    let file = format!("{HEADING}\n{ROWS}");
    let (plain, of_packed) = (folder(&file), folder(&file));
    let (first, second) = file.as_bytes().split_at(200);
    let whole = [packed(first), packed(second)].concat();
    fs::write(of_packed.path().join("file.csv"), &whole).unwrap();
    let options = [
        "--services",
        "services.csv",
        "--faults",
        "f.csv",
        "--corrected",
        "c.csv",
    ];
    let arguments = [&GIVEN[..], &options].concat();
    let written = |folder: &tempfile::TempDir| {
        let ended = check(folder.path(), &arguments);
        let read = |name| fs::read_to_string(folder.path().join(name)).unwrap();
        (
            ended.code,
            ended.said,
            ended.noted,
            read("f.csv"),
            read("c.csv"),
        )
    };
    let told = written(&plain);
    assert_eq!(told.0, 1);
    assert_eq!(written(&of_packed), told);
    fs::write(of_packed.path().join("file.csv"), &whole[..whole.len() - 4]).unwrap();
    let cut = check(of_packed.path(), &GIVEN);
    assert_eq!(cut.code, 2, "{}", cut.said);
    assert!(
        cut.noted.contains("is cut off or damaged. Pack it again"),
        "{}",
        cut.noted
    );
}

#[test]
fn nothing_that_was_given_is_written_over() {
    let folder = folder(&format!("{HEADING}\n{ROWS}"));
    let here = folder.path();
    for option in ["--faults", "--corrected"] {
        for name in ["file.csv", "northgate.toml", "./file.csv"] {
            let ended = check(here, &[&GIVEN[..], &[option, name]].concat());
            assert_eq!(ended.code, 2, "{option} {name}\n{}", ended.noted);
        }
    }
    assert_eq!(
        fs::read_to_string(here.join("file.csv")).unwrap(),
        format!("{HEADING}\n{ROWS}")
    );
    assert_eq!(
        fs::read_to_string(here.join("northgate.toml")).unwrap(),
        MAPPING
    );
    fs::write(here.join("mine.csv"), "mine").unwrap();
    assert_eq!(
        check(here, &[&GIVEN[..], &["--corrected", "mine.csv"]].concat()).code,
        2
    );
    assert_eq!(fs::read_to_string(here.join("mine.csv")).unwrap(), "mine");
}

#[test]
fn a_second_check_begins_nothing_when_one_of_its_files_cannot_be_written() {
    let folder = folder(&format!("{HEADING}\n{ROWS}"));
    let here = folder.path();
    let both = |faults, corrected| {
        let given = ["--faults", faults, "--corrected", corrected];
        check(here, &[&GIVEN[..], &given].concat())
    };
    assert_eq!(both("f.csv", "c.csv").code, 1);
    let read = |name: &str| fs::read_to_string(here.join(name)).unwrap();
    let (faults, corrected) = (read("f.csv"), read("c.csv"));
    assert!(faults.lines().count() > 5, "{faults}");
    let before = files(here);
    for (faults, corrected, says) in [
        (
            "f.csv",
            "c.csv",
            "c.csv cannot be written: it is there already. Name a new file.",
        ),
        ("new.csv", "./new.csv", "Name two files"),
        ("none/f.csv", "new.csv", "none/f.csv cannot be written"),
    ] {
        let ended = both(faults, corrected);
        assert_eq!(ended.code, 2, "{}", ended.noted);
        assert!(ended.noted.contains(says), "{says}\n{}", ended.noted);
        assert_eq!(files(here), before);
    }
    assert_eq!((read("f.csv"), read("c.csv")), (faults, corrected));
}

#[test]
fn a_load_writes_no_faults_over_what_it_reads_and_does_not_begin() {
    let folder = folder(&format!("{HEADING}\n{ROWS}"));
    let here = folder.path();
    let before = files(here);
    for name in ["file.csv", "./file.csv", "northgate.toml"] {
        let ended = supply(here, "load", &[&GIVEN[..], &["--faults", name]].concat());
        assert_eq!(ended.code, 2, "{name}\n{}", ended.noted);
        assert!(ended.noted.contains("Name another file"), "{}", ended.noted);
    }
    let read = |name: &str| fs::read_to_string(here.join(name)).unwrap();
    assert_eq!(read("file.csv"), format!("{HEADING}\n{ROWS}"));
    assert_eq!(read("northgate.toml"), MAPPING);
    assert_eq!(files(here), before, "no directory was begun");
}

#[test]
fn r28_nothing_of_a_refused_sensitive_row_is_in_any_report() {
    let folder = folder(&format!("{HEADING}\n{ROWS}"));
    let here = folder.path();
    let arguments = [
        &GIVEN[..],
        &[
            "--services",
            "services.csv",
            "--faults",
            "f.csv",
            "--corrected",
            "c.csv",
        ],
    ]
    .concat();
    let ended = check(here, &arguments);
    assert_eq!(ended.code, 1, "{}\n{}", ended.said, ended.noted);
    let corrected = fs::read_to_string(here.join("c.csv")).unwrap();
    let faults = fs::read_to_string(here.join("f.csv")).unwrap();
    for secret in [
        "Noconsent",
        "S3nsitivewithconsent",
        "Secretworker",
        "Clinic",
        "SH01",
        "Reveals",
        "Abortion",
        "K4",
        "K5",
        "K6",
        "K7",
    ] {
        assert!(!corrected.contains(secret), "{secret}\n{corrected}");
    }
    for value in [
        "N0family",
        "Good",
        "2019-03-05",
        "Nokey",
        "Secretworker",
        "SH01",
        "K2",
        "K4",
    ] {
        for text in [&faults, &ended.said, &ended.noted] {
            assert!(!text.contains(value), "{value}\n{text}");
        }
    }
    let refused: Vec<&str> = faults
        .lines()
        .filter(|line| line.starts_with("5,"))
        .collect();
    assert_eq!(
        refused,
        [
            "5,4,,error,R28,row,was refused,nothing of it was kept; see the rule in the supplier's guide,"
        ]
    );
    assert!(
        ended.noted.contains("3 refused rows written to c.csv"),
        "{}",
        ended.noted
    );
    assert!(
        ended.noted.contains("6 refused rows are not in it"),
        "{}",
        ended.noted
    );
    assert_eq!(files(here).len(), 5, "no directory and no key was made");
}

#[test]
fn r28_annex_b5_no_refused_row_comes_back_that_tells_of_a_sensitive_service_in_any_column() {
    let refused = |old: &str, service: &str| {
        format!("K1,S3cret,Cal,05/03/2012,M,Dee Worker,Nurse,Clinic,{service},,,{old}\n")
    };
    let child = |old: &str| format!("K1,S3cret,Cal,05/03/2012,M,,,,,,,{old}\n");
    let of_age = "K1,Secret,Cal,05/03/2004,M,,,,,,,\nK1,S3cret,Cal,05/03/1980,M,,,,,,,\n";
    for (rows, is_given_back) in [
        (refused("shelf 3", "SW01"), true),
        (child("shelf 3"), true),
        (refused("Sexual health", "SW01"), false),
        (child("C.A.M.H.S. shelf"), false),
        (child("sh01"), false),
        (child("").replace("M,", "\"abortion\","), false),
        (of_age.to_owned(), false),
    ] {
        let folder = folder(&format!("{HEADING}\n{rows}"));
        let given = [
            &GIVEN[..],
            &["--services", "services.csv", "--corrected", "c.csv"],
        ]
        .concat();
        let ended = check(folder.path(), &given);
        assert_eq!(ended.code, 1, "{rows}{}", ended.noted);
        let corrected = fs::read_to_string(folder.path().join("c.csv")).unwrap();
        let heading = format!("\u{feff}{HEADING},contactpoint-says\n");
        assert_eq!(corrected == heading, !is_given_back, "{rows}\n{corrected}");
    }
}

#[test]
fn r28_without_the_list_of_services_no_row_with_a_service_is_written_down() {
    let folder = folder(&format!("{HEADING}\n{ROWS}"));
    let ended = check(
        folder.path(),
        &[&GIVEN[..], &["--corrected", "c.csv"]].concat(),
    );
    let corrected = fs::read_to_string(folder.path().join("c.csv")).unwrap();
    assert_eq!(corrected.lines().count(), 3, "{corrected}");
    assert!(corrected.contains("Nokey") && ended.noted.contains("--services"));
    assert!(
        ended
            .said
            .contains("service could not be looked up here (X13)"),
        "{}",
        ended.said
    );
}

#[test]
fn r28_of_a_sensitive_supplier_no_refused_row_is_written_down() {
    let folder = folder(&format!("{HEADING}\n{ROWS}"));
    let here = folder.path();
    fs::write(
        here.join("northgate.toml"),
        MAPPING.replace(
            "kind = \"local\"",
            "kind = \"local\"\nservices = \"sensitive\"",
        ),
    )
    .unwrap();
    for services in [&[][..], &["--services", "services.csv"]] {
        let ended = check(
            here,
            &[
                &GIVEN[..],
                &["--corrected", "c.csv", "--faults", "f.csv"],
                services,
            ]
            .concat(),
        );
        assert_eq!(ended.code, 1, "{}", ended.noted);
        let corrected = fs::read_to_string(here.join("c.csv")).unwrap();
        assert_eq!(corrected.lines().count(), 1, "{corrected}");
        let faults = fs::read_to_string(here.join("f.csv")).unwrap();
        assert!(
            faults
                .lines()
                .skip(1)
                .all(|line| line.starts_with("6,") || line.split(',').nth(2) == Some("")),
            "no column is named where there is no consent\n{faults}"
        );
        fs::remove_file(here.join("c.csv")).unwrap();
    }
}

#[test]
fn f10_every_fault_says_where_what_why_how_and_for_example() {
    let folder = folder(&format!("{HEADING}\n{ROWS}"));
    let here = folder.path();
    let ended = check(
        here,
        &[
            &GIVEN[..],
            &["--services", "services.csv", "--faults", "f.csv"],
        ]
        .concat(),
    );
    let faults = fs::read_to_string(here.join("f.csv")).unwrap();
    for line in [
        "line,row,column,grade,rule,what,fault,fix,example",
        "3,2,Surname,error,R4,family name,has a character that does not belong in it,\"give the value alone, without remarks\",O'Brien",
        "4,3,Born,error,format,date of birth,is not a day in the form that was agreed,give the true day in the agreed form or name yours in `dates`,05/03/2019",
        "9,8,Service,error,X13,service,is not in the catalogue of classified services,ask the authority to classify the service first,",
    ] {
        assert!(
            faults.lines().any(|found| found == line),
            "{line}\n{faults}"
        );
    }
    for words in [
        "10  rows read",
        "would be refused",
        "Errors, by kind",
        "Queries, by kind",
        "nothing was sent",
        "for example: 05/03/2019",
    ] {
        assert!(ended.said.contains(words), "{words}\n{}", ended.said);
    }
}

#[test]
fn r81_a_file_with_queries_only_ends_with_0() {
    let folder = folder(&format!("{HEADING}\nK3,Query,Bea,05/03/2019,X,,,,,,,\n"));
    let ended = check(
        folder.path(),
        &[&GIVEN[..], &["--services", "services.csv"]].concat(),
    );
    assert_eq!(ended.code, 0, "{}", ended.noted);
    assert!(
        ended
            .said
            .contains("Nothing would be refused. Look at the queries")
    );
}

#[test]
fn r80_a_mapping_that_cannot_be_used_is_told_once_with_what_it_may_say() {
    let folder = folder(&format!("{HEADING}\n"));
    let here = folder.path();
    let text = MAPPING.replace("kind =", "sector = \"magic\"\nkind =");
    fs::write(here.join("northgate.toml"), text).unwrap();
    let ended = check(here, &GIVEN);
    assert_eq!(ended.code, 2);
    assert_eq!(
        ended.noted.trim(),
        "contactpoint: the mapping northgate.toml cannot be used: no such sector: magic. `sector` is education, health, social care, \
         youth justice, voluntary organisations, housing, police. What a mapping may say: docs/supply.md"
    );
}

#[test]
fn a_file_with_a_heading_alone_is_not_praised() {
    let folder = folder(&format!("{HEADING}\n"));
    let ended = check(folder.path(), &GIVEN);
    assert_eq!(ended.code, 0, "{}", ended.noted);
    assert!(
        ended.said.contains("0  rows read")
            && ended.said.contains("It has no row")
            && !ended.said.contains("it can be sent"),
        "{}",
        ended.said
    );
}

#[test]
fn f10_refused_rows_are_mended_and_sent_again_with_the_words_about_them() {
    let folder = folder(&format!(
        "{HEADING}\nK1,0kafor,Ann,05/03/2019,F,,,,,,,\"odd, old \"\"1\"\"\"\n"
    ));
    let here = folder.path();
    let ended = check(here, &[&GIVEN[..], &["--corrected", "c.csv"]].concat());
    assert_eq!(ended.code, 1);
    let corrected = fs::read_to_string(here.join("c.csv")).unwrap();
    assert!(
        corrected.starts_with(&format!("\u{feff}{HEADING},contactpoint-says\n")),
        "{corrected}"
    );
    assert!(corrected.contains("K1,0kafor,Ann,05/03/2019,F,,,,,,,\"odd, old \"\"1\"\"\",\"column Surname: family name has a character"), "{corrected}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            fs::metadata(here.join("c.csv"))
                .unwrap()
                .permissions()
                .mode()
                & 0o777,
            0o600
        );
    }
    fs::write(
        here.join("mended.csv"),
        corrected.replace("0kafor", "Okafor"),
    )
    .unwrap();
    let ended = check(here, &["--mapping", "northgate.toml", "mended.csv"]);
    assert_eq!(
        (ended.code, ended.said.contains("Nothing to put right")),
        (0, true),
        "{}",
        ended.noted
    );
    fs::write(
        here.join("authorities.csv"),
        "code,name\nE06000025,South Gloucestershire\n",
    )
    .unwrap();
    fs::write(
        here.join("schools.csv"),
        "urn,name,authority,telephone,email\n",
    )
    .unwrap();
    fs::write(
        here.join("practices.csv"),
        "practice_code,name,authority,telephone\n",
    )
    .unwrap();
    let begun = Command::new(env!("CARGO_BIN_EXE_contactpoint"))
        .args(["reference", "load", "."])
        .current_dir(here)
        .env_remove("CONTACTPOINT_DATA")
        .output()
        .unwrap();
    assert!(
        begun.status.success(),
        "{}",
        String::from_utf8_lossy(&begun.stderr)
    );
    let ended = supply(here, "load", &["--mapping", "northgate.toml", "mended.csv"]);
    assert_eq!(ended.code, 0, "{}", ended.noted);
    assert!(ended.said.contains("1  taken"), "{}", ended.said);
    let ended = supply(here, "load", &["--mapping", "northgate.toml", "mended.csv"]);
    assert!(ended.said.contains("taken already"), "{}", ended.said);
}

#[test]
fn r80_a_file_without_a_heading_is_checked_by_its_rows() {
    let folder = folder("");
    let here = folder.path();
    let text = MAPPING.replace("kind =", "format = \"ndjson\"\nkind =");
    fs::write(here.join("northgate.toml"), text).unwrap();
    let rows = "{\"Ref\":\"K1\",\"Surname\":\"Good\",\"Born\":\"05/03/2019\"}\n{\"Ref\":\"K2\",\"Surname\":\"Bad\",\"Born\":\"05/03/2019\",\"CaseNotes\":\"a secret\"}\n";
    fs::write(here.join("file.csv"), rows).unwrap();
    let ended = check(here, &[&GIVEN[..], &["--faults", "f.csv"]].concat());
    assert_eq!(ended.code, 1, "{}", ended.noted);
    let faults = fs::read_to_string(here.join("f.csv")).unwrap();
    assert!(
        faults.contains("2,2,CaseNotes,error,R4,column,"),
        "{faults}"
    );
    assert!(faults.contains("contactpoint supply strip"), "{faults}");
    for text in [&ended.said, &ended.noted, &faults] {
        assert!(!text.contains("secret"), "{text}");
    }
    let ended = check(here, &[&GIVEN[..], &["--corrected", "c.ndjson"]].concat());
    assert_eq!(ended.code, 1, "{}", ended.noted);
    let corrected = fs::read_to_string(here.join("c.ndjson")).unwrap();
    assert!(corrected.starts_with("{\"Born\":"), "{corrected}");
    assert!(
        corrected.contains("\"contactpoint-says\":\"column CaseNotes"),
        "{corrected}"
    );
    assert!(!corrected.contains("K1"), "{corrected}");
    assert!(!corrected.contains("secret"), "R4: {corrected}");
    fs::write(here.join("mended.ndjson"), corrected).unwrap();
    let ended = check(here, &["--mapping", "northgate.toml", "mended.ndjson"]);
    assert_eq!(ended.code, 0, "{}{}", ended.said, ended.noted);
    assert!(ended.said.contains("1  would be taken"), "{}", ended.said);
    fs::write(here.join("file.csv"), HEADING).unwrap();
    let ended = check(here, &GIVEN);
    assert_eq!(ended.code, 2);
    assert!(
        ended
            .noted
            .contains("line 1: what stands there is not the JSON that was agreed"),
        "{}",
        ended.noted
    );
    let ended = check(here, &["--supplier", "fhir_patient", "file.csv"]);
    assert_eq!(ended.code, 2, "{}", ended.noted);
}

const XML: &str = "<?xml version=\"1.0\"?>\n<Message><Header><Term>Secretheader</Term></Header><School><URN>900001</URN></School><Pupils>
<Pupil id=\"7\"><Ref>K1</Ref><Surname>Good</Surname><Born>05/03/2019</Born></Pupil>
<Pupil id=\"8\"><Ref>K2</Ref><Surname>O&apos;Sm1th</Surname><Born>05/03/2019</Born><SEN><Plan>Secretplan</Plan></SEN></Pupil>
<Pupil id=\"9\"><Ref>K3</Ref><Surname>Dated</Surname><Born>2019-03-05</Born></Pupil>
<Pupil id=\"10\"><Ref>K4</Ref><Surname>Hidden</Surname><Born>2019-03-05</Born><Clinic>Sexual health clinic</Clinic></Pupil>
</Pupils></Message>
";

const XML_MAPPING: &str = r#"
name = "northgate"
title = "Northgate family centre"
code = "local-40"
kind = "local"
format = "xml"
rows = "Message/Pupils/Pupil"

[columns]
Ref = { is = "key" }
Surname = { is = "family-name", needs = "value" }
Born = { is = "born", dates = "dd/mm/yyyy" }
"/Message/School/URN" = { is = "school" }
"@id" = { ignored = "a number of the file" }
"#;

/// A folder with elements and their mapping.
fn elements() -> tempfile::TempDir {
    let folder = folder(XML);
    fs::rename(
        folder.path().join("file.csv"),
        folder.path().join("file.xml"),
    )
    .unwrap();
    fs::write(folder.path().join("northgate.toml"), XML_MAPPING).unwrap();
    folder
}

#[test]
fn f10_refused_elements_come_back_in_a_shell_of_their_file_and_are_mended() {
    let folder = elements();
    let here = folder.path();
    let given = ["--mapping", "northgate.toml", "file.xml"];
    let ended = check(
        here,
        &[
            &given[..],
            &["--corrected", "c.xml", "--services", "services.csv"],
        ]
        .concat(),
    );
    assert_eq!(ended.code, 1, "{}", ended.noted);
    assert!(
        ended.noted.contains("2 refused rows written to c.xml"),
        "{}",
        ended.noted
    );
    assert!(
        ended.noted.contains("1 refused rows are not in it"),
        "R28: {}",
        ended.noted
    );
    let corrected = fs::read_to_string(here.join("c.xml")).unwrap();
    for kept in [
        "<Pupil id=\"8\">",
        "O'Sm1th",
        "<URN>900001</URN>",
        "<contactpoint-says>column Born",
    ] {
        assert!(corrected.contains(kept), "{kept}\n{corrected}");
    }
    for other in ["Good", "Secretheader", "Secretplan", "Hidden", "clinic"] {
        assert!(!corrected.contains(other), "{other}\n{corrected}");
    }
    let mended = corrected
        .replace("Sm1th", "Smith")
        .replace("2019-03-05", "05/03/2019");
    fs::write(here.join("mended.xml"), mended).unwrap();
    let ended = check(here, &["--mapping", "northgate.toml", "mended.xml"]);
    assert_eq!(ended.code, 0, "{}{}", ended.said, ended.noted);
    assert!(ended.said.contains("2  would be taken"), "{}", ended.said);
}

#[test]
fn what_no_reader_takes_is_told_with_its_line_and_what_to_do() {
    let folder = elements();
    let here = folder.path();
    for (from, to, says) in [
        (
            "<Message>",
            "<!DOCTYPE Message><Message>",
            "line 2: what stands there is a document type",
        ),
        (
            "</Surname><Born>",
            "</Forename><Born>",
            "line 3: what stands there is not well-formed XML",
        ),
        (
            "\n<Pupil id=\"7\">",
            "",
            "line 2: what stands there is not well-formed XML",
        ),
    ] {
        fs::write(here.join("file.xml"), XML.replacen(from, to, 1)).unwrap();
        let ended = check(here, &["--mapping", "northgate.toml", "file.xml"]);
        assert_eq!(ended.code, 2, "{}", ended.said);
        assert!(ended.noted.contains(says), "{says}\n{}", ended.noted);
    }
    fs::write(here.join("file.xml"), XML.split_once("K1").unwrap().0).unwrap();
    let ended = check(here, &["--mapping", "northgate.toml", "file.xml"]);
    assert!(
        ended
            .noted
            .contains("line 3: what stands there ends before its end"),
        "{}",
        ended.noted
    );
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(*b"R\0e\0f\0").collect();
    for (file, says) in [
        (&b"Ref,Surn\xe4me\n"[..], "encoding = \"windows-1252\""),
        (utf16.as_slice(), "encoding = \"utf-16\""),
    ] {
        fs::write(here.join("northgate.toml"), MAPPING).unwrap();
        fs::write(here.join("file.csv"), file).unwrap();
        let ended = check(here, &GIVEN);
        assert_eq!(ended.code, 2, "{}", ended.said);
        assert!(ended.noted.contains(says), "{says}\n{}", ended.noted);
    }
}

#[test]
fn f10_in_a_file_of_one_line_every_fault_says_which_row_it_is_of() {
    let json = |ref_: &str, born: &str, more: &str| {
        format!("{{\"Ref\":\"{ref_}\",\"Surname\":\"Good\",\"Born\":\"{born}\"{more}}}")
    };
    let rows = [
        json("K1", "05/03/2019", ""),
        json("K2", "2019-03-05", ""),
        json("K3", "05/03/2019", ",\"Shoe\":4"),
        json("K4", "2019-03-05", ""),
    ];
    let file = format!("{{\"CaseNotes\":1,\"rows\":[{}]}}", rows.join(","));
    let folder = folder(&file);
    let here = folder.path();
    let text = MAPPING.replace("kind =", "format = \"json\"\nrows = \"rows\"\nkind =");
    fs::write(here.join("northgate.toml"), text).unwrap();
    let ended = check(here, &[&GIVEN[..], &["--faults", "f.csv"]].concat());
    assert_eq!(ended.code, 1, "{}", ended.noted);
    let faults = fs::read_to_string(here.join("f.csv")).unwrap();
    let found: Vec<String> = faults
        .lines()
        .skip(1)
        .map(|line| line.split(',').take(3).collect::<Vec<_>>().join(","))
        .collect();
    assert_eq!(
        found,
        ["1,,/CaseNotes", "1,2,Born", "1,3,Shoe", "1,4,Born"],
        "what stands beside the rows is none of them"
    );
    for words in ["line 1, row 2, column Born", "line 1, row 4, column Born"] {
        assert!(ended.said.contains(words), "{words}\n{}", ended.said);
    }
}

#[test]
fn r4_records_of_another_kind_and_what_nobody_named_never_come_back() {
    let folder = folder("");
    let here = folder.path();
    let observation = r#"{"fullUrl":"u","resource":{"resourceType":"Observation","id":"K1","birthDate":"2012-01-01","valueString":"Secretfinding"}}"#;
    let patient = r#"{"resource":{"resourceType":"Patient","id":"K2","name":[{"family":"L33"}],"birthDate":"2012-01-01","note":[{"text":"Secretnote"}]}}"#;
    let dead = r#"{"resource":{"resourceType":"Patient","id":"K3","name":[{"family":"L44"}],"birthDate":"2012-01-01","deceasedBoolean":true,"causes":"Secretcause"}}"#;
    let bundle = format!(r#"{{"resourceType":"Bundle","entry":[{observation},{patient},{dead}]}}"#);
    fs::write(here.join("file.json"), bundle).unwrap();
    let given = ["--supplier", "fhir_patient", "file.json"];
    let ended = check(
        here,
        &[&given[..], &["--corrected", "c.json", "--faults", "f.csv"]].concat(),
    );
    assert_eq!(ended.code, 1, "{}", ended.noted);
    let corrected = fs::read_to_string(here.join("c.json")).unwrap();
    let faults = fs::read_to_string(here.join("f.csv")).unwrap();
    assert!(
        corrected.contains("L33") && corrected.contains("K2"),
        "{corrected}"
    );
    for secret in ["Secret", "Observation", "K1", "K3", "L44"] {
        for text in [&corrected, &faults, &ended.said, &ended.noted] {
            assert!(!text.contains(secret), "{secret}\n{text}");
        }
    }
    assert!(
        ended.noted.contains("1 refused rows written")
            && ended.noted.contains("2 refused rows are not in it"),
        "{}",
        ended.noted
    );
}

#[test]
fn r4_a_stripped_file_has_no_value_of_what_was_left_out_and_neither_has_what_is_said() {
    let folder = elements();
    let here = folder.path();
    let strip = |out: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_contactpoint"))
            .args([
                "supply",
                "strip",
                "--mapping",
                "northgate.toml",
                "file.xml",
                out,
            ])
            .current_dir(here)
            .output()
            .unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (output.status.code().unwrap(), said)
    };
    let (code, said) = strip("out.xml");
    assert_eq!(code, 0, "{said}");
    let out = fs::read_to_string(here.join("out.xml")).unwrap();
    for name in ["/Message/Header", "@id", "Clinic", "SEN/Plan"] {
        assert!(said.contains(name), "{name}\n{said}");
    }
    for value in ["Secret", "clinic", "Good", "K1"] {
        assert!(!said.contains(value), "{value}\n{said}");
    }
    assert!(
        !out.contains("Secret") && !out.contains("clinic") && out.contains("Good"),
        "{out}"
    );
    assert!(said.contains("4 rows written to out.xml"), "{said}");
    let (code, said) = strip("out.xml");
    assert_eq!(code, 2, "nothing is written over: {said}");
    fs::write(
        here.join("file.xml"),
        XML.replace("</Pupils></Message>", ""),
    )
    .unwrap();
    let (code, said) = strip("half.xml");
    assert_eq!((code, here.join("half.xml").exists()), (2, false), "{said}");
}

#[test]
fn c20_social_care_without_a_mark_is_told_so_at_every_check() {
    let folder = folder(&format!("{HEADING}\nK1,Good,Ann,05/03/2019,F,,,,,,,\n"));
    let here = folder.path();
    let says = "no mark for restricted records";
    assert!(!check(here, &GIVEN).noted.contains(says));
    let text = MAPPING.replace("kind =", "sector = \"social care\"\nkind =");
    fs::write(here.join("northgate.toml"), &text).unwrap();
    let ended = check(here, &GIVEN);
    assert_eq!(
        (ended.code, ended.noted.contains(says)),
        (0, true),
        "{}",
        ended.noted
    );
    assert!(
        ended.noted.contains("out of the extract") && !ended.noted.contains("supply join"),
        "it has no tables to be joined: {}",
        ended.noted
    );
    let tables = format!("{text}[tables]\nrows = \"children\"\nbeside = {{}}\n");
    fs::write(here.join("northgate.toml"), tables).unwrap();
    let ended = check(here, &GIVEN);
    assert!(
        ended.noted.contains("supply join --leave-out"),
        "{}",
        ended.noted
    );
    let marked = text.replace(
        "Old = { ignored = \"a number nobody uses any more\" }",
        "Old = { is = \"restricted\", codes = { Y = \"restricted\" } }",
    );
    fs::write(here.join("northgate.toml"), marked).unwrap();
    assert!(!check(here, &GIVEN).noted.contains(says));
}
