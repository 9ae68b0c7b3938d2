//! What holds for every row: where it is used, and that a mapping cannot declare what is not.

use super::*;
use crate::supply::{Delivery, Fault, Rows, Unusable, built_in_text};
use directory::Date;
use directory::address::AddressState;
use directory::service::Catalogue;
use directory::setting::{Education, PrimaryCare};
use directory::supplied::Row;

const HEAD: &str = "name = \"t\"\ntitle = \"T\"\ncode = \"t\"\nkind = \"local\"\n";
const CHILD: &str = "Id = { is = \"key\" }\nFamily = { is = \"family-name\" }\nBorn = { is = \"born\", dates = \"yyyy-mm-dd\" }\n";
const HOME: &str = "Post = { is = \"postcode\", needs = \"optional\" }\n\
    State = { is = \"address-state\", needs = \"optional\", codes = { N = \"current\", L = \"last-known\", X = \"no-known\", \
    A = \"left-returning\", B = \"left-for-good\", C = \"left\" } }\n\
    School = { is = \"school\", needs = \"optional\" }\n";
const WORKING: &str = "Worker = { is = \"practitioner-name\" }\nRole = { is = \"job-title\" }\nTeam = { is = \"organisation\" }\n\
    Service = { is = \"service\" }\n";

fn mapping(head: &str, constants: &str, columns: &str) -> Result<Mapping, Unusable> {
    Mapping::parse(&format!(
        "{HEAD}{head}\n[constant]\n{constants}\n[columns]\n{CHILD}{columns}"
    ))
}

fn read(mapping: &Mapping, file: &str) -> (Vec<Row>, Vec<Fault>) {
    let area = |place: &PlaceCode| {
        let is_known = place.as_str() == "100001";
        is_known.then(|| AuthorityCode::parse("E06000023").unwrap())
    };
    let delivery = Delivery {
        mapping,
        catalogue: &Catalogue::default(),
        authority_of: &area,
        extracted: Date::constant(2026, 6, 30),
    };
    let mut rows = Rows::open(file.as_bytes(), delivery).unwrap();
    let batch = rows.read().unwrap().unwrap();
    (batch.rows, batch.faults)
}

/// The one row of a file with these columns besides key, family name and date of birth.
fn one(mapping: &Mapping, columns: &str, values: &str) -> Row {
    let file = format!("Id,Family,Born,{columns}\nK1,Lee,2016-03-05,{values}\n");
    let (mut rows, faults) = read(mapping, &file);
    assert_eq!(rows.len(), 1, "{faults:?}");
    rows.remove(0)
}

/// The authority of the home, when the row says a home.
fn authority(mapping: &Mapping, columns: &str, values: &str) -> Option<Option<String>> {
    let residence = one(mapping, columns, values).particulars.residence?;
    Some(residence.authority.map(|code| code.to_string()))
}

#[test]
fn r86_a_home_of_which_no_authority_is_said_is_in_the_one_that_holds_for_every_row() {
    let columns = format!("{HOME}LA = {{ is = \"authority\", needs = \"optional\" }}\n");
    let plain = mapping("", "authority = \"E06000025\"", &columns).unwrap();
    let own = Some(Some("E06000025".to_owned()));
    for (heading, values, expected) in [
        ("Post", "ZZ99 3VZ", own.clone()),
        ("Post,LA", "ZZ99 3VZ,", own.clone()),
        (
            "Post,LA",
            "ZZ99 3VZ,E10000001",
            Some(Some("E10000001".into())),
        ),
        ("Post,LA", "ZZ99 3VZ,?", Some(None)),
        ("Post,LA", ",", None),
        ("Post,State", "ZZ99 3VZ,N", own.clone()),
        ("Post,State", "ZZ99 3VZ,L", own.clone()),
        ("State", "X", own.clone()),
        ("Post,State", "ZZ99 3VZ,A", Some(None)),
        ("State", "B", Some(None)),
        ("State", "C", Some(None)),
        ("Post,School", "ZZ99 3VZ,100001", own),
    ] {
        assert_eq!(
            authority(&plain, heading, values),
            expected,
            "{heading} {values}"
        );
    }
}

#[test]
fn r86_the_area_of_the_school_comes_before_what_holds_for_every_row() {
    let head = "authority-from = \"place\"";
    let place = mapping(head, "authority = \"E06000025\"", HOME).unwrap();
    let found = |values: &str| authority(&place, "Post,School", values).unwrap();
    assert_eq!(found("ZZ99 3VZ,100001").as_deref(), Some("E06000023"));
    assert_eq!(found("ZZ99 3VZ,999999").as_deref(), Some("E06000025"));
    assert_eq!(found("ZZ99 3VZ,").as_deref(), Some("E06000025"));
    let without = mapping(head, "", HOME).unwrap();
    assert_eq!(authority(&without, "Post,School", "ZZ99 3VZ,"), Some(None));
}

#[test]
fn the_safeguarding_dataset_takes_a_councils_own_authority() {
    let text = built_in_text("safeguarding_dataset").unwrap();
    let own = text.replace("[constant]", "[constant]\nauthority = \"E06000025\"");
    let mapping = Mapping::parse(&own).unwrap();
    assert_eq!(mapping.constant(Meaning::Authority), Some("E06000025"));
}

#[test]
fn r19_a_school_of_every_row_stands_where_no_column_says_it_and_a_blank_never_means_it() {
    let status = "Status = { is = \"education-status\", codes = { C = \"registered\", H = \"at-home\", U = \"unknown\" } }\n";
    let schooled =
        |columns: &str| mapping("", "school = \"100001\"\npractice = \"A81001\"", columns).unwrap();
    let post = "Post = { is = \"postcode\" }\n";
    let said = one(&schooled(post), "Post", "ZZ99 3VZ").particulars;
    let place = said.education.as_ref().and_then(Education::place);
    assert_eq!(place.unwrap().as_str(), "100001");
    let practice = said.primary_care.as_ref().and_then(PrimaryCare::place);
    assert_eq!(practice.unwrap().as_str(), "A81001");
    let with_status = schooled(status);
    let education = |code: &str| one(&with_status, "Status", code).particulars.education;
    let registered = education("C").unwrap();
    assert_eq!(registered.place().unwrap().as_str(), "100001");
    assert_eq!(education("H"), Some(Education::AtHome));
    for nothing in ["", "U", "Left"] {
        assert_eq!(education(nothing), None, "{nothing}");
    }
    let by_place = mapping("authority-from = \"place\"", "school = \"100001\"", post).unwrap();
    let found = authority(&by_place, "Post", "ZZ99 3VZ").unwrap();
    assert_eq!(
        found.as_deref(),
        Some("E06000023"),
        "its area is the home's"
    );
}

#[test]
fn a_home_that_left_england_is_still_said_to_have_left() {
    let plain = mapping("", "authority = \"E06000025\"", HOME).unwrap();
    let residence = one(&plain, "Post,State", "ZZ99 3VZ,C")
        .particulars
        .residence;
    assert!(matches!(
        residence.unwrap().state,
        AddressState::LeftEngland(_)
    ));
}

const AUTHORITY: &str = "authority = \"E06000025\"";
const TELEPHONE: &str = "telephone = \"01632 960123\"";

/// Why a constant is refused as one that is never used.
fn unused(head: &str, constant: &str, columns: &str) -> String {
    let why = mapping(head, constant, columns).unwrap_err().to_string();
    let word = constant.split(' ').next().unwrap();
    let named = format!("the constant {word} is never used: ");
    why.strip_prefix(&named)
        .unwrap_or_else(|| panic!("{why}"))
        .to_owned()
}

#[test]
fn a_constant_that_is_never_used_is_refused_by_its_name() {
    let needed = "LA = { is = \"authority\", needs = \"value\" }\nPost = { is = \"postcode\" }\n";
    let school = "School = { is = \"school\", needs = \"optional\" }\n";
    let no_home = "no column says where the child lives";
    let nobody = "no column says who is working with the child";
    for (constant, columns, why) in [
        (AUTHORITY, "", no_home),
        (AUTHORITY, WORKING, no_home),
        (AUTHORITY, needed, "column LA needs a value in every row"),
        ("service = \"SW01\"", "", nobody),
        ("organisation = \"Centre\"", HOME, nobody),
        (TELEPHONE, HOME, nobody),
        (
            "school = \"100001\"",
            school,
            "column School says it, and a blank says nothing (R19)",
        ),
    ] {
        assert_eq!(unused("", constant, columns), why, "{constant}");
    }
    let ways = format!("{TELEPHONE}\nemail = \"a@example.org\"");
    assert!(mapping("", &ways, WORKING).is_ok());
}

#[test]
fn r31_what_is_not_kept_of_a_sensitive_service_is_no_constant_of_it() {
    let sensitive = "services = \"sensitive\"";
    for constant in [
        TELEPHONE,
        "email = \"a@example.org\"",
        "organisation = \"Centre\"",
        "job-title = \"Nurse\"",
        "practice = \"A81001\"",
    ] {
        let why = unused(sensitive, constant, WORKING);
        assert_eq!(why, "it is not kept of a sensitive service", "{constant}");
    }
    let worker = "Worker = { is = \"practitioner-name\" }\n";
    let all = "service = \"SW01\"\njob-title = \"Nurse\"\norganisation = \"Centre\"";
    assert!(
        mapping(sensitive, all, worker).is_ok(),
        "they must be declared"
    );
    let home = format!("{HOME}{WORKING}");
    let own = format!("{AUTHORITY}\nservice = \"SW01\"");
    assert!(
        mapping(sensitive, &own, &home).is_ok(),
        "the home and the service are kept"
    );
}

#[test]
fn a_constant_is_held_against_its_kind_and_no_fact_about_one_child_is_one() {
    for (constant, says) in [
        (
            "authority = \"a b?\"",
            "the constant authority: authority code",
        ),
        (
            "authority = \"\"",
            "the constant authority: authority code is missing",
        ),
        ("service = \"?\"", "the constant service: "),
        ("job-title = \"\"", "the constant job-title: "),
        ("organisation = \"\"", "the constant organisation: "),
        (
            "telephone = \"none\"",
            "the constant telephone: telephone number must be",
        ),
        ("email = \"none\"", "the constant email: "),
        ("school = \"?\"", "the constant school: "),
        (
            "gender = \"female\"",
            "gender cannot be the same for every row",
        ),
        (
            "born = \"2016-03-05\"",
            "born cannot be the same for every row",
        ),
        (
            "restricted = \"N\"",
            "restricted cannot be the same for every row",
        ),
        ("lead = \"Y\"", "lead cannot be the same for every row"),
        (
            "shoe = \"4\"",
            "shoe cannot be the same for every row: under [constant] stand authority, school, practice, service, job-title, organisation, telephone, email.",
        ),
    ] {
        let why = mapping("", constant, &format!("{HOME}{WORKING}"))
            .unwrap_err()
            .to_string();
        assert!(why.contains(says), "{why}");
    }
}
