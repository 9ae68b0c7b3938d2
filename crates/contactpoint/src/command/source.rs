//! `contactpoint source`: the published list of local systems that feed the directory (R84).

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use directory::local_source::LocalSource;
use directory::organisation::Sector;
use directory::text::{AuthorityCode, OrganisationName, SupplierCode, kind};
use store::Store;

use super::say::{say, table};
use super::{Stop, parse};
use crate::config::Config;

/// The most systems of one file.
const SYSTEMS_MAX: usize = 20_000;
/// The columns of a file.
const COLUMNS: [&str; 4] = ["authority", "supplier", "name", "sector"];

/// What to do with the published list.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Add the systems of a CSV file with the columns authority, supplier, name and sector. Each is published once it has supplied
    Load {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Take a system off the list
    Remove {
        /// The authority's code
        #[arg(long, value_name = "CODE", value_parser = parse::text::<kind::Authority>)]
        authority: AuthorityCode,
        /// The supplier's code
        #[arg(long, value_name = "CODE", value_parser = parse::text::<kind::Supplier>)]
        supplier: SupplierCode,
    },
    /// List the systems
    List,
}

/// Runs the command.
pub fn run(config: &Config, command: &Command) -> Result<(), Stop> {
    let store = config.open()?;
    match command {
        Command::Load { file } => load(&store, file),
        Command::Remove {
            authority,
            supplier,
        } => remove(&store, authority, supplier),
        Command::List => {
            list(&store);
            Ok(())
        }
    }
}

/// Adds systems to the list: none of a supplier of sensitive services, whatever it is called (R27, R28).
///
/// # Errors
/// [`Stop::Failed`] when one may not be listed: nothing is changed then.
pub fn publish(store: &Store, sources: &[LocalSource]) -> Result<(), Stop> {
    let feeding = store.feeding()?;
    for source in sources {
        let own = feeding
            .iter()
            .find(|one| one.supplier.code == *source.supplier());
        if own.is_some_and(|one| one.done > 0 && one.is_quiet()) {
            return Err(Stop::Failed(format!(
                "{} feeds no sector, as suppliers of sensitive services do: it is never listed. Nothing was changed. If it is no such \
                 supplier, add `sector` to its mapping and load its next file with that",
                source.supplier()
            )));
        }
    }
    store.put_local_sources(sources)?;
    Ok(())
}

fn load(store: &Store, path: &Path) -> Result<(), Stop> {
    let unread = |why: &dyn std::fmt::Display| {
        Stop::Failed(format!("{}: {why}. Nothing was changed", path.display()))
    };
    let file = File::open(path).map_err(|error| unread(&error))?;
    let mut reader = csv::Reader::from_reader(file);
    let headings = reader.headers().map_err(|error| unread(&error))?;
    if headings.iter().ne(COLUMNS) {
        return Err(unread(&format!(
            "its columns must be {}",
            COLUMNS.join(",")
        )));
    }
    let mut sources = Vec::new();
    for (line, record) in (2_u64..).zip(reader.records()) {
        let record = record.map_err(|error| unread(&error))?;
        let cell = |at: usize| record.get(at).unwrap_or_default();
        let one = source([cell(0), cell(1), cell(2), cell(3)]);
        sources.push(one.map_err(|why| unread(&format!("line {line}: {why}")))?);
        if sources.len() > SYSTEMS_MAX {
            return Err(unread(&format!("it has more than {SYSTEMS_MAX} systems")));
        }
    }
    publish(store, &sources)?;
    say(format_args!(
        "{} systems are on the list. Each is published once it has supplied.",
        sources.len()
    ));
    Ok(())
}

fn source([authority, supplier, name, sector]: [&str; 4]) -> Result<LocalSource, String> {
    let told = |fault: directory::text::Fault| fault.to_string();
    let authority = AuthorityCode::parse(authority).map_err(told)?;
    let supplier = SupplierCode::parse(supplier).map_err(told)?;
    let name = OrganisationName::parse(name).map_err(told)?;
    let sector: Sector = parse::sector(sector)?;
    LocalSource::new((authority, supplier), name, sector).map_err(told)
}

fn remove(store: &Store, authority: &AuthorityCode, supplier: &SupplierCode) -> Result<(), Stop> {
    if !store.remove_local_source(authority, supplier)? {
        return Err(Stop::Failed(format!(
            "{supplier} is not listed for {authority}, and nothing was changed. To see who is: contactpoint source list"
        )));
    }
    say(format_args!(
        "{supplier} is no longer listed for {authority}."
    ));
    Ok(())
}

fn list(store: &Store) {
    let row = |one: &LocalSource| {
        vec![
            one.authority().to_string(),
            one.supplier().to_string(),
            one.name().to_string(),
            one.sector().words().to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = store.local_sources().iter().map(row).collect();
    say(table(&COLUMNS, &rows));
}
