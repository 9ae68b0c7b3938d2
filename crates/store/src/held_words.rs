//! What rows that wait behind shields would have said: kept with the shield when they come, and said to copies of records when others
//! follow them (`as_if_open.rs`, X2).

use std::collections::HashMap;

use directory::Now;
use directory::held_word::HeldWord;
use directory::record::Record;
use directory::statement::{Particulars, Said, Statement};
use directory::supplied::Row;

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
        let (Some(word), Some(touched)) = (word, batch.touched.get(&id)) else {
            return Ok(());
        };
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

/// Whether a row that waits is that of which a word was kept.
fn is_of_word(row: &Row, word: &HeldWord, now: Now) -> bool {
    let said = &word.statement.said;
    let same = matches!(said, Said::Particulars(said) if **said == row.particulars);
    row.confirmed.min(now.today) == word.statement.last_confirmed && (same || is_sensitive(row))
}

/// Says to a record what a row that is held would have said to it.
pub(crate) fn say_held(record: &mut Record, (word, row): (&HeldWord, Option<&Row>), now: Now) {
    let held = &word.statement;
    let Said::Particulars(particulars) = &held.said else {
        return;
    };
    let is_told = row.is_some_and(is_sensitive) && !record.statements.is_empty();
    let is_kept = **particulars != Particulars::default();
    if is_kept && !is_told {
        for day in [held.first_confirmed, held.last_confirmed] {
            record.accept(held.source.clone(), held.said.clone(), day.min(now.today));
        }
        let is_it = |one: &Statement| one.source == held.source && one.said == held.said;
        if let Some(until) = held.superseded.filter(|_| record.standing().any(is_it)) {
            record.withdraw(&held.source, until);
        }
    }
    for (key, said) in row.into_iter().flat_map(|row| &row.also) {
        let mut source = held.source.clone();
        source.key.clone_from(key);
        record.accept(source, said.clone(), held.last_confirmed);
    }
}
