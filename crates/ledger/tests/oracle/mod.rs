//! The slow, obvious definitions that the fast code is held against, and a store of tiles in memory.

#![allow(
    dead_code,
    reason = "every test file takes what it needs of the oracle"
)]

use std::collections::BTreeMap;
use std::convert::Infallible;

use ledger::{Hash, Level, StoredTree, Tile, TileSource, Tree, append, node_hash};

/// RFC 6962 section 2.1, word for word.
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::EMPTY_TREE,
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(cut(leaves.len()));
            node_hash(root(left), root(right))
        }
    }
}

/// PATH(m, D[n]) of RFC 6962 section 2.1.1.
pub fn path(position: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(cut(leaves.len()));
    let (mut path, sibling) = match position.checked_sub(left.len()) {
        None => (path(position, left), right),
        Some(inside) => (path(inside, right), left),
    };
    path.push(root(sibling));
    path
}

/// SUBPROOF(m, D[n], whole) of RFC 6962 section 2.1.2; PROOF is SUBPROOF with `whole`.
pub fn subproof(old_size: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    if old_size == leaves.len() {
        return if whole {
            Vec::new()
        } else {
            vec![root(leaves)]
        };
    }
    let (left, right) = leaves.split_at(cut(leaves.len()));
    let (mut proof, other) = match old_size.checked_sub(left.len()) {
        None | Some(0) => (subproof(old_size, left, whole), right),
        Some(inside) => (subproof(inside, right, false), left),
    };
    proof.push(root(other));
    proof
}

/// The largest power of two smaller than the length.
fn cut(length: usize) -> usize {
    let mut power = 1;
    while power * 2 < length {
        power *= 2;
    }
    power
}

/// A store of tiles that keeps the widest of each place, as a table with one row a place would.
#[derive(Clone, Debug, Default)]
pub struct Tiles {
    pub tree: Tree,
    pub rows: BTreeMap<(Level, u64), Vec<u8>>,
    pub reads: usize,
}

impl TileSource for Tiles {
    type Error = Infallible;

    fn tile(&mut self, tile: Tile) -> Result<Option<Vec<u8>>, Infallible> {
        self.reads += 1;
        Ok(self.rows.get(&(tile.level, tile.index)).cloned())
    }
}

impl Tiles {
    /// A store with these leaves, appended in batches of this many.
    pub fn with(leaves: &[Vec<u8>], batch: usize) -> Tiles {
        let mut tiles = Tiles::default();
        leaves.chunks(batch).for_each(|leaves| tiles.append(leaves));
        tiles
    }

    pub fn append(&mut self, leaves: &[Vec<u8>]) {
        let appended = append(&self.tree.clone(), leaves, self).unwrap();
        self.tree = appended.tree;
        let written = appended.tiles.into_iter();
        self.rows.extend(
            written.map(|written| ((written.tile.level, written.tile.index), written.bytes)),
        );
    }

    pub fn stored_tree(&self) -> StoredTree<Tiles> {
        StoredTree::new(self.clone(), self.tree.size())
    }
}

/// Leaf data that differs from place to place: some empty, some longer than a hash block.
pub fn leaf_data(position: usize) -> Vec<u8> {
    let length = position * 7 % 90;
    let seed = u8::try_from(position % 251).unwrap();
    let mut data = vec![seed; length];
    if length > 8 {
        data[..8].copy_from_slice(&position.to_be_bytes());
    }
    data
}

pub fn many_leaves(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(leaf_data).collect()
}
