//! Who looks after supply: who sees what suppliers' files did, who sees the figures of data quality, who lets a held file go on.

use crate::access::Refusal;
use crate::account::{Actor, Role};
use crate::run::{Run, RunBy};

/// Decides whether somebody may see what suppliers' files did.
///
/// # Errors
/// [`Refusal::NotPermitted`] for anybody without a role that looks after data, accounts, shields or the audit trail.
pub fn may_oversee(actor: &Actor) -> Result<(), Refusal> {
    allowed(
        actor,
        &[
            Role::DataOfficer,
            Role::Administrator,
            Role::Auditor,
            Role::ShieldingOfficer,
        ],
    )
}

/// Decides whether somebody may see the figures of data quality.
///
/// # Errors
/// [`Refusal::NotPermitted`] for anybody but data officers and auditors.
pub fn may_see_figures(actor: &Actor) -> Result<(), Refusal> {
    allowed(actor, &[Role::DataOfficer, Role::Auditor])
}

/// Decides whether somebody may let a held or a paused run go on: a second person, never the one whose act the run is.
///
/// # Errors
/// [`Refusal::NotPermitted`] when not.
pub fn may_release(actor: &Actor, run: &Run) -> Result<(), Refusal> {
    if run.by == RunBy::Account(actor.account()) {
        return Err(Refusal::NotPermitted);
    }
    allowed(actor, &[Role::DataOfficer, Role::Administrator])
}

fn allowed(actor: &Actor, roles: &[Role]) -> Result<(), Refusal> {
    let has = roles.iter().any(|role| actor.is(*role));
    has.then_some(()).ok_or(Refusal::NotPermitted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;
    use crate::organisation::Sector;
    use crate::run::{Applied, Reach, RunId, RunState, RunTotals};
    use crate::sample::{self, TODAY};
    use crate::statement::SourceKind;
    use crate::supplied::Supplier;
    use crate::text::SupplierCode;

    fn with(role: Role) -> Actor {
        sample::actor(7, Sector::SocialCare, &[role], sample::AREA)
    }

    fn run(by: RunBy) -> Run {
        Run {
            id: RunId(1),
            supplier: Supplier {
                code: SupplierCode::parse("nhs").unwrap(),
                kind: SourceKind::Nhs,
            },
            mapping: "nhs".to_owned(),
            reach: Reach::Full,
            applied: Applied::InBatches,
            extracted: TODAY,
            state: RunState::Held,
            held: None,
            began: Timestamp::UNIX_EPOCH,
            ended: None,
            by,
            rows: 1,
            totals: RunTotals::default(),
        }
    }

    #[test]
    fn r55_who_looks_after_supply_is_by_role() {
        let who = |may: fn(&Actor) -> Result<(), Refusal>| -> Vec<Role> {
            let all = Role::ALL.into_iter();
            all.filter(|role| may(&with(*role)).is_ok()).collect()
        };
        use Role::{Administrator, Auditor, DataOfficer, ShieldingOfficer};
        assert_eq!(
            who(may_oversee),
            [ShieldingOfficer, DataOfficer, Auditor, Administrator]
        );
        assert_eq!(who(may_see_figures), [DataOfficer, Auditor]);
        assert_eq!(
            who(|actor| may_release(actor, &run(RunBy::Supplier))),
            [DataOfficer, Administrator]
        );
    }

    #[test]
    fn a_held_run_is_let_go_on_by_a_second_person() {
        let officer = with(Role::DataOfficer);
        let own = run(RunBy::Account(officer.account()));
        assert_eq!(may_release(&officer, &own), Err(Refusal::NotPermitted));
        assert_eq!(may_release(&officer, &run(RunBy::Operator)), Ok(()));
    }
}
