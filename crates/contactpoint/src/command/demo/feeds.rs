//! Saying how a feed went, in one line.

use std::time::Duration;

use contactpoint::supply::Summary;

use crate::command::say::{grouped, note};

/// Says how many rows of a feed were taken, and how long it took.
pub fn note_loaded(title: &str, summary: &Summary, took: Duration) {
    let taken = summary.accepted.saturating_add(summary.unchanged);
    note(format_args!(
        "{title:<49} {:>9} rows, {:>9} taken, {:>6} wait, {:>6} refused, {:>6.1} s",
        grouped(summary.read),
        grouped(taken),
        grouped(summary.waiting),
        grouped(summary.refused),
        took.as_secs_f64()
    ));
}
