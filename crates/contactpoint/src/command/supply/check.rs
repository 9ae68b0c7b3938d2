//! `contactpoint supply check`: a file held against its mapping where it was made, before anything is sent.

use std::fmt::Display;
use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Args;
use contactpoint::supply::reference::services;
use contactpoint::supply::{
    Batch, Checked, Delivery, Fault, Format, Mapping, Opened, Rows, Summary, example,
};
use directory::service::Catalogue;
use indicatif::ProgressBar;

use super::super::Stop;
use super::super::same_file::is_same;
use super::super::say::{grouped, note, reading, say};
use super::corrected::{Corrected, not_begun};
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
    /// Write every fault to this file: line, row, column, rule, what to do and an example, never a value
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
    spare(wanted)?;
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
    let mut outputs = Outputs::begin(wanted, mapping, rows.heading())?;
    let checked = go_through(wanted, (&mut rows, bar), &mut outputs);
    if let (Err(_), Some(out)) = (&checked, &wanted.corrected) {
        // Half a file is no file, and it would stand in the way of the next.
        let _ = std::fs::remove_file(out);
    }
    let summary = checked?;
    outputs.end()?;
    Ok(summary)
}

fn go_through(
    wanted: &Check,
    (rows, bar): (&mut Rows<'_, Opened>, &ProgressBar),
    outputs: &mut Outputs<'_>,
) -> Result<Summary, Stop> {
    let file = &wanted.given.file;
    let mut summary = Summary::default();
    while let Some(batch) = rows.read().map_err(|error| unread(file, &error))? {
        summary.count_batch(&batch);
        outputs.write(&batch)?;
        bar.set_position(batch.bytes);
    }
    bar.finish_and_clear();
    Ok(summary)
}

/// The files that are written on the way, each with its name.
struct Outputs<'a> {
    faults: Option<(Faults<'a>, &'a Path)>,
    corrected: Option<(Corrected, &'a Path)>,
}

impl<'a> Outputs<'a> {
    /// Begins the files. That of refused rows must be new, and is begun first: when it cannot be, the one of faults stays as it was.
    fn begin<'b>(
        wanted: &'a Check,
        mapping: &'a Mapping,
        heading: impl Iterator<Item = &'b str>,
    ) -> Result<Outputs<'a>, Stop> {
        let corrected = match wanted.corrected.as_deref() {
            Some(out) => {
                let begun = Corrected::to(out, mapping, heading);
                Some((begun.map_err(|error| not_begun(out, &error))?, out))
            }
            None => None,
        };
        let faults = wanted.faults.as_deref().map(|out| {
            let begun = Faults::to(out, mapping).map_err(unwritten(out));
            begun.map(|faults| (faults, out))
        });
        let faults = faults.transpose().inspect_err(|_| {
            if let Some((_, out)) = &corrected {
                let _ = std::fs::remove_file(out);
            }
        })?;
        Ok(Outputs { faults, corrected })
    }

    fn write(&mut self, batch: &Batch) -> Result<(), Stop> {
        if let Some((faults, out)) = &mut self.faults {
            faults.write(batch).map_err(unwritten(out))?;
        }
        if let Some((corrected, out)) = &mut self.corrected {
            corrected.write(batch).map_err(unwritten(out))?;
        }
        Ok(())
    }

    fn end(self) -> Result<(), Stop> {
        if let Some((faults, out)) = self.faults {
            let count = faults.end().map_err(unwritten(out))?;
            note(format_args!(
                "{} faults written to {}",
                grouped(count),
                out.display()
            ));
        }
        let Some((corrected, out)) = self.corrected else {
            return Ok(());
        };
        let (written, left_out) = corrected.end().map_err(unwritten(out))?;
        note(format_args!(
            "{} refused rows written to {}",
            grouped(written),
            out.display()
        ));
        if left_out > 0 {
            note(format_args!(
                "{} refused rows are not in it: they are broken or of another kind, of people of age (R21), or may be a sensitive service's, of which nothing is written down again (R28). Find them by line or row in your own system.",
                grouped(left_out)
            ));
        }
        Ok(())
    }
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

/// Sees that nothing that is given is written over, and that no two lists are one file.
fn spare(wanted: &Check) -> Result<(), Stop> {
    let (faults, corrected) = (wanted.faults.as_deref(), wanted.corrected.as_deref());
    for out in [faults, corrected].into_iter().flatten() {
        wanted.given.spare(out, wanted.services.as_ref())?;
    }
    match faults.zip(corrected) {
        Some((faults, corrected)) if is_same(faults, corrected) => Err(Stop::Usage(format!(
            "the faults and the refused rows would both be written to {}. Nothing was read or written. Name two files.",
            faults.display()
        ))),
        _ => Ok(()),
    }
}

fn unread(path: &Path, why: &dyn Display) -> Stop {
    Stop::Usage(format!("{} cannot be checked: {why}", path.display()))
}

fn unwritten<E: Display>(out: &Path) -> impl Fn(E) -> Stop + use<'_, E> {
    move |error| Stop::Usage(format!("{} cannot be written: {error}", out.display()))
}
