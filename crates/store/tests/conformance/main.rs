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
mod behind;
mod beside;
mod between;
mod cluster;
mod compare;
mod connected;
mod corrections;
mod doors;
mod filed_anew;
mod first_load;
mod gates;
mod held_again;
mod holds;
mod join;
mod join_guards;
mod joined_since;
mod late;
mod learned;
mod leaving;
mod log;
mod model;
mod moved;
mod namesakes;
mod nobodys;
mod other_names;
mod own_key;
mod parts;
mod practice;
mod quality;
mod records;
mod refused;
mod restricted;
mod review;
mod rules;
mod run_faults;
mod run_order;
mod runs;
mod shields;
mod stay;
mod stay_again;
mod supplier_clients;
mod supply;
mod suspected;
mod suspects;
mod take_on;
mod taken_back;
mod trips;
mod twins;
mod ways_around;
mod withdrawn;
