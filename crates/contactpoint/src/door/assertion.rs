//! Signed assertions of suppliers' programs (RFC 7523, `private_key_jwt`): read strictly, and verified with the same work whoever is named.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use directory::supplier_client::CLIENT_KEYS_MAX;
use directory::{Now, Timestamp};
use serde::Deserialize;

use super::key::PublicKey;

/// How far ahead the end of an assertion may be, in seconds.
pub(super) const ASSERTION_SECONDS_MAX: i64 = 300;
/// How far the clocks of two machines may differ, in seconds.
const SKEW_SECONDS_MAX: i64 = 30;
/// The longest assertion, in bytes: an RSA signature of 8,192 bits, and room.
const ASSERTION_BYTES_MAX: usize = 8_192;
/// The longest name of an assertion, in bytes.
const ID_BYTES_MAX: usize = 128;

/// An assertion that was read, and of which nothing is known yet.
pub(super) struct Presented {
    signed: Vec<u8>,
    signature: Vec<u8>,
    algorithm: String,
    claims: Claims,
}

/// Whatever names a key, or asks for something that is not known here, is not in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    #[serde(default, rename = "typ")]
    _typ: Option<String>,
    #[serde(default, rename = "kid")]
    _kid: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    jti: String,
    iat: Option<i64>,
    nbf: Option<i64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Some(Vec<String>),
}

impl Presented {
    /// Reads an assertion. `None`: it is none.
    pub(super) fn read(text: &str) -> Option<Presented> {
        if text.len() > ASSERTION_BYTES_MAX {
            return None;
        }
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
        let header: Header = serde_json::from_slice(&decoded(header)?).ok()?;
        Some(Presented {
            signed: signed.as_bytes().to_vec(),
            signature: decoded(signature)?,
            algorithm: header.alg,
            claims: serde_json::from_slice(&decoded(claims)?).ok()?,
        })
    }

    /// Whom it names.
    pub(super) fn subject(&self) -> &str {
        &self.claims.sub
    }

    /// Its own name.
    pub(super) fn id(&self) -> &str {
        &self.claims.jti
    }

    /// When it ends.
    pub(super) fn expires(&self) -> Timestamp {
        Timestamp::from_second(self.claims.exp).unwrap_or(Timestamp::MAX)
    }

    /// Whether it is signed with one of these keys, for this audience, for now, and says whose it is twice the same.
    ///
    /// The signature is held against a key of every algorithm in every place, whichever keys there are and even when there are none:
    /// how long it takes tells nobody who is known here.
    pub(super) fn is_good(&self, keys: &[PublicKey], audience: &str, now: Now) -> bool {
        let mut is_signed = false;
        for place in 0..CLIENT_KEYS_MAX {
            for decoy in decoys() {
                let own = keys
                    .get(place)
                    .filter(|own| own.algorithm() == decoy.algorithm());
                let verified = own.unwrap_or(decoy).verifies(&self.signed, &self.signature);
                is_signed |= verified && own.is_some_and(|own| own.algorithm() == self.algorithm);
            }
        }
        is_signed & self.is_timely(now) & self.is_for(audience) & self.is_named()
    }

    fn is_timely(&self, now: Now) -> bool {
        let now = now.at.as_second();
        let latest = now.saturating_add(SKEW_SECONDS_MAX);
        let not_before = [self.claims.iat, self.claims.nbf];
        self.claims.exp > now
            && self.claims.exp <= latest.saturating_add(ASSERTION_SECONDS_MAX)
            && not_before
                .into_iter()
                .flatten()
                .all(|begin| begin <= latest)
    }

    fn is_for(&self, audience: &str) -> bool {
        match &self.claims.aud {
            Audience::One(one) => one == audience,
            Audience::Some(some) => some.as_slice() == [audience],
        }
    }

    fn is_named(&self) -> bool {
        self.claims.iss == self.claims.sub && (1..=ID_BYTES_MAX).contains(&self.claims.jti.len())
    }
}

/// Keys of which nobody has the private half.
fn decoys() -> &'static [PublicKey] {
    static DECOYS: OnceLock<Vec<PublicKey>> = OnceLock::new();
    DECOYS.get_or_init(|| {
        let texts = [
            include_str!("decoy/ed25519.pem"),
            include_str!("decoy/p256.pem"),
            include_str!("decoy/rsa.pem"),
        ];
        texts
            .into_iter()
            .filter_map(|text| PublicKey::parse(text).ok())
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_decoy_of_every_algorithm() {
        let algorithms: Vec<&str> = decoys().iter().map(PublicKey::algorithm).collect();
        assert_eq!(algorithms, ["EdDSA", "ES256", "RS256"]);
    }

    #[test]
    fn what_names_a_key_of_its_own_or_is_no_assertion_is_not_read() {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let claims = part(r#"{"iss":"a","sub":"a","aud":"b","exp":1,"jti":"c"}"#);
        let read = |header: &str| Presented::read(&format!("{}.{claims}.AA", part(header)));
        assert!(read(r#"{"alg":"EdDSA"}"#).is_some());
        for header in [
            r#"{"alg":"EdDSA","jwk":{}}"#,
            r#"{"alg":"EdDSA","jku":"https://a.example"}"#,
            r#"{"alg":"EdDSA","crit":["b64"],"b64":false}"#,
            r#"{"alg":"EdDSA","alg":"none"}"#,
            "{}",
        ] {
            assert!(read(header).is_none(), "{header}");
        }
        for text in ["", ".", "..", "a.b.c", &"a".repeat(9_000)] {
            assert!(Presented::read(text).is_none(), "{text}");
        }
    }
}
