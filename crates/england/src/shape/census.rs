//! A school's census return (XML): its header, the school and the pupils on its roll, with identifiers, status and home alone.

use std::io::{self, Write};

use jiff::civil::Date;

use super::xml::Xml;
use crate::person::{Education, Sex};
use crate::row::Row;
use crate::setting::School;

/// Schools have numbers of their authority from here.
const AUTHORITY_NUMBER_BASE: usize = 201;
const ESTABLISHMENTS: u32 = 10_000;
/// What stands before a return's header.
pub const OPENING: &[u8] = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Message>\n";

/// One pupil on the roll.
pub fn write_pupil(xml: &mut Xml, row: &Row<'_>) {
    xml.begin("PupilOnRoll");
    write_identifiers(xml, row);
    write_status(xml, row);
    write_home(xml, row);
    xml.end_line("PupilOnRoll");
}

/// What a pupil is known by.
pub fn write_identifiers(xml: &mut Xml, row: &Row<'_>) {
    let (person, said) = (row.person, &row.said);
    xml.begin("PupilIdentifiers");
    xml.text("UPN", person.upn.as_deref().unwrap_or(""));
    let former = person.former_upn.as_deref().filter(|_| !person.adopted);
    xml.text("FormerUPN", former.unwrap_or(""));
    xml.text("Surname", &said.family);
    xml.text("Forename", &said.given);
    xml.text("MiddleNames", &said.middle);
    let preferred = person.preferred_family.as_deref();
    xml.text("PreferredSurname", preferred.unwrap_or(""));
    xml.day("DOB", said.date_of_birth);
    xml.text("Sex", sex(said.sex));
    xml.end("PupilIdentifiers");
}

/// Since when a pupil is on the roll.
pub fn write_status(xml: &mut Xml, row: &Row<'_>) {
    xml.begin("PupilStatus");
    let is_of_two = row.luck.is_multiple_of(60);
    xml.text("EnrolStatus", if is_of_two { "M" } else { "C" });
    if let Education::School { since, .. } = row.person.education {
        xml.day("EntryDate", Some(since));
    }
    xml.text("PartTime", "false");
    xml.text("Boarder", "N");
    xml.end("PupilStatus");
}

/// Where a pupil lives.
pub fn write_home(xml: &mut Xml, row: &Row<'_>) {
    if let Some(address) = &row.said.address {
        xml.begin("HomeInformation");
        xml.begin("Address");
        xml.text("AddressLine1", &address.line);
        xml.text("AddressLine2", &address.town);
        xml.text("PostCode", &address.postcode);
        xml.end("Address");
        xml.end("HomeInformation");
    }
}

/// The return of a school on a day.
pub fn write_return(
    sink: &mut dyn Write,
    (school, today): (&School, Date),
    pupils: &[u8],
) -> io::Result<()> {
    let mut xml = Xml::default();
    write_header(&mut xml, (school, today));
    xml.begin("School");
    xml.begin("SchoolCharacteristics");
    xml.text("URN", &school.code.to_string());
    xml.text("SchoolName", &school.name);
    xml.end("SchoolCharacteristics");
    xml.end_line("School");
    sink.write_all(OPENING)?;
    sink.write_all(&xml.bytes)?;
    sink.write_all(b"<Pupils><PupilsOnRoll>\n")?;
    sink.write_all(pupils)?;
    sink.write_all(b"</PupilsOnRoll></Pupils>\n</Message>\n")?;
    sink.flush()
}

/// What a return says of itself.
pub fn write_header(xml: &mut Xml, (school, today): (&School, Date)) {
    let (authority, establishment) = numbers(school);
    xml.begin("Header");
    xml.begin("CollectionDetails");
    xml.text("Collection", "School Census");
    xml.text("Term", "SUM");
    xml.text("Year", &today.year().to_string());
    xml.day("ReferenceDate", Some(today));
    xml.end("CollectionDetails");
    xml.begin("Source");
    xml.text("SourceLevel", "S");
    xml.text("LEA", &authority);
    xml.text("Estab", &establishment);
    xml.text("SoftwareCode", "Synthetic England");
    xml.text("SerialNo", "001");
    xml.text("DateTime", &format!("{today}T00:00:00"));
    xml.end("Source");
    xml.end_line("Header");
}

/// The number of a school's authority, and its own within it.
pub fn numbers(school: &School) -> (String, String) {
    let authority = school.authority.saturating_add(AUTHORITY_NUMBER_BASE);
    let establishment = school.code.checked_rem(ESTABLISHMENTS).unwrap_or(0);
    (format!("{authority:03}"), format!("{establishment:04}"))
}

/// The code for a sex.
pub const fn sex(sex: Option<Sex>) -> &'static str {
    match sex {
        Some(Sex::Female) => "F",
        Some(Sex::Male) => "M",
        None => "U",
    }
}
