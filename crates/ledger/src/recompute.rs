//! A tree computed again leaf by leaf, each hash compared with the stored tile it belongs in as soon as it is known.

use crate::audit::Stop;
use crate::bundle::split_entry;
use crate::fault::Fault;
use crate::hash::{HASH_BYTES, Hash};
use crate::span::shifted_down;
use crate::stored::{TileSource, tile_hashes};
use crate::tile::{Level, TILE_LEVEL_MAX, TILE_WIDTH, Tile};
use crate::tree::{Tree, TreeHead, root_over};

/// The part of the tree that has been computed, and where the stored tiles are.
pub(crate) struct Recomputation<S> {
    source: S,
    head: TreeHead,
    /// Level 0 first. The frontiers of these small trees, top level first, are the frontier of the whole tree.
    rising: Vec<Rising>,
    bundle: StoredBundle,
}

/// The tile being computed at one level.
#[derive(Default)]
struct Rising {
    inside: Tree,
    stored: Vec<u8>,
}

/// The entry bundle being compared: what is left of its bytes.
#[derive(Default)]
struct StoredBundle {
    bytes: Vec<u8>,
    compared: usize,
}

impl<S: TileSource> Recomputation<S> {
    /// Nothing computed yet of a tree that is said to have this head.
    pub(crate) fn new(source: S, head: TreeHead) -> Recomputation<S> {
        Recomputation {
            source,
            head,
            rising: Vec::new(),
            bundle: StoredBundle::default(),
        }
    }

    /// The root of the leaves so far.
    pub(crate) fn root(&self) -> Hash {
        root_over(frontier(&self.rising))
    }

    /// Adds the leaf at this position, which is the next, and compares every hash it completes.
    pub(crate) fn push(&mut self, position: u64, leaf: Hash) -> Result<(), Stop<S::Error>> {
        let mut hash = leaf;
        for level in 0..=TILE_LEVEL_MAX {
            match self.place(level, position, hash)? {
                Some(root) => hash = root,
                None => break,
            }
        }
        Ok(())
    }

    /// Compares the leaf's data with the stored entry bundle.
    pub(crate) fn compare_entry(
        &mut self,
        position: u64,
        data: &[u8],
    ) -> Result<(), Stop<S::Error>> {
        let tile = self.tile(Level::Entries, position)?;
        let offset = position % TILE_WIDTH;
        if offset == 0 {
            let bytes = self.read(tile)?;
            self.bundle = StoredBundle { bytes, compared: 0 };
        }
        let rest = self
            .bundle
            .bytes
            .get(self.bundle.compared..)
            .unwrap_or_default();
        let last = offset.saturating_add(1) == u64::from(tile.width);
        match split_entry(rest) {
            Some((entry, after)) if entry == data && (after.is_empty() || !last) => {
                self.bundle.compared = self.bundle.bytes.len().saturating_sub(after.len());
                Ok(())
            }
            _ => Err(tile_differs(tile, position).into()),
        }
    }

    /// Puts a hash in its level's tile, comparing it with the stored one; gives the tile's root once it is full.
    fn place(
        &mut self,
        level: u8,
        position: u64,
        hash: Hash,
    ) -> Result<Option<Hash>, Stop<S::Error>> {
        let tile = self.tile(Level::Hashes(level), position)?;
        let depth = usize::from(level);
        if self.rising.len() <= depth {
            self.rising
                .resize_with(depth.saturating_add(1), Rising::default);
        }
        let starts = shifted_down(position, tile.level.height()).is_multiple_of(TILE_WIDTH);
        let stored = if starts { Some(self.read(tile)?) } else { None };
        let Some(rising) = self.rising.get_mut(depth) else {
            return Ok(None);
        };
        if let Some(stored) = stored {
            rising.stored = stored;
        }
        if !rising.expects(hash, tile) {
            let fault = self.blame(tile, position, hash)?;
            return Err(fault.into());
        }
        rising.inside.append(hash);
        if rising.inside.size() < TILE_WIDTH {
            return Ok(None);
        }
        Ok(Some(std::mem::take(&mut rising.inside).root()))
    }

    /// A hash at this position is not the stored one. Above level 0 the tile is wrong, for the leaves have agreed with
    /// their own tile; at level 0 the leaf is, if the stored tile fits what is above it.
    fn blame(&mut self, tile: Tile, position: u64, hash: Hash) -> Result<Fault, Stop<S::Error>> {
        let stored = match (tile.level, self.rising.first()) {
            (Level::Hashes(0), Some(rising)) => rising.stored.clone(),
            _ => return Ok(tile_differs(tile, position)),
        };
        let leaf_differs = stored_hash(&stored, position % TILE_WIDTH) != Some(hash);
        if leaf_differs && stored.len() == tile.hash_bytes() && self.fits_above(tile, &stored)? {
            return Ok(Fault::EntryDiffers { position });
        }
        Ok(tile_differs(tile, position))
    }

    /// Whether a stored tile of leaf hashes is the one that the level above, or the checkpoint, was made from.
    fn fits_above(&mut self, tile: Tile, stored: &[u8]) -> Result<bool, Stop<S::Error>> {
        let inside: Tree = tile_hashes(stored).collect();
        if !tile.is_full() {
            let above = frontier(self.rising.get(1..).unwrap_or_default());
            let own = inside.frontier().iter().copied();
            let edge: Vec<Hash> = above.chain(own).collect();
            return Ok(root_over(edge.into_iter()) == self.head.root);
        }
        let Some(parent) = Tile::in_tree(Level::Hashes(1), tile.index / TILE_WIDTH, self.head.size)
        else {
            return Ok(false);
        };
        let parent = self
            .source
            .tile(parent)
            .map_err(Stop::Source)?
            .unwrap_or_default();
        Ok(stored_hash(&parent, tile.index % TILE_WIDTH) == Some(inside.root()))
    }

    fn read(&mut self, tile: Tile) -> Result<Vec<u8>, Stop<S::Error>> {
        let bytes = self.source.tile(tile).map_err(Stop::Source)?;
        let missing = Fault::TileMissing {
            level: tile.level,
            index: tile.index,
            position: tile.first_position(),
        };
        bytes.ok_or(Stop::Fault(missing))
    }

    /// The tile of a level whose hash or entry is completed by the leaf at this position.
    fn tile(&self, level: Level, position: u64) -> Result<Tile, Fault> {
        let index = shifted_down(position, level.height()) / TILE_WIDTH;
        Tile::in_tree(level, index, self.head.size).ok_or(Fault::LeafBeyondCheckpoint { position })
    }
}

impl Rising {
    /// Whether the stored tile has this hash next, and nothing after its last.
    fn expects(&self, hash: Hash, tile: Tile) -> bool {
        let offset = self.inside.size();
        let last = offset.saturating_add(1) == u64::from(tile.width);
        let ends_well = !last || self.stored.len() == tile.hash_bytes();
        ends_well && stored_hash(&self.stored, offset) == Some(hash)
    }
}

/// Top level first, as a whole tree's frontier is.
fn frontier(rising: &[Rising]) -> impl DoubleEndedIterator<Item = Hash> {
    rising
        .iter()
        .rev()
        .flat_map(|rising| rising.inside.frontier().iter().copied())
}

fn stored_hash(stored: &[u8], offset: u64) -> Option<Hash> {
    let start = usize::try_from(offset).ok()?.checked_mul(HASH_BYTES)?;
    Hash::from_bytes(stored.get(start..start.checked_add(HASH_BYTES)?)?)
}

fn tile_differs(tile: Tile, position: u64) -> Fault {
    let height = tile.level.height();
    let position = shifted_down(position, height)
        .checked_shl(height)
        .unwrap_or(position);
    Fault::TileDiffers {
        level: tile.level,
        index: tile.index,
        position,
    }
}
