//! What suppliers' files did, for those who look after supply: by supplier, never by child.
//!
//! A local supplier of no sector may be one of sensitive services: it is on no page, so that its code tells nobody of which kind it is
//! (R28, X13). The operator sees it at the command line. Whether it is one is not asked of its mapping's `services`: those are `mixed`
//! where nobody wrote otherwise, also by mistake, while a sector is there only because somebody wrote it, and never beside
//! `services = "sensitive"`. So what is not said is taken for sensitive. An ordinary supplier loses nothing by it that names its sector:
//! it is known by that from the beginning of its first file, so that one that is held or paused is on the page of those who let it go on.

use std::collections::BTreeMap;

use directory::Now;
use directory::access::Refusal;
use directory::account::Role;
use directory::event::Asked;
use directory::organisation::Sector;
use directory::oversight::{may_oversee, may_release};
use directory::run::{Run, RunId, RunState};
use directory::statement::SourceKind;
use directory::supplied::Supplier;
use directory::text::SupplierCode;

use crate::Store;
use crate::driver::Value;
use crate::error::Error;
use crate::run::NotSo;
use crate::session::Session;

/// The most runs of a supplier that are listed, the newest first.
pub const RUNS_SHOWN_MAX: usize = 20;
const NEWEST: &str =
    "SELECT id, supplier, state, body FROM run WHERE supplier = $1 ORDER BY id DESC LIMIT 20";
/// The first and the last run of each supplier that came to its end, and every one that is under way or waits.
const TELLING: &str = "SELECT id, supplier, state, body FROM run \
     WHERE id IN (SELECT MIN(id) FROM run WHERE state = 'done' GROUP BY supplier) \
     OR id IN (SELECT MAX(id) FROM run WHERE state = 'done' GROUP BY supplier) \
     OR state IN ('held', 'released', 'running', 'paused') ORDER BY id";
const DONE: &str = "SELECT supplier, COUNT(*) FROM run WHERE state = 'done' GROUP BY supplier";
/// Rows held for shielding officers of an authority.
const HELD: &str = "SELECT id, body FROM task WHERE kind = 'held' AND area = $1 ORDER BY id";

/// A supplier and how its files have come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feeding {
    /// Who.
    pub supplier: Supplier,
    /// The sectors it feeds, or will when its first file is done; none when it is a national source.
    pub sectors: Vec<Sector>,
    /// The first run that came to its end.
    pub first: Option<Run>,
    /// The last one.
    pub last: Option<Run>,
    /// How many came to their end.
    pub done: u64,
    /// The runs that are under way or wait for somebody.
    pub open: Vec<Run>,
}

/// A supplier, looked at closely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overseen {
    /// Who, and how its files have come.
    pub feeding: Feeding,
    /// Its newest runs, at most [`RUNS_SHOWN_MAX`].
    pub runs: Vec<Run>,
    /// How many of its rows are held for the shielding officers of the authority of the one who asks. `None`: it is no such officer (C6).
    pub held_rows: Option<u64>,
}

impl Feeding {
    /// Whether nothing of it is on any page.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.supplier.kind == SourceKind::Local && self.sectors.is_empty()
    }
}

impl Store {
    /// Every supplier that has sent a file, by code, those of no sector too: for the operator.
    ///
    /// # Errors
    /// [`Error`] when they could not be read.
    pub fn feeding(&self) -> Result<Vec<Feeding>, Error> {
        let done = self.read(DONE, &[], |row| Ok((row.text(0)?, row.int(1)?)))?;
        let done: BTreeMap<String, i64> = done.into_iter().collect();
        let sectors = self.read("SELECT supplier, sector FROM feed", &[], |row| {
            Ok((row.text(0)?, row.text(1)?))
        })?;
        let mut all: BTreeMap<SupplierCode, Feeding> = BTreeMap::new();
        for run in self.read(TELLING, &[], |row| self.read_run(row))? {
            let code = run.supplier.code.clone();
            let feeding = all.entry(code).or_insert_with_key(|code| {
                let own = sectors.iter().filter(|(of, _)| of == code.as_str());
                Feeding {
                    supplier: run.supplier.clone(),
                    sectors: own.filter_map(|(_, words)| Sector::parse(words)).collect(),
                    first: None,
                    last: None,
                    done: done
                        .get(code.as_str())
                        .map_or(0, |count| count.cast_unsigned()),
                    open: Vec::new(),
                }
            });
            if run.state == RunState::Done {
                feeding.first.get_or_insert_with(|| run.clone());
                feeding.last = Some(run);
            } else {
                feeding.open.push(run);
            }
        }
        Ok(all.into_values().collect())
    }

    /// The suppliers of which pages tell.
    ///
    /// # Errors
    /// [`Error`] when they could not be read.
    pub fn feeding_named(&self) -> Result<Vec<Feeding>, Error> {
        let mut all = self.feeding()?;
        all.retain(|feeding| !feeding.is_quiet());
        Ok(all)
    }

    pub(crate) fn suppliers_named(&self) -> Result<Vec<SupplierCode>, Error> {
        let all = self.feeding_named()?.into_iter();
        Ok(all.map(|feeding| feeding.supplier.code).collect())
    }

    /// The suppliers, for somebody who looks after supply.
    ///
    /// # Errors
    /// [`Error`] when they could not be read.
    pub fn oversee(
        &self,
        session: &Session,
        now: Now,
    ) -> Result<Result<Vec<Feeding>, Refusal>, Error> {
        if let Err(refusal) = may_oversee(session.actor()) {
            return self.refuse(session, (Asked::Oversee, None, None), refusal, now);
        }
        self.feeding_named().map(Ok)
    }

    /// One supplier, for somebody who looks after supply. `None`: there is none of this code of which pages tell.
    ///
    /// # Errors
    /// [`Error`] when it could not be read.
    pub fn oversee_supplier(
        &self,
        session: &Session,
        code: &SupplierCode,
        now: Now,
    ) -> Result<Result<Option<Overseen>, Refusal>, Error> {
        let all = match self.oversee(session, now)? {
            Ok(all) => all,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(feeding) = all.into_iter().find(|one| one.supplier.code == *code) else {
            return Ok(Ok(None));
        };
        let runs = self.read(NEWEST, &[Value::Text(code.as_str())], |row| {
            self.read_run(row)
        })?;
        let held_rows = self.held_rows(session, code)?;
        Ok(Ok(Some(Overseen {
            feeding,
            runs,
            held_rows,
        })))
    }

    /// Lets a held run go on, as a second person who has looked at it decides.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn release_as(
        &self,
        session: &Session,
        id: RunId,
        now: Now,
    ) -> Result<Result<Result<(), NotSo>, Refusal>, Error> {
        match self.may_let_go_on(session, id, now)? {
            Ok(Some(run)) => self.release_run(run.id, session.by(), now).map(Ok),
            Ok(None) => Ok(Ok(Err(NotSo::NoRun))),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// Lets a paused run go on, as the same persons decide.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn resume_as(
        &self,
        session: &Session,
        id: RunId,
        now: Now,
    ) -> Result<Result<Result<(), NotSo>, Refusal>, Error> {
        match self.may_let_go_on(session, id, now)? {
            Ok(Some(run)) if run.state == RunState::Paused => {
                self.resume_run(run.id, session.by(), now).map(Ok)
            }
            Ok(Some(run)) => Ok(Ok(Err(NotSo::Stands(run.state)))),
            Ok(None) => Ok(Ok(Err(NotSo::NoRun))),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// A run that this person may let go on. `None`: there is none of this number that pages name.
    fn may_let_go_on(
        &self,
        session: &Session,
        id: RunId,
        now: Now,
    ) -> Result<Result<Option<Run>, Refusal>, Error> {
        let named = self.suppliers_named()?;
        let run = self.run(id)?;
        let Some(run) = run.filter(|run| named.contains(&run.supplier.code)) else {
            return Ok(Ok(None));
        };
        match may_release(session.actor(), &run) {
            Ok(()) => Ok(Ok(Some(run))),
            Err(refusal) => self.refuse(session, (Asked::Oversee, None, None), refusal, now),
        }
    }

    /// How many rows of a supplier are held for the officers of one's own authority, who may open every one of them (C6).
    fn held_rows(&self, session: &Session, code: &SupplierCode) -> Result<Option<u64>, Error> {
        let actor = session.actor();
        let Some(own) = actor
            .authority()
            .filter(|_| actor.is(Role::ShieldingOfficer))
        else {
            return Ok(None);
        };
        let area = self.area_key(Some(own));
        let rows = self.read(HELD, &[Value::Int(area)], |row| {
            Ok((row.int(0)?, row.blob(1)?))
        })?;
        let mut count = 0u64;
        for (id, body) in rows {
            let (source, _) = self.open_task(id, &body)?;
            count = count.saturating_add(u64::from(source.supplier == *code));
        }
        Ok(Some(count))
    }
}
