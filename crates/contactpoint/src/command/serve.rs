//! `contactpoint serve`: the pages, and the job that extends the ledger beside them.

use std::io::IsTerminal as _;
use std::net::SocketAddr;

use clap::Args;
use contactpoint::desk::{Entry, Settings};
use contactpoint::door::DoorSettings;
use contactpoint::serve::serve;
use contactpoint::view::local_manager::LocalManager;
use contactpoint::view::telephone::Telephone;
use store::Store;

use super::Stop;
use super::say::say;
use crate::clock;
use crate::config::{Config, Contact};

/// How the pages are served.
#[derive(Args, Debug, Default)]
pub struct Wanted {
    /// Where to listen: 127.0.0.1:8080 when nothing else is said
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// How many searches one person may make in an hour (X7)
    #[arg(long, value_name = "N")]
    pub searches_per_hour: Option<u32>,
    /// How many records one person may open in an hour (X7)
    #[arg(long, value_name = "N")]
    pub opens_per_hour: Option<u32>,
}

/// Runs the command.
pub fn run(config: &Config, wanted: &Wanted) -> Result<(), Stop> {
    run_saying(config, config.open()?, wanted, |address| {
        say(format_args!("Serving on http://{address}/"));
    })
}

/// Serves a store until the program is told to stop; `ready` is told the address.
///
/// # Errors
/// [`Stop::Failed`] when serving cannot begin.
pub fn run_saying(
    config: &Config,
    store: Store,
    wanted: &Wanted,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), Stop> {
    log_to_standard_error();
    let entry = Entry {
        clock: clock::now,
        entropy: clock::entropy,
    };
    let listen = wanted.listen.unwrap_or(config.listen);
    serve(store, settings(config, wanted), entry, listen, ready)
        .map_err(|error| Stop::Failed(format!("nothing is served: {error}")))
}

fn settings(config: &Config, wanted: &Wanted) -> Settings {
    let mut settings = Settings::new(local_manager(config));
    settings.practice = config.is_practice();
    settings.trusted_proxy = config.trusted_proxy;
    let public = config.public_url.clone();
    let public =
        public.unwrap_or_else(|| format!("http://{}", wanted.listen.unwrap_or(config.listen)));
    settings.door = DoorSettings::at(&public, config.data.clone());
    let limits = &mut settings.limits;
    limits.searches_hour_max = wanted.searches_per_hour.unwrap_or(limits.searches_hour_max);
    limits.record_opens_hour_max = wanted
        .opens_per_hour
        .unwrap_or(limits.record_opens_hour_max);
    settings
}

fn local_manager(config: &Config) -> LocalManager {
    let practice = Contact {
        team: "South Gloucestershire ContactPoint team (synthetic)".to_owned(),
        telephone: "0117 496 0100".to_owned(),
        email: "contactpoint@south-gloucestershire.example".to_owned(),
    };
    let known = &config.local_manager;
    let contact = if known.team.is_empty() && config.is_practice() {
        &practice
    } else {
        known
    };
    LocalManager {
        team: contact.team.clone(),
        telephone: Telephone::new(&contact.telephone),
        email: contact.email.clone(),
    }
}

/// Remarks of the running program, never with anything of a person, beside its answers.
fn log_to_standard_error() {
    let coloured = std::io::stderr().is_terminal();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(coloured)
        .with_target(false)
        .finish();
    // Somebody who has set up a log of their own keeps it.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
