//! Records that arrive one by one: a table that grows, with an index for the candidates of the next.

use std::collections::HashMap;

use super::cluster::{Contradiction, identifiers_differ, is_household};
use super::comparer::{Comparer, OWN};
use super::explain::{Explanation, Shown, explain_rows};
use super::feature::Features;
use super::incoming::Incoming;
use super::index::Index;
use super::layout::{at, set};
use super::memory::Memory;
use super::model::{Model, match_bits};
use super::plan::Plan;
use super::rarity::Rarities;
use super::resolve::Candidate;
use super::score::Weights;
use super::table::{RowError, Rows, SourceId, Table, source_of};

/// Slots of the memory of word comparisons of one look-up; a power of two.
const MEMORY_SLOTS: usize = 256;

/// Records on file, each of a person.
#[derive(Clone, Debug)]
pub struct Register {
    table: Table,
    model: Model,
    weights: Weights,
    rarities: Rarities,
    index: Index,
    /// Person of each row.
    people: Vec<u64>,
    /// Rows of keys that were added.
    added: HashMap<u64, u32>,
}

impl Register {
    /// A register of the records of a table; `person` names each row's.
    #[must_use]
    pub fn new(table: Table, model: Model, person: impl Fn(u32) -> u64) -> Self {
        let plan = Plan::of(&table, &model.passes, 1);
        Self {
            index: Index::of(&table, plan),
            weights: Weights::of(&model, &table.sources),
            rarities: Rarities::of(&table.lexicons),
            people: (0..u32::try_from(table.rows()).unwrap_or(u32::MAX))
                .map(person)
                .collect(),
            added: HashMap::new(),
            table,
            model,
        }
    }

    /// An empty register that knows the words of a table and how frequent they are.
    #[must_use]
    pub fn with_words_of(table: &Table, model: Model) -> Self {
        let plan = Plan::of(table, &model.passes, 1);
        let empty = Table {
            schema: table.schema.clone(),
            layout: table.layout.clone(),
            lexicons: table.lexicons.clone(),
            parents: table.parents.clone(),
            company: table.company.clone(),
            sources: table.sources.clone(),
            stand_ins: table.stand_ins.clone(),
            keys: Vec::new(),
            ordered: 0,
            rows: Vec::new(),
        };
        Self {
            index: Index::of(&empty, plan),
            weights: Weights::of(&model, &table.sources),
            rarities: Rarities::of(&table.lexicons),
            people: Vec::new(),
            added: HashMap::new(),
            table: empty,
            model,
        }
    }

    /// The model.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The records.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The row of a key, whether it was there from the beginning or added.
    #[must_use]
    pub fn row_of(&self, key: u64) -> Option<u32> {
        self.added
            .get(&key)
            .copied()
            .or_else(|| self.table.row_of_sorted(key))
    }

    /// Reads a record that arrives.
    ///
    /// # Errors
    /// [`RowError::FieldsCount`].
    pub fn read(&self, source: SourceId, fields: &[&str]) -> Result<Incoming, RowError> {
        Incoming::read(&self.table, source, fields)
    }

    /// Records that may be of the same person: every one at or above the model's review threshold, and of the persons
    /// these belong to, every one found that contradicts. None of them is guarded yet: that is for the caller to say.
    #[must_use]
    pub fn candidates(&self, incoming: &Incoming) -> Vec<Candidate> {
        let features = Features {
            layout: &self.table.layout,
            lexicons: &self.table.lexicons,
            own: Some(&incoming.own),
        };
        let comparer = Comparer::new(&self.table, &self.rarities, Some(&incoming.own));
        let mut memory = Memory::with_slots(MEMORY_SLOTS);
        let rows = self.index.candidates(&self.table, &features, &incoming.row);
        let mut candidates = Vec::new();
        for row in rows {
            let values = self.table.row(row);
            // The batch compares the lower row with the higher; what arrives comes last.
            let pair = (values, incoming.row.as_slice());
            let hopeless = -40.0;
            let Some(classes) = self.weights.classes(&comparer, pair, hopeless, &mut memory) else {
                continue;
            };
            let bits = match_bits(classes);
            let contradiction = self.contradiction(pair, classes);
            if bits < self.model.thresholds.review_bits && contradiction.is_none() {
                continue;
            }
            candidates.push(Candidate {
                key: self.key_of(row),
                person: self.person_of(row),
                bits,
                contradiction,
                is_guarded: false,
            });
        }
        let plausible: Vec<u64> = candidates
            .iter()
            .filter(|candidate| candidate.bits >= self.model.thresholds.review_bits)
            .map(|candidate| candidate.person)
            .collect();
        candidates.retain(|candidate| plausible.contains(&candidate.person));
        candidates
    }

    /// Adds a record as of a person. Returns its row.
    ///
    /// # Errors
    /// [`RowError::KeyTwice`]; [`RowError::RowsTooMany`].
    pub fn insert(&mut self, key: u64, incoming: &Incoming, person: u64) -> Result<u32, RowError> {
        if self.row_of(key).is_some() {
            return Err(RowError::KeyTwice(key));
        }
        let row = u32::try_from(self.people.len()).map_err(|_| RowError::RowsTooMany)?;
        let mut values = incoming.row.clone();
        for (place, role) in self.table.layout.symbol_places() {
            let symbol = at(&values, place);
            if symbol & OWN != 0 {
                set(
                    &mut values,
                    place,
                    self.table
                        .lexicons
                        .adopt_one(&incoming.own, role, symbol & !OWN),
                );
            }
        }
        self.table.lexicons.relate();
        let features = Features {
            layout: &self.table.layout,
            lexicons: &self.table.lexicons,
            own: None,
        };
        self.index.insert(&self.table, &features, (row, &values));
        self.table.rows.extend_from_slice(&values);
        self.people.push(person);
        self.table.keys.push(key);
        self.added.insert(key, row);
        Ok(row)
    }

    /// The person of a key.
    #[must_use]
    pub fn person(&self, key: u64) -> Option<u64> {
        self.row_of(key).map(|row| self.person_of(row))
    }

    /// Why a record that arrives is or is not of the person of a record on file.
    #[must_use]
    pub fn explain(&self, incoming: &Incoming, key: u64) -> Option<Explanation> {
        let row = self.row_of(key)?;
        let comparer = Comparer::new(&self.table, &self.rarities, Some(&incoming.own));
        let shown = Shown {
            table: &self.table,
            own: Some(&incoming.own),
        };
        Some(explain_rows(
            &comparer,
            &self.model,
            (self.table.row(row), &incoming.row),
            &shown,
        ))
    }

    fn contradiction(
        &self,
        pair: (&[u32], &[u32]),
        classes: super::model::PerClass,
    ) -> Option<Contradiction> {
        if identifiers_differ(&self.table.layout, pair) {
            return Some(Contradiction::Identifiers);
        }
        let source = source_of(&self.table.layout, pair.0);
        let distinct = self
            .table
            .sources
            .get(usize::from(source))
            .is_some_and(|it| it.rows == Rows::Distinct);
        if distinct && source == source_of(&self.table.layout, pair.1) {
            return Some(Contradiction::Source);
        }
        is_household(classes).then_some(Contradiction::Household)
    }

    fn person_of(&self, row: u32) -> u64 {
        usize::try_from(row)
            .ok()
            .and_then(|row| self.people.get(row))
            .copied()
            .unwrap_or(0)
    }

    fn key_of(&self, row: u32) -> u64 {
        self.table.key(row).unwrap_or(0)
    }
}
