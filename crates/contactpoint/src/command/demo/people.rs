//! The people who practise: the practitioners of Kelly's story, those who look after the directory, and two who cannot sign in.

use directory::Date;
use directory::account::{Account, AccountId, Checks, Role, Suspension};
use directory::organisation::{Admission, Organisation, OrganisationId, Sector};
use directory::text::{Text, email, telephone};
use jiff::ToSpan as _;
use store::{NewSecrets, Store};

use crate::clock;
use crate::command::{Stop, parse, token};

/// Everybody's password in a practice directory.
pub const PASSWORD: &str = "synthetic children only";
/// Everybody's PIN in a practice directory.
pub const PIN: &str = "135790";
/// South Gloucestershire, whose notice tells Kelly's story.
pub const AUTHORITY: &str = "E06000025";

/// Bristol, into whose area a child of the story has moved.
pub const NEIGHBOUR: &str = "E06000023";
/// The place of Bristol's council among the organisations.
const NEIGHBOURS_COUNCIL: usize = 6;

/// How far back the checks of everybody in order were made, in days.
const CHECKED_DAYS_AGO: i64 = 200;
/// How far back a disclosure was made that has lapsed, in days: more than three years.
const LAPSED_DAYS_AGO: i64 = 1_200;
/// For how long organisations are accredited, in days.
const ACCREDITED_DAYS: i64 = 730;

/// Somebody with an account.
pub struct Person {
    /// The name they sign in with.
    pub user_name: &'static str,
    /// Their name.
    pub name: &'static str,
    /// Their job.
    pub job: &'static str,
    /// What there is to know of the account.
    pub note: &'static str,
    /// The place of their organisation in [`ORGANISATIONS`].
    organisation: usize,
    role: Role,
    telephone: &'static str,
    standing: Standing,
}

/// Whether somebody can sign in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    InOrder,
    Suspended,
    DisclosureLapsed,
}

/// An organisation: its name, sector, the services of its people, and its domain.
const ORGANISATIONS: [(&str, Sector, &str, &str); 7] = [
    (
        "Northfield Academy",
        Sector::Education,
        "EW03",
        "northfield-academy",
    ),
    (
        "South Gloucestershire Children's Services",
        Sector::SocialCare,
        "SW01",
        "south-gloucestershire",
    ),
    (
        "South Gloucestershire Housing",
        Sector::Housing,
        "HO01",
        "south-gloucestershire-housing",
    ),
    (
        "Young Carers Group",
        Sector::Voluntary,
        "VO01",
        "young-carers-group",
    ),
    (
        "South Gloucestershire Community Health",
        Sector::Health,
        "HV02",
        "south-gloucestershire-health",
    ),
    (
        "Avonvale Constabulary",
        Sector::Police,
        "YJ02",
        "avonvale-constabulary",
    ),
    (
        "Bristol Children's Services",
        Sector::SocialCare,
        "SW01",
        "bristol-childrens-services",
    ),
];

/// Everybody with an account.
pub const PEOPLE: [Person; 12] = [
    person(
        "jane",
        "Jane Okafor",
        "Learning Mentor",
        (0, Role::Practitioner, "0117 496 0114"),
    ),
    person(
        "paul",
        "Paul Whitfield",
        "Social Worker",
        (1, Role::Practitioner, "0117 496 0121"),
    ),
    person(
        "tim",
        "Tim Calloway",
        "Housing Officer",
        (2, Role::Practitioner, "0117 496 0133"),
    ),
    person(
        "libby",
        "Libby Marlowe",
        "Young Carers Worker",
        (3, Role::Practitioner, "0117 496 0147"),
    ),
    person(
        "nina",
        "Nina Kowalska",
        "School Nurse",
        (4, Role::Practitioner, "0117 496 0152"),
    ),
    person(
        "omar",
        "Omar Siddiqui",
        "Safer Schools Officer",
        (5, Role::Practitioner, "0117 496 0168"),
    ),
    person(
        "sam",
        "Sam Redfern",
        "Shielding Officer",
        (1, Role::ShieldingOfficer, "0117 496 0171"),
    ),
    person(
        "dora",
        "Dora Lindqvist",
        "Data Officer",
        (1, Role::DataOfficer, "0117 496 0176"),
    ),
    Person {
        note: "of Bristol",
        ..person(
            "bea",
            "Bea Harcourt",
            "Data Officer",
            (NEIGHBOURS_COUNCIL, Role::DataOfficer, "0117 496 0177"),
        )
    },
    person(
        "alan",
        "Alan Pereira",
        "Auditor",
        (1, Role::Auditor, "0117 496 0179"),
    ),
    Person {
        standing: Standing::Suspended,
        note: "suspended: cannot sign in",
        ..person(
            "sue",
            "Sue Hartnell",
            "Social Worker",
            (1, Role::Practitioner, "0117 496 0183"),
        )
    },
    Person {
        standing: Standing::DisclosureLapsed,
        note: "DBS disclosure lapsed: cannot sign in",
        ..person(
            "len",
            "Len Abara",
            "Learning Mentor",
            (0, Role::Practitioner, "0117 496 0190"),
        )
    },
];

const fn person(
    user_name: &'static str,
    name: &'static str,
    job: &'static str,
    (organisation, role, telephone): (usize, Role, &'static str),
) -> Person {
    Person {
        user_name,
        name,
        job,
        note: "",
        organisation,
        role,
        telephone,
        standing: Standing::InOrder,
    }
}

impl Person {
    /// Their work e-mail address.
    pub fn email(&self) -> String {
        let (_, _, _, domain) = self.works_for();
        format!(
            "{}@{domain}.example",
            self.name.to_lowercase().replace(' ', ".")
        )
    }

    /// Their work telephone number.
    pub fn telephone(&self) -> &'static str {
        self.telephone
    }

    /// The name of their organisation.
    pub fn organisation(&self) -> &'static str {
        self.works_for().0
    }

    /// The code of the service they work in.
    pub fn service(&self) -> &'static str {
        self.works_for().2
    }

    fn works_for(&self) -> &'static (&'static str, Sector, &'static str, &'static str) {
        ORGANISATIONS
            .get(self.organisation)
            .unwrap_or(&ORGANISATIONS[0])
    }
}

/// Adds the organisations and accounts.
///
/// # Errors
/// [`Stop`] when the store does not take them.
pub fn add(store: &Store, today: Date) -> Result<(), Stop> {
    for (place, (name, sector, service, _)) in ORGANISATIONS.iter().enumerate() {
        let authority = match place {
            NEIGHBOURS_COUNCIL => NEIGHBOUR,
            _ => AUTHORITY,
        };
        store.put_organisation(
            &Organisation {
                id: organisation_id(place),
                name: fit(name)?,
                sector: *sector,
                admitted: Admission::Authority(fit(authority)?),
                accredited_until: today.checked_add(ACCREDITED_DAYS.days()).ok(),
                services: vec![fit(service)?],
            },
            clock::now(),
        )?;
    }
    for (id, person) in (1_i64..).zip(&PEOPLE) {
        let secrets = NewSecrets {
            password: PASSWORD.to_owned(),
            pin: PIN.to_owned(),
            token: token::new_key(),
        };
        store.put_account(&account(id, person, today)?, Some(&secrets), clock::now())?;
    }
    Ok(())
}

fn organisation_id(place: usize) -> OrganisationId {
    OrganisationId(i64::try_from(place).unwrap_or(0).saturating_add(1))
}

fn account(id: i64, person: &Person, today: Date) -> Result<Account, Stop> {
    let ago = |days: i64| today.checked_sub(days.days()).ok();
    let disclosed = if person.standing == Standing::DisclosureLapsed {
        LAPSED_DAYS_AGO
    } else {
        CHECKED_DAYS_AGO
    };
    let suspended = person.standing == Standing::Suspended;
    Ok(Account {
        id: AccountId(id),
        user_name: fit(person.user_name)?,
        name: parse::name(person.name).map_err(Stop::Failed)?,
        job_title: fit(person.job)?,
        organisation: organisation_id(person.organisation),
        telephone: telephone(person.telephone).ok(),
        email: email(&person.email()).ok(),
        roles: vec![person.role],
        checks: Checks {
            identity: ago(CHECKED_DAYS_AGO),
            disclosure: ago(disclosed),
            training: ago(CHECKED_DAYS_AGO),
        },
        suspension: if suspended {
            Suspension::Suspended
        } else {
            Suspension::None
        },
    })
}

/// A closed text of the practice directory.
///
/// # Errors
/// [`Stop::Failed`] never, as the tests add everybody.
pub fn fit<K: directory::text::Kind>(text: &str) -> Result<Text<K>, Stop> {
    Text::parse(text).map_err(|fault| Stop::Failed(format!("the practice directory: {fault}")))
}
