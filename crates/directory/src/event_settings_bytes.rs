//! The canonical bytes of events about who is admitted, and of those who asked too often: tags 15 to 20 of version 1.

use super::What;
use super::event_bytes::{ASKED, asked_tag, of_tag};
use super::event_run_bytes as run_bytes;
use crate::account::{AccountId, Checks, Role, Suspension};
use crate::bytes::{Reader, Writer};
use crate::organisation::{Admission, OrganisationId, ShieldingPhase};
use crate::service::Classification;
use crate::text::{AuthorityCode, ServiceCode};

const SUSPENSIONS: [Suspension; 2] = [Suspension::None, Suspension::Suspended];
const PHASES: [ShieldingPhase; 2] = [ShieldingPhase::UnderWay, ShieldingPhase::Complete];
const CLASSIFICATIONS: [Classification; 3] = [
    Classification::Unclassified,
    Classification::Ordinary,
    Classification::Sensitive,
];

/// Writes what was done, with its tag. What is not of this file writes nothing.
pub(super) fn write(out: &mut Writer, what: &What) {
    match what {
        What::AccountSet {
            account,
            organisation,
            roles,
            checks,
            suspension,
        } => {
            out.u8(15);
            out.i64(account.0);
            out.i64(organisation.0);
            out.list(roles, |out, role| out.text(role.code()));
            for day in [checks.identity, checks.disclosure, checks.training] {
                out.option(day, Writer::date);
            }
            out.u8(suspension_tag(*suspension));
        }
        What::OrganisationSet {
            organisation,
            admitted,
            accredited_until,
        } => {
            out.u8(16);
            out.i64(organisation.0);
            let authority = match admitted {
                Admission::Authority(code) => Some(code),
                Admission::NationalPartner => None,
            };
            out.option(authority, |out, code| out.text(code.as_str()));
            out.option(*accredited_until, Writer::date);
        }
        What::AuthoritySet {
            authority,
            shielding,
        } => {
            out.u8(17);
            out.text(authority.as_str());
            out.u8(phase_tag(*shielding));
        }
        What::ServiceSet {
            service,
            classification,
        } => {
            out.u8(18);
            out.text(service.as_str());
            out.u8(classification_tag(*classification));
        }
        What::HeldBack { asked } => {
            out.u8(19);
            out.u8(asked_tag(*asked));
        }
        What::SignInBarred { account } => {
            out.u8(20);
            out.option(*account, |out, account| out.i64(account.0));
        }
        _ => run_bytes::write(out, what),
    }
}

/// Reads what was done, of its tag. `None`: the tag is of nothing known here, or the bytes do not fit it.
pub(super) fn read(tag: u8, from: &mut Reader<'_>) -> Option<What> {
    let what = match tag {
        15 => What::AccountSet {
            account: AccountId(from.i64()?),
            organisation: OrganisationId(from.i64()?),
            roles: from.list(|from| Role::parse(from.text()?))?,
            checks: Checks {
                identity: from.option(Reader::date)?,
                disclosure: from.option(Reader::date)?,
                training: from.option(Reader::date)?,
            },
            suspension: of_tag(from, &SUSPENSIONS, suspension_tag)?,
        },
        16 => What::OrganisationSet {
            organisation: OrganisationId(from.i64()?),
            admitted: from
                .option(|from| AuthorityCode::parse(from.text()?).ok())?
                .map_or(Admission::NationalPartner, Admission::Authority),
            accredited_until: from.option(Reader::date)?,
        },
        17 => What::AuthoritySet {
            authority: AuthorityCode::parse(from.text()?).ok()?,
            shielding: of_tag(from, &PHASES, phase_tag)?,
        },
        18 => What::ServiceSet {
            service: ServiceCode::parse(from.text()?).ok()?,
            classification: of_tag(from, &CLASSIFICATIONS, classification_tag)?,
        },
        19 => What::HeldBack {
            asked: of_tag(from, &ASKED, asked_tag)?,
        },
        20 => What::SignInBarred {
            account: from.option(|from| from.i64().map(AccountId))?,
        },
        30 => return run_bytes::read(from),
        _ => return None,
    };
    Some(what)
}

fn suspension_tag(suspension: Suspension) -> u8 {
    match suspension {
        Suspension::None => 0,
        Suspension::Suspended => 1,
    }
}

fn phase_tag(phase: ShieldingPhase) -> u8 {
    match phase {
        ShieldingPhase::UnderWay => 0,
        ShieldingPhase::Complete => 1,
    }
}

fn classification_tag(classification: Classification) -> u8 {
    match classification {
        Classification::Unclassified => 0,
        Classification::Ordinary => 1,
        Classification::Sensitive => 2,
    }
}
