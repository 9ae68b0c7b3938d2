//! A row that waits, beside the records of which it may be: read from one state, shown behind one event.
//!
//! Whether it may be of a shielded child is asked again at every look: if it may, it waits for other officers from then on (X2, F1).

use directory::access::{Refusal, Viewer, may_review, review_reason};
use directory::disclosure::{Receipt, RowDisclosure, Sealed, SealedRow, show_row};
use directory::event::{Asked, Event, Seen, What};
use directory::reason::Reason;
use directory::row::{RowMark, Waits};
use directory::statement::SourceKind;
use directory::supplied::{Outcome, Restriction};
use directory::survivorship;
use directory::text::AuthorityCode;
use directory::{Date, Now};
use matching::link::Explanation;

use crate::Store;
use crate::batch::Batch;
use crate::disclose::{Loaded, TRIES_MAX};
use crate::error::Error;
use crate::incoming::{Incoming, alone};
use crate::resolve::Resolved;
use crate::review::kind;
use crate::review_hold::Task;
use crate::session::{Pointer, Session};
use crate::waiting::{Guarded, HELD, Moved, REVIEW, Waiting};
use crate::{first_load, schema};

/// The most records shown beside a row.
pub const BESIDE_MAX: usize = 6;

/// A row beside the records of which it may be.
pub struct ShownRow {
    /// What may be seen.
    pub disclosure: RowDisclosure,
    /// From what kind of source the row is.
    pub source: SourceKind,
    /// The day of which it speaks.
    pub confirmed: Date,
    /// For each record of the disclosure, in its order: by what it is chosen, and why the row may or may not be of it.
    pub beside: Vec<Beside>,
    /// Whether the row has a name, so that it can be a child of its own.
    pub named: Named,
}

/// A record of which a row may be.
pub struct Beside {
    /// The reference by which it is chosen, good in this session only.
    pub reference: String,
    /// Why. `None`: one of the two has no name, and only the supplier's own key, a number, or where the child lives or goes leads from
    /// one to the other.
    pub explanation: Option<Explanation>,
}

/// Whether a row has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// It has.
    Yes,
    /// It has none: it can only be of a child who is known.
    No,
}

/// A row that waits, with the records of which it may be, as they stand in one state of the database.
pub(crate) struct Standing {
    pub(crate) task: Task,
    /// Of which it may be, likeliest first; of a held row only those that this person may see.
    pub(crate) beside: Vec<i64>,
}

impl Store {
    /// Shows a row beside the records of which it may be. Every showing is an event that names them all in their versions.
    ///
    /// [`Refusal::AlreadySo`]: it waits no longer for this person, for whatever cause.
    ///
    /// # Errors
    /// [`Error`] when the event could not be made durable: nothing is shown then.
    pub fn show_row(
        &self,
        session: &Session,
        (waits, reference): (Waits, &str),
        now: Now,
    ) -> Result<Result<ShownRow, Refusal>, Error> {
        for _ in 0..TRIES_MAX {
            let reason = match self.row_reason(session, (waits, reference))? {
                Ok(reason) => reason,
                Err(refusal) => {
                    return self.refuse(session, (Asked::Review, None, None), refusal, now);
                }
            };
            let Some(ready) = self.ready_row(session, (waits, reference), now)? else {
                let asked = (Asked::Review, None, Some(reason));
                return self.refuse(session, asked, Refusal::AlreadySo, now);
            };
            let sealed: Vec<Sealed> = ready.seal(self, now);
            let shown: Vec<Seen> = sealed.iter().map(Sealed::seen).collect();
            let what = What::RowShown {
                row: ready.mark,
                waits,
                shown,
                reason,
            };
            let versions = ready.beside.iter().map(|one| (one.0.id, one.0.version));
            let entry = self.append(Event::now(now, session.by(), what), versions.collect())?;
            match Receipt::after(entry) {
                Ok(receipt) => return ready.show(session, (&receipt, sealed)),
                Err(Error::Contended) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Contended)
    }

    /// The reason this session took a row up for.
    pub(crate) fn row_reason(
        &self,
        session: &Session,
        (waits, reference): (Waits, &str),
    ) -> Result<Result<Reason, Refusal>, Error> {
        if let Err(refusal) = may_review(session.actor(), waits) {
            return Ok(Err(refusal));
        }
        let Some(id) = session.pointed(Pointer::Row, reference) else {
            return Ok(Err(Refusal::AlreadySo));
        };
        let given = self.reason_for(session, id)?;
        let fits = given.filter(|reason| *reason == review_reason(waits));
        Ok(fits.ok_or(Refusal::NoReason))
    }

    /// A row and the records of which it may be, read from one state, and sealed. `None`: it waits no longer for this person. If it has
    /// come to wait for other officers, it is moved to them.
    fn ready_row(
        &self,
        session: &Session,
        (waits, reference): (Waits, &str),
        now: Now,
    ) -> Result<Option<Ready>, Error> {
        let (ready, moved) = self.pool.with_snapshot(|connection| {
            let turn = schema::get(connection, "supply")?;
            first_load::check(connection, false)?;
            let mut batch = Batch::of(connection, Some(session.by()), now);
            let standing = self.standing(&mut batch, session, (waits, reference))?;
            let ready = standing.map(|standing| self.readied(&mut batch, session, standing));
            let ready = ready.transpose()?;
            Ok((ready, (self.writes(&batch)?, batch.waits, turn)))
        })?;
        let (writes, waits, turn) = moved;
        match self.write_batch(writes, waits, turn) {
            // What is shown does not hang on it: it is asked again at the next look.
            Ok(()) | Err(Error::Contended) => Ok(ready.flatten()),
            Err(error) => Err(error),
        }
    }

    /// The row of a reference as it stands now. `None`: it does not wait for this person.
    pub(crate) fn standing(
        &self,
        batch: &mut Batch<'_>,
        session: &Session,
        (waits, reference): (Waits, &str),
    ) -> Result<Option<Standing>, Error> {
        let Some(id) = session.pointed(Pointer::Row, reference) else {
            return Ok(None);
        };
        let Some(task) = self.task(batch, id)?.filter(|one| one.kind == kind(waits)) else {
            return Ok(None);
        };
        let supplier = task.supplier();
        let incoming = self.one_incoming((&supplier, &task.row), batch.now);
        self.read_ahead(batch, std::slice::from_ref(&incoming))?;
        let beside = match waits {
            Waits::Review => self.in_doubt(batch, (&task, &incoming))?,
            Waits::Held => self.guarded_all(batch, session, (&task, &incoming))?,
        };
        Ok(beside.map(|beside| Standing { task, beside }))
    }

    /// The open records of which a row may be. `None`: it may be of a shielded child now, or its source restricts it, and it waits for other
    /// officers (X2, C20).
    fn in_doubt(
        &self,
        batch: &mut Batch<'_>,
        (task, incoming): (&Task, &Incoming<'_>),
    ) -> Result<Option<Vec<i64>>, Error> {
        let resolved = self.resolve(batch, incoming)?;
        if let Some(id) = resolved.behind_shield(batch) {
            self.move_held(batch, (task, incoming), id)?;
            return Ok(None);
        }
        if incoming.row.restriction != Restriction::None {
            let area = self.area(batch, incoming, (Waiting::Held(Outcome::Waiting), &[]));
            self.move_task(batch, task, (HELD, area));
            return Ok(None);
        }
        let mut ids = match resolved {
            Resolved::Record(id) => vec![id],
            Resolved::Doubtful(ids) => ids,
            Resolved::New | Resolved::Held(..) => Vec::new(),
        };
        ids.truncate(BESIDE_MAX);
        Ok(Some(ids))
    }

    /// The shielded records of which a row may be and for whom this person's authority is responsible (C6). `None`: there are none; then
    /// the row waits for whoever is responsible, or for a data officer. One that its source restricts never does (C20): where it is of no
    /// shielded child, the officers of the authority it names see it by itself.
    fn guarded_all(
        &self,
        batch: &mut Batch<'_>,
        session: &Session,
        (task, incoming): (&Task, &Incoming<'_>),
    ) -> Result<Option<Vec<i64>>, Error> {
        let mut every = Vec::new();
        while every.len() < BESIDE_MAX
            && let Some(id) = self.resolve(batch, incoming)?.behind_shield(batch)
        {
            every.push(id);
            // What a person linked the row to, or what it says word for word, it is of, and of nobody else.
            if !batch.set_aside.insert(id) {
                break;
            }
        }
        every.dedup();
        batch.set_aside.clear();
        let own: Vec<i64> = every
            .iter()
            .copied()
            .filter(|id| self.is_responsible(batch, session, *id))
            .collect();
        match (own.is_empty(), every.first()) {
            (false, _) => Ok(Some(own)),
            (true, Some(id)) => {
                self.move_held(batch, (task, incoming), *id)?;
                Ok(None)
            }
            (true, None) if incoming.row.restriction != Restriction::None => {
                let area = self.area(batch, incoming, (Waiting::Held(Outcome::Waiting), &[]));
                if area.is_some() && area.as_ref() == session.actor().authority() {
                    return Ok(Some(Vec::new()));
                }
                self.move_task(batch, task, (HELD, area));
                Ok(None)
            }
            (true, None) => {
                // The shield was lifted, or the child is another now: a data officer decides.
                let area = self.area(batch, incoming, (Waiting::Review, &[]));
                self.move_task(batch, task, (REVIEW, area));
                Ok(None)
            }
        }
    }

    fn is_responsible(&self, batch: &Batch<'_>, session: &Session, id: i64) -> bool {
        let touched = batch.touched.get(&id);
        touched.is_some_and(|touched| {
            let sealed = self.sealed(&touched.loaded, batch.now);
            let viewer = sealed.viewer(session.actor(), Reason::ShieldDecision);
            viewer == Ok(Viewer::ManagementTeam)
        })
    }

    fn readied(
        &self,
        batch: &mut Batch<'_>,
        session: &Session,
        standing: Standing,
    ) -> Result<Option<Ready>, Error> {
        let Standing { task, beside } = standing;
        let supplier = task.supplier();
        let incoming = self.one_incoming((&supplier, &task.row), batch.now);
        let mut every = Vec::with_capacity(beside.len());
        for id in &beside {
            let Some(touched) = batch.touched.get(id) else {
                return Err(Error::Inconsistent("a record beside a row"));
            };
            let explanation = self.evidence((batch, touched), &incoming);
            let loaded = Loaded {
                id: *id,
                version: touched.loaded.version,
                record: touched.loaded.record.clone(),
            };
            let reference = session.point(Pointer::Record, *id)?;
            every.push((
                loaded,
                Beside {
                    reference,
                    explanation,
                },
            ));
        }
        let waits = if task.kind == HELD {
            Waits::Held
        } else {
            Waits::Review
        };
        let area = self.area(batch, &incoming, (Waiting::Review, &beside));
        let catalogue = &self.reference().catalogue;
        let said = survivorship::child(&alone(&task.source, &task.row), catalogue, batch.now.today);
        let mark = incoming.keys.mark();
        let row = SealedRow::new(said, mark, waits, area.clone());
        let sealed = every.iter().map(|one| self.sealed(&one.0, batch.now));
        let sealed: Vec<Sealed> = sealed.collect();
        if row.may_be_shown(session.actor(), sealed.iter()).is_err() {
            if waits == Waits::Review {
                self.move_task(batch, &task, (REVIEW, area));
            }
            return Ok(None);
        }
        Ok(Some(Ready {
            named: if incoming.portrayed.is_some() {
                Named::Yes
            } else {
                Named::No
            },
            source: task.source.kind,
            confirmed: task.row.confirmed,
            beside: every,
            mark,
            row,
        }))
    }

    /// Lets a row wait for the shielding officers of a child.
    fn move_held(
        &self,
        batch: &mut Batch<'_>,
        (task, incoming): (&Task, &Incoming<'_>),
        id: i64,
    ) -> Result<(), Error> {
        let guarded = self.guard(batch, incoming, id)?;
        let area = self.area(batch, incoming, (Waiting::Held(Outcome::Waiting), &[id]));
        self.move_task(batch, task, (HELD, area));
        if let Guarded::Anew(before) = guarded {
            self.hold_waiting(batch, (id, &before))?;
        }
        Ok(())
    }

    fn move_task(
        &self,
        batch: &mut Batch<'_>,
        task: &Task,
        (kind, area): (&'static str, Option<AuthorityCode>),
    ) {
        batch.waits.move_to(Moved {
            task: task.id,
            kind,
            area: self.area_key(area.as_ref()),
        });
    }
}

/// A row and the records beside it, ready to be shown when the event of it stands.
struct Ready {
    row: SealedRow,
    mark: RowMark,
    beside: Vec<(Loaded, Beside)>,
    source: SourceKind,
    confirmed: Date,
    named: Named,
}

impl Ready {
    fn seal(&self, store: &Store, now: Now) -> Vec<Sealed> {
        let each = self.beside.iter();
        each.map(|one| store.sealed(&one.0, now)).collect()
    }

    fn show(
        self,
        session: &Session,
        (receipt, sealed): (&Receipt, Vec<Sealed>),
    ) -> Result<Result<ShownRow, Refusal>, Error> {
        let disclosure = match show_row(receipt, session.actor(), self.row, sealed) {
            Ok(disclosure) => disclosure,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let shown: Vec<usize> = disclosure.beside().iter().map(|one| one.0).collect();
        let each = self.beside.into_iter().enumerate();
        let beside = each.filter(|(place, _)| shown.contains(place));
        Ok(Ok(ShownRow {
            beside: beside.map(|(_, (_, beside))| beside).collect(),
            source: self.source,
            confirmed: self.confirmed,
            named: self.named,
            disclosure,
        }))
    }
}
