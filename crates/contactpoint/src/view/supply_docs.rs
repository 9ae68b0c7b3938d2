//! The door for suppliers' programs, explained to those who write them; open to everyone.

use super::layout::Layout;

/// The page at `/supply/docs`.
#[derive(askama::Template)]
#[template(path = "supply_docs.html", whitespace = "minimize")]
pub struct SupplyDocs {
    /// The frame.
    pub layout: Layout,
    /// The address at which tokens are given.
    pub token_address: String,
    /// Every kind of problem.
    pub problems: Vec<DoorTrouble>,
}

/// A kind of problem, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorTrouble {
    /// The end of its type.
    pub slug: &'static str,
    /// Its status.
    pub status: u16,
    /// What it is.
    pub title: &'static str,
    /// What happened.
    pub detail: &'static str,
    /// What to do.
    pub next: &'static str,
}
