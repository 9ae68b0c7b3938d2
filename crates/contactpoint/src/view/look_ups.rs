//! What the viewer lately looked at, without any child's details (R72).

use super::layout::Layout;

/// The page at `/look-ups`.
#[derive(askama::Template)]
#[template(path = "look_ups.html", whitespace = "minimize")]
pub struct LookUps {
    /// The frame.
    pub layout: Layout,
    /// Latest first.
    pub look_ups: Vec<LookUp>,
}

/// One entry of the viewer's own trail.
#[derive(Clone, Default)]
pub struct LookUp {
    /// As `3 July 2026 at 2:05pm`.
    pub at: String,
    /// As `Search`, `Record opened`.
    pub what: String,
    /// The ContactPoint number, where one record was looked at.
    pub number: Option<String>,
    /// The reason given, in words.
    pub reason: String,
    /// As `Shown`, `No record was found`.
    pub outcome: String,
}
