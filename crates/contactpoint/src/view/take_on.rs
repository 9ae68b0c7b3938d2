//! Taking on a shielded child for whom no authority is responsible: four fields of the child, and what is said.

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
    /// The reason that is recorded, in words.
    pub reason: String,
    /// Who is looking.
    pub watermark: Watermark,
}
