//! One after the other, in the order in which they came: a small file is not kept waiting by a great one that asks again and again.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Turns that are taken one after the other.
pub(crate) struct Turns {
    tickets: Mutex<Tickets>,
    ended: Condvar,
}

/// The next ticket that is given, and the one whose turn it is.
struct Tickets {
    next: u64,
    now: u64,
}

/// A turn, until it is dropped.
pub(crate) struct Turn<'t>(&'t Turns);

impl Turns {
    pub(crate) const fn new() -> Turns {
        Turns {
            tickets: Mutex::new(Tickets { next: 0, now: 0 }),
            ended: Condvar::new(),
        }
    }

    /// Waits until all who came before have ended.
    pub(crate) fn take(&self) -> Turn<'_> {
        let mut tickets = self.tickets();
        let own = tickets.next;
        tickets.next = own.wrapping_add(1);
        let waited = self.ended.wait_while(tickets, |all| all.now != own);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
        Turn(self)
    }

    fn tickets(&self) -> MutexGuard<'_, Tickets> {
        self.tickets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut tickets = self.0.tickets();
        tickets.now = tickets.now.wrapping_add(1);
        drop(tickets);
        self.0.ended.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Duration;

    #[test]
    fn whoever_comes_next_is_next_and_nobody_is_beside_another() {
        static TURNS: Turns = Turns::new();
        let (beside, order) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        let first = TURNS.take();
        thread::scope(|scope| {
            for place in 0..4_u64 {
                let (beside, order) = (&beside, &order);
                scope.spawn(move || {
                    let turn = TURNS.take();
                    assert_eq!(beside.fetch_add(1, Ordering::SeqCst), 0);
                    order.lock().unwrap().push(place);
                    thread::sleep(Duration::from_millis(2));
                    beside.fetch_sub(1, Ordering::SeqCst);
                    drop(turn);
                });
                while TURNS.tickets().next < place + 2 {
                    thread::yield_now();
                }
            }
            drop(first);
            // It asks again at once, and comes after those who wait.
            drop(TURNS.take());
            assert_eq!(order.lock().unwrap().len(), 4);
        });
        assert_eq!(order.into_inner().unwrap(), [0, 1, 2, 3]);
    }
}
