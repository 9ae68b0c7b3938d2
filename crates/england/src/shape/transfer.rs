//! A common transfer file (XML) of pupils who came to a school from somewhere that is not named.

use std::io::{self, Write};

use jiff::civil::Date;

use super::census::{numbers, sex};
use super::xml::Xml;
use crate::row::Row;
use crate::setting::School;

/// One pupil in so many has a transfer file.
pub const ONE_IN: u32 = 8;

/// One pupil, with those who have parental responsibility.
pub fn write_pupil(xml: &mut Xml, row: &Row<'_>) {
    let (person, said) = (row.person, &row.said);
    xml.begin("Pupil");
    xml.text("UPN", person.upn.as_deref().unwrap_or(""));
    xml.text("Surname", &said.family);
    xml.text("Forename", &said.given);
    xml.day("DOB", said.date_of_birth);
    xml.text("Sex", sex(said.sex));
    let preferred = person.preferred_family.as_deref().unwrap_or("");
    if !(said.middle.is_empty() && preferred.is_empty()) {
        xml.begin("BasicDetails");
        xml.text("PreferredSurname", preferred);
        xml.text("MiddleNames", &said.middle);
        xml.end("BasicDetails");
    }
    if let Some(address) = &said.address {
        xml.begin("Address");
        xml.begin("AddressLines");
        xml.text("AddressLine1", &address.line);
        xml.text("AddressLine2", &address.town);
        xml.end("AddressLines");
        xml.text("PostCode", &address.postcode);
        xml.end("Address");
    }
    if !person.carers.is_empty() {
        write_contacts(xml, row);
    }
    xml.end_line("Pupil");
}

fn write_contacts(xml: &mut Xml, row: &Row<'_>) {
    xml.begin("Contacts");
    for (order, carer) in (1_u32..).zip(&row.person.carers) {
        xml.begin("Contact");
        xml.text("Order", &order.to_string());
        xml.text("Surname", &carer.family);
        xml.text("Forename", &carer.given);
        xml.text("Relationship", "PAR");
        xml.text("Responsibility", "true");
        xml.begin("Phones");
        xml.begin("Phone");
        xml.text("TelephoneType", "M");
        xml.text("PhoneNo", &carer.telephone);
        xml.end("Phone");
        xml.end("Phones");
        xml.end("Contact");
    }
    xml.end("Contacts");
}

/// The file to a school, made on a day.
pub fn write_file(
    sink: &mut dyn Write,
    (school, today): (&School, Date),
    pupils: &[u8],
) -> io::Result<()> {
    let (authority, establishment) = numbers(school);
    let mut xml = Xml::default();
    xml.begin("Header");
    xml.text("DocumentName", "Common Transfer File");
    xml.text("CTFversion", "25.0");
    xml.text("DateTime", &format!("{today}T00:00:00"));
    xml.text("DocumentQualifier", "partial");
    xml.text("SupplierID", "Synthetic England");
    xml.begin("SourceSchool");
    xml.text("LEA", &authority);
    xml.text("Estab", "LLLL");
    xml.end("SourceSchool");
    xml.begin("DestSchool");
    xml.text("LEA", &authority);
    xml.text("Estab", &establishment);
    xml.text("URN", &school.code.to_string());
    xml.end("DestSchool");
    xml.end_line("Header");
    sink.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CTfile>\n")?;
    sink.write_all(&xml.bytes)?;
    sink.write_all(b"<CTFpupilData>\n")?;
    sink.write_all(pupils)?;
    sink.write_all(b"</CTFpupilData>\n</CTfile>\n")?;
    sink.flush()
}
