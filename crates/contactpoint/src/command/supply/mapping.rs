//! `contactpoint supply mapping`: the text of a mapping that comes with the program, for a supplier whose files differ from it a little.

use clap::Args;
use contactpoint::supply::built_in_text_as;
use directory::text::{SupplierCode, kind};

use crate::command::say::{note, say};
use crate::command::{Stop, feed, parse};

/// Which mapping, and for whom.
#[derive(Args, Debug)]
pub struct Printed {
    /// The mapping, as: safeguarding_dataset (see: contactpoint supply list)
    #[arg(value_name = "NAME")]
    name: String,
    /// The code that the directory gave the supplier; left blank when it is left out
    #[arg(long, value_name = "CODE", value_parser = parse::text::<kind::Supplier>)]
    code: Option<SupplierCode>,
}

/// Runs the command.
///
/// # Errors
/// [`Stop::Usage`] when there is none of this name, or the code may not be a supplier's.
pub fn run(wanted: &Printed) -> Result<(), Stop> {
    let (name, code) = (&wanted.name, wanted.code.as_ref());
    if let Some(code) = code {
        feed::mapping_as(name, code)?;
    }
    let text = built_in_text_as(name, code).ok_or_else(|| feed::unknown(name))?;
    say(text.trim_end());
    if code.is_none() {
        note(
            "The code is left blank: fill in the one that the directory gave the supplier, or name it with --code.",
        );
    }
    Ok(())
}
