//! A person's own recent look-ups. They name records by number only, never by what was seen (X2).

use directory::event::{Event, What};
use directory::number::Number;
use directory::reason::Reason;
use directory::{Now, Timestamp};

use crate::Store;
use crate::driver::Value;
use crate::error::Error;
use crate::key::{Subject, hashed};
use crate::session::Session;

/// The most look-ups listed.
pub const LOOK_UPS_MAX: usize = 25;
/// How many events are read to find them.
const EVENTS_READ_MAX: i64 = 400;

/// One look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookUp {
    /// When.
    pub at: Timestamp,
    /// What was done.
    pub looked: Looked,
    /// The reason given, if one was.
    pub reason: Option<Reason>,
}

/// What was done in a look-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// Searched, and was shown a list.
    Searched,
    /// Searched, and was shown nothing.
    FoundNothing,
    /// Opened a record.
    Opened(Number),
    /// Was refused.
    Refused(Option<Number>),
    /// Recorded being involved, or no longer.
    Changed(Number),
    /// Was shown a row that waits; beside whose record, when it was one only.
    RowShown(Option<Number>),
    /// Decided a row that waits; about whose record, when it was one only.
    RowDecided(Option<Number>),
}

impl Store {
    /// The person's own recent look-ups, the latest first.
    ///
    /// # Errors
    /// [`Error`] when they could not be read.
    pub fn look_ups(&self, session: &Session, _now: Now) -> Result<Vec<LookUp>, Error> {
        let account = session.actor().account().0;
        let actor = hashed(&self.ring(), Subject::Actor, &account.to_be_bytes());
        let sql =
            "SELECT id, body, commitment FROM event WHERE actor = $1 ORDER BY id DESC LIMIT $2";
        let values = [Value::Int(actor), Value::Int(EVENTS_READ_MAX)];
        let rows = self.read(sql, &values, |row| {
            Ok((row.int(0)?, row.blob(1)?, row.blob(2)?))
        })?;
        let mut look_ups = Vec::new();
        for (id, body, commitment) in rows {
            look_ups.extend(look_up(&self.open_event(id, &body, &commitment)?));
            if look_ups.len() == LOOK_UPS_MAX {
                break;
            }
        }
        Ok(look_ups)
    }
}

fn look_up(event: &Event) -> Option<LookUp> {
    let (looked, reason) = match &event.what {
        What::Searched { reason, shown, .. } if shown.is_empty() => {
            (Looked::FoundNothing, Some(*reason))
        }
        What::Searched { reason, .. } => (Looked::Searched, Some(*reason)),
        What::Opened { seen, reason, .. } | What::ConnectedShown { seen, reason, .. } => {
            (Looked::Opened(seen.number), Some(*reason))
        }
        What::Refused { number, reason, .. } => (Looked::Refused(*number), *reason),
        What::Involved { number, .. }
        | What::InvolvementEnded { number, .. }
        | What::ShieldPlaced { number, .. }
        | What::ErrorReported { number, .. }
        | What::Corrected { number, .. }
        | What::CorrectionUndone { number, .. }
        | What::ReportDismissed { number, .. } => (Looked::Changed(*number), None),
        What::WorkBegun { seen, .. }
        | What::WorkEnded { seen, .. }
        | What::CorrectionAnswered { seen, .. }
        | What::WorkEndedFor { seen, .. }
        | What::Transferred { seen, .. }
        | What::TakeOnOffered { seen }
        | What::TakenOn { seen }
        | What::ConnectedDecided { seen, .. }
        | What::DuplicateJudged { seen, .. } => (Looked::Changed(seen.number), None),
        What::HeldBack { .. } => (Looked::Refused(None), None),
        What::RowShown { reason, .. } => (Looked::RowShown(event.number()), Some(*reason)),
        What::RowLinked { .. } | What::RowApart { .. } | What::RowPutOff { .. } => {
            (Looked::RowDecided(event.number()), None)
        }
        What::Merged { number, .. }
        | What::MergeUndone { number, .. }
        | What::Split { number, .. }
        | What::SplitUndone { number, .. } => (Looked::Changed(*number), None),
        What::Reasoned { .. }
        | What::SignedIn
        | What::SignInFailed { .. }
        | What::SignedOut
        | What::SessionEnded
        | What::Supplied(_)
        | What::Run { .. }
        | What::AccountChanged { .. }
        | What::KeyRotated { .. }
        | What::AccountSet { .. }
        | What::OrganisationSet { .. }
        | What::AuthoritySet { .. }
        | What::ServiceSet { .. }
        | What::SignInBarred { .. }
        | What::AtDoor(_)
        | What::PrecedenceSet { .. }
        | What::Followed { .. }
        | What::MovedListed { .. }
        | What::ConnectedListed { .. }
        | What::ConnectedFound { .. }
        | What::DuplicatesListed { .. }
        | What::CorrectionsListed { .. } => return None,
    };
    Some(LookUp {
        at: event.at,
        looked,
        reason,
    })
}
