//! What is given of an account on the command line. What is not given stays as it is.

use clap::Args;
use directory::Date;
use directory::account::{Account, Role};
use directory::name::Name;
use directory::organisation::OrganisationId;
use directory::text::{Email, JobTitle, Telephone, kind};
use store::Store;

use super::role;
use crate::command::{Stop, parse};

/// What is given of an account.
#[derive(Args, Debug, Default)]
pub struct Given {
    /// The person's name, the family name last
    #[arg(long, value_name = "NAME", value_parser = parse::name)]
    pub name: Option<Name>,
    /// What the person's job is called
    #[arg(long, value_name = "TITLE", value_parser = parse::text::<kind::Job>)]
    pub job: Option<JobTitle>,
    /// The number of the organisation (see: contactpoint organisation list)
    #[arg(long, value_name = "ID")]
    organisation: Option<i64>,
    /// practitioner, shielding-officer, manager, data-officer, auditor, administrator; several with commas
    #[arg(long, value_name = "ROLE", value_delimiter = ',', value_parser = role)]
    pub role: Vec<Role>,
    /// The person's work telephone number
    #[arg(long, value_name = "NUMBER", value_parser = parse::telephone)]
    telephone: Option<Telephone>,
    /// The person's work e-mail address
    #[arg(long, value_name = "ADDRESS", value_parser = parse::email)]
    email: Option<Email>,
    /// The day identity was checked
    #[arg(long, value_name = "DATE", value_parser = parse::day)]
    identity: Option<Date>,
    /// The day of the enhanced DBS disclosure
    #[arg(long, value_name = "DATE", value_parser = parse::day)]
    dbs: Option<Date>,
    /// The day training was completed
    #[arg(long, value_name = "DATE", value_parser = parse::day)]
    training: Option<Date>,
}

impl Given {
    /// The organisation, when given.
    pub fn organisation(&self) -> Option<OrganisationId> {
        self.organisation.map(OrganisationId)
    }

    /// The account with what is given in place of what was.
    ///
    /// # Errors
    /// [`Stop::Failed`] when there is no such organisation.
    pub fn into_account(self, store: &Store, account: Account) -> Result<Account, Stop> {
        let organisation = self.organisation().unwrap_or(account.organisation);
        if !store
            .organisations()?
            .iter()
            .any(|known| known.id == organisation)
        {
            return Err(Stop::Failed(format!(
                "there is no organisation {}. To see them: contactpoint organisation list",
                organisation.0
            )));
        }
        let mut checks = account.checks;
        checks.identity = self.identity.or(checks.identity);
        checks.disclosure = self.dbs.or(checks.disclosure);
        checks.training = self.training.or(checks.training);
        Ok(Account {
            name: self.name.unwrap_or(account.name),
            job_title: self.job.unwrap_or(account.job_title),
            organisation,
            telephone: self.telephone.or(account.telephone),
            email: self.email.or(account.email),
            roles: if self.role.is_empty() {
                account.roles
            } else {
                self.role
            },
            checks,
            ..account
        })
    }
}

/// What a new account cannot be without.
///
/// # Errors
/// [`Stop::Usage`] naming the option.
pub fn needed<T>(given: Option<T>, option: &str) -> Result<T, Stop> {
    given.ok_or_else(|| {
        Stop::Usage(format!(
            "a new account needs {option}, and nothing was added"
        ))
    })
}
