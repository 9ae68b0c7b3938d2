//! Records, people and a catalogue that tests are about.

use jiff::civil::date;

use crate::account::{Account, AccountId, Actor, Checks, Role, Suspension, admit};
use crate::address::{Address, AddressState, Residence};
use crate::consent::{Answer, Consent, ConsentFact, Understanding};
use crate::involvement::{
    Assessment, Involvement, Lead, Period, Practitioner, SensitiveInvolvement,
};
use crate::name::{Carer, Gender, Name};
use crate::number::{Number, OtherNumber, Scheme};
use crate::organisation::{
    Admission, Authority, Organisation, OrganisationId, Sector, ShieldingPhase,
};
use crate::record::{Author, Decided, Quarantined, Record};
use crate::service::{Catalogue, Classification, Service};
use crate::setting::{Education, PrimaryCare};
use crate::shield::Ground;
use crate::statement::{Particulars, Said, Source, SourceKind, Statement};
use crate::text::{
    AddressLine, AuthorityCode, JobTitle, NamePart, OrganisationName, PlaceCode, ServiceCode,
    SupplierCode, SupplierKey, UserName, email, postcode, telephone,
};
use crate::{Date, Now, Timestamp};

pub(crate) const TODAY: Date = date(2026, 11, 22);
pub(crate) const AREA: &str = "E06000025";

pub(crate) fn now() -> Now {
    Now {
        at: Timestamp::from_second(1_795_000_000).unwrap(),
        today: TODAY,
    }
}

pub(crate) fn name(text: &str) -> Name {
    let (given, family) = text.rsplit_once(' ').unwrap_or(("", text));
    Name {
        given: NamePart::parse(given).ok(),
        family: NamePart::parse(family).unwrap(),
    }
}

pub(crate) fn source(kind: SourceKind, supplier: &str, key: &str) -> Source {
    Source {
        kind,
        supplier: SupplierCode::parse(supplier).unwrap(),
        key: SupplierKey::parse(key).unwrap(),
    }
}

pub(crate) fn residence(line: &str, area: &str) -> Residence {
    Residence {
        state: AddressState::Current(Address {
            lines: vec![AddressLine::parse(line).unwrap()],
            postcode: postcode("BS16 5TJ").ok(),
        }),
        authority: AuthorityCode::parse(area).ok(),
    }
}

/// Everything a row can say.
pub(crate) fn particulars() -> Particulars {
    Particulars {
        name: Some(name("Kelly Marsh")),
        former_names: vec![name("Kelly Turner")],
        born: Some(date(2011, 5, 14)),
        gender: Some(Gender::Female),
        residence: Some(residence("4 Elm Road", AREA)),
        carers: vec![Carer {
            name: name("Ruth Marsh"),
            telephone: telephone("01632 960 001").ok(),
            email: email("ruth@home.example").ok(),
        }],
        education: Some(Education::Registered {
            place: PlaceCode::parse("109364").unwrap(),
            since: Some(date(2022, 9, 1)),
        }),
        primary_care: Some(PrimaryCare::Registered {
            place: PlaceCode::parse("L81001").unwrap(),
            since: None,
        }),
        stay: None,
        other_numbers: vec![
            OtherNumber::parse(Scheme::Nhs, "943 476 5919").unwrap(),
            OtherNumber::parse(Scheme::Pupil, "J820200010001").unwrap(),
        ],
    }
}

pub(crate) fn said(particulars: Particulars) -> Said {
    Said::Particulars(Box::new(particulars))
}

/// What a source said that waits behind a shield.
pub(crate) fn quarantined(source: Source, said: Said, confirmed: Date) -> Quarantined {
    Quarantined {
        statement: Statement {
            source,
            first_confirmed: confirmed,
            last_confirmed: confirmed,
            superseded: None,
            said,
        },
        also: Vec::new(),
        is_restricted: false,
    }
}

pub(crate) fn current(since: Option<Date>) -> Period {
    Period::Current { since }
}

pub(crate) fn ended(ended: Date) -> Period {
    Period::Ended { since: None, ended }
}

pub(crate) fn involvement(who: &str, service: &str, period: Period) -> Involvement {
    Involvement {
        practitioner: Practitioner {
            name: name(who),
            job_title: JobTitle::parse("Family support worker").unwrap(),
            organisation: OrganisationName::parse("Northfield Early Help").unwrap(),
            telephone: None,
            email: None,
        },
        service: ServiceCode::parse(service).unwrap(),
        period,
        lead: Lead::Member,
        assessment: Assessment::None,
        account: None,
    }
}

pub(crate) fn involved(involvement: Involvement) -> Said {
    Said::Involvement(Box::new(involvement))
}

pub(crate) fn sensitive(service: &str) -> Said {
    let fact = ConsentFact {
        born: Some(date(2011, 5, 14)),
        understanding: Understanding::Presumed,
        child: Answer::Agreed,
        carer: Answer::None,
        on: date(2026, 5, 1),
        reference: None,
    };
    let service = catalogue()
        .sensitive(&ServiceCode::parse(service).unwrap())
        .unwrap();
    let consent = Consent::given(fact, TODAY).unwrap();
    Said::Sensitive(Box::new(SensitiveInvolvement::consented(&service, consent)))
}

/// EH01, SW01 and HO01 are ordinary; MH01, SH01 and SM01 sensitive; XX01 unclassified.
pub(crate) fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::default();
    for (code, name, classification) in [
        ("EH01", "Early help", Classification::Ordinary),
        ("SW01", "Children's social care", Classification::Ordinary),
        ("HO01", "Housing options", Classification::Ordinary),
        (
            "MH01",
            "Child and adolescent mental health",
            Classification::Sensitive,
        ),
        ("SH01", "Sexual health", Classification::Sensitive),
        ("SM01", "Drug service", Classification::Sensitive),
        ("XX01", "Something new", Classification::Unclassified),
    ] {
        catalogue.put(service(code, name, classification));
    }
    catalogue
}

pub(crate) fn service(code: &str, name: &str, classification: Classification) -> Service {
    Service {
        code: ServiceCode::parse(code).unwrap(),
        name: name.into(),
        sector: Sector::SocialCare,
        classification,
    }
}

/// Kelly, as NHS registrations know her, with one involvement and one sensitive service.
pub(crate) fn record() -> Record {
    let mut record = Record::empty(Number::from_random(1));
    let nhs = source(SourceKind::Nhs, "nhs", "1");
    record.accept(nhs, said(particulars()), date(2026, 11, 1));
    let local = source(SourceKind::Local, "northfield", "1");
    let tim = involvement("Tim Reeve", "EH01", current(None));
    record.accept(local, involved(tim), date(2026, 11, 2));
    let clinic = source(SourceKind::Local, "clinic", "1");
    record.accept(clinic, sensitive("SH01"), date(2026, 11, 3));
    record
}

pub(crate) fn shielded() -> Record {
    let mut record = record();
    record.decide(
        Author::Account(AccountId(9)),
        now(),
        Decided::ShieldPlaced(Ground::FleeingAbuse),
    );
    record
}

/// Somebody of a sector with roles, admitted through an authority.
pub(crate) fn actor(account: i64, sector: Sector, roles: &[Role], area: &str) -> Actor {
    let code = AuthorityCode::parse(area).unwrap();
    let authority = Authority {
        code: code.clone(),
        name: OrganisationName::parse("South Gloucestershire").unwrap(),
        shielding: ShieldingPhase::Complete,
    };
    let admitted = (Admission::Authority(code), Some(authority));
    admitted_by(account, sector, roles, admitted)
}

/// A practitioner of a national partner, outside any authority.
pub(crate) fn national_partner() -> Actor {
    let admitted = (Admission::NationalPartner, None);
    admitted_by(1, Sector::Voluntary, &[Role::Practitioner], admitted)
}

fn admitted_by(
    account: i64,
    sector: Sector,
    roles: &[Role],
    (admitted, authority): (Admission, Option<Authority>),
) -> Actor {
    let account = Account {
        id: AccountId(account),
        user_name: UserName::parse("somebody").unwrap(),
        name: name("Jane Okafor"),
        job_title: JobTitle::parse("Learning mentor").unwrap(),
        organisation: OrganisationId(1),
        telephone: None,
        email: None,
        roles: roles.to_vec(),
        checks: Checks {
            identity: Some(TODAY),
            disclosure: Some(TODAY),
            training: Some(TODAY),
        },
        suspension: Suspension::None,
    };
    let organisation = Organisation {
        id: OrganisationId(1),
        name: OrganisationName::parse("Northfield Academy").unwrap(),
        sector,
        admitted,
        accredited_until: Some(TODAY),
        services: Vec::new(),
    };
    admit(&account, &organisation, authority.as_ref(), TODAY).unwrap()
}

pub(crate) fn practitioner() -> Actor {
    actor(1, Sector::Education, &[Role::Practitioner], AREA)
}
