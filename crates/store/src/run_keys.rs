//! The supplier's own keys of a file, hashed: in order and in blobs, so that millions are cheap; nothing is looked up among them by chance.

use directory::supplied::{Row, Supplier};

use crate::Store;
use crate::driver::{Connection, Value};
use crate::error::Error;
use crate::filing::source_key;

/// How many keys one row of the table holds.
const KEYS_OF_A_PART: usize = 131_072;
/// The first byte of a part: keys of children, or of what else a row says.
const OF_CHILDREN: u8 = 0;
const OF_OTHERS: u8 = 1;

/// The supplier's own keys of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileKeys {
    /// Of children.
    pub(crate) children: Vec<i64>,
    /// Of what else rows say: involvements.
    pub(crate) others: Vec<i64>,
}

impl FileKeys {
    /// In order, each once. To be called before it is asked anything.
    pub(crate) fn in_order(mut self) -> FileKeys {
        for keys in [&mut self.children, &mut self.others] {
            keys.sort_unstable();
            keys.dedup();
        }
        self
    }

    /// Adds others. They are in no order then.
    pub(crate) fn add(&mut self, other: FileKeys) {
        self.children.extend(other.children);
        self.others.extend(other.others);
    }

    /// Whether a key is among them.
    pub(crate) fn has(&self, key: i64) -> bool {
        self.children.binary_search(&key).is_ok() || self.others.binary_search(&key).is_ok()
    }

    /// How many children.
    pub(crate) fn children(&self) -> u64 {
        u64::try_from(self.children.len()).unwrap_or(u64::MAX)
    }

    /// Those that are here and not in the other. Both are in order.
    pub(crate) fn beyond(&self, other: &FileKeys) -> FileKeys {
        let gone = |keys: &[i64]| {
            let mut gone: Vec<i64> = keys.to_vec();
            gone.retain(|key| !other.has(*key));
            gone
        };
        FileKeys {
            children: gone(&self.children),
            others: gone(&self.others),
        }
    }

    /// As they are kept.
    pub(crate) fn parts(&self) -> Vec<Vec<u8>> {
        let part = |tag: u8, keys: &[i64]| {
            let bytes = keys.iter().flat_map(|key| key.to_be_bytes());
            std::iter::once(tag).chain(bytes).collect::<Vec<u8>>()
        };
        let children = self.children.chunks(KEYS_OF_A_PART);
        let others = self.others.chunks(KEYS_OF_A_PART);
        children
            .map(|keys| part(OF_CHILDREN, keys))
            .chain(others.map(|keys| part(OF_OTHERS, keys)))
            .collect()
    }

    fn add_part(&mut self, bytes: &[u8]) -> Option<()> {
        let (tag, keys) = bytes.split_first()?;
        let (keys, rest) = keys.as_chunks::<8>();
        let into = match *tag {
            OF_CHILDREN => &mut self.children,
            OF_OTHERS => &mut self.others,
            _ => return None,
        };
        into.extend(keys.iter().map(|key| i64::from_be_bytes(*key)));
        rest.is_empty().then_some(())
    }
}

impl Store {
    /// Adds the keys of a row of a file.
    pub fn add_keys(&self, keys: &mut FileKeys, supplier: &Supplier, row: &Row) {
        // A row that only takes something back tells of nobody.
        if row.only_takes_back() {
            return;
        }
        let ring = self.ring();
        keys.children
            .push(source_key(&ring, &supplier.code, &row.key));
        let others = row.also.iter();
        keys.others
            .extend(others.map(|(key, _)| source_key(&ring, &supplier.code, key)));
    }
}

/// Writes the keys of a run's file.
pub(crate) fn write(
    connection: &mut dyn Connection,
    run: i64,
    parts: &[Vec<u8>],
) -> Result<(), Error> {
    let sql = "INSERT INTO run_key (run, part, body) VALUES ($1, $2, $3)";
    for (part, body) in (0i64..).zip(parts) {
        connection.execute(sql, &[Value::Int(run), Value::Int(part), Value::Blob(body)])?;
    }
    Ok(())
}

/// Reads the keys of runs' files, in order.
pub(crate) fn read(connection: &mut dyn Connection, runs: &[i64]) -> Result<FileKeys, Error> {
    let mut keys = FileKeys::default();
    for run in runs {
        let sql = "SELECT body FROM run_key WHERE run = $1 ORDER BY part";
        connection.query(sql, &[Value::Int(*run)], &mut |row| {
            keys.add_part(&row.blob(0)?)
                .ok_or(Error::Inconsistent("the keys of a run"))
        })?;
    }
    Ok(keys.in_order())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_back_in_parts_and_tell_what_is_gone() {
        let many = i64::try_from(KEYS_OF_A_PART).unwrap() + 5;
        let keys = FileKeys {
            children: (0..many).rev().chain([3]).collect(),
            others: vec![-4, i64::MAX],
        }
        .in_order();
        let parts = keys.parts();
        assert_eq!(parts.len(), 3);
        let mut read = FileKeys::default();
        for part in &parts {
            read.add_part(part).unwrap();
        }
        assert_eq!(read, keys);
        assert!(read.add_part(&[0, 1]).is_none() && read.add_part(&[9]).is_none());
        let later = FileKeys {
            children: (1..many).collect(),
            others: vec![i64::MAX],
        };
        let gone = keys.beyond(&later);
        assert_eq!((gone.children, gone.others), (vec![0], vec![-4]));
    }
}
