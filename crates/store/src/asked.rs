//! What somebody searched for in this session, to fill in the form again: their own words from the ledger, and nothing of a child.

use directory::event::{By, Event, What};
use directory::query::Query;
use directory::reason::Reason;

use crate::Store;
use crate::driver::Value;
use crate::error::Error;
use crate::key::{Subject, hashed};
use crate::session::{Pointer, Session};

/// How many of the person's own events are read to find their last search.
const EVENTS_READ_MAX: i64 = 25;

impl Store {
    /// The reason and query of a search, by its ticket; without one, of the last search of this session. Only of this session, and
    /// whether anybody was found makes no difference. No record is read, so nothing is shown that would need an event.
    ///
    /// # Errors
    /// [`Error`] when the database does not answer.
    pub fn asked(
        &self,
        session: &Session,
        ticket: Option<&str>,
    ) -> Result<Option<(Reason, Query)>, Error> {
        let events = match ticket {
            None => self.last_events(session)?,
            Some(ticket) => match session.pointed(Pointer::Search, ticket) {
                Some(id) => {
                    let sql = "SELECT id, body, commitment FROM event WHERE id = $1";
                    self.events(sql, &[Value::Int(id)])?
                }
                None => Vec::new(),
            },
        };
        Ok(events
            .into_iter()
            .find_map(|event| searched(session, event)))
    }

    fn last_events(&self, session: &Session) -> Result<Vec<Event>, Error> {
        let account = session.actor().account().0;
        let actor = hashed(&self.ring(), Subject::Actor, &account.to_be_bytes());
        let sql =
            "SELECT id, body, commitment FROM event WHERE actor = $1 ORDER BY id DESC LIMIT $2";
        self.events(sql, &[Value::Int(actor), Value::Int(EVENTS_READ_MAX)])
    }

    fn events(&self, sql: &'static str, values: &[Value<'_>]) -> Result<Vec<Event>, Error> {
        let rows = self.read(sql, values, |row| {
            Ok((row.int(0)?, row.blob(1)?, row.blob(2)?))
        })?;
        rows.into_iter()
            .map(|(id, body, commitment)| self.open_event(id, &body, &commitment))
            .collect()
    }
}

fn searched(session: &Session, event: Event) -> Option<(Reason, Query)> {
    let own = matches!(event.by, By::Person { session: mark, .. } if mark == session.mark());
    match event.what {
        What::Searched { reason, query, .. } if own => Some((reason, query)),
        _ => None,
    }
}
