//! The truth: who is behind every row, and who everybody is.

use crate::authority::authorities;
use crate::calendar::{DateStyle, write_date};
use crate::heritage::heritages;
use crate::line::Line;
use crate::person::{Ground, Person, Sex};
use crate::row::Row;
use crate::said::FAULT_NAMES;

/// The headings of `truth.csv`: one line for every row of every feed.
pub const TRUTH: &str = "feed,row_key,person,family,faults\n";
/// The headings of `people.csv`: one line for every person.
pub const PEOPLE: &str = "person,family,given,middle,family_name,birth_given,birth_family,former_family,sex,date_of_birth,\
authority,address,town,postcode,previous_postcode,nhs_number,upn,heritage,born_together,mover,name_changed,adopted,looked_after,at_risk,\
young_adult,involvements\n";

/// Writes the line of a row.
pub fn write_truth(line: &mut Line, row: &Row<'_>) {
    line.text(row.layout.feed.file_stem());
    line.number(row.key);
    line.number(row.person.index);
    line.number(row.person.family_number);
    let mut separator: &[u8] = b"";
    for (fault, name) in FAULT_NAMES.iter().enumerate() {
        if row.said.faults.0 & 1_u16.wrapping_shl(fault as u32) != 0 {
            line.bytes.extend_from_slice(separator);
            line.bytes.extend_from_slice(name.as_bytes());
            separator = b" ";
        }
    }
    line.end_cell();
    line.end();
}

/// Writes the line of a person.
pub fn write_person(line: &mut Line, person: &Person) {
    line.number(person.index);
    line.number(person.family_number);
    for name in [
        &person.given,
        &person.middle,
        &person.family,
        &person.birth_given,
        &person.birth_family,
    ] {
        line.text(name);
    }
    line.text(person.former_family.as_deref().unwrap_or(""));
    line.text(if person.sex == Sex::Female {
        "female"
    } else {
        "male"
    });
    write_date(&mut line.bytes, person.date_of_birth, DateStyle::Iso);
    line.end_cell();
    line.text(
        authorities()
            .get(person.home.authority)
            .map_or("", |authority| authority.code),
    );
    for part in [&person.home.line, &person.home.town, &person.home.postcode] {
        line.text(part);
    }
    line.text(
        person
            .previous_home
            .as_ref()
            .map_or("", |(home, _)| home.postcode.as_str()),
    );
    line.number(person.nhs_number);
    line.text(person.upn.as_deref().unwrap_or(""));
    line.text(
        heritages()
            .get(person.heritage)
            .map_or("", |heritage| heritage.name),
    );
    line.number(u64::from(person.born_together));
    let facts = [
        person.previous_home.is_some(),
        person.former_family.is_some(),
        person.adopted,
        person.looked_after,
        person.at_risk,
    ];
    for fact in facts {
        line.number(u64::from(fact));
    }
    line.text(match person.ground {
        Some(Ground::Connexions) => "connexions",
        Some(Ground::CareLeaver) => "care_leaver",
        Some(Ground::LearningDifficulties) => "learning_difficulties",
        None => "",
    });
    line.number(person.involvements.len() as u64);
    line.end();
}
