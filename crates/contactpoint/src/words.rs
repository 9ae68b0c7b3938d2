//! Days, times, numbers and states in the words people read.

use std::sync::LazyLock;

use directory::address::{AddressState, Return};
use directory::lifecycle::age_on;
use directory::name::Gender;
use directory::setting::{Education, PrimaryCare};
use directory::text;
use directory::{Date, Timestamp};
use jiff::tz::TimeZone;

use crate::view::telephone::Telephone;

/// What is said of something that nobody has told the directory (R19).
pub const NOT_KNOWN: &str = "Not known";

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEK_DAYS: i32 = 7;
/// From how many days on a time is told in months rather than weeks.
const MONTHS_FROM_DAYS: i32 = 60;

static LONDON: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC));

/// A text as it is printed: with the curved apostrophe, whichever its source writes. Never for what is copied, such as an address of
/// e-mail, nor for what somebody typed and will send again.
#[must_use]
pub fn typeset(text: &impl ToString) -> String {
    text.to_string().replace('\'', "’")
}

/// A day as `3 July 2015`.
#[must_use]
pub fn day(day: Date) -> String {
    let month = usize::try_from(day.month())
        .ok()
        .and_then(|month| MONTHS.get(month.checked_sub(1)?));
    format!(
        "{} {} {}",
        day.day(),
        month.copied().unwrap_or_default(),
        day.year()
    )
}

/// The month, 1 to 12, that a name or its first three letters or more stand for.
#[must_use]
pub fn month_named(name: &str) -> Option<i8> {
    let lower = name.to_lowercase();
    let is_meant = |month: &str| lower.len() >= 3 && month.to_lowercase().starts_with(&lower);
    let place = MONTHS
        .iter()
        .position(|month| is_meant(month))
        .or_else(|| (lower == "sept").then_some(8))?;
    i8::try_from(place.saturating_add(1)).ok()
}

/// A moment as the clock in England shows it: `3 July 2026 at 2:05pm`.
#[must_use]
pub fn moment(at: Timestamp) -> String {
    let there = at.to_zoned(LONDON.clone());
    let (half, hour) = match there.hour() {
        0 => ("am", 12),
        hour @ 1..=11 => ("am", hour),
        12 => ("pm", 12),
        hour => ("pm", hour.saturating_sub(12)),
    };
    format!(
        "{} at {hour}:{:02}{half}",
        day(there.date()),
        there.minute()
    )
}

/// How long ago a day was: `today`, `3 days ago`, `2 weeks ago`, `5 months ago`.
#[must_use]
pub fn ago(then: Date, today: Date) -> String {
    let days = then.until(today).map_or(0, |span| span.get_days());
    let counted = |count: i32, one: &str| match count {
        1 => format!("1 {one} ago"),
        count => format!("{count} {one}s ago"),
    };
    match days {
        ..=0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        2..=13 => counted(days, "day"),
        14..MONTHS_FROM_DAYS => counted(days.div_euclid(WEEK_DAYS), "week"),
        _ => counted(months_between(then, today), "month"),
    }
}

fn months_between(then: Date, today: Date) -> i32 {
    let months = |day: Date| {
        i32::from(day.year())
            .saturating_mul(12)
            .saturating_add(i32::from(day.month()))
    };
    let whole = months(today).saturating_sub(months(then));
    if today.day() < then.day() {
        whole.saturating_sub(1)
    } else {
        whole
    }
}

/// An age in whole years.
#[must_use]
pub fn age(born: Option<Date>, today: Date) -> String {
    match born.map(|born| age_on(born, today)) {
        None => "age not known".to_owned(),
        Some(0) => "under 1".to_owned(),
        Some(years) => years.to_string(),
    }
}

/// A date of birth.
#[must_use]
pub fn born(born: Option<Date>) -> String {
    born.map_or_else(|| "on a day that is not known".to_owned(), day)
}

/// A gender on its own: `female`, `gender not specified`.
#[must_use]
pub fn gender(gender: Option<Gender>) -> &'static str {
    match gender {
        Some(Gender::Female) => "female",
        Some(Gender::Male) => "male",
        Some(Gender::Unspecified) => "gender not specified",
        None => "gender not known",
    }
}

/// A telephone number; one of this country is dialled from within it.
#[must_use]
pub fn telephone(number: &text::Telephone) -> Telephone {
    let text = number.as_str();
    match (text.strip_prefix("+44"), text.starts_with('+')) {
        (Some(rest), _) => Telephone::new(&format!("0{rest}")),
        (None, true) => Telephone {
            grouped: text.to_owned(),
            digits: text.to_owned(),
        },
        (None, false) => Telephone::new(text),
    }
}

/// How a child is educated (R19): what is not known is said to be not known, and never taken for an absence.
#[must_use]
pub fn education(education: Option<&Education>) -> &'static str {
    match education {
        Some(Education::Registered { .. }) => "Registered at a school or college",
        Some(Education::AtHome) => "Educated at home",
        Some(Education::Otherwise) => "Educated otherwise than at school or home",
        Some(Education::NotRegistered) => "Not registered at a school or college",
        None => NOT_KNOWN,
    }
}

/// How a child reaches medical help (R19).
#[must_use]
pub fn primary_care(care: Option<&PrimaryCare>) -> &'static str {
    match care {
        Some(PrimaryCare::Registered { .. }) => "Registered with a general practice",
        Some(PrimaryCare::Otherwise) => "Has access to medical help in another way",
        Some(PrimaryCare::NotRegistered) => "Not registered with a general practice",
        None => NOT_KNOWN,
    }
}

/// What is known of where a child lives (L1).
#[must_use]
pub fn address_state(state: Option<&AddressState>) -> &'static str {
    match state {
        Some(AddressState::Current(_)) => "Current address",
        Some(AddressState::LastKnown(_)) => "Last known address",
        Some(AddressState::NoKnown) => "No known address",
        Some(AddressState::LeftEngland(Return::Intended)) => "Has left England and means to return",
        Some(AddressState::LeftEngland(Return::NotIntended)) => {
            "Has left England and does not mean to return"
        }
        Some(AddressState::LeftEngland(Return::Unknown)) => {
            "Has left England; not known whether to return"
        }
        None => NOT_KNOWN,
    }
}

/// A browser and its system by their names, from what it says of itself: `Firefox on Windows`. Nothing more of it is kept.
#[must_use]
pub fn browser(user_agent: &str) -> String {
    const BROWSERS: [(&str, &str); 7] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("CrOS", "ChromeOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("Linux", "Linux"),
    ];
    let named = |names: &[(&str, &'static str)]| {
        names
            .iter()
            .find(|(mark, _)| user_agent.contains(mark))
            .map(|(_, name)| *name)
    };
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("A browser on {system}"),
        (None, None) => "Not known".to_owned(),
    }
}

/// Bytes in hexadecimal.
#[must_use]
pub fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let digit = |value: u8| DIGITS.get(usize::from(value & 15)).copied().unwrap_or('0');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(*byte)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_and_moments_are_said_as_in_england() {
        assert_eq!(day(date(2015, 7, 3)), "3 July 2015");
        for (at, words) in [
            ("2026-07-03T13:05:00Z", "3 July 2026 at 2:05pm"),
            ("2026-01-03T00:05:00Z", "3 January 2026 at 12:05am"),
            ("2026-06-30T23:30:00Z", "1 July 2026 at 12:30am"),
            ("2026-01-03T12:00:00Z", "3 January 2026 at 12:00pm"),
            ("2026-10-25T00:59:59Z", "25 October 2026 at 1:59am"),
            ("2026-10-25T01:00:00Z", "25 October 2026 at 1:00am"),
        ] {
            assert_eq!(moment(at.parse().unwrap()), words, "{at}");
        }
    }

    #[test]
    fn how_long_ago_is_said_in_days_weeks_and_months() {
        let today = date(2026, 7, 3);
        for (then, words) in [
            (date(2026, 7, 4), "today"),
            (today, "today"),
            (date(2026, 7, 2), "yesterday"),
            (date(2026, 6, 20), "13 days ago"),
            (date(2026, 6, 19), "2 weeks ago"),
            (date(2026, 5, 5), "8 weeks ago"),
            (date(2026, 5, 4), "1 month ago"),
            (date(2026, 1, 4), "5 months ago"),
            (date(2025, 7, 3), "12 months ago"),
        ] {
            assert_eq!(ago(then, today), words, "{then}");
        }
    }

    #[test]
    fn months_have_names_and_short_names() {
        for (name, month) in [
            ("Jul", Some(7)),
            ("JULY", Some(7)),
            ("sept", Some(9)),
            ("ju", None),
            ("julyy", None),
            ("", None),
        ] {
            assert_eq!(month_named(name), month, "{name}");
        }
    }

    #[test]
    fn numbers_of_this_country_are_dialled_from_within_it() {
        let shown = |text: &str| telephone(&text::telephone(text).unwrap());
        assert_eq!(shown("+44 1632 960114").digits, "01632960114");
        assert_eq!(
            shown("01632 960114").grouped.replace('\u{a0}', " "),
            "01632 960 114"
        );
        assert_eq!(shown("+33 1 99 00 12 34").digits, "+33199001234");
    }

    #[test]
    fn r19_what_is_not_known_is_said_to_be_not_known() {
        assert_eq!(education(None), "Not known");
        assert_eq!(primary_care(None), "Not known");
        assert_eq!(address_state(None), "Not known");
        assert_eq!(education(Some(&Education::AtHome)), "Educated at home");
    }

    #[test]
    fn a_browser_is_known_by_name_and_nothing_more() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
                "Chrome on Linux",
            ),
            ("", "Not known"),
        ] {
            assert_eq!(browser(agent), name);
        }
    }

    #[test]
    fn hexadecimal_is_two_digits_a_byte() {
        assert_eq!(hexadecimal(&[0, 15, 255]), "000fff");
    }
}
