//! Who is responsible: allocated once, passed on only by both sides, and by nobody alone.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::Now;
use crate::account::AccountId;
use crate::number::Number;
use crate::organisation::Sector;
use crate::record::{Author, Decided};
use crate::sample::{self, AREA, actor, catalogue};
use crate::shield::Ground;
use crate::statement::{Particulars, SourceKind, Statement};
use crate::survivorship;

const ELSEWHERE: &str = "E06000023";
const THIRD: &str = "E06000022";
const DATA: &[Role] = &[Role::DataOfficer];
const SHIELDING: &[Role] = &[Role::ShieldingOfficer];
const BY: Author = Author::Account(AccountId(77));

fn now() -> Now {
    sample::now()
}

fn code(text: &str) -> AuthorityCode {
    AuthorityCode::parse(text).unwrap()
}

fn lives(record: &mut Record, (kind, supplier): (SourceKind, &str), area: &str, on: Date) {
    let said = Particulars {
        name: Some(sample::name("Kelly Marsh")),
        residence: Some(sample::residence("4 Elm Road", area)),
        ..Particulars::default()
    };
    record.accept(sample::source(kind, supplier, "1"), sample::said(said), on);
}

fn nhs(record: &mut Record, area: &str, on: Date) {
    lives(record, (SourceKind::Nhs, "nhs"), area, on);
}

/// A child of one authority's whose address is in another's since the first of July.
fn moved() -> Record {
    let mut record = Record::empty(Number::from_random(1));
    nhs(&mut record, AREA, date(2026, 1, 1));
    nhs(&mut record, ELSEWHERE, date(2026, 7, 1));
    record
}

fn shielded(mut record: Record) -> Record {
    record.decide(BY, now(), Decided::ShieldPlaced(Ground::FleeingAbuse));
    record
}

fn child(record: &Record) -> Child {
    survivorship::child(record, &catalogue(), sample::TODAY)
}

fn moving(record: &Record) -> Option<Moving> {
    Moving::of(record, &child(record))
}

fn stage_of(record: &Record) -> Stage {
    moving(record).unwrap().stage
}

fn officer(account: i64, roles: &[Role], area: &str) -> Actor {
    actor(account, Sector::SocialCare, roles, area)
}

fn does(record: &mut Record, actor: &Actor, act: Act) -> Result<(), Refusal> {
    let step = transfer((record, &child(record)), actor, act)?;
    let by = Author::Account(actor.account());
    record.decide(by, now(), Decided::Transfer(Box::new(step)));
    Ok(())
}

fn responsible(record: &Record) -> String {
    record
        .responsible()
        .map_or("nobody".into(), |it| it.to_string())
}

#[test]
fn l4_the_first_known_address_allocates_and_a_later_one_does_not() {
    let mut record = Record::empty(Number::from_random(1));
    assert_eq!(record.responsible(), None);
    nhs(&mut record, AREA, date(2026, 1, 1));
    assert_eq!(responsible(&record), AREA);
    nhs(&mut record, ELSEWHERE, date(2026, 7, 1));
    // A file that comes late and speaks of an earlier day does not allocate either.
    lives(
        &mut record,
        (SourceKind::Births, "births"),
        THIRD,
        date(2024, 1, 1),
    );
    assert_eq!(responsible(&record), AREA);
    assert_eq!(child(&record).responsible(), Some(&code(AREA)));
    let lives_in = child(&record).residence.unwrap().value.authority;
    assert_eq!(lives_in, Some(code(ELSEWHERE)));
}

#[test]
fn l4_either_side_of_an_open_child_may_start_and_both_must_say_yes() {
    for (first, second) in [(AREA, ELSEWHERE), (ELSEWHERE, AREA)] {
        let mut record = moved();
        assert_eq!(stage_of(&record), Stage::Unasked);
        let (one, other) = (officer(1, DATA, first), officer(2, DATA, second));
        assert_eq!(does(&mut record, &one, Act::Agree), Err(Refusal::AlreadySo));
        assert_eq!(does(&mut record, &one, Act::Propose), Ok(()));
        assert_eq!(responsible(&record), AREA);
        assert_eq!(does(&mut record, &one, Act::Agree), Err(Refusal::AlreadySo));
        assert_eq!(
            does(&mut record, &other, Act::Propose),
            Err(Refusal::AlreadySo)
        );
        assert_eq!(does(&mut record, &other, Act::Agree), Ok(()));
        assert_eq!(responsible(&record), ELSEWHERE);
        assert_eq!(moving(&record), None);
        assert_eq!(
            does(&mut record, &other, Act::Agree),
            Err(Refusal::AlreadySo)
        );
    }
}

#[test]
fn l4_one_person_is_never_both_sides() {
    let mut record = moved();
    let before = officer(1, DATA, AREA);
    does(&mut record, &before, Act::Propose).unwrap();
    // The same account, in the service of the other authority since.
    let since = officer(1, DATA, ELSEWHERE);
    assert_eq!(
        does(&mut record, &since, Act::Agree),
        Err(Refusal::NotPermitted)
    );
    // Nor does it count if it stood on the record all the same.
    let step = Step {
        of: moving(&record).unwrap().of,
        side: Side::Gaining,
        act: Act::Agree,
    };
    record.decide(
        Author::Account(AccountId(1)),
        now(),
        Decided::Transfer(Box::new(step)),
    );
    assert_eq!(responsible(&record), AREA);
}

#[test]
fn l4_a_decline_ends_the_proposal_and_says_so_and_a_proposal_is_withdrawn_by_its_own_side() {
    let mut record = moved();
    let (here, there) = (officer(1, DATA, AREA), officer(2, DATA, ELSEWHERE));
    does(&mut record, &here, Act::Propose).unwrap();
    assert_eq!(
        does(&mut record, &there, Act::Withdraw),
        Err(Refusal::AlreadySo)
    );
    assert_eq!(
        does(&mut record, &here, Act::Decline),
        Err(Refusal::AlreadySo)
    );
    does(&mut record, &there, Act::Decline).unwrap();
    let declined = Stage::Declined {
        by: Side::Gaining,
        at: now().at,
    };
    assert_eq!(stage_of(&record), declined);
    assert_eq!(
        does(&mut record, &there, Act::Agree),
        Err(Refusal::AlreadySo)
    );
    does(&mut record, &there, Act::Propose).unwrap();
    assert_eq!(
        does(&mut record, &here, Act::Withdraw),
        Err(Refusal::AlreadySo)
    );
    // Any officer of the side that proposed.
    does(&mut record, &officer(3, DATA, ELSEWHERE), Act::Withdraw).unwrap();
    assert_eq!(stage_of(&record), Stage::Unasked);
    assert_eq!(
        does(&mut record, &here, Act::Agree),
        Err(Refusal::AlreadySo)
    );
    assert_eq!(responsible(&record), AREA);
}

#[test]
fn a_record_holds_so_many_steps_and_what_is_proposed_is_still_answered() {
    let mut record = moved();
    let here = officer(1, DATA, AREA);
    for _ in 0..STEPS_MAX / 2 - 1 {
        does(&mut record, &here, Act::Propose).unwrap();
        does(&mut record, &here, Act::Withdraw).unwrap();
    }
    does(&mut record, &here, Act::Propose).unwrap();
    does(&mut record, &officer(2, DATA, ELSEWHERE), Act::Decline).unwrap();
    let full = does(&mut record, &here, Act::Propose);
    assert_eq!(full, Err(Refusal::DoesNotFit));
}

#[test]
fn l4_nobody_else_decides() {
    for act in Act::ALL {
        for (roles, area) in [
            (DATA, THIRD),
            (SHIELDING, AREA),
            (
                &[Role::Practitioner, Role::Manager, Role::Administrator][..],
                AREA,
            ),
        ] {
            let mut record = moved();
            let nobody = officer(5, roles, area);
            assert_eq!(does(&mut record, &nobody, act), Err(Refusal::AlreadySo));
            does(&mut record, &officer(1, DATA, ELSEWHERE), Act::Propose).unwrap();
            assert_eq!(does(&mut record, &nobody, act), Err(Refusal::AlreadySo));
        }
    }
}

#[test]
fn x1_a_shielded_move_is_the_losing_shielding_officers_to_begin_and_unknown_elsewhere_until_then() {
    let mut record = shielded(moved());
    let (here, there) = (
        officer(1, SHIELDING, AREA),
        officer(2, SHIELDING, ELSEWHERE),
    );
    let known = |record: &Record, actor: &Actor| {
        let moving = moving(record).unwrap();
        moving.side(actor, Shielding::Shielded)
    };
    assert_eq!(known(&record, &there), None);
    assert_eq!(
        does(&mut record, &there, Act::Propose),
        Err(Refusal::AlreadySo)
    );
    for data in [officer(3, DATA, AREA), officer(4, DATA, ELSEWHERE)] {
        assert_eq!(known(&record, &data), None);
    }
    does(&mut record, &here, Act::Propose).unwrap();
    assert_eq!(known(&record, &there), Some(Side::Gaining));
    assert_eq!(known(&record, &officer(4, DATA, ELSEWHERE)), None);
    does(&mut record, &there, Act::Decline).unwrap();
    assert_eq!(known(&record, &there), None);
    assert_eq!(known(&record, &here), Some(Side::Losing));
    does(&mut record, &here, Act::Propose).unwrap();
    does(&mut record, &here, Act::Withdraw).unwrap();
    assert_eq!(known(&record, &there), None);
    does(&mut record, &here, Act::Propose).unwrap();
    does(&mut record, &there, Act::Agree).unwrap();
    assert_eq!(responsible(&record), ELSEWHERE);
    assert_eq!(record.shielding(), Shielding::Shielded);
}

#[test]
fn x1_what_was_proposed_before_a_shield_was_placed_no_longer_stands() {
    for (roles, area) in [(DATA, AREA), (DATA, ELSEWHERE)] {
        let mut record = moved();
        does(&mut record, &officer(1, roles, area), Act::Propose).unwrap();
        let mut record = shielded(record);
        assert_eq!(stage_of(&record), Stage::Lapsed);
        let there = officer(2, SHIELDING, ELSEWHERE);
        assert_eq!(
            does(&mut record, &there, Act::Agree),
            Err(Refusal::AlreadySo)
        );
        assert_eq!(
            moving(&record).unwrap().side(&there, Shielding::Shielded),
            None
        );
        record.decide(BY, now(), Decided::ShieldLifted);
        assert_eq!(stage_of(&record), Stage::Lapsed);
    }
}

#[test]
fn l4_who_moves_on_or_back_is_asked_about_anew() {
    let mut record = moved();
    let (here, there) = (officer(1, DATA, AREA), officer(2, DATA, ELSEWHERE));
    does(&mut record, &here, Act::Propose).unwrap();
    // Confirmed, or said again with other words: the same move.
    nhs(&mut record, ELSEWHERE, date(2026, 8, 1));
    let mut said = sample::particulars();
    said.residence = Some(sample::residence("5 Oak Road", ELSEWHERE));
    record.accept(
        sample::source(SourceKind::Nhs, "nhs", "1"),
        sample::said(said),
        date(2026, 8, 2),
    );
    assert!(matches!(stage_of(&record), Stage::Proposed { .. }));
    nhs(&mut record, THIRD, date(2026, 9, 1));
    assert_eq!(stage_of(&record), Stage::Lapsed);
    assert_eq!(
        does(&mut record, &there, Act::Agree),
        Err(Refusal::AlreadySo)
    );
    nhs(&mut record, AREA, date(2026, 10, 1));
    assert_eq!(moving(&record), None);
    nhs(&mut record, ELSEWHERE, date(2026, 11, 1));
    assert_eq!(stage_of(&record), Stage::Lapsed);
    assert_eq!(moving(&record).unwrap().of.since, date(2026, 11, 1));
    assert_eq!(
        does(&mut record, &there, Act::Agree),
        Err(Refusal::AlreadySo)
    );
    assert_eq!(responsible(&record), AREA);
}

#[test]
fn l4_an_agreement_stays_when_what_was_said_first_is_taken_back() {
    let mut record = moved();
    does(&mut record, &officer(1, DATA, AREA), Act::Propose).unwrap();
    does(&mut record, &officer(2, DATA, ELSEWHERE), Act::Agree).unwrap();
    let mut never_moved = record.clone();
    let Statement { said, .. } = never_moved.statements.remove(1);
    never_moved.statements[0].superseded = None;
    assert_eq!(responsible(&never_moved), ELSEWHERE);
    // The child is back, and both are asked again.
    assert_eq!(moving(&never_moved).unwrap().of.to, code(AREA));
    // What only guards a shielded child allocates nothing.
    let mut guarded = shielded(Record::empty(Number::from_random(2)));
    guarded.statements.push(Statement {
        source: sample::source(SourceKind::Census, "census", "1"),
        first_confirmed: date(2026, 3, 1),
        last_confirmed: date(2026, 3, 1),
        superseded: Some(date(2026, 2, 28)),
        said,
    });
    assert_eq!(guarded.responsible(), None);
    nhs(&mut guarded, AREA, date(2026, 4, 1));
    assert_eq!(responsible(&guarded), AREA);
}

#[test]
fn x13_what_a_sensitive_service_says_allocates_only_while_nobody_else_speaks() {
    let mut record = Record::empty(Number::from_random(1));
    let clinic = (SourceKind::Local, "clinic");
    record.accept(
        sample::source(SourceKind::Local, "clinic", "s"),
        sample::sensitive("SH01"),
        date(2026, 1, 1),
    );
    lives(&mut record, clinic, THIRD, date(2026, 1, 1));
    assert_eq!(responsible(&record), THIRD);
    nhs(&mut record, AREA, date(2026, 2, 1));
    assert_eq!(responsible(&record), AREA);
    assert_eq!(moving(&record), None);
}

#[test]
fn l4_a_merger_takes_no_child_from_either_side_and_is_taken_back_exactly() {
    let mark = |source: &crate::statement::Source| {
        crate::row::RowMark(i64::from(source.supplier.as_str().len() as u32))
    };
    let one = || {
        let mut one = Record::empty(Number::from_random(1));
        nhs(&mut one, AREA, date(2026, 1, 1));
        one
    };
    let two = || {
        let mut two = Record::empty(Number::from_random(2));
        lives(
            &mut two,
            (SourceKind::Census, "census"),
            ELSEWHERE,
            date(2026, 2, 1),
        );
        two
    };
    for kept in [AREA, ELSEWHERE] {
        let (mut a, mut b) = (one(), two());
        a.merge_under(&mut b, Some(code(kept)), mark, (&BY, now()))
            .unwrap();
        assert_eq!(responsible(&a), kept);
        a.undo_merge(&mut b, mark, (&BY, now())).unwrap();
        assert_eq!(
            (responsible(&a), responsible(&b)),
            (AREA.into(), ELSEWHERE.into())
        );
    }
    // A proposal does not outlive it, and what was agreed on since was about both.
    let (mut a, mut b) = (moved(), two());
    does(&mut a, &officer(1, DATA, AREA), Act::Propose).unwrap();
    a.merge_under(&mut b, Some(code(AREA)), mark, (&BY, now()))
        .unwrap();
    assert_eq!(stage_of(&a), Stage::Lapsed);
    does(&mut a, &officer(1, DATA, AREA), Act::Propose).unwrap();
    does(&mut a, &officer(2, DATA, ELSEWHERE), Act::Agree).unwrap();
    a.undo_merge(&mut b, mark, (&BY, now())).unwrap();
    assert_eq!(
        (responsible(&a), responsible(&b)),
        (ELSEWHERE.into(), ELSEWHERE.into())
    );
}

#[test]
fn l4_a_split_leaves_both_with_who_was_responsible_for_the_one() {
    let mark = |source: &crate::statement::Source| {
        crate::row::RowMark(i64::from(source.supplier.as_str().len() as u32))
    };
    for goes_first in [true, false] {
        let mut record = Record::empty(Number::from_random(1));
        nhs(&mut record, AREA, date(2026, 1, 1));
        lives(
            &mut record,
            (SourceKind::Census, "census"),
            ELSEWHERE,
            date(2026, 2, 1),
        );
        let mut record = shielded(record);
        let mut new = Record::empty(Number::from_random(2));
        let goes = |one: &Statement| (one.source.kind == SourceKind::Nhs) == goes_first;
        record.split(&mut new, goes, mark, (&BY, now())).unwrap();
        assert_eq!(
            (responsible(&record), responsible(&new)),
            (AREA.into(), AREA.into())
        );
        // The other goes its own way by agreement, and is no longer this authority's to take back.
        let away = if goes_first { &mut record } else { &mut new };
        does(away, &officer(1, SHIELDING, AREA), Act::Propose).unwrap();
        does(away, &officer(2, SHIELDING, ELSEWHERE), Act::Agree).unwrap();
        let undone = record.undo_split(&mut new, (&BY, now()));
        assert_eq!(undone, Err(crate::joining::Unjoinable::NothingToUndo));
    }
}

/// Something that happens to a record without the other side.
#[derive(Clone, Debug)]
enum Alone {
    Act(i64, Act),
    Said(usize, usize, i8),
    Ended(usize, i8),
    Shield,
    Lift,
}

fn alone() -> impl Strategy<Value = Alone> {
    prop_oneof![
        4 => (1i64..4, prop::sample::select(&Act::ALL[..])).prop_map(|(who, act)| Alone::Act(who, act)),
        3 => (0usize..3, 0usize..3, 1i8..28).prop_map(|(who, area, day)| Alone::Said(who, area, day)),
        1 => (0usize..3, 1i8..28).prop_map(|(who, day)| Alone::Ended(who, day)),
        1 => Just(Alone::Shield),
        1 => Just(Alone::Lift),
    ]
}

proptest! {
    #[test]
    fn l4_no_sequence_of_one_sides_acts_alone_moves_responsibility(
        side in prop::sample::select(vec![AREA, ELSEWHERE, THIRD]),
        history in prop::collection::vec(alone(), 0..40),
    ) {
        const SOURCES: [(SourceKind, &str); 3] = [
            (SourceKind::Nhs, "nhs"),
            (SourceKind::Census, "census"),
            (SourceKind::Births, "births"),
        ];
        let mut record = moved();
        for happens in history {
            match happens {
                Alone::Act(who, act) => {
                    let one = officer(who, &[Role::DataOfficer, Role::ShieldingOfficer], side);
                    let _ = does(&mut record, &one, act);
                }
                Alone::Said(who, area, day) => {
                    let area = [AREA, ELSEWHERE, THIRD][area];
                    lives(&mut record, SOURCES[who], area, date(2026, 8, day));
                }
                Alone::Ended(who, day) => {
                    let (kind, supplier) = SOURCES[who];
                    record.withdraw(&sample::source(kind, supplier, "1"), date(2026, 8, day));
                }
                Alone::Shield => record.decide(BY, now(), Decided::ShieldPlaced(Ground::FleeingAbuse)),
                Alone::Lift => record.decide(BY, now(), Decided::ShieldLifted),
            }
            prop_assert_eq!(responsible(&record), AREA);
        }
    }
}
