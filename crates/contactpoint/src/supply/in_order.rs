//! The columns of a mapping in the order in which they are written: the lines of an address follow it.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use super::mapping::ColumnText;

/// The columns, each with its name.
pub struct InOrder(pub Vec<(String, ColumnText)>);

impl<'de> Deserialize<'de> for InOrder {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<InOrder, D::Error> {
        deserializer.deserialize_map(Columns)
    }
}

struct Columns;

impl<'de> Visitor<'de> for Columns {
    type Value = InOrder;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("columns with their meanings")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<InOrder, M::Error> {
        let mut columns = Vec::new();
        while let Some(column) = map.next_entry()? {
            columns.push(column);
        }
        Ok(InOrder(columns))
    }
}
