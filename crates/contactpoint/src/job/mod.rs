//! What runs beside the pages for as long as the program does.

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, TryRecvError};

pub mod count;
mod reconsider;
pub mod sequence;
mod sift;

/// Whether a job goes on, or was told to stop.
fn goes_on(stopped: &Receiver<()>) -> ControlFlow<()> {
    match stopped.try_recv() {
        Err(TryRecvError::Empty) => ControlFlow::Continue(()),
        Ok(()) | Err(TryRecvError::Disconnected) => ControlFlow::Break(()),
    }
}
