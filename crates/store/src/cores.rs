//! The same pure work for many items, on every core.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The most threads; the machine has other things to do.
const THREADS_MAX: usize = 8;
/// So many items are not worth a thread, and are what a thread takes at once.
const ITEMS_AT_ONCE: usize = 64;

/// What a function gives for each item, in the order of the items. Whoever is done takes the next few, so that none waits long for the others.
pub(crate) fn on_all_cores<'i, T: Sync, R: Send>(
    items: &'i [T],
    each: impl Fn(&'i T) -> R + Sync,
) -> Vec<R> {
    let worth = items.len().div_ceil(ITEMS_AT_ONCE);
    let threads = if worth > 1 { worth.min(cores()) } else { 1 };
    if threads <= 1 {
        return items.iter().map(each).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done: Vec<(usize, Vec<R>)> = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let from = place.saturating_mul(ITEMS_AT_ONCE);
            let Some(rest) = items.get(from..).filter(|rest| !rest.is_empty()) else {
                return done;
            };
            let some = rest.iter().take(ITEMS_AT_ONCE);
            done.push((place, some.map(&each).collect()));
        }
    };
    let mut done = thread::scope(|scope| {
        let working: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut done = Vec::new();
        for thread in working {
            match thread.join() {
                Ok(part) => done.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(place, _)| *place);
    let mut all = Vec::with_capacity(items.len());
    done.into_iter().for_each(|(_, some)| all.extend(some));
    all
}

/// How many cores there are: asked once, as the answer costs a dozen system calls.
fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        cores.min(THREADS_MAX)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_kept_for_any_number_of_items() {
        for items in [0usize, 1, 63, 64, 65, 1_000, 4_096] {
            let numbers: Vec<usize> = (0..items).collect();
            let doubled: Vec<usize> = numbers.iter().map(|n| n * 2).collect();
            assert_eq!(on_all_cores(&numbers, |n| n * 2), doubled);
        }
    }
}
