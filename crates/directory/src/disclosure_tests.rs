//! The door: only the receipt of exactly this look opens, and only as far as Annex A goes.

#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use super::*;
use crate::account::{AccountId, Role};
use crate::event::{Asked, Totals};
use crate::lifecycle::{Participation, ParticipationGround};
use crate::number::{Number, OtherNumber, Scheme};
use crate::organisation::{OrganisationId, Sector};
use crate::query::{Hidden, OwnArea, Query, Visible};
use crate::record::{Author, Decided};
use crate::sample::{self, AREA, TODAY, actor, catalogue, now, practitioner, record, shielded};
use crate::shield::Ground;
use crate::text::{NamePart, ServiceCode, SupplierCode};
use jiff::civil::date;
use proptest::prelude::*;

/// A ledger that keeps one event.
struct Durable(Event);

impl Ledger for Durable {
    type Error = std::convert::Infallible;

    fn durable(self) -> Result<Event, Self::Error> {
        Ok(self.0)
    }
}

/// A ledger whose disk is full.
struct Full;

impl Ledger for Full {
    type Error = &'static str;

    fn durable(self) -> Result<Event, Self::Error> {
        Err("full")
    }
}

const VERSION: i64 = 7;
const REASON: Reason = Reason::FindPractitioners;

fn seal(record: &Record) -> Sealed {
    Sealed::new(record, VERSION, &catalogue(), TODAY)
}

fn by(account: i64) -> By {
    By::Person {
        account: AccountId(account),
        organisation: OrganisationId(1),
        session: 3,
    }
}

fn receipt(by: By, what: What) -> Receipt {
    match Receipt::after(Durable(Event::now(now(), by, what))) {
        Ok(receipt) => receipt,
        Err(never) => match never {},
    }
}

fn seen() -> Seen {
    Seen {
        number: Number::from_random(1),
        version: VERSION,
    }
}

fn opened() -> What {
    What::Opened {
        seen: seen(),
        reason: REASON,
        viewer: Viewer::Practitioner,
    }
}

fn look(record: &Record, actor: &Actor) -> Result<Disclosure, Refusal> {
    let Ok(viewer) = seal(record).viewer(actor, REASON) else {
        return open(&receipt(by(1), opened()), actor, seal(record));
    };
    let what = What::Opened {
        seen: seen(),
        reason: REASON,
        viewer,
    };
    open(&receipt(by(1), what), actor, seal(record))
}

fn whole(disclosure: &Disclosure) -> &Child {
    match disclosure.view() {
        View::Whole(child) => child,
        View::Restricted(_) => panic!("restricted"),
    }
}

fn name(text: &str) -> Option<NamePart> {
    NamePart::parse(text).ok()
}

fn query(hidden: Hidden) -> Query {
    let visible = Visible {
        given: name("Kelly"),
        family: name("Marsh"),
        ..Visible::default()
    };
    Query::of(visible, hidden).unwrap()
}

fn searched(shown: Vec<Seen>, hidden: Hidden) -> What {
    What::Searched {
        reason: REASON,
        query: query(hidden),
        shown,
    }
}

#[test]
fn r71_the_receipt_of_this_look_opens_and_says_when_and_why() {
    let disclosure = open(&receipt(by(1), opened()), &practitioner(), seal(&record())).unwrap();
    assert_eq!((disclosure.at(), disclosure.reason()), (now().at, REASON));
    assert_eq!(disclosure.shielding(), Shielding::None);
    assert_eq!(whole(&disclosure).involvements.len(), 1);
}

#[test]
fn r72_no_durable_event_no_receipt() {
    assert_eq!(Receipt::after(Full).err(), Some("full"));
}

#[test]
fn the_receipt_of_somebody_else_opens_nothing() {
    let others = [
        by(2),
        By::Stranger,
        By::Operator,
        By::Supplier(SupplierCode::parse("nhs").unwrap()),
        By::Person {
            account: AccountId(1),
            organisation: OrganisationId(2),
            session: 3,
        },
    ];
    for other in others {
        let opened = receipt(other.clone(), opened());
        assert_eq!(
            open(&opened, &practitioner(), seal(&record())).err(),
            Some(Refusal::NoRecord),
            "{other:?}"
        );
        let searched = receipt(other, searched(vec![seen()], Hidden::default()));
        assert!(list(&searched, &practitioner(), vec![seal(&record())]).is_empty());
    }
}

#[test]
fn the_receipt_of_another_version_or_record_opens_nothing() {
    let other_record = Seen {
        number: Number::from_random(2),
        ..seen()
    };
    for version in [VERSION - 1, VERSION + 1] {
        for seen in [Seen { version, ..seen() }, other_record] {
            let what = What::Opened {
                seen,
                reason: REASON,
                viewer: Viewer::Practitioner,
            };
            let receipt_of_other = receipt(by(1), what);
            assert_eq!(
                open(&receipt_of_other, &practitioner(), seal(&record())).err(),
                Some(Refusal::NoRecord)
            );
            let searched = receipt(by(1), searched(vec![seen], Hidden::default()));
            assert!(list(&searched, &practitioner(), vec![seal(&record())]).is_empty());
        }
    }
}

#[test]
fn the_receipt_of_another_kind_of_event_opens_nothing() {
    let number = Number::from_random(1);
    let service = ServiceCode::parse("EH01").unwrap();
    let others = [
        What::SignedIn,
        What::SignedOut,
        What::SessionEnded,
        What::SignInFailed { account: None },
        What::Reasoned {
            number,
            reason: REASON,
        },
        What::Involved {
            number,
            service: service.clone(),
        },
        What::InvolvementEnded {
            number,
            service: service.clone(),
        },
        What::WorkBegun {
            seen: Seen { number, version: 1 },
            service: service.clone(),
        },
        What::WorkEnded {
            seen: Seen { number, version: 1 },
            service: service.clone(),
        },
        What::WorkEndedFor {
            seen: Seen { number, version: 1 },
            service,
            of: AccountId(1),
            cause: crate::ended_for::EndCause::Left,
        },
        What::ShieldPlaced {
            number,
            ground: Ground::FleeingAbuse,
        },
        What::Refused {
            asked: Asked::Open,
            number: Some(number),
            reason: Some(REASON),
            refusal: Refusal::NoReason,
        },
        What::Supplied(Totals::default()),
        What::AccountChanged {
            account: AccountId(1),
        },
        What::KeyRotated { key: 1 },
        What::HeldBack { asked: Asked::Open },
        What::SignInBarred { account: None },
        searched(vec![seen()], Hidden::default()),
    ];
    for what in others {
        let receipt = receipt(by(1), what.clone());
        assert_eq!(
            open(&receipt, &practitioner(), seal(&record())).err(),
            Some(Refusal::NoRecord),
            "{what:?}"
        );
        if !matches!(what, What::Searched { .. }) {
            assert!(list(&receipt, &practitioner(), vec![seal(&record())]).is_empty());
        }
    }
    let opened = receipt(by(1), opened());
    assert!(
        list(&opened, &practitioner(), vec![seal(&record())]).is_empty(),
        "the receipt of an opening lists nothing"
    );
}

#[test]
fn a_look_recorded_as_one_viewer_shows_nothing_to_another() {
    for viewer in [Viewer::Override, Viewer::ManagementTeam, Viewer::Reports] {
        let what = What::Opened {
            seen: seen(),
            reason: REASON,
            viewer,
        };
        for record in [record(), shielded()] {
            assert_eq!(
                open(
                    &receipt(by(1), what.clone()),
                    &practitioner(),
                    seal(&record)
                )
                .err(),
                Some(Refusal::NoRecord),
                "{viewer:?}"
            );
        }
    }
}

#[test]
fn r55_a_receipt_helps_nobody_whose_role_or_reason_does_not() {
    let officer = actor(1, Sector::SocialCare, &[Role::ShieldingOfficer], AREA);
    assert_eq!(
        look(&record(), &officer).err(),
        Some(Refusal::ReasonNotOpen)
    );
    for role in [Role::Administrator, Role::Auditor, Role::Manager] {
        let actor = actor(1, Sector::SocialCare, &[role], AREA);
        assert_eq!(look(&record(), &actor).err(), Some(Refusal::NotPermitted));
    }
}

#[test]
fn r43_x10_behind_a_shield_are_four_fields_and_no_former_name() {
    let disclosure = look(&shielded(), &practitioner()).unwrap();
    assert_eq!(disclosure.shielding(), Shielding::Shielded);
    let View::Restricted(restricted) = disclosure.view() else {
        panic!("whole");
    };
    let crate::shield::Restricted {
        number,
        name,
        born,
        gender,
    } = restricted;
    assert_eq!(*number, Number::from_random(1));
    assert_eq!(*name, sample::name("Kelly Marsh"));
    assert_eq!(*born, Some(date(2011, 5, 14)));
    assert!(gender.is_some());
    let bytes = format!("{:?}", disclosure.view());
    for hidden in [
        "Turner",
        "Elm",
        "BS16",
        AREA,
        "Ruth",
        "01632",
        "109364",
        "L81001",
        "Tim",
        "OneOrMore",
        "9434765919",
        "nhs",
        "2026",
    ] {
        assert!(!bytes.contains(hidden), "{hidden} in {bytes}");
    }
}

#[test]
fn r43_what_is_hidden_changes_no_byte_of_what_is_shown() {
    let mut moved = shielded();
    let mut elsewhere = sample::particulars();
    elsewhere.residence = Some(sample::residence("9 Oak Lane", "E08000035"));
    elsewhere.carers.clear();
    elsewhere.education = None;
    let nhs = sample::source(crate::statement::SourceKind::Nhs, "nhs", "1");
    moved.accept(nhs, sample::said(elsewhere), TODAY);
    let shown = |record: &Record| format!("{:?}", look(record, &practitioner()).unwrap().view());
    assert_eq!(shown(&shielded()), shown(&moved));
}

#[test]
fn r21_r26_an_archived_record_is_no_record() {
    let mut grown = record();
    let mut row = sample::particulars();
    row.born = Some(date(2008, 11, 22));
    let nhs = sample::source(crate::statement::SourceKind::Nhs, "nhs", "1");
    grown.accept(nhs, sample::said(row), TODAY);
    assert_eq!(
        look(&grown, &practitioner()).err(),
        Some(Refusal::NoRecord),
        "18 today"
    );
    let searched = receipt(by(1), searched(vec![seen()], Hidden::default()));
    assert!(list(&searched, &practitioner(), vec![seal(&grown)]).is_empty());

    let stay = Participation {
        ground: ParticipationGround::CareLeaver,
        consented: TODAY,
    };
    grown.decide(
        Author::Account(AccountId(4)),
        now(),
        Decided::Participates(stay),
    );
    let disclosure = look(&grown, &practitioner()).unwrap();
    assert!(
        whole(&disclosure).carers.is_empty(),
        "L1: of a young adult only who has care, and nobody says who"
    );
}

#[test]
fn r26_an_archived_record_answers_as_one_without_a_name_does() {
    let nameless = Record::empty(Number::from_random(1));
    assert_eq!(
        look(&nameless, &practitioner()).err(),
        Some(Refusal::NoRecord)
    );
}

#[test]
fn l2_other_bodies_numbers_only_for_the_sector_that_gave_them() {
    for sector in Sector::ALL {
        let actor = actor(1, sector, &[Role::Practitioner], AREA);
        let disclosure = look(&record(), &actor).unwrap();
        let schemes: Vec<Scheme> = whole(&disclosure)
            .other_numbers
            .iter()
            .map(|number| number.value.scheme)
            .collect();
        let expected: &[Scheme] = match sector {
            Sector::Health => &[Scheme::Nhs],
            Sector::Education => &[Scheme::Pupil],
            Sector::SocialCare
            | Sector::YouthJustice
            | Sector::Voluntary
            | Sector::Housing
            | Sector::Police => &[],
        };
        assert_eq!(schemes, expected, "{sector:?}");
    }
}

#[test]
fn l2_a_search_by_another_bodys_number_lists_nothing() {
    let hidden = Hidden {
        other_number: OtherNumber::parse(Scheme::Nhs, "943 476 5919").ok(),
        ..Hidden::default()
    };
    for (sector, found) in [(Sector::Health, 1), (Sector::Education, 0)] {
        let actor = actor(1, sector, &[Role::Practitioner], AREA);
        let receipt = receipt(by(1), searched(vec![seen()], hidden.clone()));
        assert_eq!(list(&receipt, &actor, vec![seal(&record())]).len(), found);
    }
}

#[test]
fn r44_x1_a_search_on_a_hidden_field_never_lists_a_shielded_child() {
    let area = Hidden {
        area: Some(OwnArea),
        ..Hidden::default()
    };
    let count = |record: &Record, hidden: &Hidden| {
        let receipt = receipt(by(1), searched(vec![seen()], hidden.clone()));
        list(&receipt, &practitioner(), vec![seal(record)]).len()
    };
    assert_eq!(count(&record(), &area), 1);
    assert_eq!(count(&shielded(), &area), 0);
    assert_eq!(count(&shielded(), &Hidden::default()), 1);
}

#[test]
fn c18_a_list_holds_nobody_who_works_with_the_child_and_no_carer() {
    let searched = receipt(by(1), searched(vec![seen()], Hidden::default()));
    let listed = list(&searched, &practitioner(), vec![seal(&record())]);
    let child = whole(&listed[0].1);
    assert!(child.name.is_some() && child.residence.is_some() && child.education.is_some());
    let bytes = format!("{child:?}");
    for kept_back in ["Tim", "Ruth", "Turner", "L81001", "OneOrMore", "9434765919"] {
        assert!(!bytes.contains(kept_back), "{kept_back}");
    }
}

#[test]
fn c6_the_management_team_sees_behind_its_own_shields_at_the_record_and_nowhere_else() {
    let officer = actor(1, Sector::SocialCare, &[Role::ShieldingOfficer], AREA);
    let elsewhere = actor(
        1,
        Sector::SocialCare,
        &[Role::ShieldingOfficer],
        "E08000035",
    );
    let see = |actor: &Actor| {
        let sealed = seal(&shielded());
        let viewer = sealed.viewer(actor, Reason::ShieldDecision).unwrap();
        let what = What::Opened {
            seen: seen(),
            reason: Reason::ShieldDecision,
            viewer,
        };
        open(&receipt(by(1), what), actor, sealed).unwrap()
    };
    let own = see(&officer);
    assert_eq!(own.shielding(), Shielding::Shielded, "and is told so");
    assert_eq!(whole(&own).other_numbers.len(), 2);
    assert!(matches!(see(&elsewhere).view(), View::Restricted(_)));

    let what = What::Searched {
        reason: Reason::ShieldDecision,
        query: query(Hidden::default()),
        shown: vec![seen()],
    };
    let listed = list(&receipt(by(1), what), &officer, vec![seal(&shielded())]);
    assert!(matches!(listed[0].1.view(), View::Restricted(_)));
}

proptest! {
    #[test]
    fn a_list_is_of_what_the_event_names_and_in_the_order_given(
        named in prop::collection::vec((0u64..6, 0i64..3), 0..6),
        offered in prop::collection::vec((0u64..6, 0i64..3), 0..8),
    ) {
        let seen = |(number, version): &(u64, i64)| Seen { number: Number::from_random(*number), version: *version };
        let sealed = |one: &(u64, i64)| {
            let mut record = record();
            record.number = Number::from_random(one.0);
            Sealed::new(&record, one.1, &catalogue(), TODAY)
        };
        let receipt = receipt(by(1), searched(named.iter().map(seen).collect(), Hidden::default()));
        let listed = list(&receipt, &practitioner(), offered.iter().map(sealed).collect());
        let expected: Vec<Number> = offered.iter().filter(|one| named.contains(one)).map(|one| Number::from_random(one.0)).collect();
        prop_assert_eq!(listed.iter().map(|one| one.1.view().number()).collect::<Vec<_>>(), expected);
    }
}
