//! Who asks, and what was asked: the only place that takes a request apart.

mod caller;
mod cookie;
mod form;
mod gate;
mod path;
mod row_path;
mod signed_in;

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use directory::Now;
use store::Session;

use crate::desk::{Desk, Lost};
use crate::problem::{Problem, What};
use crate::routes::Who;
use crate::view::layout::{Layout, Viewer};
use crate::view::local_manager::LocalManager;
use crate::words;

pub(crate) use caller::{Caller, TakesGzip, address_of, is_forwarded, network};
pub(crate) use cookie::{set_cookie, unset_cookie};
pub(crate) use form::{Fields, Form, Sent};
pub(crate) use gate::{admit, astray};
pub(crate) use path::{Again, Before, ChildPath, Done, Segments, escaped};
pub(crate) use row_path::{Listed, OtherPath, RowPath};
pub(crate) use signed_in::SignedIn;

/// Whoever asks, signed in or not.
#[derive(Clone)]
pub(crate) struct Visitor {
    desk: Arc<Desk>,
    now: Now,
    session: Option<Arc<Session>>,
    form_token: Option<String>,
}

impl Visitor {
    /// What every request shares.
    pub(crate) fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The moment of the request.
    pub(crate) fn now(&self) -> Now {
        self.now
    }

    /// Whether a session stands behind the cookie.
    pub(crate) fn is_signed_in(&self) -> bool {
        self.session.is_some()
    }

    /// The token that the sign-in form is bound to, if the browser has one.
    pub(crate) fn form_token(&self) -> Option<&str> {
        self.form_token.as_deref()
    }

    /// The frame of a page.
    pub(crate) fn layout(&self, here: &'static str) -> Layout {
        let practice = self.desk.settings().practice;
        match &self.session {
            None => Layout {
                practice,
                here,
                ..Layout::default()
            },
            Some(session) => Layout {
                practice,
                here,
                viewer: Some(viewer(session, self.now)),
                csrf: session.csrf().to_owned(),
                told: None,
                slip: None,
            },
        }
    }

    /// The local manager, for somebody signed in.
    pub(crate) fn local_manager(&self) -> Option<LocalManager> {
        self.session
            .as_ref()
            .map(|_| self.desk.settings().local_manager.clone())
    }

    /// A problem in this visitor's frame.
    pub(crate) fn problem(&self, what: What) -> Problem {
        Problem::new(
            what,
            self.layout(""),
            self.desk.settings().local_manager.clone(),
        )
    }

    /// What a form of this visitor must carry.
    fn csrf(&self) -> Option<&str> {
        self.session
            .as_ref()
            .map(|session| session.csrf())
            .or(self.form_token())
    }
}

fn viewer(session: &Session, now: Now) -> Viewer {
    let practitioner = session.actor().practitioner();
    let left = session
        .idle_until()
        .as_second()
        .saturating_sub(now.at.as_second());
    Viewer {
        name: words::typeset(&practitioner.name),
        organisation: words::typeset(&practitioner.organisation),
        session_seconds: u32::try_from(left).unwrap_or(0),
        may_search: gate::may(session.actor(), Who::Searcher),
        may_shield: gate::may(session.actor(), Who::ShieldingOfficer),
        may_follow: gate::may(session.actor(), Who::Corrector),
        may_review: gate::may(session.actor(), Who::DataOfficer),
        may_oversee: gate::may(session.actor(), Who::Overseer),
        may_see_figures: gate::may(session.actor(), Who::FigureReader),
    }
}

impl From<Lost> for What {
    fn from(lost: Lost) -> What {
        match lost {
            Lost::Busy => What::Busy,
            Lost::FirstLoad => What::FirstLoad,
            Lost::OutOfOrder => What::OutOfOrder,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        parts.extensions.get().cloned().ok_or_else(not_admitted)
    }
}

/// A handler that asks for more than its route in the table admits answers nobody.
fn not_admitted() -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
