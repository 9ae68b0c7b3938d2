//! The audit: everything a store keeps of a log, computed again in one pass, and the first place where it is wrong.

use std::cmp::Ordering;

use crate::fault::Fault;
use crate::hash::{Hash, leaf_hash};
use crate::log::Log;

use crate::recompute::Recomputation;
use crate::stored::TileSource;
use crate::tree::TreeHead;

/// Whether the store keeps entry bundles beside the leaves that are audited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bundles {
    /// They are tiles like the others and are checked.
    Kept,
    /// There are none: the leaves are served from where they are audited.
    NotKept,
}

/// What the store is to be measured against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The stored checkpoint, a signed note.
    pub checkpoint: Vec<u8>,
    /// The log it must be of, known from elsewhere.
    pub log: Log,
    /// Trees known from elsewhere: earlier checkpoints, witnesses' copies. In any order.
    pub known: Vec<TreeHead>,
    /// Whether entry bundles are kept.
    pub bundles: Bundles,
}

/// What an audit without fault has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Audited {
    /// The tree that the store holds and the log has signed.
    pub head: TreeHead,
    /// How many of the known trees it has been found to continue.
    pub known: usize,
}

/// Why a pass ended early: the store could not be read, or something is wrong.
pub(crate) enum Stop<E> {
    Source(E),
    Fault(Fault),
}

impl<E> From<Fault> for Stop<E> {
    fn from(fault: Fault) -> Stop<E> {
        Stop::Fault(fault)
    }
}

/// Computes the log again from its leaves, given with their positions in rising order, and compares tiles, known trees
/// and checkpoint as it goes. Memory does not grow with the log; each tile is read once.
///
/// Leaves, tiles and checkpoint must be of one moment. The outer error is the store's own, of reading; what is wrong
/// with the log is the inner one.
pub fn audit<D, S, E>(
    claim: &Claim,
    leaves: impl IntoIterator<Item = Result<(u64, D), E>>,
    tiles: S,
) -> Result<Result<Audited, Fault>, E>
where
    D: AsRef<[u8]>,
    S: TileSource<Error = E>,
{
    match pass(claim, leaves, tiles) {
        Ok(audited) => Ok(Ok(audited)),
        Err(Stop::Fault(fault)) => Ok(Err(fault)),
        Err(Stop::Source(error)) => Err(error),
    }
}

fn pass<D, S, E>(
    claim: &Claim,
    leaves: impl IntoIterator<Item = Result<(u64, D), E>>,
    tiles: S,
) -> Result<Audited, Stop<E>>
where
    D: AsRef<[u8]>,
    S: TileSource<Error = E>,
{
    let checkpoint = claim
        .log
        .open(&claim.checkpoint)
        .map_err(Fault::CheckpointSignature)?;
    let head = checkpoint.head();
    let mut known = KnownTrees::new(&claim.known, head.size)?;
    let mut tree = Recomputation::new(tiles, head);
    known.compare(0, || Hash::EMPTY_TREE)?;
    let mut next = 0_u64;
    for leaf in leaves {
        let (position, data) = leaf.map_err(Stop::Source)?;
        check_position(position, next, head.size)?;
        let data = data.as_ref();
        tree.push(position, leaf_hash(data))?;
        if claim.bundles == Bundles::Kept {
            tree.compare_entry(position, data)?;
        }
        next = next.saturating_add(1);
        known.compare(next, || tree.root())?;
    }
    if next < head.size {
        return Err(Fault::LeafMissing { position: next }.into());
    }
    if tree.root() != head.root {
        return Err(Fault::CheckpointRootDiffers {
            size: head.size,
            agreed: known.agreed,
        }
        .into());
    }
    Ok(Audited {
        head,
        known: claim.known.len(),
    })
}

fn check_position(position: u64, next: u64, size: u64) -> Result<(), Fault> {
    match position.cmp(&next) {
        Ordering::Less => Err(Fault::LeafRepeated { position }),
        Ordering::Greater if next < size => Err(Fault::LeafMissing { position: next }),
        Ordering::Equal if position < size => Ok(()),
        Ordering::Equal | Ordering::Greater => Err(Fault::LeafBeyondCheckpoint { position }),
    }
}

/// The known trees still to be met, and the last that agreed.
struct KnownTrees {
    /// Largest first, so that the next is the last.
    waiting: Vec<TreeHead>,
    agreed: u64,
}

impl KnownTrees {
    fn new(known: &[TreeHead], found: u64) -> Result<KnownTrees, Fault> {
        let mut waiting = known.to_vec();
        waiting.sort_by_key(|tree| std::cmp::Reverse(tree.size));
        match waiting.first() {
            Some(largest) if largest.size > found => Err(Fault::TreeShorterThanKnown {
                known: largest.size,
                found,
            }),
            _ => Ok(KnownTrees { waiting, agreed: 0 }),
        }
    }

    /// Compares every known tree of this size with the root computed.
    fn compare(&mut self, size: u64, root: impl Fn() -> Hash) -> Result<(), Fault> {
        while let Some(tree) = self.waiting.pop_if(|tree| tree.size == size) {
            if tree.root != root() {
                return Err(Fault::KnownCheckpointDiffers {
                    size,
                    agreed: self.agreed,
                });
            }
            self.agreed = size;
        }
        Ok(())
    }
}
