//! What the ready mappings choose between: the addresses of a patient, the telephones of a carer.

use super::*;
use directory::Date;
use directory::address::AddressState;
use directory::service::Catalogue;
use directory::supplied::Row;
use directory::text::{AuthorityCode, PlaceCode};

fn read(name: &str, file: &[u8]) -> (Vec<Row>, Vec<String>) {
    let mapping = built_in(name).unwrap().unwrap();
    let area = |place: &PlaceCode| {
        let is_known = place.as_str() == "A81001";
        is_known.then(|| AuthorityCode::parse("E06000025").unwrap())
    };
    let delivery = Delivery {
        mapping: &mapping,
        catalogue: &Catalogue::default(),
        authority_of: &area,
        extracted: Date::constant(2026, 6, 1),
    };
    let mut rows = Rows::open(file, delivery).unwrap_or_else(|unread| panic!("{unread}"));
    let batch = rows.read().unwrap().unwrap();
    let words = batch.faults.iter().map(ToString::to_string).collect();
    (batch.rows, words)
}

fn patient(members: &str) -> String {
    format!(
        r#"{{"resourceType":"Bundle","entry":[{{"resource":{{"resourceType":"Patient","id":"7","birthDate":"2015-10-22","name":[{{"use":"usual","family":"Lee"}}],{members}}}}}]}}"#
    )
}

/// An address of one line. The empty use: nothing is said of it.
fn address(of: &str, line: &str) -> String {
    let said = match of {
        "" => String::new(),
        said => format!("\"use\":\"{said}\","),
    };
    format!(
        r#"{{{said}"type":"both","text":"{line}, Anytown","line":["{line}"],"city":"Anytown","postalCode":"ZZ99 3VZ","period":{{"start":"2020-01-01"}}}}"#
    )
}

fn addresses(each: &[(&str, &str)]) -> String {
    let each: Vec<String> = each.iter().map(|(of, line)| address(of, line)).collect();
    patient(&format!("\"address\":[{}]", each.join(",")))
}

fn line_of(row: &Row) -> Option<String> {
    let residence = row.particulars.residence.as_ref()?;
    let AddressState::Current(address) = &residence.state else {
        panic!("{residence:?}")
    };
    Some(address.lines.first().unwrap().to_string())
}

#[test]
fn r80_the_address_called_home_is_taken_else_the_one_that_is_called_nothing() {
    for (each, expected) in [
        (&[("home", "1 High Street")][..], Some("1 High Street")),
        (&[("", "1 High Street")], Some("1 High Street")),
        (
            &[("", "9 Old Lane"), ("home", "1 High Street")],
            Some("1 High Street"),
        ),
        (
            &[("old", "9 Old Lane"), ("", "1 High Street")],
            Some("1 High Street"),
        ),
        (
            &[
                ("temp", "9 Old Lane"),
                ("work", "8 Mill"),
                ("billing", "7 Mill"),
            ],
            None,
        ),
        (&[("old", "9 Old Lane")], None),
        (&[], None),
    ] {
        let file = addresses(each);
        let (rows, words) = read("fhir_patient", file.as_bytes());
        assert_eq!((rows.len(), words), (1, vec![]), "{each:?}");
        assert_eq!(line_of(&rows[0]).as_deref(), expected, "{each:?}");
        // Stripped, it says the same.
        let mapping = built_in("fhir_patient").unwrap().unwrap();
        let mut out = Vec::new();
        strip(&mapping, file.as_bytes(), &mut out).unwrap();
        let (rows, words) = read("fhir_patient", &out);
        assert_eq!((rows.len(), words), (1, vec![]), "{each:?}");
        assert_eq!(line_of(&rows[0]).as_deref(), expected, "{each:?}");
    }
}

#[test]
fn of_two_addresses_that_say_the_same_none_is_taken_and_the_source_is_asked_once() {
    for said in ["home", ""] {
        let file = addresses(&[(said, "1 High Street"), (said, "2 High Street")]);
        let (rows, words) = read("fhir_patient", file.as_bytes());
        assert_eq!((rows.len(), words.len()), (1, 1), "{words:?}");
        assert!(rows[0].particulars.residence.is_none());
        assert!(
            words[0].starts_with(
                "line 1, row 1, column resource/address[use=home|]/line: row has several values where there can be one"
            ),
            "{words:?}"
        );
    }
}

#[test]
fn r4_case_information_in_an_address_that_is_not_taken_refuses_the_patient() {
    let file = patient(r#""address":[{"use":"old","line":["9 Old Lane"],"notes":"a refuge"}]"#);
    let (rows, words) = read("fhir_patient", file.as_bytes());
    assert!(rows.is_empty());
    assert!(words[0].contains("resource/address/notes: column looks like case information"));
    assert!(!words[0].contains("refuge"));
}

#[test]
fn r86_a_patient_is_in_the_area_of_the_practice() {
    let with_practice = |code: &str| {
        let practice =
            format!("\"generalPractitioner\":[{{\"identifier\":{{\"value\":\"{code}\"}}}}]");
        patient(&format!(
            "\"address\":[{}],{practice}",
            address("home", "1 High Street")
        ))
    };
    let authority = |file: &str| {
        let (rows, words) = read("fhir_patient", file.as_bytes());
        assert_eq!(words, [""; 0]);
        let residence = rows[0].particulars.residence.clone().unwrap();
        residence.authority.map(|code| code.to_string())
    };
    assert_eq!(
        authority(&with_practice("A81001")).as_deref(),
        Some("E06000025")
    );
    assert_eq!(
        authority(&with_practice("A99999")),
        None,
        "nobody knows where that is"
    );
}

fn transfer(phones: &str) -> String {
    let contact = |order: u8, phones: &str| {
        format!(
            "<Contact><Order>{order}</Order><Surname>Ash</Surname><Forename>Ann</Forename><Responsibility>true</Responsibility>{phones}</Contact>"
        )
    };
    let other = "<Phones><Phone><TelephoneType>M</TelephoneType><PhoneNo>01632 960099</PhoneNo></Phone></Phones>";
    format!(
        "<CTfile><CTFpupilData><Pupil><UPN>H801200001001</UPN><Surname>Jones</Surname><DOB>2016-01-02</DOB><Contacts>{}{}</Contacts></Pupil></CTFpupilData></CTfile>",
        contact(1, phones),
        contact(2, other),
    )
}

#[test]
fn r12_a_carers_mobile_is_taken_else_the_telephone_at_home_else_any() {
    for (types, expected) in [
        (&["H", "M"][..], Some("01632960001")),
        (&["W", "H"], Some("01632960001")),
        (&["H"], Some("01632960000")),
        (&["W", "F"], Some("01632960000")),
        (&["M", "M", "H"], Some("01632960000")),
        (&["W", "H", "H"], Some("01632960001")),
        (&[""], Some("01632960000")),
        (&[], None),
    ] {
        let phone = |(at, kind): (usize, &&str)| {
            let kind = match *kind {
                "" => String::new(),
                kind => format!("<TelephoneType>{kind}</TelephoneType>"),
            };
            format!("<Phone>{kind}<PhoneNo>01632 96000{at}</PhoneNo></Phone>")
        };
        let phones: String = types.iter().enumerate().map(phone).collect();
        let file = transfer(&format!("<Phones>{phones}</Phones>"));
        let (rows, words) = read("pupil_transfer", file.as_bytes());
        assert_eq!((rows.len(), words), (1, vec![]), "{types:?}");
        let carers = rows[0].particulars.carers.iter();
        let found: Vec<Option<&str>> = carers
            .map(|carer| carer.telephone.as_ref().map(|number| number.as_str()))
            .collect();
        assert_eq!(found, [expected, Some("01632960099")], "{types:?}");
    }
}
