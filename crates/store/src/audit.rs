//! The audit of the ledger: every event, commitment, tile and the checkpoint, computed again; then the records, held against it.

use directory::event::Event;
use ledger::audit::Bundles;
use ledger::{Claim, Tile, TreeHead};

use crate::audit_record::Told;
use crate::driver::{Connection, Rows, Value};
use crate::entry::columns;
use crate::error::Error;
use crate::sequencer::{narrowed, read_tile};
use crate::{Location, Store};

/// How many events are read at a time.
const EVENTS_BATCH: i64 = 8_192;

/// Under whom no event is filed.
const NOBODY: i64 = i64::MIN;

/// What the audit found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    /// Leaves in the tree.
    pub size: u64,
    /// The root, in hexadecimal.
    pub root: String,
    /// Events that wait for their place in the tree.
    pub waiting: u64,
    /// How many checkpoints known from elsewhere the log was found to continue.
    pub known: usize,
    /// The first thing that is wrong. `None`: nothing is.
    pub finding: Option<Finding>,
}

/// The first thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The position in the log, when it has one.
    pub position: Option<u64>,
    /// What is wrong, in words.
    pub what: String,
}

impl Store {
    /// Computes the whole ledger again, and holds the records against it. `known` are checkpoints from elsewhere (a witness's, an
    /// auditor's own copy): the log must continue each of them, which finds a ledger that was put back to an older state.
    ///
    /// Of somebody who can write the database and does not have the key ring it finds: an event changed, moved, removed or added;
    /// an event filed under another person or child; a record changed or removed, put back to a version older than one the ledger
    /// names, or open though the ledger says that it was shielded; a shielded record under a key of the index that a search on a hidden
    /// field reads, or not under all its own; an account, organisation, authority or service that is not as its last event says.
    ///
    /// It does not find: a record put back to an older version while no event names a newer one, which is so when only supply has
    /// changed it since anybody was last shown it; a record removed that no event names; keys of an unshielded record removed;
    /// rows that wait, removed; events and records put back together, unless
    /// a known checkpoint is of a later state; the last events, if they were removed before they had a place in a checkpoint; nor
    /// anything done by somebody who has the key ring too.
    ///
    /// `progress` is told the number of leaves done.
    ///
    /// # Errors
    /// [`Error`] when the database does not answer; [`Error::Unfit`] when a known checkpoint is not one of this log.
    pub fn verify(&self, known: &[String], progress: &mut dyn FnMut(u64)) -> Result<Audit, Error> {
        let log = self.log()?;
        let known = known
            .iter()
            .map(|note| {
                log.open(note.as_bytes())
                    .map(|checkpoint| checkpoint.head())
            })
            .collect::<Result<Vec<TreeHead>, _>>()
            .map_err(|fault| Error::Unfit(format!("a known checkpoint cannot be used: {fault}")))?;
        let mut told = Told::default();
        let Some(checkpoint) = self.checkpoint()? else {
            let waiting = self.waiting(&mut told)?;
            return self.without_checkpoint(&known, waiting);
        };
        let size = log
            .open(checkpoint.as_bytes())
            .map_or(u64::MAX, |checkpoint| checkpoint.head().size);
        let claim = Claim {
            checkpoint: checkpoint.into_bytes(),
            log,
            known,
            bundles: Bundles::Kept,
        };
        let mut tiles = self.connect_auditor()?;
        let leaves = Leaves {
            store: self,
            next: 0,
            end: size,
            batch: Vec::new().into_iter(),
            told: &mut told,
            progress,
        };
        let source = move |tile: Tile| stored_tile(tiles.as_mut(), tile).map_err(Stop::Store);
        let audited = ledger::audit(&claim, leaves, source);
        let waiting = self.waiting(&mut told)?;
        let mut audit = Audit {
            size: 0,
            root: String::new(),
            waiting: waiting.events,
            known: claim.known.len(),
            finding: None,
        };
        self.conclude(&mut audit, audited)?;
        if audit.finding.is_none() {
            audit.finding = waiting.finding;
        }
        if audit.finding.is_none() {
            audit.finding = self.untrue_record(&mut told)?;
        }
        if audit.finding.is_none() {
            audit.finding = self.untrue_setting(&mut told.settings)?;
        }
        Ok(audit)
    }

    /// Puts what the pass over the leaves found into words.
    fn conclude(
        &self,
        audit: &mut Audit,
        audited: Result<Result<ledger::Audited, ledger::fault::Fault>, Stop>,
    ) -> Result<(), Error> {
        let beyond = self.beyond_checkpoint()?;
        match audited {
            Ok(Ok(_)) if beyond.is_some() => {
                let what = "an event has a place beyond the checkpoint".to_owned();
                audit.finding = beyond.map(|position| Finding {
                    position: Some(position),
                    what,
                });
            }
            Ok(Ok(audited)) => {
                audit.size = audited.head.size;
                audit.root = crate::seal::hex(&audited.head.root.0);
            }
            Ok(Err(fault)) => {
                audit.finding = Some(Finding {
                    position: fault.position(),
                    what: fault.to_string(),
                });
            }
            Err(Stop::Event { position, what }) => {
                audit.finding = Some(Finding {
                    position: Some(position),
                    what: what.to_owned(),
                });
            }
            Err(Stop::Store(error)) => return Err(error),
        }
        Ok(())
    }

    /// An event whose place is not in the tree of the newest checkpoint.
    fn beyond_checkpoint(&self) -> Result<Option<u64>, Error> {
        let sql = "SELECT leaf FROM event WHERE leaf < 0 OR leaf >= (SELECT MAX(size) FROM checkpoint) ORDER BY leaf LIMIT 1";
        Ok(self
            .read(sql, &[], |row| row.int(0))?
            .first()
            .map(|leaf| leaf.cast_unsigned()))
    }

    /// The events that have no place yet.
    fn waiting(&self, told: &mut Told) -> Result<Waiting, Error> {
        let mut waiting = Waiting {
            events: 0,
            finding: None,
        };
        let mut after = i64::MIN;
        loop {
            let sql = "SELECT id, actor, subject, commitment, body FROM event WHERE leaf IS NULL AND id > $1 ORDER BY id LIMIT $2";
            let values = [Value::Int(after), Value::Int(EVENTS_BATCH)];
            let rows = self.read(sql, &values, |row| Kept::of(row, 0))?;
            let Some(last) = rows.last() else {
                return Ok(waiting);
            };
            after = last.id;
            for kept in rows {
                waiting.events = waiting.events.saturating_add(1);
                match self.checked(&kept) {
                    Ok(event) => told.hear(&event, None),
                    Err(what) => {
                        waiting.finding.get_or_insert(Finding {
                            position: None,
                            what: format!("an event that waits for its place: {what}"),
                        });
                    }
                }
            }
        }
    }

    /// An event that is what was committed to, and is filed under those whom it names.
    fn checked(&self, kept: &Kept) -> Result<Event, &'static str> {
        let event = self
            .open_event(kept.id, &kept.body, &kept.commitment)
            .map_err(|_| "the event is not what was committed to")?;
        if columns(&self.ring(), &event) != kept.columns {
            return Err("the event is filed under another person or child than it names");
        }
        Ok(event)
    }

    fn without_checkpoint(&self, known: &[TreeHead], waiting: Waiting) -> Result<Audit, Error> {
        let placed = self.read(
            "SELECT leaf FROM event WHERE leaf IS NOT NULL LIMIT 1",
            &[],
            |row| row.int(0),
        )?;
        let used = self.read(
            "SELECT id FROM (SELECT id FROM record UNION ALL SELECT id FROM account) used LIMIT 1",
            &[],
            |row| row.int(0),
        )?;
        let said = |what: &str| {
            Some(Finding {
                position: None,
                what: what.to_owned(),
            })
        };
        let finding = if !placed.is_empty() || known.iter().any(|head| head.size > 0) {
            said("there is no checkpoint")
        } else if waiting.events == 0 && !used.is_empty() {
            said("there are records or accounts, and no event of any")
        } else {
            waiting.finding
        };
        Ok(Audit {
            size: 0,
            root: String::new(),
            waiting: waiting.events,
            known: known.len(),
            finding,
        })
    }

    fn connect_auditor(&self) -> Result<Box<dyn Connection>, Error> {
        match self.pool.location() {
            Location::Sqlite(file) => Ok(Box::new(crate::sqlite::SqliteConnection::open_reader(
                file,
            )?)),
            Location::Postgres(server) => {
                Ok(Box::new(crate::postgres::PostgresConnection::open(server)?))
            }
        }
    }
}

enum Stop {
    Store(Error),
    Event { position: u64, what: &'static str },
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Store(error)
    }
}

/// What was found of the events that have no place yet.
struct Waiting {
    events: u64,
    finding: Option<Finding>,
}

/// An event as it is kept.
struct Kept {
    id: i64,
    /// Under whom it is filed: who did it, and about whom it is.
    columns: (Option<i64>, Option<i64>),
    commitment: Vec<u8>,
    body: Vec<u8>,
}

impl Kept {
    /// Of a row whose columns from `first` are id, actor, subject, commitment and body.
    fn of(row: &dyn Rows, first: usize) -> Result<Kept, Error> {
        let column = |offset: usize| first.saturating_add(offset);
        let filed_under = |offset| unfit_as(row.int_option(column(offset)), Some(NOBODY));
        Ok(Kept {
            id: row.int(first)?,
            columns: (filed_under(1)?, filed_under(2)?),
            commitment: unfit_as(row.blob(column(3)), Vec::new())?,
            body: unfit_as(row.blob(column(4)), Vec::new())?,
        })
    }
}

/// A column that somebody filled with what is not of its type, as SQLite lets them, reads as something that is never right: it is found
/// where it stands, and does not end the audit.
pub(crate) fn unfit_as<T>(read: Result<T, Error>, never: T) -> Result<T, Error> {
    match read {
        Err(Error::Inconsistent(_)) => Ok(never),
        read => read,
    }
}

/// The leaves in order, each event opened and compared with its commitment on the way.
struct Leaves<'a> {
    store: &'a Store,
    next: i64,
    /// Events placed after the checkpoint was read are of a later tree.
    end: u64,
    batch: std::vec::IntoIter<(i64, Kept)>,
    told: &'a mut Told,
    progress: &'a mut dyn FnMut(u64),
}

impl Iterator for Leaves<'_> {
    type Item = Result<(u64, Vec<u8>), Stop>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.batch.as_slice().is_empty()
            && let Err(error) = self.fill()
        {
            return Some(Err(Stop::Store(error)));
        }
        let (leaf, kept) = self.batch.next()?;
        let position = leaf.cast_unsigned();
        self.next = leaf.saturating_add(1);
        match self.store.checked(&kept) {
            Ok(event) => self.told.hear(&event, Some(position)),
            Err(what) => return Some(Err(Stop::Event { position, what })),
        }
        Some(Ok((position, kept.commitment)))
    }
}

impl Leaves<'_> {
    fn fill(&mut self) -> Result<(), Error> {
        (self.progress)(self.next.cast_unsigned());
        let sql = "SELECT leaf, id, actor, subject, commitment, body FROM event WHERE leaf >= $1 AND leaf < $2 ORDER BY leaf LIMIT $3";
        let end = i64::try_from(self.end).unwrap_or(i64::MAX);
        let values = [
            Value::Int(self.next),
            Value::Int(end),
            Value::Int(EVENTS_BATCH),
        ];
        let rows = self
            .store
            .read(sql, &values, |row| Ok((row.int(0)?, Kept::of(row, 1)?)))?;
        self.batch = rows.into_iter();
        Ok(())
    }
}

impl From<Stop> for Error {
    fn from(stop: Stop) -> Error {
        match stop {
            Stop::Store(error) => error,
            Stop::Event { what, .. } => Error::Inconsistent(what),
        }
    }
}

/// A stored tile as wide as asked: while the audit runs the sequencer may have widened it.
fn stored_tile(connection: &mut dyn Connection, tile: Tile) -> Result<Option<Vec<u8>>, Error> {
    let stored = read_tile(connection, tile)?;
    Ok(stored.map(|bytes| narrowed(&bytes, tile).unwrap_or(bytes)))
}
