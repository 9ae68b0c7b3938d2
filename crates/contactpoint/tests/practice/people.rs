//! The practice directory's users, and the children it holds.

use directory::Date;
use directory::account::{Account, AccountId, Checks, Role, Suspension};
use directory::address::{Address, AddressState, Residence};
use directory::involvement::{Assessment, Involvement, Lead, Period, Practitioner};
use directory::name::{Carer, Gender, Name};
use directory::number::{OtherNumber, Scheme};
use directory::organisation::OrganisationId;
use directory::setting::{Education, PrimaryCare};
use directory::statement::{Particulars, Said};
use directory::supplied::{Known, Restriction, Row};
use directory::text::{
    self, AddressLine, JobTitle, NamePart, OrganisationName, PlaceCode, SupplierKey, UserName,
};
use jiff::civil::date;

use super::places::{authority, service};
use super::{AUDITOR, DATA_OFFICER, NURSE, OFFICER, PRACTITIONER};

type Person = (&'static str, &'static str, i64, &'static [Role]);

pub fn people() -> [Person; 5] {
    [
        (PRACTITIONER, "Jane Okafor", 1, &[Role::Practitioner]),
        (NURSE, "Sam Nurse", 2, &[Role::Practitioner]),
        (OFFICER, "Ola Shield", 3, &[Role::ShieldingOfficer]),
        (AUDITOR, "Ada Audit", 3, &[Role::Auditor]),
        (DATA_OFFICER, "Dee Data", 3, &[Role::DataOfficer]),
    ]
}

pub fn account(
    id: i64,
    user_name: &str,
    full_name: &str,
    organisation: i64,
    roles: &[Role],
) -> Account {
    Account {
        id: AccountId(id),
        user_name: UserName::parse(user_name).unwrap(),
        name: name(full_name),
        job_title: JobTitle::parse("Learning mentor").unwrap(),
        organisation: OrganisationId(organisation),
        telephone: text::telephone("01632 960 114").ok(),
        email: text::email("practitioner@northshire.example").ok(),
        roles: roles.to_vec(),
        checks: Checks {
            identity: Some(date(2025, 1, 6)),
            disclosure: Some(date(2025, 1, 20)),
            training: Some(date(2025, 9, 1)),
        },
        suspension: Suspension::None,
    }
}

fn name(text: &str) -> Name {
    let (given, family) = text.split_once(' ').unwrap();
    Name {
        given: NamePart::parse(given).ok(),
        family: NamePart::parse(family).unwrap(),
    }
}

/// Kelly, whom people work with; Ayo, restricted at the source; Grown, who is 18 tomorrow; Oscar, of whom little is known.
pub fn rows() -> Vec<Row> {
    let mut kelly = row(2, "K1", "Kelly Marsh", date(2011, 5, 14));
    kelly.particulars.gender = Some(Gender::Female);
    kelly.particulars.residence = Some(home("12 Mill Lane", "Northtown", "LS1 4AP"));
    kelly.particulars.carers = vec![carer("Dawn Marsh", "07700 900 301")];
    kelly.particulars.education = Some(school("100001"));
    kelly.particulars.primary_care = Some(practice("A81001"));
    kelly.particulars.other_numbers = OtherNumber::parse(Scheme::Nhs, "999 000 0018")
        .into_iter()
        .collect();
    kelly.also = vec![
        involved(
            "I1",
            "Tim Reeve",
            "Housing officer",
            Period::Current {
                since: Some(date(2025, 9, 4)),
            },
        ),
        involved(
            "I2",
            "Paul Adeyemi",
            "Social worker",
            Period::Ended {
                since: None,
                ended: date(2026, 3, 12),
            },
        ),
    ];
    let mut ayo = row(3, "A1", "Ayo Bello", date(2012, 2, 29));
    ayo.particulars.gender = Some(Gender::Male);
    ayo.particulars.residence = Some(home("1 Refuge Lane", "Northtown", "BS1 1AA"));
    ayo.particulars.carers = vec![carer("Bola Bello", "07700 900 302")];
    ayo.particulars.education = Some(school("100002"));
    ayo.particulars.primary_care = Some(practice("A81002"));
    ayo.restriction = Restriction::AtSource;
    let grown = row(4, "G1", "Grown Upton", date(2008, 7, 4));
    let oscar = row(5, "O1", "Oscar Little", date(2026, 1, 10));
    vec![kelly, ayo, grown, oscar]
}

fn row(line: u64, key: &str, full_name: &str, born: Date) -> Row {
    Row {
        line,
        key: SupplierKey::parse(key).unwrap(),
        confirmed: date(2026, 6, 19),
        particulars: Particulars {
            name: Some(name(full_name)),
            born: Some(born),
            ..Particulars::default()
        },
        also: Vec::new(),
        withdrawn: Vec::new(),
        restriction: Restriction::None,
        known: Known::Still,
    }
}

fn home(line: &str, town: &str, postcode: &str) -> Residence {
    let lines = [line, town]
        .iter()
        .map(|text| AddressLine::parse(text).unwrap())
        .collect();
    let address = Address {
        lines,
        postcode: text::postcode(postcode).ok(),
    };
    Residence {
        state: AddressState::Current(address),
        authority: Some(authority()),
    }
}

fn carer(full_name: &str, telephone: &str) -> Carer {
    Carer {
        name: name(full_name),
        telephone: text::telephone(telephone).ok(),
        email: None,
    }
}

fn school(code: &str) -> Education {
    Education::Registered {
        place: PlaceCode::parse(code).unwrap(),
        since: Some(date(2022, 9, 1)),
    }
}

fn practice(code: &str) -> PrimaryCare {
    PrimaryCare::Registered {
        place: PlaceCode::parse(code).unwrap(),
        since: None,
    }
}

fn involved(key: &str, full_name: &str, job: &str, period: Period) -> (SupplierKey, Said) {
    let involvement = Involvement {
        practitioner: Practitioner {
            name: name(full_name),
            job_title: JobTitle::parse(job).unwrap(),
            organisation: OrganisationName::parse("Northshire Council").unwrap(),
            telephone: text::telephone("01632 960 187").ok(),
            email: text::email("worker@northshire.example").ok(),
        },
        service: service("social-care"),
        period,
        lead: Lead::Member,
        assessment: Assessment::None,
        account: None,
    };
    (
        SupplierKey::parse(key).unwrap(),
        Said::Involvement(Box::new(involvement)),
    )
}
