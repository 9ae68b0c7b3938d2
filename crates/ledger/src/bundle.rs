//! Entry bundles: up to 256 leaves' data, each after its length (C2SP tlog-tiles, "Log entries").

use std::fmt;

/// The most bytes of data one leaf may have: its length is written in 16 bits.
pub const LEAF_BYTES_MAX: usize = 65_535;

const LENGTH_BYTES: usize = 2;

/// A leaf has more data than [`LEAF_BYTES_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeafTooLong;

impl fmt::Display for LeafTooLong {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "a leaf has more than {LEAF_BYTES_MAX} bytes of data"
        )
    }
}

impl std::error::Error for LeafTooLong {}

/// Adds one leaf to the end of a bundle: a big-endian 16-bit length, then the data.
pub fn push_entry(bundle: &mut Vec<u8>, data: &[u8]) -> Result<(), LeafTooLong> {
    let length = u16::try_from(data.len()).map_err(|_| LeafTooLong)?;
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(data);
    Ok(())
}

/// The leaves' data in a bundle; `None` when it is not a whole number of entries.
pub fn entries(bundle: &[u8]) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    let mut rest = bundle;
    while !rest.is_empty() {
        let (entry, after) = split_entry(rest)?;
        entries.push(entry);
        rest = after;
    }
    Some(entries)
}

/// The first entry's data and the bytes after it; `None` when no whole entry is there.
pub fn split_entry(bundle: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bundle.split_first_chunk::<LENGTH_BYTES>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}
