//! Which systems supply the directory: the published list, open to everyone (R84).

use super::layout::Layout;

/// The page at `/sources`.
#[derive(askama::Template)]
#[template(path = "sources.html", whitespace = "minimize")]
pub struct Sources {
    /// The frame.
    pub layout: Layout,
    /// National sources.
    pub national: Vec<National>,
    /// Authorities by the first letter of their names.
    pub letters: Vec<Letter>,
}

/// A national source.
#[derive(Clone, Default)]
pub struct National {
    /// What it is called.
    pub name: &'static str,
    /// Since when it supplies.
    pub since: String,
    /// The day of which it last supplied.
    pub last: String,
}

/// Authorities whose names begin with one letter.
#[derive(Clone, Default)]
pub struct Letter {
    /// The letter.
    pub letter: String,
    /// The authorities.
    pub authorities: Vec<Place>,
}

/// An authority.
#[derive(Clone, Default)]
pub struct Place {
    /// Where its list is.
    pub href: String,
    /// What it is called.
    pub name: String,
}
