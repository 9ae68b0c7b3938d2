//! What a row that is held would have been answered if no child were shielded (X2): whoever sends rows cannot tell a shielded child
//! from another by what becomes of them.
//!
//! The records in question are opened in a batch of their own, from which nothing is ever written; what waits behind their shields is said
//! to whom it would have been said when it came (`held_word.rs`); and then the row is resolved by the same rules as any other.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use directory::held_word::{HeldWord, RecordMark};
use directory::number::Number;
use directory::record::{Decided, Record, Shielding};
use directory::supplied::Outcome;

use crate::Store;
use crate::accept::is_full;
use crate::alike::{Alike, Worth};
use crate::batch::{Batch, Touched};
use crate::disclose::Loaded;
use crate::error::Error;
use crate::filing::{said_keys, source_key};
use crate::held_words::{beside, say_held, statement, words};
use crate::incoming::{Incoming, RowKeys};
use crate::keys::{Depth, Index, KeyEntry};
use crate::known::{Known, in_order};
use crate::resolve::{Resolved, searched_under};

/// The most shielded records that are opened for one row: more are alike only where names are few, and the nearest come first.
const OPENED_MAX: usize = 64;
/// Under how many of a row's keys a shielded record stands at least before it is opened: what waits behind other shields may bring it
/// under more of them.
const KEYS_NEAR_MIN: usize = 1;
/// Under how many keys of a record in question one stands at least behind whose shield something may wait for it.
const KEYS_ALIKE_MIN: usize = 2;

/// What a held row is answered, and what is kept of it for the rows that follow it.
pub(crate) struct AsIfOpen {
    pub(crate) outcome: Outcome,
    /// Whether it would have made a new child.
    pub(crate) is_new: bool,
    /// What it would have said, when it would have been taken.
    pub(crate) word: Option<HeldWord>,
    /// Of whom it would have been, or might have been: also of some who never came to be.
    pub(crate) of_whom: Vec<i64>,
}

/// The shielded records under some keys.
#[derive(Default)]
struct Under {
    /// Under which key which record stands.
    entries: Vec<KeyEntry>,
    /// Those that are opened, the nearest first.
    opened: Vec<i64>,
}

/// Under which key which record stands, before the batch and by it.
#[derive(Default)]
struct Standing {
    before: Vec<KeyEntry>,
    fresh: Vec<KeyEntry>,
}

/// Keys by which shielded records are looked for.
struct Sought {
    keys: Vec<i64>,
    /// Those of them that decide by themselves.
    strong: HashSet<i64>,
    /// Under how many of them at least.
    keys_min: usize,
}

/// A record as it would be: before the batch and now. `None`: it was not there.
struct Otherwise {
    before: Option<Record>,
    now: Option<Record>,
    version: i64,
}

impl Store {
    /// What a row that is held for this record would have been answered if no child were shielded.
    pub(crate) fn as_if_open(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
        id: i64,
    ) -> Result<AsIfOpen, Error> {
        let mut open = self.without_shields(batch, incoming, id)?;
        self.answer(&mut open, incoming)
    }

    /// Whether a row would be of somebody else, or in doubt of others, if no child were shielded: because of what waits behind the shield of
    /// this record, or of another.
    pub(crate) fn differs_if_open(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
        (id, resolved): (i64, &Resolved),
    ) -> Result<bool, Error> {
        let mut open = self.without_shields(batch, incoming, id)?;
        let if_open = self.resolve(&mut open, incoming)?;
        Ok(if_open != *resolved)
    }

    /// The batch as it would be for a row if no child were shielded.
    fn without_shields<'b>(
        &self,
        batch: &'b mut Batch<'_>,
        incoming: &Incoming<'_>,
        id: i64,
    ) -> Result<Batch<'b>, Error> {
        // Below, the tables are asked again.
        batch.on_the_way.catch_up()?;
        let near = self.shielded_under(batch, &Sought::by(incoming), id)?;
        let searched = in_order(incoming.keys.searched().collect());
        let standing = standing_under(batch, &searched)?;
        let mut of = self.in_question(batch, (&searched, &near), &standing)?;
        let left = batch.left(incoming).to_vec();
        of.extend(left.iter().filter(|id| near.opened.contains(id)));
        of.extend(self.compared_with(batch, incoming)?);
        // Whoever a word would have been of may have others, which wait behind other shields.
        let of = Vec::from_iter(of);
        self.work_out_filed(batch, &of);
        let wider = self.shielded_under(batch, &self.sought_of(batch, &of), id)?;
        let mut shields = near.opened.clone();
        shields.extend(wider.opened.iter().filter(|id| !near.opened.contains(id)));
        let otherwise = self.otherwise(batch, &of, &shields)?;
        let Standing { before, mut fresh } =
            self.if_open(batch, (standing, &searched, &near), (&of, &otherwise));
        // Whoever has left in this batch is found by the own key, though nothing of them stands.
        let own = incoming.keys.sources.first();
        let left = left.into_iter().filter(|id| of.binary_search(id).is_ok());
        let left: Vec<i64> = left.collect();
        fresh.extend(
            own.iter()
                .flat_map(|own| left.iter().map(|id| (**own, *id))),
        );
        let compared = compared(&incoming.keys, before.iter().chain(&fresh));
        // Of the others nothing but their keys counts: of sixty records the rest is much.
        let taken = compared
            .into_iter()
            .filter_map(|id| match otherwise.get(&id) {
                Some(otherwise) => otherwise.loaded(id),
                None => copied(batch, id, of.binary_search(&id).is_ok()),
            });
        let taken: Vec<Loaded> = taken.collect();
        let mut open = Batch::beside(batch);
        open.known.take_in(before, Vec::new());
        for (key, id) in fresh {
            open.known.file(id, std::iter::once(key));
        }
        taken.into_iter().for_each(|loaded| open.put(loaded));
        let said = open.said.entry(incoming.row.key.clone()).or_default();
        said.leave(left);
        Ok(open)
    }

    /// The open records with which a row is compared, in the batch.
    fn compared_with(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
    ) -> Result<Vec<i64>, Error> {
        let (known, keys) = (&batch.known, &incoming.keys);
        let mut ids = searched_under(known, keys.sources.iter());
        ids.extend(keys.sources.iter().flat_map(|key| known.fresh(*key)));
        ids.extend(batch.left(incoming));
        let alike = Alike::before(known, keys);
        ids.extend(alike.ids_with(known, keys, Worth::TwoKeysOneRare));
        self.bring(batch, &ids)?;
        ids.retain(|id| !batch.is_shielded(*id));
        Ok(ids)
    }

    /// The shielded records under keys, as they are in the batch: this one first.
    fn shielded_under(
        &self,
        batch: &mut Batch<'_>,
        sought: &Sought,
        id: i64,
    ) -> Result<Under, Error> {
        let keys = in_order(sought.keys.clone());
        let mut under = Under {
            entries: guarded_entries(batch, &keys)?,
            opened: Vec::new(),
        };
        under.entries.retain(|(_, id)| !batch.known.is_aside(*id));
        for key in keys {
            let fresh = batch.known.fresh(key);
            under.entries.extend(fresh.map(|id| (key, id)));
        }
        under.entries.sort_unstable();
        under.entries.dedup();
        let mut counts: HashMap<i64, usize> = HashMap::new();
        for (key, id) in &under.entries {
            let count = counts.entry(*id).or_default();
            let weight = if sought.strong.contains(key) {
                KEYS_ALIKE_MIN
            } else {
                1
            };
            *count = count.saturating_add(weight);
        }
        counts.insert(id, usize::MAX);
        let mut nearest: Vec<(i64, usize)> = counts.into_iter().collect();
        nearest.retain(|(_, keys)| *keys >= sought.keys_min);
        nearest.sort_by_key(|(id, keys)| (std::cmp::Reverse(*keys), *id));
        let nearest: Vec<i64> = nearest.into_iter().map(|(id, _)| id).collect();
        // A key of many names stands over hundreds of them: no more are read than are opened.
        for some in nearest.chunks(OPENED_MAX) {
            self.bring(batch, some)?;
            let shielded = some.iter().filter(|id| batch.is_shielded(**id));
            let room = OPENED_MAX.saturating_sub(under.opened.len());
            under.opened.extend(shielded.take(room));
            if under.opened.len() >= OPENED_MAX {
                break;
            }
        }
        Ok(under)
    }

    /// Who may be compared with the row if none were shielded: the shielded records that what is said of them would file under its keys, and
    /// those of whom a word would have been that says something under them, or who stand there.
    fn in_question(
        &self,
        batch: &mut Batch<'_>,
        (searched, near): (&[i64], &Under),
        standing: &Standing,
    ) -> Result<BTreeSet<i64>, Error> {
        let is_searched = |key: &i64| searched.binary_search(key).is_ok();
        let shielded = near.entries.iter().filter(|(key, _)| is_searched(key));
        let entries = standing.before.iter().chain(&standing.fresh);
        let stand: HashSet<i64> = entries.chain(shielded).map(|(_, id)| *id).collect();
        let mut of = BTreeSet::new();
        let mut marks = BTreeSet::new();
        for id in &near.opened {
            let Some(touched) = batch.touched.get(id) else {
                continue;
            };
            if !touched.is_as_read() || self.unshielded_keys(touched).iter().any(is_searched) {
                of.insert(*id);
            }
            let says = |word: &&HeldWord| {
                let mut keys = touched
                    .word_keys(word, |word| self.keys_of_word(word))
                    .iter();
                stand.contains(&word.of.0) || keys.any(is_searched)
            };
            marks.extend(touched.every_word().filter(says).map(|word| word.of));
        }
        of.extend(self.of_whom(batch, marks)?.into_values());
        Ok(of)
    }

    /// Under which keys rows would find a record as it was read, if it were not shielded.
    fn unshielded_keys<'t>(&self, touched: &'t Touched) -> &'t [i64] {
        touched.unshielded_keys(|record| self.keys(&unshielded(record)).search)
    }

    /// Under which keys rows may find whom a word is said to.
    fn keys_of_word(&self, word: &HeldWord) -> Vec<i64> {
        let (ring, source) = (self.ring(), &word.statement.source);
        let mut keys = said_keys(&ring, &word.statement);
        keys.push(source_key(&ring, &source.supplier, &source.key));
        keys
    }

    /// Of whom words would have been, by whom they were meant for: where it is now what was there when they came. Afterwards all of them who
    /// are known are in the batch.
    fn of_whom(
        &self,
        batch: &mut Batch<'_>,
        marks: BTreeSet<RecordMark>,
    ) -> Result<BTreeMap<RecordMark, i64>, Error> {
        let ids: Vec<i64> = marks.iter().map(|mark| mark.0).collect();
        self.bring(batch, &ids)?;
        let mut of = BTreeMap::new();
        for mark in marks {
            let touched = batch.touched.get(&mark.0);
            let merged = touched.and_then(|touched| touched.loaded.record.merged_into());
            let holder = match merged {
                Some(number) => self.holder(batch, number)?,
                None => None,
            };
            of.insert(mark, holder.unwrap_or(mark.0));
        }
        Ok(of)
    }

    /// The same of every word that waits behind shields, where one may be of somebody who was merged into a record in question.
    fn redirected(
        &self,
        batch: &mut Batch<'_>,
        (ids, shields): (&[i64], &[i64]),
    ) -> Result<BTreeMap<RecordMark, i64>, Error> {
        let has_merged = |id: &i64| {
            let touched = batch.touched.get(id);
            touched.is_some_and(|touched| !touched.loaded.record.other_own_numbers().is_empty())
        };
        if !ids.iter().any(has_merged) {
            return Ok(BTreeMap::new());
        }
        let touched = shields.iter().filter_map(|id| batch.touched.get(id));
        let marks = touched.flat_map(Touched::every_word).map(|word| word.of);
        let marks = marks.collect();
        self.of_whom(batch, marks)
    }

    /// By which keys of some records others are found.
    fn sought_of(&self, batch: &Batch<'_>, ids: &[i64]) -> Sought {
        let mut sought = Sought {
            keys: Vec::new(),
            strong: HashSet::new(),
            keys_min: KEYS_ALIKE_MIN,
        };
        for touched in ids.iter().filter_map(|id| batch.touched.get(id)) {
            let record = &touched.loaded.record;
            let keys = self.keys_now(touched);
            sought.keys.extend(keys.search.iter().chain(&keys.guarded));
            let sources = record.statements.iter().map(|said| &said.source);
            let ring = self.ring();
            let sources = sources.map(|of| source_key(&ring, &of.supplier, &of.key));
            sought.strong.extend(sources);
        }
        sought
    }

    /// The records in question that would be otherwise, by the batch or by words: what waits behind the shields is said to them in the order
    /// in which it came.
    fn otherwise(
        &self,
        batch: &mut Batch<'_>,
        ids: &[i64],
        shields: &[i64],
    ) -> Result<BTreeMap<i64, Otherwise>, Error> {
        let of = self.redirected(batch, (ids, shields))?;
        let target = |word: &HeldWord| of.get(&word.of).copied().unwrap_or(word.of.0);
        let is_of_these = |word: &HeldWord| ids.binary_search(&target(word)).is_ok();
        let before = words(batch, (shields, &is_of_these), Touched::original);
        let now = words(batch, (shields, &is_of_these), |touched| {
            &touched.loaded.record
        });
        let is_told: HashSet<i64> = before.iter().chain(&now).map(target).collect();
        let mut otherwise: BTreeMap<i64, Otherwise> = BTreeMap::new();
        for id in ids {
            let touched = batch.touched.get(id);
            if is_told.contains(id) || !touched.is_some_and(Touched::is_as_read) {
                otherwise.insert(*id, Otherwise::of(touched));
            }
        }
        let lasts: HashSet<i64> = now
            .iter()
            .filter(|word| is_last(batch, shields, word))
            .map(|word| word.came)
            .collect();
        let rows = self.rows_that_wait(batch, (&now, &|word| lasts.contains(&word.came)))?;
        for (word, is_now) in before
            .iter()
            .map(|word| (word, false))
            .chain(now.iter().map(|word| (word, true)))
        {
            let id = target(word);
            let Some(record) = otherwise.get_mut(&id) else {
                continue;
            };
            let record = if is_now {
                record.now.get_or_insert_with(|| nobody(id))
            } else {
                record.before.get_or_insert_with(|| nobody(id))
            };
            say_held(record, (word, rows.get(&word.came)), batch.now);
        }
        Ok(otherwise)
    }

    /// Who would stand under the keys if none were shielded: all in one place, since how many share a key decides who is compared.
    fn if_open(
        &self,
        batch: &Batch<'_>,
        (standing, keys, near): (Standing, &[i64], &Under),
        (of, otherwise): (&[i64], &BTreeMap<i64, Otherwise>),
    ) -> Standing {
        let Standing {
            mut before,
            mut fresh,
        } = standing;
        let is_searched = |key: &i64| keys.binary_search(key).is_ok();
        // What the batch has filed of open records stands beside them.
        let is_guarded = |id: i64| !batch.touched.contains_key(&id) || batch.is_shielded(id);
        let shielded = near.entries.iter().copied();
        before.extend(shielded.filter(|(key, id)| is_searched(key) && is_guarded(*id)));
        let opened: HashSet<i64> = near.opened.iter().chain(of).copied().collect();
        before.retain(|(_, id)| !opened.contains(id));
        fresh.retain(|(_, id)| !opened.contains(id) && !batch.is_shielded(*id));
        for id in of {
            // Only what the row looks under counts: the rest is thousands of keys.
            let under = |record: &Record| {
                let mut keys = self.keys(record).search;
                keys.retain(is_searched);
                keys.into_iter().map(|key| (key, *id))
            };
            // Of who was set aside only what is filed counts.
            let is_aside = batch.known.is_aside(*id);
            if let Some(otherwise) = otherwise.get(id) {
                before.extend(otherwise.before.iter().flat_map(under));
                if otherwise.is_changed() || is_aside {
                    fresh.extend(otherwise.now.iter().flat_map(under));
                }
            } else if let Some(touched) = batch.touched.get(id) {
                let keys = self.unshielded_keys(touched).iter().copied();
                let entries = if is_aside { &mut fresh } else { &mut before };
                entries.extend(keys.filter(is_searched).map(|key| (key, *id)));
            }
        }
        Standing { before, fresh }
    }

    /// What becomes of a row in a batch without shields.
    fn answer(&self, open: &mut Batch<'_>, incoming: &Incoming<'_>) -> Result<AsIfOpen, Error> {
        let waits = |of_whom| AsIfOpen {
            outcome: Outcome::Waiting,
            is_new: false,
            word: None,
            of_whom,
        };
        let (id, is_new) = match self.resolve(open, incoming)? {
            Resolved::Record(id) => (id, false),
            Resolved::New => (self.nobody(open), true),
            Resolved::Doubtful(ids) | Resolved::Held(ids) => return Ok(waits(ids)),
        };
        if is_full(open, id, incoming.row) {
            return Ok(waits(vec![id]));
        }
        let outcome = self.state(open, id, incoming)?;
        let word = (outcome == Outcome::Accepted).then(|| HeldWord {
            came: self.next_id(open.now.at),
            of: RecordMark(id),
            is_of_child: false,
            statement: statement(incoming, open.now),
            also: beside(incoming.row),
        });
        Ok(AsIfOpen {
            outcome,
            is_new,
            word,
            of_whom: vec![id],
        })
    }

    /// A child of whom nothing is known yet, with a number that nobody is told.
    fn nobody(&self, open: &mut Batch<'_>) -> i64 {
        let id = self.next_id(open.now.at);
        open.put(Loaded {
            id,
            version: 0,
            record: nobody(id),
        });
        id
    }
}

impl Sought {
    /// By which a row is found to be of a shielded child.
    fn by(incoming: &Incoming<'_>) -> Sought {
        let keys = &incoming.keys;
        let strong = keys.sources.iter().chain(&keys.numbers).copied();
        Sought {
            keys: keys.guarded().collect(),
            strong: strong.collect(),
            keys_min: KEYS_NEAR_MIN,
        }
    }
}

impl Otherwise {
    /// Of a record of the batch, without its shield and what waits behind it.
    fn of(touched: Option<&Touched>) -> Otherwise {
        let version = touched.map_or(0, |touched| touched.loaded.version);
        let before = touched.filter(|_| version > 0).map(Touched::original);
        let now = touched.map(|touched| &touched.loaded.record);
        Otherwise {
            before: before.map(unshielded),
            now: now.map(unshielded),
            version,
        }
    }

    fn is_changed(&self) -> bool {
        self.before != self.now
    }

    /// As it would be now.
    fn loaded(&self, id: i64) -> Option<Loaded> {
        let record = self.now.clone()?;
        Some(Loaded {
            id,
            version: self.version,
            record,
        })
    }
}

/// A record of whom nothing is known yet.
fn nobody(id: i64) -> Record {
    Record::empty(Number::from_random(id.cast_unsigned()))
}

/// Whether no later word of its source waits behind the shields, of whomever.
fn is_last(batch: &Batch<'_>, shields: &[i64], word: &HeldWord) -> bool {
    let touched = shields.iter().filter_map(|id| batch.touched.get(id));
    let mut words = touched.flat_map(|touched| &touched.loaded.record.held_words);
    !words.any(|other| other.came > word.came && other.statement.source == word.statement.source)
}

/// Who of the open stands under keys.
fn standing_under(batch: &mut Batch<'_>, keys: &[i64]) -> Result<Standing, Error> {
    let mut known = Known::default();
    known.read(
        (&mut *batch.connection, batch.first),
        keys.to_vec(),
        Vec::new(),
    )?;
    let mut standing = Standing::default();
    for key in keys {
        let stood = known.before(*key).iter().copied();
        let stood = stood.filter(|(_, id)| !batch.known.is_aside(*id));
        standing.before.extend(stood);
        let fresh = batch.known.fresh(*key);
        standing.fresh.extend(fresh.map(|id| (*key, id)));
    }
    Ok(standing)
}

/// What stands under keys of shielded records, before the batch.
fn guarded_entries(batch: &mut Batch<'_>, keys: &[i64]) -> Result<Vec<KeyEntry>, Error> {
    let mut entries = Vec::new();
    match batch.first {
        Some(first) => {
            for key in keys {
                let ids = first.guarded.get(key).into_iter().flatten();
                entries.extend(ids.map(|id| (*key, *id)));
            }
        }
        None => Index::Guarded.under(batch.connection, (keys, Depth::Row), &mut |entry| {
            entries.push(entry);
        })?,
    }
    Ok(entries)
}

/// With whom a row may be compared at all: whoever stands under a key of its own, or under enough of the others.
fn compared<'e>(keys: &RowKeys, entries: impl Iterator<Item = &'e KeyEntry>) -> BTreeSet<i64> {
    let own = keys.sources.iter().chain(&keys.withdrawn);
    let mut weights: HashMap<i64, usize> = HashMap::new();
    for key in own.chain(&keys.numbers) {
        weights.insert(*key, KEYS_ALIKE_MIN);
    }
    for likeness in &keys.likeness {
        // A key that a row has twice counts twice.
        let weight = weights.entry(likeness.key).or_default();
        *weight = weight.saturating_add(1);
    }
    let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
    for (key, id) in entries {
        let count = counts.entry(*id).or_default();
        *count = count.saturating_add(weights.get(key).copied().unwrap_or_default());
    }
    counts.retain(|_, count| *count >= KEYS_ALIKE_MIN);
    counts.into_keys().collect()
}

/// A copy of a record of the batch: one that is open, or in question and as if it were. `None`: the tables have it as it is.
fn copied(batch: &Batch<'_>, id: i64, is_in_question: bool) -> Option<Loaded> {
    let loaded = &batch.touched.get(&id)?.loaded;
    let record = match loaded.record.shielding() {
        _ if is_in_question => unshielded(&loaded.record),
        Shielding::None => loaded.record.clone(),
        Shielding::Shielded => return None,
    };
    Some(Loaded {
        id,
        version: loaded.version,
        record,
    })
}

/// A copy of a record without its shield, and what waits behind it or only guards it.
fn unshielded(record: &Record) -> Record {
    let mut record = record.clone();
    let is_shield =
        |decided: &Decided| matches!(decided, Decided::ShieldPlaced(_) | Decided::ShieldLifted);
    record
        .decisions
        .retain(|decision| !is_shield(&decision.decided));
    record.statements.retain(|one| !one.is_taken_back());
    record.quarantined.clear();
    record.held_words.clear();
    debug_assert_eq!(record.shielding(), Shielding::None);
    record
}
