//! What is connected with a shielded child is shown to the officers who see behind the shield, and to nobody else.

use super::*;
use crate::account::{AccountId, Role};
use crate::disclosure::Ledger;
use crate::event::{By, Event, Seen};
use crate::organisation::{OrganisationId, Sector};
use crate::record::Record;
use crate::sample::{AREA, TODAY, actor, catalogue, now, record, shielded};

const VERSION: i64 = 7;

struct Durable(Event);

impl Ledger for Durable {
    type Error = std::convert::Infallible;

    fn durable(self) -> Result<Event, Self::Error> {
        Ok(self.0)
    }
}

fn seal(record: &Record) -> Sealed {
    Sealed::new(record, VERSION, &catalogue(), TODAY)
}

fn receipt(seen: Seen, shown: Vec<Seen>) -> Receipt {
    let by = By::Person {
        account: AccountId(1),
        organisation: OrganisationId(1),
        session: 3,
    };
    let what = What::ConnectedShown {
        seen,
        reason: Reason::ShieldDecision,
        shown,
    };
    match Receipt::after(Durable(Event::now(now(), by, what))) {
        Ok(receipt) => receipt,
        Err(never) => match never {},
    }
}

fn officer(role: Role, area: &str) -> Actor {
    actor(1, Sector::SocialCare, &[role], area)
}

fn show(actor: &Actor, of: &Record, open: &Record) -> Result<ConnectedDisclosure, Refusal> {
    let receipt = receipt(seal(of).seen(), vec![seal(open).seen()]);
    show_connected(&receipt, actor, seal(of), vec![seal(open)])
}

#[test]
fn x3_an_officer_of_the_responsible_authority_sees_which_open_records_are_connected() {
    let sam = officer(Role::ShieldingOfficer, AREA);
    let shown = show(&sam, &shielded(), &record()).unwrap();
    assert!(matches!(shown.of(), View::Restricted(_)));
    let [(0, open)] = shown.open() else {
        panic!("one")
    };
    let View::Whole(child) = open.view() else {
        panic!("whole")
    };
    assert!(child.name.is_some() && child.involvements.is_empty());
}

#[test]
fn x2_c6_to_everybody_else_there_is_nothing_to_decide() {
    let wrong = [
        (Role::ShieldingOfficer, "E06000023"),
        (Role::DataOfficer, AREA),
        (Role::Practitioner, AREA),
        (Role::Administrator, AREA),
    ];
    for (role, area) in wrong {
        assert!(show(&officer(role, area), &shielded(), &record()).is_err());
    }
}

#[test]
fn x3_an_open_record_has_nothing_to_decide_and_another_reason_opens_nothing() {
    let sam = officer(Role::ShieldingOfficer, AREA);
    assert!(matches!(
        may_consider(&sam, Some(Reason::ShieldDecision), &seal(&record())),
        Err(Refusal::AlreadySo)
    ));
    for reason in [None, Some(Reason::FindPractitioners)] {
        assert!(matches!(
            may_consider(&sam, reason, &seal(&shielded())),
            Err(Refusal::NoReason)
        ));
    }
}

#[test]
fn what_the_event_does_not_name_or_is_shielded_meanwhile_is_not_shown() {
    let sam = officer(Role::ShieldingOfficer, AREA);
    let of = seal(&shielded());
    let unnamed = receipt(of.seen(), Vec::new());
    let shown = show_connected(&unnamed, &sam, of, vec![seal(&record())]).unwrap();
    assert!(shown.open().is_empty());
    let shown = show(&sam, &shielded(), &shielded()).unwrap();
    assert!(shown.open().is_empty());
    let other = receipt(seal(&shielded()).seen(), Vec::new());
    let newer = Sealed::new(&shielded(), VERSION + 1, &catalogue(), TODAY);
    assert!(show_connected(&other, &sam, newer, Vec::new()).is_err());
}
