//! A search that says too little to be answered: which detail to add, and never how many children it would fit.

use super::layout::Layout;
use super::search_form::SearchForm;

/// The answer to a search without enough evidence.
#[derive(askama::Template)]
#[template(path = "too_broad.html", whitespace = "minimize")]
pub struct TooBroad {
    /// The frame.
    pub layout: Layout,
    /// The form as typed.
    pub form: SearchForm,
    /// Details any of which would do, as `a date of birth or a family name`.
    pub add: String,
    /// The box to go to for the first of them.
    pub field: &'static str,
}
