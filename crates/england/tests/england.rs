//! The laws of the synthetic England, on what it writes.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, Write};
use std::sync::{Arc, LazyLock, Mutex};

use england::mistakes::{Kind, noisy_query, noisy_query_of};
use england::{
    Domain, England, Feed, Options, Random, child, is_for_drama, layouts, nhs_number_is_valid,
    upn_is_valid, write,
};
use jiff::civil::date;

type Files = BTreeMap<String, Vec<u8>>;
type Table = Vec<HashMap<String, String>>;

#[derive(Clone)]
struct Memory(String, Arc<Mutex<Files>>);

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.1
            .lock()
            .unwrap()
            .entry(self.0.clone())
            .or_default()
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn options(children: u64, seed: u64) -> Options {
    Options {
        children,
        seed,
        today: date(2026, 9, 14),
    }
}

fn written(options: &Options) -> Files {
    let files = Arc::new(Mutex::new(Files::new()));
    let mut open = |name: &str| -> io::Result<Box<dyn Write + Send>> {
        Ok(Box::new(Memory(name.to_owned(), Arc::clone(&files))))
    };
    let mut told = 0;
    let summary = write(options, &mut open, &mut |children| told = children).unwrap();
    assert_eq!(
        (summary.children, told),
        (options.children, options.children)
    );
    let files = files.lock().unwrap().clone();
    for (name, rows) in &summary.rows {
        assert_eq!(table(&files, name).len() as u64, *rows, "{name}");
    }
    files
}

fn table(files: &Files, name: &str) -> Table {
    let mut reader = csv::Reader::from_reader(files[name].as_slice());
    reader.deserialize().map(|row| row.unwrap()).collect()
}

/// A population that the tests below share: large enough to count in.
const COUNTED: u64 = 40_000;

fn population() -> &'static BTreeMap<String, Table> {
    static POPULATION: LazyLock<BTreeMap<String, Table>> = LazyLock::new(|| {
        let files = written(&options(COUNTED, 5));
        files
            .keys()
            .map(|name| (name.clone(), table(&files, name)))
            .collect()
    });
    &POPULATION
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let first = written(&options(9_000, 7));
    assert!(first == written(&options(9_000, 7)));
    let other = written(&options(9_000, 8));
    for feed in Feed::ALL {
        assert_ne!(first[feed.file_stem()], other[feed.file_stem()]);
    }
}

#[test]
fn a_child_asked_for_alone_is_the_child_that_is_written() {
    let options = options(5_000, 3);
    let files = written(&options);
    let people = table(&files, "people");
    for index in [0_u64, 1, 63, 64, 65, 1_234, 4_095, 4_096, 4_999] {
        let person = child(&options, index).unwrap();
        let row = &people[index as usize];
        assert_eq!(row["person"], index.to_string());
        assert_eq!(
            (&row["given"], &row["family_name"]),
            (&person.given, &person.family)
        );
        assert_eq!(row["date_of_birth"], person.date_of_birth.to_string());
        assert_eq!(row["nhs_number"], person.nhs_number.to_string());
    }
    assert!(child(&options, 5_000).is_none());
}

#[test]
fn no_children_and_one_child_are_written_too() {
    for children in [0, 1] {
        let files = written(&options(children, 1));
        assert_eq!(table(&files, "people").len() as u64, children);
    }
}

#[test]
fn an_error_of_a_sink_comes_back() {
    let mut open = |_: &str| -> io::Result<Box<dyn Write + Send>> { Err(io::Error::other("full")) };
    assert_eq!(
        write(&options(100, 1), &mut open, &mut |_| {})
            .unwrap_err()
            .to_string(),
        "full"
    );
}

#[test]
fn the_columns_of_every_file_are_as_agreed() {
    let files = written(&options(1, 1));
    let mut headings = String::new();
    for (name, bytes) in &files {
        let text = String::from_utf8(bytes.clone()).unwrap();
        headings.push_str(&format!("{name}: {}\n", text.lines().next().unwrap()));
    }
    assert_eq!(headings, include_str!("headings.txt"));
    assert_eq!(layouts().len(), Feed::ALL.len());
}

#[test]
fn identifiers_are_valid_and_nobody_shares_one() {
    let england = England::new(&options(200_000, 11));
    let (mut numbers, mut pupils) = (HashSet::new(), HashSet::new());
    for index in (0..200_000).step_by(640) {
        for index in index..(index + 2).min(200_000) {
            let person = england.child(index).unwrap();
            assert!(
                nhs_number_is_valid(person.nhs_number) && person.nhs_number / 10_000_000 == 999
            );
            assert!(numbers.insert(person.nhs_number));
            if let Some(number) = person.replaced_nhs_number {
                assert!(
                    nhs_number_is_valid(number)
                        && numbers.insert(number)
                        && number / 1_000_000_000 == 9
                );
            }
            for upn in person.upn.iter().chain(&person.former_upn) {
                assert!(upn_is_valid(upn) && pupils.insert(upn.clone()), "{upn}");
            }
        }
    }
}

#[test]
fn every_key_is_unique_in_its_feed_and_truth_names_every_row() {
    let files = population();
    let mut known: HashMap<(String, String), String> = HashMap::new();
    for row in files["truth"].iter() {
        let key = (row["feed"].clone(), row["row_key"].clone());
        assert!(
            known.insert(key, row["person"].clone()).is_none(),
            "{row:?}"
        );
    }
    let mut rows = 0;
    for layout in layouts() {
        let key = layout.headings().next().unwrap();
        for row in files[layout.feed.file_stem()].iter() {
            assert!(known.contains_key(&(layout.feed.file_stem().to_owned(), row[key].clone())));
            rows += 1;
        }
    }
    assert_eq!(rows, known.len());
}

#[test]
fn no_telephone_or_address_on_the_internet_could_reach_anyone() {
    let files = population();
    let mut telephones = 0;
    for name in files.keys() {
        for row in files[name].iter() {
            for (heading, value) in row {
                let heading = heading.to_lowercase();
                if (heading.contains("tel") && !value.is_empty())
                    || value.starts_with("07") && value.contains(' ')
                {
                    assert!(is_for_drama(value), "{name} {heading} {value}");
                    telephones += 1;
                }
                if value.contains('@') {
                    assert!(
                        value.ends_with(".example") && value.is_ascii(),
                        "{name} {value}"
                    );
                }
            }
        }
    }
    assert!(telephones > 10_000);
}

#[test]
fn every_authority_has_children_schools_practices_and_a_real_postcode_area() {
    let files = population();
    let people = &files["people"];
    let lived_in: HashSet<&String> = people.iter().map(|row| &row["authority"]).collect();
    let authorities = &files["authorities"];
    assert_eq!(authorities.len(), 153);
    assert!(lived_in.len() >= 151, "{}", lived_in.len()); // a few hundred children of England live in the City or on Scilly
    for (kind, many) in [
        ("county", 21),
        ("unitary", 63),
        ("metropolitan", 36),
        ("london", 33),
    ] {
        assert_eq!(
            authorities.iter().filter(|row| row["kind"] == kind).count(),
            many
        );
    }
    for name in ["schools", "practices"] {
        let there: HashSet<String> = files[name]
            .iter()
            .map(|row| row["authority"].clone())
            .collect();
        assert_eq!(there.len(), 153, "{name}");
    }
    let bristol = people.iter().filter(|row| row["authority"] == "E06000023");
    assert!(
        bristol
            .into_iter()
            .all(|row| row["postcode"].starts_with("BS"))
    );
}

#[test]
fn frequent_names_are_frequent_and_the_tail_is_long() {
    let files = population();
    let people = &files["people"];
    let mut families: HashMap<&str, u32> = HashMap::new();
    let mut given: HashSet<&str> = HashSet::new();
    for row in people {
        *families.entry(&row["family_name"]).or_default() += 1;
        given.insert(&row["given"]);
    }
    let mut ranked: Vec<u32> = families.values().copied().collect();
    ranked.sort_unstable_by(|one, other| other.cmp(one));
    assert!(
        families["Smith"] > 200 && families["Patel"] > 20 && families["Khan"] > 20,
        "{}",
        families["Smith"]
    );
    assert!(
        ranked[..100].iter().sum::<u32>() > 8_000,
        "{}",
        ranked[..100].iter().sum::<u32>()
    );
    assert!(families.len() > 9_000, "{}", families.len());
    assert!(given.len() > 2_500, "{}", given.len());
    assert!(people.iter().any(|row| row["given"] == "Zoë") && families.contains_key("O'Brien"));
    assert!(
        families.keys().any(|name| name.starts_with("Nguy"))
            && people.iter().any(|row| row["given"].is_empty())
    );
}

#[test]
fn shares_of_the_population_are_believable() {
    let files = population();
    let people = &files["people"];
    let share = |column: &str| {
        people
            .iter()
            .filter(|row| !matches!(row[column].as_str(), "" | "0"))
            .count() as f64
            * 100.0
            / COUNTED as f64
    };
    for (column, low, high) in [
        ("involvements", 6.0, 10.5),
        ("at_risk", 0.35, 0.7),
        ("adopted", 0.3, 0.6),
        ("looked_after", 0.5, 0.9),
        ("young_adult", 0.4, 1.5),
        ("mover", 15.0, 25.0),
    ] {
        let found = share(column);
        assert!(
            (low..high).contains(&found),
            "{column}: {found} in a hundred"
        );
    }
    let twins = people
        .iter()
        .filter(|row| row["born_together"] != "1")
        .count() as f64
        * 100.0
        / COUNTED as f64;
    assert!((1.8..4.0).contains(&twins), "{twins}");
    for year in 2009..=2025 {
        let born = people
            .iter()
            .filter(|row| row["date_of_birth"].starts_with(&year.to_string()))
            .count();
        assert!((1_600..3_000).contains(&born), "{year}: {born}");
    }
    assert!(
        people
            .iter()
            .all(|row| row["date_of_birth"].as_str() <= "2026-09-14")
    );
}

#[test]
fn children_born_together_share_birthday_and_family() {
    let england = England::new(&options(60_000, 12));
    let mut families: HashMap<u64, Vec<england::Person>> = HashMap::new();
    for index in 0..3_200 {
        let person = england.child(index).unwrap();
        families
            .entry(person.family_number)
            .or_default()
            .push(person);
    }
    let mut twins = 0;
    for family in families.values() {
        for person in family.iter().filter(|person| person.born_together > 1) {
            let alike = family
                .iter()
                .filter(|other| other.date_of_birth == person.date_of_birth)
                .count();
            assert_eq!(alike, usize::from(person.born_together));
            twins += 1;
        }
        let given: HashSet<&String> = family.iter().map(|person| &person.birth_given).collect();
        assert!(given.len() + 1 >= family.len());
    }
    assert!(twins > 30, "{twins}");
}

#[test]
fn r64_r79_r95_partners_local_systems_and_national_partners_say_who_works_with_children() {
    let named = ["Team", "organisation", "Organisation", "ORG"];
    let organisations: HashSet<&str> = population()
        .values()
        .flatten()
        .flat_map(|row| named.iter().filter_map(|column| row.get(*column)))
        .map(String::as_str)
        .collect();
    for partner in [
        "Housing Association",
        "College",
        "Constabulary",
        "Independent School",
        "Young Carers",
        "Action for Children",
        "Barnardo's",
        "CAFCASS",
        "CEOP",
        "KIDS",
        "NSPCC",
        "The Children's Society",
    ] {
        assert!(
            organisations.iter().any(|one| one.contains(partner)),
            "{partner}"
        );
    }
}

#[test]
fn every_feed_has_mistakes_but_not_too_many() {
    let files = population();
    let (mut rows, mut faulty): (HashMap<String, u32>, HashMap<String, u32>) = Default::default();
    let mut kinds: HashSet<String> = HashSet::new();
    for row in files["truth"].iter() {
        *rows.entry(row["feed"].clone()).or_default() += 1;
        let typed = row["faults"].split(' ').any(|fault| {
            matches!(
                fault,
                "typing" | "phonetic" | "transposed" | "day_month_swapped"
            )
        });
        *faulty.entry(row["feed"].clone()).or_default() += u32::from(typed);
        kinds.extend(row["faults"].split(' ').map(str::to_owned));
    }
    for feed in Feed::ALL {
        let share = f64::from(faulty[feed.file_stem()]) / f64::from(rows[feed.file_stem()]);
        assert!(
            (0.003..0.12).contains(&share),
            "{}: {share}",
            feed.file_stem()
        );
    }
    assert_eq!(kinds.len(), 16, "{kinds:?}");
}

#[test]
fn r28_sensitive_rows_come_with_and_without_lawful_consent() {
    let files = population();
    for (name, column) in [
        ("mental_health", "consent_given_by"),
        ("sexual_health", "consent_given_by"),
        ("substance_misuse", "Consent"),
    ] {
        let given: HashSet<String> = files[name].iter().map(|row| row[column].clone()).collect();
        assert_eq!(given.len(), 3, "{name}");
    }
    let sensitive: Vec<String> = files["services"]
        .iter()
        .filter(|row| row["sensitive"] == "yes")
        .map(|row| row["service_code"].clone())
        .collect();
    assert_eq!(sensitive, ["MH01", "SH01", "SM01", "SM02"]);
}

#[test]
fn c20_social_care_restricts_at_source_those_at_risk_only() {
    let files = population();
    let risk: HashMap<String, String> = files["people"]
        .iter()
        .map(|row| (row["person"].clone(), row["at_risk"].clone()))
        .collect();
    let truth: HashMap<String, String> = files["truth"]
        .iter()
        .filter(|row| row["feed"] == "social_care")
        .map(|row| (row["row_key"].clone(), row["person"].clone()))
        .collect();
    let mut restricted = 0;
    for row in files["social_care"].iter() {
        let at_risk = risk[&truth[&row["InvolvementID"]]] == "1";
        assert_eq!(row["RestrictedAtSource"] == "Y", at_risk);
        restricted += u32::from(at_risk);
    }
    assert!(restricted > 80, "{restricted}");
}

#[test]
fn r16_at_most_one_current_lead_professional_and_r22_grounds_fit_ages() {
    let england = England::new(&options(50_000, 16));
    let today = england.options().today;
    for index in (0..50_000).step_by(9) {
        let person = england.child(index).unwrap();
        let leads = person
            .involvements
            .iter()
            .filter(|involvement| involvement.lead && involvement.end.is_none());
        assert!(leads.count() <= 1);
        let age = person
            .date_of_birth
            .until((jiff::Unit::Year, today))
            .unwrap()
            .get_years();
        match person.ground {
            None => assert!(age < 18, "{age}"),
            Some(england::Ground::Connexions) => assert!((18..20).contains(&age)),
            Some(_) => assert!((18..25).contains(&age)),
        }
        for involvement in &person.involvements {
            assert!(involvement.start >= person.date_of_birth && involvement.start <= today);
            assert!(
                involvement
                    .end
                    .is_none_or(|end| end >= involvement.start && end <= today)
            );
            let sensitive = england::services()[involvement.service].sensitive;
            assert_eq!(involvement.consent.is_some(), sensitive);
        }
    }
}

#[test]
fn an_adopted_childs_names_now_are_in_no_row_of_the_births_register_nor_the_former_anywhere_else() {
    let files = population();
    let adopted: HashMap<String, &HashMap<String, String>> = files["people"]
        .iter()
        .filter(|row| row["adopted"] == "1" && row["birth_family"] != row["family_name"])
        .map(|row| (row["nhs_number"].clone(), row))
        .collect();
    assert!(adopted.len() > 70);
    let mut seen = 0;
    for row in files["nhs"].iter() {
        if let Some(person) = adopted.get(&row["nhs_number"]) {
            assert_eq!(row["previous_family_name"], "");
            assert_ne!(row["family_name"], person["birth_family"]);
            seen += 1;
        }
    }
    assert!(seen > 70);
    for row in files["births"].iter() {
        assert!(!adopted.contains_key(&row["NHSNumber"].replace(' ', "")));
    }
}

#[test]
fn noisy_queries_have_the_one_mistake_they_name() {
    let england = England::new(&options(20_000, 18));
    let mut random = Random::new(1, Domain::Query, 0);
    let mut found: HashMap<Kind, u32> = HashMap::new();
    for index in 0..4_000 {
        let person = england.child(index).unwrap();
        let query = noisy_query(&person, &mut random);
        *found.entry(query.kind).or_default() += 1;
        let names_kept = (&query.given, &query.family) == (&person.given, &person.family);
        match query.kind {
            Kind::Exact | Kind::DayMonthSwapped | Kind::Moved => assert!(names_kept),
            Kind::AccentDropped => {
                assert!(query.given.is_ascii() && query.family.is_ascii() && !names_kept)
            }
            Kind::Transposed => assert_eq!(
                (&query.given, &query.family),
                (&person.family, &person.given)
            ),
            Kind::FormerName => assert_eq!(Some(&query.family), person.former_family.as_ref()),
            Kind::Nickname | Kind::TypingError | Kind::Phonetic => {}
        }
        assert!(query.date_of_birth.is_some() || query.postcode.is_some());
        let again = noisy_query_of(&person, Kind::Exact, &mut random).unwrap();
        assert_eq!(again.family, person.family);
    }
    assert_eq!(found.len(), Kind::ALL.len(), "{found:?}");
}
