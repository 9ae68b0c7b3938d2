//! The accessibility statement.

use super::layout::Layout;

/// The page at `/accessibility`.
#[derive(askama::Template)]
#[template(path = "accessibility.html", whitespace = "minimize")]
pub struct Accessibility {
    /// The frame.
    pub layout: Layout,
}
