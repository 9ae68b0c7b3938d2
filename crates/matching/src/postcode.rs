//! British postcodes, whole or in part, and how far two of them agree.

/// Characters of a whole postcode without its space.
pub const POSTCODE_CHARACTERS_MAX: usize = 7;
/// Characters of text read as a postcode, spaces included.
const TEXT_CHARACTERS_MAX: usize = 16;

/// A postcode or its first parts: area (`M`), district (`M14`), sector (`M14 5`) or the whole (`M14 5AB`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Postcode {
    outward: Part<4>,
    inward: Part<3>,
}

/// How far two postcodes agree, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PostcodeLevel {
    /// Outward and inward code, about fifteen households.
    Full,
    /// Outward code and first digit of the inward code.
    Sector,
    /// Outward code.
    District,
    /// The letters at the start.
    Area,
    /// Nothing.
    Different,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Part<const N: usize> {
    letters: [u8; N],
    length: u8,
}

impl<const N: usize> Part<N> {
    fn of(text: &[u8]) -> Self {
        let mut part = Self {
            letters: [0; N],
            length: 0,
        };
        for (slot, letter) in part.letters.iter_mut().zip(text) {
            *slot = *letter;
            part.length = part.length.saturating_add(1);
        }
        part
    }

    fn bytes(&self) -> &[u8] {
        self.letters
            .get(..usize::from(self.length))
            .unwrap_or_default()
    }
}

impl Postcode {
    /// Reads a postcode in any case and spacing. `O` for zero and `I` for one, and the reverse, are put right where only
    /// one of them can stand. `None` when the text has no shape of a postcode.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.chars().nth(TEXT_CHARACTERS_MAX).is_some() {
            return None;
        }
        let mut words = text.split_whitespace();
        let mut first = upper(words.next()?)?;
        let mut rest = Vec::new();
        for word in words {
            rest.extend(upper(word)?);
        }
        if let Some((outward, inward)) = outward(&first).zip(inward(&rest)) {
            return Some(Self { outward, inward });
        }
        first.append(&mut rest);
        Self::parse_unspaced(&first)
    }

    fn parse_unspaced(letters: &[u8]) -> Option<Self> {
        if letters.len() >= 5 {
            let (start, end) = letters.split_at_checked(letters.len().checked_sub(3)?)?;
            return Some(Self {
                outward: outward(start)?,
                inward: inward(end)?,
            });
        }
        Some(Self {
            outward: outward(letters)?,
            inward: Part::of(&[]),
        })
    }

    /// The whole postcode without a space, when it is whole.
    #[must_use]
    pub fn full(&self) -> Option<[u8; POSTCODE_CHARACTERS_MAX]> {
        if self.inward.length < 3 {
            return None;
        }
        let mut whole = [b' '; POSTCODE_CHARACTERS_MAX];
        for (slot, letter) in whole
            .iter_mut()
            .zip(self.outward.bytes().iter().chain(self.inward.bytes()))
        {
            *slot = *letter;
        }
        Some(whole)
    }

    /// The district (`M14`), when there is more than an area.
    #[must_use]
    pub fn district(&self) -> Option<&[u8]> {
        let outward = self.outward.bytes();
        outward.iter().any(u8::is_ascii_digit).then_some(outward)
    }

    fn area(&self) -> &[u8] {
        let outward = self.outward.bytes();
        let letters = outward
            .iter()
            .take_while(|letter| letter.is_ascii_alphabetic())
            .count();
        outward.get(..letters).unwrap_or_default()
    }
}

/// How far two postcodes agree. Symmetric; a postcode known in part agrees as far as it is known.
#[must_use]
pub fn postcode_level(one: &Postcode, other: &Postcode) -> PostcodeLevel {
    if one.area() != other.area() {
        return PostcodeLevel::Different;
    }
    if one.outward != other.outward {
        return PostcodeLevel::Area;
    }
    match (one.inward.bytes(), other.inward.bytes()) {
        _ if one.district().is_none() => PostcodeLevel::Area,
        (one, other) if one == other && one.len() == 3 => PostcodeLevel::Full,
        (one, other) if !one.is_empty() && one.first() == other.first() => PostcodeLevel::Sector,
        _ => PostcodeLevel::District,
    }
}

fn upper(word: &str) -> Option<Vec<u8>> {
    let letters: Vec<u8> = word
        .bytes()
        .filter(|byte| !matches!(byte, b'-' | b'.' | b','))
        .map(|byte| byte.to_ascii_uppercase())
        .collect();
    letters
        .iter()
        .all(u8::is_ascii_alphanumeric)
        .then_some(letters)
}

/// One or two letters, then nothing, or one or two digits, or a digit and a letter.
fn outward(letters: &[u8]) -> Option<Part<4>> {
    let mut shape = [0_u8; 5];
    for (slot, letter) in shape.iter_mut().zip(letters) {
        *slot = if letter.is_ascii_digit() { b'9' } else { b'A' };
    }
    let known = matches!(
        shape.get(..letters.len())?,
        b"A" | b"AA" | b"A9" | b"A99" | b"A9A" | b"AA9" | b"AA99" | b"AA9A"
    );
    known.then(|| Part::of(letters))
}

/// A digit, or a digit and two letters.
fn inward(letters: &[u8]) -> Option<Part<3>> {
    let mut part = Part::of(letters);
    for (place, letter) in part.letters.iter_mut().enumerate() {
        *letter = if place == 0 {
            as_digit(*letter)
        } else {
            as_letter(*letter)
        };
    }
    let digit_first = part.bytes().first().is_some_and(u8::is_ascii_digit);
    let letters_after = part.bytes().iter().skip(1).all(u8::is_ascii_alphabetic);
    (matches!(letters.len(), 1 | 3) && digit_first && letters_after).then_some(part)
}

fn as_digit(letter: u8) -> u8 {
    match letter {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        other => other,
    }
}

fn as_letter(digit: u8) -> u8 {
    match digit {
        b'0' => b'O',
        b'1' => b'I',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn level(one: &str, other: &str) -> PostcodeLevel {
        postcode_level(
            &Postcode::parse(one).unwrap(),
            &Postcode::parse(other).unwrap(),
        )
    }

    #[test]
    fn levels_of_agreement() {
        assert_eq!(level("M14 5AB", "m145ab"), PostcodeLevel::Full);
        assert_eq!(level("SW1A 1AA", "sw1a1aa"), PostcodeLevel::Full);
        assert_eq!(
            level("M14 5AB", "M14 SAB".replace('S', "5").as_str()),
            PostcodeLevel::Full
        );
        assert_eq!(level("M14 5AB", "M14 5XY"), PostcodeLevel::Sector);
        assert_eq!(level("M14 5AB", "M14 5"), PostcodeLevel::Sector);
        assert_eq!(level("M14 5AB", "M14"), PostcodeLevel::District);
        assert_eq!(level("M14 5AB", "M14 7AB"), PostcodeLevel::District);
        assert_eq!(level("M14 5AB", "M1 5AB"), PostcodeLevel::Area);
        assert_eq!(level("M14 5AB", "M"), PostcodeLevel::Area);
        assert_eq!(level("M14 5AB", "ME14 5AB"), PostcodeLevel::Different);
    }

    #[test]
    fn letters_for_digits_are_put_right() {
        assert_eq!(level("LS1 OAB", "LS1 0AB"), PostcodeLevel::Full);
        assert_eq!(level("OX1 10X", "OX1 1OX"), PostcodeLevel::Full);
    }

    #[test]
    fn what_has_no_shape_of_a_postcode_is_refused() {
        for text in [
            "",
            " ",
            "123",
            "unknown",
            "M14 5ABC",
            "ZZZZ",
            "12 High Street, Leeds",
            "É1 1AA",
        ] {
            assert_eq!(Postcode::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in any::<String>()) {
            if let Some(postcode) = Postcode::parse(&text) {
                prop_assert!(postcode_level(&postcode, &postcode) <= PostcodeLevel::Area);
            }
        }

        #[test]
        fn levels_are_symmetric(one in "[A-C]{1,2}[1-3]{1,2}( [1-3]([A-C]{2})?)?", other in "[A-C]{1,2}[1-3]{1,2}( [1-3]([A-C]{2})?)?") {
            prop_assert_eq!(level(&one, &other), level(&other, &one));
        }
    }
}
