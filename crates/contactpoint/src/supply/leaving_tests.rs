//! A child who has left: what a row says then, by a code or a day, and what it never says.

#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use super::*;
use directory::Date;
use directory::organisation::Sector;
use directory::service::{Catalogue, Classification, Service};
use directory::statement::{Particulars, Said};
use directory::statement_key::is_of_child;
use directory::supplied::{Known, Restriction, Row};
use directory::text::ServiceCode;

const HEAD: &str = "name = \"t\"\ntitle = \"T\"\ncode = \"t\"\nkind = \"local\"\n";
const COLUMNS: &str = r#"
[columns]
Id = { is = "key" }
Family = { is = "family-name", needs = "value" }
Born = { is = "born", dates = "yyyy-mm-dd" }
Known = { is = "known", codes = { Y = "known", N = "ended" } }
Left = { is = "known-until", dates = "yyyy-mm-dd" }
Ground = { is = "stay-ground", codes = { C = "care-leaver", W = "withdrawn" } }
Case = { is = "involvement-key" }
Service = { is = "service" }
Worker = { is = "practitioner-name" }
Job = { is = "job-title" }
Team = { is = "organisation" }
Restricted = { is = "restricted", codes = { Y = "restricted", N = "open" } }
"#;
const HEADING: [&str; 12] = [
    "Id",
    "Family",
    "Born",
    "Known",
    "Left",
    "Ground",
    "Case",
    "Service",
    "Worker",
    "Job",
    "Team",
    "Restricted",
];
const TODAY: Date = Date::constant(2026, 6, 1);

fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::default();
    for (code, classification) in [
        ("ED01", Classification::Ordinary),
        ("SH01", Classification::Sensitive),
    ] {
        catalogue.put(Service {
            code: ServiceCode::parse(code).unwrap(),
            name: code.to_owned(),
            sector: Sector::Education,
            classification,
        });
    }
    catalogue
}

fn read_by(columns: &str, rows: &[&[(&str, &str)]]) -> Batch {
    let mapping = Mapping::parse(&format!("{HEAD}{columns}")).unwrap();
    let usual = [("Id", "K1"), ("Family", "Smith"), ("Born", "2012-02-03")];
    let line = |row: &&[(&str, &str)]| {
        let cells = HEADING.map(|name| {
            let mut cells = row.iter().chain(&usual);
            cells.find(|(of, _)| *of == name).map_or("", |(_, it)| *it)
        });
        cells.join(",")
    };
    let lines: Vec<String> = rows.iter().map(line).collect();
    let file = format!("{}\n{}\n", HEADING.join(","), lines.join("\n"));
    let delivery = Delivery {
        mapping: &mapping,
        catalogue: &catalogue(),
        authority_of: &|_| None,
        extracted: TODAY,
    };
    let rows = Rows::open(file.as_bytes(), delivery);
    let mut rows = rows.unwrap_or_else(|unread| panic!("{unread}"));
    rows.read().unwrap().unwrap()
}

fn read(row: &[(&str, &str)]) -> Batch {
    read_by(COLUMNS, &[row])
}

fn only(batch: &Batch) -> &Row {
    let [row] = &batch.rows[..] else {
        panic!("one row: {:?}", batch.rows);
    };
    row
}

const WORKING: [(&str, &str); 5] = [
    ("Case", "C1"),
    ("Service", "ED01"),
    ("Worker", "Jane Brown"),
    ("Job", "Teacher"),
    ("Team", "Example School"),
];

#[test]
fn a_child_has_left_by_a_code_or_by_a_day_that_has_come() {
    for (cells, known) in [
        (vec![], Known::Still),
        (vec![("Known", "Y")], Known::Still),
        (vec![("Known", "n")], Known::NoLonger),
        (vec![("Left", "2026-06-01")], Known::NoLonger),
        (vec![("Left", "2026-06-02")], Known::Still),
        (
            vec![("Known", "Y"), ("Left", "2026-05-01")],
            Known::NoLonger,
        ),
    ] {
        let batch = read(&cells);
        assert_eq!(
            (batch.refused, &batch.faults[..]),
            (0, &[][..]),
            "{cells:?}"
        );
        assert_eq!(only(&batch).known, known, "{cells:?}");
        let mut summary = Summary::default();
        summary.count_batch(&batch);
        assert_eq!(summary.left, u64::from(known == Known::NoLonger));
    }
}

#[test]
fn r4_of_a_child_who_has_left_nothing_is_read_but_by_which_keys_they_are_known() {
    let mut cells = vec![
        ("Known", "N"),
        ("Family", "Sm1th"),
        ("Born", "no day"),
        ("Restricted", "Y"),
    ];
    cells.extend(WORKING);
    let batch = read(&cells);
    assert_eq!((batch.refused, &batch.faults[..]), (0, &[][..]));
    let row = only(&batch);
    assert!(row.is_leaving() && !row.is_refused() && !row.ends_stay());
    assert_eq!(row.particulars, Particulars::default());
    assert_eq!(row.restriction, Restriction::AtSource, "C20");
    let [(key, words)] = &row.also[..] else {
        panic!("the key of the involvement");
    };
    assert!(is_of_child(key, &row.key));
    assert_eq!(*words, Said::Particulars(Box::default()), "and no words");
    let words = Checked(&{
        let mut summary = Summary::default();
        summary.count_batch(&batch);
        summary
    })
    .to_string();
    assert!(
        words.contains("1  would end all that you said of a child"),
        "{words}"
    );
}

#[test]
fn whether_a_child_has_left_is_not_guessed_by_what_cannot_be_read() {
    for cells in [
        vec![("Known", "perhaps")],
        vec![("Left", "31/05/2026")],
        vec![("Known", "N"), ("Left", "soon")],
        vec![("Known", "N"), ("Id", "")],
    ] {
        let batch = read(&cells);
        assert_eq!((batch.refused, batch.rows.len()), (1, 0), "{cells:?}");
        assert_eq!(batch.faults[0].grade, Grade::Error);
        let has_key = !cells.contains(&("Id", ""));
        assert_eq!(batch.spared.len(), usize::from(has_key), "it ends nothing");
    }
}

#[test]
fn x4_x5_of_a_sensitive_involvement_not_even_the_key_stays() {
    let mut cells = vec![("Known", "N")];
    cells.extend(WORKING);
    cells[2] = ("Service", "SH01");
    let batch = read(&cells);
    assert_eq!((batch.refused, &batch.faults[..]), (0, &[][..]));
    let row = only(&batch);
    assert!(row.also.is_empty() && !row.withdrawn.is_empty());
    assert!(row.is_leaving() && !row.only_takes_back());
    let sensitive = format!("services = \"sensitive\"\n{COLUMNS}");
    let unusable = Mapping::parse(&format!("{HEAD}{sensitive}")).unwrap_err();
    assert!(
        unusable.0.contains("a sensitive service says `end`"),
        "{unusable:?}"
    );
}

#[test]
fn c8_whoever_has_taken_back_a_consent_has_done_more_than_leave() {
    let of_age = [("Known", "N"), ("Ground", "W"), ("Born", "2007-02-03")];
    let batch = read(&of_age);
    assert_eq!(batch.refused, 1);
    assert!(only(&batch).ends_stay());
    let of_nobody_knows_what_age = [("Known", "N"), ("Ground", "W"), ("Born", "")];
    assert!(!only(&read(&of_nobody_knows_what_age)).is_leaving());
    let child = [("Known", "N"), ("Ground", "W")];
    assert!(
        only(&read(&child)).is_leaving(),
        "of whom no consent is needed"
    );
}

#[test]
fn a_row_of_a_child_who_has_left_does_not_speak_for_the_rows_that_follow() {
    let batch = read_by(COLUMNS, &[&[("Known", "N")], &WORKING]);
    assert_eq!((batch.refused, &batch.faults[..]), (0, &[][..]));
    assert!(batch.rows[1].particulars.name.is_some());
}

#[test]
fn r28_a_row_by_which_a_child_leaves_is_withheld_where_it_names_a_sensitive_service() {
    let left = [("Known", "N")];
    let with = |service| [&left[..], &[("Service", service)], &WORKING].concat();
    assert!(!read(&left).withheld);
    assert!(!read(&with("ED01")).withheld);
    assert!(read(&with("SH01")).withheld && read(&with("XX01")).withheld);
    let stays = [("Born", "2007-02-03"), ("Ground", "W")];
    assert!(read(&stays).withheld, "a consent to stay was taken back");
}
