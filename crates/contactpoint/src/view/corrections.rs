//! What is wrong on records of this authority, and how far it is.

use super::choice::Choice;
use super::layout::Layout;

/// The page at `/corrections`.
#[derive(askama::Template)]
#[template(path = "corrections.html", whitespace = "minimize")]
pub struct Corrections {
    /// The frame.
    pub layout: Layout,
    /// Those waiting the longest first.
    pub lines: Vec<Line>,
    /// The reasons for which a record may be opened.
    pub reasons: Vec<Choice>,
    /// Whether more wait than are listed, in words.
    pub left: Option<String>,
    /// How many are listed at the most.
    pub lines_max: usize,
}

impl Corrections {
    /// Where the reason is given that opens the first record.
    pub fn first(&self) -> &str {
        self.lines.first().map_or("", |line| &line.action)
    }
}

/// One part of one record. It names no child.
#[derive(Clone, Default)]
pub struct Line {
    /// As `Date of birth`.
    pub field: String,
    /// As `3 July 2026`.
    pub since: String,
    /// As `2 weeks ago`.
    pub ago: String,
    /// How it is known.
    pub cause: String,
    /// What is to be done, or for what it waits.
    pub state: String,
    /// Who was told.
    pub told: String,
    /// What they answered, each with its day.
    pub answers: Vec<String>,
    /// Where the reason is given that opens the record.
    pub action: String,
}
