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
mod corrections;
mod doors;
mod first_load;
mod gates;
mod join;
mod log;
mod parts;
mod practice;
mod records;
mod review;
mod rules;
mod runs;
mod shields;
mod supplier_clients;
mod supply;
mod trips;
