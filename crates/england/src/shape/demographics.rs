//! Patients as a national register of demographics gives them (FHIR R4, UK Core): the usual name, how the number was verified, somebody to be
//! telephoned, a pharmacy, and what kind of record it is. Of a restricted one no address, no practice and no telephone number is given.

use super::bundle::{put, text};
use crate::calendar::{DateStyle, write_date};
use crate::person::Sex;
use crate::row::Row;
use crate::setting::write_practice_code;

/// What stands before the first patient.
pub const OPENING: &str = "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[";
/// What stands behind the last.
pub const CLOSING: &str = "\n]}\n";

/// One patient in so many is restricted, one in so many has no `use` with the only name.
const RESTRICTED_ONE_IN: u32 = 211;
const SILENT_ONE_IN: u32 = 17;

const UK_CORE: &str = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-";

/// One entry.
pub fn write_patient(out: &mut Vec<u8>, row: &Row<'_>) {
    let said = &row.said;
    let is_restricted = row.luck.is_multiple_of(RESTRICTED_ONE_IN);
    let key = row.key.to_string();
    put(
        out,
        &["\n{\"fullUrl\":\"urn:contactpoint:demographics:", &key],
    );
    put(
        out,
        &[
            "\",\"search\":{\"score\":1},\"resource\":{\"resourceType\":\"Patient\",\"id\":\"",
            &key,
        ],
    );
    put(
        out,
        &[
            "\",\"meta\":{\"versionId\":\"2\",\"security\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-Confidentiality\",",
        ],
    );
    put(
        out,
        &[if is_restricted {
            "\"code\":\"R\",\"display\":\"restricted\"}]}"
        } else {
            "\"code\":\"U\",\"display\":\"unrestricted\"}]}"
        }],
    );
    if let Some(number) = said.nhs_number {
        write_number(out, number);
    }
    write_names(out, row);
    let gender = match said.sex {
        Some(Sex::Female) => "female",
        Some(Sex::Male) => "male",
        None => "unknown",
    };
    put(
        out,
        &[",\"gender\":\"", gender, "\",\"multipleBirthInteger\":1"],
    );
    if let Some(born) = said.date_of_birth {
        put(out, &[",\"birthDate\":\""]);
        write_date(out, born, DateStyle::Iso);
        put(out, &["\""]);
    }
    if !is_restricted {
        write_whereabouts(out, row);
    }
    put(
        out,
        &[
            ",\"extension\":[{\"url\":\"",
            UK_CORE,
            "NominatedPharmacy\",\"valueReference\":{\"identifier\":{\"system\":\"https://fhir.nhs.uk/Id/ods-organization-code\",\"value\":\"Y12345\"}}}]",
        ],
    );
    put(out, &["}}"]);
}

fn write_number(out: &mut Vec<u8>, number: u64) {
    put(
        out,
        &[
            ",\"identifier\":[{\"extension\":[{\"url\":\"",
            UK_CORE,
            "NHSNumberVerificationStatus\",\"valueCodeableConcept\":{\"coding\":[{",
        ],
    );
    put(
        out,
        &[
            "\"system\":\"https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus\",\"code\":\"01\",\"display\":\"Number present and verified\"}]}}],",
        ],
    );
    put(
        out,
        &[
            "\"system\":\"https://fhir.nhs.uk/Id/nhs-number\",\"value\":\"",
            &format!("{number:010}"),
            "\"}]",
        ],
    );
}

fn write_names(out: &mut Vec<u8>, row: &Row<'_>) {
    let said = &row.said;
    let is_silent = row.luck.is_multiple_of(SILENT_ONE_IN);
    put(out, &[",\"name\":[{\"id\":\"123\","]);
    if !is_silent {
        put(
            out,
            &["\"use\":\"usual\",\"period\":{\"start\":\"2020-01-01\"},"],
        );
    }
    put(out, &["\"prefix\":[\"Mx\"],\"family\":"]);
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
    if !is_silent {
        put(out, &[",{\"use\":\"nickname\",\"given\":[\"Pip\"]}"]);
    }
    put(out, &["]"]);
}

/// Where a patient lives, is treated and can be reached.
fn write_whereabouts(out: &mut Vec<u8>, row: &Row<'_>) {
    if let Some(address) = &row.said.address {
        put(
            out,
            &[
                ",\"address\":[{\"id\":\"456\",\"use\":\"home\",\"period\":{\"start\":\"2020-01-01\"},\"line\":[",
            ],
        );
        text(out, &address.line);
        put(out, &[","]);
        text(out, &address.town);
        put(out, &["],\"postalCode\":"]);
        text(out, &address.postcode);
        put(
            out,
            &[
                ",\"extension\":[{\"url\":\"",
                UK_CORE,
                "AddressKey\",\"extension\":[{\"url\":\"type\",\"valueCoding\":{\"code\":\"PAF\"}},{\"url\":\"value\",\"valueString\":\"12345678\"}]}]}]",
            ],
        );
    }
    if let Some(practice) = row.person.practice {
        put(
            out,
            &[
                ",\"generalPractitioner\":[{\"id\":\"254406A3\",\"type\":\"Organization\",\"identifier\":{\"system\":\"https://fhir.nhs.uk/Id/ods-organization-code\",\"value\":\"",
            ],
        );
        write_practice_code(out, practice);
        put(out, &["\",\"period\":{\"start\":\"2020-01-01\"}}}]"]);
    }
    put(
        out,
        &[
            ",\"telecom\":[{\"id\":\"789\",\"system\":\"phone\",\"value\":\"01632 960587\",\"use\":\"home\"}]",
        ],
    );
    put(
        out,
        &[
            ",\"contact\":[{\"id\":\"C123\",\"relationship\":[{\"coding\":[{\"code\":\"C\",\"display\":\"Emergency Contact\"}]}],\"telecom\":[{\"system\":\"phone\",\"value\":\"01632 960588\"}]}]",
        ],
    );
}
