//! The part of a batch that is being written, while the rows after it are resolved.

use directory::run::RunState;

use crate::error::Error;
use crate::writer::Running;

/// A part that is being written, and what became of it.
#[derive(Default)]
pub(crate) struct OnTheWay {
    running: Option<Running<Option<RunState>>>,
    landed: Option<Result<Option<RunState>, Error>>,
}

impl OnTheWay {
    /// A part is being written. The one before it has landed.
    pub(crate) fn send(&mut self, running: Running<Option<RunState>>) {
        self.running = Some(running);
    }

    /// Waits for the part, if there is one. `Some`: the run stands elsewhere, and the part was not written.
    pub(crate) fn land(&mut self) -> Result<Option<RunState>, Error> {
        self.wait();
        self.landed.take().unwrap_or(Ok(None))
    }

    /// Waits for the part: the tables have it then. Contended when it was not written: what came of it is kept for [`Self::land`].
    pub(crate) fn catch_up(&mut self) -> Result<(), Error> {
        self.wait();
        match self.landed {
            None | Some(Ok(None)) => Ok(()),
            Some(_) => Err(Error::Contended),
        }
    }

    fn wait(&mut self) {
        if let Some(running) = self.running.take() {
            self.landed = Some(running.wait());
        }
    }
}
