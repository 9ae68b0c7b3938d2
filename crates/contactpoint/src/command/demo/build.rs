//! Making the practice directory beside where it will be, and putting it there when it is whole.

use std::path::{Path, PathBuf};
use std::time::Instant;

use directory::Date;
use directory::local_source::LocalSource;
use directory::organisation::ShieldingPhase;
use directory::text::OrganisationName;
use store::Store;

use super::{feeds, people, story};
use crate::clock;
use crate::command::say::{grouped, note};
use crate::command::{Stop, england, feed, reference, source};
use crate::config::Config;

/// The file that says that a practice directory was made to its end.
pub const WHOLE: &str = "contactpoint.db";
/// The seed of the practice England.
const SEED: u64 = 2009;

/// Makes the practice directory. An attempt that was interrupted is thrown away and begun again.
///
/// # Errors
/// [`Stop`] when the folder holds something else, or something cannot be written.
pub fn build(config: &Config, children: u64) -> Result<(), Stop> {
    let making = config.within(&beside(&config.data));
    refuse_occupied(&config.data)?;
    clear(&making)?;
    making.mark_practice()?;
    let started = Instant::now();
    note(format_args!(
        "Making a practice directory of {} synthetic children. This is done once.",
        grouped(children)
    ));
    furnish(&making, children)?;
    let moved = std::fs::rename(&making.data, &config.data);
    moved.map_err(|error| {
        Stop::Failed(format!("{} cannot be made: {error}", config.data.display()))
    })?;
    note(format_args!(
        "Made in {:.0} s.",
        started.elapsed().as_secs_f64()
    ));
    Ok(())
}

fn furnish(making: &Config, children: u64) -> Result<(), Stop> {
    let today = clock::now().today;
    let folder = making.data.join("england");
    england::write(
        &::england::Options {
            children,
            seed: SEED,
            today,
        },
        &folder,
        &|_| true,
    )?;
    let files = reference::Files::read(&folder)?;
    let store = making.begin()?;
    reference::load(&files, &store, ShieldingPhase::Complete)?;
    load_feeds(&store, &folder, today)?;
    publish_sources(&store)?;
    people::add(&store, today)?;
    story::add(&store, today)?;
    story::shield(&store)?;
    story::add_doubts(&store, today)?;
    story::add_moved(&store)?;
    store.sequence(clock::now())?;
    Ok(())
}

fn load_feeds(store: &Store, folder: &Path, today: Date) -> Result<(), Stop> {
    for name in contactpoint::supply::names() {
        let mapping = feed::mapping(name)?;
        let started = Instant::now();
        let path = folder.join(name).with_extension("csv");
        let sent = feed::sent(&mapping, None, today);
        let name = path.display().to_string();
        let open = || std::fs::File::open(&path);
        let summary = feed::load_whole(store, &sent, (&name, &open))?;
        feeds::note_loaded(&mapping.title, &summary, started.elapsed());
    }
    Ok(())
}

/// Puts the local systems of ordinary services on the published list, for every authority (R84).
fn publish_sources(store: &Store) -> Result<(), Stop> {
    let mut sources = Vec::new();
    for name in contactpoint::supply::names() {
        let mapping = feed::mapping(name)?;
        let (Some(sector), Ok(title)) = (mapping.sector, OrganisationName::parse(&mapping.title))
        else {
            continue;
        };
        for authority in store.authorities() {
            let whose = (authority.code, mapping.supplier.code.clone());
            sources.extend(LocalSource::new(whose, title.clone(), sector));
        }
    }
    source::publish(store, &sources)
}

/// The folder in which it is made, beside where it will be, so that it can be moved there at once.
fn beside(data: &Path) -> PathBuf {
    data.with_added_extension("new")
}

fn refuse_occupied(data: &Path) -> Result<(), Stop> {
    let occupied = std::fs::read_dir(data).is_ok_and(|mut inside| inside.next().is_some());
    if occupied {
        return Err(Stop::Failed(format!(
            "{} holds something that is no practice directory, and was left alone. Name another folder with --data.",
            data.display()
        )));
    }
    Ok(())
}

/// Throws away what an interrupted attempt left, if it is that.
fn clear(making: &Config) -> Result<(), Stop> {
    if !making.data.exists() {
        return Ok(());
    }
    if !making.is_practice() {
        return Err(Stop::Failed(format!(
            "{} is in the way, and is no practice directory. Move it, or name another folder with --data.",
            making.data.display()
        )));
    }
    note("An earlier start was interrupted: beginning again.");
    std::fs::remove_dir_all(&making.data).map_err(|error| {
        Stop::Failed(format!(
            "{} cannot be removed: {error}",
            making.data.display()
        ))
    })
}
