//! With which second record of the same child a record is to be merged.

use super::choice::Choice;
use super::fault::Fault;
use super::field::Field;
use super::identity::Identity;
use super::layout::Layout;

/// The page that asks with which record another is to be merged.
#[derive(askama::Template)]
#[template(path = "merge.html", whitespace = "minimize")]
pub struct Merge {
    /// The frame.
    pub layout: Layout,
    /// Which child.
    pub identity: Identity,
    /// Where the form is sent.
    pub action: String,
    /// Back to the record.
    pub child_href: String,
    /// The number of the other record.
    pub number: Field,
    /// The reasons for which the other record may be opened.
    pub reasons: Vec<Choice>,
    /// What is wrong with the reason.
    pub reason_fault: Option<String>,
    /// What is wrong with the answers.
    pub faults: Vec<Fault>,
}
