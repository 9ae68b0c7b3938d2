//! What is said of inputs that cannot be linked, and that nothing is written or written over then.

use std::fmt::Write as _;
use std::path::Path;

use super::{contactpoint, files, read, write};

const CONFIG: &str = "id = \"id\"\n[[column]]\nname = \"name\"\nkind = \"full name\"\n[[column]]\nname = \"born\"\nkind = \"date\"\n";
const GOOD: &str = "id,name,born\n1,Ann Smith,2012-03-04\n2,Bo Jones,2013-04-05\n";

/// Runs `link` on inputs, one of them wrong, over results of an earlier run.
fn told(config: &str, people: &[u8], arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    write(here, "link.toml", config);
    write(here, "good.csv", GOOD);
    std::fs::write(here.join("people.csv"), people).unwrap();
    write(here, "clusters.csv", "before");
    let before = files(here);
    let usual = ["link", "--config", "link.toml", "--out", "clusters.csv"];
    let ended = contactpoint(here, &[&usual[..], arguments].concat());
    assert_ne!(ended.code, 0, "{}", ended.said);
    assert_eq!(ended.said, "");
    assert_eq!(read(here, "clusters.csv"), "before");
    assert_eq!(read(here, "good.csv"), GOOD);
    assert_eq!(files(here), before, "something was left behind");
    unbroken(here, &format!("{} {}", ended.code, ended.noted))
}

/// The text without the folder's name.
fn unbroken(folder: &Path, text: &str) -> String {
    text.replace(&format!("{}/", folder.display()), "")
}

/// Every case with what is said of it.
fn golden<'a>(cases: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let mut text = String::new();
    for (case, told) in cases {
        writeln!(text, "{case}\n  {}", told.trim_end()).unwrap();
    }
    text
}

#[test]
fn wrong_files_are_told_by_line_and_column() {
    let long = format!("id,name,born\n1,\"{}", "x".repeat(3_000_000));
    let cases: [(&str, &[u8]); 16] = [
        ("empty file", b""),
        ("semicolons", b"id;name;born\n1;Ann, Bo;2012-03-04\n"),
        ("tabs", b"id\tname\tborn\n1\tAnn\t2012-03-04\n"),
        ("strokes", b"\"id\"|\"name\"|\"born\"\n"),
        ("no id column", b"key,name,born\n1,Ann,2012-03-04\n"),
        ("no such column", b"id,name\n1,Ann Smith\n"),
        ("column twice", b"id,name,name,born\n1,Ann,Ann,2012-03-04\n"),
        (
            "row without an id",
            b"id,name,born\n1,Ann,2012-03-04\n ,Bo,\n",
        ),
        (
            "id twice",
            b"id,name,born\n7,\"Ann\nSmith\",\n\n8,Bo,\n7,Cy,\n",
        ),
        ("too few fields", b"id,name,born\n1,Ann,2012-03-04\n2,Bo\n"),
        ("too many fields", b"id,name,born\r\n1,Smith, Ann,2012\r\n"),
        (
            "not closed",
            b"id,name,born\n1,Ann,\n2,Bo,\"\n3,Cy,\n4,Di,\n",
        ),
        (
            "not closed in the last row",
            b"id,name,born\n1,\"Ann,2012\n",
        ),
        ("endless row", long.as_bytes()),
        ("Latin-1", b"id,name,born\n1,Zo\xeb Smith,2012-03-04\n"),
        ("UTF-16", b"\xff\xfei\0d\0,\0n\0a\0m\0e\0\n\0"),
    ];
    let cases = cases.map(|(case, people)| (case, told(CONFIG, people, &["people.csv"])));
    insta::assert_snapshot!(golden(cases));
}

#[test]
fn wrong_arguments_are_told() {
    let cases: [(&str, &[&str]); 13] = [
        ("no file", &["nobody.csv"]),
        ("a folder", &["."]),
        ("one name twice", &["people.csv", "./people.csv"]),
        ("no truth column", &["people.csv", "--truth", "person"]),
        ("out is an input", &["--model-out", "good.csv", "good.csv"]),
        ("out twice", &["good.csv", "--model-out", "./clusters.csv"]),
        ("no folder", &["good.csv", "--model-out", "none/model.txt"]),
        ("no model", &["people.csv", "--model", "good.csv"]),
        ("no such model", &["people.csv", "--model", "none.txt"]),
        ("a device", &["good.csv", "--review-out", "/dev/null"]),
        ("standard output", &["good.csv", "--review-out", "-"]),
        ("no decisions", &["people.csv", "--decisions", "good.csv"]),
        ("a picture of nothing", &["people.csv", "--svg", "pair.svg"]),
    ];
    let cases = cases.map(|(case, given)| (case, told(CONFIG, GOOD.as_bytes(), given)));
    insta::assert_snapshot!(golden(cases));
}

#[test]
fn wrong_configurations_are_told_by_line_and_column() {
    let more = |text: &str| format!("{CONFIG}{text}");
    let cases = [
        ("not TOML", "id = id\n".to_owned()),
        ("unknown key", "id = \"id\"\n[[columns]]\n".to_owned()),
        (
            "unknown kind",
            "[[column]]\nname = \"name\"\nkind = \"forename\"\n".to_owned(),
        ),
        (
            "two dates",
            more("[[column]]\nname = \"died\"\nkind = \"date\"\n"),
        ),
        (
            "nothing to compare",
            "[[column]]\nname = \"sex\"\nkind = \"sex\"\n".to_owned(),
        ),
        ("wrong rows", format!("rows = \"unique\"\n{CONFIG}")),
        ("wrong delimiter", format!("delimiter = \"tab\"\n{CONFIG}")),
        (
            "file for no column",
            more("[[file]]\nname = \"people\"\ncolumns = { age = \"AGE\" }\n"),
        ),
        ("wrong dates", format!("dates = \"american\"\n{CONFIG}")),
        ("no such group", format!("groups = [\"heritge\"]\n{CONFIG}")),
        (
            "people of no truth",
            more("[people]\nfile = \"good.csv\"\nid = \"id\"\ngroups = [\"born\"]\n"),
        ),
        ("no id named", CONFIG.replace("id = \"id\"\n", "")),
        (
            "truth of nobody",
            more("[truth]\nfile = \"good.csv\"\nid = \"born\"\nperson = \"name\"\n"),
        ),
    ];
    let told = |text: &str| told(text, GOOD.as_bytes(), &["people.csv"]);
    insta::assert_snapshot!(golden(cases.map(|(case, text)| (case, told(&text)))));
}

#[test]
fn a_wrong_column_is_put_right_where_it_is_named() {
    let decisions = ["good.csv", "--decisions", "people.csv"];
    let said = told(CONFIG, b"id;other_id;decision\n1;2;same\n", &decisions);
    assert!(
        said.contains("with \";\" in it") && said.contains("Write it with commas"),
        "{said}"
    );
    let truth = "[truth]\nfile = \"good.csv\"\nid = \"id\"\nperson = \"nobody\"\n";
    let said = told(
        &format!("{CONFIG}{truth}"),
        GOOD.as_bytes(),
        &["people.csv"],
    );
    assert!(
        said.contains("no column \"nobody\" for [truth]")
            && said.contains("Name one of them in link.toml"),
        "{said}"
    );
}

#[test]
fn what_link_toml_names_is_never_written_over() {
    let truth = "[truth]\nfile = \"good.csv\"\nid = \"id\"\nperson = \"name\"\n";
    let beside = truth.replace("good.csv", "people.csv");
    let people = "[people]\nfile = \"good.csv\"\nid = \"name\"\ngroups = [\"born\"]\n";
    for config in [
        format!("{CONFIG}{truth}"),
        format!("{CONFIG}{beside}{people}"),
    ] {
        for option in ["--review-out", "--model-out"] {
            let given = ["people.csv", option, "./good.csv"];
            let said = told(&config, GOOD.as_bytes(), &given);
            assert!(
                said.contains("good.csv would be written over by ./good.csv"),
                "{said}"
            );
        }
    }
}

#[test]
fn an_explanation_wants_two_records_that_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    write(here, "link.toml", CONFIG);
    write(here, "a.csv", GOOD);
    write(here, "b.csv", GOOD);
    let explain = |one: &str, other: &str| {
        let ended = contactpoint(
            here,
            &[
                "link",
                "--config",
                "link.toml",
                "a.csv",
                "b.csv",
                "--explain",
                one,
                other,
            ],
        );
        assert_eq!(ended.code, 2, "{}", ended.said);
        ended.noted
    };
    assert!(explain("a:1", "9").contains("no file has a record with the id \"9\""));
    assert!(explain("a:1", "2").contains("several files have a record with the id \"2\""));
    assert!(explain("a:1", "a:1").contains("are one record"));
}
