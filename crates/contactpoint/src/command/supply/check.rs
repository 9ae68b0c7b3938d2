//! `contactpoint supply check`: a file held against its mapping where it was made, before anything is sent.

use std::fmt::Display;
use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Args;
use contactpoint::supply::reference::services;
use contactpoint::supply::{
    Checked, Delivery, Fault, Format, Mapping, Opened, Rows, Summary, example,
};
use directory::service::Catalogue;
use indicatif::ProgressBar;

use super::super::Stop;
use super::super::say::{grouped, note, reading, say};
use super::corrected::Corrected;
use super::faults::Faults;
use super::{FAULTS_SHOWN_MAX, Given, unmarked};

/// What to check, and what to write of it.
#[derive(Args, Debug)]
pub struct Check {
    #[command(flatten)]
    given: Given,
    /// The list of services that the directory gives its suppliers: service_code, name, sector, sensitive
    #[arg(long, value_name = "FILE")]
    services: Option<PathBuf>,
    /// Write every fault to this file: line, column, rule, what to do and an example, never a value
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// Write the refused rows to this new file as they are, to be put right and sent again; never a sensitive service's
    #[arg(long, value_name = "FILE")]
    corrected: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// [`Stop::Found`] when something would be refused, [`Stop::Usage`] when the file cannot be taken at all.
pub fn run(wanted: &Check) -> Result<(), Stop> {
    let (mapping, extracted) = (wanted.given.mapping()?, wanted.given.extracted()?);
    if wanted.corrected.is_some() && mapping.format == Format::Parquet {
        note(
            "Refused rows of Parquet are written as separated values: the same mapping reads both.",
        );
    }
    let catalogue = wanted.services.as_deref().map(read_services).transpose()?;
    let file =
        Opened::at(&wanted.given.file).map_err(|error| unread(&wanted.given.file, &error))?;
    let bar = reading(mapping.name.clone(), file.length());
    let nothing = Catalogue::default();
    let delivery = Delivery {
        mapping: &mapping,
        catalogue: catalogue.as_ref().unwrap_or(&nothing),
        authority_of: &|_| None,
        extracted,
    };
    let rows = match catalogue {
        Some(_) => Rows::open(file, delivery),
        None => Rows::open_without_catalogue(file, delivery),
    };
    let rows = rows.map_err(|refused| unread(&wanted.given.file, &refused))?;
    let summary = check(wanted, &mapping, (rows, &bar))?;
    say(format_args!(
        "{}, as it stood on {extracted}\n\n{}",
        mapping.title,
        Checked(&summary)
    ));
    show_first(&mapping, &summary);
    if catalogue.is_none() && mapping.has_involvements() {
        note(
            "Whether a service is sensitive is not known here. To have that checked too, name the directory's list with --services.",
        );
    }
    unmarked::tell(&mapping);
    if Checked(&summary).has_errors() {
        return Err(Stop::Found);
    }
    Ok(())
}

fn check(
    wanted: &Check,
    mapping: &Mapping,
    (rows, bar): (Rows<'_, Opened>, &ProgressBar),
) -> Result<Summary, Stop> {
    let mut rows = rows.giving_back();
    let mut faults = match &wanted.faults {
        Some(out) => Some(Faults::to(not_the_file(wanted, out)?, mapping).map_err(unwritten(out))?),
        None => None,
    };
    let mut corrected = match &wanted.corrected {
        Some(out) => Some(
            Corrected::to(not_the_file(wanted, out)?, mapping, rows.heading())
                .map_err(unwritten(out))?,
        ),
        None => None,
    };
    let mut summary = Summary::default();
    while let Some(batch) = rows
        .read()
        .map_err(|error| unread(&wanted.given.file, &error))?
    {
        summary.count_batch(&batch);
        if let (Some(faults), Some(out)) = (&mut faults, &wanted.faults) {
            faults.write(&batch).map_err(unwritten(out))?;
        }
        if let (Some(corrected), Some(out)) = (&mut corrected, &wanted.corrected) {
            corrected.write(&batch).map_err(unwritten(out))?;
        }
        bar.set_position(batch.bytes);
    }
    bar.finish_and_clear();
    end(wanted, faults, corrected)?;
    Ok(summary)
}

fn end(
    wanted: &Check,
    faults: Option<Faults<'_>>,
    corrected: Option<Corrected>,
) -> Result<(), Stop> {
    if let (Some(faults), Some(out)) = (faults, &wanted.faults) {
        let count = faults.end().map_err(unwritten(out))?;
        note(format_args!(
            "{} faults written to {}",
            grouped(count),
            out.display()
        ));
    }
    if let (Some(corrected), Some(out)) = (corrected, &wanted.corrected) {
        let (written, left_out) = corrected.end().map_err(unwritten(out))?;
        note(format_args!(
            "{} refused rows written to {}",
            grouped(written),
            out.display()
        ));
        if left_out > 0 {
            note(format_args!(
                "{} refused rows are not in it: they are broken or of another kind, of people of age (R21), or may be a sensitive service's, of which nothing is written down again (R28). Find them by line in your own system.",
                grouped(left_out)
            ));
        }
    }
    Ok(())
}

fn show_first(mapping: &Mapping, summary: &Summary) {
    if summary.has_faults() {
        say("The first of them:");
    }
    let mut shown: Vec<&Fault> = summary.shown.iter().collect();
    shown.sort_by_key(|fault| fault.grade);
    for fault in shown.into_iter().take(FAULTS_SHOWN_MAX) {
        match example(fault, mapping).as_str() {
            "" => say(format_args!("  {fault}")),
            good => say(format_args!("  {fault}; for example: {good}")),
        }
    }
}

/// The services of a list.
///
/// # Errors
/// [`Stop::Usage`] when it cannot be read.
pub fn read_services(path: &Path) -> Result<Catalogue, Stop> {
    let file = File::open(path).map_err(|error| unread(path, &error))?;
    let list = services(file).map_err(|error| unread(path, &error))?;
    for fault in list.faults.iter().take(FAULTS_SHOWN_MAX) {
        note(format_args!("{} {fault}", path.display()));
    }
    let mut catalogue = Catalogue::default();
    for service in list.items {
        catalogue.put(service);
    }
    Ok(catalogue)
}

/// A list of faults never takes the place of the file it is about.
fn not_the_file<'a>(wanted: &Check, out: &'a Path) -> Result<&'a Path, Stop> {
    let same = |other: &Path| match (out.canonicalize(), other.canonicalize()) {
        (Ok(out), Ok(other)) => out == other,
        _ => out == other,
    };
    let given = [
        Some(&wanted.given.file),
        wanted.given.whose.mapping_file(),
        wanted.services.as_ref(),
    ];
    if given.into_iter().flatten().any(|path| same(path)) {
        return Err(Stop::Usage(format!(
            "{} is what is to be checked: name another file for the faults",
            out.display()
        )));
    }
    Ok(out)
}

fn unread(path: &Path, why: &dyn Display) -> Stop {
    Stop::Usage(format!("{} cannot be checked: {why}", path.display()))
}

fn unwritten<E: Display>(out: &Path) -> impl Fn(E) -> Stop + use<'_, E> {
    move |error| Stop::Usage(format!("{} cannot be written: {error}", out.display()))
}
