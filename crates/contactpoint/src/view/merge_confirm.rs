//! Two records side by side, before they are made one.

use super::fault::Fault;
use super::identity::Identity;
use super::layout::Layout;
use super::review_row::Line;
use super::watermark::Watermark;

/// The page that shows both records before they are merged.
#[derive(askama::Template)]
#[template(path = "merge_confirm.html", whitespace = "minimize")]
pub struct MergeConfirm {
    /// The frame.
    pub layout: Layout,
    /// The child whose record stays.
    pub identity: Identity,
    /// The number of the record that goes into it.
    pub other: String,
    /// Where the form is sent.
    pub action: String,
    /// Back to the record.
    pub child_href: String,
    /// Field by field.
    pub lines: Vec<Line>,
    /// What differs, in one sentence.
    pub summary: String,
    /// Why they may be one child, in words, strongest first.
    pub why: Vec<String>,
    /// The same as a picture: SVG that was escaped by whoever made it.
    pub picture: String,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
    /// Who is looking.
    pub watermark: Watermark,
}
