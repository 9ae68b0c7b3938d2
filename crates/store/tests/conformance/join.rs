//! Mergers and splits: full records, guard keys and shields move with them, and each is taken back exactly.

use directory::access::Refusal;
use directory::child::View;
use directory::joining::Joining;
use directory::number::Number;
use directory::query::{Hidden, Query, Visible};
use directory::reason::Reason;
use directory::row::Waits;
use directory::shield::Ground;
use directory::supplied::{Outcome, Supplier};
use directory::text;
use jiff::civil::date;
use store::{Join, Order, Session};

use crate::practice::{Practice, by_name, parse, row, visible};
use crate::review::staffed;

const BORN: directory::Date = date(2016, 3, 1);

pub fn by_number(number: Number) -> Query {
    let visible = Visible {
        number: Some(number),
        ..Visible::default()
    };
    Query::of(visible, Hidden::default()).unwrap()
}

/// A reference to the one record of a query, with a reason given for it.
pub fn opened(practice: &Practice, session: &Session, reason: Reason, query: Query) -> String {
    let store = &practice.store;
    let found = store
        .search(session, reason, query, practice.now())
        .unwrap();
    let found = found.unwrap_or_else(|refusal| panic!("{refusal:?}"));
    let reference = found.children[0].reference.clone();
    let given = store.give_reason(session, &reference, reason, practice.now());
    given.unwrap().unwrap();
    reference
}

pub fn join(
    practice: &Practice,
    session: &Session,
    reference: &str,
    join: &Join,
) -> Result<(), Refusal> {
    let store = &practice.store;
    store
        .join(session, reference, join, practice.now())
        .unwrap()
}

fn numbers(practice: &Practice, query: Query) -> Vec<Number> {
    practice.shown(&practice.session("jane"), query)
}

/// What a practitioner sees of the record of a number.
fn view(practice: &Practice, number: Number) -> View {
    let jane = practice.session("jane");
    let reference = practice.opened(&jane, by_number(number));
    let disclosed = practice.store.disclose(&jane, &reference, practice.now());
    disclosed.unwrap().unwrap().view().clone()
}

/// Two records of one child: as the NHS has her, and as another supplier does.
fn two(practice: &Practice) -> [Number; 2] {
    practice.accept(&[row("1", "Amina", "Hussain", BORN)]);
    let mut other = row("z", "Zahra", "Bukhari", date(2016, 1, 3));
    other.particulars.residence = None;
    practice.accept(&[other]);
    let [one] = numbers(practice, by_name("Amina", "Hussain", BORN))[..] else {
        panic!("one")
    };
    let [two] = numbers(practice, by_name("Zahra", "Bukhari", date(2016, 1, 3)))[..] else {
        panic!("one")
    };
    [one, two]
}

#[test]
fn a_merger_holds_both_keeps_both_numbers_and_is_taken_back_exactly() {
    staffed(|practice| {
        let [kept, gone] = two(practice);
        let before = [view(practice, kept), view(practice, gone)];
        let dora = practice.session("dora");
        let quality = Reason::DataQuality;
        let one = opened(practice, &dora, quality, by_number(kept));
        let other = opened(practice, &dora, quality, by_number(gone));
        assert_eq!(join(practice, &dora, &one, &Join::Merge(other)), Ok(()));
        for number in [kept, gone] {
            assert_eq!(numbers(practice, by_number(number)), [kept]);
        }
        // Rows of either go to the one record.
        let mut later = row("z", "Zahra", "Bukhari", date(2016, 1, 3));
        later.particulars.residence = None;
        assert_eq!(practice.accept(&[later]), [Outcome::Unchanged]);
        let again = opened(practice, &dora, quality, by_number(gone));
        let last = practice.store.last_joining(&dora, &again).unwrap();
        assert_eq!(last, Some(Joining::Merged(gone)));
        assert_eq!(join(practice, &dora, &again, &Join::Undo), Ok(()));
        let none_left = opened(practice, &dora, quality, by_number(kept));
        assert_eq!(
            join(practice, &dora, &none_left, &Join::Undo),
            Err(Refusal::AlreadySo)
        );
        assert_eq!([view(practice, kept), view(practice, gone)], before);
        practice.store.sequence(practice.now()).unwrap();
        assert_eq!(
            practice.store.verify(&[], &mut |_| {}).unwrap().finding,
            None
        );
    });
}

#[test]
fn a_split_gives_a_child_a_record_and_is_taken_back_exactly() {
    staffed(|practice| {
        practice.accept(&[row("1", "Amina", "Hussain", BORN)]);
        let census = Supplier {
            code: parse("census"),
            kind: directory::statement::SourceKind::Census,
        };
        let exact = row("c1", "Amina", "Hussain", BORN);
        practice
            .store
            .accept(&census, &[exact], practice.now())
            .unwrap();
        let [whole] = numbers(practice, by_name("Amina", "Hussain", BORN))[..] else {
            panic!("one")
        };
        let before = view(practice, whole);
        let dora = practice.session("dora");
        let reference = opened(practice, &dora, Reason::DataQuality, by_number(whole));
        let parts = practice
            .store
            .disclose_parts(&dora, &reference, practice.now());
        let parts = parts.unwrap().unwrap().parts;
        assert_eq!(parts.len(), 2);
        let every: Vec<_> = parts.iter().map(|part| part.reference.clone()).collect();
        let all = join(practice, &dora, &reference, &Join::Split(every.clone()));
        assert_eq!(all, Err(Refusal::DoesNotFit), "nothing would stay");
        let split = Join::Split(vec![every[1].clone()]);
        assert_eq!(join(practice, &dora, &reference, &split), Ok(()));
        assert_eq!(
            numbers(practice, by_name("Amina", "Hussain", BORN)).len(),
            2
        );
        // Its own row stays with it, though it is exactly the other.
        let mut later = row("c1", "Amina", "Hussain", BORN);
        later.confirmed = date(2026, 11, 5);
        practice
            .store
            .accept(&census, &[later.clone()], practice.now())
            .unwrap();
        assert_eq!(
            numbers(practice, by_name("Amina", "Hussain", BORN)).len(),
            2
        );
        let reference = opened(practice, &dora, Reason::DataQuality, by_number(whole));
        assert_eq!(join(practice, &dora, &reference, &Join::Undo), Ok(()));
        assert_eq!(
            numbers(practice, by_name("Amina", "Hussain", BORN)),
            [whole]
        );
        let (View::Whole(now), View::Whole(was)) = (view(practice, whole), before) else {
            panic!("whole")
        };
        assert_eq!(now.name.unwrap().value, was.name.unwrap().value);
        practice.store.sequence(practice.now()).unwrap();
        assert_eq!(
            practice.store.verify(&[], &mut |_| {}).unwrap().finding,
            None
        );
    });
}

#[test]
fn x9_with_a_shielded_record_only_its_own_officers_merge_and_what_comes_of_it_is_shielded() {
    staffed(|practice| {
        let [hidden, open] = two(practice);
        let sam = practice.session("sam");
        let shield = Reason::ShieldDecision;
        let child = opened(practice, &sam, shield, by_number(hidden));
        let ground = Ground::FleeingAbuse;
        practice
            .store
            .shield(&sam, &child, ground, practice.now())
            .unwrap()
            .unwrap();
        // A row that is held guards the child under its own key.
        let mut like_her = row("h", "Amina", "Hussain", BORN);
        like_her.particulars.residence = None;
        practice.accept(&[like_her]);
        for (user, reason) in [("dora", Reason::DataQuality), ("bob", shield)] {
            let session = practice.session(user);
            let one = opened(practice, &session, reason, by_number(open));
            let other = opened(practice, &session, reason, by_number(hidden));
            for (kept, gone) in [(&one, &other), (&other, &one)] {
                let merged = join(practice, &session, kept, &Join::Merge(gone.clone()));
                assert_eq!(merged, Err(Refusal::NotPermitted), "{user}");
            }
        }
        let one = opened(practice, &sam, shield, by_number(open));
        let other = opened(practice, &sam, shield, by_number(hidden));
        assert_eq!(join(practice, &sam, &one, &Join::Merge(other)), Ok(()));
        assert!(matches!(view(practice, hidden), View::Restricted(_)));
        // What the open record was found by is hidden now, and its rows are held.
        let school = Hidden {
            postcode: text::postcode("BS37 4AX").ok(),
            ..Hidden::default()
        };
        let query = Query::of(visible("Amina", "Hussain", Some(BORN)), school).unwrap();
        assert!(numbers(practice, query).is_empty());
        let mut moved = row("z", "Zahra", "Bukhari", date(2016, 1, 3));
        moved.confirmed = date(2026, 11, 6);
        practice.accept(&[moved]);
        let mut renamed = row("h", "Ottilie", "Vandermeer", date(2012, 8, 30));
        renamed.confirmed = date(2026, 11, 6);
        practice.accept(&[renamed]);
        assert!(
            numbers(
                practice,
                by_name("Ottilie", "Vandermeer", date(2012, 8, 30))
            )
            .is_empty()
        );
        let held = practice
            .store
            .worklist(&sam, (Waits::Held, Order::Oldest), practice.now());
        assert_eq!(held.unwrap().unwrap().waiting, 2);
        practice.store.sequence(practice.now()).unwrap();
        assert_eq!(
            practice.store.verify(&[], &mut |_| {}).unwrap().finding,
            None
        );
    });
}

#[test]
fn nobody_merges_what_is_of_no_child_of_their_own_area_or_without_a_reason() {
    staffed(|practice| {
        let [one, two] = two(practice);
        let bea = practice.session("bea");
        let first = opened(practice, &bea, Reason::DataQuality, by_number(one));
        let second = opened(practice, &bea, Reason::DataQuality, by_number(two));
        let merged = join(practice, &bea, &first, &Join::Merge(second));
        assert_eq!(merged, Err(Refusal::NotPermitted));
        let jane = practice.session("jane");
        let seen = practice.opened(&jane, by_number(one));
        let other = practice.opened(&jane, by_number(two));
        assert_eq!(
            join(practice, &jane, &seen, &Join::Merge(other)),
            Err(Refusal::NotPermitted)
        );
        assert_eq!(
            join(practice, &jane, "nothing", &Join::Undo),
            Err(Refusal::NoRecord)
        );
        assert_eq!(numbers(practice, by_number(two)), [two]);
    });
}
