//! The door for suppliers' programs, through its router: who is let in, what becomes of what is sent, and that nothing told depends on
//! who is shielded. Every answer is held against the description that the program serves.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "tests"
)]

mod corrections;
mod described;
mod files;
mod own_codes;
mod packed;
mod paused;
#[path = "../practice/mod.rs"]
mod practice;
mod program;
mod restricted;
mod rows;
mod tokens;
mod twins;
