//! The fields of records in delimited text: a part that begins where a record begins is read by itself, so that parts of a
//! file can be read side by side.
//!
//! Quotation marks enclose fields that hold delimiters, ends of lines or, doubled, quotation marks (RFC 4180). One inside
//! a field that none opened, or after one that closed, is a letter. Lines end with LF, CR or both; empty lines are no records.

use std::borrow::Cow;
use std::ops::Range;

const QUOTE: u8 = b'"';

/// Records of a text, one at a time.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    text: &'a str,
    delimiter: u8,
    /// Where reading goes on.
    place: usize,
    fields: Vec<Field>,
}

/// Where a field stands.
#[derive(Clone, Debug)]
struct Field {
    letters: Range<usize>,
    /// Whether it has quotation marks, other than those around it, that are to be taken out.
    is_marked: bool,
}

/// How a field ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    Delimiter,
    Line,
    Text,
}

impl<'a> Records<'a> {
    /// Records of a text that begins with one. `delimiter` is an ASCII character other than a quotation mark and the ends
    /// of lines.
    #[must_use]
    pub fn new(text: &'a str, delimiter: u8) -> Self {
        Self {
            text,
            delimiter,
            place: 0,
            fields: Vec::new(),
        }
    }

    /// Goes to the next record. False when there is none.
    pub fn advance(&mut self) -> bool {
        self.fields.clear();
        let bytes = self.text.as_bytes();
        while bytes.get(self.place).is_some_and(|byte| is_end(*byte)) {
            self.place = self.place.saturating_add(1);
        }
        if self.place >= bytes.len() {
            return false;
        }
        loop {
            let (field, ended) = field(bytes, self.place, self.delimiter);
            let after = usize::from(ended.1 != Ended::Text);
            self.place = ended.0.saturating_add(after);
            self.fields.push(field);
            if ended.1 != Ended::Delimiter {
                return true;
            }
        }
    }

    /// Fields of the record.
    #[must_use]
    pub fn count(&self) -> usize {
        self.fields.len()
    }

    /// A field of the record; empty when it has not so many.
    #[must_use]
    pub fn field(&self, place: usize) -> Cow<'a, str> {
        let Some(field) = self.fields.get(place) else {
            return Cow::Borrowed("");
        };
        let letters = self.text.get(field.letters.clone()).unwrap_or_default();
        if field.is_marked {
            Cow::Owned(unmarked(letters))
        } else {
            Cow::Borrowed(letters)
        }
    }
}

/// How much of a text that begins with a record, and may end within one, are whole records: its first bytes.
#[must_use]
pub fn whole_records(bytes: &[u8], delimiter: u8) -> usize {
    let last_line = bytes.iter().rposition(|byte| *byte == b'\n');
    let last_line = last_line.map_or(0, |place| place.saturating_add(1));
    if !bytes.contains(&QUOTE) {
        return last_line;
    }
    let (mut place, mut whole) = (0_usize, 0_usize);
    while place < last_line {
        let (_, (end, ended)) = field(bytes, place, delimiter);
        if ended == Ended::Text {
            break;
        }
        place = end.saturating_add(1);
        if bytes.get(end) == Some(&b'\n') {
            whole = place;
        }
    }
    whole
}

/// The field that begins at a place, the place of the byte that ends it, and how.
fn field(bytes: &[u8], start: usize, delimiter: u8) -> (Field, (usize, Ended)) {
    if bytes.get(start) == Some(&QUOTE) {
        return quoted(bytes, start, delimiter);
    }
    let (end, ended) = plain_end(bytes, start, delimiter);
    let letters = start..end;
    let is_marked = false;
    (Field { letters, is_marked }, (end, ended))
}

/// The first delimiter or end of line from a place on.
#[inline]
fn plain_end(bytes: &[u8], start: usize, delimiter: u8) -> (usize, Ended) {
    let rest = bytes.get(start..).unwrap_or_default();
    let Some(length) = first_end(rest, delimiter) else {
        return (bytes.len(), Ended::Text);
    };
    let end = start.saturating_add(length);
    let by_delimiter = bytes.get(end) == Some(&delimiter);
    let ended = if by_delimiter {
        Ended::Delimiter
    } else {
        Ended::Line
    };
    (end, ended)
}

/// The place of the first delimiter or end of line, looked for eight bytes at a time.
#[inline]
fn first_end(bytes: &[u8], delimiter: u8) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut passed = 0_usize;
    for word in words {
        let word = u64::from_le_bytes(*word);
        let ends = found_in(word, delimiter) | found_in(word, b'\n') | found_in(word, b'\r');
        if ends != 0 {
            let byte = usize::try_from(ends.trailing_zeros() / 8).unwrap_or(0);
            return Some(passed.saturating_add(byte));
        }
        passed = passed.saturating_add(8);
    }
    let ends = |byte: &u8| *byte == delimiter || is_end(*byte);
    rest.iter()
        .position(ends)
        .map(|place| passed.saturating_add(place))
}

/// Of the eight bytes of a word, the highest bit of the first that is `byte`, and perhaps of later ones; 0 when none is.
/// Taking one from every byte borrows from the next only where there was a 0 (Mycroft 1987).
#[inline]
fn found_in(word: u64, byte: u8) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    let apart = word ^ ONES.wrapping_mul(u64::from(byte));
    apart.wrapping_sub(ONES) & !apart & HIGH
}

fn quoted(bytes: &[u8], start: usize, delimiter: u8) -> (Field, (usize, Ended)) {
    let first = start.saturating_add(1);
    let mut place = first;
    let mut is_marked = false;
    loop {
        let rest = bytes.get(place..).unwrap_or_default();
        let Some(length) = rest.iter().position(|byte| *byte == QUOTE) else {
            let letters = first..bytes.len();
            return (Field { letters, is_marked }, (bytes.len(), Ended::Text));
        };
        let mark = place.saturating_add(length);
        let after = mark.saturating_add(1);
        if bytes.get(after) == Some(&QUOTE) {
            is_marked = true;
            place = after.saturating_add(1);
            continue;
        }
        let (end, ended) = plain_end(bytes, after, delimiter);
        // Letters after the mark that closes belong to the field.
        let letters = first..if end == after { mark } else { end };
        let is_marked = is_marked || end > after;
        return (Field { letters, is_marked }, (end, ended));
    }
}

fn is_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// The letters of a field whose opening mark is taken off: doubled marks are one, and the first single one closes.
fn unmarked(letters: &str) -> String {
    let mut text = String::with_capacity(letters.len());
    let mut rest = letters;
    while let Some((before, after)) = rest.split_once('"') {
        text.push_str(before);
        let Some(after) = after.strip_prefix('"') else {
            text.push_str(after);
            return text;
        };
        text.push('"');
        rest = after;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<Vec<String>> {
        let mut records = Records::new(text, b',');
        let mut all = Vec::new();
        while records.advance() {
            all.push(
                (0..records.count())
                    .map(|place| records.field(place).into_owned())
                    .collect(),
            );
        }
        all
    }

    fn expected(text: &str) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let records = reader.records().map(Result::unwrap);
        records
            .map(|record| record.iter().map(str::to_owned).collect())
            .collect()
    }

    #[test]
    fn quoted_fields_hold_anything() {
        assert_eq!(
            read("a,\"b, \"\"c\"\"\nd\",\r\n\n5\" tall,\"x\"y\",z"),
            [vec!["a", "b, \"c\"\nd", ""], vec!["5\" tall", "xy\"", "z"]]
        );
        assert_eq!(whole_records(b"a,\"b\nc\"\nd,\"e\nf", b','), 8);
        assert_eq!(whole_records(b"a,b\nc,d", b','), 4);
        assert_eq!(whole_records(b"a,b", b','), 0);
    }

    proptest! {
        #[test]
        fn records_are_those_of_a_serial_reader(text in "[ab\u{e9}, \"\"\"\r\n\n]{0,60}") {
            prop_assert_eq!(read(&text), expected(&text), "{:?}", text);
        }

        /// However a text is cut into pieces of whole records, they are the same records.
        #[test]
        fn pieces_are_the_whole(text in "[ab, \"\"\r\n\n]{0,80}", size in 1_usize..20) {
            let mut pieces = Vec::new();
            let (mut begun, mut end) = (0_usize, 0_usize);
            while end < text.len() {
                end = end.saturating_add(size).min(text.len());
                let whole = whole_records(text.as_bytes().get(begun..end).unwrap(), b',');
                let next = begun.saturating_add(whole);
                pieces.extend(read(text.get(begun..next).unwrap()));
                begun = next;
            }
            pieces.extend(read(text.get(begun..).unwrap()));
            prop_assert_eq!(pieces, expected(&text), "{:?}", text);
        }
    }
}
