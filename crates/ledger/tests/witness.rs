//! Witnesses: what they cosign, what they refuse, and that two of three are enough against a log that shows two faces.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "tests"
)]

mod oracle;

use ledger::checkpoint::CheckpointFault;
use ledger::key::Signed;
use ledger::note::SignatureFault;
use ledger::proof::{ProofFault, prove_consistency};
use ledger::witness::{Submission, Watched, WitnessRefusal};
use ledger::{
    Checkpoint, Cosigner, Hash, KeyName, Log, Note, Proof, SigningKey, StoredTree, TreeHead,
    Witness,
};
use oracle::{Tiles, many_leaves};
use proptest::prelude::*;

const ORIGIN: &str = "ledger.example/one";
const NOW_SECONDS: u64 = 1_800_000_000;

fn name(name: &str) -> KeyName {
    KeyName::new(name).unwrap()
}

fn log_key() -> SigningKey {
    SigningKey::new(name(ORIGIN), &[1; 32])
}

fn witness(seed: u8) -> Witness {
    let log = Log {
        origin: ORIGIN.to_owned(),
        keys: vec![log_key().verifier_key()],
    };
    let cosigner = Cosigner::new(name(&format!("witness.example/{seed}")), &[seed; 32]);
    Witness::new(
        cosigner,
        vec![Watched {
            log,
            seen: TreeHead::EMPTY,
        }],
    )
}

fn signed(head: TreeHead) -> Note {
    Checkpoint::new(ORIGIN, head)
        .unwrap()
        .sign(&log_key())
        .unwrap()
}

/// An honest submission of the tree at `size`, from `old_size` on.
fn submission(tiles: &Tiles, old_size: u64, size: u64) -> Submission {
    let mut tree = StoredTree::new(tiles.clone(), size);
    let proof = prove_consistency(&mut tree, old_size).unwrap();
    Submission {
        old_size,
        proof,
        note: signed(tree.tree().unwrap().head()),
    }
}

fn log() -> Tiles {
    Tiles::with(&many_leaves(600), 600)
}

/// The same log with another leaf in the middle.
fn other_log() -> Tiles {
    let mut leaves = many_leaves(600);
    leaves[150].push(1);
    Tiles::with(&leaves, 600)
}

#[test]
fn a_growing_log_is_cosigned_at_every_step() {
    let (tiles, mut witness) = (log(), witness(7));
    let key = Cosigner::new(name("witness.example/7"), &[7; 32]).verifier_key();
    let mut old_size = 0;
    for (step, size) in [0, 1, 1, 5, 256, 257, 511, 600, 600]
        .into_iter()
        .enumerate()
    {
        let submission = submission(&tiles, old_size, size);
        let time_seconds = NOW_SECONDS + step as u64;
        let cosigned = witness.consider(&submission, time_seconds).unwrap();
        assert_eq!(cosigned.seen.size, size);
        assert_eq!(witness.watched()[0].seen, cosigned.seen);
        let note = submission.note.signed_also(cosigned.signature).unwrap();
        assert_eq!(
            note.verify(std::slice::from_ref(&key)).unwrap()[0].signed,
            Signed::At { time_seconds }
        );
        old_size = size;
    }
}

#[test]
fn what_does_not_continue_is_refused_and_nothing_is_remembered() {
    let (tiles, mut witness) = (log(), witness(7));
    witness
        .consider(&submission(&tiles, 0, 300), NOW_SECONDS)
        .unwrap();
    let seen = witness.watched().to_vec();
    let mut false_proof = submission(&tiles, 300, 400);
    false_proof.proof.0[0] = Hash([9; 32]);
    let mut too_short = submission(&tiles, 300, 400);
    too_short.proof.0.pop();
    let split = submission(&other_log(), 300, 300);
    let offered = TreeHead {
        size: 300,
        root: StoredTree::new(other_log(), 300).root_at(300).unwrap(),
    };
    let above = Submission {
        old_size: 500,
        proof: Proof(vec![]),
        note: submission(&tiles, 0, 400).note,
    };
    let stale = WitnessRefusal::Stale { seen_size: 300 };
    let cases = [
        (submission(&tiles, 0, 400), stale.clone()),
        (submission(&tiles, 299, 400), stale.clone()),
        (submission(&tiles, 100, 200), stale),
        (above, WitnessRefusal::OldSizeAbove),
        (
            split,
            WitnessRefusal::SplitView {
                seen: seen[0].seen,
                offered,
            },
        ),
        (
            submission(&other_log(), 300, 400),
            WitnessRefusal::BadProof(ProofFault::OldRootDiffers),
        ),
        (
            false_proof,
            WitnessRefusal::BadProof(ProofFault::OldRootDiffers),
        ),
        (too_short, WitnessRefusal::BadProof(ProofFault::WrongLength)),
    ];
    for (submission, refusal) in cases {
        assert_eq!(witness.consider(&submission, NOW_SECONDS), Err(refusal));
        assert_eq!(witness.watched(), seen);
    }
    let good = submission(&tiles, 300, 400);
    assert_eq!(
        witness.consider(&good, u64::MAX),
        Err(WitnessRefusal::TimeOutOfRange)
    );
    assert!(witness.consider(&good, NOW_SECONDS).is_ok());
}

#[test]
fn strangers_are_refused() {
    let (tiles, mut witness) = (log(), witness(7));
    let honest = submission(&tiles, 0, 300);
    let head = StoredTree::new(tiles, 300).tree().unwrap().head();
    let with = |note| Submission {
        note,
        ..honest.clone()
    };
    let elsewhere = Checkpoint::new("ledger.example/two", head)
        .unwrap()
        .sign(&log_key())
        .unwrap();
    assert_eq!(
        witness.consider(&with(elsewhere), NOW_SECONDS),
        Err(WitnessRefusal::UnknownLog)
    );
    let impostor = SigningKey::new(name(ORIGIN), &[2; 32]);
    let unsigned = Checkpoint::new(ORIGIN, head)
        .unwrap()
        .sign(&impostor)
        .unwrap();
    let refusal = WitnessRefusal::BadSignature(SignatureFault::NoKnownKey);
    assert_eq!(witness.consider(&with(unsigned), NOW_SECONDS), Err(refusal));
    let mut forged = honest.note.signatures()[0].clone();
    forged.bytes[0] ^= 1;
    let forged = honest.note.clone().signed_also(forged).unwrap();
    let refusal = WitnessRefusal::BadSignature(SignatureFault::Forged(name(ORIGIN)));
    assert_eq!(witness.consider(&with(forged), NOW_SECONDS), Err(refusal));
    let text = format!("{}more\n", honest.note.text());
    let signature = log_key().sign(&text);
    let extended = Note::new(text, vec![signature]).unwrap();
    let refusal = WitnessRefusal::NotCheckpoint(CheckpointFault::Extension);
    assert_eq!(witness.consider(&with(extended), NOW_SECONDS), Err(refusal));
    assert_eq!(witness.watched()[0].seen, TreeHead::EMPTY);
}

/// A false root for the tree without leaves is not accepted as a beginning.
#[test]
fn an_empty_log_has_one_root() {
    let false_empty = signed(TreeHead {
        size: 0,
        root: Hash([1; 32]),
    });
    let submission = Submission {
        old_size: 0,
        proof: Proof(vec![]),
        note: false_empty,
    };
    assert!(witness(7).consider(&submission, NOW_SECONDS).is_err());
}

#[test]
fn a_split_view_never_gets_two_witnesses_of_three() {
    let (one_face, other_face) = (log(), other_log());
    for sides in 0..8_u8 {
        let mut counts = [0, 0];
        for seed in 0..3_u8 {
            let mut witness = witness(seed + 10);
            let first = if sides >> seed & 1 == 0 {
                [0, 1]
            } else {
                [1, 0]
            };
            for face in first {
                let tiles = [&one_face, &other_face][face];
                let old_size = witness.watched()[0].seen.size;
                let same = submission(tiles, old_size, 300);
                let later = submission(tiles, old_size, 400);
                for submission in [same, later] {
                    counts[face] += usize::from(witness.consider(&submission, NOW_SECONDS).is_ok());
                }
            }
        }
        assert_eq!(
            counts[0].min(counts[1]),
            usize::from(sides.count_ones() % 3 != 0),
            "{sides:03b} {counts:?}"
        );
    }
}

#[test]
fn submissions_are_written_and_read_back() {
    for (old_size, size) in [(0, 300), (1, 300), (255, 600), (600, 600)] {
        let submission = submission(&log(), old_size, size);
        let body = submission.to_string();
        assert!(body.starts_with(&format!("old {old_size}\n")));
        assert_eq!(Submission::parse(body.as_bytes()), Some(submission));
        assert_eq!(
            Submission::parse(body.replace("old ", "old 0").as_bytes()),
            None
        );
        assert_eq!(
            Submission::parse(body.replace("\n\n", "\n").as_bytes()),
            None
        );
        assert_eq!(Submission::parse(body.trim_end().as_bytes()), None);
    }
}

proptest! {
    #[test]
    fn any_body_is_a_submission_exactly_when_it_is_written_so(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut body = submission(&log(), 255, 600).to_string().into_bytes();
        let place = place.index(body.len());
        body[place] = byte;
        if let Some(submission) = Submission::parse(&body) {
            prop_assert_eq!(submission.to_string().into_bytes(), body);
        }
    }
}
