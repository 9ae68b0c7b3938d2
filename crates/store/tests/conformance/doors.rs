//! Nothing leaves but behind an event: searches, records, refusals.

use directory::access::{Add, Refusal};
use directory::account::Role;
use directory::child::View;
use directory::ended_for::EndCause;
use directory::involvement::{Assessment, Lead};
use directory::number::Number;
use directory::query::{Born, Hidden, OwnArea, Query, Visible};
use directory::reason::Reason;
use directory::statement::SourceKind;
use directory::text::{self, NamePart};
use jiff::civil::date;
use store::{Best, Involving, Join, Looked, NearDoubles};

use crate::practice::{
    Practice, account, both, by_name, parse, reason, row, secrets, visible, with_nhs_number,
};

fn furnished(practice: &Practice) {
    practice.accept(&[
        row("1", "Kelly", "Marsh", date(2011, 5, 14)),
        row("2", "Oluwaseun", "Adeyemi", date(2015, 7, 3)),
        row("3", "Zoë", "O'Brien", date(2018, 2, 9)),
    ]);
}

fn events(practice: &Practice) -> u64 {
    practice.store.sequence(practice.now()).unwrap().size
}

#[test]
fn r71_r72_a_search_names_its_reason_and_every_record_it_showed() {
    both(|practice| {
        furnished(practice);
        let jane = practice.session("jane");
        let before = events(practice);
        let found = practice
            .store
            .search(
                &jane,
                Reason::FindPractitioners,
                by_name("Kelly", "Marsh", date(2011, 5, 14)),
                practice.now(),
            )
            .unwrap()
            .unwrap();
        assert_eq!(found.children.len(), 1);
        assert_eq!(found.best, Best::Clear);
        assert_eq!(events(practice), before + 1);
        let look_ups = practice.store.look_ups(&jane, practice.now()).unwrap();
        assert_eq!(look_ups[0].looked, Looked::Searched);
        assert_eq!(look_ups[0].reason, Some(Reason::FindPractitioners));
    });
}

#[test]
fn c18_a_record_asks_its_reason_and_a_refusal_is_an_event() {
    both(|practice| {
        furnished(practice);
        let jane = practice.session("jane");
        let query = by_name("Kelly", "Marsh", date(2011, 5, 14));
        let found = practice
            .store
            .search(&jane, reason(&jane), query, practice.now())
            .unwrap()
            .unwrap();
        let reference = &found.children[0].reference;
        let before = events(practice);
        assert_eq!(
            practice
                .store
                .disclose(&jane, reference, practice.now())
                .unwrap()
                .err(),
            Some(Refusal::NoReason)
        );
        assert_eq!(events(practice), before + 1);
        practice
            .store
            .give_reason(&jane, reference, Reason::NewReferral, practice.now())
            .unwrap()
            .unwrap();
        let disclosure = practice
            .store
            .disclose(&jane, reference, practice.now())
            .unwrap()
            .unwrap();
        assert_eq!(disclosure.reason(), Reason::NewReferral);
        assert!(matches!(disclosure.view(), View::Whole(_)));
        assert_eq!(events(practice), before + 3);
    });
}

#[test]
fn a_reference_is_good_in_its_own_session_only() {
    both(|practice| {
        furnished(practice);
        let jane = practice.session("jane");
        let paul = practice.session("paul");
        let reference = practice.opened(&jane, by_name("Kelly", "Marsh", date(2011, 5, 14)));
        let store = &practice.store;
        assert_eq!(
            store
                .disclose(&paul, &reference, practice.now())
                .unwrap()
                .err(),
            Some(Refusal::NoRecord)
        );
        for bad in [
            "",
            "00",
            &"0".repeat(48),
            &reference.replace(|c: char| c.is_ascii_digit(), "f"),
            "é",
        ] {
            if *bad != reference {
                assert_eq!(
                    store.disclose(&jane, bad, practice.now()).unwrap().err(),
                    Some(Refusal::NoRecord)
                );
            }
        }
    });
}

#[test]
fn c18_a_reason_is_of_one_session_and_one_child() {
    both(|practice| {
        furnished(practice);
        let jane = practice.session("jane");
        practice.opened(&jane, by_name("Kelly", "Marsh", date(2011, 5, 14)));
        let other = practice.store.search(
            &jane,
            reason(&jane),
            by_name("Zoe", "Obrien", date(2018, 2, 9)),
            practice.now(),
        );
        let other = &other.unwrap().unwrap().children[0].reference.clone();
        assert_eq!(
            practice
                .store
                .disclose(&jane, other, practice.now())
                .unwrap()
                .err(),
            Some(Refusal::NoReason)
        );
        let again = practice.session("jane");
        let found = practice.store.search(
            &again,
            reason(&again),
            by_name("Kelly", "Marsh", date(2011, 5, 14)),
            practice.now(),
        );
        let reference = &found.unwrap().unwrap().children[0].reference.clone();
        assert_eq!(
            practice
                .store
                .disclose(&again, reference, practice.now())
                .unwrap()
                .err(),
            Some(Refusal::NoReason)
        );
    });
}

#[test]
fn r51_an_auditor_neither_searches_nor_opens() {
    both(|practice| {
        furnished(practice);
        let ann = practice.session("ann");
        let query = by_name("Kelly", "Marsh", date(2011, 5, 14));
        let refused = practice
            .store
            .search(&ann, Reason::FindPractitioners, query, practice.now())
            .unwrap();
        assert_eq!(refused.err(), Some(Refusal::NotPermitted));
    });
}

#[test]
fn the_same_sight_again_is_no_new_event_and_shows_no_record_that_changed() {
    both(|practice| {
        furnished(practice);
        let jane = practice.session("jane");
        let query = by_name("Kelly", "Marsh", date(2011, 5, 14));
        let found = practice
            .store
            .search(&jane, reason(&jane), query.clone(), practice.now())
            .unwrap()
            .unwrap();
        let before = events(practice);
        let recalled = |ticket: &str| {
            practice
                .store
                .recall(&jane, ticket, practice.now())
                .unwrap()
                .unwrap()
        };
        let store::Recalled::Same(again) = recalled(&found.ticket) else {
            panic!("nothing has changed");
        };
        assert_eq!(again.children.len(), 1);
        assert_eq!(events(practice), before);
        assert!(
            practice
                .store
                .recall(&practice.session("paul"), &found.ticket, practice.now())
                .unwrap()
                .is_err()
        );
        let sam = practice.session("sam");
        let reference = practice.opened(&sam, query);
        practice
            .store
            .shield(
                &sam,
                &reference,
                directory::shield::Ground::FleeingAbuse,
                practice.now(),
            )
            .unwrap()
            .unwrap();
        let before = events(practice);
        assert!(
            matches!(recalled(&found.ticket), store::Recalled::Changed(..)),
            "a shield placed in between wins"
        );
        assert_eq!(events(practice), before, "and nothing was shown");
    });
}

#[test]
fn names_are_found_however_they_are_written() {
    both(|practice| {
        furnished(practice);
        let jane = practice.session("jane");
        let tries = [
            by_name("zoe", "obrien", date(2018, 2, 9)),
            by_name("Zoë", "O Brien", date(2018, 9, 2)),
            by_name("O'Brien", "Zoe", date(2018, 2, 9)),
            by_name("Zowie", "OBrian", date(2018, 2, 9)),
            Query::of(
                Visible {
                    born: Some(Born::In { year: 2018 }),
                    ..visible("Zoe", "O'Brien", None)
                },
                Hidden::default(),
            )
            .unwrap(),
        ];
        for query in tries {
            let shown = practice.shown(&jane, query.clone());
            assert_eq!(shown.len(), 1, "{query:?}");
        }
        let by_number = Visible {
            number: practice
                .shown(&jane, by_name("Kelly", "Marsh", date(2011, 5, 14)))
                .pop(),
            ..Visible::default()
        };
        assert_eq!(
            practice
                .shown(&jane, Query::of(by_number, Hidden::default()).unwrap())
                .len(),
            1
        );
        let nobody = Visible {
            number: Some(Number::from_random(99)),
            ..Visible::default()
        };
        assert!(
            practice
                .shown(&jane, Query::of(nobody, Hidden::default()).unwrap())
                .is_empty()
        );
    });
}

#[test]
fn a_hidden_field_finds_an_unshielded_child() {
    both(|practice| {
        furnished(practice);
        let jane = practice.session("jane");
        let hiddens = [
            Hidden {
                postcode: text::postcode("BS37 4AX").ok(),
                ..Hidden::default()
            },
            Hidden {
                place: Some(parse("Northfield")),
                ..Hidden::default()
            },
            Hidden {
                area: Some(OwnArea),
                ..Hidden::default()
            },
        ];
        for hidden in hiddens {
            let query = Query::of(visible("Kelly", "Marsh", None), hidden.clone()).unwrap();
            assert_eq!(practice.shown(&jane, query).len(), 1, "{hidden:?}");
        }
    });
}

#[test]
fn l2_a_number_finds_a_child_for_whoever_holds_it() {
    both(|practice| {
        practice.accept(&[with_nhs_number(
            row("1", "Kelly", "Marsh", date(2011, 5, 14)),
            "9434765919",
        )]);
        let jane = practice.session("jane");
        let number =
            directory::number::OtherNumber::parse(directory::number::Scheme::Nhs, "943 476 5919")
                .ok();
        let query = Query::of(
            Visible::default(),
            Hidden {
                other_number: number,
                ..Hidden::default()
            },
        )
        .unwrap();
        let found = practice
            .store
            .search(&jane, reason(&jane), query, practice.now())
            .unwrap();
        assert_eq!(
            found.err(),
            Some(Refusal::NotPermitted),
            "a school does not search by a number of the NHS"
        );
    });
}

#[test]
fn twins_are_pointed_out() {
    both(|practice| {
        let born = date(2016, 3, 1);
        let (one, other) = (
            row("1", "Amina", "Hussain", born),
            row("2", "Amira", "Hussain", born),
        );
        practice.accept(&[
            with_nhs_number(one, "9434765919"),
            with_nhs_number(other, "9434765870"),
        ]);
        let jane = practice.session("jane");
        let found = practice
            .store
            .search(
                &jane,
                reason(&jane),
                by_name("Amina", "Hussain", date(2016, 3, 1)),
                practice.now(),
            )
            .unwrap()
            .unwrap();
        assert_eq!(found.children.len(), 2);
        assert_eq!(found.near_doubles, NearDoubles::Some);
    });
}

#[test]
fn at_most_twenty_are_shown_and_too_common_a_name_asks_for_more() {
    both(|practice| {
        let rows: Vec<_> = (0..30)
            .map(|i| {
                row(
                    &format!("k{i}"),
                    "Mohammed",
                    "Khan",
                    date(2000 + 9 + (i % 9) as i16, 1 + (i % 12) as i8, 3),
                )
            })
            .collect();
        for row in &rows {
            practice.accept(std::slice::from_ref(row));
        }
        let jane = practice.session("jane");
        let query = Query::of(visible("Mohammed", "Khan", None), Hidden::default()).unwrap();
        let shown = practice
            .store
            .search(&jane, reason(&jane), query, practice.now())
            .unwrap();
        match shown {
            Ok(found) => assert!(found.children.len() <= store::SHOWN_MAX),
            Err(refusal) => assert_eq!(refusal, Refusal::TooBroad(Add::Born)),
        }
    });
}

#[test]
fn r26_an_archived_record_is_no_record() {
    both(|practice| {
        practice.accept(&[row("1", "Old", "Enough", date(2008, 11, 22))]);
        let jane = practice.session("jane");
        assert!(
            practice
                .shown(&jane, by_name("Old", "Enough", date(2008, 11, 22)))
                .is_empty()
        );
    });
}

#[test]
fn r94_a_practitioner_is_added_shown_and_ended() {
    both(|practice| {
        furnished(practice);
        let jane = practice.session("jane");
        let reference = practice.opened(&jane, by_name("Kelly", "Marsh", date(2011, 5, 14)));
        let store = &practice.store;
        let involving = |service: &str| Involving {
            service: parse(service),
            since: None,
            lead: Lead::Lead,
            assessment: Assessment::Current,
        };
        let whole = |practice: &Practice| match practice
            .store
            .disclose(&jane, &reference, practice.now())
            .unwrap()
            .unwrap()
            .view()
        {
            View::Whole(child) => child.clone(),
            View::Restricted(_) => panic!("not shielded"),
        };
        assert_eq!(
            store
                .involve(&jane, &reference, &involving("social-work"), practice.now())
                .unwrap(),
            Err(Refusal::DoesNotFit)
        );
        assert_eq!(
            store
                .involve(&jane, &reference, &involving("quiet"), practice.now())
                .unwrap(),
            Err(Refusal::DoesNotFit)
        );
        store
            .involve(&jane, &reference, &involving("mentoring"), practice.now())
            .unwrap()
            .unwrap();
        assert_eq!(
            store
                .involve(&jane, &reference, &involving("mentoring"), practice.now())
                .unwrap(),
            Err(Refusal::AlreadySo)
        );
        let shown = whole(practice);
        assert_eq!(shown.involvements.len(), 1);
        assert_eq!(shown.involvements[0].value.lead, Lead::Lead);
        assert_eq!(
            shown.involvements[0].value.practitioner.telephone,
            text::telephone("01632960114").ok()
        );
        store
            .end_involvement(&jane, &reference, &parse("mentoring"), practice.now())
            .unwrap()
            .unwrap();
        let shown = whole(practice);
        assert!(
            shown.involvements[0].value.period.ended().is_some(),
            "R20: marked as ended, still shown"
        );
        assert_eq!(
            store
                .end_involvement(&jane, &reference, &parse("mentoring"), practice.now())
                .unwrap(),
            Err(Refusal::AlreadySo)
        );
    });
}

#[test]
fn r20_l3_a_colleague_ends_for_who_has_left_and_the_ledger_says_who_and_why() {
    both(|practice| {
        furnished(practice);
        let store = &practice.store;
        let colleague = account(8, "cal", vec![Role::Practitioner], 1);
        store
            .put_account(&colleague, Some(&secrets("cal")), practice.now())
            .unwrap();
        let query = || by_name("Kelly", "Marsh", date(2011, 5, 14));
        let people = ["jane", "cal", "paul"].map(|user| practice.session(user));
        let [jane, cal, paul] = &people;
        let [for_jane, for_cal, for_paul] =
            people.each_ref().map(|one| practice.opened(one, query()));
        let involving = Involving {
            service: parse("mentoring"),
            since: None,
            lead: Lead::Lead,
            assessment: Assessment::Current,
        };
        let involved = store.involve(jane, &for_jane, &involving, practice.now());
        involved.unwrap().unwrap();
        let endable = |session, reference: &str| {
            let shown = store.disclose(session, reference, practice.now());
            store.endable(session, &shown.unwrap().unwrap()).unwrap()
        };
        assert!(endable(jane, &for_jane).is_empty(), "her own");
        assert!(endable(paul, &for_paul).is_empty(), "another service");
        let [one] = &endable(cal, &for_cal)[..] else {
            panic!("hers")
        };
        let end = |session, reference: &str| {
            let what = (one.worker.as_str(), &one.service, EndCause::Left);
            store
                .end_for(session, reference, what, practice.now())
                .unwrap()
        };
        assert_eq!(
            end(paul, &for_paul),
            Err(Refusal::NothingThere),
            "of another session"
        );
        let before = events(practice);
        assert_eq!(end(cal, &for_cal), Ok(()));
        assert_eq!(events(practice), before + 1);
        assert_eq!(end(cal, &for_cal), Err(Refusal::AlreadySo));
        let shown = store.disclose(jane, &for_jane, practice.now());
        let shown = shown.unwrap().unwrap();
        let View::Whole(child) = shown.view() else {
            panic!("not shielded")
        };
        let [item] = &child.involvements[..] else {
            panic!("marked as ended, and shown for a year")
        };
        assert!(item.value.period.ended().is_some());
        assert_eq!(item.value.lead, Lead::Member);
        assert_eq!(item.value.assessment, Assessment::Past);
        assert_eq!(
            item.provenance.kind,
            SourceKind::Correction,
            "she did not say so"
        );
        // Back again on the same day, she is listed as before.
        let again = store.involve(jane, &for_jane, &involving, practice.now());
        assert_eq!(again.unwrap(), Ok(()));
        assert!(end(cal, &for_cal).is_ok(), "and it can be ended again");
    });
}

#[test]
fn r20_who_ends_for_another_too_late_or_where_no_record_is_any_more_changes_nothing_and_is_told_so()
{
    both(|practice| {
        furnished(practice);
        let store = &practice.store;
        for (id, user, role, organisation) in [
            (8, "cal", Role::Practitioner, 1),
            (9, "dora", Role::DataOfficer, 2),
        ] {
            let account = account(id, user, vec![role], organisation);
            let put = store.put_account(&account, Some(&secrets(user)), practice.now());
            put.unwrap();
        }
        let query = || by_name("Kelly", "Marsh", date(2011, 5, 14));
        let [jane, cal] = ["jane", "cal"].map(|user| practice.session(user));
        let (hers, seen) = (
            practice.opened(&jane, query()),
            practice.opened(&cal, query()),
        );
        let involving = Involving {
            service: parse("mentoring"),
            since: None,
            lead: Lead::Lead,
            assessment: Assessment::None,
        };
        let involve = || store.involve(&jane, &hers, &involving, practice.now());
        assert_eq!(involve().unwrap(), Ok(()));
        let whole = || {
            let shown = store.disclose(&cal, &seen, practice.now());
            shown.unwrap().unwrap()
        };
        let [one] = &store.endable(&cal, &whole()).unwrap()[..] else {
            panic!("hers")
        };
        let end = || {
            let what = (one.worker.as_str(), &one.service, EndCause::Left);
            store.end_for(&cal, &seen, what, practice.now()).unwrap()
        };
        // She has ended it herself meanwhile: it stays her word.
        let own = store.end_involvement(&jane, &hers, &one.service, practice.now());
        assert_eq!(own.unwrap(), Ok(()));
        let before = whole();
        assert_eq!(end(), Err(Refusal::AlreadySo));
        let after = whole();
        assert_eq!(after.view(), before.view());
        let View::Whole(child) = after.view() else {
            panic!("not shielded")
        };
        let kind = child.involvements[0].provenance.kind;
        assert_eq!(kind, SourceKind::Practitioner);
        // She is back, and what is said of the child goes into another record: this one is no more.
        assert_eq!(involve().unwrap(), Ok(()));
        let dora = practice.session("dora");
        let quality = Reason::DataQuality;
        let at = |query| crate::join::opened(practice, &dora, quality, query);
        let kept = at(by_name("Oluwaseun", "Adeyemi", date(2015, 7, 3)));
        let join = Join::Merge(at(query()));
        let merged = store.join(&dora, &kept, &join, practice.now());
        assert_eq!(merged.unwrap(), Ok(()));
        assert_eq!(end(), Err(Refusal::NoRecord));
        let kept = practice.opened(&jane, query());
        let shown = store.disclose(&jane, &kept, practice.now());
        let shown = shown.unwrap().unwrap();
        let View::Whole(child) = shown.view() else {
            panic!("not shielded")
        };
        assert_eq!(child.involvements[0].value.period.ended(), None);
    });
}

#[test]
fn two_at_once_on_one_record_lose_nothing() {
    both(|practice| {
        furnished(practice);
        let (jane, paul) = (practice.session("jane"), practice.session("paul"));
        let query = by_name("Kelly", "Marsh", date(2011, 5, 14));
        let (for_jane, for_paul) = (
            practice.opened(&jane, query.clone()),
            practice.opened(&paul, query),
        );
        let now = practice.now();
        let involving = |service: &str| Involving {
            service: parse(service),
            since: None,
            lead: Lead::Member,
            assessment: Assessment::None,
        };
        std::thread::scope(|scope| {
            scope.spawn(|| {
                practice
                    .store
                    .involve(&jane, &for_jane, &involving("mentoring"), now)
                    .unwrap()
                    .unwrap()
            });
            scope.spawn(|| {
                practice
                    .store
                    .involve(&paul, &for_paul, &involving("social-work"), now)
                    .unwrap()
                    .unwrap()
            });
        });
        let disclosure = practice
            .store
            .disclose(&jane, &for_jane, practice.now())
            .unwrap()
            .unwrap();
        let View::Whole(child) = disclosure.view() else {
            panic!("not shielded")
        };
        assert_eq!(child.involvements.len(), 2);
    });
}

#[test]
fn a_given_name_of_one_word_is_enough_for_somebody_with_one_name() {
    both(|practice| {
        let mut one = row("1", "x", "Sukarno", date(2014, 4, 4));
        if let Some(name) = &mut one.particulars.name {
            name.given = None;
        }
        practice.accept(&[one]);
        let jane = practice.session("jane");
        let as_family = Visible {
            family: NamePart::parse("Sukarno").ok(),
            born: Some(Born::On(date(2014, 4, 4))),
            ..Visible::default()
        };
        assert_eq!(
            practice
                .shown(&jane, Query::of(as_family, Hidden::default()).unwrap())
                .len(),
            1
        );
        let as_given = Visible {
            given: NamePart::parse("Sukarno").ok(),
            born: Some(Born::On(date(2014, 4, 4))),
            ..Visible::default()
        };
        assert_eq!(
            practice
                .shown(&jane, Query::of(as_given, Hidden::default()).unwrap())
                .len(),
            1
        );
    });
}
