//! A shielded child of no authority is taken on by two officers of one (L4), on both databases; until then nobody is told what is held,
//! and where somebody is responsible nobody is told that either (X1, X2).

use directory::access::Refusal;
use directory::account::Role;
use directory::child::View;
use directory::reason::Reason;
use directory::row::Waits;
use directory::shield::Ground;
use directory::statement::SourceKind;
use directory::supplied::{Outcome, Restriction, Row, Supplier};
use directory::take_on::{Said, Word};
use jiff::civil::date;
use store::{Session, Verdict};

use crate::practice::{Practice, account, by_name, parse, row, secrets};
use crate::review::{staffed, taken_up, waiting};

const BORN: directory::Date = date(2013, 8, 21);

fn maya(key: &str) -> Row {
    row(key, "Maya", "Hollis", BORN)
}

fn nowhere(key: &str) -> Row {
    let mut row = maya(key);
    row.particulars.residence = None;
    row
}

/// A second officer in each of two authorities.
fn two_officers_each(test: impl Fn(&Practice)) {
    staffed(|practice| {
        for (id, user, organisation) in [(14, "sue", 2), (15, "ben", 3)] {
            let account = account(id, user, vec![Role::ShieldingOfficer], organisation);
            practice
                .store
                .put_account(&account, Some(&secrets(user)), practice.now())
                .unwrap();
        }
        test(practice);
    });
}

/// Maya is restricted at source, and another supplier's row that may be of her is held.
fn held(practice: &Practice, first: Row) {
    let shielded = Row {
        restriction: Restriction::AtSource,
        ..first
    };
    practice.accept(&[shielded]);
    census(practice, "c1");
}

fn census(practice: &Practice, key: &str) {
    let supplier = Supplier {
        code: parse("census"),
        kind: SourceKind::Census,
    };
    let rows = [maya(key)];
    let store = &practice.store;
    let outcomes = store.accept(&supplier, &rows, practice.now());
    assert_eq!(
        outcomes.unwrap(),
        [Outcome::Accepted],
        "as if she were open"
    );
}

/// The child as an officer finds her by what everybody sees, with the reason given.
fn found(practice: &Practice, session: &Session) -> String {
    let (store, reason) = (&practice.store, Reason::ShieldDecision);
    let query = by_name("Maya", "Hollis", BORN);
    let found = store.search(session, reason, query, practice.now());
    let reference = found.unwrap().unwrap().children[0].reference.clone();
    let given = store.give_reason(session, &reference, reason, practice.now());
    given.unwrap().unwrap();
    reference
}

fn says(practice: &Practice, user: &str) -> Result<Said, Refusal> {
    let session = practice.session(user);
    let child = found(practice, &session);
    let store = &practice.store;
    store.take_on(&session, &child, practice.now()).unwrap()
}

fn sees_all(practice: &Practice, user: &str) -> bool {
    let session = practice.session(user);
    let child = found(practice, &session);
    let shown = practice.store.disclose(&session, &child, practice.now());
    matches!(shown.unwrap().unwrap().view(), View::Whole(_))
}

fn held_for(practice: &Practice, user: &str) -> u64 {
    waiting(practice, &practice.session(user), Waits::Held)
}

#[test]
fn l4_two_officers_take_on_a_child_of_no_authority_and_what_is_held_goes_on() {
    two_officers_each(|practice| {
        held(practice, nowhere("1"));
        assert_eq!(
            [held_for(practice, "sam"), held_for(practice, "bob")],
            [0, 0]
        );
        assert_eq!(says(practice, "sam"), Ok(Said::First));
        assert!(!sees_all(practice, "sam"), "nobody alone");
        assert_eq!(held_for(practice, "sam"), 0);
        assert_eq!(says(practice, "sue"), Ok(Said::Second));
        assert!(sees_all(practice, "sam") && !sees_all(practice, "bob"));
        assert_eq!(
            [held_for(practice, "sam"), held_for(practice, "bob")],
            [1, 0]
        );

        let (sam, store) = (practice.session("sam"), &practice.store);
        let taken = taken_up(practice, &sam, Waits::Held);
        let shown = store.show_row(&sam, (Waits::Held, &taken), practice.now());
        let of = shown.unwrap().unwrap().beside[0].reference.clone();
        let verdict = Verdict::Link(of);
        let decided = store.decide_row(&sam, (Waits::Held, &taken), &verdict, practice.now());
        decided.unwrap().unwrap();
        assert_eq!(held_for(practice, "sam"), 0);
        let later = practice.after_seconds(400 * 24 * 3_600);
        assert!(!store.holds_what_nobody_decides(later).unwrap());
    });
}

#[test]
fn l4_nobody_takes_a_child_on_alone_nor_two_of_two_authorities() {
    two_officers_each(|practice| {
        held(practice, nowhere("1"));
        assert_eq!(says(practice, "sam"), Ok(Said::First));
        assert_eq!(says(practice, "sam"), Err(Refusal::AlreadySo));
        assert_eq!(says(practice, "bob"), Ok(Said::First));
        assert!(!sees_all(practice, "sam") && !sees_all(practice, "bob"));
        let (bob, store) = (practice.session("ben"), &practice.store);
        let child = found(practice, &bob);
        let word = store.take_on_word(&bob, &child, practice.now());
        assert!(
            matches!(word, Ok(Ok(Word::Colleagues(_)))),
            "of the own alone"
        );
    });
}

#[test]
fn x1_a_child_of_another_authority_is_not_taken_and_the_answers_are_the_same() {
    two_officers_each(|practice| {
        held(practice, maya("1"));
        assert_eq!(held_for(practice, "sam"), 1);
        assert_eq!(says(practice, "bob"), Ok(Said::First));
        assert_eq!(says(practice, "ben"), Ok(Said::Second));
        assert!(sees_all(practice, "sam") && !sees_all(practice, "bob"));
        assert_eq!(
            [held_for(practice, "sam"), held_for(practice, "bob")],
            [1, 0]
        );
    });
}

#[test]
fn c6_whoever_shields_a_child_of_no_authority_is_asked_about_what_is_held() {
    two_officers_each(|practice| {
        practice.accept(&[nowhere("1")]);
        let (bob, store) = (practice.session("bob"), &practice.store);
        let child = found(practice, &bob);
        store
            .shield(&bob, &child, Ground::FleeingAbuse, practice.now())
            .unwrap()
            .unwrap();
        census(practice, "c1");
        assert_eq!(
            [held_for(practice, "sam"), held_for(practice, "bob")],
            [0, 1]
        );
        assert!(sees_all(practice, "bob") && !sees_all(practice, "sam"));
        store.sequence(practice.now()).unwrap();
        let audit = store.verify(&[], &mut |_| {}).unwrap();
        assert_eq!(audit.finding, None);
    });
}

#[test]
fn l4_an_open_child_is_taken_on_by_nobody_and_only_shielding_officers_ask() {
    two_officers_each(|practice| {
        practice.accept(&[nowhere("1")]);
        assert_eq!(says(practice, "sam"), Err(Refusal::AlreadySo));
        practice.accept(&[maya("1")]);
        let (jane, store) = (practice.session("jane"), &practice.store);
        let child = practice.opened(&jane, by_name("Maya", "Hollis", BORN));
        let asked = store.take_on(&jane, &child, practice.now()).unwrap();
        assert_eq!(asked, Err(Refusal::NoReason));
    });
}
