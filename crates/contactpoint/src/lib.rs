//! The directory at its edge: pages, supply files and jobs. Nothing here reaches a record but through the store's one door.

pub mod asset;
mod crowd;
pub mod desk;
pub mod door;
pub mod figures;
pub mod job;
mod kept;
mod page;
mod problem;
pub mod routes;
pub mod run;
pub mod serve;
pub mod supply;
pub mod throttle;
pub mod tls;
pub mod view;
mod visitor;
pub mod words;
