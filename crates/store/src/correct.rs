//! Saying that something on a record is wrong, setting what is right, and undoing that: each a decision on the record, with its event.

use std::cell::Cell;

use directory::Now;
use directory::access::Refusal;
use directory::correction::Disputed;
use directory::disputing::{Told, dismiss, say_wrong, undo};
use directory::event::{Asked, What};
use directory::record::{Author, Decided};

use crate::Store;
use crate::error::Error;
use crate::session::Session;

/// What became of saying that something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It was reported: it is listed for the source, and for somebody who may set what is right.
    Reported,
    /// What is right is shown from now on, and listed for the source.
    Corrected,
}

impl Store {
    /// Says that something on a record is wrong (R83): set right by those who may, reported by everybody else who sees the field.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn say_wrong(
        &self,
        session: &Session,
        reference: &str,
        told: &Told,
        now: Now,
    ) -> Result<Result<Said, Refusal>, Error> {
        let said = Cell::new(Said::Reported);
        let changed = self.change(
            session,
            (reference, Asked::SayWrong),
            now,
            |mut loaded, reason| {
                let (number, who) = (loaded.record.number, (session.actor(), reason));
                let settings = self.reference();
                let settings = (&*settings.catalogue, &settings.survivorship);
                let decided = say_wrong(&loaded.record, settings, who, told, now.today)?;
                let (field, cause) = (told.field, told.cause);
                let what = if matches!(decided, Decided::Corrected(_)) {
                    said.set(Said::Corrected);
                    What::Corrected {
                        number,
                        field,
                        cause,
                    }
                } else {
                    said.set(Said::Reported);
                    What::ErrorReported {
                        number,
                        field,
                        cause,
                    }
                };
                loaded.record.decide(author(session), now, decided);
                Ok((loaded, what))
            },
        )?;
        Ok(changed.map(|()| said.get()))
    }

    /// Undoes the last correction of a field, of a list that of one entry: the record is as it would have been without it.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn undo_correction(
        &self,
        session: &Session,
        reference: &str,
        (field, entry): (Disputed, Option<&str>),
        now: Now,
    ) -> Result<Result<(), Refusal>, Error> {
        let asked = (reference, Asked::EndDispute);
        self.change(session, asked, now, |mut loaded, reason| {
            let (number, who) = (loaded.record.number, (session.actor(), reason));
            let settings = self.reference();
            let settings = (&*settings.catalogue, &settings.survivorship);
            let what = (field, entry);
            let decided = undo(&loaded.record, settings, who, what, now.today)?;
            loaded.record.decide(author(session), now, decided);
            Ok((loaded, What::CorrectionUndone { number, field }))
        })
    }

    /// Dismisses the reports of a field: somebody who may set it looked into them, and nothing is wrong.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn dismiss_report(
        &self,
        session: &Session,
        reference: &str,
        field: Disputed,
        now: Now,
    ) -> Result<Result<(), Refusal>, Error> {
        let asked = (reference, Asked::EndDispute);
        self.change(session, asked, now, |mut loaded, reason| {
            let (number, who) = (loaded.record.number, (session.actor(), reason));
            let settings = self.reference();
            let settings = (&*settings.catalogue, &settings.survivorship);
            let decided = dismiss(&loaded.record, settings, who, field, now.today)?;
            loaded.record.decide(author(session), now, decided);
            Ok((loaded, What::ReportDismissed { number, field }))
        })
    }
}

fn author(session: &Session) -> Author {
    Author::Account(session.actor().account())
}
