//! What other systems write, read through the ready mappings: extracts of the practice England, and what must be refused of real ones.

#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};

use england::Shape;

use super::*;
use directory::Date;
use directory::address::AddressState;
use directory::number::Scheme;
use directory::service::Catalogue;
use directory::statement::Said;
use directory::supplied::Row;

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

static FILES: LazyLock<Files> = LazyLock::new(|| generate(&Shape::ALL, true));

fn generate(shapes: &[Shape], with_feeds: bool) -> Files {
    let options = england::Options {
        children: 8_000,
        seed: 7,
        today: TODAY,
    };
    let mut files: BTreeMap<String, File> = BTreeMap::new();
    let mut open = |name: &str| -> std::io::Result<Box<dyn Write + Send>> {
        Ok(Box::new(files.entry(name.to_owned()).or_default().clone()))
    };
    if with_feeds {
        england::write(&options, &mut open, &mut |_| {}).unwrap();
    }
    let summary = england::write_shapes(&options, shapes, &mut open, &mut |_| {}).unwrap();
    assert_eq!(
        (summary.children, summary.rows.len()),
        (8_000, shapes.len())
    );
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

fn read(name: &str, file: &[u8]) -> (Vec<Row>, Vec<Fault>) {
    read_by(&built_in(name).unwrap().unwrap(), file)
}

fn read_by(mapping: &Mapping, file: &[u8]) -> (Vec<Row>, Vec<Fault>) {
    let catalogue = catalogue();
    let delivery = Delivery {
        mapping,
        catalogue: &catalogue,
        authority_of: &|_| None,
        extracted: TODAY,
    };
    let mut rows = Rows::open(file, delivery).unwrap_or_else(|unread| panic!("{unread}"));
    let (mut all, mut faults) = (Vec::new(), Vec::new());
    while let Some(batch) = rows.read().unwrap() {
        all.extend(batch.rows);
        faults.extend(batch.faults);
    }
    (all, faults)
}

fn words(faults: &[Fault]) -> Vec<String> {
    faults.iter().map(ToString::to_string).collect()
}

fn files_like(name: &'static str) -> impl Iterator<Item = &'static Vec<u8>> {
    let like = move |(file, _): &(&String, &Vec<u8>)| file.starts_with(name);
    FILES.iter().filter(like).map(|(_, bytes)| bytes)
}

fn number(row: &Row, scheme: Scheme) -> Option<String> {
    let numbers = row.particulars.other_numbers.iter();
    let of_scheme = |number: &&directory::number::OtherNumber| number.scheme == scheme;
    numbers
        .filter(of_scheme)
        .map(|number| number.text.to_string())
        .next()
}

/// What a row of a feed says, by what it is known by in both files.
fn known(rows: Vec<Row>, by: impl Fn(&Row) -> Option<String>) -> BTreeMap<String, Vec<Row>> {
    let mut known: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in rows {
        if let Some(key) = by(&row) {
            known.entry(key).or_default().push(row);
        }
    }
    known
}

#[test]
fn r78_r80_a_school_census_return_says_what_the_census_feed_says_of_the_same_pupils() {
    let feed = known(read("census", &FILES["census"]).0, |row| {
        number(row, Scheme::Pupil)
    });
    let mut pupils = 0;
    for file in files_like("census_return_") {
        let (rows, faults) = read("census_return", file);
        assert_eq!(words(&faults), [""; 0]);
        pupils += rows.len();
        for row in rows {
            let upn = number(&row, Scheme::Pupil).unwrap();
            assert_eq!(row.key.as_str(), upn);
            let same = |other: &&Row| {
                let (one, other) = (&row.particulars, &other.particulars);
                one.name == other.name
                    && one.born == other.born
                    && one.education == other.education
                    && one.residence.as_ref().map(|home| &home.state)
                        == other.residence.as_ref().map(|home| &home.state)
            };
            assert!(
                feed[&upn].iter().find(same).is_some(),
                "{row:?} {:?}",
                feed[&upn]
            );
        }
    }
    assert!(pupils > 200, "{pupils}");
}

#[test]
fn r80_r12_a_transfer_file_brings_pupils_and_who_has_responsibility_for_them() {
    let feed = known(read("census", &FILES["census"]).0, |row| {
        number(row, Scheme::Pupil)
    });
    let (mut pupils, mut carers) = (0, 0);
    for file in files_like("pupil_transfer_") {
        let (rows, faults) = read("pupil_transfer", file);
        assert_eq!(words(&faults), [""; 0]);
        pupils += rows.len();
        for row in rows {
            let same = &feed[row.key.as_str()];
            let place = |row: &Row| row.particulars.education.as_ref().unwrap().place().cloned();
            assert!(same.iter().any(|other| place(other) == place(&row)));
            assert!(
                same.iter()
                    .any(|other| other.particulars.born == row.particulars.born)
            );
            carers += row.particulars.carers.len();
            assert!(
                row.particulars
                    .carers
                    .iter()
                    .all(|carer| carer.telephone.is_some())
            );
        }
    }
    assert!(pupils > 30 && carers >= pupils, "{pupils} {carers}");
}

#[test]
fn r12_somebody_to_be_telephoned_is_not_a_carer_and_r4_nothing_is_hidden_below_what_is_left_out() {
    let contact = |order: u8, more: &str| {
        format!(
            "<Contact><Order>{order}</Order><Surname>Smith</Surname><Forename>Ann{order}</Forename>{more}</Contact>"
        )
    };
    let file = |contacts: &str| {
        format!(
            "<CTfile><Header><DestSchool><URN>900001</URN></DestSchool></Header><CTFpupilData>\n\
             <Pupil><UPN>H801200001001</UPN><Surname>Jones</Surname><DOB>2016-01-02</DOB><Phones><Phone><PhoneNo>01632 960001</PhoneNo></Phone></Phones>\
             <Contacts>{contacts}</Contacts></Pupil></CTFpupilData></CTfile>"
        )
    };
    let contacts = contact(1, "<Responsibility>false</Responsibility>")
        + &contact(
            2,
            "<Responsibility>true</Responsibility><Relationship>PAR</Relationship>",
        )
        + &contact(3, "");
    let (rows, faults) = read(
        "pupil_transfer",
        file(
            &contacts
                .replace("Ann1", "Ena")
                .replace("Ann2", "Ann")
                .replace("Ann3", "Una"),
        )
        .as_bytes(),
    );
    assert_eq!((rows.len(), words(&faults)), (1, vec![]));
    let everything = format!("{rows:?}");
    assert!(
        everything.contains("Ann") && !everything.contains("Ena") && !everything.contains("Una")
    );
    assert!(
        !everything.contains("960001"),
        "no telephone number of a child"
    );
    let notes = contact(4, "<Notes>keeps a dog</Notes>");
    let (rows, faults) = read("pupil_transfer", file(&notes).as_bytes());
    let words = words(&faults);
    assert_eq!((rows.len(), words.len()), (0, 1), "{words:?}");
    assert!(
        words[0].starts_with(
            "line 2, row 1, column Contacts/Contact/Notes: column looks like case information"
        ),
        "{words:?}"
    );
}

#[test]
fn r4_what_a_real_return_has_beside_identifiers_status_and_home_is_refused_by_its_path() {
    let file = files_like("census_return_").next().unwrap();
    let text = String::from_utf8(file.clone()).unwrap();
    let (rows, _) = read("census_return", file);
    for (module, path) in [
        (
            "<SpecialEducationalNeeds><SENprovision>K</SENprovision></SpecialEducationalNeeds>",
            "SpecialEducationalNeeds/SENprovision: column looks like case",
        ),
        (
            "<Exclusions><TermlyExclusion><Category>SUSP</Category></TermlyExclusion></Exclusions>",
            "Exclusions/TermlyExclusion/Category: column looks like case",
        ),
        (
            "<PupilCharacteristics><Ethnicity>WBRI</Ethnicity></PupilCharacteristics>",
            "PupilCharacteristics/Ethnicity: column looks like case",
        ),
        (
            "<Attendance><TermlyAttendance><SessionsPossible>9</SessionsPossible></TermlyAttendance></Attendance>",
            "Attendance/TermlyAttendance/SessionsPossible: column looks like case",
        ),
        (
            "<LearnerSupport><UniqueLearnerNumber>9</UniqueLearnerNumber></LearnerSupport>",
            "LearnerSupport/UniqueLearnerNumber",
        ),
    ] {
        let with = text.replacen("</PupilOnRoll>", &format!("{module}</PupilOnRoll>"), 1);
        let (kept, faults) = read("census_return", with.as_bytes());
        let words = words(&faults);
        assert_eq!((kept.len(), words.len()), (rows.len() - 1, 1), "{words:?}");
        assert!(
            words[0].starts_with(&format!("line 6, row 1, column {path}")),
            "{words:?}"
        );
        assert!(!words[0].contains("SUSP") && !words[0].contains("WBRI"));
    }
}

#[test]
fn r4_case_information_beside_the_rows_is_told_of_once_by_its_path() {
    let file = files_like("census_return_").next().unwrap();
    let text = String::from_utf8(file.clone()).unwrap();
    let (rows, _) = read("census_return", file);
    let leavers = "</PupilsOnRoll><PupilsNoLongerOnRoll>\n<PupilNoLongerOnRoll><Exclusions><Reason>PP</Reason></Exclusions></PupilNoLongerOnRoll>\n\
        <PupilNoLongerOnRoll><Exclusions><Reason>PP</Reason></Exclusions></PupilNoLongerOnRoll></PupilsNoLongerOnRoll>";
    let (kept, faults) = read(
        "census_return",
        text.replace("</PupilsOnRoll>", leavers).as_bytes(),
    );
    assert_eq!(kept.len(), rows.len());
    let words = words(&faults);
    assert_eq!(words.len(), 1, "{words:?}");
    assert!(
        words[0].contains("column /Message/Pupils/PupilsNoLongerOnRoll/PupilNoLongerOnRoll/Exclusions: column looks like case information"),
        "{words:?}"
    );
    let bundle = "{\"CaseNotes\":[{\"x\":1}],\"entry\":[]}";
    let (kept, faults) = read("fhir_patient", bundle.as_bytes());
    assert!(kept.is_empty());
    assert!(
        self::words(&faults)[0]
            .starts_with("line 1, column /CaseNotes: column looks like case information")
    );
}

#[test]
fn r80_patients_in_a_bundle_say_what_the_nhs_feed_says_of_them() {
    let feed = known(read("nhs", &FILES["nhs"]).0, |row| {
        Some(row.key.to_string())
    });
    let (rows, faults) = read("fhir_patient", &FILES["fhir_patients.json"]);
    let of_age = |fault: &Fault| matches!(fault.complaint, Complaint::OfAge | Complaint::Missing);
    assert!(faults.iter().all(of_age), "{:?}", words(&faults));
    assert_eq!(rows.len(), feed.len());
    for row in rows {
        let [other] = feed[row.key.as_str()].as_slice() else {
            panic!("{row:?}")
        };
        let (one, other) = (&row.particulars, &other.particulars);
        assert_eq!((&one.name, one.born), (&other.name, other.born));
        assert_eq!(one.other_numbers, other.other_numbers);
        assert_eq!(one.former_names, other.former_names);
        let place = |said: &directory::statement::Particulars| {
            said.primary_care
                .as_ref()
                .and_then(|care| care.place().cloned())
        };
        assert!(
            place(one).is_none() || place(one) == place(other),
            "{one:?} {other:?}"
        );
    }
}

/// The tables of the practice England, joined.
fn joined(mapping: &Mapping, files: &Files) -> Result<(Joined, String), Unjoined> {
    let mut out = Vec::new();
    let mut open = |table: &str| match files.get(table) {
        Some(file) => Ok(file.as_slice()),
        None => Err(std::io::ErrorKind::NotFound.into()),
    };
    let joined = join((mapping, &BTreeMap::new()), &mut open, &mut out)?;
    Ok((joined, String::from_utf8(out).unwrap()))
}

#[test]
fn r80_the_safeguarding_dataset_brings_who_is_working_with_the_children_of_the_councils_other_feed()
{
    let mapping = built_in("safeguarding_dataset").unwrap().unwrap();
    let (joined, file) = joined(&mapping, &FILES).unwrap();
    let (rows, faults) = read_by(&mapping, file.as_bytes());
    let feed = known(read("social_care", &FILES["social_care"]).0, |row| {
        Some(row.key.to_string())
    });
    assert!(joined.rows > 100 && !rows.is_empty(), "{}", joined.rows);
    let mut working = 0;
    for row in &rows {
        let same = &feed[row.key.as_str()];
        assert!(
            same.iter()
                .any(|other| other.particulars.name == row.particulars.name)
        );
        assert!(
            same.iter()
                .any(|other| other.particulars.born == row.particulars.born)
        );
        for (_, said) in &row.also {
            let Said::Involvement(one) = said else {
                panic!("{said:?}")
            };
            working += 1;
            let known = same
                .iter()
                .flat_map(|other| &other.also)
                .any(|(_, said)| match said {
                    Said::Involvement(other) => {
                        other.practitioner.name == one.practitioner.name
                            && other.practitioner.organisation == one.practitioner.organisation
                            && other.period == one.period
                    }
                    _ => false,
                });
            assert!(known, "{one:?}");
        }
    }
    let errors = faults.iter().filter(|fault| fault.grade == Grade::Error);
    let rules: BTreeSet<&str> = errors.map(|fault| fault.complaint.rule()).collect();
    assert!(working * 2 > rows.len(), "{working} {rules:?}");
    let of_age = faults
        .iter()
        .filter(|fault| fault.complaint == Complaint::OfAge);
    assert_eq!((rows.len() + of_age.count()) as u64, joined.rows);
    assert!(
        rules.iter().all(|rule| ["X13", "R22"].contains(rule)),
        "{:?}",
        words(&faults)
    );
}

#[test]
fn r4_only_what_the_mapping_takes_leaves_the_tables_and_the_rest_is_named() {
    let mapping = built_in("safeguarding_dataset").unwrap().unwrap();
    let (joined, file) = joined(&mapping, &FILES).unwrap();
    let heading = file.lines().next().unwrap();
    for left in [
        "ssd_person.pers_ethnicity",
        "ssd_person.pers_send_flag",
        "ssd_person.pers_death_date",
        "ssd_address.addr_address_json",
        "ssd_involvements.invo_worker_change_reason",
        "ssd_professionals.prof_professional_caseload",
    ] {
        assert!(joined.left_out.contains(&left.to_owned()), "{left}");
        assert!(!heading.contains(left.split_once('.').unwrap().1));
    }
    assert!(!file.contains("NOBT") && !file.contains("STREET"));
    // Who sends the tables' columns all the same is refused by their names.
    let with = file.replacen('\n', ",pers_ethnicity,cine_close_reason\n", 1);
    let delivery = Delivery {
        mapping: &mapping,
        catalogue: &Catalogue::default(),
        authority_of: &|_| None,
        extracted: TODAY,
    };
    match Rows::open(with.as_bytes(), delivery).err().unwrap() {
        Unread::Refused(Refusal::Columns(faults)) => {
            let said: Vec<_> = faults
                .iter()
                .map(|fault| (fault.name.as_str(), fault.why))
                .collect();
            assert_eq!(
                said,
                [
                    ("pers_ethnicity", ColumnWhy::CaseInformation),
                    ("cine_close_reason", ColumnWhy::Unknown)
                ]
            );
        }
        other => panic!("{other}"),
    }
    for table in ["ssd_person", "ssd_professionals"] {
        let delivery = Delivery {
            mapping: &mapping,
            ..delivery
        };
        match Rows::open(FILES[table].as_slice(), delivery).err().unwrap() {
            Unread::Refused(refusal @ Refusal::NotJoined { .. }) => {
                let words = refusal.to_string();
                assert!(words.contains("contactpoint supply join"), "{words}");
                assert!(words.contains("ssd_address"), "{words}");
            }
            other => panic!("{table}: {other}"),
        }
    }
}

#[test]
fn of_a_childs_addresses_the_latest_that_has_not_ended_counts() {
    let mapping = built_in("safeguarding_dataset").unwrap().unwrap();
    let mut files = FILES.clone();
    let put = |files: &mut Files, name: &str, rows: &str| {
        let heading = FILES[name].split(|byte| *byte == b'\n').next().unwrap();
        let text = [heading, b"\n", rows.as_bytes()].concat();
        files.insert(name.to_owned(), text);
    };
    put(
        &mut files,
        "ssd_involvements",
        "1,P1,,T1,C1,2025-01-01,,,\n2,P9,,T1,C2,2025-01-01,,,\n",
    );
    put(
        &mut files,
        "ssd_person",
        ",C1,,Ann,Lee,F,,,2019-01-01,,,,,,,\n,C1x,,No,One,F,,,2019-01-01,,,,,,,\n",
    );
    put(
        &mut files,
        "ssd_professionals",
        "P1,,Asha Rahman,,,Social Worker,,,\n",
    );
    put(&mut files, "ssd_department", "T1,Northgate Team,,\n");
    put(
        &mut files,
        "ssd_address",
        "1,C1,,2024-05-01,,ZZ993VZ,\n2,C1,,2019-01-01,,ZZ993AA,\n3,C1,,2025-01-01,2025-02-01,ZZ993BB,\n",
    );
    let (_, file) = joined(&mapping, &files).unwrap();
    let (rows, faults) = read_by(&mapping, file.as_bytes());
    let [row] = rows.as_slice() else {
        panic!("{file} {:?}", words(&faults))
    };
    let AddressState::Current(address) = &row.particulars.residence.as_ref().unwrap().state else {
        panic!()
    };
    assert_eq!(address.postcode.as_ref().unwrap().as_str(), "ZZ99 3VZ");
    let words = words(&faults);
    assert!(
        words
            .iter()
            .any(|word| word
                .starts_with("line 3, row 2, column pers_surname: family name is missing")),
        "whose partner is missing is said: {words:?}"
    );
    files.remove("ssd_department");
    assert!(
        joined(&mapping, &files)
            .unwrap_err()
            .to_string()
            .contains("there is no table ssd_department: these are needed")
    );
    let no_tables = built_in("census").unwrap().unwrap();
    assert!(joined(&no_tables, &files).is_err());
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_each_shape_the_same_alone() {
    let again = generate(&Shape::ALL, false);
    for (name, file) in &again {
        assert!(FILES[name] == *file, "{name}");
    }
    for shape in Shape::ALL {
        let alone = generate(&[shape], false);
        assert!(!alone.is_empty());
        assert!(
            alone.iter().all(|(name, file)| again[name] == *file),
            "{shape:?}"
        );
    }
}

#[test]
fn c16_tables_are_declared_by_plain_names_for_separated_values_alone() {
    let mapping = |format: &str, tables: &str| {
        let head = "name = \"t\"\ntitle = \"T\"\ncode = \"t\"\nkind = \"local\"\n";
        let columns =
            "\n[columns]\nId = { is = \"key\" }\nB = { is = \"born\", dates = \"yyyymmdd\" }\n";
        Mapping::parse(&format!("{head}{format}\n[tables]\n{tables}{columns}"))
    };
    let beside = "rows = \"a\"\n[tables.beside]\n";
    assert!(mapping("", &format!("{beside}b = {{ key = \"x\", by = \"Id\" }}\n")).is_ok());
    for (format, tables, says) in [
        (
            "",
            "rows = \"../a\"\nbeside = {}\n".to_owned(),
            "letters, digits",
        ),
        (
            "",
            format!("{beside}\"b/c\" = {{ key = \"x\", by = \"Id\" }}\n"),
            "letters, digits",
        ),
        (
            "",
            format!("{beside}a = {{ key = \"x\", by = \"Id\" }}\n"),
            "looked up from itself",
        ),
        (
            "",
            format!("{beside}b = {{ key = \"x\", by = \"Id\", sql = \"y\" }}\n"),
            "sql",
        ),
        (
            "format = \"ndjson\"",
            "rows = \"a\"\nbeside = {}\n".to_owned(),
            "csv only",
        ),
    ] {
        let unusable = mapping(format, &tables).unwrap_err().to_string();
        assert!(unusable.contains(says), "{unusable}");
    }
}
