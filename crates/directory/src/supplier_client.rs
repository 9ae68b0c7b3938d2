//! A supplier's program: by which keys it proves itself at the door for suppliers, and how its files are read.

use crate::account::Suspension;
use crate::text::SupplierCode;

/// The most keys that are good at once: the one in use, and the one that takes its place.
pub const CLIENT_KEYS_MAX: usize = 2;

/// A mark of some bytes: their SHA-256. It tells two keys or two mappings apart, and nothing of what is in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint(pub [u8; 32]);

/// What decides whether a supplier's program is let in, and how what it sends is read: as the ledger names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSetting {
    /// The supplier, which is also the name of its program.
    pub supplier: SupplierCode,
    /// The mapping, by its mark.
    pub mapping: Fingerprint,
    /// The public keys that are good, by their marks, the oldest first.
    pub keys: Vec<Fingerprint>,
    /// Whether it is suspended.
    pub suspension: Suspension,
}

impl Fingerprint {
    /// The mark as 64 hexadecimal digits.
    #[must_use]
    pub fn text(self) -> String {
        let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
        let halves = self.0.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        halves.map(digit).collect()
    }

    /// A mark of 64 hexadecimal digits. `None`: it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Fingerprint> {
        let mut mark = [0; 32];
        if text.len() != 64 {
            return None;
        }
        let mut digits = text.chars().map(|digit| digit.to_digit(16));
        for byte in &mut mark {
            let (high, low) = (digits.next()??, digits.next()??);
            *byte = u8::try_from((high << 4) | low).ok()?;
        }
        Some(Fingerprint(mark))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_it_is_written() {
        let mark = Fingerprint(std::array::from_fn(|at| u8::try_from(at * 8).unwrap()));
        assert_eq!(Fingerprint::parse(&mark.text()), Some(mark));
        assert_eq!(Fingerprint::parse("12"), None);
        assert_eq!(Fingerprint::parse(&"g".repeat(64)), None);
    }
}
