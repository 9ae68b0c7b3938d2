//! What many suppliers write is read by one mapping, of each under a code of its own: no full file of one ends what another said.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

use contactpoint::supply::{Mapping, built_in, ready};

/// How many synthetic children each council knows: of so many, one may end without a person looking at the file.
const CHILDREN: u32 = 25;

/// Runs a command that must end with a code, and gives what it said.
fn ends(here: &Path, code: i32, arguments: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_contactpoint"))
        .args(arguments.split(' '))
        .current_dir(here)
        .env_remove("CONTACTPOINT_DATA")
        .env_remove("CONTACTPOINT_POSTGRES")
        .output()
        .unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{arguments}\n{said}");
    said
}

/// A folder with a synthetic England, and a directory that knows its services.
fn folder(more: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    ends(
        here,
        0,
        &format!("england --children 600 --seed 3 --today 2026-06-30 --out england{more}"),
    );
    ends(here, 0, "reference load england");
    folder
}

/// A council's joined tables: its own children, under keys that every council's system gives.
fn joined(council: u32, keys: std::ops::Range<u32>) -> String {
    let letters = |mut number: u32| {
        let mut word = String::from("K");
        for _ in 0..4 {
            word.push(char::from(b'a' + u8::try_from(number % 26).unwrap()));
            number /= 26;
        }
        word
    };
    let row = |key: u32| {
        let child = council * 1_000 + key;
        let family = letters(child.wrapping_mul(48_271) % 456_976);
        let (month, day) = (child % 12 + 1, child % 28 + 1);
        let born = format!("{}-{month:02}-{day:02}", 2010 + child % 12);
        format!(
            "i{key},p{key},2026-01-05,,,Jo,{family},F,{born},Asha Rahman,Social worker,Team {family}\n"
        )
    };
    let heading = "invo_involvements_id,invo_person_id,invo_involvement_start_date,invo_involvement_end_date,pers_upn,pers_forename,\
         pers_surname,pers_sex,pers_dob,prof_professional_name,prof_professional_job_title,dept_team_name\n";
    std::iter::once(heading.to_owned())
        .chain(keys.map(row))
        .collect()
}

fn load(council: &str, day: &str, file: &str) -> String {
    format!(
        "supply load --supplier safeguarding_dataset --as {council} --extracted {day} --full {file}"
    )
}

#[test]
fn r80_full_files_of_two_councils_in_one_form_do_not_touch_one_another() {
    let folder = folder("");
    let here = folder.path();
    for (name, text) in [
        ("first.csv", joined(1, 0..CHILDREN)),
        ("second.csv", joined(2, 0..CHILDREN)),
        ("fewer.csv", joined(1, 0..CHILDREN - 1)),
    ] {
        fs::write(here.join(name), text).unwrap();
    }
    for (council, file) in [("local-41", "first.csv"), ("local-42", "second.csv")] {
        let taken = ends(here, 0, &load(council, "2026-06-01", file));
        assert!(taken.contains("25  taken"), "{taken}");
        assert!(!taken.contains("What has ended"), "{taken}");
    }
    let fewer = ends(here, 0, &load("local-41", "2026-06-08", "fewer.csv"));
    assert!(
        fewer.contains("What has ended by it: 1 children, 1 involvements."),
        "{fewer}"
    );
    // Nothing of the second council has ended, in its own next file either.
    let again = ends(here, 0, &load("local-42", "2026-06-09", "second.csv"));
    assert!(again.contains("25  taken"), "{again}");
    assert!(!again.contains("What has ended"), "{again}");
    let runs = ends(here, 0, "supply runs --supplier local-41");
    assert_eq!(runs.lines().count(), 3, "{runs}");
    assert!(ends(here, 0, "supply show 1").contains("safeguarding_dataset"));
}

#[test]
fn r80_full_returns_of_two_schools_do_not_touch_one_another() {
    let folder = folder(" --shape census-xml");
    let here = folder.path();
    let named = fs::read_dir(here.join("england")).unwrap();
    let names = named.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut returns: Vec<String> = names
        .filter(|name| name.starts_with("census_return_"))
        .collect();
    returns.sort();
    let load = |school: &str, day: &str, file: &str| {
        format!(
            "supply load --supplier census_return --as {school} --extracted {day} --full england/{file}"
        )
    };
    ends(here, 0, &load("school-1", "2026-06-01", &returns[0]));
    let second = ends(here, 0, &load("school-2", "2026-06-02", &returns[1]));
    assert!(!second.contains("What has ended"), "{second}");
    let again = ends(here, 0, &load("school-1", "2026-06-03", &returns[0]));
    assert!(
        again.contains("  taken") && !again.contains("What has ended"),
        "{again}"
    );
    let other = ends(here, 1, &load("school-1", "2026-06-04", &returns[1]));
    // Under one code a person would be asked whether every pupil of the first school has gone.
    assert!(
        other.contains("Run 4 is held") && other.contains("it would end"),
        "{other}"
    );
}

#[test]
fn r80_nothing_that_many_suppliers_write_is_taken_without_saying_whose_it_is() {
    let folder = folder("");
    let here = folder.path();
    fs::write(here.join("first.csv"), joined(1, 0..CHILDREN)).unwrap();
    for name in ready() {
        let said = ends(here, 2, &format!("supply load --supplier {name} first.csv"));
        assert!(said.contains("--as local-41"), "{said}");
    }
    let listed = ends(here, 0, "supply list");
    let shared = |line: &&str| line.contains("each supplier's own: --as CODE");
    assert_eq!(listed.lines().filter(shared).count(), ready().count());
    assert!(listed.contains("local-01"), "{listed}");
    let with_file = "supply load --mapping own.toml --as local-41 first.csv";
    assert!(
        ends(here, 2, with_file).contains("--as"),
        "a file has a code of its own"
    );
    let telling = "supply load --supplier safeguarding_dataset --as sexual-health first.csv";
    assert!(ends(here, 2, telling).contains("X13"));
    assert!(ends(here, 0, "supply runs").contains("There are no runs yet"));
    // Nor under the code of another that comes with the program, but under its own.
    for (code, other) in [
        ("nhs", "nhs"),
        ("local-01", "social_care"),
        ("school-census", "census_return"),
    ] {
        let load = format!("supply load --supplier safeguarding_dataset --as {code} first.csv");
        let said = ends(here, 2, &load);
        let why = format!("{code} is the code of {other}, which comes with the program");
        assert!(said.contains(&why), "{said}");
    }
    assert!(ends(here, 0, "supply runs").contains("There are no runs yet"));
    // Checking sends nothing, with a code or without.
    for code in ["", " --as local-41"] {
        let check = format!("supply check --supplier safeguarding_dataset{code} first.csv");
        assert!(ends(here, 0, &check).contains("25  would be taken"));
    }
}

#[test]
fn r80_a_mapping_is_printed_under_a_code_edited_and_used() {
    let folder = folder("");
    let here = folder.path();
    let printed = ends(
        here,
        0,
        "supply mapping safeguarding_dataset --code local-41",
    );
    assert!(printed.contains("# A council with more than one service"));
    let (own, as_it_is) = (
        Mapping::parse(&printed).unwrap(),
        built_in("safeguarding_dataset").unwrap().unwrap(),
    );
    assert_eq!(own.supplier.code.as_str(), "local-41");
    assert_eq!(own.supplier.kind, as_it_is.supplier.kind);
    assert_eq!(own.columns, as_it_is.columns);
    let blank = ends(here, 0, "supply mapping safeguarding_dataset");
    assert!(blank.contains("code = \"\"") && blank.contains("left blank"));
    assert!(ends(here, 2, "supply mapping another").contains("The suppliers are"));
    let edited = printed.replace("kind = \"local\"", "kind = \"local\"\nreach = \"full\"");
    fs::write(here.join("own.toml"), &edited).unwrap();
    fs::write(here.join("first.csv"), joined(1, 0..CHILDREN)).unwrap();
    let day = "--extracted 2026-06-01";
    let own = format!("supply load --mapping own.toml {day} first.csv");
    assert!(ends(here, 0, &own).contains("25  taken"));
    // It is the same file, read in the same way: one run.
    let named =
        format!("supply load --supplier safeguarding_dataset --as local-41 {day} --full first.csv");
    assert!(ends(here, 0, &named).contains("taken already, as run 1"));
}

#[test]
fn r80_a_program_is_admitted_under_its_own_code_by_a_mapping_of_many() {
    let folder = folder("");
    let here = folder.path();
    let key = |name: &str, x: &str| {
        let jwk = format!("{{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"{x}\"}}");
        fs::write(here.join(name), jwk).unwrap();
    };
    // The public keys of the tests of RFC 8032 and of RFC 8037.
    key("one.jwk", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    key("two.jwk", "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw");
    for (council, file) in [("local-41", "one.jwk"), ("local-42", "two.jwk")] {
        let add = format!("supplier add {council} --mapping safeguarding_dataset --key {file}");
        let added = ends(here, 0, &add);
        assert!(added.contains(&format!("Admitted {council}")), "{added}");
    }
    let listed = ends(here, 0, "supplier list");
    assert!(listed.contains("local-41") && listed.contains("local-42"));
    ends(here, 0, "supplier change local-41 --mapping census_return");
    assert!(ends(here, 0, "supplier list").contains("School census return"));
    // What a file says of itself stands: it is not taken for another's.
    let taken = "supplier add nhs --mapping safeguarding_dataset --key one.jwk";
    assert!(ends(here, 2, taken).contains("nhs is the code of nhs"));
    let taken = "supplier change local-41 --mapping early_help";
    ends(here, 0, taken);
    let taken = "supplier add local-02 --mapping census_return --key one.jwk";
    assert!(ends(here, 2, taken).contains("local-02 is the code of early_help"));
    ends(
        here,
        0,
        "supplier add local-02 --mapping early_help --key one.jwk",
    );
    // Where the directory has given the code itself, a mapping in a file says so.
    let own = ends(here, 0, "supply mapping census_return --code local-02");
    fs::write(here.join("own.toml"), own).unwrap();
    ends(here, 0, "supplier change local-02 --mapping own.toml");
    let own = ends(here, 0, "supply mapping early_help --code local-43");
    fs::write(here.join("own.toml"), own).unwrap();
    let other = ends(here, 2, "supplier change local-42 --mapping own.toml");
    assert!(other.contains("is of local-43, not of local-42"), "{other}");
}

#[test]
fn a_run_goes_on_with_its_own_file_read_in_its_own_way_and_no_other() {
    let folder = folder("");
    let here = folder.path();
    // 120 rows after 9 are out of proportion: the run is held.
    fs::write(here.join("few.csv"), joined(1, 0..9)).unwrap();
    fs::write(here.join("many.csv"), joined(1, 0..120)).unwrap();
    let load = |day: &str, file: &str| {
        format!(
            "supply load --supplier safeguarding_dataset --as local-41 --extracted {day} {file}"
        )
    };
    ends(here, 0, &load("2026-06-01", "few.csv"));
    ends(here, 1, &load("2026-06-02", "many.csv"));
    let held = ends(here, 2, "supply resume 2 many.csv");
    assert!(held.contains("is held, not paused or released"), "{held}");
    ends(here, 0, "supply release 2");
    let other = ends(here, 1, "supply resume 2 few.csv");
    assert!(other.contains("It is not the file of run 2"), "{other}");
    let printed = ends(
        here,
        0,
        "supply mapping safeguarding_dataset --code local-41",
    );
    fs::write(here.join("own.toml"), printed.replace("SW01", "SW02")).unwrap();
    let read = ends(here, 1, "supply resume 2 many.csv --mapping own.toml");
    assert!(read.contains("read in another way"), "{read}");
    assert!(ends(here, 0, "supply show 2").contains("released"));
    assert_eq!(
        ends(here, 0, "supply runs").lines().count(),
        3,
        "no other run began"
    );
    // By the name of its mapping and the code of its supplier.
    let done = ends(here, 0, "supply resume 2 many.csv");
    assert!(done.contains("This was run 2."), "{done}");
}
