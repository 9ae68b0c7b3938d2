//! Accounts: who may sign in at all, and what each role may do (R51–R61).

use crate::Date;
use crate::involvement::Practitioner;
use crate::lifecycle::birthday;
use crate::name::Name;
use crate::organisation::{Authority, Organisation, OrganisationId, Sector, ShieldingPhase};
use crate::text::{
    AuthorityCode, Email, JobTitle, OrganisationName, ServiceCode, Telephone, UserName,
};

/// How long an enhanced DBS disclosure is in date (Hansard 22 June 2009: renewed every three years), in years.
pub const DISCLOSURE_YEARS: i16 = 3;
/// How long training is in date, in years. The seeds do not say; this is the project's own.
pub const TRAINING_YEARS: i16 = 2;

/// The id of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(pub i64);

/// A person who may use the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The name they sign in with.
    pub user_name: UserName,
    /// Their own name.
    pub name: Name,
    /// Their job title.
    pub job_title: JobTitle,
    /// The organisation they work for.
    pub organisation: OrganisationId,
    /// Their work telephone number.
    pub telephone: Option<Telephone>,
    /// Their work e-mail address.
    pub email: Option<Email>,
    /// What they may do.
    pub roles: Vec<Role>,
    /// The checks on them.
    pub checks: Checks,
    /// Whether somebody has suspended them.
    pub suspension: Suspension,
}

/// Whether an account is suspended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Suspension {
    /// Not suspended.
    None,
    /// Suspended.
    Suspended,
}

/// The three checks on a person (R58). `None`: never done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checks {
    /// The day identity was checked.
    pub identity: Option<Date>,
    /// The day of the enhanced DBS disclosure.
    pub disclosure: Option<Date>,
    /// The day training was completed.
    pub training: Option<Date>,
}

/// What an account may do. Rights are separate: an administrator is no shielding officer (R41, R55).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Looks children up, and records being involved.
    Practitioner,
    /// Places shields (R41).
    ShieldingOfficer,
    /// Brokers contact, reviews shields and the audit trail.
    Manager,
    /// Decides about matches and corrections.
    DataOfficer,
    /// Reads the audit trail.
    Auditor,
    /// Looks after accounts and suppliers; sees no child (F4).
    Administrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 6] = [
        Role::Practitioner,
        Role::ShieldingOfficer,
        Role::Manager,
        Role::DataOfficer,
        Role::Auditor,
        Role::Administrator,
    ];

    /// The code used on command lines.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Role::Practitioner => "practitioner",
            Role::ShieldingOfficer => "shielding-officer",
            Role::Manager => "manager",
            Role::DataOfficer => "data-officer",
            Role::Auditor => "auditor",
            Role::Administrator => "administrator",
        }
    }

    /// The role of a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// Somebody who passed every gate today. Fields are private: the only way to get one is [`admit`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    account: AccountId,
    practitioner: Practitioner,
    organisation: OrganisationId,
    sector: Sector,
    authority: Option<AuthorityCode>,
    services: Vec<ServiceCode>,
    roles: Vec<Role>,
}

/// Why somebody is not admitted. Never told to whoever tries to sign in: every failure is the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotAdmitted {
    /// The account was suspended.
    Suspended,
    /// The organisation is not accredited, or no longer (R56).
    Organisation,
    /// The authority's first shielding is not complete (R42).
    ShieldingUnderWay,
    /// Identity was never checked (R58).
    Identity,
    /// No enhanced DBS disclosure in date (R58).
    Disclosure,
    /// No training in date (R58).
    Training,
    /// The account is of another organisation, or has no role.
    Account,
}

/// Admits an account on a day, if every gate stands open: organisation, authority, the three checks, no suspension.
///
/// `authority` is the one that admits the organisation; `None` for a national partner.
///
/// # Errors
/// [`NotAdmitted`], naming the first gate that is closed.
pub fn admit(
    account: &Account,
    organisation: &Organisation,
    authority: Option<&Authority>,
    today: Date,
) -> Result<Actor, NotAdmitted> {
    if account.suspension == Suspension::Suspended {
        return Err(NotAdmitted::Suspended);
    }
    if account.organisation != organisation.id || account.roles.is_empty() {
        return Err(NotAdmitted::Account);
    }
    if organisation
        .accredited_until
        .is_none_or(|last| today > last)
    {
        return Err(NotAdmitted::Organisation);
    }
    if organisation.authority() != authority.map(|authority| &authority.code) {
        return Err(NotAdmitted::Organisation);
    }
    let practitioner = account.roles.contains(&Role::Practitioner);
    if practitioner && authority.is_some_and(|a| a.shielding == ShieldingPhase::UnderWay) {
        return Err(NotAdmitted::ShieldingUnderWay);
    }
    account.checks.pass(today)?;
    Ok(Actor {
        account: account.id,
        practitioner: account.practitioner(&organisation.name),
        organisation: organisation.id,
        sector: organisation.sector,
        authority: organisation.authority().cloned(),
        services: organisation.services.clone(),
        roles: account.roles.clone(),
    })
}

impl Checks {
    fn pass(&self, today: Date) -> Result<(), NotAdmitted> {
        let done = |day: Option<Date>| day.is_some_and(|day| day <= today);
        let in_date = |day: Option<Date>, years| {
            day.is_some_and(|day| day <= today && today < birthday(day, years))
        };
        if !done(self.identity) {
            return Err(NotAdmitted::Identity);
        }
        if !in_date(self.disclosure, DISCLOSURE_YEARS) {
            return Err(NotAdmitted::Disclosure);
        }
        if !in_date(self.training, TRAINING_YEARS) {
            return Err(NotAdmitted::Training);
        }
        Ok(())
    }
}

impl Account {
    fn practitioner(&self, organisation: &OrganisationName) -> Practitioner {
        Practitioner {
            name: self.name.clone(),
            job_title: self.job_title.clone(),
            organisation: organisation.clone(),
            telephone: self.telephone.clone(),
            email: self.email.clone(),
        }
    }
}

impl Actor {
    /// Their account.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// Their name, job and how to reach them.
    #[must_use]
    pub fn practitioner(&self) -> &Practitioner {
        &self.practitioner
    }

    /// Their organisation.
    #[must_use]
    pub fn organisation(&self) -> OrganisationId {
        self.organisation
    }

    /// Their sector.
    #[must_use]
    pub fn sector(&self) -> Sector {
        self.sector
    }

    /// The authority through which they are admitted; `None` for a national partner.
    #[must_use]
    pub fn authority(&self) -> Option<&AuthorityCode> {
        self.authority.as_ref()
    }

    /// The services their organisation's people work in.
    #[must_use]
    pub fn services(&self) -> &[ServiceCode] {
        &self.services
    }

    /// What they may do.
    #[must_use]
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// Whether they have a role.
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

#[cfg(test)]
#[path = "account_tests.rs"]
mod tests;
