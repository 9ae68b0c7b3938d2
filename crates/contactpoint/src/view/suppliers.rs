//! Who supplies the directory, and how fresh what they supply is.

use super::layout::Layout;

/// The page at `/suppliers`.
#[derive(askama::Template)]
#[template(path = "suppliers.html", whitespace = "minimize")]
pub struct Suppliers {
    /// The frame.
    pub layout: Layout,
    /// Those first where something waits, then by name.
    pub lines: Vec<Line>,
}

/// A supplier.
#[derive(Clone, Default)]
pub struct Line {
    /// Where it is looked at closely.
    pub href: String,
    /// What it is called.
    pub name: String,
    /// Of what kind it is, and of which sectors.
    pub kind: String,
    /// The day its last extract was drawn, and how long ago.
    pub last: String,
    /// How often it comes, and whether it is overdue.
    pub rhythm: String,
    /// What waits for somebody.
    pub waits: String,
}
