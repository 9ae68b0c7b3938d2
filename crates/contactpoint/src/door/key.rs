//! Public keys of suppliers' programs: Ed25519, P-256 and RSA, as PEM or JWK; the key says which signature is good, never the sender.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
    VerificationAlgorithm,
};
use serde::Deserialize;

/// What an Ed25519 key begins with in PEM (RFC 8410, section 4).
const ED25519_HEAD: &[u8] = &[
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];
/// What a P-256 key that is not compressed begins with in PEM (RFC 5480, section 2).
const P256_HEAD: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
/// What names an RSA key in PEM (RFC 3279, section 2.3.1), between two lengths.
const RSA_NAME: &[u8] = &[
    0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
];
/// The bytes of an Ed25519 key.
const ED25519_BYTES: usize = 32;
/// The bytes of a P-256 point that is not compressed.
const P256_BYTES: usize = 65;
/// The least and the most bytes of an RSA modulus: 2,048 to 8,192 bits.
const RSA_BYTES: std::ops::RangeInclusive<usize> = 256..=1_024;

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    algorithm: Algorithm,
    /// As the verifier takes it: a point, or for RSA the sequence of modulus and exponent (RFC 8017, appendix A.1.1).
    bytes: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Algorithm {
    Ed25519,
    P256,
    Rsa,
}

/// Why a key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnusableKey {
    /// It is a private key.
    Private,
    /// It is neither PEM nor JWK, or of another kind than is taken.
    Unknown,
    /// It is an RSA key that is too short, or too long.
    Length,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
    d: Option<serde::de::IgnoredAny>,
}

impl PublicKey {
    /// Reads a key, as PEM (`BEGIN PUBLIC KEY`) or as JWK (RFC 7517).
    ///
    /// # Errors
    /// [`UnusableKey`].
    pub fn parse(text: &str) -> Result<PublicKey, UnusableKey> {
        let text = text.trim();
        let key = if text.starts_with('{') {
            of_jwk(text)?
        } else {
            of_pem(text)?
        };
        key.checked()
    }

    /// The key in a form of its own, to be kept.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![self.algorithm.tag()];
        bytes.extend_from_slice(&self.bytes);
        bytes
    }

    /// The key of [`PublicKey::to_bytes`]. `None`: it is none.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<PublicKey> {
        let (tag, bytes) = bytes.split_first()?;
        let algorithm = Algorithm::ALL
            .into_iter()
            .find(|algorithm| algorithm.tag() == *tag)?;
        Some(PublicKey {
            algorithm,
            bytes: bytes.to_vec(),
        })
    }

    /// The one algorithm its signatures are of, as JWS calls it (RFC 7518, RFC 8037).
    #[must_use]
    pub fn algorithm(&self) -> &'static str {
        match self.algorithm {
            Algorithm::Ed25519 => "EdDSA",
            Algorithm::P256 => "ES256",
            Algorithm::Rsa => "RS256",
        }
    }

    /// Whether a signature of a message is this key's.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let how: &'static dyn VerificationAlgorithm = match self.algorithm {
            Algorithm::Ed25519 => &ED25519,
            Algorithm::P256 => &ECDSA_P256_SHA256_FIXED,
            Algorithm::Rsa => &RSA_PKCS1_2048_8192_SHA256,
        };
        let key = UnparsedPublicKey::new(how, &self.bytes);
        key.verify(message, signature).is_ok()
    }

    fn checked(self) -> Result<PublicKey, UnusableKey> {
        let length = self.bytes.len();
        match self.algorithm {
            Algorithm::Ed25519 if length == ED25519_BYTES => Ok(self),
            Algorithm::P256 if length == P256_BYTES && self.bytes.first() == Some(&4) => Ok(self),
            Algorithm::Rsa => Ok(self),
            Algorithm::Ed25519 | Algorithm::P256 => Err(UnusableKey::Unknown),
        }
    }
}

impl Algorithm {
    const ALL: [Algorithm; 3] = [Algorithm::Ed25519, Algorithm::P256, Algorithm::Rsa];

    fn tag(self) -> u8 {
        match self {
            Algorithm::Ed25519 => 1,
            Algorithm::P256 => 2,
            Algorithm::Rsa => 3,
        }
    }
}

fn of_pem(text: &str) -> Result<PublicKey, UnusableKey> {
    if text.contains("PRIVATE KEY-----") {
        return Err(UnusableKey::Private);
    }
    let body = text
        .strip_prefix("-----BEGIN PUBLIC KEY-----")
        .and_then(|rest| rest.strip_suffix("-----END PUBLIC KEY-----"))
        .ok_or(UnusableKey::Unknown)?;
    let body: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let bytes = STANDARD.decode(body).map_err(|_| UnusableKey::Unknown)?;
    let of = |algorithm, rest: &[u8]| PublicKey {
        algorithm,
        bytes: rest.to_vec(),
    };
    if let Some(rest) = bytes.strip_prefix(ED25519_HEAD) {
        return Ok(of(Algorithm::Ed25519, rest));
    }
    if let Some(rest) = bytes.strip_prefix(P256_HEAD) {
        return Ok(of(Algorithm::P256, rest));
    }
    rsa_of_pem(&bytes)
}

/// An RSA key between its lengths, which for every modulus of a length that is taken are of two bytes.
fn rsa_of_pem(bytes: &[u8]) -> Result<PublicKey, UnusableKey> {
    let after_length = |bytes: &[u8], tag| {
        let rest = bytes.strip_prefix(&[tag, 0x82])?;
        let (length, rest) = rest.split_first_chunk::<2>()?;
        (usize::from(u16::from_be_bytes(*length)) == rest.len()).then(|| rest.to_vec())
    };
    let sequence = || {
        let rest = after_length(bytes, 0x30)?;
        let bits = after_length(rest.strip_prefix(RSA_NAME)?, 0x03)?;
        bits.strip_prefix(&[0]).map(<[u8]>::to_vec)
    };
    let Some(sequence) = sequence() else {
        // A shorter key has shorter lengths.
        let is_rsa = bytes.windows(RSA_NAME.len()).any(|part| part == RSA_NAME);
        return Err(if is_rsa {
            UnusableKey::Length
        } else {
            UnusableKey::Unknown
        });
    };
    let modulus = || {
        let rest = after_length(&sequence, 0x30)?;
        let rest = rest.strip_prefix(&[0x02, 0x82])?;
        let (length, _) = rest.split_first_chunk::<2>()?;
        Some(usize::from(u16::from_be_bytes(*length)).saturating_sub(1))
    };
    match modulus() {
        Some(length) if RSA_BYTES.contains(&length) => Ok(PublicKey {
            algorithm: Algorithm::Rsa,
            bytes: sequence,
        }),
        _ => Err(UnusableKey::Length),
    }
}

fn of_jwk(text: &str) -> Result<PublicKey, UnusableKey> {
    let jwk: Jwk = serde_json::from_str(text).map_err(|_| UnusableKey::Unknown)?;
    if jwk.d.is_some() {
        return Err(UnusableKey::Private);
    }
    let part = |part: &Option<String>| {
        let part = part.as_deref().ok_or(UnusableKey::Unknown)?;
        URL_SAFE_NO_PAD
            .decode(part)
            .map_err(|_| UnusableKey::Unknown)
    };
    match (jwk.kty.as_str(), jwk.crv.as_deref()) {
        ("OKP", Some("Ed25519")) => Ok(PublicKey {
            algorithm: Algorithm::Ed25519,
            bytes: part(&jwk.x)?,
        }),
        ("EC", Some("P-256")) => Ok(PublicKey {
            algorithm: Algorithm::P256,
            bytes: [vec![4], part(&jwk.x)?, part(&jwk.y)?].concat(),
        }),
        ("RSA", None) => {
            let modulus = part(&jwk.n)?;
            if !RSA_BYTES.contains(&modulus.len()) || modulus.first() == Some(&0) {
                return Err(UnusableKey::Length);
            }
            let numbers = [integer(&modulus), integer(&part(&jwk.e)?)].concat();
            Ok(PublicKey {
                algorithm: Algorithm::Rsa,
                bytes: encoded(0x30, &numbers),
            })
        }
        _ => Err(UnusableKey::Unknown),
    }
}

/// A positive integer (X.690, section 8.3).
fn integer(bytes: &[u8]) -> Vec<u8> {
    let is_high = bytes.first().is_some_and(|first| *first >= 0x80);
    let sign: &[u8] = if is_high { &[0] } else { &[] };
    encoded(0x02, &[sign, bytes].concat())
}

/// A tag, a length and what it is the length of (X.690, section 8.1).
fn encoded(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len())
        .unwrap_or(u16::MAX)
        .to_be_bytes();
    let length = match length {
        [0, short] if short < 0x80 => vec![short],
        [0, long] => vec![0x81, long],
        [high, low] => vec![0x82, high, low],
    };
    [vec![tag], length, content.to_vec()].concat()
}

impl fmt::Display for UnusableKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            UnusableKey::Private => {
                "it is a private key, which must never leave the supplier: ask for the public one, and for a new pair, since this one is known now"
            }
            UnusableKey::Unknown => {
                "it is not a public key as PEM (BEGIN PUBLIC KEY) or JWK, of Ed25519, P-256 or RSA"
            }
            UnusableKey::Length => "an RSA key has 2,048 to 8,192 bits",
        })
    }
}

impl std::error::Error for UnusableKey {}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519_PEM: &str = include_str!("decoy/ed25519.pem");
    const P256_PEM: &str = include_str!("decoy/p256.pem");
    const RSA_PEM: &str = include_str!("decoy/rsa.pem");

    fn jwk_of(key: &PublicKey) -> String {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match key.algorithm {
            Algorithm::Ed25519 => {
                format!(
                    r#"{{"kty":"OKP","crv":"Ed25519","x":"{}"}}"#,
                    text(&key.bytes)
                )
            }
            Algorithm::P256 => format!(
                r#"{{"kty":"EC","crv":"P-256","x":"{}","y":"{}"}}"#,
                text(&key.bytes[1..33]),
                text(&key.bytes[33..])
            ),
            Algorithm::Rsa => {
                let modulus = &key.bytes[9..265];
                format!(r#"{{"kty":"RSA","n":"{}","e":"AQAB"}}"#, text(modulus))
            }
        }
    }

    #[test]
    fn a_key_is_the_same_as_pem_as_jwk_and_as_it_is_kept() {
        for (pem, algorithm) in [
            (ED25519_PEM, "EdDSA"),
            (P256_PEM, "ES256"),
            (RSA_PEM, "RS256"),
        ] {
            let key = PublicKey::parse(pem).unwrap();
            assert_eq!(key.algorithm(), algorithm);
            assert_eq!(PublicKey::parse(&jwk_of(&key)), Ok(key.clone()));
            assert_eq!(PublicKey::from_bytes(&key.to_bytes()), Some(key));
        }
    }

    #[test]
    fn a_private_key_is_refused_by_what_it_is() {
        let pem = ED25519_PEM.replace("PUBLIC", "PRIVATE");
        assert_eq!(PublicKey::parse(&pem), Err(UnusableKey::Private));
        let jwk = jwk_of(&PublicKey::parse(P256_PEM).unwrap()).replace("{", r#"{"d":"AA","#);
        assert_eq!(PublicKey::parse(&jwk), Err(UnusableKey::Private));
        assert_eq!(PublicKey::parse("{}"), Err(UnusableKey::Unknown));
        assert_eq!(
            PublicKey::parse(r#"{"kty":"oct","k":"AAAA"}"#),
            Err(UnusableKey::Unknown)
        );
        assert_eq!(
            PublicKey::parse(r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#),
            Err(UnusableKey::Length)
        );
    }
}
