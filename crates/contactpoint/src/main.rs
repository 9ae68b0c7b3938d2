//! The one binary: reads the command line, the clock and the system's randomness, and says in its exit code how it went.

mod clock;
mod command;
mod config;

use std::process::ExitCode;

use clap::Parser as _;
use tikv_jemallocator::Jemalloc;

use command::{CommandLine, Stop, run};

/// How soon it gives memory back is said in `.cargo/config.toml`.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

/// Exit code of a command that failed, or that found something wrong.
const FAILED: u8 = 1;
/// Exit code of a command that was asked for in a way it cannot answer.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    match run(CommandLine::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Found) => ExitCode::from(FAILED),
        Err(Stop::Failed(message)) => {
            command::say::note(format_args!("contactpoint: {message}"));
            ExitCode::from(FAILED)
        }
        Err(Stop::Usage(message)) => {
            command::say::note(format_args!("contactpoint: {message}"));
            ExitCode::from(USAGE)
        }
    }
}
