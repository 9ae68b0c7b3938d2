//! Ten thousand tamperings of a store, each found by the audit, each at its first bad position.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "tests"
)]

#[path = "../oracle/mod.rs"]
mod oracle;
mod store;
mod tamper;

use ledger::audit::Bundles;
use ledger::log::LogFault;
use ledger::note::SignatureFault;
use ledger::{Audited, Checkpoint, Claim, Fault, KeyName, Level, SigningKey, TreeHead, audit};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use store::{ORIGIN, Store, log, signed};
use tamper::{Expected, tamper, tampering};

const TAMPERINGS: u32 = 10_000;
const LEAVES_MAX: usize = 800;

#[test]
fn ten_thousand_tamperings_are_found_at_their_first_bad_position() {
    let stores: Vec<Store> = [1, 2, 90, 255, 256, 257, 300, 511, 512, 513, 700, LEAVES_MAX]
        .map(Store::of_size)
        .to_vec();
    for store in &stores {
        assert_eq!(
            store.audit(),
            Ok(Audited {
                head: store.tiles.tree.head(),
                known: 0
            })
        );
    }
    let mut runner = TestRunner::new(Config::with_cases(TAMPERINGS + TAMPERINGS / 4));
    let cases = (any::<prop::sample::Index>(), tampering());
    let tamperings = std::cell::Cell::new(0);
    let run = runner.run(&cases, |(store, tampering)| {
        let mut store = stores[store.index(stores.len())].clone();
        let expected = tamper(&mut store, &tampering);
        let audited = store.audit();
        match expected {
            Expected::Nothing => {
                prop_assert!(audited.is_ok());
                return Ok(());
            }
            Expected::Fault(fault) => prop_assert_eq!(audited, Err(fault)),
            Expected::Checkpoint => prop_assert!(
                matches!(audited, Err(Fault::CheckpointSignature(_))),
                "{audited:?}"
            ),
        }
        tamperings.set(tamperings.get() + 1);
        Ok(())
    });
    assert!(run.is_ok(), "{}", run.unwrap_err());
    assert!(
        tamperings.get() >= TAMPERINGS,
        "only {} tamperings changed anything",
        tamperings.get()
    );
}

#[test]
fn an_honest_store_of_any_size_has_no_fault() {
    for size in [
        0, 1, 2, 255, 256, 257, 511, 512, 513, 800, 65_535, 65_536, 65_537, 66_000,
    ] {
        let mut store = Store::of_size(size);
        store.known = [0, size / 3, size / 2, size]
            .map(|size| store.head_at(size))
            .to_vec();
        let expected = Audited {
            head: store.tiles.tree.head(),
            known: 4,
        };
        assert_eq!(store.audit(), Ok(expected), "{size}");
        store
            .tiles
            .rows
            .retain(|(level, _), _| *level != Level::Entries);
        assert_eq!(store.audit_with(Bundles::NotKept), Ok(expected), "{size}");
    }
}

#[test]
fn tamperings_high_in_a_large_tree_are_found_where_they_begin() {
    let store = Store::of_size(66_000);
    for (level, index, hash) in [(1, 0, 0), (1, 0, 3), (1, 0, 255), (1, 1, 0), (2, 0, 0)] {
        let mut tampered = store.clone();
        tampered.row(Level::Hashes(level), index)[hash * 32] ^= 1;
        let position = (index * 256 + hash as u64) * 256_u64.pow(u32::from(level));
        let fault = Fault::TileDiffers {
            level: Level::Hashes(level),
            index,
            position,
        };
        assert_eq!(tampered.audit(), Err(fault));
    }
    for leaf in [0, 1, 65_535, 65_536, 65_999] {
        let mut tampered = store.clone();
        tampered.leaves[leaf].1.push(0);
        assert_eq!(
            tampered.audit(),
            Err(Fault::EntryDiffers {
                position: leaf as u64
            })
        );
    }
}

#[test]
fn of_two_tamperings_the_first_is_named() {
    let store = Store::of_size(700);
    let mut tampered = store.clone();
    tampered.leaves[90].1.push(0);
    tampered.row(Level::Entries, 0)[0] ^= 1;
    assert_eq!(
        tampered.audit(),
        Err(Fault::TileDiffers {
            level: Level::Entries,
            index: 0,
            position: 0
        })
    );
    let mut tampered = store.clone();
    tampered.leaves[600].1.push(0);
    tampered.row(Level::Hashes(1), 0)[33] ^= 1;
    assert_eq!(
        tampered.audit(),
        Err(Fault::TileDiffers {
            level: Level::Hashes(1),
            index: 0,
            position: 256
        })
    );
    let mut tampered = store;
    tampered.leaves.remove(650);
    tampered.leaves[610].1.push(0);
    assert_eq!(tampered.audit(), Err(Fault::EntryDiffers { position: 610 }));
}

#[test]
fn another_s_signature_is_not_the_log_s() {
    let mut store = Store::of_size(10);
    let stranger = SigningKey::new(KeyName::new(ORIGIN).unwrap(), &[2; 32]);
    let note = Checkpoint::new(ORIGIN, store.tiles.tree.head())
        .unwrap()
        .sign(&stranger)
        .unwrap();
    store.checkpoint = note.to_string().into_bytes();
    let fault = Fault::CheckpointSignature(LogFault::Signature(SignatureFault::NoKnownKey));
    assert_eq!(store.audit(), Err(fault.clone()));
    assert_eq!(fault.position(), None);
}

#[test]
fn a_checkpoint_of_another_tree_is_found() {
    let mut store = Store::of_size(300);
    store.known = vec![store.head_at(200)];
    store.checkpoint = signed(TreeHead {
        size: 300,
        root: store.head_at(299).root,
    });
    assert_eq!(
        store.audit(),
        Err(Fault::CheckpointRootDiffers {
            size: 300,
            agreed: 200
        })
    );
    store.checkpoint = signed(store.head_at(299));
    assert!(store.audit().is_err());
}

#[test]
fn a_store_that_cannot_be_read_is_not_a_fault() {
    let store = Store::of_size(300);
    let claim = Claim {
        checkpoint: store.checkpoint.clone(),
        log: log(),
        known: vec![],
        bundles: Bundles::NotKept,
    };
    let leaves = store
        .leaves
        .iter()
        .map(|(position, data)| Ok((*position, data)));
    assert_eq!(audit(&claim, leaves, |_| Err("disk")), Err("disk"));
    let broken = [Err::<(u64, Vec<u8>), _>("disk")];
    assert_eq!(audit(&claim, broken, |_| Ok(Some(vec![]))), Err("disk"));
}
