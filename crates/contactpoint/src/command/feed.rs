//! Taking one supplier's file as a run: for `supply load`, the demo and the benchmarks.

use std::io::{self, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use contactpoint::run::{Course, NotRun, Ran, Sent, run, run_first};
use contactpoint::supply::{
    Delivery, Mapping, Opened, Summary, built_in, built_in_as, name_of_code, names, ready,
};
use directory::Date;
use directory::event::By;
use directory::run::{Reach, RunBy};
use directory::service::Catalogue;
use directory::text::{PlaceCode, SupplierCode};
use indicatif::ProgressBar;
use store::{Error, FirstLoad, Store, behind};

use super::Stop;
use super::say::{counting, grouped, note, reading};
use crate::clock;

/// How often a long work says how far it has come.
const TOLD_EVERY: Duration = Duration::from_secs(15);

/// The mapping that the binary carries under a name.
///
/// # Errors
/// [`Stop::Usage`] when there is none of this name; names those there are.
pub fn mapping(name: &str) -> Result<Mapping, Stop> {
    built_in(name)
        .map_err(|unusable| Stop::Failed(format!("the mapping {name} cannot be used: {unusable}")))?
        .ok_or_else(|| unknown(name))
}

/// The same, of a supplier with a code of its own.
///
/// # Errors
/// [`Stop::Usage`] when there is none of this name, or the code may not be a supplier's.
pub fn mapping_as(name: &str, code: &SupplierCode) -> Result<Mapping, Stop> {
    built_in_as(name, code)
        .map_err(|unusable| Stop::Usage(format!("{code} cannot send {name}: {unusable}")))?
        .ok_or_else(|| unknown(name))
}

/// Whether what is read by a mapping that the binary carries may be under a code: not under that of another. Where a directory has given
/// such a code itself, a mapping in a file says so.
///
/// # Errors
/// [`Stop::Usage`] when another has it.
pub fn may_be_under(name: &str, code: &SupplierCode) -> Result<(), Stop> {
    match name_of_code(code) {
        Some(other) if other != name => Err(Stop::Usage(format!(
            "{code} is the code of {other}, which comes with the program: under one code a full file of one would end what the other \
             said. Nothing was changed. Name the code that the directory gave this supplier. If it is this one, and nothing else is loaded \
             under it: contactpoint supply mapping {name} --code {code} > own.toml, and then --mapping own.toml"
        ))),
        _ => Ok(()),
    }
}

/// What is said of a name that no mapping has.
pub fn unknown(name: &str) -> Stop {
    let known: Vec<&str> = names().chain(ready()).collect();
    Stop::Usage(format!(
        "there is no supplier {name}. The suppliers are: {}",
        known.join(", ")
    ))
}

/// A file as the operator of the machine sends it.
pub fn sent(mapping: &Mapping, reach: Option<Reach>, extracted: Date) -> Sent<'_> {
    Sent {
        mapping,
        reach,
        extracted,
        by: (RunBy::Operator, By::Operator),
        course: Course::Begins,
        clock: &clock::now,
    }
}

/// Takes a file as a run.
///
/// # Errors
/// [`NotRun`].
pub fn load_file(store: &Store, sent: &Sent<'_>, path: &Path) -> Result<Ran, NotRun> {
    let bar = reading_twice(sent, path)?;
    let ran = behind(|| {
        run(store, sent, &|| Opened::at(path), &mut |bytes| {
            bar.set_position(bytes)
        })
    });
    bar.finish_and_clear();
    ran
}

/// The bar of a file that is gone through twice.
fn reading_twice(sent: &Sent<'_>, path: &Path) -> Result<ProgressBar, NotRun> {
    let bytes = Opened::at(path).map_err(NotRun::Unread)?.length();
    let bytes = bytes.map(|bytes| bytes.saturating_mul(2));
    Ok(reading(sent.mapping.name.clone(), bytes))
}

/// Takes a file that must be applied to its end, as what makes a practice directory must.
///
/// # Errors
/// [`Stop`] when it is not.
pub fn load_whole<R: Read + Send>(
    store: &Store,
    sent: &Sent<'_>,
    (name, open): (&str, &dyn Fn() -> io::Result<R>),
) -> Result<Summary, Stop> {
    match run(store, sent, open, &mut |_| {}) {
        Ok(Ran::Done(_, summary)) => Ok(*summary),
        Ok(Ran::Already(run, _) | Ran::Held(run, _) | Ran::Paused(run, _)) => Err(Stop::Failed(
            format!("{name}: run {} is {}", run.id.0, run.state.words()),
        )),
        Err(not_run) => Err(Stop::Failed(format!("{name}: {not_run}"))),
    }
}

/// Loads a file in the first load of a directory.
///
/// # Errors
/// [`NotRun`].
pub fn load_first(
    (store, first): (&Store, &mut FirstLoad<'_>),
    sent: &Sent<'_>,
    path: &Path,
) -> Result<Ran, NotRun> {
    let bar = reading_twice(sent, path)?;
    let loaded = run_first((store, first), sent, &|| Opened::at(path), &mut |bytes| {
        bar.set_position(bytes)
    });
    bar.finish_and_clear();
    // What was taken is taken; its events have their places at the latest when the directory is served.
    let _ = store.sequence(clock::now());
    loaded
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
    let mut told = Told::default();
    let done = first.finish(move |count| {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        filed.set_position(count);
        told.come_to(count, keys);
    });
    bar.finish_and_clear();
    done
}

/// What was said of a long work that nobody sees on a terminal.
struct Told(Instant);

impl Default for Told {
    fn default() -> Told {
        Told(Instant::now())
    }
}

impl Told {
    /// Says from time to time how far it has come.
    fn come_to(&mut self, count: u64, whole: u64) {
        if self.0.elapsed() >= TOLD_EVERY {
            self.0 = Instant::now();
            note(format_args!(
                "filed {} of {} keys",
                grouped(count),
                grouped(whole)
            ));
        }
    }
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
