//! A calendar date that exists.

/// A day of the proleptic Gregorian calendar, years 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// Last year a date may have.
pub const YEAR_MAX: u16 = 9999;

impl Date {
    /// The date, or `None` when there is no such day.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let exists =
            (1..=YEAR_MAX).contains(&year) && (1..=days_of_month(year, month)).contains(&day);
        exists.then_some(Self { year, month, day })
    }

    /// Year, 1 to [`YEAR_MAX`].
    #[must_use]
    pub fn year(self) -> u16 {
        self.year
    }

    /// Month, 1 to 12.
    #[must_use]
    pub fn month(self) -> u8 {
        self.month
    }

    /// Day of the month, 1 to 31.
    #[must_use]
    pub fn day(self) -> u8 {
        self.day
    }

    /// Day and month exchanged, when that is another date.
    #[must_use]
    pub fn with_day_and_month_swapped(self) -> Option<Self> {
        Self::new(self.year, self.day, self.month).filter(|swapped| *swapped != self)
    }

    /// The eight decimal digits `DDMMYYYY`.
    #[must_use]
    pub fn digits(self) -> [u8; 8] {
        let [day_tens, day_ones] = two_digits(u16::from(self.day));
        let [month_tens, month_ones] = two_digits(u16::from(self.month));
        let [thousands, hundreds] = two_digits(self.year / 100);
        let [tens, ones] = two_digits(self.year % 100);
        [
            day_tens, day_ones, month_tens, month_ones, thousands, hundreds, tens, ones,
        ]
    }
}

/// Decimal digits of a number below 100.
fn two_digits(number: u16) -> [u8; 2] {
    [number / 10, number % 10].map(|digit| u8::try_from(digit).unwrap_or(0))
}

/// 0 when there is no such month.
fn days_of_month(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        1..=12 if month != 2 => 31,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for (year, month, day) in [
            (2023, 2, 29),
            (1900, 2, 29),
            (2024, 13, 1),
            (2024, 0, 1),
            (2024, 4, 31),
            (0, 1, 1),
        ] {
            assert_eq!(Date::new(year, month, day), None);
        }
        assert!(Date::new(2024, 2, 29).is_some() && Date::new(2000, 2, 29).is_some());
    }

    #[test]
    fn swapping_gives_another_existing_date() {
        let date = Date::new(2012, 3, 4).unwrap();
        assert_eq!(date.with_day_and_month_swapped(), Date::new(2012, 4, 3));
        assert_eq!(
            Date::new(2012, 3, 13).unwrap().with_day_and_month_swapped(),
            None
        );
        assert_eq!(
            Date::new(2012, 5, 5).unwrap().with_day_and_month_swapped(),
            None
        );
        assert_eq!(date.digits(), [0, 4, 0, 3, 2, 0, 1, 2]);
    }
}
