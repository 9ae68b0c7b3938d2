//! Days counted forwards and back, and the ways suppliers write them.

use jiff::ToSpan;
use jiff::civil::Date;

/// How a supplier writes a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateStyle {
    /// 05/03/2019
    Slashed,
    /// 2019-03-05
    Iso,
    /// 20190305
    Compact,
    /// 05-Mar-2019
    MonthName,
}

/// The date this many days later, earlier when negative; the same date at the ends of time.
pub fn later(date: Date, days: i32) -> Date {
    date.checked_add(i64::from(days).days()).unwrap_or(date)
}

/// How many days from the first date to the second.
pub fn days_between(first: Date, second: Date) -> i32 {
    first.until(second).map_or(0, |span| span.get_days())
}

/// The age in whole years on a day; 0 before birth.
pub fn age_years(birth: Date, day: Date) -> i32 {
    let years = i32::from(day.year()).saturating_sub(i32::from(birth.year()));
    let before_birthday = (day.month(), day.day()) < (birth.month(), birth.day());
    years.saturating_sub(i32::from(before_birthday)).max(0)
}

/// The first of September on or before a day: the start of its school year.
pub fn school_year_start(day: Date) -> Date {
    let year = if day.month() >= 9 {
        day.year()
    } else {
        day.year().saturating_sub(1)
    };
    Date::new(year, 9, 1).unwrap_or(day)
}

/// Writes a date as a supplier does.
pub fn write_date(out: &mut Vec<u8>, date: Date, style: DateStyle) {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    match style {
        DateStyle::Slashed => {
            write_two(out, date.day());
            out.push(b'/');
            write_two(out, date.month());
            out.push(b'/');
            write_year(out, date);
        }
        DateStyle::Iso => {
            write_year(out, date);
            out.push(b'-');
            write_two(out, date.month());
            out.push(b'-');
            write_two(out, date.day());
        }
        DateStyle::Compact => {
            write_year(out, date);
            write_two(out, date.month());
            write_two(out, date.day());
        }
        DateStyle::MonthName => {
            write_two(out, date.day());
            out.push(b'-');
            let month = usize::from(date.month().unsigned_abs()).saturating_sub(1);
            out.extend_from_slice(MONTHS.get(month).unwrap_or(&"").as_bytes());
            out.push(b'-');
            write_year(out, date);
        }
    }
}

fn write_year(out: &mut Vec<u8>, date: Date) {
    let year = date.year().unsigned_abs();
    out.extend([1000, 100, 10, 1].map(|unit: u16| digit(year.checked_div(unit).unwrap_or(0))));
}

fn write_two(out: &mut Vec<u8>, number: i8) {
    let number = u16::from(number.unsigned_abs());
    out.extend([digit(number / 10), digit(number)]);
}

fn digit(number: u16) -> u8 {
    b'0'.wrapping_add((number % 10) as u8)
}
