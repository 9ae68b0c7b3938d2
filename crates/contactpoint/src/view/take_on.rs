//! Taking on a shielded child for whom no authority is responsible: four fields of the child, and what is said.

use super::choice::Choice;
use super::fault::Fault;
use super::identity::Identity;
use super::layout::Layout;
use super::watermark::Watermark;

/// The page on which a shielding officer says that their authority takes a child on.
#[derive(askama::Template)]
#[template(path = "take_on.html", whitespace = "minimize")]
pub struct TakeOn {
    /// The frame.
    pub layout: Layout,
    /// All that is shown of the child.
    pub identity: Identity,
    /// The record.
    pub child_href: String,
    /// Where the form is sent.
    pub action: String,
    /// Whose word of the viewer's own authority waits, in words.
    pub word: String,
    /// Whether it is the viewer's own: there is nothing to say again.
    pub is_own: bool,
    /// The reasons for which a child is taken on; empty for who opened the record for one of them.
    pub reasons: Vec<Choice>,
    /// What is wrong with the answer.
    pub faults: Vec<Fault>,
    /// Who is looking.
    pub watermark: Watermark,
}

impl TakeOn {
    /// The sentence beside the radio buttons, when there is a fault.
    pub fn fault(&self) -> Option<String> {
        self.faults.first().map(|fault| fault.text.clone())
    }
}
