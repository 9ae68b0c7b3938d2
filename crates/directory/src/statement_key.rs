//! The key under which an involvement is stated: the same at every load, and saying nothing by itself.

use crate::text::SupplierKey;

/// Hexadecimal digits of a hash.
const HASH_CHARACTERS: usize = 16;
/// The longest child's key that stands in it as it is: 64 less a hash and a hyphen.
const CHILD_CHARACTERS_MAX: usize = 47;

/// The key of an involvement: the child's key, and a hash of what tells it from the child's others.
///
/// An ordinary and a sensitive one look alike (R31).
#[must_use]
pub fn statement_key(child: &SupplierKey, parts: &[&str]) -> Option<SupplierKey> {
    let own = hexadecimal(hash(child.as_str(), parts));
    SupplierKey::parse(&[&of_child(child), "-", own.as_str()].concat()).ok()
}

/// Whether a key is one of an involvement of the child whose key is given.
#[must_use]
pub fn is_of_child(key: &SupplierKey, child: &SupplierKey) -> bool {
    let own = key.as_str().strip_prefix(of_child(child).as_str());
    let own = own.and_then(|own| own.strip_prefix('-'));
    own.is_some_and(|own| own.len() == HASH_CHARACTERS && own.chars().all(is_of_hash))
}

/// The child's key as it stands in those of its involvements.
fn of_child(child: &SupplierKey) -> String {
    if child.as_str().len() > CHILD_CHARACTERS_MAX {
        hexadecimal(hash(child.as_str(), &[]))
    } else {
        child.as_str().to_owned()
    }
}

fn hexadecimal(hash: u64) -> String {
    format!("{hash:0HASH_CHARACTERS$x}")
}

fn is_of_hash(character: char) -> bool {
    matches!(character, '0'..='9' | 'a'..='f')
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
    fn a_key_tells_of_which_child_it_is() {
        let parse = |text: &str| SupplierKey::parse(text).unwrap();
        let long = "k".repeat(64);
        for child in ["SC001", "SC001-8fee9eb80a0519b1", long.as_str()] {
            let child = parse(child);
            let own = statement_key(&child, &["SW01", "7"]).unwrap();
            assert!(is_of_child(&own, &child), "{own}");
            assert!(!is_of_child(&child, &child));
            for other in ["SC00", "SC0011", "8fee9eb80a0519b1", &"k".repeat(63)] {
                assert!(!is_of_child(&own, &parse(other)), "{own} {other}");
            }
        }
        let deeper = statement_key(&parse("SC001-8fee9eb80a0519b1"), &["SW01"]).unwrap();
        assert!(!is_of_child(&deeper, &parse("SC001")));
    }

    #[test]
    fn long_keys_fit() {
        let long = "k".repeat(64);
        assert_eq!(key(&long, &["a"]).len(), 33);
        assert_ne!(key(&long, &["a"]), key(&"k".repeat(63), &["a"]));
    }
}
