//! Loading one supplier's file into the store, with its event in the ledger: for `supply load`, the demo and the benchmarks.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use contactpoint::supply::{
    Delivery, Mapping, Sink, Stopped, Summary, built_in, load, names, ready,
};
use directory::Date;
use directory::event::Totals;
use directory::service::Catalogue;
use directory::text::PlaceCode;
use indicatif::ProgressBar;
use store::{Error, FirstLoad, Store};

use super::Stop;
use super::say::{counting, note, reading};
use crate::clock;

/// Why a file was not loaded to its end, in a sentence that says what was kept.
pub type Unloaded = Stopped<Error>;

/// The mapping that the binary carries for a supplier.
///
/// # Errors
/// [`Stop::Usage`] when there is none of this name; names those there are.
pub fn mapping(supplier: &str) -> Result<Mapping, Stop> {
    match built_in(supplier) {
        Ok(Some(mapping)) => Ok(mapping),
        Ok(None) => {
            let known: Vec<&str> = names().chain(ready()).collect();
            Err(Stop::Usage(format!(
                "there is no supplier {supplier}. The suppliers are: {}",
                known.join(", ")
            )))
        }
        Err(unusable) => Err(Stop::Failed(format!(
            "the mapping of {supplier} cannot be used: {unusable}"
        ))),
    }
}

/// Loads a file, and puts the event of it into the ledger.
///
/// # Errors
/// [`Unloaded`].
pub fn load_file(
    store: &Store,
    mapping: &Mapping,
    path: &Path,
    extracted: Date,
) -> Result<Summary, Unloaded> {
    let mut sink = |rows: Vec<_>| store.accept(&mapping.supplier, &rows, clock::now());
    load_into((store, &mut sink), mapping, path, extracted)
}

/// Loads a file in the first load of a directory, and puts the event of it into the ledger.
///
/// # Errors
/// [`Unloaded`].
pub fn load_first(
    (store, first): (&Store, &mut FirstLoad<'_>),
    mapping: &Mapping,
    path: &Path,
    extracted: Date,
) -> Result<Summary, Unloaded> {
    let mut sink = |rows: Vec<_>| first.accept(&mapping.supplier, &rows, clock::now());
    load_into((store, &mut sink), mapping, path, extracted)
}

/// Ends a first load: its children are found from now on.
///
/// # Errors
/// [`Error`] when it could not be written; the load is still under way then.
pub fn finish(first: FirstLoad<'_>) -> Result<(), Error> {
    let keys = u64::try_from(first.keys_waiting()).unwrap_or(u64::MAX);
    note(format_args!("filing {keys} keys"));
    let bar = counting("filing", keys);
    let filed = bar.clone();
    let done =
        first.finish(move |keys| filed.set_position(u64::try_from(keys).unwrap_or(u64::MAX)));
    bar.finish_and_clear();
    done
}

/// Loads what a reader gives, and puts the event of it into the ledger.
///
/// # Errors
/// [`Unloaded`].
pub fn load_reader<R: Read + Send>(
    store: &Store,
    mapping: &Mapping,
    reader: (R, Date),
    bar: &ProgressBar,
) -> Result<Summary, Unloaded> {
    let mut sink = |rows: Vec<_>| store.accept(&mapping.supplier, &rows, clock::now());
    read_into((store, &mut sink), mapping, reader, bar)
}

fn load_into(
    into: (&Store, Sink<'_, Error>),
    mapping: &Mapping,
    path: &Path,
    extracted: Date,
) -> Result<Summary, Unloaded> {
    let unread = |error| Stopped::Reading(error, Box::default());
    let file = File::open(path).map_err(unread)?;
    let bytes = file.metadata().map_err(unread)?.len();
    let bar = reading(mapping.name.clone(), bytes);
    read_into(into, mapping, (file, extracted), &bar)
}

fn read_into<R: Read + Send>(
    (store, sink): (&Store, Sink<'_, Error>),
    mapping: &Mapping,
    (reader, extracted): (R, Date),
    bar: &ProgressBar,
) -> Result<Summary, Unloaded> {
    let catalogue = store.catalogue();
    let summary = with_delivery(store, mapping, (&catalogue, extracted), |delivery| {
        load(reader, delivery, sink, &mut |bytes| bar.set_position(bytes))
    });
    bar.finish_and_clear();
    let summary = summary?;
    finished(store, mapping, &summary)
        .map_err(|error| Stopped::Sink(error, Box::new(summary.clone())))?;
    Ok(summary)
}

/// What is known of a file before it is read.
pub fn with_delivery<T>(
    store: &Store,
    mapping: &Mapping,
    (catalogue, extracted): (&Catalogue, Date),
    then: impl FnOnce(Delivery<'_>) -> T,
) -> T {
    let authority_of = |place: &PlaceCode| store.place(place).and_then(|place| place.authority);
    then(Delivery {
        mapping,
        catalogue,
        authority_of: &authority_of,
        extracted,
    })
}

/// The event of a file that was taken to its end, at its place in the log.
fn finished(store: &Store, mapping: &Mapping, summary: &Summary) -> Result<(), Error> {
    let totals = Totals {
        rows: summary.read,
        changed: summary.accepted,
        refused: summary.refused,
        waiting: summary.waiting,
    };
    store.supplied(&mapping.supplier, mapping.sector, totals, clock::now())?;
    store.sequence(clock::now()).map(|_| ())
}
