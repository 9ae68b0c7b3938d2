//! What is known about a child, who may see what of it, and when it must go: the rules, and nothing else.
//!
//! Pure: no input or output, no clock, no randomness, no SQL, no HTTP. Days and moments are arguments.
//! Rules are named as in the project's specification: `R44`, `X2`, `L1`, `C18`, `F1`.

pub mod access;
pub mod account;
pub mod address;
pub mod bytes;
pub mod child;
pub mod connected;
pub mod consent;
pub mod correction;
pub mod disclosure;
pub mod disputing;
pub mod duplicate;
pub mod ended_for;
pub mod entry;
pub mod event;
pub mod figure;
pub mod following;
pub mod held_word;
pub mod involvement;
pub mod joining;
pub mod lifecycle;
pub mod local_source;
pub mod name;
pub mod number;
pub mod omission;
pub mod organisation;
pub mod oversight;
mod parted;
pub mod precedence;
pub mod quality;
pub mod query;
mod quiet;
pub mod reason;
pub mod record;
mod responsible;
pub mod row;
pub mod run;
pub mod run_fault;
pub mod run_meetings;
pub mod service;
pub mod setting;
pub mod shield;
pub mod statement;
pub mod statement_key;
pub mod stay;
pub mod supplied;
pub mod supplier_client;
pub mod survivorship;
pub mod take_on;
pub(crate) mod taken_over;
pub mod text;
pub mod transfer;
mod working;

#[cfg(test)]
mod sample;

pub use jiff::Timestamp;
pub use jiff::civil::Date;

/// The moment a verb runs: the instant, and the civil day it is in England.
///
/// Always an argument (only the program's entry reads the clock), so that every rule about days can be tested on any day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The instant.
    pub at: Timestamp,
    /// The day in England at that instant.
    pub today: Date,
}
