//! The stored bytes of an account and its secrets.

use directory::account::{Account, AccountId, Checks, Role, Suspension};
use directory::bytes::{Reader, Writer};
use directory::name::Name;
use directory::organisation::OrganisationId;
use directory::text::Text;

use crate::account::Secrets;

pub(crate) fn account(account: &Account) -> Vec<u8> {
    let mut out = Writer::new();
    out.text(account.user_name.as_str());
    out.option(account.name.given.as_ref(), |out, given| {
        out.text(given.as_str())
    });
    out.text(account.name.family.as_str());
    out.text(account.job_title.as_str());
    out.i64(account.organisation.0);
    out.option(account.telephone.as_ref(), |out, telephone| {
        out.text(telephone.as_str())
    });
    out.option(account.email.as_ref(), |out, email| {
        out.text(email.as_str())
    });
    out.list(&account.roles, |out, role| out.text(role.code()));
    for day in [
        account.checks.identity,
        account.checks.disclosure,
        account.checks.training,
    ] {
        out.option(day, Writer::date);
    }
    out.u8(u8::from(account.suspension == Suspension::Suspended));
    out.finish()
}

pub(crate) fn read_account(id: AccountId, bytes: &[u8]) -> Option<Account> {
    let mut from = Reader::new(bytes);
    Some(Account {
        id,
        user_name: Text::parse(from.text()?).ok()?,
        name: Name {
            given: from.option(|from| Text::parse(from.text()?).ok())?,
            family: Text::parse(from.text()?).ok()?,
        },
        job_title: Text::parse(from.text()?).ok()?,
        organisation: OrganisationId(from.i64()?),
        telephone: from.option(|from| Text::parse(from.text()?).ok())?,
        email: from.option(|from| Text::parse(from.text()?).ok())?,
        roles: from.list(|from| Role::parse(from.text()?))?,
        checks: Checks {
            identity: from.option(Reader::date)?,
            disclosure: from.option(Reader::date)?,
            training: from.option(Reader::date)?,
        },
        suspension: if from.u8()? == 1 {
            Suspension::Suspended
        } else {
            Suspension::None
        },
    })
}

pub(crate) fn secrets(secrets: &Secrets) -> Vec<u8> {
    let mut out = Vec::with_capacity(68);
    out.extend_from_slice(&secrets.salt);
    out.extend_from_slice(&secrets.hash);
    out.extend_from_slice(&secrets.token);
    out
}

pub(crate) fn read_secrets(bytes: &[u8]) -> Option<Secrets> {
    let (salt, rest) = bytes.split_first_chunk()?;
    let (hash, rest) = rest.split_first_chunk()?;
    let (token, rest) = rest.split_first_chunk()?;
    rest.is_empty().then_some(Secrets {
        salt: *salt,
        hash: *hash,
        token: *token,
    })
}
