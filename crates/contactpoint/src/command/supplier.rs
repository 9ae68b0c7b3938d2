//! `contactpoint supplier`: the programs of suppliers that may come to the door, their keys and their mappings.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use contactpoint::door::PublicKey;
use contactpoint::supply::{Mapping, built_in_text_as};
use directory::account::Suspension;
use directory::supplier_client::CLIENT_KEYS_MAX;
use directory::text::SupplierCode;
use store::{Store, SupplierClient, fingerprint};

use super::feed::may_be_under;
use super::say::{say, table};
use super::{Stop, parse};
use crate::clock;
use crate::config::Config;

/// The most bytes of a mapping.
const MAPPING_BYTES_MAX: u64 = 262_144;
/// The most bytes of a key's file.
const KEY_BYTES_MAX: u64 = 16_384;
/// How much of a key's mark is shown, and needed to name it: characters.
const MARK_CHARACTERS: usize = 16;

/// What to do with suppliers' programs.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Admit a supplier's program to the door
    Add(Add),
    /// Change the mapping by which what a supplier sends is read
    Change(Change),
    /// Suspend a supplier's program: its tokens end at once
    Suspend(Whose),
    /// Lift the suspension of a supplier's program
    Restore(Whose),
    /// Change keys: two are good at once while one takes the place of the other
    #[command(subcommand)]
    Key(Key),
    /// List the suppliers' programs and their keys
    List,
}

/// What to do with the keys of a supplier's program.
#[derive(Subcommand, Debug)]
pub enum Key {
    /// Add the key that takes the place of the one in use; both are good until the older is dropped
    Rotate(Rotate),
    /// Drop a key; what was signed with it is not taken from now on
    Drop(Drop),
}

/// Whose program.
#[derive(Args, Debug)]
pub struct Whose {
    /// The code of the supplier, as its mapping says it
    #[arg(value_name = "CODE", value_parser = parse::text::<directory::text::kind::Supplier>)]
    supplier: SupplierCode,
}

/// A program to be admitted.
#[derive(Args, Debug)]
pub struct Add {
    #[command(flatten)]
    whose: Whose,
    #[command(flatten)]
    read: By,
    /// The file of its public key: PEM or JWK, of Ed25519, P-256 or RSA
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

/// A program to be changed.
#[derive(Args, Debug)]
pub struct Change {
    #[command(flatten)]
    whose: Whose,
    #[command(flatten)]
    read: By,
}

/// By what it is read.
#[derive(Args, Debug)]
pub struct By {
    /// The mapping, agreed with the supplier: a file with its code in it, or a name (see: contactpoint supply list)
    #[arg(long, value_name = "FILE|NAME")]
    mapping: String,
}

/// A key to be added.
#[derive(Args, Debug)]
pub struct Rotate {
    #[command(flatten)]
    whose: Whose,
    /// The file of the new public key
    #[arg(value_name = "FILE")]
    key: PathBuf,
}

/// A key to be dropped.
#[derive(Args, Debug)]
pub struct Drop {
    #[command(flatten)]
    whose: Whose,
    /// The key's mark, as the list shows it
    #[arg(value_name = "MARK")]
    mark: String,
}

/// Runs the command.
pub fn run(config: &Config, command: Command) -> Result<(), Stop> {
    let store = config.open()?;
    match command {
        Command::Add(wanted) => add(&store, wanted),
        Command::Change(wanted) => change(&store, &wanted),
        Command::Suspend(whose) => suspend(&store, &whose, Suspension::Suspended),
        Command::Restore(whose) => suspend(&store, &whose, Suspension::None),
        Command::Key(Key::Rotate(wanted)) => rotate(&store, &wanted),
        Command::Key(Key::Drop(wanted)) => drop_key(&store, &wanted),
        Command::List => list(&store),
    }?;
    store.sequence(clock::now())?;
    Ok(())
}

fn add(store: &Store, wanted: Add) -> Result<(), Stop> {
    let supplier = wanted.whose.supplier;
    if store.supplier_client(&supplier)?.is_some() {
        return Err(Stop::Failed(format!(
            "{supplier} is admitted already, and nothing was changed"
        )));
    }
    let client = SupplierClient {
        mapping: mapping(&wanted.read, &supplier)?,
        keys: vec![key(&wanted.key)?],
        suspension: Suspension::None,
        supplier,
    };
    store.put_supplier_client(&client, clock::now())?;
    let mark = client.keys.first().map(|key| mark(key)).unwrap_or_default();
    say(format_args!(
        "Admitted {}, with the key {mark}.",
        client.supplier
    ));
    Ok(())
}

fn change(store: &Store, wanted: &Change) -> Result<(), Stop> {
    let known = known(store, &wanted.whose)?;
    let client = SupplierClient {
        mapping: mapping(&wanted.read, &known.supplier)?,
        ..known
    };
    store.put_supplier_client(&client, clock::now())?;
    say(format_args!(
        "What {} sends is read by the new mapping from now on.",
        client.supplier
    ));
    Ok(())
}

fn suspend(store: &Store, whose: &Whose, suspension: Suspension) -> Result<(), Stop> {
    let client = SupplierClient {
        suspension,
        ..known(store, whose)?
    };
    store.put_supplier_client(&client, clock::now())?;
    let done = match suspension {
        Suspension::Suspended => "is suspended: its tokens have ended",
        Suspension::None => "is no longer suspended",
    };
    say(format_args!("{} {done}.", client.supplier));
    Ok(())
}

fn rotate(store: &Store, wanted: &Rotate) -> Result<(), Stop> {
    let mut client = known(store, &wanted.whose)?;
    let new = key(&wanted.key)?;
    if client.keys.contains(&new) {
        return Err(Stop::Failed(
            "this key is good already, and nothing was changed".to_owned(),
        ));
    }
    if client.keys.len() >= CLIENT_KEYS_MAX {
        return Err(Stop::Failed(format!(
            "{} has {CLIENT_KEYS_MAX} keys already, and nothing was changed. Drop the older first: contactpoint supplier key drop",
            client.supplier
        )));
    }
    say(format_args!(
        "The key {} of {} is good from now on, beside the one before. When it is in use, drop that one.",
        mark(&new),
        client.supplier
    ));
    client.keys.push(new);
    store.put_supplier_client(&client, clock::now())?;
    Ok(())
}

fn drop_key(store: &Store, wanted: &Drop) -> Result<(), Stop> {
    let mut client = known(store, &wanted.whose)?;
    let before = client.keys.len();
    client.keys.retain(|key| mark(key) != wanted.mark);
    if client.keys.len() == before {
        return Err(Stop::Failed(format!(
            "{} has no key {}, and nothing was changed. To see them: contactpoint supplier list",
            client.supplier, wanted.mark
        )));
    }
    if client.keys.is_empty() {
        return Err(Stop::Failed(
            "it is the only key, and nothing was changed. Add the new one first, or suspend the program.".to_owned(),
        ));
    }
    store.put_supplier_client(&client, clock::now())?;
    say(format_args!(
        "The key {} of {} is dropped.",
        wanted.mark, client.supplier
    ));
    Ok(())
}

fn list(store: &Store) -> Result<(), Stop> {
    let mut rows = Vec::new();
    for client in store.supplier_clients()? {
        let title = Mapping::parse(&client.mapping).map_or_else(
            |unusable| format!("its mapping cannot be used: {unusable}"),
            |mapping| mapping.title,
        );
        let suspended = client.suspension == Suspension::Suspended;
        for bytes in &client.keys {
            let algorithm = PublicKey::from_bytes(bytes).map_or("", |key| key.algorithm());
            rows.push(vec![
                client.supplier.to_string(),
                title.clone(),
                mark(bytes),
                algorithm.to_owned(),
                if suspended { "suspended" } else { "" }.to_owned(),
            ]);
        }
    }
    say(table(
        &["supplier", "what it is", "key", "signs", ""],
        &rows,
    ));
    Ok(())
}

fn known(store: &Store, whose: &Whose) -> Result<SupplierClient, Stop> {
    store.supplier_client(&whose.supplier)?.ok_or_else(|| {
        Stop::Failed(format!(
            "{} is not admitted, and nothing was changed. To see who is: contactpoint supplier list",
            whose.supplier
        ))
    })
}

/// The text of a mapping that is this supplier's: one that comes with the program is under whatever code is named, but that of another of
/// them, and a file has its own.
fn mapping(by: &By, supplier: &SupplierCode) -> Result<String, Stop> {
    let named = &by.mapping;
    let text = match built_in_text_as(named, Some(supplier)) {
        Some(text) => {
            may_be_under(named, supplier)?;
            text
        }
        None => read(Path::new(named), MAPPING_BYTES_MAX, "the mapping")?,
    };
    let mapping = Mapping::parse(&text).map_err(|unusable| {
        let why = format!("{unusable} (what a mapping may say: docs/supply.md)");
        unread("the mapping", named, &why)
    })?;
    if mapping.supplier.code != *supplier {
        return Err(Stop::Usage(format!(
            "the mapping {named} is of {}, not of {supplier}: nothing was changed",
            mapping.supplier.code
        )));
    }
    Ok(text)
}

fn key(path: &Path) -> Result<Vec<u8>, Stop> {
    let text = read(path, KEY_BYTES_MAX, "the key")?;
    let key = PublicKey::parse(&text);
    let key = key.map_err(|unusable| unread("the key", &path.display(), &unusable))?;
    Ok(key.to_bytes())
}

/// By what a key is called.
fn mark(key: &[u8]) -> String {
    let mut mark = fingerprint(key).text();
    mark.truncate(MARK_CHARACTERS);
    mark
}

fn read(path: &Path, bytes_max: u64, what: &str) -> Result<String, Stop> {
    let name = path.display();
    let length = path
        .metadata()
        .map_err(|error| unread(what, &name, &error))?;
    if length.len() > bytes_max {
        let why = format!("it is longer than {bytes_max} bytes");
        return Err(unread(what, &name, &why));
    }
    std::fs::read_to_string(path).map_err(|error| unread(what, &name, &error))
}

fn unread(what: &str, name: &dyn Display, why: &dyn Display) -> Stop {
    Stop::Usage(format!(
        "{what} {name} cannot be used: {why}. Nothing was changed"
    ))
}
