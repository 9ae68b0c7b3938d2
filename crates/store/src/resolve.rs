//! Which record a supplied row is of: the first form, to be taken over by matching proper.
//!
//! Shielded records are looked at first, with every field, and any likely hit is held (F1): own key, strong identifier or likeness.

use std::collections::HashMap;

use directory::record::Record;
use directory::text::{SupplierCode, SupplierKey};

use crate::Store;
use crate::batch::{Batch, Touched};
use crate::candidate::{Candidate, Likeness};
use crate::error::Error;
use crate::filing::guarding_keys;
use crate::incoming::{Incoming, RowKeys};
use crate::known::Known;
use crate::review_row::is_apart;

/// The most records compared with one row.
const COMPARED_MAX: usize = 16;
/// Under how many of a row's keys a record stands before the two are compared.
const KEYS_ALIKE_MIN: usize = 2;
/// How many records may share a key that is rare.
const RARE_RECORDS_MAX: usize = 16;

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

impl Store {
    /// Reads at once what all rows of a batch are compared with.
    pub(crate) fn read_ahead(
        &self,
        batch: &mut Batch<'_>,
        incoming: &[Incoming<'_>],
    ) -> Result<(), Error> {
        let searched = incoming
            .iter()
            .flat_map(|row| row.keys.searched())
            .collect();
        let guarded = incoming.iter().flat_map(|row| row.keys.guarded()).collect();
        batch.read_keys(searched, guarded)?;
        let known = &batch.known;
        let wanted: Vec<i64> = incoming
            .iter()
            .flat_map(|row| {
                let keys = &row.keys;
                let own = searched_under(known, keys.sources.iter().chain(&keys.withdrawn));
                let guarded = guarded_under(known, row.keys.guarded());
                let alike = if own.is_empty() {
                    alike(known, keys, Worth::TwoKeysOneRare)
                } else {
                    Vec::new()
                };
                own.into_iter().chain(guarded).chain(alike)
            })
            .collect();
        self.bring(batch, &wanted)
    }

    /// Says which record a row is of.
    pub(crate) fn resolve(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
    ) -> Result<Resolved, Error> {
        if let Some(linked) = self.linked(batch, incoming)? {
            return Ok(Resolved::Record(linked));
        }
        let own = self.by_source(batch, incoming)?;
        if let Some(guarded) = self.guarded(batch, incoming, own)? {
            let mut under = guarded_under(&batch.known, incoming.keys.sources.iter().copied());
            let named = if incoming.candidate.is_some() || under.next().is_some() {
                Named::Yes
            } else {
                Named::No
            };
            return Ok(Resolved::Held(guarded, named));
        }
        let Some(candidate) = &incoming.candidate else {
            // A row without a name can only be of a child who is known.
            return Ok(own.map_or(Resolved::Doubtful(Vec::new()), Resolved::Record));
        };
        match own {
            Some(id) if self.is_another(batch, candidate, id) => Ok(Resolved::Doubtful(vec![id])),
            Some(id) => Ok(Resolved::Record(id)),
            None => self.by_likeness(batch, candidate, &incoming.keys),
        }
    }

    /// The shielded child whom a row may be about, known or shielded by this very batch.
    ///
    /// A row that its own key places on an open record is held only for more than a twin's likeness.
    fn guarded(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
        own: Option<i64>,
    ) -> Result<Option<i64>, Error> {
        let strong = || {
            let keys = incoming.keys.sources.iter();
            keys.chain(&incoming.keys.numbers).copied()
        };
        let mark = incoming.keys.mark();
        let mut under: Vec<i64> = guarded_under(&batch.known, strong()).collect();
        self.bring(batch, &under)?;
        under = self.where_merged(batch, under)?;
        under.retain(|id| !is_apart(batch, *id, mark));
        if let Some(id) = under.into_iter().min() {
            return Ok(Some(id));
        }
        let of_batch = strong()
            .flat_map(|key| batch.known.fresh(key))
            .find(|id| batch.is_shielded(*id) && !is_apart(batch, *id, mark));
        if of_batch.is_some() {
            return Ok(of_batch);
        }
        let guarding = || incoming.keys.guarding.iter().copied();
        let mut likely: Vec<i64> = guarded_under(&batch.known, guarding()).collect();
        self.bring(batch, &likely)?;
        likely.extend(guarding().flat_map(|key| batch.known.fresh(key)));
        likely.retain(|id| batch.is_shielded(*id) && !is_apart(batch, *id, mark));
        likely.sort_unstable();
        likely.dedup();
        let Some(candidate) = &incoming.candidate else {
            return Ok(None);
        };
        let open = own.is_some_and(|id| !batch.is_shielded(id));
        let alike = |id: &i64| {
            let touched = batch.touched.get(id);
            touched.is_some_and(|touched| {
                let known = self.candidate(touched, batch.now).into_iter();
                let mut known = known.chain(self.quarantined(touched, batch.now));
                known.any(|known| match candidate.likeness(known) {
                    Likeness::Same => true,
                    Likeness::Doubtful | Likeness::Sibling => !open || candidate.is_namesake(known),
                    Likeness::Different => false,
                })
            })
        };
        Ok(likely.into_iter().find(alike))
    }

    /// Whether a row under a known key names somebody else altogether.
    fn is_another(&self, batch: &Batch<'_>, candidate: &Candidate, id: i64) -> bool {
        let touched = batch.touched.get(&id);
        let known = touched.and_then(|touched| self.candidate(touched, batch.now));
        known.is_some_and(|known| candidate.contradicts(known))
    }

    fn by_source(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
    ) -> Result<Option<i64>, Error> {
        let keys = &incoming.keys.sources;
        let mut ids = searched_under(&batch.known, keys.iter());
        ids.extend(keys.iter().flat_map(|key| batch.known.fresh(*key)));
        self.bring(batch, &ids)?;
        let supplier = &incoming.source.supplier;
        let says = |id: &&i64| {
            !is_apart(batch, **id, incoming.keys.mark())
                && batch.touched.get(id).is_some_and(|touched| {
                    let record = &touched.loaded.record;
                    has_source(record, supplier, |key| {
                        incoming.own_keys().any(|own| own == key)
                    })
                })
        };
        Ok(ids.iter().find(says).copied())
    }

    /// By a strong identifier that agrees, else by exact identity, else not at all.
    fn by_likeness(
        &self,
        batch: &mut Batch<'_>,
        candidate: &Candidate,
        keys: &RowKeys,
    ) -> Result<Resolved, Error> {
        let mut ids = alike(&batch.known, keys, Worth::TwoKeysOneRare);
        self.bring(batch, &ids)?;
        ids.retain(|id| !is_apart(batch, *id, keys.mark()));
        let mut joined = Vec::new();
        let mut doubtful = Vec::new();
        for id in ids {
            let Some(touched) = batch.touched.get(&id) else {
                continue;
            };
            match self.likeness(batch, candidate, touched) {
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
    pub(crate) fn duplicates(&self, batch: &mut Batch<'_>, id: i64) -> Result<Vec<i64>, Error> {
        self.bring(batch, &[id])?;
        let touched = batch.touched.get(&id);
        let Some(candidate) = touched.and_then(|touched| self.candidate(touched, batch.now)) else {
            return Ok(Vec::new());
        };
        let keys = RowKeys {
            likeness: guarding_keys(&self.ring(), candidate),
            ..RowKeys::default()
        };
        let searched = keys.searched().collect();
        batch.read_keys(searched, Vec::new())?;
        let ids = alike(&batch.known, &keys, Worth::TwoKeys);
        self.bring(batch, &ids)?;
        let touched = batch.touched.get(&id);
        let Some(candidate) = touched.and_then(|touched| self.candidate(touched, batch.now)) else {
            return Ok(Vec::new());
        };
        let same = |other: &i64| {
            *other != id
                && batch.touched.get(other).is_some_and(|touched| {
                    self.likeness(batch, candidate, touched) == Likeness::Same
                        || self.is_namesake(batch, candidate, touched)
                })
        };
        Ok(ids.into_iter().filter(same).collect())
    }

    /// Whether only a number tells two records apart.
    fn is_namesake(&self, batch: &Batch<'_>, candidate: &Candidate, touched: &Touched) -> bool {
        let known = self.candidate(touched, batch.now);
        known.is_some_and(|known| candidate.is_namesake(known))
    }

    fn likeness(&self, batch: &Batch<'_>, candidate: &Candidate, touched: &Touched) -> Likeness {
        let known = self.candidate(touched, batch.now);
        known.map_or(Likeness::Different, |known| candidate.likeness(known))
    }
}

/// Whether anything of a supplier stands in a record under one of some keys.
pub(crate) fn has_source(
    record: &Record,
    supplier: &SupplierCode,
    is_wanted: impl Fn(&SupplierKey) -> bool,
) -> bool {
    record
        .statements
        .iter()
        .any(|statement| statement.source.supplier == *supplier && is_wanted(&statement.source.key))
}

/// The unshielded records under keys, before this batch.
pub(crate) fn searched_under<'k>(known: &Known, keys: impl Iterator<Item = &'k i64>) -> Vec<i64> {
    keys.flat_map(|key| known.search(*key).into_iter().flatten())
        .collect()
}

/// The shielded records under keys, before this batch.
pub(crate) fn guarded_under(
    known: &Known,
    keys: impl Iterator<Item = i64>,
) -> impl Iterator<Item = i64> {
    keys.flat_map(|key| known.guarded(key))
}

/// Which records are worth comparing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Worth {
    /// Any that shares two keys, however common: for a child who is being shielded nobody is passed over.
    TwoKeys,
    /// Those that share two keys, one of them with few others: of a common name in one year there are thousands of children, and
    /// more the larger the directory is.
    TwoKeysOneRare,
}

/// The records that stand under a number of the row, or under other keys of it as is worth it, the likeliest first: those under the
/// rarest keys.
fn alike(known: &Known, keys: &RowKeys, worth: Worth) -> Vec<i64> {
    let under = |key: &i64| {
        let searched = known.search(*key).into_iter().flatten();
        searched.chain(known.fresh(*key)).collect::<Vec<i64>>()
    };
    let mut hits: HashMap<i64, Hit> = HashMap::new();
    for ids in keys.likeness.iter().map(under) {
        for id in &ids {
            hits.entry(*id).or_default().count(ids.len());
        }
    }
    for id in keys.numbers.iter().flat_map(under) {
        hits.insert(id, Hit::NUMBER);
    }
    let is_worth = |hit: &Hit| {
        hit.keys >= KEYS_ALIKE_MIN && (worth == Worth::TwoKeys || hit.fewest <= RARE_RECORDS_MAX)
    };
    let mut ids: Vec<(i64, Hit)> = hits.into_iter().filter(|(_, hit)| is_worth(hit)).collect();
    ids.sort_by(|a, b| b.1.rarity.total_cmp(&a.1.rarity).then(a.0.cmp(&b.0)));
    ids.truncate(COMPARED_MAX);
    ids.into_iter().map(|(id, _)| id).collect()
}

/// Under which of a row's keys a record stands.
#[derive(Clone, Copy)]
struct Hit {
    /// Under how many.
    keys: usize,
    /// How many records share the rarest of them.
    fewest: usize,
    /// One for a key that nobody shares, less for each that others share.
    rarity: f32,
}

impl Hit {
    /// Under a number of the row.
    const NUMBER: Hit = Hit {
        keys: usize::MAX,
        fewest: 0,
        rarity: f32::INFINITY,
    };

    fn count(&mut self, records: usize) {
        self.keys = self.keys.saturating_add(1);
        self.fewest = self.fewest.min(records);
        self.rarity += u16::try_from(records).map_or(0.0, |records| 1.0 / f32::from(records));
    }
}

impl Default for Hit {
    fn default() -> Hit {
        Hit {
            keys: 0,
            fewest: usize::MAX,
            rarity: 0.0,
        }
    }
}
