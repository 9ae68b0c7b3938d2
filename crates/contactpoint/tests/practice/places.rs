//! The practice directory's authority, services, organisations, schools and practices.

use directory::organisation::{
    Admission, Authority, Organisation, OrganisationId, Sector, ShieldingPhase,
};
use directory::service::{Classification, Service};
use directory::setting::{Place, PlaceKind};
use directory::text::{self, AuthorityCode, OrganisationName, PlaceCode, ServiceCode};
use jiff::civil::date;
use store::Store;

use super::clock;

pub fn authority() -> AuthorityCode {
    AuthorityCode::parse("E10000999").unwrap()
}

pub fn service(code: &str) -> ServiceCode {
    ServiceCode::parse(code).unwrap()
}

/// Puts all of it into a store.
pub fn put(store: &Store) {
    put_authority(store);
    put_services(store);
    put_organisations(store);
    put_places(store);
}

fn name(text: &str) -> OrganisationName {
    OrganisationName::parse(text).unwrap()
}

fn put_authority(store: &Store) {
    let northshire = Authority {
        code: authority(),
        name: name("Northshire"),
        shielding: ShieldingPhase::Complete,
    };
    store.put_authority(&northshire, clock()).unwrap();
}

fn put_services(store: &Store) {
    let services = [
        (
            "learning-mentor",
            "Learning mentoring",
            Sector::Education,
            Classification::Ordinary,
        ),
        (
            "school-nursing",
            "School nursing",
            Sector::Health,
            Classification::Ordinary,
        ),
        (
            "social-care",
            "Children in need team",
            Sector::SocialCare,
            Classification::Ordinary,
        ),
        (
            "young-minds",
            "Young minds",
            Sector::Health,
            Classification::Sensitive,
        ),
    ];
    let services = services.map(|(code, name, sector, classification)| Service {
        code: service(code),
        name: name.into(),
        sector,
        classification,
    });
    store.put_services(&services, clock()).unwrap();
}

fn put_organisations(store: &Store) {
    let organisations = [
        (
            1,
            "Northfield Academy",
            Sector::Education,
            &["learning-mentor"][..],
        ),
        (
            2,
            "Lakeside Health",
            Sector::Health,
            &["school-nursing", "young-minds"],
        ),
        (
            3,
            "Northshire Council",
            Sector::SocialCare,
            &["social-care"],
        ),
    ];
    for (id, text, sector, services) in organisations {
        let organisation = Organisation {
            id: OrganisationId(id),
            name: name(text),
            sector,
            admitted: Admission::Authority(authority()),
            accredited_until: Some(date(2027, 12, 31)),
            services: services.iter().map(|code| service(code)).collect(),
        };
        store.put_organisation(&organisation, clock()).unwrap();
    }
}

fn put_places(store: &Store) {
    let places = [
        ("100001", "Northfield Academy", PlaceKind::School),
        ("100002", "Harbour School", PlaceKind::School),
        ("A81001", "Lakeside Surgery", PlaceKind::Practice),
        ("A81002", "Hidden Practice", PlaceKind::Practice),
    ];
    let places = places.map(|(code, text, kind)| Place {
        code: PlaceCode::parse(code).unwrap(),
        kind,
        name: name(text),
        telephone: text::telephone("01632 960 100").ok(),
        email: None,
        authority: Some(authority()),
    });
    store.put_places(&places).unwrap();
}
