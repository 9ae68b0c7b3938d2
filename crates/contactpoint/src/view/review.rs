//! Rows that wait for an officer: how many, and which, without a word of any child.

use super::choice::Choice;
use super::fault::Fault;
use super::layout::Layout;

/// A worklist.
#[derive(askama::Template)]
#[template(path = "review.html", whitespace = "minimize")]
pub struct Review {
    /// The frame.
    pub layout: Layout,
    /// The page's own address.
    pub path: &'static str,
    /// What the page is called.
    pub heading: &'static str,
    /// What these rows are, in a sentence or two.
    pub about: &'static str,
    /// How many wait.
    pub waiting: String,
    /// The first of them.
    pub lines: Vec<Line>,
    /// The likeliest first, rather than the oldest.
    pub likeliest: bool,
    /// The reasons for which they may be seen.
    pub reasons: Vec<Choice>,
    /// What is wrong with the answer.
    pub faults: Vec<Fault>,
}

/// A row that waits.
#[derive(Clone, Default)]
pub struct Line {
    /// What opens it.
    pub reference: String,
    /// Who supplied it.
    pub source: String,
    /// The day of which it speaks.
    pub confirmed: String,
    /// How likely it is of a known child.
    pub likely: &'static str,
    /// Who could not tell, and when.
    pub put_off: Option<String>,
}

impl Review {
    /// The sentence beside the radio buttons, when there is a fault.
    pub fn fault(&self) -> Option<String> {
        self.faults.first().map(|fault| fault.text.clone())
    }
}
