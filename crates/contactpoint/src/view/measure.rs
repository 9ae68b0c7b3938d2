//! One measure of data quality, by authority and by supplier.

use super::layout::Layout;

/// The page at `/quality/{measure}`.
#[derive(askama::Template)]
#[template(path = "measure.html", whitespace = "minimize")]
pub struct Measure {
    /// The frame.
    pub layout: Layout,
    /// What it is called.
    pub name: &'static str,
    /// What is counted.
    pub definition: &'static str,
    /// When. `None`: not yet.
    pub counted: Option<String>,
    /// By authority, where a figure is shown or withheld.
    pub authorities: Vec<Line>,
    /// How many authorities have fewer than 8.
    pub few_authorities: usize,
    /// By supplier, in the same way. `None`: it is what nobody says.
    pub suppliers: Option<Vec<Line>>,
}

/// A figure.
#[derive(Clone, Default)]
pub struct Line {
    /// Of what.
    pub name: String,
    /// Where that is looked at closely. Empty: nowhere.
    pub href: String,
    /// The figure.
    pub figure: String,
}
