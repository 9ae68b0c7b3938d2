//! Files as they really are: patients of a register of demographics, a census return with everything in it, a family of many carers.

#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};

use england::Shape;

use super::*;
use directory::Date;
use directory::service::Catalogue;
use directory::supplied::{Restriction, Row};

const TODAY: Date = Date::constant(2026, 6, 1);

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

static FILES: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| {
    let options = england::Options {
        children: 3_000,
        seed: 11,
        today: TODAY,
    };
    let mut files: BTreeMap<String, File> = BTreeMap::new();
    let mut open = |name: &str| -> std::io::Result<Box<dyn Write + Send>> {
        Ok(Box::new(files.entry(name.to_owned()).or_default().clone()))
    };
    england::write_shapes(&options, &Shape::ALL, &mut open, &mut |_| {}).unwrap();
    files
        .into_iter()
        .map(|(name, file)| (name, std::mem::take(&mut *file.0.lock().unwrap())))
        .collect()
});

fn read(name: &str, file: &[u8]) -> (Vec<Row>, Vec<Fault>) {
    let mapping = built_in(name).unwrap().unwrap();
    let delivery = Delivery {
        mapping: &mapping,
        catalogue: &Catalogue::default(),
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

fn patient(members: &str) -> String {
    format!(
        r#"{{"resourceType":"Bundle","entry":[{{"resource":{{"resourceType":"Patient","id":"7","birthDate":"2015-10-22","gender":"female",{members}}}}}]}}"#
    )
}

#[test]
fn r78_r80_patients_of_a_register_of_demographics_are_those_of_the_other_bundle() {
    let (plain, _) = read("fhir_patient", &FILES["fhir_patients.json"]);
    let (rows, faults) = read("fhir_patient", &FILES["fhir_demographics.json"]);
    let meant = |fault: &Fault| matches!(fault.complaint, Complaint::OfAge | Complaint::Missing);
    assert!(faults.iter().all(meant), "{:?}", words(&faults));
    assert!(rows.len() > 2_500, "{}", rows.len());
    let known: BTreeMap<&str, &Row> = plain.iter().map(|row| (row.key.as_str(), row)).collect();
    assert_eq!(rows.len(), known.len());
    let mut restricted = 0;
    for row in &rows {
        let (one, other) = (&row.particulars, &known[row.key.as_str()].particulars);
        assert_eq!((&one.name, one.born), (&other.name, other.born));
        assert_eq!(one.other_numbers, other.other_numbers);
        if row.restriction == Restriction::AtSource {
            restricted += 1;
            assert!(one.residence.is_none() && one.primary_care.is_none());
        } else {
            assert_eq!(one.residence.is_some(), other.residence.is_some());
            assert_eq!(one.primary_care, other.primary_care);
        }
    }
    assert!(restricted > 3, "{restricted}");
    let everything = format!("{rows:?}");
    for left in ["01632", "Pip", "Y12345", "Mx"] {
        assert!(!everything.contains(left), "{left}");
    }
}

#[test]
fn r80_the_official_name_else_the_usual_one_else_the_only_one() {
    for (names, expected) in [
        (
            r#"{"use":"usual","family":"Usual"},{"use":"official","family":"Official"}"#,
            Some("Official"),
        ),
        (
            r#"{"use":"usual","family":"Usual"},{"use":"nickname","family":"Nick"}"#,
            Some("Usual"),
        ),
        (r#"{"family":"Silent","given":["A"]}"#, Some("Silent")),
        (r#"{"use":"temp","family":"Temp"}"#, Some("Temp")),
        (
            r#"{"use":"nickname","family":"Nick"},{"use":"temp","family":"Temp"}"#,
            None,
        ),
        (
            r#"{"use":"usual","family":"One"},{"use":"usual","family":"Two"}"#,
            None,
        ),
    ] {
        let (rows, faults) = read(
            "fhir_patient",
            patient(&format!("\"name\":[{names}]")).as_bytes(),
        );
        let name = rows.first().and_then(|row| row.particulars.name.as_ref());
        assert_eq!(
            name.map(|name| name.family.to_string()).as_deref(),
            expected,
            "{:?}",
            words(&faults)
        );
        assert_eq!(faults.is_empty(), expected.is_some(), "{names}");
    }
    let both = r#""name":[{"use":"usual","family":"Now"},{"use":"old","family":"Before"}]"#;
    let (rows, _) = read("fhir_patient", patient(both).as_bytes());
    assert_eq!(rows[0].particulars.former_names.len(), 1);
}

#[test]
fn c20_of_several_marks_the_strictest_counts_and_an_unknown_one_restricts() {
    for (codes, is_restricted) in [
        (&["U"][..], false),
        (&["N", "U"], false),
        (&["R"], true),
        (&["U", "R"], true),
        (&["V", "U"], true),
        (&["REDACTED"], true),
        (&["U", "S"], true),
        (&[], false),
    ] {
        let codes: Vec<String> = codes
            .iter()
            .map(|code| format!("{{\"code\":\"{code}\"}}"))
            .collect();
        let members = format!(
            r#""name":[{{"use":"usual","family":"Lee"}}],"meta":{{"security":[{}]}}"#,
            codes.join(",")
        );
        let (rows, faults) = read("fhir_patient", patient(&members).as_bytes());
        assert_eq!(rows.len(), 1, "{:?}", words(&faults));
        assert_eq!(
            rows[0].restriction == Restriction::AtSource,
            is_restricted,
            "{codes:?}"
        );
    }
}

#[test]
fn r4_what_a_patient_is_ill_with_is_refused_by_name_and_nobody_who_died_comes_in() {
    for (member, path) in [
        (
            r#""deceasedDateTime":"2020-01-01""#,
            "not of the kind of rows",
        ),
        (
            r#""text":{"div":"<div>long story</div>"}"#,
            "resource/text/div",
        ),
        (
            r#""extension":[{"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-EthnicCategory","valueCode":"A"}]"#,
            "resource/extension/url",
        ),
        (
            r#""contact":[{"note":"keeps a dog"}]"#,
            "resource/contact/note",
        ),
        (r#""photo":[{"data":"AAAA"}]"#, "resource/photo/data"),
    ] {
        let members = format!(r#""name":[{{"use":"usual","family":"Lee"}}],{member}"#);
        let (rows, faults) = read("fhir_patient", patient(&members).as_bytes());
        assert!(rows.is_empty(), "{member}");
        assert!(
            words(&faults).iter().any(|word| word.contains(path)),
            "{:?}",
            words(&faults)
        );
    }
}

#[test]
fn r4_a_real_census_return_is_refused_as_it_is_and_loads_when_stripped() {
    let like = |start: &'static str| {
        let mut files = FILES
            .iter()
            .filter(move |(name, _)| name.starts_with(start));
        let (name, file) = files.next().unwrap();
        (name.clone(), file)
    };
    let (name, full) = like("census_full_");
    let plain = &FILES[&name.replace("census_full_", "census_return_")];
    let (expected, _) = read("census_return", plain);
    let (rows, faults) = read("census_return", full);
    assert!(rows.is_empty() && faults.len() > expected.len());
    let mapping = built_in("census_return").unwrap().unwrap();
    let mut out = Vec::new();
    let stripped = strip(&mapping, full.as_slice(), &mut out).unwrap();
    let (rows, faults) = read("census_return", &out);
    assert_eq!(words(&faults), [""; 0]);
    assert_eq!(rows.len(), expected.len());
    for (row, other) in rows.iter().zip(&expected) {
        assert_eq!(
            (&row.key, &row.particulars),
            (&other.key, &other.particulars)
        );
    }
    assert_eq!(stripped.rows, expected.len() as u64);
    for left in [
        "/Message/Header",
        "/Message/Pupils/PupilsNoLongerOnRoll",
        "Attendance/TermlyAttendance/SessionsMissed",
        "PupilCharacteristics/Ethnicity",
        "SpecialEducationalNeeds/SENneeds/SENneed/SENtype",
        "PupilIdentifiers/FormerUPN",
    ] {
        assert!(
            stripped.left_out.iter().any(|name| name == left),
            "{left} {:?}",
            stripped.left_out
        );
    }
    let (text, told) = (String::from_utf8(out).unwrap(), format!("{stripped:?}"));
    for value in ["NOBT", "SLCN", "SUSP", "SENtypeRank"] {
        assert!(!text.contains(value), "{value}");
    }
    assert!(!told.contains("NOBT") && !told.contains("SLCN") && !told.contains("SUSP"));
}

#[test]
fn r4_patients_can_be_stripped_too_and_are_the_same() {
    let mapping = built_in("fhir_patient").unwrap().unwrap();
    let file = &FILES["fhir_demographics.json"];
    let mut out = Vec::new();
    let stripped = strip(&mapping, file.as_slice(), &mut out).unwrap();
    assert!(
        stripped
            .left_out
            .contains(&"resource/telecom/value".to_owned())
    );
    assert!(stripped.left_out.contains(&"/resourceType".to_owned()));
    let (rows, _) = read("fhir_patient", &out);
    let (expected, _) = read("fhir_patient", file);
    assert_eq!(rows.len(), expected.len());
    for (row, other) in rows.iter().zip(&expected) {
        assert_eq!(
            (&row.particulars, row.restriction),
            (&other.particulars, other.restriction)
        );
    }
}

fn transfer(contacts: &str) -> String {
    format!(
        "<CTfile><CTFpupilData>\n<Pupil><UPN>H801200001001</UPN><Surname>Jones</Surname><DOB>2016-01-02</DOB><Contacts>{contacts}</Contacts></Pupil></CTFpupilData></CTfile>"
    )
}

fn contact(order: usize, name: &str, responsibility: bool) -> String {
    format!(
        "<Contact><Order>{order}</Order><Surname>{name}</Surname><Forename>Ann</Forename><Responsibility>{responsibility}</Responsibility>\
         <Phones><Phone><TelephoneType>M</TelephoneType><PhoneNo>01632 96000{order}</PhoneNo></Phone></Phones></Contact>"
    )
}

#[test]
fn r12_up_to_four_with_responsibility_are_carers_whatever_their_order_and_a_fifth_is_told_of() {
    let names = ["Ash", "Beech", "Cedar", "Dogwood", "Elm", "Fir"];
    for count in 1..=6 {
        // Others stand between them.
        let contacts: String = names
            .iter()
            .take(count)
            .enumerate()
            .map(|(at, name)| {
                contact(at * 2 + 1, name, true) + &contact(at * 2 + 2, "Nobody", false)
            })
            .collect();
        let (rows, faults) = read("pupil_transfer", transfer(&contacts).as_bytes());
        let carers = &rows[0].particulars.carers;
        let found: Vec<String> = carers
            .iter()
            .map(|carer| carer.name.family.to_string())
            .collect();
        assert_eq!(found, names[..count.min(4)], "{count}");
        assert!(carers.iter().take(4).all(|carer| carer.telephone.is_some()) || count > 4);
        let words = words(&faults);
        assert_eq!(words.len(), usize::from(count > 4), "{words:?}");
        assert!(
            words
                .iter()
                .all(|word| word.contains("more than the directory keeps"))
        );
        assert!(
            faults
                .iter()
                .all(|fault| fault.grade == Grade::Query && fault.complaint.rule() == "R12")
        );
    }
}

#[test]
fn c20_children_in_the_list_are_left_out_of_the_joined_tables_and_never_named() {
    let mapping = built_in("safeguarding_dataset").unwrap().unwrap();
    assert!(mapping.is_unmarked());
    assert!(!built_in("social_care").unwrap().unwrap().is_unmarked());
    assert!(!built_in("nhs").unwrap().unwrap().is_unmarked());
    let joined = |leave_out: &BTreeMap<String, u64>| {
        let mut out = Vec::new();
        let mut open = |table: &str| Ok(FILES[table].as_slice());
        let joined = join((&mapping, leave_out), &mut open, &mut out).unwrap();
        (joined, String::from_utf8(out).unwrap())
    };
    let (all, file) = joined(&BTreeMap::new());
    let mut lines = file.lines();
    let key = lines
        .next()
        .unwrap()
        .split(',')
        .position(|name| name == "invo_person_id")
        .unwrap();
    let id = |line: &str| line.split(',').nth(key).unwrap().to_owned();
    let child = id(lines.next().unwrap());
    let own = file.lines().filter(|line| id(line) == child).count() as u64;
    let list = BTreeMap::from([(child.clone(), 1), ("nobody-1".to_owned(), 4)]);
    let (left, file) = joined(&list);
    assert!(!file.contains(&child));
    assert_eq!(left.rows + own, all.rows);
    assert_eq!((left.rows_left_out, left.children_left_out), (own, 1));
    assert_eq!(left.ids_unknown, [4], "by its line");
    assert!(!format!("{left:?}").contains(&child));
}
