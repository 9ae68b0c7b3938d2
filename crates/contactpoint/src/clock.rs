//! The clock and the system's randomness: the only place where either is read.
#![allow(
    clippy::disallowed_methods,
    reason = "everywhere else they are arguments"
)]

use directory::{Date, Now, Timestamp};
use jiff::tz::TimeZone;

/// Where children, practitioners and birthdays are.
const ENGLAND: &str = "Europe/London";

/// The moment, and the day it is in England.
#[allow(
    clippy::disallowed_methods,
    reason = "the clock is read here and nowhere else"
)]
pub fn now() -> Now {
    let at = Timestamp::now();
    Now {
        at,
        today: day_of(at),
    }
}

/// The day in England at an instant.
pub fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::get(ENGLAND).unwrap_or(TimeZone::UTC))
        .date()
}

/// Fills the slice from the system's source of randomness. Without it nothing can be sealed, and nothing may go on.
#[allow(
    clippy::disallowed_methods,
    reason = "randomness is read here and nowhere else"
)]
pub fn entropy(bytes: &mut [u8]) {
    if getrandom::fill(bytes).is_err() {
        std::process::abort();
    }
}
