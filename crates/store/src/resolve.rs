//! Which record a supplied row is of: the first form, to be taken over by matching proper.
//!
//! Shielded records are looked at first, with every field, and any likely hit is held (F1): own key, strong identifier or likeness.

use directory::Now;
use directory::record::Record;
use directory::statement::{Said, Source, Statement};
use directory::supplied::Row;
use directory::text::SupplierKey;

use crate::accept::{Batch, Touched, source_bytes};
use crate::candidate::{Candidate, Likeness, number_bytes, row_keys};
use crate::driver::{Connection, Value};
use crate::error::Error;
use crate::key::{Subject, hashed};
use crate::Store;

/// The most records compared with one row.
const COMPARED_MAX: usize = 48;
/// The most records read under one key of a row.
const KEY_RECORDS_MAX: i64 = 64;

/// What a row was resolved to.
pub(crate) enum Resolved {
    /// It is of this record, which is in the batch now.
    Record(i64),
    /// It is of nobody who is known.
    New,
    /// It waits for a person.
    Waits(Waiting),
}

/// What a row waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// A data officer: it may be of a known child, or not.
    Review,
    /// A shielding officer: it may be of a shielded child.
    Held,
}

/// The keys of a row, by what a hit under them means.
struct RowKeys {
    /// The row's own key and those of what else it says: any of them is this supplier's own key for the child.
    sources: Vec<i64>,
    numbers: Vec<i64>,
    likeness: Vec<i64>,
}

impl Store {
    /// Says which record a row is of.
    pub(crate) fn resolve(
        &self,
        batch: &mut Batch,
        source: &Source,
        row: &Row,
        now: Now,
    ) -> Result<Resolved, Error> {
        let incoming = incoming(source, row);
        let child = directory::survivorship::child(&incoming, &self.reference().catalogue, now.today);
        let candidate = Candidate::guarded(&incoming, &child);
        let keys = self.row_keys(source, row, candidate.as_ref());
        if self.is_guarded(batch, &keys, candidate.as_ref(), now)? {
            return Ok(Resolved::Waits(Waiting::Held));
        }
        if let Some(id) = self.by_source(batch, (source, row), &keys)? {
            return Ok(Resolved::Record(id));
        }
        let Some(candidate) = candidate else {
            // A row without a name can only be of a child who is known.
            return Ok(Resolved::Waits(Waiting::Review));
        };
        self.by_likeness(batch, &candidate, &keys, now)
    }

    fn row_keys(&self, source: &Source, row: &Row, candidate: Option<&Candidate>) -> RowKeys {
        let ring = self.ring();
        RowKeys {
            sources: own_keys(row).map(|key| hashed(&ring, Subject::Source, &source_bytes(source, key))).collect(),
            numbers: row
                .particulars
                .other_numbers
                .iter()
                .map(|number| hashed(&ring, Subject::OtherNumber, &number_bytes(number)))
                .collect(),
            likeness: candidate.map(|candidate| row_keys(&ring, candidate)).unwrap_or_default(),
        }
    }

    /// Whether a row may be of a shielded child, known or made so by this very batch.
    fn is_guarded(
        &self,
        batch: &mut Batch,
        keys: &RowKeys,
        candidate: Option<&Candidate>,
        now: Now,
    ) -> Result<bool, Error> {
        let strong: Vec<i64> = keys.sources.iter().chain(&keys.numbers).copied().collect();
        if !self.under("guarded", &strong)?.is_empty() {
            return Ok(true);
        }
        let likely = self.under("guarded", &keys.likeness)?;
        self.bring(batch, &likely)?;
        let in_batch: Vec<i64> = strong.iter().chain(&keys.likeness).flat_map(|key| batch.fresh.get(key)).flatten().copied().collect();
        let shielded = |id: &i64| {
            batch.touched.get(id).filter(|touched| touched.loaded.record.shielding() == directory::record::Shielding::Shielded)
        };
        let strong_in_batch = strong.iter().flat_map(|key| batch.fresh.get(key)).flatten().any(|id| shielded(id).is_some());
        let alike = likely.iter().chain(&in_batch).filter_map(shielded).any(|touched| {
            candidate.is_some_and(|candidate| self.likeness(candidate, touched, now) != Likeness::Different)
        });
        Ok(strong_in_batch || alike)
    }

    fn by_source(
        &self,
        batch: &mut Batch,
        (source, row): (&Source, &Row),
        keys: &RowKeys,
    ) -> Result<Option<i64>, Error> {
        let mut ids = self.under("search", &keys.sources)?;
        ids.extend(keys.sources.iter().filter_map(|key| batch.fresh.get(key)).flatten());
        self.bring(batch, &ids)?;
        let has = |id: &&i64| {
            batch.touched.get(id).is_some_and(|touched| {
                touched.loaded.record.statements.iter().any(|statement| {
                    statement.source.supplier == source.supplier && own_keys(row).any(|key| *key == statement.source.key)
                })
            })
        };
        Ok(ids.iter().find(has).copied())
    }

    /// By a strong identifier that agrees, else by exact identity, else not at all.
    fn by_likeness(
        &self,
        batch: &mut Batch,
        candidate: &Candidate,
        keys: &RowKeys,
        now: Now,
    ) -> Result<Resolved, Error> {
        let all: Vec<i64> = keys.numbers.iter().chain(&keys.likeness).copied().collect();
        let mut ids = self.under("search", &all)?;
        ids.extend(all.iter().flat_map(|key| batch.fresh.get(key)).flatten());
        ids.sort_unstable();
        ids.dedup();
        ids.truncate(COMPARED_MAX);
        self.bring(batch, &ids)?;
        let mut joined = Vec::new();
        let mut doubtful = false;
        for id in ids {
            let Some(touched) = batch.touched.get(&id) else { continue };
            match self.likeness(candidate, touched, now) {
                Likeness::Same => joined.push(id),
                Likeness::Doubtful => doubtful = true,
                Likeness::Sibling | Likeness::Different => {}
            }
        }
        match joined.as_slice() {
            [only] => Ok(Resolved::Record(*only)),
            [] if !doubtful => Ok(Resolved::New),
            _ => Ok(Resolved::Waits(Waiting::Review)),
        }
    }

    fn likeness(&self, candidate: &Candidate, touched: &Touched, now: Now) -> Likeness {
        let record = &touched.loaded.record;
        let child = directory::survivorship::child(record, &self.reference().catalogue, now.today);
        Candidate::guarded(record, &child).map_or(Likeness::Different, |known| candidate.likeness(&known))
    }

    /// Brings records into the batch that are not there yet.
    fn bring(&self, batch: &mut Batch, ids: &[i64]) -> Result<(), Error> {
        let missing: Vec<i64> = ids.iter().filter(|id| !batch.touched.contains_key(id)).copied().collect();
        if missing.is_empty() {
            return Ok(());
        }
        for loaded in self.pool.with_reader(|connection| self.load(connection, &missing))? {
            batch.touched.insert(loaded.id, Touched::read(loaded));
        }
        Ok(())
    }

    /// The records under keys of one index.
    fn under(&self, index: &str, keys: &[i64]) -> Result<Vec<i64>, Error> {
        let sql = match index {
            "guarded" => "SELECT record FROM guarded_key WHERE key = $1 LIMIT $2",
            _ => "SELECT record FROM search_key WHERE key = $1 LIMIT $2",
        };
        self.pool.with_reader(|connection| {
            let mut ids = Vec::new();
            for key in keys {
                let from = ids.len();
                read_key(connection, sql, *key, &mut ids)?;
                // A key that so many share tells nothing; whoever is alike stands under a rarer one too.
                let full = ids.len().saturating_sub(from) >= usize::try_from(KEY_RECORDS_MAX).unwrap_or(usize::MAX);
                if full && index != "guarded" {
                    ids.truncate(from);
                }
            }
            ids.sort_unstable();
            ids.dedup();
            Ok(ids)
        })
    }
}

/// The supplier's own keys in a row.
fn own_keys(row: &Row) -> impl Iterator<Item = &SupplierKey> {
    std::iter::once(&row.key).chain(row.also.iter().map(|(key, _)| key))
}

fn read_key(connection: &mut dyn Connection, sql: &str, key: i64, ids: &mut Vec<i64>) -> Result<(), Error> {
    connection.query(sql, &[Value::Int(key), Value::Int(KEY_RECORDS_MAX)], &mut |row| {
        ids.push(row.int(0)?);
        Ok(())
    })
}

/// The row as a record of its own, so that it is compared as records are.
fn incoming(source: &Source, row: &Row) -> Record {
    let mut record = Record::empty(directory::number::Number::from_random(0));
    record.statements.push(Statement {
        source: source.clone(),
        first_confirmed: row.confirmed,
        last_confirmed: row.confirmed,
        superseded: None,
        said: Said::Particulars(Box::new(row.particulars.clone())),
    });
    record
}
