//! One supplier: how fresh, how right and how complete what it supplies is, and what waits for somebody.

use super::fault_rates::FaultRates;
use super::layout::Layout;

/// The page at `/suppliers/{supplier}`.
#[derive(askama::Template)]
#[template(path = "supplier.html", whitespace = "minimize")]
pub struct Supplier {
    /// The frame.
    pub layout: Layout,
    /// What it is called.
    pub name: String,
    /// Its code, kind, sectors, last file and rhythm.
    pub facts: Vec<(&'static str, String)>,
    /// Runs that wait for somebody or are under way.
    pub open: Vec<OpenRun>,
    /// What of its rows is held for the shielding officers who look. `None`: somebody else looks.
    pub held: Option<String>,
    /// The authorities of whose children it says something, where that may be shown.
    pub coverage: Vec<Covered>,
    /// When the figures were counted. `None`: they were not yet.
    pub counted: Option<String>,
    /// What was counted of what it says.
    pub figures: Vec<Told>,
    /// The newest runs.
    pub runs: Vec<Line>,
    /// How often the last files had faults.
    pub faults: FaultRates,
}

/// A run that is not at its end.
#[derive(Clone, Default)]
pub struct OpenRun {
    /// Its number.
    pub number: String,
    /// As `held`.
    pub state: &'static str,
    /// Why it is held, and by which figures.
    pub why: Option<String>,
    /// What is known of its file, and of the last one like it.
    pub facts: Vec<(&'static str, String)>,
    /// How it stands, and what to do.
    pub next: &'static str,
    /// What releasing it does. `None`: it is not held.
    pub releases: Option<String>,
    /// What to do when it is not to be released.
    pub otherwise: Option<&'static str>,
    /// How it is let go on. `None`: there is nothing to let go on.
    pub go_on: Option<GoOn>,
    /// The command that does the same.
    pub command: String,
}

/// How a run is let go on.
#[derive(Clone, Default)]
pub struct GoOn {
    /// Where the form goes. `None`: it is not for whoever looks.
    pub action: Option<String>,
    /// When to do it, and who does.
    pub about: &'static str,
    /// Who does, for somebody who may not.
    pub who: Option<&'static str>,
    /// What the button says.
    pub button: &'static str,
}

/// An authority and a figure of its children.
#[derive(Clone, Default)]
pub struct Covered {
    /// What the authority is called.
    pub authority: String,
    /// The figure.
    pub figure: String,
}

/// A figure and what it is of.
#[derive(Clone, Default)]
pub struct Told {
    /// What it is called.
    pub name: &'static str,
    /// What is counted.
    pub definition: &'static str,
    /// The figure.
    pub figure: String,
}

/// A run.
#[derive(Clone, Default)]
pub struct Line {
    /// Its number.
    pub number: String,
    /// The day on which its file was drawn.
    pub drawn: String,
    /// As `full file`.
    pub reach: &'static str,
    /// As `done`, with when.
    pub state: String,
    /// Rows in the file.
    pub rows: String,
    /// Rows that were refused, and of how many in a hundred that is.
    pub refused: String,
}
