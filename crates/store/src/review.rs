//! The worklists of rows that wait: a data officer's of those in doubt, a shielding officer's of those that may be of a shielded child.
//!
//! A list holds nothing of a child: who supplied a row, of which day, how likely it is. A row is seen one at a time, for a reason, and each
//! sight is an event. Decided, held meanwhile or never there: whoever asks is told the same (X2).

use directory::access::{Refusal, may_review, review_reason};
use directory::event::Asked;
use directory::reason::Reason;
use directory::row::Waits;
use directory::statement::SourceKind;
use directory::{Date, Now, Timestamp};

use crate::Store;
use crate::driver::Value;
use crate::error::Error;
use crate::review_area::NO_AREA;
use crate::session::{Pointer, Session};
use crate::waiting::{HELD, REVIEW};

/// The most rows a list names.
pub const LINES_SHOWN_MAX: usize = 20;
/// From how many thousandths of a bit a row is likely of a known child: even odds.
const LIKELY_FROM: i64 = 0;

/// Rows that wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worklist {
    /// How many there are.
    pub waiting: u64,
    /// The first of them, at most [`LINES_SHOWN_MAX`].
    pub lines: Vec<WaitingLine>,
}

/// A row that waits, as a list names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingLine {
    /// The reference by which it is asked for, good in this session only.
    pub reference: String,
    /// From what kind of source it is.
    pub source: SourceKind,
    /// The day of which it speaks.
    pub confirmed: Date,
    /// Whether it is likely of a known child.
    pub likely: Likely,
    /// Who last could not tell, and when. `None`: nobody has looked.
    pub put_off: Option<(Timestamp, String)>,
}

/// Whether a row is likely of a known child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likely {
    /// It is.
    Yes,
    /// It is rather not.
    No,
}

/// Which row comes first. Rows of which somebody could not tell come after all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The one that has waited longest.
    Oldest,
    /// The one likeliest of a known child.
    Likeliest,
}

/// Which row is taken up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The first of a list.
    First(Order),
    /// The one of a reference.
    This(String),
}

impl Store {
    /// The rows that wait for somebody. Nothing of a child is in it, and no row that may be of a shielded one counts for a data officer.
    ///
    /// # Errors
    /// [`Error`] when it could not be read.
    pub fn worklist(
        &self,
        session: &Session,
        (waits, order): (Waits, Order),
        now: Now,
    ) -> Result<Result<Worklist, Refusal>, Error> {
        if let Err(refusal) = may_review(session.actor(), waits) {
            return self.refuse(session, (Asked::Review, None, None), refusal, now);
        }
        let [own, none] = self.areas(session, waits);
        let values = [Value::Text(kind(waits)), Value::Int(own), Value::Int(none)];
        let sql = "SELECT COUNT(*) FROM task WHERE kind = $1 AND (area = $2 OR area = $3)";
        let counts = self.read(sql, &values, |row| row.int(0))?;
        let waiting = counts.first().map_or(0, |count| count.cast_unsigned());
        let rows = self.read(list_of(order), &values, |row| {
            let id = row.int(0)?;
            Ok((id, row.blob(1)?, row.int(2)?, (row.int(3)?, row.int(4)?)))
        })?;
        let mut lines = Vec::with_capacity(rows.len());
        for (id, body, likelihood, put_off) in rows {
            let (source, row) = self.open_task(id, &body)?;
            lines.push(WaitingLine {
                reference: session.point(Pointer::Row, id)?,
                source: source.kind,
                confirmed: row.confirmed,
                likely: if likelihood >= LIKELY_FROM {
                    Likely::Yes
                } else {
                    Likely::No
                },
                put_off: self.put_off(put_off)?,
            });
        }
        Ok(Ok(Worklist { waiting, lines }))
    }

    /// Takes up a row for a reason, which every sight of it is recorded with. Gives its reference; `None`: none waits.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn take_up(
        &self,
        session: &Session,
        (waits, reason): (Waits, Reason),
        wanted: Wanted,
        now: Now,
    ) -> Result<Result<Option<String>, Refusal>, Error> {
        let allowed = may_review(session.actor(), waits).and_then(|()| {
            let open = reason == review_reason(waits);
            open.then_some(()).ok_or(Refusal::ReasonNotOpen)
        });
        if let Err(refusal) = allowed {
            return self.refuse(session, (Asked::Review, None, Some(reason)), refusal, now);
        }
        let id = match wanted {
            Wanted::This(reference) => session.pointed(Pointer::Row, &reference),
            Wanted::First(order) => {
                let [own, none] = self.areas(session, waits);
                let values = [Value::Text(kind(waits)), Value::Int(own), Value::Int(none)];
                let ids = self.read(list_of(order), &values, |row| row.int(0))?;
                ids.first().copied()
            }
        };
        let Some(id) = id else {
            return Ok(Ok(None));
        };
        let session_id = session.id();
        self.writer.write(move |connection| {
            let sql = "INSERT INTO reason_given (session, record, reason) VALUES ($1, $2, $3) \
                 ON CONFLICT (session, record) DO UPDATE SET reason = excluded.reason";
            let values = [
                Value::Int(session_id),
                Value::Int(id),
                Value::Text(reason.code()),
            ];
            connection.execute(sql, &values)
        })?;
        session.point(Pointer::Row, id).map(|text| Ok(Some(text)))
    }

    /// Who last could not tell, and when. `None`: nobody has looked.
    fn put_off(&self, (at, by): (i64, i64)) -> Result<Option<(Timestamp, String)>, Error> {
        if at == 0 {
            return Ok(None);
        }
        let sql = "SELECT body FROM account WHERE id = $1";
        let bodies = self.read(sql, &[Value::Int(by)], |row| row.blob(0))?;
        let name = match bodies.first() {
            Some(body) => self.open_account(by, body)?.name.to_string(),
            None => String::new(),
        };
        let at = Timestamp::from_microsecond(at).map_err(|_| Error::Inconsistent("a moment"))?;
        Ok(Some((at, name)))
    }

    /// The areas whose rows somebody sees: their own authority's, and of rows in doubt those of none.
    fn areas(&self, session: &Session, waits: Waits) -> [i64; 2] {
        /// The area of no row.
        const NOBODYS: i64 = -1;
        let Some(own) = session.actor().authority() else {
            return [NOBODYS, NOBODYS];
        };
        let own = self.area_key(Some(own));
        match waits {
            Waits::Review => [own, NO_AREA],
            Waits::Held => [own, own],
        }
    }
}

/// The kind of task, as the table names it.
pub(crate) fn kind(waits: Waits) -> &'static str {
    match waits {
        Waits::Review => REVIEW,
        Waits::Held => HELD,
    }
}

/// The statement of a list. Its limit is [`LINES_SHOWN_MAX`].
fn list_of(order: Order) -> &'static str {
    match order {
        Order::Oldest => {
            "SELECT id, body, likelihood, put_off, put_off_by FROM task \
             WHERE kind = $1 AND (area = $2 OR area = $3) ORDER BY put_off, id LIMIT 20"
        }
        Order::Likeliest => {
            "SELECT id, body, likelihood, put_off, put_off_by FROM task \
             WHERE kind = $1 AND (area = $2 OR area = $3) \
             ORDER BY CASE WHEN put_off = 0 THEN 0 ELSE 1 END, likelihood DESC, put_off, id LIMIT 20"
        }
    }
}
