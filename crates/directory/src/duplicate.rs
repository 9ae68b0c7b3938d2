//! Two open records that may be of one child: the directory finds them, and a data officer decides.
//!
//! What is found or decided stands on both records, each time with the number of the other.

use crate::Timestamp;
use crate::number::Number;
use crate::record::{Decided, Record};

/// What was found or decided about two records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Judged {
    /// The directory found that they may be of one child.
    MayBeSame,
    /// They are of two children: it is not asked again, whatever is supplied later.
    NotSame,
    /// The directory found that what they say now hardly speaks for one child any more.
    NoLongerAlike,
    /// An officer could not tell: they wait at the end of the list.
    CannotTell,
    /// The directory found likelier ones beside one of the two: they wait no longer, until there is room and they are found again.
    GivesWay,
}

/// Another record that may be of the same child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// Its number.
    pub number: Number,
    /// Since when it waits: since it was found, or since an officer could not tell.
    pub since: Timestamp,
}

impl Judged {
    /// Everything that can be found or decided.
    pub const ALL: [Judged; 5] = [
        Judged::MayBeSame,
        Judged::NotSame,
        Judged::NoLongerAlike,
        Judged::CannotTell,
        Judged::GivesWay,
    ];

    /// As it stands on a record, about the record of a number. Whoever cannot tell says that they may be of one child.
    #[must_use]
    pub fn about(self, number: Number) -> Decided {
        match self {
            Judged::MayBeSame | Judged::CannotTell => Decided::MayBeSame(number),
            Judged::NotSame => Decided::NotSame(number),
            Judged::NoLongerAlike | Judged::GivesWay => Decided::WaitsNoLonger(number),
        }
    }
}

impl Record {
    /// The records that may be of the same child, and about which nobody has decided, in the order in which they wait.
    #[must_use]
    pub fn suspects(&self) -> Vec<Suspect> {
        let mut open: Vec<Suspect> = Vec::new();
        for decision in self.own_decisions() {
            match decision.decided {
                Decided::MayBeSame(number) => {
                    open.retain(|one| one.number != number);
                    let since = decision.at;
                    open.push(Suspect { number, since });
                }
                Decided::WaitsNoLonger(number) => open.retain(|one| one.number != number),
                _ => {}
            }
        }
        if !open.is_empty() {
            let own = self.other_own_numbers();
            open.retain(|one| !self.is_kept_apart(one.number) && !own.contains(&one.number));
        }
        open
    }

    /// Whether a person decided that the record of a number is of another child, or split one off the other.
    #[must_use]
    pub fn is_kept_apart(&self, number: Number) -> bool {
        let mut decided = self.own_decided();
        decided.any(|one| {
            matches!(one, Decided::NotSame(other) | Decided::Split(other) | Decided::SplitFrom(other) if *other == number)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Now;
    use crate::account::AccountId;
    use crate::record::Author;
    use crate::row::RowMark;
    use crate::sample;
    use jiff::civil::date;

    fn number(of: u64) -> Number {
        Number::from_random(of)
    }

    fn now(second: i64) -> Now {
        Now {
            at: Timestamp::from_second(second).unwrap(),
            today: date(2026, 1, 1),
        }
    }

    fn judge(record: &mut Record, second: i64, (of, judged): (u64, Judged)) {
        record.decide(Author::Directory, now(second), judged.about(number(of)));
    }

    fn waiting(record: &Record) -> Vec<(Number, i64)> {
        let suspects = record.suspects().into_iter();
        suspects
            .map(|one| (one.number, one.since.as_second()))
            .collect()
    }

    #[test]
    fn who_was_found_waits_until_it_is_decided_and_is_not_asked_about_again() {
        let mut record = Record::empty(number(1));
        assert_eq!(waiting(&record), []);
        judge(&mut record, 1, (2, Judged::MayBeSame));
        judge(&mut record, 2, (3, Judged::MayBeSame));
        assert_eq!(waiting(&record), [(number(2), 1), (number(3), 2)]);
        judge(&mut record, 5, (2, Judged::CannotTell));
        assert_eq!(waiting(&record), [(number(3), 2), (number(2), 5)]);
        judge(&mut record, 6, (3, Judged::NotSame));
        judge(&mut record, 7, (3, Judged::MayBeSame));
        assert_eq!(waiting(&record), [(number(2), 5)]);
        judge(&mut record, 8, (2, Judged::NoLongerAlike));
        assert_eq!(waiting(&record), []);
        judge(&mut record, 9, (2, Judged::MayBeSame));
        assert_eq!(waiting(&record), [(number(2), 9)]);
        judge(&mut record, 10, (2, Judged::GivesWay));
        assert_eq!(waiting(&record), []);
        judge(&mut record, 11, (2, Judged::MayBeSame));
        assert_eq!(waiting(&record), [(number(2), 11)]);
    }

    #[test]
    fn a_merger_settles_it_and_its_undoing_asks_again() {
        let [mut one, mut other] = [1, 2].map(|of| Record {
            number: number(of),
            ..sample::record()
        });
        judge(&mut one, 1, (2, Judged::MayBeSame));
        judge(&mut other, 1, (1, Judged::MayBeSame));
        judge(&mut other, 2, (3, Judged::NotSame));
        let by = Author::Account(AccountId(1));
        let mark = |_: &crate::statement::Source| RowMark(7);
        one.merge(&mut other, mark, (&by, now(3))).unwrap();
        assert_eq!(waiting(&one), []);
        assert!(one.is_kept_apart(number(3)), "of one child, so is this");
        one.undo_merge(&mut other, mark, (&by, now(4))).unwrap();
        assert_eq!(waiting(&one), [(number(2), 1)]);
        assert!(!one.is_kept_apart(number(3)) && other.is_kept_apart(number(3)));
    }

    #[test]
    fn who_was_split_off_is_kept_apart() {
        let mut record = Record::empty(number(1));
        record.decide(Author::Directory, now(1), Decided::Split(number(2)));
        judge(&mut record, 2, (2, Judged::MayBeSame));
        assert_eq!(waiting(&record), []);
    }
}
