//! Each night a look at every shield: has anybody come to be connected since an officer decided (X3), or to be like the child (F1)?

use std::sync::mpsc::Receiver;
use std::thread;

use directory::Now;
use store::{Error, Store};

use super::count::{REST_TIMES, hours_before, is_night};
use super::goes_on;
use crate::figures::NOBODY_HEARS;

/// Looks, if it is night and nobody has since the last one.
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
    if !store.take_turn_to_reconsider(hours_before(now.at), now)? {
        return Ok(());
    }
    let mut began = now.at;
    let done = store.reconsider(now, &mut |_| {
        let worked = clock().at.duration_since(began).unsigned_abs();
        thread::sleep(worked.saturating_mul(REST_TIMES));
        began = clock().at;
        goes_on(stopped)
    })?;
    if done.nobody_hears {
        tracing::warn!("{NOBODY_HEARS}");
    }
    if done.failed > 0 {
        tracing::error!(
            failed = done.failed,
            "some shields could not be looked at; they are tried again the next night"
        );
    }
    Ok(())
}
