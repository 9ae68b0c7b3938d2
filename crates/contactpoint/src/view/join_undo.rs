//! Before a merger or a split is taken back.

use super::identity::Identity;
use super::layout::Layout;

/// The page before a merger or a split is taken back.
#[derive(askama::Template)]
#[template(path = "join_undo.html", whitespace = "minimize")]
pub struct JoinUndo {
    /// The frame.
    pub layout: Layout,
    /// Which child.
    pub identity: Identity,
    /// Where the form is sent.
    pub action: String,
    /// Back to the record.
    pub child_href: String,
    /// What is taken back, in a sentence.
    pub about: String,
}
