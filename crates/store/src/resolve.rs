//! Which record a supplied row is of: the first form, to be taken over by matching proper.
//!
//! Shielded records are looked at first, with every field, and any likely hit is held (F1): own key, strong identifier or likeness.

use std::collections::HashMap;

use directory::Now;
use directory::record::{Record, Shielding};
use directory::statement::{Said, Source, Statement};
use directory::supplied::Row;
use directory::text::SupplierKey;

use crate::Store;
use crate::accept::{Batch, Touched, source_bytes};
use crate::candidate::{Candidate, Likeness, guarding_keys, number_bytes, row_keys};
use crate::driver::Connection;
use crate::error::Error;
use crate::key::{Subject, hashed};
use crate::keys::{KEYS_AT_ONCE, eight, keys_statement};

/// The most records compared with one row.
const COMPARED_MAX: usize = 16;
/// The most records read under one key of a row, as [`SEARCH`] says.
const KEY_RECORDS_MAX: usize = 64;
/// Under how many of a row's keys a record stands before the two are compared.
const KEYS_ALIKE_MIN: usize = 2;

/// What a row was resolved to.
pub(crate) enum Resolved {
    /// It is of this record, which is in the batch now.
    Record(i64),
    /// It is of nobody who is known.
    New,
    /// It may be of one of these, or of nobody: a data officer decides.
    Doubtful(Vec<i64>),
    /// It may be of this shielded child: a shielding officer decides.
    Held(i64, Named),
}

/// Whether a held row is answered like a row that was taken, or like one that waits, as it would be for any other child (X2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// The row names the child, or comes under the supplier's own key.
    Yes,
    /// It does not, and would wait whomever it is about.
    No,
}

/// The keys of a row, by what a hit under them means.
struct RowKeys {
    /// The row's own key and those of what else it says: any of them is this supplier's own key for the child.
    sources: Vec<i64>,
    numbers: Vec<i64>,
    likeness: Vec<i64>,
    guarding: Vec<i64>,
}

impl Store {
    /// Says which record a row is of.
    pub(crate) fn resolve(
        &self,
        batch: &mut Batch<'_>,
        source: &Source,
        row: &Row,
        now: Now,
    ) -> Result<Resolved, Error> {
        let incoming = incoming(source, row);
        let child =
            directory::survivorship::child(&incoming, &self.reference().catalogue, now.today);
        let candidate = Candidate::guarded(&incoming, &child);
        let keys = self.row_keys(source, row, candidate.as_ref());
        let own = self.by_source(batch, (source, row), &keys)?;
        if let Some(guarded) = self.guarded(batch, &keys, (candidate.as_ref(), own), now)? {
            let by_own_key = !under(batch.connection, GUARDED, &keys.sources)?.is_empty();
            let named = if candidate.is_some() || by_own_key {
                Named::Yes
            } else {
                Named::No
            };
            return Ok(Resolved::Held(guarded, named));
        }
        let Some(candidate) = candidate else {
            // A row without a name can only be of a child who is known.
            return Ok(own.map_or(Resolved::Doubtful(Vec::new()), Resolved::Record));
        };
        match own {
            Some(id) if self.is_another(batch, &candidate, id, now) => {
                Ok(Resolved::Doubtful(vec![id]))
            }
            Some(id) => Ok(Resolved::Record(id)),
            None => self.by_likeness(batch, &candidate, &keys, now),
        }
    }

    fn row_keys(&self, source: &Source, row: &Row, candidate: Option<&Candidate>) -> RowKeys {
        let ring = self.ring();
        RowKeys {
            sources: own_keys(row)
                .map(|key| hashed(&ring, Subject::Source, &source_bytes(source, key)))
                .collect(),
            numbers: row
                .particulars
                .other_numbers
                .iter()
                .map(|number| hashed(&ring, Subject::OtherNumber, &number_bytes(number)))
                .collect(),
            likeness: candidate
                .map(|candidate| row_keys(&ring, candidate))
                .unwrap_or_default(),
            guarding: candidate
                .map(|candidate| guarding_keys(&ring, candidate))
                .unwrap_or_default(),
        }
    }

    /// The shielded child whom a row may be about, known or shielded by this very batch.
    ///
    /// A row that its own key places on an open record is held only for more than a twin's likeness.
    fn guarded(
        &self,
        batch: &mut Batch<'_>,
        keys: &RowKeys,
        (candidate, own): (Option<&Candidate>, Option<i64>),
        now: Now,
    ) -> Result<Option<i64>, Error> {
        let strong: Vec<i64> = keys.sources.iter().chain(&keys.numbers).copied().collect();
        if let Some(id) = under(batch.connection, GUARDED, &strong)?.into_keys().min() {
            return Ok(Some(id));
        }
        if let Some(id) = fresh(batch, &strong)
            .into_iter()
            .find(|id| is_shielded(batch, *id))
        {
            return Ok(Some(id));
        }
        let mut likely: Vec<i64> = under(batch.connection, GUARDED, &keys.guarding)?
            .into_keys()
            .collect();
        self.bring(batch, &likely)?;
        likely.extend(fresh(batch, &keys.guarding));
        likely.sort_unstable();
        let open = own.is_some_and(|id| !is_shielded(batch, id));
        let alike = |touched: &Touched| {
            candidate.is_some_and(|candidate| match self.likeness(candidate, touched, now) {
                Likeness::Same => true,
                Likeness::Doubtful | Likeness::Sibling => {
                    !open || self.is_namesake(candidate, touched, now)
                }
                Likeness::Different => false,
            })
        };
        Ok(likely
            .into_iter()
            .find(|id| is_shielded(batch, *id) && batch.touched.get(id).is_some_and(alike)))
    }

    /// Whether a row under a known key names somebody else altogether.
    fn is_another(&self, batch: &Batch<'_>, candidate: &Candidate, id: i64, now: Now) -> bool {
        let Some(touched) = batch.touched.get(&id) else {
            return false;
        };
        let record = &touched.loaded.record;
        let child = directory::survivorship::child(record, &self.reference().catalogue, now.today);
        Candidate::guarded(record, &child).is_some_and(|known| candidate.contradicts(&known))
    }

    fn by_source(
        &self,
        batch: &mut Batch<'_>,
        (source, row): (&Source, &Row),
        keys: &RowKeys,
    ) -> Result<Option<i64>, Error> {
        let mut ids: Vec<i64> = under(batch.connection, SEARCH, &keys.sources)?
            .into_keys()
            .collect();
        ids.extend(
            keys.sources
                .iter()
                .filter_map(|key| batch.fresh.get(key))
                .flatten(),
        );
        self.bring(batch, &ids)?;
        let has = |id: &&i64| {
            batch.touched.get(id).is_some_and(|touched| {
                touched.loaded.record.statements.iter().any(|statement| {
                    statement.source.supplier == source.supplier
                        && own_keys(row).any(|key| *key == statement.source.key)
                })
            })
        };
        Ok(ids.iter().find(has).copied())
    }

    /// By a strong identifier that agrees, else by exact identity, else not at all.
    fn by_likeness(
        &self,
        batch: &mut Batch<'_>,
        candidate: &Candidate,
        keys: &RowKeys,
        now: Now,
    ) -> Result<Resolved, Error> {
        let ids = alike(batch, keys)?;
        self.bring(batch, &ids)?;
        let mut joined = Vec::new();
        let mut doubtful = Vec::new();
        for id in ids {
            let Some(touched) = batch.touched.get(&id) else {
                continue;
            };
            match self.likeness(candidate, touched, now) {
                Likeness::Same => joined.push(id),
                Likeness::Doubtful => doubtful.push(id),
                Likeness::Sibling | Likeness::Different => {}
            }
        }
        match joined.as_slice() {
            [only] => Ok(Resolved::Record(*only)),
            [] if doubtful.is_empty() => Ok(Resolved::New),
            _ => Ok(Resolved::Doubtful(
                joined.into_iter().chain(doubtful).collect(),
            )),
        }
    }

    /// The unshielded records that may be of the same child as one that is being shielded: they must not stay open beside it (F1).
    pub(crate) fn duplicates(
        &self,
        batch: &mut Batch<'_>,
        id: i64,
        now: Now,
    ) -> Result<Vec<i64>, Error> {
        self.bring(batch, &[id])?;
        let Some(touched) = batch.touched.get(&id) else {
            return Ok(Vec::new());
        };
        let record = &touched.loaded.record;
        let child = directory::survivorship::child(record, &self.reference().catalogue, now.today);
        let Some(candidate) = Candidate::guarded(record, &child) else {
            return Ok(Vec::new());
        };
        let keys = {
            let ring = self.ring();
            let likeness = guarding_keys(&ring, &candidate);
            RowKeys {
                sources: Vec::new(),
                numbers: Vec::new(),
                guarding: Vec::new(),
                likeness,
            }
        };
        let ids = alike(batch, &keys)?;
        self.bring(batch, &ids)?;
        let same = |other: &i64| {
            *other != id
                && batch.touched.get(other).is_some_and(|touched| {
                    self.likeness(&candidate, touched, now) == Likeness::Same
                        || self.is_namesake(&candidate, touched, now)
                })
        };
        Ok(ids.into_iter().filter(same).collect())
    }

    /// Whether only a number tells two records apart.
    fn is_namesake(&self, candidate: &Candidate, touched: &Touched, now: Now) -> bool {
        let record = &touched.loaded.record;
        let child = directory::survivorship::child(record, &self.reference().catalogue, now.today);
        Candidate::guarded(record, &child).is_some_and(|known| candidate.is_namesake(&known))
    }

    fn likeness(&self, candidate: &Candidate, touched: &Touched, now: Now) -> Likeness {
        let record = &touched.loaded.record;
        let child = directory::survivorship::child(record, &self.reference().catalogue, now.today);
        Candidate::guarded(record, &child)
            .map_or(Likeness::Different, |known| candidate.likeness(&known))
    }

    /// Brings records into the batch that are not there yet.
    fn bring(&self, batch: &mut Batch<'_>, ids: &[i64]) -> Result<(), Error> {
        let missing: Vec<i64> = ids
            .iter()
            .filter(|id| !batch.touched.contains_key(id))
            .copied()
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        for loaded in self.load(batch.connection, &missing)? {
            batch.touched.insert(loaded.id, Touched::read(loaded));
        }
        Ok(())
    }
}

fn is_shielded(batch: &Batch<'_>, id: i64) -> bool {
    batch
        .touched
        .get(&id)
        .is_some_and(|touched| touched.loaded.record.shielding() == Shielding::Shielded)
}

/// This batch's own records under keys.
fn fresh(batch: &Batch<'_>, keys: &[i64]) -> Vec<i64> {
    keys.iter()
        .filter_map(|key| batch.fresh.get(key))
        .flatten()
        .copied()
        .collect()
}

const SEARCH: &str = keys_statement!("search_key", " LIMIT 64");
const GUARDED: &str = keys_statement!("guarded_key", "");

/// The records that stand under a number of the row, or under at least two of its other keys, the likeliest first.
fn alike(batch: &mut Batch<'_>, keys: &RowKeys) -> Result<Vec<i64>, Error> {
    let mut hits = under(batch.connection, SEARCH, &keys.likeness)?;
    for id in keys
        .likeness
        .iter()
        .filter_map(|key| batch.fresh.get(key))
        .flatten()
    {
        count(&mut hits, *id);
    }
    let mut numbers: Vec<i64> = under(batch.connection, SEARCH, &keys.numbers)?
        .into_keys()
        .collect();
    numbers.extend(
        keys.numbers
            .iter()
            .filter_map(|key| batch.fresh.get(key))
            .flatten(),
    );
    for id in numbers {
        hits.insert(id, usize::MAX);
    }
    let mut ids: Vec<(i64, usize)> = hits
        .into_iter()
        .filter(|(_, count)| *count >= KEYS_ALIKE_MIN)
        .collect();
    ids.sort_by_key(|(id, count)| (std::cmp::Reverse(*count), *id));
    ids.truncate(COMPARED_MAX);
    Ok(ids.into_iter().map(|(id, _)| id).collect())
}

fn count(hits: &mut HashMap<i64, usize>, id: i64) {
    let hits = hits.entry(id).or_insert(0);
    *hits = hits.saturating_add(1);
}

/// The records under keys of one index, each with the number of keys it stands under.
fn under(
    connection: &mut dyn Connection,
    sql: &str,
    keys: &[i64],
) -> Result<HashMap<i64, usize>, Error> {
    let mut hits = HashMap::new();
    for chunk in keys.chunks(KEYS_AT_ONCE) {
        let mut under: HashMap<i64, Vec<i64>> = HashMap::new();
        connection.query(sql, &eight(chunk), &mut |row| {
            under.entry(row.int(0)?).or_default().push(row.int(1)?);
            Ok(())
        })?;
        for mut ids in under.into_values() {
            ids.sort_unstable();
            ids.dedup();
            // A key that so many share tells nothing; whoever is alike stands under a rarer one too. Behind a shield all are
            // looked at.
            if sql == SEARCH && ids.len() >= KEY_RECORDS_MAX {
                continue;
            }
            ids.iter().for_each(|id| count(&mut hits, *id));
        }
    }
    Ok(hits)
}

/// The supplier's own keys in a row.
fn own_keys(row: &Row) -> impl Iterator<Item = &SupplierKey> {
    std::iter::once(&row.key).chain(row.also.iter().map(|(key, _)| key))
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
