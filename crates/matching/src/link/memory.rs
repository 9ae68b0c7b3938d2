//! Word comparisons that were made before, so that common names are compared once.

use super::hash::{finish, mix};
use super::lexicon::Symbol;
use super::lexicons::Role;
use crate::similarity::NameLevel;

/// Slots of the memory of word comparisons; a power of two.
const MEMORY_SLOTS: usize = 1 << 16;

/// Bits of a symbol that the memory keeps.
const SYMBOL_BITS: u32 = 26;

/// Word comparisons remembered by one thread: the last pair that fell on each slot.
#[derive(Debug)]
pub(crate) struct Memory {
    slots: Vec<u64>,
}

impl Default for Memory {
    fn default() -> Self {
        Self::with_slots(MEMORY_SLOTS)
    }
}

impl Memory {
    /// A memory of so many pairs, a power of two.
    pub(crate) fn with_slots(slots: usize) -> Self {
        Self {
            slots: vec![0; slots],
        }
    }

    pub(crate) fn level(
        &mut self,
        role: Role,
        one: Symbol,
        other: Symbol,
        level: impl FnOnce() -> NameLevel,
    ) -> NameLevel {
        let role = match role {
            Role::Given => 1_u64,
            Role::Family => 2,
            Role::Free(column) => u64::try_from(column).unwrap_or(0).wrapping_add(3) & 31,
        };
        let pair = u64::from(one.min(other)) << SYMBOL_BITS | u64::from(one.max(other));
        let key = (role << (2 * SYMBOL_BITS) | pair) << 4;
        let place = usize::try_from(finish(mix(0, key)) >> 8).unwrap_or(0)
            & self.slots.len().wrapping_sub(1);
        let Some(slot) = self.slots.get_mut(place) else {
            return level();
        };
        if *slot & !15 == key {
            return LEVELS
                .get(usize::try_from(*slot & 15).unwrap_or(0))
                .copied()
                .unwrap_or(NameLevel::Different);
        }
        let found = level();
        let code = LEVELS.iter().position(|level| *level == found).unwrap_or(0);
        *slot = key | u64::try_from(code).unwrap_or(0);
        found
    }
}

const LEVELS: [NameLevel; 8] = [
    NameLevel::Exact,
    NameLevel::Nickname,
    NameLevel::Part,
    NameLevel::Phonetic,
    NameLevel::TypingError,
    NameLevel::Similar,
    NameLevel::Initial,
    NameLevel::Different,
];
