//! The key under which an involvement is stated: the same at every load, and saying nothing by itself.

use directory::text::SupplierKey;

/// Hexadecimal digits of a hash.
const HASH_CHARACTERS: usize = 16;
/// The longest child's key that stands in it as it is: 64 less a hash and a hyphen.
const CHILD_CHARACTERS_MAX: usize = 47;

/// The key of an involvement: the child's key, and a hash of what tells it from the child's others.
///
/// An ordinary and a sensitive one look alike (R31).
pub fn statement_key(child: &SupplierKey, parts: &[&str]) -> Option<SupplierKey> {
    let own = format!(
        "{:0width$x}",
        hash(child.as_str(), parts),
        width = HASH_CHARACTERS
    );
    let child = if child.as_str().len() > CHILD_CHARACTERS_MAX {
        format!(
            "{:0width$x}",
            hash(child.as_str(), &[]),
            width = HASH_CHARACTERS
        )
    } else {
        child.as_str().to_owned()
    };
    SupplierKey::parse(&[child.as_str(), "-", own.as_str()].concat()).ok()
}

/// FNV-1a of 64 bits (Fowler, Noll, Vo), with a byte between parts that no part holds. Not for secrets: only for telling apart.
fn hash(first: &str, rest: &[&str]) -> u64 {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(PRIME);
    std::iter::once(&first)
        .chain(rest)
        .flat_map(|part| part.bytes().chain([0xff]))
        .fold(BASIS, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(child: &str, parts: &[&str]) -> String {
        let child = SupplierKey::parse(child).unwrap();
        statement_key(&child, parts).unwrap().to_string()
    }

    #[test]
    fn the_same_at_every_load_and_on_every_machine() {
        assert_eq!(
            key("SC001", &["SW01", "Jane Smith"]),
            "SC001-8fee9eb80a0519b1"
        );
        assert_ne!(
            key("SC001", &["SW01", "Jane Smith"]),
            key("SC001", &["SW01", "Jane Smit"])
        );
        assert_ne!(key("SC001", &["a", "bc"]), key("SC001", &["ab", "c"]));
    }

    #[test]
    fn r31_the_key_of_a_sensitive_involvement_names_no_service() {
        assert!(!key("C1", &["SH01", "7"]).contains("SH01"));
    }

    #[test]
    fn long_keys_fit() {
        let long = "k".repeat(64);
        assert_eq!(key(&long, &["a"]).len(), 33);
        assert_ne!(key(&long, &["a"]), key(&"k".repeat(63), &["a"]));
    }
}
