//! What rows that wait behind shields would have said: kept with the shield when they come, and said to copies of records when others
//! follow them (`as_if_open.rs`, X2).

use std::borrow::Cow;
use std::collections::HashMap;

use directory::held_word::{HeldWord, RecordMark};
use directory::record::Record;
use directory::statement::{Particulars, Said, Source, Statement};
use directory::supplied::Row;
use directory::text::SupplierKey;
use directory::{Date, Now};

use crate::accept::is_sensitive;
use crate::batch::{Batch, Touched};
use crate::error::Error;
use crate::filing::source_key;
use crate::incoming::Incoming;
use crate::journal::Change;
use crate::{Store, codec};

/// Which words are asked about.
type Wanted<'w> = &'w dyn Fn(&HeldWord) -> bool;

impl Store {
    /// Keeps what a row that is held would have said, for the rows that follow it, and in the journal what that did to what was kept.
    pub(crate) fn keep_word(
        batch: &mut Batch<'_>,
        source: Option<&i64>,
        (id, word): (i64, Option<HeldWord>),
    ) -> Result<(), Error> {
        let (Some(mut word), Some(touched)) = (word, batch.touched.get(&id)) else {
            return Ok(());
        };
        word.is_of_child = word.of == RecordMark(id);
        let mut record = touched.loaded.record.clone();
        let before = record.hold_word(word);
        let change = before.map_or(Change::New, Change::Confirmed);
        if let (Some(entry), Some(source)) = (&mut batch.entry, source) {
            entry.said.push((*source, change));
        }
        Store::confirm(batch, (id, record))
    }

    /// The rows whose words these are, as they were sent, where they still wait: with what else they say. Only those that are wanted are
    /// read.
    pub(crate) fn rows_that_wait(
        &self,
        batch: &mut Batch<'_>,
        (words, is_wanted): (&[HeldWord], Wanted<'_>),
    ) -> Result<HashMap<i64, Row>, Error> {
        let mut last: HashMap<i64, &HeldWord> = HashMap::new();
        for word in words {
            let source = &word.statement.source;
            last.insert(
                source_key(&self.ring(), &source.supplier, &source.key),
                word,
            );
        }
        let mut rows = HashMap::new();
        for (source, word) in last.into_iter().filter(|(_, word)| is_wanted(word)) {
            let waits = self.waits_of(batch, source)?;
            let row = waits.and_then(|waits| codec::decode_row(&waits.plain));
            if let Some((_, row)) = row.filter(|(_, row)| is_of_word(row, word, batch.now)) {
                rows.insert(word.came, row);
            }
        }
        Ok(rows)
    }
}

/// The words that wait behind shields and are wanted, in the order in which they came.
pub(crate) fn words(
    batch: &Batch<'_>,
    (shields, is_wanted): (&[i64], Wanted<'_>),
    record: impl Fn(&Touched) -> &Record,
) -> Vec<HeldWord> {
    let touched = shields.iter().filter_map(|id| batch.touched.get(id));
    let words = touched.flat_map(|touched| &record(touched).held_words);
    let mut words: Vec<HeldWord> = words.filter(|word| is_wanted(word)).cloned().collect();
    words.sort_by_key(|word| word.came);
    // Whoever was merged and parted again has the same behind two shields.
    words.dedup_by_key(|word| word.came);
    words
}

/// What is kept of a row that is held: who the child is, and of a sensitive service nothing (X4).
pub(crate) fn statement(incoming: &Incoming<'_>, now: Now) -> Statement {
    let confirmed = incoming.row.confirmed.min(now.today);
    let said = if is_sensitive(incoming.row) {
        Particulars::default()
    } else {
        incoming.row.particulars.clone()
    };
    Statement {
        source: incoming.source.clone(),
        first_confirmed: confirmed,
        last_confirmed: confirmed,
        superseded: None,
        said: Said::Particulars(Box::new(said)),
    }
}

/// Who works with the child, as a row that is held says. Beside what may be of a sensitive service nothing is kept (X4).
pub(crate) fn beside(row: &Row) -> Vec<(SupplierKey, Said)> {
    if is_sensitive(row) || row.particulars == Particulars::default() {
        return Vec::new();
    }
    row.also.clone()
}

/// Whether a row that waits is that of which a word was kept.
fn is_of_word(row: &Row, word: &HeldWord, now: Now) -> bool {
    let said = &word.statement.said;
    let same = matches!(said, Said::Particulars(said) if **said == row.particulars);
    row.confirmed.min(now.today) == word.statement.last_confirmed && (same || is_sensitive(row))
}

/// Says to a record what a row that is held would have said to it.
pub(crate) fn say_held(record: &mut Record, (word, row): (&HeldWord, Option<&Row>), now: Now) {
    let held = &word.statement;
    if !matches!(held.said, Said::Particulars(_)) {
        return;
    }
    let is_told = row.is_some_and(is_sensitive) && !record.statements.is_empty();
    if !is_told {
        say_words(record, held, now.today);
    }
    for (key, said) in row.into_iter().flat_map(|row| &row.also) {
        let mut source = held.source.clone();
        source.key.clone_from(key);
        record.accept(source, said.clone(), held.last_confirmed);
    }
}

/// A record as its suppliers hear of it: what they said of this child since, under keys known or new, and waits behind its shield, was said to a
/// copy. It follows from the record alone, not from the day, since keys follow from it. Of sensitive services nothing is kept with the shield.
pub(crate) fn as_if_said(record: &Record) -> Cow<'_, Record> {
    let is_known = |source: &Source| record.statements.iter().any(|one| one.source == *source);
    let is_heard = |word: &&HeldWord| word.is_of_child || is_known(&word.statement.source);
    let heard: Vec<&HeldWord> = record.held_words.iter().filter(is_heard).collect();
    if heard.is_empty() {
        return Cow::Borrowed(record);
    }
    let mut said = record.clone();
    let mut sources: Vec<&Source> = Vec::new();
    for word in &heard {
        let source = &word.statement.source;
        if !sources.contains(&source) {
            sources.push(source);
            say_in_turn(&mut said, (record, &heard), source);
        }
    }
    for word in heard.into_iter().filter(|word| word.is_of_child) {
        for (key, work) in &word.also {
            for day in [
                word.statement.first_confirmed,
                word.statement.last_confirmed,
            ] {
                said.accept(word.beside(key), work.clone(), day);
            }
        }
    }
    Cow::Owned(said)
}

/// Says to a copy what a source said and what waits of it, in the order of its days: what stands is confirmed when it is said again, also
/// after other words, which wait.
fn say_in_turn(said: &mut Record, (record, heard): (&Record, &[&HeldWord]), source: &Source) {
    let is_it = |one: &&Statement| one.source == *source && one.superseded.is_none();
    let words = heard.iter().map(|word| &word.statement);
    let words = words.filter(|held| held.source == *source && is_kept(held));
    let all = record.statements.iter().filter(is_it).chain(words);
    let mut moments: Vec<(Date, &Statement)> = all
        .flat_map(|one| [(one.first_confirmed, one), (one.last_confirmed, one)])
        .collect();
    moments.sort_by_key(|(day, _)| *day);
    said.statements.retain(|one| !is_it(&one));
    for (day, one) in moments {
        said.accept(source.clone(), one.said.clone(), day);
        if day == one.last_confirmed {
            end(said, one);
        }
    }
}

/// Says to a record who the child is, as it was kept of a row that is held; of a sensitive service nothing was (X4).
fn say_words(record: &mut Record, held: &Statement, latest: Date) {
    if !is_kept(held) {
        return;
    }
    for day in [held.first_confirmed, held.last_confirmed] {
        record.accept(held.source.clone(), held.said.clone(), day.min(latest));
    }
    end(record, held);
}

/// Whether anything was kept of who the child is.
fn is_kept(held: &Statement) -> bool {
    matches!(&held.said, Said::Particulars(said) if **said != Particulars::default())
}

/// Ends on a record what stands there and has ended since.
fn end(record: &mut Record, held: &Statement) {
    let is_it = |one: &Statement| one.source == held.source && one.said == held.said;
    if let Some(until) = held.superseded.filter(|_| record.standing().any(is_it)) {
        record.withdraw(&held.source, until);
    }
}
