//! The one answer to every search that shows nobody, whatever the cause (R44, X1, X2).

use super::layout::Layout;
use super::local_manager::LocalManager;

/// The page that says no record was found. Nothing in it may depend on the search.
#[derive(askama::Template)]
#[template(path = "no_result.html", whitespace = "minimize")]
pub struct NoResult {
    /// The frame.
    pub layout: Layout,
    /// Whom to ring; the searcher's own authority's team.
    pub local_manager: LocalManager,
}
