//! Tables of the Standard Safeguarding Dataset, as a council's case system gives them: everyone once, with what does not belong in the
//! directory in columns of its own, so that it can be seen to stay behind.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::census::sex;
use crate::calendar::{DateStyle, write_date};
use crate::involvement::Involvement;
use crate::line::Line;
use crate::practitioner::Practitioner;
use crate::row::Row;

/// The tables, by their names, with the names of their columns.
pub const TABLES: [(&str, &str); 5] = [
    (
        "ssd_person",
        "pers_legacy_id,pers_person_id,pers_upn,pers_forename,pers_surname,pers_sex,pers_gender,pers_ethnicity,pers_dob,\
         pers_single_unique_id,pers_upn_unknown,pers_send_flag,pers_expected_dob,pers_death_date,pers_is_mother,pers_nationality",
    ),
    (
        "ssd_address",
        "addr_table_id,addr_person_id,addr_address_type,addr_address_start_date,addr_address_end_date,addr_address_postcode,\
         addr_address_json",
    ),
    (
        "ssd_involvements",
        "invo_involvements_id,invo_professional_id,invo_professional_role_id,invo_professional_team,invo_person_id,\
         invo_involvement_start_date,invo_involvement_end_date,invo_worker_change_reason,invo_referral_id",
    ),
    (
        "ssd_professionals",
        "prof_professional_id,prof_staff_id,prof_professional_name,prof_social_worker_registration_no,prof_agency_worker_flag,\
         prof_professional_job_title,prof_professional_caseload,prof_professional_department,prof_full_time_equivalency",
    ),
    (
        "ssd_department",
        "dept_team_id,dept_team_name,dept_team_parent_id,dept_team_parent_name",
    ),
];

/// The rows of the tables.
#[derive(Default)]
pub struct Dataset {
    person: Line,
    address: Line,
    involvement: Line,
    professional: Line,
    department: Line,
    persons: BTreeSet<u64>,
    professionals: BTreeSet<String>,
    departments: BTreeSet<String>,
    /// How many involvements there are.
    pub involvements: u64,
}

impl Dataset {
    /// What waits to be written, in the order of the tables.
    pub fn tables_mut(&mut self) -> [&mut Line; TABLES.len()] {
        [
            &mut self.person,
            &mut self.address,
            &mut self.involvement,
            &mut self.professional,
            &mut self.department,
        ]
    }

    /// Adds a row of social care.
    pub fn add(&mut self, row: &Row<'_>) {
        let Some((involvement, worker)) = &row.involvement else {
            return;
        };
        if self.persons.insert(row.child_key) {
            write_person(&mut self.person, row);
            write_address(&mut self.address, row);
        }
        let (worker_id, team_id) = ids(involvement);
        write_involvement(
            &mut self.involvement,
            row,
            (involvement, &worker_id, &team_id),
        );
        self.involvements = self.involvements.saturating_add(1);
        if self.professionals.insert(worker_id.clone()) {
            write_professional(&mut self.professional, &worker_id, worker);
        }
        if self.departments.insert(team_id.clone()) {
            let line = &mut self.department;
            for cell in [&team_id, &worker.organisation, "", ""] {
                line.text(cell);
            }
            line.end();
        }
    }
}

/// The ids of a practitioner and of the team.
fn ids(involvement: &Involvement) -> (String, String) {
    let team = format!("T{:03}{:02}", involvement.authority, involvement.service);
    (
        format!(
            "P{}{:05}",
            team.get(1..).unwrap_or(""),
            involvement.practitioner
        ),
        team,
    )
}

fn write_person(line: &mut Line, row: &Row<'_>) {
    let (person, said) = (row.person, &row.said);
    line.text("");
    id(line, row);
    line.text(person.upn.as_deref().unwrap_or(""));
    let middle = if said.middle.is_empty() { "" } else { " " };
    line.text(&[&said.given, middle, &said.middle].concat());
    line.text(&said.family);
    line.text(sex(said.sex));
    line.text("");
    line.text("NOBT");
    time(line, said.date_of_birth);
    match said.nhs_number {
        Some(number) => line.text(&format!("{number:010}")),
        None => line.text(""),
    }
    line.text("");
    line.text("N");
    for _ in 0..3 {
        line.text("");
    }
    line.text("");
    line.end();
}

/// Where the child lived before, which has ended, and where the child lives.
fn write_address(line: &mut Line, row: &Row<'_>) {
    let moved = row
        .person
        .previous_home
        .as_ref()
        .filter(|_| !row.person.adopted);
    let since = moved.map_or(row.person.date_of_birth, |(_, moved)| *moved);
    let before = moved.map(|(address, moved)| (address, row.person.date_of_birth, Some(*moved)));
    let now = row
        .said
        .address
        .as_ref()
        .map(|address| (address, since, None));
    for (number, (address, from, to)) in before.into_iter().chain(now).enumerate() {
        line.digits(row.child_key, 8);
        line.digits(number as u64, 1);
        line.end_cell();
        id(line, row);
        line.text("Primary Address");
        time(line, Some(from));
        time(line, to);
        let postcode: String = address.postcode.split(' ').collect();
        line.text(&postcode);
        let place = [
            "{\"STREET\": \"",
            &address.line,
            "\", \"TOWN\": \"",
            &address.town,
            "\"}",
        ];
        line.text(&place.concat());
        line.end();
    }
}

fn write_involvement(
    line: &mut Line,
    row: &Row<'_>,
    (involvement, worker_id, team_id): (&Involvement, &str, &str),
) {
    line.number(row.key);
    line.text(worker_id);
    line.text("Allocated Worker");
    line.text(team_id);
    id(line, row);
    time(line, Some(involvement.start));
    time(line, involvement.end);
    line.text("");
    line.text("");
    line.end();
}

fn write_professional(line: &mut Line, id: &str, worker: &Practitioner) {
    for cell in [
        id,
        id,
        &worker.name,
        "",
        "N",
        &worker.job_title,
        "14",
        &worker.organisation,
        "1.0",
    ] {
        line.text(cell);
    }
    line.end();
}

/// The council's own number for the child: the one that its other extract has.
fn id(line: &mut Line, row: &Row<'_>) {
    line.bytes
        .extend_from_slice(row.layout.key_prefix.as_bytes());
    line.digits(row.child_key, 8);
    line.end_cell();
}

fn time(line: &mut Line, day: Option<Date>) {
    if let Some(day) = day {
        write_date(&mut line.bytes, day, DateStyle::Iso);
        line.bytes.extend_from_slice(b"T00:00:00");
    }
    line.end_cell();
}
