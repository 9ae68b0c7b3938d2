//! Two records that may be of one child, side by side, and what is to be decided.

use super::decision::Decision;
use super::fault::Fault;
use super::layout::Layout;
use super::review_row::Line;
use super::watermark::Watermark;

/// The page of two records.
#[derive(askama::Template)]
#[template(path = "duplicate_pair.html", whitespace = "minimize")]
pub struct DuplicatePair {
    /// The frame.
    pub layout: Layout,
    /// Back to the list.
    pub list_href: &'static str,
    /// How they were found, and since when they wait.
    pub found: String,
    /// The number of the first.
    pub number: String,
    /// The number of the second.
    pub other: String,
    /// What differs, in one sentence.
    pub summary: String,
    /// Field by field.
    pub lines: Vec<Line>,
    /// Why, in words, strongest first.
    pub why: Vec<String>,
    /// The same as a picture: SVG that was escaped by whoever made it.
    pub picture: String,
    /// What is asked.
    pub decision: Decision,
    /// What is wrong with the answer.
    pub faults: Vec<Fault>,
    /// Who is looking.
    pub watermark: Watermark,
}
