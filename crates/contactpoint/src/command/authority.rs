//! `contactpoint authority`: whether the children who must be hidden are, before practitioners are admitted (R42).

use clap::Subcommand;
use directory::organisation::{Authority, ShieldingPhase};
use directory::text::{AuthorityCode, kind};
use store::Store;

use super::say::{say, table};
use super::{Stop, parse};
use crate::clock;
use crate::config::Config;

/// What to do with authorities.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// The authority's first shielding is complete: its practitioners may be admitted
    ShieldingComplete {
        /// The authority's code
        #[arg(value_name = "CODE", value_parser = parse::text::<kind::Authority>)]
        code: AuthorityCode,
    },
    /// List the authorities
    List,
}

/// Runs the command.
pub fn run(config: &Config, command: Command) -> Result<(), Stop> {
    let store = config.open()?;
    match command {
        Command::ShieldingComplete { code } => complete(&store, &code),
        Command::List => {
            list(&store);
            Ok(())
        }
    }
}

/// There is no such authority.
pub fn unknown(code: &AuthorityCode) -> Stop {
    Stop::Failed(format!(
        "there is no authority {code}, and nothing was changed. To see them: contactpoint authority list"
    ))
}

fn complete(store: &Store, code: &AuthorityCode) -> Result<(), Stop> {
    let authority = store.authority(code).ok_or_else(|| unknown(code))?;
    store.put_authority(
        &Authority {
            shielding: ShieldingPhase::Complete,
            ..authority.clone()
        },
        clock::now(),
    )?;
    say(format_args!(
        "The first shielding of {} is complete: its practitioners may be admitted.",
        authority.name
    ));
    Ok(())
}

fn list(store: &Store) {
    let row = |authority: Authority| {
        let shielding = match authority.shielding {
            ShieldingPhase::UnderWay => "under way",
            ShieldingPhase::Complete => "complete",
        };
        vec![
            authority.code.to_string(),
            authority.name.to_string(),
            shielding.to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = store.authorities().into_iter().map(row).collect();
    say(table(&["code", "name", "first shielding"], &rows));
}
