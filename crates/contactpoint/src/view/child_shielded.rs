//! The record of a shielded child: four fields and whom to ask (R43).

use super::identity::Identity;
use super::layout::Layout;
use super::local_manager::LocalManager;
use super::watermark::Watermark;

/// A shielded record. It has no other field to fill.
#[derive(askama::Template)]
#[template(path = "child_shielded.html", whitespace = "minimize")]
pub struct ChildShielded {
    /// The frame.
    pub layout: Layout,
    /// All that is shown.
    pub identity: Identity,
    /// The viewer's own authority's team, never the child's.
    pub local_manager: LocalManager,
    /// Where "Something is wrong here" leads.
    pub wrong_href: String,
    /// Where a shielding officer says that their authority takes the child on; `None` for everybody else.
    pub take_on_href: Option<String>,
    /// Back to the results this record was opened from.
    pub results_href: String,
    /// What the way back is called.
    pub results_words: &'static str,
    /// Who is looking.
    pub watermark: Watermark,
}
