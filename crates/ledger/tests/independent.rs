//! Other people's implementations accept our tiles, proofs, notes and checkpoints, and we accept theirs.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "tests"
)]

mod oracle;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
use ledger::proof::{prove_consistency, prove_inclusion, verify_consistency, verify_inclusion};
use ledger::{
    Checkpoint, Cosigner, Hash, KeyName, Level, Log, Note, Proof, SigningKey, StoredTree, TreeHead,
    leaf_hash,
};
use oracle::{Tiles, many_leaves};
use sha2::Sha256;
use signed_note::{StandardSigner, StandardVerifier, Verifier, VerifierList};
use tlog_tiles::{TileHashReader, TileReader};

const ORIGIN: &str = "ledger.example/one";
const SIZES: [usize; 12] = [1, 2, 3, 7, 100, 255, 256, 257, 1_000, 2_048, 65_537, 70_001];

/// Our store of tiles behind the other crate's trait.
struct Shown(Tiles);

impl TileReader for Shown {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[tlog_tiles::Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        let bytes = tiles.iter().map(|tile| {
            let place = (Level::Hashes(tile.level()), tile.level_index());
            let width = usize::try_from(tile.width()).unwrap();
            self.0.rows.get(&place).unwrap()[..width * 32].to_vec()
        });
        Ok(bytes.collect())
    }

    fn save_tiles(&self, _: &[tlog_tiles::Tile], _: &[Vec<u8>]) {}
}

fn theirs(hash: Hash) -> tlog_tiles::Hash {
    tlog_tiles::Hash(hash.0)
}

fn bytes(proof: &Proof) -> Vec<u8> {
    proof.0.iter().flat_map(|hash| hash.0).collect()
}

fn ct_root(head: TreeHead) -> RootHash<Sha256> {
    RootHash::new(head.root.0.into(), head.size)
}

/// Positions and sizes worth asking about in a tree of this size.
fn places(size: usize) -> Vec<u64> {
    let mut places: Vec<u64> = (0..17).map(|part| (part * size / 17) as u64).collect();
    places.extend(
        [255, 256, 257, 65_535, 65_536]
            .into_iter()
            .filter(|place| *place < size as u64),
    );
    places.push(size as u64 - 1);
    places
}

#[test]
fn tlog_tiles_reads_our_tiles_and_accepts_our_proofs() {
    let all = many_leaves(70_001);
    for size in SIZES {
        let tiles = Tiles::with(&all[..size], 3_000);
        let head = tiles.tree.head();
        let shown = Shown(tiles.clone());
        let reader = TileHashReader::new(head.size, theirs(head.root), &shown);
        assert_eq!(
            tlog_tiles::tree_hash(head.size, &reader).unwrap(),
            theirs(head.root)
        );
        let mut tree = tiles.stored_tree();
        for place in places(size) {
            let leaf = leaf_hash(&all[usize::try_from(place).unwrap()]);
            let ours = prove_inclusion(&mut tree, place).unwrap();
            let proof: Vec<_> = ours.0.iter().copied().map(theirs).collect();
            tlog_tiles::check_record(&proof, head.size, theirs(head.root), place, theirs(leaf))
                .unwrap();
            let made_there = tlog_tiles::prove_record(head.size, place, &reader).unwrap();
            let made_there = Proof(made_there.iter().map(|hash| Hash(hash.0)).collect());
            assert_eq!(verify_inclusion(&made_there, place, leaf, &head), Ok(()));
            let old_size = place + 1;
            let old = TreeHead {
                size: old_size,
                root: tree.root_at(old_size).unwrap(),
            };
            let ours = prove_consistency(&mut tree, old_size).unwrap();
            let proof: Vec<_> = ours.0.iter().copied().map(theirs).collect();
            tlog_tiles::check_tree(
                &proof,
                head.size,
                theirs(head.root),
                old_size,
                theirs(old.root),
            )
            .unwrap();
            let made_there = tlog_tiles::prove_tree(head.size, old_size, &reader).unwrap();
            let made_there = Proof(made_there.iter().map(|hash| Hash(hash.0)).collect());
            assert_eq!(verify_consistency(&made_there, &old, &head), Ok(()));
        }
    }
}

/// Of a size that is a power of two: for others this reader passes over the check of its first few tiles.
#[test]
fn tlog_tiles_refuses_a_tampered_tile() {
    let mut tiles = Tiles::with(&many_leaves(1_024), 1_000);
    let head = tiles.tree.head();
    let shown = Shown(tiles.clone());
    let reader = TileHashReader::new(head.size, theirs(head.root), &shown);
    assert!(tlog_tiles::prove_record(head.size, 600, &reader).is_ok());
    tiles.rows.get_mut(&(Level::Hashes(0), 2)).unwrap()[40] ^= 1;
    let shown = Shown(tiles);
    let reader = TileHashReader::new(head.size, theirs(head.root), &shown);
    assert!(tlog_tiles::prove_record(head.size, 600, &reader).is_err());
}

#[test]
fn ct_merkle_accepts_our_proofs() {
    let all = many_leaves(3_000);
    for size in SIZES.into_iter().filter(|size| *size <= 3_000) {
        let tiles = Tiles::with(&all[..size], 777);
        let head = tiles.tree.head();
        let mut memory = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        all[..size]
            .iter()
            .for_each(|leaf| memory.push(leaf.clone()));
        assert!(memory.root() == ct_root(head));
        let mut tree = tiles.stored_tree();
        for place in places(size) {
            let index = usize::try_from(place).unwrap();
            let ours = bytes(&prove_inclusion(&mut tree, place).unwrap());
            assert_eq!(ours, memory.prove_inclusion(index).as_bytes());
            let proof = InclusionProof::try_from_bytes(ours).unwrap();
            ct_root(head)
                .verify_inclusion(&all[index], place, &proof)
                .unwrap();
            let old_size = place + 1;
            let old = TreeHead {
                size: old_size,
                root: tree.root_at(old_size).unwrap(),
            };
            let ours = bytes(&prove_consistency(&mut tree, old_size).unwrap());
            assert_eq!(ours, memory.prove_consistency(size - index - 1).as_bytes());
            let proof = ConsistencyProof::try_from_bytes(ours).unwrap();
            ct_root(head)
                .verify_consistency(&ct_root(old), &proof)
                .unwrap();
        }
    }
}

#[test]
fn signed_note_and_tlog_tiles_accept_our_checkpoints() {
    let tiles = Tiles::with(&many_leaves(1_234), 1_000);
    let key = SigningKey::new(KeyName::new(ORIGIN).unwrap(), &[1; 32]);
    let note = Checkpoint::new(ORIGIN, tiles.tree.head())
        .unwrap()
        .sign(&key)
        .unwrap();
    let read = signed_note::Note::from_bytes(note.to_string().as_bytes()).unwrap();
    let verifier = StandardVerifier::new(&key.verifier_key().to_string()).unwrap();
    assert_eq!(verifier.key_id(), key.verifier_key().id());
    let (verified, unverified) = read
        .verify(&VerifierList::new(vec![Box::new(verifier)]))
        .unwrap();
    assert_eq!((verified.len(), unverified.len()), (1, 0));
    let checkpoint = tlog_tiles::Checkpoint::from_bytes(read.text()).unwrap();
    assert_eq!(checkpoint.origin(), ORIGIN);
    assert_eq!(checkpoint.size(), 1_234);
    assert_eq!(*checkpoint.hash(), theirs(tiles.tree.root()));
}

#[test]
fn we_accept_notes_that_signed_note_signs() {
    let ours = SigningKey::new(KeyName::new(ORIGIN).unwrap(), &[4; 32]).verifier_key();
    let mut secret = vec![1];
    secret.extend_from_slice(&[4; 32]);
    let secret = format!(
        "PRIVATE+KEY+{ORIGIN}+{:08x}+{}",
        ours.id(),
        STANDARD.encode(secret)
    );
    let signer = StandardSigner::new(&secret).unwrap();
    let checkpoint = tlog_tiles::Checkpoint::new(ORIGIN, 9, tlog_tiles::Hash([5; 32]), "").unwrap();
    let mut note = signed_note::Note::new(&checkpoint.to_bytes(), &[]).unwrap();
    note.add_sigs(&[&signer]).unwrap();
    let log = Log {
        origin: ORIGIN.to_owned(),
        keys: vec![ours],
    };
    let opened = log.open(&note.to_bytes()).unwrap();
    assert_eq!(
        opened.head(),
        TreeHead {
            size: 9,
            root: Hash([5; 32])
        }
    );
}

/// There is no other verifier of cosignatures to ask, so the message is written out here and another's key checks it.
#[test]
fn signed_note_s_key_accepts_our_cosignature_s_message() {
    let text = format!("{ORIGIN}\n9\n{}\n", Hash([5; 32]));
    let witness = Cosigner::new(KeyName::new("witness.example").unwrap(), &[6; 32]);
    let signature = witness.cosign(&text, 1_679_315_147).unwrap();
    let parsed = signed_note::Signature::from_bytes(signature.to_string().as_bytes()).unwrap();
    let same_seed = SigningKey::new(KeyName::new("witness.example").unwrap(), &[6; 32]);
    let plain = StandardVerifier::new(&same_seed.verifier_key().to_string()).unwrap();
    let (time, bytes) = parsed.signature().split_at(8);
    assert_eq!(time, 1_679_315_147_u64.to_be_bytes());
    let message = format!("cosignature/v1\ntime 1679315147\n{text}");
    assert!(plain.verify(message.as_bytes(), bytes));
    let point = STANDARD
        .decode(
            same_seed
                .verifier_key()
                .to_string()
                .rsplit('+')
                .next()
                .unwrap(),
        )
        .unwrap();
    let typed: Vec<u8> = std::iter::once(4)
        .chain(point[1..].iter().copied())
        .collect();
    assert_eq!(parsed.id(), signed_note::key_id("witness.example", &typed));
}

#[test]
fn an_older_tree_is_read_from_a_grown_store() {
    let tiles = Tiles::with(&many_leaves(1_000), 1_000);
    let older = Tiles::with(&many_leaves(700), 700);
    assert_eq!(StoredTree::new(tiles, 700).tree().unwrap(), older.tree);
    let note = Note::parse(b"x\n\n\xe2\x80\x94 a AAAAAAA=\n");
    assert!(note.is_ok());
}
