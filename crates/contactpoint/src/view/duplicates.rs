//! Records that may be of one child.

use super::layout::Layout;

/// The page at `/duplicates`.
#[derive(askama::Template)]
#[template(path = "duplicates.html", whitespace = "minimize")]
pub struct Duplicates {
    /// The frame.
    pub layout: Layout,
    /// The pairs, the longest waiting first.
    pub lines: Vec<Line>,
    /// The reason for which both records are opened, as the form sends it.
    pub reason: String,
    /// How many are listed at the most.
    pub lines_max: usize,
    /// That more wait, when more do.
    pub left: Option<&'static str>,
}

/// Two records. It names no child.
#[derive(Clone, Default)]
pub struct Line {
    /// As `3 July 2026 at 2:05pm`.
    pub since: String,
    /// Why they may be of one child.
    pub by: &'static str,
    /// Where the reason is given that opens both.
    pub action: String,
}
