//! Notes, keys and checkpoints: what is written is read back, and nothing else is accepted.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "tests"
)]

use ledger::checkpoint::CheckpointFault;
use ledger::cosignature::TIME_SECONDS_MAX;
use ledger::key::Signed;
use ledger::log::LogFault;
use ledger::note::{NoteFault, NoteSignature, SignatureFault};
use ledger::{Checkpoint, Cosigner, Hash, KeyName, Log, Note, SigningKey, TreeHead, VerifierKey};
use proptest::prelude::*;

const ORIGIN: &str = "ledger.example/one";

fn signing_key(name: &str, seed: u8) -> SigningKey {
    SigningKey::new(KeyName::new(name).unwrap(), &[seed; 32])
}

fn log() -> Log {
    Log {
        origin: ORIGIN.to_owned(),
        keys: vec![signing_key(ORIGIN, 1).verifier_key()],
    }
}

fn checkpoint() -> Checkpoint {
    Checkpoint::new(
        ORIGIN,
        TreeHead {
            size: 20_852_163,
            root: Hash([7; 32]),
        },
    )
    .unwrap()
}

fn signed() -> Note {
    checkpoint().sign(&signing_key(ORIGIN, 1)).unwrap()
}

/// The published example of the note format's first implementation.
#[test]
fn a_note_signed_elsewhere_is_verified() {
    let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let note = "If you think cryptography is the answer to your problem,\n\
                then you don't know what your problem is.\n\n\
                \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    let key = VerifierKey::parse(key).unwrap();
    let parsed = Note::parse(note.as_bytes()).unwrap();
    assert_eq!(parsed.to_string(), note);
    assert_eq!(
        parsed.verify(std::slice::from_ref(&key)).unwrap()[0].signed,
        Signed::Plain
    );
    let changed = note.replace("answer", "anszer");
    let forged = Note::parse(changed.as_bytes()).unwrap().verify(&[key]);
    assert!(matches!(forged, Err(SignatureFault::Forged(_))));
}

/// The checkpoint that C2SP tlog-cosignature shows, with its two signatures.
#[test]
fn the_specification_s_checkpoint_is_read() {
    let note = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
        \u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
        \u{2014} witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";
    let parsed = Note::parse(note.as_bytes()).unwrap();
    assert_eq!(parsed.to_string(), note);
    assert_eq!(parsed.signatures().len(), 2);
    assert_eq!(parsed.signatures()[1].key_id, 0x8d66_cf3f);
    assert_eq!(
        parsed.signatures()[1].bytes[..8],
        1_679_315_147_u64.to_be_bytes()
    );
    let checkpoint = Checkpoint::parse(parsed.text()).unwrap();
    assert_eq!(checkpoint.origin(), "example.com/behind-the-sofa");
    assert_eq!(checkpoint.head().size, 20_852_163);
    assert_eq!(parsed.verify(&log().keys), Err(SignatureFault::NoKnownKey));
}

#[test]
fn only_the_log_s_own_checkpoint_opens() {
    let note = signed();
    assert_eq!(log().open(note.to_string().as_bytes()), Ok(checkpoint()));
    let other_key = checkpoint().sign(&signing_key(ORIGIN, 2)).unwrap();
    assert_eq!(
        log().open_note(&other_key),
        Err(LogFault::Signature(SignatureFault::NoKnownKey))
    );
    let other_origin = Checkpoint::new("ledger.example/two", checkpoint().head()).unwrap();
    let other_origin = other_origin.sign(&signing_key(ORIGIN, 1)).unwrap();
    assert_eq!(log().open_note(&other_origin), Err(LogFault::OtherOrigin));
    let text = "not a checkpoint\n".to_owned();
    let signature = signing_key(ORIGIN, 1).sign(&text);
    let other_text = Note::new(text, vec![signature]).unwrap();
    assert_eq!(
        log().open_note(&other_text),
        Err(LogFault::Checkpoint(CheckpointFault::Layout))
    );
    let witness = Cosigner::new(KeyName::new(ORIGIN).unwrap(), &[1; 32]);
    let cosigned = Note::new(
        note.text().to_owned(),
        vec![witness.cosign(note.text(), 1).unwrap()],
    )
    .unwrap();
    assert_eq!(
        log().open_note(&cosigned),
        Err(LogFault::Signature(SignatureFault::NoKnownKey))
    );
}

#[test]
fn one_false_signature_in_a_known_name_refuses_the_note() {
    let mut false_one = signed().signatures()[0].clone();
    false_one.bytes[5] ^= 1;
    let genuine = signed().signatures()[0].clone();
    for signatures in [
        vec![genuine.clone(), false_one.clone()],
        vec![false_one, genuine],
    ] {
        let note = Note::new(signed().text().to_owned(), signatures).unwrap();
        assert!(matches!(
            note.verify(&log().keys),
            Err(SignatureFault::Forged(_))
        ));
    }
}

#[test]
fn unknown_signatures_are_passed_over_and_kept() {
    let stranger = signing_key("stranger.example", 9).sign("something else\n");
    let note = signed().signed_also(stranger).unwrap();
    assert_eq!(log().open_note(&note), Ok(checkpoint()));
    assert_eq!(note.signatures().len(), 2);
    let again = note
        .signed_also(signing_key(ORIGIN, 1).sign(signed().text()))
        .unwrap();
    assert_eq!(again.signatures().len(), 2);
}

#[test]
fn a_cosignature_says_when() {
    let witness = Cosigner::new(KeyName::new("witness.example").unwrap(), &[3; 32]);
    let note = signed()
        .signed_also(witness.cosign(signed().text(), 1_700_000_000).unwrap())
        .unwrap();
    let keys = [log().keys[0].clone(), witness.verifier_key()];
    let verified = note.verify(&keys).unwrap();
    assert_eq!(
        verified[1].signed,
        Signed::At {
            time_seconds: 1_700_000_000
        }
    );
    assert_eq!(
        VerifierKey::parse(&keys[1].to_string()),
        Some(keys[1].clone())
    );
    let mut later = note.signatures()[1].clone();
    later.bytes[7] ^= 1;
    let note = note.signed_also(later).unwrap();
    assert!(note.verify(&keys).is_err());
    assert_eq!(witness.cosign(note.text(), TIME_SECONDS_MAX + 1), None);
}

#[test]
fn malformed_notes_are_refused() {
    let note = signed().to_string();
    let line = signed().signatures()[0].to_string();
    let cases = [
        (String::new(), NoteFault::Layout),
        ("text\n".to_owned(), NoteFault::Layout),
        ("text\n\n".to_owned(), NoteFault::Layout),
        (note.trim_end().to_owned(), NoteFault::Layout),
        (format!("{note}\n"), NoteFault::Layout),
        (format!("{note}x\n"), NoteFault::SignatureLine),
        (note.replace('\u{2014}', "-"), NoteFault::SignatureLine),
        (
            note.replace("\u{2014} ", "\u{2014}  "),
            NoteFault::SignatureLine,
        ),
        (note.replace('=', ""), NoteFault::SignatureLine),
        (note.replace('\n', "\r\n"), NoteFault::NotText),
        (format!("\0{note}"), NoteFault::NotText),
        (
            format!(
                "text\n\n\u{2014} na+me {}\n",
                line.rsplit(' ').next().unwrap()
            ),
            NoteFault::SignatureLine,
        ),
        (
            "text\n\n\u{2014} name AAAAAA==\n".to_owned(),
            NoteFault::SignatureLine,
        ),
        (
            format!("{note}{}", format!("{line}\n").repeat(100)),
            NoteFault::TooManySignatures,
        ),
        (" ".repeat(262_145), NoteFault::TooLong),
    ];
    for (text, fault) in cases {
        assert_eq!(
            Note::parse(text.as_bytes()),
            Err(fault),
            "{:?}",
            text.get(..80)
        );
    }
    assert_eq!(Note::parse(b"\xff\n\n"), Err(NoteFault::NotText));
    assert_eq!(
        Note::new("no end".to_owned(), signed().signatures().to_vec()),
        Err(NoteFault::Layout)
    );
    assert_eq!(
        Note::new("unsigned\n".to_owned(), vec![]),
        Err(NoteFault::Layout)
    );
}

#[test]
fn malformed_checkpoints_are_refused() {
    let root = Hash([7; 32]).to_string();
    let cases = [
        (String::new(), CheckpointFault::Layout),
        ("origin\n1\n".to_owned(), CheckpointFault::Layout),
        (format!("origin\n1\n{root}"), CheckpointFault::Layout),
        (format!("\n1\n{root}\n"), CheckpointFault::Origin),
        (format!("origin\n01\n{root}\n"), CheckpointFault::Size),
        (format!("origin\n+1\n{root}\n"), CheckpointFault::Size),
        (format!("origin\n-1\n{root}\n"), CheckpointFault::Size),
        (format!("origin\n\n{root}\n"), CheckpointFault::Size),
        (
            format!("origin\n18446744073709551616\n{root}\n"),
            CheckpointFault::Size,
        ),
        (
            format!("origin\n1\n{}\n", root.trim_end_matches('=')),
            CheckpointFault::Root,
        ),
        (format!("origin\n1\n{root}=\n"), CheckpointFault::Root),
        ("origin\n1\nAAAA\n".to_owned(), CheckpointFault::Root),
        (
            format!("origin\n1\n{root}\nmore\n"),
            CheckpointFault::Extension,
        ),
        (format!("origin\n1\n{root}\n\n"), CheckpointFault::Extension),
    ];
    for (text, fault) in cases {
        assert_eq!(Checkpoint::parse(&text), Err(fault), "{text:?}");
    }
    assert!(Checkpoint::new("two\nlines", TreeHead::EMPTY).is_err());
}

#[test]
fn malformed_keys_are_refused() {
    let key = log().keys[0].to_string();
    let id = format!("{:08x}", log().keys[0].id());
    assert_eq!(VerifierKey::parse(&key), Some(log().keys[0].clone()));
    let cases = [
        String::new(),
        "name".to_owned(),
        key.replace(ORIGIN, ""),
        key.replace(ORIGIN, "ledger.example/other"),
        key.replace(ORIGIN, "a b"),
        key.replace(&id, "00000000"),
        key.replace(&id, &format!("0{id}")),
        format!("{key} "),
        format!("{key}\n"),
    ];
    for text in cases {
        assert_eq!(VerifierKey::parse(&text), None, "{text:?}");
    }
    // The neutral point, whose "signatures" anybody can make, under the id that would be right for it.
    assert_eq!(
        VerifierKey::parse("weak+8b94416d+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        None
    );
}

#[test]
fn secret_keys_do_not_print_themselves() {
    let key = signing_key("a.example", 0xab);
    let witness = Cosigner::new(KeyName::new("b.example").unwrap(), &[0xab; 32]);
    assert_eq!(
        format!("{key:?} {witness:?}"),
        "SigningKey(a.example) Cosigner(b.example)"
    );
}

fn any_signature() -> impl Strategy<Value = NoteSignature> {
    let name = "[a-z./0-9\u{e9}]{1,20}".prop_map(|name| KeyName::new(&name).unwrap());
    (
        name,
        any::<u32>(),
        prop::collection::vec(any::<u8>(), 1..90),
    )
        .prop_map(|(name, key_id, bytes)| NoteSignature {
            name,
            key_id,
            bytes,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_bytes_are_a_note_exactly_when_they_are_written_so(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(note) = Note::parse(&bytes) {
            prop_assert_eq!(note.to_string().into_bytes(), bytes);
        }
    }

    #[test]
    fn a_damaged_note_is_refused_or_written_back_as_it_is(place in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = signed().to_string().into_bytes();
        let place = place.index(bytes.len());
        if cut { bytes.truncate(place) } else { bytes[place] = byte }
        let original = bytes == signed().to_string().into_bytes();
        if let Ok(note) = Note::parse(&bytes) {
            prop_assert_eq!(note.to_string().into_bytes(), bytes.clone());
            prop_assert!(original || log().open(&bytes).is_err());
        }
    }

    #[test]
    fn notes_are_written_and_read_back(text in "[^\u{0}-\u{1f}]{0,40}(\n[^\u{0}-\u{1f}]{0,40}){0,5}", signatures in prop::collection::vec(any_signature(), 1..17)) {
        let note = Note::new(format!("{text}\n"), signatures).unwrap();
        prop_assert_eq!(Note::parse(note.to_string().as_bytes()), Ok(note));
    }

    #[test]
    fn checkpoints_are_written_and_read_back(origin in "[^\u{0}-\u{1f}]{1,40}", size in any::<u64>(), root in any::<[u8; 32]>()) {
        let checkpoint = Checkpoint::new(&origin, TreeHead { size, root: Hash(root) }).unwrap();
        prop_assert_eq!(Checkpoint::parse(&checkpoint.to_string()), Ok(checkpoint));
    }

    #[test]
    fn any_text_is_a_checkpoint_exactly_when_it_is_written_so(text in "(\\PC{0,20}\n){0,4}|[a-z]{0,2}\n[0-9+-]{0,3}\n[A-Za-z0-9+/]{42}[A-Za-z0-9+/=]{2}\n") {
        if let Ok(checkpoint) = Checkpoint::parse(&text) {
            prop_assert_eq!(checkpoint.to_string(), text);
        }
    }

    #[test]
    fn any_text_is_a_key_exactly_when_it_is_written_so(text in "\\PC{0,60}|[a-z]{1,4}\\+[0-9a-f]{8}\\+A[QR][A-Za-z0-9+/]{42}") {
        if let Some(key) = VerifierKey::parse(&text) {
            prop_assert_eq!(key.to_string(), text);
        }
    }
}
