//! SHA-256 as RFC 6962 uses it: leaves and nodes are hashed apart, so that neither can stand for the other.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Bytes in one hash.
pub const HASH_BYTES: usize = 32;

const LEAF_PREFIX: u8 = 0x00;
const NODE_PREFIX: u8 = 0x01;
const NODE_BYTES: usize = 1 + 2 * HASH_BYTES;

/// A SHA-256 hash: of a leaf, of a node, or the root of a tree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; HASH_BYTES]);

impl Hash {
    /// The root of the tree without leaves: the hash of nothing (RFC 6962 section 2.1).
    pub const EMPTY_TREE: Hash = Hash([
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9,
        0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52,
        0xb8, 0x55,
    ]);

    /// The hash in these bytes; `None` unless there are exactly 32.
    pub fn from_bytes(bytes: &[u8]) -> Option<Hash> {
        bytes.try_into().ok().map(Hash)
    }

    /// The hash in this base64 text (RFC 4648 section 4, padded); `None` unless it is the one spelling of 32 bytes.
    pub fn from_base64(text: &str) -> Option<Hash> {
        Hash::from_bytes(&STANDARD.decode(text).ok()?)
    }
}

/// Base64, as checkpoints and proofs write a hash.
impl fmt::Display for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Hash({self})")
    }
}

/// The hash of a leaf's data: `SHA-256(0x00 || data)` (RFC 6962 section 2.1).
pub fn leaf_hash(data: &[u8]) -> Hash {
    let hash = Sha256::new()
        .chain_update([LEAF_PREFIX])
        .chain_update(data)
        .finalize();
    Hash(hash.into())
}

/// The hash of a node over its two children: `SHA-256(0x01 || left || right)` (RFC 6962 section 2.1).
pub fn node_hash(left: Hash, right: Hash) -> Hash {
    let mut node = [NODE_PREFIX; NODE_BYTES];
    let children = left.0.iter().chain(right.0.iter());
    for (byte, child) in node.iter_mut().skip(1).zip(children) {
        *byte = *child;
    }
    Hash(Sha256::digest(node).into())
}
