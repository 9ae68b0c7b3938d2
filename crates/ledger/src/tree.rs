//! The Merkle tree as its right edge: enough to append and to say the root, in memory that grows with the logarithm.

use crate::hash::{Hash, node_hash};

/// The most leaves a tree may hold; far beyond any log, and it keeps all arithmetic inside 64 bits.
pub const LEAVES_MAX: u64 = 1 << 62;

/// What a checkpoint says of a tree: how many leaves, and the hash over all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeHead {
    /// Number of leaves.
    pub size: u64,
    /// Root hash of those leaves.
    pub root: Hash,
}

impl TreeHead {
    /// The head of the tree without leaves.
    pub const EMPTY: TreeHead = TreeHead {
        size: 0,
        root: Hash::EMPTY_TREE,
    };
}

/// A tree that can grow: its size and the roots of the perfect subtrees it is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    size: u64,
    /// Largest subtree first, one for every bit set in `size`.
    frontier: Vec<Hash>,
}

impl Tree {
    /// The tree without leaves.
    pub fn new() -> Tree {
        Tree::default()
    }

    /// The tree that was stored as this size and [`frontier`](Tree::frontier). `None` when the two cannot belong
    /// together, or the size is above [`LEAVES_MAX`].
    pub fn resume(size: u64, frontier: Vec<Hash>) -> Option<Tree> {
        let subtrees = usize::try_from(size.count_ones()).ok()?;
        (size <= LEAVES_MAX && frontier.len() == subtrees).then_some(Tree { size, frontier })
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Roots of the perfect subtrees, largest (leftmost) first: one for every bit set in the size.
    pub fn frontier(&self) -> &[Hash] {
        &self.frontier
    }

    /// Puts one leaf, given as its hash, at the position that was [`size`](Tree::size) before.
    pub fn append(&mut self, leaf: Hash) {
        let mut node = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.frontier.pop() {
                node = node_hash(left, node);
            }
        }
        self.frontier.push(node);
        self.size = self.size.saturating_add(1);
    }

    /// The root hash, as RFC 6962 section 2.1 defines it.
    pub fn root(&self) -> Hash {
        root_over(self.frontier.iter().copied())
    }

    /// Size and root together.
    pub fn head(&self) -> TreeHead {
        TreeHead {
            size: self.size,
            root: self.root(),
        }
    }
}

/// The root over perfect subtrees given largest first.
pub(crate) fn root_over(frontier: impl DoubleEndedIterator<Item = Hash>) -> Hash {
    frontier
        .rev()
        .reduce(|right, left| node_hash(left, right))
        .unwrap_or(Hash::EMPTY_TREE)
}

impl FromIterator<Hash> for Tree {
    fn from_iter<I: IntoIterator<Item = Hash>>(leaves: I) -> Tree {
        let mut tree = Tree::new();
        leaves.into_iter().for_each(|leaf| tree.append(leaf));
        tree
    }
}
