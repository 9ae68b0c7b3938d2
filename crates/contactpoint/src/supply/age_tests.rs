//! Who may come in by supply at which age (R21-R23, C8), in every format.

#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use super::*;
use directory::Date;
use directory::service::Catalogue;
use directory::stay::Stay;

const COLUMNS: &str = r#"
[columns]
Id = { is = "key" }
Family = { is = "family-name", needs = "value" }
Born = { is = "born", dates = "yyyy-mm-dd" }
Ground = { is = "stay-ground", codes = { G = "guidance", C = "care-leaver", L = "learning-difficulties", N = "none", W = "withdrawn" }, needs = "optional" }
Consented = { is = "stay-consent", dates = "yyyy-mm-dd", needs = "optional" }
"#;

fn read(format: &str, file: &str) -> Batch {
    let head = "name = \"t\"\ntitle = \"T\"\ncode = \"t\"\nkind = \"local\"\n";
    let mapping = Mapping::parse(&format!("{head}{format}\n{COLUMNS}")).unwrap();
    let delivery = Delivery {
        mapping: &mapping,
        catalogue: &Catalogue::default(),
        authority_of: &|_| None,
        extracted: Date::constant(2026, 6, 1),
    };
    let mut rows =
        Rows::open(file.as_bytes(), delivery).unwrap_or_else(|unread| panic!("{unread}"));
    rows.read().unwrap().unwrap()
}

fn young_adult(born: &str, ground: &str, consented: &str) -> Batch {
    read(
        "",
        &format!("Id,Family,Born,Ground,Consented\nK1,Smith,{born},{ground},{consented}\n"),
    )
}

#[test]
fn r21_from_the_eighteenth_birthday_a_row_is_refused_and_nothing_of_it_kept() {
    for (born, is_taken) in [
        ("2008-06-02", true),
        ("2008-06-01", false),
        ("2001-06-02", false),
        ("2001-06-01", false),
        ("1960-01-01", false),
        ("01/01/2015", false),
        ("1960", false),
        ("2026-06-02", false),
        ("", false),
    ] {
        let batch = read("", &format!("Id,Family,Born\nK1,Smith,{born}\n"));
        assert_eq!(batch.rows.len(), usize::from(is_taken), "{born}");
        if !is_taken {
            assert_eq!(batch.refused, 1);
            // Of a day that cannot be right the key stays, so that a mistake ends nothing; of one who is of age nothing does.
            let is_of_age = ("1960-01-01".."2008-06-02").contains(&born);
            assert_eq!(batch.spared.is_empty(), is_of_age, "{born}");
            let batch = Batch {
                spared: Vec::new(),
                ..batch
            };
            let everything = format!("{batch:?} {}", batch.faults[0]);
            assert!(
                !everything.contains("Smith") && !everything.contains("K1"),
                "{everything}"
            );
            assert!(!everything.contains("2008-06") && !everything.contains("2001-06"));
        }
    }
}

#[test]
fn r22_r23_c8_a_young_adult_stays_only_by_own_consent_and_a_ground_that_holds() {
    for (born, ground, consented, is_taken) in [
        ("2008-06-01", "G", "2026-06-01", true),
        ("2006-06-02", "G", "2025-01-01", true),
        ("2006-06-01", "G", "2025-01-01", false),
        ("2006-06-01", "C", "2025-01-01", true),
        ("2001-06-02", "C", "2025-01-01", true),
        ("2001-06-02", "L", "2025-01-01", true),
        ("2001-06-01", "L", "2025-01-01", false),
        ("2007-01-01", "C", "", false),
        ("2007-01-01", "", "2025-01-01", false),
        ("2007-01-01", "N", "2025-01-01", false),
        ("2007-01-01", "X", "2025-01-01", false),
        ("2007-01-01", "C", "2026-06-02", false),
        ("2007-01-01", "C", "yes", false),
    ] {
        let batch = young_adult(born, ground, consented);
        let case = format!("{born} {ground} {consented}");
        let (stays, ends): (Vec<_>, Vec<_>) =
            batch.rows.iter().partition(|row| !row.only_takes_back());
        assert_eq!(stays.len(), usize::from(is_taken), "{case}");
        assert_eq!(ends.len(), usize::from(!is_taken), "{case}");
        assert!(ends.iter().all(|row| row.ends_stay()), "{case}");
        assert!(stays.iter().all(|row| row.particulars.stay.is_some()));
        let rules: Vec<&str> = batch
            .faults
            .iter()
            .filter(|fault| fault.grade == Grade::Error)
            .map(|fault| fault.complaint.rule())
            .collect();
        let expected: &[&str] = match (is_taken, born) {
            (true, _) => &[],
            (false, "2001-06-01") => &["R23"],
            (false, _) => &["R22"],
        };
        assert_eq!(rules, expected, "{case}");
    }
}

#[test]
fn r21_the_age_limit_holds_in_every_format() {
    for (format, child, adult) in [
        (
            "format = \"ndjson\"",
            "{\"Id\":\"K1\",\"Family\":\"Smith\",\"Born\":\"2010-01-01\"}",
            "{\"Id\":\"K1\",\"Family\":\"Smith\",\"Born\":\"2008-06-01\"}",
        ),
        (
            "format = \"xml\"\nrows = \"A/B\"",
            "<A><B><Id>K1</Id><Family>Smith</Family><Born>2010-01-01</Born></B></A>",
            "<A><B><Id>K1</Id><Family>Smith</Family><Born>2008-06-01</Born></B></A>",
        ),
    ] {
        assert_eq!(read(format, child).rows.len(), 1);
        let batch = read(format, adult);
        assert!(batch.rows.iter().all(|row| row.ends_stay()), "{format}");
        assert!(
            batch.faults[0].to_string().starts_with(
                "line 1, row 1, column Born: date of birth makes the person 18 or older"
            ),
            "{}",
            batch.faults[0]
        );
    }
}

#[test]
fn c8_consent_that_was_taken_back_is_heard_whatever_else_the_row_says() {
    for (born, ends) in [
        ("2007-01-01", true),
        ("2000-01-01", true),
        ("", true),
        ("2010-01-01", false),
    ] {
        let batch = young_adult(born, "W", "2025-01-01");
        assert_eq!(batch.rows.len(), 1, "{born}");
        let row = &batch.rows[0];
        assert_eq!(row.ends_stay(), ends, "{born}");
        if ends {
            assert_eq!(row.particulars.stay, Some(Stay::Withdrawn));
            assert_eq!(batch.refused, 1);
            assert!(
                batch
                    .faults
                    .iter()
                    .any(|fault| fault.complaint.rule() == "C8")
            );
            assert!(!format!("{row:?}").contains("Smith"), "only the key");
        }
    }
    let silent = read("", "Id,Family,Born\nK1,Smith,2007-01-01\n");
    assert!(
        silent.rows.is_empty(),
        "a file without such columns ends nothing"
    );
    let faulty = young_adult("2010-01-01", "C", "2025-01-01");
    assert_eq!(faulty.rows[0].particulars.stay, None, "a child needs none");
}

/// What becomes of a date of birth where the mapping says that it may be blank, or that the column may be missing.
fn blank(needs: &str, file: &str) -> Batch {
    let columns = COLUMNS.replace(
        "Born = { is = \"born\", dates = \"yyyy-mm-dd\" }",
        &format!("Born = {{ is = \"born\", dates = \"yyyy-mm-dd\", needs = \"{needs}\" }}"),
    );
    assert_ne!(columns, COLUMNS);
    let head = "name = \"t\"\ntitle = \"T\"\ncode = \"t\"\nkind = \"local\"\n";
    let mapping = Mapping::parse(&format!("{head}{columns}")).unwrap();
    let delivery = Delivery {
        mapping: &mapping,
        catalogue: &Catalogue::default(),
        authority_of: &|_| None,
        extracted: Date::constant(2026, 6, 1),
    };
    let mut rows = Rows::open(file.as_bytes(), delivery).unwrap();
    rows.read().unwrap().unwrap()
}

#[test]
fn r21_a_date_of_birth_that_cannot_be_read_refuses_even_where_it_may_be_blank() {
    for needs in ["column", "optional"] {
        for (born, is_taken) in [
            ("", true),
            ("2015-01-01", true),
            ("01/01/1960", false),
            ("1960", false),
            ("unknown", false),
            ("2026-06-02", false),
        ] {
            let batch = blank(needs, &format!("Id,Family,Born\nK1,Smith,{born}\n"));
            assert_eq!(batch.rows.len(), usize::from(is_taken), "{needs} {born}");
            let error = batch.faults.first().map(|fault| (fault.what, fault.grade));
            let expected = (!is_taken).then_some(("date of birth", Grade::Error));
            assert_eq!(error, expected, "{needs} {born}");
        }
    }
    assert_eq!(blank("optional", "Id,Family\nK1,Smith\n").rows.len(), 1);
}

#[test]
fn r21_a_whole_file_in_the_wrong_form_of_dates_brings_nobody() {
    let rows = (1960..2026).map(|year| format!("K{year},Smith,01/02/{year}\n"));
    let file: String = ["Id,Family,Born\n".to_owned()]
        .into_iter()
        .chain(rows)
        .collect();
    for batch in [read("", &file), blank("column", &file)] {
        assert_eq!((batch.rows.len(), batch.refused), (0, 66));
    }
}

#[test]
fn r21_a_mapping_without_a_date_of_birth_cannot_be_used() {
    let head = "name = \"t\"\ntitle = \"T\"\ncode = \"t\"\nkind = \"local\"\n[columns]\nId = { is = \"key\" }\n";
    let why = Mapping::parse(head).unwrap_err().to_string();
    assert!(why.contains("R21"), "{why}");
}

#[test]
fn r21_only_ready_mappings_of_services_that_meet_children_of_unknown_age_take_a_blank() {
    let taking: Vec<&str> = names()
        .chain(ready())
        .filter(|name| {
            let mapping = built_in(name).unwrap().unwrap();
            let mut columns = mapping.columns.iter();
            let born = columns
                .find(|column| column.meaning.word() == "born")
                .unwrap();
            born.presence != column::Presence::Value
        })
        .collect();
    assert_eq!(
        taking
            .iter()
            .copied()
            .collect::<std::collections::BTreeSet<_>>(),
        [
            "early_help",
            "education_welfare",
            "housing",
            "safeguarding_dataset",
            "social_care",
            "voluntary",
            "youth_justice"
        ]
        .into_iter()
        .collect()
    );
}
