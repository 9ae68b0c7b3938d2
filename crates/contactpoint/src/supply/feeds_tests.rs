//! Every feed of the practice England, read through its mapping.

#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};

use super::*;
use directory::Date;
use directory::name::Gender;
use directory::service::Catalogue;
use directory::setting::{Place, PlaceKind};
use directory::statement::Said;
use directory::supplied::{Restriction, Row};
use directory::text::{AuthorityCode, PlaceCode};

const TODAY: Date = Date::constant(2026, 6, 1);

type Files = BTreeMap<String, Vec<u8>>;

#[derive(Clone, Default)]
struct File(Arc<Mutex<Vec<u8>>>);

impl Write for File {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

static FILES: LazyLock<Files> = LazyLock::new(|| generate(20_000));

fn generate(children: u64) -> Files {
    let options = england::Options {
        children,
        seed: 7,
        today: TODAY,
    };
    let mut files: BTreeMap<String, File> = BTreeMap::new();
    let mut open = |name: &str| -> std::io::Result<Box<dyn Write + Send>> {
        Ok(Box::new(files.entry(name.to_owned()).or_default().clone()))
    };
    england::write(&options, &mut open, &mut |_| {}).unwrap();
    files
        .into_iter()
        .map(|(name, file)| (name, std::mem::take(&mut *file.0.lock().unwrap())))
        .collect()
}

fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::default();
    for service in reference::services(FILES["services"].as_slice())
        .unwrap()
        .items
    {
        catalogue.put(service);
    }
    catalogue
}

fn authorities() -> BTreeMap<PlaceCode, AuthorityCode> {
    let practices = reference::practices(FILES["practices"].as_slice())
        .unwrap()
        .items;
    practices
        .into_iter()
        .filter_map(|place| Some((place.code, place.authority?)))
        .collect()
}

fn read(name: &str) -> (Vec<Row>, Summary) {
    let mapping = built_in(name).unwrap().unwrap();
    let (catalogue, authorities) = (catalogue(), authorities());
    let authority_of = |place: &PlaceCode| authorities.get(place).cloned();
    let delivery = Delivery {
        mapping: &mapping,
        catalogue: &catalogue,
        authority_of: &authority_of,
        extracted: TODAY,
    };
    let mut rows = Rows::open(FILES[name].as_slice(), delivery)
        .unwrap_or_else(|unread| panic!("{name}: {unread}"));
    let (mut all, mut summary) = (Vec::new(), Summary::default());
    while let Some(batch) = rows.read().unwrap() {
        summary.count_batch(&batch);
        all.extend(batch.rows);
    }
    (all, summary)
}

/// The rules under which things were refused or asked about, with their counts.
fn rules(summary: &Summary) -> BTreeMap<(Grade, &'static str), u64> {
    let mut rules = BTreeMap::new();
    for (kind, count) in &summary.by_kind {
        *rules.entry((kind.grade, kind.rule)).or_insert(0) += count;
    }
    rules
}

#[test]
fn f10_r22_national_feeds_have_no_fault_but_young_adults() {
    for name in ["births", "nhs", "child_benefit", "census"] {
        let (rows, summary) = read(name);
        assert!(rows.len() > 8_000, "{name}: {}", rows.len());
        let is_meant = |kind: &FaultKind| {
            kind.grade == Grade::Error && (kind.rule == "R22" || kind.what == "date of birth")
        };
        assert!(summary.by_kind.keys().all(is_meant), "{name}\n{summary}");
        assert!(summary.refused * 100 < summary.read, "{name}\n{summary}");
    }
}

#[test]
fn r19_r85_what_national_feeds_say_is_all_there() {
    let share = |rows: &[Row], says: &dyn Fn(&Row) -> bool| {
        rows.iter().filter(|row| says(row)).count() * 100 / rows.len()
    };
    for name in ["births", "nhs", "child_benefit", "census"] {
        let (rows, _) = read(name);
        assert!(
            share(&rows, &|row| row.particulars.name.is_some()) == 100,
            "{name}"
        );
        assert!(
            share(&rows, &|row| row.particulars.born.is_some()) >= 99,
            "{name}"
        );
        assert!(
            share(&rows, &|row| matches!(
                row.particulars.gender,
                Some(Gender::Female)
            )) >= 40,
            "{name}"
        );
        assert!(
            share(&rows, &|row| row.particulars.residence.is_some()) >= 98,
            "{name}"
        );
    }
    let (nhs, _) = read("nhs");
    assert!(share(&nhs, &|row| row.particulars.primary_care.is_some()) == 100);
    assert!(
        share(&nhs, &|row| row
            .particulars
            .residence
            .as_ref()
            .is_some_and(|r| r.authority.is_some()))
            >= 90
    );
    let (census, _) = read("census");
    assert!(share(&census, &|row| row.particulars.education.is_some()) == 100);
    assert!(share(&census, &|row| row.particulars.other_numbers.len() == 1) >= 95);
    let (benefit, _) = read("child_benefit");
    assert!(share(&benefit, &|row| row.particulars.carers.len() == 1) >= 99);
    assert!(
        share(&benefit, &|row| row
            .particulars
            .name
            .as_ref()
            .is_some_and(|n| n.given.is_some()))
            >= 95
    );
}

#[test]
fn local_feeds_have_only_the_faults_they_are_meant_to_have() {
    let mut restricted = 0;
    for name in [
        "social_care",
        "early_help",
        "health_visiting",
        "youth_justice",
        "housing",
        "education_welfare",
        "voluntary",
    ] {
        let (rows, summary) = read(name);
        assert!(rows.len() > 20, "{name}: {}", rows.len());
        let of_age = |kind: &FaultKind| kind.rule == "R22" || kind.what == "date of birth";
        let of_age = summary.by_kind.iter().filter(|(kind, _)| of_age(kind));
        let of_age: u64 = of_age.map(|(_, count)| count).sum();
        assert_eq!(summary.refused, of_age, "{name}\n{summary}");
        for ((grade, rule), count) in rules(&summary) {
            let is_meant = match (grade, rule) {
                // The same child in two rows, with a mistake in one of them.
                (Grade::Query, "format") => summary
                    .by_kind
                    .keys()
                    .filter(|kind| kind.grade == Grade::Query)
                    .all(|kind| kind.rule != "format" || kind.what == "row"),
                // Job titles that the directory takes for those of a sensitive service.
                (Grade::Error, "X13") => count * 2 < summary.read,
                // Whoever has no date of birth where everybody has one (R21).
                (Grade::Error, "format") => summary.by_kind.keys().all(|kind| {
                    kind.grade == Grade::Query
                        || kind.rule != "format"
                        || kind.what == "date of birth"
                }),
                // Care leavers and others who have come of age, whose own consent these feeds do not give.
                (Grade::Error, "R22") => count * 4 < summary.read,
                _ => false,
            };
            assert!(is_meant, "{name}: {rule}\n{summary}");
        }
        let working = rows.iter().filter(|row| !row.also.is_empty()).count() as u64;
        assert_eq!(
            working + summary.involvements_refused + summary.refused,
            summary.read,
            "{name}\n{summary}"
        );
        assert!(
            rows.iter()
                .flat_map(|row| &row.also)
                .all(|(_, said)| matches!(said, Said::Involvement(_)))
        );
        restricted += rows
            .iter()
            .filter(|row| row.restriction == Restriction::AtSource)
            .count();
    }
    assert!(restricted > 0, "C20");
}

#[test]
fn r28_sensitive_feeds_give_only_rows_with_consent_and_nothing_else_of_them() {
    for name in ["mental_health", "sexual_health", "substance_misuse"] {
        let (rows, summary) = read(name);
        assert!(!rows.is_empty() && summary.refused > 0, "{name}\n{summary}");
        let (taking_back, rows): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(Row::is_refused);
        assert!(!taking_back.is_empty(), "X5");
        assert_eq!(rows.len() as u64 + summary.refused, summary.read);
        let named = ["R28", "X4", "R22", "format"];
        let errors = summary
            .by_kind
            .keys()
            .filter(|kind| kind.grade == Grade::Error);
        for kind in errors {
            assert!(
                kind.column.is_none() && named.contains(&kind.rule),
                "{name}\n{summary}"
            );
        }
        for row in &rows {
            assert!(matches!(row.also.as_slice(), [(_, Said::Sensitive(_))]));
            assert!(row.particulars.carers.is_empty());
        }
        let everything = format!("{rows:?}").to_lowercase();
        for word in [
            "nurse",
            "worker",
            "psychiatrist",
            "practitioner",
            "recovery service",
            "community health",
            ".example",
        ] {
            assert!(!everything.contains(word), "{name}: {word}");
        }
    }
}

#[test]
fn the_same_file_twice_gives_the_same_rows() {
    for name in ["nhs", "social_care", "mental_health"] {
        assert_eq!(read(name).0, read(name).0, "{name}");
    }
}

#[test]
fn the_same_key_never_says_two_things_in_one_file() {
    for name in names() {
        let mut said: BTreeMap<String, Said> = BTreeMap::new();
        let says = |row: &Row| !row.is_refused();
        for row in read(name).0.into_iter().filter(says) {
            let own = (
                row.key.to_string(),
                Said::Particulars(Box::new(row.particulars)),
            );
            for (key, value) in row
                .also
                .into_iter()
                .map(|(key, said)| (key.to_string(), said))
                .chain([own])
            {
                if let Some(before) = said.insert(key.clone(), value.clone()) {
                    assert_eq!(before, value, "{name} {key}");
                }
            }
        }
    }
}

#[test]
fn reference_files_are_read_whole() {
    let services = reference::services(FILES["services"].as_slice()).unwrap();
    let authorities = reference::authorities(FILES["authorities"].as_slice()).unwrap();
    let schools = reference::schools(FILES["schools"].as_slice()).unwrap();
    let practices = reference::practices(FILES["practices"].as_slice()).unwrap();
    assert_eq!(
        (services.items.len(), authorities.items.len()),
        (england::services().len(), 153)
    );
    let good = |place: &Place| place.telephone.is_some() && place.authority.is_some();
    assert!(
        schools
            .items
            .iter()
            .all(|place| good(place) && place.email.is_some() && place.kind == PlaceKind::School)
    );
    assert!(
        practices
            .items
            .iter()
            .all(|place| good(place) && place.kind == PlaceKind::Practice)
    );
    for faults in [
        services.faults,
        authorities.faults,
        schools.faults,
        practices.faults,
    ] {
        assert_eq!(faults, []);
    }
}
