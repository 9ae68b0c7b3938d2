//! `contactpoint reference`: authorities, services, schools and practices. None of it is about a child.

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use contactpoint::supply::Unread;
use contactpoint::supply::reference::{Reference, authorities, practices, schools, services};
use directory::organisation::{Authority, ShieldingPhase};
use directory::service::{Classification, Service};
use store::Store;

use super::Stop;
use super::say::{grouped, note, say};
use crate::clock;
use crate::config::Config;

/// How many faults are shown of one file.
const FAULTS_SHOWN_MAX: usize = 20;

/// What to do with reference data.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Load authorities.csv, services.csv, schools.csv and practices.csv of a folder
    Load {
        /// The folder
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// The first shielding of every authority is complete: practitioners may be admitted (R42)
        #[arg(long)]
        shielding_complete: bool,
    },
}

/// Runs the command.
pub fn run(config: &Config, command: Command) -> Result<(), Stop> {
    let Command::Load {
        folder,
        shielding_complete,
    } = command;
    let phase = if shielding_complete {
        ShieldingPhase::Complete
    } else {
        ShieldingPhase::UnderWay
    };
    let files = Files::read(&folder)?;
    let counts = load(&files, &config.begin()?, phase)?;
    for (count, words) in counts {
        say(format_args!("{:>12}  {words}", grouped(count)));
    }
    if phase == ShieldingPhase::UnderWay {
        say(
            "Practitioners are admitted when an authority's first shielding is complete: contactpoint authority shielding-complete CODE",
        );
    }
    Ok(())
}

/// How many of what were loaded.
pub type Counts = [(u64, &'static str); 4];

/// The four files, read and in good order.
pub struct Files {
    authorities: Vec<Authority>,
    services: Vec<Service>,
    schools: Vec<directory::setting::Place>,
    practices: Vec<directory::setting::Place>,
}

impl Files {
    /// Reads the four files of a folder, and says what is wrong in them.
    ///
    /// # Errors
    /// [`Stop::Failed`] when one cannot be read: nothing was loaded then.
    pub fn read(folder: &Path) -> Result<Files, Stop> {
        Ok(Files {
            authorities: read(folder, "authorities.csv", authorities)?,
            services: read(folder, "services.csv", services)?,
            schools: read(folder, "schools.csv", schools)?,
            practices: read(folder, "practices.csv", practices)?,
        })
    }
}

/// Loads the files, keeping what an operator has decided before: a classified service stays so, and so does a completed shielding.
///
/// # Errors
/// [`Stop::Failed`] when the store cannot take them.
pub fn load(files: &Files, store: &Store, phase: ShieldingPhase) -> Result<Counts, Stop> {
    for authority in &files.authorities {
        let known = store
            .authority(&authority.code)
            .map(|known| known.shielding);
        let complete = known == Some(ShieldingPhase::Complete) || phase == ShieldingPhase::Complete;
        let shielding = if complete {
            ShieldingPhase::Complete
        } else {
            ShieldingPhase::UnderWay
        };
        store.put_authority(
            &Authority {
                shielding,
                ..authority.clone()
            },
            clock::now(),
        )?;
    }
    let services: Vec<Service> = files
        .services
        .iter()
        .map(|service| as_decided(store, service))
        .collect();
    store.put_services(&services, clock::now())?;
    store.put_places(&files.schools)?;
    store.put_places(&files.practices)?;
    let count = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
    let counts = [
        (count(files.authorities.len()), "authorities"),
        (count(services.len()), "services"),
        (count(files.schools.len()), "schools"),
        (count(files.practices.len()), "practices"),
    ];
    Ok(counts)
}

/// A file never changes what somebody has decided of a service (X13).
fn as_decided(store: &Store, service: &Service) -> Service {
    let known = store.catalogue().classification(&service.code);
    if known == Classification::Unclassified || known == service.classification {
        return service.clone();
    }
    if service.classification != Classification::Unclassified {
        note(format_args!(
            "service {} is classified otherwise here, and stays so. To change it: contactpoint service classify {}",
            service.code, service.code
        ));
    }
    Service {
        classification: known,
        ..service.clone()
    }
}

fn read<T>(
    folder: &Path,
    name: &str,
    from: fn(File) -> Result<Reference<T>, Unread>,
) -> Result<Vec<T>, Stop> {
    let path = folder.join(name);
    let failed = |error: &dyn std::fmt::Display| {
        Stop::Failed(format!(
            "{} cannot be used, and nothing was loaded: {error}",
            path.display()
        ))
    };
    let file = File::open(&path).map_err(|error| failed(&error))?;
    let reference = from(file).map_err(|unread| failed(&unread))?;
    for fault in reference.faults.iter().take(FAULTS_SHOWN_MAX) {
        note(format_args!("{name} {fault}"));
    }
    let more = reference.faults.len().saturating_sub(FAULTS_SHOWN_MAX);
    if more > 0 {
        note(format_args!("{name} has {more} more faults like these"));
    }
    Ok(reference.items)
}
