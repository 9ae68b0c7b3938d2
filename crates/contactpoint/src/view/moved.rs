//! Children who have moved into or out of an authority's area.

use super::choice::Choice;
use super::fault::Fault;
use super::layout::Layout;

/// The page at `/moved`.
#[derive(askama::Template)]
#[template(path = "moved.html", whitespace = "minimize")]
pub struct Moved {
    /// The frame.
    pub layout: Layout,
    /// Those who wait for an answer of the viewer's authority, the longest moved first.
    pub asked: Vec<Line>,
    /// Those about whom nobody has been asked.
    pub open: Vec<Line>,
    /// Those who wait for the other authority, or of whom either has said no.
    pub others: Vec<Line>,
    /// The reasons for which they may be opened.
    pub reasons: Vec<Choice>,
    /// What is wrong with the answer.
    pub faults: Vec<Fault>,
    /// How many of each are listed at the most.
    pub lines_max: usize,
}

impl Moved {
    /// Where the reason is given that opens the first child. `None`: nobody is listed.
    pub fn first(&self) -> Option<&str> {
        let mut all = [&self.asked, &self.open, &self.others]
            .into_iter()
            .flatten();
        all.next().map(|line| line.action.as_str())
    }

    /// The sentence beside the radio buttons, when there is a fault.
    pub fn fault(&self) -> Option<String> {
        self.faults.first().map(|fault| fault.text.clone())
    }
}

/// A child who has moved. It names none.
#[derive(Clone, Default)]
pub struct Line {
    /// As `3 July 2026`.
    pub since: String,
    /// As `2 weeks ago`.
    pub ago: String,
    /// As `To Bristol`.
    pub moved: String,
    /// How far the two authorities are.
    pub stage: String,
    /// The reason for which the child is opened, where others of the list are opened for another.
    pub reason: Option<&'static str>,
    /// Where the reason is given that opens the child.
    pub action: String,
}
