//! Which records and rows a run can have had to do with: those it touched, whoever may be the same child as any of them, and so on.
//!
//! Two are together when they share a number or a supplier's own key, or when comparing them says more than that nothing speaks for
//! it. Whatever was ever said counts, so that it holds for every state in between. It stays small: a child, its twins and namesakes.

use std::collections::{BTreeSet, HashSet};

use directory::record::Record;
use directory::run::RunId;
use directory::statement::{Said, Source};
use directory::supplied::{Known, Restriction, Row, Supplier};

use crate::batch::Batch;
use crate::error::Error;
use crate::filing::source_key;
use crate::incoming::{Incoming, RowKeys};
use crate::journal::{Change, Part, Place};
use crate::known::ByKey;
use crate::matching_model::MatchingModel;
use crate::portrayed::Portrayed;
use crate::resolve::{guarded_under, searched_under};
use crate::verdict::may_be_decided;
use crate::{Store, codec};

/// How many records are opened at once to hear what they say.
const RECORDS_AT_ONCE_MAX: usize = 4_096;

/// The place of an entry: its part, and its place in it.
pub(crate) type At = (usize, usize);

/// Records and rows that belong together.
#[derive(Default)]
pub(crate) struct Component {
    pub(crate) records: BTreeSet<i64>,
    /// Sources of which something waits, or did.
    pub(crate) waiting: BTreeSet<i64>,
    pub(crate) entries: HashSet<At>,
}

/// What was said once of one child, as it is compared and looked up.
struct Word {
    portrayed: Option<Portrayed>,
    keys: RowKeys,
}

/// Who said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Record(i64),
    Entry(At),
}

/// What was said since a run began, and by whom: it need not stand in an index any more.
#[derive(Default)]
struct Since {
    words: Vec<(Who, Word)>,
    by_key: ByKey<Vec<usize>>,
    by_source: ByKey<Vec<At>>,
    by_record: ByKey<Vec<At>>,
}

/// What is still to be followed.
#[derive(Default)]
struct Work {
    queue: Vec<Who>,
    words: Vec<Word>,
}

impl Store {
    /// What belongs together with the rows of a run. Afterwards all of it is in the batch, and every key of it has been read.
    pub(crate) fn component(
        &self,
        batch: &mut Batch<'_>,
        parts: &[Part],
        run: RunId,
    ) -> Result<Component, Error> {
        let since = self.since(batch, parts)?;
        let mut component = Component::default();
        let mut work = Work::default();
        for (p, part) in parts.iter().enumerate().filter(|(_, part)| part.run == run) {
            work.queue
                .extend((0..part.entries.len()).map(|e| Who::Entry((p, e))));
        }
        loop {
            while let Some(who) = work.queue.pop() {
                match who {
                    Who::Entry(at) => {
                        self.follow_entry(parts, &since, (&mut component, &mut work), at)?
                    }
                    Who::Record(id) => {
                        self.follow_record(batch, &since, (&mut component, &mut work), id)?;
                    }
                }
            }
            if work.words.is_empty() {
                return Ok(component);
            }
            let words = std::mem::take(&mut work.words);
            self.follow_words(batch, &since, &words, &mut work)?;
            work.queue.retain(|who| match who {
                Who::Record(id) => !component.records.contains(id),
                Who::Entry(at) => !component.entries.contains(at),
            });
        }
    }

    /// What rows said from the first of some parts on.
    fn since(&self, batch: &mut Batch<'_>, parts: &[Part]) -> Result<Since, Error> {
        let mut since = Since::default();
        let mut changed = BTreeSet::new();
        for (p, part) in parts.iter().enumerate() {
            for (e, entry) in part.entries.iter().enumerate() {
                for source in &entry.sources {
                    since.by_source.entry(*source).or_default().push((p, e));
                }
                for record in entry.records() {
                    since.by_record.entry(record).or_default().push((p, e));
                }
                let is_new =
                    |(_, change): &(i64, Change)| matches!(change, Change::New | Change::InPlace);
                if !entry.taken.is_empty() || entry.said.iter().any(is_new) {
                    changed.extend(entry.records());
                }
                let row = entry.words.as_deref().and_then(codec::decode_row);
                if let Some((source, row)) = row {
                    since.hear(Who::Entry((p, e)), self.word(&source, &row));
                }
            }
        }
        let changed: Vec<i64> = changed.into_iter().collect();
        // Of all that changed since only the words are held; of whom it comes to, the record is brought again.
        for some in changed.chunks(RECORDS_AT_ONCE_MAX) {
            let mut beside = Batch::beside(batch);
            self.bring(&mut beside, some)?;
            for id in some {
                if let Some(touched) = beside.touched.get(id) {
                    for word in self.words(&touched.loaded.record) {
                        since.hear(Who::Record(*id), word);
                    }
                }
            }
        }
        Ok(since)
    }

    fn follow_entry(
        &self,
        parts: &[Part],
        since: &Since,
        (component, work): (&mut Component, &mut Work),
        at: At,
    ) -> Result<(), Error> {
        if !component.entries.insert(at) {
            return Ok(());
        }
        let entry = parts.get(at.0).and_then(|part| part.entries.get(at.1));
        let entry = entry.ok_or(Error::Inconsistent("a part of a run's journal"))?;
        work.queue.extend(entry.records().map(Who::Record));
        if entry.place == Place::Waits || entry.task.is_some() {
            component.waiting.insert(entry.source());
        }
        work.follow_sources(since, entry.sources.clone());
        if let Some((source, row)) = entry.words.as_deref().and_then(codec::decode_row) {
            work.words.push(self.word(&source, &row));
        }
        Ok(())
    }

    fn follow_record(
        &self,
        batch: &mut Batch<'_>,
        since: &Since,
        (component, work): (&mut Component, &mut Work),
        id: i64,
    ) -> Result<(), Error> {
        if !component.records.insert(id) {
            return Ok(());
        }
        self.bring(batch, &[id])?;
        let entries = since.by_record.get(&id).into_iter().flatten();
        work.queue.extend(entries.map(|at| Who::Entry(*at)));
        let Some(touched) = batch.touched.get(&id) else {
            return Ok(());
        };
        let sources = self.sources(&touched.loaded.record).collect();
        work.follow_sources(since, sources);
        work.words.extend(self.words(&touched.loaded.record));
        Ok(())
    }

    /// Whoever may be the child that some words are about.
    fn follow_words(
        &self,
        batch: &mut Batch<'_>,
        since: &Since,
        words: &[Word],
        work: &mut Work,
    ) -> Result<(), Error> {
        let model = self.matching_model();
        let keys: Vec<i64> = words.iter().flat_map(Word::every).collect();
        batch.read_keys(keys.clone(), keys)?;
        let mut met: Vec<(usize, i64)> = Vec::new();
        for (place, word) in words.iter().enumerate() {
            let keys: Vec<i64> = word.every().collect();
            let mut ids = searched_under(&batch.known, keys.iter());
            ids.extend(guarded_under(&batch.known, keys.iter().copied()));
            ids.sort_unstable();
            ids.dedup();
            met.extend(ids.into_iter().map(|id| (place, id)));
            for other in keys.iter().flat_map(|key| since.by_key.get(key)).flatten() {
                let other = since.words.get(*other);
                if let Some((who, _)) = other.filter(|(_, other)| word.may_be(other, &model)) {
                    work.queue.push(*who);
                }
            }
        }
        let ids: Vec<i64> = met.iter().map(|(_, id)| *id).collect();
        self.bring(batch, &ids)?;
        for (place, id) in met {
            if let (Some(word), Some(touched)) = (words.get(place), batch.touched.get(&id)) {
                let record = &touched.loaded.record;
                let whole = self.portrayed(touched, batch.now);
                let is_alike = whole.is_some_and(|whole| word.is_like(whole, &model))
                    || self
                        .sources(record)
                        .any(|source| word.keys.sources.contains(&source))
                    || self
                        .words(record)
                        .iter()
                        .any(|other| word.may_be(other, &model));
                if is_alike {
                    work.queue.push(Who::Record(id));
                }
            }
        }
        Ok(())
    }

    /// What was ever said in a record of who the child is.
    fn words(&self, record: &Record) -> Vec<Word> {
        let said = record.statements.iter().filter_map(|s| match &s.said {
            Said::Particulars(particulars) => Some((s, particulars)),
            Said::Involvement(_) | Said::Sensitive(_) => None,
        });
        said.map(|(statement, particulars)| {
            let row = Row {
                line: 0,
                key: statement.source.key.clone(),
                confirmed: statement.last_confirmed,
                particulars: (**particulars).clone(),
                also: Vec::new(),
                withdrawn: Vec::new(),
                restriction: Restriction::None,
                known: Known::Still,
            };
            self.word(&statement.source, &row)
        })
        .collect()
    }

    fn word(&self, source: &Source, row: &Row) -> Word {
        let supplier = Supplier {
            code: source.supplier.clone(),
            kind: source.kind,
        };
        let catalogue = self.catalogue();
        let known = (&*catalogue, row.confirmed);
        let Incoming {
            portrayed, keys, ..
        } = Incoming::of((&supplier, row), &self.ring(), known);
        Word { portrayed, keys }
    }

    /// The sources of a record and of what waits behind its shield, hashed.
    fn sources(&self, record: &Record) -> impl Iterator<Item = i64> {
        let ring = self.ring();
        let statements = record.statements.iter().chain(record.waiting());
        statements
            .map(move |s| source_key(&ring, &s.source.supplier, &s.source.key))
            .collect::<Vec<i64>>()
            .into_iter()
    }
}

impl Work {
    /// Follows whoever speaks under the same supplier's own keys.
    fn follow_sources(&mut self, since: &Since, sources: Vec<i64>) {
        for source in &sources {
            let same = since.by_source.get(source).into_iter().flatten();
            self.queue.extend(same.map(|at| Who::Entry(*at)));
        }
        self.words.push(Word {
            portrayed: None,
            keys: RowKeys {
                sources,
                ..RowKeys::default()
            },
        });
    }
}

impl Since {
    fn hear(&mut self, who: Who, word: Word) {
        let place = self.words.len();
        for key in word.every() {
            self.by_key.entry(key).or_default().push(place);
        }
        self.words.push((who, word));
    }
}

impl Word {
    fn every(&self) -> impl Iterator<Item = i64> {
        let own = self.keys.sources.iter().chain(&self.keys.numbers);
        own.chain(self.keys.likeness.iter().map(|likeness| &likeness.key))
            .chain(&self.keys.guarding)
            .copied()
    }

    fn is_like(&self, other: &Portrayed, model: &MatchingModel) -> bool {
        let own = self.portrayed.as_ref();
        own.is_some_and(|own| {
            may_be_decided(&own.likened(other, model.scales()), model.thresholds())
        })
    }

    fn may_be(&self, other: &Word, model: &MatchingModel) -> bool {
        let shares = |one: &[i64], two: &[i64]| one.iter().any(|key| two.contains(key));
        shares(&self.keys.sources, &other.keys.sources)
            || shares(&self.keys.numbers, &other.keys.numbers)
            || other
                .portrayed
                .as_ref()
                .is_some_and(|other| self.is_like(other, model))
    }
}
