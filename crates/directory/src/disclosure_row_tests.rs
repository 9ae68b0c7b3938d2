//! A row that waits is shown to its own officers, beside what they may see, and to nobody else.

use super::*;
use crate::account::{AccountId, Role};
use crate::disclosure::Ledger;
use crate::event::{By, Event, Seen};
use crate::organisation::{OrganisationId, Sector};
use crate::record::Record;
use crate::sample::{AREA, TODAY, actor, catalogue, now, record, shielded};
use crate::survivorship::child;

const VERSION: i64 = 7;
const MARK: RowMark = RowMark(42);

struct Durable(Event);

impl Ledger for Durable {
    type Error = std::convert::Infallible;

    fn durable(self) -> Result<Event, Self::Error> {
        Ok(self.0)
    }
}

fn row(waits: Waits, area: Option<&str>) -> SealedRow {
    let said = child(&record(), &catalogue(), TODAY);
    let area = area.map(|area| AuthorityCode::parse(area).unwrap());
    SealedRow::new(said, MARK, waits, area)
}

fn seal(record: &Record) -> Sealed {
    Sealed::new(record, VERSION, &catalogue(), TODAY)
}

fn receipt(waits: Waits, shown: Vec<Seen>) -> Receipt {
    let by = By::Person {
        account: AccountId(1),
        organisation: OrganisationId(1),
        session: 3,
    };
    let what = What::RowShown {
        row: MARK,
        waits,
        shown,
        reason: review_reason(waits),
    };
    match Receipt::after(Durable(Event::now(now(), by, what))) {
        Ok(receipt) => receipt,
        Err(never) => match never {},
    }
}

fn officer(role: Role, area: &str) -> Actor {
    actor(1, Sector::SocialCare, &[role], area)
}

fn show(
    actor: &Actor,
    (waits, area): (Waits, Option<&str>),
    beside: &Record,
) -> Result<RowDisclosure, Refusal> {
    let shown = vec![seal(beside).seen()];
    show_row(
        &receipt(waits, shown),
        actor,
        row(waits, area),
        vec![seal(beside)],
    )
}

#[test]
fn a_data_officer_sees_a_row_of_their_area_beside_an_open_record_without_who_works_with_the_child()
{
    let dora = officer(Role::DataOfficer, AREA);
    for area in [Some(AREA), None] {
        let shown = show(&dora, (Waits::Review, area), &record()).unwrap();
        assert_eq!(shown.beside().len(), 1);
        for view in [shown.said(), shown.beside()[0].1.view()] {
            let View::Whole(child) = view else {
                panic!("whole")
            };
            assert!(child.name.is_some() && child.residence.is_some());
            assert!(child.involvements.is_empty() && child.other_numbers.is_empty());
            assert_eq!(
                child.sensitive_services,
                crate::child::SensitiveServices::None
            );
        }
    }
}

#[test]
fn nobody_else_sees_it() {
    let wrong = [
        officer(Role::DataOfficer, "E06000023"),
        officer(Role::ShieldingOfficer, AREA),
        officer(Role::Practitioner, AREA),
        officer(Role::Administrator, AREA),
    ];
    for actor in wrong {
        assert!(show(&actor, (Waits::Review, Some(AREA)), &record()).is_err());
    }
}

#[test]
fn x2_a_data_officer_is_shown_no_row_beside_a_shielded_child() {
    let dora = officer(Role::DataOfficer, AREA);
    for waits in Waits::ALL {
        assert!(show(&dora, (waits, Some(AREA)), &shielded()).is_err());
    }
}

#[test]
fn c6_a_held_row_is_shown_to_shielding_officers_of_the_responsible_authority_only() {
    let sam = officer(Role::ShieldingOfficer, AREA);
    let shown = show(&sam, (Waits::Held, None), &shielded()).unwrap();
    assert_eq!(shown.beside().len(), 1);
    let elsewhere = officer(Role::ShieldingOfficer, "E06000023");
    assert!(show(&elsewhere, (Waits::Held, None), &shielded()).is_err());
}

#[test]
fn c20_a_held_row_of_nobody_is_shown_to_shielding_officers_of_its_own_authority_only() {
    let show = |role, authority, area| {
        let actor = officer(role, authority);
        let receipt = receipt(Waits::Held, Vec::new());
        show_row(&receipt, &actor, row(Waits::Held, area), Vec::new())
    };
    assert!(show(Role::ShieldingOfficer, AREA, Some(AREA)).is_ok());
    assert!(show(Role::ShieldingOfficer, AREA, None).is_err());
    assert!(show(Role::ShieldingOfficer, "E06000023", Some(AREA)).is_err());
    assert!(show(Role::DataOfficer, AREA, Some(AREA)).is_err());
}

#[test]
fn the_receipt_must_be_of_exactly_this_row_and_these_records() {
    let dora = officer(Role::DataOfficer, AREA);
    let unnamed = show_row(
        &receipt(Waits::Review, Vec::new()),
        &dora,
        row(Waits::Review, None),
        vec![seal(&record())],
    );
    assert!(unnamed.unwrap().beside().is_empty(), "not named, not shown");
    let said = child(&record(), &catalogue(), TODAY);
    let other = SealedRow::new(said, RowMark(43), Waits::Review, None);
    let shown = show_row(
        &receipt(Waits::Review, Vec::new()),
        &dora,
        other,
        Vec::new(),
    );
    assert!(shown.is_err(), "another row");
    let held = row(Waits::Held, None);
    let shown = show_row(&receipt(Waits::Review, Vec::new()), &dora, held, Vec::new());
    assert!(shown.is_err(), "of another kind");
    let somebody = actor(2, Sector::SocialCare, &[Role::DataOfficer], AREA);
    assert!(
        show(&somebody, (Waits::Review, None), &record()).is_err(),
        "another person"
    );
}

#[test]
fn r31_by_source_nobody_sees_that_a_service_is_sensitive_and_a_shielded_record_is_not_opened() {
    let dora = officer(Role::DataOfficer, AREA);
    let opened = |record: &Record| {
        let viewer = seal(record).viewer(&dora, Reason::DataQuality).unwrap();
        let what = What::Opened {
            seen: seal(record).seen(),
            reason: Reason::DataQuality,
            viewer,
        };
        let by = By::Person {
            account: AccountId(1),
            organisation: OrganisationId(1),
            session: 3,
        };
        let Ok(receipt) = Receipt::after(Durable(Event::now(now(), by, what)));
        let part = SealedPart::new(child(record, &catalogue(), TODAY), MARK);
        open_parts(&receipt, &dora, seal(record), vec![part])
    };
    let (_, parts) = opened(&record()).unwrap();
    let View::Whole(part) = &parts[0].1 else {
        panic!("whole")
    };
    assert_eq!(
        part.sensitive_services,
        crate::child::SensitiveServices::None
    );
    assert_eq!(part.involvements.len(), 1);
    assert!(matches!(opened(&shielded()), Err(Refusal::NotPermitted)));
}
