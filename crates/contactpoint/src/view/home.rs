//! The first page after signing in: a search, and what else this person can do.

use super::layout::Layout;
use super::search_form::SearchForm;

/// The page at `/`.
#[derive(askama::Template)]
#[template(path = "home.html", whitespace = "minimize")]
pub struct Home {
    /// The frame.
    pub layout: Layout,
    /// The same form as on the search page.
    pub form: SearchForm,
}
