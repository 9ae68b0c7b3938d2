//! Answers at steps of time: how long the work on rows took tells nothing of whom they met (X2).

use std::time::Duration;

use tokio::time::Instant;

/// Work on rows ends at such a step after its beginning, in milliseconds.
const STEP_MILLISECONDS: u128 = 250;

/// How long until the next step after a beginning.
pub(super) fn rest(begun: Instant) -> Duration {
    let taken = begun.elapsed().as_millis();
    let past = taken.checked_rem(STEP_MILLISECONDS).unwrap_or(0);
    let rest = STEP_MILLISECONDS.saturating_sub(past);
    Duration::from_millis(u64::try_from(rest).unwrap_or(0))
}
