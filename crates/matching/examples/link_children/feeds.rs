//! The feeds of the `england` generator: which of their columns fill those of the linked table.

use std::borrow::Cow;

use matching::link::{Builder, Column, Kind, Records, Rows, Schema, SourceId};

/// Columns of the linked table, in order.
const COLUMNS: &[(&str, Kind)] = &[
    ("given", Kind::GivenName),
    ("further", Kind::GivenName),
    ("family", Kind::FamilyName),
    ("former", Kind::FormerName),
    ("preferred", Kind::FormerName),
    ("date", Kind::Date),
    ("sex", Kind::Sex),
    ("address", Kind::Address),
    ("town", Kind::Address),
    ("postcode", Kind::Postcode),
    ("parent", Kind::ParentName),
    ("parent family", Kind::ParentName),
    ("other parent", Kind::ParentName),
    ("other parent family", Kind::ParentName),
    ("nhs number", Kind::Identifier),
    ("pupil number", Kind::Identifier),
];
const NUMBERS_FROM: usize = 14;
/// Columns of the table, at most.
pub const COLUMNS_MAX: usize = COLUMNS.len();

/// A feed and its column for each of [`COLUMNS`], `|` between them; `,` before a column that holds `FAMILY, Given`.
pub const FEEDS: [(&str, &str); 11] = [
    (
        "births",
        "ChildForenames||ChildSurname|||DateOfBirth|Sex|UsualAddress||UsualPostcode|MotherForenames|MotherSurname|FatherForenames|FatherSurname|NHSNumber|",
    ),
    (
        "nhs",
        "given_name|other_given_names|family_name|previous_family_name||birth_date|gender_code|address_line_1|address_line_2|postcode|||||nhs_number|",
    ),
    (
        "child_benefit",
        ",ChildFullName|||||ChildDOB|ChildSex|Addr1|Addr2|PCode|ClaimantName|||||",
    ),
    (
        "census",
        "Forename|MiddleNames|Surname|FormerSurname|PreferredSurname|DOB|Gender|AddressLine1|Town|PostCode||||||UPN",
    ),
    (
        "social_care",
        "Forenames||Surname|||DOB|Gender|Address||Postcode|CarerName||||NHSNo|UPN",
    ),
    (
        "health_visiting",
        "given_name||family_name|||birth_date|sex|||postcode|||||nhs_number|",
    ),
    (
        "education_welfare",
        "FNAME||SNAME|||BIRTH_DT|SEX_CD|ADDR||PCODE||||||",
    ),
    (
        "early_help",
        "Forenames||Surname|||DOB|Gender|||Postcode|||||NHSNo|UPN",
    ),
    (
        "voluntary",
        ",Child's name|||||Date of birth|Sex|||Post code||||||",
    ),
    (
        "youth_justice",
        "Forename||Surname|||Date of birth|Sex|||Post code||||||",
    ),
    (
        "housing",
        "FNAME||SNAME|||BIRTH_DT|SEX_CD|ADDR||PCODE||||||",
    ),
];

/// The columns that are linked.
pub fn schema(numbers: bool) -> Schema {
    let columns = COLUMNS.iter().take(width(numbers));
    Schema::new(
        columns
            .map(|(name, kind)| Column::new(name, *kind))
            .collect(),
    )
    .unwrap()
}

fn width(numbers: bool) -> usize {
    if numbers { COLUMNS.len() } else { NUMBERS_FROM }
}

/// Names all feeds to a builder, in their order.
pub fn sources(builder: &mut Builder) -> Vec<SourceId> {
    FEEDS
        .iter()
        .map(|(name, _)| builder.source(name, Rows::MayRepeat))
        .collect()
}

/// Where a feed's rows have the table's columns.
pub struct Places {
    places: Vec<Option<usize>>,
    /// The first column holds the family name, a comma and the given names.
    is_joined: bool,
}

impl Places {
    /// From the heading of a feed of [`FEEDS`].
    pub fn of(feed: usize, heading: &[String], numbers: bool) -> Self {
        let columns = FEEDS[feed].1.split('|').take(width(numbers));
        let place = |name: &str| {
            let name = name.trim_start_matches(',');
            heading.iter().position(|column| column == name)
        };
        Self {
            places: columns.map(place).collect(),
            is_joined: FEEDS[feed].1.starts_with(','),
        }
    }

    /// The fields of a record in the order of the table's columns.
    pub fn fields<'r>(&self, records: &Records<'r>, fields: &mut Vec<Cow<'r, str>>) {
        fields.clear();
        let of = |place: &Option<usize>| place.map_or(Cow::Borrowed(""), |at| records.field(at));
        fields.extend(self.places.iter().map(of));
    }

    /// The same as a row of the table.
    pub fn row<'r>(
        &self,
        fields: &'r [Cow<'r, str>],
        row: &'r mut [&'r str; COLUMNS_MAX],
    ) -> &'r [&'r str] {
        for (slot, field) in row.iter_mut().zip(fields) {
            *slot = field;
        }
        if self.is_joined
            && let Some((family, given)) = row[0].split_once(", ")
        {
            (row[0], row[2]) = (given, family);
        }
        &row[..fields.len()]
    }
}
