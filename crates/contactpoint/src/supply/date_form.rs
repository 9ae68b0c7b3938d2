//! The ways suppliers write a day.

use directory::Date;

/// A way of writing a day. Years always have four digits: two would have to be guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateForm {
    /// `05/03/2019`, day first.
    DaySlash,
    /// `5/3/2019`, day first: day and month of one digit or two.
    DaySlashShort,
    /// `05/03/2019 00:00` or `05/03/2019 00:00:00`, day first: the time is not looked at.
    DaySlashTime,
    /// `05-03-2019`, day first.
    DayDash,
    /// `05.03.2019`, day first.
    DayPoint,
    /// `5.3.2019`, day first: day and month of one digit or two.
    DayPointShort,
    /// `2019-03-05` (ISO 8601).
    Iso,
    /// `2019-03-05T00:00:00` or `2019-03-05 00:00:00`: the time is not looked at.
    IsoTime,
    /// `20190305` (ISO 8601, basic).
    Compact,
    /// `05-Mar-2019`.
    DayMonthName,
}

const WORDS: [(&str, DateForm); 11] = [
    ("dd/mm/yyyy", DateForm::DaySlash),
    ("d/m/yyyy", DateForm::DaySlashShort),
    ("dd/mm/yyyy hh:mm", DateForm::DaySlashTime),
    ("dd/mm/yyyy hh:mm:ss", DateForm::DaySlashTime),
    ("dd-mm-yyyy", DateForm::DayDash),
    ("dd.mm.yyyy", DateForm::DayPoint),
    ("d.m.yyyy", DateForm::DayPointShort),
    ("yyyy-mm-dd", DateForm::Iso),
    ("yyyy-mm-ddThh:mm:ss", DateForm::IsoTime),
    ("yyyymmdd", DateForm::Compact),
    ("dd-mmm-yyyy", DateForm::DayMonthName),
];

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

impl DateForm {
    /// The form a word names.
    #[must_use]
    pub fn parse(word: &str) -> Option<DateForm> {
        WORDS
            .iter()
            .find(|(known, _)| *known == word)
            .map(|(_, form)| *form)
    }

    /// A day written in this form.
    #[must_use]
    pub fn example(self) -> &'static str {
        match self {
            DateForm::DaySlash => "05/03/2019",
            DateForm::DaySlashShort => "5/3/2019",
            DateForm::DaySlashTime => "05/03/2019 00:00",
            DateForm::DayDash => "05-03-2019",
            DateForm::DayPoint => "05.03.2019",
            DateForm::DayPointShort => "5.3.2019",
            DateForm::Iso => "2019-03-05",
            DateForm::IsoTime => "2019-03-05T00:00:00",
            DateForm::Compact => "20190305",
            DateForm::DayMonthName => "05-Mar-2019",
        }
    }

    /// Every word that names a form.
    pub fn words() -> impl Iterator<Item = &'static str> {
        WORDS.iter().map(|(word, _)| *word)
    }

    /// The day written in this form. `None`: it is not in this form, or there is no such day.
    #[must_use]
    pub fn day(self, text: &str) -> Option<Date> {
        match (self, text.as_bytes()) {
            (DateForm::DaySlash, [d, e, b'/', m, n, b'/', year @ ..])
            | (DateForm::DayDash, [d, e, b'-', m, n, b'-', year @ ..])
            | (DateForm::DayPoint, [d, e, b'.', m, n, b'.', year @ ..]) => {
                date(year, two(*m, *n)?, two(*d, *e)?)
            }
            (DateForm::DaySlashShort, text) => short(text, b"/"),
            (DateForm::DayPointShort, text) => short(text, b"."),
            (DateForm::DaySlashTime, [d, e, b'/', m, n, b'/', y, z, a, r, b' ', time @ ..])
                if is_time(time) =>
            {
                date(&[*y, *z, *a, *r], two(*m, *n)?, two(*d, *e)?)
            }
            (DateForm::Iso, [y, e, a, r, b'-', m, n, b'-', d, f])
            | (DateForm::IsoTime, [y, e, a, r, b'-', m, n, b'-', d, f, b'T' | b' ', ..])
            | (DateForm::Compact, [y, e, a, r, m, n, d, f]) => {
                date(&[*y, *e, *a, *r], two(*m, *n)?, two(*d, *f)?)
            }
            (DateForm::DayMonthName, [d, e, b'-', m, n, o, b'-', year @ ..]) => {
                date(year, month([*m, *n, *o])?, two(*d, *e)?)
            }
            _ => None,
        }
    }
}

/// A day and a month of one digit or two.
fn short(text: &[u8], between: &[u8]) -> Option<Date> {
    let (day, rest) = one_or_two(text)?;
    let (month, year) = one_or_two(rest.strip_prefix(between)?)?;
    date(year.strip_prefix(between)?, month, day)
}

fn date(year: &[u8], month: i8, day: i8) -> Option<Date> {
    let [a, b, c, d] = year else { return None };
    let century = i16::from(two(*a, *b)?).checked_mul(100)?;
    let year = century.checked_add(i16::from(two(*c, *d)?))?;
    Date::new(year, month, day).ok()
}

fn two(tens: u8, units: u8) -> Option<i8> {
    let digit = |byte: u8| {
        byte.is_ascii_digit()
            .then(|| byte.wrapping_sub(b'0').cast_signed())
    };
    digit(tens)?.checked_mul(10)?.checked_add(digit(units)?)
}

/// A number of one digit or two at the front, and what stands behind it.
fn one_or_two(text: &[u8]) -> Option<(i8, &[u8])> {
    match text {
        [tens, units, rest @ ..] if units.is_ascii_digit() => Some((two(*tens, *units)?, rest)),
        [units, rest @ ..] => Some((two(b'0', *units)?, rest)),
        [] => None,
    }
}

/// Whether it is hours and minutes, perhaps seconds, of two digits each.
fn is_time(text: &[u8]) -> bool {
    let has_two_digits = |part: &[u8]| part.len() == 2 && part.iter().all(u8::is_ascii_digit);
    let mut parts = text.split(|byte| *byte == b':');
    (2..=3).contains(&parts.clone().count()) && parts.all(has_two_digits)
}

fn month(name: [u8; 3]) -> Option<i8> {
    let at = MONTHS
        .iter()
        .position(|month| month.as_bytes().eq_ignore_ascii_case(&name))?;
    i8::try_from(at).ok()?.checked_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAP_DAY: Option<Date> = Some(Date::constant(2016, 2, 29));

    #[test]
    fn every_form_takes_a_leap_day() {
        assert_eq!(DateForm::DaySlash.day("29/02/2016"), LEAP_DAY);
        assert_eq!(DateForm::DaySlashShort.day("29/2/2016"), LEAP_DAY);
        assert_eq!(DateForm::DaySlashShort.day("29/02/2016"), LEAP_DAY);
        assert_eq!(DateForm::DaySlashTime.day("29/02/2016 00:00"), LEAP_DAY);
        assert_eq!(DateForm::DaySlashTime.day("29/02/2016 23:59:59"), LEAP_DAY);
        assert_eq!(DateForm::DayDash.day("29-02-2016"), LEAP_DAY);
        assert_eq!(DateForm::DayPoint.day("29.02.2016"), LEAP_DAY);
        assert_eq!(DateForm::Iso.day("2016-02-29"), LEAP_DAY);
        assert_eq!(DateForm::IsoTime.day("2016-02-29 00:00:00"), LEAP_DAY);
        assert_eq!(DateForm::Compact.day("20160229"), LEAP_DAY);
        assert_eq!(DateForm::DayMonthName.day("29-FEB-2016"), LEAP_DAY);
    }

    #[test]
    fn days_that_are_not_and_other_forms_are_refused() {
        for text in [
            "30/02/2016",
            "29/02/2015",
            "31/04/2016",
            "05/13/2016",
            "00/01/2016",
            "5/3/2016",
            "05/03/16",
            "05/03/02016",
            "2016-02-29",
            "",
            "aa/bb/cccc",
            "+5/03/2016",
            "٠٥/03/2016",
        ] {
            assert_eq!(DateForm::DaySlash.day(text), None, "{text}");
        }
        assert_eq!(DateForm::DayMonthName.day("05-Mär-2019"), None);
    }

    #[test]
    fn the_day_comes_first_in_the_short_form_and_a_year_has_four_digits() {
        let fifth_of_march = Some(Date::constant(2016, 3, 5));
        for text in ["5/3/2016", "05/3/2016", "5/03/2016", "05/03/2016"] {
            assert_eq!(DateForm::DaySlashShort.day(text), fifth_of_march, "{text}");
            let with_points = text.replace('/', ".");
            let day = DateForm::DayPointShort.day(&with_points);
            assert_eq!(day, fifth_of_march, "{with_points}");
            assert_eq!(DateForm::DayPointShort.day(text), None, "{text}");
        }
        for text in [
            "5/13/2016",
            "3/29/2016",
            "30/2/2016",
            "0/1/2016",
            "5/3/16",
            "5/3/02016",
            "5/3/2016 00:00",
            "005/3/2016",
            "5//2016",
            "/3/2016",
            "5/3/",
            "5/3",
            "5",
            "+5/3/2016",
            "5-3-2016",
            "",
        ] {
            assert_eq!(DateForm::DaySlashShort.day(text), None, "{text}");
            let with_points = text.replace(['/', '-'], ".");
            let is_day = text == "5-3-2016";
            let day = DateForm::DayPointShort.day(&with_points);
            assert_eq!(day.is_some(), is_day, "{with_points}");
        }
    }

    #[test]
    fn a_day_with_a_time_has_both() {
        for text in [
            "05/03/2016",
            "05/03/2016 ",
            "05/03/2016 0:00",
            "05/03/2016 00:0",
            "05/03/2016 00:00:0",
            "05/03/2016 00:00:00:00",
            "05/03/2016 aa:bb",
            "05/03/2016 00:00:00Z",
            "05/03/2016 00.00",
            "05/03/2016T00:00",
            "05/03/16 00:00",
            "05/13/2016 00:00",
            "5/3/2016 00:00",
            "2016-03-05 00:00",
        ] {
            assert_eq!(DateForm::DaySlashTime.day(text), None, "{text}");
        }
    }

    #[test]
    fn every_word_names_its_form() {
        assert!(DateForm::words().all(|word| DateForm::parse(word).is_some()));
        let day = Some(Date::constant(2019, 3, 5));
        assert!(
            WORDS
                .iter()
                .all(|(_, form)| form.day(form.example()) == day)
        );
        assert_eq!(DateForm::parse("mm/dd/yyyy"), None, "never month first");
    }
}
