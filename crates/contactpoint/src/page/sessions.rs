//! Where somebody is signed in: the list, ending one, and staying signed in.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use store::{SessionLine, Which};

use super::{shown, to};
use crate::problem::Problem;
use crate::view::sessions::{Session, Sessions};
use crate::visitor::{Form, Segments, SignedIn};
use crate::words;

pub(crate) async fn show(visitor: SignedIn) -> Result<Response, Problem> {
    let mut lines = visitor
        .ask(|store, session, now| store.sessions(session, now))
        .await?;
    lines.sort_by_key(|line| line.which != Which::This);
    let sessions = lines.into_iter().map(session).collect();
    Ok(shown(
        StatusCode::OK,
        &Sessions {
            layout: visitor.layout("/sessions"),
            sessions,
        },
    ))
}

/// Ends one of the person's own sessions. One that is not there, or not theirs, is ended already as far as they can know.
pub(crate) async fn end(
    visitor: SignedIn,
    segments: Segments,
    _form: Form,
) -> Result<Response, Problem> {
    if let Ok(mark) = segments.text("mark").parse() {
        let _ended_or_not_theirs = visitor
            .ask(move |store, session, now| store.end_session(session, mark, now))
            .await?;
    }
    Ok(to("/sessions"))
}

/// Being asked is being used: the session's time has begun anew.
pub(crate) async fn extend(_visitor: SignedIn, _form: Form) -> Response {
    StatusCode::NO_CONTENT.into_response()
}

fn session(line: SessionLine) -> Session {
    Session {
        started: words::moment(line.started),
        last_used: words::moment(line.last_used),
        address: line.address,
        browser: line.browser,
        this_one: line.which == Which::This,
        end_action: format!("/sessions/{}/end", line.mark),
    }
}
