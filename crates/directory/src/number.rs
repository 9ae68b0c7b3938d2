//! The ContactPoint number, and the numbers other bodies gave a child.

use std::fmt;

use crate::organisation::Sector;
use crate::text::{Fault, OtherNumberText, Why};

/// A child's ContactPoint number (R18): ten random digits and a check letter, with no date, area or sequence in it (C13).
///
/// The check letter is a pure system of modulus 23 and radix 2 (the construction of ISO/IEC 7064): it finds every single
/// wrong digit and every swap of neighbours.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Number(u64);

const DIGITS: usize = 10;
const NUMBERS: u64 = 10_000_000_000;
const CHECK_LETTERS: [char; 23] = [
    'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'S', 'T', 'V',
    'W', 'X', 'Y', 'Z',
];

impl Number {
    /// The number made of 64 random bits.
    #[must_use]
    pub fn from_random(bits: u64) -> Number {
        Number(bits.checked_rem(NUMBERS).unwrap_or(0))
    }

    /// The number from its ten digits as an integer, as a store keeps it. `None` when it has more than ten.
    #[must_use]
    pub fn from_digits(digits: u64) -> Option<Number> {
        (digits < NUMBERS).then_some(Number(digits))
    }

    /// The ten digits as an integer.
    #[must_use]
    pub fn digits(self) -> u64 {
        self.0
    }

    /// Takes a number as people write it: any spaces and dashes, lower case, O for 0, I or L for 1.
    ///
    /// # Errors
    /// A [`Fault`] when it is not ten digits and a letter, or the check letter does not fit.
    pub fn parse(text: &str) -> Result<Number, Fault> {
        let fault = |form| Fault {
            what: "ContactPoint number",
            why: Why::Form(form),
        };
        let compact: Vec<char> = text
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '‐' | '.'))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        if compact.is_empty() {
            return Err(Fault {
                what: "ContactPoint number",
                why: Why::Missing,
            });
        }
        let (Some(letter), Some(digits)) = (compact.get(DIGITS), compact.get(..DIGITS)) else {
            return Err(fault("ten digits and a letter"));
        };
        if compact.len() != DIGITS.saturating_add(1) {
            return Err(fault("ten digits and a letter"));
        }
        let mut value = 0u64;
        for c in digits {
            let digit = slipped(*c)
                .to_digit(10)
                .ok_or(fault("ten digits and a letter"))?;
            value = value.saturating_mul(10).saturating_add(u64::from(digit));
        }
        let number = Number(value);
        if number.check_letter() == *letter {
            Ok(number)
        } else {
            Err(fault("copied again: its check letter does not fit"))
        }
    }

    fn check_letter(self) -> char {
        let mut rest = self.0;
        let mut sum = 0u64;
        let mut weight = 2u64;
        for _ in 0..DIGITS {
            sum = sum.saturating_add(rest.checked_rem(10).unwrap_or(0).saturating_mul(weight));
            rest = rest.checked_div(10).unwrap_or(0);
            weight = weight.saturating_mul(2).checked_rem(23).unwrap_or(1);
        }
        let index = usize::try_from(sum.checked_rem(23).unwrap_or(0)).unwrap_or(0);
        CHECK_LETTERS.get(index).copied().unwrap_or('A')
    }
}

/// The digit meant by a letter that is often written for it.
fn slipped(c: char) -> char {
    match c {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:010}", self.0);
        let (first, rest) = digits.split_at(4);
        let (second, third) = rest.split_at(4);
        write!(f, "{first} {second} {third}-{}", self.check_letter())
    }
}

/// A number another body gave the child. Visible only to people who work for that body (L2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OtherNumber {
    /// Which body's number it is.
    pub scheme: Scheme,
    /// The number in its standard form.
    pub text: OtherNumberText,
}

/// Whose numbering it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scheme {
    /// The NHS number: ten digits, the last a check digit of modulus 11.
    Nhs,
    /// The unique pupil number: a check letter, eleven digits, a digit or letter.
    Pupil,
}

impl Scheme {
    /// Every scheme.
    pub const ALL: [Scheme; 2] = [Scheme::Nhs, Scheme::Pupil];

    /// What people call it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Scheme::Nhs => "NHS number",
            Scheme::Pupil => "Unique pupil number",
        }
    }

    /// The sector whose bodies gave it out, and whose people may see it (L2).
    #[must_use]
    pub fn sector(self) -> Sector {
        match self {
            Scheme::Nhs => Sector::Health,
            Scheme::Pupil => Sector::Education,
        }
    }
}

impl OtherNumber {
    /// Takes a number of a scheme in any spacing, with its check digit or letter tested.
    ///
    /// # Errors
    /// A [`Fault`] when it is not of the scheme's form.
    pub fn parse(scheme: Scheme, text: &str) -> Result<OtherNumber, Fault> {
        let compact: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let fault = |form| Fault {
            what: scheme.words(),
            why: Why::Form(form),
        };
        let (good, form) = match scheme {
            Scheme::Nhs => (
                is_nhs_number(compact.as_bytes()),
                "ten digits with a fitting check digit",
            ),
            Scheme::Pupil => (
                is_pupil_number(compact.as_bytes()),
                "thirteen characters that begin with a fitting check letter",
            ),
        };
        if !good {
            return Err(fault(form));
        }
        if is_one_digit(compact.as_bytes()) {
            return Err(fault(
                "a number of this child alone: one digit throughout is nobody’s",
            ));
        }
        Ok(OtherNumber {
            scheme,
            text: OtherNumberText::parse(&compact)?,
        })
    }
}

impl fmt::Display for OtherNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text.as_str();
        match (self.scheme, text.get(..3), text.get(3..6), text.get(6..)) {
            (Scheme::Nhs, Some(first), Some(second), Some(third)) => {
                write!(f, "{first} {second} {third}")
            }
            _ => f.write_str(text),
        }
    }
}

/// Modulus 11 check of the NHS Data Dictionary: weights 10 to 2, remainder subtracted from 11, 10 is invalid.
fn is_nhs_number(digits: &[u8]) -> bool {
    if digits.len() != 10 || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 = digits
        .iter()
        .zip((1u32..=10).rev())
        .map(|(d, w)| digit(*d).saturating_mul(w))
        .sum();
    sum.checked_rem(11) == Some(0)
}

/// Whether a number is one digit throughout, as systems write it that know none: its check digit or letter fits all the same.
fn is_one_digit(text: &[u8]) -> bool {
    let mut digits = text.iter().skip_while(|byte| byte.is_ascii_alphabetic());
    let first = digits.next();
    digits.all(|digit| Some(digit) == first)
}

fn digit(byte: u8) -> u32 {
    u32::from(byte.wrapping_sub(b'0'))
}

/// Check letter of the Department for Education's guide to unique pupil numbers: weights 2 to 13, modulus 23; the last
/// character may be a letter (a temporary number), which counts by its place in the same alphabet.
fn is_pupil_number(text: &[u8]) -> bool {
    const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";
    let (Some((check, rest)), 13) = (text.split_first(), text.len()) else {
        return false;
    };
    let mut sum = 0usize;
    for (index, byte) in rest.iter().enumerate() {
        let value = match byte {
            b'0'..=b'9' => usize::from(byte.wrapping_sub(b'0')),
            b'A'..=b'Z' if index == 11 => match LETTERS.iter().position(|l| l == byte) {
                Some(place) => place,
                None => return false,
            },
            _ => return false,
        };
        sum = sum.saturating_add(value.saturating_mul(index.saturating_add(2)));
    }
    sum.checked_rem(23).and_then(|place| LETTERS.get(place)) == Some(check)
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "tests")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn c13_a_number_is_grouped_for_reading_aloud() {
        let number = Number::from_digits(4_821_093_756).unwrap();
        let shown = number.to_string();
        assert!(shown.starts_with("4821 0937 56-"), "{shown}");
        assert_eq!(Number::parse(&shown.to_lowercase()), Ok(number));
    }

    #[test]
    fn slips_of_the_pen_are_understood() {
        let number = Number::from_digits(1_000_000_001).unwrap();
        let slipped = number.to_string().replace('0', "O").replace('1', "l");
        assert_eq!(Number::parse(&slipped), Ok(number));
    }

    #[test]
    fn nhs_and_pupil_numbers_are_checked() {
        assert!(
            OtherNumber::parse(Scheme::Nhs, "999 000 0018").is_ok()
                || OtherNumber::parse(Scheme::Nhs, "943 476 5919").is_ok()
        );
        assert!(OtherNumber::parse(Scheme::Nhs, "943 476 5918").is_err());
        assert!(OtherNumber::parse(Scheme::Nhs, "94347659").is_err());
        assert!(OtherNumber::parse(Scheme::Pupil, "").is_err());
        assert!(OtherNumber::parse(Scheme::Pupil, "SECRET").is_err());
    }

    #[test]
    fn f1_one_digit_throughout_is_nobodys_number_though_its_check_digit_or_letter_fits() {
        for digit in 0..10 {
            let nhs = digit.to_string().repeat(10);
            assert!(is_nhs_number(nhs.as_bytes()), "{nhs}");
            let fault = OtherNumber::parse(Scheme::Nhs, &nhs).unwrap_err();
            assert!(
                fault.to_string().contains("one digit throughout"),
                "{fault}"
            );
        }
        assert!(is_pupil_number(b"A000000000000"));
        assert!(OtherNumber::parse(Scheme::Pupil, "A000000000000").is_err());
        assert!(OtherNumber::parse(Scheme::Nhs, "999 999 9980").is_ok());
    }

    proptest! {
        #[test]
        fn every_number_reads_back(bits: u64) {
            let number = Number::from_random(bits);
            prop_assert_eq!(Number::parse(&number.to_string()), Ok(number));
        }

        #[test]
        fn one_wrong_digit_is_found(bits: u64, place in 0usize..10, by in 1u8..10) {
            let number = Number::from_random(bits);
            let mut text: Vec<u8> = number.to_string().replace([' ', '-'], "").into_bytes();
            text[place] = b'0' + (text[place] - b'0' + by) % 10;
            prop_assert!(Number::parse(&String::from_utf8(text).unwrap()).is_err());
        }

        #[test]
        fn swapped_neighbours_are_found(bits: u64, place in 0usize..9) {
            let number = Number::from_random(bits);
            let mut text: Vec<u8> = number.to_string().replace([' ', '-'], "").into_bytes();
            prop_assume!(text[place] != text[place + 1]);
            text.swap(place, place + 1);
            prop_assert!(Number::parse(&String::from_utf8(text).unwrap()).is_err());
        }

        #[test]
        fn any_text_is_answered(text in "\\PC*") {
            let _ = (Number::parse(&text), OtherNumber::parse(Scheme::Nhs, &text), OtherNumber::parse(Scheme::Pupil, &text));
        }
    }
}
