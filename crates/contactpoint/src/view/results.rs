//! The children a search found, best first, at most twenty, with what tells them apart.

use super::layout::Layout;

/// The answer to a search that found someone.
#[derive(askama::Template)]
#[template(path = "results.html", whitespace = "minimize")]
pub struct Results {
    /// The frame.
    pub layout: Layout,
    /// What was asked, in words.
    pub searched_for: String,
    /// The reason given, in words.
    pub reason: String,
    /// The search form with this search filled in; its address says nothing of what was asked.
    pub again_href: String,
    /// Some of these children are easily taken for one another, such as twins.
    pub near_doubles: bool,
    /// The first result stands out clearly from the others.
    pub best_is_clear: bool,
    /// Best first.
    pub found: Vec<Found>,
}

/// One child in the list.
#[derive(Clone, Default)]
pub struct Found {
    /// The page that asks for the reason before the record opens; names no child.
    pub reason_href: String,
    /// Full current name.
    pub name: Item,
    /// Date of birth with age, gender, number; then, unless shielded, what tells this child from others.
    pub items: Vec<Item>,
    /// Shielded: the four fields are all there is to see (R43).
    pub restricted: bool,
}

/// One detail of a result.
#[derive(Clone, Default)]
pub struct Item {
    /// As `Born`.
    pub label: String,
    /// As `14 May 2011 (15)`.
    pub value: String,
    /// Differs from a near-double in this list.
    pub differs: bool,
}

impl Results {
    /// The results after the first.
    pub fn others(&self) -> &[Found] {
        self.found.get(1..).unwrap_or_default()
    }
}
