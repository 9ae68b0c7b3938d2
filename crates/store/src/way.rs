//! Supply gives way to people: while somebody searches, the next part of a file waits a moment.
//!
//! Whoever searches is answered when the event of it is durable, and so waits behind the part of a file that is being written, and needs
//! a processor while the next rows are being read for. A part that is about to be written, and each piece of what is read, therefore lets
//! those go first who are asking already. It never waits long: supply goes on under any load.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a part gives way at most, in milliseconds: longer than nearly any search, and about twice as long as a part takes.
const GIVE_WAY_MILLISECONDS_MAX: u64 = 8;

/// How many people are being answered.
#[derive(Default)]
pub(crate) struct Way {
    asking: Mutex<usize>,
    answered: Condvar,
}

/// Somebody who is being answered, until it is dropped.
pub(crate) struct Asking<'w>(&'w Way);

impl Way {
    /// Somebody asks.
    pub(crate) fn ask(&self) -> Asking<'_> {
        let mut asking = self.asking();
        *asking = asking.saturating_add(1);
        Asking(self)
    }

    /// Waits until nobody asks, or a moment.
    pub(crate) fn give(&self) {
        let moment = Duration::from_millis(GIVE_WAY_MILLISECONDS_MAX);
        let waited = self
            .answered
            .wait_timeout_while(self.asking(), moment, |asking| *asking > 0);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    fn asking(&self) -> MutexGuard<'_, usize> {
        self.asking.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        let mut asking = self.0.asking();
        *asking = asking.saturating_sub(1);
        let is_last = *asking == 0;
        drop(asking);
        if is_last {
            self.0.answered.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Instant;

    #[test]
    fn supply_waits_for_whoever_asks_but_not_for_ever() {
        let way = Way::default();
        way.give();
        let asking = way.ask();
        let started = Instant::now();
        way.give();
        assert!(started.elapsed() >= Duration::from_millis(GIVE_WAY_MILLISECONDS_MAX));
        drop(asking);
        assert_eq!(*way.asking(), 0);
        let (answered, mut waited) = (AtomicBool::new(false), 0);
        for _ in 0..50 {
            answered.store(false, Ordering::SeqCst);
            let asking = way.ask();
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    answered.store(true, Ordering::SeqCst);
                    drop(asking);
                });
                way.give();
                waited += usize::from(answered.load(Ordering::SeqCst));
            });
        }
        // On a machine that has other things to do an answer may take longer than it waits.
        assert!(waited > 0);
    }
}
