//! A JSON value of which nothing is lost: a member that is named twice has both values, so that a restriction that is said and unsaid in one
//! record is not taken by its last (C20).

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Value};

/// A value whose members have every value that was given, a list where there are several.
pub struct EveryValue(pub Value);

impl<'de> Deserialize<'de> for EveryValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<EveryValue, D::Error> {
        deserializer.deserialize_any(Any).map(EveryValue)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<Value, S::Error> {
        let mut values = Vec::new();
        while let Some(EveryValue(value)) = seq.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Value, M::Error> {
        let mut members = Map::new();
        let mut again: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        while let Some((name, EveryValue(value))) = map.next_entry::<String, EveryValue>()? {
            match members.entry(name) {
                Entry::Vacant(vacant) => drop(vacant.insert(value)),
                Entry::Occupied(mut known) => {
                    let values = again.entry(known.key().clone());
                    let values = values.or_insert_with(|| vec![known.get_mut().take()]);
                    values.push(value);
                }
            }
        }
        let again = again.into_iter();
        members.extend(again.map(|(name, values)| (name, Value::Array(values))));
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let read: EveryValue = serde_json::from_str(text).unwrap();
        read.0.to_string()
    }

    #[test]
    fn a_value_that_names_no_member_twice_is_as_it_is() {
        for text in [
            r#"{"a":1,"b":[-1,2.5,"x",null,true,{"c":{}}]}"#,
            "[]",
            "\"x\"",
        ] {
            assert_eq!(read(text), text);
        }
    }

    #[test]
    fn c20_a_member_that_is_named_twice_has_both_values() {
        assert_eq!(
            read(r#"{"a":"Y","b":1,"a":"N"}"#),
            r#"{"a":["Y","N"],"b":1}"#
        );
        assert_eq!(read(r#"{"a":[1],"a":2,"a":3}"#), r#"{"a":[[1],2,3]}"#);
        assert_eq!(read(r#"{"a":{"b":1,"b":2}}"#), r#"{"a":{"b":[1,2]}}"#);
    }
}
