//! What a row that is held would have been answered if no child were shielded (X2): whoever sends rows cannot tell a shielded child
//! from another by what becomes of them.
//!
//! The records in question are opened in a batch of their own, from which nothing is ever written; what waits behind their shields is said
//! to them again in its order; and then the row is resolved by the same rules as any other.

use std::collections::{HashMap, HashSet};

use directory::Now;
use directory::number::Number;
use directory::record::{Decided, Record, Shielding};
use directory::statement::{Said, Statement};
use directory::supplied::{Outcome, Restriction, Row, Supplier};

use crate::accept::is_full;
use crate::batch::Batch;
use crate::disclose::Loaded;
use crate::error::Error;
use crate::filing::source_key;
use crate::incoming::Incoming;
use crate::keys::KeyEntry;
use crate::known::{KEY_RECORDS_MAX, Known};
use crate::resolve::Resolved;
use crate::{Store, codec};

/// The most shielded records that are opened for one row: more are alike only where names are few, and the nearest come first.
const OPENED_MAX: usize = 64;
/// Under how many of a row's keys a shielded record stands at least before the two could be compared if it were open.
const KEYS_ALIKE_MIN: usize = 2;

/// A row that waits behind a shield, and whose it is.
type Waited = (Supplier, Row);

/// The shielded records under some keys.
#[derive(Default)]
struct Under {
    /// Under which key which record stands.
    entries: Vec<KeyEntry>,
    /// Those that are opened, the nearest first.
    opened: Vec<i64>,
}

impl Store {
    /// What a row that is held for this record would have been answered if no child were shielded.
    pub(crate) fn as_if_open(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
        id: i64,
    ) -> Result<Outcome, Error> {
        // Below, the tables are asked again.
        batch.on_the_way.catch_up()?;
        let near = self.shielded_under(batch, &[incoming], id)?;
        // What waits behind the nearest leads to others, behind whom more waits that would have been said to the same children.
        let first = self.waited(batch, &near.opened)?;
        let first = self.made_ready(&first, batch.now);
        let wider: Vec<&Incoming<'_>> = first.iter().chain([incoming]).collect();
        let wider = self.shielded_under(batch, &wider, id)?;
        let waited = self.waited(batch, &wider.opened)?;
        let waited = self.made_ready(&waited, batch.now);
        let rows: Vec<&Incoming<'_>> = waited.iter().chain([incoming]).collect();
        let all = self.shielded_under(batch, &rows, id)?;
        let searched: Vec<i64> = rows.iter().flat_map(|row| row.keys.searched()).collect();
        let laid: Vec<Loaded> = beside(batch, &searched).chain(all.opened(batch)).collect();
        let filed = filed(batch, searched, &all)?;
        let mut open = Batch::beside(batch);
        for (key, id) in filed {
            open.known.file(id, std::iter::once(key));
        }
        laid.into_iter()
            .for_each(|loaded| self.lay(&mut open, loaded));
        let mut outcome = Outcome::Waiting;
        for row in rows {
            outcome = self.answer(&mut open, row)?;
        }
        Ok(outcome)
    }

    /// The shielded records under keys of rows, as they are in the batch: this one first.
    fn shielded_under(
        &self,
        batch: &mut Batch<'_>,
        rows: &[&Incoming<'_>],
        id: i64,
    ) -> Result<Under, Error> {
        let strong = |row: &&Incoming<'_>| {
            let strong = row.keys.sources.iter().chain(&row.keys.numbers);
            strong.copied().collect::<Vec<i64>>()
        };
        let strong: HashSet<i64> = rows.iter().flat_map(strong).collect();
        let mut keys: Vec<i64> = rows.iter().flat_map(|row| row.keys.guarded()).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut known = Known::default();
        known.read(
            (&mut *batch.connection, batch.first),
            Vec::new(),
            keys.clone(),
        )?;
        let mut under = Under::default();
        let mut counts: HashMap<i64, usize> = HashMap::new();
        for key in keys {
            let before = known.guarded(key).filter(|id| !batch.known.is_aside(*id));
            let mut ids: Vec<i64> = before.chain(batch.known.fresh(key)).collect();
            ids.sort_unstable();
            ids.dedup();
            for id in ids {
                under.entries.push((key, id));
                let count = counts.entry(id).or_default();
                let weight = if strong.contains(&key) {
                    KEYS_ALIKE_MIN
                } else {
                    1
                };
                *count = count.saturating_add(weight);
            }
        }
        counts.insert(id, usize::MAX);
        let mut nearest: Vec<(i64, usize)> = counts.into_iter().collect();
        nearest.retain(|(_, keys)| *keys >= KEYS_ALIKE_MIN);
        nearest.sort_by_key(|(id, keys)| (std::cmp::Reverse(*keys), *id));
        under.opened = nearest.into_iter().map(|(id, _)| id).collect();
        self.bring(batch, &under.opened)?;
        under.opened.retain(|id| batch.is_shielded(*id));
        under.opened.truncate(OPENED_MAX);
        Ok(under)
    }

    /// The rows that wait behind the shields of records, as they were sent, the oldest first.
    fn waited(&self, batch: &mut Batch<'_>, records: &[i64]) -> Result<Vec<Waited>, Error> {
        let records = records.iter().filter_map(|id| batch.touched.get(id));
        let waiting = records.flat_map(|touched| touched.loaded.record.quarantined.clone());
        let mut waiting: Vec<Statement> = waiting.collect();
        waiting.sort_by_key(|statement| statement.last_confirmed);
        let mut waited = Vec::new();
        for statement in &waiting {
            let source = &statement.source;
            let key = source_key(&self.ring(), &source.supplier, &source.key);
            let sent = match statement.superseded {
                None => self.waits_of(batch, key)?,
                Some(_) => None,
            };
            let sent = sent.and_then(|sent| codec::decode_row(&sent.plain));
            let row = sent.map(|(_, row)| row).or_else(|| row_of(statement));
            // Not even a row that its source restricts places a shield here.
            let row = row.map(|row| Row {
                restriction: Restriction::None,
                ..row
            });
            let supplier = Supplier {
                kind: source.kind,
                code: source.supplier.clone(),
            };
            waited.extend(row.map(|row| (supplier, row)));
        }
        Ok(waited)
    }

    fn made_ready<'r>(&self, waited: &'r [Waited], now: Now) -> Vec<Incoming<'r>> {
        let each = waited.iter();
        each.map(|(supplier, row)| self.one_incoming((supplier, row), now))
            .collect()
    }

    /// Puts a record into a batch, filed under its keys.
    fn lay(&self, open: &mut Batch<'_>, loaded: Loaded) {
        let keys = self.keys(&loaded.record);
        let filed = keys.search.iter().chain(&keys.guarded).copied();
        open.known.file(loaded.id, filed);
        open.put(loaded);
    }

    /// What becomes of a row in a batch without shields.
    fn answer(&self, open: &mut Batch<'_>, incoming: &Incoming<'_>) -> Result<Outcome, Error> {
        let id = match self.resolve(open, incoming)? {
            Resolved::Record(id) => id,
            Resolved::New => self.nobody(open),
            Resolved::Doubtful(_) | Resolved::Held(_) => return Ok(Outcome::Waiting),
        };
        if is_full(open, id, incoming.row) {
            return Ok(Outcome::Waiting);
        }
        self.state(open, id, incoming)
    }

    /// A child of whom nothing is known yet, with a number that nobody is told.
    fn nobody(&self, open: &mut Batch<'_>) -> i64 {
        let id = self.next_id(open.now.at);
        open.put(Loaded {
            id,
            version: 0,
            record: Record::empty(Number::from_random(id.cast_unsigned())),
        });
        id
    }
}

impl Under {
    /// Copies of those that are opened, without their shields.
    fn opened<'a>(&'a self, batch: &'a Batch<'_>) -> impl Iterator<Item = Loaded> + 'a {
        let copies = self.opened.iter().filter_map(|id| copied(batch, *id));
        copies.map(|mut loaded| {
            unshielded(&mut loaded.record);
            loaded
        })
    }
}

/// Under which of the keys which record would be found if none were shielded: all in one place, since how many share a key decides who
/// is compared. Those that are opened are filed by themselves.
fn filed(batch: &mut Batch<'_>, mut keys: Vec<i64>, under: &Under) -> Result<Vec<KeyEntry>, Error> {
    keys.sort_unstable();
    keys.dedup();
    let mut known = Known::default();
    known.read(
        (&mut *batch.connection, batch.first),
        keys.clone(),
        Vec::new(),
    )?;
    let mut filed = Vec::new();
    for key in keys {
        let Some(before) = known.search(key) else {
            continue;
        };
        let before = before.filter(|id| !batch.known.is_aside(*id));
        let start = under.entries.partition_point(|(other, _)| *other < key);
        let shielded = under
            .entries
            .iter()
            .skip(start)
            .take_while(|(other, _)| *other == key);
        let shielded = shielded.map(|(_, id)| *id);
        let mut ids: Vec<i64> = before
            .chain(batch.known.fresh(key))
            .chain(shielded)
            .collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.len() < KEY_RECORDS_MAX {
            ids.retain(|id| !under.opened.contains(id));
            filed.extend(ids.into_iter().map(|id| (key, id)));
        }
    }
    Ok(filed)
}

/// The open records that the batch has changed and that stand under keys: as they are in the batch.
fn beside(batch: &Batch<'_>, keys: &[i64]) -> impl Iterator<Item = Loaded> {
    let mut ids: Vec<i64> = keys
        .iter()
        .flat_map(|key| batch.known.fresh(*key))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids.retain(|id| !batch.is_shielded(*id));
    ids.into_iter().filter_map(|id| copied(batch, id))
}

fn copied(batch: &Batch<'_>, id: i64) -> Option<Loaded> {
    let loaded = &batch.touched.get(&id)?.loaded;
    Some(Loaded {
        id,
        version: loaded.version,
        record: loaded.record.clone(),
    })
}

/// Takes the shield off a copy of a record, and what waits behind it.
fn unshielded(record: &mut Record) {
    let is_shield =
        |decided: &Decided| matches!(decided, Decided::ShieldPlaced(_) | Decided::ShieldLifted);
    record
        .decisions
        .retain(|decision| !is_shield(&decision.decided));
    record.quarantined.clear();
    debug_assert_eq!(record.shielding(), Shielding::None);
}

/// A row of which only who the child is was kept. `None`: not even that.
fn row_of(statement: &Statement) -> Option<Row> {
    let Said::Particulars(particulars) = &statement.said else {
        return None;
    };
    particulars.name.as_ref()?;
    Some(Row {
        line: 0,
        key: statement.source.key.clone(),
        confirmed: statement.last_confirmed,
        particulars: (**particulars).clone(),
        also: Vec::new(),
        withdrawn: Vec::new(),
        restriction: Restriction::None,
    })
}
