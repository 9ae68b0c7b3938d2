//! The batch of a first load that is being written, while the next one is looked up: its records are read from here.

use std::sync::Arc;

use crate::error::Error;
use crate::first_load::another;
use crate::write::Write;
use crate::writer::Running;

/// The turn of supply after a batch.
type Turn = Option<String>;

/// A batch that is being written, and its records.
#[derive(Default)]
pub(crate) struct Flying {
    running: Option<Running<Turn>>,
    /// In the order of their records.
    writes: Option<Arc<Vec<Write>>>,
    /// A batch was not written, or its keys are not known: what came after it is of no use.
    is_lost: bool,
}

impl Flying {
    /// A batch is being written. The one before it has landed.
    pub(crate) fn send(&mut self, running: Running<Turn>, writes: Arc<Vec<Write>>) {
        self.running = Some(running);
        self.writes = Some(writes);
    }

    /// The records of the batch that was sent last.
    pub(crate) fn writes(&self) -> Option<Arc<Vec<Write>>> {
        self.writes.clone()
    }

    /// The load is of no use any more, though what was sent is written. Whoever goes on with it reads what is there.
    pub(crate) fn lose(&mut self) {
        let _ = self.land();
        self.is_lost = true;
    }

    /// Waits for the batch that is being written: the turn of supply after it. `None`: none is.
    pub(crate) fn land(&mut self) -> Result<Option<Turn>, Error> {
        if self.is_lost {
            return Err(another());
        }
        let Some(running) = self.running.take() else {
            return Ok(None);
        };
        match running.wait() {
            Ok(turn) => Ok(Some(turn)),
            Err(error) => {
                self.is_lost = true;
                Err(match error {
                    Error::Contended => another(),
                    other => other,
                })
            }
        }
    }
}

impl Drop for Flying {
    fn drop(&mut self) {
        // Whoever goes on with the load reads what is there.
        let _ = self.land();
    }
}
