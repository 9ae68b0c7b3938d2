//! The page after signing out.

use super::layout::Layout;

/// The page at `/signed-out`.
#[derive(askama::Template)]
#[template(path = "signed_out.html", whitespace = "minimize")]
pub struct SignedOut {
    /// The frame, without a viewer.
    pub layout: Layout,
}
