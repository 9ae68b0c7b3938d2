//! What of a record is of another child.

use super::fault::Fault;
use super::identity::Identity;
use super::layout::Layout;
use super::watermark::Watermark;

/// The page that asks which sources speak of another child.
#[derive(askama::Template)]
#[template(path = "split.html", whitespace = "minimize")]
pub struct Split {
    /// The frame.
    pub layout: Layout,
    /// Which child.
    pub identity: Identity,
    /// Where the form is sent.
    pub action: String,
    /// Back to the record.
    pub child_href: String,
    /// What each source says.
    pub parts: Vec<Part>,
    /// What is wrong with the answer.
    pub faults: Vec<Fault>,
    /// Who is looking.
    pub watermark: Watermark,
}

/// What one source says.
#[derive(Clone, Default)]
pub struct Part {
    /// The field of the form.
    pub name: String,
    /// Who said it.
    pub source: String,
    /// What, in short lines.
    pub said: Vec<String>,
}

impl Split {
    /// The sentence beside the boxes, when there is a fault.
    pub fn fault(&self) -> Option<String> {
        self.faults.first().map(|fault| fault.text.clone())
    }
}
