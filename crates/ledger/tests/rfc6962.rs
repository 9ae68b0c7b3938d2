//! Trees and proofs against known vectors and against RFC 6962's own recursive definitions.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "tests"
)]

mod oracle;

use ledger::proof::{
    ProofFault, prove_consistency, prove_inclusion, verify_consistency, verify_inclusion,
};
use ledger::{Hash, Proof, StoredTree, Tree, TreeHead, leaf_hash};
use oracle::{Tiles, many_leaves};
use proptest::prelude::*;

const LEAVES_EXHAUSTIVE: usize = 300;

/// The eight leaves of the reference test vectors of certificate transparency.
fn vector_leaves() -> Vec<Vec<u8>> {
    vec![
        vec![],
        vec![0x00],
        vec![0x10],
        vec![0x20, 0x21],
        vec![0x30, 0x31],
        (0x40..0x44).collect(),
        (0x50..0x58).collect(),
        (0x60..0x70).collect(),
    ]
}

const VECTOR_ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn hex(text: &str) -> Hash {
    let byte = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
    Hash::from_bytes(&text.as_bytes().chunks(2).map(byte).collect::<Vec<u8>>()).unwrap()
}

#[test]
fn roots_are_those_of_the_vectors() {
    let mut tree = Tree::new();
    assert_eq!(tree.root(), hex(VECTOR_ROOTS[0]));
    for (leaf, expected) in vector_leaves().iter().zip(&VECTOR_ROOTS[1..]) {
        tree.append(leaf_hash(leaf));
        assert_eq!(tree.root(), hex(expected), "{} leaves", tree.size());
    }
}

#[test]
fn proofs_are_those_of_the_vectors() {
    let tiles = Tiles::with(&vector_leaves(), 3);
    let first = [
        hex("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"),
        hex("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"),
        hex("6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"),
    ];
    let mut tree = tiles.stored_tree();
    assert_eq!(prove_inclusion(&mut tree, 0).unwrap().0, first);
    assert_eq!(prove_consistency(&mut tree, 1).unwrap().0, first);
    let from_six = [
        hex("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"),
        hex("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
        hex(VECTOR_ROOTS[4]),
    ];
    assert_eq!(prove_consistency(&mut tree, 6).unwrap().0, from_six);
    let mut five = StoredTree::new(tiles, 5);
    let from_two = [
        first[1],
        hex("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"),
    ];
    assert_eq!(prove_consistency(&mut five, 2).unwrap().0, from_two);
}

#[test]
fn every_proof_of_every_small_tree_is_the_definition_s_and_verifies() {
    let leaves = many_leaves(LEAVES_EXHAUSTIVE);
    let hashes: Vec<Hash> = leaves.iter().map(|data| leaf_hash(data)).collect();
    let tiles = Tiles::with(&leaves, 41);
    let heads: Vec<TreeHead> = (0..=LEAVES_EXHAUSTIVE)
        .map(|size| TreeHead {
            size: size as u64,
            root: oracle::root(&hashes[..size]),
        })
        .collect();
    for size in 0..=LEAVES_EXHAUSTIVE {
        let mut tree = StoredTree::new(tiles.clone(), size as u64);
        let head = &heads[size];
        assert_eq!(tree.tree().unwrap().head(), *head);
        assert_eq!(
            tree.tree().unwrap(),
            hashes[..size].iter().copied().collect()
        );
        // The definition costs the square of the size, so it is asked for some sizes and the verifier for all.
        let by_definition = size % 37 == 0 || size < 20 || (250..260).contains(&size);
        for position in 0..size {
            let proof = prove_inclusion(&mut tree, position as u64).unwrap();
            assert_eq!(
                verify_inclusion(&proof, position as u64, hashes[position], head),
                Ok(())
            );
            assert!(!by_definition || proof.0 == oracle::path(position, &hashes[..size]));
        }
        for (old_size, old) in heads.iter().enumerate().take(size + 1) {
            let proof = prove_consistency(&mut tree, old_size as u64).unwrap();
            assert_eq!(
                verify_consistency(&proof, old, head),
                Ok(()),
                "{old_size} {size}"
            );
            let defined = by_definition && old_size > 0;
            assert!(!defined || proof.0 == oracle::subproof(old_size, &hashes[..size], true));
        }
    }
}

#[test]
fn a_proof_shows_nothing_else() {
    let leaves = many_leaves(70);
    let tiles = Tiles::with(&leaves, 70);
    let head = tiles.tree.head();
    let mut tree = tiles.stored_tree();
    for position in 0..70 {
        let proof = prove_inclusion(&mut tree, position).unwrap();
        for other in 0..72 {
            let leaf = leaf_hash(&leaves[usize::try_from(other % 70).unwrap()]);
            let shown = verify_inclusion(&proof, other, leaf, &head).is_ok();
            assert_eq!(
                shown,
                other == position,
                "proof of {position} used for {other}"
            );
        }
    }
    let mut longer = prove_inclusion(&mut tree, 3).unwrap();
    longer.0.push(Hash::EMPTY_TREE);
    let leaf = leaf_hash(&leaves[3]);
    assert_eq!(
        verify_inclusion(&longer, 3, leaf, &head),
        Err(ProofFault::WrongLength)
    );
    assert_eq!(
        verify_inclusion(&Proof(vec![]), 3, leaf, &head),
        Err(ProofFault::WrongLength)
    );
    assert_eq!(
        verify_inclusion(&Proof(vec![]), 0, leaf, &TreeHead::EMPTY),
        Err(ProofFault::OutsideTree)
    );
    assert!(prove_inclusion(&mut tree, 70).is_err());
    assert!(prove_consistency(&mut tree, 71).is_err());
}

#[test]
fn nothing_continues_another_tree() {
    let leaves = many_leaves(100);
    let tiles = Tiles::with(&leaves, 100);
    let head = tiles.tree.head();
    for old_size in 1..100_usize {
        let mut other = leaves[..old_size].to_vec();
        other[old_size / 2].push(1);
        let other: Tree = other.iter().map(|data| leaf_hash(data)).collect();
        let proof = prove_consistency(&mut tiles.stored_tree(), old_size as u64).unwrap();
        assert!(verify_consistency(&proof, &other.head(), &head).is_err());
        assert!(verify_consistency(&proof, &head, &other.head()).is_err());
    }
    let forged_empty = TreeHead {
        size: 0,
        root: head.root,
    };
    assert_eq!(
        verify_consistency(&Proof(vec![]), &forged_empty, &head),
        Err(ProofFault::OldRootDiffers)
    );
    let same_size = TreeHead {
        size: 100,
        root: Hash::EMPTY_TREE,
    };
    assert_eq!(
        verify_consistency(&Proof(vec![]), &same_size, &head),
        Err(ProofFault::RootDiffers)
    );
}

#[test]
fn a_stored_edge_must_fit_its_size() {
    let tree: Tree = many_leaves(77).iter().map(|data| leaf_hash(data)).collect();
    let edge = tree.frontier().to_vec();
    assert_eq!(Tree::resume(77, edge.clone()), Some(tree));
    assert_eq!(Tree::resume(76, edge.clone()), None);
    assert_eq!(Tree::resume(u64::MAX, vec![Hash::EMPTY_TREE; 64]), None);
    assert_eq!(Tree::resume(0, vec![]), Some(Tree::new()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn proofs_of_random_trees_verify_and_survive_no_bit_flip(
        size in 1_usize..6_000, a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>(), bit in 0_usize..256,
    ) {
        let leaves = many_leaves(size);
        let tiles = Tiles::with(&leaves, 1_000);
        let head = tiles.tree.head();
        let hashes: Vec<Hash> = leaves.iter().map(|data| leaf_hash(data)).collect();
        prop_assert_eq!(head.root, oracle::root(&hashes));
        let (position, old_size) = (a.index(size), b.index(size) + 1);
        let mut tree = tiles.stored_tree();
        let inclusion = prove_inclusion(&mut tree, position as u64).unwrap();
        let consistency = prove_consistency(&mut tree, old_size as u64).unwrap();
        prop_assert_eq!(&inclusion.0, &oracle::path(position, &hashes));
        prop_assert_eq!(&consistency.0, &oracle::subproof(old_size, &hashes, true));
        let old = TreeHead { size: old_size as u64, root: oracle::root(&hashes[..old_size]) };
        prop_assert_eq!(verify_inclusion(&inclusion, position as u64, hashes[position], &head), Ok(()));
        prop_assert_eq!(verify_consistency(&consistency, &old, &head), Ok(()));
        for (proof, is_inclusion) in [(inclusion, true), (consistency, false)] {
            for place in 0..proof.0.len() {
                let mut flipped = proof.clone();
                flipped.0[place].0[bit / 8] ^= 1 << (bit % 8);
                let shown = if is_inclusion {
                    verify_inclusion(&flipped, position as u64, hashes[position], &head)
                } else {
                    verify_consistency(&flipped, &old, &head)
                };
                prop_assert!(shown.is_err());
            }
        }
    }

    #[test]
    fn checking_never_panics(
        hashes in prop::collection::vec(any::<[u8; 32]>(), 0..70), a in any::<u64>(), b in any::<u64>(),
    ) {
        let proof = Proof(hashes.into_iter().map(Hash).collect());
        let (old, new) = (TreeHead { size: a, root: Hash([1; 32]) }, TreeHead { size: b, root: Hash([2; 32]) });
        prop_assert!(verify_inclusion(&proof, a, Hash([3; 32]), &new).is_err());
        prop_assert!(a == 0 || verify_consistency(&proof, &old, &new).is_err());
    }

    #[test]
    fn proofs_are_written_and_read_back(hashes in prop::collection::vec(any::<[u8; 32]>(), 0..64)) {
        let proof = Proof(hashes.into_iter().map(Hash).collect());
        prop_assert_eq!(Proof::parse(&proof.to_string()), Some(proof));
    }

    #[test]
    fn any_text_is_a_proof_exactly_when_it_is_written_so(text in "([A-Za-z0-9+/=\n]{0,90})|(\\PC{0,40})") {
        if let Some(proof) = Proof::parse(&text) {
            prop_assert_eq!(proof.to_string(), text);
        }
    }
}

#[test]
fn malformed_proofs_are_refused() {
    let line = Hash::EMPTY_TREE.to_string();
    assert!(Proof::parse(&format!("{line}\n")).is_some());
    let unpadded = line.trim_end_matches('=');
    let texts = [
        line.clone(),
        format!("{line}\n\n"),
        format!("{line}\r\n"),
        format!("{unpadded}\n"),
        format!(" {line}\n"),
    ];
    for text in texts {
        assert_eq!(Proof::parse(&text), None, "{text:?}");
    }
    assert_eq!(Proof::parse(&format!("{line}\n").repeat(64)), None);
}
