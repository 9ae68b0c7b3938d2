//! `contactpoint supply strip`: a file without what may not be sent, made where the file is.

use std::io::BufWriter;
use std::path::PathBuf;

use clap::Args;
use contactpoint::supply::{Opened, Unstripped, strip};

use super::super::Stop;
use super::super::say::{grouped, note, say};
use super::corrected::{for_owner_only, not_begun};
use super::{Given, unmarked};

/// What to strip, and where to.
#[derive(Args, Debug)]
pub struct Strip {
    #[command(flatten)]
    given: Given,
    /// The new file
    #[arg(value_name = "OUT")]
    out: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// [`Stop::Usage`] when the file is not as the mapping says: no file is left then.
pub fn run(wanted: &Strip) -> Result<(), Stop> {
    let mapping = wanted.given.mapping()?;
    let from = &wanted.given.file;
    let unread = |why: &dyn std::fmt::Display| {
        Stop::Usage(format!("{} cannot be stripped: {why}", from.display()))
    };
    let file = Opened::at(from).map_err(|error| unread(&error))?;
    let out = for_owner_only(&wanted.out).map_err(|error| not_begun(&wanted.out, &error))?;
    let stripped = strip(&mapping, file, &mut BufWriter::new(out)).map_err(|unstripped| {
        // Half a file is no file.
        let _ = std::fs::remove_file(&wanted.out);
        match unstripped {
            Unstripped::Reading(_) => Stop::Failed(unstripped.to_string()),
            _ => unread(&unstripped),
        }
    })?;
    say(format_args!(
        "{} rows written to {}",
        grouped(stripped.rows),
        wanted.out.display()
    ));
    if stripped.rows_left_out > 0 {
        note(format_args!(
            "{} rows were left where they are: they are of another kind, or have nothing that is taken.",
            grouped(stripped.rows_left_out)
        ));
    }
    if !stripped.left_out.is_empty() {
        note(format_args!(
            "Left where they are: {}",
            stripped.left_out.join(", ")
        ));
    }
    unmarked::tell(&mapping);
    Ok(())
}
