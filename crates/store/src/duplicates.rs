//! Which open records may be of the same child as a shielded one (F1): they are looked for by all that was ever said of the child, and by what
//! waits under a key by which its supplier speaks of this very child.
//!
//! Whoever gives a child another name under their own key for it says that both are one. Until an officer decides of such a row nothing of it
//! is said of the child, but an open record that is like it would show what is hidden. Under another key, or by a number alone, a row only
//! waits: any supplier could find out by trying whose numbers are of shielded children (X2).

use std::borrow::Cow;
use std::collections::HashSet;

use directory::child::Child;
use directory::following::former_names_out;
use directory::record::{Author, Decided, Record, Shielding};
use directory::row::RowDecision;
use directory::shield::Ground;
use directory::statement::{Particulars, Said, Statement};
use directory::survivorship;
use directory::{Date, Now};

use crate::Store;
use crate::alike::{Alike, Worth};
use crate::batch::Batch;
use crate::candidate::{other_names, said_comparable, whole};
use crate::error::Error;
use crate::filing::{guarding_keys, other_number_key};
use crate::incoming::RowKeys;
use crate::likeness::{LikenessKey, Tells};
use crate::portrayed::{Likened, named};
use crate::verdict::{is_duplicate, suspected};

impl Store {
    /// The records that may be of the same child as one that is shielded, or about to be: they must not stay open beside it (F1).
    pub(crate) fn duplicates(&self, batch: &mut Batch<'_>, id: i64) -> Result<Vec<i64>, Error> {
        let model = self.matching_model();
        self.alike_behind(batch, id, &|pair, likened| {
            // Who has the child's number may be the child by another name, unless a person has kept them apart.
            let is_numbered = likened.shares_number && !self.are_kept_apart(pair);
            is_numbered || is_duplicate(likened, model.thresholds())
        })
    }

    /// The records of which it would be asked whether they are of the same child as a shielded one, if both were open: whom a person has not
    /// kept apart.
    pub(crate) fn suspected_behind(
        &self,
        batch: &mut Batch<'_>,
        id: i64,
    ) -> Result<Vec<i64>, Error> {
        let model = self.matching_model();
        self.alike_behind(batch, id, &|pair, likened| {
            suspected(likened, model.thresholds()).is_some() && !self.are_kept_apart(pair)
        })
    }

    /// The records that are so much like one that is shielded, or about to be.
    fn alike_behind(
        &self,
        batch: &mut Batch<'_>,
        id: i64,
        is_one: &dyn Fn([&Record; 2], &Likened) -> bool,
    ) -> Result<Vec<i64>, Error> {
        self.bring(batch, &[id])?;
        let Some(touched) = batch.touched.get(&id) else {
            return Ok(Vec::new());
        };
        let looked_under = {
            let record = self.as_shielded(&touched.loaded.record, batch.now);
            self.looked_under(&record, batch.now)
        };
        let mut ids: Vec<i64> = Vec::new();
        for keys in looked_under {
            batch.read_keys(keys.searched().collect(), Vec::new())?;
            let alike = Alike::before(&batch.known, &keys);
            for other in alike.ids_with(&batch.known, &keys, Worth::TwoKeys) {
                if other != id && !ids.contains(&other) {
                    ids.push(other);
                }
            }
        }
        self.bring(batch, &ids)?;
        let Some(touched) = batch.touched.get(&id) else {
            return Ok(Vec::new());
        };
        let record = self.as_shielded(&touched.loaded.record, batch.now);
        let made;
        let portrayed = match &record {
            Cow::Borrowed(_) => self.portrayed(touched, batch.now),
            Cow::Owned(record) => {
                made = self.portrait_of(record, batch.now);
                made.as_ref()
            }
        };
        let Some(portrayed) = portrayed else {
            return Ok(Vec::new());
        };
        let model = self.matching_model();
        let same = |other: &i64| {
            let other = batch.touched.get(other)?;
            let likened = portrayed.likened(self.portrayed(other, batch.now)?, model.scales());
            Some(is_one([&record, &other.loaded.record], &likened))
        };
        ids.retain(|other| same(other).unwrap_or(false));
        Ok(ids)
    }

    /// Whether a source speaks of a record's child under the very key of a row that waits behind its shield, unless that was taken back, or a
    /// person has said that the row is of somebody else. A key of which the source has said nothing since it ended may have been given to
    /// another child: then it has to be of one born on the same day.
    pub(crate) fn is_own_word(&self, record: &Record, word: &Statement) -> bool {
        let born = named(word).and_then(|said| said.born);
        let is_said = record.statements.iter().any(|one| {
            let Said::Particulars(said) = &one.said else {
                return false;
            };
            let stands = one.superseded.is_none();
            let stood = !one.is_taken_back() && (born.is_none() || said.born == born);
            one.source == word.source && (stands || stood)
        });
        is_said && record.row_decision(self.mark(&word.source)) != RowDecision::Apart
    }

    /// Under which keys others are looked for who may be a shielded child: first by who the child is, then by what else was said of it. What is
    /// looked for by itself is not crowded out by the rest.
    fn looked_under(&self, record: &Record, now: Now) -> Vec<RowKeys> {
        let catalogue = &self.reference().catalogue;
        let child: Child = survivorship::child(record, catalogue, now.today);
        let ring = self.ring();
        let first = child.name.iter().flat_map(|name| {
            let name = &name.value;
            let others = other_names(record, &child, name);
            let names = std::iter::once(name).chain(&others);
            let names = names.chain(former_names_out(record));
            let keys = names.flat_map(|name| guarding_keys(&ring, &whole(record, &child, name)));
            keys.collect::<Vec<i64>>()
        });
        let numbers = child.other_numbers.iter();
        let numbers = numbers.map(|number| other_number_key(&ring, &number.value));
        let mut all = vec![row_keys(first.collect(), numbers.collect())];
        let mut looked: HashSet<i64> = all.iter().flat_map(RowKeys::searched).collect();
        let born = child.born.as_ref().map(|born| born.value);
        for said in self.every_word(record, born) {
            let likeness = said_comparable(said).map(|said| guarding_keys(&ring, &said));
            let numbers = said.other_numbers.iter();
            let numbers = numbers.map(|number| other_number_key(&ring, number));
            let keys = row_keys(likeness.unwrap_or_default(), numbers.collect());
            if keys.searched().any(|key| !looked.contains(&key)) {
                looked.extend(keys.searched());
                all.push(keys);
            }
        }
        all
    }

    /// All that was ever said of who a child is, and not taken back, and what waits behind its shield under a key of the child's own.
    fn every_word<'r>(&self, record: &'r Record, born: Option<Date>) -> Vec<&'r Particulars> {
        let said = record.statements.iter().filter(|one| !one.is_taken_back());
        let said = said.filter(|one| is_of_child(one, born));
        let waits = record.waiting();
        let own = waits.filter(|word| self.is_own_word(record, word));
        said.chain(own).filter_map(named).collect()
    }

    /// A record as it is compared behind a shield: also one that is about to be shielded.
    fn as_shielded<'r>(&self, record: &'r Record, now: Now) -> Cow<'r, Record> {
        if record.shielding() == Shielding::Shielded {
            return Cow::Borrowed(record);
        }
        let catalogue = &self.reference().catalogue;
        let born = survivorship::child(record, catalogue, now.today).born;
        let born = born.map(|born| born.value);
        let mut shielded = record.clone();
        shielded.statements.retain(|one| is_of_child(one, born));
        let placed = Decided::ShieldPlaced(Ground::SignificantHarm);
        shielded.decide(Author::Directory, now, placed);
        Cow::Owned(shielded)
    }
}

/// Whether what a source said is of a child who was born on a day, as far as can be told: what it says no longer, of somebody born on another,
/// may have been of another child of the same key.
fn is_of_child(statement: &Statement, born: Option<Date>) -> bool {
    let of_another = named(statement).and_then(|said| said.born).zip(born);
    statement.superseded.is_none() || of_another.is_none_or(|(one, other)| one == other)
}

fn row_keys(likeness: Vec<i64>, numbers: Vec<i64>) -> RowKeys {
    let likeness = likeness.into_iter().map(|key| LikenessKey {
        key,
        tells: Tells::MORE,
    });
    RowKeys {
        numbers,
        likeness: likeness.collect(),
        ..RowKeys::default()
    }
}
