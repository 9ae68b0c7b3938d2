//! An append-only Merkle log that an outside auditor can build and check alone.
//!
//! The tree is that of RFC 6962 and RFC 9162; what is stored and published follows the C2SP formats tlog-tiles,
//! tlog-checkpoint, signed-note, tlog-cosignature and tlog-witness. Nothing here reads a file, a clock or the
//! system's randomness: tiles come from a [`stored::TileSource`], time and key seeds are arguments.

pub mod append;
pub mod audit;
pub mod bundle;
pub mod checkpoint;
pub mod cosignature;
pub mod fault;
pub mod hash;
pub mod key;
pub mod log;
pub mod note;
pub mod proof;
mod recompute;
mod span;
pub mod stored;
pub mod tile;
pub mod tree;
pub mod witness;

pub use append::{Appended, append};
pub use audit::{Audited, Claim, audit};
pub use checkpoint::Checkpoint;
pub use cosignature::Cosigner;
pub use fault::Fault;
pub use hash::{Hash, leaf_hash, node_hash};
pub use key::{KeyName, SigningKey, VerifierKey};
pub use log::Log;
pub use note::Note;
pub use proof::Proof;
pub use stored::{StoredTree, TileSource};
pub use tile::{Level, Tile};
pub use tree::{Tree, TreeHead};
pub use witness::Witness;
