//! One small file: names and days that programs stumble over, files without rows, and results that take their name when whole.

use std::fmt::Write as _;
use std::path::Path;

use super::{contactpoint, files, good, json, read, write};

const CONFIG: &str = "id = \"id\"\n[[column]]\nname = \"given\"\nkind = \"given name\"\n[[column]]\nname = \"family\"\nkind = \"family name\"\n[[column]]\nname = \"born\"\nkind = \"date\"\n[[column]]\nname = \"postcode\"\nkind = \"postcode\"\n";
const HEADING: &str = "id,given,family,born,postcode,person\n";

/// Many people who are distinct in all, and below them rows of one's own.
fn people(rows: &str) -> String {
    let given = [
        "Amelia", "Bilal", "Chloe", "Dylan", "Esme", "Farah", "George", "Hana", "Isaac", "Jun",
        "Kacper", "Leila",
    ];
    let family = [
        "Ahmed", "Brown", "Chen", "Davies", "Evans", "Farrell", "Green", "Hughes", "Ivanov",
        "Jones",
    ];
    let mut text = HEADING.to_owned();
    for number in 0..120 {
        let (day, month, year) = (number % 27 + 1, number % 11 + 1, 2005 + number % 13);
        let (given, family) = (given[number % 12], family[number % 10]);
        writeln!(
            text,
            "p{number},{given},{family},{year}-{month:02}-{day:02},AB{} {}CD,{number}",
            number % 37 + 1,
            number % 9
        )
        .unwrap();
    }
    text + rows
}

fn prepared(rows: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "link.toml", CONFIG);
    write(folder.path(), "people.csv", &people(rows));
    folder
}

/// The cluster of each record.
fn clusters(folder: &Path, file: &str) -> std::collections::BTreeMap<String, String> {
    let text = read(folder, file);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.records().map(|row| row.unwrap());
    rows.map(|row| (row[1].to_owned(), row[2].to_owned()))
        .collect()
}

const LINK: [&str; 6] = [
    "link",
    "--config",
    "link.toml",
    "people.csv",
    "--out",
    "clusters.csv",
];

#[test]
fn an_apostrophe_and_a_leap_day_are_no_obstacle() {
    let folder = prepared(
        "x1,Siobhán,O'Brien,2012-02-29,SW1A 1AA,x\n\
         x2,Siobhan,OBrien,29/02/2012,SW1A 1AA,x\n\
         x3,Siobhan,O’Brien,29 Feb 2012,sw1a1aa,x\n\
         y1,\"Nia \"\"Bee\"\"\",\"Lloyd, Jr\",2012-02-28,EH1 1AA,y\n",
    );
    let here = folder.path();
    good(here, &LINK);
    let clusters = clusters(here, "clusters.csv");
    assert_eq!(clusters.len(), 124);
    assert_eq!(clusters["x1"], clusters["x2"]);
    assert_eq!(clusters["x1"], clusters["x3"]);
    assert!(
        clusters
            .iter()
            .all(|(id, cluster)| id.starts_with('x') || *cluster != clusters["x1"])
    );
}

#[test]
fn ids_are_texts_and_are_written_as_they_were() {
    let folder = prepared(
        "007,Zoe,Young,2011-01-01,B1 1AA,z\n7,Zoe,Young,2011-01-01,B1 1AA,z\n\"a,\"\"b\"\"\",Max,Underhill,2010-10-10,L1 1AA,m\n",
    );
    let here = folder.path();
    good(here, &LINK);
    let clusters = clusters(here, "clusters.csv");
    assert_eq!(clusters["007"], clusters["7"]);
    assert!(clusters.contains_key("a,\"b\""));
}

#[test]
fn a_file_without_rows_is_linked_and_holds_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    write(here, "link.toml", CONFIG);
    write(here, "people.csv", HEADING);
    let report = json(
        here,
        &[&LINK[..], &["--json", "--truth", "person"]].concat(),
    );
    assert_eq!(
        (report["records"].as_u64(), report["clusters"].as_u64()),
        (Some(0), Some(0))
    );
    assert_eq!(read(here, "clusters.csv"), "file,id,cluster\n");
    let words = good(here, &LINK);
    assert!(!words.contains("Nothing was linked"), "{words}");
    assert!(words.contains("people has no row"), "{words}");
    write(here, "also.csv", &people(""));
    let report = json(here, &[&LINK[..], &["also.csv", "--json"]].concat());
    assert_eq!(report["records"], 120);
    assert!(good(here, &[&LINK[..], &["also.csv"]].concat()).contains("Nothing was linked"));
}

#[test]
fn results_take_the_place_of_earlier_ones_only_when_whole() {
    let folder = prepared("");
    let here = folder.path();
    write(here, "clusters.csv", "before");
    good(
        here,
        &[
            &LINK[..],
            &["--model-out", "model.txt", "--review-out", "review.csv"],
        ]
        .concat(),
    );
    assert_eq!(clusters(here, "clusters.csv").len(), 120);
    assert_eq!(
        files(here),
        [
            "clusters.csv",
            "link.toml",
            "model.txt",
            "people.csv",
            "review.csv"
        ]
    );
    assert!(read(here, "review.csv").starts_with("file,id,other_file,other_id,bits,because"));
}

#[test]
fn a_model_that_was_kept_gives_the_same_again() {
    let folder = prepared("q1,Amelia,Ahmed,2005-01-01,AB1 0CD,0\n");
    let here = folder.path();
    good(here, &[&LINK[..], &["--model-out", "model.txt"]].concat());
    let learned = read(here, "clusters.csv");
    good(here, &[&LINK[..], &["--model", "model.txt"]].concat());
    assert_eq!(read(here, "clusters.csv"), learned);
    let explain = [
        "link",
        "--config",
        "link.toml",
        "--model",
        "model.txt",
        "people.csv",
        "--explain",
        "p0",
        "q1",
    ];
    let words = good(here, &explain);
    assert!(
        words.starts_with("p0 and q1\n") && words.contains("bits"),
        "{words}"
    );
    let explained = json(here, &[&explain[..], &["--json"]].concat());
    let sum: f64 = explained["terms"]
        .as_array()
        .unwrap()
        .iter()
        .map(|term| term["bits"].as_f64().unwrap() + term["frequency_bits"].as_f64().unwrap())
        .sum();
    let total = explained["total_bits"].as_f64().unwrap();
    let others =
        explained["prior_bits"].as_f64().unwrap() + explained["others_bits"].as_f64().unwrap();
    assert!(
        (sum + others - total).abs() < 0.01,
        "{sum} {others} {total}"
    );
    assert!(
        explained["waterfall_svg"]
            .as_str()
            .unwrap()
            .starts_with("<svg")
    );
}

#[test]
fn no_two_rows_of_a_file_of_distinct_people_are_joined() {
    let folder = prepared("q1,Amelia,Ahmed,2005-01-01,AB1 0CD,0\n");
    let here = folder.path();
    good(here, &LINK);
    let joined = clusters(here, "clusters.csv");
    assert_eq!(joined["p0"], joined["q1"]);
    write(here, "link.toml", &format!("rows = \"distinct\"\n{CONFIG}"));
    good(here, &LINK);
    let apart = clusters(here, "clusters.csv");
    let mut numbers: Vec<&String> = apart.values().collect();
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), 121);
}

#[test]
fn what_cannot_be_read_is_told_and_what_is_written_otherwise_is_read() {
    let folder = prepared("q1,Amelia,Ahmed,1-Jan-05,AB1 0CD,0\nq2,Bilal,Brown,02/14/1998,??,1\n");
    let here = folder.path();
    let report = good(here, &LINK);
    assert!(
        report.contains("1  of 122 values of \"born\" in people could not be read as a date, and were taken as missing; the first is \"1-Jan-05\"."),
        "{report}"
    );
    assert!(
        report.contains("of \"postcode\" in people could not be read"),
        "{report}"
    );
    assert!(
        report.contains("1  of 122 values of \"born\" in people are dates only with the month first, and were read so; the others were read with the day first."),
        "{report}"
    );
    let columns = json(here, &[&LINK[..], &["--json"]].concat())["columns"].clone();
    assert_eq!(
        (&columns[2]["order"], &columns[2]["other_order"]),
        (&"day first".into(), &1.into())
    );
    assert_eq!(
        (&columns[0]["order"], &columns[0]["other_order"]),
        (&serde_json::Value::Null, &0.into())
    );
    assert_eq!(columns[2]["filled"], 122);
    assert_eq!(
        (&columns[2]["unread"], &columns[3]["example"]),
        (&1.into(), &"??".into())
    );
    // Written the American way, the same people are found.
    let american = |year: &str, month: &str, day: &str| format!("{month}/{day}/{year}");
    let people: String = people("q1,Amelia,Ahmed,2005-01-01,AB1 0CD,0\n")
        .lines()
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let born: Vec<&str> = cells[3].split('-').collect();
            match born[..] {
                [year, month, day] => line.replace(cells[3], &american(year, month, day)) + "\n",
                _ => format!("{line}\n"),
            }
        })
        .collect();
    write(here, "people.csv", &people);
    write(
        here,
        "link.toml",
        &format!("dates = \"month first\"\n{CONFIG}"),
    );
    let report = good(here, &LINK);
    assert!(!report.contains("are dates only with"), "{report}");
    let explained = json(
        here,
        &[&LINK[..4], &["--explain", "p12", "q1", "--json"]].concat(),
    );
    let date = explained["terms"]
        .as_array()
        .unwrap()
        .iter()
        .find(|term| term["field"] == "date");
    let compared = &date.unwrap()["compared"];
    assert_eq!(
        (&compared[0], &compared[1]),
        (&"2017-02-13".into(), &"2005-01-01".into())
    );
}

#[test]
fn what_a_person_decided_is_kept_to_and_a_pair_is_drawn() {
    let folder = prepared("q1,Amelia,Ahmed,2005-01-01,AB1 0CD,0\n");
    let here = folder.path();
    let decide = |text: &str| {
        write(
            here,
            "decided.csv",
            &format!("id,other_id,decision\n{text}"),
        );
        good(
            here,
            &[
                &LINK[..],
                &["--decisions", "decided.csv", "--review-out", "review.csv"],
            ]
            .concat(),
        );
        clusters(here, "clusters.csv")
    };
    let undecided = decide("p0,q1,\n");
    assert_eq!(undecided["p0"], undecided["q1"]);
    let apart = decide("q1,p0,Different\n");
    assert_ne!(apart["p0"], apart["q1"]);
    assert_eq!(read(here, "review.csv").lines().count(), 2);
    let together = decide("p1,p2,same\np0,q1,\n");
    assert_eq!(together["p1"], together["p2"]);
    for (text, told) in [
        (
            "p0,q1,maybe\n",
            "line 2, column \"decision\": \"maybe\" is no decision",
        ),
        ("p0,p0,same\n", "line 2: both are one record"),
        (
            "p0,x,same\n",
            "line 2: of these files none, or more than one, has a record \"x\"",
        ),
        (
            "p0,q1,same\nq1,p0,different\n",
            "p0 and q1 are said to be different, and the same",
        ),
    ] {
        write(
            here,
            "decided.csv",
            &format!("id,other_id,decision\n{text}"),
        );
        let ended = contactpoint(here, &[&LINK[..], &["--decisions", "decided.csv"]].concat());
        assert!(
            ended.code == 1 && ended.noted.contains(told),
            "{} {}",
            ended.code,
            ended.noted
        );
    }
    good(
        here,
        &[&LINK[..4], &["--explain", "p0", "q1", "--svg", "pair.svg"]].concat(),
    );
    assert!(read(here, "pair.svg").starts_with("<svg"));
}

/// Two rows of a file of distinct people are never compared: no pass has lost them.
#[test]
fn what_was_said_to_be_distinct_is_not_lost_by_blocking() {
    let folder = prepared(
        "x1,Siobhan,Quill,2012-02-29,SW1A 1AA,x\nx2,Siobhan,Quill,2012-02-29,SW1A 1AA,x\n",
    );
    let here = folder.path();
    let distinct = CONFIG.replacen("id = \"id\"\n", "id = \"id\"\nrows = \"distinct\"\n", 1);
    write(here, "link.toml", &distinct);
    let arguments = [&LINK[..], &["--json", "--truth", "person"]].concat();
    let report = json(here, &arguments);
    let unfound = &report["judgement"]["unfound"];
    assert_eq!(unfound["true_pairs"], 1);
    assert_eq!(unfound["unfound"], 1);
    assert_eq!(unfound["ruled_out"], 1);
    assert_eq!(unfound["lost_by_blocking"], 0);
    assert_eq!(unfound["scored_too_low"], 0);
    let words = good(here, &[&LINK[..], &["--truth", "person"]].concat());
    assert!(
        words.contains("; 1 stand in one file of distinct rows"),
        "{words}"
    );
}

/// Thirty of the dates stand for nothing: it is told, and one person is not another for sharing them.
#[test]
fn a_date_that_stands_for_nothing_is_told() {
    let mut rows = String::new();
    for number in 0..30 {
        let (given, family) = (
            ["Ada", "Ben", "Cyd"][number % 3],
            ["Quill", "Rook"][number % 2],
        );
        writeln!(
            rows,
            "n{number},{given},{family},01/01/1900,B{number} 1AA,n{number}"
        )
        .unwrap();
    }
    let folder = prepared(&rows);
    let here = folder.path();
    let report = json(here, &[&LINK[..], &["--json"]].concat());
    let told = serde_json::json!([{
        "column": "born", "value": "1900-01-01", "records": 30, "filled": 150
    }]);
    assert_eq!(report["not_known"], told);
    let words = good(here, &LINK);
    assert!(
        words.contains("30  of 150 values of \"born\" are 1900-01-01 (20.0 %)"),
        "{words}"
    );
}
