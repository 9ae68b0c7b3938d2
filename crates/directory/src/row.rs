//! A supplied row that waits for a person, and what a person decided of it: never undone by anything that runs by itself.

use crate::record::{Decided, Decision, Record};

/// Which row it is: a keyed hash of its source. It is the same whenever the supplier sends the row again, and tells nothing of a
/// supplier without the key, so that no trace of a sensitive service is kept in it (X5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowMark(pub i64);

/// In which words a row stood when a person said that it is not of a child, by keyed hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowWords {
    /// Of who the row says that the child is: names, date of birth, gender and numbers together.
    pub who: i64,
    /// Of where the child lives, with whom, and at which school, each by itself.
    pub around: Vec<i64>,
}

/// For whom a row waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Waits {
    /// A data officer: it may be of a known child, or not.
    Review,
    /// A shielding officer: it may be of a shielded child (F1).
    Held,
}

impl Waits {
    /// Both.
    pub const ALL: [Waits; 2] = [Waits::Review, Waits::Held];
}

/// What a person decided of a row and a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowDecision {
    /// The row is of this child.
    Linked,
    /// The row is not of this child.
    Apart,
    /// Nobody has decided.
    None,
}

impl Record {
    /// What a person decided of a row and this record. The last decision counts.
    #[must_use]
    pub fn row_decision(&self, row: RowMark) -> RowDecision {
        let last = self.row_decisions().filter(|(mark, _)| *mark == row).last();
        last.map_or(RowDecision::None, |(_, decision)| decision)
    }

    /// In which words a person saw a row and said that it is not of this child, since the row was last linked to it. Of decisions that were
    /// made before words were kept, and of those that a split or an undone merger brought, there are none.
    #[must_use]
    pub fn apart_in(&self, row: RowMark) -> Vec<&RowWords> {
        let mut words = Vec::new();
        for decided in self.own_decided() {
            match decided {
                Decided::RowLinked(linked) if *linked == row => words.clear(),
                Decided::RowApart {
                    row: apart,
                    words: seen,
                } if *apart == row => words.extend(seen),
                _ => {}
            }
        }
        words
    }

    /// The rows that a person linked to this record.
    #[must_use]
    pub fn linked_rows(&self) -> Vec<RowMark> {
        let mut rows: Vec<RowMark> = self.row_decisions().map(|(row, _)| row).collect();
        rows.sort_unstable();
        rows.dedup();
        rows.retain(|row| self.row_decision(*row) == RowDecision::Linked);
        rows
    }

    /// Decisions about rows, oldest first, without those that came with a record whose merger was undone.
    pub(crate) fn row_decisions(&self) -> impl Iterator<Item = (RowMark, RowDecision)> {
        self.own_decided().filter_map(|decided| match decided {
            Decided::RowLinked(row) => Some((*row, RowDecision::Linked)),
            Decided::RowApart { row, .. } => Some((*row, RowDecision::Apart)),
            _ => None,
        })
    }

    /// What was decided, oldest first, without what was copied from a record whose merger was undone: what follows a merger up to what
    /// it brought.
    pub(crate) fn own_decided(&self) -> impl Iterator<Item = &Decided> {
        self.own_decisions().map(|one| &one.decided)
    }

    /// The same with who decided and when.
    pub(crate) fn own_decisions(&self) -> impl Iterator<Item = &Decision> {
        self.decisions_with_whether_they_went()
            .filter_map(|(decision, went)| (!went).then_some(decision))
    }

    /// Every decision, oldest first, each with whether it was copied from a record whose merger was undone.
    pub(crate) fn decisions_with_whether_they_went(
        &self,
    ) -> impl Iterator<Item = (&Decision, bool)> {
        let mut came_and_went = false;
        let each = self.decisions.iter().enumerate();
        each.map(move |(place, decision)| {
            match &decision.decided {
                Decided::Merged(other) => {
                    let mut later = self.decisions.iter().skip(place);
                    came_and_went = later.any(|one| one.decided == Decided::MergeUndone(*other));
                    return (decision, false);
                }
                Decided::Brought { .. } => came_and_went = false,
                _ => {}
            }
            (decision, came_and_went)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::AccountId;
    use crate::number::Number;
    use crate::record::Author;
    use crate::sample;

    fn apart(row: i64, words: Option<RowWords>) -> Decided {
        Decided::RowApart {
            row: RowMark(row),
            words,
        }
    }

    #[test]
    fn f1_every_word_that_was_decided_about_counts_until_the_row_is_linked() {
        let mut record = Record::empty(Number::from_random(1));
        let mut decide = |decided| {
            record.decide(Author::Account(AccountId(1)), sample::now(), decided);
            let words = record.apart_in(RowMark(7)).into_iter();
            words.map(|words| words.who).collect::<Vec<i64>>()
        };
        let who = |who| {
            Some(RowWords {
                who,
                around: Vec::new(),
            })
        };
        assert!(decide(apart(7, None)).is_empty());
        assert!(decide(apart(8, who(3))).is_empty());
        assert_eq!(decide(apart(7, who(1))), [1]);
        assert_eq!(decide(apart(7, who(2))), [1, 2]);
        assert_eq!(decide(Decided::RowLinked(RowMark(8))), [1, 2]);
        assert!(decide(Decided::RowLinked(RowMark(7))).is_empty());
    }

    #[test]
    fn the_last_decision_of_a_row_counts_and_says_nothing_of_another() {
        let mut record = Record::empty(Number::from_random(1));
        let by = || Author::Account(AccountId(1));
        assert_eq!(record.row_decision(RowMark(7)), RowDecision::None);
        record.decide(by(), sample::now(), apart(7, None));
        assert_eq!(record.row_decision(RowMark(7)), RowDecision::Apart);
        record.decide(by(), sample::now(), Decided::RowLinked(RowMark(7)));
        assert_eq!(record.row_decision(RowMark(7)), RowDecision::Linked);
        assert_eq!(record.row_decision(RowMark(8)), RowDecision::None);
        assert_eq!(record.linked_rows(), [RowMark(7)]);
    }
}
