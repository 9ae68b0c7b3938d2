//! The program as it runs: a process of its own, asked over sockets, on a disk that is full and a database that is gone.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "tests"
)]

mod bytes;
mod client;
mod cluster;
mod full_disk;
mod lost_database;
#[path = "../practice/mod.rs"]
mod practice;
mod rings;
mod server;
mod slow_clients;
