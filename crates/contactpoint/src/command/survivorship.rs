//! `contactpoint survivorship`: which kind of source is believed for which field.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use directory::precedence::{Believed, Precedence, Survivorship};
use directory::statement::SourceKind;

use super::Stop;
use super::say::{note, say};
use crate::clock;
use crate::config::Config;

/// The most bytes of a file of orders.
const ORDERS_BYTES_MAX: u64 = 16_384;

/// What to do with the orders of sources.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Show the orders in force, as a file that can be changed and set
    Show,
    /// Put the orders of a file in force; a field it does not name has its built-in order
    Set {
        /// The file, as `show` writes it
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

/// Runs the command.
pub fn run(config: &Config, command: &Command) -> Result<(), Stop> {
    match command {
        Command::Show => {
            say(written(&config.open()?.survivorship()).trim_end());
            Ok(())
        }
        Command::Set { file } => set(config, file),
    }
}

fn set(config: &Config, file: &Path) -> Result<(), Stop> {
    let unread =
        |why: String| Stop::Failed(format!("{}: {why}. Nothing was changed.", file.display()));
    let bytes = fs::metadata(file).map_err(|error| unread(error.to_string()))?;
    if bytes.len() > ORDERS_BYTES_MAX {
        return Err(unread(format!("it has more than {ORDERS_BYTES_MAX} bytes")));
    }
    let text = fs::read_to_string(file).map_err(|error| unread(error.to_string()))?;
    let wanted = read(&text).map_err(unread)?;
    let store = config.open()?;
    let before = store.survivorship();
    let changed = store.put_survivorship(&wanted, clock::now())?;
    store.sequence(clock::now())?;
    if changed.is_empty() {
        say("Nothing changed: these orders were in force already.");
        return Ok(());
    }
    for field in &changed {
        let (was, is) = (before.order(*field), wanted.order(*field));
        say(format_args!("{}: {is} (was {was})", field.code()));
    }
    note(
        "Running servers show by it from the next request. What records are filed under and joined by does not change, and a \
         shielded record is shown by the built-in order.",
    );
    Ok(())
}

/// The orders as a file.
fn written(survivorship: &Survivorship) -> String {
    let known: Vec<&str> = Precedence::KINDS
        .into_iter()
        .map(SourceKind::code)
        .collect();
    let mut text = format!(
        "# Which kind of source is believed for which field, the best first; a kind that is not named comes last.\n\
         # Among sources of one kind the freshest is believed, and a person's correction stands over all.\n\
         # Every parent and carer that a source names is shown; whose word on each stands is the freshest, or goes by an order.\n\
         # The kinds are: {}.\n",
        known.join(", ")
    );
    for field in Believed::ALL {
        let kinds = survivorship.order(field).kinds().iter();
        let kinds: Vec<String> = kinds.map(|kind| format!("\"{}\"", kind.code())).collect();
        text.push_str(&format!("{} = [{}]\n", field.code(), kinds.join(", ")));
    }
    text
}

/// Reads orders; says by name what is wrong with them.
fn read(text: &str) -> Result<Survivorship, String> {
    let table: toml::Table = text
        .parse()
        .map_err(|error: toml::de::Error| format!("it is not TOML: {}", error.message()))?;
    let mut survivorship = Survivorship::default();
    for (name, value) in &table {
        let field = Believed::parse(name).ok_or_else(|| {
            let known: Vec<&str> = Believed::ALL.into_iter().map(Believed::code).collect();
            format!(
                "there is no field {name}: the fields are {}",
                known.join(", ")
            )
        })?;
        let kinds = kinds(value).map_err(|why| format!("{name}: {why}"))?;
        let order = Precedence::of_field(field, kinds).map_err(|why| format!("{name}: {why}"))?;
        survivorship = survivorship.with(field, order);
    }
    Ok(survivorship)
}

fn kinds(value: &toml::Value) -> Result<Vec<SourceKind>, String> {
    let list = value
        .as_array()
        .ok_or("it must be a list of kinds of source, such as [\"nhs\", \"census\"]")?;
    let kind = |one: &toml::Value| {
        let known = || {
            let known: Vec<&str> = Precedence::KINDS
                .into_iter()
                .map(SourceKind::code)
                .collect();
            known.join(", ")
        };
        let text = one
            .as_str()
            .ok_or_else(|| format!("each kind is a text: one of {}", known()))?;
        SourceKind::parse(text).ok_or_else(|| {
            format!(
                "there is no kind of source {text}: the kinds are {}",
                known()
            )
        })
    };
    list.iter().map(kind).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_set() {
        let built_in = Survivorship::default();
        assert_eq!(read(&written(&built_in)), Ok(built_in.clone()));
        assert_eq!(read(""), Ok(built_in.clone()));
        let wanted = read("carers = [\"child-benefit\", \"nhs\"]").unwrap();
        assert_eq!(wanted.changed(&built_in), [Believed::Carers]);
        assert_eq!(read(&written(&wanted)), Ok(wanted));
        assert_eq!(read("carers = []"), Ok(built_in));
    }

    #[test]
    fn every_fault_is_named_with_what_would_be_right() {
        for (text, said) in [
            ("name = [", "it is not TOML"),
            (
                "surname = [\"nhs\"]",
                "there is no field surname: the fields are name, date-of-birth",
            ),
            ("name = \"nhs\"", "name: it must be a list"),
            ("name = [1]", "name: each kind is a text: one of births"),
            (
                "name = [\"gp\"]",
                "name: there is no kind of source gp: the kinds are births, nhs",
            ),
            ("name = []", "name: it names no kind of source"),
            (
                "school = [\"census\", \"census\"]",
                "school: census stands in it twice",
            ),
            (
                "school = [\"practitioner\"]",
                "school: practitioner never says who a child is",
            ),
        ] {
            let fault = read(text).unwrap_err();
            assert!(fault.contains(said), "{text}: {fault}");
        }
    }
}
