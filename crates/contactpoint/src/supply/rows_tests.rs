//! What becomes of rows: refused columns, faulty values, involvements, consent, restrictions.

#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use super::*;
use crate::supply::mapping::Mapping;
use crate::supply::refusal::ColumnWhy;
use directory::address::AddressState;
use directory::involvement::{Lead, Period};
use directory::name::Gender;
use directory::service::{Catalogue, Classification, Service};
use directory::setting::Education;
use directory::statement::Said;
use directory::statement_key::statement_key;
use directory::supplied::Restriction;
use directory::text::{AuthorityCode, PlaceCode, ServiceCode};
use directory::{Date, organisation::Sector};
use proptest::prelude::*;

const EXTRACTED: Date = Date::constant(2026, 6, 1);

const COLUMNS: &str = r#"
[columns]
Id = { is = "key" }
Case = { is = "involvement-key", needs = "optional" }
Surname = { is = "family-name", needs = "value" }
Forename = { is = "given-name" }
Middle = { is = "middle-names", needs = "optional" }
DOB = { is = "born", dates = ["dd/mm/yyyy", "yyyy-mm-dd"], needs = "column" }
Sex = { is = "gender", codes = { F = "female", M = "male", U = "unspecified" } }
Address = { is = "address", needs = "optional" }
Postcode = { is = "postcode", needs = "optional" }
School = { is = "school", needs = "optional", codes = { HE = "at-home" } }
Carer = { is = "carer-name", needs = "optional" }
CarerTel = { is = "carer-telephone", needs = "optional" }
Restricted = { is = "restricted", needs = "optional", codes = { Y = "restricted", N = "open" } }
Worker = { is = "practitioner-name", needs = "optional" }
Job = { is = "job-title", needs = "optional" }
Org = { is = "organisation", needs = "optional" }
Service = { is = "service", needs = "optional" }
Tel = { is = "telephone", needs = "optional" }
Start = { is = "start", needs = "optional", dates = "dd/mm/yyyy" }
End = { is = "end", needs = "optional", dates = "dd/mm/yyyy" }
Lead = { is = "lead", needs = "optional", codes = { Y = "lead", N = "member" } }
ConsentBy = { is = "consent-by", needs = "optional", codes = { child = "child", parent = "carer", none = "nobody" } }
ConsentDay = { is = "consent-day", needs = "optional", dates = "dd/mm/yyyy" }
Judged = { is = "consent-understanding", needs = "optional", codes = { yes = "understands", no = "does-not-understand" } }
ChildSaid = { is = "consent-child", needs = "optional", codes = { yes = "agreed", no = "refused" } }
Old = { ignored = "not needed" }
"#;

fn mapping(services: &str) -> Mapping {
    Mapping::parse(&format!(
        "name = \"t\"\ntitle = \"T\"\ncode = \"t\"\nkind = \"local\"\nservices = \"{services}\"\n{COLUMNS}"
    ))
    .unwrap()
}

fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::default();
    for (code, name, classification) in [
        ("SW", "Social work", Classification::Ordinary),
        ("SH", "Sexual health", Classification::Sensitive),
        ("SM", "Recovery", Classification::Sensitive),
        ("NEW", "Something new", Classification::Unclassified),
    ] {
        catalogue.put(Service {
            code: ServiceCode::parse(code).unwrap(),
            name: name.into(),
            sector: Sector::Health,
            classification,
        });
    }
    catalogue
}

fn nowhere(_: &PlaceCode) -> Option<AuthorityCode> {
    None
}

fn read_as(mapping: &Mapping, file: &[u8]) -> Result<Batch, Refusal> {
    let catalogue = catalogue();
    let delivery = Delivery {
        mapping,
        catalogue: &catalogue,
        authority_of: &nowhere,
        extracted: EXTRACTED,
    };
    let mut rows = match Rows::open(file, delivery) {
        Ok(rows) => rows,
        Err(Unread::Refused(refusal)) => return Err(refusal),
        Err(Unread::Reading(error)) => panic!("{error}"),
    };
    let mut all = Batch::default();
    while let Some(batch) = rows.read().unwrap() {
        all.rows.extend(batch.rows);
        all.faults.extend(batch.faults);
        all.read += batch.read;
        all.refused += batch.refused;
        all.withheld |= batch.withheld;
        all.bytes = batch.bytes;
    }
    Ok(all)
}

fn read(file: &str) -> Batch {
    read_as(&mapping("mixed"), file.as_bytes()).unwrap()
}

/// A file with these columns besides key, names, date of birth and sex, and one row.
fn one(columns: &str, values: &str) -> Batch {
    read(&format!(
        "Id,Surname,Forename,DOB,Sex,{columns}\nK1,Smith,Jane,29/02/2012,F,{values}\n"
    ))
}

/// A fault of the whole of the row below the heading.
fn of_first_row(complaint: Complaint) -> Fault {
    Fault {
        row: Some(1),
        ..Fault::of_row(2, complaint)
    }
}

fn words(batch: &Batch) -> Vec<String> {
    batch.faults.iter().map(ToString::to_string).collect()
}

fn columns(file: &str) -> Vec<(String, ColumnWhy)> {
    match read_as(&mapping("mixed"), file.as_bytes()) {
        Err(Refusal::Columns(faults)) => faults
            .into_iter()
            .map(|fault| (fault.name, fault.why))
            .collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn r4_a_column_that_is_not_in_the_mapping_is_refused_by_name() {
    let found = columns("Id,Surname,Forename,DOB,Sex,Shoe size\nK1,a,b,c,d,e\n");
    assert_eq!(found, [("Shoe size".to_owned(), ColumnWhy::Unknown)]);
}

#[test]
fn r4_case_information_cannot_get_in_and_is_told_so() {
    let found = columns("Id,Surname,Forename,DOB,Sex,Case Notes,Diagnosis\n");
    let case = ColumnWhy::CaseInformation;
    assert_eq!(
        found,
        [
            ("Case Notes".to_owned(), case),
            ("Diagnosis".to_owned(), case)
        ]
    );
    let refusal = read_as(&mapping("mixed"), b"Id,Surname,Forename,DOB,Sex,Notes\n").unwrap_err();
    assert!(refusal.to_string().contains("never takes (R4)"));
}

#[test]
fn missing_and_double_columns_are_refused_by_name() {
    assert_eq!(
        columns("Id,Surname,Forename,Sex,Sex,\n"),
        [
            ("Sex".to_owned(), ColumnWhy::Twice),
            (String::new(), ColumnWhy::Nameless(6)),
            ("DOB".to_owned(), ColumnWhy::Missing)
        ]
    );
}

#[test]
fn r28_a_file_without_heading_is_refused_without_repeating_its_first_line() {
    let refusal = read_as(&mapping("mixed"), b"K1,Smithson,Jane,29/02/2012,F\n").unwrap_err();
    assert_eq!(refusal, Refusal::NotThisSupplier);
    let of_another = read_as(&mapping("mixed"), b"K1;Smithson;Jane\n").unwrap_err();
    assert_eq!(of_another, Refusal::Delimiter("\";\""));
    assert!(!format!("{of_another} {of_another:?}").contains("Smithson"));
    assert!(!format!("{refusal} {refusal:?}").contains("Smithson"));
}

#[test]
fn files_that_are_no_text_are_refused() {
    let refused = |file: &[u8]| read_as(&mapping("mixed"), file).unwrap_err();
    assert_eq!(refused(b""), Refusal::Empty);
    assert_eq!(refused(b"\xff\xfeI\0d\0"), Refusal::Utf16);
    assert_eq!(refused(b"Id,N\xe4me\n"), Refusal::NotUtf8);
    assert_eq!(refused(b"Id,\"Surname\n"), Refusal::NoHeading);
}

#[test]
fn a_good_row_becomes_what_it_says() {
    let batch = one(
        "Middle,Address,Postcode,School,Carer,CarerTel",
        "Ann,\"1 High St, Oldton\",bs165tj,HE,Mrs Mary Smith,01632 960114",
    );
    assert_eq!(words(&batch), [] as [&str; 0]);
    let row = &batch.rows[0];
    let said = &row.particulars;
    assert_eq!(
        (row.line, row.key.as_str(), row.confirmed),
        (2, "K1", EXTRACTED)
    );
    assert_eq!(said.name.as_ref().unwrap().to_string(), "Jane Ann Smith");
    assert_eq!(
        said.born,
        Some(Date::constant(2012, 2, 29)),
        "born on a leap day"
    );
    assert_eq!(said.gender, Some(Gender::Female));
    let residence = said.residence.as_ref().unwrap();
    let AddressState::Current(address) = &residence.state else {
        panic!("{residence:?}")
    };
    assert_eq!(address.lines.len(), 2);
    assert_eq!(address.postcode.as_ref().unwrap().as_str(), "BS16 5TJ");
    assert_eq!(said.education, Some(Education::AtHome), "R19");
    assert_eq!(said.carers[0].name.to_string(), "Mary Smith");
}

#[test]
fn marks_line_ends_quotes_and_apostrophes_make_no_difference() {
    let plain = read("Id,Surname,Forename,DOB,Sex\nK1,O'Brien,Zoë,01/05/2012,F\n");
    for file in [
        "\u{feff}Id,Surname,Forename,DOB,Sex\r\nK1,O'Brien,Zoë,01/05/2012,F\r\n",
        "\"id\",\"SURNAME\",\"Forename\",\"DOB\",\"Sex\"\n\"K1\",\"O'Brien\",\"Zoë\",\"2012-05-01\",\"f\"",
        "Id,Surname,Forename,DOB,Sex,Old\nK1, O'Brien ,Zoë,01/05/2012,F,\"x, \"\"y\"\"\"\n",
    ] {
        let found = read(file);
        assert_eq!(
            (&found.rows, &found.faults),
            (&plain.rows, &plain.faults),
            "{file}"
        );
    }
}

#[test]
fn faulty_rows_are_named_by_line_and_those_around_them_are_taken() {
    let file = b"Id,Surname,Forename,DOB,Sex\nK1,\"Smith,Jane,01/05/2012,F\nK2,Sm\xefth,Jane,01/05/2012,F\nK3,Smith,Jane,01/05/2012\nK4,Smith,Jane,01/05/2012,F\n,Smith,Jane,01/05/2012,F\nK6,,,01/05/2012,F\n";
    let batch = read_as(&mapping("mixed"), file).unwrap();
    assert_eq!(
        batch.rows.iter().map(|row| row.line).collect::<Vec<_>>(),
        [5]
    );
    assert_eq!((batch.read, batch.refused), (6, 5));
    let found = words(&batch);
    assert!(
        found[0].starts_with("line 2, row 1: row has a quotation mark that is not closed"),
        "{found:?}"
    );
    assert!(
        found[1].starts_with("line 3, row 2: row is not written in UTF-8 at byte 61 of the file"),
        "{found:?}"
    );
    assert!(
        found[2].starts_with("line 4, row 3: row has more or fewer fields"),
        "{found:?}"
    );
    assert!(
        found[3].starts_with("line 6, row 5, column Id: supplier's key is missing"),
        "{found:?}"
    );
    assert!(
        found[4].starts_with("line 7, row 6, column Surname: family name is missing"),
        "{found:?}"
    );
}

#[test]
fn a_faulty_value_that_is_not_needed_is_left_out_and_asked_about_but_never_a_date_of_birth() {
    for (dob, sex, expected) in [
        (
            "30/02/2012",
            "F",
            "line 2, row 1, column DOB: date of birth is not a day",
        ),
        (
            "02/06/2026",
            "F",
            "line 2, row 1, column DOB: date of birth lies after the day of the extract",
        ),
        (
            "5/3/12",
            "F",
            "line 2, row 1, column DOB: date of birth is not a day",
        ),
        (
            "01/05/2012",
            "X",
            "line 2, row 1, column Sex: gender is not one of the codes",
        ),
    ] {
        let batch = read(&format!(
            "Id,Surname,Forename,DOB,Sex\nK1,Smith,Jane,{dob},{sex}\n"
        ));
        assert!(
            words(&batch)[0].starts_with(expected),
            "{:?}",
            words(&batch)
        );
        let is_refused = sex == "F";
        assert_eq!(batch.rows.len(), usize::from(!is_refused), "{dob}");
        assert_eq!(batch.faults[0].grade == Grade::Error, is_refused, "{dob}");
        assert!(
            batch
                .rows
                .iter()
                .all(|row| row.particulars.gender.is_none())
        );
    }
    let born_that_day = read("Id,Surname,Forename,DOB,Sex\nK1,Smith,,01/06/2026,F\n");
    assert_eq!(born_that_day.faults, []);
}

#[test]
fn r22_r23_nobody_of_25_or_older_gets_in_and_of_18_nobody_without_ground_and_consent() {
    let day = |dob: &str| {
        read(&format!(
            "Id,Surname,Forename,DOB,Sex\nK1,Smith,Jane,{dob},F\n"
        ))
    };
    assert_eq!(day("02/06/2008").rows.len(), 1, "18 tomorrow");
    let batch = day("02/06/2001");
    assert_eq!((batch.rows.len(), batch.refused), (0, 1), "25 tomorrow");
    assert!(words(&batch)[0].contains("(R22)"));
    let batch = day("01/06/2001");
    assert_eq!((batch.rows.len(), batch.refused), (0, 1));
    assert!(words(&batch)[0].contains("(R23)"));
}

#[test]
fn a_newborn_without_a_name_yet_has_no_given_name() {
    let batch =
        read("Id,Surname,Forename,DOB,Sex\nK1,Smith,Baby,01/05/2026,F\nK2,,Sukarno,01/05/2020,M\n");
    assert_eq!(batch.faults, []);
    assert_eq!(batch.rows[0].particulars.name.as_ref().unwrap().given, None);
    assert_eq!(
        batch.rows[1].particulars.name.as_ref().unwrap().to_string(),
        "Sukarno",
        "some have one name"
    );
}

#[test]
fn no_value_is_ever_in_a_fault() {
    let batch = one(
        "Postcode,CarerTel,Worker,Job,Org,Service,Tel",
        "Quokka,Quokka9,Quokka Quokka,Quokka=,Quokka,SW,Quokka",
    );
    assert!(batch.faults.len() >= 4, "{:?}", words(&batch));
    assert!(!format!("{:?} {:?}", words(&batch), batch.faults).contains("Quokka"));
}

const WORKING: &str = "Case,Worker,Job,Org,Service,Start,End,Lead";

#[test]
fn r15_an_involvement_becomes_what_it_says() {
    let batch = one(
        WORKING,
        "C1,Ms Paula Jones,Social worker,Oldton Council,SW,01/02/2026,,Y",
    );
    assert_eq!(words(&batch), [] as [&str; 0]);
    let [(key, Said::Involvement(involvement))] = batch.rows[0].also.as_slice() else {
        panic!("{batch:?}")
    };
    assert!(key.as_str().starts_with("K1-"));
    assert_eq!(involvement.practitioner.name.to_string(), "Paula Jones");
    assert_eq!(involvement.lead, Lead::Lead);
    assert_eq!(
        involvement.period,
        Period::Current {
            since: Some(Date::constant(2026, 2, 1))
        }
    );
}

#[test]
fn the_key_of_an_involvement_is_the_same_at_every_load_and_for_a_new_telephone_number() {
    let key = |values: &str| {
        one("Worker,Job,Org,Service,Tel", values).rows[0].also[0]
            .0
            .clone()
    };
    let first = key("Paula Jones,Social worker,Council,SW,01632 960114");
    assert_eq!(
        first,
        key("Paula JONES,Team manager,Council,SW,01632 960115")
    );
    assert_ne!(
        first,
        key("Paul Jones,Social worker,Council,SW,01632 960114")
    );
}

#[test]
fn r20_when_an_involvement_ended_is_never_guessed() {
    let period = |values: &str| {
        let batch = one(
            WORKING,
            &format!("C1,Paula Jones,Social worker,Council,SW,{values},N"),
        );
        let period = match batch.rows[0].also.first() {
            Some((_, Said::Involvement(involvement))) => Some(involvement.period),
            _ => None,
        };
        (
            period,
            batch
                .faults
                .first()
                .map(|fault| (fault.complaint, fault.grade)),
        )
    };
    let day = |d, m| Date::constant(2026, m, d);
    assert_eq!(
        period("01/02/2026,01/03/2026").0,
        Some(Period::Ended {
            since: Some(day(1, 2)),
            ended: day(1, 3)
        })
    );
    assert_eq!(
        period("01/02/2026,01/07/2026"),
        (
            Some(Period::Current {
                since: Some(day(1, 2))
            }),
            None
        ),
        "planned"
    );
    assert_eq!(
        period("01/02/2026,soon"),
        (None, Some((Complaint::NotADay, Grade::Error)))
    );
    assert_eq!(
        period("01/04/2026,01/03/2026"),
        (
            Some(Period::Ended {
                since: None,
                ended: day(1, 3)
            }),
            Some((Complaint::EndBeforeStart, Grade::Query))
        )
    );
    assert_eq!(
        period("01/07/2026,"),
        (
            Some(Period::Current { since: None }),
            Some((Complaint::AfterExtract, Grade::Query))
        )
    );
}

#[test]
fn x13_a_service_that_nobody_classified_is_refused_and_the_child_kept() {
    for service in ["NEW", "ELSE"] {
        let batch = one(
            WORKING,
            &format!("C1,Paula Jones,Social worker,Council,{service},,,N"),
        );
        assert!(batch.rows[0].also.is_empty());
        assert_eq!(batch.faults[0].complaint.rule(), "X13");
        assert_eq!(batch.faults[0].grade, Grade::Error);
    }
}

#[test]
fn x13_a_job_or_organisation_that_names_a_sensitive_service_is_refused() {
    for (job, organisation, column) in [
        ("Drugs worker", "Council", "Job"),
        ("Worker", "Oldton CAMHS", "Org"),
    ] {
        let batch = one(
            WORKING,
            &format!("C1,Paula Jones,{job},{organisation},SW,,,N"),
        );
        assert!(batch.rows[0].also.is_empty(), "{job}");
        assert_eq!(batch.faults[0].column.as_deref(), Some(column));
        assert_eq!(batch.faults[0].complaint.rule(), "X13");
    }
}

const SENSITIVE: &str =
    "Case,Worker,Job,Org,Service,Tel,Start,End,ConsentBy,ConsentDay,Judged,ChildSaid";

/// A row of a sensitive service about a child born on a day; consent giver, day, judgement and child's own answer.
fn asked(services: &str, dob: &str, end: &str, consent: &str) -> Batch {
    let file = format!(
        "Id,Surname,Forename,DOB,Sex,{SENSITIVE}\nK1,Smith,Jane,{dob},F,C1,Wanda Zimt,Secretjob,Hidehouse,SH,01632 960999,01/02/2026,{end},{consent}\n"
    );
    read_as(&mapping(services), file.as_bytes()).unwrap()
}

#[test]
fn c2_r28_r30_the_consent_matrix() {
    let (twelve, eleven) = ("01/03/2014", "02/03/2014");
    for (dob, consent, is_consent) in [
        (twelve, "child,01/03/2026,,", true),
        (twelve, "parent,01/03/2026,,", false),
        (twelve, "parent,01/03/2026,no,", true),
        (twelve, "child,01/03/2026,no,", false),
        (twelve, "none,01/03/2026,,", false),
        (twelve, ",01/03/2026,,", false),
        (twelve, "child,,,", false),
        (twelve, "child,31/02/2026,,", false),
        (twelve, "child,02/06/2026,,", false),
        (twelve, "child,01/03/2026,perhaps,", false),
        (twelve, "somebody,01/03/2026,,", false),
        (twelve, "child,01/03/2026,,no", false),
        (eleven, "parent,01/03/2026,,", true),
        (eleven, "child,01/03/2026,,", false),
        (eleven, "child,01/03/2026,yes,", true),
        (eleven, "parent,01/03/2026,yes,", false),
        (eleven, "parent,01/03/2026,,no", false),
        ("", "parent,01/03/2026,,", false),
        ("", "child,01/03/2026,,", true),
    ] {
        let batch = asked("mixed", dob, "", consent);
        let said = &batch.rows[0].also;
        assert_eq!(!said.is_empty(), is_consent, "{dob} {consent}");
        assert!(
            said.iter()
                .all(|(_, said)| matches!(said, Said::Sensitive(_)))
        );
    }
}

/// How many rows say anything.
fn kept(batch: &Batch) -> usize {
    let says = |row: &&Row| !row.is_refused();
    batch.rows.iter().filter(says).count()
}

#[test]
fn x5_a_sensitive_row_without_consent_or_that_ended_takes_back_what_was_said_with_consent() {
    for services in ["mixed", "sensitive"] {
        let said = asked(services, "01/03/2010", "", "child,01/03/2026,,");
        let (key, _) = &said.rows[0].also[0];
        let ended = asked(services, "01/03/2010", "01/03/2026", "child,01/03/2026,,");
        let refused = asked(services, "01/03/2010", "", "none,,,");
        for taking_back in [ended, refused] {
            let [row] = taking_back.rows.as_slice() else {
                panic!("{services}: {taking_back:?}")
            };
            assert!(row.withdrawn.contains(key), "{services}");
            assert!(row.also.is_empty());
        }
    }
}

#[test]
fn r28_annex_b5_nothing_of_a_refused_sensitive_row_is_anywhere() {
    for (services, rows) in [("mixed", 1), ("sensitive", 0)] {
        let batch = asked(services, "01/03/2010", "", "none,,,");
        assert_eq!(kept(&batch), rows, "{services}");
        let everything = format!("{batch:?} {:?}", words(&batch));
        for part in [
            "Zimt",
            "Wanda",
            "Secretjob",
            "Hidehouse",
            "960999",
            "\"SH\"",
            "C1",
            "Case",
            "Worker",
        ] {
            assert!(!everything.contains(part), "{services}: {part}");
        }
        assert_eq!(
            words(&batch),
            [
                "line 2, row 1: row was refused (R28); nothing of it was kept; see the rule in the supplier's guide"
            ]
        );
    }
}

#[test]
fn r28_a_sensitive_suppliers_row_without_consent_leaves_not_even_its_other_faults() {
    let file = format!(
        "Id,Surname,Forename,DOB,Sex,{SENSITIVE}\nK1,Sm1th,Jane,99/99/9999,?,C1,W,J,O,SH,1,x,x,none,,,\n"
    );
    let batch = read_as(&mapping("sensitive"), file.as_bytes()).unwrap();
    assert_eq!(batch.faults, [of_first_row(Complaint::NoConsent)]);
    assert_eq!(kept(&batch), 0);
    let ordinary = file.replace(",SH,", ",SW,");
    let batch = read_as(&mapping("sensitive"), ordinary.as_bytes()).unwrap();
    assert!(
        batch.rows.is_empty(),
        "a sensitive supplier has no ordinary services"
    );
}

#[test]
fn r31_with_consent_practitioner_organisation_and_dates_are_dropped_at_the_edge() {
    let batch = asked("sensitive", "01/03/2010", "", "child,01/03/2026,,");
    assert_eq!(batch.faults, []);
    let [(key, Said::Sensitive(_))] = batch.rows[0].also.as_slice() else {
        panic!("{batch:?}")
    };
    let everything = format!("{batch:?}");
    for part in [
        "Zimt",
        "Wanda",
        "Secretjob",
        "Hidehouse",
        "960999",
        "2026-02-01",
    ] {
        assert!(!everything.contains(part), "{part}");
    }
    assert!(!key.as_str().contains("SH") && key.as_str().starts_with("K1-"));
    let again = asked("sensitive", "01/03/2010", "", "child,01/03/2026,,");
    assert_eq!(again.rows, batch.rows, "the same at every load");
}

#[test]
fn x4_a_sensitive_involvement_that_ended_leaves_no_trace() {
    for end in ["01/03/2026", "01/06/2026", "no day"] {
        let batch = asked("sensitive", "01/03/2010", end, "child,01/03/2026,,");
        assert_eq!((kept(&batch), batch.refused), (0, 1));
        assert_eq!(
            batch.faults,
            [of_first_row(Complaint::SensitiveEnded)],
            "{end}"
        );
    }
    assert_eq!(
        asked(
            "sensitive",
            "01/03/2010",
            "02/06/2026",
            "child,01/03/2026,,"
        )
        .rows
        .len(),
        1
    );
}

#[test]
fn c20_a_restriction_at_the_source_protects_even_when_its_code_is_unknown() {
    let restriction = |code: &str| one("Restricted", code).rows[0].restriction;
    assert_eq!(restriction("Y"), Restriction::AtSource);
    assert_eq!(restriction("N"), Restriction::None);
    assert_eq!(restriction(""), Restriction::None);
    assert_eq!(restriction("yes!"), Restriction::AtSource);
}

#[test]
fn c20_a_restricted_row_that_is_refused_is_told_to_the_officers() {
    let batch = read("Id,Surname,Forename,DOB,Sex,Restricted\n,Smith,Jane,01/05/2012,F,Y\n");
    assert!(batch.rows.is_empty());
    assert!(
        words(&batch)[1].contains("shielding officers"),
        "{:?}",
        words(&batch)
    );
}

#[test]
fn two_rows_of_one_child_that_differ_do_not_take_each_others_place() {
    let file = "Id,Surname,Forename,DOB,Sex,Case,Worker,Job,Org,Service\nK1,Smith,Jane,01/05/2012,F,C1,A B,W,O,SW\nK1,Smyth,Jane,01/05/2012,F,C2,C D,W,O,SW\nK2,Smith,Jane,01/05/2012,F,C3,C D,W,O,SW\n";
    let batch = read(file);
    assert_eq!(batch.rows[0].particulars, batch.rows[1].particulars);
    assert_ne!(batch.rows[0].also, batch.rows[1].also);
    assert_eq!(batch.faults.len(), 1);
    assert_eq!(
        (batch.faults[0].line, batch.faults[0].grade),
        (3, Grade::Query)
    );
}

proptest! {
    #[test]
    fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = read_as(&mapping("mixed"), &bytes);
        let file = [b"Id,Surname,Forename,DOB,Sex,Postcode,Worker,Job,Org,Service,End\n".as_slice(), &bytes].concat();
        let batch = read_as(&mapping("mixed"), &file).unwrap();
        prop_assert_eq!(batch.rows.len() as u64 + batch.refused, batch.read);
    }

    #[test]
    fn any_texts_never_panic_and_never_stand_in_a_fault(cells in prop::collection::vec("[\\PC]{3,20}", 11)) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["Id", "Surname", "Forename", "DOB", "Sex", "Address", "Postcode", "CarerTel", "Worker", "Service", "Restricted"]).unwrap();
        writer.write_record(&cells).unwrap();
        let batch = read_as(&mapping("mixed"), &writer.into_inner().unwrap()).unwrap();
        let words = words(&batch).join("\n");
        for cell in cells.iter().filter(|cell| !cell.is_ascii()) {
            prop_assert!(!words.contains(cell.as_str()));
        }
    }
}

/// A row of the same sensitive involvement, of a service; a case that is blank is told by its service alone.
fn of_service(services: &str, (case, service): (&str, &str), consent: &str) -> Row {
    let file = format!(
        "Id,Surname,Forename,DOB,Sex,{SENSITIVE}\nK1,Smith,Jane,01/03/2010,F,{case},Wanda Zimt,Worker,Hidehouse,{service},,01/02/2026,,{consent}\n"
    );
    let mut batch = read_as(&mapping(services), file.as_bytes()).unwrap();
    batch.rows.remove(0)
}

const CONSENTS: &str = "child,01/03/2026,,";
const WITHDRAWS: &str = "none,,,";
const SAYS_NOTHING: &str = ",,,";

#[test]
fn x5_r28_a_withdrawal_is_heard_whatever_the_service_is_called_by_now() {
    for services in ["mixed", "sensitive"] {
        let said = of_service(services, ("C1", "SH"), CONSENTS);
        let (key, _) = &said.also[0];
        for service in ["SM", "", "SH", "mistyped"] {
            let row = of_service(services, ("C1", service), WITHDRAWS);
            assert!(row.withdrawn.contains(key), "{services} {service}");
            assert!(row.also.is_empty());
        }
        let row = of_service(services, ("C2", "SH"), WITHDRAWS);
        assert!(!row.withdrawn.contains(key), "another involvement");
        // Without a key of its own an involvement is told by its service; a withdrawal that names none takes back all of them.
        let said = of_service(services, ("", "SH"), CONSENTS);
        let (key, _) = &said.also[0];
        for service in ["SH", ""] {
            let row = of_service(services, ("", service), WITHDRAWS);
            assert!(row.withdrawn.contains(key), "{services} {service}");
        }
    }
}

#[test]
fn x5_r28_what_was_ordinary_is_taken_back_when_its_service_is_sensitive() {
    for case in ["C1", ""] {
        let said = of_service("mixed", (case, "SW"), SAYS_NOTHING);
        let [(key, Said::Involvement(_))] = said.also.as_slice() else {
            panic!("{said:?}")
        };
        // As the same row would be hashed if the service had been the sensitive one when it was recorded.
        let row = of_service("mixed", (case, "SH"), WITHDRAWS);
        let expected = if case.is_empty() {
            let child = &said.key;
            statement_key(child, &["SH", "wanda zimt"]).unwrap()
        } else {
            key.clone()
        };
        assert!(row.withdrawn.contains(&expected), "{case}");
    }
}

#[test]
fn x5_what_an_older_program_hashed_with_its_service_is_taken_back_too() {
    let row = of_service("sensitive", ("C1", "SH"), WITHDRAWS);
    let older = statement_key(&row.key, &["C1", "SH"]).unwrap();
    assert!(row.withdrawn.contains(&older));
    let blank = of_service("sensitive", ("C1", ""), WITHDRAWS);
    assert!(blank.withdrawn.contains(&older));
}

#[test]
fn a_typing_error_in_an_ordinary_service_takes_nothing_back() {
    let row = of_service("mixed", ("C1", ""), SAYS_NOTHING);
    assert!(row.withdrawn.is_empty() && !row.is_refused());
    // Nor does a blank service where the consent is there.
    let row = of_service("mixed", ("C1", ""), CONSENTS);
    assert!(row.withdrawn.is_empty());
}

/// Whether a file of one row, with these columns behind its key, names, date of birth and sex, may be kept.
fn is_withheld((columns, start, rest): (&str, &str, &str)) -> bool {
    let heading = format!("Id,Surname,Forename,DOB,Sex,{columns}");
    read(&format!("{heading}\n{start},Jane,29/02/2012,F,{rest}\n")).withheld
}

#[test]
fn r28_a_row_that_is_not_taken_and_may_be_of_a_sensitive_service_is_withheld() {
    let working = "Worker,Job,Org,Service,ConsentBy,ConsentDay,End,Old";
    let of = |start, rest| is_withheld((working, start, rest));
    let ordinary = "Ann Ray,Social worker,Eastside,SW,,,,";
    assert!(!of("K1,Smith", ordinary));
    assert!(!of("K1,Sm1th", ordinary), "another fault");
    let consented = "Ann Ray,Nurse,Eastside,SH,child,01/03/2026,,";
    assert!(of("K1,Smith", "Ann Ray,Nurse,Eastside,SH,none,,,"));
    assert!(of(
        "K1,Smith",
        "Ann Ray,Nurse,Eastside,SH,child,01/03/2026,01/05/2026,"
    ));
    assert!(of("K1,Sm1th", consented) && of(",Smith", consented));
    let unknown = "Ann Ray,Nurse,Eastside,XX,,,,";
    assert!(of("K1,Smith", unknown), "nobody has classified it");
    for telling in [
        "Ann Ray,CAMHS nurse,Eastside,SW,,,,",
        "Ann Ray,Social worker,Eastside,,,,,",
        "Ann Ray,,Eastside,SW,,,,CAMHS",
    ] {
        assert!(of("K1,Smith", telling), "{telling}");
    }
}

#[test]
fn r28_a_line_that_cannot_be_read_is_withheld_where_rows_tell_who_is_working_with_a_child() {
    let working = "Worker,Job,Org,Service";
    for (start, rest) in [
        ("K1,Smith", "Ann Ray,Nurse,Eastside,SH,one too many"),
        ("K1,Smith", "Ann Ray,Nurse,Eastside"),
        ("K1,\"Smith", "Ann Ray,Nurse,Eastside,SH"),
    ] {
        assert!(is_withheld((working, start, rest)), "{rest}");
        let columns = COLUMNS.lines().filter(|line| {
            let of_child = ["Id ", "Surname ", "Forename ", "DOB ", "Sex ", "[columns]"];
            of_child.iter().any(|start| line.starts_with(start))
        });
        let columns: Vec<&str> = columns.collect();
        let head = "name = \"t\"\ntitle = \"T\"\ncode = \"t\"\nkind = \"local\"\n";
        let of_children = Mapping::parse(&format!("{head}{}", columns.join("\n"))).unwrap();
        let file = format!("Id,Surname,Forename,DOB,Sex\n{start},Jane,29/02/2012,F,{rest}\n");
        let batch = read_as(&of_children, file.as_bytes()).unwrap();
        assert_eq!((batch.refused, batch.withheld), (1, false), "{rest}");
    }
}

#[test]
fn r80_what_stands_above_the_heading_is_told_and_where_the_heading_is() {
    let refused = |file: &str| read_as(&mapping("mixed"), file.as_bytes()).unwrap_err();
    let heading = "Id,Surname,Forename,DOB,Sex\nK1,Smith,Jane,29/02/2012,F\n";
    for (above, line) in [
        ("Child,,,,\n", 2),
        ("Extract of 1.9.2025\n\n", 3),
        ("Extract; of all, in September\n\"Child\",,,,\n", 3),
    ] {
        let refusal = refused(&format!("{above}{heading}"));
        assert_eq!(refusal, Refusal::HeadingBelow(line), "{above}");
    }
    let words = refused(&format!("Child\n{heading}")).to_string();
    assert!(
        words.contains("line 2 does") && words.contains("leave out"),
        "{words}"
    );
    assert!(
        !words.contains("Smith") && !words.contains("Child"),
        "{words}"
    );
    let in_another_encoding = b"Child,,,,\nId,Surname,Forename,DOB,Gr\xf6sse\n";
    let refusal = read_as(&mapping("mixed"), in_another_encoding).unwrap_err();
    assert_eq!(refusal, Refusal::HeadingBelow(2));
    let many = "x\n".repeat(9);
    let far_below = refused(&format!("{many}{heading}"));
    assert_eq!(far_below, Refusal::NotThisSupplier);
    let without = refused("K0,Marsh,Kelly,01/02/2013,F\nK1,Smith,Jane,29/02/2012,F\n");
    assert_eq!(without, Refusal::NotThisSupplier);
}
