//! Canonical bytes: big-endian integers, one-byte tags, and texts with their length before them. The same value is the same bytes for ever.

use crate::Date;

/// The most bytes of one text.
pub const TEXT_BYTES_MAX: usize = u16::MAX as usize;

/// Writes canonical bytes.
#[derive(Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// An empty writer.
    #[must_use]
    pub fn new() -> Writer {
        Writer {
            bytes: Vec::with_capacity(256),
        }
    }

    /// The bytes written.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }

    /// One byte.
    pub fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    /// Two bytes.
    pub fn u16(&mut self, value: u16) {
        self.bytes.extend_from_slice(&value.to_be_bytes());
    }

    /// Eight bytes.
    pub fn i64(&mut self, value: i64) {
        self.bytes.extend_from_slice(&value.to_be_bytes());
    }

    /// Eight bytes.
    pub fn u64(&mut self, value: u64) {
        self.bytes.extend_from_slice(&value.to_be_bytes());
    }

    /// A length of two bytes and that many bytes of text; what is past [`TEXT_BYTES_MAX`] is not written.
    pub fn text(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let bytes = bytes.get(..TEXT_BYTES_MAX).unwrap_or(bytes);
        self.u16(u16::try_from(bytes.len()).unwrap_or(u16::MAX));
        self.bytes.extend_from_slice(bytes);
    }

    /// A count of two bytes, and each item.
    pub fn list<T>(&mut self, items: &[T], mut each: impl FnMut(&mut Writer, &T)) {
        self.u16(u16::try_from(items.len()).unwrap_or(u16::MAX));
        for item in items.iter().take(usize::from(u16::MAX)) {
            each(self, item);
        }
    }

    /// A byte 0, or a byte 1 and the value.
    pub fn option<T>(&mut self, value: Option<T>, each: impl FnOnce(&mut Writer, T)) {
        match value {
            None => self.u8(0),
            Some(value) => {
                self.u8(1);
                each(self, value);
            }
        }
    }

    /// A day: two bytes of year, one of month, one of day.
    pub fn date(&mut self, date: Date) {
        self.bytes.extend_from_slice(&date.year().to_be_bytes());
        self.u8(date.month().unsigned_abs());
        self.u8(date.day().unsigned_abs());
    }
}

/// Reads canonical bytes. Every method answers `None` when the bytes are not what was asked for.
pub struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    /// A reader of these bytes.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { bytes }
    }

    /// Whether everything has been read.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.bytes.is_empty()
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.bytes.split_first_chunk::<N>()?;
        self.bytes = rest;
        Some(*head)
    }

    /// One byte.
    pub fn u8(&mut self) -> Option<u8> {
        self.take::<1>().map(|[byte]| byte)
    }

    /// Two bytes.
    pub fn u16(&mut self) -> Option<u16> {
        self.take().map(u16::from_be_bytes)
    }

    /// Eight bytes.
    pub fn i64(&mut self) -> Option<i64> {
        self.take().map(i64::from_be_bytes)
    }

    /// Eight bytes.
    pub fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_be_bytes)
    }

    /// A text.
    pub fn text(&mut self) -> Option<&'a str> {
        let length = usize::from(self.u16()?);
        let (head, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        std::str::from_utf8(head).ok()
    }

    /// A list.
    pub fn list<T>(
        &mut self,
        mut each: impl FnMut(&mut Reader<'a>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let count = usize::from(self.u16()?);
        let mut items = Vec::with_capacity(count.min(64));
        for _ in 0..count {
            items.push(each(self)?);
        }
        Some(items)
    }

    /// An optional value.
    pub fn option<T>(
        &mut self,
        each: impl FnOnce(&mut Reader<'a>) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.u8()? {
            0 => Some(None),
            1 => each(self).map(Some),
            _ => None,
        }
    }

    /// A day.
    pub fn date(&mut self) -> Option<Date> {
        let year = i16::from_be_bytes(self.take()?);
        let month = i8::try_from(self.u8()?).ok()?;
        let day = i8::try_from(self.u8()?).ok()?;
        Date::new(year, month, day).ok()
    }
}
