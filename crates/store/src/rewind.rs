//! Records as they were before a run: what suppliers said since is taken off in the reverse order, and kept to be said again.
//!
//! People's acts stay: decisions are laid aside with their moments and come back in their turn; practitioners' statements never move.
//! Sensitive involvements stand in no journal: those of other runs stay as they are.

use std::collections::{BTreeMap, HashMap, HashSet};

use directory::Timestamp;
use directory::held_word::HeldWord;
use directory::record::{Decision, Record, Shielding};
use directory::run::RunId;
use directory::statement::{Said, Source, Statement};
use directory::supplied::{Known, Restriction, Row};
use directory::text::{AuthorityCode, SupplierCode, SupplierKey};

use crate::batch::{Batch, SaidByKey};
use crate::component::{At, Component};
use crate::end_again::{Ending, decided_since};
use crate::entry::first_id_of;
use crate::error::Error;
use crate::filing::source_key;
use crate::journal::{Change, Entry, Manner, Part, Place, Waited};
use crate::seal::KeyRing;
use crate::waiting::HELD;
use crate::{Store, codec};

/// What was taken off.
#[derive(Default)]
pub(crate) struct Rewound {
    /// The rows of other runs, to be said again, by their places.
    pub(crate) rows: HashMap<At, (Source, Row)>,
    /// Decisions since, each with its record and from when on it is made again: by their moments, and on one record in the order in which
    /// they were made, whatever the clocks of those who made them said.
    pub(crate) decisions: Vec<(Timestamp, i64, Decision)>,
    /// Sources of whose waiting row a person has disposed.
    pub(crate) settled: HashSet<i64>,
    /// What went with consents that ended since.
    pub(crate) endings: Vec<Ending>,
    /// Records that are shielded now.
    pub(crate) shielded: HashSet<i64>,
    /// Which authority is responsible for each of those now.
    pub(crate) responsible: BTreeMap<i64, AuthorityCode>,
    /// Sources of whose rows one waits for a shielding officer now.
    pub(crate) held: HashSet<i64>,
    /// What batches had said by keys that had begun before: of two rows under one key the first counts.
    pub(crate) said: HashMap<RunId, SaidByKey>,
    /// Whether words that were said to one record stand on another: nobody can tell then what was said in their place.
    pub(crate) is_elsewhere: bool,
}

/// Records while they are being rewound.
struct Rewinding<'r> {
    ring: &'r KeyRing,
    run: RunId,
    records: BTreeMap<i64, Record>,
    /// What waits of a source at this point of the way back.
    tasks: BTreeMap<i64, Option<Waited>>,
    keys: HashMap<(SupplierCode, SupplierKey), i64>,
    /// What only the run itself said of a child, by record.
    forsaken: Vec<(i64, Statement)>,
    /// What rows that wait would have said, by source: when each came, and behind which shield it is.
    held_words: HashMap<i64, Vec<(i64, i64)>>,
    rewound: Rewound,
}

impl Store {
    /// Brings the records and waiting rows of a component to where they were before the first of some parts.
    pub(crate) fn rewind(
        &self,
        batch: &mut Batch<'_>,
        (parts, run): (&[Part], RunId),
        component: &Component,
    ) -> Result<Rewound, Error> {
        let ring = self.ring();
        let mut rewinding = Rewinding {
            ring: &ring,
            run,
            records: BTreeMap::new(),
            tasks: BTreeMap::new(),
            keys: HashMap::new(),
            forsaken: Vec::new(),
            held_words: HashMap::new(),
            rewound: Rewound::default(),
        };
        for id in &component.records {
            if let Some(touched) = batch.touched.get(id) {
                let record = touched.loaded.record.clone();
                if record.shielding() == Shielding::Shielded {
                    let rewound = &mut rewinding.rewound;
                    rewound.shielded.insert(*id);
                    rewound
                        .responsible
                        .extend(record.responsible().map(|it| (*id, it)));
                }
                rewinding.records.insert(*id, record);
            }
        }
        for source in &component.waiting {
            let waits = self.waits_of(batch, *source)?;
            if waits.as_ref().is_some_and(|waited| waited.kind == HELD) {
                rewinding.rewound.held.insert(*source);
            }
            rewinding.tasks.insert(*source, waits);
        }
        rewinding.find_held_words();
        rewinding.find_settled(parts, component);
        let mut endings = Ending::since(parts, &rewinding.records);
        for (p, part) in parts.iter().enumerate().rev() {
            rewinding.bring_back(&mut endings, part.now.at);
            for (e, entry) in part.entries.iter().enumerate().rev() {
                if component.entries.contains(&(p, e)) {
                    rewinding.undo((p, e), part, entry);
                }
            }
        }
        for part in self.begun_before(batch.connection, (parts, run))? {
            rewinding.hear(&part);
        }
        let began = parts.first().map(|part| part.now.at);
        rewinding.lay_decisions_aside(began);
        rewinding.keep_guards();
        self.put_back(batch, rewinding)
    }

    /// Puts rewound records and waiting rows into the batch.
    fn put_back(&self, batch: &mut Batch<'_>, rewinding: Rewinding<'_>) -> Result<Rewound, Error> {
        let Rewinding {
            records,
            tasks,
            rewound,
            ..
        } = rewinding;
        for (id, record) in records {
            let is_changed = batch
                .touched
                .get(&id)
                .is_some_and(|touched| touched.loaded.record != record);
            if is_changed {
                self.revise(batch, (id, record), None)?;
            }
        }
        for (source, waits) in tasks {
            if rewound.settled.contains(&source) {
                continue;
            }
            batch.waits.forget(source);
            if let Some(waited) = waits {
                self.wait_again(batch, source, waited)?;
            }
        }
        Ok(rewound)
    }
}

impl Rewinding<'_> {
    /// Of whose waiting row a person has disposed: what the journal says last of it is not what there is.
    fn find_settled(&mut self, parts: &[Part], component: &Component) {
        let mut told = HashSet::new();
        for (p, part) in parts.iter().enumerate().rev() {
            for (e, entry) in part.entries.iter().enumerate().rev() {
                let Some(task) = &entry.task else { continue };
                if !component.entries.contains(&(p, e)) || !told.insert(entry.source()) {
                    continue;
                }
                let waits = self.tasks.get(&entry.source()).and_then(Option::as_ref);
                if waits.map_or(0, |waited| waited.id) != task.id {
                    self.rewound.settled.insert(entry.source());
                }
            }
        }
    }

    /// Notes what a part before all that was taken off has said under the suppliers' own keys.
    fn hear(&mut self, part: &Part) {
        for entry in &part.entries {
            let Some((_, row)) = self.row(entry) else {
                continue;
            };
            let said = self.rewound.said.entry(part.run).or_default();
            let said = said.entry(row.key).or_default();
            if entry.manner == Manner::Leaving {
                said.leave(entry.taken.iter().map(|(id, _)| *id));
            } else {
                said.words.get_or_insert(row.particulars);
            }
        }
    }

    fn undo(&mut self, at: At, part: &Part, entry: &Entry) {
        let is_own = part.run == self.run;
        if !is_own && part.stage.is_of_rows() {
            match self.row(entry) {
                Some(row) => self.rewound.rows.insert(at, row),
                // Its words were forgotten since (X5): there is nothing to take off, and nothing to say again.
                None => return self.look_elsewhere(entry.place, entry.source()),
            };
        }
        // What a person has disposed of is not said again, and so stays where it is; without the run itself it never came.
        let is_to_wait = entry.place == Place::Waits;
        if entry.manner == Manner::Leaving
            || is_to_wait && (is_own || !self.rewound.settled.contains(&entry.source()))
        {
            self.take_off_words(part.now.at, entry);
        }
        if let Some(task) = &entry.task {
            self.tasks.insert(entry.source(), task.before.clone());
        }
        if let Place::Record(id) = entry.place {
            for (source, change) in entry.said.iter().rev() {
                self.unsay(id, (*source, *change), is_own);
            }
        }
        for (id, source) in entry.taken.iter().rev() {
            if let Some(statement) = self.last(*id, *source) {
                statement.superseded = None;
            }
        }
    }

    fn unsay(&mut self, id: i64, (source, change): (i64, Change), is_own: bool) {
        match change {
            Change::Same => {}
            Change::Confirmed(day) => {
                if let Some(statement) = self.last(id, source) {
                    statement.last_confirmed = day;
                }
            }
            Change::New | Change::InPlace => {
                let Some(place) = self.place(id, source) else {
                    return self.look_elsewhere(Place::Record(id), source);
                };
                if let Some(record) = self.records.get_mut(&id) {
                    let statement = record.statements.remove(place);
                    if is_own {
                        self.forsaken.push((id, statement));
                    }
                }
                if change == Change::InPlace
                    && let Some(statement) = self.last(id, source)
                {
                    statement.superseded = None;
                }
            }
        }
    }

    /// Notes whether words that are not on the record to which they were said stand on another.
    fn look_elsewhere(&mut self, said_to: Place, source: i64) {
        let Place::Record(said_to) = said_to else {
            return;
        };
        let others: Vec<i64> = self.records.keys().copied().collect();
        let mut others = others.into_iter().filter(|id| *id != said_to);
        self.rewound.is_elsewhere |= others.any(|id| self.place(id, source).is_some());
    }

    /// What went with consents that ended at a moment or later stands again at this point of the way back.
    fn bring_back(&mut self, endings: &mut Vec<Ending>, at: Timestamp) {
        let later = Ending::bring_back_from(endings, at, &mut self.records);
        self.rewound.endings.extend(later);
    }

    /// The row that an entry is of: its words stand on its record at this point of the way back, or in the journal.
    fn row(&mut self, entry: &Entry) -> Option<(Source, Row)> {
        if let Some(words) = &entry.words {
            return codec::decode_row(words);
        }
        let Place::Record(id) = entry.place else {
            return None;
        };
        let own = self.last(id, entry.source())?.clone();
        let Said::Particulars(particulars) = own.said else {
            return None;
        };
        let mut also = Vec::new();
        for source in entry.sources.iter().skip(1) {
            let statement = self.last(id, *source)?;
            also.push((statement.source.key.clone(), statement.said.clone()));
        }
        let row = Row {
            line: 0,
            key: own.source.key.clone(),
            confirmed: entry.confirmed,
            particulars: *particulars,
            also,
            withdrawn: Vec::new(),
            restriction: if entry.manner == Manner::Restricted {
                Restriction::AtSource
            } else {
                Restriction::None
            },
            known: Known::Still,
        };
        Some((own.source, row))
    }

    /// The last statement of a source in a record, but for those of runs that were taken back before.
    fn last(&mut self, id: i64, source: i64) -> Option<&mut Statement> {
        let place = self.place(id, source)?;
        self.records.get_mut(&id)?.statements.get_mut(place)
    }

    fn place(&mut self, id: i64, source: i64) -> Option<usize> {
        let (ring, keys) = (self.ring, &mut self.keys);
        let statements = &self.records.get(&id)?.statements;
        statements.iter().rposition(|statement| {
            if statement.is_taken_back() {
                return false;
            }
            let Source { supplier, key, .. } = &statement.source;
            let of = (supplier.clone(), key.clone());
            *keys
                .entry(of)
                .or_insert_with(|| source_key(ring, supplier, key))
                == source
        })
    }

    fn lay_decisions_aside(&mut self, began: Option<Timestamp>) {
        let Some(began) = began else {
            return;
        };
        for (id, record) in &mut self.records {
            let (first, moments) = decided_since(record, began);
            for (decision, moment) in record.decisions.split_off(first).into_iter().zip(moments) {
                self.rewound.decisions.push((moment, *id, decision));
            }
        }
        self.rewound.decisions.sort_by_key(|(moment, ..)| *moment);
    }

    /// Brings what would have been said behind a shield to what it was before a row that waits, or before its supplier no longer said it (X2).
    fn take_off_words(&mut self, at: Timestamp, entry: &Entry) {
        if entry.said.is_empty() && entry.manner != Manner::Leaving {
            self.take_off_same(at, entry);
        }
        for (source, change) in entry.said.iter().rev() {
            match *change {
                Change::Same => {}
                Change::New => self.remove_word(*source, |word| word.came >= first_id_of(at)),
                Change::Confirmed(day) => {
                    let stands = |word: &HeldWord| word.statement.superseded.is_none();
                    if let Some(word) = self.last_word(*source, stands) {
                        word.statement.last_confirmed = day;
                    }
                }
                Change::InPlace => {
                    let has_ended = |word: &HeldWord| word.statement.superseded.is_some();
                    if let Some(word) = self.last_word(*source, has_ended) {
                        word.statement.superseded = None;
                    }
                }
            }
        }
    }

    /// Takes off what a row says that waits and of which the journal does not tell what it did: as journals before did not.
    fn take_off_same(&mut self, at: Timestamp, entry: &Entry) {
        let Some((_, row)) = entry.words.as_deref().and_then(codec::decode_row) else {
            return;
        };
        let is_it = |word: &HeldWord| {
            let said = &word.statement.said;
            let same = matches!(said, Said::Particulars(said) if **said == row.particulars);
            same && word.came >= first_id_of(at)
        };
        self.remove_word(entry.source(), is_it);
    }

    fn remove_word(&mut self, source: i64, is_meant: impl Fn(&HeldWord) -> bool) {
        let Some(came) = self.last_word(source, is_meant).map(|word| word.came) else {
            return;
        };
        // Whoever was merged and parted again has the same behind two shields.
        for (_, id) in self.words_at(source, came) {
            if let Some(record) = self.records.get_mut(&id) {
                record.held_words.retain(|word| word.came != came);
            }
        }
        if let Some(words) = self.held_words.get_mut(&source) {
            words.retain(|(of, _)| *of != came);
        }
    }

    fn words_at(&self, source: i64, came: i64) -> Vec<(i64, i64)> {
        let words = self.held_words.get(&source).into_iter().flatten();
        words.filter(|(of, _)| *of == came).copied().collect()
    }

    /// The last word of a source that is meant. Later ones that a row of a journal said are taken off already at this point of the way back.
    fn last_word(
        &mut self,
        source: i64,
        is_meant: impl Fn(&HeldWord) -> bool,
    ) -> Option<&mut HeldWord> {
        let of = |word: &HeldWord, came: i64| word.came == came;
        let mut words = self.held_words.get(&source)?.iter().rev();
        let (came, id) = *words.find(|(came, id)| {
            let record = self.records.get(id);
            let word = record.and_then(|r| r.held_words.iter().find(|word| of(word, *came)));
            word.is_some_and(&is_meant)
        })?;
        let words = &mut self.records.get_mut(&id)?.held_words;
        words.iter_mut().find(|word| of(word, came))
    }

    /// Notes which words stand behind shields, but for those that may be of sensitive involvements: of them no journal tells (X4, X5).
    fn find_held_words(&mut self) {
        for (id, record) in &self.records {
            let plain = record.held_words.iter();
            for word in plain.filter(|word| !word.statement.may_be_sensitive()) {
                let source = &word.statement.source;
                let key = source_key(self.ring, &source.supplier, &source.key);
                self.held_words
                    .entry(key)
                    .or_default()
                    .push((word.came, *id));
            }
        }
        for words in self.held_words.values_mut() {
            words.sort_unstable();
        }
    }

    /// A shield goes on guarding by what the run said, though it stands no longer: behind it, where nobody is shown it (F1).
    fn keep_guards(&mut self) {
        for (id, mut statement) in std::mem::take(&mut self.forsaken).into_iter().rev() {
            let is_of_a_child = matches!(statement.said, Said::Particulars(_));
            let is_shielded = self.rewound.shielded.contains(&id);
            if let (true, true, Some(record)) =
                (is_of_a_child, is_shielded, self.records.get_mut(&id))
            {
                // Ended before it began: it never stood, and allocates nobody (L4). Behind all others, whose places and numbers the splits
                // and mergers of the record tell.
                let began = statement.first_confirmed;
                statement.superseded = Some(began.yesterday().unwrap_or(began));
                record.statements.push(statement);
            }
        }
    }
}

#[cfg(test)]
#[path = "rewind_tests.rs"]
mod tests;
