//! Tiles: their paths, what an append writes, and what is read back from them.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "tests"
)]

mod oracle;

use ledger::append::{AppendError, WrittenTile};
use ledger::bundle::{entries, push_entry};
use ledger::stored::ReadError;
use ledger::tree::LEAVES_MAX;
use ledger::{Hash, Level, StoredTree, Tile, Tree, append, leaf_hash};
use oracle::{Tiles, many_leaves};
use proptest::prelude::*;

#[test]
fn paths_are_those_of_the_specification() {
    let tile = |level, index, width| Tile {
        level,
        index,
        width,
    };
    let paths = [
        (
            tile(Level::Hashes(0), 1_234_067, 256),
            "tile/0/x001/x234/067",
        ),
        (
            tile(Level::Hashes(0), 1_234_067, 17),
            "tile/0/x001/x234/067.p/17",
        ),
        (tile(Level::Hashes(2), 0, 1), "tile/2/000.p/1"),
        (tile(Level::Hashes(63), 999, 255), "tile/63/999.p/255"),
        (tile(Level::Entries, 1_000, 256), "tile/entries/x001/000"),
        (tile(Level::Entries, 5, 8), "tile/entries/005.p/8"),
    ];
    for (tile, path) in paths {
        assert_eq!(tile.to_string(), path);
        assert_eq!(Tile::from_path(path), Some(tile));
    }
}

#[test]
fn other_spellings_of_a_path_are_refused() {
    let paths = [
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001/x002",
        "tile/00/000",
        "tile/+1/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/data/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p/+1",
        "tile/0/000.p/1/",
        "tile/0/+00",
        "tile/0/xx01/001",
        "tile/0/x018/x446/x744/x073/x709/x551/616",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/x999/x999/x999/x999/x999/000",
    ];
    for path in paths {
        assert_eq!(Tile::from_path(path), None, "{path}");
    }
    assert!(Tile::from_path("tile/0/x018/x446/x744/x073/x709/x551/615").is_some());
}

/// The example of C2SP tlog-tiles: 70,000 leaves.
#[test]
fn a_tree_of_seventy_thousand_leaves_has_the_specification_s_tiles() {
    let leaves: Vec<Vec<u8>> = (0_u32..70_000)
        .map(|leaf| leaf.to_be_bytes().to_vec())
        .collect();
    let tiles = Tiles::with(&leaves, 5_000);
    let count = |level| tiles.rows.keys().filter(|(row, _)| *row == level).count();
    let bytes = |level, index| tiles.rows.get(&(level, index)).map(Vec::len);
    assert_eq!(count(Level::Hashes(0)), 274);
    assert_eq!(bytes(Level::Hashes(0), 273), Some(112 * 32));
    assert_eq!(bytes(Level::Hashes(1), 0), Some(8192));
    assert_eq!(bytes(Level::Hashes(1), 1), Some(17 * 32));
    assert_eq!(bytes(Level::Hashes(2), 0), Some(32));
    assert_eq!(count(Level::Hashes(3)), 0);
    assert_eq!(bytes(Level::Entries, 273), Some(112 * 6));
    let hashes: Vec<Hash> = leaves.iter().map(|data| leaf_hash(data)).collect();
    let mut tree = tiles.stored_tree();
    assert_eq!(tree.root_at(70_000).unwrap(), oracle::root(&hashes));
    assert_eq!(
        tree.subtree(16, 0).unwrap(),
        oracle::root(&hashes[..65_536])
    );
    assert_eq!(
        tree.subtree(9, 136 / 2).unwrap(),
        oracle::root(&hashes[68 * 512..69 * 512])
    );
    assert_eq!(tree.tree().unwrap(), tiles.tree);
}

#[test]
fn an_append_touches_only_the_right_edge() {
    let mut tiles = Tiles::with(&many_leaves(70_000), 5_000);
    for batch in [1, 7, 300, 5_000] {
        tiles.reads = 0;
        let leaves = many_leaves(batch);
        let appended = append(&tiles.tree.clone(), &leaves, &mut tiles).unwrap();
        assert!(
            tiles.reads <= 4,
            "{batch} leaves read {} tiles",
            tiles.reads
        );
        let full = batch / 256 + 1;
        assert!(
            appended.tiles.len() <= 2 * (full + 1) + 2,
            "{batch} leaves wrote {} tiles",
            appended.tiles.len()
        );
        tiles.append(&leaves);
    }
}

#[test]
fn each_size_of_tree_has_the_widths_the_formula_gives() {
    for size in [
        0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000,
    ] {
        for level in 0..4_u8 {
            let hashes = size / 256_u64.pow(u32::from(level));
            for index in 0..300 {
                let width = hashes.saturating_sub(index * 256).min(256);
                let tile = Tile::in_tree(Level::Hashes(level), index, size);
                assert_eq!(tile.map_or(0, |tile| u64::from(tile.width)), width);
            }
        }
    }
}

#[test]
fn a_damaged_edge_is_not_built_upon() {
    let tiles = Tiles::with(&many_leaves(700), 700);
    let partial = [(Level::Entries, 2), (Level::Hashes(0), 2)];
    for row in partial {
        let bytes = tiles.rows.get(&row).unwrap().len();
        for place in (0..bytes).step_by(11) {
            let mut damaged = tiles.clone();
            damaged.rows.get_mut(&row).unwrap()[place] ^= 4;
            let refusal = append(&tiles.tree, &many_leaves(2), &mut damaged).unwrap_err();
            assert!(
                matches!(refusal, AppendError::TileDiffers(tile) if (tile.level, tile.index) == row)
            );
        }
        let mut without = tiles.clone();
        without.rows.remove(&row);
        let refusal = append(&tiles.tree, &many_leaves(2), &mut without).unwrap_err();
        assert!(matches!(refusal, AppendError::TileMissing(_)));
    }
}

#[test]
fn limits_are_kept() {
    let mut tiles = Tiles::default();
    let longest = vec![7; 65_535];
    assert!(append(&Tree::new(), &[&longest], &mut tiles).is_ok());
    assert_eq!(
        append(&Tree::new(), &[vec![7; 65_536]], &mut tiles),
        Err(AppendError::LeafTooLong)
    );
    let full = Tree::resume(LEAVES_MAX, vec![Hash::EMPTY_TREE]).unwrap();
    assert_eq!(
        append(&full, &[[0]], &mut tiles),
        Err(AppendError::TreeFull)
    );
    let nothing: [Vec<u8>; 0] = [];
    assert_eq!(
        append(&full, &nothing, &mut tiles).unwrap().tiles,
        Vec::<WrittenTile>::new()
    );
}

#[test]
fn what_is_not_there_is_said_so() {
    let tiles = Tiles::with(&many_leaves(300), 300);
    let mut tree = tiles.stored_tree();
    assert_eq!(tree.leaf(300), Err(ReadError::OutsideTree));
    assert_eq!(tree.subtree(8, 1), Err(ReadError::OutsideTree));
    assert_eq!(tree.subtree(64, 0), Err(ReadError::OutsideTree));
    assert_eq!(
        StoredTree::new(tiles.clone(), u64::MAX).leaf(0),
        Err(ReadError::OutsideTree)
    );
    let longer = StoredTree::new(tiles.clone(), 310).leaf(305);
    assert!(matches!(longer, Err(ReadError::TileShort(_))));
    let missing = StoredTree::new(tiles, 600).leaf(599);
    assert!(matches!(missing, Err(ReadError::TileMissing(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn however_a_log_is_cut_into_batches_the_tiles_are_the_same(
        size in 1_usize..3_000, batches in prop::collection::vec(1_usize..900, 1..6),
    ) {
        let leaves = many_leaves(size);
        let at_once = Tiles::with(&leaves, size);
        let mut tiles = Tiles::default();
        let mut rest = leaves.as_slice();
        for batch in batches.iter().cycle() {
            let (now, later) = rest.split_at((*batch).min(rest.len()));
            tiles.append(now);
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(&tiles.rows, &at_once.rows);
        prop_assert_eq!(&tiles.tree, &at_once.tree);
        let bundles = tiles.rows.iter().filter(|((level, _), _)| *level == Level::Entries);
        let stored: Vec<&[u8]> = bundles.flat_map(|(_, bytes)| entries(bytes).unwrap()).collect();
        prop_assert_eq!(stored, leaves);
    }

    #[test]
    fn every_tile_is_found_by_its_path(level in -1_i8..64, index in any::<u64>(), width in 1_u16..257) {
        let tile = Tile { level: Level::from_number(level).unwrap(), index, width };
        prop_assert_eq!(Tile::from_path(&tile.to_string()), Some(tile));
        prop_assert_eq!(tile.level.number(), level);
    }

    #[test]
    fn any_text_is_a_path_exactly_when_it_is_written_so(text in "tile/([0-9]{1,3}|entries)(/x[0-9]{3}){0,3}/[0-9]{3}(\\.p/[0-9]{1,3})?|\\PC{0,40}") {
        if let Some(tile) = Tile::from_path(&text) {
            prop_assert_eq!(tile.to_string(), text);
        }
    }

    #[test]
    fn any_bytes_are_a_bundle_exactly_when_they_are_written_so(bytes in prop::collection::vec(0_u8..4, 0..60)) {
        if let Some(found) = entries(&bytes) {
            let mut written = Vec::new();
            found.iter().for_each(|entry| push_entry(&mut written, entry).unwrap());
            prop_assert_eq!(written, bytes);
        }
    }
}
