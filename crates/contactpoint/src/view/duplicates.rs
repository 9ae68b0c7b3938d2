//! Records that may be of one child.

use super::choice::Choice;
use super::fault::Fault;
use super::layout::Layout;

/// The page at `/duplicates`.
#[derive(askama::Template)]
#[template(path = "duplicates.html", whitespace = "minimize")]
pub struct Duplicates {
    /// The frame.
    pub layout: Layout,
    /// The pairs, the longest waiting first.
    pub lines: Vec<Line>,
    /// The reasons for which both records may be opened.
    pub reasons: Vec<Choice>,
    /// What is wrong with the answer.
    pub faults: Vec<Fault>,
    /// How many are listed at the most.
    pub lines_max: usize,
    /// That more wait, when more do.
    pub left: Option<&'static str>,
}

impl Duplicates {
    /// Where the reason is given that opens the first two.
    pub fn first(&self) -> &str {
        self.lines.first().map_or("", |line| &line.action)
    }

    /// The sentence beside the radio buttons, when there is a fault.
    pub fn fault(&self) -> Option<String> {
        self.faults.first().map(|fault| fault.text.clone())
    }
}

/// Two records. It names no child.
#[derive(Clone, Default)]
pub struct Line {
    /// As `3 July 2026 at 2:05pm`.
    pub since: String,
    /// Why they may be of one child.
    pub by: &'static str,
    /// Where the reason is given that opens both.
    pub action: String,
}
