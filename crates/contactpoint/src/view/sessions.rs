//! Where the viewer is signed in, and how to end it.

use super::layout::Layout;

/// The page at `/sessions`.
#[derive(askama::Template)]
#[template(path = "sessions.html", whitespace = "minimize")]
pub struct Sessions {
    /// The frame.
    pub layout: Layout,
    /// This one first, then the latest used.
    pub sessions: Vec<Session>,
}

/// One open session of the viewer.
#[derive(Clone, Default)]
pub struct Session {
    /// As `3 July 2026 at 2:05pm`.
    pub started: String,
    /// As `3 July 2026 at 2:25pm`.
    pub last_used: String,
    /// The network address it comes from.
    pub address: String,
    /// As `Firefox on Windows`.
    pub browser: String,
    /// The session this page is read in.
    pub this_one: bool,
    /// Where the form that ends it is sent.
    pub end_action: String,
}
