//! A record without the members that its mapping does not name: what may be case information is never repeated, even to who sent it (R4).

use serde_json::{Map, Value};

use super::path::Chosen;
use super::shape::Shape;

/// One record while it is gone through.
struct Going<'a, 'b> {
    shape: &'b Shape,
    chosen: Vec<Chosen<'a>>,
    way: Vec<(&'a str, Option<&'a Map<String, Value>>)>,
}

/// The members of a record that the mapping takes or leaves out on purpose. No other is in it, and no list within a list.
#[must_use]
pub fn named(shape: &Shape, record: &Value) -> Value {
    let Value::Object(members) = record else {
        return Value::Null;
    };
    let mut going = Going {
        shape,
        chosen: shape.chosen(members),
        way: Vec::new(),
    };
    Value::Object(going.members(members))
}

impl<'a> Going<'a, '_> {
    fn members(&mut self, members: &'a Map<String, Value>) -> Map<String, Value> {
        let mut named = Map::new();
        for (name, value) in members {
            let own = match value {
                Value::Array(values) => {
                    let own: Vec<Value> = values
                        .iter()
                        .filter_map(|value| self.value(name, value))
                        .collect();
                    (!own.is_empty()).then_some(Value::Array(own))
                }
                one => self.value(name, one),
            };
            if let Some(own) = own {
                named.insert(name.clone(), own);
            }
        }
        named
    }

    fn value(&mut self, name: &'a str, value: &'a Value) -> Option<Value> {
        self.way.push((name, value.as_object()));
        let named = match value {
            Value::Object(members) => {
                let named = self.members(members);
                (!named.is_empty()).then_some(Value::Object(named))
            }
            Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                let is_named = self.shape.is_named(&self.way, &self.chosen);
                is_named.then(|| value.clone())
            }
            Value::Null | Value::Array(_) => None,
        };
        self.way.pop();
        named
    }
}
