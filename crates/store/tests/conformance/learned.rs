//! What a shielded record comes to say, whoever says it, hides every other record that may be of the same child, on both databases (F1,
//! X9); and its suppliers are answered as if no child were shielded (X2).

use std::cell::RefCell;
use std::ops::ControlFlow;

use directory::address::AddressState;
use directory::correction::{Cause, Disputed, Right};
use directory::disputing::Told;
use directory::number::Number;
use directory::query::{Hidden, Query};
use directory::reason::Reason;
use directory::record::Shielding;
use directory::row::Waits;
use directory::run::Reach;
use directory::shield::Ground;
use directory::statement::SourceKind;
use directory::supplied::{Outcome, Row, Supplier};
use directory::text;
use jiff::civil::date;
use store::{Join, PairAnswer, Said, Verdict, WantedPair};

use crate::connected::LODGERS;
use crate::join::{by_number, join, opened};
use crate::practice::{Practice, by_name, parse, reason, row, visible, with_nhs_number};
use crate::review::{decide, from_all, shown, staffed, taken_up, waiting};
use crate::runs::{File, load, take_back};
use crate::twins::nhs_number;

pub const BORN: directory::Date = date(2013, 8, 21);
pub const OTHER_BORN: directory::Date = date(2015, 1, 3);
pub const NUMBER: &str = "9434765919";

pub const NHS: (&str, SourceKind) = ("nhs", SourceKind::Nhs);
pub const CENSUS: (&str, SourceKind) = ("census", SourceKind::Census);
pub const HOUSING: (&str, SourceKind) = ("housing", SourceKind::Local);
pub const SURGERY: (&str, SourceKind) = ("surgery", SourceKind::Local);

pub fn supplier((code, kind): (&str, SourceKind)) -> Supplier {
    Supplier {
        code: parse(code),
        kind,
    }
}

pub fn accepts(practice: &Practice, of: (&str, SourceKind), rows: &[Row]) -> Vec<Outcome> {
    let accepted = practice.store.accept(&supplier(of), rows, practice.now());
    accepted.unwrap()
}

pub fn on(row: Row, day: i8) -> Row {
    Row {
        confirmed: date(2026, 11, day),
        ..row
    }
}

pub fn nowhere(mut row: Row) -> Row {
    row.particulars.residence = None;
    row
}

/// At a refuge, in the same authority's area.
pub fn at_refuge(mut row: Row) -> Row {
    let residence = row.particulars.residence.as_mut().unwrap();
    if let AddressState::Current(address) = &mut residence.state {
        address.lines[0] = parse("9 Safe Street");
        address.postcode = text::postcode("GL1 1AA").ok();
    }
    row.particulars.education = None;
    row
}

pub fn maya() -> Query {
    by_name("Maya", "Hollis", BORN)
}

pub fn zahra() -> Query {
    by_name("Zahra", "Bukhari", OTHER_BORN)
}

/// The name that the child is given in hiding.
pub fn noor() -> Query {
    by_name("Noor", "Rahman", BORN)
}

/// By what is hidden of a shielded child.
pub fn noor_at_refuge() -> Query {
    let hidden = Hidden {
        postcode: text::postcode("GL1 1AA").ok(),
        ..Hidden::default()
    };
    Query::of(visible("Noor", "Rahman", Some(BORN)), hidden).unwrap()
}

fn hidden_noor(key: &str, day: i8) -> Row {
    let row = at_refuge(row(key, "Noor", "Rahman", BORN));
    on(with_nhs_number(row, NUMBER), day)
}

pub fn numbers(practice: &Practice, query: Query) -> Vec<Number> {
    practice.shown(&practice.session("jane"), query)
}

/// Whether the records are shielded that a query finds, those that are open first.
pub fn shieldings(practice: &Practice, query: Query) -> Vec<Shielding> {
    let jane = practice.session("jane");
    let store = &practice.store;
    let found = store.search(&jane, reason(&jane), query, practice.now());
    let children = found.unwrap().unwrap().children;
    let mut all: Vec<Shielding> = children
        .iter()
        .map(|child| child.disclosure.shielding())
        .collect();
    all.sort_by_key(|shielding| *shielding == Shielding::Shielded);
    all
}

pub fn shield(practice: &Practice, query: Query) {
    let sam = practice.session("sam");
    let reference = practice.opened(&sam, query);
    let store = &practice.store;
    let placed = store.shield(&sam, &reference, Ground::FleeingAbuse, practice.now());
    placed.unwrap().unwrap();
}

/// Shields of which an officer of the authority has yet to hear.
pub fn shields_waiting(practice: &Practice) -> usize {
    let sam = practice.session("sam");
    let waiting = practice.store.shields_waiting(&sam, practice.now());
    waiting.unwrap().unwrap().len()
}

pub fn a_night_passes(practice: &Practice) {
    let each = &mut |_: &store::Reconsidered| ControlFlow::Continue(());
    let done = practice.store.reconsider(practice.now(), each).unwrap();
    assert_eq!(done.failed, 0);
}

pub fn is_sound(practice: &Practice) {
    practice.store.sequence(practice.now()).unwrap();
    let audit = practice.store.verify(&[], &mut |_| {}).unwrap();
    assert_eq!(audit.finding, None);
}

/// Zahra comes to have the number, under her own key.
fn numbered_zahra(practice: &Practice) {
    for day in [1, 2] {
        let row = nowhere(on(row("h1", "Zahra", "Bukhari", OTHER_BORN), day));
        let row = match day {
            1 => row,
            _ => with_nhs_number(row, NUMBER),
        };
        assert_eq!(accepts(practice, HOUSING, &[row]), [Outcome::Accepted]);
    }
}

#[test]
fn f1_whoever_is_like_a_duplicate_is_shielded_with_it() {
    staffed(|practice| {
        practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
        let [first] = numbers(practice, maya())[..] else {
            panic!("one")
        };
        // Another record comes to say the same, one field after the other, and then a number that the first lacks.
        let steps = [
            nowhere(row("c1", "Maya", "Quillington", OTHER_BORN)),
            nowhere(row("c1", "Maya", "Hollis", OTHER_BORN)),
            row("c1", "Maya", "Hollis", BORN),
            with_nhs_number(row("c1", "Maya", "Hollis", BORN), NUMBER),
        ];
        for (row, day) in steps.into_iter().zip(1..) {
            let accepted = accepts(practice, CENSUS, &[on(row, day)]);
            assert_eq!(accepted, [Outcome::Accepted], "{day}");
        }
        numbered_zahra(practice);
        assert_eq!(shieldings(practice, maya()), [Shielding::None; 2]);
        shield(practice, by_number(first));
        assert_eq!(shieldings(practice, maya()), [Shielding::Shielded; 2]);
        assert_eq!(shieldings(practice, zahra()), [Shielding::Shielded]);
        is_sound(practice);
    });
}

/// Children of whom each bears a number of the one before, and none anything else of another.
fn chain(practice: &Practice) -> Vec<Query> {
    let each = LODGERS.iter().enumerate();
    let born = |place: usize| {
        let part = |most: usize| i8::try_from(1 + place % most).unwrap();
        date(2009 + i16::from(part(9)), part(12), part(28))
    };
    let rows = each.map(|(place, (given, family))| {
        nowhere(row(&place.to_string(), given, family, born(place)))
    });
    let rows: Vec<Row> = rows.collect();
    let all = vec![Outcome::Accepted; rows.len()];
    assert_eq!(practice.accept(&rows), all);
    let numbered = rows.iter().enumerate().map(|(place, row)| {
        let one = with_nhs_number(on(row.clone(), 2), &nhs_number(place * 5));
        with_nhs_number(one, &nhs_number((place + 1) * 5))
    });
    let numbered: Vec<Row> = numbered.collect();
    assert_eq!(practice.accept(&numbered), all);
    let queries = LODGERS.iter().enumerate();
    let queries = queries.map(|(place, (given, family))| by_name(given, family, born(place)));
    queries.collect()
}

#[test]
fn f1_whoever_lies_far_off_is_shielded_by_night() {
    staffed(|practice| {
        let queries = chain(practice);
        shield(practice, queries[0].clone());
        let open = || {
            let each = queries.iter();
            let is_open =
                |query: &&Query| shieldings(practice, (*query).clone()) == [Shielding::None];
            each.filter(is_open).count()
        };
        let left = open();
        assert!((1..queries.len() / 2).contains(&left), "{left}");
        a_night_passes(practice);
        assert_eq!(open(), 0);
        is_sound(practice);
    });
}

/// Maya is shielded; Zahra and Noor, who are open, have one number. Then Zahra is merged into Maya.
fn merged(practice: &Practice, before: impl Fn()) {
    practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
    numbered_zahra(practice);
    for day in [1, 2] {
        let row = at_refuge(on(row("c1", "Noor", "Rahman", BORN), day));
        let row = match day {
            1 => row,
            _ => with_nhs_number(row, NUMBER),
        };
        assert_eq!(accepts(practice, CENSUS, &[row]), [Outcome::Accepted]);
    }
    shield(practice, maya());
    assert_eq!(shieldings(practice, noor()), [Shielding::None]);
    before();
    let sam = practice.session("sam");
    let decision = Reason::ShieldDecision;
    let gone = opened(practice, &sam, decision, zahra());
    let kept = opened(practice, &sam, decision, maya());
    let done = join(practice, &sam, &kept, &Join::Merge(gone));
    assert_eq!(done, Ok(()));
}

/// How many pairs wait for a data officer.
fn pairs(practice: &Practice) -> usize {
    let dora = practice.session("dora");
    let list = practice.store.suspected(&dora, practice.now());
    list.unwrap().unwrap().lines.len()
}

#[test]
fn x9_f1_whoever_is_like_what_is_merged_into_a_shielded_record_is_shielded_too() {
    staffed(|practice| {
        merged(practice, || assert_eq!(pairs(practice), 1));
        assert_eq!(shieldings(practice, noor()), [Shielding::Shielded]);
        assert_eq!(numbers(practice, noor_at_refuge()), []);
        assert_eq!(pairs(practice), 0);
        assert_eq!(shields_waiting(practice), 1, "an officer hears of it");
        is_sound(practice);
    });
}

#[test]
fn f1_whoever_a_person_kept_apart_from_what_is_merged_stays_open() {
    staffed(|practice| {
        merged(practice, || {
            let dora = practice.session("dora");
            let store = &practice.store;
            let list = store.suspected(&dora, practice.now());
            let line = &list.unwrap().unwrap().lines[0];
            let pair = [line.reference.clone(), line.other.clone()];
            let wanted = WantedPair::This(pair.clone());
            let taken = store.take_up_pair(&dora, Reason::DataQuality, wanted, practice.now());
            assert_eq!(taken.unwrap(), Ok(Some(pair.clone())));
            let apart = PairAnswer::NotSame;
            let decided = store.decide_pair(&dora, &pair, apart, practice.now());
            assert_eq!(decided.unwrap(), Ok(()));
        });
        assert_eq!(shieldings(practice, noor()), [Shielding::None]);
        a_night_passes(practice);
        assert_eq!(shieldings(practice, noor()), [Shielding::None]);
        is_sound(practice);
    });
}

/// Alike, and not exactly: it waits.
fn doubtful(key: &str) -> Row {
    nowhere(row(key, "Maya", "Hollis", BORN))
}

/// An officer links what waits to the child it is of.
fn linked(practice: &Practice, (user, waits): (&str, Waits)) {
    let session = practice.session(user);
    let reference = taken_up(practice, &session, waits);
    let seen = shown(practice, &session, (waits, &reference)).unwrap();
    let link = Verdict::Link(seen.beside[0].reference.clone());
    let decided = decide(practice, &session, (waits, &reference), &link);
    assert_eq!(decided, Ok(()));
}

/// Maya, shielded if she is to be, under two keys of the NHS, one of which a person has linked to her.
fn of_two_keys(practice: &Practice, is_shielded: bool) -> Vec<Outcome> {
    let mut outcomes = practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
    if is_shielded {
        shield(practice, maya());
    }
    outcomes.extend(practice.accept(&[doubtful("k")]));
    linked(
        practice,
        match is_shielded {
            true => ("sam", Waits::Held),
            false => ("dora", Waits::Review),
        },
    );
    outcomes
}

#[test]
fn f1_whoever_is_like_what_a_shielded_record_comes_to_say_is_shielded_too() {
    staffed(|practice| {
        of_two_keys(practice, true);
        assert_eq!(shields_waiting(practice), 0);
        let first = accepts(practice, SURGERY, &[hidden_noor("g", 2)]);
        assert_eq!(first, [Outcome::Accepted]);
        assert_eq!(
            shieldings(practice, noor()),
            [Shielding::None],
            "unlike her"
        );
        let learns = accepts(practice, NHS, &[hidden_noor("k", 3)]);
        assert_eq!(learns, [Outcome::Accepted]);
        let all = shieldings(practice, noor());
        assert!(
            !all.is_empty() && !all.contains(&Shielding::None),
            "{all:?}"
        );
        assert_eq!(numbers(practice, noor_at_refuge()), []);
        // Nobody has placed this shield: an officer hears of it, the next morning too, and until one has decided.
        assert_eq!(shields_waiting(practice), 1);
        a_night_passes(practice);
        assert_eq!(shields_waiting(practice), 1);
        let (sam, store) = (practice.session("sam"), &practice.store);
        let lines = store.shields_waiting(&sam, practice.now());
        let reference = lines.unwrap().unwrap()[0].reference.clone();
        let why = Reason::ShieldDecision;
        let given = store.give_reason(&sam, &reference, why, practice.now());
        given.unwrap().unwrap();
        let decided = store.decide_connected(&sam, &reference, &[], practice.now());
        assert_eq!(decided.unwrap(), Ok(()));
        assert_eq!(shields_waiting(practice), 0);
        // The same again is nothing new.
        let again = accepts(practice, NHS, &[hidden_noor("k", 4)]);
        assert_eq!(again, [Outcome::Accepted]);
        is_sound(practice);
    });
}

#[test]
fn f1_what_comes_in_one_batch_with_what_a_shielded_record_learns_is_shielded_too() {
    staffed(|practice| {
        of_two_keys(practice, true);
        let batch = [hidden_noor("g", 3), hidden_noor("k", 3)];
        let outcomes = accepts(practice, NHS, &batch);
        assert_eq!(outcomes, [Outcome::Accepted; 2]);
        let all = shieldings(practice, noor());
        assert!(
            !all.is_empty() && !all.contains(&Shielding::None),
            "{all:?}"
        );
        assert_eq!(numbers(practice, noor_at_refuge()), []);
        is_sound(practice);
    });
}

#[test]
fn f1_rows_that_wait_and_are_like_what_a_shielded_record_comes_to_say_are_held() {
    staffed(|practice| {
        of_two_keys(practice, true);
        // In doubt of another child of the new name.
        let other = at_refuge(row("8", "Noor", "Rahman", BORN));
        assert_eq!(accepts(practice, CENSUS, &[other]), [Outcome::Accepted]);
        let vague = nowhere(on(row("9", "Noor", "Rahman", BORN), 2));
        assert_eq!(accepts(practice, CENSUS, &[vague]), [Outcome::Waiting]);
        assert_eq!(practice.store.rows_waiting().unwrap(), 1);
        accepts(practice, NHS, &[hidden_noor("k", 3)]);
        assert_eq!(practice.store.rows_waiting().unwrap(), 0);
        let sam = practice.session("sam");
        assert_eq!(waiting(practice, &sam, Waits::Held), 1);
    });
}

/// What suppliers are told when Maya is given another name in hiding, on each database.
fn told(is_shielded: bool) -> Vec<Vec<Outcome>> {
    let told = RefCell::new(Vec::new());
    staffed(|practice| {
        let mut answers = of_two_keys(practice, is_shielded);
        let unnumbered = || at_refuge(row("g", "Noor", "Rahman", BORN));
        for (of, rows) in [
            (SURGERY, vec![hidden_noor("g", 2)]),
            (NHS, vec![hidden_noor("k", 3)]),
            (NHS, vec![hidden_noor("k", 3)]),
            (SURGERY, vec![hidden_noor("g", 3)]),
            (SURGERY, vec![on(unnumbered(), 4)]),
            (NHS, vec![on(doubtful("k"), 5)]),
            (SURGERY, vec![hidden_noor("g", 6), hidden_noor("g2", 6)]),
        ] {
            answers.extend(accepts(practice, of, &rows));
        }
        let is_open = shieldings(practice, noor()).contains(&Shielding::None);
        assert_eq!(is_open, !is_shielded);
        told.borrow_mut().push(answers);
    });
    told.into_inner()
}

#[test]
fn x2_suppliers_are_told_the_same_whether_or_not_the_record_that_learns_is_shielded() {
    let open = told(false);
    assert_eq!(told(true), open);
    assert!(open[0].contains(&Outcome::Unchanged));
}

#[test]
fn f1_what_a_shielded_record_had_hidden_stays_hidden_when_the_run_is_taken_back() {
    staffed(|practice| {
        of_two_keys(practice, true);
        let file = |of: (&str, SourceKind), day: i8, row: Row| File {
            supplier: supplier(of),
            reach: Reach::Delta,
            day,
            rows: vec![row],
        };
        let first = load(practice, &file(SURGERY, 2, hidden_noor("g", 2)));
        let learns = load(practice, &file(NHS, 3, hidden_noor("k", 3)));
        let later = load(practice, &file(SURGERY, 4, hidden_noor("g", 4)));
        let is_hidden = |when: &str| {
            let all = shieldings(practice, noor());
            assert!(!all.contains(&Shielding::None), "{when}: {all:?}");
            assert_eq!(numbers(practice, noor_at_refuge()), [], "{when}");
        };
        is_hidden("as it came");
        take_back(practice, learns.id);
        is_hidden("without what told of it");
        assert!(!numbers(practice, noor()).is_empty());
        take_back(practice, first.id);
        is_hidden("without the first of its own");
        take_back(practice, later.id);
        is_hidden("without any of its own");
        is_sound(practice);
    });
}

/// That the name of a row is right.
pub fn named(row: &Row) -> Told {
    Told {
        field: Disputed::Name,
        cause: Cause::CarerAsked,
        right: Right::is(Disputed::Name, &row.particulars).unwrap(),
        entry: None,
    }
}

#[test]
fn r88_f1_whoever_is_like_what_is_set_right_behind_a_shield_is_shielded_too() {
    staffed(|practice| {
        practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
        shield(practice, maya());
        let other = at_refuge(row("g", "Noor", "Rahman", BORN));
        assert_eq!(
            accepts(practice, SURGERY, std::slice::from_ref(&other)),
            [Outcome::Accepted]
        );
        let (sam, store) = (practice.session("sam"), &practice.store);
        let seen = practice.opened(&sam, maya());
        assert_eq!(shieldings(practice, noor()), [Shielding::None]);
        let told = named(&other);
        let said = store.say_wrong(&sam, &seen, &told, practice.now());
        assert_eq!(said.unwrap(), Ok(Said::Corrected));
        assert_eq!(shieldings(practice, noor()), [Shielding::Shielded; 2]);
        assert_eq!(numbers(practice, noor_at_refuge()), []);
        is_sound(practice);
    });
}

#[test]
fn f1_an_open_record_that_a_person_makes_like_a_shielded_child_is_shielded_by_night() {
    staffed(|practice| {
        practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
        shield(practice, maya());
        let other = at_refuge(row("g", "Noor", "Rahman", BORN));
        assert_eq!(accepts(practice, SURGERY, &[other]), [Outcome::Accepted]);
        let (dora, store) = (practice.session("dora"), &practice.store);
        let seen = opened(practice, &dora, Reason::DataQuality, noor());
        let told = named(&row("1", "Maya", "Hollis", BORN));
        let said = store.say_wrong(&dora, &seen, &told, practice.now());
        assert_eq!(said.unwrap(), Ok(Said::Corrected));
        let both = [Shielding::None, Shielding::Shielded];
        assert_eq!(shieldings(practice, maya()), both);
        a_night_passes(practice);
        assert_eq!(shieldings(practice, maya()), [Shielding::Shielded; 2]);
        assert_eq!(shields_waiting(practice), 1);
        is_sound(practice);
    });
}

#[test]
fn f1_whoever_an_officer_kept_apart_from_a_shielded_child_stays_open_by_night() {
    staffed(|practice| {
        practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
        shield(practice, maya());
        accepts(
            practice,
            SURGERY,
            &[at_refuge(row("g", "Maya", "Hollis", BORN))],
        );
        let sam = practice.session("sam");
        let reference = taken_up(practice, &sam, Waits::Held);
        let seen = shown(practice, &sam, (Waits::Held, &reference)).unwrap();
        let apart = decide(practice, &sam, (Waits::Held, &reference), &from_all(&seen));
        assert_eq!(apart, Ok(()));
        let both = [Shielding::None, Shielding::Shielded];
        assert_eq!(shieldings(practice, maya()), both);
        a_night_passes(practice);
        assert_eq!(shieldings(practice, maya()), both);
        is_sound(practice);
    });
}
