//! How often something may happen: a count for each key over a sliding window, in bounded memory, with time as an argument.

use std::collections::HashMap;

use directory::Timestamp;

/// Into how many slots a window is divided. What is counted reaches back one window, and at most one slot more.
const SLOTS: i64 = 12;
/// One slot more than a window has: the running one is never whole.
const COUNTS: usize = 13;
const MINUTE_MICROSECONDS: i64 = 60_000_000;

/// So often in so many minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How often.
    pub max: u32,
    /// The length of the window.
    pub minutes: u32,
}

/// Counts for many keys. Never lets more than [`Rate::max`] pass in any window, if what it calls spent does not happen.
pub struct Throttle {
    rate: Rate,
    keys_max: usize,
    tallies: HashMap<u64, Tally>,
    swept: i64,
}

/// The counts of one key.
struct Tally {
    /// The number of the latest slot, since the beginning of time.
    slot: i64,
    /// The latest slot's count first.
    counts: [u32; COUNTS],
}

impl Throttle {
    /// A throttle that has counted nothing yet, and remembers at most so many keys.
    #[must_use]
    pub fn new(rate: Rate, keys_max: usize) -> Self {
        Self {
            rate,
            keys_max: keys_max.max(1),
            tallies: HashMap::new(),
            swept: i64::MIN,
        }
    }

    /// Whether a key has happened as often as it may.
    #[must_use]
    pub fn is_spent(&self, key: u64, at: Timestamp) -> bool {
        let slot = self.slot(at);
        let counted = self.tallies.get(&key).map_or(0, |tally| tally.total(slot));
        counted >= self.rate.max
    }

    /// Counts once more.
    pub fn count(&mut self, key: u64, at: Timestamp) {
        let slot = self.slot(at);
        if !self.tallies.contains_key(&key) {
            self.make_room(slot);
        }
        self.tallies
            .entry(key)
            .or_insert(Tally {
                slot,
                counts: [0; COUNTS],
            })
            .count(slot);
    }

    /// Forgets a key.
    pub fn forget(&mut self, key: u64) {
        self.tallies.remove(&key);
    }

    /// Forgets what no longer counts, at most once in a slot; if that is not enough, one key of no particular choice.
    fn make_room(&mut self, slot: i64) {
        if self.tallies.len() < self.keys_max {
            return;
        }
        if self.swept != slot {
            self.swept = slot;
            self.tallies.retain(|_, tally| tally.total(slot) > 0);
        }
        if self.tallies.len() >= self.keys_max
            && let Some(any) = self.tallies.keys().next().copied()
        {
            self.tallies.remove(&any);
        }
    }

    fn slot(&self, at: Timestamp) -> i64 {
        let window = i64::from(self.rate.minutes.max(1)).saturating_mul(MINUTE_MICROSECONDS);
        let length = window.div_euclid(SLOTS).max(1);
        at.as_microsecond().div_euclid(length)
    }
}

impl Tally {
    /// How often in the slots that reach back from `slot`. A clock that was put back sees what the latest slot saw.
    fn total(&self, slot: i64) -> u32 {
        let passed = usize::try_from(slot.saturating_sub(self.slot)).unwrap_or(0);
        self.counts
            .iter()
            .take(COUNTS.saturating_sub(passed))
            .fold(0, |sum, count| sum.saturating_add(*count))
    }

    fn count(&mut self, slot: i64) {
        let passed = usize::try_from(slot.saturating_sub(self.slot))
            .unwrap_or(0)
            .min(COUNTS);
        self.slot = self.slot.max(slot);
        self.counts
            .rotate_right(passed.checked_rem(COUNTS).unwrap_or(0));
        for count in self.counts.iter_mut().take(passed) {
            *count = 0;
        }
        if let Some(latest) = self.counts.first_mut() {
            *latest = latest.saturating_add(1);
        }
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "tests")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RATE: Rate = Rate {
        max: 5,
        minutes: 12,
    };
    const WINDOW_SECONDS: i64 = 12 * 60;
    const SLOT_SECONDS: i64 = 60;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + seconds).unwrap()
    }

    #[test]
    fn one_key_does_not_spend_anothers() {
        let mut throttle = Throttle::new(RATE, 100);
        for second in 0..5 {
            assert!(!throttle.is_spent(1, at(second)));
            throttle.count(1, at(second));
        }
        assert!(throttle.is_spent(1, at(5)));
        assert!(!throttle.is_spent(2, at(5)));
        throttle.forget(1);
        assert!(!throttle.is_spent(1, at(5)));
    }

    proptest! {
        /// Never more than the rate in any window, whatever the rhythm.
        #[test]
        fn x7_no_window_lets_more_pass_than_its_rate(gaps in prop::collection::vec(0i64..400, 1..200)) {
            let mut throttle = Throttle::new(RATE, 100);
            let mut passed: Vec<i64> = Vec::new();
            let mut second = 0;
            for gap in gaps {
                second += gap;
                if !throttle.is_spent(7, at(second)) {
                    throttle.count(7, at(second));
                    passed.push(second);
                }
                let in_window = passed.iter().filter(|one| **one > second - WINDOW_SECONDS).count();
                prop_assert!(in_window <= 5, "{in_window} at {second}: {passed:?}");
            }
        }

        /// Nobody is held up who was quiet for a window and a slot.
        #[test]
        fn what_is_older_than_a_window_and_a_slot_does_not_count(gaps in prop::collection::vec(0i64..400, 1..200)) {
            let mut throttle = Throttle::new(RATE, 100);
            let mut passed: Vec<i64> = Vec::new();
            let mut second = 0;
            for gap in gaps {
                second += gap;
                let counted = passed.iter().filter(|one| **one > second - WINDOW_SECONDS - SLOT_SECONDS).count();
                if counted < 5 {
                    prop_assert!(!throttle.is_spent(7, at(second)), "at {second}: {passed:?}");
                }
                if !throttle.is_spent(7, at(second)) {
                    throttle.count(7, at(second));
                    passed.push(second);
                }
            }
        }

        #[test]
        fn memory_is_bounded(keys in prop::collection::vec(any::<u64>(), 1..300), step in 0i64..600) {
            let mut throttle = Throttle::new(RATE, 16);
            for (second, key) in (0..).step_by(1 + usize::try_from(step).unwrap()).zip(keys) {
                throttle.count(key, at(second));
                prop_assert!(throttle.tallies.len() <= 16);
            }
        }

        #[test]
        fn a_clock_that_is_put_back_forgives_nothing(back in 0i64..100_000) {
            let mut throttle = Throttle::new(RATE, 16);
            for _ in 0..5 {
                throttle.count(1, at(0));
            }
            prop_assert!(throttle.is_spent(1, at(-back)));
        }
    }
}
