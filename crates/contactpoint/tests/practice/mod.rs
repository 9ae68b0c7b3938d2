//! A small practice directory in a temporary folder, and a browser that talks to its router without a socket.

#![allow(dead_code, unused_imports, reason = "each test file uses its own part")]

mod browser;
mod people;
mod places;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::Request;
use contactpoint::desk::{Desk, Entry, Limits, Settings};
use contactpoint::door::{DoorLimits, DoorSettings};
use contactpoint::routes::router;
use contactpoint::view::local_manager::LocalManager;
use contactpoint::view::telephone::Telephone;
use directory::account::Account;
use directory::organisation::Sector;
use directory::statement::SourceKind;
use directory::supplied::Supplier;
use directory::text::{SupplierCode, UserName};
use directory::{Date, Now, Timestamp};
use jiff::civil::date;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use store::{Location, NewSecrets, Options, Store};
use tower::ServiceExt;

pub use browser::{Answer, Browser, between, child_path, with_reason};
pub use people::{account, rows};

pub const TODAY: Date = date(2026, 7, 3);
/// 3 July 2026, 1:05pm in England.
const START_SECONDS: i64 = 1_783_080_300;
pub const PASSWORD: &str = "correct horse battery";
pub const PIN: &str = "482915";

pub const PRACTITIONER: &str = "jane.okafor";
pub const NURSE: &str = "sam.nurse";
pub const OFFICER: &str = "ola.shield";
pub const AUDITOR: &str = "ada.audit";
pub const DATA_OFFICER: &str = "dee.data";

/// Hidden values of the shielded child: none may appear in any answer to a practitioner.
pub const HIDDEN: [&str; 5] = [
    "Refuge Lane",
    "BS1 1AA",
    "Harbour School",
    "Bola Bello",
    "Hidden Practice",
];

thread_local! {
    static SECONDS: Cell<i64> = const { Cell::new(START_SECONDS) };
}

/// The clock of the test that runs on this thread: it stands until it is moved.
pub fn clock() -> Now {
    let at = Timestamp::from_second(SECONDS.get()).unwrap();
    let london = jiff::tz::TimeZone::get("Europe/London").unwrap();
    Now {
        at,
        today: at.to_zoned(london).date(),
    }
}

pub fn move_clock(seconds: i64) {
    SECONDS.set(SECONDS.get() + seconds);
}

#[allow(clippy::disallowed_methods, reason = "tests")]
pub fn entropy(bytes: &mut [u8]) {
    getrandom::fill(bytes).unwrap();
}

pub struct Practice {
    pub folder: tempfile::TempDir,
    pub store: Arc<Store>,
    pub desk: Arc<Desk>,
    router: Router,
}

impl Practice {
    pub fn open() -> Practice {
        Practice::with(Limits::default())
    }

    /// A directory with its people and children.
    pub fn with(limits: Limits) -> Practice {
        let practice = Practice::empty(limits);
        people_and_children(&practice.store);
        practice
    }

    /// A directory with organisations and places, and nobody in it.
    pub fn empty(limits: Limits) -> Practice {
        Practice::with_door(limits, DoorLimits::default())
    }

    /// The same, with limits of its own at the door for suppliers' programs.
    pub fn with_door(limits: Limits, of_door: DoorLimits) -> Practice {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| -> PathBuf { folder.path().join(name) };
        let location = Location::Sqlite(path("directory.sqlite"));
        let store = Arc::new(
            Store::open(Options {
                location,
                key_ring: path("keys"),
                entropy,
            })
            .unwrap(),
        );
        let settings = Settings {
            practice: true,
            limits,
            door: DoorSettings {
                limits: of_door,
                ..DoorSettings::at("https://contactpoint.example", folder.path().to_owned())
            },
            ..Settings::new(local_manager())
        };
        let desk = Arc::new(Desk::new(
            Arc::clone(&store),
            settings,
            Entry { clock, entropy },
        ));
        let router = router(&desk);
        places::put(&store);
        Practice {
            folder,
            store,
            desk,
            router,
        }
    }

    pub fn put_account(&self, account: &Account, with_secrets: bool) {
        put_account(&self.store, account, with_secrets);
    }

    pub fn account(&self, user_name: &str) -> Account {
        self.store
            .account(&UserName::parse(user_name).unwrap())
            .unwrap()
            .unwrap()
    }

    /// The code the person's token shows now.
    pub fn code(&self, user_name: &str) -> String {
        let key = self
            .store
            .token_key(&UserName::parse(user_name).unwrap())
            .unwrap()
            .unwrap();
        code_of(&key)
    }

    pub fn stranger(&self) -> Browser<'_> {
        Browser {
            practice: self,
            cookies: BTreeMap::new(),
            csrf: String::new(),
            address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)),
            headers: vec![("host", "contactpoint.example".into())],
        }
    }

    /// Somebody signed in, with a code of their own: the clock moves on to the next.
    pub async fn signed_in(&self, user_name: &str) -> Browser<'_> {
        move_clock(30);
        let mut browser = self.stranger();
        browser.get("/sign-in").await;
        let answer = browser
            .sign_in(user_name, [PASSWORD, PIN, &self.code(user_name)])
            .await;
        assert_eq!(
            (answer.status, answer.location()),
            (303, "/"),
            "{}",
            answer.body
        );
        browser.get("/about").await;
        browser
    }

    pub async fn send(&self, mut request: Request<Body>, from: IpAddr) -> Answer {
        request
            .extensions_mut()
            .insert(ConnectInfo(SocketAddr::new(from, 40_000)));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let text = |value: &axum::http::HeaderValue| value.to_str().unwrap().to_owned();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Answer {
            status,
            headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

/// Everything a practice directory has, put into an empty store.
pub fn furnish(store: &Store) {
    places::put(store);
    people_and_children(store);
}

fn people_and_children(store: &Store) {
    for (id, (user_name, name, organisation, roles)) in (1..).zip(people::people()) {
        let account = people::account(id, user_name, name, organisation, roles);
        put_account(store, &account, true);
    }
    let supplier = Supplier {
        code: SupplierCode::parse("practice-feed").unwrap(),
        kind: SourceKind::Local,
    };
    store.accept(&supplier, &people::rows(), clock()).unwrap();
    store
        .supplied(
            &supplier,
            Some(Sector::Education),
            directory::event::Totals::default(),
            clock(),
        )
        .unwrap();
    // Everybody reads the ledger as it was the day before.
    let today = clock();
    let before = Now {
        today: today.today.yesterday().unwrap(),
        ..today
    };
    store.sequence(before).unwrap();
    store.sequence(today).unwrap();
}

fn put_account(store: &Store, account: &Account, with_secrets: bool) {
    let secrets = NewSecrets {
        password: PASSWORD.into(),
        pin: PIN.into(),
        token: token(account.id.0),
    };
    store
        .put_account(account, with_secrets.then_some(&secrets), clock())
        .unwrap();
}

pub fn secrets(practice: &Practice, user_name: &str) -> [String; 3] {
    [PASSWORD.into(), PIN.into(), practice.code(user_name)]
}

/// The token of an account, whether it exists yet or not.
pub fn token(id: i64) -> [u8; 20] {
    let mut key = [7; 20];
    key[0] = u8::try_from(id).unwrap();
    key
}

pub fn code_of(key: &[u8; 20]) -> String {
    let totp = totp_rs::Builder::new()
        .with_secret(key.to_vec())
        .build()
        .unwrap();
    totp.generate(u64::try_from(clock().at.as_second()).unwrap())
        .to_string()
}

fn local_manager() -> LocalManager {
    LocalManager {
        team: "Northshire ContactPoint team".into(),
        telephone: Telephone::new("01632960500"),
        email: "contactpoint@northshire.example".into(),
    }
}
