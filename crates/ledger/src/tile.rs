//! Where a tile is in the tree, and its path as C2SP tlog-tiles writes it.

use std::fmt;
use std::fmt::Write;

use crate::hash::HASH_BYTES;
use crate::span::shifted_down;

/// Levels of the tree that one tile covers.
pub const TILE_HEIGHT: u32 = 8;
/// Hashes, or entries, in a full tile.
pub const TILE_WIDTH: u64 = 256;
/// The highest level a path may name.
pub const TILE_LEVEL_MAX: u8 = 63;

const WIDTH_FULL: u16 = 256;
const ENTRIES: &str = "entries";
const INDEX_GROUP: u64 = 1000;
const PATH_BYTES_MAX: usize = 64;

/// What a tile holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The leaves' data themselves: an entry bundle.
    Entries,
    /// Roots of perfect subtrees of `256^level` leaves each; level 0 holds the leaf hashes.
    Hashes(u8),
}

/// One tile: a run of at most 256 neighbours at one level.
///
/// The same place has a tile of its own for every width it ever had; a narrower one is the beginning of a wider one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// What it holds.
    pub level: Level,
    /// Its place in the level: it starts at hash or entry `256 * index`.
    pub index: u64,
    /// How many hashes or entries it holds, 1 to 256.
    pub width: u16,
}

impl Level {
    /// The level as one small number for a table's column: -1 for entries, otherwise the level of hashes.
    pub fn number(self) -> i8 {
        match self {
            Level::Entries => -1,
            Level::Hashes(level) => i8::try_from(level).unwrap_or(i8::MAX),
        }
    }

    /// The level with this [`number`](Level::number).
    pub fn from_number(number: i8) -> Option<Level> {
        if number == -1 {
            return Some(Level::Entries);
        }
        let level = u8::try_from(number).ok()?;
        (level <= TILE_LEVEL_MAX).then_some(Level::Hashes(level))
    }

    /// Height in the tree of what the level holds: leaves and entries are at height 0.
    pub(crate) fn height(self) -> u32 {
        match self {
            Level::Entries => 0,
            Level::Hashes(level) => u32::from(level).saturating_mul(TILE_HEIGHT),
        }
    }
}

impl Tile {
    /// The tile at this place in a tree of `size` leaves, as wide as that tree fills it; `None` where it has nothing.
    pub fn in_tree(level: Level, index: u64, size: u64) -> Option<Tile> {
        let start = index.checked_mul(TILE_WIDTH)?;
        let present = shifted_down(size, level.height())
            .checked_sub(start)?
            .min(TILE_WIDTH);
        let width = u16::try_from(present).ok()?;
        (width > 0).then_some(Tile {
            level,
            index,
            width,
        })
    }

    /// The full tile at this place.
    pub fn full(level: Level, index: u64) -> Tile {
        Tile {
            level,
            index,
            width: WIDTH_FULL,
        }
    }

    /// Whether it holds all 256.
    pub fn is_full(self) -> bool {
        self.width == WIDTH_FULL
    }

    /// The first leaf position it covers.
    pub fn first_position(self) -> u64 {
        let height = self.level.height().saturating_add(TILE_HEIGHT);
        self.index.checked_shl(height).unwrap_or(u64::MAX)
    }

    /// Bytes of a hash tile of this width.
    pub(crate) fn hash_bytes(self) -> usize {
        usize::from(self.width).saturating_mul(HASH_BYTES)
    }

    /// The tile with this path; `None` unless it is exactly what [`Tile`]'s display gives.
    pub fn from_path(path: &str) -> Option<Tile> {
        if path.len() > PATH_BYTES_MAX {
            return None;
        }
        let (level, place) = path.strip_prefix("tile/")?.split_once('/')?;
        let level = match level {
            ENTRIES => Level::Entries,
            number => Level::from_number(number.parse().ok()?)?,
        };
        let (index, width) = match place.split_once(".p/") {
            Some((index, width)) => (index, width.parse().ok()?),
            None => (place, WIDTH_FULL),
        };
        let tile = Tile {
            level,
            index: index_from_path(index)?,
            width,
        };
        let spelled_so = tile.to_string() == path && (1..=WIDTH_FULL).contains(&width);
        spelled_so.then_some(tile)
    }
}

/// The path: `tile/<level>/<index>`, with `.p/<width>` when the tile is not full.
impl fmt::Display for Tile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("tile/")?;
        match self.level {
            Level::Entries => formatter.write_str(ENTRIES)?,
            Level::Hashes(level) => write!(formatter, "{level}")?,
        }
        formatter.write_str(&index_path(self.index))?;
        if self.is_full() {
            Ok(())
        } else {
            write!(formatter, ".p/{}", self.width)
        }
    }
}

/// The index in groups of three digits, each after a slash, all but the last marked with an `x`.
fn index_path(index: u64) -> String {
    let mut groups = vec![index % INDEX_GROUP];
    let mut rest = index / INDEX_GROUP;
    while rest > 0 {
        groups.push(rest % INDEX_GROUP);
        rest /= INDEX_GROUP;
    }
    let mut path = String::new();
    for (left, group) in groups.iter().enumerate().rev() {
        let mark = if left == 0 { "" } else { "x" };
        // Writing to a string cannot fail.
        let _ = write!(path, "/{mark}{group:03}");
    }
    path
}

/// The number in such groups; that each is spelled as it should be is left to the caller.
fn index_from_path(path: &str) -> Option<u64> {
    path.split('/').try_fold(0_u64, |index, group| {
        let digits = group.strip_prefix('x').unwrap_or(group);
        index
            .checked_mul(INDEX_GROUP)?
            .checked_add(digits.parse().ok()?)
    })
}
