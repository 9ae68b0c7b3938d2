//! The part of a batch that is being written, while the rows after it are resolved.

use directory::run::RunState;

use crate::driver::{Connection, renew_snapshot};
use crate::error::Error;
use crate::writer::Running;

/// A part that is being written, and what became of it. A batch of which nothing was written is not behind.
#[derive(Default)]
pub(crate) struct OnTheWay {
    running: Option<Running<Option<RunState>>>,
    landed: Option<Result<Option<RunState>, Error>>,
    /// Whether the batch reads the tables as they were before something of it was written.
    is_behind: bool,
}

impl OnTheWay {
    /// A part is being written. The one before it has landed.
    pub(crate) fn send(&mut self, running: Running<Option<RunState>>) {
        self.running = Some(running);
        self.is_behind = true;
    }

    /// Waits for the part, if there is one. `Some`: the run stands elsewhere, and the part was not written.
    pub(crate) fn land(&mut self) -> Result<Option<RunState>, Error> {
        self.wait();
        self.landed.take().unwrap_or(Ok(None))
    }

    /// Waits for the part and sees the tables with it. Contended when it was not written: what came of it is kept for [`Self::land`].
    pub(crate) fn catch_up(&mut self, connection: &mut dyn Connection) -> Result<(), Error> {
        self.wait();
        if !matches!(self.landed, None | Some(Ok(None))) {
            return Err(Error::Contended);
        }
        if self.is_behind {
            renew_snapshot(connection)?;
            self.is_behind = false;
        }
        Ok(())
    }

    fn wait(&mut self) {
        if let Some(running) = self.running.take() {
            self.landed = Some(running.wait());
        }
    }
}
