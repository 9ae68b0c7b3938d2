//! `contactpoint key`: the key ring, without which no record can be read.

use clap::Subcommand;

use super::Stop;
use super::say::say;
use crate::clock;
use crate::config::Config;

/// What to do with the key ring.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Make a new key: it seals from now on, and the older ones open what they sealed
    Rotate,
}

/// Runs the command.
pub fn run(config: &Config, command: &Command) -> Result<(), Stop> {
    let Command::Rotate = command;
    let store = config.open()?;
    let key = store.rotate_key(clock::now())?;
    store.sequence(clock::now())?;
    say(format_args!(
        "Key {key} seals from now on; the older ones open what they sealed. Running servers take it up with their next request. \
         Back up {} now, apart from the database.",
        config.key_ring.display()
    ));
    Ok(())
}
