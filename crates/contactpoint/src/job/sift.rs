//! Each night a look for open records that came to be like one another: two of one child each hide half of who works with it.

use std::ops::ControlFlow;
use std::sync::mpsc::Receiver;
use std::thread;

use directory::Now;
use store::{Error, Store};

use super::count::{REST_TIMES, hours_before, is_night};
use super::goes_on;

/// Looks, if it is night and nobody has since the last one, until the night ends.
///
/// # Errors
/// [`Error`] when the store does not answer.
pub(super) fn round(
    store: &Store,
    clock: fn() -> Now,
    stopped: &Receiver<()>,
) -> Result<(), Error> {
    let now = clock();
    if !is_night(now.at) || store.is_first_load()? {
        return Ok(());
    }
    if !store.take_turn_to_sift(hours_before(now.at), now)? {
        return Ok(());
    }
    let mut began = now.at;
    let done = store.sift(now, &mut |_| {
        let worked = clock().at.duration_since(began).unsigned_abs();
        thread::sleep(worked.saturating_mul(REST_TIMES));
        began = clock().at;
        if is_night(began) {
            goes_on(stopped)
        } else {
            ControlFlow::Break(())
        }
    })?;
    if done.failed > 0 {
        tracing::error!(
            failed = done.failed,
            "some records could not be compared with others; they are tried again when their turn comes"
        );
    }
    Ok(())
}
