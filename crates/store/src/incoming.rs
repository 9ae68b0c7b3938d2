//! A supplied row made ready: everything about it that can be worked out before the database is asked.

use directory::number::Number;
use directory::record::Record;
use directory::service::Catalogue;
use directory::statement::{Said, Source, Statement};
use directory::supplied::{Row, Supplier};
use directory::survivorship;
use directory::text::SupplierKey;
use directory::{Date, Now};
use matching::comparable::Comparable;

use crate::Store;
use crate::accept::BATCH_ROWS_MAX;
use crate::candidate::{nameless, whole};
use crate::cores::on_all_cores;
use crate::error::Error;
use crate::filing::{other_number_key, row_and_guarding_keys, source_key};
use crate::likeness::LikenessKey;
use crate::meanwhile::Meanwhile;
use crate::portrayed::Portrayed;
use crate::seal::KeyRing;

/// A row, as it is compared and looked up.
pub(crate) struct Incoming<'r> {
    pub(crate) row: &'r Row,
    pub(crate) source: Source,
    /// `None`: without a name it is compared with nobody.
    pub(crate) portrayed: Option<Portrayed>,
    pub(crate) keys: RowKeys,
    /// Its place in the batch.
    pub(crate) place: usize,
}

/// Rows of one supplier that were made ready ahead, while those before them were being written.
pub struct Ready {
    rows: Vec<Row>,
    made: Vec<Made>,
    now: Now,
    /// What was read for them while those before them were being taken.
    pub(crate) meanwhile: Option<Box<Meanwhile>>,
}

/// What is made of a row.
struct Made {
    source: Source,
    portrayed: Option<Portrayed>,
    keys: RowKeys,
}

/// The keys of a row, by what a hit under them means.
#[derive(Default)]
pub(crate) struct RowKeys {
    /// The row's own key and those of what else it says: any of them is this supplier's own key for the child.
    pub(crate) sources: Vec<i64>,
    /// Keys of what the row takes back.
    pub(crate) withdrawn: Vec<i64>,
    pub(crate) numbers: Vec<i64>,
    /// None of a row without a name.
    pub(crate) likeness: Vec<LikenessKey>,
    /// Of a row without a name those of where the child lives, and of the day of birth with school and practice (F1).
    pub(crate) guarding: Vec<i64>,
}

impl<'r> Incoming<'r> {
    /// The row of a supplier.
    pub(crate) fn of(
        (supplier, row): (&Supplier, &'r Row),
        ring: &KeyRing,
        (catalogue, today): (&Catalogue, Date),
    ) -> Incoming<'r> {
        let Made {
            source,
            portrayed,
            keys,
        } = Made::of((supplier, row), ring, (catalogue, today));
        Incoming {
            row,
            source,
            portrayed,
            keys,
            place: 0,
        }
    }

    /// Whether this is one of the row's sources.
    pub(crate) fn is_of(&self, source: &Source) -> bool {
        source.supplier == self.source.supplier && self.own_keys().any(|key| *key == source.key)
    }

    /// Whether anything stands in a record under one of the row's own keys.
    pub(crate) fn stands_in(&self, record: &Record) -> bool {
        record.standing().any(|one| self.is_of(&one.source))
    }

    /// Whether the row takes back what waits of this source. What else waits under the row's own key is no matter of that: a row that was
    /// refused for a fault says nothing of it.
    pub(crate) fn takes_back(&self, source: &Source) -> bool {
        source.supplier == self.source.supplier && self.row.withdrawn.contains(&source.key)
    }

    /// The supplier's own keys in the row.
    pub(crate) fn own_keys(&self) -> impl Iterator<Item = &'r SupplierKey> {
        std::iter::once(&self.row.key).chain(self.row.also.iter().map(|(key, _)| key))
    }
}

impl Made {
    fn of(
        (supplier, row): (&Supplier, &Row),
        ring: &KeyRing,
        (catalogue, today): (&Catalogue, Date),
    ) -> Made {
        let source = Source {
            kind: supplier.kind,
            supplier: supplier.code.clone(),
            key: row.key.clone(),
        };
        let alone = alone(&source, row);
        let child = survivorship::child(&alone, catalogue, today);
        let name = child.name.as_ref().map(|name| &name.value);
        let compared = name.map_or_else(|| nameless(&child), |name| whole(&alone, &child, name));
        let keys = RowKeys::of((&source, row), &compared, ring);
        Made {
            source,
            portrayed: Portrayed::of_row(&row.particulars),
            keys,
        }
    }
}

impl Ready {
    /// The rows.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The moment for which they were made ready.
    pub(crate) fn now(&self) -> Now {
        self.now
    }

    /// The keys of each row, before they are taken with what else was made of it.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &RowKeys> {
        self.made.iter().map(|made| &made.keys)
    }

    /// Each row with what was made of it, once.
    pub(crate) fn incoming(&mut self) -> Vec<Incoming<'_>> {
        let made = std::mem::take(&mut self.made);
        let rows = self.rows.iter().zip(made).enumerate();
        rows.map(|(place, (row, made))| Incoming {
            row,
            source: made.source,
            portrayed: made.portrayed,
            keys: made.keys,
            place,
        })
        .collect()
    }
}

impl Store {
    /// Makes rows ready to be taken: all that can be done before it is known what those before them change.
    ///
    /// # Errors
    /// [`Error::Unfit`] when they are more than one batch.
    pub fn ready(&self, supplier: &Supplier, rows: Vec<Row>, now: Now) -> Result<Ready, Error> {
        not_too_many(&rows)?;
        let catalogue = self.catalogue();
        let ring = self.ring();
        let made = on_all_cores(&rows, |row| {
            Made::of((supplier, row), &ring, (&catalogue, now.today))
        });
        Ok(Ready {
            rows,
            made,
            now,
            meanwhile: None,
        })
    }
}

/// Checks that rows are not more than one batch.
pub(crate) fn not_too_many(rows: &[Row]) -> Result<(), Error> {
    if rows.len() > BATCH_ROWS_MAX {
        return Err(Error::Unfit(format!(
            "a batch has at most {BATCH_ROWS_MAX} rows"
        )));
    }
    Ok(())
}

impl RowKeys {
    fn of((source, row): (&Source, &Row), compared: &Comparable, ring: &KeyRing) -> RowKeys {
        let is_named = row.particulars.name.is_some();
        let of_source = |key| source_key(ring, &source.supplier, key);
        let also = row.also.iter().map(|(key, _)| key);
        let numbers = row.particulars.other_numbers.iter();
        let (alike, guarding) = row_and_guarding_keys(ring, compared);
        RowKeys {
            sources: std::iter::once(&row.key)
                .chain(also)
                .map(of_source)
                .collect(),
            withdrawn: row.withdrawn.iter().map(of_source).collect(),
            numbers: numbers
                .map(|number| other_number_key(ring, number))
                .collect(),
            likeness: if is_named { alike } else { Vec::new() },
            guarding,
        }
    }

    /// The keys looked up among unshielded records.
    pub(crate) fn searched(&self) -> impl Iterator<Item = i64> {
        let own = self.sources.iter().chain(&self.withdrawn);
        let likeness = self.likeness.iter().map(|likeness| &likeness.key);
        own.chain(&self.numbers).chain(likeness).copied()
    }

    /// The keys looked up among shielded records.
    pub(crate) fn guarded(&self) -> impl Iterator<Item = i64> {
        let own = self.sources.iter().chain(&self.withdrawn);
        own.chain(&self.numbers).chain(&self.guarding).copied()
    }
}

/// The row as a record of its own, so that it is compared as records are.
pub(crate) fn alone(source: &Source, row: &Row) -> Record {
    let mut record = Record::empty(Number::from_random(0));
    record.statements.push(Statement {
        source: source.clone(),
        first_confirmed: row.confirmed,
        last_confirmed: row.confirmed,
        superseded: None,
        said: Said::Particulars(Box::new(row.particulars.clone())),
    });
    record
}
