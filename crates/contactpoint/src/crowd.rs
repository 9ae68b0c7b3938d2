//! How many at once from one address: whoever enters is counted until they are gone.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The counts of those present, by address. It remembers no address of which nobody is present.
pub struct Crowd {
    max: usize,
    present: Mutex<HashMap<IpAddr, usize>>,
}

/// One who is present. Dropping it is leaving.
pub struct Present {
    crowd: Arc<Crowd>,
    address: IpAddr,
}

impl Crowd {
    /// Nobody yet, and at most so many of one address.
    #[must_use]
    pub fn new(max: usize) -> Arc<Crowd> {
        Arc::new(Crowd {
            max,
            present: Mutex::default(),
        })
    }

    /// One more of an address; `None`: as many as may are present.
    #[must_use]
    pub fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Present> {
        let mut present = self.present();
        let count = present.get(&address).copied().unwrap_or(0);
        if count >= self.max {
            return None;
        }
        present.insert(address, count.saturating_add(1));
        Some(Present {
            crowd: Arc::clone(self),
            address,
        })
    }

    fn present(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        let mut present = self.crowd.present();
        match present.get_mut(&self.address) {
            Some(count) if *count > 1 => *count = count.saturating_sub(1),
            _ => {
                present.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_limited_and_leaves_nothing_behind() {
        let crowd = Crowd::new(2);
        let [here, there] = ["192.0.2.1", "192.0.2.2"].map(|text| text.parse().unwrap());
        let first = crowd.enter(here);
        let second = crowd.enter(here);
        assert!(first.is_some() && second.is_some());
        assert!(crowd.enter(here).is_none());
        assert!(crowd.enter(there).is_some(), "another is counted by itself");
        drop(first);
        assert!(crowd.enter(here).is_some());
        drop(second);
        assert!(crowd.present().is_empty());
    }
}
