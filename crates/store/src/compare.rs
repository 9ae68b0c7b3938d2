//! Two directories held against each other, as after a load that was killed and one that was not. It gives counts, and nothing of a child.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::Debug;

use directory::record::{Record, Shielding};
use directory::run::{Applied, Run};

use crate::Store;
use crate::codec;
use crate::error::Error;
use crate::keys::KeyEntry;
use crate::seal::Column;
use crate::write::Keys;

/// How two directories differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Records of which anything stands or stood, in the first.
    pub records: u64,
    /// Records that are in one of them only: by all that was ever said, under which keys, and the shield. Numbers are not compared.
    pub differing: u64,
    /// Rows that wait, in the first.
    pub waiting: u64,
    /// Rows that wait in one of them only.
    pub waiting_differing: u64,
    /// Runs that are not the same: their file, where they stand, and what became of their rows.
    pub runs_differing: u64,
    /// Sources that stand on two records of one of them.
    pub said_twice: u64,
    /// Entries of key tables that are missing in one of them, or too many. What guards a shielded child may be more.
    pub misfiled: u64,
}

/// What a directory holds, without what is different in each: numbers, moments and seals.
struct Held {
    /// How often each record is there, as text to compare.
    records: BTreeMap<String, u64>,
    waiting: BTreeMap<(String, Vec<u8>), u64>,
    runs: Vec<String>,
    said_twice: u64,
    misfiled: u64,
}

impl Compared {
    /// Whether they hold the same, and each is whole.
    #[must_use]
    pub fn is_same(&self) -> bool {
        let Compared {
            differing,
            waiting_differing,
            runs_differing,
            said_twice,
            misfiled,
            records: _,
            waiting: _,
        } = *self;
        [
            differing,
            waiting_differing,
            runs_differing,
            said_twice,
            misfiled,
        ] == [0; 5]
    }
}

impl Store {
    /// Holds this directory against another. Both are read whole, into memory: for measuring and testing, with synthetic children.
    ///
    /// # Errors
    /// [`Error`] when one of them could not be read.
    pub fn compare(&self, other: &Store) -> Result<Compared, Error> {
        let (here, there) = (self.held()?, other.held()?);
        let runs = here.runs.iter().zip(&there.runs);
        let unlike = runs.filter(|(one, other)| one != other).count();
        let unpaired = here.runs.len().abs_diff(there.runs.len());
        Ok(Compared {
            records: here.records.values().sum(),
            differing: differing(&here.records, &there.records),
            waiting: here.waiting.values().sum(),
            waiting_differing: differing(&here.waiting, &there.waiting),
            runs_differing: counted(unlike.saturating_add(unpaired)),
            said_twice: here.said_twice.saturating_add(there.said_twice),
            misfiled: here.misfiled.saturating_add(there.misfiled),
        })
    }

    fn held(&self) -> Result<Held, Error> {
        let mut held = Held {
            records: BTreeMap::new(),
            waiting: self.waiting_rows()?,
            runs: self.runs(None)?.iter().map(told).collect(),
            said_twice: 0,
            misfiled: 0,
        };
        let mut wanted: [Vec<KeyEntry>; 4] = Default::default();
        let mut sources: BTreeMap<String, i64> = BTreeMap::new();
        for (id, record) in self.every_record()? {
            let Keys {
                search,
                shielded,
                guarded,
                follow,
            } = self.keys(&record);
            for (entries, keys) in wanted.iter_mut().zip([search, shielded, follow, guarded]) {
                entries.extend(keys.into_iter().map(|key| (key, id)));
            }
            for statement in record.standing() {
                let source = format!("{:?}", statement.source);
                match sources.entry(source) {
                    Entry::Vacant(place) => {
                        place.insert(id);
                    }
                    Entry::Occupied(first) if *first.get() != id => {
                        held.said_twice = held.said_twice.saturating_add(1);
                    }
                    Entry::Occupied(_) => {}
                }
            }
            // An emptied record keeps its number and nothing else.
            if record.statements.is_empty() && record.shielding() == Shielding::None {
                continue;
            }
            let count = held.records.entry(words(&record)).or_default();
            *count = count.saturating_add(1);
        }
        held.misfiled = self.entries_misfiled(wanted)?;
        Ok(held)
    }

    fn every_record(&self) -> Result<Vec<(i64, Record)>, Error> {
        let sql = "SELECT id, version, body FROM record ORDER BY id";
        self.read(sql, &[], |row| {
            let (id, version) = (row.int(0)?, row.int(1)?);
            let plain = self
                .ring()
                .unseal(Column::RecordBody(version), id, &row.blob(2)?)?;
            let record = codec::decode(&plain).ok_or(Error::Inconsistent("a record"))?;
            Ok((id, record))
        })
    }

    fn waiting_rows(&self) -> Result<BTreeMap<(String, Vec<u8>), u64>, Error> {
        let rows = self.read("SELECT id, kind, body FROM task", &[], |row| {
            let plain = self
                .ring()
                .unseal(Column::TaskBody, row.int(0)?, &row.blob(2)?)?;
            Ok((row.text(1)?, plain))
        })?;
        let mut waiting: BTreeMap<_, u64> = BTreeMap::new();
        for row in rows {
            let count = waiting.entry(row).or_default();
            *count = count.saturating_add(1);
        }
        Ok(waiting)
    }

    /// How many entries of the key tables are missing or too many.
    fn entries_misfiled(&self, wanted: [Vec<KeyEntry>; 4]) -> Result<u64, Error> {
        let tables = [
            "SELECT key, record FROM search_key",
            "SELECT key, record FROM shielded_key",
            "SELECT key, record FROM follow_key",
            "SELECT key, record FROM guarded_key",
        ];
        let [.., guarding] = tables;
        let mut misfiled = 0u64;
        for (sql, mut wanted) in tables.into_iter().zip(wanted) {
            let mut there = self.read(sql, &[], |row| Ok((row.int(0)?, row.int(1)?)))?;
            there.sort_unstable();
            wanted.sort_unstable();
            wanted.dedup();
            let beyond = |some: &[KeyEntry], of: &[KeyEntry]| {
                let missing = some.iter().filter(|entry| of.binary_search(entry).is_err());
                counted(missing.count())
            };
            misfiled = misfiled.saturating_add(beyond(&wanted, &there));
            if sql != guarding {
                misfiled = misfiled.saturating_add(beyond(&there, &wanted));
            }
        }
        Ok(misfiled)
    }
}

/// A record as text: what was said, in the order of its sources, whether it is shielded, and what waits behind the shield.
fn words(record: &Record) -> String {
    fn in_order(words: &[impl Debug]) -> Vec<String> {
        let mut words: Vec<String> = words.iter().map(|one| format!("{one:?}")).collect();
        words.sort_unstable();
        words
    }
    let (said, waiting) = (in_order(&record.statements), in_order(&record.quarantined));
    format!("{said:?} {:?} {waiting:?}", record.shielding())
}

/// A run as text, without its moments. A first load that goes on reads again what was taken, and says of it that it said nothing new.
fn told(run: &Run) -> String {
    let totals = run.totals;
    let taken = match run.applied {
        Applied::InBatches => (totals.accepted, totals.unchanged),
        Applied::InFirstLoad => (totals.accepted.saturating_add(totals.unchanged), 0),
    };
    format!(
        "{:?}",
        (
            (run.id, &run.supplier.code, run.reach, run.extracted),
            (run.state, run.held, run.rows),
            (totals.read, taken, totals.waiting, totals.refused),
        )
    )
}

fn differing<T: Ord>(here: &BTreeMap<T, u64>, there: &BTreeMap<T, u64>) -> u64 {
    let beyond = |some: &BTreeMap<T, u64>, of: &BTreeMap<T, u64>| -> u64 {
        let more = |(what, count): (&T, &u64)| {
            count.saturating_sub(of.get(what).copied().unwrap_or_default())
        };
        some.iter().map(more).sum()
    };
    beyond(here, there).saturating_add(beyond(there, here))
}

fn counted(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
