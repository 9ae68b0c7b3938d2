//! `contactpoint serve`: the pages, and the job that extends the ledger beside them.

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use contactpoint::desk::{Entry, Settings};
use contactpoint::door::DoorSettings;
use contactpoint::serve::serve;
use contactpoint::tls::Tls;
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
    /// The certificate of this server with the chain behind it, a PEM file; without one, http is spoken
    #[arg(long, value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// The private key of the certificate, a PEM file
    #[arg(long, value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// How many searches one person may make in an hour (X7)
    #[arg(long, value_name = "N")]
    pub searches_per_hour: Option<u32>,
    /// How many records one person may open in an hour (X7)
    #[arg(long, value_name = "N")]
    pub opens_per_hour: Option<u32>,
}

/// Runs the command.
pub fn run(config: &Config, wanted: &Wanted) -> Result<(), Stop> {
    let scheme = match certified(config, wanted)? {
        Some(_) => "https",
        None => "http",
    };
    run_saying(config, config.open()?, wanted, |address| {
        say(format_args!("Serving on {scheme}://{address}/"));
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
    let settings = settings(config, wanted)?;
    serve(store, settings, entry, listen, ready)
        .map_err(|error| Stop::Failed(format!("nothing is served: {error}")))
}

/// The certificate and its key: both or neither.
fn certified(config: &Config, wanted: &Wanted) -> Result<Option<Tls>, Stop> {
    let (certificate, key) = &config.tls;
    let certificate = wanted.tls_cert.as_ref().or(certificate.as_ref());
    match (certificate, wanted.tls_key.as_ref().or(key.as_ref())) {
        (None, None) => Ok(None),
        (Some(certificate), Some(key)) => {
            let tls = Tls::read(certificate, key);
            tls.map(Some)
                .map_err(|unusable| Stop::Usage(unusable.to_string()))
        }
        _ => Err(Stop::Usage(
            "a certificate needs its key, and a key its certificate: name both tls-cert and tls-key".to_owned(),
        )),
    }
}

fn settings(config: &Config, wanted: &Wanted) -> Result<Settings, Stop> {
    let mut settings = Settings::new(local_manager(config));
    settings.practice = config.is_practice();
    settings.trusted_proxy = config.trusted_proxy;
    settings.tls = certified(config, wanted)?;
    let public = config.public_url.clone().unwrap_or_else(|| {
        let scheme = settings.tls.as_ref().map_or("http", |_| "https");
        format!("{scheme}://{}", wanted.listen.unwrap_or(config.listen))
    });
    settings.door = DoorSettings::at(&public, config.data.clone());
    let of_door = &mut settings.door.limits;
    let (file_max, free_min) = (config.supply_file_bytes_max, config.supply_free_bytes_min);
    of_door.file_bytes_max = file_max.unwrap_or(of_door.file_bytes_max);
    of_door.free_bytes_min = free_min.unwrap_or(of_door.free_bytes_min);
    let limits = &mut settings.limits;
    limits.searches_hour_max = wanted.searches_per_hour.unwrap_or(limits.searches_hour_max);
    limits.record_opens_hour_max = wanted
        .opens_per_hour
        .unwrap_or(limits.record_opens_hour_max);
    Ok(settings)
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
