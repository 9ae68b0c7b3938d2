//! A child who has moved stays with the responsible authority until both have agreed, on both databases (L4); what of it is behind a
//! shield is known to nobody else (X1, X2).

use std::thread;

use directory::access::Refusal;
use directory::account::Role;
use directory::child::View;
use directory::number::Number;
use directory::query::{Hidden, Query, Visible};
use directory::reason::Reason;
use directory::row::Waits;
use directory::run::Reach;
use directory::shield::Ground;
use directory::transfer::{Act, Side, Stage};
use jiff::civil::date;
use store::{Join, MovedLine, Order, Session, Verdict, Wanted};

use crate::practice::{AUTHORITY, Practice, account, by_name, parse, row, secrets};
use crate::review::staffed;
use crate::runs::{file, load, query, take_back};

const BORN: directory::Date = date(2016, 3, 1);
const ELSEWHERE: &str = "E06000023";

/// A child of South Gloucestershire's whom the NHS has at an address in Bristol since.
fn moved(practice: &Practice) {
    practice.accept(&[row("1", "Amina", "Hussain", BORN)]);
    moves(practice, ELSEWHERE, 10);
}

fn moves(practice: &Practice, area: &str, day: i8) {
    let mut moved = row("1", "Amina", "Hussain", BORN);
    moved.confirmed = date(2026, 11, day);
    let residence = moved.particulars.residence.as_mut().unwrap();
    residence.authority = Some(parse(area));
    practice.accept(&[moved]);
}

fn amina() -> Query {
    by_name("Amina", "Hussain", BORN)
}

fn list(practice: &Practice, session: &Session) -> Vec<MovedLine> {
    let store = &practice.store;
    let lists = store.moved(session, practice.now()).unwrap().unwrap();
    let is = |line: &MovedLine, what: fn(&Stage) -> bool| what(&line.stage);
    let asked = |line| is(line, |stage| matches!(stage, Stage::Proposed { .. }));
    let open = |line| {
        is(line, |stage| {
            matches!(stage, Stage::Unasked | Stage::Lapsed)
        })
    };
    assert!(lists.asked.iter().all(asked) && lists.open.iter().all(open));
    assert!(!lists.others.iter().any(open));
    [lists.asked, lists.open, lists.others].concat()
}

/// The child as somebody finds it by name, with a reason given.
fn found(practice: &Practice, session: &Session, reason: Reason) -> String {
    found_by(practice, session, reason, amina())
}

fn found_by(practice: &Practice, session: &Session, reason: Reason, query: Query) -> String {
    let store = &practice.store;
    let found = store.search(session, reason, query, practice.now());
    let reference = found.unwrap().unwrap().children[0].reference.clone();
    let given = store.give_reason(session, &reference, reason, practice.now());
    given.unwrap().unwrap();
    reference
}

fn does(
    practice: &Practice,
    session: &Session,
    (reference, act): (&str, Act),
) -> Result<(), Refusal> {
    let store = &practice.store;
    store
        .transfer(session, reference, act, practice.now())
        .unwrap()
}

/// Who is responsible, as a data officer of anywhere sees an open record.
fn responsible(practice: &Practice, query: Query) -> String {
    let jane = practice.session("jane");
    let reference = practice.opened(&jane, query);
    let disclosed = practice.store.disclose(&jane, &reference, practice.now());
    match disclosed.unwrap().unwrap().view() {
        View::Whole(child) => child.responsible().unwrap().to_string(),
        View::Restricted(_) => panic!("an open record"),
    }
}

/// Decides that the row that is held is of the child it may be of.
fn links_held(practice: &Practice, session: &Session) {
    let (store, waits) = (&practice.store, Waits::Held);
    let wanted = Wanted::First(Order::Oldest);
    let reason = (waits, Reason::ShieldDecision);
    let row = store.take_up(session, reason, wanted, practice.now());
    let row = row.unwrap().unwrap().unwrap();
    let shown = store.show_row(session, (waits, &row), practice.now());
    let of = shown.unwrap().unwrap().beside[0].reference.clone();
    store
        .decide_row(session, (waits, &row), &Verdict::Link(of), practice.now())
        .unwrap()
        .unwrap();
}

fn is_sound(practice: &Practice) {
    practice.store.sequence(practice.now()).unwrap();
    let audit = practice.store.verify(&[], &mut |_| {}).unwrap();
    assert_eq!(audit.finding, None);
}

#[test]
fn l4_a_child_who_moves_stays_with_the_old_authority_until_both_have_agreed() {
    staffed(|practice| {
        moved(practice);
        assert_eq!(responsible(practice, amina()), AUTHORITY);
        let [dora, bea] = ["dora", "bea"].map(|user| practice.session(user));
        for (officer, side) in [(&dora, Side::Losing), (&bea, Side::Gaining)] {
            let [line] = &list(practice, officer)[..] else {
                panic!("one")
            };
            assert_eq!((line.stage, line.side), (Stage::Unasked, side));
            assert_eq!(line.of.since, date(2026, 11, 10));
            let store = &practice.store;
            let unasked = store.show_moved(officer, &line.reference, practice.now());
            assert_eq!(unasked.unwrap().err(), Some(Refusal::NoReason));
            store
                .give_reason(officer, &line.reference, line.reason, practice.now())
                .unwrap()
                .unwrap();
            let shown = store.show_moved(officer, &line.reference, practice.now());
            let shown = shown.unwrap().unwrap();
            let View::Whole(child) = shown.disclosure.view() else {
                panic!("an open record")
            };
            assert!(child.residence.is_some() && child.carers.is_empty());
            assert!(child.primary_care.is_none(), "not needed to decide");
        }
        let reason = Reason::DataQuality;
        let (here, there) = (
            found(practice, &dora, reason),
            found(practice, &bea, reason),
        );
        assert_eq!(does(practice, &bea, (&there, Act::Propose)), Ok(()));
        assert!(matches!(
            list(practice, &dora)[0].stage,
            Stage::Proposed {
                by: Side::Gaining,
                ..
            }
        ));
        assert_eq!(
            does(practice, &bea, (&there, Act::Agree)),
            Err(Refusal::AlreadySo)
        );
        assert_eq!(responsible(practice, amina()), AUTHORITY);
        assert_eq!(does(practice, &dora, (&here, Act::Agree)), Ok(()));
        assert_eq!(responsible(practice, amina()), ELSEWHERE);
        for officer in [&dora, &bea] {
            assert!(list(practice, officer).is_empty());
        }
        let store = &practice.store;
        let gone = store.show_moved(&dora, &here, practice.now()).unwrap();
        assert_eq!(gone.err(), Some(Refusal::AlreadySo));
        is_sound(practice);
    });
}

#[test]
fn l4_nobody_but_officers_of_the_two_authorities_sees_or_decides() {
    staffed(|practice| {
        moved(practice);
        for user in ["jane", "ann"] {
            let session = practice.session(user);
            let listed = practice.store.moved(&session, practice.now()).unwrap();
            assert_eq!(listed.err(), Some(Refusal::NotPermitted), "{user}");
        }
        for user in ["sam", "bob"] {
            let session = practice.session(user);
            assert!(list(practice, &session).is_empty(), "{user}");
            let seen = found(practice, &session, Reason::ShieldDecision);
            for act in Act::ALL {
                let answer = does(practice, &session, (&seen, act));
                assert_eq!(answer, Err(Refusal::AlreadySo), "{user}");
            }
        }
        let jane = practice.session("jane");
        let seen = practice.opened(&jane, amina());
        assert_eq!(
            does(practice, &jane, (&seen, Act::Propose)),
            Err(Refusal::AlreadySo)
        );
        assert_eq!(
            does(practice, &jane, ("nothing", Act::Propose)),
            Err(Refusal::NoRecord)
        );
        assert_eq!(responsible(practice, amina()), AUTHORITY);
    });
}

#[test]
fn l4_of_two_officers_who_decide_at_once_one_is_told_that_somebody_did_meanwhile() {
    staffed(|practice| {
        let bert = account(20, "bert", vec![Role::DataOfficer], 3);
        let store = &practice.store;
        store
            .put_account(&bert, Some(&secrets("bert")), practice.now())
            .unwrap();
        moved(practice);
        let reason = Reason::DataQuality;
        let dora = practice.session("dora");
        let offered = found(practice, &dora, reason);
        does(practice, &dora, (&offered, Act::Propose)).unwrap();
        let two = ["bea", "bert"].map(|user| {
            let session = practice.session(user);
            let reference = found(practice, &session, reason);
            (session, reference)
        });
        let acts = [Act::Agree, Act::Decline];
        let answers = thread::scope(|scope| {
            let both = two.iter().zip(acts);
            let both = both.map(|((session, reference), act)| {
                scope.spawn(move || does(practice, session, (reference, act)))
            });
            let both: Vec<_> = both.collect();
            let answers = both.into_iter().map(|one| one.join().unwrap());
            answers.collect::<Vec<_>>()
        });
        let done = answers.iter().filter(|one| one.is_ok()).count();
        let late = answers
            .iter()
            .filter(|one| **one == Err(Refusal::AlreadySo));
        assert_eq!((done, late.count()), (1, 1), "{answers:?}");
        let agreed = answers[0].is_ok();
        let now = if agreed { ELSEWHERE } else { AUTHORITY };
        assert_eq!(responsible(practice, amina()), now);
        is_sound(practice);
    });
}

#[test]
fn x1_of_a_shielded_child_who_moves_the_other_authority_learns_nothing_until_it_is_offered() {
    staffed(|practice| {
        practice.accept(&[row("1", "Amina", "Hussain", BORN)]);
        let sam = practice.session("sam");
        let child = found(practice, &sam, Reason::ShieldDecision);
        let placed = practice
            .store
            .shield(&sam, &child, Ground::FleeingAbuse, practice.now());
        placed.unwrap().unwrap();
        let [dora, bea, bob] = ["dora", "bea", "bob"].map(|user| practice.session(user));
        let held = |session: &Session| {
            let asked = (Waits::Held, Order::Oldest);
            let list = practice.store.worklist(session, asked, practice.now());
            list.unwrap().unwrap().waiting
        };
        let seen = found(practice, &bob, Reason::ShieldDecision);
        let answers = || {
            let shown = practice.store.show_moved(&bob, &seen, practice.now());
            let acts = Act::ALL.map(|act| does(practice, &bob, (&seen, act)));
            (shown.unwrap().err(), acts, list(practice, &bob))
        };
        let before = answers();
        moves(practice, ELSEWHERE, 10);
        links_held(practice, &sam);
        assert_eq!(answers(), before, "as if she had not moved");
        // A row that may be of her is held for the shielding officers of the responsible authority.
        let mut like_her = row("h", "Amina", "Hussein", BORN);
        like_her.particulars.residence = None;
        practice.accept(&[like_her]);
        for officer in [&dora, &bea, &bob] {
            assert!(list(practice, officer).is_empty());
        }
        let [line] = &list(practice, &sam)[..] else {
            panic!("one")
        };
        assert_eq!((line.side, line.stage), (Side::Losing, Stage::Unasked));
        assert_eq!(does(practice, &sam, (&child, Act::Propose)), Ok(()));
        assert_eq!(list(practice, &bob).len(), 1);
        for officer in [&dora, &bea] {
            assert!(list(practice, officer).is_empty());
        }
        // Offered, and still behind the shield: four fields.
        let shown = practice.store.show_moved(&bob, &seen, practice.now());
        let shown = shown.unwrap().unwrap();
        assert!(matches!(shown.disclosure.view(), View::Restricted(_)));
        assert_eq!((held(&sam), held(&bob)), (1, 0));
        does(practice, &bob, (&seen, Act::Decline)).unwrap();
        assert_eq!(answers(), before);
        does(practice, &sam, (&child, Act::Propose)).unwrap();
        does(practice, &bob, (&seen, Act::Agree)).unwrap();
        // The shield stands, and who sees behind it has changed (C6, X9).
        let view = |session: &Session, reference: &str| {
            let shown = practice.store.disclose(session, reference, practice.now());
            shown.unwrap().unwrap().view().clone()
        };
        assert!(matches!(view(&sam, &child), View::Restricted(_)));
        let View::Whole(whole) = view(&bob, &seen) else {
            panic!("behind the shield")
        };
        assert_eq!(whole.shielding, directory::record::Shielding::Shielded);
        assert_eq!((held(&sam), held(&bob)), (0, 1));
        is_sound(practice);
    });
}

#[test]
fn x1_a_shield_placed_meanwhile_takes_a_proposal_off_every_list_but_one() {
    staffed(|practice| {
        moved(practice);
        let [dora, bea, bob, sam] =
            ["dora", "bea", "bob", "sam"].map(|user| practice.session(user));
        let there = found(practice, &bea, Reason::DataQuality);
        does(practice, &bea, (&there, Act::Propose)).unwrap();
        let child = found(practice, &sam, Reason::ShieldDecision);
        let placed = practice
            .store
            .shield(&sam, &child, Ground::FleeingAbuse, practice.now());
        placed.unwrap().unwrap();
        for officer in [&dora, &bea, &bob] {
            assert!(list(practice, officer).is_empty());
        }
        assert_eq!(list(practice, &sam)[0].stage, Stage::Lapsed);
        assert_eq!(
            does(practice, &bea, (&there, Act::Withdraw)),
            Err(Refusal::AlreadySo)
        );
        assert_eq!(
            does(practice, &sam, (&child, Act::Agree)),
            Err(Refusal::AlreadySo)
        );
    });
}

#[test]
fn l4_a_run_that_said_the_move_is_taken_back_and_what_both_agreed_stays() {
    staffed(|practice| {
        load(practice, &file(Reach::Delta, 1, [0, 1]));
        let mut away = file(Reach::Delta, 2, [0, 1]);
        for row in &mut away.rows {
            row.particulars.residence.as_mut().unwrap().authority = Some(parse(ELSEWHERE));
        }
        let away = load(practice, &away);
        let [dora, bea] = ["dora", "bea"].map(|user| practice.session(user));
        let reason = Reason::DataQuality;
        for at in [0, 1] {
            let here = found_by(practice, &dora, reason, query(at));
            does(practice, &dora, (&here, Act::Propose)).unwrap();
        }
        let there = found_by(practice, &bea, reason, query(0));
        does(practice, &bea, (&there, Act::Agree)).unwrap();
        take_back(practice, away.id);
        // The one waits for nobody any more; the other is back, and both are asked whether to let it go back.
        assert_eq!(responsible(practice, query(1)), AUTHORITY);
        assert_eq!(responsible(practice, query(0)), ELSEWHERE);
        for (officer, side) in [(&dora, Side::Gaining), (&bea, Side::Losing)] {
            let [line] = &list(practice, officer)[..] else {
                panic!("one")
            };
            assert_eq!((line.side, line.stage), (side, Stage::Unasked));
            assert_eq!(line.of.to, parse(AUTHORITY));
        }
        let other = found_by(practice, &bea, reason, query(1));
        assert_eq!(
            does(practice, &bea, (&other, Act::Agree)),
            Err(Refusal::AlreadySo)
        );
    });
}

#[test]
fn l4_without_the_run_that_allocated_the_next_address_does_and_behind_a_shield_nothing_else_does() {
    staffed(|practice| {
        let first = load(practice, &file(Reach::Delta, 1, [0, 1]));
        let mut away = file(Reach::Delta, 2, [0]);
        let residence = away.rows[0].particulars.residence.as_mut().unwrap();
        residence.authority = Some(parse(ELSEWHERE));
        load(practice, &away);
        assert_eq!(responsible(practice, query(0)), AUTHORITY);
        let sam = practice.session("sam");
        let reason = Reason::ShieldDecision;
        let child = found_by(practice, &sam, reason, query(1));
        practice
            .store
            .shield(&sam, &child, Ground::FleeingAbuse, practice.now())
            .unwrap()
            .unwrap();
        take_back(practice, first.id);
        assert_eq!(responsible(practice, query(0)), ELSEWHERE);
        for user in ["dora", "bea"] {
            assert!(list(practice, &practice.session(user)).is_empty(), "{user}");
        }
        // What the run said only guards the shielded child now: no officer is shown anything of it.
        for user in ["sam", "bob"] {
            let session = practice.session(user);
            assert!(list(practice, &session).is_empty(), "{user}");
            let shown = practice.store.disclose(&session, &child, practice.now());
            assert!(shown.unwrap().is_err(), "{user}");
        }
        is_sound(practice);
    });
}

#[test]
fn l4_nobody_takes_a_child_by_merging_their_record_into_an_own_one() {
    staffed(|practice| {
        practice.accept(&[row("1", "Amina", "Hussain", BORN)]);
        let mut own = row("z", "Zahra", "Bukhari", date(2016, 1, 3));
        own.particulars.residence.as_mut().unwrap().authority = Some(parse(ELSEWHERE));
        practice.accept(&[own]);
        let zahra = by_name("Zahra", "Bukhari", date(2016, 1, 3));
        let bea = practice.session("bea");
        let reason = Reason::DataQuality;
        let theirs = found(practice, &bea, reason);
        let own = found_by(practice, &bea, reason, zahra.clone());
        let merged = practice
            .store
            .join(&bea, &own, &Join::Merge(theirs), practice.now());
        assert_eq!(merged.unwrap(), Ok(()));
        assert_eq!(responsible(practice, zahra.clone()), AUTHORITY);
        // She has let go, and it is the other side's to take back.
        let dora = practice.session("dora");
        let kept = found_by(practice, &dora, reason, zahra.clone());
        let store = &practice.store;
        for (session, reference, answer) in [
            (&bea, &own, Err(Refusal::NotPermitted)),
            (&dora, &kept, Ok(())),
        ] {
            let undone = store.join(session, reference, &Join::Undo, practice.now());
            assert_eq!(undone.unwrap(), answer);
        }
        assert_eq!(responsible(practice, zahra), ELSEWHERE);
        assert_eq!(responsible(practice, amina()), AUTHORITY);
        is_sound(practice);
    });
}

#[test]
fn every_act_is_in_the_ledger_with_its_record() {
    staffed(|practice| {
        moved(practice);
        let dora = practice.session("dora");
        let here = found(practice, &dora, Reason::DataQuality);
        let number = numbers(practice, &dora)[0];
        does(practice, &dora, (&here, Act::Propose)).unwrap();
        does(practice, &dora, (&here, Act::Withdraw)).unwrap();
        let looks = practice.store.look_ups(&dora, practice.now()).unwrap();
        let changed = looks
            .iter()
            .filter(|one| one.looked == store::Looked::Changed(number));
        assert_eq!(changed.count(), 2);
    });
}

fn numbers(practice: &Practice, session: &Session) -> Vec<Number> {
    let visible = Visible {
        ..crate::practice::visible("Amina", "Hussain", Some(BORN))
    };
    let query = Query::of(visible, Hidden::default()).unwrap();
    let found = practice
        .store
        .search(session, Reason::DataQuality, query, practice.now());
    let found = found.unwrap().unwrap();
    let each = found.children.iter();
    each.map(|child| child.disclosure.view().number()).collect()
}
