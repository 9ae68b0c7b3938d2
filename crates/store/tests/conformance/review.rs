//! Rows that wait: who sees them, what is decided of them, and that it stands.

use directory::access::Refusal;
use directory::account::Role;
use directory::child::View;
use directory::name::Name;
use directory::number::Number;
use directory::organisation::{Admission, Sector};
use directory::query::{Hidden, Query, Visible};
use directory::reason::Reason;
use directory::row::Waits;
use directory::shield::Ground;
use directory::supplied::{Outcome, Row};
use directory::text;
use jiff::civil::date;
use store::{Order, Session, ShownRow, Verdict, Wanted};

use crate::practice::{
    Practice, account, authority, both, by_name, organisation, parse, row, secrets, visible,
};

const BORN: directory::Date = date(2016, 3, 1);

/// A directory with two data officers here, and officers of another authority.
pub fn staffed(test: impl Fn(&Practice)) {
    both(|practice| {
        let elsewhere = directory::organisation::Organisation {
            admitted: Admission::Authority(parse("E06000023")),
            ..organisation(3, "Bristol City Council", Sector::SocialCare)
        };
        let store = &practice.store;
        store
            .put_authority(&authority("E06000023", "Bristol"), practice.now())
            .unwrap();
        store.put_organisation(&elsewhere, practice.now()).unwrap();
        for (id, user, role, organisation) in [
            (10, "dora", Role::DataOfficer, 2),
            (11, "dan", Role::DataOfficer, 2),
            (12, "bea", Role::DataOfficer, 3),
            (13, "bob", Role::ShieldingOfficer, 3),
        ] {
            let account = account(id, user, vec![role], organisation);
            store
                .put_account(&account, Some(&secrets(user)), practice.now())
                .unwrap();
        }
        test(practice);
    });
}

/// Alike, and not exactly: it waits.
fn doubtful(key: &str) -> Row {
    let mut row = row(key, "Amina", "Hussain", BORN);
    row.particulars.residence = None;
    row
}

pub fn waiting(practice: &Practice, session: &Session, waits: Waits) -> u64 {
    let list = practice
        .store
        .worklist(session, (waits, Order::Oldest), practice.now());
    let list = list.unwrap().unwrap();
    assert_eq!(list.lines.len() as u64, list.waiting.min(20));
    list.waiting
}

pub fn taken_up(practice: &Practice, session: &Session, waits: Waits) -> String {
    let reason = directory::access::review_reason(waits);
    let wanted = Wanted::First(Order::Oldest);
    let taken = practice
        .store
        .take_up(session, (waits, reason), wanted, practice.now());
    taken.unwrap().unwrap().expect("a row that waits")
}

pub fn shown(
    practice: &Practice,
    session: &Session,
    (waits, reference): (Waits, &str),
) -> Result<ShownRow, Refusal> {
    practice
        .store
        .show_row(session, (waits, reference), practice.now())
        .unwrap()
}

pub fn decide(
    practice: &Practice,
    session: &Session,
    (waits, reference): (Waits, &str),
    verdict: &Verdict,
) -> Result<(), Refusal> {
    practice
        .store
        .decide_row(session, (waits, reference), verdict, practice.now())
        .unwrap()
}

/// Apart from every record that was shown beside a row.
pub fn from_all(seen: &ShownRow) -> Verdict {
    let beside = seen.beside.iter();
    Verdict::Apart(beside.map(|one| one.reference.clone()).collect())
}

fn found(practice: &Practice) -> Vec<Number> {
    practice.shown(&practice.session("jane"), by_name("Amina", "Hussain", BORN))
}

/// A known child, and a row that may be of her.
fn in_doubt(practice: &Practice) {
    practice.accept(&[row("1", "Amina", "Hussain", BORN)]);
    assert_eq!(practice.accept(&[doubtful("2")]), [Outcome::Waiting]);
}

#[test]
fn a_row_is_seen_beside_the_record_linked_once_and_stays_linked() {
    staffed(|practice| {
        in_doubt(practice);
        let (dora, dan) = (practice.session("dora"), practice.session("dan"));
        assert_eq!(waiting(practice, &dora, Waits::Review), 1);
        let first = taken_up(practice, &dora, Waits::Review);
        let second = taken_up(practice, &dan, Waits::Review);
        let seen = shown(practice, &dora, (Waits::Review, &first)).unwrap();
        assert_eq!(seen.disclosure.beside().len(), 1);
        let View::Whole(record) = seen.disclosure.beside()[0].1.view() else {
            panic!("whole")
        };
        assert!(record.residence.is_some() && record.involvements.is_empty());
        assert_eq!(seen.disclosure.reason(), Reason::DataQuality);
        let terms = &seen.beside[0].explanation.as_ref().unwrap().terms;
        let agrees = |field| {
            let mut terms = terms.iter();
            terms.any(|term| term.field == field && term.level == "same")
        };
        assert!(agrees("given name") && agrees("family name") && agrees("date"));
        let weights = |term: &matching::link::Term| term.bits + term.frequency_bits;
        assert!(terms.iter().map(weights).sum::<f32>() > 0.0);
        shown(practice, &dan, (Waits::Review, &second)).unwrap();
        let link = Verdict::Link(seen.beside[0].reference.clone());
        assert_eq!(
            decide(practice, &dora, (Waits::Review, &first), &link),
            Ok(())
        );
        for verdict in [Verdict::Apart(Vec::new()), Verdict::CannotTell] {
            let late = decide(practice, &dan, (Waits::Review, &second), &verdict);
            assert_eq!(late, Err(Refusal::AlreadySo));
        }
        assert_eq!(waiting(practice, &dora, Waits::Review), 0);
        assert_eq!(found(practice).len(), 1);
        // Under the same key it is of this child for ever, even by another name altogether.
        let mut renamed = doubtful("2");
        renamed.confirmed = date(2026, 11, 2);
        renamed.particulars.name = Some(Name {
            given: text::NamePart::parse("Zara").ok(),
            family: parse("Okoro"),
        });
        renamed.particulars.born = Some(date(2015, 7, 9));
        assert_eq!(practice.accept(&[renamed]), [Outcome::Accepted]);
        assert_eq!(waiting(practice, &dora, Waits::Review), 0);
    });
}

#[test]
fn kept_apart_from_all_a_row_is_a_child_of_its_own_and_stays_one() {
    staffed(|practice| {
        in_doubt(practice);
        let dora = practice.session("dora");
        let reference = taken_up(practice, &dora, Waits::Review);
        let seen = shown(practice, &dora, (Waits::Review, &reference)).unwrap();
        let apart = decide(
            practice,
            &dora,
            (Waits::Review, &reference),
            &from_all(&seen),
        );
        assert_eq!(apart, Ok(()));
        assert_eq!(found(practice).len(), 2);
        assert_eq!(practice.accept(&[doubtful("2")]), [Outcome::Unchanged]);
        // Exactly the other's words would be the same child, if nobody had decided.
        let mut exactly = row("2", "Amina", "Hussain", BORN);
        exactly.confirmed = date(2026, 11, 3);
        assert_eq!(practice.accept(&[exactly]), [Outcome::Accepted]);
        assert_eq!(found(practice).len(), 2);
        assert_eq!(waiting(practice, &dora, Waits::Review), 0);
    });
}

#[test]
fn kept_apart_from_what_was_shown_nothing_is_decided_of_a_record_that_came_since() {
    staffed(|practice| {
        in_doubt(practice);
        let (dora, dan) = (practice.session("dora"), practice.session("dan"));
        let first = taken_up(practice, &dora, Waits::Review);
        let seen = shown(practice, &dora, (Waits::Review, &first)).unwrap();
        // Meanwhile another row like it becomes a child of its own.
        assert_eq!(practice.accept(&[doubtful("3")]), [Outcome::Waiting]);
        let list = (
            Waits::Review,
            directory::access::review_reason(Waits::Review),
        );
        let lines = practice
            .store
            .worklist(&dan, (Waits::Review, Order::Oldest), practice.now());
        let lines = lines.unwrap().unwrap().lines;
        let wanted = Wanted::This(lines[1].reference.clone());
        let second = practice.store.take_up(&dan, list, wanted, practice.now());
        let second = second.unwrap().unwrap().expect("a row that waits");
        let other = shown(practice, &dan, (Waits::Review, &second)).unwrap();
        let apart = decide(practice, &dan, (Waits::Review, &second), &from_all(&other));
        assert_eq!(apart, Ok(()));
        let late = decide(practice, &dora, (Waits::Review, &first), &from_all(&seen));
        assert_eq!(late, Err(Refusal::DoesNotFit));
        assert_eq!(waiting(practice, &dora, Waits::Review), 1);
        let seen = shown(practice, &dora, (Waits::Review, &first)).unwrap();
        assert_eq!(seen.beside.len(), 2);
        let apart = decide(practice, &dora, (Waits::Review, &first), &from_all(&seen));
        assert_eq!(apart, Ok(()));
        assert_eq!(found(practice).len(), 3);
    });
}

#[test]
fn a_row_of_which_nobody_can_tell_goes_to_the_end_with_who_and_when() {
    staffed(|practice| {
        in_doubt(practice);
        assert_eq!(practice.accept(&[doubtful("3")]), [Outcome::Waiting]);
        let dora = practice.session("dora");
        let first = taken_up(practice, &dora, Waits::Review);
        let cannot = decide(
            practice,
            &dora,
            (Waits::Review, &first),
            &Verdict::CannotTell,
        );
        assert_eq!(cannot, Ok(()));
        assert_eq!(waiting(practice, &dora, Waits::Review), 2);
        for order in [Order::Oldest, Order::Likeliest] {
            let list = practice
                .store
                .worklist(&dora, (Waits::Review, order), practice.now());
            let lines = list.unwrap().unwrap().lines;
            assert!(lines[0].put_off.is_none());
            assert_eq!(lines[1].reference, first);
            assert!(lines[1].put_off.as_ref().unwrap().1.contains("dora"));
        }
    });
}

#[test]
fn x2_a_row_that_may_be_of_a_child_who_is_shielded_meanwhile_vanishes_as_if_decided() {
    staffed(|practice| {
        in_doubt(practice);
        let dora = practice.session("dora");
        let reference = taken_up(practice, &dora, Waits::Review);
        let seen = shown(practice, &dora, (Waits::Review, &reference)).unwrap();
        let sam = practice.session("sam");
        let child = practice.opened(&sam, by_name("Amina", "Hussain", BORN));
        let ground = Ground::FleeingAbuse;
        practice
            .store
            .shield(&sam, &child, ground, practice.now())
            .unwrap()
            .unwrap();
        assert_eq!(
            waiting(practice, &dora, Waits::Review),
            0,
            "neither listed nor counted"
        );
        let link = Verdict::Link(seen.beside[0].reference.clone());
        for verdict in [link, from_all(&seen), Verdict::CannotTell] {
            let late = decide(practice, &dora, (Waits::Review, &reference), &verdict);
            assert_eq!(late, Err(Refusal::AlreadySo));
        }
        let late = shown(practice, &dora, (Waits::Review, &reference));
        assert!(matches!(late, Err(Refusal::AlreadySo)));
        assert_eq!(waiting(practice, &sam, Waits::Held), 1);
        assert_eq!(practice.store.rows_waiting().unwrap(), 0);
    });
}

#[test]
fn nobody_sees_a_list_but_its_own_officers_of_its_own_area() {
    staffed(|practice| {
        in_doubt(practice);
        let bea = practice.session("bea");
        assert_eq!(waiting(practice, &bea, Waits::Review), 0);
        let dora = practice.session("dora");
        let reference = taken_up(practice, &dora, Waits::Review);
        assert!(matches!(
            shown(practice, &bea, (Waits::Review, &reference)),
            Err(Refusal::AlreadySo)
        ));
        for (user, waits) in [
            ("jane", Waits::Review),
            ("jane", Waits::Held),
            ("ann", Waits::Review),
            ("sam", Waits::Review),
            ("dora", Waits::Held),
        ] {
            let session = practice.session(user);
            let list = practice
                .store
                .worklist(&session, (waits, Order::Oldest), practice.now());
            assert_eq!(list.unwrap(), Err(Refusal::NotPermitted), "{user}");
        }
        let without = practice.session("dan");
        let reference =
            practice
                .store
                .worklist(&without, (Waits::Review, Order::Oldest), practice.now());
        let reference = reference.unwrap().unwrap().lines[0].reference.clone();
        assert!(matches!(
            shown(practice, &without, (Waits::Review, &reference)),
            Err(Refusal::NoReason)
        ));
    });
}

/// A shielded child, and a row that may be of her under another supplier key.
fn held(practice: &Practice) {
    practice.accept(&[row("1", "Amina", "Hussain", BORN)]);
    let sam = practice.session("sam");
    let child = practice.opened(&sam, by_name("Amina", "Hussain", BORN));
    let ground = Ground::FleeingAbuse;
    practice
        .store
        .shield(&sam, &child, ground, practice.now())
        .unwrap()
        .unwrap();
    practice.accept(&[doubtful("2")]);
}

#[test]
fn c6_a_held_row_is_for_shielding_officers_of_the_responsible_authority_alone() {
    staffed(|practice| {
        held(practice);
        let (sam, bob) = (practice.session("sam"), practice.session("bob"));
        assert_eq!(waiting(practice, &sam, Waits::Held), 1);
        assert_eq!(waiting(practice, &bob, Waits::Held), 0);
        let reference = taken_up(practice, &sam, Waits::Held);
        let seen = shown(practice, &sam, (Waits::Held, &reference)).unwrap();
        let View::Whole(record) = seen.disclosure.beside()[0].1.view() else {
            panic!("whole")
        };
        assert!(record.residence.is_some());
        let dora = practice.session("dora");
        assert_eq!(waiting(practice, &dora, Waits::Review), 0);
    });
}

#[test]
fn f1_a_held_row_without_a_name_is_seen_by_its_officers_and_nobody_else() {
    staffed(|practice| {
        held(practice);
        let sam = practice.session("sam");
        let reference = taken_up(practice, &sam, Waits::Held);
        let seen = shown(practice, &sam, (Waits::Held, &reference)).unwrap();
        let number = seen.disclosure.beside()[0].1.view().number();
        let link = Verdict::Link(seen.beside[0].reference.clone());
        decide(practice, &sam, (Waits::Held, &reference), &link).unwrap();
        // Under the key of the shielded child the supplier names nobody, at another address.
        let mut nameless = row("1", "Amina", "Hussain", BORN);
        nameless.confirmed = date(2026, 11, 20);
        nameless.particulars.name = None;
        practice.accept(&[nameless]);
        let (bob, dora) = (practice.session("bob"), practice.session("dora"));
        assert_eq!(waiting(practice, &bob, Waits::Held), 0);
        assert_eq!(waiting(practice, &dora, Waits::Review), 0);
        assert_eq!(waiting(practice, &sam, Waits::Held), 1);
        let reference = taken_up(practice, &sam, Waits::Held);
        let seen = shown(practice, &sam, (Waits::Held, &reference)).unwrap();
        assert_eq!(seen.source, directory::statement::SourceKind::Nhs);
        assert_eq!(seen.disclosure.beside()[0].1.view().number(), number);
        assert!(seen.beside[0].explanation.is_none(), "no names to compare");
        let apart = decide(practice, &sam, (Waits::Held, &reference), &from_all(&seen));
        assert_eq!(apart, Err(Refusal::DoesNotFit), "nobody would ever find it");
        let link = Verdict::Link(seen.beside[0].reference.clone());
        decide(practice, &sam, (Waits::Held, &reference), &link).unwrap();
        assert_eq!(waiting(practice, &sam, Waits::Held), 0);
        assert_eq!(
            found(practice).len(),
            1,
            "she keeps her name, behind the shield"
        );
    });
}

#[test]
fn x9_a_held_row_that_is_linked_stays_behind_the_shield_and_so_does_what_follows() {
    staffed(|practice| {
        held(practice);
        let sam = practice.session("sam");
        let reference = taken_up(practice, &sam, Waits::Held);
        let seen = shown(practice, &sam, (Waits::Held, &reference)).unwrap();
        let link = Verdict::Link(seen.beside[0].reference.clone());
        assert_eq!(
            decide(practice, &sam, (Waits::Held, &reference), &link),
            Ok(())
        );
        assert_eq!(waiting(practice, &sam, Waits::Held), 0);
        assert_eq!(found(practice).len(), 1, "still the one restricted record");
        let mut moved = doubtful("2");
        moved.confirmed = date(2026, 11, 2);
        moved.particulars.residence = row("2", "A", "B", BORN).particulars.residence;
        assert_eq!(practice.accept(&[moved]), [Outcome::Accepted]);
        assert_eq!(
            waiting(practice, &sam, Waits::Held),
            0,
            "linked once and for ever"
        );
        let hidden = Hidden {
            postcode: text::postcode("BS37 4AX").ok(),
            ..Hidden::default()
        };
        let query = Query::of(visible("Amina", "Hussain", Some(BORN)), hidden).unwrap();
        assert!(practice.shown(&practice.session("jane"), query).is_empty());
    });
}

#[test]
fn a_held_row_of_another_child_goes_on_as_if_the_shielded_one_were_not_there() {
    staffed(|practice| {
        held(practice);
        let sam = practice.session("sam");
        let reference = taken_up(practice, &sam, Waits::Held);
        let seen = shown(practice, &sam, (Waits::Held, &reference)).unwrap();
        let apart = decide(practice, &sam, (Waits::Held, &reference), &from_all(&seen));
        assert_eq!(apart, Ok(()));
        assert_eq!(waiting(practice, &sam, Waits::Held), 0);
        assert_eq!(found(practice).len(), 2, "a child of its own");
        assert_eq!(
            practice.accept(&[doubtful("2")]),
            [Outcome::Unchanged],
            "and stays one"
        );
        // Another row like the shielded child is held as before.
        practice.accept(&[doubtful("4")]);
        assert_eq!(waiting(practice, &sam, Waits::Held), 1);
    });
}

#[test]
fn x2_two_rows_under_one_key_of_a_shielded_child_never_reach_a_data_officer() {
    staffed(|practice| {
        held(practice);
        let mut other = doubtful("2");
        other.particulars.gender = None;
        practice.accept(&[doubtful("2"), other]);
        let dora = practice.session("dora");
        assert_eq!(waiting(practice, &dora, Waits::Review), 0);
        assert_eq!(practice.store.rows_waiting().unwrap(), 0);
    });
}

#[test]
fn a_row_without_a_name_becomes_no_child_that_nobody_would_find() {
    staffed(|practice| {
        let mut nameless = doubtful("9");
        nameless.particulars.name = None;
        assert_eq!(practice.accept(&[nameless]), [Outcome::Waiting]);
        let dora = practice.session("dora");
        let reference = taken_up(practice, &dora, Waits::Review);
        let seen = shown(practice, &dora, (Waits::Review, &reference)).unwrap();
        assert_eq!(seen.named, store::Named::No);
        let apart = decide(
            practice,
            &dora,
            (Waits::Review, &reference),
            &from_all(&seen),
        );
        assert_eq!(apart, Err(Refusal::DoesNotFit));
        assert_eq!(waiting(practice, &dora, Waits::Review), 1);
    });
}

#[test]
fn every_sight_of_a_row_is_an_event_of_whoever_looked() {
    staffed(|practice| {
        in_doubt(practice);
        let dora = practice.session("dora");
        let reference = taken_up(practice, &dora, Waits::Review);
        for _ in 0..2 {
            shown(practice, &dora, (Waits::Review, &reference)).unwrap();
        }
        let looked = practice.store.look_ups(&dora, practice.now()).unwrap();
        let sights = looked
            .iter()
            .filter(|one| matches!(one.looked, store::Looked::RowShown(Some(_))));
        assert_eq!(sights.count(), 2);
        let query = Query::of(
            Visible {
                number: found(practice).first().copied(),
                ..Visible::default()
            },
            Hidden::default(),
        );
        assert!(query.is_ok());
    });
}
