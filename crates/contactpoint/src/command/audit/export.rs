//! The ledger as a folder of files that any web server can serve to any C2SP reader: tiles first, the checkpoint last.

use std::io;
use std::path::Path;

use ledger::{Level, Tile};
use store::Store;

use super::super::Stop;
use super::super::say::{counting, grouped, say};
use super::{newest, verifier_key};

/// Writes what is missing in the folder. Full tiles that are there never change and are left alone.
///
/// # Errors
/// [`Stop::Failed`] when a file cannot be written: the checkpoint that is there stays true then.
pub fn export(store: &Store, folder: &Path) -> Result<(), Stop> {
    let checkpoint = newest(store)?;
    let size = size_of(&checkpoint)?;
    let tiles: Vec<Tile> = tiles_of(size).collect();
    let bar = counting("tiles", u64::try_from(tiles.len()).unwrap_or(u64::MAX));
    let mut written = 0_u64;
    for tile in tiles {
        if write_tile(store, folder, tile)? {
            written = written.saturating_add(1);
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let key = verifier_key(store)?;
    put(&folder.join("verifier-key"), format!("{key}\n").as_bytes())
        .map_err(|error| failed(folder, &error))?;
    put(&folder.join("checkpoint"), checkpoint.as_bytes())
        .map_err(|error| failed(folder, &error))?;
    say(format_args!(
        "{} events, {} tiles written to {}. The log signs with {key}",
        grouped(size),
        grouped(written),
        folder.display()
    ));
    Ok(())
}

/// Every tile of a tree of this size: entries, then each level of hashes.
fn tiles_of(size: u64) -> impl Iterator<Item = Tile> {
    let levels = std::iter::once(Level::Entries).chain((0_u8..=u8::MAX).map(Level::Hashes));
    levels
        .take_while(move |level| Tile::in_tree(*level, 0, size).is_some())
        .flat_map(move |level| (0..).map_while(move |index| Tile::in_tree(level, index, size)))
}

/// Writes one tile, unless it is there and full. Gives whether it was written.
fn write_tile(store: &Store, folder: &Path, tile: Tile) -> Result<bool, Stop> {
    let path = tile.to_string();
    let file = folder.join(&path);
    if tile.is_full() && file.is_file() {
        return Ok(false);
    }
    let bytes = store.tile(&path)?.ok_or_else(|| {
        Stop::Failed(format!(
            "{path} is missing from the ledger. Run: contactpoint audit verify"
        ))
    })?;
    put(&file, &bytes).map_err(|error| failed(folder, &error))?;
    Ok(true)
}

/// Writes a file whole or not at all.
fn put(file: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(parent) = file.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let new = file.with_added_extension("new");
    std::fs::write(&new, bytes)?;
    std::fs::rename(&new, file)
}

fn size_of(checkpoint: &str) -> Result<u64, Stop> {
    let size = checkpoint.lines().nth(1).and_then(|line| line.parse().ok());
    size.ok_or_else(|| {
        Stop::Failed("the checkpoint cannot be read. Run: contactpoint audit verify".to_owned())
    })
}

fn failed(folder: &Path, error: &io::Error) -> Stop {
    Stop::Failed(format!(
        "the ledger could not all be written to {}: {error}. The checkpoint there, if any, stays true; run it again.",
        folder.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_of_any_size_has_its_tiles() {
        let paths = |size| {
            tiles_of(size)
                .map(|tile| tile.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(paths(0), Vec::<String>::new());
        assert_eq!(paths(1), ["tile/entries/000.p/1", "tile/0/000.p/1"]);
        assert_eq!(
            paths(257),
            [
                "tile/entries/000",
                "tile/entries/001.p/1",
                "tile/0/000",
                "tile/0/001.p/1",
                "tile/1/000.p/1"
            ]
        );
    }
}
