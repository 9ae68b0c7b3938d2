//! `contactpoint supply model`: by which model rows are resolved, learning another, and taking it up.

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Args;
use contactpoint::supply::{Delivery, Rows, names};
use directory::service::Catalogue;
use directory::supplied::Row;
use matching::link::Settings;
use store::{LEARNED_ROWS_MAX, MatchingModel};

use super::check::read_services;
use super::failed;
use crate::clock;
use crate::command::say::{grouped, say};
use crate::command::{Stop, feed};
use crate::config::Config;

/// What is wanted.
#[derive(Args, Debug)]
pub struct Model {
    /// Learn a model from suppliers' files, each under its supplier's name as: nhs.csv. No directory is needed
    #[arg(long, value_name = "DIR", requires = "out", conflicts_with = "take_up")]
    learn: Option<PathBuf>,
    /// Where to write what was learned: a new file
    #[arg(long, value_name = "FILE", requires = "learn")]
    out: Option<PathBuf>,
    /// Chooses every sample
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Resolve with this model from now on
    #[arg(long = "use", value_name = "FILE")]
    take_up: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// [`Stop`] when a file cannot be read or written, or is no model.
pub fn run(config: &Config, wanted: &Model) -> Result<(), Stop> {
    match (&wanted.learn, &wanted.out, &wanted.take_up) {
        (Some(folder), Some(out), _) => learn(folder, out, wanted.seed),
        (_, _, Some(file)) => take_up(config, file),
        _ => show(config),
    }
}

fn learn(folder: &Path, out: &Path, seed: u64) -> Result<(), Stop> {
    let rows = read_all(folder)?;
    let settings = Settings {
        seed,
        threads: std::thread::available_parallelism().map_or(1, usize::from),
    };
    let model =
        MatchingModel::learn(&rows, &settings).map_err(|error| Stop::Failed(error.to_string()))?;
    let unwritten = |error| Stop::Failed(format!("{} cannot be written: {error}", out.display()));
    let mut file = File::create_new(out).map_err(unwritten)?;
    std::io::Write::write_all(&mut file, model.to_text().as_bytes()).map_err(unwritten)?;
    say(format_args!(
        "{} is a model of {} rows. To resolve with it: contactpoint supply model --use {}",
        out.display(),
        grouped(count(&rows)),
        out.display()
    ));
    Ok(())
}

/// The rows of every file that has a supplier's name. Sensitive services' are never learned from.
fn read_all(folder: &Path) -> Result<Vec<Row>, Stop> {
    let services = folder.join("services.csv");
    let catalogue = if services.exists() {
        read_services(&services)?
    } else {
        Catalogue::default()
    };
    let mut rows = Vec::new();
    for name in names() {
        let path = folder.join(name).with_extension("csv");
        if path.exists() {
            read(&path, name, &catalogue, &mut rows)?;
        }
    }
    if rows.is_empty() {
        return Err(Stop::Usage(format!(
            "{} has no file of a supplier whose columns are known (see: contactpoint supply list)",
            folder.display()
        )));
    }
    Ok(rows)
}

fn read(path: &Path, name: &str, catalogue: &Catalogue, to: &mut Vec<Row>) -> Result<(), Stop> {
    let unread = |error: &dyn std::fmt::Display| {
        Stop::Failed(format!("{} cannot be read: {error}", path.display()))
    };
    let mapping = feed::mapping(name)?;
    let delivery = Delivery {
        mapping: &mapping,
        catalogue,
        authority_of: &|_| None,
        extracted: clock::now().today,
    };
    let file = File::open(path).map_err(|error| unread(&error))?;
    let mut rows = Rows::open(file, delivery).map_err(|error| unread(&error))?;
    while let Some(batch) = rows.read().map_err(|error| unread(&error))? {
        let ordinary = batch.rows.into_iter().filter(|row| !is_sensitive(row));
        let room = LEARNED_ROWS_MAX.saturating_sub(to.len());
        to.extend(ordinary.take(room));
    }
    Ok(())
}

fn is_sensitive(row: &Row) -> bool {
    let sensitive = |said: &directory::statement::Said| {
        matches!(said, directory::statement::Said::Sensitive(_))
    };
    row.also.iter().any(|(_, said)| sensitive(said))
}

fn take_up(config: &Config, file: &Path) -> Result<(), Stop> {
    let unusable = |error: &dyn std::fmt::Display| {
        Stop::Usage(format!("{} cannot be used: {error}", file.display()))
    };
    let text = std::fs::read_to_string(file).map_err(|error| unusable(&error))?;
    let model = MatchingModel::parse(&text).map_err(|error| unusable(&error))?;
    let store = config.open()?;
    store.set_matching_model(model).map_err(failed)?;
    say(
        "Rows are resolved by this model from now on. A server that runs takes it up with the next request, a load that runs does not.",
    );
    Ok(())
}

fn show(config: &Config) -> Result<(), Stop> {
    let model = config.open()?.matching_model();
    let thresholds = model.thresholds();
    let learned = model.scales().model();
    say(format_args!(
        "A model learned from {} rows. A row joins a record from {:+} bits, waits for a data officer from {:+}, and is held for a \
         shielding officer from {:+}.",
        grouped(learned.records),
        thresholds.link_bits,
        thresholds.review_bits,
        thresholds.guarded_bits
    ));
    for comparison in &learned.comparisons {
        say(format_args!("  {}", comparison.name));
    }
    Ok(())
}

fn count(rows: &[Row]) -> u64 {
    u64::try_from(rows.len()).unwrap_or(u64::MAX)
}
