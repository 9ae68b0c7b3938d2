//! What every request shares: the store, the settings, the clock, and the limits on how much is done at once.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use directory::Now;
use directory::account::AccountId;
use store::{Error, Store};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use crate::throttle::{Rate, Throttle};
use crate::view::local_manager::LocalManager;
use crate::words;

/// The most people or addresses each throttle remembers.
const THROTTLE_KEYS_MAX: usize = 65_536;
/// The most of a user name that takes part in throttling, in bytes: more cannot be anybody's.
const USER_NAME_BYTES_MAX: usize = 256;
/// Minutes in an hour.
const HOUR_MINUTES: u32 = 60;

/// What an operator decides.
#[derive(Clone)]
pub struct Settings {
    /// Every child here is synthetic: each page says so.
    pub practice: bool,
    /// Whom to ask when the directory may not answer.
    pub local_manager: LocalManager,
    /// The name of the cookie with the session's secret.
    pub session_cookie: String,
    /// The name of the cookie that the sign-in form is bound to.
    pub form_cookie: String,
    /// The proxy whose word on the client's address is taken; `None`: nobody's is.
    pub trusted_proxy: Option<IpAddr>,
    /// How much is done at once and in an hour.
    pub limits: Limits,
}

/// How much is done at once and in an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Sign-ins worked on at once: each takes 19 MiB and a core.
    pub sign_ins_at_once_max: usize,
    /// Sign-ins that wait for their turn; the next is told to come back.
    pub sign_ins_waiting_max: usize,
    /// Requests answered at once; the next is told to come back.
    pub requests_at_once_max: usize,
    /// The most a form may send.
    pub body_bytes_max: usize,
    /// How long the head of a request may take to arrive, and a connection may lie idle.
    pub head_seconds_max: u64,
    /// Sign-ins that may fail for one user name from one address.
    pub failures: Rate,
    /// Sign-ins that may fail from one address, whoever is named.
    pub address_failures: Rate,
    /// Records one person opens in an hour (X7).
    pub record_opens_hour_max: u32,
    /// Searches one person makes in an hour (X7).
    pub searches_hour_max: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sign_ins_at_once_max: 2,
            sign_ins_waiting_max: 64,
            requests_at_once_max: 256,
            body_bytes_max: 16 * 1_024,
            head_seconds_max: 15,
            failures: Rate {
                max: 10,
                minutes: 15,
            },
            address_failures: Rate {
                max: 100,
                minutes: 15,
            },
            record_opens_hour_max: 120,
            searches_hour_max: 600,
        }
    }
}

impl Settings {
    /// The settings of a directory with its local manager, all else as usual.
    #[must_use]
    pub fn new(local_manager: LocalManager) -> Self {
        Self {
            practice: false,
            local_manager,
            session_cookie: "__Host-contactpoint".to_owned(),
            form_cookie: "__Host-contactpoint-form".to_owned(),
            trusted_proxy: None,
            limits: Limits::default(),
        }
    }
}

/// What only the program's entry may read: the clock and the system's randomness.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The moment, with the day it is in England.
    pub clock: fn() -> Now,
    /// Fills the slice with randomness.
    pub entropy: fn(&mut [u8]),
}

/// What every request shares.
pub struct Desk {
    store: Arc<Store>,
    settings: Settings,
    entry: Entry,
    hasher: RandomState,
    failures: Mutex<Throttle>,
    address_failures: Mutex<Throttle>,
    opens: Mutex<Throttle>,
    searches: Mutex<Throttle>,
    sign_ins: Semaphore,
    sign_ins_waiting: Semaphore,
    requests: Arc<Semaphore>,
}

/// Why the store could not be asked. What it said in its own words is in the log only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// Too much at once on one record: asking again may help.
    Busy,
    /// The store does not answer, or its disk is full.
    OutOfOrder,
}

/// The turn of a sign-in, given back when dropped.
pub struct Turn<'a> {
    _waiting: SemaphorePermit<'a>,
    _working: SemaphorePermit<'a>,
}

/// What one person may do only so often in an hour (X7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Often {
    /// Open a record.
    Open,
    /// Search.
    Search,
}

impl Desk {
    /// A desk in front of a store.
    #[must_use]
    pub fn new(store: Arc<Store>, settings: Settings, entry: Entry) -> Self {
        let limits = settings.limits;
        let throttle = |rate| Mutex::new(Throttle::new(rate, THROTTLE_KEYS_MAX));
        let hourly = |max| {
            throttle(Rate {
                max,
                minutes: HOUR_MINUTES,
            })
        };
        Self {
            store,
            entry,
            hasher: RandomState::new(),
            failures: throttle(limits.failures),
            address_failures: throttle(limits.address_failures),
            opens: hourly(limits.record_opens_hour_max),
            searches: hourly(limits.searches_hour_max),
            sign_ins: Semaphore::new(limits.sign_ins_at_once_max),
            sign_ins_waiting: Semaphore::new(
                limits
                    .sign_ins_at_once_max
                    .saturating_add(limits.sign_ins_waiting_max),
            ),
            requests: Arc::new(Semaphore::new(limits.requests_at_once_max)),
            settings,
        }
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The moment.
    #[must_use]
    pub fn now(&self) -> Now {
        (self.entry.clock)()
    }

    /// A random text of 64 hexadecimal characters.
    #[must_use]
    pub fn random_text(&self) -> String {
        let mut bytes = [0; 32];
        (self.entry.entropy)(&mut bytes);
        words::hexadecimal(&bytes)
    }

    /// Asks the store, on a thread that may wait. The one bridge between the web and the store.
    ///
    /// # Errors
    /// [`Lost`] when the store could not answer; why is logged, without anything of a person.
    pub async fn ask<T, V>(&self, verb: V) -> Result<T, Lost>
    where
        T: Send + 'static,
        V: FnOnce(&Store) -> Result<T, Error> + Send + 'static,
    {
        let store = Arc::clone(&self.store);
        match tokio::task::spawn_blocking(move || verb(&store)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(Error::Contended)) => {
                tracing::warn!("a record was being changed again and again");
                Err(Lost::Busy)
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "the store did not answer");
                Err(Lost::OutOfOrder)
            }
            Err(_) => {
                tracing::error!("a verb of the store did not come to its end");
                Err(Lost::OutOfOrder)
            }
        }
    }

    /// A place among the requests answered at once; `None`: all are taken.
    #[must_use]
    pub fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.requests).try_acquire_owned().ok()
    }

    /// Waits for the turn of a sign-in; `None`: too many are waiting.
    pub async fn turn(&self) -> Option<Turn<'_>> {
        let waiting = self.sign_ins_waiting.try_acquire().ok()?;
        let working = self.sign_ins.acquire().await.ok()?;
        Some(Turn {
            _waiting: waiting,
            _working: working,
        })
    }

    /// Whether sign-ins of this user name from this address, or of anybody from it, have failed too often.
    #[must_use]
    pub fn is_barred(&self, user_name: &str, address: IpAddr, now: Now) -> bool {
        let pair = locked(&self.failures).is_spent(self.pair(user_name, address), now.at);
        let alone = locked(&self.address_failures).is_spent(self.hasher.hash_one(address), now.at);
        pair || alone
    }

    /// Counts a sign-in that failed. An attacker elsewhere has another address, so an honest user is not locked out.
    pub fn count_failure(&self, user_name: &str, address: IpAddr, now: Now) {
        locked(&self.failures).count(self.pair(user_name, address), now.at);
        locked(&self.address_failures).count(self.hasher.hash_one(address), now.at);
    }

    /// Forgets the failures of somebody who has signed in.
    pub fn forgive(&self, user_name: &str, address: IpAddr) {
        locked(&self.failures).forget(self.pair(user_name, address));
    }

    /// Counts what one person may do only so often; `false`: this is once too often, and was not counted.
    #[must_use]
    pub fn may_again(&self, often: Often, account: AccountId, now: Now) -> bool {
        let throttle = match often {
            Often::Open => &self.opens,
            Often::Search => &self.searches,
        };
        let key = self.hasher.hash_one(account);
        let mut throttle = locked(throttle);
        let may = !throttle.is_spent(key, now.at);
        if may {
            throttle.count(key, now.at);
        }
        may
    }

    fn pair(&self, user_name: &str, address: IpAddr) -> u64 {
        let folded = user_name.trim().to_lowercase();
        let name = folded.as_bytes();
        self.hasher
            .hash_one((name.get(..USER_NAME_BYTES_MAX).unwrap_or(name), address))
    }
}

fn locked(throttle: &Mutex<Throttle>) -> MutexGuard<'_, Throttle> {
    throttle.lock().unwrap_or_else(PoisonError::into_inner)
}
