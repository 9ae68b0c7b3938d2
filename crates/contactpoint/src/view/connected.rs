//! Shields whose connected records nobody has decided about.

use super::layout::Layout;

/// The page at `/connected`.
#[derive(askama::Template)]
#[template(path = "connected.html", whitespace = "minimize")]
pub struct Connected {
    /// The frame.
    pub layout: Layout,
    /// The shields, the longest waiting first.
    pub lines: Vec<Line>,
    /// The reason for which a child is opened, as the form sends it.
    pub reason: String,
    /// How many are listed at the most.
    pub lines_max: usize,
}

/// A shield. It names no child.
#[derive(Clone, Default)]
pub struct Line {
    /// As `3 July 2026 at 2:05pm`.
    pub placed: String,
    /// On what ground.
    pub ground: String,
    /// Where the reason is given that opens the child.
    pub action: String,
}
