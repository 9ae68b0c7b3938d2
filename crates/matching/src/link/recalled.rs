//! Short texts with what each was read as, side by side, so that a look-up waits for memory once.

use super::hash::{finish, mix};
use super::interner::Interner;

/// Slots of a new table; a power of two.
const SLOTS_FIRST: usize = 64;

/// Texts of up to sixteen bytes in slots, longer ones numbered.
#[derive(Clone, Debug)]
pub(crate) struct Recalled<T> {
    slots: Vec<Slot<T>>,
    taken: usize,
    long: Interner,
    of_long: Vec<T>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot<T> {
    text: Short,
    read: T,
}

/// The bytes of a short text: its first and its last eight, or four, or what it has. With the length they say all of it.
/// Length 0 is no text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Short {
    first: u64,
    last: u64,
    length: u8,
}

impl<T: Copy + Default> Default for Recalled<T> {
    fn default() -> Self {
        Self {
            slots: vec![Slot::default(); SLOTS_FIRST],
            taken: 0,
            long: Interner::default(),
            of_long: Vec::new(),
        }
    }
}

impl<T: Copy + Default> Recalled<T> {
    /// What a text was read as; reads it when it is new.
    #[inline]
    pub(crate) fn recall(&mut self, text: &str, read: impl FnOnce(&str) -> T) -> T {
        let Some(short) = Short::of(text.as_bytes()) else {
            return self.recall_long(text, read);
        };
        let place = self.place(short);
        match self.slots.get(place) {
            Some(slot) if slot.text == short => slot.read,
            _ => {
                let read = read(text);
                self.put(place, Slot { text: short, read });
                read
            }
        }
    }

    fn recall_long(&mut self, text: &str, read: impl FnOnce(&str) -> T) -> T {
        let Some((number, is_new)) = self.long.intern(text) else {
            return read(text);
        };
        if is_new {
            self.of_long.push(read(text));
        }
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        self.of_long.get(place).copied().unwrap_or_default()
    }

    /// Where a text stands, or would.
    #[inline]
    fn place(&self, text: Short) -> usize {
        let mask = self.slots.len().wrapping_sub(1);
        let mut place = text.hash() & mask;
        loop {
            match self.slots.get(place) {
                Some(slot) if slot.text != text && slot.text.length != 0 => {
                    place = place.wrapping_add(1) & mask;
                }
                _ => return place,
            }
        }
    }

    fn put(&mut self, place: usize, slot: Slot<T>) {
        if let Some(free) = self.slots.get_mut(place) {
            *free = slot;
        }
        self.taken = self.taken.saturating_add(1);
        if self.taken.saturating_mul(2) > self.slots.len() {
            let wider = self.slots.len().saturating_mul(2);
            let slots = std::mem::replace(&mut self.slots, vec![Slot::default(); wider]);
            for slot in slots.into_iter().filter(|slot| slot.text.length != 0) {
                let place = self.place(slot.text);
                if let Some(free) = self.slots.get_mut(place) {
                    *free = slot;
                }
            }
        }
    }
}

impl Short {
    /// `None` for a text that is empty or has more than sixteen bytes.
    #[inline]
    fn of(bytes: &[u8]) -> Option<Self> {
        let length = u8::try_from(bytes.len()).ok()?;
        if !(1..=16).contains(&length) {
            return None;
        }
        let (first, last) = if let (Some(first), Some(last)) =
            (bytes.first_chunk::<8>(), bytes.last_chunk::<8>())
        {
            (u64::from_le_bytes(*first), u64::from_le_bytes(*last))
        } else if let (Some(first), Some(last)) =
            (bytes.first_chunk::<4>(), bytes.last_chunk::<4>())
        {
            let wide = |four: [u8; 4]| u64::from(u32::from_le_bytes(four));
            (wide(*first), wide(*last))
        } else {
            let at = |place: usize| bytes.get(place).copied().map_or(0, u64::from);
            (at(0), at(1) << 8 | at(2))
        };
        Some(Self {
            first,
            last,
            length,
        })
    }

    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "some bits of the hash are wanted"
    )]
    fn hash(self) -> usize {
        let hash = mix(u64::from(self.length), self.first);
        finish(mix(hash, self.last)) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn what_is_recalled_is_what_an_obvious_map_holds(texts in prop::collection::vec("[ab\u{e9}]{0,18}|[a-z]{0,3}", 0..400)) {
            let mut recalled: Recalled<u32> = Recalled::default();
            let mut oracle: HashMap<String, u32> = HashMap::new();
            for (number, text) in (1_u32..).zip(&texts) {
                let expected = *oracle.entry(text.clone()).or_insert(number);
                prop_assert_eq!(recalled.recall(text, |_| number), expected);
            }
        }
    }
}
