//! The open records that are connected with a shielded one, found by keys of postcodes, lines of addresses, and parents and carers (X3), and
//! those that are suspected to be of the same child (F1).

use std::collections::{BTreeSet, HashMap};

use directory::connected::{Rest, Tie};
use directory::lifecycle::{Standing, standing_on};
use directory::number::Number;
use directory::record::Record;

use crate::Store;
use crate::batch::Batch;
use crate::disclose::Loaded;
use crate::error::Error;
use crate::filing::number_key;
use crate::keys::{Depth, Index, QUERY_RECORDS_MAX};
use crate::tie::Traces;

/// The most open records that are listed at once beside a shielded one; when they are decided about, the next are listed.
pub const CONNECTED_SHOWN_MAX: usize = 20;
/// A carer's name that more open records share says too little by itself.
const CARER_RECORDS_MAX: usize = 12;

/// The connected records of one state of the database.
pub(crate) struct Around {
    /// The first of them, those that nobody has decided about before the others.
    pub(crate) open: Vec<Near>,
    /// Whether nobody has decided about some beyond those.
    pub(crate) rest: Rest,
}

/// An open record that is connected with a shielded one.
pub(crate) struct Near {
    pub(crate) loaded: Loaded,
    pub(crate) ties: Vec<Tie>,
    /// What it gives away of the child's whereabouts, as keyed hashes.
    pub(crate) gives_away: Vec<i64>,
    pub(crate) was_left_open: bool,
}

impl Near {
    /// Whose record it is.
    pub(crate) fn number(&self) -> Number {
        self.loaded.record.number
    }
}

impl Store {
    /// The open records that are connected with a record of the batch, as the batch leaves them.
    pub(crate) fn around(&self, batch: &mut Batch<'_>, id: i64) -> Result<Around, Error> {
        let Some(touched) = batch.touched.get(&id) else {
            return Err(Error::Inconsistent("a record that is shielded"));
        };
        let of = touched.loaded.record.clone();
        let traces = Traces::of(&of, &self.filed(&of));
        let ring = self.ring();
        let keys = traces.keys(&ring);
        let under = open_under(batch, &[keys.places, keys.reaches].concat())?;
        let by_name = open_under(batch, &keys.names)?;
        let is_seldom = |key: i64| {
            by_name
                .get(&key)
                .is_none_or(|ids| ids.len() <= CARER_RECORDS_MAX)
        };
        let seldom = by_name.iter().filter(|(key, _)| is_seldom(**key));
        let ids = under.values().chain(seldom.map(|(_, ids)| ids)).flatten();
        let mut ids: BTreeSet<i64> = ids.copied().filter(|other| *other != id).collect();
        let mut same = self.noted_as_same(batch, &of)?;
        same.extend(self.suspected_behind(batch, id)?);
        ids.extend(&same);
        let mut open: Vec<Near> = Vec::new();
        for loaded in self.open_records(batch, ids)? {
            let record = &loaded.record;
            let theirs = Traces::of(record, &self.filed(record));
            let mut ties = traces.ties(&theirs, (&ring, &is_seldom));
            let may_be_same = same.contains(&loaded.id);
            if may_be_same {
                ties.insert(0, Tie::MayBeSame);
            }
            if !ties.is_empty() {
                let mut gives_away = traces.given_away(&theirs, (&ring, &is_seldom));
                // Who was left open for the home alone is decided about again as perhaps the child.
                gives_away.extend(may_be_same.then(|| number_key(&ring, record.number)));
                open.push(Near {
                    was_left_open: of.was_left_open(record.number, &gives_away),
                    loaded,
                    ties,
                    gives_away,
                });
            }
        }
        open.sort_by_cached_key(|near| {
            (
                near.was_left_open,
                near.ties.first().copied(),
                near.number(),
            )
        });
        let beyond = open.iter().skip(CONNECTED_SHOWN_MAX);
        let rest = match beyond.filter(|near| !near.was_left_open).count() {
            0 => Rest::None,
            _ => Rest::More,
        };
        open.truncate(CONNECTED_SHOWN_MAX);
        Ok(Around { open, rest })
    }

    /// Who is noted as perhaps of the same child as a record, and was not kept apart, by whoever holds their numbers now. Data officers are
    /// asked about them no more while either is shielded (X2).
    fn noted_as_same(&self, batch: &mut Batch<'_>, of: &Record) -> Result<BTreeSet<i64>, Error> {
        let mut ids = BTreeSet::new();
        for noted in of.suspects() {
            ids.extend(self.holder(batch, noted.number)?);
        }
        Ok(ids)
    }

    /// Those of some records that are open and shown to anybody, as the batch leaves them. What nobody can read is shown to nobody.
    fn open_records(
        &self,
        batch: &mut Batch<'_>,
        ids: BTreeSet<i64>,
    ) -> Result<Vec<Loaded>, Error> {
        let (known, others): (Vec<i64>, Vec<i64>) = ids
            .into_iter()
            .partition(|id| batch.touched.contains_key(id));
        let mut loaded = self.load(batch.connection, &others)?;
        let known = known.iter().filter_map(|id| batch.touched.get(id));
        loaded.extend(known.map(|touched| Loaded {
            id: touched.loaded.id,
            version: touched.loaded.version,
            record: touched.loaded.record.clone(),
        }));
        loaded.retain(|one| {
            let child = self.child_shown(&one.record, batch.now);
            let born = child.born.as_ref().map(|born| born.value);
            let standing = standing_on(&one.record, born, batch.now.today);
            one.record.shield().is_none() && child.name.is_some() && standing != Standing::Archived
        });
        Ok(loaded)
    }
}

/// The open records under keys, by key. A key with more than can be read says nothing: it is no home, but a placeholder.
fn open_under(batch: &mut Batch<'_>, keys: &[i64]) -> Result<HashMap<i64, BTreeSet<i64>>, Error> {
    let mut under: HashMap<i64, BTreeSet<i64>> = HashMap::new();
    let each = &mut |(key, id)| {
        under.entry(key).or_default().insert(id);
    };
    Index::Search.under(batch.connection, (keys, Depth::Query), each)?;
    under.retain(|_, ids| ids.len() < QUERY_RECORDS_MAX);
    Ok(under)
}
