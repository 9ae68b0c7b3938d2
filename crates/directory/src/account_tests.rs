//! Gates: each closes sign-in by itself (R42, R56, R58).

use super::*;
use crate::organisation::Admission;
use crate::text::{NamePart, email, telephone};
use jiff::civil::date;

const TODAY: Date = date(2026, 11, 22);

pub(crate) fn account() -> Account {
    Account {
        id: AccountId(1),
        user_name: UserName::parse("jane.okafor").unwrap(),
        name: Name {
            given: Some(NamePart::parse("Jane").unwrap()),
            family: NamePart::parse("Okafor").unwrap(),
        },
        job_title: JobTitle::parse("Learning mentor").unwrap(),
        organisation: OrganisationId(1),
        telephone: telephone("01632 960 114").ok(),
        email: email("jane@northfield.example").ok(),
        roles: vec![Role::Practitioner],
        checks: Checks {
            identity: Some(date(2020, 1, 1)),
            disclosure: Some(date(2025, 1, 1)),
            training: Some(date(2025, 6, 1)),
        },
        suspension: Suspension::None,
    }
}

fn organisation() -> Organisation {
    Organisation {
        id: OrganisationId(1),
        name: OrganisationName::parse("Northfield Academy").unwrap(),
        sector: Sector::Education,
        admitted: Admission::Authority(AuthorityCode::parse("E06000025").unwrap()),
        accredited_until: Some(TODAY),
        services: Vec::new(),
    }
}

fn authority() -> Authority {
    Authority {
        code: AuthorityCode::parse("E06000025").unwrap(),
        name: OrganisationName::parse("South Gloucestershire").unwrap(),
        shielding: ShieldingPhase::Complete,
    }
}

#[test]
fn r51_somebody_with_every_gate_open_is_admitted() {
    assert!(admit(&account(), &organisation(), Some(&authority()), TODAY).is_ok());
}

#[test]
fn r58_each_check_closes_the_gate_on_its_day() {
    let with = |change: fn(&mut Checks)| {
        let mut account = account();
        change(&mut account.checks);
        admit(&account, &organisation(), Some(&authority()), TODAY).err()
    };
    assert_eq!(with(|c| c.identity = None), Some(NotAdmitted::Identity));
    assert_eq!(with(|c| c.disclosure = None), Some(NotAdmitted::Disclosure));
    assert_eq!(
        with(|c| c.disclosure = Some(date(2023, 11, 22))),
        Some(NotAdmitted::Disclosure)
    );
    assert_eq!(with(|c| c.disclosure = Some(date(2023, 11, 23))), None);
    assert_eq!(with(|c| c.training = None), Some(NotAdmitted::Training));
    assert_eq!(
        with(|c| c.training = Some(date(2024, 11, 22))),
        Some(NotAdmitted::Training)
    );
    assert_eq!(
        with(|c| c.training = Some(date(2026, 11, 23))),
        Some(NotAdmitted::Training)
    );
}

#[test]
fn r56_the_organisation_comes_first() {
    let mut lapsed = organisation();
    lapsed.accredited_until = Some(date(2026, 11, 21));
    assert_eq!(
        admit(&account(), &lapsed, Some(&authority()), TODAY),
        Err(NotAdmitted::Organisation)
    );
    lapsed.accredited_until = None;
    assert_eq!(
        admit(&account(), &lapsed, Some(&authority()), TODAY),
        Err(NotAdmitted::Organisation)
    );
    assert_eq!(
        admit(&account(), &organisation(), None, TODAY),
        Err(NotAdmitted::Organisation)
    );
}

#[test]
fn r42_no_practitioner_before_the_first_shielding_is_complete() {
    let mut early = authority();
    early.shielding = ShieldingPhase::UnderWay;
    assert_eq!(
        admit(&account(), &organisation(), Some(&early), TODAY),
        Err(NotAdmitted::ShieldingUnderWay)
    );
    let mut officer = account();
    officer.roles = vec![Role::ShieldingOfficer];
    assert!(
        admit(&officer, &organisation(), Some(&early), TODAY).is_ok(),
        "officers start first (R63)"
    );
}

#[test]
fn a_suspended_account_is_not_admitted() {
    let mut suspended = account();
    suspended.suspension = Suspension::Suspended;
    assert_eq!(
        admit(&suspended, &organisation(), Some(&authority()), TODAY),
        Err(NotAdmitted::Suspended)
    );
}
