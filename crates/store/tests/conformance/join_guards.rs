//! What is shielded after a split stays behind its shield when the split is taken back, and what guarded it guards on (C6, F1).

use directory::access::Refusal;
use directory::number::Number;
use directory::query::{Hidden, Query, Visible};
use directory::reason::Reason;
use directory::row::Waits;
use directory::shield::Ground;
use directory::statement::SourceKind;
use directory::supplied::Supplier;
use jiff::civil::date;
use store::{Join, Order, Session};

use crate::practice::{Practice, by_name, parse, row, visible};
use crate::review::staffed;

const BORN: directory::Date = date(2016, 3, 1);

fn by_number(number: Number) -> Query {
    let visible = Visible {
        number: Some(number),
        ..Visible::default()
    };
    Query::of(visible, Hidden::default()).unwrap()
}

/// A reference to the record of a number, with a reason given for it.
fn opened(practice: &Practice, session: &Session, reason: Reason, number: Number) -> String {
    let store = &practice.store;
    let found = store.search(session, reason, by_number(number), practice.now());
    let found = found.unwrap().unwrap();
    let reference = found.children[0].reference.clone();
    let given = store.give_reason(session, &reference, reason, practice.now());
    given.unwrap().unwrap();
    reference
}

fn join(
    practice: &Practice,
    (user, reason): (&str, Reason),
    number: Number,
    join: &Join,
) -> Result<(), Refusal> {
    let session = practice.session(user);
    let reference = opened(practice, &session, reason, number);
    let joined = practice
        .store
        .join(&session, &reference, join, practice.now());
    joined.unwrap()
}

fn numbers(practice: &Practice, query: Query) -> Vec<Number> {
    practice.shown(&practice.session("jane"), query)
}

fn shield(practice: &Practice, number: Number) {
    let sam = practice.session("sam");
    let reference = opened(practice, &sam, Reason::ShieldDecision, number);
    let ground = Ground::FleeingAbuse;
    let shielded = practice
        .store
        .shield(&sam, &reference, ground, practice.now());
    shielded.unwrap().unwrap();
}

fn census() -> Supplier {
    Supplier {
        code: parse("census"),
        kind: SourceKind::Census,
    }
}

/// By what is hidden of a shielded child.
fn by_postcode() -> Query {
    let hidden = Hidden {
        postcode: directory::text::postcode("BS37 4AX").ok(),
        ..Hidden::default()
    };
    Query::of(visible("Amina", "Hussain", Some(BORN)), hidden).unwrap()
}

/// A record of one child, and the one that was split off from it: what another supplier said.
fn parted(practice: &Practice) -> [Number; 2] {
    practice.accept(&[row("1", "Amina", "Hussain", BORN)]);
    let exact = row("c1", "Amina", "Hussain", BORN);
    let taken = practice.store.accept(&census(), &[exact], practice.now());
    taken.unwrap();
    let named = || by_name("Amina", "Hussain", BORN);
    let [whole] = numbers(practice, named())[..] else {
        panic!("one")
    };
    let dora = practice.session("dora");
    let reference = opened(practice, &dora, Reason::DataQuality, whole);
    let parts = practice
        .store
        .disclose_parts(&dora, &reference, practice.now());
    let parts = parts.unwrap().unwrap().parts;
    let split = Join::Split(vec![parts[1].reference.clone()]);
    let done = practice
        .store
        .join(&dora, &reference, &split, practice.now());
    assert_eq!(done.unwrap(), Ok(()));
    let mut off = numbers(practice, named());
    off.retain(|number| *number != whole);
    [whole, off[0]]
}

const DORA: (&str, Reason) = ("dora", Reason::DataQuality);
const SAM: (&str, Reason) = ("sam", Reason::ShieldDecision);
const BOB: (&str, Reason) = ("bob", Reason::ShieldDecision);

#[test]
fn c6_a_split_whose_record_was_shielded_since_is_taken_back_by_its_own_officers_only() {
    staffed(|practice| {
        let [whole, off] = parted(practice);
        // She is known by another name since, so that the shield on her covers the other record not.
        let mut renamed = row("c1", "Ottilie", "Vandermeer", date(2012, 8, 30));
        renamed.confirmed = date(2026, 11, 5);
        let taken = practice.store.accept(&census(), &[renamed], practice.now());
        taken.unwrap();
        shield(practice, off);
        assert_eq!(numbers(practice, by_postcode()), [whole], "open as it was");
        for user in [DORA, BOB] {
            let undone = join(practice, user, whole, &Join::Undo);
            assert_eq!(undone, Err(Refusal::NotPermitted), "{}", user.0);
        }
        assert_eq!(numbers(practice, by_postcode()), [whole], "open still");
        assert_eq!(join(practice, SAM, whole, &Join::Undo), Ok(()));
        assert!(numbers(practice, by_postcode()).is_empty(), "shielded now");
    });
}

#[test]
fn f1_a_row_held_for_a_split_record_is_held_on_when_the_split_is_taken_back() {
    staffed(|practice| {
        let [whole, off] = parted(practice);
        shield(practice, off);
        let mut like_her = row("h", "Amina", "Hussain", BORN);
        like_her.particulars.residence = None;
        practice.accept(&[like_her]);
        assert_eq!(join(practice, SAM, whole, &Join::Undo), Ok(()));
        // Under the same key her name is another: it stays behind the shield.
        let mut renamed = row("h", "Ottilie", "Vandermeer", date(2012, 8, 30));
        renamed.confirmed = date(2026, 11, 6);
        practice.accept(&[renamed]);
        let query = by_name("Ottilie", "Vandermeer", date(2012, 8, 30));
        assert!(numbers(practice, query).is_empty());
        let sam = practice.session("sam");
        let held = practice
            .store
            .worklist(&sam, (Waits::Held, Order::Oldest), practice.now());
        assert_eq!(held.unwrap().unwrap().waiting, 1);
        practice.store.sequence(practice.now()).unwrap();
        let audit = practice.store.verify(&[], &mut |_| {}).unwrap();
        assert_eq!(audit.finding, None);
    });
}
