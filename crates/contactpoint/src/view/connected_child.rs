//! The open records connected with one shielded child, each to be decided about.

use super::choice::Choice;
use super::fault::Fault;
use super::identity::Identity;
use super::layout::Layout;
use super::watermark::Watermark;

/// The page of one shielded child.
#[derive(askama::Template)]
#[template(path = "connected_child.html", whitespace = "minimize")]
pub struct ConnectedChild {
    /// The frame.
    pub layout: Layout,
    /// Which child is shielded.
    pub identity: Identity,
    /// The first given name, for sentences.
    pub called: String,
    /// Where the form is sent.
    pub action: String,
    /// On what ground the others are shielded.
    pub ground: String,
    /// Whether the directory has placed the shield by itself.
    pub is_by_rule: bool,
    /// The open records.
    pub open: Vec<One>,
    /// Why the next shield is to be seen, for who opened this one from the list; empty for who has just placed it.
    pub next: Vec<Choice>,
    /// Whether more wait than are listed.
    pub more: bool,
    /// What is wrong with the form.
    pub faults: Vec<Fault>,
    /// Who is looking.
    pub watermark: Watermark,
}

/// An open record.
#[derive(Clone, Default)]
pub struct One {
    /// The name of its field: the reference by which it is chosen.
    pub name: String,
    /// Whose record it is.
    pub heading: String,
    /// What it shares with the shielded one.
    pub shares: String,
    /// What can be decided.
    pub choices: Vec<Choice>,
    /// What is wrong with the answer.
    pub fault: Option<String>,
}
