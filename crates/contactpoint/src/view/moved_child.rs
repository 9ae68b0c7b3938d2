//! One child who has moved, and what one of the two authorities decides.

use super::decision::Decision;
use super::fault::Fault;
use super::identity::Identity;
use super::layout::Layout;
use super::watermark::Watermark;

/// The page of one child who has moved.
#[derive(askama::Template)]
#[template(path = "moved_child.html", whitespace = "minimize")]
pub struct MovedChild {
    /// The frame.
    pub layout: Layout,
    /// Which child.
    pub identity: Identity,
    /// Whether the child is shielded.
    pub shielded: bool,
    /// The responsible authority.
    pub from: String,
    /// The authority in whose area the address is.
    pub to: String,
    /// Since when.
    pub since: String,
    /// How far the two authorities are.
    pub stage: String,
    /// The address, line by line; empty when there is none or it is hidden.
    pub address: Vec<String>,
    /// What this side can do.
    pub decision: Decision,
    /// What is wrong with the answer.
    pub faults: Vec<Fault>,
    /// Who is looking.
    pub watermark: Watermark,
}
