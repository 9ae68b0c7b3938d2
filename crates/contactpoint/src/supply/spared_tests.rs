//! A typing error ends nothing: which keys of refused rows stay, and which do not (R21–R23, R28, X5, X13).

#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use super::*;
use directory::Date;
use directory::organisation::Sector;
use directory::service::{Catalogue, Classification, Service};
use directory::supplied::{Spared, SparedWorking};
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
    let head = "name = \"t\"\ntitle = \"T\"\ncode = \"t\"\nkind = \"local\"\n";
    let mapping = Mapping::parse(&format!("{head}{COLUMNS}")).unwrap();
    let file = format!("{HEADING}\n{}\n", lines.join("\n"));
    let delivery = Delivery {
        mapping: &mapping,
        catalogue: &catalogue(),
        authority_of: &|_| None,
        extracted: Date::constant(2026, 6, 1),
    };
    let rows = Rows::open(file.as_bytes(), delivery);
    let mut rows = rows.unwrap_or_else(|unread| panic!("{unread}"));
    rows.read().unwrap().unwrap()
}

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
    assert_eq!(batch.not_agreed(), 1);
}
