//! Who is shown as working with the child: everybody once, one lead, the ended for a year, nobody of a sensitive service.

#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use super::*;
use crate::account::AccountId;
use crate::child::{Child, SensitiveServices};
use crate::number::Number;
use crate::record::STATEMENTS_MAX;
use crate::sample::{self, TODAY, catalogue, current, ended, involved, involvement, source};
use crate::service::Classification;
use crate::statement::SourceKind;
use crate::survivorship::child;
use crate::text::{JobTitle, OrganisationName, email, telephone};
use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;

fn view(record: &Record) -> Child {
    child(record, &catalogue(), TODAY)
}

fn empty() -> Record {
    Record::empty(Number::from_random(1))
}

/// A record of these involvements, each from a source of its own, confirmed that many days ago.
fn working_with(involvements: Vec<(i32, Involvement)>) -> Record {
    let mut record = empty();
    for (index, (days_ago, involvement)) in involvements.into_iter().enumerate() {
        let source = source(SourceKind::Local, "council", &index.to_string());
        record.accept(source, involved(involvement), TODAY - days_ago.days());
    }
    record
}

fn names(record: &Record) -> Vec<String> {
    let shown = view(record).involvements;
    shown
        .iter()
        .map(|item| item.value.practitioner.name.to_string())
        .collect()
}

fn only(record: &Record) -> Item<Working> {
    let mut shown = view(record).involvements;
    assert_eq!(shown.len(), 1, "{shown:?}");
    shown.remove(0)
}

#[test]
fn r20_an_ended_involvement_is_shown_for_a_year_and_then_not() {
    let last = TODAY - 1.year() + 1.day();
    let shown = |day| {
        names(&working_with(vec![(
            1,
            involvement("Paul Adeyemi", "SW01", ended(day)),
        )]))
    };
    assert_eq!(shown(TODAY), ["Paul Adeyemi"]);
    assert_eq!(shown(last), ["Paul Adeyemi"], "the day before");
    assert!(shown(last - 1.day()).is_empty(), "the day");
    assert!(shown(last - 2.days()).is_empty(), "the day after");
}

#[test]
fn r20_an_end_that_lies_ahead_is_not_yet_one() {
    let leaving = working_with(vec![(
        1,
        involvement("Paul Adeyemi", "SW01", ended(TODAY + 1.day())),
    )]);
    assert_eq!(only(&leaving).value.period, current(None));
    let left = child(&leaving, &catalogue(), TODAY + 1.day());
    assert_eq!(left.involvements[0].value.period, ended(TODAY + 1.day()));
}

#[test]
fn r16_the_lead_is_the_one_last_confirmed_and_stands_first() {
    let leads = |who, period| {
        let mut one = involvement(who, "SW01", period);
        one.lead = Lead::Lead;
        one
    };
    let record = working_with(vec![
        (1, involvement("Ada Member", "SW01", current(Some(TODAY)))),
        (30, leads("Old Lead", current(None))),
        (20, leads("New Lead", current(None))),
        (1, leads("Gone Lead", ended(TODAY))),
    ]);
    let shown = view(&record).involvements;
    assert_eq!(shown[0].value.practitioner.name, sample::name("New Lead"));
    let leading: Vec<_> = shown.iter().map(|i| i.value.lead == Lead::Lead).collect();
    assert_eq!(leading, [true, false, false, false]);
    assert_eq!(names(&record)[3], "Gone Lead", "ended ones come last");
}

#[test]
fn r17_an_assessment_is_shown_with_who_holds_it_current_or_past() {
    for held in [Assessment::Current, Assessment::Past] {
        for period in [current(None), ended(TODAY)] {
            let mut one = involvement("Tim Reeve", "EH01", period);
            one.assessment = held;
            one.practitioner.telephone = telephone("01632 960 114").ok();
            let shown = only(&working_with(vec![(1, one)])).value;
            assert_eq!(shown.assessment, held);
            assert_eq!(
                shown.practitioner.telephone,
                telephone("01632 960 114").ok()
            );
        }
    }
}

#[test]
fn the_same_person_said_by_two_suppliers_is_one_line_by_the_freshest() {
    let mut fresh = involvement("Tim Reeve", "EH01", current(None));
    fresh.practitioner.job_title = JobTitle::parse("Team leader").unwrap();
    fresh.practitioner.email = email("tim@northfield.example").ok();
    let mut old = involvement("TIM REEVE", "EH01", current(Some(date(2025, 9, 4))));
    old.practitioner.telephone = telephone("01632 960 114").ok();
    old.practitioner.email = email("reeve@northfield.example").ok();
    old.assessment = Assessment::Current;
    old.lead = Lead::Lead;
    old.account = Some(AccountId(5));
    let one = only(&working_with(vec![(40, old.clone()), (2, fresh.clone())]));
    // The number was last confirmed when the older one was.
    assert_eq!(one.provenance.last_confirmed, Some(TODAY - 40.days()));
    fresh.practitioner.telephone = telephone("01632 960 115").ok();
    fresh.assessment = Assessment::Past;
    let all = only(&working_with(vec![(40, old.clone()), (2, fresh.clone())]));
    assert_eq!(all.provenance.last_confirmed, Some(TODAY - 2.days()));
    assert_eq!(all.value.assessment, Assessment::Past);
    let Working {
        practitioner,
        period,
        lead,
        assessment,
        account,
        ..
    } = one.value;
    assert_eq!(practitioner.job_title.as_str(), "Team leader");
    assert_eq!(practitioner.email, fresh.practitioner.email);
    assert_eq!(practitioner.telephone, old.practitioner.telephone);
    assert_eq!(period.since(), Some(date(2025, 9, 4)));
    assert_eq!((lead, assessment), (Lead::Lead, Assessment::Current));
    assert_eq!(account, Some(AccountId(5)));
}

#[test]
fn people_who_differ_in_name_place_or_service_stay_apart() {
    let tim = || involvement("Tim Reeve", "EH01", current(None));
    let mut elsewhere = tim();
    elsewhere.practitioner.organisation = OrganisationName::parse("Other Early Help").unwrap();
    let others = vec![
        (1, tim()),
        (1, involvement("Tom Reeve", "EH01", current(None))),
        (1, involvement("Tim Reeve", "HO01", current(None))),
        (1, elsewhere),
    ];
    assert_eq!(names(&working_with(others)).len(), 4);
}

#[test]
fn r20_who_says_it_ended_is_believed_before_an_older_word_that_it_goes_on() {
    let says = |days_ago, period| (days_ago, involvement("Tim Reeve", "EH01", period));
    let over = working_with(vec![
        says(9, current(None)),
        says(3, ended(TODAY - 3.days())),
    ]);
    assert_eq!(only(&over).value.period, ended(TODAY - 3.days()));
    let began_again = working_with(vec![
        says(1, current(Some(TODAY - 2.days()))),
        says(3, ended(TODAY - 3.days())),
    ]);
    let periods: Vec<Period> = view(&began_again)
        .involvements
        .iter()
        .map(|item| item.value.period)
        .collect();
    let expected = [current(Some(TODAY - 2.days())), ended(TODAY - 3.days())];
    assert_eq!(
        periods, expected,
        "both are shown, the ended one for its year"
    );
}

#[test]
fn of_two_words_on_one_day_the_practitioners_own_is_the_later() {
    let own = |period| {
        let mut own = involvement("Tim Reeve", "EH01", period);
        own.account = Some(AccountId(5));
        (0, own)
    };
    let feed = |period| (0, involvement("Tim Reeve", "EH01", period));
    let left = working_with(vec![own(ended(TODAY)), feed(current(None))]);
    assert_eq!(only(&left).value.period, ended(TODAY));
    let back = working_with(vec![own(current(None)), feed(ended(TODAY))]);
    assert_eq!(view(&back).involvements[0].value.period, current(None));
}

#[test]
fn x13_an_involvement_in_a_service_not_ordinary_today_disappears() {
    let record = working_with(vec![
        (1, involvement("Tim Reeve", "EH01", current(None))),
        (1, involvement("New Person", "XX01", current(None))),
        (1, involvement("Nobody Known", "ZZ99", current(None))),
        (1, involvement("Clinic Person", "SH01", current(None))),
    ]);
    assert_eq!(names(&record), ["Tim Reeve"]);
    assert_eq!(view(&record).sensitive_services, SensitiveServices::None);
    for classification in [Classification::Sensitive, Classification::Unclassified] {
        let mut catalogue = catalogue();
        catalogue.put(sample::service("EH01", "Early help", classification));
        let view = child(&record, &catalogue, TODAY);
        assert!(view.involvements.is_empty());
        assert_eq!(view.sensitive_services, SensitiveServices::None);
    }
    let mut revealing = catalogue();
    revealing.put(sample::service(
        "EH01",
        "Alcohol help",
        Classification::Ordinary,
    ));
    assert!(child(&record, &revealing, TODAY).involvements.is_empty());
}

#[test]
fn x13_nothing_shown_with_an_involvement_reveals_a_sensitive_service() {
    let change: [fn(&mut Involvement); 3] = [
        |one| one.practitioner.job_title = JobTitle::parse("Drugs worker").unwrap(),
        |one| one.practitioner.organisation = OrganisationName::parse("CAMHS North").unwrap(),
        |one| one.practitioner.email = email("tim@camhs.example").ok(),
    ];
    for change in change {
        let mut one = involvement("Tim Reeve", "EH01", current(None));
        change(&mut one);
        assert!(names(&working_with(vec![(1, one)])).is_empty());
    }
    let mut record = empty();
    let supplier = source(SourceKind::Local, "mental_health", "1");
    let tim = involvement("Tim Reeve", "EH01", current(None));
    record.accept(supplier, involved(tim), TODAY);
    assert!(
        names(&record).is_empty(),
        "where it comes from is shown too"
    );
}

pub(crate) fn days_ago() -> impl Strategy<Value = i32> {
    prop_oneof![0..5, 360..370, -5..800]
}

prop_compose! {
    pub(crate) fn an_involvement()(
        who in prop::sample::select(vec!["Tim Reeve", "tim reeve", "Ada Bello", "Paul Adeyemi"]),
        service in prop::sample::select(vec!["EH01", "SW01", "SH01", "XX01"]),
        since in prop::option::of(days_ago()), end in prop::option::of(days_ago()),
        lead: bool, assessment in prop::sample::select(vec![Assessment::None, Assessment::Current, Assessment::Past]),
        account in prop::option::of(1i64..4),
    ) -> Involvement {
        let day = |days_ago: i32| TODAY - days_ago.days();
        let period = match end {
            None => current(since.map(day)),
            Some(end) => Period::Ended { since: since.map(day), ended: day(end) },
        };
        let mut one = involvement(who, service, period);
        one.lead = if lead { Lead::Lead } else { Lead::Member };
        one.assessment = assessment;
        one.account = account.map(AccountId);
        one
    }
}

/// A person, a service, and the day it ended.
type Line = (String, String, Option<Date>);

/// Who is to be shown, by a slow and obvious definition: each day within a year on which a person's work ended, and the person as
/// current when some word that they are was given after every end (on the day of the end: only their own word against another's).
fn plainly(all: &[(i32, Involvement)]) -> Vec<Line> {
    let claims: Vec<(Line, Date, bool)> = all
        .iter()
        .filter(|(_, one)| ["EH01", "SW01"].contains(&one.service.as_str()))
        .map(|(days_ago, one)| {
            let name = one.practitioner.name.to_string().to_lowercase();
            let ended = one.period.ended().filter(|day| *day <= TODAY);
            let confirmed = (TODAY - days_ago.days()).min(TODAY);
            let line = (name, one.service.as_str().to_owned(), ended);
            (line, confirmed, one.account.is_some())
        })
        .collect();
    let is_shown = |((name, service, ended), confirmed, own): &&(Line, Date, bool)| match ended {
        Some(day) => *day > TODAY - 1.year(),
        None => claims.iter().all(|((n, s, end), _, their_own)| {
            let same = n == name && s == service;
            !same
                || end.is_none_or(|end| *confirmed > end || *confirmed == end && *own && !their_own)
        }),
    };
    let mut lines: Vec<Line> = claims
        .iter()
        .filter(is_shown)
        .map(|claim| claim.0.clone())
        .collect();
    lines.sort();
    lines.dedup();
    lines
}

proptest! {
    #[test]
    fn r16_at_most_one_lead_who_is_current_and_first(all in prop::collection::vec((days_ago(), an_involvement()), 0..12)) {
        let shown = view(&working_with(all)).involvements;
        let leads = shown.iter().filter(|item| item.value.lead == Lead::Lead).count();
        prop_assert!(leads <= 1);
        if leads == 1 {
            prop_assert_eq!(shown[0].value.lead, Lead::Lead);
            prop_assert_eq!(shown[0].value.period.ended(), None);
        }
    }

    #[test]
    fn r16_somebody_leads_when_somebody_current_says_so(all in prop::collection::vec((0i32..9, an_involvement()), 0..12)) {
        let claims = all.iter().filter(|(_, one)| one.service.as_str() == "EH01" || one.service.as_str() == "SW01");
        let mut claims = claims.filter(|(_, one)| one.lead == Lead::Lead && one.period.ended().is_none());
        let expected = claims.next().is_some() && all.iter().all(|(_, one)| one.period.ended().is_none());
        let leads = view(&working_with(all)).involvements.iter().any(|item| item.value.lead == Lead::Lead);
        prop_assert!(leads || !expected);
    }

    #[test]
    fn r20_nobody_shown_ended_over_a_year_ago_and_current_come_before_ended(all in prop::collection::vec((days_ago(), an_involvement()), 0..12)) {
        let shown = view(&working_with(all)).involvements;
        let ends: Vec<Option<Date>> = shown.iter().map(|item| item.value.period.ended()).collect();
        prop_assert!(ends.iter().flatten().all(|end| *end > TODAY - 1.year() && *end <= TODAY));
        let first_ended = ends.iter().position(Option::is_some).unwrap_or(ends.len());
        prop_assert!(ends[first_ended..].iter().all(Option::is_some));
    }

    #[test]
    fn everybody_is_shown_as_the_plain_definition_says(all in prop::collection::vec((days_ago(), an_involvement()), 0..12)) {
        let shown: Vec<Line> = view(&working_with(all.clone())).involvements.iter().map(|item| {
            let one = &item.value;
            (one.practitioner.name.to_string().to_lowercase(), one.service.as_str().to_owned(), one.period.ended())
        }).collect();
        let mut once = shown.clone();
        once.sort();
        once.dedup();
        prop_assert_eq!(once.len(), shown.len(), "nobody twice");
        prop_assert_eq!(once, plainly(&all));
    }
}

#[test]
fn a_full_record_is_answered() {
    let mut record = empty();
    for index in 0..STATEMENTS_MAX {
        let who = ["Ada", "Tim", "Paul"][index % 3];
        let mut one = involvement(&format!("{who} Reeve"), "EH01", current(None));
        one.practitioner.organisation = OrganisationName::parse(&index.to_string()).unwrap();
        let source = source(SourceKind::Local, "council", &index.to_string());
        record.accept(source, involved(one), TODAY);
    }
    assert_eq!(view(&record).involvements.len(), STATEMENTS_MAX);
}
