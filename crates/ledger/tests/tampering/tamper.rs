//! What can be done to a store, and what the audit must then say.

use ledger::{Fault, Level, TreeHead};
use proptest::prelude::*;

use crate::oracle::{leaf_data, many_leaves};
use crate::store::{Store, store_of};

/// One way to tamper with a store. Places are fractions, so that they fit any size.
#[derive(Clone, Debug)]
pub enum Tampering {
    LeafBit {
        leaf: prop::sample::Index,
        bit: prop::sample::Index,
    },
    LeafLonger {
        leaf: prop::sample::Index,
    },
    LeafDeleted {
        leaf: prop::sample::Index,
    },
    LeafDeletedAndClosedUp {
        leaf: prop::sample::Index,
    },
    LeafInserted {
        leaf: prop::sample::Index,
    },
    LeavesSwapped {
        one: prop::sample::Index,
        other: prop::sample::Index,
    },
    LeafRepeated {
        leaf: prop::sample::Index,
    },
    LeavesCutOff {
        leaf: prop::sample::Index,
    },
    TileBit {
        tile: prop::sample::Index,
        bit: prop::sample::Index,
    },
    TileDeleted {
        tile: prop::sample::Index,
    },
    TileCutOff {
        tile: prop::sample::Index,
        byte: prop::sample::Index,
    },
    TileLonger {
        tile: prop::sample::Index,
    },
    HashesSwapped {
        tile: prop::sample::Index,
        one: prop::sample::Index,
        other: prop::sample::Index,
    },
    CheckpointByte {
        byte: prop::sample::Index,
        to: u8,
    },
    OlderBackup {
        size: prop::sample::Index,
        known: prop::sample::Index,
    },
    AllRewritten {
        leaf: prop::sample::Index,
        known: prop::sample::Index,
    },
    LeafAndItsTileRewritten {
        leaf: prop::sample::Index,
    },
}

pub fn tampering() -> impl Strategy<Value = Tampering> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        3 => (at(), at()).prop_map(|(leaf, bit)| Tampering::LeafBit { leaf, bit }),
        1 => at().prop_map(|leaf| Tampering::LeafLonger { leaf }),
        2 => at().prop_map(|leaf| Tampering::LeafDeleted { leaf }),
        2 => at().prop_map(|leaf| Tampering::LeafDeletedAndClosedUp { leaf }),
        1 => at().prop_map(|leaf| Tampering::LeafInserted { leaf }),
        2 => (at(), at()).prop_map(|(one, other)| Tampering::LeavesSwapped { one, other }),
        1 => at().prop_map(|leaf| Tampering::LeafRepeated { leaf }),
        2 => at().prop_map(|leaf| Tampering::LeavesCutOff { leaf }),
        4 => (at(), at()).prop_map(|(tile, bit)| Tampering::TileBit { tile, bit }),
        1 => at().prop_map(|tile| Tampering::TileDeleted { tile }),
        2 => (at(), at()).prop_map(|(tile, byte)| Tampering::TileCutOff { tile, byte }),
        1 => at().prop_map(|tile| Tampering::TileLonger { tile }),
        2 => (at(), at(), at()).prop_map(|(tile, one, other)| Tampering::HashesSwapped { tile, one, other }),
        1 => (at(), any::<u8>()).prop_map(|(byte, to)| Tampering::CheckpointByte { byte, to }),
        2 => (at(), at()).prop_map(|(size, known)| Tampering::OlderBackup { size, known }),
        2 => (at(), at()).prop_map(|(leaf, known)| Tampering::AllRewritten { leaf, known }),
        1 => at().prop_map(|leaf| Tampering::LeafAndItsTileRewritten { leaf }),
    ]
}

/// What the audit must say: everything, or only where the first bad position is.
#[derive(Debug, PartialEq)]
pub enum Expected {
    Fault(Fault),
    Checkpoint,
    /// The tampering happened to change nothing.
    Nothing,
}

fn entry_differs(position: usize) -> Expected {
    Expected::Fault(Fault::EntryDiffers {
        position: position as u64,
    })
}

fn tile_differs((level, index): (Level, u64), place: usize) -> Expected {
    let leaves_each = match level {
        Level::Entries => 1,
        Level::Hashes(level) => 256_u64.pow(u32::from(level)),
    };
    let position = (index * 256 + place as u64) * leaves_each;
    Expected::Fault(Fault::TileDiffers {
        level,
        index,
        position,
    })
}

pub fn tamper(store: &mut Store, tampering: &Tampering) -> Expected {
    match tampering {
        Tampering::TileBit { .. }
        | Tampering::TileDeleted { .. }
        | Tampering::TileCutOff { .. }
        | Tampering::TileLonger { .. }
        | Tampering::HashesSwapped { .. } => tamper_tile(store, tampering),
        Tampering::CheckpointByte { byte, to } => {
            let byte = byte.index(store.checkpoint.len());
            let before = std::mem::replace(&mut store.checkpoint[byte], *to);
            if before == *to {
                Expected::Nothing
            } else {
                Expected::Checkpoint
            }
        }
        Tampering::OlderBackup { size, known } => {
            let found = size.index(store.size());
            let known = found + 1 + known.index(store.size() - found);
            let head = store.head_at(known);
            *store = Store::of_size(found);
            store.known = vec![head];
            Expected::Fault(Fault::TreeShorterThanKnown {
                known: known as u64,
                found: found as u64,
            })
        }
        Tampering::AllRewritten { leaf, known } => {
            let leaf = leaf.index(store.size());
            let sizes = [leaf / 2, leaf, leaf + 1 + known.index(store.size() - leaf)];
            let known: Vec<TreeHead> = sizes.iter().map(|size| store.head_at(*size)).collect();
            let mut data = many_leaves(store.size());
            data[leaf].push(1);
            *store = store_of(&data);
            store.known = vec![known[2], known[0], known[1]];
            Expected::Fault(Fault::KnownCheckpointDiffers {
                size: sizes[2] as u64,
                agreed: sizes[1] as u64,
            })
        }
        _ => tamper_leaves(store, tampering),
    }
}

fn tamper_leaves(store: &mut Store, tampering: &Tampering) -> Expected {
    let leaves = &mut store.leaves;
    match tampering {
        Tampering::LeafBit { leaf, bit } => {
            let leaf = leaf.index(leaves.len());
            let data = &mut leaves[leaf].1;
            if data.is_empty() {
                return Expected::Nothing;
            }
            let bit = bit.index(data.len() * 8);
            data[bit / 8] ^= 1 << (bit % 8);
            entry_differs(leaf)
        }
        Tampering::LeafLonger { leaf } => {
            let leaf = leaf.index(leaves.len());
            leaves[leaf].1.push(0);
            entry_differs(leaf)
        }
        Tampering::LeafDeleted { leaf } => {
            let leaf = leaf.index(leaves.len());
            leaves.remove(leaf);
            Expected::Fault(Fault::LeafMissing {
                position: leaf as u64,
            })
        }
        Tampering::LeafRepeated { leaf } => {
            let leaf = leaf.index(leaves.len());
            leaves.insert(leaf, leaves[leaf].clone());
            Expected::Fault(Fault::LeafRepeated {
                position: leaf as u64,
            })
        }
        Tampering::LeavesCutOff { leaf } => {
            let leaf = leaf.index(leaves.len());
            leaves.truncate(leaf);
            Expected::Fault(Fault::LeafMissing {
                position: leaf as u64,
            })
        }
        Tampering::LeafAndItsTileRewritten { leaf } => {
            let leaf = leaf.index(store.size());
            rewrite_leaf_and_tile(store, leaf)
        }
        _ => renumber_leaves(leaves, tampering),
    }
}

/// What moves leaves to other positions, leaving no gap.
fn renumber_leaves(leaves: &mut Vec<(u64, Vec<u8>)>, tampering: &Tampering) -> Expected {
    match tampering {
        Tampering::LeafDeletedAndClosedUp { leaf } => {
            let leaf = leaf.index(leaves.len());
            leaves.remove(leaf);
            renumber(leaves);
            first_change(
                leaves,
                Fault::LeafMissing {
                    position: leaves.len() as u64,
                },
            )
        }
        Tampering::LeafInserted { leaf } => {
            let size = leaves.len() as u64;
            let leaf = leaf.index(leaves.len() + 1);
            leaves.insert(leaf, (0, vec![42; 12]));
            renumber(leaves);
            first_change(leaves, Fault::LeafBeyondCheckpoint { position: size })
        }
        Tampering::LeavesSwapped { one, other } => {
            let (one, other) = (one.index(leaves.len()), other.index(leaves.len()));
            leaves.swap(one, other);
            renumber(leaves);
            if leaves[one].1 == leaves[other].1 {
                Expected::Nothing
            } else {
                entry_differs(one.min(other))
            }
        }
        _ => Expected::Nothing,
    }
}

/// The forger mends the leaf's bundle and its tile of leaf hashes, but not what is above.
fn rewrite_leaf_and_tile(store: &mut Store, leaf: usize) -> Expected {
    let mut data = many_leaves(store.size());
    data[leaf].push(1);
    let forged = store_of(&data);
    let index = leaf as u64 / 256;
    for level in [Level::Entries, Level::Hashes(0)] {
        *store.row(level, index) = forged.tiles.rows[&(level, index)].clone();
    }
    store.leaves = forged.leaves;
    let size = store.size() as u64;
    if (index + 1) * 256 <= size {
        return tile_differs((Level::Hashes(1), 0), leaf / 256);
    }
    Expected::Fault(Fault::CheckpointRootDiffers { size, agreed: 0 })
}

fn renumber(leaves: &mut [(u64, Vec<u8>)]) {
    leaves
        .iter_mut()
        .zip(0..)
        .for_each(|(leaf, position)| leaf.0 = position);
}

/// The first leaf that is not the one logged there; the given fault when all there are agree.
fn first_change(leaves: &[(u64, Vec<u8>)], otherwise: Fault) -> Expected {
    let size = match otherwise {
        Fault::LeafBeyondCheckpoint { position } => usize::try_from(position).unwrap(),
        _ => leaves.len(),
    };
    let changed = leaves[..size]
        .iter()
        .enumerate()
        .position(|(position, leaf)| leaf.1 != leaf_data(position));
    changed.map_or(Expected::Fault(otherwise), entry_differs)
}

fn tamper_tile(store: &mut Store, tampering: &Tampering) -> Expected {
    let places: Vec<(Level, u64)> = store.tiles.rows.keys().copied().collect();
    let (Tampering::TileBit { tile, .. }
    | Tampering::TileDeleted { tile }
    | Tampering::TileCutOff { tile, .. }
    | Tampering::TileLonger { tile }
    | Tampering::HashesSwapped { tile, .. }) = tampering
    else {
        return Expected::Nothing;
    };
    let row = places[tile.index(places.len())];
    let bytes = store.row(row.0, row.1);
    let before = bytes.clone();
    match tampering {
        Tampering::TileBit { bit, .. } => {
            let bit = bit.index(bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            tile_differs(row, place_of(row.0, &before, bit / 8))
        }
        Tampering::TileCutOff { byte, .. } => {
            let byte = byte.index(bytes.len());
            bytes.truncate(byte);
            tile_differs(row, place_of(row.0, &before, byte))
        }
        Tampering::TileLonger { .. } => {
            bytes.push(0);
            tile_differs(row, place_of(row.0, &before, before.len() - 1))
        }
        Tampering::HashesSwapped { one, other, .. } => {
            let hashes = bytes.len() / 32;
            if row.0 == Level::Entries || hashes == 0 {
                return Expected::Nothing;
            }
            let (one, other) = (one.index(hashes), other.index(hashes));
            let earlier = before[one * 32..][..32].to_vec();
            let later = before[other * 32..][..32].to_vec();
            bytes[one * 32..][..32].copy_from_slice(&later);
            bytes[other * 32..][..32].copy_from_slice(&earlier);
            if earlier == later {
                Expected::Nothing
            } else {
                tile_differs(row, one.min(other))
            }
        }
        _ => {
            store.tiles.rows.remove(&row);
            let Expected::Fault(Fault::TileDiffers {
                level,
                index,
                position,
            }) = tile_differs(row, 0)
            else {
                return Expected::Nothing;
            };
            Expected::Fault(Fault::TileMissing {
                level,
                index,
                position,
            })
        }
    }
}

/// Which hash or entry of a tile this byte belongs to.
fn place_of(level: Level, bytes: &[u8], byte: usize) -> usize {
    if level != Level::Entries {
        return byte / 32;
    }
    let entries = ledger::bundle::entries(bytes).unwrap();
    let mut end = 0;
    entries
        .iter()
        .take_while(|entry| {
            end += entry.len() + 2;
            end <= byte
        })
        .count()
}
