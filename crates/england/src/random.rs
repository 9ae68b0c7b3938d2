//! Counter-based randomness: every family, place and practitioner has a stream of its own.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What a stream of randomness is for, so that equal numbers of different things do not share one.
#[derive(Clone, Copy, Debug)]
pub enum Domain {
    /// Sizes of the families of a block of children.
    Block = 1,
    /// A family and everyone in it.
    Family = 2,
    /// What suppliers say about one child.
    Said = 3,
    /// Streets and towns.
    Place = 4,
    /// Schools and practices.
    Setting = 5,
    /// People who work with children.
    Practitioner = 6,
    /// Queries with mistakes in them.
    Query = 7,
}

/// A stream of random numbers fixed by a seed, a domain and an index.
#[derive(Clone, Debug)]
pub struct Random(ChaCha8Rng);

impl Random {
    /// The stream of `index` within `domain`: the ChaCha key is the seed and the domain, the ChaCha stream the index.
    pub fn new(seed: u64, domain: Domain, index: u64) -> Self {
        let mut key = *b"........ synthetic England, v. 1";
        for (place, byte) in key.iter_mut().zip(seed.to_le_bytes()) {
            *place = byte;
        }
        if let Some(last) = key.last_mut() {
            *last = domain as u8;
        }
        let mut inner = ChaCha8Rng::from_seed(key);
        inner.set_stream(index);
        Self(inner)
    }

    /// A number from 0 up to, not including, `limit`; 0 when `limit` is 0 (multiply and shift, bias below one in 2^32 / limit).
    pub fn below(&mut self, limit: u32) -> u32 {
        let wide = u64::from(self.0.next_u32()).wrapping_mul(u64::from(limit));
        (wide >> 32) as u32
    }

    /// A number between `low` and `high`, both included.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        let width = high.saturating_sub(low).saturating_add(1).max(1);
        low.saturating_add(self.below(width as u32) as i32)
    }

    /// True as often as `in_ten_thousand` says.
    pub fn chance(&mut self, in_ten_thousand: u32) -> bool {
        self.below(10_000) < in_ten_thousand
    }

    /// One of a list, each as likely; nothing from an empty list.
    pub fn choose<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.below(list.len() as u32) as usize)
    }

    /// One of a list of words, or no word from an empty list.
    pub fn word<'a>(&mut self, list: &'a [String]) -> &'a str {
        self.choose(list).map_or("", String::as_str)
    }
}
