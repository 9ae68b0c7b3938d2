//! Keys by name: the key that signs a log's notes, and the public half that anybody checks signatures with.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::cosignature::cosigned_message;
use crate::note::NoteSignature;

/// Bytes of the seed a signing key is made from (RFC 8032's private key).
pub const SEED_BYTES: usize = 32;
/// The most bytes a key's name may have.
pub const KEY_NAME_BYTES_MAX: usize = 1_024;

const SIGNATURE_BYTES: usize = 64;
const TIME_BYTES: usize = 8;
const KEY_ID_DIGITS: usize = 8;

/// A key's name: not empty, no spaces, no plus sign, no control characters (C2SP signed-note).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyName(String);

/// How a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Ed25519 over the note's text (signature type 0x01): a log's own signature.
    Ed25519,
    /// Ed25519 over time and text (signature type 0x04, C2SP tlog-cosignature): a witness's.
    CosignatureV1,
}

/// A public key with the name and the way of signing it is used with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: KeyName,
    algorithm: Algorithm,
    point: VerifyingKey,
}

/// The secret key that signs notes for a log. It prints nothing of itself.
pub struct SigningKey {
    name: KeyName,
    secret: ed25519_dalek::SigningKey,
}

/// What a signature that holds says besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// Nothing more: a plain signature.
    Plain,
    /// When the cosignature was given.
    At {
        /// Seconds since 1970 (POSIX time).
        time_seconds: u64,
    },
}

impl KeyName {
    /// The name in this text, if it may be one.
    pub fn new(name: &str) -> Option<KeyName> {
        let fits = !name.is_empty() && name.len() <= KEY_NAME_BYTES_MAX;
        let plain = |c: char| !c.is_whitespace() && c >= ' ' && c != '+';
        (fits && name.chars().all(plain)).then(|| KeyName(name.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Algorithm {
    fn type_byte(self) -> u8 {
        match self {
            Algorithm::Ed25519 => 0x01,
            Algorithm::CosignatureV1 => 0x04,
        }
    }

    fn from_type_byte(byte: u8) -> Option<Algorithm> {
        [Algorithm::Ed25519, Algorithm::CosignatureV1]
            .into_iter()
            .find(|known| known.type_byte() == byte)
    }
}

impl VerifierKey {
    pub(crate) fn new(name: KeyName, algorithm: Algorithm, point: VerifyingKey) -> VerifierKey {
        VerifierKey {
            name,
            algorithm,
            point,
        }
    }

    /// The key in this text, `<name>+<id as 8 hex digits>+<base64 of type byte and public key>`; `None` unless it is
    /// exactly what the display gives, of a known type, and not a weak key.
    pub fn parse(text: &str) -> Option<VerifierKey> {
        let (name, rest) = text.split_once('+')?;
        let (id, encoded) = rest.split_once('+')?;
        let bytes = STANDARD.decode(encoded).ok()?;
        let (type_byte, point) = bytes.split_first()?;
        let point = VerifyingKey::from_bytes(point.try_into().ok()?).ok()?;
        let key = VerifierKey {
            name: KeyName::new(name)?,
            algorithm: Algorithm::from_type_byte(*type_byte)?,
            point,
        };
        let same_id = id.len() == KEY_ID_DIGITS && id == format!("{:08x}", key.id());
        (same_id && !key.point.is_weak()).then_some(key)
    }

    /// The key's name.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// How it signs.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key's id: the first 32 bits of `SHA-256(name || 0x0A || type || public key)`.
    pub fn id(&self) -> u32 {
        let hash = Sha256::new()
            .chain_update(self.name.as_str())
            .chain_update(b"\n")
            .chain_update([self.algorithm.type_byte()])
            .chain_update(self.point.as_bytes())
            .finalize();
        hash.first_chunk()
            .map(|id| u32::from_be_bytes(*id))
            .unwrap_or_default()
    }

    /// Whether a signature says it is by this key.
    pub fn is_named_by(&self, signature: &NoteSignature) -> bool {
        signature.name == self.name && signature.key_id == self.id()
    }

    /// What this signature by this key says of the text; `None` when it does not hold.
    pub fn verify(&self, text: &str, signature: &NoteSignature) -> Option<Signed> {
        let bytes = signature.bytes.as_slice();
        match self.algorithm {
            Algorithm::Ed25519 => self.holds(text.as_bytes(), bytes).then_some(Signed::Plain),
            Algorithm::CosignatureV1 => {
                let (time, bytes) = bytes.split_first_chunk::<TIME_BYTES>()?;
                let time_seconds = u64::from_be_bytes(*time);
                let message = cosigned_message(text, time_seconds)?;
                self.holds(message.as_bytes(), bytes)
                    .then_some(Signed::At { time_seconds })
            }
        }
    }

    fn holds(&self, message: &[u8], bytes: &[u8]) -> bool {
        let signature: Result<[u8; SIGNATURE_BYTES], _> = bytes.try_into();
        signature.is_ok_and(|bytes| {
            self.point
                .verify_strict(message, &Signature::from_bytes(&bytes))
                .is_ok()
        })
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![self.algorithm.type_byte()];
        bytes.extend_from_slice(self.point.as_bytes());
        write!(
            formatter,
            "{}+{:08x}+{}",
            self.name,
            self.id(),
            STANDARD.encode(bytes)
        )
    }
}

impl SigningKey {
    /// The key of this name made from this secret seed.
    pub fn new(name: KeyName, seed: &[u8; SEED_BYTES]) -> SigningKey {
        SigningKey {
            name,
            secret: ed25519_dalek::SigningKey::from_bytes(seed),
        }
    }

    /// The public half.
    pub fn verifier_key(&self) -> VerifierKey {
        VerifierKey::new(
            self.name.clone(),
            Algorithm::Ed25519,
            self.secret.verifying_key(),
        )
    }

    /// This key's signature on a note's text.
    pub fn sign(&self, text: &str) -> NoteSignature {
        NoteSignature {
            name: self.name.clone(),
            key_id: self.verifier_key().id(),
            bytes: self.secret.sign(text.as_bytes()).to_bytes().to_vec(),
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SigningKey({})", self.name)
    }
}
