//! Signing in: user name, password, PIN and security code on one page (R61).

use super::layout::Layout;

/// What became of a form that was sent when its session had ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SentForm {
    /// It is kept for some minutes, for the account that filled it in.
    Kept,
    /// It is not.
    Lost,
}

/// The page at `/sign-in`.
#[derive(askama::Template)]
#[template(path = "sign_in.html", whitespace = "minimize")]
pub struct SignIn {
    /// The frame, without a viewer.
    pub layout: Layout,
    /// The user name as typed; the secrets are never sent back.
    pub user_name: String,
    /// The last attempt failed; why is never said.
    pub failed: bool,
    /// What became of a form that was sent when its session had ended.
    pub sent: Option<SentForm>,
    /// Where to go afterwards, a path of this service; empty for home.
    pub next: String,
}
