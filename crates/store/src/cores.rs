//! The same pure work for many items, on every core.

use std::sync::OnceLock;
use std::thread;

/// The most threads; the machine has other things to do.
const THREADS_MAX: usize = 8;
/// Fewer items than this are not worth a thread.
const ITEMS_OF_A_THREAD_MIN: usize = 64;

/// What a function gives for each item, in the order of the items.
pub(crate) fn on_all_cores<'i, T: Sync, R: Send>(
    items: &'i [T],
    each: impl Fn(&'i T) -> R + Sync,
) -> Vec<R> {
    let worth = items.len().div_ceil(ITEMS_OF_A_THREAD_MIN);
    let threads = if worth > 1 { worth.min(cores()) } else { 1 };
    if threads <= 1 {
        return items.iter().map(each).collect();
    }
    let each = &each;
    let chunks = items.chunks(items.len().div_ceil(threads));
    thread::scope(|scope| {
        let working: Vec<_> = chunks
            .map(|chunk| scope.spawn(move || chunk.iter().map(each).collect::<Vec<R>>()))
            .collect();
        let mut done = Vec::with_capacity(items.len());
        for thread in working {
            match thread.join() {
                Ok(part) => done.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    })
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
