//! How well rows were joined, against a truth that the caller has: for measurements on synthetic children. Only counts leave.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use directory::record::Shielding;
use directory::statement::Said;
use directory::text::{SupplierCode, SupplierKey};

use crate::error::Error;
use crate::seal::Column;
use crate::{Store, codec};

/// A row that was supplied, and who is behind it: small, as a country has forty million.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JudgedRow {
    /// A hash of who supplied it and of their own key for it.
    row: u64,
    person: u32,
    is_waiting: bool,
}

impl JudgedRow {
    /// The row of a supplier, who is behind it, and whether its supplier was told that it waits. `None`: a person of too high a number.
    #[must_use]
    pub fn of(
        (supplier, key): (&SupplierCode, &SupplierKey),
        person: u64,
        is_waiting: bool,
    ) -> Option<JudgedRow> {
        Some(JudgedRow {
            row: mark(supplier, key),
            person: u32::try_from(person).ok()?,
            is_waiting,
        })
    }
}

/// How rows were joined.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// Rows judged.
    pub rows: u64,
    /// Rows that are in a record.
    pub placed: u64,
    /// Rows that wait for a person, and their supplier knows.
    pub waiting: u64,
    /// Rows that are held for a shield: in no record, though taken.
    pub held: u64,
    /// Those of them that are of nobody who is shielded.
    pub held_of_others: u64,
    /// Rows in an unshielded record that are of somebody who has a shielded record, by the person: what F1 must not let happen, if the
    /// shielded record is theirs and not another's that one of their rows was joined to.
    pub open_of_shielded: BTreeMap<u64, u64>,
    /// Pairs of rows in one record that are of one person.
    pub pairs_right: u64,
    /// Pairs of rows in one record that are of two.
    pub pairs_wrong: u64,
    /// Pairs of placed rows that are of one person.
    pub pairs_placed: u64,
    /// Pairs of all rows that are of one person.
    pub pairs: u64,
    /// The same of the persons of each group, by the places of their bits.
    pub groups: Vec<GroupJudgement>,
}

/// How the rows of a group of persons were joined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupJudgement {
    /// Rows of them.
    pub rows: u64,
    /// Pairs of their rows in one record that are of one person.
    pub pairs_right: u64,
    /// Pairs of rows in one record that are of two persons, one of the group or both.
    pub pairs_wrong: u64,
    /// Pairs of all their rows that are of one person.
    pub pairs: u64,
}

/// How many groups can be told apart.
const GROUPS_MAX: usize = 64;

impl Store {
    /// Counts how rows were joined. `groups_of` gives the groups of a person, one bit each. Of a row that was supplied twice the last
    /// counts.
    ///
    /// # Errors
    /// [`Error`] when the records could not be read.
    pub fn judge(
        &self,
        rows: Vec<JudgedRow>,
        groups_of: &dyn Fn(u64) -> u64,
    ) -> Result<Judgement, Error> {
        let known = each_once(rows);
        let mut judging = Judging::of(groups_of);
        self.read("SELECT id, version, body FROM record", &[], |row| {
            let (id, version, body) = (row.int(0)?, row.int(1)?, row.blob(2)?);
            let plain = self.ring().unseal(Column::RecordBody(version), id, &body)?;
            let record = codec::decode(&plain).ok_or(Error::Inconsistent("a record"))?;
            let said = record
                .statements
                .iter()
                .filter(|statement| matches!(statement.said, Said::Particulars(_)));
            let mut marks: Vec<u64> = said
                .map(|said| mark(&said.source.supplier, &said.source.key))
                .collect();
            marks.sort_unstable();
            marks.dedup();
            let place = |mark: &u64| known.binary_search_by_key(mark, |row| row.row).ok();
            let persons = marks
                .iter()
                .filter_map(|mark| known.get(place(mark)?))
                .map(|row| u64::from(row.person))
                .collect();
            judging.record(persons, record.shielding());
            Ok(())
        })?;
        Ok(judging.judged(&known))
    }
}

fn mark(supplier: &SupplierCode, key: &SupplierKey) -> u64 {
    let mut hasher = DefaultHasher::new();
    (supplier.as_str(), key.as_str()).hash(&mut hasher);
    hasher.finish()
}

/// The rows in the order of their marks, of each the last.
fn each_once(mut rows: Vec<JudgedRow>) -> Vec<JudgedRow> {
    rows.reverse();
    rows.sort_by_key(|row| row.row);
    rows.dedup_by_key(|row| row.row);
    rows
}

struct Judging<'g> {
    groups_of: &'g dyn Fn(u64) -> u64,
    judgement: Judgement,
    /// Placed rows of each person.
    placed: HashMap<u64, u64>,
    shielded: HashSet<u64>,
    open: HashMap<u64, u64>,
}

impl<'g> Judging<'g> {
    fn of(groups_of: &'g dyn Fn(u64) -> u64) -> Judging<'g> {
        let judgement = Judgement {
            groups: vec![GroupJudgement::default(); GROUPS_MAX],
            ..Judgement::default()
        };
        Judging {
            groups_of,
            judgement,
            placed: HashMap::new(),
            shielded: HashSet::new(),
            open: HashMap::new(),
        }
    }

    /// Counts for each group of some.
    fn each(&mut self, groups: u64, count: impl Fn(&mut GroupJudgement)) {
        let counted = self.judgement.groups.iter_mut().enumerate();
        counted
            .filter(|(place, _)| groups >> place & 1 == 1)
            .for_each(|(_, group)| count(group));
    }

    fn record(&mut self, persons: Vec<u64>, shielding: Shielding) {
        let mut of_record: HashMap<u64, u64> = HashMap::new();
        for person in &persons {
            add(of_record.entry(*person).or_default(), 1);
            add(self.placed.entry(*person).or_default(), 1);
        }
        let right = of_record.values().copied().map(pairs).sum();
        let all = pairs(u64::try_from(persons.len()).unwrap_or(u64::MAX));
        add(&mut self.judgement.pairs_right, right);
        add(&mut self.judgement.pairs_wrong, all.saturating_sub(right));
        let of: Vec<(u64, u64)> = of_record
            .iter()
            .map(|(person, rows)| ((self.groups_of)(*person), *rows))
            .collect();
        for (place, (groups, rows)) in of.iter().enumerate() {
            self.each(*groups, |group| add(&mut group.pairs_right, pairs(*rows)));
            for (others, more) in of.iter().skip(place.saturating_add(1)) {
                let wrong = rows.saturating_mul(*more);
                self.each(groups | others, |group| add(&mut group.pairs_wrong, wrong));
            }
        }
        for (person, rows) in of_record {
            if shielding == Shielding::Shielded {
                self.shielded.insert(person);
            } else {
                add(self.open.entry(person).or_default(), rows);
            }
        }
    }

    fn judged(mut self, known: &[JudgedRow]) -> Judgement {
        let mut rows_of: HashMap<u64, u64> = HashMap::new();
        let mut taken_of: HashMap<u64, u64> = HashMap::new();
        for row in known {
            let person = u64::from(row.person);
            add(&mut self.judgement.rows, 1);
            add(&mut self.judgement.waiting, u64::from(row.is_waiting));
            add(rows_of.entry(person).or_default(), 1);
            add(
                taken_of.entry(person).or_default(),
                u64::from(!row.is_waiting),
            );
        }
        for (person, rows) in &rows_of {
            self.each((self.groups_of)(*person), |group| {
                add(&mut group.rows, *rows);
                add(&mut group.pairs, pairs(*rows));
            });
        }
        let judgement = &mut self.judgement;
        judgement.pairs = rows_of.values().copied().map(pairs).sum();
        judgement.pairs_placed = self.placed.values().copied().map(pairs).sum();
        judgement.placed = self.placed.values().sum();
        for (person, taken) in taken_of {
            let placed = self.placed.get(&person).copied().unwrap_or(0);
            let held = taken.saturating_sub(placed);
            add(&mut judgement.held, held);
            if !self.shielded.contains(&person) {
                add(&mut judgement.held_of_others, held);
            }
        }
        let of_shielded = self.open.iter();
        judgement.open_of_shielded = of_shielded
            .filter(|(person, _)| self.shielded.contains(person))
            .map(|(person, rows)| (*person, *rows))
            .collect();
        self.judgement
    }
}

fn add(count: &mut u64, more: u64) {
    *count = count.saturating_add(more);
}

fn pairs(rows: u64) -> u64 {
    rows.saturating_mul(rows.saturating_sub(1)) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_row_that_was_supplied_twice_the_last_counts() {
        let supplier = SupplierCode::parse("nhs").unwrap();
        let row = |key: &str, is_waiting| {
            let key = SupplierKey::parse(key).unwrap();
            JudgedRow::of((&supplier, &key), 7, is_waiting).unwrap()
        };
        let rows = vec![row("a", true), row("b", false), row("a", false)];
        let once = each_once(rows);
        assert_eq!(once.len(), 2);
        assert!(once.iter().all(|row| !row.is_waiting));
        assert!(once.is_sorted_by_key(|row| row.row));
    }
}
