//! One line of JSON as the fields of a row: every member in its order, a text or a number each, and none lost because it is there twice.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

/// The members of an object, in their order.
pub(super) struct Members(Vec<(String, Value)>);

impl Members {
    /// Reads an object. `None`: it is none, or a member is neither text nor number.
    pub(super) fn read(line: &[u8]) -> Option<Vec<(String, String)>> {
        let members: Members = serde_json::from_slice(line).ok()?;
        members
            .0
            .into_iter()
            .map(|(name, value)| match value {
                Value::String(text) => Some((name, text)),
                Value::Number(number) => Some((name, number.to_string())),
                Value::Null => Some((name, String::new())),
                Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
            })
            .collect()
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Members, D::Error> {
        struct Reading;
        impl<'de> Visitor<'de> for Reading {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        from.deserialize_map(Reading)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_member_is_read_in_its_order() {
        let read = Members::read(br#"{"b":"x","a":1,"b":null}"#).unwrap();
        let read: Vec<(&str, &str)> = read.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(read, [("b", "x"), ("a", "1"), ("b", "")]);
        for wrong in ["[]", "{", r#"{"a":{}}"#, r#"{"a":true}"#, "1", ""] {
            assert!(Members::read(wrong.as_bytes()).is_none(), "{wrong}");
        }
    }
}
