//! A person's decision about records, worked out in a batch and written if nothing was written meanwhile; else worked out again.

use directory::Now;
use directory::access::Refusal;
use directory::event::Asked;
use directory::reason::Reason;

use crate::batch::Batch;
use crate::disclose::TRIES_MAX;
use crate::error::Error;
use crate::session::Session;
use crate::waiting::Waits;
use crate::write::Write;
use crate::{Store, first_load, schema};

/// What a decision writes, the turn of supply it was read at, and the answer.
struct Made<T> {
    writes: Vec<Write>,
    waits: Waits,
    turn: Option<String>,
    answer: Result<T, Refusal>,
}

impl Store {
    /// Decides in a batch, and writes what came of it. A refusal is recorded as one of what was asked, and writes nothing else.
    ///
    /// # Errors
    /// [`Error`] when it could not be written: nothing is decided then.
    pub(crate) fn decide_in_batch<T>(
        &self,
        session: &Session,
        (asked, reason): (Asked, Option<Reason>),
        now: Now,
        decide: impl Fn(&mut Batch<'_>) -> Result<Result<T, Refusal>, Error>,
    ) -> Result<Result<T, Refusal>, Error> {
        for _ in 0..TRIES_MAX {
            let made = self.pool.with_snapshot(|connection| {
                let turn = schema::get(connection, "supply")?;
                first_load::check(connection, false)?;
                let mut batch = Batch::of(connection, Some(session.by()), now);
                let answer = decide(&mut batch)?;
                let writes = match answer {
                    Ok(_) => self.writes(&batch)?,
                    Err(_) => Vec::new(),
                };
                Ok(Made {
                    writes,
                    waits: batch.waits,
                    turn,
                    answer,
                })
            })?;
            let answer = match made.answer {
                Ok(answer) => answer,
                Err(refusal) => {
                    return self.refuse(session, (asked, None, reason), refusal, now);
                }
            };
            match self.write_batch(made.writes, made.waits, made.turn) {
                Ok(()) => return Ok(Ok(answer)),
                Err(Error::Contended) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Contended)
    }
}
