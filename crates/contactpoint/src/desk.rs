//! What every request shares: the store, the settings, the clock, and the limits on how much is done at once.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use directory::Now;
use directory::account::AccountId;
use store::{Error, Store};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use crate::crowd::{Crowd, Present};
use crate::door::{Door, DoorSettings};
use crate::kept::{Kept, Typed};
use crate::throttle::{Rate, Throttle};
use crate::tls::Tls;
use crate::view::local_manager::LocalManager;
use crate::words;

/// The most people or addresses each throttle remembers.
const THROTTLE_KEYS_MAX: usize = 65_536;
/// The most of a user name that takes part in throttling, in bytes: more cannot be anybody's.
const USER_NAME_BYTES_MAX: usize = 256;
/// Minutes in an hour.
const HOUR_MINUTES: u32 = 60;
/// For how long an address is known to be one that a person signs in from, in minutes: thirty days.
const KNOWN_MINUTES: u32 = 43_200;
/// How many slowed sign-ins are worked on at once, whoever they name and wherever they come from.
const SLOW_LANES: usize = 16;

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
    /// The door for suppliers' programs.
    pub door: DoorSettings,
    /// How the server proves to be who it is; `None`: it does not, and something in front of it does.
    pub tls: Option<Tls>,
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
    /// Requests answered at once for one address; the next is told to come back.
    pub requests_per_address_max: usize,
    /// Connections open at once from one address; the next is closed. The trusted proxy's address has no such limit.
    pub connections_per_address_max: usize,
    /// How long a connection is kept, however busy it is: one that is read too slowly ends too.
    pub connection_seconds_max: u64,
    /// The most a form may send.
    pub body_bytes_max: usize,
    /// How long the head of a request may take to arrive, and a connection may lie idle.
    pub head_seconds_max: u64,
    /// How long the body of a request may take to arrive. Until it is there it takes no place among the requests answered.
    pub body_seconds_max: u64,
    /// Sign-ins that may be tried in vain for one user name from one address; past it even the right secrets look wrong there.
    pub failures: Rate,
    /// Sign-ins that may fail for one user name wherever they come from; past it those from addresses where this person has not
    /// signed in before go slowly, one after the other. Nobody is locked out by it.
    pub account_failures: Rate,
    /// Sign-ins that may fail from one address, whoever is named; past it those of people who have not signed in from it before go
    /// slowly, one after the other. Nobody is locked out by it.
    pub address_failures: Rate,
    /// How long a slowed sign-in waits when its turn has come, in milliseconds.
    pub slowed_milliseconds: u64,
    /// How many slowed sign-ins wait for one another's turn; the next is told to come back.
    pub slowed_waiting_max: usize,
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
            requests_per_address_max: 64,
            connections_per_address_max: 128,
            connection_seconds_max: 600,
            body_bytes_max: 16 * 1_024,
            head_seconds_max: 15,
            body_seconds_max: 10,
            failures: Rate {
                max: 10,
                minutes: 15,
            },
            account_failures: Rate {
                max: 50,
                minutes: 15,
            },
            address_failures: Rate {
                max: 500,
                minutes: 15,
            },
            slowed_milliseconds: 2_000,
            slowed_waiting_max: 4,
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
            door: DoorSettings::at("http://127.0.0.1:8080", PathBuf::from(".")),
            tls: None,
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
    account_failures: Mutex<Throttle>,
    address_failures: Mutex<Throttle>,
    /// Who signed in from where: spent means that they did.
    known: Mutex<Throttle>,
    slow: Vec<SlowLane>,
    opens: Mutex<Throttle>,
    searches: Mutex<Throttle>,
    kept: Mutex<Kept>,
    sign_ins: Semaphore,
    sign_ins_waiting: Semaphore,
    requests: Arc<Semaphore>,
    requesting: Arc<Crowd>,
    has_warned: AtomicBool,
    door: Door,
}

/// Where slowed sign-ins wait: one is worked on, a few wait.
struct SlowLane {
    working: Semaphore,
    waiting: Semaphore,
}

/// Why the store could not be asked. What it said in its own words is in the log only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// Too much at once on one record: asking again may help.
    Busy,
    /// A first load is under way: nothing else is written until it is finished.
    FirstLoad,
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
            account_failures: throttle(limits.account_failures),
            address_failures: throttle(limits.address_failures),
            known: throttle(Rate {
                max: 1,
                minutes: KNOWN_MINUTES,
            }),
            slow: (0..SLOW_LANES)
                .map(|_| SlowLane {
                    working: Semaphore::new(1),
                    waiting: Semaphore::new(limits.slowed_waiting_max),
                })
                .collect(),
            opens: hourly(limits.record_opens_hour_max),
            searches: hourly(limits.searches_hour_max),
            kept: Mutex::default(),
            sign_ins: Semaphore::new(limits.sign_ins_at_once_max),
            sign_ins_waiting: Semaphore::new(
                limits
                    .sign_ins_at_once_max
                    .saturating_add(limits.sign_ins_waiting_max),
            ),
            requests: Arc::new(Semaphore::new(limits.requests_at_once_max)),
            requesting: Crowd::new(limits.requests_per_address_max),
            has_warned: AtomicBool::new(false),
            door: Door::new(settings.door.limits),
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
            Ok(Err(Error::Busy)) => {
                tracing::warn!("more was asked at once than the store takes");
                Err(Lost::Busy)
            }
            Ok(Err(Error::FirstLoad)) => {
                tracing::warn!("something was to be decided while a first load is under way");
                Err(Lost::FirstLoad)
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

    /// Begins something that goes on after its request was answered, on a thread that may wait.
    pub(crate) fn begin(&self, work: impl FnOnce(&Store, fn() -> Now) + Send + 'static) {
        let (store, clock) = (Arc::clone(&self.store), self.entry.clock);
        drop(tokio::task::spawn_blocking(move || work(&store, clock)));
    }

    /// The counts of the door for suppliers' programs.
    pub(crate) fn door(&self) -> &Door {
        &self.door
    }

    /// Where randomness comes from.
    pub(crate) fn entropy(&self) -> fn(&mut [u8]) {
        self.entry.entropy
    }

    /// A place among the requests answered at once; `None`: all are taken, or this address has as many as one may.
    #[must_use]
    pub fn place(&self, address: IpAddr) -> Option<(Present, OwnedSemaphorePermit)> {
        let own = self.requesting.enter(address)?;
        let place = Arc::clone(&self.requests).try_acquire_owned().ok()?;
        Some((own, place))
    }

    /// Says once that a proxy stands in front and is not trusted: then all who come through it are one address, and share its limits.
    pub fn warn_of_proxy(&self) {
        if self.settings.trusted_proxy.is_none() && !self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "requests carry X-Forwarded-For and no trusted-proxy is set: everybody behind the proxy counts as one address, \
                 which shares one limit on failed sign-ins, connections and requests. Set trusted-proxy in the configuration file, \
                 or CONTACTPOINT_TRUSTED_PROXY, to the proxy's address, and start again"
            );
        }
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

    /// Whether a sign-in has to wait for its turn and go slowly, and whose turn that is: this user name, or else this address, has
    /// failed too often. Whoever signed in from an address before is never slowed there.
    #[must_use]
    pub fn slowed(&self, user_name: &str, address: IpAddr, now: Now) -> Option<u64> {
        if locked(&self.known).is_spent(self.pair(user_name, address), now.at) {
            return None;
        }
        let account = self.account(user_name);
        if locked(&self.account_failures).is_spent(account, now.at) {
            return Some(account);
        }
        let address = self.hasher.hash_one(address);
        let spent = locked(&self.address_failures).is_spent(address, now.at);
        spent.then_some(address)
    }

    /// Whether this user name may be tried from this address now. If so it counts as tried in vain, until it is known to have
    /// succeeded: of many tries at once no more get through than of one after the other.
    ///
    /// So guesses are bounded strictly for each user name and address, and over all addresses by the pace of slowed turns. An
    /// attacker elsewhere has another address: nobody is locked out by them.
    #[must_use]
    pub fn may_try(&self, user_name: &str, address: IpAddr, now: Now) -> bool {
        let pair = self.pair(user_name, address);
        let mut failures = locked(&self.failures);
        let may = !failures.is_spent(pair, now.at);
        if may {
            failures.count(pair, now.at);
        }
        may
    }

    /// Waits for the turn of a slowed sign-in, and then for as long as each of them does; `None`: too many are waiting.
    pub async fn slow_turn(&self, which: u64) -> Option<Turn<'_>> {
        let lanes = u64::try_from(SLOW_LANES).unwrap_or(1).max(1);
        let lane = usize::try_from(which.checked_rem(lanes)?).ok()?;
        let lane = self.slow.get(lane)?;
        let waiting = lane.waiting.try_acquire().ok()?;
        let working = lane.working.acquire().await.ok()?;
        let wait = Duration::from_millis(self.settings.limits.slowed_milliseconds);
        tokio::time::sleep(wait).await;
        Some(Turn {
            _waiting: waiting,
            _working: working,
        })
    }

    /// Counts a sign-in that failed against its user name and its address, each alone.
    pub fn count_failure(&self, user_name: &str, address: IpAddr, now: Now) {
        locked(&self.account_failures).count(self.account(user_name), now.at);
        locked(&self.address_failures).count(self.hasher.hash_one(address), now.at);
    }

    /// Forgets the failures of somebody who has signed in, and remembers from where.
    pub fn welcome(&self, user_name: &str, address: IpAddr, now: Now) {
        let pair = self.pair(user_name, address);
        locked(&self.failures).forget(pair);
        locked(&self.known).count(pair, now.at);
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

    /// Remembers whose the forms with this token are, should they be sent after their session has ended.
    pub(crate) fn remember_form(&self, token: &str, account: AccountId, now: Now) {
        locked(&self.kept).remember(self.hasher.hash_one(token), account, now.at);
    }

    /// Keeps nothing of a session that its owner ended.
    pub(crate) fn forget_form(&self, token: &str) {
        locked(&self.kept).forget(self.hasher.hash_one(token));
    }

    /// Keeps what was sent to a page with the token of a session that has ended; `None`: it is not known whose it is.
    pub(crate) fn keep_form(
        &self,
        token: &str,
        path: &'static str,
        typed: Typed,
        now: Now,
    ) -> Option<()> {
        locked(&self.kept).keep(self.hasher.hash_one(token), path, typed, now.at)
    }

    /// What this account sent to a page when its session had ended.
    pub(crate) fn kept_form(
        &self,
        account: AccountId,
        path: &'static str,
        now: Now,
    ) -> Option<Typed> {
        locked(&self.kept).take(account, path, now.at)
    }

    fn pair(&self, user_name: &str, address: IpAddr) -> u64 {
        self.hasher.hash_one((self.account(user_name), address))
    }

    fn account(&self, user_name: &str) -> u64 {
        let folded = user_name.trim().to_lowercase();
        let name = folded.as_bytes();
        self.hasher
            .hash_one(name.get(..USER_NAME_BYTES_MAX).unwrap_or(name))
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
