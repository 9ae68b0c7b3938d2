//! Synthetic practitioners who search for a benchmark.

use std::thread;
use std::time::Duration;

use directory::account::{Account, AccountId, Checks, Role, Suspension};
use directory::organisation::{Admission, Organisation, OrganisationId, Sector};
use directory::text::Text;
use jiff::ToSpan as _;
use store::{Credentials, NewSecrets, Origin, SignedIn, Store};

use crate::clock;
use crate::command::{Stop, parse, token};

const PASSWORD: &str = "synthetic children only";
const PIN: &str = "135790";
/// How often signing in is tried: a code is good once, and a run just before may have used it.
const TRIES_MAX: usize = 3;
/// For how long everything is in order, in days.
const IN_ORDER_DAYS: i64 = 300;

/// Signs in so many practitioners of a health organisation, who may search by NHS number.
///
/// # Errors
/// [`Stop`] when one cannot sign in.
pub fn sign_in(store: &Store, people: usize) -> Result<Vec<SignedIn>, Stop> {
    let today = clock::now().today;
    store.put_organisation(
        &Organisation {
            id: OrganisationId(1),
            name: fit("Synthetic Community Health")?,
            sector: Sector::Health,
            admitted: Admission::NationalPartner,
            accredited_until: today.checked_add(IN_ORDER_DAYS.days()).ok(),
            services: Vec::new(),
        },
        clock::now(),
    )?;
    (1..=people)
        .map(|person| add_and_sign_in(store, person))
        .collect()
}

fn add_and_sign_in(store: &Store, person: usize) -> Result<SignedIn, Stop> {
    let today = clock::now().today;
    let user_name = format!("bench-{person}");
    let checked = today.checked_sub(IN_ORDER_DAYS.days()).ok();
    let account = Account {
        id: AccountId(i64::try_from(person).unwrap_or(i64::MAX)),
        user_name: fit(&user_name)?,
        name: parse::name("Bench Synthetic").map_err(Stop::Failed)?,
        job_title: fit("School Nurse")?,
        organisation: OrganisationId(1),
        telephone: None,
        email: None,
        roles: vec![Role::Practitioner],
        checks: Checks {
            identity: checked,
            disclosure: checked,
            training: checked,
        },
        suspension: Suspension::None,
    };
    let key = token::new_key();
    let secrets = NewSecrets {
        password: PASSWORD.to_owned(),
        pin: PIN.to_owned(),
        token: key,
    };
    store.put_account(&account, Some(&secrets), clock::now())?;
    let from = Origin {
        address: "127.0.0.1".to_owned(),
        browser: "contactpoint bench".to_owned(),
    };
    for _ in 0..TRIES_MAX {
        let now = clock::now();
        let (code, seconds) = token::code(&key, now.at).unwrap_or_default();
        let credentials = Credentials {
            user_name: user_name.clone(),
            password: PASSWORD.to_owned(),
            pin: PIN.to_owned(),
            code,
        };
        if let Ok(signed_in) = store.sign_in(&credentials, &from, now)? {
            return Ok(signed_in);
        }
        thread::sleep(Duration::from_secs(seconds.saturating_add(1)));
    }
    Err(Stop::Failed(format!("{user_name} cannot sign in")))
}

fn fit<K: directory::text::Kind>(text: &str) -> Result<Text<K>, Stop> {
    Text::parse(text).map_err(|fault| Stop::Failed(fault.to_string()))
}
