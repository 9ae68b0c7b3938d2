//! "I am no longer working with this child": the viewer ends their own involvement.

use super::identity::Identity;
use super::layout::Layout;

/// The page that asks once more before an involvement ends.
#[derive(askama::Template)]
#[template(path = "involve_end.html", whitespace = "minimize")]
pub struct InvolveEnd {
    /// The frame.
    pub layout: Layout,
    /// Which child.
    pub identity: Identity,
    /// The first given name, for sentences.
    pub called: String,
    /// Where the form is sent.
    pub action: String,
    /// Back to the record.
    pub child_href: String,
    /// Which of the viewer's involvements.
    pub service: String,
    /// First day, in words.
    pub since: Option<String>,
    /// Last day on which it would be shown if it ended today (R20).
    pub shown_until: String,
    /// The viewer is the lead professional.
    pub lead_professional: bool,
}
