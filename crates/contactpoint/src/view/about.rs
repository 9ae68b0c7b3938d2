//! What the directory holds, what it never holds, and who can see it; open to everyone.

use super::layout::Layout;

/// The page at `/about`.
#[derive(askama::Template)]
#[template(path = "about.html", whitespace = "minimize")]
pub struct About {
    /// The frame.
    pub layout: Layout,
}
