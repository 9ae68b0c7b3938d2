//! What suppliers say of the children of the story, in their own columns.

use directory::Date;
use directory::lifecycle::birthday;
use jiff::ToSpan as _;

use super::children::{ACADEMY, Child, PRACTICE, children};
use crate::command::demo::nobody::nhs_number;
use crate::command::demo::people::{AUTHORITY, PEOPLE, Person};

/// How long ago Paul stopped helping Kelly, in months: his name stays for a year (R20).
const PAUL_ENDED_MONTHS_AGO: i64 = 5;
/// How long ago Paul began, in months.
const PAUL_BEGAN_MONTHS_AGO: i64 = 14;
/// How long ago Tim noticed that rent was not paid, in months.
const TIM_BEGAN_MONTHS_AGO: i64 = 2;
/// How long ago the sensitive service began, with Jordan's consent, in months.
const QUIET_MONTHS_AGO: i64 = 3;
/// At which age somebody begins primary school, in years: in the September from then on.
const PRIMARY_YEARS: i16 = 4;
/// At which age somebody begins secondary school, in years: in the September from then on.
const SECONDARY_YEARS: i16 = 11;
/// The first day of a school year: month and day.
const SCHOOL_YEAR_BEGINS: (i8, i8) = (9, 1);

/// A row: in which feed, and what stands in its columns. What is not named is blank.
pub struct Row {
    /// The feed.
    pub feed: &'static str,
    /// Column and text.
    pub cells: Vec<(&'static str, String)>,
}

/// Every row of the story.
pub fn rows(today: Date) -> Vec<Row> {
    let children = children(today);
    let mut rows = Vec::new();
    for (at, child) in children.iter().enumerate() {
        rows.push(nhs(at, child));
        rows.push(child_benefit(at, child));
        rows.push(census(at, child));
        match child.given {
            "Kelly" => rows.extend(
                [social_care(at, child, today), housing(at, child, today)]
                    .into_iter()
                    .flatten(),
            ),
            "Jordan" => rows.push(quiet(at, child, today)),
            _ => {}
        }
    }
    rows
}

fn nhs(at: usize, child: &Child) -> Row {
    let (line, town, postcode) = child.address;
    let gender = if child.female { "2" } else { "1" };
    row(
        "nhs",
        &[
            ("registration_id", &key(at)),
            ("nhs_number", &nhs_number(at).to_string()),
            ("given_name", child.given),
            ("family_name", child.family),
            ("birth_date", &child.born.to_string()),
            ("gender_code", gender),
            ("address_line_1", line),
            ("address_line_2", town),
            ("postcode", postcode),
            ("practice_code", PRACTICE),
            ("registration_status", "R"),
            ("registered_from", &child.born.to_string()),
        ],
    )
}

fn child_benefit(at: usize, child: &Child) -> Row {
    let (line, town, postcode) = child.address;
    row(
        "child_benefit",
        &[
            ("ItemNo", &key(at)),
            ("ClaimantName", child.carer.0),
            ("ClaimantTel", child.carer.1),
            (
                "ChildFullName",
                &format!("{}, {}", child.family.to_uppercase(), child.given),
            ),
            ("ChildDOB", &slashed(child.born)),
            ("ChildSex", sex(child)),
            ("Addr1", line),
            ("Addr2", town),
            ("PCode", postcode),
        ],
    )
}

fn census(at: usize, child: &Child) -> Row {
    let (line, town, postcode) = child.address;
    let since = school_begins(child);
    row(
        "census",
        &[
            ("PupilRef", &key(at)),
            ("Surname", child.family),
            ("Forename", child.given),
            ("FormerSurname", child.former_family),
            ("DOB", &child.born.to_string()),
            ("Gender", sex(child)),
            ("URN", child.school),
            ("EntryDate", &since.to_string()),
            ("EnrolStatus", "C"),
            ("LA", AUTHORITY),
            ("AddressLine1", line),
            ("Town", town),
            ("PostCode", postcode),
        ],
    )
}

/// Paul helped when Kelly's mother fell ill, and they agreed that he was no longer needed.
fn social_care(at: usize, child: &Child, today: Date) -> Option<Row> {
    let paul = person("paul")?;
    let (line, town, postcode) = child.address;
    Some(row(
        "social_care",
        &[
            ("InvolvementID", &key(at)),
            ("PersonID", &key(at)),
            ("Surname", child.family),
            ("Forenames", child.given),
            ("DOB", &slashed(child.born)),
            ("Gender", sex(child)),
            ("Address", &format!("{line}, {town}")),
            ("Postcode", postcode),
            ("NHSNo", &nhs_number(at).to_string()),
            ("Worker", paul.name),
            ("WorkerRole", paul.job),
            ("Team", paul.organisation()),
            ("ServiceCode", paul.service()),
            ("WorkerTel", paul.telephone()),
            ("WorkerEmail", &paul.email()),
            (
                "StartDate",
                &slashed(months_before(today, PAUL_BEGAN_MONTHS_AGO)),
            ),
            (
                "EndDate",
                &slashed(months_before(today, PAUL_ENDED_MONTHS_AGO)),
            ),
            ("LeadProfessional", "N"),
            ("RestrictedAtSource", "N"),
        ],
    ))
}

/// Tim noticed that the rent has not been paid for a while.
fn housing(at: usize, child: &Child, today: Date) -> Option<Row> {
    let tim = person("tim")?;
    let (line, town, postcode) = child.address;
    Some(row(
        "housing",
        &[
            ("CASE_NO", &key(at)),
            ("CHILD_REF", &key(at)),
            ("SNAME", child.family),
            ("FNAME", child.given),
            ("BIRTH_DT", &child.born.strftime("%Y%m%d").to_string()),
            ("SEX_CD", if child.female { "2" } else { "1" }),
            ("ADDR", &format!("{line}, {town}")),
            ("PCODE", postcode),
            ("OFFICER", tim.name),
            ("JOB", tim.job),
            ("ORG", tim.organisation()),
            ("SVC_CD", tim.service()),
            ("TEL", tim.telephone()),
            ("EMAIL", &tim.email()),
            (
                "START_DT",
                &months_before(today, TIM_BEGAN_MONTHS_AGO)
                    .strftime("%Y%m%d")
                    .to_string(),
            ),
            ("LEAD_FLAG", "0"),
            ("CAF_FLAG", "N"),
        ],
    ))
}

/// A sensitive service, recorded because Jordan, who is 14, agreed.
fn quiet(at: usize, child: &Child, today: Date) -> Row {
    let since = months_before(today, QUIET_MONTHS_AGO).to_string();
    row(
        "mental_health",
        &[
            ("referral_id", &key(at)),
            ("client_ref", &key(at)),
            ("nhs_number", &nhs_number(at).to_string()),
            ("family_name", child.family),
            ("given_name", child.given),
            ("birth_date", &child.born.to_string()),
            ("sex", "male"),
            ("postcode", child.address.2),
            ("practitioner_name", "Hazel Brook"),
            ("practitioner_title", "Mental Health Practitioner"),
            ("organisation", "South Gloucestershire Community Health"),
            ("service_code", "MH01"),
            ("telephone", "0117 496 0195"),
            ("email", "hazel.brook@south-gloucestershire-health.example"),
            ("involved_from", &since),
            ("consent_given_by", "child"),
            ("consent_date", &since),
        ],
    )
}

fn row(feed: &'static str, cells: &[(&'static str, &str)]) -> Row {
    Row {
        feed,
        cells: cells
            .iter()
            .map(|(column, text)| (*column, (*text).to_owned()))
            .collect(),
    }
}

fn person(user_name: &str) -> Option<&'static Person> {
    PEOPLE.iter().find(|person| person.user_name == user_name)
}

/// A supplier's key: letters, where the generated England has digits alone.
pub(super) fn key(at: usize) -> String {
    format!("story-{at}")
}

fn sex(child: &Child) -> &'static str {
    if child.female { "F" } else { "M" }
}

fn slashed(day: Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

/// The first day at the school: that of the first school year that begins when the child is old enough for it.
fn school_begins(child: &Child) -> Date {
    let years = if child.school == ACADEMY {
        SECONDARY_YEARS
    } else {
        PRIMARY_YEARS
    };
    let old_enough = birthday(child.born, years);
    let (month, day) = SCHOOL_YEAR_BEGINS;
    let begins = |year| Date::new(year, month, day).unwrap_or(old_enough);
    let this_year = begins(old_enough.year());
    if this_year >= old_enough {
        this_year
    } else {
        begins(old_enough.year().saturating_add(1))
    }
}

fn months_before(today: Date, months: i64) -> Date {
    today.checked_sub(months.months()).unwrap_or(today)
}

#[cfg(test)]
mod tests {
    use super::*;
    use directory::lifecycle::age_on;
    use jiff::civil::date;

    #[test]
    fn a_child_begins_a_school_in_a_september_at_the_age_for_it_and_before_today() {
        for today in [date(2026, 9, 1), date(2026, 11, 22), date(2027, 8, 31)] {
            for child in children(today) {
                let since = school_begins(&child);
                let years = if child.school == ACADEMY { 11 } else { 4 };
                assert_eq!(age_on(child.born, since), years, "{}", child.given);
                assert!(
                    (since.month(), since.day()) == (9, 1) && since <= today,
                    "{} {since}",
                    child.given
                );
            }
        }
        let kelly = children(date(2026, 11, 22)).remove(0);
        assert_eq!(school_begins(&kelly), date(2022, 9, 1));
    }
}
