//! Searching for a child.

use super::layout::Layout;
use super::search_form::SearchForm;

/// The page at `/search`.
#[derive(askama::Template)]
#[template(path = "search.html", whitespace = "minimize")]
pub struct Search {
    /// The frame.
    pub layout: Layout,
    /// The form, empty or as typed.
    pub form: SearchForm,
}
