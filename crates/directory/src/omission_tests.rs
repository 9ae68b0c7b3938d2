//! What is missing is filled in by a person, awaits a source, and gives way to it; a proposal to a list is never set.

#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use super::*;
use crate::access::Refusal;
use crate::account::{AccountId, Actor, Role};
use crate::child::Child;
use crate::correction::Cause;
use crate::disputing::{Told, say_wrong, undo};
use crate::following::followed;
use crate::name::Gender;
use crate::number::{Number, Scheme};
use crate::organisation::Sector;
use crate::precedence::Survivorship;
use crate::reason::Reason;
use crate::record::{Author, Decided};
use crate::sample::{self, AREA, TODAY, catalogue, said as says, source};
use crate::shield::Ground;
use crate::survivorship::child;
use jiff::ToSpan as _;
use jiff::civil::date;

fn says_nothing_of_gender() -> Particulars {
    Particulars {
        name: Some(sample::name("Kelly Marsh")),
        born: Some(date(2015, 3, 1)),
        residence: Some(sample::residence("4 Elm Road", AREA)),
        ..Particulars::default()
    }
}

fn nhs() -> Source {
    source(SourceKind::Nhs, "nhs", "1")
}

fn record() -> Record {
    let mut record = Record::empty(Number::from_random(1));
    record.accept(nhs(), says(says_nothing_of_gender()), TODAY - 30.days());
    record
}

fn gender(gender: Gender) -> Particulars {
    Particulars {
        gender: Some(gender),
        ..Particulars::default()
    }
}

fn told(field: Disputed, right: Right) -> Told {
    Told {
        field,
        cause: Cause::CarerAsked,
        right,
        entry: None,
    }
}

fn missing(value: Gender) -> Told {
    told(
        Disputed::Gender,
        Right::is(Disputed::Gender, &gender(value)).unwrap(),
    )
}

fn officer() -> Actor {
    sample::actor(5, Sector::SocialCare, &[Role::DataOfficer], AREA)
}

fn nurse() -> Actor {
    sample::actor(6, Sector::Health, &[Role::Practitioner], AREA)
}

fn decided(record: &Record, who: (&Actor, Reason), told: &Told) -> Result<Decided, Refusal> {
    say_wrong(
        record,
        (&catalogue(), &Survivorship::default()),
        who,
        told,
        TODAY,
    )
}

fn filled(mut record: Record, told: &Told) -> Record {
    let decision = decided(&record, (&officer(), Reason::DataQuality), told).unwrap();
    assert!(matches!(decision, Decided::Corrected(_)));
    record.decide(Author::Account(AccountId(5)), sample::now(), decision);
    record
}

fn view(record: &Record) -> Child {
    child(record, &catalogue(), TODAY)
}

fn feed(record: &mut Record, source: Source, days_after: i32, value: Option<Gender>) {
    let particulars = Particulars {
        gender: value,
        ..says_nothing_of_gender()
    };
    record.accept(source, says(particulars), TODAY + days_after.days());
}

fn states(record: &Record) -> Vec<State> {
    followed(record).iter().map(|one| one.state).collect()
}

#[test]
fn r83_a_word_that_was_taken_back_does_not_confirm_what_was_filled_in() {
    let mut record = filled(record(), &missing(Gender::Female));
    feed(&mut record, nhs(), 5, Some(Gender::Female));
    assert_eq!(states(&record), [State::Settled]);
    // As a run is taken back: its words only guard, and what they replaced stands again.
    let mut last = record.statements.pop().unwrap();
    record.statements[0].superseded = None;
    last.superseded = last.first_confirmed.yesterday().ok();
    assert!(last.is_taken_back());
    record.statements.push(last);
    assert_eq!(states(&record), [State::Waiting]);
    feed(&mut record, nhs(), 9, Some(Gender::Male));
    let shown = view(&record).gender.map(|item| item.value);
    assert_eq!(shown, Some(Gender::Female));
    assert_eq!(states(&record), [State::AskedAgain]);
}

#[test]
fn r83_what_is_missing_is_reported_with_what_is_right_and_changes_nothing() {
    let mut record = record();
    let report = decided(
        &record,
        (&nurse(), Reason::Coordinate),
        &missing(Gender::Female),
    );
    let Ok(Decided::Reported(dispute)) = &report else {
        panic!("{report:?}");
    };
    assert!(dispute.is_omission());
    assert_eq!(dispute.sources, [nhs()], "the source is asked (X8)");
    record.decide(
        Author::Account(AccountId(6)),
        sample::now(),
        report.unwrap(),
    );
    assert_eq!(view(&record).gender, None);
    assert_eq!(states(&record), [State::Waiting]);
    let nothing = told(Disputed::Gender, Right::Unsaid);
    for right in [Right::Unsaid, Right::NotKnown] {
        let told = Told {
            right,
            ..nothing.clone()
        };
        let refused = decided(&record, (&nurse(), Reason::Coordinate), &told);
        assert_eq!(refused, Err(Refusal::DoesNotFit), "what is right is needed");
    }
}

#[test]
fn r83_a_fill_is_marked_as_a_persons_and_is_settled_when_any_feed_confirms() {
    for confirms in [nhs(), source(SourceKind::Census, "census", "p")] {
        let mut record = filled(record(), &missing(Gender::Female));
        let shown = view(&record).gender.unwrap();
        assert_eq!(shown.value, Gender::Female);
        assert!(shown.provenance.is_filled);
        assert_eq!(shown.provenance.kind, SourceKind::Correction);
        feed(&mut record, nhs(), 1, None);
        assert_eq!(states(&record), [State::Waiting], "nothing is no answer");
        feed(&mut record, confirms.clone(), 2, Some(Gender::Female));
        let shown = view(&record).gender.unwrap();
        assert_eq!(shown.provenance.kind, confirms.kind);
        assert!(!shown.provenance.is_filled);
        assert_eq!(states(&record), [State::Settled]);
        assert!(view(&record).disputes.is_empty());
    }
}

#[test]
fn r83_a_feed_that_says_something_else_asks_again_and_changes_nothing() {
    let mut record = filled(record(), &missing(Gender::Female));
    feed(&mut record, nhs(), 1, Some(Gender::Male));
    assert_eq!(view(&record).gender.unwrap().value, Gender::Female);
    assert_eq!(states(&record), [State::AskedAgain]);
    feed(&mut record, nhs(), 2, Some(Gender::Female));
    feed(&mut record, nhs(), 3, Some(Gender::Male));
    let shown = view(&record).gender.unwrap();
    assert_eq!(
        shown.value,
        Gender::Male,
        "after it was confirmed, a change"
    );
    assert!(!shown.provenance.is_filled);
}

#[test]
fn r83_a_fill_stands_again_when_the_source_falls_silent_and_is_undone_exactly() {
    let mut record = filled(record(), &missing(Gender::Female));
    feed(&mut record, nhs(), 1, Some(Gender::Female));
    feed(&mut record, nhs(), 2, None);
    assert!(view(&record).gender.unwrap().provenance.is_filled);
    assert_eq!(states(&record), [State::Waiting]);
    let settings = (&catalogue(), &Survivorship::default());
    let who = (&officer(), Reason::DataQuality);
    let undone = undo(&record, settings, who, (Disputed::Gender, None), TODAY).unwrap();
    record.decide(Author::Account(AccountId(5)), sample::now(), undone);
    assert_eq!(view(&record).gender, None);
}

#[test]
fn r83_a_fill_can_be_put_right_and_stays_a_fill() {
    let record = filled(record(), &missing(Gender::Female));
    let record = filled(record, &missing(Gender::Male));
    let shown = view(&record).gender.unwrap();
    assert_eq!(shown.value, Gender::Male);
    assert!(shown.provenance.is_filled);
}

#[test]
fn x2_behind_a_shield_nobody_learns_by_an_omission_what_is_hidden() {
    let mut record = record();
    record.decide(
        Author::Account(AccountId(1)),
        sample::now(),
        Decided::ShieldPlaced(Ground::FleeingAbuse),
    );
    let school = Particulars {
        education: Some(crate::setting::Education::AtHome),
        ..Particulars::default()
    };
    let hidden = told(
        Disputed::Education,
        Right::is(Disputed::Education, &school).unwrap(),
    );
    let who = (&nurse(), Reason::Coordinate);
    assert_eq!(
        decided(&record, who, &hidden),
        Err(Refusal::NotPermitted),
        "missing or not"
    );
    let mut known = record.clone();
    let particulars = Particulars {
        education: Some(crate::setting::Education::Otherwise),
        ..says_nothing_of_gender()
    };
    known.accept(nhs(), says(particulars), TODAY);
    assert_eq!(decided(&known, who, &hidden), Err(Refusal::NotPermitted));
}

#[test]
fn x13_a_sensitive_services_own_system_is_never_asked_nor_heard() {
    let mut record = record();
    let quiet = source(SourceKind::Local, "camhs", "q");
    feed(&mut record, quiet.clone(), 0, Some(Gender::Male));
    assert!(Quiet::of(&record).holds(&quiet));
    assert_eq!(sources_to_ask(&record, Disputed::Gender), [nhs()]);
    let record = filled(record, &missing(Gender::Female));
    assert_eq!(
        states(&record),
        [State::Waiting],
        "as if it had said nothing"
    );
}

fn carer(name: &str) -> Right {
    Right::Is(Box::new(Particulars {
        carers: vec![crate::name::Carer {
            name: sample::name(name),
            telephone: None,
            email: None,
        }],
        ..Particulars::default()
    }))
}

#[test]
fn r12_a_carer_is_proposed_and_never_set_even_by_an_officer() {
    let record = record();
    for who in [
        (&nurse(), Reason::Coordinate),
        (&officer(), Reason::DataQuality),
    ] {
        let proposal = decided(&record, who, &told(Disputed::Carers, carer("Dawn Marsh")));
        let Ok(Decided::Reported(dispute)) = proposal else {
            panic!("{proposal:?}");
        };
        assert_eq!(dispute.sources, [nhs()]);
    }
    let nothing = decided(
        &record,
        (&nurse(), Reason::Coordinate),
        &told(Disputed::Carers, Right::Unsaid),
    );
    assert_eq!(nothing, Err(Refusal::DoesNotFit));
    let adult = {
        let mut record = Record::empty(Number::from_random(2));
        let of_age = Particulars {
            born: Some(date(2008, 1, 1)),
            ..says_nothing_of_gender()
        };
        record.accept(nhs(), says(of_age), TODAY - 30.days());
        child(&record, &catalogue(), TODAY)
    };
    let is_adult = adult.born.as_ref().is_some_and(|item| {
        TODAY >= crate::lifecycle::birthday(item.value, crate::lifecycle::CHILD_UNTIL_YEARS)
    });
    assert_eq!(
        crate::disputing::can_be_missing(&adult, Disputed::Carers, TODAY),
        !is_adult,
        "of a young adult no carer is held (L1)"
    );
}

#[test]
fn l2_a_number_is_proposed_by_its_own_body_and_seen_by_no_other() {
    let mut record = record();
    let number = OtherNumber::parse(Scheme::Nhs, "9434765919").unwrap();
    let right = Right::Is(Box::new(Particulars {
        other_numbers: vec![number],
        ..Particulars::default()
    }));
    let told = told(Disputed::OtherNumbers, right.clone());
    let teacher = sample::actor(7, Sector::Education, &[Role::Practitioner], AREA);
    assert_eq!(
        decided(&record, (&teacher, Reason::Coordinate), &told),
        Err(Refusal::DoesNotFit)
    );
    let proposal = decided(&record, (&nurse(), Reason::Coordinate), &told).unwrap();
    record.decide(Author::Account(AccountId(6)), sample::now(), proposal);
    let seen = |actor: &Actor| {
        let child = view(&record);
        let standing = crate::lifecycle::standing_on(&record, None, TODAY);
        let viewer = crate::access::viewer(actor, Reason::Coordinate, &child, standing).unwrap();
        let Some(crate::child::View::Whole(child)) = child.seen_by(viewer, actor) else {
            panic!("a whole view");
        };
        child.disputes.first().map(|mark| mark.right.clone())
    };
    assert_eq!(seen(&nurse()), Some(right));
    assert_eq!(seen(&teacher), Some(Right::Unsaid));
}
