//! What every page carries around its own content.

/// The frame of a page: who is signed in, where they are, and whether this is a practice directory.
#[derive(Clone, Default)]
pub struct Layout {
    /// Every child here is synthetic: the banner, the colour and the title say so.
    pub practice: bool,
    /// The path of the navigation item this page belongs to, such as `/search`; empty for none.
    pub here: &'static str,
    /// Who is signed in; `None` for a stranger.
    pub viewer: Option<Viewer>,
    /// The token every form of this page sends back.
    pub csrf: String,
    /// What has just become of something that was asked, in a sentence or two.
    pub told: Option<Told>,
    /// What can be done about that.
    pub slip: Option<Slip>,
}

/// What has become of something that was asked.
#[derive(Clone, Default)]
pub struct Told {
    /// In a sentence or two.
    pub words: String,
    /// Whether it is done: what is not is never called so.
    pub is_done: bool,
}

/// What can be done about something that has just been done, if it was a slip.
#[derive(Clone, Default)]
pub struct Slip {
    /// What to do with the record.
    pub about: String,
    /// The record, where its reason is asked first.
    pub href: String,
}

/// The person signed in, as the frame of a page shows them.
#[derive(Clone, Default)]
pub struct Viewer {
    /// Full name.
    pub name: String,
    /// The organisation they work for.
    pub organisation: String,
    /// Seconds until the session ends if nothing is done.
    pub session_seconds: u32,
    /// Their role looks for children: the menu leads to the search.
    pub may_search: bool,
    /// Their role places shields (R41): the menu leads there.
    pub may_shield: bool,
    /// Their role follows what is wrong on records: the menu leads there.
    pub may_follow: bool,
    /// Their role decides rows that wait: the menu leads there.
    pub may_review: bool,
    /// Their role looks after supply: the menu leads to the suppliers.
    pub may_oversee: bool,
    /// Their role sees the figures of data quality: the menu leads there.
    pub may_see_figures: bool,
}

impl Layout {
    /// Tells what has become of something that was asked, and whether it is done.
    pub fn tell(&mut self, words: impl Into<String>, is_done: bool) {
        let words = words.into();
        self.told = Some(Told { words, is_done });
    }

    /// Whether the viewer's role looks for children.
    pub fn may_search(&self) -> bool {
        self.viewer.as_ref().is_some_and(|viewer| viewer.may_search)
    }

    /// Whether the viewer's role places shields (R41).
    pub fn may_shield(&self) -> bool {
        self.viewer.as_ref().is_some_and(|viewer| viewer.may_shield)
    }

    /// Whether the viewer's role follows what is wrong on records.
    pub fn may_follow(&self) -> bool {
        self.viewer.as_ref().is_some_and(|viewer| viewer.may_follow)
    }

    /// Whether the viewer's role decides rows that wait.
    pub fn may_review(&self) -> bool {
        self.viewer.as_ref().is_some_and(|viewer| viewer.may_review)
    }

    /// Whether the viewer's role looks after supply.
    pub fn may_oversee(&self) -> bool {
        self.viewer
            .as_ref()
            .is_some_and(|viewer| viewer.may_oversee)
    }

    /// Whether the viewer's role sees the figures of data quality.
    pub fn may_see_figures(&self) -> bool {
        self.viewer
            .as_ref()
            .is_some_and(|viewer| viewer.may_see_figures)
    }

    /// Whether this navigation item is the one to mark as current.
    pub fn is_here(&self, path: &str) -> bool {
        self.here == path
    }
}
