//! The pages as a person meets them, through the router.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "tests"
)]

mod bytes;
mod connected;
mod duplicates;
mod figures;
mod limits;
mod moved;
#[path = "../practice/mod.rs"]
mod practice;
mod record;
mod review;
mod rules;
mod search;
mod session;
mod shield;
mod take_on;
mod typeset;
mod wrong;
