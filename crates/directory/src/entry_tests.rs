//! What is taken out of a list stays out, whoever says it and however often, until a person shows it again (R83, X8).

#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use super::*;
use crate::access::Refusal;
use crate::account::{AccountId, Actor, Role};
use crate::correction::{Cause, Right};
use crate::disputing::{Told, say_wrong, undo};
use crate::following::{State, Weight, followed, waiting};
use crate::involvement::Involvement;
use crate::number::Number;
use crate::organisation::Sector;
use crate::precedence::Survivorship;
use crate::reason::Reason;
use crate::record::{Author, Decided};
use crate::row::RowMark;
use crate::sample::{self, AREA, TODAY, catalogue, said, source};
use crate::shield::Ground;
use crate::statement::{Particulars, Source, SourceKind};
use crate::survivorship::child;
use crate::text::telephone;
use jiff::ToSpan as _;
use jiff::civil::date;
use proptest::prelude::*;

const DEAD: &str = "01632 960 001";
const LIVE: &str = "01632 960 002";
const BY: Author = Author::Account(AccountId(5));

fn nhs() -> Source {
    source(SourceKind::Nhs, "nhs", "1")
}

fn census() -> Source {
    source(SourceKind::Census, "census", "7")
}

fn carer(name: &str, number: Option<&str>) -> Carer {
    Carer {
        name: sample::name(name),
        telephone: number.and_then(|number| telephone(number).ok()),
        email: None,
    }
}

fn cared_by(carers: Vec<Carer>) -> Particulars {
    Particulars {
        name: Some(sample::name("Kelly Marsh")),
        born: Some(date(2015, 3, 1)),
        residence: Some(sample::residence("4 Elm Road", AREA)),
        carers,
        ..Particulars::default()
    }
}

/// A record of which NHS registrations say this, thirty days ago.
fn record(says: Particulars) -> Record {
    let mut record = Record::empty(Number::from_random(1));
    record.accept(nhs(), said(says), TODAY - 30.days());
    record
}

fn feed(record: &mut Record, source: Source, days_after: i32, carers: Vec<Carer>) {
    record.accept(source, said(cared_by(carers)), TODAY + days_after.days());
}

fn officer() -> Actor {
    sample::actor(5, Sector::SocialCare, &[Role::DataOfficer], AREA)
}

fn told(entry: &Entry) -> Told {
    Told {
        field: entry.field(),
        cause: Cause::KnownFromWork,
        right: Right::NotKnown,
        entry: Some(entry.code()),
    }
}

fn decided(record: &Record, who: (&Actor, Reason), told: &Told) -> Result<Decided, Refusal> {
    let settings = (&catalogue(), &Survivorship::default());
    say_wrong(record, settings, who, told, TODAY)
}

/// The same with an entry taken out by an officer who may.
fn without(mut record: Record, entry: &Entry) -> Record {
    let out = decided(&record, (&officer(), Reason::DataQuality), &told(entry)).unwrap();
    assert!(matches!(out, Decided::Corrected(_)), "{out:?}");
    record.decide(BY, sample::now(), out);
    record
}

fn reported(record: &mut Record, entry: &Entry) {
    let who = (&sample::practitioner(), Reason::IdentifyChild);
    let report = decided(record, who, &told(entry)).unwrap();
    assert!(matches!(report, Decided::Reported(_)), "{report:?}");
    record.decide(BY, sample::now(), report);
}

fn shown_again(record: &Record, entry: &Entry) -> Result<Decided, Refusal> {
    let settings = (&catalogue(), &Survivorship::default());
    let (code, who) = (entry.code(), (&officer(), Reason::DataQuality));
    undo(
        record,
        settings,
        who,
        (entry.field(), Some(code.as_str())),
        TODAY,
    )
}

fn dead_number() -> Entry {
    Entry::Carer(
        sample::name("Ruth Marsh"),
        Part::Telephone(telephone(DEAD).unwrap()),
    )
}

fn ruth() -> Entry {
    Entry::Carer(sample::name("Ruth Marsh"), Part::Whole)
}

fn view(record: &Record) -> Child {
    child(record, &catalogue(), TODAY + 60.days())
}

fn carers(record: &Record) -> Vec<(String, Option<String>)> {
    let of = |one: Carer| (one.name.to_string(), one.telephone.map(|it| it.to_string()));
    let carers = view(record).carers.into_iter();
    carers.map(|item| of(item.value)).collect()
}

fn shown(name: &str, number: Option<&str>) -> (String, Option<String>) {
    let number = number.map(|number| telephone(number).unwrap().to_string());
    (name.to_owned(), number)
}

fn tasks(record: &Record) -> Vec<(Weight, State)> {
    let all = followed(record);
    all.iter().map(|one| (one.weight, one.state)).collect()
}

#[test]
fn r83_a_dead_number_is_out_until_it_is_shown_again_and_the_source_is_followed() {
    let says = |number| vec![carer("Ruth Marsh", Some(number))];
    let mut record = without(record(cared_by(says(DEAD))), &dead_number());
    for day in 1..4 {
        assert_eq!(carers(&record), [shown("Ruth Marsh", None)], "day {day}");
        assert_eq!(tasks(&record), [(Weight::Correction, State::Waiting)]);
        assert_eq!(view(&record).disputes[0].entry, Some(dead_number()));
        feed(&mut record, nhs(), day, says(DEAD));
    }
    feed(&mut record, nhs(), 5, says(LIVE));
    assert_eq!(carers(&record), [shown("Ruth Marsh", Some(LIVE))]);
    assert_eq!(tasks(&record), [(Weight::Correction, State::Settled)]);
    assert!(
        view(&record).disputes.is_empty(),
        "settled: no mark is left"
    );
    feed(&mut record, nhs(), 7, says(DEAD));
    assert_eq!(carers(&record), [shown("Ruth Marsh", None)], "it came back");
    assert_eq!(tasks(&record), [(Weight::Correction, State::Waiting)]);
    let again = shown_again(&record, &dead_number()).unwrap();
    record.decide(BY, sample::now(), again);
    assert_eq!(carers(&record), [shown("Ruth Marsh", Some(DEAD))]);
    assert_eq!(
        shown_again(&record, &dead_number()),
        Err(Refusal::AlreadySo)
    );
}

#[test]
fn r83_the_number_another_source_gives_takes_the_place_of_a_dead_one() {
    let mut record = record(cared_by(vec![carer("Ruth Marsh", Some(DEAD))]));
    let older = said(cared_by(vec![carer("RUTH MARSH", Some(LIVE))]));
    record.accept(census(), older, TODAY - 90.days());
    assert_eq!(carers(&record), [shown("Ruth Marsh", Some(DEAD))]);
    let record = without(record, &dead_number());
    assert_eq!(carers(&record), [shown("Ruth Marsh", Some(LIVE))]);
    let item = &view(&record).carers[0];
    assert_eq!(item.provenance.kind, SourceKind::Census);
}

#[test]
fn r83_who_is_no_carer_stays_out_whoever_says_so_and_whoever_does_is_asked() {
    let both = || vec![carer("Ruth Marsh", None), carer("Len Marsh", None)];
    let mut record = without(record(cared_by(both())), &ruth());
    assert_eq!(carers(&record), [shown("Len Marsh", None)]);
    feed(&mut record, nhs(), 1, vec![carer("Len Marsh", None)]);
    assert_eq!(tasks(&record), [(Weight::Correction, State::Settled)]);
    feed(&mut record, census(), 2, both());
    assert_eq!(carers(&record), [shown("Len Marsh", None)]);
    let followed = followed(&record);
    assert_eq!(followed[0].state, State::Waiting);
    assert_eq!(waiting(&record, &followed[0]), [&census()]);
}

#[test]
fn r83_two_entries_are_out_each_for_itself() {
    let says = || vec![carer("Ruth Marsh", Some(DEAD)), carer("Len Marsh", None)];
    let len = Entry::Carer(sample::name("Len Marsh"), Part::Whole);
    let record = without(record(cared_by(says())), &dead_number());
    let mut record = without(record, &len);
    assert_eq!(carers(&record), [shown("Ruth Marsh", None)]);
    assert_eq!(view(&record).disputes.len(), 2);
    let first = shown_again(&record, &dead_number()).unwrap();
    record.decide(BY, sample::now(), first);
    assert_eq!(carers(&record), [shown("Ruth Marsh", Some(DEAD))]);
    assert_eq!(view(&record).disputes[0].entry, Some(len));
}

#[test]
fn r83_a_former_name_is_out_also_where_it_is_one_because_its_source_replaced_it() {
    let named = |name: &str, former: &[&str]| Particulars {
        name: Some(sample::name(name)),
        former_names: former.iter().map(|name| sample::name(name)).collect(),
        ..cared_by(Vec::new())
    };
    let mut record = record(named("Kelly Stone", &["Kelly Turner"]));
    record.accept(nhs(), said(named("Kelly Marsh", &["Kelly Turner"])), TODAY);
    let former = |record: &Record| -> Vec<String> {
        let names = view(record).former_names.into_iter();
        names.map(|item| item.value.to_string()).collect()
    };
    assert_eq!(former(&record), ["Kelly Turner", "Kelly Stone"]);
    let stone = Entry::FormerName(sample::name("Kelly Stone"));
    let record = without(record, &stone);
    assert_eq!(former(&record), ["Kelly Turner"]);
    // The source has replaced it: there is nobody to ask, and it can still be shown again.
    assert_eq!(tasks(&record), [(Weight::Correction, State::Settled)]);
    assert_eq!(view(&record).disputes[0].entry, Some(stone.clone()));
    let turner = Entry::FormerName(sample::name("Kelly Turner"));
    let mut record = without(record, &turner);
    assert!(former(&record).is_empty());
    let waits = followed(&record);
    assert_eq!(waiting(&record, &waits[1]), [&nhs()]);
    let again = shown_again(&record, &stone).unwrap();
    record.decide(BY, sample::now(), again);
    assert_eq!(former(&record), ["Kelly Stone"]);
}

#[test]
fn r83_the_name_another_source_gives_is_taken_out_and_shown_again_and_its_source_is_followed() {
    let named = |name: &str| Particulars {
        name: Some(sample::name(name)),
        ..cared_by(Vec::new())
    };
    let others = |record: &Record| -> Vec<String> {
        let names = view(record).other_names.into_iter();
        names.map(|item| item.value.to_string()).collect()
    };
    let mut record = record(named("Kelly Marsh"));
    record.accept(census(), said(named("Kit Ellery")), TODAY - 60.days());
    assert_eq!(others(&record), ["Kit Ellery"]);
    let kit = Entry::FormerName(sample::name("Kit Ellery"));
    let mut record = without(record, &kit);
    assert!(others(&record).is_empty() && view(&record).former_names.is_empty());
    assert_eq!(tasks(&record), [(Weight::Correction, State::Waiting)]);
    assert_eq!(waiting(&record, &followed(&record)[0]), [&census()]);
    let again = shown_again(&record, &kit).unwrap();
    let mut shown = record.clone();
    shown.decide(BY, sample::now(), again);
    assert_eq!(others(&shown), ["Kit Ellery"]);
    // Its source replaces it: it is no former name either, and none when it comes back.
    record.accept(census(), said(named("Kelly Marsh")), TODAY);
    assert!(others(&record).is_empty() && view(&record).former_names.is_empty());
    assert_eq!(tasks(&record), [(Weight::Correction, State::Settled)]);
    record.accept(census(), said(named("KIT ELLERY")), TODAY + 1.days());
    assert!(others(&record).is_empty() && view(&record).former_names.is_empty());
    assert_eq!(tasks(&record), [(Weight::Correction, State::Waiting)]);
}

#[test]
fn r83_a_name_that_was_put_right_is_no_other_name_however_it_is_written() {
    let named = |name: &str| Particulars {
        name: Some(sample::name(name)),
        ..cared_by(Vec::new())
    };
    let mut record = record(named("Kit Mary-Ann"));
    record.accept(census(), said(named("Kit Maryann")), TODAY - 60.days());
    let right = Told {
        field: Disputed::Name,
        cause: Cause::ChildAsked,
        right: Right::is(Disputed::Name, &named("Kelly Marsh")).unwrap(),
        entry: None,
    };
    let set = decided(&record, (&officer(), Reason::DataQuality), &right).unwrap();
    record.decide(BY, sample::now(), set);
    let child = view(&record);
    assert_eq!(child.name.unwrap().value, sample::name("Kelly Marsh"));
    assert!(child.other_names.is_empty(), "{:?}", child.other_names);
}

#[test]
fn r83_a_dead_number_stays_out_when_its_source_writes_the_carer_or_the_number_otherwise() {
    let says = |name, number| vec![carer(name, Some(number))];
    let mut record = without(record(cared_by(says("Ruth Marsh", DEAD))), &dead_number());
    for (day, name, number) in [
        (1, "Ruth Anne Marsh", DEAD),
        (2, "Rut Marsch", DEAD),
        (3, "Ruth Marsh", "+44 1632 960001"),
        (4, "R Marsh", "+44 (0)1632 960001"),
    ] {
        feed(&mut record, nhs(), day, says(name, number));
        assert_eq!(carers(&record), [shown(name, None)], "day {day}");
        assert_eq!(tasks(&record), [(Weight::Correction, State::Waiting)]);
    }
    // It is out for whoever else of the family is said to have it, and another number is not.
    let both = vec![
        carer("Ruth Marsh", Some(LIVE)),
        carer("Len Marsh", Some(DEAD)),
    ];
    feed(&mut record, nhs(), 5, both);
    let expected = [shown("Ruth Marsh", Some(LIVE)), shown("Len Marsh", None)];
    assert_eq!(carers(&record), expected);
    let again = shown_again(&record, &dead_number()).unwrap();
    record.decide(BY, sample::now(), again);
    assert_eq!(carers(&record)[1], shown("Len Marsh", Some(DEAD)));
}

#[test]
fn r83_who_is_no_carer_is_out_by_name_and_whoever_shares_their_number_is_not() {
    let says = vec![
        carer("Ruth Marsh", Some(LIVE)),
        carer("Len Marsh", Some(LIVE)),
    ];
    let record = without(record(cared_by(says)), &ruth());
    assert_eq!(carers(&record), [shown("Len Marsh", Some(LIVE))]);
}

#[test]
fn r83_a_report_of_a_number_is_answered_by_taking_it_out_for_another_carer() {
    let says = vec![
        carer("Ruth Marsh", Some(DEAD)),
        carer("Len Marsh", Some(DEAD)),
    ];
    let mut record = record(cared_by(says));
    let of_len = Part::Telephone(telephone(DEAD).unwrap());
    reported(
        &mut record,
        &Entry::Carer(sample::name("Len Marsh"), of_len),
    );
    let record = without(record, &dead_number());
    assert_eq!(
        carers(&record),
        [shown("Ruth Marsh", None), shown("Len Marsh", None)]
    );
    assert_eq!(tasks(&record), [(Weight::Correction, State::Waiting)]);
}

fn working(record: &mut Record, key: &str, involvement: Involvement) {
    let local = source(SourceKind::Local, "northfield", key);
    record.accept(local, sample::involved(involvement), TODAY - 20.days());
}

#[test]
fn r83_who_no_longer_works_with_the_child_is_out_and_what_they_recorded_themselves_is_theirs() {
    let tim = || sample::involvement("Tim Reeve", "EH01", sample::current(None));
    let entry = Entry::Working(tim().service, tim().practitioner.name, Part::Whole);
    let mut record = record(cared_by(Vec::new()));
    let mut reached = tim();
    reached.practitioner.telephone = telephone(DEAD).ok();
    working(&mut record, "1", reached);
    let number = Part::Telephone(telephone(DEAD).unwrap());
    let number = Entry::Working(tim().service, tim().practitioner.name, number);
    let silent = without(record.clone(), &number);
    assert_eq!(
        view(&silent).involvements[0].value.practitioner.telephone,
        None
    );
    let mut out = without(record.clone(), &entry);
    assert!(view(&out).involvements.is_empty());
    let mut own = tim();
    own.account = Some(AccountId(3));
    working(&mut out, "own", own.clone());
    assert_eq!(view(&out).involvements.len(), 1, "they say so themselves");
    working(&mut record, "own", own);
    let answer = decided(&record, (&officer(), Reason::DataQuality), &told(&entry));
    assert!(matches!(answer, Ok(Decided::Reported(_))), "{answer:?}");
}

#[test]
fn r83_a_report_of_an_entry_is_answered_by_taking_out_that_entry_and_no_other() {
    let says = vec![carer("Ruth Marsh", Some(DEAD)), carer("Len Marsh", None)];
    let len = Entry::Carer(sample::name("Len Marsh"), Part::Whole);
    let mut record = record(cared_by(says.clone()));
    reported(&mut record, &len);
    assert_eq!(carers(&record).len(), 2, "a report changes nothing");
    let nurse = sample::practitioner();
    let again = decided(&record, (&nurse, Reason::IdentifyChild), &told(&len));
    assert_eq!(again, Err(Refusal::AlreadySo));
    let mut record = without(record, &dead_number());
    let open = [
        (Weight::Correction, State::Waiting),
        (Weight::Report, State::Waiting),
    ];
    assert_eq!(tasks(&record), open);
    assert_eq!(view(&record).disputes.len(), 2, "both are marked");
    record = without(record, &len);
    assert_eq!(tasks(&record), [open[0], open[0]]);
    let undone = shown_again(&record, &len).unwrap();
    record.decide(BY, sample::now(), undone);
    assert_eq!(tasks(&record), open, "the report is open again");
    feed(&mut record, nhs(), 1, vec![says[0].clone()]);
    assert_eq!(tasks(&record)[1], (Weight::Report, State::Settled));
}

#[test]
fn x2_behind_a_shield_nobody_learns_by_an_entry_who_is_there_and_its_officers_take_it_out() {
    let mut record = record(cared_by(vec![carer("Ruth Marsh", Some(DEAD))]));
    record.decide(
        BY,
        sample::now(),
        Decided::ShieldPlaced(Ground::FleeingAbuse),
    );
    let nobody = Entry::Carer(sample::name("Nobody Else"), Part::Whole);
    let nurse = sample::practitioner();
    for who in [
        (&nurse, Reason::IdentifyChild),
        (&officer(), Reason::DataQuality),
    ] {
        for entry in [ruth(), dead_number(), nobody.clone()] {
            let answer = decided(&record, who, &told(&entry));
            assert_eq!(answer, Err(Refusal::NotPermitted), "{entry:?}");
        }
    }
    let shielding = sample::actor(8, Sector::SocialCare, &[Role::ShieldingOfficer], AREA);
    let out = decided(
        &record,
        (&shielding, Reason::ShieldDecision),
        &told(&ruth()),
    );
    let Ok(Decided::Corrected(_)) = &out else {
        panic!("{out:?}");
    };
    let restricted = view(&record).restricted();
    record.decide(BY, sample::now(), out.unwrap());
    assert!(carers(&record).is_empty());
    assert_eq!(view(&record).restricted(), restricted, "nothing new");
}

#[test]
fn r83_what_is_out_of_either_record_is_out_of_the_one_that_takes_over() {
    let mut kept = record(cared_by(vec![carer("Ruth Marsh", Some(DEAD))]));
    let mut gone = Record::empty(Number::from_random(2));
    feed(&mut gone, census(), -20, vec![carer("Len Marsh", None)]);
    kept = without(kept, &dead_number());
    let len = Entry::Carer(sample::name("Len Marsh"), Part::Whole);
    gone = without(gone, &len);
    let mark = |source: &Source| RowMark(if *source == nhs() { 1 } else { 2 });
    let now = sample::now();
    kept.merge(&mut gone, mark, (&BY, now)).unwrap();
    assert_eq!(carers(&kept), [shown("Ruth Marsh", None)]);
    assert_eq!(tasks(&kept), [(Weight::Correction, State::Waiting); 2]);
    kept.undo_merge(&mut gone, mark, (&BY, now)).unwrap();
    assert_eq!(carers(&kept), [shown("Ruth Marsh", None)]);
    assert_eq!(tasks(&kept), [(Weight::Correction, State::Waiting)]);
    assert!(carers(&gone).is_empty());
}

/// What one of three feeds says of carers: one of these.
fn said_of_carers(which: u8) -> Vec<Carer> {
    match which {
        0 => vec![carer("Ruth Marsh", Some(DEAD))],
        1 => vec![carer("Ruth Marsh", Some(LIVE)), carer("Len Marsh", None)],
        2 => vec![carer("ruth marsh", None)],
        _ => vec![carer("Len Marsh", Some(DEAD))],
    }
}

proptest! {
    #[test]
    fn r83_what_is_out_is_never_shown_and_shown_again_is_as_if_it_had_never_been(
        steps in prop::collection::vec((0u8..3, 0u8..4), 0..12),
        place in 0usize..12,
        whole in any::<bool>(),
    ) {
        let entry = if whole { ruth() } else { dead_number() };
        let mut plain = record(cared_by(said_of_carers(0)));
        let mut with = plain.clone();
        let mut is_out = false;
        for (index, (who, which)) in steps.iter().enumerate() {
            let now = child(&with, &catalogue(), TODAY);
            if index == place && entries(&now, Disputed::Carers).contains(&entry) {
                with = without(with, &entry);
                is_out = true;
            }
            let day = i32::try_from(index).unwrap();
            let feeds = source(SourceKind::Nhs, "nhs", &who.to_string());
            for record in [&mut with, &mut plain] {
                feed(record, feeds.clone(), day, said_of_carers(*which));
            }
            let code = |one: &Entry| one.code().to_lowercase();
            let mut shown = entries(&view(&with), Disputed::Carers).into_iter();
            let is_it = |one: &Entry| code(one) == code(&entry) || entry.covers(one);
            prop_assert!(!is_out || !shown.any(|one| is_it(&one)));
            let says = with.standing().any(|one| entry.hides(one));
            let open = followed(&with).iter().any(|one| one.state == State::Waiting);
            prop_assert_eq!(open, is_out && says, "followed while anybody says it");
        }
        if is_out {
            let again = Decided::EntryShown(Box::new(entry));
            with.decide(BY, sample::now(), again);
        }
        prop_assert_eq!(view(&with), view(&plain));
    }
}
