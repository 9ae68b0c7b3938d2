//! The same children in every format and encoding, and any bytes at all in each.

#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use proptest::prelude::*;

use super::*;
use directory::Date;
use directory::address::AddressState;
use directory::service::Catalogue;
use directory::supplied::{Restriction, Row};

const HEAD: &str = "name = \"t\"\ntitle = \"T\"\ncode = \"t\"\nkind = \"nhs\"\n";
const COLUMNS: &str = r#"
[columns]
Id = { is = "key" }
Family = { is = "family-name", needs = "value" }
Given = { is = "given-name" }
Born = { is = "born", dates = "yyyy-mm-dd", needs = "column" }
Line = { is = "address-line", needs = "optional" }
Post = { is = "postcode", needs = "optional" }
Old = { ignored = "not needed" }
"#;

fn mapping(format: &str) -> Mapping {
    Mapping::parse(&format!("{HEAD}{format}\n{COLUMNS}")).unwrap()
}

fn read(mapping: &Mapping, file: &[u8]) -> (Vec<Row>, Vec<Fault>) {
    let catalogue = Catalogue::default();
    let delivery = Delivery {
        mapping,
        catalogue: &catalogue,
        authority_of: &|_| None,
        extracted: Date::constant(2026, 6, 30),
    };
    let mut rows = match Rows::open(file, delivery) {
        Ok(rows) => rows,
        Err(Unread::Refused(_)) => return (Vec::new(), Vec::new()),
        Err(Unread::Reading(error)) => panic!("{error}"),
    };
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

fn utf16(text: &str) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    [0xff, 0xfe].into_iter().chain(units).collect()
}

const XML: &str = "format = \"xml\"\nrows = \"Message/Child\"";

#[test]
fn r80_every_format_gives_the_same_rows() {
    let (expected, faults) = read(
        &mapping(""),
        "Id,Family,Given,Born,Old\nK1,O’Brien,Zoë,2015-03-05,x\nK2,Smith,\"Ann, B\",2016-02-29,\n"
            .replace("\"Ann, B\"", "Ann")
            .as_bytes(),
    );
    assert_eq!(
        (expected.len(), faults.len()),
        (2, 0),
        "{:?}",
        words(&faults)
    );
    let windows =
        b"Id;Family;Given;Born\nK1;O\x92Brien;Zo\xeb;2015-03-05\nK2;Smith;Ann;2016-02-29\n";
    let tabs =
        "Id\tFamily\tGiven\tBorn\r\nK1\tO’Brien\tZoë\t2015-03-05\r\nK2\tSmith\tAnn\t2016-02-29\r\n";
    let first = "{\"Id\":\"K1\",\"Family\":\"O’Brien\",\"Given\":\"Zo\\u00eb\",\"Born\":\"2015-03-05\",\"Old\":{\"any\":[1]}}";
    let second = "{\"Id\":\"K2\",\"Family\":\"Smith\",\"Given\":[\"Ann\"],\"Born\":\"2016-02-29\",\"Line\":null}";
    let xml = "<Message><Head/><Child><Id>K1</Id><Family>O’Brien</Family><Given>Zo&#235;</Given><Born>2015-03-05</Born></Child>\
        <Child><Id>K2</Id><Family>Smith</Family><Given>Ann</Given><Born>2016-02-29</Born><Old><X>1</X></Old></Child></Message>";
    for (format, file) in [
        (
            "delimiter = \";\"\nencoding = \"windows-1252\"",
            windows.to_vec(),
        ),
        ("delimiter = \"\\t\"\nencoding = \"utf-16\"", utf16(tabs)),
        ("delimiter = \"^\"", tabs.replace('\t', "^").into_bytes()),
        (
            "format = \"ndjson\"",
            format!("{first}\n{second}").into_bytes(),
        ),
        (
            "format = \"json\"",
            format!("[{first},{second}]").into_bytes(),
        ),
        (
            "format = \"json\"\nrows = \"data/children\"",
            format!("{{\"n\":2,\"data\":{{\"children\":[{first},{second}]}}}}").into_bytes(),
        ),
        (
            "format = \"json\"\nencoding = \"utf-16\"",
            utf16(&format!("[{first},{second}]")),
        ),
        (XML, xml.as_bytes().to_vec()),
    ] {
        let (rows, faults) = read(&mapping(format), &file);
        assert!(faults.is_empty(), "{format} {:?}", words(&faults));
        let said = |rows: &[Row]| -> Vec<_> {
            rows.iter()
                .map(|row| (row.key.clone(), row.particulars.clone()))
                .collect()
        };
        assert_eq!(said(&rows), said(&expected), "{format}");
    }
}

#[test]
fn r4_a_member_that_is_not_in_the_mapping_refuses_its_row_by_name() {
    let lines = "{\"Id\":\"K1\",\"Family\":\"A\",\"CaseNotes\":{\"Text\":\"secret\"}}\n{\"Id\":\"K2\",\"Family\":\"B\"}\n{\"Id\":\"K3\",\"Family\":\"C\",\"Shoe\":1}\n{\"Jane Smith\":1}\n";
    let (rows, faults) = read(&mapping("format = \"ndjson\""), lines.as_bytes());
    assert_eq!(rows.len(), 1);
    let words = words(&faults);
    assert_eq!(words.len(), 3, "{words:?}");
    assert!(
        words[0].starts_with(
            "line 1, row 1, column CaseNotes/Text: column looks like case information"
        ),
        "{}",
        words[0]
    );
    assert!(
        words[1]
            .starts_with("line 3, row 3, column Shoe: column is not in the agreed mapping (R4)"),
        "{}",
        words[1]
    );
    assert!(
        words[2].starts_with("line 4, row 4: row has no column that was agreed"),
        "{}",
        words[2]
    );
    assert!(!words.concat().contains("secret") && !words.concat().contains("Jane"));
}

#[test]
fn r28_a_member_that_tells_of_a_sensitive_service_is_not_repeated() {
    let line = "{\"Id\":\"K1\",\"Family\":\"A\",\"Contact\":{\"Sexual health clinic\":\"1\"}}";
    let (_, faults) = read(&mapping("format = \"ndjson\""), line.as_bytes());
    let words = words(&faults);
    assert!(
        words[0].starts_with("line 1, row 1: column is not in the agreed mapping (R4)"),
        "{words:?}"
    );
    assert_eq!(words.len(), 1);
}

#[test]
fn several_values_are_taken_together_only_where_they_belong_together() {
    let lines = "{\"Id\":\"K1\",\"Family\":\"A\",\"Line\":[\"1 High St\",\"Town\"]}\n{\"Id\":\"K2\",\"Family\":[\"A\",\"B\"]}\n{\"Id\":[[1]],\"Family\":\"A\"}\n{\"Id\":\"K4\",\"Family\":\"A\",\"Family\":\"B\"}\n";
    let (rows, faults) = read(&mapping("format = \"ndjson\""), lines.as_bytes());
    let residence = rows[0].particulars.residence.clone().unwrap();
    let AddressState::Current(address) = residence.state else {
        panic!()
    };
    let lines: Vec<&str> = address.lines.iter().map(|line| line.as_str()).collect();
    assert_eq!(lines, ["1 High St", "Town"]);
    let complaints: Vec<Complaint> = faults.iter().map(|fault| fault.complaint).collect();
    assert_eq!(
        complaints,
        [Complaint::Repeated, Complaint::TooDeep, Complaint::Repeated]
    );
}

#[test]
fn a_file_that_is_not_of_its_format_is_refused_as_a_whole() {
    let catalogue = Catalogue::default();
    for (format, file, refusal) in [
        ("format = \"ndjson\"", "", Refusal::Empty),
        ("format = \"json\"", "[]", Refusal::Empty),
        (XML, "<Message/>", Refusal::Empty),
        (
            "format = \"json\"",
            "Id,Family\n1,2\n",
            Refusal::Broken(1, Complaint::NotJson),
        ),
        (
            "format = \"json\"\nrows = \"entry\"",
            "{\"other\":[]}",
            Refusal::Broken(1, Complaint::NotJson),
        ),
        (XML, "{}", Refusal::Empty),
        (
            XML,
            "<?xml version=\"1.0\"?>\n<!DOCTYPE x><Message/>",
            Refusal::Broken(2, Complaint::DocumentType),
        ),
        (
            XML,
            "<Message>\n<Data>\n</Message>",
            Refusal::Broken(3, Complaint::NotXml),
        ),
        (
            XML,
            "<Message>\n<Data>\n",
            Refusal::Broken(3, Complaint::CutShort),
        ),
        (
            "format = \"json\"",
            "[\n",
            Refusal::Broken(2, Complaint::CutShort),
        ),
        (
            "format = \"ndjson\"",
            "{\"Jane\":1}\n",
            Refusal::NotThisSupplier,
        ),
    ] {
        let mapping = mapping(format);
        let delivery = Delivery {
            mapping: &mapping,
            catalogue: &catalogue,
            authority_of: &|_| None,
            extracted: Date::constant(2026, 6, 30),
        };
        match Rows::open(file.as_bytes(), delivery) {
            Err(Unread::Refused(found)) => assert_eq!(found, refusal, "{format} {file}"),
            _ => panic!("{format} {file}"),
        }
    }
}

#[test]
fn the_language_says_what_a_format_needs() {
    for (head, says) in [
        ("format = \"xls\"", "csv, json, ndjson, parquet or xml"),
        ("format = \"xml\"", "which element is a row"),
        ("rows = \"a\"", "json and xml only"),
        ("format = \"json\"\nrows = \"a//b\"", "with / between"),
        ("format = \"json\"\ndelimiter = \";\"", "csv only"),
        ("encoding = \"ebcdic\"", "utf-8, utf-16, windows-1252 or"),
        ("delimiter = '\"'", "one ASCII character"),
    ] {
        let unusable = Mapping::parse(&format!("{HEAD}{head}\n{COLUMNS}")).unwrap_err();
        assert!(unusable.to_string().contains(says), "{unusable}");
    }
}

#[test]
fn r78_r4_a_school_census_return_is_read_without_what_does_not_belong_here() {
    let columns = r#"
[columns]
"Identifiers/UPN" = { is = ["key", "upn"] }
"Identifiers/Surname" = { is = "family-name", needs = "value" }
"Identifiers/Forename" = { is = "given-name" }
"Identifiers/DOB" = { is = "born", dates = "yyyy-mm-dd" }
"Home/AddressLine" = { is = "address-line" }
"Home/PostCode" = { is = "postcode" }
"Status/EntryDate" = { is = "school-start", dates = "yyyy-mm-dd" }
"/Message/School/URN" = { is = "school" }
"Status/BoarderIndicator" = { ignored = "where the child sleeps in term" }
"#;
    let head = "format = \"xml\"\nrows = \"Message/Pupils/PupilOnRoll\"";
    let mapping = Mapping::parse(&format!("{HEAD}{head}\n{columns}")).unwrap();
    let pupil = |upn: &str, more: &str| {
        format!(
            "<PupilOnRoll><Identifiers><UPN>{upn}</UPN><Surname>O&apos;Brien</Surname><Forename>Zo\u{eb}</Forename><DOB>2015-03-05</DOB></Identifiers>\
            <Home><AddressLine>1 High Street</AddressLine><AddressLine>Anytown</AddressLine><PostCode>ZZ99 3VZ</PostCode></Home>\
            <Status><EntryDate>2020-09-01</EntryDate><BoarderIndicator>N</BoarderIndicator></Status>{more}</PupilOnRoll>\n"
        )
    };
    let file = format!(
        "<?xml version=\"1.0\"?>\n<Message><Header><Collection>x</Collection></Header><School><URN>100001</URN></School><Pupils>\n{}{}{}</Pupils></Message>",
        pupil("H801200001001", ""),
        pupil(
            "H801200001001",
            "<SpecialNeeds><SENprovision>K</SENprovision></SpecialNeeds>"
        ),
        pupil(
            "H801200001001",
            "<Exclusions><Reason>x</Reason></Exclusions>"
        ),
    );
    let (rows, faults) = read(&mapping, file.as_bytes());
    let words = words(&faults);
    assert_eq!((rows.len(), words.len()), (1, 2), "{words:?}");
    assert!(
        words[0].starts_with(
            "line 4, row 2, column SpecialNeeds/SENprovision: column looks like case information"
        ),
        "{}",
        words[0]
    );
    assert!(
        words[1].starts_with(
            "line 5, row 3, column Exclusions/Reason: column looks like case information"
        ),
        "{}",
        words[1]
    );
    let said = &rows[0].particulars;
    assert_eq!(
        said.education.as_ref().unwrap().place().unwrap().as_str(),
        "100001"
    );
    assert_eq!(said.other_numbers.len(), 1);
    let AddressState::Current(address) = said.residence.clone().unwrap().state else {
        panic!()
    };
    assert_eq!(address.lines.len(), 2);
}

const PATIENT: &str = r#"{"resourceType":"Patient","id":"9000000009","meta":{"versionId":"2","security":[{"system":"s","code":"CODE","display":"d"}]},
"identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"}],
"name":[{"use":"usual","family":"No","given":["No"]},{"use":"official","family":"O'Brien","given":["Zoë","Ann"],"prefix":["Miss"]},{"use":"old","family":"Smith"},{"use":"old","family":"Jones"}],
"gender":"female","birthDate":"2015-03-05","address":[{"use":"temp","line":["9 Elsewhere"]},{"use":"home","line":["1 High Street"],"city":"Anytown","postalCode":"ZZ99 3VZ"}],
"generalPractitioner":[{"type":"Organization","identifier":{"system":"x","value":"A81001"}}]MORE}"#;

fn bundle(patients: &[String]) -> String {
    let entries: Vec<String> = patients
        .iter()
        .map(|patient| format!("{{\"fullUrl\":\"u\",\"resource\":{patient}}}"))
        .collect();
    format!(
        "{{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[{}]}}",
        entries.join(",\n")
    )
}

#[test]
fn r80_r4_c20_a_fhir_bundle_of_patients_is_read_by_its_ready_mapping() {
    let patient = |code: &str, more: &str| PATIENT.replace("CODE", code).replace("MORE", more);
    let file = bundle(&[
        patient("U", ""),
        patient("R", ""),
        patient("odd", ""),
        patient("U", ",\"photo\":[{\"url\":\"x\"}]"),
        patient("U", ",\"deceasedBoolean\":true"),
        patient("U", ",\"deceasedBoolean\":false"),
        "{\"resourceType\":\"Observation\",\"id\":\"1\"}".into(),
    ]);
    let (rows, faults) = read(&built_in("fhir_patient").unwrap().unwrap(), file.as_bytes());
    let restrictions: Vec<Restriction> = rows.iter().map(|row| row.restriction).collect();
    assert_eq!(
        restrictions,
        [
            Restriction::None,
            Restriction::AtSource,
            Restriction::AtSource,
            Restriction::None
        ],
        "{:?}",
        words(&faults)
    );
    let said = &rows[0].particulars;
    assert_eq!(said.name.as_ref().unwrap().to_string(), "Zoë Ann O'Brien");
    assert_eq!(said.former_names.len(), 2);
    assert_eq!(said.other_numbers.len(), 1);
    assert!(said.primary_care.is_some() && said.born.is_some() && said.gender.is_some());
    let AddressState::Current(address) = said.residence.clone().unwrap().state else {
        panic!()
    };
    let lines: Vec<&str> = address.lines.iter().map(|line| line.as_str()).collect();
    assert_eq!(
        (lines, address.postcode.unwrap().as_str()),
        (vec!["1 High Street", "Anytown"], "ZZ99 3VZ")
    );
    let words = words(&faults);
    assert_eq!(words.len(), 4, "{words:?}");
    assert!(
        words[1].contains("photo/url: column looks like case information"),
        "{}",
        words[1]
    );
    assert!(words[2].contains("not of the kind of rows"), "{}", words[2]);
    assert!(words[3].contains("not of the kind of rows"), "{}", words[3]);
}

proptest! {
    #[test]
    fn any_bytes_in_any_format_end_without_a_panic(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), "[\\[\\]{}<>,:\"/&;\n]".prop_map(|text| text.as_bytes()[0])], 0..300),
    ) {
        for format in ["encoding = \"windows-1252\"", "encoding = \"utf-16\"", "format = \"ndjson\"", "format = \"json\"", "format = \"json\"\nrows = \"a\"", "format = \"json\"\nencoding = \"utf-16\"", XML] {
            read(&mapping(format), &bytes);
        }
        read(&mapping("format = \"ndjson\""), &[b"{\"Id\":\"K\",\"Family\":\"A\"}\n{\"Id\":".as_slice(), &bytes].concat());
        read(&mapping(XML), &[b"<Message><Child><Id>".as_slice(), &bytes].concat());
    }
}

#[cfg(not(feature = "parquet"))]
#[test]
fn r80_a_program_without_parquet_says_how_to_build_one_with_it() {
    let catalogue = Catalogue::default();
    let delivery = Delivery {
        mapping: &mapping("format = \"parquet\""),
        catalogue: &catalogue,
        authority_of: &|_| None,
        extracted: Date::constant(2026, 6, 30),
    };
    let Err(Unread::Refused(refusal)) = Rows::open(&b"PAR1"[..], delivery) else {
        panic!("it was read");
    };
    let refusal = refusal.to_string();
    assert!(
        refusal.contains("cargo build --release --features parquet"),
        "{refusal}"
    );
}
