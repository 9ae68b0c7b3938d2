//! Patients in a FHIR R4 bundle, as an NHS system gives them.

use crate::calendar::{DateStyle, write_date};
use crate::person::Sex;
use crate::row::Row;
use crate::setting::write_practice_code;

/// What stands before the first patient.
pub const OPENING: &str = "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[";
/// What stands behind the last.
pub const CLOSING: &str = "\n]}\n";

/// One entry.
pub fn write_patient(out: &mut Vec<u8>, row: &Row<'_>) {
    let (person, said) = (row.person, &row.said);
    put(out, &["\n{\"fullUrl\":\"urn:contactpoint:patient:"]);
    put(out, &[&row.key.to_string(), "\",\"resource\":{"]);
    put(
        out,
        &[
            "\"resourceType\":\"Patient\",\"id\":\"",
            &row.key.to_string(),
            "\"",
        ],
    );
    if let Some(number) = said.nhs_number {
        put(
            out,
            &[",\"identifier\":[{\"system\":\"https://fhir.nhs.uk/Id/nhs-number\",\"value\":\""],
        );
        put(out, &[&format!("{number:010}"), "\"}]"]);
    }
    write_names(out, row);
    let gender = match said.sex {
        Some(Sex::Female) => "female",
        Some(Sex::Male) => "male",
        None => "unknown",
    };
    put(out, &[",\"gender\":\"", gender, "\""]);
    if let Some(born) = said.date_of_birth {
        put(out, &[",\"birthDate\":\""]);
        write_date(out, born, DateStyle::Iso);
        put(out, &["\""]);
    }
    if let Some(address) = &said.address {
        put(out, &[",\"address\":[{\"use\":\"home\",\"line\":["]);
        text(out, &address.line);
        put(out, &["],\"city\":"]);
        text(out, &address.town);
        put(out, &[",\"postalCode\":"]);
        text(out, &address.postcode);
        put(out, &["}]"]);
    }
    if let Some(practice) = person.practice {
        put(
            out,
            &[
                ",\"generalPractitioner\":[{\"type\":\"Organization\",\"identifier\":{\"system\":\"https://fhir.nhs.uk/Id/ods-organization-code\",\"value\":\"",
            ],
        );
        write_practice_code(out, practice);
        put(out, &["\"}}]"]);
    }
    put(out, &["}}"]);
}

fn write_names(out: &mut Vec<u8>, row: &Row<'_>) {
    let said = &row.said;
    put(out, &[",\"name\":[{\"use\":\"official\",\"family\":"]);
    text(out, &said.family);
    if !said.given.is_empty() {
        put(out, &[",\"given\":["]);
        text(out, &said.given);
        if !said.middle.is_empty() {
            put(out, &[","]);
            text(out, &said.middle);
        }
        put(out, &["]"]);
    }
    put(out, &["}"]);
    let is_told = row.luck.is_multiple_of(2) && !row.person.adopted;
    if let Some(former) = said.former_family.as_deref().filter(|_| is_told) {
        put(out, &[",{\"use\":\"old\",\"family\":"]);
        text(out, former);
        put(out, &["}"]);
    }
    put(out, &["]"]);
}

/// A string of JSON. Nothing that is written here has control characters.
pub fn text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    for byte in text.bytes() {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out.push(b'"');
}

/// Some parts, as they are.
pub fn put(out: &mut Vec<u8>, parts: &[&str]) {
    for part in parts {
        out.extend_from_slice(part.as_bytes());
    }
}
