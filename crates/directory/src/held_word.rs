//! What a row that waits behind a shield would have said, and of whom, if no child were shielded: later rows are answered by it (X2).
//!
//! It is worked out once, when the row comes, and kept: whatever is said since to the same children cannot change it any more. Nothing of
//! it is ever shown or found, and it guards nobody: [`Record::quarantined`] does.

use crate::Date;
use crate::record::{QUARANTINED_MAX, Record};
use crate::statement::{Said, Source, Statement};
use crate::text::SupplierKey;

/// The most words kept so behind one shield; past it the oldest goes, and what follows it is answered as if it had never come.
pub const HELD_WORDS_MAX: usize = QUARANTINED_MAX;

/// Of whom a word would have been: a record by its place in the store, of this child, of another, or of one who would be new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordMark(pub i64);

/// What a row that waits would have said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldWord {
    /// Its place in the order in which rows came, whosever shield they wait behind.
    pub came: i64,
    /// Of whom it would have been said.
    pub of: RecordMark,
    /// Whether it would have been of the very child behind whose shield it waits.
    pub is_of_child: bool,
    /// The words.
    pub statement: Statement,
    /// Who the row says works with the child, each under its own key: of a row that may be of a sensitive service nothing (X4).
    pub also: Vec<(SupplierKey, Said)>,
}

impl HeldWord {
    /// The source of what was said in the same row under another key.
    #[must_use]
    pub fn beside(&self, key: &SupplierKey) -> Source {
        Source {
            key: key.clone(),
            ..self.statement.source.clone()
        }
    }

    /// Forgets of whom the row says that they work with the child, by the sources that are gone.
    pub fn forget_also(&mut self, is_gone: impl Fn(&Source) -> bool) {
        let mut source = self.statement.source.clone();
        self.also.retain(|(key, _)| {
            source.key.clone_from(key);
            !is_gone(&source)
        });
    }
}

impl Record {
    /// Keeps what a row that waits behind this shield would have said. The last words of a source, said again of the same child, are only
    /// confirmed: gives the day on which they were before. `None`: they are new.
    pub fn hold_word(&mut self, word: HeldWord) -> Option<Date> {
        let mut of_source = self.held_words.iter_mut().rev();
        let last = of_source.find(|held| held.statement.source == word.statement.source);
        if let Some(last) = last
            && last.of == word.of
            && last.statement.said == word.statement.said
            && last.also == word.also
            && last.statement.superseded.is_none()
        {
            let confirmed = word.statement.last_confirmed;
            let before = last.statement.last_confirmed;
            last.statement.last_confirmed = before.max(confirmed);
            return Some(before);
        }
        if self.held_words.len() >= HELD_WORDS_MAX {
            self.held_words.remove(0);
        }
        self.held_words.push(word);
        None
    }

    /// Ends what rows that wait would have said, of the sources that are meant and unless it was confirmed after a day: as what they said
    /// would end if no child were shielded, and who works with the child with them. Gives whose words ended.
    pub fn end_held_words(&mut self, is_meant: impl Fn(&Source) -> bool, on: Date) -> Vec<Source> {
        let mut seen: Vec<(RecordMark, Source)> = Vec::new();
        let mut ended = Vec::new();
        for word in &mut self.held_words {
            if word.statement.last_confirmed <= on {
                let ends = is_meant(&word.statement.source);
                word.forget_also(|source| ends || is_meant(source));
            }
        }
        for HeldWord { of, statement, .. } in self.held_words.iter_mut().rev() {
            let of = (*of, statement.source.clone());
            if seen.contains(&of) || !is_meant(&statement.source) {
                continue;
            }
            seen.push(of);
            if statement.superseded.is_none() && statement.last_confirmed <= on {
                statement.superseded = Some(on);
                ended.push(statement.source.clone());
            }
        }
        ended
    }

    /// Takes over what waits behind another shield of the same child: what both have once, in the order in which it came.
    pub(crate) fn take_over_held(&mut self, other: &mut Record) {
        for word in other.quarantined.drain(..) {
            let mut own = self.quarantined.iter_mut();
            match own.find(|own| own.statement == word.statement) {
                Some(own) => drop(own.take_over(&word)),
                None => self.quarantined.push(word),
            }
        }
        for word in other.held_words.drain(..) {
            match self.held_words.iter_mut().find(|own| own.came == word.came) {
                Some(own) => {
                    let confirmed = word.statement.last_confirmed;
                    let known = own.statement.last_confirmed;
                    own.statement.last_confirmed = known.max(confirmed);
                    own.statement.superseded =
                        own.statement.superseded.or(word.statement.superseded);
                }
                None => self.held_words.push(word),
            }
        }
        self.held_words.sort_by_key(|word| word.came);
        let oldest = self.held_words.len().saturating_sub(HELD_WORDS_MAX);
        self.held_words.drain(..oldest);
    }

    /// Forgets what waits of some sources behind this shield. Whether there was anything.
    pub fn forget_held(&mut self, is_gone: impl Fn(&Source) -> bool) -> bool {
        let held = |record: &Record| {
            let also = record.held_words.iter().map(|word| word.also.len());
            (
                record.quarantined.len(),
                record.held_words.len(),
                also.sum::<usize>(),
            )
        };
        let before = held(self);
        self.quarantined
            .retain(|word| !is_gone(&word.statement.source));
        for word in &mut self.quarantined {
            word.forget_also(&is_gone);
        }
        self.held_words
            .retain(|word| !is_gone(&word.statement.source));
        for word in &mut self.held_words {
            word.forget_also(&is_gone);
        }
        before != held(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Number;
    use crate::sample;
    use crate::statement::{Said, SourceKind};
    use crate::text::{SupplierCode, SupplierKey};
    use jiff::civil::date;

    fn word(came: i64, key: &str, day: i8) -> HeldWord {
        let confirmed = date(2026, 11, day);
        HeldWord {
            came,
            of: RecordMark(7),
            is_of_child: true,
            also: Vec::new(),
            statement: Statement {
                source: Source {
                    kind: SourceKind::Nhs,
                    supplier: SupplierCode::parse("nhs").unwrap(),
                    key: SupplierKey::parse(key).unwrap(),
                },
                first_confirmed: confirmed,
                last_confirmed: confirmed,
                superseded: None,
                said: Said::Particulars(Box::default()),
            },
        }
    }

    #[test]
    fn x2_words_said_again_are_confirmed_and_others_kept_in_their_order() {
        let mut record = Record::empty(Number::from_random(1));
        record.hold_word(word(1, "a", 2));
        record.hold_word(word(2, "b", 3));
        record.hold_word(word(3, "a", 5));
        assert_eq!(record.held_words.len(), 2);
        let days = |word: &HeldWord| {
            (
                word.statement.first_confirmed,
                word.statement.last_confirmed,
            )
        };
        let expected = (date(2026, 11, 2), date(2026, 11, 5));
        assert_eq!(record.held_words.first().map(days), Some(expected));
        assert_eq!(
            record.clone().hold_word(word(4, "a", 4)),
            Some(date(2026, 11, 5))
        );
        let of_another = HeldWord {
            of: RecordMark(8),
            ..word(4, "a", 6)
        };
        record.hold_word(of_another);
        assert_eq!(record.held_words.len(), 3);
        for key in 0..HELD_WORDS_MAX {
            record.hold_word(word(5, &key.to_string(), 6));
        }
        assert_eq!(record.held_words.len(), HELD_WORDS_MAX);
    }

    #[test]
    fn x2_what_waits_behind_two_shields_of_one_child_is_there_once_however_often_they_are_joined() {
        let mut record = Record::empty(Number::from_random(1));
        let mut other = Record::empty(Number::from_random(2));
        record.hold_word(word(2, "a", 2));
        for came in 1..=3 {
            other.hold_word(word(came, if came == 2 { "a" } else { "b" }, 4));
        }
        let Statement { source, said, .. } = word(1, "a", 2).statement;
        for one in [&mut record, &mut other] {
            one.quarantine(sample::quarantined(
                source.clone(),
                said.clone(),
                date(2026, 11, 2),
            ));
        }
        for _ in 0..3 {
            let mut again = other.clone();
            record.take_over_held(&mut again);
            assert!(again.held_words.is_empty() && again.quarantined.is_empty());
        }
        let came: Vec<i64> = record.held_words.iter().map(|word| word.came).collect();
        assert!(came.is_sorted() && came.len() == other.held_words.len());
        assert_eq!(record.quarantined.len(), 1);
    }

    #[test]
    fn x2_words_that_ended_are_new_when_they_are_said_again_and_later_ones_do_not_end() {
        let mut record = Record::empty(Number::from_random(1));
        assert_eq!(record.hold_word(word(1, "a", 2)), None);
        record.hold_word(word(2, "b", 5));
        let end = |record: &mut Record| {
            let is_any = |_: &Source| true;
            record.end_held_words(is_any, date(2026, 11, 4)).len()
        };
        assert_eq!(end(&mut record), 1);
        assert_eq!(end(&mut record), 0);
        assert_eq!(record.hold_word(word(3, "a", 1)), None);
        assert_eq!(record.held_words.len(), 3);
        assert_eq!(end(&mut record), 1);
    }

    #[test]
    fn x5_words_go_with_the_last_of_their_source_that_guards() {
        let mut record = Record::empty(Number::from_random(1));
        let Statement { source, said, .. } = word(1, "a", 2).statement;
        record.quarantine(sample::quarantined(source, said.clone(), date(2026, 11, 2)));
        record.hold_word(word(1, "a", 2));
        for key in 0..QUARANTINED_MAX {
            let Statement { source, .. } = word(1, &format!("k{key}"), 2).statement;
            record.quarantine(sample::quarantined(source, said.clone(), date(2026, 11, 3)));
        }
        assert!(record.held_words.is_empty());
    }

    #[test]
    fn x2_who_works_with_the_child_is_kept_with_the_words_and_ends_and_is_forgotten_with_them() {
        let works = |who: &str| {
            let involvement = sample::involvement(who, "mentoring", sample::current(None));
            (
                SupplierKey::parse("w").unwrap(),
                sample::involved(involvement),
            )
        };
        let with = |came, day, who| HeldWord {
            also: vec![works(who)],
            ..word(came, "a", day)
        };
        let mut record = Record::empty(Number::from_random(1));
        assert_eq!(record.hold_word(with(1, 2, "Ana Synthetic")), None);
        assert!(record.hold_word(with(2, 3, "Ana Synthetic")).is_some());
        assert_eq!(
            record.hold_word(with(3, 5, "Ben Synthetic")),
            None,
            "somebody else"
        );
        let left = |record: &Record| {
            let also = record.held_words.iter().map(|word| word.also.len());
            also.collect::<Vec<usize>>()
        };
        assert_eq!(left(&record), [1, 1]);
        let is = |of: &'static str| move |source: &Source| source.key.as_str() == of;
        let mut ended = record.clone();
        assert!(ended.end_held_words(is("w"), date(2026, 11, 4)).is_empty());
        assert_eq!(left(&ended), [0, 1], "what was confirmed later stays");
        assert_eq!(ended.end_held_words(is("a"), date(2026, 11, 5)).len(), 1);
        assert_eq!(left(&ended), [0, 0]);
        assert!(record.forget_held(is("w")) && !record.forget_held(is("w")));
        assert_eq!(left(&record), [0, 0]);
    }

    #[test]
    fn x5_what_is_forgotten_of_a_source_is_forgotten_with_its_words() {
        let mut record = Record::empty(Number::from_random(1));
        record.hold_word(word(1, "a", 2));
        record.hold_word(word(2, "b", 3));
        let Statement { source, said, .. } = word(1, "a", 2).statement;
        record.quarantine(sample::quarantined(source.clone(), said, date(2026, 11, 2)));
        assert!(record.forget_held(|known| *known == source));
        assert_eq!((record.quarantined.len(), record.held_words.len()), (0, 1));
        assert!(!record.forget_held(|known| *known == source));
    }
}
