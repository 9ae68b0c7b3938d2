//! A date typed into three boxes: in full, pasted into the first box, or as far as it is known.

use directory::Date;

use crate::view::field::{DateField, DatePart};
use crate::visitor::Fields;
use crate::words;

/// What was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// Nothing.
    Nothing,
    /// A day.
    Day(Date),
    /// A month of a year: its first and last day.
    Month(Date, Date),
    /// A year.
    Year(i16),
}

/// What is wrong, and with which box; `None`: with all of them.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) part: Option<DatePart>,
    pub(super) text: String,
}

/// The three boxes of a field as they were sent.
pub(super) fn sent(typed: &Fields, name: &str) -> DateField {
    let text = |part: &str| typed.text(&format!("{name}_{part}")).to_owned();
    DateField {
        day: text("day"),
        month: text("month"),
        year: text("year"),
        fault: None,
        faulty_part: None,
    }
}

/// Reads the boxes. `what` is what the date is of, with a capital letter: `Date of birth`.
pub(super) fn read(field: &DateField, what: &str, today: Date) -> Result<Typed, Wrong> {
    let boxes = [field.day.trim(), field.month.trim(), field.year.trim()];
    let [day, month, year] = match boxes {
        ["", "", ""] => return Ok(Typed::Nothing),
        [whole, "", ""] => split(whole).ok_or_else(|| Wrong {
            part: (whole.len() <= 2).then_some(DatePart::Month),
            text: format!(
                "{what} must have a month and a year, such as 14 5 2011, or be a year alone"
            ),
        })?,
        [day, month, year] => [day, month, year].map(ToOwned::to_owned),
    };
    let read_year = read_year(&year, what, today)?;
    if month.is_empty() && day.is_empty() {
        return Ok(Typed::Year(read_year));
    }
    let read_month = read_month(&month, what)?;
    if day.is_empty() {
        return whole_month(read_year, read_month)
            .ok_or_else(|| wrong(DatePart::Month, format!("{what} is not in the calendar")));
    }
    let number = day
        .trim_end_matches(|c: char| c.is_ascii_alphabetic())
        .parse::<i8>();
    let read_day = number.ok().filter(|day| (1..=31).contains(day));
    let read_day = read_day.ok_or_else(|| {
        wrong(
            DatePart::Day,
            format!("{what}: day must be between 1 and 31"),
        )
    })?;
    let date = Date::new(read_year, read_month, read_day);
    date.map(Typed::Day).map_err(|_| {
        wrong(
            DatePart::Day,
            format!("{what}: that month has no day {read_day}"),
        )
    })
}

fn wrong(part: DatePart, text: String) -> Wrong {
    Wrong {
        part: Some(part),
        text,
    }
}

/// Day, month and year of a whole date in one box: `3/7/2015`, `03072015`, `3 Jul 2015`, `2015-07-03`, `July 2015`, `2015`.
fn split(whole: &str) -> Option<[String; 3]> {
    if whole.bytes().all(|byte| byte.is_ascii_digit()) {
        let part = |from: usize, to: usize| whole.get(from..to).map(ToOwned::to_owned);
        return match whole.len() {
            4 => Some([String::new(), String::new(), whole.to_owned()]),
            6 => Some([part(0, 2)?, part(2, 4)?, part(4, 6)?]),
            8 if part(2, 4)?.parse::<u8>().is_ok_and(|month| month > 12) => {
                Some([part(6, 8)?, part(4, 6)?, part(0, 4)?])
            }
            8 => Some([part(0, 2)?, part(2, 4)?, part(4, 8)?]),
            _ => None,
        };
    }
    let parts: Vec<&str> = whole
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect();
    let [day, month, year] = match parts.as_slice() {
        [year, month, day] if year.len() == 4 => [*day, *month, *year],
        [day, month, year] => [*day, *month, *year],
        [month, year] => ["", *month, *year],
        _ => return None,
    };
    Some([day, month, year].map(ToOwned::to_owned))
}

/// A year of four digits, or of two that are not in the future.
fn read_year(text: &str, what: &str, today: Date) -> Result<i16, Wrong> {
    let wrong = |text| wrong(DatePart::Year, text);
    if text.is_empty() {
        return Err(wrong(format!("{what} must have a year")));
    }
    let year = text
        .parse::<i16>()
        .ok()
        .filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let this = today.year();
    let short = this.checked_rem(100).unwrap_or(0);
    let century = this.saturating_sub(short);
    match (year, text.len()) {
        (Some(year), 4) => Ok(year),
        (Some(year), 2) if year <= short => Ok(century.saturating_add(year)),
        _ => Err(wrong(format!(
            "{what}: year must have 4 digits, such as {this}"
        ))),
    }
}

fn read_month(text: &str, what: &str) -> Result<i8, Wrong> {
    if text.is_empty() {
        return Err(wrong(DatePart::Month, format!("{what} must have a month")));
    }
    let number = text
        .parse::<i8>()
        .ok()
        .filter(|month| (1..=12).contains(month));
    let month = number.or_else(|| words::month_named(text));
    month.ok_or_else(|| {
        wrong(
            DatePart::Month,
            format!("{what}: month must be between 1 and 12"),
        )
    })
}

fn whole_month(year: i16, month: i8) -> Option<Typed> {
    let first = Date::new(year, month, 1).ok()?;
    Some(Typed::Month(first, first.last_of_month()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const TODAY: Date = date(2026, 7, 3);

    fn read_boxes(day: &str, month: &str, year: &str) -> Result<Typed, Wrong> {
        let field = DateField {
            day: day.to_owned(),
            month: month.to_owned(),
            year: year.to_owned(),
            ..DateField::default()
        };
        read(&field, "Date of birth", TODAY)
    }

    fn typed(day: &str, month: &str, year: &str) -> Result<Typed, String> {
        read_boxes(day, month, year).map_err(|wrong| wrong.text)
    }

    #[test]
    fn a_day_is_taken_in_the_forms_people_write_it() {
        let day = Ok(Typed::Day(date(2015, 7, 3)));
        for whole in [
            "3/7/2015",
            "03072015",
            "3 Jul 2015",
            "2015-07-03",
            "20150703",
            "3.7.2015",
            "3rd July 2015",
            "03-07-15",
            "030715",
            " 3 / 7 / 2015 ",
        ] {
            assert_eq!(typed(whole, "", ""), day, "{whole}");
        }
        assert_eq!(typed("3", "7", "2015"), day);
        assert_eq!(typed("3", "July", "15"), day);
    }

    #[test]
    fn less_than_a_day_is_enough() {
        let month = Ok(Typed::Month(date(2015, 2, 1), date(2015, 2, 28)));
        assert_eq!(typed("", "", ""), Ok(Typed::Nothing));
        assert_eq!(typed("", "", "2015"), Ok(Typed::Year(2015)));
        assert_eq!(typed("2015", "", ""), Ok(Typed::Year(2015)));
        assert_eq!(typed("", "2", "2015"), month);
        assert_eq!(typed("Feb 2015", "", ""), month);
    }

    #[test]
    fn what_is_wrong_names_the_part() {
        for (boxes, part) in [
            (["31", "4", "2015"], DatePart::Day),
            (["32", "4", "2015"], DatePart::Day),
            (["x", "4", "2015"], DatePart::Day),
            (["3", "13", "2015"], DatePart::Month),
            (["3", "", "2015"], DatePart::Month),
            (["3", "", ""], DatePart::Month),
            (["3", "4", ""], DatePart::Year),
            (["3", "4", "215"], DatePart::Year),
            (["3", "4", "99"], DatePart::Year),
            (["", "4", "+215"], DatePart::Year),
            (["29", "2", "2015"], DatePart::Day),
        ] {
            let [day, month, year] = boxes;
            let wrong = read_boxes(day, month, year).err().unwrap();
            assert!(wrong.part == Some(part), "{boxes:?}: {}", wrong.text);
        }
        assert!(read_boxes("yesterday", "", "").is_err_and(|wrong| wrong.part.is_none()));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_answered(day in "\\PC{0,12}", month in "\\PC{0,6}", year in "\\PC{0,6}") {
            let _ = typed(&day, &month, &year);
        }

        #[test]
        fn every_day_reads_back_from_every_form(day in 1i8..=28, month in 1i8..=12, year in 2000i16..=2026) {
            let expected = Ok(Typed::Day(Date::new(year, month, day).unwrap()));
            let words = words::day(Date::new(year, month, day).unwrap());
            for whole in [format!("{day}/{month}/{year}"), format!("{year}-{month:02}-{day:02}"), words] {
                prop_assert_eq!(typed(&whole, "", ""), expected.clone());
            }
            prop_assert_eq!(typed(&format!("{day:02}{month:02}{year}"), "", ""), expected);
        }
    }
}
