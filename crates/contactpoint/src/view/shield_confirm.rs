//! Placing a shield on one child: the ground, the reason and what it does.

use super::choice::Choice;
use super::fault::Fault;
use super::identity::Identity;
use super::layout::Layout;

/// The page that places a shield.
#[derive(askama::Template)]
#[template(path = "shield_confirm.html", whitespace = "minimize")]
pub struct ShieldConfirm {
    /// The frame.
    pub layout: Layout,
    /// Which child.
    pub identity: Identity,
    /// The first given name, for sentences.
    pub called: String,
    /// The record.
    pub child_href: String,
    /// Where the form is sent.
    pub action: String,
    /// The closed list of grounds (R37, R39).
    pub grounds: Vec<Choice>,
    /// What is wrong with the answer.
    pub ground_fault: Option<String>,
    /// Reasons for access that fit a shield; empty for who opened the record for one of them.
    pub reasons: Vec<Choice>,
    /// What is wrong with the answer.
    pub reason_fault: Option<String>,
    /// What is wrong with the form, one line for each.
    pub faults: Vec<Fault>,
}
