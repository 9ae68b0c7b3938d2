//! How much a supplier's program may do: sizes, times, and counts for each program and each address.

use std::collections::hash_map::RandomState;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher as _;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use directory::Now;
use directory::text::SupplierCode;

use crate::throttle::{Rate, Throttle};

/// The largest file, unpacked, when an operator has set nothing else, in bytes: 11 million rows of who children are take about half of it.
pub const FILE_BYTES_MAX: u64 = 4_294_967_296;
/// How much of the disk no file takes, when an operator has set nothing else, in bytes: the database grows there too.
pub const FREE_BYTES_MIN: u64 = 1_073_741_824;
/// The largest file that is checked without being taken, in bytes.
pub const CHECK_BYTES_MAX: u64 = 67_108_864;
/// The most bytes of rows that are sent at once.
pub const ROWS_BYTES_MAX: u64 = 262_144;
/// The most rows that are sent at once.
pub const ROWS_MAX: usize = 100;
/// How long a file may take to arrive, in seconds: less than a connection is kept.
pub const UPLOAD_SECONDS_MAX: u64 = 540;
/// How long nothing of a file may arrive, in seconds.
pub const UPLOAD_SILENT_SECONDS_MAX: u64 = 20;
/// The most files of held and paused runs of one supplier that are kept until a person lets them go on.
pub const HELD_FILES_OF_ONE_MAX: usize = 2;
/// The most files of held and paused runs that are kept of all suppliers together: with room for 256 of them, each with as many as it may have.
pub const HELD_FILES_MAX: usize = 512;
/// The most programs or addresses each count remembers.
const KEYS_MAX: usize = 16_384;

/// What an operator decides about the door.
#[derive(Clone, Debug)]
pub struct DoorSettings {
    /// The address at which tokens are given, as suppliers know it: the audience of their assertions.
    pub token_address: String,
    /// The folder in which files are kept, sealed and without a name, while they arrive.
    pub spool: PathBuf,
    /// How much a program may do.
    pub limits: DoorLimits,
}

/// How much a program may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DoorLimits {
    /// Tokens that are asked for from one address, whoever is named.
    pub attempts: Rate,
    /// Tokens that are given to one program.
    pub tokens: Rate,
    /// Requests of one program.
    pub requests: Rate,
    /// The largest file, unpacked, in bytes.
    pub file_bytes_max: u64,
    /// How much of the disk stays free, whatever is sent, in bytes.
    pub free_bytes_min: u64,
    /// How long nothing of a file may arrive, in seconds.
    pub silent_seconds_max: u64,
}

impl Default for DoorLimits {
    fn default() -> Self {
        Self {
            attempts: Rate {
                max: 120,
                minutes: 15,
            },
            tokens: Rate {
                max: 60,
                minutes: 15,
            },
            requests: Rate {
                max: 3_000,
                minutes: 15,
            },
            file_bytes_max: FILE_BYTES_MAX,
            free_bytes_min: FREE_BYTES_MIN,
            silent_seconds_max: UPLOAD_SILENT_SECONDS_MAX,
        }
    }
}

impl DoorSettings {
    /// The settings of a door at an address, all else as usual.
    #[must_use]
    pub fn at(public: &str, spool: PathBuf) -> Self {
        Self {
            token_address: format!("{}/supply/token", public.trim_end_matches('/')),
            spool,
            limits: DoorLimits::default(),
        }
    }
}

/// The counts.
pub(crate) struct Door {
    hasher: RandomState,
    attempts: Mutex<Throttle>,
    tokens: Mutex<Throttle>,
    requests: Mutex<Throttle>,
    sending: Arc<Mutex<HashSet<String>>>,
    held: Arc<Mutex<HashMap<String, usize>>>,
}

/// The place of a file that is kept because its run is held or paused. Dropping it is giving it up.
pub(crate) struct Keeping {
    all: Arc<Mutex<HashMap<String, usize>>>,
    supplier: String,
}

/// A program that is sending a file, or whose file is being taken. Dropping it is being done.
pub(crate) struct Sending {
    all: Arc<Mutex<HashSet<String>>>,
    supplier: String,
}

impl Door {
    /// Nothing counted yet.
    pub(crate) fn new(limits: DoorLimits) -> Door {
        let throttle = |rate| Mutex::new(Throttle::new(rate, KEYS_MAX));
        Door {
            hasher: RandomState::new(),
            attempts: throttle(limits.attempts),
            tokens: throttle(limits.tokens),
            requests: throttle(limits.requests),
            sending: Arc::default(),
            held: Arc::default(),
        }
    }

    /// Counts one more who asks for a token from an address; `false`: it is once too often.
    pub(crate) fn may_ask(&self, address: IpAddr, now: Now) -> bool {
        self.may(&self.attempts, self.hasher.hash_one(address), now)
    }

    /// Counts a token of a program that has proved itself; `false`: it is once too often.
    pub(crate) fn may_have(&self, supplier: &SupplierCode, now: Now) -> bool {
        self.may(&self.tokens, self.hasher.hash_one(supplier.as_str()), now)
    }

    /// Counts a request of a program; `false`: it is once too often.
    pub(crate) fn may_come(&self, supplier: &SupplierCode, now: Now) -> bool {
        self.may(&self.requests, self.hasher.hash_one(supplier.as_str()), now)
    }

    /// One file of a program at a time; `None`: one is being sent or taken.
    pub(crate) fn sends(&self, supplier: &SupplierCode) -> Option<Sending> {
        locked(&self.sending)
            .insert(supplier.to_string())
            .then(|| Sending {
                all: Arc::clone(&self.sending),
                supplier: supplier.to_string(),
            })
    }

    /// A place for the file of a supplier's held or paused run; `None`: so many are kept already, of this supplier or of all, and it must be sent
    /// again.
    pub(crate) fn keeps(&self, supplier: &SupplierCode) -> Option<Keeping> {
        let mut held = locked(&self.held);
        let all = held.values().copied().fold(0, usize::saturating_add);
        let own = held.get(supplier.as_str()).copied().unwrap_or(0);
        if own >= HELD_FILES_OF_ONE_MAX || all >= HELD_FILES_MAX {
            return None;
        }
        held.insert(supplier.to_string(), own.saturating_add(1));
        Some(Keeping {
            all: Arc::clone(&self.held),
            supplier: supplier.to_string(),
        })
    }

    fn may(&self, throttle: &Mutex<Throttle>, key: u64, now: Now) -> bool {
        let mut throttle = locked(throttle);
        let may = !throttle.is_spent(key, now.at);
        if may {
            throttle.count(key, now.at);
        }
        may
    }
}

impl Drop for Keeping {
    fn drop(&mut self) {
        let mut held = locked(&self.all);
        if let Some(own) = held.get_mut(&self.supplier) {
            *own = own.saturating_sub(1);
        }
        held.retain(|_, own| *own > 0);
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        locked(&self.all).remove(&self.supplier);
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_supplier_takes_the_place_of_another_for_held_files() {
        let door = Door::new(DoorLimits::default());
        let code = |code: &str| SupplierCode::parse(code).unwrap();
        let greedy: Vec<_> = (0..20)
            .filter_map(|_| door.keeps(&code("local-1")))
            .collect();
        assert_eq!(greedy.len(), HELD_FILES_OF_ONE_MAX);
        let others: Vec<_> = (2..1_000)
            .filter_map(|other| door.keeps(&code(&format!("local-{other}"))))
            .collect();
        assert_eq!(
            others.len(),
            HELD_FILES_MAX - HELD_FILES_OF_ONE_MAX,
            "all together"
        );
        drop(greedy);
        assert!(door.keeps(&code("local-1")).is_some());
        drop(others);
        assert!(locked(&door.held).is_empty(), "nobody is remembered");
    }
}
