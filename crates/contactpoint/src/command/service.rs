//! `contactpoint service`: no service is used before somebody has said whether it is sensitive (X13).

use clap::{Subcommand, ValueEnum};
use directory::service::{Classification, Service, reveals_sensitive};
use directory::text::{ServiceCode, kind};
use store::Store;

use super::say::{say, table};
use super::{Stop, parse};
use crate::clock;
use crate::config::Config;

/// What to do with services.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Say whether a service is sensitive
    Classify {
        /// The service's code
        #[arg(value_name = "CODE", value_parser = parse::text::<kind::Service>)]
        code: ServiceCode,
        /// Whether its people are shown, or only that there is one, by consent
        #[arg(value_name = "HOW")]
        how: How,
    },
    /// List the services
    List,
}

/// How a service is classified.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum How {
    /// Its people are shown
    Ordinary,
    /// Sexual health, mental health, drugs or alcohol: its people are never shown
    Sensitive,
}

/// Runs the command.
pub fn run(config: &Config, command: Command) -> Result<(), Stop> {
    let store = config.open()?;
    match command {
        Command::Classify { code, how } => classify(&store, &code, how),
        Command::List => {
            list(&store);
            Ok(())
        }
    }
}

/// The service of a code.
///
/// # Errors
/// [`Stop::Failed`] when there is none.
pub fn known(store: &Store, code: &ServiceCode) -> Result<Service, Stop> {
    let known = store
        .catalogue()
        .services()
        .find(|service| service.code == *code)
        .cloned();
    known.ok_or_else(|| {
        Stop::Failed(format!("there is no service {code}, and nothing was changed. To see them: contactpoint service list"))
    })
}

fn classify(store: &Store, code: &ServiceCode, how: How) -> Result<(), Stop> {
    let service = known(store, code)?;
    let classification = match how {
        How::Ordinary if reveals_sensitive(&service.name) => {
            return Err(Stop::Failed(format!(
                "the name of {code} would reveal a sensitive service (X13), and nothing was changed. It can be classified as sensitive."
            )));
        }
        How::Ordinary => Classification::Ordinary,
        How::Sensitive => Classification::Sensitive,
    };
    store.put_services(
        &[Service {
            classification,
            ..service
        }],
        clock::now(),
    )?;
    say(format_args!("{code} is {}.", words(classification)));
    Ok(())
}

fn list(store: &Store) {
    let row = |service: &Service| {
        let words = words(service.classification).to_owned();
        vec![
            service.code.to_string(),
            service.name.clone(),
            service.sector.words().to_owned(),
            words,
        ]
    };
    let rows: Vec<Vec<String>> = store.catalogue().services().map(row).collect();
    say(table(&["code", "name", "sector", "classified"], &rows));
}

fn words(classification: Classification) -> &'static str {
    match classification {
        Classification::Unclassified => "not classified yet: it cannot be used",
        Classification::Ordinary => "ordinary",
        Classification::Sensitive => "sensitive",
    }
}
