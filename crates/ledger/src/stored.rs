//! A tree read back from its stored tiles: any perfect subtree, the root, the right edge.

use std::collections::BTreeMap;
use std::fmt;

use crate::hash::{HASH_BYTES, Hash, node_hash};
use crate::span::{Node, Span, shifted_down};
use crate::tile::{Level, TILE_HEIGHT, TILE_WIDTH, Tile};
use crate::tree::{LEAVES_MAX, Tree, root_over};

/// How many tiles a [`StoredTree`] keeps in memory before it forgets them all (16 KiB each).
pub const TILES_KEPT_MAX: usize = 256;

/// Where tiles are kept: a table, a folder, a web server. Any closure of this shape is one.
pub trait TileSource {
    /// Why a tile could not be read (not: that there is none).
    type Error;

    /// The bytes of this tile, `None` when there is none.
    ///
    /// Where only a wider tile of the same level and index is kept, its bytes may be given instead: [`StoredTree`]
    /// and [`append`](crate::append::append) use its beginning. [`audit`](crate::audit::audit) does not; it wants
    /// each tile exactly as wide as asked.
    fn tile(&mut self, tile: Tile) -> Result<Option<Vec<u8>>, Self::Error>;
}

impl<F, E> TileSource for F
where
    F: FnMut(Tile) -> Result<Option<Vec<u8>>, E>,
{
    type Error = E;

    fn tile(&mut self, tile: Tile) -> Result<Option<Vec<u8>>, E> {
        self(tile)
    }
}

/// Why something could not be computed from stored tiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError<E> {
    /// The source failed.
    Source(E),
    /// There is no such tile.
    TileMissing(Tile),
    /// The tile has fewer bytes than its width needs.
    TileShort(Tile),
    /// The leaves asked for are not all in the tree, or the tree is larger than [`LEAVES_MAX`].
    OutsideTree,
}

impl<E: fmt::Display> fmt::Display for ReadError<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Source(error) => write!(formatter, "a tile could not be read: {error}"),
            ReadError::TileMissing(tile) => write!(formatter, "there is no {tile}"),
            ReadError::TileShort(tile) => write!(formatter, "{tile} has too few bytes"),
            ReadError::OutsideTree => {
                formatter.write_str("the leaves asked for are not in the tree")
            }
        }
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for ReadError<E> {}

/// A tree of known size whose hashes are read from tiles when they are needed.
///
/// Nothing read is believed by itself: a proof made from wrong tiles does not verify.
#[derive(Debug)]
pub struct StoredTree<S> {
    source: S,
    size: u64,
    kept: BTreeMap<(u8, u64), Rows>,
}

/// A tile's hashes and, row above row, the roots of the perfect subtrees over them, up to the tile's own root.
type Rows = Vec<Vec<Hash>>;

impl<S: TileSource> StoredTree<S> {
    /// The tree of `size` leaves whose tiles this source has.
    pub fn new(source: S, size: u64) -> StoredTree<S> {
        StoredTree {
            source,
            size,
            kept: BTreeMap::new(),
        }
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The hash of the leaf at this position.
    pub fn leaf(&mut self, position: u64) -> Result<Hash, ReadError<S::Error>> {
        self.subtree(0, position)
    }

    /// The root of the perfect subtree of `1 << height` leaves that starts at leaf `index << height`.
    pub fn subtree(&mut self, height: u32, index: u64) -> Result<Hash, ReadError<S::Error>> {
        let complete = shifted_down(self.size, height);
        if index >= complete || self.size > LEAVES_MAX {
            return Err(ReadError::OutsideTree);
        }
        let level = u8::try_from(height / TILE_HEIGHT).map_err(|_| ReadError::OutsideTree)?;
        let row = height % TILE_HEIGHT;
        let row_width = shifted_down(TILE_WIDTH, row).max(1);
        let place = index.checked_div(row_width).ok_or(ReadError::OutsideTree)?;
        let tile =
            Tile::in_tree(Level::Hashes(level), place, self.size).ok_or(ReadError::OutsideTree)?;
        let rows = self.rows(level, tile)?;
        let offset =
            usize::try_from(index.checked_rem(row_width).unwrap_or_default()).unwrap_or(usize::MAX);
        let row = usize::try_from(row).ok().and_then(|row| rows.get(row));
        row.and_then(|row| row.get(offset))
            .copied()
            .ok_or(ReadError::TileShort(tile))
    }

    /// The root of the tree as it was at this size.
    pub fn root_at(&mut self, size: u64) -> Result<Hash, ReadError<S::Error>> {
        self.span(Span {
            start: 0,
            end: size,
        })
    }

    /// The right edge, ready to append to.
    pub fn tree(&mut self) -> Result<Tree, ReadError<S::Error>> {
        let frontier = self.subtrees(Span {
            start: 0,
            end: self.size,
        })?;
        Tree::resume(self.size, frontier).ok_or(ReadError::OutsideTree)
    }

    /// The root over a span of leaves.
    pub(crate) fn span(&mut self, span: Span) -> Result<Hash, ReadError<S::Error>> {
        Ok(root_over(self.subtrees(span)?.into_iter()))
    }

    fn subtrees(&mut self, span: Span) -> Result<Vec<Hash>, ReadError<S::Error>> {
        let nodes = span.nodes().into_iter();
        nodes
            .map(|Node { height, index }| self.subtree(height, index))
            .collect()
    }

    fn rows(&mut self, level: u8, tile: Tile) -> Result<&Rows, ReadError<S::Error>> {
        let place = (level, tile.index);
        if !self.kept.contains_key(&place) {
            if self.kept.len() >= TILES_KEPT_MAX {
                self.kept.clear();
            }
            let bytes = self.source.tile(tile).map_err(ReadError::Source)?;
            let bytes = bytes.ok_or(ReadError::TileMissing(tile))?;
            let bytes = bytes
                .get(..tile.hash_bytes())
                .ok_or(ReadError::TileShort(tile))?;
            self.kept.insert(place, rows_over(bytes));
        }
        self.kept.get(&place).ok_or(ReadError::TileMissing(tile))
    }
}

fn rows_over(bytes: &[u8]) -> Rows {
    let mut rows = Vec::new();
    let mut row: Vec<Hash> = tile_hashes(bytes).collect();
    while !row.is_empty() {
        let (pairs, _) = row.as_chunks::<2>();
        let above = pairs
            .iter()
            .map(|[left, right]| node_hash(*left, *right))
            .collect();
        rows.push(std::mem::replace(&mut row, above));
    }
    rows
}

/// The hashes in a hash tile's bytes.
pub(crate) fn tile_hashes(bytes: &[u8]) -> impl Iterator<Item = Hash> {
    let (hashes, _) = bytes.as_chunks::<HASH_BYTES>();
    hashes.iter().map(|hash| Hash(*hash))
}
