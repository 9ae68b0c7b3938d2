//! A fast, fixed hash of bytes and numbers: equal everywhere and always, no protection against chosen input.

const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;
const FINISHER: u64 = 0xd6e8_feb8_6659_fd93;

/// Mixes a number into a hash.
pub(crate) fn mix(hash: u64, value: u64) -> u64 {
    let folded = (hash ^ value).wrapping_mul(MULTIPLIER);
    (folded ^ (folded >> 32)).wrapping_mul(FINISHER)
}

/// Hash of bytes, length included.
pub(crate) fn hash_bytes(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut hash = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    for word in words {
        hash = mix(hash, u64::from_le_bytes(*word));
    }
    let mut last = [0_u8; 8];
    for (slot, byte) in last.iter_mut().zip(rest) {
        *slot = *byte;
    }
    finish(mix(hash, u64::from_le_bytes(last)))
}

/// Spreads every bit of a mixed hash over all bits.
pub(crate) fn finish(hash: u64) -> u64 {
    let folded = (hash ^ (hash >> 29)).wrapping_mul(MULTIPLIER);
    folded ^ (folded >> 32)
}
