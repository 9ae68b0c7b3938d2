//! "Something is wrong here": which part of the record.

use super::identity::Identity;
use super::layout::Layout;

/// The page that asks what is wrong.
#[derive(askama::Template)]
#[template(path = "wrong.html", whitespace = "minimize")]
pub struct Wrong {
    /// The frame.
    pub layout: Layout,
    /// Which child.
    pub identity: Identity,
    /// The first given name, for sentences.
    pub called: String,
    /// Back to the record.
    pub child_href: String,
    /// What is shown of the child, to choose from.
    pub parts: Vec<Part>,
}

/// A part of the record.
#[derive(Clone, Default)]
pub struct Part {
    /// As `Date of birth`.
    pub what: String,
    /// As it is shown.
    pub value: String,
    /// Nothing is: what is missing can be said.
    pub is_missing: bool,
    /// Where it is said to be wrong.
    pub href: String,
}
