//! Sensitive services in every format: without consent no row, and nothing of it in any report (R28, C1, C2, C4, Annex B 5).

#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use super::*;
use directory::Date;
use directory::consent::Understanding;
use directory::organisation::Sector;
use directory::service::{Catalogue, Classification, Service};
use directory::statement::Said;
use directory::supplied::Row;
use directory::text::ServiceCode;

const COLUMNS: &str = r#"
[columns]
Id = { is = "key" }
Family = { is = "family-name", needs = "value" }
Born = { is = "born", dates = "yyyy-mm-dd" }
Case = { is = "involvement-key" }
Service = { is = "service" }
Worker = { is = "practitioner-name", needs = "value" }
Job = { is = "job-title", needs = "value" }
Team = { is = "organisation", needs = "value" }
"Consent/By" = { is = "consent-by", codes = { child = "child", parent = "carer", none = "nobody" } }
"Consent/Day" = { is = "consent-day", dates = "yyyy-mm-dd" }
"Consent/Judged" = { is = "consent-understanding", codes = { yes = "understands", no = "does-not-understand" } }
"Consent/Evidence" = { is = "consent-reference" }
"#;

const FORMATS: [&str; 4] = [
    "",
    "format = \"ndjson\"",
    "format = \"json\"",
    "format = \"xml\"\nrows = \"File/Row\"",
];

/// The cells of a row of a sensitive service: what must not be repeated, and the consent.
fn cells(consent: [&'static str; 4]) -> [(&'static str, &'static str); 12] {
    let [by, day, judged, evidence] = consent;
    [
        ("Id", "KEY-77"),
        ("Family", "Quillfeather"),
        ("Born", "2011-03-01"),
        ("Case", "CASE-88"),
        ("Service", "SH01"),
        ("Worker", "Wanda Zimt"),
        ("Job", "Secretjob"),
        ("Team", "Hidehouse"),
        ("Consent/By", by),
        ("Consent/Day", day),
        ("Consent/Judged", judged),
        ("Consent/Evidence", evidence),
    ]
}

/// The row in a format, with one more member when there is one.
fn written(format: &str, cells: &[(&str, &str)], more: Option<(&str, &str)>) -> String {
    let all: Vec<(&str, &str)> = cells.iter().copied().chain(more).collect();
    let (own, consent): (Vec<_>, Vec<_>) = all
        .iter()
        .partition(|(name, _)| !name.starts_with("Consent/"));
    let inner = |name: &str| name.strip_prefix("Consent/").unwrap_or(name).to_owned();
    if format.is_empty() {
        let (names, values): (Vec<&str>, Vec<&str>) = all.into_iter().unzip();
        return format!("{}\n{}\n", names.join(","), values.join(","));
    }
    if format.contains("xml") {
        let element = |(name, value): &(&str, &str)| format!("<{0}>{value}</{0}>", inner(name));
        let own: String = own.iter().map(element).collect();
        let consent: String = consent.iter().map(element).collect();
        return format!("<File><Row>{own}<Consent>{consent}</Consent></Row></File>");
    }
    let member = |(name, value): &(&str, &str)| format!("\"{}\":\"{value}\"", inner(name));
    let own: Vec<String> = own.iter().map(member).collect();
    let consent: Vec<String> = consent.iter().map(member).collect();
    let row = format!(
        "{{{},\"Consent\":{{{}}}}}",
        own.join(","),
        consent.join(",")
    );
    if format.contains("ndjson") {
        row
    } else {
        format!("[{row}]")
    }
}

fn mapping(format: &str, services: &str) -> Mapping {
    let head = "name = \"t\"\ntitle = \"T\"\ncode = \"local-30\"\nkind = \"local\"\n";
    Mapping::parse(&format!(
        "{head}services = \"{services}\"\n{format}\n{COLUMNS}"
    ))
    .unwrap()
}

fn read(mapping: &Mapping, file: &str) -> Batch {
    let mut catalogue = Catalogue::default();
    catalogue.put(Service {
        code: ServiceCode::parse("SH01").unwrap(),
        name: "Sexual health".to_owned(),
        sector: Sector::Health,
        classification: Classification::Sensitive,
    });
    let delivery = Delivery {
        mapping,
        catalogue: &catalogue,
        authority_of: &|_| None,
        extracted: Date::constant(2026, 6, 1),
    };
    let rows = Rows::open(file.as_bytes(), delivery).unwrap_or_else(|unread| panic!("{unread}"));
    rows.giving_back().read().unwrap().unwrap()
}

const NO_CONSENT: [[&str; 4]; 6] = [
    ["none", "", "", ""],
    ["", "2026-03-01", "", "E-1"],
    ["child", "", "", "E-1"],
    ["child", "2026-06-02", "", "E-1"],
    ["child", "2026-03-01", "perhaps", "E-1"],
    ["parent", "2026-03-01", "yes", "E-1"],
];

#[test]
fn r28_annex_b5_without_consent_nothing_of_a_row_is_kept_in_any_format_nor_given_back() {
    for format in FORMATS {
        for consent in NO_CONSENT {
            let mapping = mapping(format, "sensitive");
            let batch = read(&mapping, &written(format, &cells(consent), None));
            assert!(
                batch.rows.iter().all(Row::only_takes_back),
                "{format} {consent:?}"
            );
            assert_eq!(
                (batch.mend.len(), batch.not_mendable, batch.refused),
                (0, 1, 1)
            );
            let said: Vec<String> = batch.faults.iter().map(ToString::to_string).collect();
            let line = if format.is_empty() { 2 } else { 1 };
            assert_eq!(
                said,
                [format!(
                    "line {line}, row 1: row was refused (R28); nothing of it was kept; see the rule in the supplier's guide"
                )]
            );
            // The keys alone stand in what takes back, so that it takes back the right thing (X5).
            let everything = format!("{:?} {said:?}", batch.faults);
            for part in [
                "Quillfeather",
                "Zimt",
                "Secretjob",
                "Hidehouse",
                "SH01",
                "CASE-88",
                "KEY-77",
                "2011",
                "E-1",
            ] {
                assert!(!everything.contains(part), "{format}: {part}");
            }
            let rows = format!("{:?}", batch.rows);
            for part in [
                "Quillfeather",
                "Zimt",
                "Secretjob",
                "Hidehouse",
                "SH01",
                "2011",
            ] {
                assert!(!rows.contains(part), "{format}: {part}");
            }
        }
    }
}

#[test]
fn c4_with_consent_its_facts_are_kept_and_no_word_of_service_or_worker_in_any_format() {
    for format in FORMATS {
        let mapping = mapping(format, "sensitive");
        let file = written(format, &cells(["child", "2026-03-01", "yes", "E-1"]), None);
        let batch = read(&mapping, &file);
        let [row] = batch.rows.as_slice() else {
            panic!("{format} {:?}", batch.faults)
        };
        let [(_, Said::Sensitive(involvement))] = row.also.as_slice() else {
            panic!("{row:?}")
        };
        let fact = involvement.consent().fact();
        assert_eq!(fact.on, Date::constant(2026, 3, 1));
        assert_eq!(fact.understanding, Understanding::Understands);
        assert_eq!(fact.reference.as_ref().unwrap().as_str(), "E-1");
        let everything = format!("{row:?}");
        for part in ["Zimt", "Secretjob", "Hidehouse"] {
            assert!(!everything.contains(part), "{format}: {part}");
        }
    }
}

/// A fault of the whole of the first row, in a format without a heading.
fn of_first_row(complaint: Complaint) -> Fault {
    Fault {
        row: Some(1),
        ..Fault::of_row(1, complaint)
    }
}

#[test]
fn r28_r4_of_a_sensitive_services_record_not_even_the_name_of_a_member_is_repeated() {
    for format in FORMATS.into_iter().filter(|format| !format.is_empty()) {
        for consent in [["child", "2026-03-01", "yes", "E-1"], ["none", "", "", ""]] {
            let mapping = mapping(format, "sensitive");
            let file = written(
                format,
                &cells(consent),
                Some(("TerminationNotes", "secret")),
            );
            let batch = read(&mapping, &file);
            let complaint = match consent[0] {
                "none" => Complaint::NoConsent,
                _ => Complaint::CaseColumn,
            };
            assert_eq!(batch.faults, [of_first_row(complaint)], "{format}");
            // Without consent it takes back what was said with one, and nothing else (X5).
            assert!(batch.rows.iter().all(Row::only_takes_back) && batch.mend.is_empty());
        }
        let ordinary = mapping(format, "mixed");
        let file = written(
            format,
            &cells(["none", "", "", ""]),
            Some(("TerminationNotes", "x")),
        );
        let batch = read(&ordinary, &file);
        // Which more members it has is not told of a sensitive involvement that was refused (Annex B 5).
        let refused = [Complaint::CaseColumn, Complaint::NoConsent];
        assert_eq!(batch.faults, refused.map(of_first_row), "{format}");
        assert!(batch.rows.iter().all(Row::only_takes_back), "{format}");
    }
}

#[test]
fn r28_r21_consent_to_the_service_does_not_keep_a_young_adult() {
    for services in ["sensitive", "mixed"] {
        let mut cells = cells(["child", "2026-03-01", "", "E-1"]);
        cells[2] = ("Born", "2008-06-01");
        let batch = read(&mapping("", services), &written("", &cells, None));
        assert!(batch.rows.iter().all(Row::only_takes_back), "{services}");
        assert!(batch.mend.is_empty(), "{services}");
    }
}
