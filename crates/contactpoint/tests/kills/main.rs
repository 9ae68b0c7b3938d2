//! The program killed, its database lost and its disk full while it takes what suppliers send: nothing acknowledged is lost, nothing is
//! there twice, and it ends as if nothing had happened.
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

mod campaign;
#[allow(dead_code, reason = "browsers come in other tests")]
#[path = "../served/client.rs"]
mod client;
#[path = "../served/cluster.rs"]
mod cluster;
mod data;
mod door;

mod full;
mod lost;
#[path = "../practice/mod.rs"]
mod practice;
mod sender;
#[allow(dead_code, reason = "other tests use more of it")]
#[path = "../served/server.rs"]
mod server;
mod two;
