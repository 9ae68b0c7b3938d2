//! The pages of one column of a row group. Every size is taken from the page's own header and held against a limit before anything
//! is unpacked: the reader of the crate believes what a file declares.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use parquet::basic::{Compression, Encoding, Type};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;

use super::thrift::{Field, walk};
use super::unpack::unpack;
use crate::supply::limit::PARQUET_PAGE_BYTES_MAX;

/// The pages of a column of a row group.
pub struct Pages {
    /// What is left of the column's part of the file.
    left: Bytes,
    packing: Compression,
    /// How many values the column still has.
    values: u64,
    /// The fewest bytes of a value in a dictionary.
    value_bytes_min: usize,
    /// Whether a value can be missing.
    has_levels: bool,
    /// How many bytes the row group may still take in memory.
    budget: Arc<AtomicU64>,
}

/// What a page's header says. A number that is not said is `None`.
#[derive(Debug, Default)]
struct Header {
    kind: Option<i64>,
    unpacked: Option<i64>,
    packed: Option<i64>,
    /// The fields of the page's own kind, by their numbers.
    own: [Option<i64>; OWN_FIELDS],
}

/// How many fields a header of any kind has, and the 0 before them.
const OWN_FIELDS: usize = 9;
const DATA: i64 = 0;
const DICTIONARY: i64 = 2;
const DATA_TWO: i64 = 3;
/// How much memory a value of a dictionary takes at most, its bytes aside.
const VALUE_BYTES: u64 = 32;

impl Pages {
    /// The pages of a column. `None`: it is not where it says.
    #[must_use]
    pub fn of(
        file: &Bytes,
        column: &ColumnChunkMetaData,
        budget: &Arc<AtomicU64>,
    ) -> Option<Pages> {
        let start = match column.dictionary_page_offset() {
            Some(dictionary) if dictionary > 0 => dictionary.min(column.data_page_offset()),
            _ => column.data_page_offset(),
        };
        let start = usize::try_from(start).ok()?;
        let end = start.checked_add(usize::try_from(column.compressed_size()).ok()?)?;
        if end > file.len() {
            return None;
        }
        let length = column.column_descr().type_length();
        Some(Pages {
            left: file.slice(start..end),
            packing: column.compression(),
            values: u64::try_from(column.num_values()).ok()?,
            value_bytes_min: match column.column_type() {
                Type::INT64 | Type::DOUBLE => 8,
                Type::INT96 => 12,
                Type::FIXED_LEN_BYTE_ARRAY => usize::try_from(length).ok().filter(|n| *n > 0)?,
                Type::BOOLEAN | Type::INT32 | Type::FLOAT | Type::BYTE_ARRAY => 4,
            },
            has_levels: column.column_descr().max_def_level() > 0,
            budget: Arc::clone(budget),
        })
    }

    fn page(&mut self) -> Result<Option<Page>> {
        while self.values > 0 && !self.left.is_empty() {
            let (header, length) = Header::of(&self.left).ok_or_else(broken)?;
            let packed = number(header.packed)?;
            let end = length.checked_add(packed).ok_or_else(broken)?;
            if end > self.left.len() {
                return Err(broken());
            }
            let body = self.left.slice(length..end);
            self.left = self.left.slice(end..);
            let kind = header.kind.ok_or_else(broken)?;
            if let Some(page) = self.unpacked(kind, &header, &body)? {
                return Ok(Some(page));
            }
        }
        Ok(None)
    }

    /// The page, unpacked. `None`: it is of a kind without values.
    fn unpacked(&mut self, kind: i64, header: &Header, body: &Bytes) -> Result<Option<Page>> {
        let length = number(header.unpacked)?;
        match kind {
            DATA => {
                let values = self.take(header.own(1))?;
                // Where there are no levels, writers name any encoding of them.
                let levels = match self.has_levels {
                    true => encoding(header.own(3))?,
                    false => Encoding::RLE,
                };
                Ok(Some(Page::DataPage {
                    buf: self.unpack(body, length)?,
                    num_values: values,
                    encoding: encoding(header.own(2))?,
                    def_level_encoding: levels,
                    rep_level_encoding: levels,
                    statistics: None,
                }))
            }
            DATA_TWO => self.second(header, body, length).map(Some),
            DICTIONARY => {
                let values = number(header.own(1))?;
                let most = length.checked_div(self.value_bytes_min).unwrap_or(0);
                if values > most {
                    return Err(broken());
                }
                let in_memory = (values as u64).saturating_mul(VALUE_BYTES);
                self.spend(in_memory)?;
                Ok(Some(Page::DictionaryPage {
                    buf: self.unpack(body, length)?,
                    num_values: u32::try_from(values).map_err(|_| broken())?,
                    encoding: encoding(header.own(2))?,
                    is_sorted: false,
                }))
            }
            _ => Ok(None),
        }
    }

    /// A page of the second version: its levels are not packed.
    fn second(&mut self, header: &Header, body: &Bytes, length: usize) -> Result<Page> {
        let values = self.take(header.own(1))?;
        let (defined, repeated) = (number(header.own(5))?, number(header.own(6))?);
        let levels = defined.checked_add(repeated).ok_or_else(broken)?;
        if levels > body.len() || levels > length {
            return Err(broken());
        }
        let is_packed = header.own(7) != Some(0);
        let buf = if is_packed && length > levels {
            let mut bytes = body.slice(..levels).to_vec();
            let rest = length.saturating_sub(levels);
            bytes.extend_from_slice(&self.unpack(&body.slice(levels..), rest)?);
            Bytes::from(bytes)
        } else if body.len() == length || is_packed {
            self.spend(length as u64)?;
            body.slice(..length)
        } else {
            return Err(broken());
        };
        let count = |value| u32::try_from(value).map_err(|_| broken());
        Ok(Page::DataPageV2 {
            buf,
            num_values: values,
            encoding: encoding(header.own(4))?,
            num_nulls: count(number(header.own(2))?).map(|nulls| nulls.min(values))?,
            num_rows: count(number(header.own(3))?)?,
            def_levels_byte_len: count(defined)?,
            rep_levels_byte_len: count(repeated)?,
            is_compressed: false,
            statistics: None,
        })
    }

    fn unpack(&self, body: &Bytes, length: usize) -> Result<Bytes> {
        if length > PARQUET_PAGE_BYTES_MAX {
            return Err(broken());
        }
        if self.packing == Compression::UNCOMPRESSED && body.len() == length {
            return Ok(body.clone());
        }
        self.spend(length as u64)?;
        let bytes = unpack(self.packing, body, length).ok_or_else(broken)?;
        Ok(Bytes::from(bytes))
    }

    fn spend(&self, bytes: u64) -> Result<()> {
        let spent = |left: u64| left.checked_sub(bytes);
        let spent = self
            .budget
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, spent);
        spent.map(|_| ()).map_err(|_| broken())
    }

    /// Takes values of a page off those that the column still has.
    fn take(&mut self, values: Option<i64>) -> Result<u32> {
        let values = u32::try_from(number(values)?).map_err(|_| broken())?;
        self.values = self
            .values
            .checked_sub(u64::from(values))
            .ok_or_else(broken)?;
        Ok(values)
    }
}

impl Header {
    fn of(bytes: &[u8]) -> Option<(Header, usize)> {
        let mut header = Header::default();
        let length = walk(bytes, &mut |at, field| {
            let Field::Number(number) = field else {
                return;
            };
            match at {
                (0, 1) => header.kind = Some(number),
                (0, 2) => header.unpacked = Some(number),
                (0, 3) => header.packed = Some(number),
                (5 | 7 | 8, own) => {
                    let place = usize::try_from(own).ok();
                    if let Some(said) = place.and_then(|place| header.own.get_mut(place)) {
                        *said = Some(number);
                    }
                }
                _ => {}
            }
        })?;
        Some((header, length))
    }

    fn own(&self, field: usize) -> Option<i64> {
        self.own.get(field).copied().flatten()
    }
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Result<Page>> {
        self.page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        self.page()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        Err(broken())
    }

    fn skip_next_page(&mut self) -> Result<()> {
        Err(broken())
    }
}

/// The encoding a header names, if it is one that is read: the others take lengths from the page that nobody has held against it.
fn encoding(number: Option<i64>) -> Result<Encoding> {
    match number {
        Some(0) => Ok(Encoding::PLAIN),
        Some(2) => Ok(Encoding::PLAIN_DICTIONARY),
        Some(3) => Ok(Encoding::RLE),
        Some(8) => Ok(Encoding::RLE_DICTIONARY),
        _ => Err(broken()),
    }
}

fn number(said: Option<i64>) -> Result<usize> {
    let said = said.and_then(|number| usize::try_from(number).ok());
    said.ok_or_else(broken)
}

fn broken() -> ParquetError {
    ParquetError::General("a page is broken, or longer than the limits".to_owned())
}
