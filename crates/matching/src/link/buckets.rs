//! Sorts in threads: things are dealt into buckets by where they will stand, and each bucket is sorted by itself.

use std::cmp::Ordering;
use std::sync::Mutex;

/// Buckets for each thread, so that an uneven one holds up little.
const BUCKETS_PER_THREAD: usize = 4;

/// How things are put in order.
pub(crate) struct Sorting<T> {
    /// A number by which they are dealt: what is to stand first has the lower number.
    pub(crate) number: fn(&T) -> u32,
    /// The order, of which the number is the first part.
    pub(crate) order: fn(&T, &T) -> Ordering,
}

/// Sorts things whose numbers are below `end` and does something with every bucket; the results are in the order of
/// buckets. Things of one number are in one bucket.
pub(crate) fn in_buckets<T: Send + Copy, R: Send>(
    things: Vec<T>,
    bounds: (usize, usize),
    sorting: &Sorting<T>,
    work: impl Fn(Vec<T>) -> R + Sync,
) -> Vec<R> {
    let (end, threads) = bounds;
    let count = threads.max(1).saturating_mul(BUCKETS_PER_THREAD);
    let wide = end.div_ceil(count).max(1);
    let of = |thing: &T| {
        let number = usize::try_from((sorting.number)(thing)).unwrap_or(usize::MAX);
        number
            .checked_div(wide)
            .unwrap_or(0)
            .min(count.saturating_sub(1))
    };
    let mut sizes = vec![0_usize; count];
    for thing in &things {
        if let Some(size) = sizes.get_mut(of(thing)) {
            *size = size.saturating_add(1);
        }
    }
    let mut buckets: Vec<Vec<T>> = sizes.into_iter().map(Vec::with_capacity).collect();
    for thing in &things {
        if let Some(bucket) = buckets.get_mut(of(thing)) {
            bucket.push(*thing);
        }
    }
    drop(things);
    let open = Mutex::new(buckets.into_iter().enumerate());
    let take = || open.lock().map_or(None, |mut open| open.next());
    let deal = || {
        let mut done = Vec::new();
        while let Some((place, mut bucket)) = take() {
            bucket.sort_unstable_by(sorting.order);
            done.push((place, work(bucket)));
        }
        done
    };
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(deal)).collect();
        let ended = handles.into_iter().filter_map(|handle| handle.join().ok());
        ended.flatten().collect()
    });
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_in_threads_are_one_sorted_list() {
        let things: Vec<(u32, u32)> = (0..5_000_u32)
            .map(|number| (number.wrapping_mul(2_654_435_761) % 700, number % 13))
            .collect();
        let sorting = Sorting {
            number: |thing: &(u32, u32)| thing.0,
            order: Ord::cmp,
        };
        let mut expected = things.clone();
        expected.sort_unstable();
        for (end, threads) in [(700, 1), (700, 3), (1, 2), (100_000, 2)] {
            let sorted = in_buckets(things.clone(), (end, threads), &sorting, |bucket| bucket);
            assert_eq!(sorted.concat(), expected);
        }
        let none = in_buckets(Vec::new(), (0, 2), &sorting, |bucket| bucket);
        assert_eq!(none.concat(), []);
    }
}
