//! What a correction does: it stands, is confirmed, relapses, asks again, and is undone as if it had never been.

#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use super::*;
use crate::access::Refusal;
use crate::account::{AccountId, Role};
use crate::address::{Address, AddressState, Residence};
use crate::child::Child;
use crate::correction::{Cause, may_follow};
use crate::disputing::{Told, dismiss, say_wrong, undo};
use crate::name::{Carer, Gender};
use crate::number::Number;
use crate::organisation::Sector;
use crate::precedence::{Believed, Precedence, Survivorship};
use crate::reason::Reason;
use crate::record::Author;
use crate::sample::{self, AREA, TODAY, catalogue, said, source};
use crate::shield::Ground;
use crate::statement::SourceKind;
use crate::survivorship::{child, shown};
use crate::text::{AddressLine, postcode};
use jiff::ToSpan as _;
use jiff::civil::date;
use proptest::prelude::*;

const BORN: crate::Date = date(2015, 3, 1);

fn born(day: crate::Date) -> Particulars {
    Particulars {
        name: Some(sample::name("Kelly Marsh")),
        born: Some(day),
        residence: Some(sample::residence("4 Elm Road", AREA)),
        ..Particulars::default()
    }
}

fn nhs() -> Source {
    source(SourceKind::Nhs, "nhs", "1")
}

/// A record of one source that says this, thirty days ago.
fn record(says: Particulars) -> Record {
    let mut record = Record::empty(Number::from_random(1));
    record.accept(nhs(), said(says), TODAY - 30.days());
    record
}

fn officer() -> crate::account::Actor {
    sample::actor(5, Sector::SocialCare, &[Role::DataOfficer], AREA)
}

fn told(field: Disputed, right: Right) -> Told {
    Told {
        field,
        cause: Cause::CarerAsked,
        right,
        entry: None,
    }
}

fn right_born(day: crate::Date) -> Right {
    Right::is(Disputed::Born, &born(day)).unwrap()
}

fn decided(
    record: &Record,
    who: (&crate::account::Actor, Reason),
    told: &Told,
) -> Result<Decided, Refusal> {
    let settings = (&catalogue(), &Survivorship::default());
    say_wrong(record, settings, who, told, TODAY)
}

fn corrected(mut record: Record, told: &Told) -> Record {
    let decision = decided(&record, (&officer(), Reason::DataQuality), told).unwrap();
    assert!(matches!(decision, Decided::Corrected(_)));
    record.decide(Author::Account(AccountId(5)), sample::now(), decision);
    record
}

fn view(record: &Record) -> Child {
    child(record, &catalogue(), TODAY)
}

fn shown_born(record: &Record) -> Option<crate::Date> {
    view(record).born.map(|item| item.value)
}

fn states(record: &Record) -> Vec<State> {
    followed(record).iter().map(|one| one.state).collect()
}

/// The feed says something on a day after the correction.
fn feed(record: &mut Record, days_after: i32, says: Particulars) {
    record.accept(nhs(), said(says), TODAY + days_after.days());
}

#[test]
fn r83_what_is_right_is_shown_at_once_and_a_feed_with_the_error_changes_nothing() {
    let wrong = date(2015, 1, 3);
    let mut record = corrected(record(born(wrong)), &told(Disputed::Born, right_born(BORN)));
    let now = view(&record);
    let item = now.born.unwrap();
    assert_eq!(item.value, BORN);
    assert_eq!(item.provenance.kind, SourceKind::Correction);
    assert_eq!(item.provenance.last_confirmed, Some(TODAY));
    assert_eq!(now.disputes.len(), 1);
    for day in 1..9 {
        feed(&mut record, day, born(wrong));
        assert_eq!(shown_born(&record), Some(BORN));
        assert_eq!(states(&record), [State::Waiting]);
    }
}

#[test]
fn r83_a_feed_that_says_what_is_right_settles_it_and_is_the_source_from_then_on() {
    let mut record = corrected(
        record(born(date(2015, 1, 3))),
        &told(Disputed::Born, right_born(BORN)),
    );
    feed(&mut record, 3, born(BORN));
    let now = view(&record);
    assert_eq!(now.born.unwrap().provenance.kind, SourceKind::Nhs);
    assert!(now.disputes.is_empty());
    assert_eq!(states(&record), [State::Settled]);
}

#[test]
fn r83_the_error_does_not_come_back_after_it_was_settled_nor_by_another_source() {
    let wrong = date(2015, 1, 3);
    let mut record = corrected(record(born(wrong)), &told(Disputed::Born, right_born(BORN)));
    feed(&mut record, 3, born(BORN));
    feed(&mut record, 5, born(wrong));
    assert_eq!(shown_born(&record), Some(BORN));
    assert_eq!(states(&record), [State::Waiting]);
    // The register of births is believed most; it says the same error.
    let births = source(SourceKind::Births, "births", "b");
    record.accept(births, said(born(wrong)), TODAY);
    assert_eq!(shown_born(&record), Some(BORN));
}

/// Takes a feed back as a run is: its words only guard, and what it replaced stands again.
fn take_back_last(record: &mut Record) {
    let mut last = record.statements.pop().unwrap();
    record.statements.last_mut().unwrap().superseded = None;
    last.superseded = last.first_confirmed.yesterday().ok();
    assert!(last.is_taken_back());
    record.statements.push(last);
}

#[test]
fn r83_a_word_that_was_taken_back_confirms_no_correction_and_a_third_value_does_not_stand() {
    let mut record = corrected(
        record(born(date(2015, 1, 3))),
        &told(Disputed::Born, right_born(BORN)),
    );
    feed(&mut record, 5, born(BORN));
    assert_eq!(states(&record), [State::Settled]);
    take_back_last(&mut record);
    assert_eq!(states(&record), [State::Waiting]);
    feed(&mut record, 9, born(date(2015, 3, 10)));
    assert_eq!(shown_born(&record), Some(BORN));
    assert_eq!(states(&record), [State::AskedAgain]);
}

#[test]
fn r83_a_third_value_asks_again_and_does_not_stand_by_itself() {
    let mut record = corrected(
        record(born(date(2015, 1, 3))),
        &told(Disputed::Born, right_born(BORN)),
    );
    feed(&mut record, 3, born(date(2015, 3, 10)));
    assert_eq!(shown_born(&record), Some(BORN));
    assert_eq!(states(&record), [State::AskedAgain]);
    assert_eq!(view(&record).disputes[0].state, State::AskedAgain);
}

#[test]
fn r82_what_a_source_says_after_it_has_confirmed_is_a_change_like_any_other() {
    let place = |line: &str| Particulars {
        residence: Some(sample::residence(line, AREA)),
        ..born(BORN)
    };
    let right = Right::is(Disputed::Residence, &place("7 Ash Lane")).unwrap();
    let mut record = corrected(
        record(place("1 Old Road")),
        &told(Disputed::Residence, right),
    );
    feed(&mut record, 2, place("7 Ash Lane"));
    feed(&mut record, 9, place("9 New Street"));
    let now = child(&record, &catalogue(), TODAY + 10.days());
    assert_eq!(
        now.residence.unwrap().value,
        sample::residence("9 New Street", AREA)
    );
    assert_eq!(states(&record), [State::Settled]);
}

#[test]
fn an_address_is_the_same_however_its_later_lines_are_written() {
    let place = |lines: &[&str], code: &str| Particulars {
        residence: Some(Residence {
            state: AddressState::Current(Address {
                lines: lines
                    .iter()
                    .map(|line| AddressLine::parse(line).unwrap())
                    .collect(),
                postcode: postcode(code).ok(),
            }),
            authority: None,
        }),
        ..Particulars::default()
    };
    let one = place(&["12 Mill Lane", "Northtown"], "LS1 4AP");
    let field = Disputed::Residence;
    assert!(field.agree(&one, &place(&["12, MILL LANE"], "ls14ap")));
    assert!(!field.agree(&one, &place(&["14 Mill Lane"], "LS1 4AP")));
    assert!(!field.agree(&one, &place(&["12 Mill Lane"], "LS1 4AQ")));
}

#[test]
fn what_is_not_known_is_shown_so_and_a_newer_value_asks_again() {
    let mut record = corrected(
        record(born(date(2015, 1, 3))),
        &told(Disputed::Born, Right::NotKnown),
    );
    assert_eq!(view(&record).born, None);
    feed(&mut record, 2, born(BORN));
    assert_eq!(states(&record), [State::AskedAgain]);
    assert_eq!(view(&record).born, None);
}

#[test]
fn r70_everybody_who_sees_a_field_reports_it_and_only_the_responsible_officer_sets_it() {
    let wrong = record(born(date(2015, 1, 3)));
    let told = told(Disputed::Born, right_born(BORN));
    let elsewhere = sample::actor(6, Sector::SocialCare, &[Role::DataOfficer], "E06000023");
    let both = sample::actor(
        7,
        Sector::SocialCare,
        &[Role::DataOfficer, Role::Practitioner],
        AREA,
    );
    let nurse = sample::practitioner();
    for (who, reason) in [
        (&nurse, Reason::IdentifyChild),
        (&elsewhere, Reason::DataQuality),
        (&both, Reason::IdentifyChild),
    ] {
        let decision = decided(&wrong, (who, reason), &told).unwrap();
        assert!(matches!(decision, Decided::Reported(_)), "{reason:?}");
        let mut reported = wrong.clone();
        reported.decide(Author::Account(AccountId(1)), sample::now(), decision);
        assert_eq!(shown_born(&reported), Some(date(2015, 1, 3)));
        assert_eq!(states(&reported), [State::Waiting]);
        let settings = (&catalogue(), &Survivorship::default());
        let field = Disputed::Born;
        assert_eq!(
            dismiss(&reported, settings, (who, reason), field, TODAY),
            Err(Refusal::NotPermitted)
        );
    }
    let set = decided(&wrong, (&both, Reason::DataQuality), &told).unwrap();
    assert!(matches!(set, Decided::Corrected(_)));
}

#[test]
fn r43_behind_a_shield_a_practitioner_reports_visible_fields_only_and_the_answer_never_differs() {
    let full = sample::shielded();
    let mut bare = record(born(BORN));
    bare.decide(
        Author::Account(AccountId(9)),
        sample::now(),
        Decided::ShieldPlaced(Ground::FleeingAbuse),
    );
    let nurse = sample::practitioner();
    for field in Disputed::ALL {
        let told = Told {
            entry: Some("whole EH01 Tim Reeve".into()),
            ..told(field, Right::Unsaid)
        };
        let answer = |record| decided(record, (&nurse, Reason::IdentifyChild), &told);
        match field {
            Disputed::Name | Disputed::Born => {
                assert!(answer(&full).is_ok() && answer(&bare).is_ok())
            }
            // The bare record has none: that is to be seen behind the shield too.
            Disputed::Gender => assert!(answer(&full).is_ok()),
            _ => {
                assert_eq!(answer(&full), Err(Refusal::NotPermitted), "{field:?}");
                assert_eq!(answer(&bare), Err(Refusal::NotPermitted), "{field:?}");
            }
        }
    }
}

#[test]
fn c6_behind_a_shield_only_who_sees_behind_it_sets_anything() {
    let shielded = sample::shielded();
    let told = told(
        Disputed::Born,
        Right::is(Disputed::Born, &born(BORN)).unwrap(),
    );
    let data = decided(&shielded, (&officer(), Reason::DataQuality), &told).unwrap();
    assert!(matches!(data, Decided::Reported(_)));
    let officers = |area| sample::actor(8, Sector::SocialCare, &[Role::ShieldingOfficer], area);
    let own = decided(&shielded, (&officers(AREA), Reason::ShieldDecision), &told).unwrap();
    assert!(matches!(own, Decided::Corrected(_)));
    let other = officers("E06000023");
    let other = decided(&shielded, (&other, Reason::ShieldDecision), &told).unwrap();
    assert!(matches!(other, Decided::Reported(_)));
}

#[test]
fn x1_the_list_to_follow_shows_a_shielded_child_to_shielding_officers_of_its_authority_only() {
    let open = view(&sample::record());
    let shielded = view(&sample::shielded());
    for (area, own) in [(AREA, true), ("E06000023", false)] {
        let shielding = sample::actor(1, Sector::SocialCare, &[Role::ShieldingOfficer], area);
        let data = sample::actor(1, Sector::SocialCare, &[Role::DataOfficer], area);
        let nurse = sample::actor(1, Sector::Health, &[Role::Practitioner], area);
        assert_eq!(may_follow(&shielding, &shielded), own);
        assert_eq!(may_follow(&data, &open), own);
        assert!(!may_follow(&data, &shielded) && !may_follow(&nurse, &open));
    }
}

#[test]
fn l4_an_address_put_right_does_not_say_who_is_responsible() {
    let elsewhere = Particulars {
        residence: Some(sample::residence("1 Quay", "E06000023")),
        ..Particulars::default()
    };
    let right = Right::is(Disputed::Residence, &elsewhere).unwrap();
    let record = corrected(record(born(BORN)), &told(Disputed::Residence, right));
    let residence = view(&record).residence.unwrap().value;
    assert_eq!(residence.authority.unwrap().as_str(), AREA);
}

#[test]
fn r83_a_list_is_followed_until_its_source_says_another_whatever_else_it_says() {
    let carer = |of: &str| Carer {
        name: sample::name(of),
        telephone: None,
        email: None,
    };
    let cared_by = |names: &[&str], home: &str| Particulars {
        carers: names.iter().map(|of| carer(of)).collect(),
        residence: Some(sample::residence(home, AREA)),
        ..born(BORN)
    };
    let both = ["Ruth Marsh", "Len Marsh"];
    let mut record = record(cared_by(&both, "4 Elm Road"));
    let told = told(Disputed::Carers, Right::Unsaid);
    let nurse = sample::practitioner();
    let decision = decided(&record, (&nurse, Reason::IdentifyChild), &told).unwrap();
    record.decide(Author::Account(AccountId(1)), sample::now(), decision);
    assert_eq!(states(&record), [State::Waiting]);
    feed(&mut record, 1, cared_by(&both, "9 Oak Road"));
    assert_eq!(states(&record), [State::Waiting], "only the address is new");
    feed(
        &mut record,
        2,
        cared_by(&["Len Marsh", "Ruth Marsh"], "9 Oak Road"),
    );
    assert_eq!(states(&record), [State::Waiting], "only the order is new");
    feed(&mut record, 3, cared_by(&["Ruth Marsh"], "9 Oak Road"));
    assert_eq!(states(&record), [State::Settled]);
    feed(&mut record, 4, cared_by(&both, "9 Oak Road"));
    assert_eq!(states(&record), [State::Waiting], "the error is back");
}

#[test]
fn an_involvement_is_reported_to_who_said_it_and_a_sensitive_one_to_nobody() {
    let record = sample::record();
    let about = |service: &str, who: &str| Told {
        entry: Some(format!("whole {service} {who}")),
        ..told(Disputed::Involvements, Right::Unsaid)
    };
    let nurse = sample::practitioner();
    let say = |told: &Told| decided(&record, (&nurse, Reason::IdentifyChild), told);
    let Ok(Decided::Reported(report)) = say(&about("EH01", "Tim Reeve")) else {
        panic!("reported")
    };
    assert_eq!(
        report.sources,
        [source(SourceKind::Local, "northfield", "1")]
    );
    assert_eq!(say(&about("SH01", "Tim Reeve")), Err(Refusal::DoesNotFit));
    assert_eq!(say(&about("EH01", "Nobody Else")), Err(Refusal::DoesNotFit));
}

#[test]
fn no_order_of_sources_brings_out_another_name_behind_a_shield() {
    let mut record = Record::empty(Number::from_random(1));
    let named = |text: &str| Particulars {
        name: Some(sample::name(text)),
        ..born(BORN)
    };
    record.accept(nhs(), said(named("Maya Hollis")), TODAY - 5.days());
    let births = source(SourceKind::Births, "births", "b");
    record.accept(births, said(named("Maya Trevelyan")), TODAY - 2.days());
    let order = Precedence::of(vec![SourceKind::Births]).unwrap();
    let by_birth = Survivorship::default().with(Believed::Name, order);
    let name = |record: &Record| {
        let child = shown(record, (&catalogue(), &by_birth), TODAY);
        child.name.unwrap().value.to_string()
    };
    assert_eq!(name(&record), "Maya Trevelyan");
    record.decide(
        Author::Account(AccountId(9)),
        sample::now(),
        Decided::ShieldPlaced(Ground::AdoptionThreat),
    );
    assert_eq!(name(&record), "Maya Hollis");
}

/// One thing that happens to a record.
#[derive(Clone, Copy, Debug)]
enum Step {
    Feed(u8, i8),
    Correct(i8),
    Undo,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0u8..3, 1i8..6).prop_map(|(source, day)| Step::Feed(source, day)),
        (1i8..6).prop_map(Step::Correct),
        Just(Step::Undo),
    ]
}

proptest! {
    #[test]
    fn a_correction_that_is_undone_is_as_if_it_had_never_been(steps in prop::collection::vec((0u8..3, 1i8..6), 0..12), place in 0usize..12, right in 6i8..9) {
        let mut without = record(born(date(2015, 1, 1)));
        let mut with = without.clone();
        for (index, (who, day)) in steps.iter().enumerate() {
            if index == place {
                with = corrected(with, &told(Disputed::Born, right_born(date(2015, 2, right))));
            }
            let feed = source(SourceKind::Nhs, "nhs", &who.to_string());
            let confirmed = TODAY + i32::try_from(index).unwrap().days();
            for record in [&mut with, &mut without] {
                record.accept(feed.clone(), said(born(date(2015, 1, *day))), confirmed);
            }
        }
        if followed(&with).is_empty() {
            with = corrected(with, &told(Disputed::Born, right_born(date(2015, 2, right))));
        }
        let settings = (&catalogue(), &Survivorship::default());
        let undone = undo(&with, settings, (&officer(), Reason::DataQuality), (Disputed::Born, None), TODAY).unwrap();
        with.decide(Author::Account(AccountId(5)), sample::now(), undone);
        let day = TODAY + 30.days();
        prop_assert_eq!(child(&with, &catalogue(), day), child(&without, &catalogue(), day));
    }

    #[test]
    fn r83_what_was_put_right_is_never_shown_wrong_again_while_the_correction_stands(steps in prop::collection::vec(step(), 0..16)) {
        let wrong = date(2015, 1, 1);
        let mut record = record(born(wrong));
        for (index, step) in steps.into_iter().enumerate() {
            match step {
                Step::Feed(who, day) => {
                    let feed = source(SourceKind::Nhs, "nhs", &who.to_string());
                    let confirmed = TODAY + i32::try_from(index).unwrap().days();
                    record.accept(feed, said(born(date(2015, 1, day))), confirmed);
                }
                Step::Correct(day) => {
                    let told = told(Disputed::Born, right_born(date(2015, 1, day)));
                    if let Ok(decision) = decided(&record, (&officer(), Reason::DataQuality), &told) {
                        record.decide(Author::Account(AccountId(5)), sample::now(), decision);
                    }
                }
                Step::Undo => record.decide(Author::Account(AccountId(5)), sample::now(), Decided::CorrectionUndone(Disputed::Born)),
            }
            let seen = child(&record, &catalogue(), TODAY + 40.days()).born.map(|item| item.value);
            if let Some(standing) = correction(&record, Disputed::Born) {
                prop_assert_ne!(seen, standing.wrong.born);
            }
        }
    }

    #[test]
    fn the_gender_of_one_source_is_never_lost(days in 1i32..40) {
        let gender = |gender| Particulars { gender: Some(gender), ..born(BORN) };
        let told = told(Disputed::Gender, Right::is(Disputed::Gender, &gender(Gender::Female)).unwrap());
        let mut record = corrected(record(gender(Gender::Male)), &told);
        feed(&mut record, days, gender(Gender::Male));
        prop_assert_eq!(view(&record).gender.unwrap().value, Gender::Female);
    }
}
