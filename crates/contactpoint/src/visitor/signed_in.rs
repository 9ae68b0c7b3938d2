//! Somebody signed in: the session behind the request, and the store asked in it.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use directory::access::Refusal;
use directory::account::Actor;
use directory::event::Asked;
use directory::{Now, Timestamp};
use store::{Error, Session, Store};

use super::{Fields, Visitor, not_admitted};
use crate::desk::{Desk, Often};
use crate::problem::{Problem, What};
use crate::view::layout::Layout;
use crate::view::local_manager::LocalManager;
use crate::view::watermark::Watermark;
use crate::words;

/// Somebody whose session stands, and whose role may use the route.
#[derive(Clone)]
pub(crate) struct SignedIn {
    pub(super) desk: Arc<Desk>,
    pub(super) now: Now,
    pub(super) session: Arc<Session>,
}

impl SignedIn {
    /// What every request shares.
    pub(crate) fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The moment of the request.
    pub(crate) fn now(&self) -> Now {
        self.now
    }

    /// Who it is.
    pub(crate) fn actor(&self) -> &Actor {
        self.session.actor()
    }

    /// The frame of a page.
    pub(crate) fn layout(&self, here: &'static str) -> Layout {
        Visitor {
            desk: Arc::clone(&self.desk),
            now: self.now,
            session: Some(Arc::clone(&self.session)),
            form_token: None,
        }
        .layout(here)
    }

    /// Whom to ask when the directory may not answer: the searcher's own team, never the child's.
    pub(crate) fn local_manager(&self) -> LocalManager {
        self.desk.settings().local_manager.clone()
    }

    /// What this person sent to a page when their session had ended: it is shown again once.
    pub(crate) fn kept_form(&self, path: &'static str) -> Option<Fields> {
        let account = self.actor().account();
        self.desk.kept_form(account, path, self.now).map(Fields::of)
    }

    /// Keeps no form of this session after it has ended.
    pub(crate) fn forget_form(&self) {
        self.desk.forget_form(self.session.csrf());
    }

    /// Who is looking, and when.
    pub(crate) fn watermark(&self, at: Timestamp) -> Watermark {
        let practitioner = self.actor().practitioner();
        Watermark {
            viewer: words::typeset(&practitioner.name),
            organisation: words::typeset(&practitioner.organisation),
            at: words::moment(at),
        }
    }

    /// A problem in this person's frame.
    pub(crate) fn problem(&self, what: What) -> Problem {
        Problem::new(what, self.layout(""), self.local_manager())
    }

    /// The store's refusal as an answer.
    pub(crate) fn refused(&self, refusal: Refusal) -> Problem {
        self.problem(match refusal {
            Refusal::NoRecord | Refusal::NoReason => What::NoRecord,
            Refusal::ReasonNotOpen | Refusal::NotPermitted => What::Forbidden,
            Refusal::TooLittle(_) | Refusal::TooBroad(_) | Refusal::DoesNotFit => What::Unreadable,
            Refusal::AlreadySo | Refusal::NothingThere => What::Changed,
        })
    }

    /// Counts what one person may do only so often. Once too often is a refusal, and that it was asked is recorded (X7).
    pub(crate) async fn count(&self, often: Often) -> Result<(), Problem> {
        let account = self.actor().account();
        if self.desk.may_again(often, account, self.now) {
            return Ok(());
        }
        let asked = match often {
            Often::Open => Asked::Open,
            Often::Search => Asked::Search,
        };
        self.ask(move |store, session, now| store.hold_back(session, asked, now))
            .await?;
        Err(self.problem(What::TooOften))
    }

    /// Asks the store in this session, at the moment of the request.
    pub(crate) async fn ask<T, V>(&self, verb: V) -> Result<T, Problem>
    where
        T: Send + 'static,
        V: FnOnce(&Store, &Session, Now) -> Result<T, Error> + Send + 'static,
    {
        let (session, now) = (Arc::clone(&self.session), self.now);
        let asked = self.desk.ask(move |store| verb(store, &session, now)).await;
        asked.map_err(|lost| self.problem(lost.into()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        parts.extensions.get().cloned().ok_or_else(not_admitted)
    }
}
