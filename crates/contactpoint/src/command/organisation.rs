//! `contactpoint organisation`: who employs the people who may sign in, and until when it is accredited (R56).

use clap::{Args, Subcommand};
use directory::Date;
use directory::organisation::{Admission, Organisation, OrganisationId, Sector};
use directory::text::{AuthorityCode, OrganisationName, ServiceCode, kind};
use store::Store;

use super::say::{say, table};
use super::{Stop, parse};
use crate::clock;
use crate::config::Config;

/// What to do with organisations.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Add an organisation
    Add(Add),
    /// Accredit an organisation until a day, or withdraw it
    Accredit(Accredit),
    /// List the organisations
    List,
}

/// An organisation to be added.
#[derive(Args, Debug)]
pub struct Add {
    /// Its name
    #[arg(value_name = "NAME", value_parser = parse::text::<kind::Organisation>)]
    name: OrganisationName,
    /// Its sector, as: education
    #[arg(long, value_name = "SECTOR", value_parser = parse::sector)]
    sector: Sector,
    /// The code of the local authority that admits its people
    #[arg(long, value_name = "CODE", required_unless_present = "national", value_parser = parse::text::<kind::Authority>)]
    authority: Option<AuthorityCode>,
    /// A national partner, admitted outside any authority
    #[arg(long, conflicts_with = "authority")]
    national: bool,
    /// The codes of the services its people work in, with commas
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = parse::text::<kind::Service>)]
    services: Vec<ServiceCode>,
    /// The last day of its accreditation; until it has one nobody of it can sign in
    #[arg(long, value_name = "DATE", value_parser = parse::day)]
    accredited_until: Option<Date>,
}

/// An accreditation.
#[derive(Args, Debug)]
pub struct Accredit {
    /// The organisation's number
    #[arg(value_name = "ID")]
    id: i64,
    /// The last day of its accreditation
    #[arg(long, value_name = "DATE", required_unless_present = "withdraw", value_parser = parse::day)]
    until: Option<Date>,
    /// Withdraw the accreditation: the sessions of its people end at their next request
    #[arg(long, conflicts_with = "until")]
    withdraw: bool,
}

/// Runs the command.
pub fn run(config: &Config, command: Command) -> Result<(), Stop> {
    let store = config.open()?;
    match command {
        Command::Add(wanted) => add(&store, wanted),
        Command::Accredit(wanted) => accredit(&store, &wanted),
        Command::List => list(&store),
    }
}

fn add(store: &Store, wanted: Add) -> Result<(), Stop> {
    let admitted = match wanted.authority {
        Some(code) if store.authority(&code).is_none() => {
            return Err(super::authority::unknown(&code));
        }
        Some(code) => Admission::Authority(code),
        None => Admission::NationalPartner,
    };
    for service in &wanted.services {
        super::service::known(store, service)?;
    }
    let last = store
        .organisations()?
        .iter()
        .map(|known| known.id.0)
        .max()
        .unwrap_or(0);
    let organisation = Organisation {
        id: OrganisationId(last.saturating_add(1)),
        name: wanted.name,
        sector: wanted.sector,
        admitted,
        accredited_until: wanted.accredited_until,
        services: wanted.services,
    };
    store.put_organisation(&organisation, clock::now())?;
    say(format_args!(
        "Added {} as organisation {}.",
        organisation.name, organisation.id.0
    ));
    Ok(())
}

fn accredit(store: &Store, wanted: &Accredit) -> Result<(), Stop> {
    let known = store
        .organisations()?
        .into_iter()
        .find(|known| known.id.0 == wanted.id);
    let Some(organisation) = known else {
        return Err(Stop::Failed(format!(
            "there is no organisation {}. To see them: contactpoint organisation list",
            wanted.id
        )));
    };
    let organisation = Organisation {
        accredited_until: wanted.until,
        ..organisation
    };
    store.put_organisation(&organisation, clock::now())?;
    match wanted.until {
        Some(day) => say(format_args!(
            "{} is accredited until {day}.",
            organisation.name
        )),
        None => say(format_args!(
            "{} is no longer accredited: sessions of its people end at their next request.",
            organisation.name
        )),
    }
    Ok(())
}

fn list(store: &Store) -> Result<(), Stop> {
    let row = |organisation: Organisation| {
        let services: Vec<&str> = organisation
            .services
            .iter()
            .map(ServiceCode::as_str)
            .collect();
        let until = organisation
            .accredited_until
            .map_or_else(|| "never".to_owned(), |day| day.to_string());
        vec![
            organisation.id.0.to_string(),
            organisation.name.to_string(),
            organisation.sector.words().to_owned(),
            organisation
                .authority()
                .map_or("national", AuthorityCode::as_str)
                .to_owned(),
            services.join(","),
            until,
        ]
    };
    let rows: Vec<Vec<String>> = store.organisations()?.into_iter().map(row).collect();
    say(table(
        &[
            "id",
            "name",
            "sector",
            "authority",
            "services",
            "accredited until",
        ],
        &rows,
    ));
    Ok(())
}
