//! What ends as its supplier no longer says it: what a full file does not have, and what was said of a child who has left, as a row says.

use directory::Date;
use directory::record::{Record, Withdrawn};
use directory::statement::{Said, Source, Statement};
use directory::statement_key::is_of_child;
use directory::text::{SupplierCode, SupplierKey};

use crate::accept::is_sensitive;
use crate::batch::Batch;
use crate::error::Error;
use crate::filing::source_key;
use crate::journal::{Change, Entry, Manner, Place, TaskChange};
use crate::waiting::may_be_kept;
use crate::{Store, codec};

/// What of a supplier's words is to end.
pub(crate) struct Gone<'e> {
    pub(crate) supplier: &'e SupplierCode,
    /// The day by which the supplier no longer says it: what was confirmed later stays, as older files win nothing.
    pub(crate) day: Date,
    pub(crate) whose: Whose<'e>,
    pub(crate) sensitive: Sensitive,
}

/// Whose words are to end.
pub(crate) enum Whose<'e> {
    /// What stands under keys, by their hashes.
    Keys(&'e dyn Fn(i64) -> bool),
    /// What stands under a child's own key, and what was said of who works with that child.
    Child(&'e SupplierKey),
}

/// What becomes of sensitive involvements that are no longer said, and of what may be of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sensitive {
    /// They end with all else.
    Ends,
    /// They are left as they are. No journal has a word of them (X4, X5), so they do not go back behind the file when its end is gone through
    /// again: those it ended are gone, and what stands may have been said since.
    Stays,
}

/// What ended in a record: by the hashes of its sources, but of what may be of sensitive involvements, of which nothing is kept.
#[derive(Default)]
pub(crate) struct Ended {
    /// What stood.
    pub(crate) taken: Vec<i64>,
    /// What would have been said behind its shield.
    pub(crate) words: Vec<i64>,
}

/// What of a supplier's words ended: by the hashes of its sources, and of sensitive involvements the keys.
type EndedKeys = (Vec<i64>, Vec<SupplierKey>);

impl Gone<'_> {
    /// Whether what a statement says is to end. Its source is of this supplier.
    fn has(&self, statement: &Statement, hash: i64) -> bool {
        let key = &statement.source.key;
        match (&self.whose, &statement.said) {
            (Whose::Keys(is_gone), _) => is_gone(hash),
            (Whose::Child(child), Said::Particulars(_)) => key == *child,
            (Whose::Child(child), Said::Involvement(_) | Said::Sensitive(_)) => {
                is_of_child(key, child)
            }
        }
    }

    /// The same of what waits behind a shield: it is of a child, under the child's own key.
    fn has_word(&self, source: &Source, hash: i64) -> bool {
        match self.whose {
            Whose::Keys(is_gone) => is_gone(hash),
            Whose::Child(child) => source.key == *child,
        }
    }
}

impl Store {
    /// Ends in a record of the batch what a full file no longer has, and puts it into the journal where one is kept.
    pub(crate) fn end_unsaid_in(
        &self,
        batch: &mut Batch<'_>,
        id: i64,
        gone: &Gone<'_>,
    ) -> Result<(), Error> {
        let ended = self.end_in(batch, id, gone)?;
        let Some(journal) = &mut batch.journal else {
            return Ok(());
        };
        for source in ended.words {
            let mut entry = Entry::of(&[source], gone.day, Manner::Plain);
            (entry.place, entry.said) = (Place::Waits, vec![(source, Change::InPlace)]);
            journal.push(entry);
        }
        for source in ended.taken {
            let mut entry = Entry::of(&[source], gone.day, Manner::Plain);
            entry.taken.push((id, source));
            journal.push(entry);
        }
        Ok(())
    }

    /// Lets a row wait no longer whose key a full file does not have.
    pub(crate) fn end_unsaid_waiting(
        &self,
        batch: &mut Batch<'_>,
        key: i64,
        gone: &Gone<'_>,
    ) -> Result<(), Error> {
        let ended = self.end_waiting(batch, key, gone)?;
        if let (Some(journal), Some(task)) = (&mut batch.journal, ended) {
            let mut entry = Entry::of(&[key], gone.day, Manner::Plain);
            entry.task = Some(task);
            journal.push(entry);
        }
        Ok(())
    }

    /// Ends in a record of the batch, shielded or not, what is to end.
    pub(crate) fn end_in(
        &self,
        batch: &mut Batch<'_>,
        id: i64,
        gone: &Gone<'_>,
    ) -> Result<Ended, Error> {
        let Some(touched) = batch.touched.get(&id) else {
            return Ok(Ended::default());
        };
        let mut record = touched.loaded.record.clone();
        let (taken, sensitive) = self.end_standing(&mut record, gone);
        let words = self.end_words(&mut record, gone);
        // Words of the same day may be later ones.
        let before = gone.day.yesterday().unwrap_or(gone.day);
        for key in sensitive {
            self.note_withdrawn(batch, (gone.supplier, &key), before);
        }
        let is_changed = batch
            .touched
            .get(&id)
            .is_some_and(|touched| record != touched.loaded.record);
        if is_changed {
            self.revise(batch, (id, record), None)?;
        }
        Ok(Ended { taken, words })
    }

    /// Ends what stands in a record.
    fn end_standing(&self, record: &mut Record, gone: &Gone<'_>) -> EndedKeys {
        let ring = self.ring();
        let of_supplier = record
            .standing()
            .filter(|one| one.source.supplier == *gone.supplier && one.last_confirmed <= gone.day);
        let mut ending = Vec::new();
        for one in of_supplier {
            let is_sensitive = matches!(one.said, Said::Sensitive(_));
            let hash = source_key(&ring, gone.supplier, &one.source.key);
            if (!is_sensitive || gone.sensitive == Sensitive::Ends) && gone.has(one, hash) {
                ending.push((one.source.clone(), (!is_sensitive).then_some(hash)));
            }
        }
        let mut taken = Vec::new();
        let mut sensitive = Vec::new();
        for (source, kept) in ending {
            if record.withdraw(&source, gone.day) == Withdrawn::Withdrawn {
                match kept {
                    Some(hash) => taken.push(hash),
                    None => sensitive.push(source.key),
                }
            }
        }
        (taken, sensitive)
    }

    /// Ends behind a shield what the supplier would have said, as it would have ended there (X2).
    fn end_words(&self, record: &mut Record, gone: &Gone<'_>) -> Vec<i64> {
        let ring = self.ring();
        let key = |source: &Source| source_key(&ring, gone.supplier, &source.key);
        let sensitive: Vec<Source> = record
            .held_words
            .iter()
            .filter(|word| word.statement.may_be_sensitive())
            .map(|word| word.statement.source.clone())
            .collect();
        let is_meant = |source: &Source| {
            let may_end = gone.sensitive == Sensitive::Ends || !sensitive.contains(source);
            source.supplier == *gone.supplier && may_end && gone.has_word(source, key(source))
        };
        let mut ended = record.end_held_words(is_meant, gone.day);
        ended.retain(|source| !sensitive.contains(source));
        ended.iter().map(key).collect()
    }

    /// Lets a row of a key wait no longer. `None`: none waits that is to end.
    pub(crate) fn end_waiting(
        &self,
        batch: &mut Batch<'_>,
        key: i64,
        gone: &Gone<'_>,
    ) -> Result<Option<TaskChange>, Error> {
        let Some(waited) = self.waits_of(batch, key)? else {
            return Ok(None);
        };
        let Some((source, row)) = codec::decode_row(&waited.plain) else {
            return Err(Error::Inconsistent("a row that waits"));
        };
        let is_left = gone.sensitive == Sensitive::Stays && is_sensitive(&row);
        if row.confirmed.min(batch.now.today) > gone.day || is_left {
            return Ok(None);
        }
        if is_sensitive(&row) {
            self.forget_sensitive(batch, (&source, &row))?;
        }
        batch.waits.forget(key);
        Ok(Some(TaskChange {
            id: 0,
            before: Some(waited).filter(may_be_kept),
        }))
    }
}
