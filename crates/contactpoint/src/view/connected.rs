//! Shields whose connected records nobody has decided about.

use super::choice::Choice;
use super::fault::Fault;
use super::layout::Layout;

/// The page at `/connected`.
#[derive(askama::Template)]
#[template(path = "connected.html", whitespace = "minimize")]
pub struct Connected {
    /// The frame.
    pub layout: Layout,
    /// The shields, the longest waiting first.
    pub lines: Vec<Line>,
    /// The reasons for which they may be opened.
    pub reasons: Vec<Choice>,
    /// What is wrong with the answer.
    pub faults: Vec<Fault>,
    /// How many are listed at the most.
    pub lines_max: usize,
}

impl Connected {
    /// Where the reason is given that opens the first.
    pub fn first(&self) -> &str {
        self.lines.first().map_or("", |line| &line.action)
    }

    /// The sentence beside the radio buttons, when there is a fault.
    pub fn fault(&self) -> Option<String> {
        self.faults.first().map(|fault| fault.text.clone())
    }
}

/// A shield. It names no child.
#[derive(Clone, Default)]
pub struct Line {
    /// As `3 July 2026 at 2:05pm`.
    pub placed: String,
    /// On what ground.
    pub ground: String,
    /// Where the reason is given that opens the child.
    pub action: String,
}
