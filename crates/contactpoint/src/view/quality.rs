//! What may be wrong, old or missing, in figures that tell of nobody.

use super::fault_rates::SupplierFaults;
use super::layout::Layout;

/// The page at `/quality`.
#[derive(askama::Template)]
#[template(path = "quality.html", whitespace = "minimize")]
pub struct Quality {
    /// The frame.
    pub layout: Layout,
    /// When it was counted. `None`: not yet.
    pub counted: Option<String>,
    /// What the authority of whoever looks is called. `None`: they have none.
    pub area: Option<String>,
    /// Every measure.
    pub lines: Vec<Line>,
    /// How often the last files of each supplier had faults.
    pub faults: Vec<SupplierFaults>,
}

/// A measure.
#[derive(Clone, Default)]
pub struct Line {
    /// Where it is shown by authority and supplier.
    pub href: String,
    /// What it is called.
    pub name: &'static str,
    /// What is counted.
    pub definition: &'static str,
    /// In the authority of whoever looks.
    pub own: String,
    /// Everything that is shown, together.
    pub together: String,
}
