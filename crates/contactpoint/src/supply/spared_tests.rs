//! A typing error ends nothing: which keys of refused rows stay, and which do not (R21–R23, R28, X5, X13).

#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use super::*;
use directory::Date;
use directory::organisation::Sector;
use directory::service::{Catalogue, Classification, Service};
use directory::statement::{Particulars, Said};
use directory::supplied::{Restriction, Spared, SparedWorking};
use directory::text::{ServiceCode, SupplierKey};

const COLUMNS: &str = r#"
[columns]
Id = { is = "key" }
Family = { is = "family-name", needs = "value" }
Born = { is = "born", dates = "yyyy-mm-dd" }
Ground = { is = "stay-ground", codes = { C = "care-leaver", W = "withdrawn" }, needs = "optional" }
Consented = { is = "stay-consent", dates = "yyyy-mm-dd", needs = "optional" }
Case = { is = "involvement-key" }
Service = { is = "service" }
Worker = { is = "practitioner-name" }
Job = { is = "job-title" }
Team = { is = "organisation" }
Begun = { is = "start", dates = "yyyy-mm-dd", needs = "optional" }
Ended = { is = "end", dates = "yyyy-mm-dd", needs = "optional" }
By = { is = "consent-by", codes = { child = "child", none = "nobody" }, needs = "optional" }
Restricted = { is = "restricted", codes = { Y = "restricted", N = "open" }, needs = "optional" }
"#;
const HEADING: &str =
    "Id,Family,Born,Ground,Consented,Case,Service,Worker,Job,Team,Begun,Ended,By,Restricted";

/// A row of an ordinary service, with some cells otherwise.
fn line(otherwise: &[(&str, &str)]) -> String {
    let cells = [
        ("Id", "K1"),
        ("Family", "Smith"),
        ("Born", "2012-02-03"),
        ("Ground", ""),
        ("Consented", ""),
        ("Case", "C1"),
        ("Service", "ED01"),
        ("Worker", "Jane Brown"),
        ("Job", "Teacher"),
        ("Team", "Example School"),
        ("Begun", ""),
        ("Ended", ""),
        ("By", ""),
        ("Restricted", ""),
    ];
    let each = cells.map(|(name, usual)| {
        let other = otherwise.iter().find(|(of, _)| *of == name);
        other.map_or(usual, |(_, other)| *other)
    });
    each.join(",")
}

fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::default();
    for (code, classification) in [
        ("ED01", Classification::Ordinary),
        ("SH01", Classification::Sensitive),
        ("UN01", Classification::Unclassified),
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

fn read(lines: &[String]) -> Batch {
    let file = format!("{HEADING}\n{}\n", lines.join("\n"));
    read_as("", file.as_bytes())
}

fn read_as(format: &str, file: &[u8]) -> Batch {
    let head = "name = \"t\"\ntitle = \"T\"\ncode = \"t\"\nkind = \"local\"\n";
    let mapping = Mapping::parse(&format!("{head}{format}\n{COLUMNS}")).unwrap();
    let delivery = Delivery {
        mapping: &mapping,
        catalogue: &catalogue(),
        authority_of: &|_| None,
        extracted: Date::constant(2026, 6, 1),
    };
    let rows = Rows::open(file, delivery);
    let mut rows = rows.unwrap_or_else(|unread| panic!("{unread}"));
    rows.read().unwrap().unwrap()
}

/// A row in a format that has records, with one more member.
fn record(format: &str, otherwise: &[(&str, &str)], (name, value): (&str, &str)) -> String {
    let row = line(otherwise);
    let cells = HEADING
        .split(',')
        .zip(row.split(','))
        .filter(|(_, value)| !value.is_empty());
    if format.contains("xml") {
        let each: String = cells
            .map(|(name, value)| format!("<{name}>{value}</{name}>"))
            .collect();
        return format!("<File><Row>{each}<{name}>{value}</{name}></Row></File>");
    }
    let each: Vec<String> = cells
        .map(|(name, value)| format!("\"{name}\":\"{value}\","))
        .collect();
    let row = format!("{{{}\"{name}\":\"{value}\"}}", each.concat());
    if format.contains("ndjson") {
        row
    } else {
        format!("{{\"entry\":[{row}]}}")
    }
}

const RECORDS: [&str; 3] = [
    "format = \"ndjson\"",
    "format = \"json\"\nrows = \"entry\"",
    "format = \"xml\"\nrows = \"File/Row\"",
];

/// What stays of a row.
fn spared(otherwise: &[(&str, &str)]) -> Option<SparedWorking> {
    let mut batch = read(&[line(otherwise)]);
    let Spared { key, working } = batch.spared.pop()?;
    assert_eq!(key.as_str(), "K1");
    Some(working)
}

/// The key under which the row's involvement is stated.
fn stated() -> SupplierKey {
    let batch = read(&[line(&[])]);
    assert_eq!(batch.spared, []);
    batch.rows[0].also[0].0.clone()
}

#[test]
fn a_row_that_is_refused_for_a_fault_leaves_its_keys() {
    let batch = read(&[line(&[("Family", "Sm1th")])]);
    assert!(batch.rows.is_empty() && batch.refused == 1);
    let under = Some(SparedWorking::Under(stated()));
    assert_eq!(spared(&[("Family", "Sm1th")]), under);
    assert_eq!(spared(&[("Family", "Sm1th"), ("Service", "ED99")]), under);
    assert_eq!(spared(&[("Id", ""), ("Family", "Sm1th")]), None, "no key");
}

#[test]
fn an_involvement_that_is_refused_for_a_fault_leaves_its_key() {
    let under = Some(SparedWorking::Under(stated()));
    for fault in [("Service", "ED99"), ("Job", ""), ("Ended", "yesterday")] {
        assert_eq!(spared(&[fault]), under, "{fault:?}");
        // Without a key of its own, whatever of the kind is said of the child stays.
        let unread = Some(SparedWorking::Unread);
        assert_eq!(spared(&[fault, ("Case", "")]), unread, "{fault:?}");
    }
    assert_eq!(spared(&[]), None);
    assert_eq!(
        spared(&[("Ended", "2026-05-01")]),
        None,
        "an end is no fault"
    );
}

#[test]
fn r21_r22_r23_a_row_that_is_refused_for_age_leaves_nothing() {
    for otherwise in [
        [("Born", "1990-02-03"), ("Family", "Sm1th")],
        [("Born", "2007-02-03"), ("Family", "Sm1th")],
        [("Ground", "W"), ("Family", "Sm1th")],
    ] {
        assert_eq!(spared(&otherwise), None, "{otherwise:?}");
    }
}

#[test]
fn r28_x5_a_sensitive_involvement_without_consent_stays_by_no_row() {
    let sensitive = [("Service", "SH01"), ("By", "none")];
    assert_eq!(spared(&sensitive), None);
    // The child's own row is refused for a typing error, and that says nothing for the involvement.
    let both = [sensitive[0], sensitive[1], ("Family", "Sm1th")];
    assert_eq!(spared(&both), Some(SparedWorking::Nobody));
}

#[test]
fn x13_nothing_stays_of_what_is_listed_and_not_classified_or_reveals_a_sensitive_service() {
    assert_eq!(spared(&[("Service", "UN01")]), None);
    assert_eq!(spared(&[("Job", "Sexual health nurse")]), None);
}

#[test]
fn c20_rows_with_a_restriction_that_was_not_agreed_are_counted() {
    let restricted = |code| line(&[("Restricted", code)]);
    let batch = read(&["No", "Y", "N", ""].map(restricted));
    assert_eq!(batch.not_agreed, 1);
}

#[test]
fn c20_a_refused_row_that_restricts_bears_its_keys_and_the_restriction_and_not_a_word() {
    for format in ["", RECORDS[0], RECORDS[1], RECORDS[2]] {
        for (mark, not_agreed) in [("Y", 0), ("?", 1)] {
            let wrong = [("Family", "Sm1th"), ("Restricted", mark)];
            let file = match format {
                "" => format!("{HEADING}\n{}\n", line(&wrong)),
                _ => record(format, &wrong, ("Shoe", "5")),
            };
            let batch = read_as(format, file.as_bytes());
            let [row] = batch.rows.as_slice() else {
                panic!("{format} {:?}", batch.faults)
            };
            let no_words = Said::Particulars(Box::default());
            assert_eq!(
                (row.key.as_str(), row.restriction),
                ("K1", Restriction::OfRefused)
            );
            assert_eq!(row.also, [(stated(), no_words)], "{format}");
            assert!(row.particulars == Particulars::default() && row.withdrawn.is_empty());
            assert_eq!(
                (batch.refused, batch.not_agreed),
                (1, not_agreed),
                "{format}"
            );
            assert_eq!(batch.spared.len(), 1, "and it ends nothing");
        }
    }
    for open in [
        [("Family", "Sm1th"), ("Restricted", "N")],
        [("Id", ""), ("Restricted", "Y")],
    ] {
        let batch = read(&[line(&open)]);
        assert!(batch.rows.is_empty() && batch.refused == 1, "{open:?}");
    }
}

#[test]
fn c20_x5_a_refused_row_restricts_and_takes_back() {
    let restricted = |otherwise: &[(&'static str, &'static str)], services: &str| {
        let cells = [otherwise, &[("Restricted", "?")]].concat();
        let file = format!("{HEADING}\n{}\n", line(&cells));
        let mut batch = read_as(services, file.as_bytes());
        assert_eq!((batch.refused, batch.not_agreed), (1, 1), "{otherwise:?}");
        let row = batch.rows.pop().unwrap();
        assert_eq!(row.restriction, Restriction::OfRefused, "{otherwise:?}");
        row
    };
    let consent = [("Service", "SH01"), ("By", "none"), ("Family", "Sm1th")];
    assert!(restricted(&consent, "").only_takes_back());
    let sensitive = "services = \"sensitive\"";
    assert!(restricted(&consent[..2], sensitive).only_takes_back());
    assert!(
        !restricted(&[], sensitive).only_takes_back(),
        "no such service"
    );
    let of_age = [("Born", "2007-02-03"), ("Ground", "C")];
    assert!(restricted(&of_age, "").ends_stay());
}

#[test]
fn a_record_with_a_member_that_nobody_named_leaves_its_keys_in_every_format() {
    let under = SparedWorking::Under(stated());
    for format in RECORDS {
        for member in [("Shoe", "5"), ("Notes", "long story"), ("Family", "Twice")] {
            // Of two members of one name JSON has the last alone.
            if member.0 == "Family" && !format.contains("xml") {
                continue;
            }
            let batch = read_as(format, record(format, &[], member).as_bytes());
            assert!(
                batch.rows.is_empty() && batch.refused == 1,
                "{format} {member:?}"
            );
            let [spared] = batch.spared.as_slice() else {
                panic!("{format} {member:?} {:?}", batch.faults)
            };
            assert_eq!((spared.key.as_str(), &spared.working), ("K1", &under));
        }
        let no_key = record(format, &[("Id", "")], ("Shoe", "5"));
        assert_eq!(read_as(format, no_key.as_bytes()).spared, [], "{format}");
    }
}

#[test]
fn r21_r22_a_record_refused_for_a_member_and_for_age_leaves_nothing_and_ends_a_stay() {
    for format in RECORDS {
        let file = record(
            format,
            &[("Born", "2007-02-03"), ("Ground", "C")],
            ("Shoe", "5"),
        );
        let batch = read_as(format, file.as_bytes());
        assert_eq!((batch.spared.len(), batch.refused), (0, 1), "{format}");
        assert!(batch.rows.iter().all(|row| row.ends_stay()) && batch.rows.len() == 1);
    }
}

#[test]
fn x5_a_record_refused_for_a_member_still_takes_back_what_stood_on_a_consent() {
    for format in RECORDS {
        let file = record(
            format,
            &[("Service", "SH01"), ("By", "none")],
            ("Shoe", "5"),
        );
        let batch = read_as(format, file.as_bytes());
        let [row] = batch.rows.as_slice() else {
            panic!("{format} {:?}", batch.faults)
        };
        assert!(
            row.only_takes_back() && !row.withdrawn.contains(&row.key),
            "{format}"
        );
    }
}

#[test]
fn a_row_that_is_no_row_leaves_the_keys_that_can_be_read_of_it() {
    let keys = |format: &str, file: &[u8]| -> Vec<String> {
        let spared = read_as(format, file).spared.into_iter();
        let each = spared.map(|spared| {
            assert_eq!(spared.working, SparedWorking::Unread);
            spared.key.as_str().to_owned()
        });
        each.collect()
    };
    let csv = |row: &[u8]| keys("", &[HEADING.as_bytes(), b"\n", row, b"\n"].concat());
    assert_eq!(csv(b"K1,Smith, Jane,2012-02-03"), ["K1"], "too few");
    let more = format!("{},", line(&[]));
    assert_eq!(csv(more.as_bytes()), ["K1"], "too many");
    // Whether the field too many is before the key or behind it nobody can tell, if the key is not the first.
    let behind = HEADING.replacen("Id,Family", "Family,Id", 1);
    let row = format!("O,Neill,{}", line(&[]).replacen("K1,Smith,", "K1,", 1));
    let file = format!("{behind}\n{row}\n");
    assert_eq!(keys("", file.as_bytes()), ["Neill", "K1"]);
    assert_eq!(csv(b"K1,Sm\xefth,2012-02-03,,,,,,,,,,,"), ["K1"], "no text");
    let long = line(&[("Family", &"x".repeat(2_000))]);
    assert_eq!(csv(long.as_bytes()), ["K1"], "too long");
    assert_eq!(csv(b"K1,\"Smith,2012-02-03"), ["K1"], "not closed");
    for format in RECORDS {
        let file = record(format, &[("Family", &"x".repeat(2_000))], ("Old", "1"));
        assert_eq!(keys(format, file.as_bytes()), ["K1"], "{format}");
    }
    let deep = br#"{"Born":[[1]],"Id":"K1"}"#;
    assert_eq!(keys(RECORDS[0], deep), ["K1"]);
    let stale = b"{\"Id\":\"K1\",\"Family\":\"A\",\"Born\":\"2015-01-01\"}\n[1]\n{\n";
    assert_eq!(
        keys(RECORDS[0], stale),
        [""; 0],
        "not the key of the row before"
    );
}

#[test]
fn x5_of_a_sensitive_services_row_that_cannot_be_read_nothing_stays() {
    let file = format!("{HEADING}\nK1,Smith\n");
    assert_eq!(
        read_as("services = \"sensitive\"", file.as_bytes()).spared,
        []
    );
}
