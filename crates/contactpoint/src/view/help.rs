//! How to search, what to do when it does not work, and the rules of sharing; open to everyone.

use super::layout::Layout;
use super::local_manager::LocalManager;

/// The page at `/help`.
#[derive(askama::Template)]
#[template(path = "help.html", whitespace = "minimize")]
pub struct Help {
    /// The frame.
    pub layout: Layout,
    /// Whom to ring; `None` for a stranger, who has no team yet.
    pub local_manager: Option<LocalManager>,
}
