//! A batch of new leaves becomes the tiles to write: work grows with the batch, not with the log.

use std::fmt;

use crate::bundle::{LeafTooLong, entries, push_entry};
use crate::hash::{Hash, leaf_hash};
use crate::span::shifted_down;
use crate::stored::{TileSource, tile_hashes};
use crate::tile::{Level, TILE_LEVEL_MAX, TILE_WIDTH, Tile};
use crate::tree::{LEAVES_MAX, Tree};

/// A tile and what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenTile {
    /// Which tile.
    pub tile: Tile,
    /// Its bytes: hashes one after the other, or an entry bundle.
    pub bytes: Vec<u8>,
}

/// What a batch makes of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The tree with the new leaves.
    pub tree: Tree,
    /// Every tile that is new or wider than before: entry bundles first, then hashes from level 0 up.
    pub tiles: Vec<WrittenTile>,
}

/// Why a batch cannot be appended. Nothing is to be written then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppendError<E> {
    /// The source failed.
    Source(E),
    /// The old tree's partial tile is not there.
    TileMissing(Tile),
    /// The old tree's partial tile is not what the old tree says it is: what is stored has been damaged.
    TileDiffers(Tile),
    /// A leaf has too much data.
    LeafTooLong,
    /// The tree would have more than [`LEAVES_MAX`] leaves.
    TreeFull,
}

impl<E> From<LeafTooLong> for AppendError<E> {
    fn from(_: LeafTooLong) -> AppendError<E> {
        AppendError::LeafTooLong
    }
}

impl<E: fmt::Display> fmt::Display for AppendError<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AppendError::Source(error) => write!(formatter, "a tile could not be read: {error}"),
            AppendError::TileMissing(tile) => write!(formatter, "there is no {tile}"),
            AppendError::TileDiffers(tile) => {
                write!(formatter, "{tile} does not belong to the tree")
            }
            AppendError::LeafTooLong => LeafTooLong.fmt(formatter),
            AppendError::TreeFull => write!(formatter, "a tree holds at most {LEAVES_MAX} leaves"),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for AppendError<E> {}

/// Appends the data of new leaves, in order.
///
/// Reads at most one entry bundle and one hash tile per level that grows, and only where the old tree left it
/// partial; each is checked against the old tree before it is built upon, so a damaged store is not signed over.
pub fn append<S: TileSource>(
    old: &Tree,
    leaves: &[impl AsRef<[u8]>],
    source: &mut S,
) -> Result<Appended, AppendError<S::Error>> {
    let added = u64::try_from(leaves.len()).map_err(|_| AppendError::TreeFull)?;
    if old
        .size()
        .checked_add(added)
        .is_none_or(|size| size > LEAVES_MAX)
    {
        return Err(AppendError::TreeFull);
    }
    let mut tree = old.clone();
    let mut tiles = Vec::new();
    if leaves.is_empty() {
        return Ok(Appended { tree, tiles });
    }
    let hashes: Vec<Hash> = leaves.iter().map(|data| leaf_hash(data.as_ref())).collect();
    hashes.iter().for_each(|hash| tree.append(*hash));
    write_bundles(old, leaves, source, &mut tiles)?;
    let mut fresh = hashes;
    for level in 0..=TILE_LEVEL_MAX {
        if fresh.is_empty() {
            break;
        }
        fresh = write_level(old, (level, &fresh), source, &mut tiles)?;
    }
    Ok(Appended { tree, tiles })
}

fn write_bundles<S: TileSource>(
    old: &Tree,
    leaves: &[impl AsRef<[u8]>],
    source: &mut S,
    tiles: &mut Vec<WrittenTile>,
) -> Result<(), AppendError<S::Error>> {
    let mut bundle = Vec::new();
    let mut size = old.size();
    if let Some(tile) = partial(Level::Entries, size) {
        bundle = read(tile, source)?;
        bundle.truncate(checked_bundle(old, &bundle, tile).ok_or(AppendError::TileDiffers(tile))?);
    }
    let last = leaves.len().saturating_sub(1);
    for (number, data) in leaves.iter().enumerate() {
        let index = size / TILE_WIDTH;
        push_entry(&mut bundle, data.as_ref())?;
        size = size.saturating_add(1);
        if (number == last || size.is_multiple_of(TILE_WIDTH))
            && let Some(tile) = Tile::in_tree(Level::Entries, index, size)
        {
            tiles.push(WrittenTile {
                tile,
                bytes: std::mem::take(&mut bundle),
            });
        }
    }
    Ok(())
}

/// Writes one level's tiles and gives the new hashes of the level above: the roots of the tiles that became full.
fn write_level<S: TileSource>(
    old: &Tree,
    (level, fresh): (u8, &[Hash]),
    source: &mut S,
    tiles: &mut Vec<WrittenTile>,
) -> Result<Vec<Hash>, AppendError<S::Error>> {
    let kind = Level::Hashes(level);
    let mut index = shifted_down(old.size(), kind.height()) / TILE_WIDTH;
    let mut inside = Tree::new();
    let mut bytes = Vec::new();
    if let Some(tile) = partial(kind, old.size()) {
        bytes = read(tile, source)?;
        bytes.truncate(tile.hash_bytes());
        inside = tile_hashes(&bytes).collect();
        if !belongs(old, &inside, tile) {
            return Err(AppendError::TileDiffers(tile));
        }
    }
    let mut above = Vec::new();
    for hash in fresh {
        bytes.extend_from_slice(&hash.0);
        inside.append(*hash);
        if inside.size() == TILE_WIDTH {
            above.push(inside.root());
            let tile = Tile::full(kind, index);
            tiles.push(WrittenTile {
                tile,
                bytes: std::mem::take(&mut bytes),
            });
            inside = Tree::new();
            index = index.saturating_add(1);
        }
    }
    if let Some(width) = u16::try_from(inside.size()).ok().filter(|width| *width > 0) {
        tiles.push(WrittenTile {
            tile: Tile {
                level: kind,
                index,
                width,
            },
            bytes,
        });
    }
    Ok(above)
}

/// The tile of a level that a tree of this size leaves partial, if it does.
fn partial(level: Level, size: u64) -> Option<Tile> {
    let index = shifted_down(size, level.height()) / TILE_WIDTH;
    Tile::in_tree(level, index, size)
}

fn read<S: TileSource>(tile: Tile, source: &mut S) -> Result<Vec<u8>, AppendError<S::Error>> {
    let bytes = source.tile(tile).map_err(AppendError::Source)?;
    bytes.ok_or(AppendError::TileMissing(tile))
}

/// Whether the hashes of a partial tile are the part of the tree's right edge that lies in that tile's level.
fn belongs(old: &Tree, inside: &Tree, tile: Tile) -> bool {
    let below = shifted_down(old.size(), tile.level.height());
    let lower_bits = old.size().count_ones().saturating_sub(below.count_ones());
    let edge = old
        .frontier()
        .iter()
        .rev()
        .skip(usize::try_from(lower_bits).unwrap_or(usize::MAX));
    inside.size() == u64::from(tile.width)
        && edge
            .zip(inside.frontier().iter().rev())
            .all(|(edge, own)| edge == own)
}

/// The length of a bundle's part that the old tree has, when that part is what the old tree says.
fn checked_bundle(old: &Tree, bundle: &[u8], tile: Tile) -> Option<usize> {
    let entries = entries(bundle)?;
    let own = entries.get(..usize::from(tile.width))?;
    let inside: Tree = own.iter().map(|data| leaf_hash(data)).collect();
    let bytes = own.iter().map(|data| data.len().saturating_add(2)).sum();
    belongs(old, &inside, tile).then_some(bytes)
}
