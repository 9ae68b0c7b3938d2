//! An involvement that is ended for the practitioner who recorded it: who may, how it is shown, and which report it answers.

use super::*;
use crate::correction::{Cause, Right};
use crate::following::followed;
use crate::involvement::Involvement;
use crate::organisation::Sector;
use crate::record::Author;
use crate::sample::{self, AREA, TODAY, catalogue, current, ended, involved, involvement, source};
use crate::statement::{Particulars, SourceKind};
use crate::survivorship::child;
use proptest::prelude::*;

const JANE: AccountId = AccountId(1);

fn own(period: Period) -> Involvement {
    Involvement {
        account: Some(JANE),
        ..involvement("Jane Okafor", "EH01", period)
    }
}

fn with(period: Period) -> Record {
    let mut record = sample::record();
    let source = source(SourceKind::Practitioner, "contactpoint", "1-EH01");
    record.accept(source, involved(own(period)), TODAY);
    record
}

fn shown(record: &Record) -> Child {
    child(record, &catalogue(), TODAY)
}

fn janes(child: &Child) -> &Working {
    let working = child.involvements.iter().map(|item| &item.value);
    working
        .into_iter()
        .find(|one| one.account == Some(JANE))
        .unwrap()
}

fn ended_by_another(on: Date) -> Decided {
    Decided::WorkEnded(Box::new(EndedFor {
        of: JANE,
        service: ServiceCode::parse("EH01").unwrap(),
        name: own(current(None)).practitioner.name,
        on,
    }))
}

#[test]
fn every_cause_has_a_code_and_names_no_child() {
    for cause in EndCause::ALL {
        assert_eq!(EndCause::parse(cause.code()), Some(cause));
        assert!(!cause.words().is_empty());
    }
    assert_eq!(EndCause::parse("because"), None);
}

#[test]
fn l3_l7_a_colleague_of_the_service_or_who_sets_what_is_right_may_end_it() {
    let record = with(current(None));
    let child = shown(&record);
    let working = janes(&child);
    let roles = Role::ALL.into_iter().map(|role| vec![role]);
    let mut may = Vec::new();
    for roles in roles {
        for area in [AREA, "E06000001"] {
            for reason in Reason::ALL {
                let actor = sample::actor(7, Sector::SocialCare, &roles, area);
                for organisation in [Some(actor.organisation()), Some(OrganisationId(99)), None] {
                    let of = (working, organisation);
                    if may_end_for((&actor, reason), &child, of) {
                        may.push((roles.clone(), area, organisation.is_some(), reason));
                    }
                    let is_colleague = roles.contains(&Role::Practitioner)
                        && organisation == Some(actor.organisation())
                        && actor.services().contains(&working.service);
                    let sets = may_set(&actor, reason, &child);
                    let expected = is_colleague || sets;
                    assert_eq!(may_end_for((&actor, reason), &child, of), expected);
                }
            }
        }
    }
    let by = |role| may.iter().any(|(roles, ..)| roles.contains(&role));
    assert!(by(Role::DataOfficer) && by(Role::ShieldingOfficer));
    assert!(!by(Role::Auditor) && !by(Role::Administrator) && !by(Role::Manager));
}

#[test]
fn nobody_ends_their_own_in_this_way_nor_what_a_feed_says_nor_what_has_ended() {
    let officer = sample::actor(1, Sector::SocialCare, &[Role::DataOfficer], AREA);
    let other = sample::actor(7, Sector::SocialCare, &[Role::DataOfficer], AREA);
    let may = |actor: &Actor, record: &Record| {
        let child = shown(record);
        let of = (janes(&child), None);
        may_end_for((actor, Reason::DataQuality), &child, of)
    };
    assert!(may(&other, &with(current(None))));
    assert!(!may(&officer, &with(current(None))), "their own");
    assert!(!may(&other, &with(ended(TODAY))), "it has ended");
    let child = shown(&with(current(None)));
    let mut fed = janes(&child).clone();
    fed.account = None;
    assert!(!may_end_for(
        (&other, Reason::DataQuality),
        &child,
        (&fed, None)
    ));
}

#[test]
fn r20_who_entered_the_end_is_said_truly() {
    let mut record = with(ended(TODAY));
    let kind = |record: &Record| {
        let child = shown(record);
        let mut items = child.involvements.iter();
        let item = items.find(|item| item.value.account == Some(JANE));
        item.unwrap().provenance.kind
    };
    assert_eq!(kind(&record), SourceKind::Practitioner);
    let yesterday = TODAY.yesterday().unwrap();
    let by = || Author::Account(AccountId(7));
    record.decide(by(), sample::now(), ended_by_another(yesterday));
    assert_eq!(kind(&record), SourceKind::Practitioner, "another end");
    record.decide(by(), sample::now(), ended_by_another(TODAY));
    assert_eq!(kind(&record), SourceKind::Correction);
}

proptest! {
    #[test]
    fn r83_it_answers_the_reports_before_it_that_they_do_not_work_with_the_child(whole: bool, later: bool, same_name: bool) {
        let mut record = with(current(None));
        let part = if whole { Part::Whole } else { Part::Email(crate::text::email("jane@example.org").unwrap()) };
        let name = if same_name { own(current(None)).practitioner.name } else { involvement("Paul Adeyemi", "EH01", current(None)).practitioner.name };
        let report = Decided::Reported(Box::new(Dispute {
            field: crate::correction::Disputed::Involvements,
            cause: Cause::KnownFromWork,
            on: TODAY,
            wrong: Particulars::default(),
            entry: Some(Entry::Working(ServiceCode::parse("EH01").unwrap(), name, part)),
            sources: Vec::new(),
            right: Right::NotKnown,
        }));
        let by = || Author::Account(AccountId(7));
        let both = if later { [ended_by_another(TODAY), report] } else { [report, ended_by_another(TODAY)] };
        for decided in both {
            record.decide(by(), sample::now(), decided);
        }
        let is_answered = whole && same_name && !later;
        prop_assert_eq!(followed(&record).is_empty(), is_answered);
    }
}
