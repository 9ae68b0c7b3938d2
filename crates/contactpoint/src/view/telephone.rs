//! A telephone number as people read it and as a telephone dials it.

/// Codes written with three digits after which a number has eight more (Ofcom, National Telephone Numbering Plan).
const THREE_DIGIT_CODES: &[&str] = &["020", "023", "024", "028", "029"];
const NATIONAL_DIGITS: usize = 11;
/// Keeps a number on one line; copied as an ordinary space by browsers.
const NO_BREAK_SPACE: &str = "\u{a0}";

/// A telephone number.
#[derive(Clone, Default)]
pub struct Telephone {
    /// In groups with no-break spaces, as `01632 960 114`.
    pub grouped: String,
    /// Digits alone, as `01632960114`.
    pub digits: String,
}

impl Telephone {
    /// Takes a number in any spelling; what is not a national number of eleven digits stays in one group.
    pub fn new(number: &str) -> Self {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        let grouped = group(&digits).unwrap_or_else(|| digits.clone());
        Self { grouped, digits }
    }
}

fn group(digits: &str) -> Option<String> {
    if digits.len() != NATIONAL_DIGITS {
        return None;
    }
    let area = digits.get(..4)?;
    let is_three = THREE_DIGIT_CODES.iter().any(|code| area.starts_with(code));
    let is_four = area.starts_with("03")
        || area.starts_with("08")
        || area.starts_with("011")
        || (area.starts_with("01") && area.ends_with('1'));
    let (first, second) = match (is_three, is_four) {
        (true, _) => (3, 7),
        (false, true) => (4, 7),
        (false, false) => (5, 8),
    };
    Some(
        [
            digits.get(..first)?,
            digits.get(first..second)?,
            digits.get(second..)?,
        ]
        .join(NO_BREAK_SPACE),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_as_they_are_written_in_england() {
        for (number, grouped) in [
            ("01632960114", "01632 960 114"),
            ("07700 900-123", "07700 900 123"),
            ("02079460123", "020 7946 0123"),
            ("01134960123", "0113 496 0123"),
            ("01514960123", "0151 496 0123"),
            ("08081570123", "0808 157 0123"),
            ("999", "999"),
        ] {
            assert_eq!(
                Telephone::new(number).grouped.replace(NO_BREAK_SPACE, " "),
                grouped
            );
        }
    }

    #[test]
    fn the_digits_to_dial_hold_nothing_hidden() {
        assert!(Telephone::new("01632\u{a0}960\u{200b} 114").digits == "01632960114");
    }
}
