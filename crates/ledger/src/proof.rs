//! Proofs that a leaf is in a tree, and that a tree continues an earlier one: made from tiles, checked by anybody.

use std::fmt;
use std::fmt::Write;

use crate::hash::{Hash, node_hash};
use crate::span::Span;
use crate::stored::{ReadError, StoredTree, TileSource};
use crate::tree::TreeHead;

/// The most hashes a proof may have (C2SP tlog-witness).
pub const PROOF_HASHES_MAX: usize = 63;

/// The hashes of an inclusion or a consistency proof, in the order of RFC 6962 sections 2.1.1 and 2.1.2.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof(pub Vec<Hash>);

/// Why a proof does not show what it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofFault {
    /// The leaf's position, or the earlier tree, lies beyond the tree.
    OutsideTree,
    /// The proof has more or fewer hashes than these sizes need.
    WrongLength,
    /// The hashes do not lead to the earlier tree's root.
    OldRootDiffers,
    /// The hashes do not lead to the tree's root.
    RootDiffers,
}

impl fmt::Display for ProofFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            ProofFault::OutsideTree => "what is to be proved lies beyond the tree",
            ProofFault::WrongLength => "the proof has the wrong number of hashes",
            ProofFault::OldRootDiffers => "the proof does not lead to the earlier root",
            ProofFault::RootDiffers => "the proof does not lead to the root",
        })
    }
}

impl std::error::Error for ProofFault {}

impl Proof {
    /// The proof in this text, one base64 hash a line; `None` unless it is exactly what the display gives, of at most
    /// [`PROOF_HASHES_MAX`] hashes.
    pub fn parse(text: &str) -> Option<Proof> {
        let mut hashes = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (line, after) = rest.split_once('\n')?;
            hashes.push(Hash::from_base64(line)?);
            if hashes.len() > PROOF_HASHES_MAX {
                return None;
            }
            rest = after;
        }
        Some(Proof(hashes))
    }
}

/// One base64 hash a line, each line ended, as C2SP tlog-witness writes them.
impl fmt::Display for Proof {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|hash| {
            hash.fmt(formatter)?;
            formatter.write_char('\n')
        })
    }
}

/// The proof that the leaf at `position` is in the tree (RFC 6962 section 2.1.1).
pub fn prove_inclusion<S: TileSource>(
    tree: &mut StoredTree<S>,
    position: u64,
) -> Result<Proof, ReadError<S::Error>> {
    if position >= tree.size() {
        return Err(ReadError::OutsideTree);
    }
    let mut siblings = Vec::new();
    let mut span = Span {
        start: 0,
        end: tree.size(),
    };
    while let Some((left, right)) = span.split() {
        let (inside, sibling) = if position < left.end {
            (left, right)
        } else {
            (right, left)
        };
        siblings.push(sibling);
        span = inside;
    }
    hashes_upwards(tree, siblings)
}

/// The proof that the tree continues the one it was at `old_size` (RFC 6962 section 2.1.2). Empty for the tree
/// without leaves, which every tree continues, and for the tree itself.
pub fn prove_consistency<S: TileSource>(
    tree: &mut StoredTree<S>,
    old_size: u64,
) -> Result<Proof, ReadError<S::Error>> {
    if old_size > tree.size() {
        return Err(ReadError::OutsideTree);
    }
    if old_size == 0 {
        return Ok(Proof::default());
    }
    let mut parts = Vec::new();
    let mut span = Span {
        start: 0,
        end: tree.size(),
    };
    while old_size != span.end
        && let Some((left, right)) = span.split()
    {
        let (inside, outside) = if old_size <= left.end {
            (left, right)
        } else {
            (right, left)
        };
        parts.push(outside);
        span = inside;
    }
    // Where the old tree is itself a left edge of the new one, its root is known to whoever checks.
    if span.start > 0 {
        parts.push(span);
    }
    hashes_upwards(tree, parts)
}

fn hashes_upwards<S: TileSource>(
    tree: &mut StoredTree<S>,
    spans: Vec<Span>,
) -> Result<Proof, ReadError<S::Error>> {
    let spans = spans.into_iter().rev();
    spans
        .map(|span| tree.span(span))
        .collect::<Result<_, _>>()
        .map(Proof)
}

/// Checks that a leaf with this hash is at this position of the tree (RFC 9162 section 2.1.3.2).
pub fn verify_inclusion(
    proof: &Proof,
    position: u64,
    leaf: Hash,
    head: &TreeHead,
) -> Result<(), ProofFault> {
    let mut last = head.size.checked_sub(1).ok_or(ProofFault::OutsideTree)?;
    if position > last {
        return Err(ProofFault::OutsideTree);
    }
    let mut place = position;
    let mut root = leaf;
    for hash in &proof.0 {
        if last == 0 {
            return Err(ProofFault::WrongLength);
        }
        if is_right(place) || place == last {
            root = node_hash(*hash, root);
            climb_lone(&mut place, &mut last);
        } else {
            root = node_hash(root, *hash);
        }
        place >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofFault::WrongLength);
    }
    if root == head.root {
        Ok(())
    } else {
        Err(ProofFault::RootDiffers)
    }
}

/// Checks that the new tree continues the old one: same leaves, in the same places, and then more (RFC 9162 section
/// 2.1.4.2).
pub fn verify_consistency(proof: &Proof, old: &TreeHead, new: &TreeHead) -> Result<(), ProofFault> {
    if old.size > new.size {
        return Err(ProofFault::OutsideTree);
    }
    if old.size == 0 || old.size == new.size {
        return verify_trivial(proof, old, new);
    }
    let mut hashes = proof.0.iter().copied();
    let first = if old.size.is_power_of_two() {
        Some(old.root)
    } else {
        hashes.next()
    };
    let mut old_root = first.ok_or(ProofFault::WrongLength)?;
    let mut new_root = old_root;
    let (mut place, mut last) = (old.size.saturating_sub(1), new.size.saturating_sub(1));
    let full = place.trailing_ones();
    place = place.checked_shr(full).unwrap_or(0);
    last = last.checked_shr(full).unwrap_or(0);
    for hash in hashes {
        if last == 0 {
            return Err(ProofFault::WrongLength);
        }
        if is_right(place) || place == last {
            old_root = node_hash(hash, old_root);
            new_root = node_hash(hash, new_root);
            climb_lone(&mut place, &mut last);
        } else {
            new_root = node_hash(new_root, hash);
        }
        place >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofFault::WrongLength);
    }
    if old_root != old.root {
        return Err(ProofFault::OldRootDiffers);
    }
    if new_root == new.root {
        Ok(())
    } else {
        Err(ProofFault::RootDiffers)
    }
}

/// Consistency with the tree without leaves, or with the tree itself: the proof is empty.
fn verify_trivial(proof: &Proof, old: &TreeHead, new: &TreeHead) -> Result<(), ProofFault> {
    if !proof.0.is_empty() {
        return Err(ProofFault::WrongLength);
    }
    if old.size == 0 && old.root != Hash::EMPTY_TREE {
        return Err(ProofFault::OldRootDiffers);
    }
    if old.size == new.size && old.root != new.root {
        return Err(ProofFault::RootDiffers);
    }
    Ok(())
}

fn is_right(place: u64) -> bool {
    place & 1 == 1
}

/// A node without a right neighbour is carried up unchanged until it is a right child.
fn climb_lone(place: &mut u64, last: &mut u64) {
    while !is_right(*place) && *place != 0 {
        *place >>= 1;
        *last >>= 1;
    }
}
