//! Where a shielding officer starts: which child is to be shielded (R41).

use super::choice::Choice;
use super::fault::Fault;
use super::field::Field;
use super::layout::Layout;

/// The page at `/shield`.
#[derive(askama::Template)]
#[template(path = "shield.html", whitespace = "minimize")]
pub struct Shield {
    /// The frame.
    pub layout: Layout,
    /// The ContactPoint number.
    pub number: Field,
    /// The reasons for which the child may be looked for here.
    pub reasons: Vec<Choice>,
    /// What is wrong with the answer.
    pub reason_fault: Option<String>,
    /// What is wrong with the form.
    pub faults: Vec<Fault>,
}
