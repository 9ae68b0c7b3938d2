//! What a good value looks like, for whoever mends a bad one.

use super::column::Column;
use super::complaint::Complaint;
use super::fault::Fault;
use super::mapping::Mapping;
use super::meaning::Meaning;

/// A good value in place of the one at fault, made up; empty when words say it better.
#[must_use]
pub fn example(fault: &Fault, mapping: &Mapping) -> String {
    match fault.complaint {
        Complaint::Fields => "\"12 High Street, Anytown\"".to_owned(),
        Complaint::Unclassified | Complaint::NotKnownHere => String::new(),
        Complaint::Quotes => "\"The \"\"Old\"\" Mill\"".to_owned(),
        _ => column_of(fault, mapping).map_or_else(String::new, good_value),
    }
}

fn column_of<'a>(fault: &Fault, mapping: &'a Mapping) -> Option<&'a Column> {
    let name = fault.column.as_deref()?;
    let mut columns = mapping.columns.iter();
    columns.find(|column| *column.name == *name && column.meaning.words() == fault.what)
}

fn good_value(column: &Column) -> String {
    if let Some(form) = column.dates.first() {
        return form.example().to_owned();
    }
    let own = good(column.meaning);
    if own.is_empty() {
        let codes: Vec<&str> = column.codes.iter().map(|(code, _)| code.as_str()).collect();
        return codes.join(" or ");
    }
    own.to_owned()
}

/// A made-up value: telephone numbers are of those kept for drama, the NHS number of those never given to anybody.
fn good(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Key | Meaning::InvolvementKey | Meaning::ConsentReference => "A-1042",
        Meaning::GivenName | Meaning::FormerGivenName | Meaning::CarerGivenName => "Jane",
        Meaning::MiddleNames => "Ann",
        Meaning::FamilyName | Meaning::FormerFamilyName | Meaning::CarerFamilyName => "O'Brien",
        Meaning::FullName | Meaning::CarerName => "Jane O'Brien",
        Meaning::AddressLine => "12 High Street",
        Meaning::Address => "12 High Street, Anytown",
        Meaning::Postcode => "ZZ99 3VZ",
        Meaning::Authority => "E06000025",
        Meaning::CarerTelephone | Meaning::Telephone => "01632 960123",
        Meaning::CarerEmail | Meaning::Email => "name@example.org",
        Meaning::School => "100001",
        Meaning::Practice => "A81001",
        Meaning::NhsNumber => "999 000 0018",
        Meaning::PupilNumber => "H801200001001",
        Meaning::Service => "SW01",
        Meaning::PractitionerGivenName => "Asha",
        Meaning::PractitionerFamilyName => "Rahman",
        Meaning::PractitionerName => "Asha Rahman",
        Meaning::JobTitle => "Family support worker",
        Meaning::Organisation => "Northgate Family Centre",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::supply::meaning::{MEANINGS, Needs};
    use crate::supply::{Delivery, Rows};
    use directory::service::{Catalogue, Classification, Service};
    use directory::text::ServiceCode;

    /// A mapping of every meaning, each in a column of its own name.
    fn everything() -> Mapping {
        let columns = Meaning::words_in_mappings().filter(|word| !word.starts_with("consent"));
        let columns = columns.map(|word| match Meaning::parse(word).unwrap().needs() {
            Needs::Dates => format!("{word} = {{ is = \"{word}\", dates = \"dd-mmm-yyyy\" }}\n"),
            Needs::Codes(codes) => {
                let code = codes.first().unwrap().word();
                format!("{word} = {{ is = \"{word}\", codes = {{ A = \"{code}\" }} }}\n")
            }
            _ => format!("{word} = {{ is = \"{word}\" }}\n"),
        });
        Mapping::parse(&format!(
            "name = \"t\"\ntitle = \"T\"\ncode = \"t\"\nkind = \"local\"\n[columns]\n{}",
            columns.collect::<String>()
        ))
        .unwrap()
    }

    #[test]
    fn a_row_of_examples_has_no_fault() {
        let mapping = everything();
        assert!(mapping.columns.len() > MEANINGS - 8);
        let names: Vec<&str> = mapping.columns.iter().map(|column| &*column.name).collect();
        let values: Vec<String> = mapping
            .columns
            .iter()
            .map(|column| format!("\"{}\"", good_value(column)))
            .collect();
        assert!(values.iter().all(|value| value != "\"\""), "{values:?}");
        let mut catalogue = Catalogue::default();
        catalogue.put(Service {
            code: ServiceCode::parse("SW01").unwrap(),
            name: "Social work".into(),
            sector: directory::organisation::Sector::SocialCare,
            classification: Classification::Ordinary,
        });
        let delivery = Delivery {
            mapping: &mapping,
            catalogue: &catalogue,
            authority_of: &|_| None,
            extracted: directory::Date::constant(2026, 6, 30),
        };
        let file = format!("{}\n{}\n", names.join(","), values.join(","));
        let mut rows = Rows::open(file.as_bytes(), delivery).unwrap();
        let batch = rows.read().unwrap().unwrap();
        assert_eq!(batch.faults, []);
        assert_eq!(batch.rows.len(), 1);
    }
}
