//! Two records of one child are found, and a data officer decides about them, on both databases; of a pair with a shield nobody hears
//! (X2).

use std::ops::ControlFlow;
use std::thread;

use directory::access::Refusal;
use directory::connected::Tie;
use directory::number::Number;
use directory::query::Query;
use directory::reason::Reason;
use directory::record::Shielding;
use directory::run::Reach;
use directory::shield::Ground;
use directory::statement::SourceKind;
use directory::supplied::{Outcome, Row, Supplier};
use jiff::civil::date;
use store::{
    Choice, Join, Left, PairAnswer, Reconsidered, Session, Sifted, SuspectedBy, SuspectedLine,
    SuspectedList, WantedPair,
};

use crate::join::{by_number, join, opened};
use crate::practice::{Practice, by_name, parse, reason, row, with_nhs_number};
use crate::review::staffed;
use crate::runs::{File, load, take_back};

pub const BORN: directory::Date = date(2013, 8, 21);
const OTHER_BORN: directory::Date = date(2015, 1, 3);
pub const NUMBER: &str = "9434765919";
const ELSEWHERE: &str = "E06000023";

pub fn supplier(code: &str, kind: SourceKind) -> Supplier {
    Supplier {
        code: parse(code),
        kind,
    }
}

pub fn accepts(practice: &Practice, (code, kind): (&str, SourceKind), row: Row) -> Outcome {
    let (store, supplier) = (&practice.store, supplier(code, kind));
    let outcomes = store.accept(&supplier, &[row], practice.now());
    outcomes.unwrap()[0]
}

pub fn on(row: Row, day: i8) -> Row {
    Row {
        confirmed: date(2026, 11, day),
        ..row
    }
}

fn zahra(day: i8) -> Row {
    let mut row = on(row("h1", "Zahra", "Bukhari", OTHER_BORN), day);
    row.particulars.residence = None;
    row
}

pub const HOUSING: (&str, SourceKind) = ("housing", SourceKind::Local);
pub const CENSUS: (&str, SourceKind) = ("census", SourceKind::Census);

/// Maya has a number; Zahra is said to have the same later, by a row of a known key.
fn of_one_number(practice: &Practice) {
    practice.accept(&[with_nhs_number(row("1", "Maya", "Hollis", BORN), NUMBER)]);
    assert_eq!(accepts(practice, HOUSING, zahra(1)), Outcome::Accepted);
    assert_eq!(list(practice, "dora"), []);
    let numbered = with_nhs_number(zahra(2), NUMBER);
    assert_eq!(accepts(practice, HOUSING, numbered), Outcome::Accepted);
}

/// Two records that came to say the same, one field after the other, each by a row of a known key.
pub fn of_one_name(practice: &Practice) {
    practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
    let mut other = row("c1", "Maya", "Quillington", OTHER_BORN);
    other.particulars.residence = None;
    assert_eq!(accepts(practice, CENSUS, other), Outcome::Accepted);
    for (day, born) in [(2, OTHER_BORN), (3, BORN)] {
        let mut other = on(row("c1", "Maya", "Hollis", born), day);
        if born == OTHER_BORN {
            other.particulars.residence = None;
        }
        assert_eq!(accepts(practice, CENSUS, other), Outcome::Accepted, "{day}");
    }
    assert_eq!(numbers(practice, maya()).len(), 2);
}

pub fn maya() -> Query {
    by_name("Maya", "Hollis", BORN)
}

fn numbers(practice: &Practice, query: Query) -> Vec<Number> {
    practice.shown(&practice.session("jane"), query)
}

pub fn listed(practice: &Practice, session: &Session) -> SuspectedList {
    let list = practice.store.suspected(session, practice.now());
    list.unwrap().unwrap()
}

pub fn list(practice: &Practice, user: &str) -> Vec<SuspectedLine> {
    let list = listed(practice, &practice.session(user));
    assert_eq!(list.left, Left::Nothing);
    list.lines
}

/// Opens the one pair that waits, with the reason for both.
fn takes_up(practice: &Practice, session: &Session) -> [String; 2] {
    let [line] = &listed(practice, session).lines[..] else {
        panic!("one pair")
    };
    let pair = [line.reference.clone(), line.other.clone()];
    let wanted = WantedPair::This(pair.clone());
    let reason = Reason::DataQuality;
    let store = &practice.store;
    let taken = store.take_up_pair(session, reason, wanted, practice.now());
    assert_eq!(taken.unwrap(), Ok(Some(pair.clone())));
    pair
}

pub fn decides(
    practice: &Practice,
    session: &Session,
    (pair, answer): (&[String; 2], PairAnswer),
) -> Result<(), Refusal> {
    let store = &practice.store;
    store
        .decide_pair(session, pair, answer, practice.now())
        .unwrap()
}

pub fn sift(practice: &Practice) -> Sifted {
    let each = &mut |_: &Sifted| ControlFlow::Continue(());
    let sifted = practice.store.sift(practice.now(), each).unwrap();
    assert_eq!(sifted.failed, 0);
    sifted
}

pub fn is_sound(practice: &Practice) {
    practice.store.sequence(practice.now()).unwrap();
    let audit = practice.store.verify(&[], &mut |_| {}).unwrap();
    assert_eq!(audit.finding, None);
}

#[test]
fn a_number_that_comes_later_shows_two_records_to_the_officers_of_either() {
    staffed(|practice| {
        practice.accept(&[with_nhs_number(row("1", "Maya", "Hollis", BORN), NUMBER)]);
        let there = |day| {
            let mut row = on(row("h1", "Zahra", "Bukhari", OTHER_BORN), day);
            let residence = row.particulars.residence.as_mut().unwrap();
            residence.authority = Some(parse(ELSEWHERE));
            row
        };
        assert_eq!(accepts(practice, HOUSING, there(1)), Outcome::Accepted);
        let numbered = with_nhs_number(there(2), NUMBER);
        assert_eq!(accepts(practice, HOUSING, numbered), Outcome::Accepted);
        for user in ["dora", "dan", "bea"] {
            let [line] = &list(practice, user)[..] else {
                panic!("{user}")
            };
            assert_eq!(line.by, SuspectedBy::Number);
        }
        for user in ["jane", "ann", "sam", "bob"] {
            let session = practice.session(user);
            let refused = practice.store.suspected(&session, practice.now());
            assert_eq!(refused.unwrap(), Err(Refusal::NotPermitted), "{user}");
        }
        is_sound(practice);
    });
}

#[test]
fn r71_a_pair_is_shown_to_its_officers_only_and_with_a_reason_for_both() {
    staffed(|practice| {
        of_one_number(practice);
        let (store, dora) = (&practice.store, practice.session("dora"));
        let line = &listed(practice, &dora).lines[0];
        let pair = [line.reference.clone(), line.other.clone()];
        let unasked = store.show_pair(&dora, &pair, practice.now()).unwrap();
        assert_eq!(unasked.err(), Some(Refusal::NoReason));
        let early = decides(practice, &dora, (&pair, PairAnswer::NotSame));
        assert_eq!(early, Err(Refusal::NoReason));
        let pair = takes_up(practice, &dora);
        let shown = store.show_pair(&dora, &pair, practice.now());
        let shown = shown.unwrap().unwrap();
        let named = shown.disclosures.each_ref();
        let named = named.map(|one| one.view().name().unwrap().family.to_string());
        assert_eq!(named, ["Hollis", "Bukhari"], "the older first");
        let terms = shown.explanation.unwrap().terms;
        let is_bare = |(one, other): &(String, String)| one.is_empty() && other.is_empty();
        assert!(terms.iter().all(|term| is_bare(&term.compared)));
        // Officers of another authority decide nothing about it, and hear why not as if it did not wait.
        let bea = practice.session("bea");
        assert_eq!(listed(practice, &bea).lines, []);
        let quality = Reason::DataQuality;
        let pair = [maya(), by_name("Zahra", "Bukhari", OTHER_BORN)];
        let pair = pair.map(|query| opened(practice, &bea, quality, query));
        let shown = store.show_pair(&bea, &pair, practice.now()).unwrap();
        assert_eq!(shown.err(), Some(Refusal::AlreadySo));
        for answer in [
            PairAnswer::Merge,
            PairAnswer::NotSame,
            PairAnswer::CannotTell,
        ] {
            let decided = decides(practice, &bea, (&pair, answer));
            assert_eq!(decided, Err(Refusal::AlreadySo));
        }
        is_sound(practice);
    });
}

#[test]
fn names_that_become_alike_are_found_by_night() {
    staffed(|practice| {
        of_one_name(practice);
        assert_eq!(list(practice, "dora"), []);
        let sifted = sift(practice);
        assert_eq!((sifted.found, sifted.lapsed), (1, 0));
        let [line] = &list(practice, "dora")[..] else {
            panic!("one pair")
        };
        assert_eq!(line.by, SuspectedBy::Identity);
        assert_eq!(list(practice, "bea"), []);
        let again = sift(practice);
        assert_eq!((again.found, again.lapsed), (0, 0));
        is_sound(practice);
    });
}

#[test]
fn a_night_that_is_broken_off_goes_on_from_where_it_ended() {
    staffed(|practice| {
        of_one_name(practice);
        let store = &practice.store;
        let strangers = (0..80).map(|at| {
            let given = format!("Given{}", char::from(b'a' + at / 8));
            let family = format!("Family{}", char::from(b'a' + at % 8));
            let born = date(2009, 1 + i8::try_from(at / 8).unwrap(), 1);
            row(&format!("s{at}"), &given, &family, born)
        });
        let strangers: Vec<Row> = strangers.collect();
        practice.accept(&strangers);
        let mut nights = 0;
        let mut looked_at = 0;
        while looked_at < 82 {
            let each = &mut |_: &Sifted| ControlFlow::Break(());
            let sifted = store.sift(practice.now(), each).unwrap();
            assert!((1..=64).contains(&sifted.looked_at), "{sifted:?}");
            looked_at += sifted.looked_at;
            nights += 1;
        }
        assert!(nights > 1);
        let lines = listed(practice, &practice.session("dora")).lines;
        assert!(lines.iter().any(|one| one.by == SuspectedBy::Identity));
        let now = practice.now();
        let before = now.at - jiff::SignedDuration::from_hours(20);
        assert!(store.take_turn_to_sift(before, now).unwrap());
        assert!(!store.take_turn_to_sift(before, practice.now()).unwrap());
    });
}

#[test]
fn who_is_kept_apart_is_not_asked_about_again() {
    staffed(|practice| {
        of_one_number(practice);
        let dora = practice.session("dora");
        let pair = takes_up(practice, &dora);
        let decided = decides(practice, &dora, (&pair, PairAnswer::NotSame));
        assert_eq!(decided, Ok(()));
        assert_eq!(list(practice, "dora"), []);
        assert_eq!(sift(practice).found, 0);
        // Whatever is said later, under whatever key.
        let mut moved = with_nhs_number(zahra(5), NUMBER);
        moved.particulars.education = None;
        assert_eq!(accepts(practice, HOUSING, moved), Outcome::Accepted);
        let census = on(row("c7", "Maya", "Hollis", BORN), 6);
        accepts(practice, CENSUS, with_nhs_number(census, NUMBER));
        practice.store.rotate_key(practice.now()).unwrap();
        assert_eq!(sift(practice).found, 0);
        assert_eq!(list(practice, "dora"), []);
        let gone = decides(practice, &dora, (&pair, PairAnswer::Merge));
        assert_eq!(gone, Err(Refusal::AlreadySo));
        is_sound(practice);
    });
}

#[test]
fn x2_a_shield_on_one_empties_the_list_and_nothing_says_why() {
    staffed(|practice| {
        of_one_number(practice);
        let dora = practice.session("dora");
        let pair = takes_up(practice, &dora);
        let sam = practice.session("sam");
        let store = &practice.store;
        let reference = practice.opened(&sam, maya());
        let placed = store.shield(&sam, &reference, Ground::FleeingAbuse, practice.now());
        placed.unwrap().unwrap();
        // Who has the child's number may be the child, under another name: no record of theirs stays open (F1).
        let zahra = by_name("Zahra", "Bukhari", OTHER_BORN);
        let jane = practice.session("jane");
        let found = store.search(&jane, reason(&jane), zahra, practice.now());
        let children = found.unwrap().unwrap().children;
        let mut shieldings = children.iter().map(|one| one.disclosure.shielding());
        assert!(shieldings.all(|one| one == Shielding::Shielded));
        assert_eq!(list(practice, "dora"), []);
        let wanted = WantedPair::FirstBut([String::new(), String::new()]);
        let taken = store.take_up_pair(&dora, Reason::DataQuality, wanted, practice.now());
        assert_eq!(taken.unwrap(), Ok(None));
        let shown = store.show_pair(&dora, &pair, practice.now()).unwrap();
        assert_eq!(shown.err(), Some(Refusal::AlreadySo));
        let decided = decides(practice, &dora, (&pair, PairAnswer::Merge));
        assert_eq!(decided, Err(Refusal::AlreadySo));
        let sifted = sift(practice);
        assert_eq!((sifted.found, sifted.lapsed), (0, 0), "nor does the night");
        is_sound(practice);
    });
}

#[test]
fn x2_beside_a_shielded_child_the_night_finds_nobody() {
    staffed(|practice| {
        of_one_name(practice);
        let sam = practice.session("sam");
        let reference = practice.opened(&sam, maya());
        let store = &practice.store;
        let placed = store.shield(&sam, &reference, Ground::FleeingAbuse, practice.now());
        placed.unwrap().unwrap();
        assert_eq!(sift(practice).found, 0);
        assert_eq!(list(practice, "dora"), []);
        is_sound(practice);
    });
}

#[test]
fn a_merger_settles_it_and_taken_back_it_waits_again() {
    staffed(|practice| {
        of_one_number(practice);
        let dora = practice.session("dora");
        let pair = takes_up(practice, &dora);
        let [kept, gone] = [maya(), by_name("Zahra", "Bukhari", OTHER_BORN)]
            .map(|query| numbers(practice, query)[0]);
        assert_eq!(decides(practice, &dora, (&pair, PairAnswer::Merge)), Ok(()));
        for number in [kept, gone] {
            assert_eq!(numbers(practice, by_number(number)), [kept]);
        }
        assert_eq!(list(practice, "dora"), []);
        assert_eq!(sift(practice).found, 0);
        let merged = opened(practice, &dora, Reason::DataQuality, by_number(kept));
        assert_eq!(join(practice, &dora, &merged, &Join::Undo), Ok(()));
        assert_eq!(list(practice, "dora").len(), 1);
        is_sound(practice);
    });
}

#[test]
fn who_cannot_tell_puts_a_pair_at_the_end_and_the_next_opens() {
    staffed(|practice| {
        of_one_number(practice);
        of_one_name_of_others(practice);
        assert_eq!(sift(practice).found, 1);
        let dora = practice.session("dora");
        let lines = listed(practice, &dora).lines;
        let by = |lines: &[SuspectedLine]| lines.iter().map(|one| one.by).collect::<Vec<_>>();
        assert_eq!(by(&lines), [SuspectedBy::Number, SuspectedBy::Identity]);
        let [first, second] =
            [&lines[0], &lines[1]].map(|line| [line.reference.clone(), line.other.clone()]);
        let takes = |wanted| {
            let store = &practice.store;
            let taken = store.take_up_pair(&dora, Reason::DataQuality, wanted, practice.now());
            taken.unwrap().unwrap()
        };
        takes(WantedPair::This(first.clone()));
        let put_off = decides(practice, &dora, (&first, PairAnswer::CannotTell));
        assert_eq!(put_off, Ok(()));
        let lines = listed(practice, &dora).lines;
        assert_eq!(by(&lines), [SuspectedBy::Identity, SuspectedBy::Number]);
        assert_eq!(
            takes(WantedPair::FirstBut(first.clone())),
            Some(second.clone())
        );
        let merged = decides(practice, &dora, (&second, PairAnswer::NotSame));
        assert_eq!(merged, Ok(()));
        assert_eq!(takes(WantedPair::FirstBut(first)), None, "it was just seen");
        is_sound(practice);
    });
}

/// As [`of_one_name`], of another child.
fn of_one_name_of_others(practice: &Practice) {
    let born = date(2010, 5, 17);
    practice.accept(&[row("9", "Eleri", "Trevelyan", born)]);
    let mut other = row("c9", "Eleri", "Okonkwo", date(2011, 6, 4));
    other.particulars.residence = None;
    assert_eq!(accepts(practice, CENSUS, other), Outcome::Accepted);
    for (day, on_day) in [(2, date(2011, 6, 4)), (3, born)] {
        let mut other = on(row("c9", "Eleri", "Trevelyan", on_day), day);
        if on_day != born {
            other.particulars.residence = None;
        }
        assert_eq!(accepts(practice, CENSUS, other), Outcome::Accepted);
    }
}

#[test]
fn taking_back_the_run_that_brought_the_number_takes_the_pair_off() {
    staffed(|practice| {
        practice.accept(&[with_nhs_number(row("1", "Maya", "Hollis", BORN), NUMBER)]);
        let file = |day: i8, row: Row| File {
            supplier: supplier(HOUSING.0, HOUSING.1),
            reach: Reach::Delta,
            day,
            rows: vec![row],
        };
        load(practice, &file(1, zahra(1)));
        let brought = load(practice, &file(2, with_nhs_number(zahra(2), NUMBER)));
        assert_eq!(list(practice, "dora").len(), 1);
        let dora = practice.session("dora");
        let pair = takes_up(practice, &dora);
        take_back(practice, brought.id);
        assert_eq!(list(practice, "dora"), []);
        let gone = decides(practice, &dora, (&pair, PairAnswer::Merge));
        assert_eq!(gone, Err(Refusal::AlreadySo));
        let sifted = sift(practice);
        assert_eq!((sifted.found, sifted.lapsed), (0, 1));
        assert_eq!(sift(practice).lapsed, 0);
        // Said again, it is found again.
        load(practice, &file(4, with_nhs_number(zahra(4), NUMBER)));
        assert_eq!(list(practice, "dora").len(), 1);
        is_sound(practice);
    });
}

#[test]
fn of_two_officers_at_once_one_decides_and_the_other_is_told() {
    staffed(|practice| {
        of_one_number(practice);
        let officers = ["dora", "dan"].map(|user| practice.session(user));
        let pairs = officers.each_ref().map(|one| takes_up(practice, one));
        let answers = [PairAnswer::Merge, PairAnswer::NotSame];
        let mut told: Vec<Result<(), Refusal>> = thread::scope(|scope| {
            let both = officers.iter().zip(&pairs).zip(answers);
            let running: Vec<_> = both
                .map(|((officer, pair), answer)| {
                    scope.spawn(move || decides(practice, officer, (pair, answer)))
                })
                .collect();
            let ended = running.into_iter().map(|one| one.join().unwrap());
            ended.collect()
        });
        told.sort_by_key(Result::is_err);
        assert_eq!(told, [Ok(()), Err(Refusal::AlreadySo)]);
        assert_eq!(list(practice, "dora"), []);
        is_sound(practice);
    });
}

/// A second record that comes to have the child's given name, birthday and school: likely enough to be asked about, by night.
fn of_one_given_name(practice: &Practice) {
    practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
    for (day, born) in [(1, OTHER_BORN), (2, BORN)] {
        let mut other = on(row("c1", "Maya", "Quillington", born), day);
        other.particulars.residence = None;
        assert_eq!(accepts(practice, CENSUS, other), Outcome::Accepted, "{day}");
    }
    assert_eq!(sift(practice).found, 1);
    let by = list(practice, "dora").into_iter().map(|line| line.by);
    assert_eq!(by.collect::<Vec<_>>(), [SuspectedBy::Likeness]);
}

/// How many shields wait for the shielding officers, before and after the nightly look.
fn shields_waiting(practice: &Practice, officer: &Session) -> [usize; 2] {
    let store = &practice.store;
    let waiting = || store.shields_waiting(officer, practice.now()).unwrap();
    let before = waiting().unwrap().len();
    let each = &mut |_: &Reconsidered| ControlFlow::Continue(());
    store.reconsider(practice.now(), each).unwrap();
    [before, waiting().unwrap().len()]
}

#[test]
fn f1_x9_who_is_noted_as_perhaps_the_shielded_child_waits_for_shielding_officers_and_nobody_else() {
    for choice in [Choice::LeaveOpen, Choice::Shield] {
        staffed(|practice| {
            of_one_given_name(practice);
            let (store, sam) = (&practice.store, practice.session("sam"));
            let reference = practice.opened(&sam, maya());
            let placed = store.shield(&sam, &reference, Ground::FleeingAbuse, practice.now());
            placed.unwrap().unwrap();
            assert_eq!(list(practice, "dora"), [], "nothing tells of it (X2)");
            assert_eq!(shields_waiting(practice, &sam), [1, 1]);
            let shown = store.show_connected(&sam, &reference, practice.now());
            let shown = shown.unwrap().unwrap_or_else(|why| panic!("{why:?}"));
            let [other] = &shown.open[..] else {
                panic!("one record")
            };
            assert_eq!(other.ties, [Tie::MayBeSame]);
            let choices = [(other.reference.clone(), choice)];
            let decided = store.decide_connected(&sam, &reference, &choices, practice.now());
            assert_eq!(decided.unwrap(), Ok(()));
            assert_eq!(shields_waiting(practice, &sam), [0, 0]);
            let other = by_name("Maya", "Quillington", BORN);
            let jane = practice.session("jane");
            let found = store.search(&jane, reason(&jane), other, practice.now());
            let found = found.unwrap().unwrap().children;
            let shieldings = found.iter().map(|one| one.disclosure.shielding());
            let left = match choice {
                Choice::LeaveOpen => Shielding::None,
                Choice::Shield => Shielding::Shielded,
            };
            assert_eq!(shieldings.collect::<Vec<_>>(), [left]);
            assert_eq!(list(practice, "dora"), []);
            is_sound(practice);
        });
    }
}

#[test]
fn x3_f1_who_was_left_open_for_the_home_is_decided_about_again_as_perhaps_the_child() {
    staffed(|practice| {
        practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
        let says = |day, born, at_home| {
            let mut other = on(row("c1", "Maya", "Quillington", born), day);
            other.particulars.residence = other.particulars.residence.filter(|_| at_home);
            assert_eq!(accepts(practice, CENSUS, other), Outcome::Accepted, "{day}");
        };
        says(1, OTHER_BORN, true);
        let (store, sam) = (&practice.store, practice.session("sam"));
        let reference = practice.opened(&sam, maya());
        let placed = store.shield(&sam, &reference, Ground::FleeingAbuse, practice.now());
        placed.unwrap().unwrap();
        let shown = || {
            let shown = store.show_connected(&sam, &reference, practice.now());
            let shown = shown.unwrap().unwrap_or_else(|why| panic!("{why:?}"));
            let [other] = &shown.open[..] else {
                panic!("one record")
            };
            (other.reference.clone(), other.ties.clone())
        };
        let (other, ties) = shown();
        assert_eq!(ties, [Tie::Address]);
        let choices = [(other, Choice::LeaveOpen)];
        let decided = store.decide_connected(&sam, &reference, &choices, practice.now());
        assert_eq!(decided.unwrap(), Ok(()));
        assert_eq!(shields_waiting(practice, &sam), [0, 0]);
        says(2, BORN, false);
        assert_eq!(shields_waiting(practice, &sam), [0, 1]);
        assert_eq!(shown().1, [Tie::MayBeSame]);
    });
}

#[test]
fn f1_who_comes_to_be_perhaps_a_shielded_child_is_found_by_night_for_shielding_officers() {
    staffed(|practice| {
        practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
        let says = |day, born| {
            let mut other = on(row("c1", "Maya", "Quillington", born), day);
            other.particulars.residence = None;
            assert_eq!(accepts(practice, CENSUS, other), Outcome::Accepted, "{day}");
        };
        says(1, OTHER_BORN);
        let (store, sam) = (&practice.store, practice.session("sam"));
        let reference = practice.opened(&sam, maya());
        let placed = store.shield(&sam, &reference, Ground::FleeingAbuse, practice.now());
        placed.unwrap().unwrap();
        assert_eq!(shields_waiting(practice, &sam), [0, 0]);
        says(2, BORN);
        assert_eq!((sift(practice).found, list(practice, "dora")), (0, vec![]));
        assert_eq!(shields_waiting(practice, &sam), [0, 1]);
        let shown = store.show_connected(&sam, &reference, practice.now());
        let shown = shown.unwrap().unwrap_or_else(|why| panic!("{why:?}"));
        let ties = shown.open.iter().map(|one| &one.ties[..]);
        assert_eq!(ties.collect::<Vec<_>>(), [[Tie::MayBeSame]]);
        is_sound(practice);
    });
}
