//! Open records that could give a shielded child's whereabouts away, and what officers decided about them (X3).

use crate::Timestamp;
use crate::number::Number;
use crate::record::{Author, Decided, Decision, Record, Shielding};
use crate::shield::Ground;

/// By what an open record leads to a shielded one, the most telling first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tie {
    /// The directory suspects that it is of the same child, or an officer could not tell (F1).
    MayBeSame,
    /// The address.
    Address,
    /// The family name and the postcode: most likely the same home, written in another way.
    FamilyAtPostcode,
    /// A parent or carer.
    Carer,
}

/// What an officer decided about open records connected with a shielded one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Considered {
    /// The records that stay open.
    pub left_open: Vec<LeftOpen>,
    /// Whether that was about all of them.
    pub rest: Rest,
}

/// An open record that an officer left open, and what it gave away then: what gives away more later is asked about again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOpen {
    /// Which.
    pub number: Number,
    /// Keyed hashes of its homes, of those that were the child's too, and of the parents and carers of both. None: a decision of before they
    /// were kept, which is asked for once more.
    pub gave_away: Vec<i64>,
}

/// Whether there are connected records that nobody has decided about. The directory itself finds some that came later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// There were none.
    None,
    /// There were.
    More,
}

impl Tie {
    /// Every tie.
    pub const ALL: [Tie; 4] = [
        Tie::MayBeSame,
        Tie::Address,
        Tie::FamilyAtPostcode,
        Tie::Carer,
    ];
}

impl Record {
    /// Why it is shielded, and since when. `None`: it is not.
    #[must_use]
    pub fn shield(&self) -> Option<(Ground, Timestamp)> {
        if self.shielding() == Shielding::None {
            return None;
        }
        self.decisions.iter().rev().find_map(|one| {
            let Decided::ShieldPlaced(ground) = one.decided else {
                return None;
            };
            Some((ground, one.at))
        })
    }

    /// Whether an officer has yet to decide about open records that are connected with this shielded one. Of an open record never.
    #[must_use]
    pub fn awaits_consideration(&self) -> bool {
        let last = self.considered().next().map(|one| one.rest);
        self.shield().is_some() && last != Some(Rest::None)
    }

    /// Whether it is shielded by the directory itself, because it may be of a child who is: nobody else has placed a shield since it was open,
    /// on it or on a record that was merged into it.
    #[must_use]
    pub fn is_shielded_by_rule(&self) -> bool {
        let is_lifted = |one: &&Decision| {
            matches!(one.decided, Decided::ShieldLifted) && matches!(one.by, Author::Account(_))
        };
        let is_placed = |one: &&Decision| matches!(one.decided, Decided::ShieldPlaced(_));
        let since = self.decisions.iter().rev();
        let mut placed = since.take_while(|one| !is_lifted(one)).filter(is_placed);
        self.shield().is_some() && placed.all(|one| one.by == Author::Directory)
    }

    /// Whether an officer left a record open that gives all this away of this one's whereabouts, since the shield was placed. The same kind of
    /// tie is not enough: a brother who was left open at the old home may follow to the refuge (X3).
    #[must_use]
    pub fn was_left_open(&self, number: Number, gives_away: &[i64]) -> bool {
        let mut left = self.considered().flat_map(|one| &one.left_open);
        left.any(|one| {
            one.number == number && gives_away.iter().all(|hash| one.gave_away.contains(hash))
        })
    }

    /// What was decided since the shield was placed, the newest first.
    fn considered(&self) -> impl Iterator<Item = &Considered> {
        let since_shield = self
            .decisions
            .iter()
            .rev()
            .take_while(|one| !matches!(one.decided, Decided::ShieldPlaced(_)));
        since_shield.filter_map(|one| match &one.decided {
            Decided::Considered(considered) => Some(considered.as_ref()),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Now;
    use crate::account::AccountId;
    use jiff::civil::date;

    /// Hashes of what a record gives away.
    const HOME: i64 = 7;
    const REFUGE: i64 = 8;

    fn decide(record: &mut Record, decided: Decided) {
        let now = Now {
            at: Timestamp::UNIX_EPOCH,
            today: date(2026, 1, 1),
        };
        record.decide(Author::Account(AccountId(1)), now, decided);
    }

    fn left(number: u64) -> LeftOpen {
        LeftOpen {
            number: Number::from_random(number),
            gave_away: vec![HOME],
        }
    }

    fn is_left(record: &Record, number: u64, hash: i64) -> bool {
        record.was_left_open(Number::from_random(number), &[hash])
    }

    fn considered(left_open: &[u64], rest: Rest) -> Decided {
        Decided::Considered(Box::new(Considered {
            left_open: left_open.iter().map(|one| left(*one)).collect(),
            rest,
        }))
    }

    #[test]
    fn x3_a_shield_waits_until_an_officer_has_decided_about_all_that_is_connected() {
        let mut record = Record::empty(Number::from_random(1));
        assert!(!record.awaits_consideration());
        decide(&mut record, Decided::ShieldPlaced(Ground::FleeingAbuse));
        assert!(record.awaits_consideration());
        decide(&mut record, considered(&[2, 3], Rest::More));
        assert!(record.awaits_consideration());
        decide(&mut record, considered(&[4], Rest::None));
        assert!(!record.awaits_consideration());
        assert!([2, 3, 4].iter().all(|one| is_left(&record, *one, HOME)));
        assert!(!is_left(&record, 5, HOME));
        assert_eq!(record.shield().map(|one| one.0), Some(Ground::FleeingAbuse));
    }

    #[test]
    fn x3_what_is_found_later_waits_again_and_what_was_left_open_stays_so() {
        let mut record = Record::empty(Number::from_random(1));
        decide(&mut record, Decided::ShieldPlaced(Ground::FleeingAbuse));
        decide(&mut record, considered(&[2], Rest::None));
        decide(&mut record, considered(&[], Rest::More));
        assert!(record.awaits_consideration());
        assert!(is_left(&record, 2, HOME));
        assert!(!is_left(&record, 2, REFUGE), "it gives away more now");
        decide(&mut record, considered(&[3], Rest::None));
        assert!(!record.awaits_consideration());
    }

    #[test]
    fn x3_a_shield_that_is_placed_again_is_considered_again() {
        let mut record = Record::empty(Number::from_random(1));
        decide(&mut record, Decided::ShieldPlaced(Ground::FleeingAbuse));
        decide(&mut record, considered(&[2], Rest::None));
        decide(&mut record, Decided::ShieldLifted);
        assert!(!record.awaits_consideration());
        decide(&mut record, Decided::ShieldPlaced(Ground::PoliceProtection));
        assert!(record.awaits_consideration());
        assert!(!is_left(&record, 2, HOME));
    }

    #[test]
    fn f1_a_shield_is_by_rule_until_a_person_places_one() {
        let mut record = Record::empty(Number::from_random(1));
        assert!(!record.is_shielded_by_rule());
        let now = Now {
            at: Timestamp::UNIX_EPOCH,
            today: date(2026, 1, 1),
        };
        let placed = || Decided::ShieldPlaced(Ground::FleeingAbuse);
        record.decide(Author::Directory, now, placed());
        assert!(record.is_shielded_by_rule());
        decide(&mut record, Decided::ShieldLifted);
        assert!(!record.is_shielded_by_rule());
        decide(&mut record, placed());
        assert!(!record.is_shielded_by_rule());
        // What is merged into it later brings its own.
        record.decide(Author::Directory, now, placed());
        assert!(!record.is_shielded_by_rule());
    }
}
