//! Which local systems supply the directory from an authority's area, and which sectors do not yet (R84, R85).

use super::layout::Layout;

/// The page at `/sources/{authority}`.
#[derive(askama::Template)]
#[template(path = "sources_of.html", whitespace = "minimize")]
pub struct SourcesOf {
    /// The frame.
    pub layout: Layout,
    /// What the authority is called.
    pub authority: String,
    /// The systems.
    pub systems: Vec<System>,
    /// The sectors of which none supplies.
    pub missing: Vec<String>,
}

/// A local system.
#[derive(Clone, Default)]
pub struct System {
    /// What it is called.
    pub name: String,
    /// Its sector.
    pub sector: String,
    /// Since when it supplies.
    pub since: String,
    /// The day of which it last supplied.
    pub last: String,
}
