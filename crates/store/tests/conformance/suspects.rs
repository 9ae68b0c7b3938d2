//! Beside a record the likeliest wait, whoever else has a number that stands wherever a system knows none, and a night that is always cut
//! short comes to its end.

use std::ops::ControlFlow;

use directory::access::Refusal;
use directory::reason::Reason;
use directory::run::Reach;
use directory::supplied::{Outcome, Row};
use jiff::civil::date;
use store::{PairAnswer, Session, Sifted, SuspectedBy, WantedPair};

use crate::practice::{Practice, row, with_nhs_number};
use crate::review::staffed;
use crate::runs::{File, load};
use crate::suspected::{
    BORN, CENSUS, HOUSING, NUMBER, accepts, decides, is_sound, listed, maya, of_one_name, on, sift,
    supplier,
};

const GIVEN: [&str; 17] = [
    "Zahra", "Ivo", "Nkechi", "Bronwen", "Tomasz", "Yuki", "Callum", "Sorrel", "Dmitri", "Esme",
    "Farouk", "Gwilym", "Honor", "Jerome", "Lakshmi", "Otis", "Perpetua",
];
const FAMILY: [&str; 17] = [
    "Bukhari",
    "Pritchard",
    "Okonjo",
    "Vaughan",
    "Wolski",
    "Tanaka",
    "Sutherland",
    "Dunmore",
    "Petrov",
    "Ashby",
    "Haddad",
    "Llewelyn",
    "Croft",
    "Baptiste",
    "Iyer",
    "Quennell",
    "Rivers",
];

/// A child of whom nothing is alike to any other but what stands in [`GIVEN`] and [`FAMILY`].
fn stranger(at: usize) -> Row {
    let of = |names: [&'static str; 17], at: usize| names[at % names.len()];
    let (given, family) = (of(GIVEN, at), of(FAMILY, at + at / GIVEN.len()));
    let part = |of: usize| i8::try_from(at % of + 1).unwrap();
    let born = date(2008 + i16::from(part(7)), part(11), part(27));
    let mut row = row(&format!("x{at}"), given, family, born);
    row.particulars.residence = None;
    row.particulars.education = None;
    row.particulars.primary_care = None;
    row
}

/// So many children whom a system gives the number that it gives whoever has none.
pub fn strangers_of_one_number(practice: &Practice, count: usize) {
    for at in 0..count {
        let taken = accepts(practice, HOUSING, stranger(at));
        assert_eq!(taken, Outcome::Accepted, "{at}");
        let numbered = with_nhs_number(on(stranger(at), 2), NUMBER);
        assert_eq!(
            accepts(practice, HOUSING, numbered),
            Outcome::Accepted,
            "{at}"
        );
    }
}

/// The first record of Maya is said to have the number.
pub fn maya_has_it(practice: &Practice) {
    let numbered = with_nhs_number(on(row("1", "Maya", "Hollis", BORN), 4), NUMBER);
    assert_eq!(practice.accept(&[numbered]), [Outcome::Accepted]);
}

/// References to both records of Maya, with the reason given for both.
fn both_of_maya(practice: &Practice, session: &Session) -> [String; 2] {
    let (store, reason) = (&practice.store, Reason::DataQuality);
    let found = store.search(session, reason, maya(), practice.now());
    let found = found.unwrap().unwrap().children;
    let references = found.iter().map(|one| {
        let given = store.give_reason(session, &one.reference, reason, practice.now());
        given.unwrap().unwrap();
        one.reference.clone()
    });
    references.collect::<Vec<String>>().try_into().unwrap()
}

/// Why two records wait. `None`: they do not.
fn waits(practice: &Practice, session: &Session, pair: &[String; 2]) -> Option<SuspectedBy> {
    let shown = practice.store.show_pair(session, pair, practice.now());
    match shown.unwrap() {
        Ok(shown) => Some(shown.by),
        Err(refusal) => {
            assert_eq!(refusal, Refusal::AlreadySo);
            None
        }
    }
}

/// Decides about all that wait that they are two.
fn decides_all(practice: &Practice, session: &Session) -> usize {
    let mut decided = 0;
    while let Some(line) = listed(practice, session).lines.first() {
        let pair = [line.reference.clone(), line.other.clone()];
        let (store, wanted) = (&practice.store, WantedPair::This(pair.clone()));
        let taken = store.take_up_pair(session, Reason::DataQuality, wanted, practice.now());
        assert_eq!(taken.unwrap(), Ok(Some(pair.clone())));
        let answer = (&pair, PairAnswer::NotSame);
        assert_eq!(decides(practice, session, answer), Ok(()));
        decided += 1;
    }
    decided
}

#[test]
fn a_likelier_record_takes_the_place_of_the_least_likely_which_is_found_again() {
    staffed(|practice| {
        of_one_name(practice);
        maya_has_it(practice);
        // Each of the nine waits beside the eight others.
        strangers_of_one_number(practice, 8);
        let dora = practice.session("dora");
        let pair = both_of_maya(practice, &dora);
        assert_eq!(waits(practice, &dora, &pair), None);
        assert_eq!(sift(practice).found, 1);
        let by = waits(practice, &dora, &pair);
        assert_eq!(by, Some(SuspectedBy::Identity));
        assert_eq!(sift(practice).found, 0, "nobody takes it back");
        assert_eq!(decides_all(practice, &dora), 36, "one gave way");
        assert_eq!(sift(practice).found, 1, "and is found again");
        assert_eq!(decides_all(practice, &dora), 1);
        assert_eq!(sift(practice).found, 0);
        is_sound(practice);
    });
}

#[test]
fn whoever_has_the_number_too_keeps_nobody_from_being_compared() {
    staffed(|practice| {
        strangers_of_one_number(practice, 17);
        of_one_name(practice);
        maya_has_it(practice);
        let other = with_nhs_number(on(row("c1", "Maya", "Hollis", BORN), 4), NUMBER);
        assert_eq!(accepts(practice, CENSUS, other), Outcome::Accepted);
        let dora = practice.session("dora");
        let pair = both_of_maya(practice, &dora);
        assert_eq!(waits(practice, &dora, &pair), None, "all places are taken");
        sift(practice);
        assert_eq!(waits(practice, &dora, &pair), Some(SuspectedBy::Number));
        let nights = (0..5).take_while(|_| sift(practice).found > 0).count();
        assert!(nights < 5, "it comes to rest");
        assert_eq!(waits(practice, &dora, &pair), Some(SuspectedBy::Number));
        is_sound(practice);
    });
}

#[test]
fn nights_that_are_always_cut_short_come_to_the_end_of_the_journals() {
    staffed(|practice| {
        let rows = (0..150).map(stranger).collect();
        load(
            practice,
            &File {
                supplier: supplier(HOUSING.0, HOUSING.1),
                reach: Reach::Delta,
                day: 1,
                rows,
            },
        );
        of_one_name(practice);
        let dora = practice.session("dora");
        let pair = both_of_maya(practice, &dora);
        let mut nights = 0;
        while waits(practice, &dora, &pair).is_none() {
            assert!(nights < 4, "152 records, 64 a night");
            let each = &mut |_: &Sifted| ControlFlow::Break(());
            practice.store.sift(practice.now(), each).unwrap();
            nights += 1;
        }
        assert!(nights > 1);
    });
}
