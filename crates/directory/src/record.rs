//! A record: what sources said of one child and what people decided. Nothing is overwritten.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::account::AccountId;
use crate::connected::Considered;
use crate::correction::{Dispute, Disputed, SourceAnswered};
use crate::ended_for::EndedFor;
use crate::entry::Entry;
use crate::following::Weight;
use crate::held_word::HeldWord;
use crate::lifecycle::Participation;
use crate::number::Number;
use crate::row::{RowMark, RowWords};
use crate::shield::Ground;
use crate::statement::{Said, Source, SourceKind, Statement};
use crate::text::{AuthorityCode, SupplierCode, SupplierKey};
use crate::transfer::Step;
use crate::{Date, Now, Timestamp};

/// The most statements a record holds; past it a row waits for a person, as no child has so many.
pub const STATEMENTS_MAX: usize = 400;
/// The most statements that wait behind one shield; past it the newest take the place of those that guard least.
pub const QUARANTINED_MAX: usize = 64;

/// One child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The ContactPoint number.
    pub number: Number,
    /// What sources said, oldest first.
    pub statements: Vec<Statement>,
    /// What authorised people decided, oldest first.
    pub decisions: Vec<Decision>,
    /// What sources said that may be of this shielded child, until a shielding officer decides, oldest first. It only guards: words
    /// like it are held too, as far as it is of the child (F1). Nothing of it is ever shown or found.
    pub quarantined: Vec<Quarantined>,
    /// What those rows would have said if no child were shielded, in the order in which they came (X2).
    pub held_words: Vec<HeldWord>,
}

/// What a source said that may be of a shielded child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// What it said.
    pub statement: Statement,
    /// The supplier's other own keys for the child, in the same row.
    pub also: Vec<SupplierKey>,
    /// Whether the source itself restricts it: it is of a shielded child, of this one or of another (C20).
    pub is_restricted: bool,
}

/// What an authorised person decided about a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Who decided.
    pub by: Author,
    /// When.
    pub at: Timestamp,
    /// What.
    pub decided: Decided,
}

/// Who a decision is by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// A person with an account.
    Account(AccountId),
    /// A supplier that restricts its own record (C20), takes a consent back, or answers to what is listed for it (X8).
    Supplier(SupplierCode),
    /// The directory itself, by a rule.
    Directory,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    /// The shield was placed.
    ShieldPlaced(Ground),
    /// The shield was lifted.
    ShieldLifted,
    /// A young adult stays by their own consent, on a ground (R22).
    Participates(Participation),
    /// A young adult's consent was withdrawn, or the ground ended.
    ParticipationEnded,
    /// Something on the record was reported as wrong (R83).
    Reported(Box<Dispute>),
    /// What is right was set, over what sources say (R88).
    Corrected(Box<Dispute>),
    /// The correction of a field that stood last was undone.
    CorrectionUndone(Disputed),
    /// An entry of a list that had been taken out is shown again.
    EntryShown(Box<Entry>),
    /// The reports of a field were looked into, and nothing is wrong.
    ReportDismissed(Disputed),
    /// A source answered to what is listed for it (X8).
    SourceAnswered(Box<SourceAnswered>),
    /// An involvement that a practitioner recorded was ended by somebody else, for a cause that the ledger keeps (R20, L3).
    WorkEnded(Box<EndedFor>),
    /// This authority is responsible, whatever its statements say of the first address: they were joined or parted.
    Allocated(AuthorityCode),
    /// A shielding officer would have this authority be responsible, if none is: a second one of it has to say so too (L4).
    Offered(AuthorityCode),
    /// An officer did something about a child's move into another authority's area (L4).
    Transfer(Box<Step>),
    /// An officer decided about open records that are connected with this shielded one (X3).
    Considered(Box<Considered>),
    /// A waiting row is of this child.
    RowLinked(RowMark),
    /// A waiting row is not of this child.
    RowApart {
        /// The row.
        row: RowMark,
        /// In which words it was seen. `None`: nobody looked at words, or it was decided before they were kept.
        words: Option<RowWords>,
    },
    /// The directory found that the record of this number may be of the same child; or an officer looked, and could not tell.
    MayBeSame(Number),
    /// The record of this number is of another child, whatever is said later.
    NotSame(Number),
    /// The directory found that this record and that of this number are hardly alike any more, or that others are likelier: whether they
    /// are of one child is not asked until they are found again.
    WaitsNoLonger(Number),
    /// The record of this number is of the same child: what it held is here now.
    Merged(Number),
    /// This record is of the same child as that of this number, which holds everything now.
    MergedInto(Number),
    /// The merger with the record of this number was taken back.
    MergeUndone(Number),
    /// What this source said came with the last merger, but for so many statements that were here.
    Brought {
        /// The source, by its keyed hash.
        source: RowMark,
        /// How many statements of it were here before.
        kept: u16,
    },
    /// Some of it was of another child, whose record has this number now.
    Split(Number),
    /// This record was part of the record of this number.
    SplitFrom(Number),
    /// The split from the record of this number was taken back: the number finds this record from now on.
    SplitUndone(Number),
    /// A statement that went with the last split stood here.
    Parted {
        /// Its place among the statements, from 0.
        place: u16,
    },
    /// A report or correction is of what went with a split, and counts here no longer until that is taken back; or it ended where it went.
    DisputeParted {
        /// The number of the record that was split off.
        off: Number,
        /// Whether it is a report.
        weight: Weight,
        /// What was said.
        dispute: Box<Dispute>,
    },
}

/// Whether a record is shielded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shielding {
    /// Every detail is visible to practitioners.
    None,
    /// Only name, date of birth, gender and number are visible.
    Shielded,
}

/// What became of a statement that was offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// Said before, word for word, on the same day or later: nothing changed.
    Unchanged,
    /// Said before; confirmed on a later day.
    Confirmed,
    /// New, or it took the place of what the same source said before.
    Changed,
    /// The record is full.
    Full,
}

/// What became of a statement that was to be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withdrawn {
    /// It stands no longer.
    Withdrawn,
    /// The source said nothing that stood.
    NothingStood,
}

impl Quarantined {
    /// Forgets which other keys of its supplier the row had, of those that are gone.
    pub fn forget_also(&mut self, is_gone: impl Fn(&Source) -> bool) {
        let mut source = self.statement.source.clone();
        self.also.retain(|key| {
            source.key = key.clone();
            !is_gone(&source)
        });
    }

    /// Takes over how the same words were said again: under which other keys, and whether restricted. Gives whether that is new.
    pub(crate) fn take_over(&mut self, again: &Quarantined) -> bool {
        let new: Vec<SupplierKey> = again
            .also
            .iter()
            .filter(|key| !self.also.contains(key))
            .cloned()
            .collect();
        let restricts = again.is_restricted && !self.is_restricted;
        let is_new = restricts || !new.is_empty();
        self.also.extend(new);
        self.is_restricted |= again.is_restricted;
        is_new
    }
}

impl Record {
    /// A record of which nothing is known yet.
    #[must_use]
    pub fn empty(number: Number) -> Record {
        Record {
            number,
            statements: Vec::new(),
            decisions: Vec::new(),
            quarantined: Vec::new(),
            held_words: Vec::new(),
        }
    }

    /// Whether it is shielded. A shield never lapses by time: only a person's decision lifts it (R49), no supplier's word.
    #[must_use]
    pub fn shielding(&self) -> Shielding {
        let last = self.decisions.iter().rev().find_map(|decision| {
            match (&decision.decided, &decision.by) {
                (Decided::ShieldPlaced(_), _) => Some(Shielding::Shielded),
                (Decided::ShieldLifted, Author::Account(_)) => Some(Shielding::None),
                _ => None,
            }
        });
        last.unwrap_or(Shielding::None)
    }

    /// The statements that stand.
    pub fn standing(&self) -> impl Iterator<Item = &Statement> {
        self.statements
            .iter()
            .filter(|statement| statement.superseded.is_none())
    }

    /// Takes what a source says. The same again only moves the day of its last confirmation; something else takes the place
    /// of what the same source said under the same key. An older file never replaces a newer statement, and brings none back that has ended
    /// since. When the record is full, nothing changes.
    pub fn accept(&mut self, source: Source, said: Said, confirmed: Date) -> Accepted {
        let full = self.statements.len() >= STATEMENTS_MAX;
        let standing = self
            .statements
            .iter_mut()
            .find(|s| s.superseded.is_none() && s.source == source);
        if let Some(standing) = standing {
            if standing.said == said {
                if confirmed <= standing.last_confirmed {
                    return Accepted::Unchanged;
                }
                standing.last_confirmed = confirmed;
                return Accepted::Confirmed;
            }
            if confirmed < standing.last_confirmed {
                return Accepted::Unchanged;
            }
            if full {
                return Accepted::Full;
            }
            standing.superseded = Some(confirmed);
        } else if self.has_ended_since(&source, confirmed) {
            return Accepted::Unchanged;
        } else if full {
            return Accepted::Full;
        }
        let statement = Statement {
            source,
            first_confirmed: confirmed,
            last_confirmed: confirmed,
            superseded: None,
            said,
        };
        self.statements.push(statement);
        Accepted::Changed
    }

    /// Whether what a source said has ended on a later day than this, and nothing took its place: an older word of it is not heard, whatever
    /// the source has said since.
    #[must_use]
    pub fn has_ended_since(&self, source: &Source, day: Date) -> bool {
        let said = || {
            let said = self.statements.iter().filter(|s| s.source == *source);
            said.filter(|s| !s.is_taken_back())
        };
        let is_in_place = |until: Date| said().any(|next| next.first_confirmed == until);
        let mut ends = said().filter_map(|s| s.superseded);
        ends.any(|until| until > day && !is_in_place(until))
    }

    /// Takes back what a source says, from a day on: it stands no longer, and is kept for the archive (R25).
    ///
    /// Of a sensitive involvement nothing is kept, at once: neither it nor what its supplier said of the child beside it
    /// (X4, X5). What the supplier says on its own account stays: what it said again without the involvement, and what else of it
    /// stands speaks for. Gives whether there was anything to take back.
    pub fn withdraw(&mut self, source: &Source, on: Date) -> Withdrawn {
        let standing = self
            .statements
            .iter_mut()
            .find(|s| s.superseded.is_none() && s.source == *source);
        let Some(standing) = standing else {
            return Withdrawn::NothingStood;
        };
        if !matches!(standing.said, Said::Sensitive(_)) {
            standing.superseded = Some(on.max(standing.last_confirmed));
            return Withdrawn::Withdrawn;
        }
        let said_last = standing.last_confirmed;
        self.statements
            .retain(|s| !(matches!(s.said, Said::Sensitive(_)) && s.source == *source));
        let of_supplier = |s: &Statement| {
            s.source.supplier == source.supplier && s.source.kind == SourceKind::Local
        };
        let is_beside = |s: &Statement| {
            of_supplier(s)
                && matches!(s.said, Said::Particulars(_))
                && s.last_confirmed <= said_last
        };
        let speaks_on = |s: &Statement| of_supplier(s) && s.superseded.is_none() && !is_beside(s);
        if !self.statements.iter().any(speaks_on) {
            self.statements.retain(|s| !is_beside(s));
        }
        Withdrawn::Withdrawn
    }

    /// Keeps what a source said that may be of this shielded child; what it said so before under the same key is replaced, and guards
    /// still. Gives whether that is something new: an older word never takes the place of a newer one.
    pub fn quarantine(&mut self, mut word: Quarantined) -> bool {
        let mut standing = self
            .quarantined
            .iter_mut()
            .filter(|one| one.statement.superseded.is_none());
        if let Some(known) = standing.find(|one| one.statement.source == word.statement.source) {
            let (said, confirmed) = (&word.statement.said, word.statement.last_confirmed);
            if confirmed < known.statement.last_confirmed || known.statement.said == *said {
                return known.take_over(&word);
            }
            // What was restricted once guards as such until a person decides.
            word.is_restricted |= known.is_restricted;
            known.statement.superseded = Some(confirmed);
        }
        if self.quarantined.len() >= QUARANTINED_MAX {
            self.make_room_for(&word.statement.source.supplier);
        }
        self.quarantined.push(word);
        true
    }

    /// Lets the word go that guards least, for one more of a supplier. Last of all go those under a key by which their source speaks of this
    /// child now, as of a new name in hiding. Of the others one of the supplier goes that would have the most: however many rows one
    /// sends, it pushes out its own before any other supplier's, restricted ones included.
    fn make_room_for(&mut self, supplier: &SupplierCode) {
        let of = |one: &Quarantined| one.statement.source.supplier.clone();
        let mut counts: HashMap<SupplierCode, usize> = HashMap::from([(supplier.clone(), 1)]);
        for one in &self.quarantined {
            let count = counts.entry(of(one)).or_default();
            *count = count.saturating_add(1);
        }
        let guards = |one: &Quarantined| {
            let stands = one.statement.superseded.is_none();
            let mut said = self.statements.iter();
            let is_own_word = stands && said.any(|said| said.source == one.statement.source);
            let count = counts.get(&of(one)).copied();
            (is_own_word, Reverse(count), one.is_restricted, stands)
        };
        let words = self.quarantined.iter().enumerate();
        let least = words.min_by_key(|(_, one)| guards(one));
        let Some(least) = least.map(|(place, _)| place) else {
            return;
        };
        let gone = self.quarantined.remove(least).statement.source;
        // By its key nobody finds it any more: what it would have said is not kept either.
        if !self.waiting().any(|one| one.source == gone) {
            self.held_words.retain(|word| word.statement.source != gone);
        }
    }

    /// What sources said that waits behind the shield, oldest first.
    pub fn waiting(&self) -> impl DoubleEndedIterator<Item = &Statement> + Clone {
        self.quarantined.iter().map(|one| &one.statement)
    }

    /// Adds a decision.
    pub fn decide(&mut self, by: Author, now: Now, decided: Decided) {
        self.decisions.push(Decision {
            by,
            at: now.at,
            decided,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use crate::statement::Particulars;
    use crate::text::SupplierKey;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn source(key: &str) -> Source {
        Source {
            kind: SourceKind::Nhs,
            supplier: SupplierCode::parse("nhs").unwrap(),
            key: SupplierKey::parse(key).unwrap(),
        }
    }

    fn said(day: i8) -> Said {
        Said::Particulars(Box::new(Particulars {
            born: Some(date(2015, 1, day)),
            ..Particulars::default()
        }))
    }

    fn word(key: &str, day: i8, confirmed: Date) -> Quarantined {
        sample::quarantined(source(key), said(day), confirmed)
    }

    fn now() -> Now {
        Now {
            at: Timestamp::UNIX_EPOCH,
            today: date(2026, 1, 1),
        }
    }

    #[test]
    fn the_same_said_twice_changes_nothing() {
        let mut record = Record::empty(Number::from_random(1));
        assert_eq!(
            record.accept(source("a"), said(1), date(2026, 1, 1)),
            Accepted::Changed
        );
        let before = record.clone();
        assert_eq!(
            record.accept(source("a"), said(1), date(2026, 1, 1)),
            Accepted::Unchanged
        );
        assert_eq!(record, before);
        assert_eq!(
            record.accept(source("a"), said(1), date(2026, 2, 1)),
            Accepted::Confirmed
        );
        assert_eq!(record.statements.len(), 1);
    }

    #[test]
    fn an_older_word_brings_nothing_back_that_has_ended_since() {
        let mut record = Record::empty(Number::from_random(1));
        record.accept(source("a"), said(1), date(2026, 1, 1));
        record.accept(source("b"), said(1), date(2026, 1, 1));
        record.withdraw(&source("a"), date(2026, 2, 1));
        for day in [1, 31] {
            let older = record.accept(source("a"), said(2), date(2026, 1, day));
            assert_eq!((older, record.standing().count()), (Accepted::Unchanged, 1));
        }
        let since =
            |record: &Record, key: &str| record.has_ended_since(&source(key), date(2026, 1, 31));
        assert!(since(&record, "a") && !since(&record, "b"));
        let mut of_that_day = record.clone();
        let again = of_that_day.accept(source("a"), said(2), date(2026, 2, 1));
        assert_eq!(again, Accepted::Changed);
        assert!(!since(&of_that_day, "a"), "it took its place");
        record.accept(source("a"), said(2), date(2026, 2, 2));
        assert!(since(&record, "a"), "it had ended before it came back");
    }

    #[test]
    fn nothing_is_overwritten_and_an_older_file_wins_nothing() {
        let mut record = Record::empty(Number::from_random(1));
        record.accept(source("a"), said(1), date(2026, 1, 1));
        record.accept(source("a"), said(2), date(2026, 2, 1));
        assert_eq!(record.statements.len(), 2);
        assert_eq!(record.standing().count(), 1);
        assert_eq!(
            record.accept(source("a"), said(3), date(2026, 1, 15)),
            Accepted::Unchanged
        );
        assert_eq!(record.standing().next().unwrap().said, said(2));
    }

    #[test]
    fn r49_a_shield_stays_until_it_is_lifted() {
        let mut record = Record::empty(Number::from_random(1));
        assert_eq!(record.shielding(), Shielding::None);
        record.decide(
            Author::Account(AccountId(1)),
            now(),
            Decided::ShieldPlaced(Ground::FleeingAbuse),
        );
        record.decide(
            Author::Account(AccountId(1)),
            now(),
            Decided::ParticipationEnded,
        );
        assert_eq!(record.shielding(), Shielding::Shielded);
        record.decide(Author::Account(AccountId(2)), now(), Decided::ShieldLifted);
        assert_eq!(record.shielding(), Shielding::None);
    }

    #[test]
    fn r49_no_supplier_lifts_a_shield() {
        let mut record = Record::empty(Number::from_random(1));
        let supplier = || Author::Supplier(SupplierCode::parse("council").unwrap());
        record.decide(
            supplier(),
            now(),
            Decided::ShieldPlaced(Ground::RestrictedAtSource),
        );
        record.decide(supplier(), now(), Decided::ShieldLifted);
        assert_eq!(record.shielding(), Shielding::Shielded);
    }

    #[test]
    fn a_full_record_keeps_what_stood() {
        let mut record = Record::empty(Number::from_random(1));
        for index in 0..STATEMENTS_MAX {
            let key = index.to_string();
            record.accept(source(&key), said(1), date(2026, 1, 1));
        }
        let before = record.clone();
        assert_eq!(
            record.accept(source("0"), said(2), date(2026, 2, 1)),
            Accepted::Full
        );
        assert_eq!(
            record.accept(source("new"), said(2), date(2026, 2, 1)),
            Accepted::Full
        );
        assert_eq!(record, before);
        assert_eq!(
            record.accept(source("0"), said(1), date(2026, 2, 1)),
            Accepted::Confirmed
        );
    }

    #[test]
    fn f1_what_is_quarantined_says_nothing_of_the_child_and_is_kept_once_for_each_key() {
        let mut record = Record::empty(Number::from_random(1));
        record.accept(source("a"), said(1), date(2026, 1, 1));
        assert!(record.quarantine(word("b", 2, date(2026, 2, 1))));
        assert!(!record.quarantine(word("b", 2, date(2026, 3, 1))));
        assert!(!record.quarantine(word("b", 3, date(2026, 1, 1))));
        assert!(record.quarantine(word("b", 3, date(2026, 3, 1))));
        assert_eq!(
            (record.quarantined.len(), record.standing().count()),
            (2, 1)
        );
        assert_eq!(
            record.quarantined[0].statement.superseded,
            Some(date(2026, 3, 1))
        );
        for key in 0..QUARANTINED_MAX {
            assert!(record.quarantine(word(&key.to_string(), 4, date(2026, 3, 1))));
            assert!(record.quarantine(word(&key.to_string(), 5, date(2026, 3, 1))));
        }
        assert_eq!(record.quarantined.len(), QUARANTINED_MAX);
        assert!(record.waiting().all(|s| s.source != source("b")));
    }

    #[test]
    fn c20_what_its_source_restricted_once_guards_as_such_and_goes_last() {
        let mut record = Record::empty(Number::from_random(1));
        let restricted = |word: Quarantined| Quarantined {
            is_restricted: true,
            ..word
        };
        assert!(record.quarantine(word("a", 2, date(2026, 2, 1))));
        assert!(record.quarantine(restricted(word("a", 2, date(2026, 2, 1)))));
        assert!(!record.quarantine(word("a", 2, date(2026, 2, 2))));
        assert!(record.quarantine(word("a", 3, date(2026, 2, 3))));
        assert!(record.quarantined.iter().all(|one| one.is_restricted));
        for key in 0..QUARANTINED_MAX {
            record.quarantine(word(&key.to_string(), 4, date(2026, 3, 1)));
        }
        let of_a = record.waiting().filter(|s| s.source == source("a"));
        assert_eq!(of_a.count(), 2);
    }

    #[test]
    fn f1_what_waits_under_a_key_of_the_childs_own_is_pushed_out_by_no_other_suppliers_rows() {
        let mut record = Record::empty(Number::from_random(1));
        record.accept(source("a"), said(1), date(2026, 1, 1));
        assert!(record.quarantine(word("b", 2, date(2026, 2, 1))));
        assert!(record.quarantine(word("a", 2, date(2026, 2, 1))));
        for key in 0..QUARANTINED_MAX {
            record.quarantine(word(&key.to_string(), 4, date(2026, 3, 1)));
        }
        let waits = |key| record.waiting().any(|one| one.source == source(key));
        assert!(waits("a") && !waits("b"));
    }

    #[test]
    fn f1_restricted_rows_of_one_supplier_push_out_no_other_suppliers_guards() {
        let of = |supplier: &str, key: &str| Source {
            supplier: SupplierCode::parse(supplier).unwrap(),
            ..source(key)
        };
        let restricted = |supplier: &str, key: &str| Quarantined {
            is_restricted: true,
            ..sample::quarantined(of(supplier, key), said(2), date(2026, 2, 1))
        };
        let mut record = Record::empty(Number::from_random(1));
        record.accept(source("a"), said(1), date(2026, 1, 1));
        assert!(record.quarantine(word("a", 3, date(2026, 2, 1))));
        assert!(record.quarantine(word("b", 3, date(2026, 2, 1))));
        assert!(record.quarantine(restricted("council", "c")));
        let is_held = |record: &Record, of: &Source| record.waiting().any(|one| one.source == *of);
        for key in 0..2 * QUARANTINED_MAX {
            assert!(record.quarantine(restricted("flood", &key.to_string())));
        }
        assert_eq!(record.quarantined.len(), QUARANTINED_MAX);
        for kept in [source("a"), source("b"), of("council", "c")] {
            assert!(is_held(&record, &kept), "{kept:?}");
        }
        // Nor do they keep out what another says later, and that does not take the place of what the same has said.
        assert!(record.quarantine(restricted("council", "d")));
        for kept in [
            source("a"),
            source("b"),
            of("council", "c"),
            of("council", "d"),
        ] {
            assert!(is_held(&record, &kept), "{kept:?}");
        }
        assert_eq!(record.quarantined.len(), QUARANTINED_MAX);
    }

    #[test]
    fn r25_what_is_withdrawn_is_kept_for_the_archive_and_stands_no_longer() {
        let mut record = Record::empty(Number::from_random(1));
        record.accept(source("a"), said(1), date(2026, 1, 1));
        assert_eq!(
            record.withdraw(&source("b"), date(2026, 2, 1)),
            Withdrawn::NothingStood
        );
        assert_eq!(
            record.withdraw(&source("a"), date(2026, 2, 1)),
            Withdrawn::Withdrawn
        );
        assert_eq!((record.standing().count(), record.statements.len()), (0, 1));
    }

    #[test]
    fn x5_of_a_withdrawn_sensitive_involvement_nothing_is_kept() {
        let mut record = Record::empty(Number::from_random(1));
        record.accept(source("a"), said(1), date(2026, 1, 1));
        let before = record.clone();
        let local = |key| sample::source(SourceKind::Local, "recovery", key);
        record.accept(local("child"), said(2), date(2026, 1, 1));
        record.accept(
            local("service"),
            sample::sensitive("SM01"),
            date(2026, 1, 1),
        );
        assert_eq!(
            record.withdraw(&local("service"), date(2026, 2, 1)),
            Withdrawn::Withdrawn
        );
        assert_eq!(record, before);
    }

    #[test]
    fn x4_what_a_supplier_says_on_its_own_account_stays_when_a_consent_ends() {
        let local = |key| sample::source(SourceKind::Local, "council", key);
        let mut record = Record::empty(Number::from_random(1));
        record.accept(local("child"), said(2), date(2026, 1, 1));
        record.accept(local("one"), sample::sensitive("SM01"), date(2026, 1, 1));
        record.accept(local("two"), sample::sensitive("SM01"), date(2026, 1, 1));
        record.withdraw(&local("one"), date(2026, 2, 1));
        assert_eq!(record.standing().count(), 2, "another consent stands");
        // The child is known to the council for itself, too.
        record.accept(local("child"), said(2), date(2026, 2, 1));
        record.withdraw(&local("two"), date(2026, 2, 1));
        assert_eq!(record.statements.len(), 1);
        assert_eq!(record.standing().count(), 1);
    }

    proptest! {
        #[test]
        fn any_history_of_one_source_stands_as_at_most_one_statement(days in prop::collection::vec((1i8..28, 1i8..28), 0..40)) {
            let mut record = Record::empty(Number::from_random(1));
            for (what, when) in days {
                record.accept(source("a"), said(what), date(2026, 1, when));
            }
            prop_assert!(record.standing().count() <= 1);
        }
    }
}
