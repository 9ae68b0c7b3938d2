//! The audit of the ledger: every event, commitment, tile and the checkpoint, computed again.

use ledger::audit::Bundles;
use ledger::{Claim, Tile, TreeHead};

use crate::driver::{Connection, Value};
use crate::error::Error;
use crate::sequencer::{narrowed, read_tile};
use crate::{Location, Store};

/// How many events are read at a time.
const EVENTS_BATCH: i64 = 8_192;

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
    /// Computes the whole ledger again. `known` are checkpoints from elsewhere (a witness's, an auditor's own copy): the log
    /// must continue each of them, which finds a ledger that was put back to an older state.
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
        let waiting = self.read(
            "SELECT COUNT(*) FROM event WHERE leaf IS NULL",
            &[],
            |row| row.int(0),
        )?;
        let waiting = waiting.first().map_or(0, |count| count.cast_unsigned());
        let Some(checkpoint) = self.checkpoint()? else {
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
            progress,
        };
        let source = move |tile: Tile| stored_tile(tiles.as_mut(), tile).map_err(Stop::Store);
        let audited = ledger::audit(&claim, leaves, source);
        let mut audit = Audit {
            size: 0,
            root: String::new(),
            waiting,
            known: claim.known.len(),
            finding: None,
        };
        self.conclude(&mut audit, audited)?;
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

    fn without_checkpoint(&self, known: &[TreeHead], waiting: u64) -> Result<Audit, Error> {
        let placed = self.read(
            "SELECT leaf FROM event WHERE leaf IS NOT NULL LIMIT 1",
            &[],
            |row| row.int(0),
        )?;
        let lost = !placed.is_empty() || known.iter().any(|head| head.size > 0);
        let finding = lost.then(|| Finding {
            position: None,
            what: "there is no checkpoint".to_owned(),
        });
        Ok(Audit {
            size: 0,
            root: String::new(),
            waiting,
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

/// The leaves in order, each event opened and compared with its commitment on the way.
struct Leaves<'a> {
    store: &'a Store,
    next: i64,
    /// Events placed after the checkpoint was read are of a later tree.
    end: u64,
    batch: std::vec::IntoIter<(i64, i64, Vec<u8>, Vec<u8>)>,
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
        let (leaf, id, commitment, body) = self.batch.next()?;
        let position = leaf.cast_unsigned();
        self.next = leaf.saturating_add(1);
        if self.store.open_event(id, &body, &commitment).is_err() {
            return Some(Err(Stop::Event {
                position,
                what: "the event is not what was committed to",
            }));
        }
        Some(Ok((position, commitment)))
    }
}

impl Leaves<'_> {
    fn fill(&mut self) -> Result<(), Error> {
        (self.progress)(self.next.cast_unsigned());
        let sql = "SELECT leaf, id, commitment, body FROM event WHERE leaf >= $1 AND leaf < $2 ORDER BY leaf LIMIT $3";
        let end = i64::try_from(self.end).unwrap_or(i64::MAX);
        let values = [
            Value::Int(self.next),
            Value::Int(end),
            Value::Int(EVENTS_BATCH),
        ];
        let rows = self.store.read(sql, &values, |row| {
            Ok((row.int(0)?, row.int(1)?, row.blob(2)?, row.blob(3)?))
        })?;
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
