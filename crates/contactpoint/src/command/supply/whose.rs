//! Whose file it is, and by which mapping it is read: the same words in every command that is given a file.

use std::path::{Path, PathBuf};

use clap::Args;
use contactpoint::supply::{Mapping, is_shared};
use directory::text::{SupplierCode, kind};

use crate::command::{Stop, feed, parse};

/// The most bytes of a mapping.
const MAPPING_BYTES_MAX: u64 = 262_144;

/// Whose file it is.
#[derive(Args, Debug)]
pub struct Whose {
    /// Whose file it is, as: nhs (see: contactpoint supply list)
    #[arg(
        long,
        value_name = "NAME",
        required_unless_present = "mapping",
        conflicts_with = "mapping"
    )]
    supplier: Option<String>,
    /// The code that the directory gave this supplier, where many write such files: safeguarding_dataset, and others that are listed so
    #[arg(long = "as", value_name = "CODE", value_parser = parse::text::<kind::Supplier>, conflicts_with = "mapping")]
    code: Option<SupplierCode>,
    /// The mapping of another supplier, agreed with them
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
}

impl Whose {
    /// By what the file is read.
    ///
    /// # Errors
    /// [`Stop::Usage`] when there is no such mapping, or it cannot be used.
    pub fn mapping(&self) -> Result<Mapping, Stop> {
        match (&self.supplier, &self.code, &self.mapping) {
            (Some(name), Some(code), _) => feed::mapping_as(name, code),
            (Some(name), None, _) => feed::mapping(name),
            (None, _, Some(path)) => read(path),
            (None, _, None) => Err(Stop::Usage("name the supplier with --supplier".to_owned())),
        }
    }

    /// The same, of a file that is taken: what many suppliers write is taken of one that is named. Under one code the full file of one
    /// would end what the others said.
    ///
    /// # Errors
    /// [`Stop::Usage`] as of [`Whose::mapping`], and when nobody says whose the file is, or a code that another mapping has.
    pub fn mapping_of_one(&self) -> Result<Mapping, Stop> {
        match (&self.supplier, &self.code) {
            (Some(name), None) if is_shared(name) => Err(Stop::Usage(format!(
                "many suppliers write {name}, each under a code of its own: say whose this file is with --as and the code that the \
                 directory gave them, as: --supplier {name} --as local-41. Nothing was changed"
            ))),
            (Some(name), Some(code)) => {
                feed::may_be_under(name, code)?;
                self.mapping()
            }
            _ => self.mapping(),
        }
    }

    /// The file of the mapping, when it is one.
    pub fn mapping_file(&self) -> Option<&PathBuf> {
        self.mapping.as_ref()
    }
}

/// The mapping of a file.
///
/// # Errors
/// [`Stop::Usage`] when it cannot be used.
pub fn read(path: &Path) -> Result<Mapping, Stop> {
    let unread = |error: &dyn std::fmt::Display| {
        Stop::Usage(format!(
            "the mapping {} cannot be used: {error}",
            path.display()
        ))
    };
    let length = path.metadata().map_err(|error| unread(&error))?.len();
    if length > MAPPING_BYTES_MAX {
        return Err(unread(&format!(
            "it is longer than {MAPPING_BYTES_MAX} bytes"
        )));
    }
    let text = std::fs::read_to_string(path).map_err(|error| unread(&error))?;
    Mapping::parse(&text).map_err(|unusable| {
        unread(&format_args!(
            "{unusable}. What a mapping may say: docs/supply.md"
        ))
    })
}
