//! The columns that feeds are put together from: each writes one cell.

mod involved;

use jiff::civil::Date;

use crate::authority::authorities;
use crate::calendar::{later, write_date};
use crate::line::Line;
use crate::person::{Carer, Education, Sex};
use crate::row::Row;
use crate::setting::write_practice_code;

pub use involved::{
    assessment, consent_by, consent_date, consent_judgement, email, end, job_title, lead,
    organisation, restricted, service, start, telephone, worker,
};

pub fn key(line: &mut Line, row: &Row<'_>) {
    line.number(row.key);
}

pub fn child_key(line: &mut Line, row: &Row<'_>) {
    line.bytes
        .extend_from_slice(row.layout.key_prefix.as_bytes());
    line.digits(row.child_key, 8);
    line.end_cell();
}

pub fn authority(line: &mut Line, row: &Row<'_>) {
    let number = row
        .involvement
        .as_ref()
        .map_or(row.person.home.authority, |(involvement, _)| {
            involvement.authority
        });
    line.text(
        authorities()
            .get(number)
            .map_or("", |authority| authority.code),
    );
}

pub fn district(line: &mut Line, row: &Row<'_>) {
    let number = row.person.birth_home().authority;
    line.text(
        authorities()
            .get(number)
            .map_or("", super::Authority::short_name),
    );
}

pub fn registered_on(line: &mut Line, row: &Row<'_>) {
    const DAYS_MAX: u32 = 42;
    let days = (row.luck % DAYS_MAX).saturating_add(2) as i32;
    let day = later(row.person.date_of_birth, days).min(row.england.options().today);
    date(line, row, Some(day));
}

pub fn given(line: &mut Line, row: &Row<'_>) {
    line.text(&row.said.given);
}

pub fn middle(line: &mut Line, row: &Row<'_>) {
    line.text(&row.said.middle);
}

pub fn given_all(line: &mut Line, row: &Row<'_>) {
    if row.said.middle.is_empty() || row.said.given.is_empty() {
        line.text(&row.said.given);
    } else {
        line.text(&[&row.said.given, " ", &row.said.middle].concat());
    }
}

pub fn family(line: &mut Line, row: &Row<'_>) {
    line.text(&row.said.family);
}

pub fn former_family(line: &mut Line, row: &Row<'_>) {
    let told = row.luck.is_multiple_of(2) && !row.person.adopted;
    line.text(
        row.said
            .former_family
            .as_deref()
            .filter(|_| told)
            .unwrap_or(""),
    );
}

pub fn preferred_family(line: &mut Line, row: &Row<'_>) {
    line.text(row.person.preferred_family.as_deref().unwrap_or(""));
}

pub fn full_name(line: &mut Line, row: &Row<'_>) {
    line.text(&[&row.said.family.to_uppercase(), ", ", &row.said.given].concat());
}

pub fn date_of_birth(line: &mut Line, row: &Row<'_>) {
    date(line, row, row.said.date_of_birth);
}

pub fn sex(line: &mut Line, row: &Row<'_>) {
    let [female, male, unspecified] = row.layout.sexes;
    line.text(match row.said.sex {
        Some(Sex::Female) => female,
        Some(Sex::Male) => male,
        None => unspecified,
    });
}

pub fn address_line(line: &mut Line, row: &Row<'_>) {
    line.text(
        row.said
            .address
            .as_ref()
            .map_or("", |address| address.line.as_str()),
    );
}

pub fn town(line: &mut Line, row: &Row<'_>) {
    line.text(
        row.said
            .address
            .as_ref()
            .map_or("", |address| address.town.as_str()),
    );
}

pub fn address(line: &mut Line, row: &Row<'_>) {
    match &row.said.address {
        Some(address) => line.text(&[&address.line, ", ", &address.town].concat()),
        None => line.text(""),
    }
}

pub fn postcode(line: &mut Line, row: &Row<'_>) {
    line.text(
        row.said
            .address
            .as_ref()
            .map_or("", |address| address.postcode.as_str()),
    );
}

pub fn postcode_together(line: &mut Line, row: &Row<'_>) {
    let postcode = row
        .said
        .address
        .as_ref()
        .map_or("", |address| address.postcode.as_str());
    line.bytes
        .extend(postcode.bytes().filter(|byte| *byte != b' '));
    line.end_cell();
}

pub fn nhs_number(line: &mut Line, row: &Row<'_>) {
    match row.said.nhs_number {
        Some(number) => line.number(number),
        None => line.text(""),
    }
}

pub fn nhs_number_spaced(line: &mut Line, row: &Row<'_>) {
    if let Some(number) = row.said.nhs_number {
        line.digits(number / 10_000_000, 3);
        line.bytes.push(b' ');
        line.digits((number / 10_000) % 1_000, 3);
        line.bytes.push(b' ');
        line.digits(number % 10_000, 4);
    }
    line.end_cell();
}

pub fn upn(line: &mut Line, row: &Row<'_>) {
    line.text(row.person.upn.as_deref().unwrap_or(""));
}

pub fn former_upn(line: &mut Line, row: &Row<'_>) {
    let told = !row.person.adopted;
    line.text(
        row.person
            .former_upn
            .as_deref()
            .filter(|_| told)
            .unwrap_or(""),
    );
}

pub fn school(line: &mut Line, row: &Row<'_>) {
    match row.person.education {
        Education::School { code, .. } => line.number(u64::from(code)),
        _ => line.text(""),
    }
}

pub fn school_entry(line: &mut Line, row: &Row<'_>) {
    match row.person.education {
        Education::School { since, .. } => date(line, row, Some(since)),
        _ => line.text(""),
    }
}

pub fn enrolment(line: &mut Line, row: &Row<'_>) {
    line.text(match row.person.education {
        Education::AtHome => "EHE",
        _ if row.luck.is_multiple_of(60) => "M",
        _ => "C",
    });
}

pub fn practice(line: &mut Line, row: &Row<'_>) {
    if let Some(code) = row.person.practice {
        write_practice_code(&mut line.bytes, code);
    }
    line.end_cell();
}

pub fn registration_status(line: &mut Line, row: &Row<'_>) {
    line.text(if row.person.practice.is_some() {
        "R"
    } else {
        "D"
    });
}

pub fn registered_from(line: &mut Line, row: &Row<'_>) {
    let moved = row
        .person
        .previous_home
        .as_ref()
        .map(|(_, moved)| *moved)
        .filter(|moved| *moved > row.person.date_of_birth);
    let from = moved.unwrap_or(row.person.date_of_birth);
    date(
        line,
        row,
        Some(later(from, (row.luck % 50) as i32).min(row.england.options().today)),
    );
}

pub fn mother_given(line: &mut Line, row: &Row<'_>) {
    line.text(&row.person.mother.given);
}

pub fn mother_family(line: &mut Line, row: &Row<'_>) {
    line.text(&row.person.mother.family);
}

pub fn mother_maiden(line: &mut Line, row: &Row<'_>) {
    line.text(row.person.mother.former_family.as_deref().unwrap_or(""));
}

pub fn father_given(line: &mut Line, row: &Row<'_>) {
    line.text(
        row.person
            .father
            .as_ref()
            .map_or("", |father| father.given.as_str()),
    );
}

pub fn father_family(line: &mut Line, row: &Row<'_>) {
    line.text(
        row.person
            .father
            .as_ref()
            .map_or("", |father| father.family.as_str()),
    );
}

/// The main carer, under a maiden name when the luck of the row says so.
pub fn carer(line: &mut Line, row: &Row<'_>) {
    match row.person.carers.first() {
        Some(carer) => line.text(&[&carer.given, " ", family_said(carer, row.luck)].concat()),
        None => line.text(""),
    }
}

pub fn carer_telephone(line: &mut Line, row: &Row<'_>) {
    let told = !row.luck.is_multiple_of(7);
    line.text(
        row.person
            .carers
            .first()
            .filter(|_| told)
            .map_or("", |carer| carer.telephone.as_str()),
    );
}

fn family_said(carer: &Carer, luck: u32) -> &str {
    match &carer.former_family {
        Some(former) if luck.is_multiple_of(12) => former,
        _ => &carer.family,
    }
}

fn date(line: &mut Line, row: &Row<'_>, date: Option<Date>) {
    if let Some(date) = date {
        write_date(&mut line.bytes, date, row.layout.dates);
    }
    line.end_cell();
}
