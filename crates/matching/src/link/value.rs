//! Values of a row packed into numbers: dates as digits, postcodes and identifiers as characters, addresses as word hashes.

use super::hash::{finish, hash_bytes, mix};

/// Words of an address, or of parents' names, that are kept.
pub(crate) const TOKENS_MAX: usize = 8;
/// Characters of an address line that are read.
const LINE_CHARACTERS_MAX: usize = 200;
const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
/// Words that may stand before a date and take nothing from it.
const WORDS_BEFORE: [&str; 20] = [
    "abt", "about", "aft", "after", "bef", "before", "born", "c", "ca", "circa", "est", "on",
    "say", "mon", "tue", "wed", "thu", "fri", "sat", "sun",
];
/// Years before this are taken for a slip in a date without a century.
const YEAR_MIN: u32 = 1000;
/// From so many characters on, one character again and again is no identifier; 11 is one.
const ALIKE_MIN: u32 = 4;
/// Bits of an identifier below those that say how it is packed.
const IDENTIFIER_BITS: u64 = u64::MAX >> 2;

/// A date as eight decimal digits `YYYYMMDD`, four bits each; parts not known are 0. 0 when nothing is known.
///
/// Read are `2012-03-04`, `20120304`, `04/03/2012` (day first, unless only month first can be), `4 Mar 2012`, `2012-03`,
/// `2012`; any separator; with a weekday, `about` or `circa` before it. Of a quarter (`Jun Qtr 1840`, `1840 Q2`) the year is read, of
/// two years in one (`1953/54`) the first, of `14 Feb 1731/2` the second, which is that of today's calendar. Eight digits that are no
/// day of the calendar are kept as they are: a slip may have made them.
#[must_use]
pub(crate) fn pack_date(text: &str) -> u32 {
    let mut numbers = [(0_u32, 0_usize); 3];
    let mut count = 0_usize;
    let (mut month_by_name, mut is_quarter) = (None, false);
    for piece in text
        .trim()
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|it| !it.is_empty())
    {
        let piece = year_behind(piece);
        // `4th`, and `04T00` where a time of day follows.
        let length = piece.bytes().take_while(u8::is_ascii_digit).count();
        if let Some((number, rest)) = piece
            .split_at_checked(length)
            .filter(|(number, _)| !number.is_empty())
        {
            let Some(slot) = numbers.get_mut(count) else {
                break;
            };
            let Ok(parsed) = number.parse() else { return 0 };
            *slot = (parsed, number.len());
            count = count.saturating_add(1);
            if rest.starts_with('T') {
                break;
            }
        } else if let Some(month) = month_named(piece) {
            month_by_name = Some(month);
        } else if is_quarter_word(piece) {
            is_quarter = true;
        } else if count > 0 || month_by_name.is_some() || !is_before(piece) {
            break;
        }
    }
    if is_quarter {
        let year = numbers.iter().find(|number| number.1 == 4);
        return year.map_or(0, |year| dated(year.0, 0, 0));
    }
    let [first, second, third] = numbers;
    match (count, month_by_name) {
        (1, None) if first.1 == 8 => digits(first.0 / 10_000, first.0 / 100 % 100, first.0 % 100),
        (1, Some(month)) => dated(first.0, month, 0),
        (2, Some(month)) if first.1 > 2 => dated(first.0, month, second.0),
        (2, Some(month)) => dated(second.0, month, first.0),
        (1, None) => dated(first.0, 0, 0),
        (2, None) if first.1 > 2 && second.0 > 12 => dated(first.0, 0, 0),
        (2, None) if first.1 > 2 => dated(first.0, second.0, 0),
        (2, None) => dated(second.0, first.0, 0),
        (3, None) if first.1 > 2 => dated(first.0, second.0, third.0),
        (3, None) if second.0 > 12 && first.0 <= 12 => dated(third.0, first.0, second.0),
        (3, None) => dated(third.0, second.0, first.0),
        (3, Some(month)) if is_of_two_years(text) => {
            dated(later_year(second.0, third), month, first.0)
        }
        // A time of day follows.
        (3, Some(month)) => dated(second.0, month, first.0),
        _ => 0,
    }
}

/// `1840` of `c1840` and `abt1840`; the piece itself when it is none of these.
fn year_behind(piece: &str) -> &str {
    let letters = piece.bytes().take_while(u8::is_ascii_alphabetic).count();
    match piece.split_at_checked(letters) {
        Some((word, year)) if year.len() == 4 && is_before(word) => year,
        _ => piece,
    }
}

fn is_before(piece: &str) -> bool {
    let is_weekday = |word: &&str| word.len() == 3 && piece.to_ascii_lowercase().ends_with("day");
    let same = |word: &&str| piece.eq_ignore_ascii_case(word);
    let begins = |word: &&str| {
        piece
            .get(..3)
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    WORDS_BEFORE
        .iter()
        .any(|word| same(word) || is_weekday(word) && begins(word))
}

fn is_quarter_word(piece: &str) -> bool {
    let is = |word: &str| piece.eq_ignore_ascii_case(word);
    ["q", "qtr", "quarter", "q1", "q2", "q3", "q4"]
        .into_iter()
        .any(is)
}

/// Whether a year of four digits goes on behind a stroke, as `1731/2` and `1731/32`.
fn is_of_two_years(text: &str) -> bool {
    let Some((before, after)) = text.split_once('/') else {
        return false;
    };
    let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
    let more = after.bytes().take_while(u8::is_ascii_digit).count();
    digits == 4 && (1..=2).contains(&more)
}

/// The second of two years in one, as `1731/2` and `1731/32`; else the first.
fn later_year(year: u32, (number, length): (u32, usize)) -> u32 {
    let next = year.saturating_add(1);
    match length {
        1 if next % 10 == number => next,
        2 if next % 100 == number => next,
        _ => year,
    }
}

fn month_named(piece: &str) -> Option<u32> {
    let start = piece.get(..3)?.to_ascii_lowercase();
    let place = MONTHS.iter().position(|month| *month == start)?;
    u32::try_from(place).ok()?.checked_add(1)
}

fn dated(year: u32, month: u32, day: u32) -> u32 {
    if !(YEAR_MIN..=9999).contains(&year) || month > 99 || day > 99 {
        return 0;
    }
    digits(year, month, day)
}

fn digits(year: u32, month: u32, day: u32) -> u32 {
    let mut rest = year
        .saturating_mul(10_000)
        .saturating_add(month.saturating_mul(100))
        .saturating_add(day);
    let mut packed = 0_u32;
    for place in 0..8_u32 {
        packed |= (rest % 10).wrapping_shl(place.wrapping_mul(4));
        rest /= 10;
    }
    packed
}

/// A date of [`pack_date`] as text.
pub(crate) fn date_text(packed: u32) -> String {
    let (year, month, day) = (packed >> 16, packed >> 8 & 0xff, packed & 0xff);
    match (packed, month, day) {
        (0, ..) => String::new(),
        (_, 0, 0) => format!("{year:04x}"),
        (_, _, 0) => format!("{year:04x}-{month:02x}"),
        _ => format!("{year:04x}-{month:02x}-{day:02x}"),
    }
}

/// A postcode as characters of eight bits, the first highest: a British one in fixed places (area two, district two,
/// sector one, unit two), another left-aligned with the lowest byte 1. 0 when there is none.
pub(crate) fn pack_postcode(text: &str) -> u64 {
    let mut letters = [0_u8; 8];
    let mut count = 0_usize;
    for byte in text.bytes().filter(u8::is_ascii_alphanumeric) {
        let Some(slot) = letters.get_mut(count) else {
            return 0;
        };
        *slot = byte.to_ascii_uppercase();
        count = count.saturating_add(1);
    }
    match letters.get(..count) {
        None | Some([]) => 0,
        Some(known) => british(known).unwrap_or_else(|| {
            let mut other = [0_u8; 8];
            for (slot, letter) in other.iter_mut().take(7).zip(known) {
                *slot = *letter;
            }
            u64::from_be_bytes(other) | 1
        }),
    }
}

fn british(letters: &[u8]) -> Option<u64> {
    let split = letters.len().checked_sub(3)?;
    let (outward, inward) = letters.split_at_checked(split)?;
    let [sector, one, two] = *inward else {
        return None;
    };
    let area = outward
        .iter()
        .take_while(|letter| letter.is_ascii_alphabetic())
        .count();
    let (area, district) = outward.split_at_checked(area)?;
    let shape = (1..=2).contains(&area.len())
        && (1..=2).contains(&district.len())
        && district.first().is_some_and(u8::is_ascii_digit);
    let sector = match sector {
        b'O' => b'0',
        b'I' => b'1',
        other => other,
    };
    if !shape || !sector.is_ascii_digit() || one.is_ascii_digit() || two.is_ascii_digit() {
        return None;
    }
    let at = |part: &[u8], place: usize| part.get(place).copied().unwrap_or(b' ');
    Some(u64::from_be_bytes([
        at(area, 0),
        at(area, 1),
        at(district, 0),
        at(district, 1),
        sector,
        one,
        two,
        0,
    ]))
}

/// A packed postcode as text.
pub(crate) fn postcode_text(packed: u64) -> String {
    let bytes = packed.to_be_bytes();
    bytes
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric())
        .map(|byte| char::from(*byte))
        .collect()
}

/// An identifier: its letters and digits, upper case, as up to fifteen decimal digits of four bits or ten characters of
/// six, else a hash; zeros before it say nothing, as a spreadsheet drops them. The two highest bits say which (1, 2, 3). 0 when there is none.
pub(crate) fn pack_identifier(text: &str) -> u64 {
    let known = || {
        text.bytes()
            .filter(u8::is_ascii_alphanumeric)
            .map(|byte| byte.to_ascii_uppercase())
    };
    let (count, is_number) = known().fold((0_u32, true), |(count, is_number), byte| {
        (count.saturating_add(1), is_number && byte.is_ascii_digit())
    });
    let all_alike = known().all(|byte| Some(byte) == known().next());
    let is_filler = matches!(known().next(), Some(b'0' | b'X')) || count >= ALIKE_MIN;
    match count {
        0 => 0,
        // 00, 0000000000, XXXX, 9999: nothing is known.
        2.. if all_alike && is_filler => 0,
        1..=15 if is_number => {
            let packed = known().fold(0_u64, |packed, byte| packed << 4 | u64::from(byte & 15));
            packed | 1 << 62
        }
        1..=10 => {
            let packed = known().fold(0_u64, |packed, byte| {
                packed << 6 | u64::from(byte.wrapping_sub(b'0') & 63)
            });
            packed & IDENTIFIER_BITS | 2 << 62
        }
        _ => finish(known().fold(0, |hash, byte| mix(hash, u64::from(byte)))) | 3 << 62,
    }
}

/// A packed identifier as text; a hashed one as its last digits in hexadecimal.
pub(crate) fn identifier_text(packed: u64) -> String {
    let bits = packed & IDENTIFIER_BITS;
    match packed >> 62 {
        0 => String::new(),
        1 => format!("{bits:x}"),
        2 => {
            let letters = (0..10_u32)
                .rev()
                .map(|place| bits >> place.wrapping_mul(6) & 63);
            let known = letters.skip_while(|letter| *letter == 0);
            known
                .map(|letter| char::from(b'0'.wrapping_add(u8::try_from(letter).unwrap_or(0))))
                .collect()
        }
        _ => format!("#{:08x}", bits & 0xffff_ffff),
    }
}

/// Hashes of the distinct words of an address, at most [`TOKENS_MAX`], none of them 0. Words with a digit come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tokens {
    hashes: [u16; TOKENS_MAX],
    count: usize,
}

impl Tokens {
    /// Adds a word's hash, unless it is there or there is no room.
    pub(crate) fn push(&mut self, hash: u16) {
        let hash = hash.max(1);
        if !self.hashes.contains(&hash)
            && let Some(slot) = self.hashes.get_mut(self.count)
        {
            *slot = hash;
            self.count = self.count.saturating_add(1);
        }
    }

    /// Adds the words of an address line.
    pub(crate) fn push_line(&mut self, line: &str) {
        let mut letters = [0_u8; 32];
        let mut length = 0_usize;
        for byte in line.bytes().take(LINE_CHARACTERS_MAX).chain([b' ']) {
            if byte.is_ascii_alphanumeric() || byte >= 0x80 {
                if let Some(slot) = letters.get_mut(length) {
                    *slot = byte.to_ascii_lowercase();
                    length = length.saturating_add(1);
                }
            } else if byte != b'\'' && length > 0 {
                let word = letters.get(..length).unwrap_or_default();
                self.push(short(hash_bytes(word)));
                length = 0;
            }
        }
    }

    /// Two hashes in each number.
    pub(crate) fn words(&self) -> [u32; TOKENS_MAX / 2] {
        let mut words = [0_u32; TOKENS_MAX / 2];
        for (slot, pair) in words.iter_mut().zip(self.hashes.as_chunks::<2>().0) {
            let [low, high] = *pair;
            *slot = u32::from(high) << 16 | u32::from(low);
        }
        words
    }
}

/// Sixteen bits of a hash.
#[expect(
    clippy::cast_possible_truncation,
    reason = "some bits of the hash are wanted"
)]
pub(crate) fn short(hash: u64) -> u16 {
    (hash >> 24) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dates_in_many_forms_are_one() {
        for text in [
            "2012-03-04",
            "20120304",
            "04/03/2012",
            "4 Mar 2012",
            "4.3.2012",
            "04-MAR-2012",
            "2012-03-04T00:00:00",
            "4th March 2012",
            "Sunday, 4 March 2012",
            "about 4 March 2012",
        ] {
            assert_eq!(pack_date(text), 0x2012_0304, "{text}");
        }
        assert_eq!(pack_date("03/14/2012"), 0x2012_0314);
        assert_eq!(pack_date("1840"), 0x1840_0000);
        assert_eq!(pack_date("1840-05"), 0x1840_0500);
        let of_a_year = [
            "abt 1840",
            "c1840",
            "c. 1840",
            "Circa 1840",
            "Jun Qtr 1840",
            "2nd quarter 1840",
            "1840 Q2",
            "1840/41",
            "1840-99",
        ];
        for text in of_a_year {
            assert_eq!(pack_date(text), 0x1840_0000, "{text}");
        }
        assert_eq!(pack_date("14 Feb 1731/2"), 0x1732_0214);
        assert_eq!(pack_date("14 Feb 1731/32"), 0x1732_0214);
        for (text, read) in [
            ("Mar  4 2011 12:00AM", 0x2011_0304),
            ("04-Mar-2011 12:00:00 AM", 0x2011_0304),
            ("4 Mar 1999 00:00:00", 0x1999_0304),
            ("4 Mar 2008 9:30", 0x2008_0304),
        ] {
            assert_eq!(pack_date(text), read, "{text}");
        }
        assert_eq!(pack_date("Saturday 14 February 1731, 10 am"), 0x1731_0214);
        assert_eq!(pack_date("19371399"), 0x1937_1399);
        for text in ["", "unknown", "see note 1840", "12", "99999999999", "1/2/3"] {
            assert_eq!(pack_date(text), 0, "{text}");
        }
        assert_eq!(date_text(0x1840_0500), "1840-05");
    }

    #[test]
    fn postcodes_keep_their_parts_in_place() {
        assert_eq!(pack_postcode("M14 5AB"), pack_postcode("m145ab"));
        assert_eq!(pack_postcode("M1 5AB").to_be_bytes(), *b"M 1 5AB\0");
        assert_eq!(pack_postcode("EC1A 1BB").to_be_bytes(), *b"EC1A1BB\0");
        assert_eq!(pack_postcode("2600").to_be_bytes(), *b"2600\0\0\0\x01");
        assert_eq!(pack_postcode("  "), 0);
        assert_eq!(postcode_text(pack_postcode("M1 5AB")), "M15AB");
    }

    #[test]
    fn identifiers_that_say_nothing_are_missing() {
        for text in ["", "0000000000", "XXXX", "-"] {
            assert_eq!(pack_identifier(text), 0);
        }
        assert_eq!(
            pack_identifier("999 000 0018"),
            pack_identifier("9990000018")
        );
        assert_ne!(
            pack_identifier("L999236067978"),
            pack_identifier("L999236067979")
        );
        assert_ne!(pack_identifier("A1"), pack_identifier("1"));
        assert_ne!(pack_identifier("11"), pack_identifier("22"));
        assert_ne!(pack_identifier("11"), 0);
        assert_eq!(pack_identifier("012"), pack_identifier("12"));
        assert_eq!(pack_identifier("9999"), 0);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in any::<String>()) {
            let _ = (pack_date(&text), pack_postcode(&text), pack_identifier(&text));
            Tokens::default().push_line(&text);
        }
    }
}
