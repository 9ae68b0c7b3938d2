//! A batch on its way: the records it reads and makes, and what is to be written. It reads one state of the database throughout.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use directory::Now;
use directory::event::{By, Event, What};
use directory::held_word::HeldWord;
use directory::number::Number;
use directory::record::{Author, Decided, Record, Shielding};
use directory::shield::Ground;
use directory::statement::Particulars;
use directory::survivorship;
use directory::text::{SupplierCode, SupplierKey};
use rustc_hash::FxHashMap;

use crate::ahead::Ahead;
use crate::alike::Alike;
use crate::cores::on_all_cores;
use crate::disclose::{Loaded, SealedRecord};
use crate::driver::{Connection, Value};
use crate::error::Error;
use crate::filing::number_key;
use crate::first_load::FirstKeys;
use crate::incoming::Incoming;
use crate::journal::Entry;
use crate::keys::{Depth, Index};
use crate::known::{ByKey, Known};
use crate::on_the_way::OnTheWay;
use crate::portrayed::Portrayed;
use crate::seal::Column;
use crate::shields::Shields;
use crate::waiting::Waits;
use crate::write::{Keys, Write};
use crate::{Store, codec};

/// How often a number is drawn for a new child: of ten thousand million, one in a thousand is taken at 11 million children.
const NUMBER_DRAWS_MAX: usize = 16;
/// How many numbers are drawn at once, and for how many rows one is: of changes few are new children.
const NUMBERS_AT_ONCE: std::ops::RangeInclusive<usize> = 8..=512;
const ROWS_OF_A_NUMBER: usize = 8;
/// What the rows of a batch say, by the supplier's own key.
pub(crate) type SaidByKey = HashMap<SupplierKey, SaidInBatch>;

/// What the rows of a batch say under one key.
#[derive(Clone, Default)]
pub(crate) struct SaidInBatch {
    /// Who the child is, by the first of them. `None`: the last says that the child has left.
    pub(crate) words: Option<Particulars>,
    /// Of whom earlier ones said it, and then that they have left. Nothing files them under the key any more, but a later row brings the same
    /// child back.
    pub(crate) left: Vec<i64>,
}

/// A record that a batch reads or makes.
pub(crate) struct Touched {
    pub(crate) loaded: Loaded,
    /// As it was read, when it has been changed since.
    original: Option<Record>,
    /// Its keys as it is now, when they have been worked out.
    after: Option<Keys>,
    /// Its keys as the tables have them, when they have been worked out.
    filed: Option<Keys>,
    portrayed: OnceLock<Option<Portrayed>>,
    known_by: KnownBy,
    /// Under which keys rows would find it as it was read, if it were not shielded, when that has been worked out.
    unshielded: OnceLock<Vec<i64>>,
    /// The keys of each word that waits behind its shield, by when it came, when they have been worked out; and those of before it was
    /// changed.
    words: OnceLock<WordKeys>,
    words_past: WordKeys,
    changed: bool,
}

/// By what a record was known when others were last asked whether they are of the same child: when it was read, as far as the batch goes.
#[derive(Default)]
enum KnownBy {
    /// By what it says now.
    #[default]
    TheSame,
    /// By this, before it was changed. `None`: by nothing.
    This(Option<Portrayed>),
}

/// The keys of words that wait behind a shield, by when they came.
pub(crate) type WordKeys = HashMap<i64, Vec<i64>>;

/// Rows that are said again at moments gone by.
pub(crate) struct SaidAgain {
    /// When in truth.
    pub(crate) now: Now,
    /// Records that were shielded before: the ledger says of each by whom and when.
    pub(crate) shielded: HashSet<i64>,
}

/// A batch on its way.
pub(crate) struct Batch<'c> {
    pub(crate) connection: &'c mut dyn Connection,
    /// The keys of a first load, in place of the tables.
    pub(crate) first: Option<&'c FirstKeys>,
    pub(crate) now: Now,
    pub(crate) touched: FxHashMap<i64, Touched>,
    pub(crate) known: Known,
    /// What stood under the keys of each row before the batch, in the order of the rows. `None`: a row of a known key.
    pub(crate) alike: Vec<Option<Alike>>,
    /// What was worked out of the rows before they were taken, in a first load.
    pub(crate) ahead: Ahead,
    /// Shielded records of a first load that earlier batches opened.
    pub(crate) shields: Shields,
    /// Records of a first load that are being written: as they will be.
    pub(crate) flying: Option<Arc<Vec<Write>>>,
    pub(crate) waits: Waits,
    /// What the batch's rows say, by the supplier's own key.
    pub(crate) said: SaidByKey,
    /// Rows that wait in the database, by the suppliers' own keys of the batch's rows.
    waiting: ByKey<Vec<i64>>,
    /// Sensitive involvements that were taken back, and the last day whose words are not heard, of those that the batch's rows name.
    pub(crate) withdrawn: ByKey<i64>,
    /// Every row of the database that waits for a data officer, when that has been read.
    pub(crate) reviewed: Option<HashSet<i64>>,
    /// Records that rows are not compared with for now.
    pub(crate) set_aside: HashSet<i64>,
    /// Numbers that nobody has.
    numbers: Vec<Number>,
    /// Whom the ledger names, when it is a person.
    by: Option<By>,
    /// What became of each row, where a journal is kept.
    pub(crate) journal: Option<Vec<Entry>>,
    /// The record that a row gets back which stood there before, instead of a new one.
    pub(crate) again: Option<i64>,
    /// The shielded record behind which the row stays that is said again, though by itself it would come out.
    pub(crate) held_for: Option<i64>,
    /// That rows are said again, and who is shielded already.
    pub(crate) said_again: Option<SaidAgain>,
    /// What becomes of the row that is being taken.
    pub(crate) entry: Option<Entry>,
    /// How many rows were taken that made a new child, or would have if no child were shielded (X2).
    pub(crate) new: u64,
    /// The part of it that is being written.
    pub(crate) on_the_way: OnTheWay,
}

impl<'c> Batch<'c> {
    pub(crate) fn of(connection: &'c mut dyn Connection, by: Option<By>, now: Now) -> Batch<'c> {
        Batch {
            connection,
            first: None,
            now,
            touched: FxHashMap::default(),
            known: Known::default(),
            alike: Vec::new(),
            ahead: Ahead::default(),
            shields: Shields::default(),
            flying: None,
            waits: Waits::default(),
            said: HashMap::new(),
            waiting: ByKey::default(),
            withdrawn: ByKey::default(),
            reviewed: None,
            set_aside: HashSet::new(),
            numbers: Vec::new(),
            by,
            journal: None,
            again: None,
            held_for: None,
            said_again: None,
            entry: None,
            new: 0,
            on_the_way: OnTheWay::default(),
        }
    }

    /// A batch of its own beside another, of the same state of the database. Nothing of it is ever written.
    pub(crate) fn beside<'b>(batch: &'b mut Batch<'_>) -> Batch<'b> {
        let mut beside = Batch::of(&mut *batch.connection, None, batch.now);
        beside.first = batch.first;
        beside.flying = batch.flying.clone();
        beside.set_aside = batch.set_aside.clone();
        beside.known.set_aside(batch.known.all_aside());
        beside
    }

    /// What is left of a batch that is at its end: much to give back.
    pub(crate) fn into_spent(self) -> impl Send + 'static {
        (self.touched, self.known, self.alike, self.ahead, self.said)
    }

    /// Whom the ledger names, when it is a person.
    pub(crate) fn by(&self) -> Option<By> {
        self.by.clone()
    }

    /// Puts a record into the batch as it is.
    pub(crate) fn put(&mut self, loaded: Loaded) {
        self.touched.insert(loaded.id, Touched::of(loaded));
    }

    /// Reads what stands under keys, unshielded and shielded.
    pub(crate) fn read_keys(&mut self, search: Vec<i64>, guarded: Vec<i64>) -> Result<(), Error> {
        self.known
            .read((self.connection, self.first), search, guarded)
    }

    /// Reads which rows wait under the suppliers' own keys of some rows, and those they take back.
    pub(crate) fn read_waiting(&mut self, incoming: &[Incoming<'_>]) -> Result<(), Error> {
        let each = incoming.iter().map(|row| &row.keys);
        let mut keys: Vec<i64> = each
            .flat_map(|keys| keys.sources.iter().chain(&keys.withdrawn).copied())
            .collect();
        keys.sort_unstable();
        keys.dedup();
        let waiting = &mut self.waiting;
        Index::Waiting.under(self.connection, (&keys, Depth::Row), &mut |(key, task)| {
            waiting.entry(key).or_default().push(task);
        })
    }

    /// Rows are being written that wait from now on.
    pub(crate) fn is_waited(&mut self, waits: &Waits) {
        for (key, task) in waits.entries() {
            self.waiting.entry(key).or_default().push(task);
            self.reviewed = None;
        }
    }

    /// Of whom earlier rows under the own key of a row said that they have left.
    pub(crate) fn left(&self, incoming: &Incoming<'_>) -> &[i64] {
        let said = self.said.get(&incoming.row.key);
        said.map_or(&[], |said| said.left.as_slice())
    }

    /// Whether a row of a source may wait, in the database or by this batch.
    pub(crate) fn may_wait(&self, source: i64) -> bool {
        self.waiting.contains_key(&source) || self.waits.has(source)
    }

    /// The rows that wait in the database under any of some keys.
    pub(crate) fn waiting_under(&self, keys: &[i64]) -> Vec<i64> {
        let found = keys.iter().filter_map(|key| self.waiting.get(key));
        let mut tasks: Vec<i64> = found.flatten().copied().collect();
        tasks.sort_unstable();
        tasks.dedup();
        tasks
    }

    /// Under which keys an unshielded record stands in the tables, when that was worked out.
    pub(crate) fn filed_under(&self, id: i64) -> &[i64] {
        let filed = self.touched.get(&id).and_then(|t| t.filed.as_ref());
        filed.map_or(&[], |keys| &keys.search)
    }

    /// Whether a record is shielded, as the batch would leave it.
    pub(crate) fn is_shielded(&self, id: i64) -> bool {
        self.touched
            .get(&id)
            .is_some_and(|touched| touched.loaded.record.shielding() == Shielding::Shielded)
    }
}

impl SaidInBatch {
    /// The child has left who was one of these: what a later row says is no other word of the same, but a new one.
    pub(crate) fn leave(&mut self, ids: impl IntoIterator<Item = i64>) {
        self.words = None;
        self.left.extend(ids);
        self.left.sort_unstable();
        self.left.dedup();
    }
}

impl Touched {
    fn of(loaded: Loaded) -> Touched {
        Touched {
            loaded,
            original: None,
            after: None,
            filed: None,
            portrayed: OnceLock::new(),
            known_by: KnownBy::TheSame,
            unshielded: OnceLock::new(),
            words: OnceLock::new(),
            words_past: WordKeys::new(),
            changed: false,
        }
    }

    /// Under which keys rows would find it as it was read, if it were not shielded: worked out once.
    pub(crate) fn unshielded_keys(&self, work_out: impl FnOnce(&Record) -> Vec<i64>) -> &[i64] {
        self.unshielded.get_or_init(|| work_out(self.original()))
    }

    /// The words that wait behind its shield, as it was read and as it is.
    pub(crate) fn every_word(&self) -> impl Iterator<Item = &HeldWord> {
        let before = self.original.iter().flat_map(|record| &record.held_words);
        before.chain(&self.loaded.record.held_words)
    }

    /// The keys of a word that waits behind its shield: worked out once.
    pub(crate) fn word_keys(
        &self,
        word: &HeldWord,
        work_out: impl Fn(&HeldWord) -> Vec<i64>,
    ) -> &[i64] {
        let words = self.words.get_or_init(|| {
            let keys = |word: &HeldWord| {
                let known = self.words_past.get(&word.came).cloned();
                (word.came, known.unwrap_or_else(|| work_out(word)))
            };
            self.every_word().map(keys).collect()
        });
        words.get(&word.came).map_or(&[], Vec::as_slice)
    }

    /// Lets it be compared as it is on another day.
    pub(crate) fn compare_anew(&mut self) {
        let before = self.portrayed.take().flatten();
        if matches!(self.known_by, KnownBy::TheSame) {
            self.known_by = KnownBy::This(before);
        }
    }

    /// Whether something is said here, as it is compared `now`, that others have not been asked about.
    pub(crate) fn has_learned(&self, now: Option<&Portrayed>) -> bool {
        match (&self.known_by, now) {
            (KnownBy::TheSame, _) | (_, None) => false,
            (KnownBy::This(None), Some(_)) => true,
            (KnownBy::This(Some(before)), Some(now)) => now.says_more_than(before),
        }
    }

    /// Others are asked about all that it says.
    pub(crate) fn others_are_asked(&mut self) {
        self.known_by = KnownBy::TheSame;
    }

    /// Whether the batch has not changed it.
    pub(crate) fn is_as_read(&self) -> bool {
        !self.changed
    }

    /// The record as it was read.
    pub(crate) fn original(&self) -> &Record {
        self.original.as_ref().unwrap_or(&self.loaded.record)
    }

    /// Puts a changed record in its place. Its keys are those given, or will be worked out.
    fn change(&mut self, record: Record, keys: Option<Keys>) {
        let before = std::mem::replace(&mut self.loaded.record, record);
        if self.loaded.version > 0 {
            self.original.get_or_insert(before);
        }
        self.after = keys;
        self.compare_anew();
        if let Some(words) = self.words.take() {
            self.words_past = words;
        }
        self.changed = true;
    }

    /// It is being written as it is, under these keys.
    fn is_written(&mut self, keys: Keys) {
        self.loaded.version = self.loaded.version.saturating_add(1);
        self.original = None;
        self.after = None;
        self.filed = Some(keys);
        self.unshielded = OnceLock::new();
        self.changed = false;
    }
}

impl Store {
    /// Brings records into the batch that are not there yet.
    pub(crate) fn bring(&self, batch: &mut Batch<'_>, ids: &[i64]) -> Result<(), Error> {
        let mut missing: Vec<i64> = ids
            .iter()
            .filter(|id| !batch.touched.contains_key(id))
            .copied()
            .collect();
        missing.sort_unstable();
        missing.dedup();
        let flying = batch.flying.clone().unwrap_or_default();
        let mut sealed: Vec<SealedRecord> = Vec::with_capacity(missing.len());
        missing.retain(|id| {
            let Some(written) = Write::find(&flying, *id).map(Write::written) else {
                return true;
            };
            match batch.shields.take(*id, written.1) {
                Some(touched) => drop(batch.touched.insert(*id, touched)),
                None => sealed.push(written),
            }
            false
        });
        self.bring_kept(batch, &mut missing)?;
        sealed.extend(self.records_abreast(batch.connection, &missing)?);
        let unsealed = on_all_cores(&sealed, |record| self.unsealed(record, batch.now));
        batch.touched.reserve(unsealed.len());
        for touched in unsealed {
            let touched = touched?;
            batch.touched.insert(touched.loaded.id, touched);
        }
        Ok(())
    }

    fn unsealed(&self, sealed: &SealedRecord, now: Now) -> Result<Touched, Error> {
        let (id, version, body) = sealed;
        let plain = self
            .ring()
            .unseal(Column::RecordBody(*version), *id, body)?;
        let record = codec::decode(&plain).ok_or(Error::Inconsistent("a record"))?;
        let touched = Touched::of(Loaded {
            id: *id,
            version: *version,
            record,
        });
        self.portrayed(&touched, now);
        Ok(touched)
    }

    /// A record of the batch as rows are compared with it. `None`: it has no name.
    pub(crate) fn portrayed<'t>(&self, touched: &'t Touched, now: Now) -> Option<&'t Portrayed> {
        let portrayed = touched.portrayed.get_or_init(|| {
            let record = &touched.loaded.record;
            self.portrait_of(record, now)
        });
        portrayed.as_ref()
    }

    /// A record as rows are compared with it. `None`: it has no name.
    pub(crate) fn portrait_of(&self, record: &Record, now: Now) -> Option<Portrayed> {
        let (model, catalogue) = (self.matching_model(), &self.reference().catalogue);
        let child = survivorship::child(record, catalogue, now.today);
        if child.name.is_some() || record.shielding() == Shielding::None {
            return Portrayed::of_record(record, &child, &model);
        }
        // Nothing stands any more of a shielded child: a shield guards by what was ever said (F1).
        let mut ever = record.clone();
        ever.statements.iter_mut().for_each(|s| s.superseded = None);
        let child = survivorship::child(&ever, catalogue, now.today);
        Portrayed::of_record(&ever, &child, &model)
    }

    /// Puts a changed record in its place in the batch, and files it under its keys. `keys` are what they are, when that is known.
    pub(crate) fn revise(
        &self,
        batch: &mut Batch<'_>,
        (id, record): (i64, Record),
        keys: Option<Keys>,
    ) -> Result<(), Error> {
        let Some(touched) = batch.touched.get_mut(&id) else {
            return Err(Error::Inconsistent("a record that a row was resolved to"));
        };
        let keys = keys.unwrap_or_else(|| self.keys(&record));
        debug_assert_eq!(keys, self.keys(&record));
        let filed = keys.search.iter().chain(&keys.guarded).copied();
        batch.known.file(id, filed);
        touched.change(record, Some(keys));
        Ok(())
    }

    /// Puts a record in its place whose words were only confirmed on a later day.
    pub(crate) fn confirm(batch: &mut Batch<'_>, (id, record): (i64, Record)) -> Result<(), Error> {
        let Some(touched) = batch.touched.get_mut(&id) else {
            return Err(Error::Inconsistent("a record that a row was resolved to"));
        };
        touched.change(record, None);
        Ok(())
    }

    /// A record with a number that nobody has (R18).
    pub(crate) fn new_record(&self, batch: &mut Batch<'_>) -> Result<i64, Error> {
        let id = self.next_id(batch.now.at);
        let number = self.free_number(batch)?;
        let touched = Touched::of(Loaded {
            id,
            version: 0,
            record: Record::empty(number),
        });
        batch.touched.insert(id, touched);
        let key = number_key(&self.ring(), number);
        batch.known.file(id, std::iter::once(key));
        Ok(id)
    }

    /// Drawn again while somebody has it; many are looked up at once.
    fn free_number(&self, batch: &mut Batch<'_>) -> Result<Number, Error> {
        for draw in 0..NUMBER_DRAWS_MAX {
            if batch.numbers.is_empty() {
                let rows = batch.alike.len() / ROWS_OF_A_NUMBER;
                let count = if draw == 0 {
                    rows.clamp(*NUMBERS_AT_ONCE.start(), *NUMBERS_AT_ONCE.end())
                } else {
                    1
                };
                batch.numbers = self.free_numbers(batch, count)?;
            }
            let Some(number) = batch.numbers.pop() else {
                continue;
            };
            let key = number_key(&self.ring(), number);
            if !batch.known.is_new(key) {
                return Ok(number);
            }
        }
        Err(Error::Inconsistent(
            "no free ContactPoint number could be drawn",
        ))
    }

    fn free_numbers(&self, batch: &mut Batch<'_>, count: usize) -> Result<Vec<Number>, Error> {
        let ring = self.ring();
        let mut drawn: Vec<(i64, Number)> = (0..count)
            .map(|_| Number::from_random(u64::from_be_bytes(self.random())))
            .map(|number| (number_key(&ring, number), number))
            .collect();
        drawn.sort_unstable_by_key(|(key, _)| *key);
        let keys: Vec<i64> = drawn.iter().map(|(key, _)| *key).collect();
        let mut taken = Vec::new();
        for index in [Index::Search, Index::Shielded] {
            index.under(batch.connection, (&keys, Depth::Row), &mut |(key, _)| {
                taken.push(key)
            })?;
        }
        if let Some(first) = batch.first {
            first.runs.under(&keys, &mut |(key, _)| taken.push(key));
        }
        drawn.retain(|(key, _)| !taken.contains(key));
        Ok(drawn.into_iter().map(|(_, number)| number).collect())
    }

    /// Places a shield on a record of the batch, if it has none.
    pub(crate) fn shield_in(
        &self,
        batch: &mut Batch<'_>,
        id: i64,
        (by, ground): (Author, Ground),
    ) -> Result<(), Error> {
        let Some(touched) = batch.touched.get(&id) else {
            return Err(Error::Inconsistent("a record that is to be shielded"));
        };
        if batch.is_shielded(id) {
            return Ok(());
        }
        let mut record = touched.loaded.record.clone();
        let what = What::ShieldPlaced {
            number: record.number,
            ground,
        };
        let named = named(&by).or_else(|| batch.by.clone());
        record.decide(by, batch.now, Decided::ShieldPlaced(ground));
        self.revise(batch, (id, record), None)?;
        let again = batch.said_again.as_ref();
        if again.is_none_or(|again| !again.shielded.contains(&id)) {
            // The ledger is of what was done, and when: it does not go back (R72, R75).
            let now = again.map_or(batch.now, |again| again.now);
            let event = Event::now(now, named.unwrap_or(By::Operator), what);
            batch.waits.events.push(self.prepare(&event)?);
        }
        self.hold_waiting(batch, (id, &[]))
    }

    /// The keys of a record of the batch as it is now.
    pub(crate) fn keys_now<'t>(&self, touched: &'t Touched) -> Cow<'t, Keys> {
        let read = touched.filed.as_ref().filter(|_| !touched.changed);
        match touched.after.as_ref().or(read) {
            Some(keys) => Cow::Borrowed(keys),
            None => Cow::Owned(self.keys(&touched.loaded.record)),
        }
    }

    /// What the batch writes of records.
    pub(crate) fn writes(&self, batch: &Batch<'_>) -> Result<Vec<Write>, Error> {
        let written = self.written(batch)?;
        Ok(written.into_iter().map(|(write, _)| write).collect())
    }

    /// What the batch has yet to write of records. It goes on from there, as if that were written.
    pub(crate) fn take_writes(&self, batch: &mut Batch<'_>) -> Result<Vec<Write>, Error> {
        let writes = self.write_out(batch)?;
        batch.known.settle(&writes);
        // What was worked out of it before is out of date.
        batch.alike.clear();
        batch.ahead = Ahead::default();
        Ok(writes)
    }

    /// What the batch has yet to write of records, which are from now on as if that were written.
    pub(crate) fn write_out(&self, batch: &mut Batch<'_>) -> Result<Vec<Write>, Error> {
        let mut writes = Vec::new();
        for (write, keys) in self.written(batch)? {
            if let Some(touched) = batch.touched.get_mut(&write.id()) {
                touched.is_written(keys);
            }
            writes.push(write);
        }
        Ok(writes)
    }

    /// Works out under which keys records stand in the tables, before they are changed: on all cores.
    pub(crate) fn work_out_filed(&self, batch: &mut Batch<'_>, ids: &[i64]) {
        let touched = ids.iter().filter_map(|id| batch.touched.get(id));
        let unknown: Vec<&Touched> = touched
            .filter(|touched| touched.filed.is_none() && !touched.changed)
            .collect();
        let filed = on_all_cores(&unknown, |touched| {
            let loaded = &touched.loaded;
            (loaded.id, self.keys(&loaded.record))
        });
        for (id, keys) in filed {
            if let Some(touched) = batch.touched.get_mut(&id) {
                touched.filed = Some(keys);
            }
        }
    }

    /// What the batch writes of records, and the keys of each afterwards.
    fn written(&self, batch: &Batch<'_>) -> Result<Vec<(Write, Keys)>, Error> {
        let mut changed: Vec<&Touched> = batch
            .touched
            .values()
            .filter(|touched| touched.changed)
            .collect();
        changed.sort_unstable_by_key(|touched| touched.loaded.id);
        let written = on_all_cores(&changed, |touched| {
            let worked_out;
            let before = match &touched.filed {
                Some(filed) => filed,
                None => {
                    let original = touched.original.as_ref();
                    worked_out = original.map(|record| self.keys(record));
                    &worked_out.unwrap_or_default()
                }
            };
            let after = match &touched.after {
                Some(after) => after.clone(),
                None => self.keys(&touched.loaded.record),
            };
            let write = self.prepare_write(&touched.loaded, before, &after)?;
            Ok((write, after))
        });
        written.into_iter().collect()
    }

    pub(crate) fn write_batch(
        &self,
        writes: Vec<Write>,
        waits: Waits,
        turn: Option<String>,
    ) -> Result<(), Error> {
        self.write_batch_and((writes, waits, turn), |_| Ok(()))
            .map(|_| ())
    }

    /// Writes a batch, and something else in the same transaction. `None`: there was nothing to write.
    pub(crate) fn write_batch_and<T: Send + 'static>(
        &self,
        (writes, waits, turn): (Vec<Write>, Waits, Option<String>),
        mut and: impl FnMut(&mut dyn Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<Option<T>, Error> {
        if writes.is_empty() && waits.is_empty() {
            return Ok(None);
        }
        let written = self.writer.write(move |connection| {
            take_turn(connection, turn.as_deref())?;
            Write::run_all(&writes, connection)?;
            waits.run(connection)?;
            and(connection)
        })?;
        Ok(Some(written))
    }
}

fn named(by: &Author) -> Option<By> {
    let supplier = |code: &SupplierCode| By::Supplier(code.clone());
    match by {
        Author::Account(_) => None,
        Author::Supplier(code) => Some(supplier(code)),
        Author::Directory => Some(By::Directory),
    }
}

/// Moves the turn of supply on: what is being resolved meanwhile is resolved anew.
pub(crate) fn move_turn(connection: &mut dyn Connection) -> Result<(), Error> {
    let sql =
        "UPDATE meta SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT) WHERE name = 'supply'";
    connection.execute(sql, &[]).map(|_| ())
}

/// Moves the turn of supply on, if nobody has since it was read: two batches never resolve against the same state.
pub(crate) fn take_turn(connection: &mut dyn Connection, seen: Option<&str>) -> Result<(), Error> {
    let Some(seen) = seen else {
        return Err(Error::Inconsistent("the turn of supply"));
    };
    let next = seen
        .parse::<u64>()
        .unwrap_or(0)
        .saturating_add(1)
        .to_string();
    let sql = "UPDATE meta SET value = $1 WHERE name = 'supply' AND value = $2";
    if connection.execute(sql, &[Value::Text(&next), Value::Text(seen)])? == 0 {
        return Err(Error::Contended);
    }
    Ok(())
}
