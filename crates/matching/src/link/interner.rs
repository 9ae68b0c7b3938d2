//! Distinct texts numbered in the order of their first appearance, stored end to end.

use super::hash::hash_bytes;

/// Slots of a new table; a power of two.
const SLOTS_FIRST: usize = 16;
/// No entry.
const EMPTY: u32 = u32::MAX;

/// Numbers distinct texts from 0.
#[derive(Clone, Debug)]
pub(crate) struct Interner {
    letters: String,
    /// End of each text in `letters`.
    ends: Vec<u32>,
    /// Number of a text, or [`EMPTY`]; with 32 bits of its hash, to pass by most others unread.
    slots: Vec<(u32, u32)>,
}

impl Default for Interner {
    fn default() -> Self {
        Self {
            letters: String::new(),
            ends: Vec::new(),
            slots: vec![(EMPTY, 0); SLOTS_FIRST],
        }
    }
}

impl Interner {
    /// How many distinct texts there are.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of a number; empty when there is none.
    pub(crate) fn text(&self, number: u32) -> &str {
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        let start = place
            .checked_sub(1)
            .and_then(|before| self.ends.get(before))
            .copied()
            .unwrap_or(0);
        let end = self.ends.get(place).copied().unwrap_or(start);
        let range = usize::try_from(start).unwrap_or(0)..usize::try_from(end).unwrap_or(0);
        self.letters.get(range).unwrap_or_default()
    }

    /// The number of a text, when it has one.
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        self.probe(text, hash_bytes(text.as_bytes())).ok()
    }

    /// The number of a text, and whether it is new. `None` when no more fit (4 GiB of letters).
    pub(crate) fn intern(&mut self, text: &str) -> Option<(u32, bool)> {
        let hash = hash_bytes(text.as_bytes());
        let slot = match self.probe(text, hash) {
            Ok(number) => return Some((number, false)),
            Err(slot) => slot,
        };
        let number = u32::try_from(self.ends.len())
            .ok()
            .filter(|it| *it < EMPTY)?;
        let end = u32::try_from(self.letters.len().checked_add(text.len())?).ok()?;
        self.letters.push_str(text);
        self.ends.push(end);
        if let Some(entry) = self.slots.get_mut(slot) {
            *entry = (number, tag(hash));
        }
        if self.ends.len().saturating_mul(2) > self.slots.len() {
            self.grow();
        }
        Some((number, true))
    }

    /// The number, or the free slot where it would stand.
    fn probe(&self, text: &str, hash: u64) -> Result<u32, usize> {
        let mask = self.slots.len().wrapping_sub(1);
        let mut slot = low(hash) & mask;
        loop {
            match self.slots.get(slot) {
                Some((EMPTY, _)) | None => return Err(slot),
                Some((number, known)) if *known == tag(hash) && self.text(*number) == text => {
                    return Ok(*number);
                }
                Some(_) => slot = slot.wrapping_add(1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        let size = self.slots.len().saturating_mul(2);
        let mask = size.wrapping_sub(1);
        let mut slots = vec![(EMPTY, 0); size];
        for number in 0..u32::try_from(self.ends.len()).unwrap_or(EMPTY) {
            let hash = hash_bytes(self.text(number).as_bytes());
            let mut slot = low(hash) & mask;
            while slots.get(slot).is_some_and(|(taken, _)| *taken != EMPTY) {
                slot = slot.wrapping_add(1) & mask;
            }
            if let Some(entry) = slots.get_mut(slot) {
                *entry = (number, tag(hash));
            }
        }
        self.slots = slots;
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "some bits of the hash are wanted"
)]
fn low(hash: u64) -> usize {
    hash as usize
}

fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn numbers_are_those_of_an_obvious_map() {
        let mut interner = Interner::default();
        let mut oracle: HashMap<String, u32> = HashMap::new();
        for round in 0..20_000_u32 {
            let text = format!("{}", round.wrapping_mul(2_654_435_761) % 7_000);
            let next = u32::try_from(oracle.len()).unwrap();
            let expected = *oracle.entry(text.clone()).or_insert(next);
            assert_eq!(interner.intern(&text), Some((expected, expected == next)));
        }
        for (text, number) in &oracle {
            assert_eq!(interner.find(text), Some(*number));
            assert_eq!(interner.text(*number), text);
        }
        assert_eq!(interner.len(), oracle.len());
        assert_eq!(interner.find("absent"), None);
        assert_eq!(interner.text(u32::MAX), "");
    }
}
