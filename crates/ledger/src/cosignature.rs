//! A witness's timestamped signature on a checkpoint (C2SP tlog-cosignature, the Ed25519 kind).

use std::fmt;

use ed25519_dalek::Signer;

use crate::key::{Algorithm, KeyName, SEED_BYTES, VerifierKey};
use crate::note::NoteSignature;

/// The latest time a cosignature may carry, in seconds since 1970.
pub const TIME_SECONDS_MAX: u64 = (1 << 63) - 1;

/// The secret key of a witness. It prints nothing of itself.
pub struct Cosigner {
    name: KeyName,
    secret: ed25519_dalek::SigningKey,
}

impl Cosigner {
    /// The witness key of this name made from this secret seed. A seed serves one name only: what is signed does not
    /// say the name.
    pub fn new(name: KeyName, seed: &[u8; SEED_BYTES]) -> Cosigner {
        Cosigner {
            name,
            secret: ed25519_dalek::SigningKey::from_bytes(seed),
        }
    }

    /// The public half.
    pub fn verifier_key(&self) -> VerifierKey {
        VerifierKey::new(
            self.name.clone(),
            Algorithm::CosignatureV1,
            self.secret.verifying_key(),
        )
    }

    /// This witness's cosignature on a checkpoint's text; `None` when the time is above [`TIME_SECONDS_MAX`].
    pub fn cosign(&self, text: &str, time_seconds: u64) -> Option<NoteSignature> {
        let message = cosigned_message(text, time_seconds)?;
        let mut bytes = time_seconds.to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.secret.sign(message.as_bytes()).to_bytes());
        Some(NoteSignature {
            name: self.name.clone(),
            key_id: self.verifier_key().id(),
            bytes,
        })
    }
}

impl fmt::Debug for Cosigner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Cosigner({})", self.name)
    }
}

/// What a cosigner signs: a fixed line, the time, then the checkpoint's whole text.
pub(crate) fn cosigned_message(text: &str, time_seconds: u64) -> Option<String> {
    let in_range = time_seconds <= TIME_SECONDS_MAX;
    in_range.then(|| format!("cosignature/v1\ntime {time_seconds}\n{text}"))
}
