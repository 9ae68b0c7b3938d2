//! Giving memory back beside whoever goes on: of a batch there are a hundred thousand pieces.

use std::thread::{self, JoinHandle};

use crate::behind::go_second;

/// A thread that gives back what was left last.
#[derive(Default)]
pub(crate) struct Discarding(Option<JoinHandle<()>>);

impl Discarding {
    /// Gives something back. What was left before has been given back by then, so that never more than two are kept.
    pub(crate) fn take(&mut self, spent: impl Send + 'static) {
        self.wait();
        self.0 = Some(thread::spawn(move || {
            go_second();
            drop(spent);
        }));
    }

    fn wait(&mut self) {
        if let Some(thread) = self.0.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Discarding {
    fn drop(&mut self) {
        self.wait();
    }
}
