//! A small practice directory of synthetic people, on either database.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use directory::account::{Account, AccountId, Checks, Role, Suspension};
use directory::address::{Address, AddressState, Residence};
use directory::name::{Gender, Name};
use directory::number::{OtherNumber, Scheme};
use directory::organisation::{
    Admission, Authority, Organisation, OrganisationId, Sector, ShieldingPhase,
};
use directory::query::{Born, Hidden, Query, Visible};
use directory::reason::Reason;
use directory::service::{Classification, Service};
use directory::setting::{Education, Place, PlaceKind, PrimaryCare};
use directory::statement::{Particulars, SourceKind};
use directory::supplied::{Known, Outcome, Restriction, Row, Supplier};
use directory::text::{self, NamePart, Text};
use directory::{Date, Now, Timestamp};
use store::{Credentials, Location, NewSecrets, Options, Origin, Session, Store};

pub const AUTHORITY: &str = "E06000025";

pub struct Practice {
    pub store: Arc<Store>,
    pub options: Options,
    clock: AtomicI64,
    _folder: Arc<tempfile::TempDir>,
}

/// Runs a test on both databases.
pub fn both(test: impl Fn(&Practice)) {
    test(&Practice::sqlite());
    test(&Practice::postgres());
}

pub fn entropy(bytes: &mut [u8]) {
    use std::io::Read as _;
    std::fs::File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(bytes))
        .expect("randomness");
}

impl Practice {
    pub fn sqlite() -> Practice {
        let folder = tempfile::tempdir().expect("a folder");
        let location = Location::Sqlite(folder.path().join("contactpoint.db"));
        Practice::at(location, folder)
    }

    pub fn postgres() -> Practice {
        let folder = tempfile::tempdir().expect("a folder");
        Practice::at(Location::Postgres(crate::cluster::database()), folder)
    }

    pub fn at(location: Location, folder: tempfile::TempDir) -> Practice {
        let options = Options {
            location,
            key_ring: folder.path().join("ring"),
            entropy,
        };
        let store = Store::open(options.clone()).expect("a store");
        let practice = Practice {
            store: Arc::new(store),
            options,
            clock: AtomicI64::new(1_795_305_600_000_000),
            _folder: Arc::new(folder),
        };
        practice.furnish();
        practice
    }

    /// The same directory, opened again.
    pub fn reopened(&self) -> Store {
        Store::open(self.options.clone()).expect("the same store")
    }

    pub fn folder(&self) -> &std::path::Path {
        self._folder.path()
    }

    /// A moment later than every one before: a minute passes with each look at the clock.
    pub fn now(&self) -> Now {
        self.after_seconds(31)
    }

    pub fn after_seconds(&self, seconds: i64) -> Now {
        let at = self.clock.fetch_add(seconds * 1_000_000, Ordering::Relaxed) + seconds * 1_000_000;
        let at = Timestamp::from_microsecond(at).expect("a moment");
        Now {
            at,
            today: at.to_zoned(jiff::tz::TimeZone::UTC).date(),
        }
    }

    fn furnish(&self) {
        let store = &self.store;
        store
            .put_authority(&authority(AUTHORITY, "South Gloucestershire"), self.now())
            .unwrap();
        store
            .put_authority(&authority("E06000023", "Bristol"), self.now())
            .unwrap();
        let service = |code: &str, name: &str, sector, classification| Service {
            code: parse(code),
            name: name.into(),
            sector,
            classification,
        };
        store
            .put_services(
                &[
                    service(
                        "mentoring",
                        "Learning mentoring",
                        Sector::Education,
                        Classification::Ordinary,
                    ),
                    service(
                        "social-work",
                        "Children's social work",
                        Sector::SocialCare,
                        Classification::Ordinary,
                    ),
                    service("quiet", "CAMHS", Sector::Health, Classification::Sensitive),
                    service(
                        "new",
                        "Not yet decided",
                        Sector::Health,
                        Classification::Unclassified,
                    ),
                ],
                self.now(),
            )
            .unwrap();
        store
            .put_places(&[
                place("123456", PlaceKind::School, "Northfield Academy"),
                place("L81001", PlaceKind::Practice, "Lakeside Surgery"),
            ])
            .unwrap();
        store
            .put_organisation(
                &organisation(1, "Northfield Academy", Sector::Education),
                self.now(),
            )
            .unwrap();
        store
            .put_organisation(
                &organisation(2, "South Gloucestershire Council", Sector::SocialCare),
                self.now(),
            )
            .unwrap();
        self.put_people();
    }

    fn put_people(&self) {
        let store = &self.store;
        for (id, user, roles, organisation) in [
            (1, "jane", vec![Role::Practitioner], 1),
            (2, "paul", vec![Role::Practitioner], 2),
            (3, "sam", vec![Role::ShieldingOfficer], 2),
            (4, "ann", vec![Role::Auditor], 2),
        ] {
            store
                .put_account(
                    &account(id, user, roles, organisation),
                    Some(&secrets(user)),
                    self.now(),
                )
                .unwrap();
        }
    }

    pub fn credentials(&self, user: &str, now: Now) -> Credentials {
        let totp = totp_rs::Builder::new()
            .with_secret(secrets(user).token.to_vec())
            .build()
            .expect("a token");
        Credentials {
            user_name: user.to_owned(),
            password: format!("correct horse {user}"),
            pin: "284613".to_owned(),
            code: totp
                .generate(now.at.as_second().cast_unsigned())
                .to_string(),
        }
    }

    pub fn session(&self, user: &str) -> Session {
        self.signed_in(user).0
    }

    pub fn signed_in(&self, user: &str) -> (Session, String) {
        let now = self.now();
        let signed_in = self
            .store
            .sign_in(&self.credentials(user, now), &origin(), now)
            .unwrap()
            .expect("signed in");
        (signed_in.session, signed_in.secret)
    }

    pub fn accept(&self, rows: &[Row]) -> Vec<Outcome> {
        self.store.accept(&nhs(), rows, self.now()).unwrap()
    }

    /// The numbers a query shows, best first.
    pub fn shown(&self, session: &Session, query: Query) -> Vec<directory::number::Number> {
        let found = self
            .store
            .search(session, reason(session), query, self.now())
            .unwrap();
        found
            .map(|found| {
                found
                    .children
                    .iter()
                    .map(|child| child.disclosure.view().number())
                    .collect()
            })
            .unwrap_or_default()
    }

    /// The reference of the first child a query shows, with a reason given for opening it.
    pub fn opened(&self, session: &Session, query: Query) -> String {
        let reason = reason(session);
        let found = self
            .store
            .search(session, reason, query, self.now())
            .unwrap()
            .unwrap_or_else(|refusal| panic!("an answer: {refusal:?}"));
        let reference = found.children.first().expect("a child").reference.clone();
        self.store
            .give_reason(session, &reference, reason, self.now())
            .unwrap()
            .expect("a reason taken");
        reference
    }
}

/// From where everybody signs in.
pub fn origin() -> Origin {
    Origin {
        address: "127.0.0.1".into(),
        browser: "test".into(),
    }
}

pub fn reason(session: &Session) -> Reason {
    if session.actor().is(Role::ShieldingOfficer) {
        Reason::ShieldDecision
    } else {
        Reason::FindPractitioners
    }
}

pub fn parse<K: text::Kind>(text: &str) -> Text<K> {
    Text::parse(text).expect("a text of its kind")
}

pub fn authority(code: &str, name: &str) -> Authority {
    Authority {
        code: parse(code),
        name: parse(name),
        shielding: ShieldingPhase::Complete,
    }
}

fn place(code: &str, kind: PlaceKind, name: &str) -> Place {
    Place {
        code: parse(code),
        kind,
        name: parse(name),
        telephone: text::telephone("01632 960100").ok(),
        email: None,
        authority: None,
    }
}

pub fn organisation(id: i64, name: &str, sector: Sector) -> Organisation {
    Organisation {
        id: OrganisationId(id),
        name: parse(name),
        sector,
        admitted: Admission::Authority(parse(AUTHORITY)),
        accredited_until: Some(jiff::civil::date(2030, 1, 1)),
        services: vec![parse(if id == 1 { "mentoring" } else { "social-work" })],
    }
}

pub fn account(id: i64, user: &str, roles: Vec<Role>, organisation: i64) -> Account {
    let day = Some(jiff::civil::date(2026, 1, 5));
    Account {
        id: AccountId(id),
        user_name: parse(user),
        name: Name {
            given: NamePart::parse(user).ok(),
            family: parse("Synthetic"),
        },
        job_title: parse("Learning mentor"),
        organisation: OrganisationId(organisation),
        telephone: text::telephone("01632 960114").ok(),
        email: text::email("someone@northfield.example").ok(),
        roles,
        checks: Checks {
            identity: day,
            disclosure: day,
            training: day,
        },
        suspension: Suspension::None,
    }
}

pub fn secrets(user: &str) -> NewSecrets {
    let mut token = [7; 20];
    for (byte, from) in token.iter_mut().zip(user.bytes()) {
        *byte = from;
    }
    NewSecrets {
        password: format!("correct horse {user}"),
        pin: "284613".to_owned(),
        token,
    }
}

pub fn nhs() -> Supplier {
    Supplier {
        code: parse("nhs"),
        kind: SourceKind::Nhs,
    }
}

/// A row of a child of whom everything is known.
pub fn row(key: &str, given: &str, family: &str, born: Date) -> Row {
    let address = Address {
        lines: vec![parse("1 High Street"), parse("Yate")],
        postcode: text::postcode("BS37 4AX").ok(),
    };
    Row {
        line: 2,
        key: parse(key),
        confirmed: jiff::civil::date(2026, 11, 1),
        particulars: Particulars {
            name: Some(Name {
                given: NamePart::parse(given).ok(),
                family: parse(family),
            }),
            born: Some(born),
            gender: Some(Gender::Female),
            residence: Some(Residence {
                state: AddressState::Current(address),
                authority: Some(parse(AUTHORITY)),
            }),
            education: Some(Education::Registered {
                place: parse("123456"),
                since: None,
            }),
            primary_care: Some(PrimaryCare::Registered {
                place: parse("L81001"),
                since: None,
            }),
            ..Particulars::default()
        },
        also: Vec::new(),
        withdrawn: Vec::new(),
        restriction: Restriction::None,
        known: Known::Still,
    }
}

pub fn with_nhs_number(mut row: Row, number: &str) -> Row {
    row.particulars
        .other_numbers
        .push(OtherNumber::parse(Scheme::Nhs, number).expect("an NHS number"));
    row
}

pub fn visible(given: &str, family: &str, born: Option<Date>) -> Visible {
    Visible {
        given: NamePart::parse(given).ok(),
        family: NamePart::parse(family).ok(),
        born: born.map(Born::On),
        ..Visible::default()
    }
}

pub fn by_name(given: &str, family: &str, born: Date) -> Query {
    Query::of(visible(given, family, Some(born)), Hidden::default()).expect("enough")
}
