//! Sorts in threads: things are dealt into buckets by where they will stand, and each bucket is sorted by itself.

use std::cmp::Ordering;
use std::sync::Mutex;

use super::sweep::in_threads;

/// Buckets for each thread, so that an uneven one holds up little.
const BUCKETS_PER_THREAD: usize = 4;

/// How things are put in order.
pub(crate) struct Sorting<T> {
    /// A number by which they are dealt: what is to stand first has the lower number.
    pub(crate) number: fn(&T) -> u32,
    /// The order, of which the number is the first part.
    pub(crate) order: fn(&T, &T) -> Ordering,
}

/// Sorts things whose numbers are below `end`, which come in chunks, and does something with every bucket; the results are in
/// the order of buckets. Things of one number are in one bucket.
pub(crate) fn in_buckets<T, R, C>(
    chunks: impl Iterator<Item = C> + Send,
    bounds: (usize, usize),
    sorting: &Sorting<T>,
    work: impl Fn(Vec<T>) -> R + Sync,
) -> Vec<R>
where
    T: Send + Copy,
    R: Send,
    C: IntoIterator<Item = T>,
{
    let (end, threads) = bounds;
    let count = threads.max(1).saturating_mul(BUCKETS_PER_THREAD);
    let wide = end.div_ceil(count).max(1);
    let open = Mutex::new(chunks);
    let deal = || {
        let mut buckets: Vec<Vec<T>> = (0..count).map(|_| Vec::new()).collect();
        while let Some(chunk) = open.lock().map_or(None, |mut open| open.next()) {
            for thing in chunk {
                let number = usize::try_from((sorting.number)(&thing)).unwrap_or(usize::MAX);
                let place = number.checked_div(wide).unwrap_or(0);
                if let Some(bucket) = buckets.get_mut(place.min(count.saturating_sub(1))) {
                    bucket.push(thing);
                }
            }
        }
        vec![buckets]
    };
    let mut dealt: Vec<_> = in_threads(threads, &deal)
        .into_iter()
        .map(Vec::into_iter)
        .collect();
    let buckets = (0..count).map(|place| {
        let parts = dealt.iter_mut().filter_map(Iterator::next);
        (place, parts.collect::<Vec<Vec<T>>>())
    });
    let buckets: Vec<(usize, Vec<Vec<T>>)> = buckets.collect();
    let open = Mutex::new(buckets.into_iter());
    let sort = || {
        let mut done = Vec::new();
        while let Some((place, parts)) = open.lock().map_or(None, |mut open| open.next()) {
            let mut parts = parts.into_iter();
            let mut bucket = parts.next().unwrap_or_default();
            for mut part in parts {
                bucket.append(&mut part);
            }
            bucket.sort_unstable_by(sorting.order);
            done.push((place, work(bucket)));
        }
        done
    };
    let mut done: Vec<(usize, R)> = in_threads(threads, &sort);
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
            let sorted = in_buckets(
                things.chunks(77).map(<[_]>::to_vec),
                (end, threads),
                &sorting,
                |bucket| bucket,
            );
            assert_eq!(sorted.concat(), expected);
        }
        let none = in_buckets(
            std::iter::empty::<Vec<(u32, u32)>>(),
            (0, 2),
            &sorting,
            |bucket| bucket,
        );
        assert_eq!(none.concat(), []);
    }
}
