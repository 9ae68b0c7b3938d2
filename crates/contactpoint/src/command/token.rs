//! The security token of an account: its key as people enter it into an authenticator, and the code it shows.

use directory::Timestamp;
use totp_rs::{Builder, Secret, Totp};

/// The key of a token (RFC 6238), 160 bits.
pub type TokenKey = [u8; 20];

/// A new key.
pub fn new_key() -> TokenKey {
    let mut key = [0; 20];
    crate::clock::entropy(&mut key);
    key
}

/// The key as it is typed into an authenticator: Base32 (RFC 4648).
pub fn key_text(key: &TokenKey) -> String {
    Secret::from(*key).to_base32()
}

/// The key as an authenticator takes it from a link (the key URI format of authenticators).
pub fn key_link(key: &TokenKey, user_name: &str) -> String {
    format!(
        "otpauth://totp/ContactPoint:{user_name}?secret={}&issuer=ContactPoint",
        key_text(key)
    )
}

/// The code that the token shows, and for how many seconds yet.
pub fn code(key: &TokenKey, at: Timestamp) -> Option<(String, u64)> {
    let seconds = u64::try_from(at.as_second()).ok()?;
    let token = token(key)?;
    Some((
        token.generate(seconds).to_string(),
        token.next_step(seconds).saturating_sub(seconds),
    ))
}

fn token(key: &TokenKey) -> Option<Totp> {
    Builder::new().with_secret(key.to_vec()).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the key "12345678901234567890" at 59 seconds shows 94287082, of which six digits are used here.
    #[test]
    fn the_code_is_that_of_the_rfc() {
        let at = Timestamp::from_second(59).unwrap();
        assert_eq!(
            code(b"12345678901234567890", at),
            Some(("287082".to_owned(), 1))
        );
    }

    #[test]
    fn the_key_is_typed_in_base32() {
        assert_eq!(
            key_text(b"12345678901234567890"),
            "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        );
        assert!(
            key_link(b"12345678901234567890", "jane")
                .starts_with("otpauth://totp/ContactPoint:jane?secret=GEZD")
        );
    }
}
