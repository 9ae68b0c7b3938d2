//! Every store test, on every database.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod attacks;
mod cluster;
mod doors;
mod first_load;
mod gates;
mod log;
mod practice;
mod records;
mod runs;
mod shields;
mod supply;
